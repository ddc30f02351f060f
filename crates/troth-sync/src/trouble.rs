//! What can go wrong around a client, and one enum for each thing that a caller can try.
//!
//! Rules of this module: a message is a lower-case clause that helps the person on and carries
//! no data. [`Trouble`] is what every attempt can meet; the rest says what was wrong with this
//! attempt.

use thiserror::Error;
use troth_core::Refused;
use troth_wire::api::ErrorCode;

use crate::journal::JournalError;
use crate::relay::RelayError;

/// What any attempt can meet: the device, the network or the server is in the way.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// The local journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// No answer came from the server.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The server refused.
    #[error("{0}")]
    Server(ErrorCode),
    /// The server's answer cannot be read.
    #[error("the server's answer cannot be read; is it a newer version of troth?")]
    Malformed,
    /// The session has ended; signing in again goes on where it stopped.
    #[error("you are signed out on this device; sign in again")]
    SignedOut,
    /// The password was changed on another device; this one is locked until the new one is given.
    #[error("your password was changed on another device; unlock with the new one")]
    PasswordChanged,
    /// A record of this device does not open.
    #[error(
        "a record on this device is damaged; sign in again to fetch everything from the server"
    )]
    Damaged,
    /// There is no couple space.
    #[error("there is no shared space yet; invite your partner first")]
    NoSpace,
    /// Too many attempts in a short time.
    #[error("too many attempts; wait a few minutes")]
    Slowed,
    /// Another device changed the same thing at the same time.
    #[error("another device changed this at the same moment; try again")]
    Overtaken,
}

impl Trouble {
    /// Tells whether this passes by itself, so that what is written here can wait for it: no way
    /// to the server, or a server that cannot take anything now.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Relay(error) => *error != RelayError::BadAddress,
            Self::Server(code) => matches!(
                code,
                ErrorCode::StorageFull
                    | ErrorCode::SpaceFull
                    | ErrorCode::Unavailable
                    | ErrorCode::TimedOut
                    | ErrorCode::Internal
            ),
            Self::Slowed => true,
            _ => false,
        }
    }

    /// Tells whether only the network is in the way.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(
            self,
            Self::Relay(RelayError::Offline | RelayError::TimedOut)
        )
    }
}

/// Why a device was not signed out.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignOutError {
    /// Something is only on this device and would be lost; nothing was removed.
    #[error("something here was not sent and would be lost")]
    Unsent {
        /// What would be lost.
        unsent: crate::view::Unsent,
        /// What kept it from being sent, where that is known.
        why: Option<Trouble>,
    },
    /// The device is in the way.
    #[error(transparent)]
    Trouble(Trouble),
}

impl<T: Into<Trouble>> From<T> for SignOutError {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

macro_rules! attempts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $(($inner:ty))? = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Error, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* #[error($text)] $variant $((#[source] $inner))?,)*
            /// The device, the network or the server is in the way.
            #[error(transparent)]
            Trouble(Trouble),
        }

        impl<T: Into<Trouble>> From<T> for $name {
            fn from(trouble: T) -> Self {
                Self::Trouble(trouble.into())
            }
        }
    )*};
}

