//! A person's visits: holding, accepting, listing, moving, cancelling, under a pseudonym.
//!
//! # Invariants
//!
//! 1. **Nothing of the search.** What is sent names a provider, a time, a format, a plan and a
//!    state; no answer of the intake, no score and no reason.
//! 2. **Sealed or not at all.** A note leaves this device only sealed to the key of the listing.
//! 3. **Shown is signed.** A price that is shown was signed by the practice for what is held.
//! 4. **Once.** Every act carries a key that stays the same over retries, offline hours and kills.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rand_core::SeedableRng;
use troth_crypto::note::{self, About, NoteError, NotePublic};
use troth_wire::network::{
    Accept, Booking, BookingId, BookingList, Bytes, Cancel, ClientSecret, Hold, HoldCreate, Move,
    OwnerToken, Provider, QuoteId, Report, SlotList, Standing, Time,
};

use super::api::{Api, Who, encoded};
use super::drawer::Drawer;
use super::error::{BookError, NetworkError};
use super::finder::Finder;
use super::line::Line;
use super::pending::{self, ActKind, Resumed, Wish};
use super::quotes::{self, VerifiedQuote};
use crate::relay::Method;

mod waiting;

/// The visits of one person on one server. Its clones share what they remember.
#[derive(Clone)]
pub struct Bookings {
    pub(super) api: Api,
    pub(super) drawer: Rc<dyn Drawer>,
    remembered: Rc<RefCell<Remembered>>,
}

#[derive(Default)]
struct Remembered {
    providers: BTreeMap<u32, Provider>,
}

impl std::fmt::Debug for Bookings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bookings(..)")
    }
}

/// A time that is held, with what is needed to accept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The hold.
    pub hold: Hold,
    /// What it costs; each was signed by the practice for this time.
    pub quotes: Vec<VerifiedQuote>,
    /// Whose time it is.
    pub provider: Provider,
    /// The partner's half of the way in, where this is the partner's device.
    pub as_partner: Option<OwnerToken>,
}

/// What a person says when accepting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acceptance {
    /// The state in which they are at the time of the visit, by its two letters.
    pub state: String,
    /// The price they were shown; none where the practice gives none.
    pub quote: Option<QuoteId>,
    /// What they tell the provider; sealed before it leaves.
    pub note: Option<String>,
}

impl Bookings {
    pub(crate) fn new(line: Rc<dyn Line>, drawer: Rc<dyn Drawer>) -> Self {
        Self {
            api: Api::new(line, Who::Stranger),
            drawer,
            remembered: Rc::default(),
        }
    }

    /// The directory of the same server, for matching on this device. It keeps the directory's key
    /// where this person's visits are kept, and sends nothing of who asks.
    #[must_use]
    pub fn finder(&self) -> Finder {
        Finder::new(self.api.clone(), Rc::clone(&self.drawer))
    }

    /// Reads a listing with its sealing key and its signed prices.
    ///
    /// Ask only for a provider whose time the person chose: the server sees which it is.
    ///
    /// # Errors
    ///
    /// [`BookError::QuoteForged`] when a price was not signed by the listing's key.
    pub async fn provider(&self, id: u32) -> Result<Provider, BookError> {
        let provider: Provider = self
            .api
            .call(Method::Get, format!("providers/{id}"))
            .answer()
            .await?;
        if provider.id != id || quotes::all_verified(&provider.quotes, &provider).is_none() {
            return Err(BookError::QuoteForged);
        }
        self.remembered
            .borrow_mut()
            .providers
            .insert(id, provider.clone());
        Ok(provider)
    }

