//! The client's errors as one plain line and an exit code.
//!
//! The client says what is wrong; this page adds, where that is not enough, what to type.

use troth_core::Refused;
use troth_sync::journal::JournalError;
use troth_sync::network::wire::ProblemCode;
use troth_sync::network::{BookError, NetworkError};
use troth_sync::relay::RelayError;
use troth_sync::view::Unsent;
use troth_sync::{
    AcceptError, CreateError, DispatchError, InviteError, LookError, OpenError, PasswordError,
    RecoverError, RehearseError, SignInError, SignOutError, SyncError, Trouble, VaultError,
};

use crate::failure::{Exit, Failure};

/// What any attempt can meet.
pub(crate) fn trouble(trouble: &Trouble) -> Failure {
    match trouble {
        Trouble::Journal(error) => journal(error),
        Trouble::Relay(error) => relay(error),
        Trouble::Server(_) | Trouble::Malformed => Failure::new(Exit::Network, trouble.to_string()),
        Trouble::SignedOut => Failure::new(
            Exit::NotSignedIn,
            "this device was signed out; run `troth account sign-in` here, and it goes on where it was",
        ),
        Trouble::Damaged => Failure::local(trouble.to_string()),
        _ => Failure::refused(trouble.to_string()),
    }
}

/// Something about the directory or a practice was not done.
pub(crate) fn network(error: &NetworkError) -> Failure {
    match error {
        NetworkError::Trouble(inner) => trouble(inner),
        NetworkError::Forged => Failure::new(Exit::Broken, error.to_string()),
        NetworkError::Query(_) | NetworkError::NoteTooLong => Failure::usage(error.to_string()),
        NetworkError::Refused(refusal) => {
            let field = refusal.field.as_deref();
            let field = field.map_or_else(String::new, |field| format!(" ({field})"));
            let line = format!("{}{field}: {}", refusal.code, refusal.advice);
            match refusal.code {
                ProblemCode::Invalid
                | ProblemCode::UnknownField
                | ProblemCode::UnknownName
                | ProblemCode::NotJson => Failure::usage(line),
                _ => Failure::refused(line),
            }
            .coded(refusal.code.to_string())
        }
        _ => Failure::refused(error.to_string()),
    }
}

/// A visit was not held, accepted, moved or cancelled.
pub(crate) fn book(error: &BookError) -> Failure {
    match error {
        BookError::Network(inner) => network(inner),
        BookError::QuoteForged => Failure::new(Exit::Broken, error.to_string()),
        _ => Failure::refused(error.to_string()),
    }
}

/// The home folder's database is in the way.
pub(crate) fn journal(error: &JournalError) -> Failure {
    let code = match error {
        JournalError::Full => "disk_full",
        _ => Exit::Local.word(),
    };
    let failure = Failure::local(match error {
        JournalError::Full => {
            "the disk is full; nothing was lost; make room and run the command again"
        }
        JournalError::ReadOnly => {
            "the home folder cannot be written; check its rights, or name another with --home DIR"
        }
        JournalError::Unavailable => {
            "the home folder cannot be used; check that it is a folder of yours, or name another with \
             --home DIR"
        }
        _ => {
            "the home folder's database could not be read or written; check the disk, then try again"
        }
    });
    failure.coded(code)
}

/// The way to the server is in the way.
pub(crate) fn relay(error: &RelayError) -> Failure {
    match error {
        RelayError::BadAddress => Failure::usage(
            "this is not a server's address; write it like https://troth.example.org",
        ),
        RelayError::Offline | RelayError::TimedOut => Failure::new(
            Exit::Network,
            format!("{error}; check the address and the network, then try again"),
        ),
        RelayError::NotTroth => Failure::new(
            Exit::Network,
            format!("{error}; check it with whoever runs the server"),
        ),
        _ => Failure::new(Exit::Network, error.to_string()),
    }
}

/// A home did not open.
pub(crate) fn open(error: &OpenError) -> Failure {
    match error {
        OpenError::Trouble(inner) => trouble(inner),
        OpenError::Nobody => nobody(),
        _ => Failure::new(Exit::NotSignedIn, error.to_string()),
    }
}

/// Nobody is signed in here.
pub(crate) fn nobody() -> Failure {
    Failure::new(
        Exit::NotSignedIn,
        "nobody is signed in here; run `troth account create`, `sign-in` or `recover`, or name another \
         folder with --home DIR",
    )
}

/// Somebody is signed in where a new account should begin.
pub(crate) fn somebody() -> Failure {
    Failure::refused("someone is signed in here already; use another folder with --home DIR")
}

/// Another account's words are in this home.
fn another_account() -> Failure {
    Failure::refused(
        "another account is signed in here, and everything of it stays as it is; use another folder \
         with --home DIR, or sign that account out first",
    )
    .coded("another_account")
}

/// This device was not signed out.
pub(crate) fn sign_out(error: &SignOutError) -> Failure {
    match error {
        SignOutError::Trouble(inner) => trouble(inner),
        SignOutError::Unsent { unsent, why } => Failure::refused(format!(
            "{} would be lost; {}, or add --yes to sign out without it",
            what(unsent),
            match why {
                Some(Trouble::SignedOut) =>
                    "this device's session is over: run `troth account sign-in` here to send it",
                Some(trouble) if trouble.is_passing() =>
                    "the server cannot be reached: run the command again when it can",
                _ if unsent.entries > 0 => "save it first with `troth export`",
                _ if unsent.private > 0 => "run `troth vault unlock` first so that it can be sent",
                _ => "it is on this device alone",
            }
        ))
        .coded("unsent"),
        _ => Failure::refused(error.to_string()),
    }
}

