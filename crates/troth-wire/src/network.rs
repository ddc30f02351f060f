//! What the JSON API under `/api/v1` says: the directory, matching, booking, administration.
//!
//! The routes are listed in `docs/protocol/network-api.md` and, made from this code, in the
//! OpenAPI document that every server gives out at `/api/v1/openapi.json`. The types here are
//! plain data for both ends; what they mean is decided elsewhere (`troth-match`,
//! `troth-booking`, the server).
//!
//! # Invariants
//!
//! 1. **Strict in.** What a client sends has no field that this version does not know; the
//!    problem then names the field. What a server sends may grow.
//! 2. **Nobody is named.** No type of the client's side has a place for a name, an address, a
//!    birth date or a reason; what a person tells a provider is [`Bytes`] sealed to that provider.
//! 3. **Whole minutes, whole cents.** Times are UTC at a full minute, money is integer cents.

mod booking;
mod bytes;
mod directory;
mod find;
mod hours;
mod id;
mod practice;
mod problem;
mod steward;
mod time;

pub use booking::{
    Accept, Booking, BookingList, Cancel, Change, FeedCreated, Format, Hold, HoldCreate, Move,
    Notice, NoticeKind, NoticeList, PlanPays, Quote, Record, Service, Standing, WaitCreate,
    WaitEntry, WaitList, Window,
};
pub use bytes::Bytes;
pub use directory::{
    Acceptance, Done, Ghosts, Licence, Place, Plan, Provider, ProviderCard, ProviderList, Report,
    ReportKind, ShardFile, ShardKind, ShardList, Slot, SlotList, Term, Vocabulary,
};
pub use find::{Found, MatchAnswer, MatchQuery, Misfit, Near, Reason, Relaxation};
pub use hours::{Hours, HoursChange, WeeklyHours};
pub use id::{BookingId, ClientId, ClientSecret, NotHex, OwnerToken, QuoteId, WaitId};
pub use practice::{
    Audit, AuditEntry, Blocked, Busy, BusyPut, BusyTrouble, Freshness, LicencesPut, Listing,
    Overbook, PlansPut, Practice, PracticeBooking, PracticeBookingList, PracticeState, Preview,
    Proof, QuotesPut, SealedNote, Waiting, WaitingList,
};
pub use problem::{CODES_PAGE, Conflict, Problem, ProblemCode};
pub use steward::{ImportReport, PendingList, Refuse, RejectedRow, StewardAudit};
pub use time::{Day, Degrees, NotATime, Time};

/// The path that every route of this API starts with.
pub const API: &str = "/api/v1";

/// The scheme of the `Authorization` header of a person who has no account: the secret of 32
/// bytes follows in hexadecimal.
pub const CLIENT_SCHEME: &str = "Troth-Client";

/// The header with which a partner shows the token of a hold before accepting it.
pub const PARTNER_HEADER: &str = "troth-partner";

/// The header that makes a repeated `POST` the same one.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The longest request body, in bytes, its padding included.
pub const MAX_BODY: usize = 256 * 1024;

/// The longest body of an import of plans or of a calendar's text, in bytes.
pub const MAX_IMPORT: usize = 4 * 1024 * 1024;

/// The longest idempotency key, in bytes.
pub const MAX_KEY: usize = 64;

/// How many things a page holds at most.
pub const MAX_PAGE: u32 = 200;

/// How many things a page holds if nothing is said.
pub const PAGE: u32 = 50;

#[cfg(test)]
mod tests;
