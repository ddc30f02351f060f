//! How proposed visits and their answers fold.

use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::moment::Moment;
use crate::refused::Refused;
use crate::text::{TextError, check_name};
use crate::visit::{
    HeldVisit, LONGEST_SERVER, LONGEST_VISIT, VisitAnswer, VisitStanding, VisitView, instant,
};

use super::Couple;

#[derive(Debug, Clone)]
pub(super) struct Visit {
    by: PartnerId,
    held: HeldVisit,
    answer: Option<VisitAnswer>,
}

impl Couple {
    pub(super) fn check_visit_answer(&self, by: PartnerId, visit: EntryId) -> Result<(), Refused> {
        let proposed = self.visits.get(&visit).ok_or(Refused::NotFound)?;
        if proposed.by == by {
            Err(Refused::OwnVisit)
        } else if proposed.answer.is_some() {
            Err(Refused::VisitAnswered)
        } else {
            Ok(())
        }
    }

    /// Refuses an answer to a proposal that was taken back, where the person can still choose.
    pub(super) fn check_visit_stands(&self, visit: EntryId) -> Result<(), Refused> {
        if self.is_withdrawn(visit) {
            Err(Refused::Withdrawn)
        } else {
            Ok(())
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`take` hands over only these kinds"
    )]
    pub(super) fn take_visit(&mut self, entry: &Entry) {
        match &entry.body {
            Event::VisitProposed(held) => {
                let visit = Visit {
                    by: entry.author,
                    held: held.clone(),
                    answer: None,
                };
                self.visits.insert(entry.id, visit);
            }
            Event::VisitAnswered { visit, answer } => {
                if let Some(proposed) = self.visits.get_mut(visit) {
                    proposed.answer = Some(*answer);
                }
            }
            _ => {}
        }
    }

    /// Shows every visit that was proposed, newest first.
    #[must_use]
    pub fn visits(&self, now: &Moment) -> Vec<VisitView> {
        let mut newest: Vec<EntryId> = self.visits.keys().copied().collect();
        newest.sort_by_cached_key(|id| std::cmp::Reverse(self.turn_of(*id)));
        newest
            .into_iter()
            .filter_map(|id| self.visit(id, now))
            .collect()
    }

    /// Shows one proposed visit.
    #[must_use]
    pub fn visit(&self, id: EntryId, now: &Moment) -> Option<VisitView> {
        let visit = self.visits.get(&id)?;
        let standing = match visit.answer {
            _ if self.is_withdrawn(id) => VisitStanding::Withdrawn,
            Some(VisitAnswer::Accepted) => VisitStanding::Accepted,
            Some(VisitAnswer::NotThisOne) => VisitStanding::NotThisOne,
            None if instant(visit.held.until) <= now.at => VisitStanding::Over,
            None => VisitStanding::Open,
        };
        Some(VisitView {
            id,
            by: visit.by,
            held: visit.held.clone(),
            standing,
        })
    }
}

/// Checks what is told of a held hour, without a clock.
pub(super) fn check_held(held: &HeldVisit) -> Result<(), Refused> {
    check_name(&held.provider_name)?;
    if held.server.trim().is_empty() {
        return Err(TextError::Empty.into());
    }
    if held.server.chars().nth(LONGEST_SERVER).is_some() {
        return Err(TextError::TooLong.into());
    }
    if (1..=LONGEST_VISIT).contains(&held.minutes) {
        Ok(())
    } else {
        Err(Refused::VisitLength)
    }
}
