//! What all devices of one person share: root, receiving keys, spaces with their newest heads,
//! the locks of the vault, the devices. It lies sealed on the server and is merged by union.
//!
//! Specified in `docs/protocol/journal.md`, section "Inside the keyring".

use minicbor::{Decode, Encode};
use troth_wire::{DeviceId, MemberId, PublicKey, Sealed, SessionId, SpaceId};

use crate::machine::{Expected, Invited, Promised, Wants, join_promised};

/// A receiving key.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct KeptKem {
    /// Its generation.
    #[n(0)]
    pub(crate) generation: u32,
    /// Its seed.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) seed: [u8; 32],
}

/// A space that the person is or was in.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct KeptSpace {
    /// The space.
    #[n(0)]
    pub(crate) space: SpaceId,
    /// The person there.
    #[n(1)]
    pub(crate) me: MemberId,
    /// The user root of who began it, for the one who joined.
    #[n(2)]
    pub(crate) pinned: Option<PublicKey>,
    /// The highest place and head that any device of the person verified.
    #[n(3)]
    pub(crate) highest: Option<Expected>,
    /// What the person wants of the membership.
    #[n(4)]
    pub(crate) wants: Wants,
    /// The invitation that is out.
    #[n(5)]
    pub(crate) invited: Option<Invited>,
    /// The partner's name from the invitation.
    #[n(6)]
    pub(crate) partner_name: Option<String>,
    /// Who began the space, for the one who joined.
    #[n(7)]
    pub(crate) founder: Option<MemberId>,
    /// For the joiner: one for each offer they answered.
    #[n(8)]
    pub(crate) promised: Vec<Promised>,
}

/// A signed-in device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct KeptDevice {
    /// The device.
    #[n(0)]
    pub(crate) device: DeviceId,
    /// Its session.
    #[n(1)]
    pub(crate) session: SessionId,
    /// The minute at which it signed in.
    #[n(2)]
    pub(crate) since: u64,
    /// Whether it was signed out for good.
    #[n(3)]
    pub(crate) ended: bool,
}

/// How the vault's key is kept.
#[derive(Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct VaultLocks {
    /// The key itself, until the person chooses a PIN or passphrase.
    #[n(0)]
    pub(crate) open: Option<Sealed>,
    /// The key behind the PIN or passphrase. Of two that were chosen apart both open it.
    #[n(1)]
    pub(crate) pins: Vec<Sealed>,
    /// The key for the recovery words.
    #[n(2)]
    pub(crate) recovery: Sealed,
    /// Counts the changes of the PIN, so that the newest stands.
    #[n(3)]
    pub(crate) changes: u64,
}

/// What all devices of one person share.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Shared {
    /// The seed of the user root.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) root: [u8; 32],
    /// The receiving keys, by generation.
    #[n(1)]
    pub(crate) kems: Vec<KeptKem>,
    /// The name that the partner sees.
    #[n(2)]
    pub(crate) name: String,
    /// The spaces, the newest last.
    #[n(3)]
    pub(crate) spaces: Vec<KeptSpace>,
    /// The vault's locks.
    #[n(4)]
    pub(crate) vault: VaultLocks,
    /// The devices.
    #[n(5)]
    pub(crate) devices: Vec<KeptDevice>,
    /// Whether the recovery words were typed once.
    #[n(6)]
    pub(crate) rehearsed: bool,
    /// The user roots of people whose invitations are refused silently (L-3).
    #[n(7)]
    pub(crate) refused: Vec<PublicKey>,
    /// The secrets under which the person books visits; absent until the first visit.
    #[n(8)]
    pub(crate) clients: Option<Vec<KeptClient>>,
}

/// A secret under which the person books visits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub(crate) struct KeptClient {
    /// The minute at which it was drawn; the first one is used for what is new.
    #[n(0)]
    pub(crate) since: u64,
    /// The secret.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) secret: [u8; 32],
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared(..)")
    }
}

