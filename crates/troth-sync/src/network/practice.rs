//! A therapist's side: listing, licences, plans, prices, hours, requests, visits.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rand_core::SeedableRng;
use troth_crypto::note::{self, About, NoteKey};
use troth_crypto::quote::{QuoteKey, Terms};
use troth_wire::network::{
    Acceptance, Audit, BookingId, BusyPut, Bytes, FeedCreated, Hours, Licence, LicencesPut,
    Listing, Overbook, PlansPut, Practice as Standing, PracticeBooking, PracticeBookingList,
    Preview, ProblemCode, QuotesPut, Vocabulary, WaitingList,
};

use super::api::{Api, Call, Who};
use super::drawer::Drawer;
use super::error::NetworkError;
use super::line::Line;
use super::quotes;
use crate::relay::Method;

/// The keys of a practice: they open notes and sign prices.
#[derive(Clone, Debug)]
pub(crate) struct PracticeKeys {
    /// One for each generation of the account's receiving keys, the newest last.
    pub(crate) notes: Vec<NoteKey>,
    /// Signs prices.
    pub(crate) quotes: QuoteKey,
}

/// The own listing of a signed-in account and what belongs to it.
#[derive(Clone)]
pub struct Practice {
    api: Api,
    keys: Rc<PracticeKeys>,
    drawer: Rc<dyn Drawer>,
    known: Rc<RefCell<Known>>,
}

#[derive(Default)]
struct Known {
    etag: Option<String>,
    provider: Option<u32>,
    /// For which booking the notes of another one were sealed, where it was moved.
    roots: BTreeMap<BookingId, BookingId>,
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Practice(..)")
    }
}

impl Practice {
    pub(crate) fn new(
        line: Rc<dyn Line>,
        token: troth_wire::Token,
        keys: PracticeKeys,
        drawer: Rc<dyn Drawer>,
    ) -> Self {
        Self {
            api: Api::new(line, Who::Account(token)),
            keys: Rc::new(keys),
            drawer,
            known: Rc::default(),
        }
    }

