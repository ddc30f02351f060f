//! What a device keeps of a space beside its entries; specified in `docs/protocol/journal.md`.

use minicbor::{Decode, Encode};
use troth_wire::control::{Card, DeviceCert, Numbers};
use troth_wire::{
    DeviceId, Digest, EntryId, Envelope, MemberId, PublicKey, Receipt, Sealed, SpaceId,
};

use super::super::view::{Alarm, AlarmKind};

/// Who shall be admitted, with their consent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Guest {
    /// Keys and consent.
    #[n(0)]
    pub(crate) card: Card,
    /// The devices.
    #[n(1)]
    pub(crate) devices: Vec<DeviceCert>,
    /// The numbers behind the six words.
    #[n(2)]
    pub(crate) numbers: Numbers,
}

/// What the joiner knows of the numbers behind the six words until the record shows both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Promised {
    /// The offer's promise of the inviter's number.
    #[n(0)]
    pub(crate) promise: Digest,
    /// The joiner's own number, drawn for this offer and no other.
    #[n(1)]
    pub(crate) number: Digest,
}

/// Adds promises to others. Neither order nor repetition matters.
pub(crate) fn join_promised(to: &mut Vec<Promised>, more: &[Promised]) {
    to.extend(more);
    to.sort_unstable();
    to.dedup();
}

/// The number that this device drew for an offer it made.
///
/// It stays on this device and is spent on the first answer. If another device of the person held
/// it too, a server could show the two devices different answers: the one that answers second
/// would know the number already.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Drawn {
    /// The hash of the sealed offer that promises the number.
    #[n(0)]
    pub(crate) offer: Digest,
    /// The number.
    #[n(1)]
    pub(crate) number: Digest,
}

impl std::fmt::Debug for Drawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Drawn(..)")
    }
}

/// What a person wants of the membership; the machine writes whatever is missing to it.
///
/// Wishes instead of queued acts: an act that a restored server lost is simply wanted again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Wants {
    /// The space's beginning, if this person begins it.
    #[n(0)]
    pub(crate) begin: bool,
    /// The partner to admit.
    #[n(1)]
    pub(crate) guest: Option<Guest>,
    /// The words were compared and are the same.
    #[n(2)]
    pub(crate) confirmed: bool,
    /// The member to remove.
    #[n(3)]
    pub(crate) remove: Option<MemberId>,
    /// To leave.
    #[n(4)]
    pub(crate) leave: bool,
    /// Own devices that are to end.
    #[n(5)]
    pub(crate) end_devices: Vec<DeviceId>,
    /// To share nothing more and to leave on a day; none if that was never wished.
    #[n(6)]
    pub(crate) quiet: Option<Quiet>,
}

/// The wish to leave on a day and to be silent until then, or that it was taken back.
///
/// The one that was changed more often stands; of two with the same count the one that leaves,
/// so that no order of merging brings sharing back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Quiet {
    /// Counts its changes.
    #[n(0)]
    pub(crate) changes: u64,
    /// The minute from which leaving is wanted; none if it was taken back.
    #[n(1)]
    pub(crate) until: Option<u64>,
}

impl Wants {
    /// Returns the minute from which leaving is wanted, while nothing is shared any more.
    pub(crate) fn quiet_until(&self) -> Option<u64> {
        self.quiet?.until
    }

    /// Wishes to leave at a minute and to be silent until then, or takes that back.
    pub(crate) fn be_quiet(&mut self, until: Option<u64>) {
        let changes = self.quiet.map_or(0, |quiet| quiet.changes) + 1;
        self.quiet = Some(Quiet { changes, until });
    }
}

/// An invitation that is out.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Invited {
    /// The link's secret, as the link writes it.
    #[n(0)]
    pub(crate) secret: String,
    /// The minute at which it ends.
    #[n(1)]
    pub(crate) until: u64,
    /// How it stands.
    #[n(2)]
    pub(crate) standing: Standing,
    /// The sealed offer, which the answer names.
    #[n(3)]
    pub(crate) offer: Sealed,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invited")
            .field("standing", &self.standing)
            .finish_non_exhaustive()
    }
}

/// How an invitation stands, as far as this device knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Standing {
    /// Nobody has answered.
    #[n(0)]
    Open,
    /// "Not now".
    #[n(1)]
    Declined,
    /// The time is over.
    #[n(2)]
    Expired,
    /// Accepted, and the answer was genuine.
    #[n(3)]
    Accepted,
}

/// An alarm as it rests.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct StoredAlarm {
    /// Its number.
    #[n(0)]
    pub(crate) kind: u8,
    /// At which place.
    #[n(1)]
    pub(crate) place: Option<u64>,
    /// The contradicting bytes.
    #[n(2)]
    pub(crate) proof: Sealed,
    /// The entry, where it is verified here.
    #[n(3)]
    pub(crate) entry: Option<EntryId>,
    /// Its author.
    #[n(4)]
    pub(crate) author: Option<MemberId>,
}

/// Every kind of alarm, by its stored number.
const KINDS: [AlarmKind; 16] = [
    AlarmKind::Dropped,
    AlarmKind::Doubled,
    AlarmKind::Reordered,
    AlarmKind::RolledBack,
    AlarmKind::Forked,
    AlarmKind::Equivocated,
    AlarmKind::Altered,
    AlarmKind::StrangeMember,
    AlarmKind::SwappedKeys,
    AlarmKind::WordsDiffer,
    AlarmKind::RemovalWithheld,
    AlarmKind::Unreadable,
    AlarmKind::StrangeDevice,
    AlarmKind::StrangeKey,
    AlarmKind::BoundToAnother,
    AlarmKind::NotBack,
];

