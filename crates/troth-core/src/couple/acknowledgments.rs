//! How acknowledgments, their versions and their answers fold.

use crate::acknowledgment::{AcknowledgmentAnswer, AcknowledgmentView, AnsweredView, Elements};
use crate::commitment::ThanksView;
use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::refused::Refused;

use super::{Couple, Kind};

#[derive(Debug, Clone)]
pub(super) struct Acknowledgment {
    by: PartnerId,
    elements: Elements,
    replaces: Option<EntryId>,
    replaced_by: Option<EntryId>,
    answers: Vec<(EntryId, AcknowledgmentAnswer)>,
}

impl Couple {
    pub(super) fn check_replaced(
        &self,
        by: PartnerId,
        replaces: Option<EntryId>,
    ) -> Result<(), Refused> {
        let Some(replaced) = replaces else {
            return Ok(());
        };
        let replaced = self
            .acknowledgments
            .get(&replaced)
            .ok_or(Refused::NotFound)?;
        if replaced.by != by {
            Err(Refused::NotYours)
        } else if replaced.replaced_by.is_some() {
            Err(Refused::Replaced)
        } else {
            Ok(())
        }
    }

    /// An answer to a version that was replaced or withdrawn meanwhile still counts for that version.
    pub(super) fn check_acknowledgment_answer(
        &self,
        by: PartnerId,
        acknowledgment: EntryId,
    ) -> Result<(), Refused> {
        let offered = self
            .acknowledgments
            .get(&acknowledgment)
            .ok_or(Refused::NotFound)?;
        if offered.by == by {
            Err(Refused::OwnAcknowledgment)
        } else {
            Ok(())
        }
    }

    /// Refuses an answer to a version that no longer stands, where the person can still choose.
    pub(super) fn check_acknowledgment_stands(&self, id: EntryId) -> Result<(), Refused> {
        let offered = self.acknowledgments.get(&id).ok_or(Refused::NotFound)?;
        if self.is_withdrawn(id) {
            Err(Refused::Withdrawn)
        } else if offered.replaced_by.is_some() {
            Err(Refused::Replaced)
        } else {
            Ok(())
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`take` hands over only these kinds"
    )]
    pub(super) fn take_acknowledgment(&mut self, entry: &Entry) {
        match &entry.body {
            Event::AcknowledgmentOffered {
                elements, replaces, ..
            } => {
                if let Some(before) = replaces.and_then(|id| self.acknowledgments.get_mut(&id)) {
                    before.replaced_by = Some(entry.id);
                }
                let offered = Acknowledgment {
                    by: entry.author,
                    elements: elements.clone(),
                    replaces: *replaces,
                    replaced_by: None,
                    answers: Vec::new(),
                };
                self.acknowledgments.insert(entry.id, offered);
            }
            Event::AcknowledgmentAnswered {
                acknowledgment,
                answer,
            } => {
                if let Some(offered) = self.acknowledgments.get_mut(acknowledgment) {
                    offered.answers.push((entry.id, answer.clone()));
                }
            }
            _ => {}
        }
    }

    /// Shows every acknowledgment in its newest version, newest first.
    #[must_use]
    pub fn acknowledgments(&self) -> Vec<AcknowledgmentView> {
        let mut newest: Vec<EntryId> = self
            .acknowledgments
            .iter()
            .filter(|(_, offered)| offered.replaced_by.is_none())
            .map(|(id, _)| *id)
            .collect();
        newest.sort_by_cached_key(|id| std::cmp::Reverse(self.turn_of(*id)));
        newest
            .into_iter()
            .filter_map(|id| self.acknowledgment(id))
            .collect()
    }

    /// Shows one version of an acknowledgment.
    #[must_use]
    pub fn acknowledgment(&self, id: EntryId) -> Option<AcknowledgmentView> {
        let offered = self.acknowledgments.get(&id)?;
        let is_withdrawn = self.is_withdrawn(id);
        let answer = offered
            .answers
            .iter()
            .rev()
            .find(|(entry, _)| !self.is_withdrawn(*entry))
            .and_then(|(entry, answer)| {
                let by = self.entries.get(entry)?.author;
                Some(AnsweredView {
                    entry: *entry,
                    by,
                    answer: answer.clone(),
                })
            });
        Some(AcknowledgmentView {
            id,
            by: offered.by,
            elements: if is_withdrawn {
                Elements::default()
            } else {
                offered.elements.clone()
            },
            is_withdrawn,
            earlier: self.earlier_versions(offered),
            replaced_by: offered.replaced_by,
            answer,
            thanks: self.thanks_on([id]),
        })
    }

    /// A version only replaces one that was there before it, so the walk ends.
    fn earlier_versions(&self, offered: &Acknowledgment) -> Vec<EntryId> {
        let mut earlier: Vec<EntryId> = std::iter::successors(offered.replaces, |id| {
            self.acknowledgments
                .get(id)
                .and_then(|before| before.replaces)
        })
        .collect();
        earlier.reverse();
        earlier
    }

    /// Lists the thanks for some entries that were not withdrawn, oldest first.
    pub(super) fn thanks_on(&self, entries: impl IntoIterator<Item = EntryId>) -> Vec<ThanksView> {
        let mut thanks: Vec<(usize, ThanksView)> = entries
            .into_iter()
            .flat_map(|on| {
                self.thanks
                    .get(&on)
                    .into_iter()
                    .flatten()
                    .map(move |id| (on, *id))
            })
            .filter(|(_, id)| !self.is_withdrawn(*id))
            .filter_map(|(on, entry)| {
                let known = self.entries.get(&entry)?;
                let Kind::Thanked { text } = &known.kind else {
                    return None;
                };
                let text = self.current_text(entry, text);
                Some((
                    self.turn_of(entry),
                    ThanksView {
                        entry,
                        by: known.author,
                        on,
                        text,
                    },
                ))
            })
            .collect();
        thanks.sort_by_key(|(turn, _)| *turn);
        thanks.into_iter().map(|(_, view)| view).collect()
    }
}
