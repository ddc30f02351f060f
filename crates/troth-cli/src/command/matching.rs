//! `troth match`: finds providers for a question in a file, with the engine that browsers use.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};
use troth_match::set::Code as _;
use troth_match::zone::Bundled;
use troth_match::{
    AgeBand, Answer as Matched, Format, Gender, Language, Minute, Modality, Plans, Query,
    QueryError, Specialty, State,
};
use troth_server::network::publish::{Instant, look};
use troth_server::network::store::Opened;
use troth_sync::block_on;
use troth_sync::journal::memory::MemoryJournal;
use troth_sync::lock::Alone;
use troth_sync::network::{Bookings, Network, NetworkError};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::file;
use crate::trouble;
use crate::world::{self, World};

/// Most names that a message lists.
const LISTED: usize = 12;

/// Find providers for a question in a file; nothing about the question is sent or kept.
#[derive(Debug, Args)]
pub(crate) struct Match {
    /// The data folder of a server, as `troth serve` and `troth network` use it.
    #[arg(long, value_name = "DIR", required_unless_present = "server")]
    data: Option<PathBuf>,
    /// Read a PostgreSQL database instead of SQLite in the folder.
    #[arg(long, value_name = "URL", requires = "data")]
    database: Option<String>,
    /// Fetch the signed files of the states from a running server, and match here.
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    server: Option<String>,
    /// The question, a JSON object; `-` reads it from stdin.
    #[arg(long, value_name = "FILE")]
    query: PathBuf,
}

impl Match {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// The question cannot be read, or the directory cannot.
    pub(crate) fn run(self, _world: &World) -> Result<Answer, Failure> {
        let query = read(&text_of(&self.query)?)?;
        let now = minute_now();
        let (matched, serial) = match (&self.data, &self.server) {
            (Some(data), _) => (in_folder(data, self.database.as_deref(), &query, now)?, 0),
            (None, Some(server)) => on_device(server, &query, now)?,
            (None, None) => {
                return Err(Failure::usage("write: troth match --data DIR --query FILE"));
            }
        };
        let shown = troth_server::network::match_shown(&matched, serial);
        let json = serde_json::to_value(&shown).unwrap_or(Value::Null);
        Ok(Answer::new(plain(&matched, &query), json))
    }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    file::text(path, "give a file with one JSON object, or - for stdin")
}

/// Reads a question field by field, so that the message can name the field and what to write.
fn read(text: &str) -> Result<Query, Failure> {
    // Some editors begin a file with a byte order mark, which means nothing here.
    let text = text.trim_start_matches('\u{feff}');
    let fields = match troth_server::network::json::read(text.as_bytes()) {
        Ok(Value::Object(fields)) => fields,
        Err(error) if error.is_data() => {
            return Err(Failure::usage(format!(
                "the query says two things: {error}"
            )));
        }
        _ => {
            return Err(Failure::usage(
                r#"the query is not a JSON object; write for instance {"states":["CA"],"within_hours":48}"#,
            ));
        }
    };
    let mut known = Map::new();
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
        let mut alone = Map::new();
        alone.insert(name.clone(), value.clone());
        if serde_json::from_value::<Query>(Value::Object(alone)).is_err() {
            return Err(wrong_field(&name, &value));
        }
        known.insert(name, value);
    }
    serde_json::from_value(Value::Object(known))
        .map_err(|_| Failure::usage("the query cannot be read; see docs/command-line.md"))
}

/// Says what to write in a field instead.
fn wrong_field(name: &str, value: &Value) -> Failure {
    let fields = serde_json::to_value(Query::default()).unwrap_or(Value::Null);
    let fields: Vec<String> = fields
        .as_object()
        .map(|fields| fields.keys().cloned().collect())
        .unwrap_or_default();
    if !fields.iter().any(|field| field == name) {
        return Failure::usage(format!(
            "the query has an unknown field {name:?}; write one of: {}",
            fields.join(", ")
        ));
    }
    let unknown = unknown_name(name, value);
    let wrong = unknown.map_or_else(String::new, |name| format!("{name:?} is not known; "));
    Failure::usage(format!("{name}: {wrong}{}", form_of(name)))
}

