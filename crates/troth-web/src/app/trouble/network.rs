//! What the directory and the practices say when something cannot be done, in kind words.

use troth_sync::network::NetworkError;
use troth_wire::network::ProblemCode;

use super::Trouble;
use crate::texts::t;

impl From<NetworkError> for Trouble {
    fn from(error: NetworkError) -> Self {
        let field = error.field().map(str::to_owned);
        let trouble = match error {
            NetworkError::Trouble(cause) => cause.into(),
            NetworkError::Refused(refusal) => refused(refusal.code),
            NetworkError::Forged => Self::new(t("net-forged"), t("then-net-forged")),
            NetworkError::NoteTooLong => Self::new(t("net-note-long"), t("then-typed")),
            NetworkError::NoKey => Self::new(t("net-no-key"), t("then-net-no-key")),
            _ => Self::new(t("net-other"), t("then-again")),
        };
        Self { field, ..trouble }
    }
}

fn refused(code: ProblemCode) -> Trouble {
    use ProblemCode as Code;
    match code {
        Code::SignInAgain => Trouble::new(t("trouble-signed-out"), t("then-sign-in")),
        Code::SlowDown => Trouble::new(t("trouble-slowed"), t("then-wait")),
        Code::TimedOut | Code::Internal | Code::Unavailable => {
            Trouble::new(t("trouble-server"), t("then-again"))
        }
        code => place(code),
    }
}

/// The words of what stands in the way of a visit or a listing.
fn place(code: ProblemCode) -> Trouble {
    use ProblemCode as Code;
    let (what, then) = match code {
        Code::NotAllowed => (t("net-not-allowed"), t("then-net-not-allowed")),
        Code::NoListing => (t("net-no-listing"), t("then-net-no-listing")),
        Code::NotFound => (t("net-gone"), t("then-net-look")),
        Code::SlotTaken => (t("net-taken"), t("then-net-other-time")),
        Code::ClientBusy => (t("net-busy"), t("then-net-other-time")),
        Code::HoldElsewhere => (t("net-elsewhere"), t("then-net-elsewhere")),
        Code::HoldLapsed => (t("net-lapsed"), t("then-net-lapsed")),
        Code::OutsideHours => (t("net-outside"), t("then-net-other-time")),
        Code::TooLate => (t("net-too-late"), t("then-net-other-time")),
        Code::AlreadyAnswered => (t("net-answered"), t("then-net-look")),
        Code::WrongState | Code::NotYours => (t("net-wrong-state"), t("then-net-look")),
        Code::StaleVersion | Code::VersionNeeded => (t("net-stale"), t("then-net-stale")),
        Code::NotBookable | Code::NotOffered => (t("net-not-offered"), t("then-net-not-offered")),
        Code::QuoteMismatch => (t("net-quote"), t("then-net-look")),
        Code::TooLarge => (t("net-large"), t("then-net-large")),
        Code::TooMany => (t("net-many"), t("then-net-many")),
        Code::AddressRefused => (t("net-address"), t("then-net-address")),
        Code::CalendarUnread => (t("net-calendar"), t("then-net-calendar")),
        Code::Incomplete => (t("net-incomplete"), t("then-net-incomplete")),
        Code::Invalid | Code::UnknownName => (t("net-invalid"), t("then-typed")),
        Code::StorageFull => (t("net-full"), t("then-net-full")),
        _ => (t("net-other"), t("then-again")),
    };
    Trouble::new(what, then)
}
