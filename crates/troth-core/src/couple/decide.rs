//! From a wish to an event, or to a reason.

use crate::acknowledgment::AcknowledgmentAnswer;
use crate::command::Command;
use crate::event::{Event, Settled};
use crate::id::{EntryId, PartnerId};
use crate::moment::Moment;
use crate::refused::Refused;
use crate::schedule::Schedule;
use crate::sign::Week;
use crate::visit::instant;

use super::Couple;

impl Couple {
    /// Decides what is recorded for a wish, and changes nothing.
    ///
    /// Returns the events to record; the state changes only in [`apply`](Self::apply), so replaying
    /// a log and living through it end alike.
    ///
    /// # Errors
    ///
    /// [`Refused`] says why not, in words that help the person on.
    pub fn decide(
        &self,
        by: PartnerId,
        command: Command,
        now: &Moment,
    ) -> Result<Vec<Event>, Refused> {
        let event = self.event_for(by, command, now)?;
        self.check(by, &event)?;
        Ok(vec![event])
    }

    /// Turns a wish into the event it asks for, and refuses what only the present moment forbids.
    fn event_for(&self, by: PartnerId, command: Command, now: &Moment) -> Result<Event, Refused> {
        match command {
            Command::StartReveal { .. }
            | Command::AnswerReveal { .. }
            | Command::OpenReveal { .. }
            | Command::WithdrawReveal { .. } => self.reveal_event(by, command),
            Command::OfferAcknowledgment { .. } | Command::AnswerAcknowledgment { .. } => {
                self.acknowledgment_event(command)
            }
            Command::MakeCommitment { .. }
            | Command::MarkCommitment { .. }
            | Command::RenegotiateCommitment { .. }
            | Command::ReleaseCommitment { .. } => self.commitment_event(by, command, now),
            Command::Introduce { name } => Ok(Event::PartnerIntroduced { name }),
            Command::Thank { on, text } => Ok(Event::Thanked { on, text }),
            Command::ShareSigns(signs) if signs.to > Week::containing(now.local().date()) => {
                Err(Refused::InTheFuture)
            }
            Command::ShareSigns(signs) => Ok(Event::SignsShared(signs)),
            Command::ProposeVisit(held) if instant(held.start) <= now.at => Err(Refused::InThePast),
            Command::ProposeVisit(held) => Ok(Event::VisitProposed(held)),
            Command::AnswerVisit { visit, answer } => {
                self.check_visit_stands(visit)?;
                Ok(Event::VisitAnswered { visit, answer })
            }
            Command::WithdrawEntry { entry } => Ok(Event::EntryWithdrawn { entry }),
            Command::CorrectEntry { entry, text } => Ok(Event::EntryCorrected { entry, text }),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`event_for` hands over only these kinds"
    )]
    fn reveal_event(&self, by: PartnerId, command: Command) -> Result<Event, Refused> {
        match command {
            Command::StartReveal { prompt, referee } => {
                Ok(Event::RevealStarted { prompt, referee })
            }
            Command::AnswerReveal { reveal, answer } => {
                Ok(Event::RevealAnswered { reveal, answer })
            }
            Command::OpenReveal {
                reveal,
                answer,
                nonce,
            } => {
                self.check_not_opened(by, reveal)?;
                Ok(Event::RevealOpened {
                    reveal,
                    answer,
                    nonce,
                })
            }
            Command::WithdrawReveal { reveal } => Ok(Event::RevealWithdrawn { reveal }),
            _ => Err(Refused::NotFound),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`event_for` hands over only these kinds"
    )]
    fn acknowledgment_event(&self, command: Command) -> Result<Event, Refused> {
        match command {
            Command::OfferAcknowledgment {
                settled: Settled::NotSaid,
                ..
            } => Err(Refused::NotSettled),
            Command::OfferAcknowledgment {
                elements,
                settled,
                replaces,
            } => Ok(Event::AcknowledgmentOffered {
                elements,
                settled,
                replaces,
            }),
            Command::AnswerAcknowledgment {
                acknowledgment,
                answer,
            } => {
                self.check_acknowledgment_stands(acknowledgment)?;
                let answer = in_order(answer);
                Ok(Event::AcknowledgmentAnswered {
                    acknowledgment,
                    answer,
                })
            }
            _ => Err(Refused::NotFound),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`event_for` hands over only these kinds"
    )]
    fn commitment_event(
        &self,
        by: PartnerId,
        command: Command,
        now: &Moment,
    ) -> Result<Event, Refused> {
        match command {
            Command::MakeCommitment { text, schedule } => Ok(Event::CommitmentMade {
                text,
                schedule: ahead(schedule, now)?,
            }),
            Command::MarkCommitment {
                commitment,
                occurrence,
                mark,
                note,
            } => {
                self.check_side(by, commitment, mark)?;
                let occurrence = self.marked_occurrence(commitment, occurrence, mark, now)?;
                Ok(Event::CommitmentMarked {
                    commitment,
                    occurrence,
                    mark,
                    note,
                })
            }
            Command::RenegotiateCommitment {
                commitment,
                schedule,
            } => {
                self.check_commitment_shown(commitment)?;
                let schedule = ahead(schedule, now)?;
                Ok(Event::CommitmentRenegotiated {
                    commitment,
                    schedule,
                })
            }
            Command::ReleaseCommitment { commitment } => {
                self.check_commitment_shown(commitment)?;
                Ok(Event::CommitmentReleased { commitment })
            }
            _ => Err(Refused::NotFound),
        }
    }

    fn check_commitment_shown(&self, commitment: EntryId) -> Result<(), Refused> {
        if self.is_withdrawn(commitment) {
            Err(Refused::Withdrawn)
        } else {
            Ok(())
        }
    }
}

/// Brings the missing parts into their order, each once.
fn in_order(answer: AcknowledgmentAnswer) -> AcknowledgmentAnswer {
    match answer {
        AcknowledgmentAnswer::Missing(mut parts) => {
            parts.sort_unstable();
            parts.dedup();
            AcknowledgmentAnswer::Missing(parts)
        }
        AcknowledgmentAnswer::Received | AcknowledgmentAnswer::ReceivedNeedTime => answer,
    }
}

/// Checks a schedule and that something of it lies ahead.
fn ahead(schedule: Schedule, now: &Moment) -> Result<Schedule, Refused> {
    let schedule = schedule.checked()?;
    if schedule.next_after(now.at).is_some() {
        Ok(schedule)
    } else {
        Err(Refused::InThePast)
    }
}
