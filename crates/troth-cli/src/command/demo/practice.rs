//! The therapist of the demonstration, the steward who verifies the listing, and a directory of people who do not exist.
//!
//! Both act through the real client. Only the steward's role is given in the server's own rows, as
//! whoever runs a server does.

use std::path::Path;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use troth_sync::block_on;
use troth_sync::network::{Covers, Practice, Recorded, Terms};

use super::Person;
use super::clock::SetClock;
use super::logins::Login;
use super::story::Character;
use crate::command::network::Place;
use crate::failure::Failure;
use crate::trouble;

const THERAPIST: Character = Character {
    name: "Mara Lindqvist",
    login: "mara.demo",
    password: "chairs that face the window",
};

const STEWARD: Character = Character {
    name: "Stella",
    login: "stella.demo",
    password: "every name looked up twice",
};

/// The states in which the therapist is licensed.
const STATES: [&str; 3] = ["CA", "NV", "OR"];

/// How many made-up providers stand in the directory beside the therapist.
const MADE_UP: u32 = 2_000;

/// How long a licence and a price of the demonstration hold.
const DAYS: i64 = 300;

/// Makes both, writes the listing, and has it verified.
pub(super) fn fill(server: &str, folder: &Path, ground: &Place) -> Result<[Login; 2], Failure> {
    ground.generate(MADE_UP, 1)?;
    let clock = SetClock::default();
    let therapist = Person::sign_up(&THERAPIST, server, folder, &clock)?;
    let practice = therapist.client.practice();
    let practice = practice.map_err(|error| trouble::trouble(&error))?;
    let now = therapist.client.now().at;
    let until = (now + SignedDuration::from_hours(24 * DAYS))
        .to_zoned(TimeZone::UTC)
        .date();
    let provider = write(&practice, &until.to_string())?;
    block_on(practice.sign_quotes(prices(provider, until)))
        .map_err(|error| trouble::network(&error))?;
    let submitted = block_on(practice.submit()).map_err(|error| trouble::network(&error))?;
    let steward = Person::sign_up(&STEWARD, server, folder, &clock)?;
    ground.make_operator(STEWARD.login)?;
    let verified = steward.client.steward();
    let verified = verified.map_err(|error| trouble::trouble(&error))?;
    block_on(verified.verify(provider, submitted.version))
        .map_err(|error| trouble::network(&error))?;
    Ok([therapist.login, steward.login])
}

/// Writes what the listing shows and when there is time; gives the provider's number.
fn write(practice: &Practice, until: &str) -> Result<u32, Failure> {
    let made = block_on(practice.put_listing(&read(listing())?));
    let provider = made.map_err(|error| trouble::network(&error))?.id;
    let licences = STATES.map(
        |state| json!({ "state": state, "number": format!("{state} 40117"), "expires": until }),
    );
    block_on(practice.put_licences(read(json!(licences))?))
        .map_err(|error| trouble::network(&error))?;
    let plans = STATES.map(|state| json!({ "state": state, "formats": ["video"] }));
    block_on(practice.put_plans(read(json!(plans))?)).map_err(|error| trouble::network(&error))?;
    block_on(practice.put_hours(&read(hours())?)).map_err(|error| trouble::network(&error))?;
    Ok(provider)
}

fn listing() -> Value {
    json!({
        "name": THERAPIST.name,
        "credentials": "LMFT",
        "npi": "1234567893",
        "about": "I work with two people at a time, slowly. We begin with what each of you needs to \
                  be able to stay in the room. I do not decide who was right.",
        "services": ["couples", "individual"],
        "formats": ["video"],
        "specialties": ["affair_recovery", "trust_rebuilding", "communication"],
        "modalities": ["emotionally_focused", "gottman"],
        "languages": ["en", "es"],
        "places": [],
        "fee_cents": 18_000,
        "sliding_low_cents": 9_000,
        "years": 14,
        "accepting": true,
        "on_request": false,
    })
}

fn hours() -> Value {
    let weekly = [
        (1, "09:00", "17:00"),
        (2, "12:00", "20:00"),
        (3, "09:00", "17:00"),
    ]
    .into_iter()
    .chain([
        (4, "12:00", "20:00"),
        (5, "09:00", "15:00"),
        (6, "10:00", "13:00"),
    ])
    .map(|(weekday, from, to)| json!({ "weekday": weekday, "from": from, "to": to }));
    json!({
        "zone": "America/Los_Angeles",
        "weekly": weekly.collect::<Vec<_>>(),
        "exceptions": [],
        "minutes": [60, 90],
        "buffer_before": 0,
        "buffer_after": 15,
        "notice_minutes": 720,
        "horizon_days": 60,
        "step": 60,
    })
}

/// The price of each visit in each state, paid by the two themselves.
fn prices(provider: u32, until: jiff::civil::Date) -> Vec<Terms> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = epoch.duration_until(until).as_hours() / 24;
    let valid_until = u32::try_from(days).unwrap_or_default();
    let each = |state: &str, service: &str, minutes: u32, cents: u32| Terms {
        provider,
        service: service.to_owned(),
        minutes,
        format: "video".to_owned(),
        plan: None,
        state: state.to_owned(),
        cents,
        plan_pays_couples: Covers::Unknown,
        record: Recorded::Nobody,
        currency: "USD".to_owned(),
        valid_until,
    };
    let of_state = |state| {
        [
            each(state, "couples", 60, 18_000),
            each(state, "couples", 90, 26_000),
            each(state, "individual", 60, 16_000),
        ]
    };
    STATES.into_iter().flat_map(of_state).collect()
}

/// Reads what is written above.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value)
        .map_err(|_| Failure::local("the listing of the demonstration does not fit this build"))
}
