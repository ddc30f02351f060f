//! Reasons why the database did not do what it was asked.

use troth_booking::machine::Refused;
use troth_booking::rules::NotOffered;

use super::EntryId;
use crate::store::StoreError;

/// One thing that stands in the way of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Conflict {
    /// The provider has another visit, hold or offer then.
    Provider,
    /// The person who asks has another visit then.
    Client,
    /// The other partner has another visit then.
    Partner,
}

/// Says why the database did not do what it was asked.
///
/// The messages carry no data. Whatever the reason, nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
    /// Others were in the way again and again.
    #[error("too many others are changing the same rows")]
    Contended,
    /// There is none, or it is not the caller's; which of the two is not said.
    #[error("there is no such thing")]
    NotFound,
    /// Somebody changed it since the caller last saw it.
    #[error("it was changed in the meantime")]
    Changed {
        /// The version now.
        version: u64,
    },
    /// The time is taken; every conflict is named, in rising order.
    #[error("the time is taken")]
    Taken(Vec<Conflict>),
    /// The provider does not offer that time.
    #[error(transparent)]
    NotOffered(NotOffered),
    /// The listing is not open for bookings.
    #[error("the listing takes no bookings")]
    NotBookable,
    /// The provider is not licensed on that day in the state of one of those who come.
    #[error("no licence covers that day in that state")]
    NotLicensed,
    /// The provider does not offer the format or the service any more.
    #[error("this is not offered any more")]
    NotServed,
    /// The provider may ask their own clients alone, and one thing at a time.
    #[error("not one of the practice's clients, or asked already")]
    NotTheirClient,
    /// One person has as many of these as they may.
    #[error("there are too many of these")]
    TooMany,
    /// The state of the booking does not allow it, or the token is not the one.
    #[error(transparent)]
    Refused(Refused),
    /// The person has a live hold already.
    #[error("one hold is kept already")]
    HoldElsewhere,
    /// The state of the listing or entry does not allow it.
    #[error("this is not possible in its present state")]
    WrongState,
    /// The key came with another request before.
    #[error("the key was used for another request")]
    KeyReused,
    /// The quote is not one that the provider gives now.
    #[error("the quote is not one that the provider gives now")]
    StaleQuote,
    /// The person waits there already.
    #[error("the person is on this list already")]
    AlreadyWaiting(EntryId),
    /// The NPI belongs to another listing.
    #[error("the number belongs to another listing")]
    NpiTaken,
    /// The account has another listing.
    #[error("the account has another listing")]
    AccountTaken,
}

impl From<Refused> for NetworkError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<NotOffered> for NetworkError {
    fn from(reason: NotOffered) -> Self {
        Self::NotOffered(reason)
    }
}
