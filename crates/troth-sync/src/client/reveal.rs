//! Answers to reveals: sealed or committed when written, opened when both are there.
//!
//! The one-time key's share is deposited only after its answer is placed in the record, and is
//! kept here until then, so that neither is without the other whatever happens between.

use troth_core::{Command, Effect, EntryId, Referee, SealedAnswer, SharesWanted};
use troth_crypto::referee::Question;
use troth_crypto::stretch::Stretch;
use troth_wire::api::{ErrorCode, PutShare, ShareView};
use troth_wire::{Digest, KeyShare, MemberId, strict};

use super::Client;
use super::write::check_open;
use crate::journal::{Journal, Shelf, Write};
use crate::machine::Machine;
use crate::naming;
use crate::relay::Relay;
use crate::state::{OpenedAnswer, OwnAnswer, State};
use crate::trouble::{DispatchError, Trouble};

/// The beginning of the keys of own answers.
pub(super) const OWN: &[u8] = b"own/";

/// The beginning of the keys of opened answers.
pub(super) const OPENED: &[u8] = b"opened/";

/// An own answer whose share is to be deposited.
struct Deposit {
    reveal: [u8; 32],
    reveal_envelope: troth_wire::EntryId,
    put: PutShare,
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Answers a reveal, closed: sealed for the referee, or bound by a hash without one.
    ///
    /// # Errors
    ///
    /// [`DispatchError`] says what stands in the way; nothing was written then.
    pub async fn answer_reveal(
        &self,
        reveal: EntryId,
        words: &str,
    ) -> Result<EntryId, DispatchError> {
        let _entered = self.enter().await?;
        let (question, referee) = {
            let state = self.state();
            check_open(&state)?;
            let machine = state.machine.as_ref().ok_or(DispatchError::NoSpace)?;
            let me = machine.record().me();
            let referee = state.shown.may_answer(naming::partner(&me), reveal, words);
            let referee = referee.map_err(DispatchError::Refused)?;
            let space = machine.space();
            (
                Question {
                    space,
                    reveal: *reveal.as_bytes(),
                    author: me,
                },
                referee,
            )
        };
        let (answer, own) = self.closed(&question, referee, words);
        let command = Command::AnswerReveal { reveal, answer };
        // The key's share or the nonce becomes durable in one step with the answer.
        let noted = |entry: EntryId| {
            vec![own_write(
                &question.reveal,
                &OwnAnswer {
                    answer: *entry.as_bytes(),
                    ..own.clone()
                },
            )]
        };
        let entry = self.dispatch_with(command, noted).await?;
        let mut state = self.state_mut();
        state.answers.insert(
            question.reveal,
            OwnAnswer {
                answer: *entry.as_bytes(),
                ..own
            },
        );
        state.retell();
        Ok(entry)
    }

    fn closed(
        &self,
        question: &Question,
        referee: Referee,
        words: &str,
    ) -> (SealedAnswer, OwnAnswer) {
        let mut own = OwnAnswer {
            words: words.to_owned(),
            share: None,
            nonce: None,
            deposited: false,
            answer: [0; 32],
        };
        let mut rng = self.rng();
        let answer = match referee {
            Referee::Server => {
                let sealed = question.seal(words.as_bytes(), &mut *rng);
                own.share = Some(sealed.share.0.to_vec().into());
                let share_commit = sealed.commit.0;
                SealedAnswer::Sealed {
                    share_commit,
                    ciphertext: sealed.ciphertext,
                }
            }
            Referee::Nobody => {
                let nonce: [u8; 32] = crate::draw(&mut rng);
                own.nonce = Some(nonce.to_vec().into());
                let hash = question.hash_commitment(words.as_bytes(), &nonce).0;
                SealedAnswer::Committed { hash }
            }
        };
        (answer, own)
    }

    async fn keep_own(&self, reveal: [u8; 32], own: OwnAnswer) -> Result<(), Trouble> {
        self.commit(vec![own_write(&reveal, &own)]).await?;
        self.state_mut().answers.insert(reveal, own);
        Ok(())
    }