    /// Lists times that a provider offers, freshly from the server.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn slots(
        &self,
        provider: u32,
        (from, to): (Time, Time),
        minutes: Option<u32>,
    ) -> Result<SlotList, BookError> {
        let length = minutes.map_or_else(String::new, |minutes| format!("&minutes={minutes}"));
        let path = format!("providers/{provider}/slots?from={from}&to={to}{length}");
        Ok(self.api.call(Method::Get, path).answer().await?)
    }

    /// Holds a time for a few minutes.
    ///
    /// # Errors
    ///
    /// - [`BookError::SlotTaken`]: somebody was quicker; rank again without it.
    /// - [`BookError::AlreadyHolding`]: release the other one first.
    /// - [`BookError::Busy`]: the person has another visit then.
    pub async fn hold(&self, wish: &HoldCreate) -> Result<Held, BookError> {
        let by = self.secret().await?;
        let body = encoded(wish);
        let act = Wish {
            kind: ActKind::Hold,
            by,
            path: String::from("holds"),
            same: &body.clone(),
        };
        let done = pending::act(&self.api, self.drawer.as_ref(), &act, || body).await;
        match done.map_err(BookError::from) {
            Ok(hold) => self.held_of(hold, None).await,
            // A process that ended right after the answer asks again for what it holds already.
            Err(BookError::AlreadyHolding) => match self.held().await? {
                Some(held) if is_wished(&held.hold, wish) => Ok(held),
                _ => Err(BookError::AlreadyHolding),
            },
            Err(error) => Err(error),
        }
    }

    /// Finds the time that this person holds now, after a restart.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn held(&self) -> Result<Option<Held>, BookError> {
        let waits =
            |booking: &Booking| matches!(booking.standing, Standing::Held | Standing::Offered);
        let Some(booking) = self.list().await?.into_iter().find(waits) else {
            return Ok(None);
        };
        match self.look(booking.id, None).await {
            Ok(held) => Ok(Some(held)),
            Err(BookError::Gone | BookError::HoldOver | BookError::WrongState) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a hold again: who has accepted, and how long it is kept. The partner shows the token
    /// that came through the couple's record.
    ///
    /// # Errors
    ///
    /// [`BookError::Gone`], [`BookError::HoldOver`]: it is not held any more.
    pub async fn look(
        &self,
        hold: BookingId,
        partner: Option<OwnerToken>,
    ) -> Result<Held, BookError> {
        let by = self.owner_of(hold, partner).await?;
        let call = self.api.client(by);
        let call = call.call(Method::Get, format!("holds/{hold}"));
        let hold: Hold = call.partner(partner).answer().await?;
        self.held_of(hold, partner).await
    }

    /// Lets a held time go.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer; that it is gone already is no error.
    pub async fn release(&self, hold: BookingId) -> Result<(), BookError> {
        let by = self.owner_of(hold, None).await?;
        let api = self.api.client(by);
        match api
            .call(Method::Delete, format!("holds/{hold}"))
            .done()
            .await
        {
            Ok(()) => Ok(()),
            Err(error) => match BookError::from(error) {
                BookError::Gone | BookError::HoldOver | BookError::WrongState => Ok(()),
                error => Err(error),
            },
        }
    }

    /// Accepts a held time, sealing the note on this device.
    ///
    /// The visit is booked, or requested, once everybody who has to has accepted; until then its
    /// standing stays [`Standing::Held`].
    ///
    /// # Errors
    ///
    /// - [`BookError::HoldOver`]: the time ran out.
    /// - [`BookError::QuoteChanged`]: the price is not the one that was shown.
    /// - [`NetworkError::NoKey`], [`NetworkError::NoteTooLong`]: the note cannot be sealed.
    pub async fn accept(&self, held: &Held, acceptance: &Acceptance) -> Result<Booking, BookError> {
        let id = held.hold.id;
        let by = self.owner_of(id, held.as_partner).await?;
        let note = match acceptance
            .note
            .as_deref()
            .filter(|text| !text.trim().is_empty())
        {
            Some(text) => Some(self.sealed(text, held)?),
            None => None,
        };
        let same = [
            acceptance.state.as_str(),
            &acceptance
                .quote
                .map_or_else(String::new, |id| id.to_string()),
            acceptance.note.as_deref().unwrap_or_default(),
        ]
        .join("\n");
        let wish = Wish {
            kind: ActKind::Accept,
            by,
            path: format!("holds/{id}/accept"),
            same: same.as_bytes(),
        };
        let accept = Accept {
            partner_token: held.as_partner,
            state: acceptance.state.clone(),
            note,
            quote: acceptance.quote,
        };
        let body = || encoded(&accept);
        Ok(pending::act(&self.api, self.drawer.as_ref(), &wish, body).await?)
    }

    /// Lists this person's visits, the latest start first.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn list(&self) -> Result<Vec<Booking>, BookError> {
        let mut all: Vec<Booking> = Vec::new();
        for secret in self.drawer.secrets().await? {
            let api = self.api.client(secret);
            let mut after = String::new();
            loop {
                let page: BookingList = api
                    .call(Method::Get, format!("bookings{after}"))
                    .answer()
                    .await?;
                all.extend(page.bookings);
                match page.next {
                    Some(next) => after = format!("?after={next}"),
                    None => break,
                }
            }
        }
        all.sort_by_key(|booking| std::cmp::Reverse(booking.start));
        Ok(all)
    }

    /// Reads one visit.
    ///
    /// # Errors
    ///
    /// [`BookError::Gone`]: not one of this person's.
    pub async fn booking(&self, id: BookingId) -> Result<Booking, BookError> {
        Ok(self.owned(id).await?.1)
    }

    /// Cancels a visit; the time is free again in the same moment.
    ///
    /// # Errors
    ///
    /// - [`BookError::WrongState`]: it is over, moved or cancelled already.
    pub async fn cancel(&self, id: BookingId) -> Result<Booking, BookError> {
        let (by, booking) = self.owned(id).await?;
        let wish = Wish {
            kind: ActKind::Cancel,
            by,
            path: format!("bookings/{id}/cancel"),
            same: &[],
        };
        let token = self.token_for(&booking, &wish).await?;
        let body = || encoded(&Cancel { token });
        Ok(pending::act(&self.api, self.drawer.as_ref(), &wish, body).await?)
    }

    /// Moves a visit to another time of the same provider, in one step: either the new time is
    /// booked and the old one free, or nothing has changed.
    ///
    /// # Errors
    ///
    /// - [`BookError::SlotTaken`]: the new time is taken; the old one stays.
    /// - [`BookError::WrongState`]: it is over, moved or cancelled already.
    pub async fn move_to(&self, id: BookingId, start: Time) -> Result<Booking, BookError> {
        let (by, booking) = self.owned(id).await?;
        let wish = Wish {
            kind: ActKind::Move,
            by,
            path: format!("bookings/{id}/move"),
            same: &start.0.to_be_bytes(),
        };
        let token = self.token_for(&booking, &wish).await?;
        let body = || encoded(&Move { token, start });
        Ok(pending::act(&self.api, self.drawer.as_ref(), &wish, body).await?)
    }

    /// Says in one tap that a listing is not what it says. Nobody is named.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn report(&self, report: &Report) -> Result<(), BookError> {
        let call = self.api.call(Method::Post, "reports").json(report);
        Ok(call.done().await?)
    }

    /// Sends again what was on its way when the process ended or the line broke. Call it once at
    /// the start.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the journal cannot be read or written.
    pub async fn resume(&self) -> Result<Vec<Resumed>, BookError> {
        Ok(pending::resume(&self.api, self.drawer.as_ref()).await?)
    }

    /// Names the address of the server, for telling the partner.
    #[must_use]
    pub fn server(&self) -> String {
        self.api.address()
    }

    /// The secret under which new acts are done.
    pub(super) async fn secret(&self) -> Result<ClientSecret, BookError> {
        let secrets = self.drawer.secrets().await?;
        let first = secrets.first().copied();
        Ok(first.ok_or(crate::trouble::Trouble::Damaged)?)
    }

    /// Finds under which of this person's secrets a hold stands.
    async fn owner_of(
        &self,
        hold: BookingId,
        partner: Option<OwnerToken>,
    ) -> Result<ClientSecret, BookError> {
        let secrets = self.drawer.secrets().await?;
        if let (Some(first), true) = (secrets.first(), secrets.len() == 1 || partner.is_some()) {
            return Ok(*first);
        }
        Ok(self.owned(hold).await?.0)
    }

    /// Reads a visit, and finds under which of this person's secrets it stands.
    async fn owned(&self, id: BookingId) -> Result<(ClientSecret, Booking), BookError> {
        for secret in self.drawer.secrets().await? {
            let api = self.api.client(secret);
            let booking = api
                .call(Method::Get, format!("bookings/{id}"))
                .answer()
                .await;
            match booking.map_err(BookError::from) {
                Err(BookError::Gone) => {}
                other => return other.map(|booking| (secret, booking)),
            }
        }
        Err(BookError::Gone)
    }

    /// The token for an act on a visit. An act whose answer is open was sent with the token of then,
    /// which the server no longer shows if it was done.
    async fn token_for(&self, booking: &Booking, wish: &Wish<'_>) -> Result<OwnerToken, BookError> {
        match booking.token {
            Some(token) => Ok(token),
            None if pending::is_open(self.drawer.as_ref(), wish).await? => Ok(OwnerToken([0; 32])),
            None => Err(BookError::WrongState),
        }
    }

    /// Puts the listing and the checked prices beside a hold.
    async fn held_of(&self, hold: Hold, as_partner: Option<OwnerToken>) -> Result<Held, BookError> {
        let known = self
            .remembered
            .borrow()
            .providers
            .get(&hold.provider)
            .cloned();
        let provider = match known {
            Some(provider) => provider,
            None => self.provider(hold.provider).await?,
        };
        let checked = quotes::all_verified(&hold.quotes, &provider);
        let checked =
            checked.filter(|quotes| quotes.iter().all(|quote| quotes::fits(&quote.terms, &hold)));
        Ok(Held {
            quotes: checked.ok_or(BookError::QuoteForged)?,
            hold,
            provider,
            as_partner,
        })
    }

    /// Seals a note to the key of the listing.
    fn sealed(&self, text: &str, held: &Held) -> Result<Bytes, NetworkError> {
        let provider = &held.provider;
        let (Some(key), Some(generation)) = (&provider.sealing_key, provider.sealing_generation)
        else {
            return Err(NetworkError::NoKey);
        };
        let to = NotePublic {
            generation,
            public: key.0.clone(),
        };
        let about = About {
            booking: held.hold.id.0,
            provider: provider.id,
        };
        let mut rng = crate::Rng::from_seed(self.drawer.seed());
        match note::seal(text, about, &to, &mut rng) {
            Ok(sealed) => Ok(Bytes(sealed.0)),
            Err(NoteError::TooLong) => Err(NetworkError::NoteTooLong),
            Err(_) => Err(NetworkError::NoKey),
        }
    }
}

/// Tells whether a hold is the very one that is wished for.
fn is_wished(hold: &Hold, wish: &HoldCreate) -> bool {
    hold.provider == wish.provider
        && (hold.start, hold.minutes) == (wish.start, wish.minutes)
        && (hold.format, hold.service) == (wish.format, wish.service)
        && hold.plan == wish.plan
        && hold.with_partner == wish.with_partner
}
