//! Working hours, busy times and bookings: what may be booked, and what becomes of it.
//!
//! Everything here is a pure function. No clock is linked, no chance is drawn and nothing is read
//! or written: the present arrives as a [`Minute`], identifiers and tokens arrive ready made. Whether
//! a time is still free is decided by a database, through the [`Cell`]s that a [`Visit`] takes;
//! whether an act is allowed is decided by [`machine`], the same on every side.
//!
//! - [`rules`]: working hours in civil time, and the slots they leave.
//! - [`machine`]: the states of a booking, the acts of people, and its history.
//! - [`waitlist`]: who is next when a time becomes free.
//! - [`feed`]: bookings as iCalendar text.
//! - `busy` (feature `ical`): what a foreign iCalendar feed blocks.
#![forbid(unsafe_code)]

extern crate alloc;
// The readers of the fuzz targets, replayed in our tests, name this crate from outside.
#[cfg(test)]
extern crate self as troth_booking;

#[cfg(feature = "ical")]
pub mod busy;
pub mod feed;
mod id;
pub mod machine;
pub mod rules;
mod span_set;
mod time;
pub mod waitlist;

pub use id::{BookingId, ClientId, NotAnId, TokenDigest};
pub use span_set::SpanSet;
pub use time::{Cell, Minute, Span, Visit};
pub use troth_match::{Availability, ProviderId};
