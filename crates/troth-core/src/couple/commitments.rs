//! How promises, their marks and their changes fold; the rules are the invariants of `commitment.rs`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::commitment::{
    CommitmentStanding, CommitmentView, Mark, MarkView, OccurrenceView, RenegotiationView,
    SHOWN_OCCURRENCES, Side, Told,
};
use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::insight::{FollowThrough, Outcome, follow_through};
use crate::moment::Moment;
use crate::refused::Refused;
use crate::schedule::{Occurrence, Schedule};

use super::Couple;

/// The most plans that one promise has had.
const MOST_TERMS: usize = 100;
const SECONDS_A_DAY: f64 = 86_400.0;

#[derive(Debug, Clone)]
pub(super) struct Commitment {
    giver: PartnerId,
    text: String,
    /// The plan as first made.
    first: Term,
    /// The plans that took its place, oldest first.
    later: Vec<Term>,
    marks: BTreeMap<(Occurrence, Side), Vec<MarkEntry>>,
    end: Option<End>,
}

/// A plan and from when on it holds.
#[derive(Debug, Clone)]
struct Term {
    entry: EntryId,
    schedule: Schedule,
    from: Timestamp,
    received_minute: u64,
}

#[derive(Debug, Clone)]
struct MarkEntry {
    entry: EntryId,
    mark: Mark,
    note: String,
}

#[derive(Debug, Clone, Copy)]
struct End {
    by: PartnerId,
    at: Timestamp,
}

/// A plan with the span of due times that it governs: after `after` and up to `until`.
struct Span<'c> {
    schedule: &'c Schedule,
    after: Timestamp,
    until: Timestamp,
}

impl Span<'_> {
    fn holds(&self, occurrence: Occurrence) -> Option<Timestamp> {
        let due = self.schedule.instant(occurrence)?;
        (self.after < due && due <= self.until && self.schedule.contains(occurrence)).then_some(due)
    }
}

impl Commitment {
    fn terms(&self) -> impl DoubleEndedIterator<Item = &Term> {
        std::iter::once(&self.first).chain(self.later.iter())
    }

    fn newest(&self) -> &Term {
        self.later.last().unwrap_or(&self.first)
    }

    /// Lists each plan with the due times that it governs, oldest first.
    ///
    /// A due time that lies at or before a change of plan stays with the old plan: a word in time
    /// moves only what was still ahead.
    fn spans(&self) -> Vec<Span<'_>> {
        let ends = self
            .later
            .iter()
            .map(|term| term.from)
            .chain([Timestamp::MAX]);
        let end = self.end.map_or(Timestamp::MAX, |end| end.at);
        self.terms()
            .zip(ends)
            .enumerate()
            .map(|(at, (term, until))| Span {
                schedule: &term.schedule,
                after: if at == 0 {
                    first_after(term)
                } else {
                    term.from
                },
                until: until.min(end),
            })
            .collect()
    }

    /// Finds the instant of a due time that stands.
    fn due_of(&self, occurrence: Occurrence) -> Option<Timestamp> {
        self.spans().iter().find_map(|span| span.holds(occurrence))
    }

    /// Finds the next due time after an instant.
    fn next_after(&self, at: Timestamp) -> Option<(Occurrence, Timestamp)> {
        self.spans().iter().find_map(|span| {
            let next = span.schedule.next_after(at.max(span.after))?;
            let due = span.schedule.instant(next)?;
            (due <= span.until).then_some((next, due))
        })
    }

    /// Lists the last due times up to an instant, oldest first.
    fn newest_until(&self, at: Timestamp, most: usize) -> Vec<(Occurrence, Timestamp)> {
        let mut found = Vec::new();
        for span in self.spans().iter().rev() {
            let rest = most.saturating_sub(found.len());
            let newest = span.schedule.newest(span.after, span.until.min(at), rest);
            found.extend(
                newest
                    .into_iter()
                    .rev()
                    .filter_map(|one| Some((one, span.schedule.instant(one)?))),
            );
        }
        found.reverse();
        found
    }
}

/// A rule governs only what comes due after the promise was made; a single time is always its own.
fn first_after(term: &Term) -> Timestamp {
    match term.schedule {
        Schedule::Once { .. } | Schedule::ByDate { .. } => Timestamp::MIN,
        Schedule::Every { .. } => term.from,
    }
}

impl Couple {
    pub(super) fn check_mark(
        &self,
        by: PartnerId,
        commitment: EntryId,
        occurrence: Occurrence,
        mark: Mark,
    ) -> Result<(), Refused> {
        self.check_side(by, commitment, mark)?;
        let commitment = self.commitments.get(&commitment).ok_or(Refused::NotFound)?;
        if commitment
            .terms()
            .any(|term| term.schedule.contains(occurrence))
        {
            Ok(())
        } else {
            Err(Refused::NoSuchOccurrence)
        }
    }