    /// Reads one's own answer to a reveal, while it is still closed for the other.
    #[must_use]
    pub fn own_answer(&self, reveal: EntryId) -> Option<String> {
        self.state()
            .answers
            .get(reveal.as_bytes())
            .map(|own| own.words.clone())
    }

    /// Deposits shares, fetches and opens what both have answered, and opens what one had
    /// committed to. Returns whether something new waits in the outbox.
    pub(super) async fn step_reveals(&self) -> Result<bool, Trouble> {
        self.deposit_shares().await?;
        self.fetch_shares().await?;
        self.check_openings().await?;
        self.open_owed().await
    }

    async fn deposit_shares(&self) -> Result<(), Trouble> {
        let due = self.state().deposits();
        for deposit in due {
            let space = self.space().ok_or(Trouble::Damaged)?;
            let server = self.server()?;
            match server
                .put_share((space, deposit.reveal_envelope), &deposit.put)
                .await
            {
                // Another answer's share is there: the first one stays, as in the record.
                Err(error) if error.is(ErrorCode::ShareRefused) => {}
                // A share is not taken from who has left.
                Err(error) if error.is(ErrorCode::NotAMember) => continue,
                other => other?,
            }
            let _entered = self.enter().await?;
            let own = self.state().answers.get(&deposit.reveal).cloned();
            if let Some(own) = own {
                self.keep_own(
                    deposit.reveal,
                    OwnAnswer {
                        deposited: true,
                        ..own
                    },
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn fetch_shares(&self) -> Result<(), Trouble> {
        let wanted = self.state().base.shares_wanted();
        for wanted in wanted {
            let Some((space, envelope)) = self.state().envelope_of(&wanted.reveal) else {
                continue;
            };
            let shares = match self.server()?.shares(space, envelope).await {
                Err(error) if error.is(ErrorCode::NotAMember) => continue,
                other => other?.shares,
            };
            let opened = self.state().opened_by(&wanted, &envelope, &shares);
            let _entered = self.enter().await?;
            self.keep_opened(*wanted.reveal.as_bytes(), opened).await?;
        }
        Ok(())
    }

    async fn keep_opened(
        &self,
        reveal: [u8; 32],
        opened: Vec<OpenedAnswer>,
    ) -> Result<(), Trouble> {
        let put = |opened: &OpenedAnswer| {
            let key = [OPENED, reveal.as_slice(), &opened.by.0].concat();
            Write::Put {
                shelf: Shelf::Note,
                key,
                value: strict::encode(opened),
            }
        };
        self.commit(opened.iter().map(put).collect()).await?;
        let mut state = self.state_mut();
        for opened in opened {
            state.opened.insert((reveal, opened.by.0), opened);
        }
        state.retell();
        Ok(())
    }

    /// Checks opened words against the hash that bound them.
    async fn check_openings(&self) -> Result<(), Trouble> {
        let openings = self.state().base.openings_to_check();
        let Some(space) = self.space() else {
            return Ok(());
        };
        for opening in openings {
            let by = MemberId(*opening.by.as_bytes());
            let reveal = *opening.reveal.as_bytes();
            let question = Question {
                space,
                reveal,
                author: by,
            };
            let hash = question.hash_commitment(opening.answer.as_bytes(), &opening.nonce);
            let _entered = self.enter().await?;
            if hash.0 == opening.hash {
                let words = Some(opening.answer);
                self.keep_opened(
                    reveal,
                    vec![OpenedAnswer {
                        by,
                        words,
                        share: None,
                    }],
                )
                .await?;
            } else {
                std::rc::Rc::make_mut(&mut self.state_mut().base).refuse_opening(opening.entry);
            }
        }
        Ok(())
    }

    async fn open_owed(&self) -> Result<bool, Trouble> {
        let Some(me) = self.my_partner_id() else {
            return Ok(false);
        };
        // What waits in the outbox is owed no more, so the shown fold is asked.
        let owed = self.state().shown.openings_owed(me);
        let mut any = false;
        for reveal in owed {
            let own = self.state().answers.get(reveal.as_bytes()).cloned();
            let Some(own) = own else { continue };
            let nonce = own
                .nonce
                .and_then(|nonce| nonce.0.as_slice().try_into().ok());
            let Some(nonce) = nonce else { continue };
            let command = Command::OpenReveal {
                reveal,
                answer: own.words,
                nonce,
            };
            match self.dispatch(command).await {
                Ok(_) => any = true,
                Err(DispatchError::Trouble(trouble)) => return Err(trouble),
                // The space closed meanwhile, or it is open already.
                Err(_) => {}
            }
        }
        Ok(any)
    }
}

impl State {
    /// Finds the envelope that carries an entry.
    fn envelope_of(&self, entry: &EntryId) -> Option<(troth_wire::SpaceId, troth_wire::EntryId)> {
        let machine = self.machine.as_ref()?;
        let place = machine.record().find_entry(entry)?;
        let line = machine.record().line_at(place)?;
        Some((machine.space(), line.id))
    }

    /// Opens the answers whose shares came, each only with the share that its own entry binds.
    fn opened_by(
        &self,
        wanted: &SharesWanted,
        question: &troth_wire::EntryId,
        shares: &[ShareView],
    ) -> Vec<OpenedAnswer> {
        let Some(machine) = &self.machine else {
            return Vec::new();
        };
        let opened = wanted.answers.iter().filter_map(|answer| {
            let by = MemberId(*answer.by.as_bytes());
            let commit = Digest(answer.share_commit);
            let record = machine.record();
            // Whatever server or partner say: a share belongs to the answer that counts.
            let bound = record.bound_answer(question, &answer.entry, &commit)?;
            let view = shares
                .iter()
                .find(|view| view.member == by && view.answer == bound)?;
            let share = KeyShare(view.share.0.as_slice().try_into().ok()?);
            let asked = Question {
                space: machine.space(),
                reveal: *wanted.reveal.as_bytes(),
                author: by,
            };
            let words = asked.open(&commit, &answer.ciphertext, &share).ok()?;
            Some(OpenedAnswer {
                by,
                words: Some(String::from_utf8(words.to_vec()).ok()?),
                share: Some(view.share.clone()),
            })
        });
        opened.collect()
    }

    /// Lists the shares that the server does not hold yet, of answers that are placed.
    fn deposits(&self) -> Vec<Deposit> {
        let Some(machine) = &self.machine else {
            return Vec::new();
        };
        if machine.cell.wants.quiet_until().is_some() {
            // A share opens an answer, and that is sharing too.
            return Vec::new();
        }
        let due = self
            .answers
            .iter()
            .filter(|(_, own)| own.share.is_some() && !own.deposited);
        // Of several answers of one person the first in the record counts, and only its share.
        let counts = |own: &OwnAnswer| {
            self.base.effect_of(EntryId::from_bytes(own.answer)) == Some(Effect::Taken)
        };
        let due = due.filter(|(_, own)| counts(own));
        due.filter_map(|(reveal, own)| deposit(machine, *reveal, own))
            .collect()
    }

    /// Prepares to deposit every share anew, with a server that may have lost it.
    pub(super) fn redeposit(&mut self) -> Vec<Write> {
        let kept = self.answers.iter_mut().filter(|(_, own)| own.deposited);
        kept.map(|(reveal, own)| {
            own.deposited = false;
            own_write(reveal, own)
        })
        .collect()
    }
}

fn own_write(reveal: &[u8; 32], own: &OwnAnswer) -> Write {
    let key = [OWN, reveal].concat();
    Write::Put {
        shelf: Shelf::Note,
        key,
        value: strict::encode(own),
    }
}

fn deposit(machine: &Machine, reveal: [u8; 32], own: &OwnAnswer) -> Option<Deposit> {
    let record = machine.record();
    let reveal_place = record.find_entry(&EntryId::from_bytes(reveal))?;
    let answer_place = record.find_entry(&EntryId::from_bytes(own.answer))?;
    let reveal_envelope = record.line_at(reveal_place)?.id;
    let answer = record.line_at(answer_place)?.id;
    let share = own.share.clone()?;
    Some(Deposit {
        reveal,
        reveal_envelope,
        put: PutShare {
            reveal_place,
            answer,
            answer_place,
            share,
        },
    })
}