attempts! {
    /// Why a journal did not open as somebody's.
    OpenError {
        /// Nobody has signed in here.
        Nobody = "nobody is signed in here; create an account or sign in",
        /// The password is needed.
        Locked = "this home is locked; its password opens it",
        /// The password is not the one that opens this.
        WrongPassword = "the password is wrong",
    }
    /// Why an account was not made.
    CreateError {
        /// Somebody is signed in here already.
        SomebodyHere = "somebody is signed in here already; sign out first",
        /// The login is taken, or cannot be had on this server.
        LoginRefused = "this login cannot be used on this server; choose another",
        /// The password is too short or too long.
        WeakPassword = "a password has 8 to 1,000 characters",
        /// The login or the name is empty, too long, or more than a line.
        BadName = "a login has 1 to 254 characters and a name 1 to 100, each on one line",
    }
    /// Why signing in did not succeed.
    SignInError {
        /// This device keeps the words of another account.
        OtherAccount = "another account is signed in here; sign that one out first",
        /// Login, password or device code: which of them is never said.
        Wrong = "the login, the password or the device code is wrong",
        /// The device code is not one.
        BadDeviceCode = "a device code has 26 letters and digits; copy it from the recovery kit",
    }
    /// Why the recovery words did not open the account.
    RecoverError {
        /// This device keeps the words of another account.
        OtherAccount = "another account is signed in here; sign that one out first",
        /// The words are not recovery words.
        BadWords = "these are not the 24 words of a recovery kit; look for a slip of the pen",
        /// The words are not the ones of this login.
        Wrong = "the login or the words are wrong",
        /// The new password is too short or too long.
        WeakPassword = "a password has 8 to 1,000 characters",
    }
    /// Why a rehearsal did not succeed.
    RehearseError {
        /// The words are not recovery words.
        BadWords = "these are not the 24 words of a recovery kit; look for a slip of the pen",
        /// The words do not open this account.
        Wrong = "these words do not open this account",
    }
    /// Why a password did not do what was asked.
    PasswordError {
        /// The password is not the present one.
        WrongPassword = "the password is wrong",
        /// The new password is too short or too long.
        WeakPassword = "a password has 8 to 1,000 characters",
    }
    /// Why an entry was not taken.
    DispatchError {
        /// The rules of the record refuse it.
        Refused(Refused) = "{0}",
        /// There is no couple space.
        NoSpace = "there is no shared space yet; invite your partner first",
        /// The space is closed.
        SpaceClosed = "this space is closed; what was written stays readable",
        /// The person leaves quietly and shares nothing more.
        Leaving = "you are leaving this space and share nothing more; take that back first",
        /// The day of leaving is too near or too far.
        BadDay = "choose a day from tomorrow to 30 days ahead",
        /// An alarm stands.
        Alarm = "the record is broken and takes nothing more until that is looked at; see verify",
        /// The entry is larger than one may be.
        TooLarge = "this is longer than one entry may be; split it up",
        /// The reveal has no answer to open, or is not there.
        NoWords = "there are no six words to compare yet",
    }
    /// Why a synchronisation stopped.
    SyncError {
    }
    /// Why an invitation was not made.
    InviteError {
        /// A couple space is there.
        AlreadyPaired = "you share a space already; there is one couple space at a time",
        /// The recovery kit was not rehearsed.
        NotRehearsed = "type your recovery words once first, so that nothing can be lost",
        /// An alarm stands.
        Alarm = "the record is broken and takes nothing more until that is looked at; see verify",
    }
    /// Why an invitation was not shown.
    LookError {
        /// The text is no invitation link.
        BadLink = "this is not an invitation link; copy all of it",
        /// The invitation is used, withdrawn or over.
        Gone = "this invitation is used, withdrawn or over; ask for a new one",
        /// What the server holds was not made by whoever made the link.
        Forged = "the server shows an invitation that your partner did not make; do not go on",
    }
    /// Why an invitation was not accepted.
    AcceptError {
        /// The text is no invitation link.
        BadLink = "this is not an invitation link; copy all of it",
        /// The link leads to another server than the one of this account.
        OtherServer = "this invitation is for an account on another server",
        /// The invitation is used, withdrawn or over.
        Gone = "this invitation is used, withdrawn or over; ask for a new one",
        /// What the server holds was not made by whoever made the link.
        Forged = "the server shows an invitation that your partner did not make; do not go on",
        /// A couple space is there.
        AlreadyPaired = "you share a space already; there is one couple space at a time",
        /// One cannot pair with oneself.
        OwnInvitation = "this is your own invitation; it is for your partner",
    }
    /// Why the vault did not do what was asked.
    VaultError {
        /// The PIN or passphrase is not the one of this vault.
        WrongPin = "the PIN or passphrase is wrong",
        /// The words are not recovery words, or not of this vault.
        WrongWords = "these words do not open the vault",
        /// The PIN is too short.
        WeakPin = "a PIN has at least 4 characters",
        /// The vault has no lock yet.
        Unset = "choose a PIN or passphrase for the vault first",
        /// The vault is locked.
        Locked = "the vault is locked",
        /// The rules of the vault refuse it.
        Refused(Refused) = "{0}",
    }
}