    /// Neither partner can make the mark that is the other's.
    pub(super) fn check_side(
        &self,
        by: PartnerId,
        commitment: EntryId,
        mark: Mark,
    ) -> Result<(), Refused> {
        let giver = self
            .commitments
            .get(&commitment)
            .ok_or(Refused::NotFound)?
            .giver;
        let side = if giver == by {
            Side::Giver
        } else {
            Side::Other
        };
        if mark.side() == side {
            Ok(())
        } else {
            Err(Refused::NotYourMark)
        }
    }

    pub(super) fn check_renegotiation(
        &self,
        by: PartnerId,
        commitment: EntryId,
    ) -> Result<(), Refused> {
        let commitment = self.commitments.get(&commitment).ok_or(Refused::NotFound)?;
        if commitment.giver != by {
            Err(Refused::NotYours)
        } else if commitment.end.is_some() {
            Err(Refused::Ended)
        } else if commitment.later.len() >= MOST_TERMS {
            Err(Refused::TooManyChanges)
        } else {
            Ok(())
        }
    }

    pub(super) fn check_release(&self, commitment: EntryId) -> Result<(), Refused> {
        let commitment = self.commitments.get(&commitment).ok_or(Refused::NotFound)?;
        if commitment.end.is_some() {
            Err(Refused::Ended)
        } else {
            Ok(())
        }
    }

    /// Chooses the due time of a mark, and refuses what time does not allow yet.
    pub(super) fn marked_occurrence(
        &self,
        commitment: EntryId,
        occurrence: Option<Occurrence>,
        mark: Mark,
        now: &Moment,
    ) -> Result<Occurrence, Refused> {
        let found = self.commitments.get(&commitment).ok_or(Refused::NotFound)?;
        if self.is_withdrawn(commitment) {
            return Err(Refused::Withdrawn);
        }
        let occurrence = occurrence
            .or_else(|| self.occurrence_for_now(commitment, now))
            .ok_or(Refused::NoSuchOccurrence)?;
        let due = found.due_of(occurrence).ok_or(Refused::NoSuchOccurrence)?;
        let is_next = found
            .next_after(now.at)
            .is_some_and(|(next, _)| next == occurrence);
        match mark {
            _ if due <= now.at => Ok(occurrence),
            // Done ahead of time is done; that it was not done shows only when it is due.
            Mark::Kept | Mark::Seen if is_next => Ok(occurrence),
            Mark::Kept | Mark::Seen | Mark::Missed | Mark::Different => Err(Refused::NotDueYet),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`take` hands over only these kinds"
    )]
    pub(super) fn take_commitment(&mut self, entry: &Entry) {
        let term = |schedule: &Schedule| Term {
            entry: entry.id,
            schedule: schedule.clone(),
            from: entry.written.at,
            received_minute: entry.received_minute,
        };
        match &entry.body {
            Event::CommitmentMade { text, schedule } => {
                let made = Commitment {
                    giver: entry.author,
                    text: text.clone(),
                    first: term(schedule),
                    later: Vec::new(),
                    marks: BTreeMap::new(),
                    end: None,
                };
                self.commitments.insert(entry.id, made);
            }
            Event::CommitmentMarked {
                commitment,
                occurrence,
                mark,
                note,
            } => {
                if let Some(commitment) = self.commitments.get_mut(commitment) {
                    let marks = commitment
                        .marks
                        .entry((*occurrence, mark.side()))
                        .or_default();
                    marks.push(MarkEntry {
                        entry: entry.id,
                        mark: *mark,
                        note: note.clone(),
                    });
                }
            }
            Event::CommitmentRenegotiated {
                commitment,
                schedule,
            } => {
                if let Some(commitment) = self.commitments.get_mut(commitment) {
                    commitment.later.push(term(schedule));
                }
            }
            Event::CommitmentReleased { commitment } => {
                if let Some(commitment) = self.commitments.get_mut(commitment) {
                    commitment.end = Some(End {
                        by: entry.author,
                        at: entry.written.at,
                    });
                }
            }
            _ => {}
        }
    }

    /// Returns the words of a promise as they were written.
    pub(crate) fn promise_words(&self, commitment: EntryId) -> Option<&str> {
        self.commitments
            .get(&commitment)
            .map(|commitment| commitment.text.as_str())
    }

    /// Shows every promise, newest first.
    #[must_use]
    pub fn commitments(&self, now: &Moment) -> Vec<CommitmentView> {
        let mut ids: Vec<EntryId> = self.commitments.keys().copied().collect();
        ids.sort_by_cached_key(|id| std::cmp::Reverse(self.turn_of(*id)));
        ids.into_iter()
            .filter_map(|id| self.commitment(id, now))
            .collect()
    }

