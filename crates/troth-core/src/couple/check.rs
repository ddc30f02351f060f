//! The rules that hold for deciding and for applying alike.

use crate::acknowledgment::{AcknowledgmentAnswer, Element, Elements};
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::refused::Refused;
use crate::reveal::SealedAnswer;
use crate::sign::{SharedSigns, ShownSigns};
use crate::text::{
    LONGEST_CIPHERTEXT, TextError, check_element, check_name, check_note, check_text,
};
use crate::vault::LONGEST_PERIOD;

use super::{Couple, Effect};

impl Couple {
    /// Says whether an event by this author may take its place in the record as it stands.
    ///
    /// No rule here looks at a clock or at the list of time zones, so that every device agrees.
    pub(super) fn check(&self, by: PartnerId, event: &Event) -> Result<(), Refused> {
        if !self.partners.contains(&by) && self.partners.len() >= 2 {
            return Err(Refused::NotAPartner);
        }
        match event {
            Event::PartnerIntroduced { name } => Ok(check_name(name)?),
            Event::RevealStarted { prompt, .. } => Ok(check_text(prompt)?),
            Event::RevealAnswered { reveal, answer } => self.check_answer(by, *reveal, answer),
            Event::RevealOpened { reveal, answer, .. } => {
                check_text(answer)?;
                self.check_opening(by, *reveal)
            }
            Event::RevealWithdrawn { reveal } => self.check_reveal_withdrawal(*reveal),
            Event::AcknowledgmentOffered {
                elements, replaces, ..
            } => {
                check_elements(elements)?;
                self.check_replaced(by, *replaces)
            }
            Event::AcknowledgmentAnswered {
                acknowledgment,
                answer,
            } => {
                check_missing(answer)?;
                self.check_acknowledgment_answer(by, *acknowledgment)
            }
            Event::CommitmentMade { text, schedule } => {
                check_text(text)?;
                Ok(schedule.check_form()?)
            }
            Event::CommitmentMarked {
                commitment,
                occurrence,
                mark,
                note,
            } => {
                check_note(note)?;
                self.check_mark(by, *commitment, *occurrence, *mark)
            }
            Event::CommitmentRenegotiated {
                commitment,
                schedule,
            } => {
                schedule.check_form()?;
                self.check_renegotiation(by, *commitment)
            }
            Event::CommitmentReleased { commitment } => self.check_release(*commitment),
            Event::Thanked { on, text } => {
                check_note(text)?;
                self.check_thanks(by, *on)
            }
            Event::SignsShared(signs) => check_shared(signs),
            Event::VisitProposed(held) => super::visits::check_held(held),
            Event::VisitAnswered { visit, .. } => self.check_visit_answer(by, *visit),
            Event::EntryWithdrawn { entry } => self.check_withdrawal(by, *entry),
            Event::EntryCorrected { entry, text } => self.check_correction(by, *entry, text),
            Event::Newer(_) | Event::Unreadable => Err(Refused::NotFound),
        }
    }

    fn check_thanks(&self, by: PartnerId, on: EntryId) -> Result<(), Refused> {
        match self.entries.get(&on) {
            Some(known) if known.effect == Effect::Ignored => Err(Refused::NotFound),
            Some(known) if known.author == by => Err(Refused::OwnEntry),
            Some(_) => Ok(()),
            None => Err(Refused::NotFound),
        }
    }
}

/// "Something is missing" says what.
fn check_missing(answer: &AcknowledgmentAnswer) -> Result<(), Refused> {
    match answer {
        AcknowledgmentAnswer::Missing(parts) if parts.is_empty() => Err(Refused::NoneMissing),
        AcknowledgmentAnswer::Missing(_)
        | AcknowledgmentAnswer::Received
        | AcknowledgmentAnswer::ReceivedNeedTime => Ok(()),
    }
}

/// The act is named; every part has a length that can be heard.
fn check_elements(elements: &Elements) -> Result<(), Refused> {
    if elements.act.trim().is_empty() {
        return Err(Refused::ActMissing);
    }
    for element in Element::ALL {
        check_element(elements.text(element))?;
    }
    Ok(())
}

/// Checks the size of what is sealed, of which nobody can know more yet.
pub(super) fn check_sealed(answer: &SealedAnswer) -> Result<(), Refused> {
    match answer {
        SealedAnswer::Sealed { ciphertext, .. } if ciphertext.len() > LONGEST_CIPHERTEXT => {
            Err(TextError::TooLong.into())
        }
        SealedAnswer::Sealed { .. } | SealedAnswer::Committed { .. } => Ok(()),
    }
}

/// Checks that what is shown lies inside the period that is named.
fn check_shared(signs: &SharedSigns) -> Result<(), Refused> {
    let weeks = signs.to.since(signs.from);
    let is_sound = (0..LONGEST_PERIOD).contains(&weeks)
        && match &signs.shown {
            ShownSigns::Summary(summary) => {
                summary.weeks_rated > 0
                    && i64::from(summary.weeks_rated) <= weeks + 1
                    && summary
                        .strong
                        .is_none_or(|band| band.low <= band.middle && band.middle <= band.high)
            }
            ShownSigns::Singles(singles) => {
                !singles.is_empty()
                    && singles.is_sorted_by(|one, next| one.sign < next.sign)
                    && singles.iter().all(|single| {
                        !single.weeks.is_empty()
                            && single.weeks.is_sorted_by(|one, next| one.0 < next.0)
                            && single
                                .weeks
                                .iter()
                                .all(|(week, _)| (signs.from..=signs.to).contains(week))
                    })
            }
        };
    if is_sound {
        Ok(())
    } else {
        Err(Refused::NothingToShow)
    }
}
