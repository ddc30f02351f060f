//! What is due soon, and what waits for a mark; it counts nothing and hurries nobody.

use jiff::{SignedDuration, Timestamp};

use crate::commitment::{CommitmentStanding, CommitmentView, OccurrenceView};
use crate::couple::Couple;
use crate::id::{EntryId, PartnerId};
use crate::moment::Moment;
use crate::schedule::Occurrence;

/// How far back a due time without a mark is still offered for marking.
const DAYS_OPEN_TO_MARK: i64 = 14;

/// One due time of a promise that stands, or that stood when it was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// The promise.
    pub commitment: EntryId,
    /// Who gave it.
    pub giver: PartnerId,
    /// What is promised.
    pub text: String,
    /// Which due time.
    pub occurrence: Occurrence,
    /// Its instant.
    pub due: Timestamp,
    /// The zone in which the promise was made.
    pub zone: String,
    /// What it waits for, seen by the viewer.
    pub state: DueState,
}

/// What a due time waits for, seen by one partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueState {
    /// It lies ahead.
    Ahead,
    /// It was due, and the viewer may mark it. Nothing is late.
    OpenToMark,
}

/// Lists what lies ahead within `days` days and what `viewer` may still mark, soonest first.
///
/// A due time is offered for marking for two weeks and then leaves the list by itself; it can still
/// be marked where the promise is shown.
#[must_use]
pub fn due(couple: &Couple, viewer: PartnerId, now: &Moment, days: u16) -> Vec<DueItem> {
    let after = |days: i64| now.at.saturating_add(SignedDuration::from_hours(24 * days));
    let latest = after(i64::from(days)).unwrap_or(Timestamp::MAX);
    let earliest = after(-DAYS_OPEN_TO_MARK).unwrap_or(Timestamp::MIN);
    let mut items: Vec<DueItem> = couple
        .commitments(now)
        .iter()
        .filter(|view| view.standing != CommitmentStanding::Withdrawn)
        .flat_map(|view| view.occurrences.iter().map(move |one| (view, one)))
        .filter_map(|(view, one)| {
            let state = state(view, one, viewer)?;
            (earliest <= one.due && one.due <= latest).then(|| item(view, one, state))
        })
        .collect();
    items.sort_by_key(|item| (item.due, item.commitment));
    items
}

fn state(view: &CommitmentView, one: &OccurrenceView, viewer: PartnerId) -> Option<DueState> {
    let own = if view.giver == viewer {
        &one.giver
    } else {
        &one.other
    };
    match (one.is_due, own) {
        (false, None) => Some(DueState::Ahead),
        (true, None) => Some(DueState::OpenToMark),
        (_, Some(_)) => None,
    }
}

fn item(view: &CommitmentView, one: &OccurrenceView, state: DueState) -> DueItem {
    DueItem {
        commitment: view.id,
        giver: view.giver,
        text: view.text.clone(),
        occurrence: one.occurrence,
        due: one.due,
        zone: view.schedule.zone().to_owned(),
        state,
    }
}
