//! Plain views for screens and for the command line.

use std::fmt::{self, Debug};

use jiff::{SignedDuration, Timestamp};
use troth_wire::id::{AccountId, DeviceId, EntryId, MemberId, SessionId, SpaceId};

/// What a person brings to make an account.
#[derive(Clone)]
pub struct NewAccount {
    /// The login: an email address or any name.
    pub login: String,
    /// The name that the partner sees.
    pub name: String,
    /// The password.
    pub password: String,
}

impl Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewAccount(..)")
    }
}

/// Where the keys of this device rest while nobody uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Under the password: each opening of the app asks for it, offline too.
    Locked,
    /// Unlocked in the journal, guarded by the rights of its folder: the command line's way.
    Unlocked,
}

/// What a journal holds before anything is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has signed in here.
    Empty,
    /// Someone has; their password opens it.
    Locked,
    /// Someone has; it opens by itself.
    Unlocked,
}

/// Whose account this is, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The login.
    pub login: String,
    /// The name that the partner sees.
    pub name: String,
    /// The account.
    pub account: AccountId,
    /// This device.
    pub device: DeviceId,
    /// The server's address.
    pub server: String,
    /// Whether the recovery words were typed once and opened the account.
    pub rehearsed: bool,
    /// What the person should know about their account and has not put away.
    pub notices: Vec<Notice>,
}

/// Something about the account that its person, and nobody else, is told (D-3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// A device of one's own signed in.
    DeviceAdded {
        /// Which.
        device: DeviceId,
        /// When, as the server had it.
        at: Timestamp,
    },
    /// A device of one's own was signed out for good.
    DeviceRevoked {
        /// Which.
        device: DeviceId,
        /// When, as the server had it.
        at: Timestamp,
    },
    /// The server was set back to a copy and said so; so much of what it lost went back to it from
    /// here. What is not back is an alarm of its own.
    ServerRestored {
        /// How many entries were given back.
        given_back: u64,
    },
    /// The server's clock and this device's differ by more than the two days that a clock may be off.
    ClockOff {
        /// How far the server is ahead of this device.
        ahead: SignedDuration,
    },
    /// Another account, signed with the key of this device of one's own, asked for one's place in
    /// the space, and was refused.
    ClaimRefused {
        /// Whose key signed it.
        device: DeviceId,
    },
    /// This device was a copy of another, or an old state of itself, and took a new key.
    NewDeviceKey,
}

/// A signed-in device, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub id: SessionId,
    /// Whether it is the one of this device.
    pub this: bool,
    /// The day on which it began.
    pub since: Timestamp,
    /// The device.
    pub device: DeviceId,
}

/// What an invitation offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InviteOptions {
    /// The answer to "who runs this server?" (O-1), shown to the invited person too.
    pub host: Host,
}

/// Who runs the server (O-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// Someone who is neither partner.
    Neutral,
    /// The one who invites.
    Inviter,
    /// The one who is invited.
    Invited,
    /// Not said, or not known.
    #[default]
    Unknown,
}

/// A fresh invitation.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationLink {
    /// The link with its secret in the fragment. Give it to the partner only.
    pub link: String,
    /// Until when it works.
    pub until: Timestamp,
}

impl Debug for InvitationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvitationLink")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// What the invited person sees before joining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The name of the one who invites.
    pub from: String,
    /// Until when the invitation works.
    pub until: Timestamp,
    /// Who runs the server, as the one who invites says.
    pub host: Host,
    /// The server's address.
    pub server: String,
}

/// Where two people stand on the way into one space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pairing {
    /// No space, no invitation.
    #[default]
    None,
    /// An invitation is out.
    Waiting {
        /// The link, to show again.
        link: String,
        /// Until when it works.
        until: Timestamp,
    },
    /// The invited person answered "not now".
    Declined,
    /// Nobody came within the time.
    Expired,
    /// This person accepted; the inviter's device completes it when it is next open.
    Joining,
    /// Both are members; the six words are to be compared aloud.
    WordsToCompare {
        /// The six words.
        words: Vec<String>,
        /// Whether this person has said that they are the same.
        mine_confirmed: bool,
        /// Whether the partner has.
        theirs_confirmed: bool,
    },
    /// Both have confirmed the words.
    Paired,
    /// One of the two has left. What was written stays readable here.
    Closed,
}

/// What a synchronisation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// How many entries came.
    pub pulled: usize,
    /// How many entries the server took.
    pub pushed: usize,
    /// How many still wait.
    pub waiting: usize,
    /// What stands in the way, if anything does.
    pub alarm: Option<Alarm>,
    /// How many entries were given back to a server that had lost them.
    pub given_back: usize,
    /// How far the server's clock is ahead, when it is off by two days or more.
    pub clock_off: Option<SignedDuration>,
    /// Why entries still wait although the server answered; they are kept and stay readable here.
    pub refused: Vec<String>,
}

