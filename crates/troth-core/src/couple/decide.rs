//! From a wish to an event, or to a reason.

use crate::command::Command;
use crate::event::{Event, Settled};
use crate::id::PartnerId;
use crate::moment::Moment;
use crate::refused::Refused;
use crate::schedule::Schedule;
use crate::sign::Week;

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
        Ok(match command {
            Command::Introduce { name } => Event::PartnerIntroduced { name },
            Command::StartReveal { prompt, referee } => Event::RevealStarted { prompt, referee },
            Command::AnswerReveal { reveal, answer } => Event::RevealAnswered { reveal, answer },
            Command::OpenReveal {
                reveal,
                answer,
                nonce,
            } => {
                self.check_not_opened(by, reveal)?;
                Event::RevealOpened {
                    reveal,
                    answer,
                    nonce,
                }
            }
            Command::WithdrawReveal { reveal } => Event::RevealWithdrawn { reveal },
            Command::OfferAcknowledgment {
                settled: Settled::NotSaid,
                ..
            } => {
                return Err(Refused::NotSettled);
            }
            Command::OfferAcknowledgment {
                elements,
                settled,
                replaces,
            } => Event::AcknowledgmentOffered {
                elements,
                settled,
                replaces,
            },
            Command::AnswerAcknowledgment {
                acknowledgment,
                answer,
            } => {
                self.check_acknowledgment_stands(acknowledgment)?;
                Event::AcknowledgmentAnswered {
                    acknowledgment,
                    answer,
                }
            }
            Command::MakeCommitment { text, schedule } => Event::CommitmentMade {
                text,
                schedule: ahead(schedule, now)?,
            },
            Command::MarkCommitment {
                commitment,
                occurrence,
                mark,
                note,
            } => {
                self.check_side(by, commitment, mark)?;
                let occurrence = self.marked_occurrence(commitment, occurrence, mark, now)?;
                Event::CommitmentMarked {
                    commitment,
                    occurrence,
                    mark,
                    note,
                }
            }
            Command::RenegotiateCommitment {
                commitment,
                schedule,
            } => {
                self.check_commitment_shown(commitment)?;
                Event::CommitmentRenegotiated {
                    commitment,
                    schedule: ahead(schedule, now)?,
                }
            }
            Command::ReleaseCommitment { commitment } => {
                self.check_commitment_shown(commitment)?;
                Event::CommitmentReleased { commitment }
            }
            Command::Thank { on, text } => Event::Thanked { on, text },
            Command::ShareSigns(signs) => {
                if signs.to > Week::containing(now.local().date()) {
                    return Err(Refused::InTheFuture);
                }
                Event::SignsShared(signs)
            }
            Command::WithdrawEntry { entry } => Event::EntryWithdrawn { entry },
            Command::CorrectEntry { entry, text } => Event::EntryCorrected { entry, text },
        })
    }

    fn check_commitment_shown(&self, commitment: crate::id::EntryId) -> Result<(), Refused> {
        if self.is_withdrawn(commitment) {
            Err(Refused::Withdrawn)
        } else {
            Ok(())
        }
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
