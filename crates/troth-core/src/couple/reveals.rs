//! How *reveal together* folds; the rules are the invariants of `reveal.rs`.

use std::collections::BTreeSet;

use crate::entry::Entry;
use crate::event::Event;
use crate::id::{EntryId, PartnerId};
use crate::refused::Refused;
use crate::reveal::{
    AnswerView, OpeningToCheck, Referee, RevealStanding, RevealView, SealedAnswer,
    SealedAnswerEntry, SharesWanted,
};
use crate::text::check_text;

use super::Couple;
use super::check::check_sealed;
use super::known::Kind;

/// The most openings of one answer that are looked at.
const MOST_OPENINGS: usize = 16;

#[derive(Debug, Clone)]
pub(super) struct Reveal {
    id: EntryId,
    asked_by: PartnerId,
    prompt: String,
    referee: Referee,
    withdrawn_by: Option<PartnerId>,
    /// The first answer of each partner, in the order they came.
    answers: Vec<Answer>,
}

#[derive(Debug, Clone)]
struct Answer {
    entry: EntryId,
    by: PartnerId,
    sealed: SealedAnswer,
    openings: Vec<Opening>,
    refused: BTreeSet<EntryId>,
    /// The words, once they were told from outside.
    opened: Option<String>,
    /// The words as this device's own person wrote them.
    own: Option<String>,
}

#[derive(Debug, Clone)]
struct Opening {
    entry: EntryId,
    answer: String,
    nonce: [u8; 32],
}

impl Reveal {
    fn answer_of(&self, by: PartnerId) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.by == by)
    }

    fn answer_of_mut(&mut self, by: PartnerId) -> Option<&mut Answer> {
        self.answers.iter_mut().find(|answer| answer.by == by)
    }

    fn have_both_answered(&self) -> bool {
        self.answers.len() >= 2
    }

    /// Both answered and the question stands: from here on nothing can close it.
    fn is_decided(&self) -> bool {
        self.have_both_answered() && self.withdrawn_by.is_none()
    }

    /// The one who asked took the question back, which hides its words.
    fn is_prompt_hidden(&self) -> bool {
        self.withdrawn_by == Some(self.asked_by)
    }

    fn is_open(&self) -> bool {
        self.is_decided() && self.answers.iter().all(|answer| answer.opened.is_some())
    }

    fn standing(&self, viewer: PartnerId) -> RevealStanding {
        if self.withdrawn_by.is_some() {
            RevealStanding::Withdrawn
        } else if self.is_open() {
            RevealStanding::Open
        } else if self.have_both_answered() {
            RevealStanding::Opening
        } else if self.answer_of(viewer).is_some() {
            RevealStanding::WaitingForPartner
        } else {
            RevealStanding::WaitingForYou
        }
    }
}

impl Couple {
    fn reveal_of(&self, id: &EntryId) -> Option<&Reveal> {
        self.reveals.get(&self.entries.find(id)?)
    }

    fn reveal_of_mut(&mut self, id: &EntryId) -> Option<&mut Reveal> {
        self.reveals.get_mut(&self.entries.find(id)?)
    }

    pub(super) fn have_both_answered(&self, reveal: EntryId) -> bool {
        self.reveal_of(&reveal).is_some_and(Reveal::is_decided)
    }

    fn standing_reveal(&self, id: EntryId) -> Result<&Reveal, Refused> {
        let reveal = self.reveal_of(&id).ok_or(Refused::NotFound)?;
        if reveal.withdrawn_by.is_some() {
            Err(Refused::RevealWithdrawn)
        } else {
            Ok(reveal)
        }
    }

    pub(super) fn check_answer(
        &self,
        by: PartnerId,
        reveal: EntryId,
        answer: &SealedAnswer,
    ) -> Result<(), Refused> {
        check_sealed(answer)?;
        let reveal = self.check_open_question(by, reveal)?;
        match (reveal.referee, answer) {
            (Referee::Server, SealedAnswer::Sealed { .. })
            | (Referee::Nobody, SealedAnswer::Committed { .. }) => Ok(()),
            (Referee::Server, SealedAnswer::Committed { .. })
            | (Referee::Nobody, SealedAnswer::Sealed { .. }) => Err(Refused::WrongSealing),
        }
    }

