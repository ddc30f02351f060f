//! What the pages of a therapist, and of whoever runs the server, ask of the client.
//!
//! One handle is kept while the keys are here: it knows the version that was read last, so that a change made on
//! another device in between is noticed instead of overwritten.

use leptos::prelude::*;
use troth_sync::network::{Covers, Practice as Line, Recorded, Steward, Terms};
use troth_wire::network::{
    Acceptance, Audit, BookingId, BusyPut, Bytes, Ghosts, Hours, ImportReport, Licence, Listing,
    Overbook, PlanPays, Practice, PracticeBooking, Preview, Record, Vocabulary, Waiting,
};

use super::App;
use super::trouble::Trouble;
use crate::typed::listing::{format_name, service_name};
use crate::typed::prices::Price;

/// The handle of the own practice, while the keys are here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    line: StoredValue<Option<Line>, LocalStorage>,
}

impl Work {
    /// Nothing was asked for yet.
    pub(super) fn new() -> Self {
        Self {
            line: StoredValue::new_local(None),
        }
    }

    /// Forgets the handle, and with it the keys it holds.
    pub(super) fn forget(self) {
        self.line.set_value(None);
    }
}

impl App {
    fn line(self) -> Result<Line, Trouble> {
        if let Some(line) = self.work.line.get_value() {
            return Ok(line);
        }
        let line = self.client()?.practice()?;
        self.work.line.set_value(Some(line.clone()));
        Ok(line)
    }

    fn steward(self) -> Result<Steward, Trouble> {
        Ok(self.client()?.steward()?)
    }

    /// Reads the own listing with all that belongs to it; `None` before there is one.
    ///
    /// A listing that carries keys which this account no longer has is put again with the newest ones, so that notes
    /// can be opened here.
    pub(crate) async fn practice(self) -> Result<Option<Practice>, Trouble> {
        let line = self.line()?;
        match line.look().await? {
            Some(practice) if !line.has_current_keys(&practice.listing) => {
                Ok(Some(line.put_listing(&practice.listing).await?))
            }
            found => Ok(found),
        }
    }

    /// Reads every word that a listing may use.
    pub(crate) async fn vocabulary(self) -> Result<Vocabulary, Trouble> {
        Ok(self.line()?.vocabulary().await?)
    }

    /// Replaces the listing.
    pub(crate) async fn put_listing(self, listing: Listing) -> Result<Practice, Trouble> {
        Ok(self.line()?.put_listing(&listing).await?)
    }

    /// Replaces the licences.
    pub(crate) async fn put_licences(self, licences: Vec<Licence>) -> Result<Practice, Trouble> {
        Ok(self.line()?.put_licences(licences).await?)
    }

    /// Replaces the plans.
    pub(crate) async fn put_plans(self, plans: Vec<Acceptance>) -> Result<Practice, Trouble> {
        Ok(self.line()?.put_plans(plans).await?)
    }

    /// Replaces the hours.
    pub(crate) async fn put_hours(self, hours: Hours) -> Result<Practice, Trouble> {
        Ok(self.line()?.put_hours(&hours).await?)
    }

    /// Says where the taken times are, or that there are none.
    pub(crate) async fn put_busy(self, busy: BusyPut) -> Result<Practice, Trouble> {
        Ok(self.line()?.put_busy(&busy).await?)
    }

    /// Signs prices on this device and replaces those of the listing.
    pub(crate) async fn sign_prices(self, prices: Vec<Price>) -> Result<Practice, Trouble> {
        let terms = prices.into_iter().map(terms).collect();
        Ok(self.line()?.sign_quotes(terms).await?)
    }

    /// Asks whoever runs the server to look at the listing.
    pub(crate) async fn submit_listing(self) -> Result<Practice, Trouble> {
        Ok(self.line()?.submit().await?)
    }

    /// Says that everything is still true.
    pub(crate) async fn confirm_listing(self) -> Result<Practice, Trouble> {
        Ok(self.line()?.confirm().await?)
    }

    /// Reads the listing as people see it.
    pub(crate) async fn preview(self) -> Result<Preview, Trouble> {
        Ok(self.line()?.preview().await?)
    }

    /// Lists the visits that wait for an answer.
    pub(crate) async fn requests(self) -> Result<Vec<PracticeBooking>, Trouble> {
        Ok(self.line()?.requests().await?)
    }

