//! Reads what goes into the files of one state.

use std::collections::HashMap;

use troth_booking::rules::availability_bits;
use troth_booking::{Minute, Span};
use troth_match::plain::Entry;
use troth_match::proof::{self, EvidenceKind};
use troth_match::set::Code as _;
use troth_match::{Acceptance, Availability, Formats, PlanId, Provider, ProviderId, State};

use super::{DAY, Making, SPAN};
use crate::network::api::{read_hours, weighed};
use crate::network::listing::Document;
use crate::network::op::plan::AcceptanceRow;
use crate::network::op::publish::{AvailabilityRow, ListAvailability, ListShard, ShardRow};
use crate::network::store::{NetworkError, NetworkStore};
use crate::store::StoreError;

/// How many listings are read at once.
const PAGE: u32 = 1_000;

/// What was read of a state.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) entries: Vec<Entry>,
    /// Whose listings are too long without proof.
    pub(super) stale: Vec<ProviderId>,
}

/// Reads the listings of a state, and when they are free.
pub(super) async fn state(
    store: &NetworkStore,
    state: State,
    making: &Making,
) -> Result<Gathered, NetworkError> {
    let place = state.index();
    let times = free_times(store, place, making.now.minute()).await?;
    let mut gathered = Gathered::default();
    let mut after = 0;
    loop {
        let limit = PAGE;
        let list = ListShard {
            place,
            after,
            limit,
        };
        let page = store.run(list).await?;
        let is_last = page.len() < PAGE as usize;
        after = page.last().map_or(after, |row| row.provider.provider.0);
        for row in page {
            match entry(&row, times.get(&row.provider.provider), making) {
                Some(entry) => gathered.entries.push(entry),
                None => gathered.stale.push(row.provider.provider),
            }
        }
        if is_last {
            return Ok(gathered);
        }
    }
}

async fn free_times(
    store: &NetworkStore,
    place: u8,
    now: u32,
) -> Result<HashMap<ProviderId, Times>, NetworkError> {
    let base = Minute(now / DAY * DAY);
    let now = Minute(now);
    // What is kept free around a visit at the end reaches further.
    let span = Span::new(base, base.plus(SPAN + DAY));
    let (mut times, mut after) = (HashMap::new(), 0);
    loop {
        let list = ListAvailability {
            place,
            after,
            limit: PAGE,
            span,
        };
        let page = store.run(list).await?;
        let is_last = page.len() < PAGE as usize;
        after = page.last().map_or(after, |row| row.provider.0);
        // Days of many zones take their time: not on the threads that serve requests.
        let reckoned = tokio::task::spawn_blocking(move || {
            let of = |row: &AvailabilityRow| Some((row.provider, times_of(row, base, now)?));
            page.iter().filter_map(of).collect::<Vec<_>>()
        });
        times.extend(
            reckoned
                .await
                .map_err(|_| NetworkError::Store(StoreError::Stopped))?,
        );
        if is_last {
            return Ok(times);
        }
    }
}

/// When a provider is free, and how they work.
#[derive(Debug)]
struct Times {
    free: Availability,
    zone: String,
    minutes: u16,
}

fn times_of(row: &AvailabilityRow, base: Minute, now: Minute) -> Option<Times> {
    let hours = read_hours(&row.hours)?;
    let busy: Vec<Span> = row.busy.iter().chain(&row.taken).copied().collect();
    Some(Times {
        free: availability_bits(&hours, &busy, base, now).unwrap_or(Availability::NONE),
        minutes: hours.minutes.first().copied().unwrap_or(50),
        zone: hours.zone,
    })
}

/// Makes the row of a listing, unless it is too long without proof.
fn entry(row: &ShardRow, times: Option<&Times>, making: &Making) -> Option<Entry> {
    let document = Document::read(&row.provider.listing)?;
    let evidence = weighed(&row.evidence);
    // As it will be at the end of the day, so that a file stays the same while nobody acts.
    let now = i64::from((making.now.minute() / DAY + 1) * DAY);
    let confidence = proof::confidence(&evidence, now);
    if confidence < proof::SHOWN {
        return None;
    }
    let mut provider = document.provider(row.provider.provider, &making.plans);
    provider.quality = proof::quality(confidence);
    let proven = proof::proven_minute(&evidence, now).and_then(|it| u32::try_from(it).ok());
    // To the day, as the card shows it; so another proof of the same day changes no file.
    provider.proven_minute = troth_match::Minute(proven.unwrap_or(0) / DAY * DAY);
    // Shown a little earlier until people have come.
    provider.newcomer = !evidence.iter().any(|it| it.kind == EvidenceKind::VisitKept);
    for claim in &row.acceptances {
        add_claim(&mut provider, claim, making.now.minute() / DAY);
    }
    provider.bookable = times.is_some();
    if let Some(times) = times {
        provider.zone.clone_from(&times.zone);
        provider.visit_minutes = times.minutes;
    }
    // One that the format cannot carry is left out, rather than all with it.
    provider.check().ok()?;
    Some(Entry {
        provider,
        availability: times.map_or(Availability::NONE, |times| times.free),
    })
}

/// Adds what a payer says, while it says so.
fn add_claim(provider: &mut Provider, claim: &AcceptanceRow, today: u32) {
    let is_now = claim.from_day <= today && (claim.until_day == 0 || today <= claim.until_day);
    let formats = Formats::from_bits(u64::from(claim.formats)).unwrap_or(Formats::EMPTY);
    let Some(state) = State::from_index(claim.place).filter(|_| is_now && !formats.is_empty())
    else {
        return;
    };
    let plan = PlanId(claim.plan);
    let same = |it: &&mut Acceptance| it.plan == plan && it.state == state;
    match provider.acceptances.iter_mut().find(same) {
        Some(before) => before.formats = before.formats.or(formats),
        None => provider.acceptances.push(Acceptance {
            plan,
            state,
            formats,
        }),
    }
}
