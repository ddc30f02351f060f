//! Every operation of the network, each written once for both databases.
//!
//! An operation is a struct of what it needs; [`NetworkStore::run`](super::store::NetworkStore::run)
//! carries it out. Documents (listings, hours, busy times) are bytes here: the routes and
//! importers write and read them, the store keeps them and the columns by which they are found.
//!
//! | To read about | see |
//! | --- | --- |
//! | listings and who may change them | [`provider`] |
//! | plans, and what payers say of providers | [`plan`] |
//! | dated evidence, reports, the ghost rate | [`evidence`] |
//! | hours and busy times | [`calendar`] |
//! | signed price quotes | [`quote`] |
//! | what is published | [`publish`] |
//! | who publishes, and the files | [`edition`] |
//! | imports that can be resumed | [`import`] |
//! | holding, accepting, moving, ending bookings | [`booking`] |
//! | who is next | [`waitlist`] |
//! | requests that come twice | [`once`] |
//! | reminders, notices, calendar feeds | [`reminder`], [`notice`], [`feed`] |
//! | operators and the audit log | [`audit`] |

pub mod audit;
pub mod booking;
pub mod calendar;
pub mod edition;
pub mod evidence;
pub mod feed;
pub mod import;
pub mod notice;
pub mod once;
pub mod plan;
pub mod provider;
pub mod publish;
pub mod quote;
pub mod reminder;
pub mod token;
pub mod waitlist;

mod lock;
mod occupy;