    /// Lists the visits.
    pub(crate) async fn practice_visits(self) -> Result<Vec<PracticeBooking>, Trouble> {
        Ok(self.line()?.bookings().await?)
    }

    /// Opens what a client told, on this device.
    pub(crate) async fn open_note(self, id: BookingId, sealed: Bytes) -> Result<String, Trouble> {
        Ok(self.line()?.open_note(id, &sealed).await?)
    }

    /// Does one thing with a visit.
    pub(crate) async fn answer_visit_of(
        self,
        id: BookingId,
        act: Act,
    ) -> Result<PracticeBooking, Trouble> {
        let line = self.line()?;
        Ok(match act {
            Act::Accept => line.accept(id).await,
            Act::Decline => line.decline(id).await,
            Act::Cancel => line.cancel(id).await,
            Act::Kept => line.kept(id).await,
            Act::Missed => line.missed(id).await,
        }?)
    }

    /// Puts a visit in knowingly.
    pub(crate) async fn overbook(self, visit: Overbook) -> Result<PracticeBooking, Trouble> {
        Ok(self.line()?.overbook(&visit).await?)
    }

    /// Reads what was done in the listing's name, a page from `after` on.
    pub(crate) async fn practice_log(self, after: Option<String>) -> Result<Audit, Trouble> {
        Ok(self.line()?.audit(after.as_deref()).await?)
    }

    /// Lists who waits for a time.
    pub(crate) async fn waiting_people(self) -> Result<Vec<Waiting>, Trouble> {
        Ok(self.line()?.waitlist().await?.waiting)
    }

    /// Makes a secret calendar address.
    pub(crate) async fn new_practice_feed(self) -> Result<String, Trouble> {
        Ok(self.line()?.new_feed().await?)
    }

    /// Ends every secret calendar address.
    pub(crate) async fn end_practice_feeds(self) -> Result<(), Trouble> {
        Ok(self.line()?.end_feeds().await?)
    }
}

/// What a therapist does with a visit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    /// Says yes to a request.
    Accept,
    /// Says no to a request.
    Decline,
    /// Calls a visit off.
    Cancel,
    /// The visit took place.
    Kept,
    /// The visit did not take place.
    Missed,
}

impl App {
    /// Lists the listings that wait to be looked at.
    pub(crate) async fn pending_listings(self) -> Result<Vec<Practice>, Trouble> {
        Ok(self.steward()?.pending().await?)
    }

    /// Lets a listing into the directory, in the version that was read.
    pub(crate) async fn verify_listing(self, (provider, seen): (u32, u64)) -> Result<(), Trouble> {
        Ok(self.steward()?.verify(provider, seen).await?)
    }

    /// Says no to a listing in the version that was read, with the reason.
    pub(crate) async fn refuse_listing(
        self,
        (provider, seen): (u32, u64),
        reason: String,
    ) -> Result<(), Trouble> {
        Ok(self.steward()?.refuse(provider, seen, &reason).await?)
    }

    /// Imports plans from a payer's table.
    pub(crate) async fn import_plans(self, table: String) -> Result<ImportReport, Trouble> {
        Ok(self.steward()?.import_plans(&table).await?)
    }

    /// Reads how many listings here are not to be had.
    pub(crate) async fn ghosts(self) -> Result<Ghosts, Trouble> {
        Ok(self.steward()?.ghosts().await?)
    }

    /// Reads what was done in this server's name, a page from `after` on.
    pub(crate) async fn steward_log(self, after: Option<String>) -> Result<Audit, Trouble> {
        Ok(self.steward()?.audit(after.as_deref()).await?)
    }
}

/// Writes a price as it is signed; the client puts in whose it is.
fn terms(price: Price) -> Terms {
    Terms {
        provider: 0,
        service: service_name(price.service),
        minutes: price.minutes,
        format: format_name(price.format),
        plan: price.plan,
        state: price.state,
        cents: price.cents,
        plan_pays_couples: match price.pays {
            PlanPays::Yes => Covers::Yes,
            PlanPays::No => Covers::No,
            PlanPays::Unknown => Covers::Unknown,
        },
        record: match price.record {
            Record::Nobody => Recorded::Nobody,
            Record::BilledPerson => Recorded::WhoIsBilled,
        },
        currency: "USD".to_owned(),
        valid_until: price.until.0,
    }
}