    fn check_open_question(&self, by: PartnerId, reveal: EntryId) -> Result<&Reveal, Refused> {
        let reveal = self.standing_reveal(reveal)?;
        if reveal.answer_of(by).is_some() {
            Err(Refused::AlreadyAnswered)
        } else if reveal.have_both_answered() {
            Err(Refused::AlreadyOpen)
        } else {
            Ok(reveal)
        }
    }

    pub(super) fn check_opening(&self, by: PartnerId, reveal: EntryId) -> Result<(), Refused> {
        let reveal = self.standing_reveal(reveal)?;
        if reveal.referee != Referee::Nobody {
            return Err(Refused::WrongSealing);
        }
        match reveal.answer_of(by) {
            Some(answer) if reveal.have_both_answered() => {
                if answer.openings.len() < MOST_OPENINGS {
                    Ok(())
                } else {
                    Err(Refused::AlreadyOpen)
                }
            }
            Some(_) | None => Err(Refused::NotYetOpen),
        }
    }

    /// Refuses to open again what this device knows to be open.
    pub(super) fn check_not_opened(&self, by: PartnerId, reveal: EntryId) -> Result<(), Refused> {
        match self
            .reveal_of(&reveal)
            .and_then(|reveal| reveal.answer_of(by))
        {
            Some(answer) if answer.opened.is_some() => Err(Refused::AlreadyOpen),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn check_reveal_withdrawal(&self, reveal: EntryId) -> Result<(), Refused> {
        let reveal = self.standing_reveal(reveal)?;
        if reveal.have_both_answered() {
            Err(Refused::AlreadyOpen)
        } else {
            Ok(())
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "`take` hands over only these kinds"
    )]
    pub(super) fn take_reveal(&mut self, entry: &Entry) {
        match &entry.body {
            Event::RevealStarted { prompt, referee } => {
                let reveal = Reveal {
                    id: entry.id,
                    asked_by: entry.author,
                    prompt: prompt.clone(),
                    referee: *referee,
                    withdrawn_by: None,
                    answers: Vec::new(),
                };
                self.reveals.insert(self.turn_of(entry.id), reveal);
            }
            Event::RevealAnswered { reveal, answer } => {
                if let Some(reveal) = self.reveal_of_mut(reveal) {
                    reveal.answers.push(Answer {
                        entry: entry.id,
                        by: entry.author,
                        sealed: answer.clone(),
                        openings: Vec::new(),
                        refused: BTreeSet::new(),
                        opened: None,
                        own: None,
                    });
                }
            }
            Event::RevealOpened {
                reveal,
                answer,
                nonce,
            } => {
                let opening = Opening {
                    entry: entry.id,
                    answer: answer.clone(),
                    nonce: *nonce,
                };
                if let Some(own) = self
                    .reveal_of_mut(reveal)
                    .and_then(|one| one.answer_of_mut(entry.author))
                {
                    own.openings.push(opening);
                }
            }
            Event::RevealWithdrawn { reveal } => {
                if let Some(reveal) = self.reveal_of_mut(reveal) {
                    reveal.withdrawn_by = Some(entry.author);
                }
            }
            _ => {}
        }
    }

    /// Says whether `by` may answer, before the words are sealed, and for which referee to seal them.
    ///
    /// # Errors
    ///
    /// - [`Refused::Text`]: no words, or more than fit.
    /// - [`Refused::NotFound`], [`Refused::RevealWithdrawn`], [`Refused::AlreadyAnswered`],
    ///   [`Refused::NotAPartner`]: there is nothing for `by` to answer.
    pub fn may_answer(
        &self,
        by: PartnerId,
        reveal: EntryId,
        text: &str,
    ) -> Result<Referee, Refused> {
        check_text(text)?;
        if !self.partners.contains(&by) && self.partners.len() >= 2 {
            return Err(Refused::NotAPartner);
        }
        self.check_open_question(by, reveal)
            .map(|reveal| reveal.referee)
    }

    /// Tells the opened words of a partner's answer, once shares or hash were checked elsewhere.
    ///
    /// The words are shown only when both are there; until then they wait. Words told for an answer
    /// that does not exist, or before both have answered, are dropped, and the first words told for
    /// an answer stay.
    pub fn open_reveal(&mut self, reveal: EntryId, by: PartnerId, text: &str) {
        let Some(reveal) = self.reveal_of_mut(&reveal) else {
            return;
        };
        if !reveal.is_decided() {
            return;
        }
        if let Some(answer) = reveal.answer_of_mut(by) {
            answer.opened.get_or_insert_with(|| text.to_owned());
        }
    }

    /// Tells that an opening does not fit its hash, so that a later one may.
    pub fn refuse_opening(&mut self, opening: EntryId) {
        let answers = self
            .reveals
            .values_mut()
            .flat_map(|reveal| reveal.answers.iter_mut());
        for answer in answers {
            if answer.openings.iter().any(|one| one.entry == opening) {
                answer.refused.insert(opening);
            }
        }
    }

    /// Tells this device's own words for an answer, which only their author sees before it opens.
    pub fn remember_own_answer(&mut self, reveal: EntryId, by: PartnerId, text: &str) {
        if let Some(answer) = self
            .reveal_of_mut(&reveal)
            .and_then(|reveal| reveal.answer_of_mut(by))
        {
            answer.own = Some(text.to_owned());
        }
    }

    /// Lists the sealed pairs that both have answered and whose words are not known here yet.
    #[must_use]
    pub fn shares_wanted(&self) -> Vec<SharesWanted> {
        self.reveals
            .values()
            .filter(|reveal| reveal.is_decided() && !reveal.is_open())
            .map(|reveal| SharesWanted {
                reveal: reveal.id,
                answers: reveal
                    .answers
                    .iter()
                    .filter_map(Answer::as_wanted)
                    .collect(),
            })
            .filter(|wanted| !wanted.answers.is_empty())
            .collect()
    }

    /// Lists the openings whose hash is to be checked, then told by [`open_reveal`](Self::open_reveal)
    /// or [`refuse_opening`](Self::refuse_opening).
    #[must_use]
    pub fn openings_to_check(&self) -> Vec<OpeningToCheck> {
        self.reveals
            .values()
            .filter(|reveal| reveal.is_decided())
            .flat_map(|reveal| {
                let answers = reveal.answers.iter();
                answers.filter_map(|answer| answer.to_check(reveal.id))
            })
            .collect()
    }

    /// Lists the reveals without a referee that both have answered and `by` has not opened.
    #[must_use]
    pub fn openings_owed(&self, by: PartnerId) -> Vec<EntryId> {
        self.reveals
            .values()
            .filter(|reveal| reveal.is_decided() && reveal.referee == Referee::Nobody)
            .filter(|reveal| {
                reveal
                    .answer_of(by)
                    .is_some_and(|answer| answer.unrefused().is_none())
            })
            .map(|reveal| reveal.id)
            .collect()
    }

    /// Shows every question, newest first, as `viewer` may see it.
    #[must_use]
    pub fn reveals(&self, viewer: PartnerId) -> Vec<RevealView> {
        self.reveals
            .values()
            .rev()
            .map(|reveal| self.reveal_view(reveal, viewer))
            .collect()
    }

    /// Shows one question as `viewer` may see it.
    #[must_use]
    pub fn reveal(&self, id: EntryId, viewer: PartnerId) -> Option<RevealView> {
        let reveal = self.reveal_of(&id)?;
        Some(self.reveal_view(reveal, viewer))
    }

    fn reveal_view(&self, reveal: &Reveal, viewer: PartnerId) -> RevealView {
        let standing = reveal.standing(viewer);
        let is_open = standing == RevealStanding::Open;
        let show = |answer: &Answer, text: &str| AnswerView {
            entry: answer.entry,
            by: answer.by,
            text: self.current_text(answer.entry, text),
        };
        let mine = reveal.answer_of(viewer).and_then(|answer| {
            let text = answer.opened.as_ref().or(answer.own.as_ref())?;
            Some(show(answer, text))
        });
        let theirs = reveal
            .answers
            .iter()
            .find(|answer| is_open && answer.by != viewer)
            .and_then(|answer| Some(show(answer, answer.opened.as_ref()?)));
        let prompt = if reveal.is_prompt_hidden() {
            String::new()
        } else {
            reveal.prompt.clone()
        };
        RevealView {
            id: reveal.id,
            asked_by: reveal.asked_by,
            prompt,
            referee: reveal.referee,
            standing,
            mine,
            theirs,
        }
    }

    /// Finds the entry of a partner's answer that counts.
    pub(crate) fn first_answer(&self, reveal: EntryId, by: PartnerId) -> Option<EntryId> {
        self.reveal_of(&reveal)?
            .answer_of(by)
            .map(|answer| answer.entry)
    }

    /// Returns the words of an answer once both answers are open.
    pub(crate) fn open_words(&self, reveal: EntryId, by: PartnerId) -> Option<&str> {
        let reveal = self.reveal_of(&reveal).filter(|reveal| reveal.is_open())?;
        reveal.answer_of(by)?.opened.as_deref()
    }

    /// Tells whether a question was taken back by the one who asked it, which hides its words.
    pub(crate) fn is_prompt_hidden(&self, reveal: EntryId) -> bool {
        self.reveal_of(&reveal)
            .is_some_and(Reveal::is_prompt_hidden)
    }

    /// Tells whether an entry is an answer whose question is not open yet.
    pub(crate) fn is_sealed_answer(&self, entry: EntryId) -> bool {
        let known = self.entries.get(&entry);
        let Some(Kind::RevealAnswered { reveal }) = known.map(|known| &known.kind) else {
            return false;
        };
        self.reveal_of(reveal).is_some_and(|reveal| {
            !reveal.is_open() && reveal.answers.iter().any(|answer| answer.entry == entry)
        })
    }

    /// Returns the words of an answer for a reader who may read them: open for both, or one's own.
    pub(crate) fn answer_words(
        &self,
        reveal: EntryId,
        by: PartnerId,
        reader: PartnerId,
    ) -> Option<&str> {
        let reveal = self.reveal_of(&reveal)?;
        let answer = reveal.answer_of(by)?;
        if reveal.is_open() {
            answer.opened.as_deref()
        } else if by == reader {
            answer.opened.as_deref().or(answer.own.as_deref())
        } else {
            None
        }
    }
}

impl Answer {
    fn unrefused(&self) -> Option<&Opening> {
        self.openings
            .iter()
            .find(|opening| !self.refused.contains(&opening.entry))
    }

    fn to_check(&self, reveal: EntryId) -> Option<OpeningToCheck> {
        let SealedAnswer::Committed { hash } = self.sealed else {
            return None;
        };
        if self.opened.is_some() {
            return None;
        }
        let opening = self.unrefused()?;
        Some(OpeningToCheck {
            reveal,
            by: self.by,
            entry: opening.entry,
            hash,
            answer: opening.answer.clone(),
            nonce: opening.nonce,
        })
    }

    fn as_wanted(&self) -> Option<SealedAnswerEntry> {
        match &self.sealed {
            SealedAnswer::Sealed {
                share_commit,
                ciphertext,
            } if self.opened.is_none() => Some(SealedAnswerEntry {
                entry: self.entry,
                by: self.by,
                share_commit: *share_commit,
                ciphertext: ciphertext.clone(),
            }),
            SealedAnswer::Sealed { .. } | SealedAnswer::Committed { .. } => None,
        }
    }
}