impl StoredAlarm {
    /// Puts an alarm together.
    pub(crate) fn new(kind: AlarmKind, place: Option<u64>, proof: Vec<u8>) -> Self {
        let number = KINDS
            .iter()
            .position(|known| *known == kind)
            .unwrap_or_default();
        Self {
            kind: u8::try_from(number).unwrap_or_default(),
            place,
            proof: Sealed(proof),
            entry: None,
            author: None,
        }
    }

    /// Names the entry and who wrote it.
    pub(crate) fn naming(self, (entry, author): (EntryId, MemberId)) -> Self {
        Self {
            entry: Some(entry),
            author: Some(author),
            ..self
        }
    }

    /// Shows the alarm.
    pub(crate) fn view(&self, space: SpaceId) -> Alarm {
        let kind = KINDS
            .get(usize::from(self.kind))
            .copied()
            .unwrap_or(AlarmKind::Altered);
        Alarm {
            kind,
            space,
            place: self.place,
            entry: self.entry,
            author: self.author,
            proof: self.proof.0.clone(),
        }
    }
}

/// What a device keeps of a space beside its entries.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct SpaceCell {
    /// The space.
    #[n(0)]
    pub(crate) space: SpaceId,
    /// This person there.
    #[n(1)]
    pub(crate) me: MemberId,
    /// What this person wants of the membership.
    #[n(2)]
    pub(crate) wants: Wants,
    /// The invitation, for the one who invited.
    #[n(3)]
    pub(crate) invited: Option<Invited>,
    /// The user root of who began the space, for the one who joined.
    #[n(4)]
    pub(crate) pinned: Option<PublicKey>,
    /// How often the server came back from a backup, as far as this device has seen.
    #[n(5)]
    pub(crate) log_epoch: u32,
    /// The server's newest word.
    #[n(6)]
    pub(crate) receipt: Option<Receipt>,
    /// What stands in the way.
    #[n(7)]
    pub(crate) alarm: Option<StoredAlarm>,
    /// The day of the last checkpoint of this device, in days since 1970.
    #[n(8)]
    pub(crate) checkpoint_day: Option<u64>,
    /// The number of the next entry in the outbox.
    #[n(9)]
    pub(crate) next_item: u64,
    /// The name under which this person is introduced.
    #[n(10)]
    pub(crate) introduced: bool,
    /// The highest place and head that another device of this person has seen, from the keyring.
    #[n(11)]
    pub(crate) expected: Option<Expected>,
    /// The partner's name before they introduced themself, from the invitation.
    #[n(12)]
    pub(crate) partner_name: Option<String>,
    /// Who began the space, for the one who joined.
    #[n(13)]
    pub(crate) founder: Option<MemberId>,
    /// What of this person's own is in the record and not theirs, for as long as it is.
    #[n(14)]
    pub(crate) strange: Option<StoredAlarm>,
    /// The highest place and head of a record that was exchanged for another after a restore;
    /// what of it is not in the new one is kept as lost.
    #[n(15)]
    pub(crate) met: Option<Expected>,
    /// For the joiner: one for each offer they answered.
    #[n(16)]
    pub(crate) promised: Vec<Promised>,
    /// For the device that made the invitation which is out: its number.
    #[n(17)]
    pub(crate) drawn: Option<Drawn>,
}

/// A place and head that the record must contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Expected {
    /// The place.
    #[n(0)]
    pub(crate) place: u64,
    /// The head there.
    #[n(1)]
    pub(crate) head: troth_wire::Head,
    /// The server's count of restores then.
    #[n(2)]
    pub(crate) log_epoch: u32,
}

impl SpaceCell {
    /// Begins the bookkeeping of a space.
    pub(crate) fn new(space: SpaceId, me: MemberId) -> Self {
        Self {
            space,
            me,
            wants: Wants::default(),
            invited: None,
            pinned: None,
            log_epoch: 0,
            receipt: None,
            alarm: None,
            checkpoint_day: None,
            next_item: 1,
            introduced: false,
            expected: None,
            partner_name: None,
            founder: None,
            strange: None,
            met: None,
            promised: Vec::new(),
            drawn: None,
        }
    }
}

impl SpaceCell {
    /// Keeps what was promised in offers that were answered.
    pub(crate) fn keep_promised(&mut self, more: &[Promised]) {
        join_promised(&mut self.promised, more);
    }

    /// Begins the bookkeeping of a space that another device of the person knows.
    pub(crate) fn from_kept(kept: &crate::keyring::KeptSpace) -> Self {
        Self {
            wants: kept.wants.clone(),
            invited: kept.invited.clone(),
            pinned: kept.pinned,
            log_epoch: kept.highest.map_or(0, |highest| highest.log_epoch),
            introduced: true,
            expected: kept.highest,
            partner_name: kept.partner_name.clone(),
            founder: kept.founder,
            promised: kept.promised.clone(),
            ..Self::new(kept.space, kept.me)
        }
    }
}

/// An unsealed entry that waits to be sent.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Item {
    /// Its number in the outbox.
    #[n(0)]
    pub(crate) number: u64,
    /// The random bytes that make its name.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) tag: [u8; 16],
    /// The body.
    #[n(2)]
    pub(crate) body: Sealed,
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// A sealed entry on its way; a retry sends the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Flying {
    /// The item that it seals, for content.
    #[n(0)]
    pub(crate) item: Option<u64>,
    /// The sealed bytes.
    #[n(1)]
    pub(crate) envelope: Envelope,
    /// The place that the server said it has.
    #[n(2)]
    pub(crate) placed: Option<u64>,
}
