//! `troth visit`: hold, accept, list, move and cancel visits, under a pseudonym.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use troth_core::{VisitAnswer, VisitStanding, VisitView};
use troth_sync::block_on;
use troth_sync::network::wire::{
    Booking, BookingId, Format, HoldCreate, QuoteId, Service, Standing, Time,
};
use troth_sync::network::{Acceptance, ActKind, BookError, Bookings, Held, Resumed};

use crate::answer::Answer;
use crate::ask;
use crate::failure::Failure;
use crate::session::Session;
use crate::short;
use crate::trouble;
use crate::world::World;

/// For so many minutes accepting again means the visit that was accepted, as an open act does
/// (`docs/protocol/visits.md`, "Open acts").
const ACCEPTED_JUST_NOW: i64 = 10;

/// Visits with a provider; the server knows a pseudonym and a time, not who or why.
#[derive(Debug, Subcommand)]
pub(crate) enum Visit {
    /// Find providers for a question in a file, on this device, in the directory of your server.
    Find {
        /// The question, as for `troth match`; `-` reads it from stdin.
        #[arg(long, value_name = "FILE")]
        query: std::path::PathBuf,
    },
    /// List the times that a provider offers in the next two weeks, freshly from the server.
    Slots {
        /// The provider's number, as `troth visit find` shows it.
        #[arg(long, value_name = "NUMBER")]
        provider: u32,
    },
    /// Hold a time for five minutes; with `--with-partner` your partner is told in the record.
    Hold(Hold),
    /// Let a held time go.
    Release,
    /// Accept the time that you hold, or the one that your partner holds for both of you.
    Accept(Accept),
    /// Tell your partner that you would rather not have the time they hold.
    Decline,
    /// List your visits, the latest first.
    List,
    /// Cancel a visit; the time is free again at once.
    Cancel {
        /// The visit, by its id or the start of it.
        id: String,
    },
    /// Move a visit to another time of the same provider.
    Move {
        /// The visit, by its id or the start of it.
        id: String,
        /// When it begins then, in UTC, such as 2026-12-01T17:00:00Z.
        #[arg(long, value_name = "TIME")]
        start: String,
    },
}

/// What is held.
#[derive(Debug, Args)]
pub(crate) struct Hold {
    /// The provider's number, as `troth visit find` shows it.
    #[arg(long, value_name = "NUMBER")]
    provider: u32,
    /// When it begins, in UTC, such as 2026-12-01T17:00:00Z.
    #[arg(long, value_name = "TIME")]
    start: String,
    /// For how many minutes.
    #[arg(long, default_value_t = 50)]
    minutes: u32,
    /// How it takes place.
    #[arg(long, value_enum, default_value_t = How::Video)]
    format: How,
    /// One person alone instead of both.
    #[arg(long)]
    individual: bool,
    /// The plan that pays; left out to pay yourselves.
    #[arg(long, value_name = "NAME")]
    plan: Option<String>,
    /// The state in which you are then, by its two letters.
    #[arg(long, value_name = "STATE")]
    state: String,
    /// Your partner has to accept too.
    #[arg(long)]
    with_partner: bool,
}

/// What is said when accepting.
#[derive(Debug, Args)]
pub(crate) struct Accept {
    /// The state in which you are then, by its two letters.
    #[arg(long, value_name = "STATE")]
    state: String,
    /// What you tell the provider, sealed to them; `-` reads it from stdin.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The price that you accept, by its id; needed only where there are several.
    #[arg(long, value_name = "ID")]
    quote: Option<String>,
}

/// How a visit takes place.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum How {
    /// By video.
    Video,
    /// In the provider's rooms.
    InPerson,
}

impl Visit {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the server refuses, or nobody is signed in here.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let mut session = world.open()?;
        let bookings = session.client().bookings();
        // An act that was cut off before is finished by asking for it again; everything else
        // first finishes what was cut off.
        if matches!(self, Self::List | Self::Release | Self::Decline) {
            finish(&mut session)?;
        }
        match self {
            Self::Find { query } => {
                super::matching::find(&bookings, &query, |plain, json| session.answer(plain, json))
            }
            Self::Slots { provider } => slots(&session, &bookings, provider),
            Self::Hold(hold) => hold.run(&mut session, &bookings),
            Self::Release => release(&mut session, &bookings),
            Self::Accept(accept) => accept.run(&mut session, &bookings),
            Self::Decline => decline(&mut session),
            Self::List => list(&session, &bookings),
            Self::Cancel { id } => {
                let booking = find(&bookings, &id)?;
                let done = block_on(bookings.cancel(booking)).map_err(|e| trouble::book(&e))?;
                Ok(session.answer("The visit is cancelled.", shown(&done)))
            }
            Self::Move { id, start } => {
                let (booking, start) = (find(&bookings, &id)?, time(&start)?);
                let done =
                    block_on(bookings.move_to(booking, start)).map_err(|e| trouble::book(&e))?;
                Ok(session.answer(line(&done), shown(&done)))
            }
        }
    }
}

