//! What the pages of a search and of visits ask of the client: holding, accepting, reading, calling off.
//!
//! With an account the pseudonym lies in the keyring, so that every device of a person knows their visits; without one
//! it rests in the journal of this browser.

use jiff::Timestamp;
use leptos::prelude::GetUntracked as _;
use troth_core::{Command, HeldVisit, PartnerToken, VisitAnswer, VisitFormat, VisitView};
use troth_sync::env::WebEnv;
use troth_sync::journal::indexed_db::IndexedDbJournal;
use troth_sync::lock::web::WebLock;
use troth_sync::network::{Acceptance, BookError, Bookings, Held, Network};
use troth_sync::relay::http_web::WebRelay;
use troth_wire::network::{
    Booking, BookingId, Format, HoldCreate, OwnerToken, Provider, QuoteId, Report, ReportKind,
    Service, Slot, Standing, Time, WaitCreate, WaitEntry, WaitId,
};

use super::account::JOURNAL;
use super::finding::Chosen;
use super::trouble::Trouble;
use super::{App, Session};
use crate::browser;
use crate::intake::{Answers, Payer};

/// How far ahead free times are asked for, in minutes.
const AHEAD: u32 = 14 * 24 * 60;

/// The open half of the server that gave us this page.
fn network() -> Network {
    Network::new(WebRelay::new(&browser::origin()), WebEnv)
}

/// Reads an instant as a time of the API.
pub(crate) fn time_of(at: Timestamp) -> Time {
    Time(u32::try_from(at.as_second() / 60).unwrap_or_default())
}

/// What a page of one visit shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    /// It is held and waits for someone.
    Held(Box<Held>),
    /// It is what it is.
    Booking(Box<Booking>),
    /// Not one of this person's.
    Gone,
}

impl App {
    /// The visits of whoever is here.
    pub(crate) async fn bookings(self) -> Result<Bookings, Trouble> {
        match self.session.try_get_untracked() {
            Some(Session::In) => Ok(self.client()?.bookings()),
            Some(Session::Locked) => Err(Trouble::locked()),
            _ => self.unnamed().await,
        }
    }

    /// The visits, and the list, of someone without an account.
    pub(super) async fn unnamed(self) -> Result<Bookings, Trouble> {
        let journal = IndexedDbJournal::open(JOURNAL)
            .await
            .map_err(|_| Trouble::storage())?;
        Ok(network().bookings(journal, Box::new(WebLock::new(JOURNAL))))
    }

    /// Reads a therapist whose time was chosen, with the prices they signed.
    pub(crate) async fn provider(self, id: u32) -> Result<Provider, Trouble> {
        Ok(self.bookings().await?.provider(id).await?)
    }

    /// Holds the chosen time, accepts it for this person, and tells the partner through the sealed record.
    pub(crate) async fn hold(
        self,
        chosen: &Chosen,
        note: &str,
        shown: Option<QuoteId>,
    ) -> Result<BookingId, HoldError> {
        let bookings = self.bookings().await?;
        let wish = self.answers_untracked(|answers| wish(answers, chosen));
        let held = match bookings.hold(&wish).await {
            Err(BookError::AlreadyHolding) => {
                self.let_go_elsewhere(&bookings).await?;
                bookings.hold(&wish).await?
            }
            other => other?,
        };
        let id = held.hold.id;
        let acceptance = Acceptance {
            state: wish.state,
            quote: shown,
            note: (!note.is_empty()).then(|| note.to_owned()),
        };
        if let Err(error) = bookings.accept(&held, &acceptance).await {
            // What could not be accepted keeps nobody else from the time.
            let _ = bookings.release(id).await;
            return Err(error.into());
        }
        if held.hold.with_partner {
            let _ = self.propose(&held).await;
        }
        Ok(id)
    }

    /// Lets go of a time that this person holds already: choosing another one says so.
    async fn let_go_elsewhere(self, bookings: &Bookings) -> Result<(), BookError> {
        if let Some(other) = bookings.held().await? {
            bookings.release(other.hold.id).await?;
        }
        Ok(())
    }

    /// Tells the partner through the sealed record, where there is one.
    pub(crate) async fn propose(self, held: &Held) -> Result<(), Trouble> {
        if self.both().is_none() {
            return Ok(());
        }
        let Some(token) = held.hold.partner_token else {
            return Ok(());
        };
        let hold = &held.hold;
        let told = HeldVisit {
            provider: hold.provider,
            provider_name: hold.provider_name.clone(),
            start: hold.start.0,
            minutes: hold.minutes,
            zone: browser::zone(),
            format: match hold.format {
                Format::Video => VisitFormat::Video,
                Format::InPerson => VisitFormat::InPerson,
            },
            hold: hold.id.0,
            token: PartnerToken(token.0),
            server: browser::origin(),
            until: hold.until.0,
        };
        self.dispatch(Command::ProposeVisit(told)).await?;
        Ok(())
    }

    /// Finds what the record says of a held time.
    pub(crate) fn proposed(self, id: BookingId) -> Option<VisitView> {
        let (couple, now) = (self.couple()?, self.moment()?);
        couple
            .visits(&now)
            .into_iter()
            .find(|visit| visit.held.hold == id.0)
    }

