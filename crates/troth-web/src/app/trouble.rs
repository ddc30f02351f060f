//! Trouble in kind words: what happened, and what is safe or helps.

use troth_core::Refused;
use troth_sync::{
    AcceptError, CreateError, DispatchError, InviteError, LookError, OpenError, PasswordError,
    RecoverError, RehearseError, SignInError, SignOutError, SyncError, Trouble as Cause,
    VaultError,
};

use crate::texts::t;

mod booking;
mod network;

/// Trouble as a person reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Trouble {
    /// What happened.
    pub(crate) what: String,
    /// What is safe, or what to do.
    pub(crate) then: String,
    /// Whether only the network is in the way.
    pub(crate) offline: bool,
    /// The field that the server could not use, as a JSON pointer.
    pub(crate) field: Option<String>,
}

impl Trouble {
    fn new(what: String, then: String) -> Self {
        Self {
            what,
            then,
            offline: false,
            field: None,
        }
    }

    /// The browser does not let us keep anything.
    pub(crate) fn storage() -> Self {
        Self::new(t("trouble-storage"), t("then-storage"))
    }

    /// The keys are not in memory.
    pub(crate) fn locked() -> Self {
        Self::new(t("trouble-locked"), t("then-unlock"))
    }

    /// The server cannot be reached.
    pub(crate) fn offline() -> Self {
        Self {
            offline: true,
            ..Self::new(t("trouble-offline"), t("then-offline"))
        }
    }

    /// The password is not the one that the server knows now.
    pub(crate) fn another_password() -> Self {
        Self::new(t("trouble-password"), t("then-another-password"))
    }

    /// Something typed is not complete.
    pub(crate) fn incomplete(what: String) -> Self {
        Self::new(what, t("then-typed"))
    }
}

impl From<Cause> for Trouble {
    fn from(cause: Cause) -> Self {
        if cause.is_offline() {
            return Self::offline();
        }
        match cause {
            Cause::Journal(_) => Self::storage(),
            Cause::Relay(_) => Self::new(t("trouble-relay"), t("then-again")),
            Cause::Malformed => Self::new(t("trouble-newer-server"), t("then-reload")),
            Cause::SignedOut => Self::new(t("trouble-signed-out"), t("then-sign-in")),
            Cause::PasswordChanged => {
                Self::new(t("trouble-password-changed"), t("then-unlock-new"))
            }
            Cause::Damaged => Self::new(t("trouble-damaged"), t("then-damaged")),
            Cause::Slowed => Self::new(t("trouble-slowed"), t("then-wait")),
            Cause::Overtaken => Self::new(t("trouble-overtaken"), t("then-again")),
            _ => Self::new(t("trouble-server"), t("then-again")),
        }
    }
}

impl From<OpenError> for Trouble {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::WrongPassword => Self::new(t("trouble-password"), t("then-password")),
            OpenError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-nobody"), t("then-sign-in")),
        }
    }
}

