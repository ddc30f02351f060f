//! `POST match`: for who chooses to ask the server instead of the device.

use serde::Deserialize as _;
use serde_json::{Map, Value};
use troth_match::query::QueryError;
use troth_match::set::Code as _;
use troth_match::zone::Bundled;
use troth_match::{Filter, Misfit, Query, Reason};
use troth_wire::network as wire;
use troth_wire::network::{ProblemCode, Time};

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::network::listing::formats_shown;

/// How many times of one provider are in an answer.
const FIRST_SLOTS: usize = 20;

/// Finds providers. Nothing of the question is kept.
#[utoipa::path(post, path = "/match", tag = "directory", request_body = wire::MatchQuery,
    responses((status = 200, description = "Who fits, the best first.", body = wire::MatchAnswer)))]
pub(super) async fn find(call: &Call<'_>) -> Result<Reply, Refusal> {
    let query = read(call)?;
    let published = call.published().await?;
    let now = troth_match::Minute(call.minute());
    let asked = query.asked(&published.plans, &Bundled, now);
    let asked = asked.map_err(|error| Refusal::at(ProblemCode::Invalid, field(error)))?;
    let answer = published.search(&asked);
    Ok(Reply::ok(&match_shown(&answer, published.list.serial)))
}

/// Shows the answer of a match as `POST match` gives it; `serial` names the publication.
#[must_use]
pub fn match_shown(answer: &troth_match::Answer, serial: u64) -> wire::MatchAnswer {
    wire::MatchAnswer {
        found: answer.found.iter().map(found).collect(),
        relaxations: answer.relaxations.iter().map(relaxation).collect(),
        serial,
    }
}

/// Reads the question; what is null counts as absent.
fn read(call: &Call<'_>) -> Result<Query, Refusal> {
    let json = call.json.as_ref().and_then(Value::as_object);
    let json = json.ok_or(ProblemCode::NotJson)?;
    let known = json.iter().filter(|(_, value)| !value.is_null());
    let mut read = Map::new();
    // Field by field, so that the one with an unknown name can be told.
    for (name, value) in known {
        let mut alone = Map::new();
        alone.insert(name.clone(), value.clone());
        if Query::deserialize(&Value::Object(alone)).is_err() {
            return Err(Refusal::at(ProblemCode::UnknownName, format!("/{name}")));
        }
        read.insert(name.clone(), value.clone());
    }
    Query::deserialize(&Value::Object(read)).map_err(|_| ProblemCode::Invalid.into())
}

/// The field that a question stumbles over.
const fn field(error: QueryError) -> &'static str {
    match error {
        QueryError::States => "/states",
        QueryError::Plan => "/plan",
        QueryError::Zone => "/zone",
        QueryError::Windows => "/windows",
        QueryError::Limit => "/limit",
        QueryError::Near => "/near",
        QueryError::Required => "/gender_required",
        _ => "",
    }
}

fn found(found: &troth_match::Found) -> wire::Found {
    let card = &found.card;
    wire::Found {
        id: found.id.0,
        name: card.name.clone(),
        credentials: card.credentials.clone(),
        years: card.years,
        fee_cents: card.fee_cents,
        sliding_low_cents: card.sliding_low_cents,
        formats: formats_shown(card.formats),
        bookable: card.bookable,
        score: found.score,
        reasons: found.reasons.iter().map(|it| reason(*it)).collect(),
        misfits: found.misfits.iter().map(|it| misfit(*it)).collect(),
        first_slots: found
            .starts
            .iter()
            .take(FIRST_SLOTS)
            .map(|start| Time(start.0))
            .collect(),
    }
}

fn reason(reason: Reason) -> wire::Reason {
    let (code, value) = match reason {
        Reason::Proven { .. } => ("proven", None),
        Reason::Newcomer { .. } => ("newcomer", None),
        Reason::Specialty { specialty, .. } => ("specialty", Some(specialty.name())),
        Reason::Modality { modality, .. } => ("modality", Some(modality.name())),
        Reason::Gender { .. } => ("gender", None),
        Reason::AgeBand { .. } => ("age_band", None),
        Reason::Soon { .. } => ("soon", None),
        _ => ("other", None),
    };
    wire::Reason {
        code: code.to_owned(),
        values: value.map(str::to_owned).into_iter().collect(),
        points: reason.points(),
    }
}

fn misfit(misfit: Misfit) -> wire::Misfit {
    let (code, value) = match misfit {
        Misfit::Specialty { specialty } => ("specialty", Some(specialty.name())),
        Misfit::Modality { modality } => ("modality", Some(modality.name())),
        Misfit::Gender => ("gender", None),
        Misfit::AgeBand => ("age_band", None),
        Misfit::Format { format } => ("format", Some(format.name())),
        Misfit::NoKnownStart => ("no_known_start", None),
        Misfit::NotBookable => ("not_bookable", None),
        _ => ("other", None),
    };
    wire::Misfit {
        code: code.to_owned(),
        values: value.map(str::to_owned).into_iter().collect(),
    }
}

fn relaxation(relaxation: &troth_match::Relaxation) -> wire::Relaxation {
    let filter = match relaxation.filter {
        Filter::Plan => "plan",
        Filter::Times => "times",
        Filter::Format => "format",
        Filter::Distance => "distance",
        Filter::Specialties => "specialties",
        Filter::Language => "language",
        Filter::Gender => "gender",
        Filter::AgeBand => "age_band",
        Filter::Fee => "fee",
        Filter::SecondState => "second_state",
        _ => "other",
    };
    wire::Relaxation {
        filter: filter.to_owned(),
        gives: relaxation.gives,
    }
}