    /// Shows one promise.
    #[must_use]
    pub fn commitment(&self, id: EntryId, now: &Moment) -> Option<CommitmentView> {
        let commitment = self.commitments.get(&id)?;
        let is_withdrawn = self.is_withdrawn(id);
        let marks = commitment.marks.values().flatten().map(|mark| mark.entry);
        Some(CommitmentView {
            id,
            giver: commitment.giver,
            text: if is_withdrawn {
                String::new()
            } else {
                commitment.text.clone()
            },
            schedule: commitment.newest().schedule.clone(),
            standing: self.commitment_standing(id, now)?,
            occurrences: self.occurrence_views(commitment, now),
            renegotiations: renegotiations(commitment),
            thanks: self.thanks_on([id].into_iter().chain(marks)),
            by_giver: self.follow_through_of(commitment, Side::Giver, now),
            by_other: self.follow_through_of(commitment, Side::Other, now),
        })
    }

    fn commitment_standing(&self, id: EntryId, now: &Moment) -> Option<CommitmentStanding> {
        let commitment = self.commitments.get(&id)?;
        Some(match commitment.end {
            _ if self.is_withdrawn(id) => CommitmentStanding::Withdrawn,
            Some(end) if end.by == commitment.giver => CommitmentStanding::TakenBack,
            Some(_) => CommitmentStanding::Released,
            None if commitment.next_after(now.at).is_none() => CommitmentStanding::Past,
            None => CommitmentStanding::Standing,
        })
    }

    fn occurrence_views(&self, commitment: &Commitment, now: &Moment) -> Vec<OccurrenceView> {
        let next = commitment.next_after(now.at);
        let past = SHOWN_OCCURRENCES - 1;
        commitment
            .newest_until(now.at, past)
            .into_iter()
            .chain(next)
            .map(|(occurrence, due)| OccurrenceView {
                occurrence,
                due,
                is_due: due <= now.at,
                giver: self.mark_view(commitment, occurrence, Side::Giver),
                other: self.mark_view(commitment, occurrence, Side::Other),
            })
            .collect()
    }

    /// Shows the newest mark of a side that was not withdrawn.
    fn mark_view(
        &self,
        commitment: &Commitment,
        occurrence: Occurrence,
        side: Side,
    ) -> Option<MarkView> {
        let marks = commitment.marks.get(&(occurrence, side))?;
        let newest = marks
            .iter()
            .rev()
            .find(|mark| !self.is_withdrawn(mark.entry))?;
        Some(MarkView {
            entry: newest.entry,
            mark: newest.mark,
            note: self.current_text(newest.entry, &newest.note),
        })
    }

    /// Reckons one side's marks; a due time without a mark says nothing and is not counted.
    fn follow_through_of(
        &self,
        commitment: &Commitment,
        side: Side,
        now: &Moment,
    ) -> FollowThrough {
        let outcomes: Vec<Outcome> = commitment
            .marks
            .keys()
            .filter(|(_, marked)| *marked == side)
            .filter_map(|(occurrence, _)| {
                let due = commitment.due_of(*occurrence)?;
                let mark = self.mark_view(commitment, *occurrence, side)?.mark;
                let seconds = now.at.duration_since(due).as_secs_f64().max(0.0);
                let as_promised = match mark {
                    Mark::Kept | Mark::Seen => true,
                    Mark::Missed | Mark::Different => false,
                };
                Some(Outcome {
                    days_ago: seconds / SECONDS_A_DAY,
                    as_promised,
                })
            })
            .collect();
        follow_through(&outcomes)
    }

    /// Finds the due time that a mark without one means: the latest that was due, else the next.
    #[must_use]
    pub fn occurrence_for_now(&self, commitment: EntryId, now: &Moment) -> Option<Occurrence> {
        let commitment = self.commitments.get(&commitment)?;
        let latest = commitment.newest_until(now.at, 1).pop();
        latest
            .or_else(|| commitment.next_after(now.at))
            .map(|(occurrence, _)| occurrence)
    }
}

fn renegotiations(commitment: &Commitment) -> Vec<RenegotiationView> {
    commitment
        .terms()
        .zip(&commitment.later)
        .zip(commitment.spans())
        .map(|((before, after), span)| RenegotiationView {
            entry: after.entry,
            before: before.schedule.clone(),
            after: after.schedule.clone(),
            told: told(&span, after),
        })
        .collect()
}

/// Says whether a change of plan came before the due time that it moved.
fn told(before: &Span<'_>, after: &Term) -> Told {
    let Some(moved) = before
        .schedule
        .next_after(after.from.max(before.after))
        .and_then(|next| before.schedule.instant(next))
    else {
        return Told::TooLate;
    };
    let received = i64::try_from(after.received_minute)
        .ok()
        .filter(|minute| *minute > 0)
        .and_then(|minute| Timestamp::from_second(minute.saturating_mul(60)).ok());
    if received.is_some_and(|received| received > moved) {
        Told::InTimeArrivedLater
    } else {
        Told::InTime
    }
}
