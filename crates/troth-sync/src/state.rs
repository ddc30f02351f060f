//! Everything an open client holds in memory; all of it can be read from the journal again.

use std::collections::BTreeMap;
use std::rc::Rc;

use minicbor::{Decode, Encode};
use troth_core::{Couple, Entry, EntryId, Placing, Vault, VaultEntry};
use troth_crypto::keys::{DeviceKey, MasterKey, UserKem, UserRoot};
use troth_crypto::recovery::DeviceCode;
use troth_crypto::secret::Secret;
use troth_crypto::vault::VaultKey;
use troth_wire::control::{Card, Class, DeviceCert};
use troth_wire::{MemberId, Sealed, SpaceId};

use crate::identity::Identity;
use crate::keyring::Shared;
use crate::machine::Machine;
use crate::naming;

/// An own answer to a reveal, kept until it may be opened.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct OwnAnswer {
    /// The words.
    #[n(0)]
    pub(crate) words: String,
    /// The share of the one-time key, with a referee.
    #[n(1)]
    pub(crate) share: Option<Sealed>,
    /// The nonce of the hash commitment, without one.
    #[n(2)]
    pub(crate) nonce: Option<Sealed>,
    /// Whether the server holds the share.
    #[n(3)]
    pub(crate) deposited: bool,
    /// The name of the answer's entry.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) answer: [u8; 32],
}

/// Opened words of an answer.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct OpenedAnswer {
    /// Whose.
    #[n(0)]
    pub(crate) by: MemberId,
    /// The words; none for an opening that does not fit its hash.
    #[n(1)]
    pub(crate) words: Option<String>,
    /// The share that opened it, with a referee; an export proves the words by it.
    #[n(2)]
    pub(crate) share: Option<Sealed>,
}

/// One event of the vault as it lies in the blob.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub(crate) struct VaultItem {
    /// Its name; random.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) id: [u8; 32],
    /// Its body.
    #[n(1)]
    pub(crate) body: Sealed,
}

/// The vault as this device holds it.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct VaultCell {
    /// The sealed content.
    #[n(0)]
    pub(crate) blob: Sealed,
    /// The version on the server that it was merged with.
    #[n(1)]
    pub(crate) version: u64,
    /// The key, on a device that keeps the vault open between its runs.
    #[n(2)]
    pub(crate) key: Option<Sealed>,
    /// A blob of the server that waits to be merged at the next opening, or does not open.
    #[n(3)]
    pub(crate) theirs: Option<Sealed>,
    /// The minute of the last upload.
    #[n(4)]
    pub(crate) uploaded: u64,
    /// How many items were written here since an upload last held them all.
    #[n(5)]
    pub(crate) unsent: u64,
    /// What the server had before and this device could not read.
    #[n(6)]
    pub(crate) beside: Vec<Sealed>,
    /// Whether what the server has is no blob of this account.
    #[n(7)]
    pub(crate) is_damaged: bool,
}

impl VaultCell {
    /// The vault as it is on the server at a version: nothing waits.
    pub(crate) fn new(blob: Vec<u8>, version: u64) -> Self {
        Self {
            blob: blob.into(),
            version,
            key: None,
            theirs: None,
            uploaded: 0,
            unsent: 0,
            beside: Vec::new(),
            is_damaged: false,
        }
    }
}

/// The opened vault.
#[derive(Clone)]
pub(crate) struct OpenVault {
    pub(crate) key: VaultKey,
    pub(crate) items: Vec<VaultItem>,
    pub(crate) view: Rc<Vault>,
}

/// The keys with which this device signs, made once from their seeds.
pub(crate) struct Signing {
    /// This device's key.
    pub(crate) device: DeviceKey,
    /// Its certificate.
    pub(crate) cert: DeviceCert,
    /// The person's card for the space, with the newest receiving key.
    pub(crate) card: Card,
    made_of: ([u8; 32], [u8; 32], SpaceId, MemberId),
}

/// Everything an open client holds.
pub(crate) struct State {
    pub(crate) identity: Identity,
    pub(crate) shared: Shared,
    pub(crate) shared_version: u64,
    pub(crate) shared_dirty: bool,
    pub(crate) machine: Option<Machine>,
    /// The fold of the placed entries.
    pub(crate) base: Rc<Couple>,
    pub(crate) base_place: u64,
    /// The same with what waits.
    pub(crate) shown: Rc<Couple>,
    /// The number of the newest item that is shown.
    pub(crate) shown_items: u64,
    pub(crate) answers: BTreeMap<[u8; 32], OwnAnswer>,
    pub(crate) opened: BTreeMap<([u8; 32], [u8; 16]), OpenedAnswer>,
    pub(crate) drafts: BTreeMap<String, String>,
    pub(crate) vault: VaultCell,
    pub(crate) open_vault: Option<OpenVault>,
    pub(crate) generation: u64,
    pub(crate) stale: bool,
    pub(crate) snapshot_place: u64,
    pub(crate) checked_server: bool,
    pub(crate) clock_off: Option<jiff::SignedDuration>,
    pub(crate) signing: Option<Rc<Signing>>,
}

impl State {
    /// This device's key.
    pub(crate) fn device(&self) -> DeviceKey {
        DeviceKey::from_seed(&Secret::new(self.identity.device))
    }

    /// The person's root.
    pub(crate) fn root(&self) -> UserRoot {
        UserRoot::from_seed(&Secret::new(self.shared.root))
    }

    /// The master key.
    pub(crate) fn master(&self) -> MasterKey {
        MasterKey::from_secret(Secret::new(self.identity.master))
    }