impl Shared {
    /// Takes in what another device of the person wrote. Neither order nor repetition matters.
    pub(crate) fn merge(&mut self, other: &Self) {
        for kem in &other.kems {
            self.keep_kem(kem.clone());
        }
        for space in &other.spaces {
            match self
                .spaces
                .iter_mut()
                .find(|mine| mine.space == space.space)
            {
                Some(mine) => mine.merge(space),
                None => self.spaces.push(space.clone()),
            }
        }
        for device in &other.devices {
            self.keep_device(*device);
        }
        self.vault.merge(&other.vault);
        self.rehearsed |= other.rehearsed;
        for client in other.clients.iter().flatten() {
            self.keep_client(*client);
        }
        for root in &other.refused {
            if !self.refused.contains(root) {
                self.refused.push(*root);
            }
        }
    }

    /// Keeps a device: ended once is ended for good, and of two sessions the later one is its own.
    pub(crate) fn keep_device(&mut self, device: KeptDevice) {
        let known = self
            .devices
            .iter_mut()
            .find(|mine| mine.device == device.device);
        let Some(mine) = known else {
            self.devices.push(device);
            return;
        };
        mine.ended |= device.ended;
        if (device.since, device.session) > (mine.since, mine.session) {
            (mine.since, mine.session) = (device.since, device.session);
        }
    }

    /// Keeps a receiving key, the oldest first. Of two devices that made one at the same time
    /// both are kept: either may be the one that entries of the record are sealed to.
    pub(crate) fn keep_kem(&mut self, kem: KeptKem) {
        if !self.kems.contains(&kem) {
            self.kems.push(kem);
            self.kems
                .sort_unstable_by_key(|kem| (kem.generation, kem.seed));
        }
    }

    /// Keeps a secret under which the person books, the oldest first. Two devices that began at the
    /// same time keep both, so that no visit is lost.
    pub(crate) fn keep_client(&mut self, client: KeptClient) {
        let clients = self.clients.get_or_insert_default();
        if !clients.iter().any(|kept| kept.secret == client.secret) {
            clients.push(client);
            clients.sort_unstable();
        }
    }

    /// Looks up what is kept of a space.
    pub(crate) fn space_mut(&mut self, space: &SpaceId) -> Option<&mut KeptSpace> {
        self.spaces.iter_mut().find(|kept| kept.space == *space)
    }
}

impl VaultLocks {
    /// The newer change stands. Of two that two devices made apart both do: each was chosen by the
    /// person, and all lock the same key.
    fn merge(&mut self, other: &Self) {
        if other.changes > self.changes {
            *self = other.clone();
        } else if other.changes == self.changes {
            for pin in &other.pins {
                if !self.pins.contains(pin) {
                    self.pins.push(pin.clone());
                }
            }
            self.pins.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        }
    }
}

impl KeptSpace {
    fn merge(&mut self, other: &Self) {
        self.pinned = self.pinned.or(other.pinned);
        join_promised(&mut self.promised, &other.promised);
        self.highest = higher(self.highest, other.highest);
        let (mine, theirs) = (&mut self.wants, &other.wants);
        mine.begin |= theirs.begin;
        mine.confirmed |= theirs.confirmed;
        mine.leave |= theirs.leave;
        mine.quiet = mine.quiet.max(theirs.quiet);
        mine.remove = mine.remove.or(theirs.remove);
        if mine.guest.is_none() {
            mine.guest.clone_from(&theirs.guest);
        }
        for device in &theirs.end_devices {
            if !mine.end_devices.contains(device) {
                mine.end_devices.push(*device);
            }
        }
        if self.invited.is_none() {
            self.invited.clone_from(&other.invited);
        }
        self.founder = self.founder.or(other.founder);
        if self.partner_name.is_none() {
            self.partner_name.clone_from(&other.partner_name);
        }
    }
}

/// Returns the higher of two: a later restore counts more than a place.
pub(crate) fn higher(one: Option<Expected>, other: Option<Expected>) -> Option<Expected> {
    match (one, other) {
        (Some(a), Some(b)) => Some(if (b.log_epoch, b.place) > (a.log_epoch, a.place) {
            b
        } else {
            a
        }),
        (one, other) => one.or(other),
    }
}