    /// Reads one visit, as its holder or, with a token, as the partner.
    pub(crate) async fn look(
        self,
        id: BookingId,
        token: Option<OwnerToken>,
    ) -> Result<Seen, Trouble> {
        let bookings = self.bookings().await?;
        let held = match (token, bookings.booking(id).await) {
            (_, Ok(booking)) if !waits(booking.standing) => {
                return Ok(Seen::Booking(Box::new(booking)));
            }
            (None, Err(BookError::Gone)) => return Ok(Seen::Gone),
            (None, Ok(booking)) => match bookings.look(id, None).await {
                Err(error) if is_over(&error) => return Ok(Seen::Booking(Box::new(booking))),
                other => other,
            },
            (Some(token), Ok(_) | Err(BookError::Gone)) => bookings.look(id, Some(token)).await,
            (_, Err(error)) => Err(error),
        };
        match held {
            Ok(mut held) => {
                // It counts down; a screen says until when instead.
                held.hold.seconds_left = 0;
                Ok(Seen::Held(Box::new(held)))
            }
            Err(error) if is_over(&error) => Ok(Seen::Gone),
            Err(error) => Err(error.into()),
        }
    }

    /// Accepts a held time, with the price that was shown.
    pub(crate) async fn accept_held(
        self,
        held: Held,
        acceptance: Acceptance,
    ) -> Result<(), Trouble> {
        let bookings = self.bookings().await?;
        bookings.accept(&held, &acceptance).await?;
        if held.as_partner.is_some() {
            self.answer_proposal(held.hold.id, VisitAnswer::Accepted)
                .await?;
        } else if held.hold.with_partner {
            self.propose(&held).await?;
        }
        Ok(())
    }

    /// Says in the record how the partner answered, where the time came through it.
    pub(crate) async fn answer_proposal(
        self,
        id: BookingId,
        answer: VisitAnswer,
    ) -> Result<(), Trouble> {
        if let Some(visit) = self.proposed(id)
            && Some(visit.by) != self.partner_id()
        {
            let visit = visit.id;
            self.dispatch(Command::AnswerVisit { visit, answer })
                .await?;
        }
        Ok(())
    }

    /// Says of a listing what was met. Nobody is named.
    pub(crate) async fn report(self, provider: u32, what: ReportKind) -> Result<(), Trouble> {
        let report = Report {
            provider,
            what,
            plan: None,
        };
        Ok(self.bookings().await?.report(&report).await?)
    }

    /// Waits for a time of a therapist, as the answers say.
    pub(crate) async fn wait_for(self, chosen: &Chosen) -> Result<(), Trouble> {
        let wish = self.answers_untracked(|answers| {
            let HoldCreate {
                provider,
                minutes,
                format,
                service,
                plan,
                state,
                with_partner,
                ..
            } = wish(answers, chosen);
            WaitCreate {
                provider,
                minutes,
                format,
                service,
                plan,
                state,
                with_partner,
                windows: Vec::new(),
            }
        });
        self.bookings().await?.wait(&wish).await?;
        Ok(())
    }

    /// Lists the visits and the places on waitlists.
    pub(crate) async fn visits(self) -> Result<(Vec<Booking>, Vec<WaitEntry>), Trouble> {
        let bookings = self.bookings().await?;
        Ok((bookings.list().await?, bookings.waiting().await?))
    }

    /// Stops waiting.
    pub(crate) async fn stop_waiting(self, id: WaitId) -> Result<(), Trouble> {
        Ok(self.bookings().await?.stop_waiting(id).await?)
    }

    /// Lists the free times of a therapist, freshly from the server.
    pub(crate) async fn free_times(
        self,
        provider: u32,
        minutes: u32,
    ) -> Result<Vec<Slot>, Trouble> {
        let from = time_of(crate::part::when::now());
        let to = Time(from.0.saturating_add(AHEAD));
        let list = self
            .bookings()
            .await?
            .slots(provider, (from, to), Some(minutes))
            .await?;
        Ok(list.slots)
    }

    /// Sends again what was on its way when this page was closed.
    pub(crate) async fn resume_visits(self) {
        // With an account an acceptance may also wait for its word in the sealed record.
        if let Ok(client) = self.client() {
            let _ = client.finish_visits().await;
            super::live::soon(self);
        } else if let Ok(bookings) = self.bookings().await {
            let _ = bookings.resume().await;
        }
    }
}

/// Why the chosen time was not held.
#[derive(Debug)]
pub(crate) enum HoldError {
    /// Something about the visit.
    Book(BookError),
    /// Something about this device.
    Device(Trouble),
}

impl From<BookError> for HoldError {
    fn from(error: BookError) -> Self {
        Self::Book(error)
    }
}

impl From<Trouble> for HoldError {
    fn from(trouble: Trouble) -> Self {
        Self::Device(trouble)
    }
}

/// Whether a visit in this standing still waits for someone's acceptance.
pub(crate) fn waits(standing: Standing) -> bool {
    matches!(standing, Standing::Held | Standing::Offered)
}

fn is_over(error: &BookError) -> bool {
    matches!(
        error,
        BookError::Gone | BookError::HoldOver | BookError::WrongState
    )
}

/// Writes what is asked of the server for a chosen time: the time, the format, the plan and the state, nothing else.
fn wish(answers: &Answers, chosen: &Chosen) -> HoldCreate {
    let both = answers.is_for_both();
    let by_plan = answers.payer == Some(Payer::Plan) && !answers.plan.is_empty();
    HoldCreate {
        provider: chosen.provider,
        start: chosen.start,
        minutes: u32::from(chosen.minutes),
        format: if chosen.video {
            Format::Video
        } else {
            Format::InPerson
        },
        service: if both {
            Service::Couples
        } else {
            Service::Individual
        },
        plan: by_plan.then(|| answers.plan.clone()),
        state: answers.here.clone(),
        with_partner: both,
    }
}