    /// The device code.
    pub(crate) fn code(&self) -> Option<DeviceCode> {
        let code = self.identity.code.as_slice().try_into().ok();
        code.map(DeviceCode::from_bytes)
    }

    /// The receiving keys, oldest first.
    pub(crate) fn kems(&self) -> Vec<UserKem> {
        kems(&self.shared)
    }

    /// The person's card for a space, with the newest receiving key.
    pub(crate) fn card(&self, space: &SpaceId, me: MemberId) -> Option<Card> {
        let newest = self.kems().pop()?;
        Some(self.root().card(space, me, Class::Full, &newest))
    }

    /// The certificate of this device.
    pub(crate) fn cert(&self) -> DeviceCert {
        self.root().certify(self.device().public())
    }

    /// Returns the keys with which this device signs in the newest space.
    pub(crate) fn signing(&mut self) -> Option<Rc<Signing>> {
        let machine = self.machine.as_ref()?;
        let (space, me) = (machine.space(), machine.cell.me);
        let newest = self.shared.kems.last()?.seed;
        let made_of = (self.identity.device, newest, space, me);
        if let Some(signing) = self
            .signing
            .as_ref()
            .filter(|signing| signing.made_of == made_of)
        {
            return Some(Rc::clone(signing));
        }
        let (device, cert, card) = (self.device(), self.cert(), self.card(&space, me)?);
        let signing = Rc::new(Signing {
            device,
            cert,
            card,
            made_of,
        });
        self.signing = Some(Rc::clone(&signing));
        Some(signing)
    }

    /// Folds what is placed since the last fold, and what waits after it.
    pub(crate) fn fold(&mut self) {
        let Some(machine) = &self.machine else {
            self.base = Rc::default();
            self.shown = Rc::default();
            self.base_place = 0;
            return;
        };
        let newest = machine.record().place();
        if newest > self.base_place {
            // Let go of the copy first, so that the fold goes on in place.
            self.shown = Rc::default();
            let base = Rc::make_mut(&mut self.base);
            for entry in machine.record().entries_after(self.base_place) {
                base.apply(&entry);
            }
            self.base_place = newest;
        }
        self.retell();
    }

    /// Folds everything anew, after the record was replaced.
    pub(crate) fn refold(&mut self) {
        self.base = Rc::default();
        self.base_place = 0;
        self.fold();
    }

    /// Tells the fold the words that are known, then adds what waits.
    pub(crate) fn retell(&mut self) {
        let Some(machine) = &self.machine else { return };
        let me = machine.record().me();
        self.shown = Rc::default();
        let base = Rc::make_mut(&mut self.base);
        tell(base, &self.answers, &self.opened, &me);
        self.shown = Rc::clone(&self.base);
        self.shown_items = machine.cell.next_item - 1;
        let waits = machine.waiting() > 0;
        if waits || !machine.lost().is_empty() {
            let shown = Rc::make_mut(&mut self.shown);
            for entry in not_back(machine).chain(waiting(machine).filter(|_| waits)) {
                shown.apply(&entry);
            }
            tell(shown, &self.answers, &self.opened, &me);
        }
    }
}

/// The receiving keys of a person, oldest first.
pub(crate) fn kems(shared: &Shared) -> Vec<UserKem> {
    let kept = shared.kems.iter();
    kept.map(|kem| UserKem::from_seed(kem.generation, Secret::new(kem.seed)))
        .collect()
}

fn tell(
    couple: &mut Couple,
    answers: &BTreeMap<[u8; 32], OwnAnswer>,
    opened: &BTreeMap<([u8; 32], [u8; 16]), OpenedAnswer>,
    me: &MemberId,
) {
    for (reveal, own) in answers {
        couple.remember_own_answer(
            EntryId::from_bytes(*reveal),
            naming::partner(me),
            &own.words,
        );
    }
    for ((reveal, _), opened) in opened {
        let reveal = EntryId::from_bytes(*reveal);
        if let Some(words) = &opened.words {
            couple.open_reveal(reveal, naming::partner(&opened.by), words);
        }
    }
}

/// Lists what was verified here and is not in the record any more, as entries without a place
/// that have the minute at which the server took them.
pub(crate) fn not_back(machine: &Machine) -> impl Iterator<Item = Entry> {
    machine.lost().iter().filter_map(|lost| {
        let (_, body) = naming::split(&lost.opened.0);
        let placing = Placing {
            id: lost.name(machine.record())?,
            place: 0,
            author: naming::partner(&lost.author),
            received_minute: lost.placed.received,
        };
        Some(Entry::from_opened(placing, body))
    })
}

/// Lists what waits as entries without a place.
pub(crate) fn waiting(machine: &Machine) -> impl Iterator<Item = Entry> {
    waiting_after(machine, 0)
}

/// Lists what waits after an item of the outbox.
pub(crate) fn waiting_after(machine: &Machine, number: u64) -> impl Iterator<Item = Entry> {
    let (space, me) = (machine.space(), machine.record().me());
    machine.outbox_after(number).map(move |item| {
        let id = naming::entry_id(&space, &me, &item.tag);
        let placing = Placing {
            id,
            place: 0,
            author: naming::partner(&me),
            received_minute: 0,
        };
        Entry::from_opened(placing, &item.body.0)
    })
}

impl OpenVault {
    /// Folds the items.
    pub(crate) fn new(key: VaultKey, mut items: Vec<VaultItem>) -> Self {
        items.sort_unstable();
        items.dedup_by(|a, b| a.id == b.id);
        let mut view = Vault::default();
        for item in &items {
            view.apply(&VaultEntry::from_opened(
                EntryId::from_bytes(item.id),
                &item.body.0,
            ));
        }
        Self {
            key,
            items,
            view: Rc::new(view),
        }
    }
}