/// Finishes what was on its way when an earlier command ended, with the server and in the record.
fn finish(session: &mut Session) -> Result<Vec<Resumed>, Failure> {
    let open = session.client().unanswered_visit();
    let resumed = block_on(session.client().finish_visits());
    let resumed = resumed.map_err(|error| trouble::book(&error))?;
    if open != session.client().unanswered_visit() {
        session.send()?;
    }
    Ok(resumed)
}

impl Hold {
    fn run(self, session: &mut Session, bookings: &Bookings) -> Result<Answer, Failure> {
        let wish = HoldCreate {
            provider: self.provider,
            start: time(&self.start)?,
            minutes: self.minutes,
            format: match self.format {
                How::Video => Format::Video,
                How::InPerson => Format::InPerson,
            },
            service: if self.individual {
                Service::Individual
            } else {
                Service::Couples
            },
            plan: self.plan,
            state: self.state,
            with_partner: self.with_partner,
        };
        let held = block_on(bookings.hold(&wish)).map_err(|error| trouble::book(&error))?;
        let mut json = held_json(&held);
        if self.with_partner && session.client().my_partner_id().is_some() {
            let told = block_on(session.client().propose_visit(&held));
            let entry = told.map_err(|error| trouble::dispatch(&error))?;
            session.send()?;
            if let Value::Object(fields) = &mut json {
                fields.insert(String::from("entry"), json!(entry.to_string()));
            }
        }
        let plain = format!(
            "held until {}: {} with {}",
            held.hold.until, held.hold.start, held.hold.provider_name
        );
        Ok(session.answer(plain, json))
    }
}

impl Accept {
    fn run(self, session: &mut Session, bookings: &Bookings) -> Result<Answer, Failure> {
        let note = self.note.as_deref().map(ask::text).transpose()?;
        let before = match finished(session, bookings)? {
            Some(booking) => Some(booking),
            None => match to_accept(session, bookings)? {
                Some(held) => {
                    let quote = chosen(&held, self.quote.as_deref())?;
                    let state = self.state;
                    let acceptance = Acceptance { state, quote, note };
                    let done = block_on(bookings.accept(&held, &acceptance));
                    return accepted(session, &done.map_err(|error| trouble::book(&error))?);
                }
                None => accepted_just_now(session, bookings)?,
            },
        };
        let booking = before.ok_or_else(|| {
            Failure::refused("no time is held for you now; hold one with `troth visit hold`")
        })?;
        let answer = accepted(session, &booking)?;
        Ok(match note {
            Some(_) => answer.note("it was accepted before, with the note of then"),
            None => answer,
        })
    }
}

/// Finishes an acceptance that was cut off before, if there was one.
fn finished(session: &mut Session, bookings: &Bookings) -> Result<Option<Booking>, Failure> {
    let mut accepted = finish(session)?
        .into_iter()
        .filter(|act| act.kind == ActKind::Accept)
        .filter_map(|act| act.done.ok().flatten());
    let read = accepted.next().map(|id| block_on(bookings.booking(id)));
    read.transpose().map_err(|error| trouble::book(&error))
}

/// Finds the visit that this person has just accepted: a command that was killed after the
/// server's answer is run again, and finds nothing that is held.
fn accepted_just_now(session: &Session, bookings: &Bookings) -> Result<Option<Booking>, Failure> {
    let minute = session.now().at.as_second().div_euclid(60);
    let all = block_on(bookings.list()).map_err(|error| trouble::book(&error))?;
    let is_new = |booking: &Booking| {
        let last = booking.history.last();
        last.is_some_and(|change| minute - i64::from(change.at.0) <= ACCEPTED_JUST_NOW)
    };
    Ok(all.into_iter().find(|booking| {
        matches!(booking.standing, Standing::Booked | Standing::Requested) && is_new(booking)
    }))
}

/// Tells the partner, where it was they who held the hour.
fn accepted(session: &mut Session, booking: &Booking) -> Result<Answer, Failure> {
    let asked = session.client().unanswered_visit();
    if let Some(visit) = asked.filter(|visit| visit.held.hold == booking.id.0) {
        let answer = VisitAnswer::Accepted;
        let told = block_on(session.client().answer_visit(visit.id, answer));
        told.map_err(|error| trouble::dispatch(&error))?;
        session.send()?;
    }
    Ok(session.answer(line(booking), shown(booking)))
}

/// Finds what there is to accept: the own hold, or the hour that the partner holds for both.
fn to_accept(session: &Session, bookings: &Bookings) -> Result<Option<Held>, Failure> {
    let held = match proposed(session) {
        Some(visit) => block_on(session.client().look_at_visit(&visit)).map(Some),
        None => block_on(bookings.held()),
    };
    match held {
        // It was let go, or its time is over.
        Err(BookError::Gone | BookError::HoldOver) => Ok(None),
        held => held.map_err(|error| trouble::book(&error)),
    }
}