impl From<CreateError> for Trouble {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::SomebodyHere => Self::new(t("trouble-somebody"), t("then-sign-out")),
            CreateError::LoginRefused => Self::new(t("trouble-login"), t("then-login")),
            CreateError::WeakPassword => Self::new(t("trouble-weak"), t("then-weak")),
            CreateError::BadName => Self::new(t("trouble-name"), t("then-typed")),
            CreateError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<SignInError> for Trouble {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::OtherAccount => Self::new(t("trouble-another"), t("then-sign-out")),
            SignInError::Wrong => Self::new(t("trouble-sign-in"), t("then-sign-in-look")),
            SignInError::BadDeviceCode => Self::new(t("trouble-code"), t("then-code")),
            SignInError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<SignOutError> for Trouble {
    fn from(error: SignOutError) -> Self {
        match error {
            SignOutError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<RecoverError> for Trouble {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::OtherAccount => Self::new(t("trouble-another"), t("then-sign-out")),
            RecoverError::BadWords => Self::new(t("trouble-words"), t("then-words")),
            RecoverError::Wrong => Self::new(t("trouble-recover"), t("then-recover")),
            RecoverError::WeakPassword => Self::new(t("trouble-weak"), t("then-weak")),
            RecoverError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<RehearseError> for Trouble {
    fn from(error: RehearseError) -> Self {
        match error {
            RehearseError::BadWords => Self::new(t("trouble-words"), t("then-words")),
            RehearseError::Wrong => Self::new(t("trouble-rehearse"), t("then-words")),
            RehearseError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<PasswordError> for Trouble {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::WrongPassword => Self::new(t("trouble-password"), t("then-password")),
            PasswordError::WeakPassword => Self::new(t("trouble-weak"), t("then-weak")),
            PasswordError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<DispatchError> for Trouble {
    fn from(error: DispatchError) -> Self {
        match error {
            DispatchError::Refused(refused) => refused.into(),
            DispatchError::NoSpace => Self::new(t("trouble-no-space"), t("then-pair")),
            DispatchError::SpaceClosed => Self::new(t("trouble-closed"), t("then-closed")),
            DispatchError::Leaving => Self::new(t("trouble-leaving"), t("then-leaving")),
            DispatchError::BadDay => Self::new(t("trouble-leaving-day"), t("then-leaving-day")),
            DispatchError::Alarm => Self::new(t("trouble-alarm"), t("then-alarm")),
            DispatchError::TooLarge => Self::new(t("trouble-large"), t("then-split")),
            DispatchError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<SyncError> for Trouble {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<InviteError> for Trouble {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::AlreadyPaired => Self::new(t("trouble-paired"), t("then-paired")),
            InviteError::NotRehearsed => Self::new(t("trouble-not-rehearsed"), t("then-rehearse")),
            InviteError::Alarm => Self::new(t("trouble-alarm"), t("then-alarm")),
            InviteError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<LookError> for Trouble {
    fn from(error: LookError) -> Self {
        match error {
            LookError::BadLink => Self::new(t("trouble-link"), t("then-link")),
            LookError::Gone => Self::new(t("trouble-gone"), t("then-gone")),
            LookError::Forged => Self::new(t("trouble-forged"), t("then-forged")),
            LookError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<AcceptError> for Trouble {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::BadLink => Self::new(t("trouble-link"), t("then-link")),
            AcceptError::OtherServer => {
                Self::new(t("trouble-other-server"), t("then-other-server"))
            }
            AcceptError::Gone => Self::new(t("trouble-gone"), t("then-gone")),
            AcceptError::Forged => Self::new(t("trouble-forged"), t("then-forged")),
            AcceptError::AlreadyPaired => Self::new(t("trouble-paired"), t("then-paired")),
            AcceptError::OwnInvitation => Self::new(t("trouble-own-link"), t("then-own-link")),
            AcceptError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<VaultError> for Trouble {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::WrongPin => Self::new(t("trouble-pin"), t("then-pin")),
            VaultError::WrongWords => Self::new(t("trouble-words"), t("then-words")),
            VaultError::WeakPin => Self::new(t("trouble-weak-pin"), t("then-typed")),
            VaultError::Unset | VaultError::Locked => {
                Self::new(t("trouble-vault-locked"), t("then-vault"))
            }
            VaultError::Refused(refused) => refused.into(),
            VaultError::Trouble(cause) => cause.into(),
            _ => Self::new(t("trouble-other"), t("then-again")),
        }
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        let what = match refused {
            Refused::Text(_) => t("refused-text"),
            Refused::Schedule(_) => t("refused-schedule"),
            Refused::NotFound => t("refused-not-found"),
            Refused::RevealWithdrawn => t("refused-question-back"),
            Refused::AlreadyAnswered => t("refused-answered"),
            Refused::AlreadyOpen => t("refused-open"),
            Refused::NotSettled => t("refused-settle"),
            Refused::ActMissing => t("refused-act"),
            Refused::OwnAcknowledgment => t("refused-own-letter"),
            Refused::Replaced => t("refused-replaced"),
            Refused::NoneMissing => t("refused-none-missing"),
            Refused::NotYours => t("refused-not-yours"),
            Refused::NotYourMark => t("refused-not-your-mark"),
            Refused::NoSuchOccurrence => t("refused-no-time"),
            Refused::NotDueYet => t("refused-not-due"),
            Refused::Ended => t("refused-ended"),
            Refused::InThePast => t("refused-past"),
            Refused::OwnEntry => t("refused-own-thanks"),
            Refused::Withdrawn => t("refused-withdrawn"),
            Refused::CannotWithdraw | Refused::CannotCorrect => t("refused-fixed"),
            Refused::NothingToShow => t("refused-nothing-to-show"),
            Refused::InTheFuture => t("refused-future"),
            _ => t("refused-other"),
        };
        Self::new(what, t("then-typed"))
    }
}
