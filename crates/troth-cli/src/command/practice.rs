//! `troth practice`: a therapist's own listing, hours, prices, requests and visits.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use troth_sync::block_on;
use troth_sync::network::wire::{
    Acceptance, BookingId, BusyPut, Hours, Licence, Listing, Practice as Standing, PracticeBooking,
};
use troth_sync::network::{Covers, NetworkError, Practice as Own, Recorded, Terms};

use crate::answer::Answer;
use crate::count::counted;
use crate::failure::Failure;
use crate::file;
use crate::session::Session;
use crate::short;
use crate::trouble;
use crate::world::World;

/// Your listing as a therapist. Files hold JSON as `docs/protocol/network-api.md` shows it; `-` is stdin.
#[derive(Debug, Subcommand)]
pub(crate) enum Practice {
    /// Show where your listing stands.
    Show,
    /// Replace what you show; makes a listing where there is none.
    Listing {
        /// A JSON object.
        file: PathBuf,
    },
    /// Replace your licences.
    Licences {
        /// A JSON list.
        file: PathBuf,
    },
    /// Replace the plans that you take, by state and format.
    Plans {
        /// A JSON list.
        file: PathBuf,
    },
    /// Sign your prices on this device, and replace those of the listing.
    Quotes {
        /// A JSON list of prices, without signatures.
        file: PathBuf,
    },
    /// Replace your hours.
    Hours {
        /// A JSON object.
        file: PathBuf,
    },
    /// Say which calendar blocks time: an iCalendar file, or an https address.
    Busy {
        /// The iCalendar file.
        #[arg(required_unless_present = "address", conflicts_with = "address")]
        file: Option<PathBuf>,
        /// The address of one.
        #[arg(long, value_name = "URL")]
        address: Option<String>,
    },
    /// Ask the operator to verify your listing.
    Submit,
    /// Say that everything is still true.
    Confirm,
    /// List the visits that wait for your answer, with the notes opened.
    Requests,
    /// List your visits, with the notes opened.
    Visits,
    /// Accept a request.
    Accept {
        /// The visit, by its id or the start of it.
        id: String,
    },
    /// Decline a request.
    Decline {
        /// The visit, by its id or the start of it.
        id: String,
    },
    /// Cancel a visit.
    Cancel {
        /// The visit, by its id or the start of it.
        id: String,
    },
}

impl Practice {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the server refuses, or nobody is signed in here.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open()?;
        let own = session.client().practice();
        let own = own.map_err(|error| trouble::trouble(&error))?;
        match self {
            Self::Show => show(&session, &own),
            Self::Requests => visits(&session, &own, block_on(own.requests())),
            Self::Visits => visits(&session, &own, block_on(own.bookings())),
            Self::Accept { id } => {
                let id = find(&own, &id)?;
                one(&session, &own, block_on(own.accept(id)))
            }
            Self::Decline { id } => {
                let id = find(&own, &id)?;
                one(&session, &own, block_on(own.decline(id)))
            }
            Self::Cancel { id } => {
                let id = find(&own, &id)?;
                one(&session, &own, block_on(own.cancel(id)))
            }
            other => {
                let standing = other.put(&own)?;
                Ok(session.answer(line(&standing), whole(&standing)))
            }
        }
    }

    /// Replaces a part of the listing.
    fn put(self, own: &Own) -> Result<Standing, Failure> {
        // Every change names the version that it replaces.
        said(block_on(own.look()))?;
        said(match self {
            Self::Listing { file } => block_on(own.put_listing(&read::<Listing>(&file)?)),
            Self::Licences { file } => block_on(own.put_licences(read::<Vec<Licence>>(&file)?)),
            Self::Plans { file } => block_on(own.put_plans(read::<Vec<Acceptance>>(&file)?)),
            Self::Quotes { file } => block_on(own.sign_quotes(prices(&file)?)),
            Self::Hours { file } => block_on(own.put_hours(&read::<Hours>(&file)?)),
            Self::Busy { file, address } => {
                let calendar = file.as_deref().map(text_of).transpose()?;
                block_on(own.put_busy(&BusyPut { calendar, address }))
            }
            Self::Submit => block_on(own.submit()),
            _ => block_on(own.confirm()),
        })
    }
}

fn said<T>(done: Result<T, NetworkError>) -> Result<T, Failure> {
    done.map_err(|error| trouble::network(&error))
}

fn text_of(path: &Path) -> Result<String, Failure> {
    file::text(path, "give a file of text, or - for stdin")
}

fn read<T: DeserializeOwned>(file: &Path) -> Result<T, Failure> {
    let text = text_of(file)?;
    let once = troth_server::network::json::read(text.as_bytes());
    once.and_then(|_| serde_json::from_str(&text)).map_err(|error| {
        Failure::usage(format!(
            "the file does not have the expected form: {error}; see docs/protocol/network-api.md"
        ))
    })
}