/// The hour that the partner holds for both and that waits for this person's answer.
fn proposed(session: &Session) -> Option<VisitView> {
    let visit = session.client().unanswered_visit();
    visit.filter(|visit| visit.standing == VisitStanding::Open)
}

/// Picks the price: the one named, or the one that fits how the visit is paid.
fn chosen(held: &Held, named: Option<&str>) -> Result<Option<QuoteId>, Failure> {
    if let Some(id) = named {
        let quotes = held
            .quotes
            .iter()
            .map(|quote| (quote.id.to_string(), quote.id));
        return short::find(id, "prices", quotes).map(Some);
    }
    let fits = |plan: &Option<String>| *plan == held.hold.plan;
    let fitting: Vec<QuoteId> = held
        .quotes
        .iter()
        .filter(|quote| fits(&quote.terms.plan))
        .map(|quote| quote.id)
        .collect();
    match fitting.as_slice() {
        [] if held.quotes.is_empty() => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(Failure::usage(
            "there is more than one price; choose one with --quote ID, as the hold lists them",
        )),
    }
}

fn release(session: &mut Session, bookings: &Bookings) -> Result<Answer, Failure> {
    let held = block_on(bookings.held()).map_err(|error| trouble::book(&error))?;
    let Some(held) = held else {
        return Ok(session.answer("No time is held.", json!({ "released": false })));
    };
    let id = held.hold.id;
    block_on(bookings.release(id)).map_err(|error| trouble::book(&error))?;
    withdraw(session, id)?;
    Ok(session.answer("Let go.", json!({ "released": true })))
}

/// Takes the word to the partner back, where there was one.
fn withdraw(session: &mut Session, id: BookingId) -> Result<(), Failure> {
    let (Ok(couple), Ok(me)) = (session.couple(), session.me()) else {
        return Ok(());
    };
    let visits = couple.visits(&session.now());
    let own = visits
        .into_iter()
        .find(|visit| visit.by == me && visit.held.hold == id.0);
    let open = own.filter(|visit| visit.standing == VisitStanding::Open);
    if let Some(visit) = open {
        session.dispatch(troth_core::Command::WithdrawEntry { entry: visit.id })?;
    }
    Ok(())
}

fn decline(session: &mut Session) -> Result<Answer, Failure> {
    let visit = proposed(session)
        .ok_or_else(|| Failure::refused("your partner holds no time for both of you now"))?;
    let told = session
        .client()
        .answer_visit(visit.id, VisitAnswer::NotThisOne);
    let entry = block_on(told).map_err(|error| trouble::dispatch(&error))?;
    session.send()?;
    Ok(session.written(entry, "Your partner is told."))
}

fn list(session: &Session, bookings: &Bookings) -> Result<Answer, Failure> {
    let all = block_on(bookings.list()).map_err(|error| trouble::book(&error))?;
    let plain: Vec<String> = all.iter().map(line).collect();
    let json = all.iter().map(shown).collect();
    Ok(session.answer(plain.join("\n"), Value::Array(json)))
}

fn slots(session: &Session, bookings: &Bookings, provider: u32) -> Result<Answer, Failure> {
    let now = super::matching::minute_now().0;
    let span = (Time(now), Time(now.saturating_add(14 * 24 * 60)));
    let listed = block_on(bookings.slots(provider, span, None));
    let slots = listed.map_err(|error| trouble::book(&error))?.slots;
    let plain: Vec<String> = slots
        .iter()
        .map(|slot| format!("{}  {} minutes", slot.start, slot.minutes))
        .collect();
    let json = serde_json::to_value(&slots).unwrap_or(Value::Null);
    Ok(session.answer(plain.join("\n"), json))
}

fn find(bookings: &Bookings, id: &str) -> Result<BookingId, Failure> {
    if let Ok(whole) = id.parse() {
        return Ok(whole);
    }
    let all = block_on(bookings.list()).map_err(|error| trouble::book(&error))?;
    let named = all
        .iter()
        .map(|booking| (booking.id.to_string(), booking.id));
    short::find(id, "visits", named)
}

fn time(text: &str) -> Result<Time, Failure> {
    text.parse().map_err(|_| {
        Failure::usage("a start is written in UTC at a whole minute, such as 2026-12-01T17:00:00Z")
    })
}

fn line(booking: &Booking) -> String {
    let standing = json!(booking.standing);
    format!(
        "{}  {}  {}  {}",
        booking.id.to_string().chars().take(8).collect::<String>(),
        booking.start,
        booking.provider_name,
        standing.as_str().unwrap_or_default(),
    )
}

/// Shows a visit without the token that allows one act; the client keeps that to itself.
fn shown(booking: &Booking) -> Value {
    let mut value = serde_json::to_value(booking).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut value {
        fields.remove("token");
    }
    value
}

/// Shows a hold without the partner's token; it goes to the partner sealed.
fn held_json(held: &Held) -> Value {
    let mut value = serde_json::to_value(&held.hold).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut value {
        fields.remove("partner_token");
    }
    value
}