/// Says how much of what would be lost.
fn what(unsent: &Unsent) -> String {
    let kinds = [
        (unsent.entries, "unsent entry"),
        (unsent.private, "unsent note or week of yours"),
        (unsent.answers, "answer that only this device can open"),
        (unsent.drafts, "draft"),
    ];
    let parts: Vec<String> = kinds
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| many(count, kind))
        .collect();
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::from("nothing"),
    }
}

fn many(count: usize, kind: &str) -> String {
    let plural = match (count, kind) {
        (1, kind) => kind,
        (_, "unsent entry") => "unsent entries",
        (_, "draft") => "drafts",
        (_, "answer that only this device can open") => "answers that only this device can open",
        _ => "unsent notes or weeks of yours",
    };
    format!("{count} {plural}")
}

/// An account was not made.
pub(crate) fn create(error: &CreateError) -> Failure {
    match error {
        CreateError::Trouble(inner) => trouble(inner),
        CreateError::SomebodyHere => somebody(),
        _ => Failure::refused(error.to_string()),
    }
}

/// Signing in did not succeed.
pub(crate) fn sign_in(error: &SignInError) -> Failure {
    match error {
        SignInError::Trouble(inner) => trouble(inner),
        SignInError::OtherAccount => another_account(),
        _ => Failure::new(Exit::NotSignedIn, error.to_string()),
    }
}

/// The recovery words did not open the account.
pub(crate) fn recover(error: &RecoverError) -> Failure {
    match error {
        RecoverError::Trouble(inner) => trouble(inner),
        RecoverError::OtherAccount => another_account(),
        RecoverError::WeakPassword => Failure::refused(error.to_string()),
        _ => Failure::new(Exit::NotSignedIn, error.to_string()),
    }
}

/// A rehearsal did not succeed.
pub(crate) fn rehearse(error: &RehearseError) -> Failure {
    match error {
        RehearseError::Trouble(inner) => trouble(inner),
        _ => Failure::new(Exit::NotSignedIn, error.to_string()),
    }
}

/// A password did not do what was asked.
pub(crate) fn password(error: &PasswordError) -> Failure {
    match error {
        PasswordError::Trouble(inner) => trouble(inner),
        PasswordError::WeakPassword => Failure::refused(error.to_string()),
        _ => Failure::new(Exit::NotSignedIn, error.to_string()),
    }
}

/// An entry was not taken.
pub(crate) fn dispatch(error: &DispatchError) -> Failure {
    match error {
        DispatchError::Trouble(inner) => trouble(inner),
        DispatchError::Alarm => Failure::new(
            Exit::Broken,
            "the record is broken and takes nothing more; see `troth record verify`, and export your \
             copy with `troth export --out FILE`",
        ),
        DispatchError::Refused(refused) => core(*refused),
        DispatchError::Leaving => Failure::refused(
            "you are leaving this space and share nothing more; `troth leave --stay` takes that back",
        ),
        _ => Failure::refused(error.to_string()),
    }
}

/// The core refuses a wish.
pub(crate) fn core(refused: Refused) -> Failure {
    match refused {
        Refused::Schedule(_) => Failure::usage(refused.to_string()),
        _ => Failure::refused(refused.to_string()),
    }
}

/// A synchronisation stopped.
pub(crate) fn sync(error: &SyncError) -> Failure {
    match error {
        SyncError::Trouble(inner) => trouble(inner),
        _ => Failure::refused(error.to_string()),
    }
}

/// An invitation was not made.
pub(crate) fn invite(error: &InviteError) -> Failure {
    match error {
        InviteError::Trouble(inner) => trouble(inner),
        InviteError::Alarm => dispatch(&DispatchError::Alarm),
        _ => Failure::refused(error.to_string()),
    }
}

/// An invitation was not shown.
pub(crate) fn look(error: &LookError) -> Failure {
    match error {
        LookError::Trouble(inner) => trouble(inner),
        LookError::BadLink => Failure::usage(error.to_string()),
        LookError::Forged => Failure::new(Exit::Broken, error.to_string()),
        _ => Failure::refused(error.to_string()),
    }
}

/// An invitation was not accepted.
pub(crate) fn accept(error: &AcceptError) -> Failure {
    match error {
        AcceptError::Trouble(inner) => trouble(inner),
        AcceptError::BadLink => Failure::usage(error.to_string()),
        AcceptError::Forged => Failure::new(Exit::Broken, error.to_string()),
        _ => Failure::refused(error.to_string()),
    }
}

/// The vault did not do what was asked.
pub(crate) fn vault(error: &VaultError) -> Failure {
    match error {
        VaultError::Trouble(inner) => trouble(inner),
        VaultError::WrongPin | VaultError::WrongWords => {
            Failure::new(Exit::NotSignedIn, error.to_string())
        }
        VaultError::Locked => {
            Failure::refused("the vault is locked; run `troth vault unlock` first")
        }
        VaultError::Refused(refused) => core(*refused),
        _ => Failure::refused(error.to_string()),
    }
}
