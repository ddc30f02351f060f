use crate::acknowledgment::{AcknowledgmentAnswer, Element, Elements};
use crate::commitment::Mark;
use crate::event::{Event, Settled};
use crate::id::EntryId;
use crate::reveal::{Referee, SealedAnswer};
use crate::text::LONGEST_CIPHERTEXT;

use super::fields::{Fields, Item, Writer, ints};
use super::{DecodeError, EncodeError, PayloadError, schedule, shared, visit};

/// Writes the kind and the payload of an event.
pub(super) fn write(event: &Event) -> Result<(u64, Writer), EncodeError> {
    let mut fields = Writer::default();
    let kind = match event {
        Event::PartnerIntroduced { name } => {
            fields.put(0, Item::text(name));
            1
        }
        Event::RevealStarted { .. }
        | Event::RevealAnswered { .. }
        | Event::RevealOpened { .. }
        | Event::RevealWithdrawn { .. } => write_reveal(event, &mut fields)?,
        Event::AcknowledgmentOffered { .. } | Event::AcknowledgmentAnswered { .. } => {
            write_acknowledgment(event, &mut fields)
        }
        Event::CommitmentMade { .. }
        | Event::CommitmentMarked { .. }
        | Event::CommitmentRenegotiated { .. }
        | Event::CommitmentReleased { .. } => write_commitment(event, &mut fields)?,
        Event::Thanked { on, text } => {
            put_id(&mut fields, 0, *on);
            fields.put_text_unless_empty(1, text);
            12
        }
        Event::SignsShared(signs) => {
            shared::write(signs, &mut fields)?;
            13
        }
        Event::EntryWithdrawn { entry } => {
            put_id(&mut fields, 0, *entry);
            14
        }
        Event::EntryCorrected { entry, text } => {
            put_id(&mut fields, 0, *entry);
            fields.put(1, Item::text(text));
            15
        }
        Event::VisitProposed(held) => {
            visit::write(held, &mut fields)?;
            16
        }
        Event::VisitAnswered { visit, answer } => {
            put_id(&mut fields, 0, *visit);
            fields.put(1, Item::uint(visit::answer_number(*answer)));
            17
        }
        Event::Newer(_) | Event::Unreadable => return Err(EncodeError::Unreadable),
    };
    Ok((kind, fields))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`write` hands over only these kinds"
)]
fn write_reveal(event: &Event, fields: &mut Writer) -> Result<u64, EncodeError> {
    Ok(match event {
        Event::RevealStarted { prompt, referee } => {
            fields.put(0, Item::text(prompt));
            let referee = match referee {
                Referee::Nobody => 0,
                Referee::Server => 1,
            };
            fields.put(1, Item::uint(referee));
            2
        }
        Event::RevealAnswered { reveal, answer } => {
            put_id(fields, 0, *reveal);
            match answer {
                SealedAnswer::Sealed {
                    share_commit,
                    ciphertext,
                } => {
                    if ciphertext.len() > LONGEST_CIPHERTEXT {
                        return Err(EncodeError::Limit);
                    }
                    fields.put(1, Item::uint(0));
                    fields.put(2, Item::bytes(share_commit));
                    fields.put(3, Item::bytes(ciphertext));
                }
                SealedAnswer::Committed { hash } => {
                    fields.put(1, Item::uint(1));
                    fields.put(2, Item::bytes(hash));
                }
            }
            3
        }
        Event::RevealOpened {
            reveal,
            answer,
            nonce,
        } => {
            put_id(fields, 0, *reveal);
            fields.put(1, Item::text(answer));
            fields.put(2, Item::bytes(nonce));
            4
        }
        Event::RevealWithdrawn { reveal } => {
            put_id(fields, 0, *reveal);
            5
        }
        _ => return Err(EncodeError::Unreadable),
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`write` hands over only these kinds"
)]
fn write_acknowledgment(event: &Event, fields: &mut Writer) -> u64 {
    match event {
        Event::AcknowledgmentOffered {
            elements,
            settled,
            replaces,
        } => {
            for (key, element) in (0..).zip(Element::ALL) {
                fields.put_text_unless_empty(key, elements.text(element));
            }
            fields.put(6, Item::uint(u64::from(*settled == Settled::Said)));
            replaces
                .iter()
                .for_each(|replaced| put_id(fields, 7, *replaced));
            6
        }
        Event::AcknowledgmentAnswered {
            acknowledgment,
            answer,
        } => {
            put_id(fields, 0, *acknowledgment);
            match answer {
                AcknowledgmentAnswer::Received => fields.put(1, Item::uint(0)),
                AcknowledgmentAnswer::ReceivedNeedTime => fields.put(1, Item::uint(1)),
                AcknowledgmentAnswer::Missing(missing) => {
                    fields.put(1, Item::uint(2));
                    let numbers = (0..)
                        .zip(Element::ALL)
                        .filter(|(_, one)| missing.contains(one));
                    fields.put(2, Item::ints(numbers.map(|(number, _)| number)));
                }
            }
            7
        }
        _ => 0,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`write` hands over only these kinds"
)]
fn write_commitment(event: &Event, fields: &mut Writer) -> Result<u64, EncodeError> {
    Ok(match event {
        Event::CommitmentMade { text, schedule } => {
            fields.put(0, Item::text(text));
            fields.put(1, schedule::write(schedule)?);
            8
        }
        Event::CommitmentMarked {
            commitment,
            occurrence,
            mark,
            note,
        } => {
            put_id(fields, 0, *commitment);
            fields.put(1, Item::int(schedule::minutes(occurrence.local)));
            let mark = match mark {
                Mark::Kept => 0,
                Mark::Missed => 1,
                Mark::Seen => 2,
                Mark::Different => 3,
            };
            fields.put(2, Item::uint(mark));
            fields.put_text_unless_empty(3, note);
            9
        }
        Event::CommitmentRenegotiated {
            commitment,
            schedule,
        } => {
            put_id(fields, 0, *commitment);
            fields.put(1, schedule::write(schedule)?);
            10
        }
        Event::CommitmentReleased { commitment } => {
            put_id(fields, 0, *commitment);
            11
        }
        _ => return Err(EncodeError::Unreadable),
    })
}

/// Reads the payload of a kind.
pub(super) fn read(kind: u64, fields: &mut Fields<'_>) -> Result<Event, PayloadError> {
    Ok(match kind {
        1 => Event::PartnerIntroduced {
            name: fields.text(0)?,
        },
        2 => Event::RevealStarted {
            prompt: fields.text(0)?,
            referee: referee(fields.uint(1)?)?,
        },
        3 => Event::RevealAnswered {
            reveal: id(fields, 0)?,
            answer: sealed_answer(fields)?,
        },
        4 => Event::RevealOpened {
            reveal: id(fields, 0)?,
            answer: fields.text(1)?,
            nonce: fields.fixed(2)?,
        },
        5 => Event::RevealWithdrawn {
            reveal: id(fields, 0)?,
        },
        6 => offered(fields)?,
        7 => Event::AcknowledgmentAnswered {
            acknowledgment: id(fields, 0)?,
            answer: acknowledgment_answer(fields)?,
        },
        8 => Event::CommitmentMade {
            text: fields.text(0)?,
            schedule: schedule::read(fields.raw(1)?)?,
        },
        9 => marked(fields)?,
        10 => Event::CommitmentRenegotiated {
            commitment: id(fields, 0)?,
            schedule: schedule::read(fields.raw(1)?)?,
        },
        11 => Event::CommitmentReleased {
            commitment: id(fields, 0)?,
        },
        12 => Event::Thanked {
            on: id(fields, 0)?,
            text: fields.text_or_empty(1)?,
        },
        13 => Event::SignsShared(shared::read(fields)?),
        14 => Event::EntryWithdrawn {
            entry: id(fields, 0)?,
        },
        15 => Event::EntryCorrected {
            entry: id(fields, 0)?,
            text: fields.text(1)?,
        },
        16 => Event::VisitProposed(visit::read(fields)?),
        17 => Event::VisitAnswered {
            visit: id(fields, 0)?,
            answer: visit::answer(fields.uint(1)?)?,
        },
        _ => return Err(PayloadError::NewerValue),
    })
}

fn referee(number: u64) -> Result<Referee, PayloadError> {
    match number {
        0 => Ok(Referee::Nobody),
        1 => Ok(Referee::Server),
        _ => Err(PayloadError::NewerValue),
    }
}

fn sealed_answer(fields: &mut Fields<'_>) -> Result<SealedAnswer, PayloadError> {
    match fields.uint(1)? {
        0 => {
            let share_commit = fields.fixed(2)?;
            let ciphertext = fields.bytes(3)?;
            if ciphertext.len() > LONGEST_CIPHERTEXT {
                return Err(DecodeError::Limit.into());
            }
            Ok(SealedAnswer::Sealed {
                share_commit,
                ciphertext,
            })
        }
        1 => Ok(SealedAnswer::Committed {
            hash: fields.fixed(2)?,
        }),
        _ => Err(PayloadError::NewerValue),
    }
}

fn offered(fields: &mut Fields<'_>) -> Result<Event, PayloadError> {
    let mut elements = Elements::default();
    for (key, element) in (0..).zip(Element::ALL) {
        *elements.text_mut(element) = fields.text_or_empty(key)?;
    }
    let settled = match fields.uint(6)? {
        0 => Settled::NotSaid,
        1 => Settled::Said,
        _ => return Err(PayloadError::NewerValue),
    };
    let replaces = fields.optional_fixed(7)?.map(EntryId::from_bytes);
    Ok(Event::AcknowledgmentOffered {
        elements,
        settled,
        replaces,
    })
}

fn acknowledgment_answer(fields: &mut Fields<'_>) -> Result<AcknowledgmentAnswer, PayloadError> {
    match fields.uint(1)? {
        0 => Ok(AcknowledgmentAnswer::Received),
        1 => Ok(AcknowledgmentAnswer::ReceivedNeedTime),
        2 => {
            let numbers = ints(fields.raw(2)?, Element::ALL.len())?;
            let missing = numbers
                .into_iter()
                .map(|number| {
                    usize::try_from(number)
                        .ok()
                        .and_then(|at| Element::ALL.get(at))
                })
                .collect::<Option<Vec<_>>>()
                .ok_or(PayloadError::NewerValue)?;
            Ok(AcknowledgmentAnswer::Missing(
                missing.into_iter().copied().collect(),
            ))
        }
        _ => Err(PayloadError::NewerValue),
    }
}

fn marked(fields: &mut Fields<'_>) -> Result<Event, PayloadError> {
    let commitment = id(fields, 0)?;
    let occurrence = schedule::occurrence(fields.int(1)?)?;
    let mark = match fields.uint(2)? {
        0 => Mark::Kept,
        1 => Mark::Missed,
        2 => Mark::Seen,
        3 => Mark::Different,
        _ => return Err(PayloadError::NewerValue),
    };
    Ok(Event::CommitmentMarked {
        commitment,
        occurrence,
        mark,
        note: fields.text_or_empty(3)?,
    })
}

fn put_id(fields: &mut Writer, key: u64, id: EntryId) {
    fields.put(key, Item::bytes(id.as_bytes()));
}

fn id(fields: &mut Fields<'_>, key: u64) -> Result<EntryId, DecodeError> {
    fields.fixed(key).map(EntryId::from_bytes)
}