/// How the record stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// What stands in the way, if anything does.
    pub alarm: Option<Alarm>,
    /// How many entries wait to be sent.
    pub waiting: usize,
    /// When the partner's devices last confirmed all that was there.
    pub partner_last_confirmed: Option<Timestamp>,
    /// The newest verified place with the phrase to read aloud.
    pub head: Option<HeadView>,
}

/// A verified place of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadView {
    /// How many entries the record has.
    pub place: u64,
    /// The running head there.
    pub head: [u8; 32],
    /// Five words of the head.
    pub phrase: Vec<String>,
}

/// Something is wrong with the record, and it is not hidden.
///
/// An alarm blocks writing and synchronising the space, but for one kind
/// ([`AlarmKind::stops`]); reading and exporting go on.
#[derive(Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What happened.
    pub kind: AlarmKind,
    /// In which space.
    pub space: SpaceId,
    /// At which place of the record, where that can be said.
    pub place: Option<u64>,
    /// Which entry, where it was verified here.
    pub entry: Option<EntryId>,
    /// Who wrote that entry.
    pub author: Option<MemberId>,
    /// The contradicting bytes, for a third person to check.
    pub proof: Vec<u8>,
}

impl Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm")
            .field("kind", &self.kind)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// What an alarm is about; the names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AlarmKind {
    /// An entry of a device is missing before another of the same device.
    Dropped,
    /// An entry came twice.
    Doubled,
    /// The order of the record is not the one that its authors saw.
    Reordered,
    /// The server shows an older state than it has shown before.
    RolledBack,
    /// Two different records are shown under one name.
    Forked,
    /// The server signed two different heads for one place.
    Equivocated,
    /// An entry or a signature was changed.
    Altered,
    /// A member or device is in the record that nobody admitted.
    StrangeMember,
    /// The keys or numbers from the other person do not match the invitation.
    SwappedKeys,
    /// The six words differ on the two screens.
    WordsDiffer,
    /// A member could not be removed because the server held the removal back.
    RemovalWithheld,
    /// A sealed entry of a member does not open under the key that all agreed on.
    Unreadable,
    /// A device of one's own is in the record that none of one's devices knows.
    StrangeDevice,
    /// A receiving key of one's own is in the record that none of one's devices made.
    StrangeKey,
    /// Another account is bound to this person's member.
    BoundToAnother,
    /// After a restore of the server, an entry that was verified before is not back. It is kept
    /// here; reading, writing and synchronising go on, and the alarm ends when it is back.
    NotBack,
}

impl AlarmKind {
    /// Names the kind for scripts; the names never change.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Doubled => "doubled",
            Self::Reordered => "reordered",
            Self::RolledBack => "rolled-back",
            Self::Forked => "forked",
            Self::Equivocated => "equivocated",
            Self::Altered => "altered",
            Self::StrangeMember => "strange-member",
            Self::SwappedKeys => "swapped-keys",
            Self::WordsDiffer => "words-differ",
            Self::RemovalWithheld => "removal-withheld",
            Self::Unreadable => "unreadable",
            Self::StrangeDevice => "strange-device",
            Self::StrangeKey => "strange-key",
            Self::BoundToAnother => "bound-to-another",
            Self::NotBack => "not-back",
        }
    }

    /// Tells whether the record takes nothing more while this alarm stands.
    #[must_use]
    pub fn stops(self) -> bool {
        self != Self::NotBack
    }
}

/// What checking a record found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// The first thing that is wrong, or nothing.
    pub broken: Option<Broken>,
    /// How many entries each partner wrote.
    pub by: Vec<Written>,
    /// The space.
    pub space: Option<SpaceId>,
    /// The newest place with its phrase.
    pub head: Option<HeadView>,
    /// How many entries were written on the one device and are not in the record.
    pub waiting: usize,
}

impl Verification {
    /// Tells whether nothing is wrong.
    #[must_use]
    pub fn intact(&self) -> bool {
        self.broken.is_none()
    }
}

/// How much one partner wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Who.
    pub member: MemberId,
    /// By what name.
    pub name: String,
    /// How many entries with content.
    pub entries: u64,
}

/// The first broken entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its place, where that can be said.
    pub place: Option<u64>,
    /// Its id, where that can be said.
    pub entry: Option<EntryId>,
    /// What is wrong, as a stable name.
    pub reason: String,
}

/// What is only on this device: it would be lost with it, and by signing out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsent {
    /// Entries of the record that the server has not taken.
    pub entries: usize,
    /// Notes and weeks of the vault that no upload holds yet.
    pub private: usize,
    /// Answers that only this device can open for both.
    pub answers: usize,
    /// Drafts; they are on this device alone, always.
    pub drafts: usize,
}

impl Unsent {
    /// Counts everything.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries + self.private + self.answers + self.drafts
    }

    /// Tells whether nothing would be lost.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }
}

/// What of the vault this device can't read. Nothing of it was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultUnread {
    /// Another device sealed it under a key that is not the vault's here.
    OtherKey,
    /// What the server shows was changed on the way or on the server.
    Damaged,
}

/// How the vault stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// It has no lock yet; setting one opens it.
    Unset,
    /// It is locked.
    Locked,
    /// It is open.
    Open,
}