    /// Reads everything about the own listing; none before the first [`put_listing`](Self::put_listing).
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn look(&self) -> Result<Option<Standing>, NetworkError> {
        match self.keep(self.api.call(Method::Get, "practice")).await {
            Ok(standing) => Ok(Some(standing)),
            Err(error) if error.code() == Some(ProblemCode::NoListing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces the listing, making one if there is none. The keys are put in here.
    ///
    /// # Errors
    ///
    /// [`NetworkError::field`] names what is wrong.
    pub async fn put_listing(&self, listing: &Listing) -> Result<Standing, NetworkError> {
        let mut listing = listing.clone();
        if let Some(newest) = self.keys.notes.last().map(NoteKey::public) {
            listing.sealing_key = Some(Bytes(newest.public));
            listing.sealing_generation = Some(newest.generation);
        }
        listing.quote_key = Some(Bytes(self.keys.quotes.public().0.to_vec()));
        self.put("practice", &listing).await
    }

    /// Replaces the licences.
    ///
    /// # Errors
    ///
    /// [`NetworkError::field`] names what is wrong.
    pub async fn put_licences(&self, licences: Vec<Licence>) -> Result<Standing, NetworkError> {
        self.put("practice/licences", &LicencesPut { licences })
            .await
    }

    /// Replaces the plans that are taken, by state and format.
    ///
    /// # Errors
    ///
    /// [`NetworkError::field`] names what is wrong.
    pub async fn put_plans(&self, plans: Vec<Acceptance>) -> Result<Standing, NetworkError> {
        self.put("practice/plans", &PlansPut { plans }).await
    }

    /// Replaces the hours.
    ///
    /// # Errors
    ///
    /// [`NetworkError::field`] names what is wrong.
    pub async fn put_hours(&self, hours: &Hours) -> Result<Standing, NetworkError> {
        self.put("practice/hours", hours).await
    }

    /// Says where the busy times are: an iCalendar text, an https address, or nowhere.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `address_refused` or `calendar_unread`, among others.
    pub async fn put_busy(&self, busy: &BusyPut) -> Result<Standing, NetworkError> {
        self.put("practice/busy", busy).await
    }

    /// Signs prices on this device and replaces those of the listing. The provider's number in
    /// the terms is put in here.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `no_listing` before there is one, or `unknown_name` for a
    /// service or format that is not known.
    pub async fn sign_quotes(&self, terms: Vec<Terms>) -> Result<Standing, NetworkError> {
        let provider = self.provider().await?;
        let signed = terms.into_iter().map(|terms| {
            let terms = Terms { provider, ..terms };
            quotes::signed(&terms, &self.keys.quotes)
        });
        let quotes = signed.collect::<Option<Vec<_>>>();
        let quotes = quotes.ok_or(crate::trouble::Trouble::Malformed)?;
        self.put("practice/quotes", &QuotesPut { quotes }).await
    }

    /// Tells whether the listing carries the keys that this account has now; if not, put it again.
    #[must_use]
    pub fn has_current_keys(&self, listing: &Listing) -> bool {
        let newest = self.keys.notes.last().map(NoteKey::public);
        let sealing = listing.sealing_key.as_ref().map(|key| &key.0);
        let signing = listing.quote_key.as_ref().map(|key| key.0.as_slice());
        sealing == newest.as_ref().map(|newest| &newest.public)
            && signing == Some(self.keys.quotes.public().0.as_slice())
    }

    /// Asks the operator to verify the listing.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `incomplete`; its field says what is missing.
    pub async fn submit(&self) -> Result<Standing, NetworkError> {
        self.post("practice/submit").await
    }

    /// Says that everything is still true.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn confirm(&self) -> Result<Standing, NetworkError> {
        self.post("practice/confirm").await
    }

    /// Reads the listing as people will see it, with the times of the next days.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn preview(&self) -> Result<Preview, NetworkError> {
        self.api
            .call(Method::Get, "practice/preview")
            .answer()
            .await
    }

    /// Reads every word that a listing may use, the plans of this server among them.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn vocabulary(&self) -> Result<Vocabulary, NetworkError> {
        self.api.call(Method::Get, "vocabulary").answer().await
    }