/// Reads prices: service, minutes, format, plan, state, cents, plan_pays_couples, record, valid_until.
fn prices(file: &Path) -> Result<Vec<Terms>, Failure> {
    let list: Vec<Value> = read(file)?;
    let wrong = || {
        Failure::usage(
            "a price is written {\"service\":\"couples\",\"minutes\":50,\"format\":\"video\",\"plan\":null,\
             \"state\":\"CA\",\"cents\":18000,\"plan_pays_couples\":\"unknown\",\"record\":\"nobody\",\
             \"valid_until\":\"2027-03-31\"}",
        )
    };
    let prices = list.iter().map(|price| terms(price).ok_or_else(wrong));
    prices.collect()
}

fn terms(price: &Value) -> Option<Terms> {
    let text = |name: &str| price.get(name)?.as_str().map(str::to_owned);
    let number = |name: &str| u32::try_from(price.get(name)?.as_u64()?).ok();
    Some(Terms {
        // The client puts the number of the own listing in.
        provider: 0,
        service: text("service")?,
        minutes: number("minutes")?,
        format: text("format")?,
        plan: text("plan"),
        state: text("state")?,
        cents: number("cents")?,
        plan_pays_couples: match text("plan_pays_couples")?.as_str() {
            "yes" => Covers::Yes,
            "no" => Covers::No,
            "unknown" => Covers::Unknown,
            _ => return None,
        },
        record: match text("record")?.as_str() {
            "nobody" => Recorded::Nobody,
            "billed_person" => Recorded::WhoIsBilled,
            _ => return None,
        },
        currency: String::from("USD"),
        valid_until: text("valid_until")?
            .parse::<troth_sync::network::wire::Day>()
            .ok()?
            .0,
    })
}

fn show(session: &Session, own: &Own) -> Result<Answer, Failure> {
    match said(block_on(own.look()))? {
        Some(standing) => Ok(session.answer(line(&standing), whole(&standing))),
        None => Ok(session.answer(
            "There is no listing yet; write one with `troth practice listing FILE`.",
            json!({ "listing": null }),
        )),
    }
}

fn line(standing: &Standing) -> String {
    let state = json!(standing.state);
    let missing = if standing.missing.is_empty() {
        String::new()
    } else {
        format!("  missing: {}", standing.missing.join(", "))
    };
    format!(
        "{}  {}  {}{missing}",
        standing.id,
        standing.listing.name,
        state.as_str().unwrap_or_default()
    )
}

fn whole(standing: &Standing) -> Value {
    serde_json::to_value(standing).unwrap_or(Value::Null)
}

fn find(own: &Own, id: &str) -> Result<BookingId, Failure> {
    if let Ok(whole) = id.parse() {
        return Ok(whole);
    }
    let mut all = said(block_on(own.requests()))?;
    all.extend(said(block_on(own.bookings()))?);
    all.sort_by_key(|booking| booking.id);
    all.dedup_by_key(|booking| booking.id);
    let named = all
        .iter()
        .map(|booking| (booking.id.to_string(), booking.id));
    short::find(id, "visits", named)
}

fn one(
    session: &Session,
    own: &Own,
    done: Result<PracticeBooking, NetworkError>,
) -> Result<Answer, Failure> {
    let (plain, json) = opened(own, &said(done)?);
    Ok(session.answer(plain, json))
}

fn visits(
    session: &Session,
    own: &Own,
    listed: Result<Vec<PracticeBooking>, NetworkError>,
) -> Result<Answer, Failure> {
    let shown: Vec<(String, Value)> = said(listed)?
        .iter()
        .map(|booking| opened(own, booking))
        .collect();
    let (plain, json): (Vec<String>, Vec<Value>) = shown.into_iter().unzip();
    Ok(session.answer(plain.join("\n"), Value::Array(json)))
}

/// Shows a visit with its notes opened on this device; one that does not open says so.
fn opened(own: &Own, booking: &PracticeBooking) -> (String, Value) {
    let notes: Vec<Value> = booking
        .notes
        .iter()
        .map(|note| {
            let text = block_on(own.open_note(booking.id, &note.sealed)).ok();
            json!({ "from": note.from, "text": text })
        })
        .collect();
    let standing = json!(booking.standing);
    let mut plain = format!(
        "{}  {}  {}  {}",
        short::shorten(&booking.id.to_string()),
        booking.start,
        counted(u64::from(booking.minutes), "minute"),
        standing.as_str().unwrap_or_default(),
    );
    for note in &notes {
        let text = note["text"].as_str().unwrap_or("(this note does not open)");
        plain.push_str(&format!(
            "\n  {}: {text}",
            note["from"].as_str().unwrap_or_default()
        ));
    }
    let mut value = serde_json::to_value(booking).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut value {
        fields.insert(String::from("notes"), Value::Array(notes));
    }
    (plain, value)
}
