//! Why a visit was not held, accepted, moved or called off, in kind words.

use troth_sync::network::BookError;

use super::Trouble;
use crate::texts::t;

impl From<BookError> for Trouble {
    fn from(error: BookError) -> Self {
        let (what, then) = match error {
            BookError::SlotTaken(_) => (t("book-taken"), t("then-book-other")),
            BookError::HoldOver => (t("book-over"), t("then-book-again")),
            BookError::AlreadyHolding => (t("book-holding"), t("then-book-holding")),
            BookError::Busy(_) => (t("book-busy"), t("then-book-other")),
            BookError::QuoteForged => (t("book-forged"), t("then-book-forged")),
            BookError::QuoteChanged => (t("book-changed"), t("then-book-changed")),
            BookError::Gone => (t("book-gone"), t("then-book-look")),
            BookError::TooLate => (t("book-late"), t("then-book-other")),
            BookError::WrongState => (t("book-state"), t("then-book-look")),
            BookError::NotOffered => (t("book-not-offered"), t("then-book-other")),
            BookError::Network(error) => return error.into(),
            _ => (t("trouble-other"), t("then-again")),
        };
        Self::new(what, then)
    }
}