    /// Lists the visits that wait for an answer.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn requests(&self) -> Result<Vec<PracticeBooking>, NetworkError> {
        self.pages("practice/requests").await
    }

    /// Lists the visits, in the order of their start.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn bookings(&self) -> Result<Vec<PracticeBooking>, NetworkError> {
        self.pages("practice/bookings").await
    }

    /// Opens what a client told, on this device. The visit was listed before.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Forged`] when it was not sealed to this practice for this visit.
    pub async fn open_note(
        &self,
        booking: BookingId,
        sealed: &Bytes,
    ) -> Result<String, NetworkError> {
        let root = self.known.borrow().roots.get(&booking).copied();
        let about = About {
            booking: root.unwrap_or(booking).0,
            provider: self.provider().await?,
        };
        let opened = note::open(&sealed.0, about, &self.keys.notes);
        opened
            .map(|text| text.as_str().to_owned())
            .map_err(|_| NetworkError::Forged)
    }

    /// Accepts a request.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `wrong_state` or `already_answered`.
    pub async fn accept(&self, id: BookingId) -> Result<PracticeBooking, NetworkError> {
        self.act(format!("practice/requests/{id}/accept")).await
    }

    /// Declines a request.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `wrong_state` or `already_answered`.
    pub async fn decline(&self, id: BookingId) -> Result<PracticeBooking, NetworkError> {
        self.act(format!("practice/requests/{id}/decline")).await
    }

    /// Cancels a visit.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `wrong_state`.
    pub async fn cancel(&self, id: BookingId) -> Result<PracticeBooking, NetworkError> {
        self.act(format!("practice/bookings/{id}/cancel")).await
    }

    /// Says that a visit took place.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `wrong_state`.
    pub async fn kept(&self, id: BookingId) -> Result<PracticeBooking, NetworkError> {
        self.act(format!("practice/bookings/{id}/kept")).await
    }

    /// Says that a visit did not take place.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] with the code `wrong_state`.
    pub async fn missed(&self, id: BookingId) -> Result<PracticeBooking, NetworkError> {
        self.act(format!("practice/bookings/{id}/missed")).await
    }

    /// Puts a visit in knowingly, over others if need be. It is written down.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server refuses.
    pub async fn overbook(&self, visit: &Overbook) -> Result<PracticeBooking, NetworkError> {
        let call = self.api.call(Method::Post, "practice/overbook").json(visit);
        call.key(&self.key()).answer().await
    }

    /// Reads what was written down about this listing, after an entry's number.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn audit(&self, after: Option<&str>) -> Result<Audit, NetworkError> {
        let after = after.map_or_else(String::new, |after| format!("?after={after}"));
        let path = format!("practice/audit{after}");
        self.api.call(Method::Get, path).answer().await
    }

    /// Lists who waits for a time; nobody is named.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn waitlist(&self) -> Result<WaitingList, NetworkError> {
        self.api
            .call(Method::Get, "practice/waitlist")
            .answer()
            .await
    }

    /// Makes a calendar feed of the visits and returns its whole address, which holds a secret.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn new_feed(&self) -> Result<String, NetworkError> {
        let call = self.api.call(Method::Post, "practice/feeds");
        let call = call.key(&self.key()).encoded(b"{}".to_vec());
        let feed: FeedCreated = call.answer().await?;
        Ok(format!("{}{}", self.api.address(), feed.path))
    }

    /// Ends every calendar feed of the practice.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] when the server does not answer.
    pub async fn end_feeds(&self) -> Result<(), NetworkError> {
        let call = self.api.call(Method::Delete, "practice/feeds");
        call.done().await
    }

    async fn put(
        &self,
        path: &str,
        value: &impl serde::Serialize,
    ) -> Result<Standing, NetworkError> {
        let etag = self.known.borrow().etag.clone();
        let call = self.api.call(Method::Put, path).json(value);
        self.keep(call.replacing(etag.as_deref())).await
    }

    async fn post<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, NetworkError> {
        let call = self.api.call(Method::Post, path);
        call.key(&self.key()).answer().await
    }

    /// Sends a call and remembers the version of what came.
    async fn keep(&self, call: Call<'_>) -> Result<Standing, NetworkError> {
        let (standing, etag) = call.versioned::<Standing>().await?;
        let etag = etag.unwrap_or_else(|| format!("\"{}\"", standing.version));
        let mut known = self.known.borrow_mut();
        known.etag = Some(etag);
        known.provider = Some(standing.id);
        drop(known);
        Ok(standing)
    }

    /// Remembers for which booking notes were sealed; a visit that was moved keeps its notes.
    fn remember(&self, bookings: &[PracticeBooking]) {
        let roots = bookings.iter().map(|booking| (booking.id, booking.root));
        self.known.borrow_mut().roots.extend(roots);
    }

    /// Does something with one visit.
    async fn act(&self, path: String) -> Result<PracticeBooking, NetworkError> {
        let booking: PracticeBooking = self.post(&path).await?;
        self.remember(std::slice::from_ref(&booking));
        Ok(booking)
    }

    async fn provider(&self) -> Result<u32, NetworkError> {
        let known = self.known.borrow().provider;
        match known {
            Some(provider) => Ok(provider),
            None => Ok(self.keep(self.api.call(Method::Get, "practice")).await?.id),
        }
    }

    async fn pages(&self, path: &str) -> Result<Vec<PracticeBooking>, NetworkError> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let call = self.api.call(Method::Get, format!("{path}{after}"));
            let page: PracticeBookingList = call.answer().await?;
            self.remember(&page.bookings);
            all.extend(page.bookings);
            match page.next {
                Some(next) => after = format!("?after={next}"),
                None => return Ok(all),
            }
        }
    }

    fn key(&self) -> [u8; 16] {
        let mut rng = crate::Rng::from_seed(self.drawer.seed());
        crate::draw(&mut rng)
    }
}
