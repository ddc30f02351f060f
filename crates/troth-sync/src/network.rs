//! Finding a provider and booking a visit: the open half of a server, seen from a device.
//!
//! A [`Network`] is the way to one server. From it come a [`Finder`], which fetches signed shards
//! and then matches on this device, and [`Bookings`], a person's visits under a pseudonym; an open
//! [`Client`](crate::Client) gives [`Bookings`] whose secret all devices of the person share, and
//! for therapists and operators [`Practice`] and [`Steward`]. Nothing here has a type parameter
//! for its rims, so a screen can hold it as it is.
//!
//! What is sent and kept is specified in `docs/protocol/visits.md`.

mod api;
mod bookings;
pub(crate) mod drawer;
mod error;
mod finder;
mod line;
mod pending;
mod practice;
mod quotes;
mod steward;
#[cfg(test)]
mod tests;
mod zones;

use std::rc::Rc;

pub use bookings::{Acceptance, Bookings, Held};
pub use drawer::{Change, Drawer, Unnamed};
pub use error::{BookError, NetworkError, Refusal};
pub use finder::{Fetched, Finder};
pub use line::{Ask, Caching, Line, Soon, Told};
#[cfg(test)]
pub(crate) use pending::Act;
pub use pending::{ActKind, Resumed};
pub use practice::Practice;
pub(crate) use practice::PracticeKeys;
pub use quotes::VerifiedQuote;
pub use steward::Steward;
/// What a signed price says.
pub use troth_crypto::quote::{Covers, Recorded, Terms};
/// What the JSON API says.
pub use troth_wire::network as wire;

use crate::env::Env;
use crate::journal::Journal;
use crate::lock::Lock;

/// The way to the open half of one server.
#[derive(Clone)]
pub struct Network {
    line: Rc<dyn Line>,
    env: Rc<dyn Env>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network(..)")
    }
}

impl Network {
    /// Speaks over a line, with this device's clock and chance.
    pub fn new(line: impl Line + 'static, env: impl Env + 'static) -> Self {
        Self {
            line: Rc::new(line),
            env: Rc::new(env),
        }
    }

    /// The visits of a person without an account; the secret rests readable in the journal.
    pub fn bookings(&self, journal: impl Journal + 'static, lock: Box<dyn Lock>) -> Bookings {
        let drawer = Unnamed::new(journal, lock, Rc::clone(&self.env));
        Bookings::new(Rc::clone(&self.line), Rc::new(drawer))
    }
}