/// The first name in a list that the vocabulary does not have.
fn unknown_name(field: &str, value: &Value) -> Option<String> {
    let is_known = |name: &str| match field {
        "states" => State::parse(name).is_some(),
        "specialties" => Specialty::parse(name).is_some(),
        "modalities" => Modality::parse(name).is_some(),
        "language" => Language::parse(name).is_some(),
        "gender" => Gender::parse(name).is_some(),
        "age_band" => AgeBand::parse(name).is_some(),
        _ => true,
    };
    let names: Vec<&str> = match value {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    names
        .into_iter()
        .find(|name| !is_known(name))
        .map(str::to_owned)
}

/// Says how a field is written.
fn form_of(field: &str) -> String {
    let names = |list: Vec<&str>| {
        let more = if list.len() > LISTED { ", …" } else { "" };
        let first: Vec<&str> = list.into_iter().take(LISTED).collect();
        format!(
            "{}{more} (all are in docs/command-line.md)",
            first.join(", ")
        )
    };
    match field {
        "states" => String::from(
            r#"write one or two states by their two letters, the first that of the person whose plan is used, such as ["CA","NV"]"#,
        ),
        "plan" => String::from("write the plan's name or number, or null to pay yourselves"),
        "couples" | "evenings" | "gender_required" | "age_band_required" => {
            String::from("write true or false")
        }
        "format" => String::from(r#"write "video", "in_person" or "any""#),
        "windows" => String::from(
            r#"write [{"from":"2026-12-01T17:00:00Z","to":"2026-12-01T20:00:00Z"}], in UTC"#,
        ),
        "zone" => String::from(r#"write an IANA zone such as "America/New_York""#),
        "specialties" => format!("write names of {}", names(list::<Specialty>())),
        "modalities" => format!("write names of {}", names(list::<Modality>())),
        "language" => format!("write one of {}", names(list::<Language>())),
        "gender" => format!("write one of {}", names(list::<Gender>())),
        "age_band" => format!("write one of {}", names(list::<AgeBand>())),
        "near" => String::from(r#"write {"lat":34.05,"lon":-118.24}"#),
        "limit" => String::from("write a whole number from 1 to 200"),
        _ => String::from("write a whole number"),
    }
}

fn list<C: troth_match::Code>() -> Vec<&'static str> {
    C::list().map(troth_match::Code::name).collect()
}

/// Says what is wrong with a question that was read.
fn wrong_query(error: QueryError, query: &Query, plans: &Plans) -> Failure {
    if error != QueryError::Plan {
        return Failure::usage(error.to_string());
    }
    let state = query.states.first();
    let sold = plans
        .iter()
        .filter(|plan| state.is_none_or(|state| plan.states.contains(*state)));
    let names: Vec<&str> = sold.map(|plan| plan.name.as_str()).collect();
    if names.is_empty() {
        return Failure::usage(
            "plan: this directory knows no plan; leave the field out to pay yourselves",
        );
    }
    let more = if names.len() > LISTED { ", …" } else { "" };
    let names: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|name| format!("{name:?}"))
        .collect();
    Failure::usage(format!(
        "plan: no plan of this name or number is known; write one of {}{more}, or null to pay yourselves",
        names.join(", ")
    ))
}

fn no_state() -> Failure {
    Failure::usage(format!("states: {}", form_of("states")))
}

/// Reads the first state of a folder, and matches in it.
fn in_folder(
    data: &Path,
    database: Option<&str>,
    query: &Query,
    now: Minute,
) -> Result<Matched, Failure> {
    let state = *query.states.first().ok_or_else(no_state)?;
    if database.is_none() && !data.is_dir() {
        return Err(Failure::local(
            "there is no such data folder; name the one that `troth network generate` or `troth serve` made",
        )
        .coded("no_such_file"));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|_| Failure::local("the program could not start its threads; try again"))?;
    let looked = runtime.block_on(async {
        let opened = Opened::open(data, database).await;
        let opened = opened.map_err(|error| super::serve::in_the_way(&error))?;
        look(opened.store(), state, Instant(now.0.saturating_mul(60)))
            .await
            .map_err(|_| Failure::local("the directory in the data folder cannot be read"))
    })?;
    let asked = query.asked(&looked.plans, &Bundled, now);
    let asked = asked.map_err(|error| wrong_query(error, query, &looked.plans))?;
    Ok(looked
        .shard
        .map(|shard| shard.search(&asked))
        .unwrap_or_default())
}

/// Fetches the files of the states named, and matches here.
fn on_device(server: &str, query: &Query, now: Minute) -> Result<(Matched, u64), Failure> {
    if query.states.is_empty() {
        return Err(no_state());
    }
    let network = Network::new(world::relay(server)?, world::env());
    let bookings = network.bookings(MemoryJournal::new(), Box::new(Alone));
    fetched(&bookings, query, now)
}

/// Matches in the directory of a person's own server, for `troth visit find`.
pub(super) fn find(
    bookings: &Bookings,
    file: &Path,
    answer: impl FnOnce(String, Value) -> Answer,
) -> Result<Answer, Failure> {
    let query = read(&text_of(file)?)?;
    if query.states.is_empty() {
        return Err(no_state());
    }
    let (matched, serial) = fetched(bookings, &query, minute_now())?;
    let shown = troth_server::network::match_shown(&matched, serial);
    let json = serde_json::to_value(&shown).unwrap_or(Value::Null);
    Ok(answer(plain(&matched, &query), json))
}

fn fetched(bookings: &Bookings, query: &Query, now: Minute) -> Result<(Matched, u64), Failure> {
    let finder = bookings.finder();
    block_on(finder.fetch(&query.states)).map_err(|error| trouble::network(&error))?;
    let matched = finder.search(query, now).map_err(|error| match error {
        NetworkError::Query(error) => wrong_query(error, query, &finder.plans()),
        error => trouble::network(&error),
    })?;
    Ok((matched, u64::from(finder.serial())))
}

/// The present in minutes since 1970.
pub(super) fn minute_now() -> Minute {
    let seconds = troth_sync::env::Env::now(&world::env()).as_second();
    Minute(u32::try_from(seconds / 60).unwrap_or_default())
}

fn plain(matched: &Matched, query: &Query) -> String {
    let mut lines: Vec<String> = matched.found.iter().map(line).collect();
    if lines.is_empty() {
        lines.push(String::from("Nobody fits."));
    }
    let few = matched.found.len() < usize::from(query.limit).min(3);
    for relaxed in matched.relaxations.iter().filter(|_| few) {
        let name = json!(relaxed.filter);
        let name = name.as_str().unwrap_or_default().replace('_', " ");
        lines.push(format!("without the filter \"{name}\": {}", relaxed.gives));
    }
    lines.join("\n")
}

fn line(found: &troth_match::Found) -> String {
    let card = &found.card;
    let formats: Vec<&str> = Format::list()
        .filter(|format| card.formats.contains(*format))
        .map(troth_match::Code::label)
        .collect();
    let next = found.starts.first().map_or_else(
        || String::from("no time known"),
        |start| format!("next {start}"),
    );
    format!(
        "{:>4}  {}  {}, {}  {}  ${}  {next}",
        found.score,
        found.id.0,
        card.name,
        card.credentials,
        formats.join(" and ").to_lowercase(),
        card.fee_cents / 100,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_before_the_question_means_nothing() {
        let plain = r#"{"states":["CA"],"within_hours":48}"#;

        assert_eq!(read(&format!("\u{feff}{plain}")), read(plain));
        assert!(read(plain).is_ok());
    }

    #[test]
    fn a_field_given_twice_is_refused_by_name() {
        let told = refused(r#"{"states":["CA"],"states":["NV"]}"#);
        assert!(told.contains("`states` is given twice"), "{told}");
    }

    fn refused(text: &str) -> String {
        read(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn the_documented_query_is_read() {
        let query = read(
            r#"{"states":["CA","NV"],"plan":null,"couples":true,"within_hours":48,"language":"es"}"#,
        )
        .unwrap();

        assert_eq!(query.states.len(), 2);
        assert_eq!(query.within_hours, Some(48));
        assert_eq!(query.plan, None);
    }

    #[test]
    fn an_unknown_field_is_named_with_those_that_are_known() {
        let said = refused(r#"{"states":["CA"],"insurance":"x"}"#);

        assert!(said.contains("\"insurance\""), "{said}");
        assert!(said.contains("within_hours"), "{said}");
        assert!(!said.contains('\n'));
    }

    #[test]
    fn an_unknown_name_is_said_with_what_to_write() {
        let said = refused(r#"{"states":["ZZ"]}"#);
        assert!(said.contains("\"ZZ\" is not known"), "{said}");
        assert!(said.contains(r#"["CA","NV"]"#), "{said}");

        let said = refused(r#"{"states":["CA"],"specialties":["plumbing"]}"#);
        assert!(said.contains("\"plumbing\" is not known"), "{said}");
    }

    #[test]
    fn what_is_no_object_is_answered_with_an_example() {
        for text in ["", "[]", "12", "{\"states\":"] {
            assert!(refused(text).contains(r#"{"states":["CA"]"#), "{text}");
        }
    }

    #[test]
    fn every_field_and_every_name_stands_in_the_manual() {
        let manual = include_str!("../../../../docs/command-line.md");
        let fields = serde_json::to_value(Query::default()).unwrap();
        let fields = fields.as_object().unwrap().keys().cloned();
        let names = [
            list::<Specialty>(),
            list::<Modality>(),
            list::<Language>(),
            list::<Gender>(),
            list::<AgeBand>(),
        ];
        let names = names.concat().into_iter().map(str::to_owned);
        for word in fields.chain(names) {
            assert!(manual.contains(&format!("`{word}`")), "{word}");
        }
    }
}
