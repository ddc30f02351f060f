use crate::entry::{DecodeError, EncodeError, UnknownFields};
use crate::event::codec;
use crate::id::EntryId;
use crate::moment::{Moment, Written};
use crate::refused::Refused;
use crate::sign::{Ratings, Week};
use crate::text::check_text;

use super::{DayMark, Latest, Note, Vault, VaultBody, VaultCommand, VaultEntry, VaultEvent};

/// The highest mark of a day.
const HIGHEST_MARK: u8 = 10;

impl Vault {
    /// Decides what is recorded for a wish.
    ///
    /// # Errors
    ///
    /// - [`Refused::RatingOutOfRange`], [`Refused::MarkOutOfRange`]: not 0 to 4, not 0 to 10.
    /// - [`Refused::InTheFuture`]: the week or the day has not begun on the person's wall clock.
    /// - [`Refused::Text`]: the note is empty or too long.
    /// - [`Refused::NotFound`]: there is no such note.
    pub fn decide(&self, command: VaultCommand, now: &Moment) -> Result<Vec<VaultEvent>, Refused> {
        let today = now.local().date();
        let event = match command {
            VaultCommand::RateSigns { week, ratings } => {
                if week > Week::containing(today) {
                    return Err(Refused::InTheFuture);
                }
                let ratings = Ratings::new(ratings).ok_or(Refused::RatingOutOfRange)?;
                VaultEvent::SignsRated { week, ratings }
            }
            VaultCommand::WriteNote { text, replaces } => {
                check_text(&text)?;
                replaces.map_or(Ok(()), |note| self.check_note_is_here(note))?;
                VaultEvent::NoteWritten { text, replaces }
            }
            VaultCommand::SetNoteAside { note } => {
                self.check_note_is_here(note)?;
                VaultEvent::NoteSetAside { note }
            }
            VaultCommand::MarkDay { day, mark } => {
                if day > today {
                    return Err(Refused::InTheFuture);
                }
                if mark.safe_to_rely > HIGHEST_MARK {
                    return Err(Refused::MarkOutOfRange);
                }
                VaultEvent::DayMarked { day, mark }
            }
        };
        Ok(vec![event])
    }

    fn check_note_is_here(&self, note: EntryId) -> Result<(), Refused> {
        if self.notes.contains_key(&note) {
            Ok(())
        } else {
            Err(Refused::NotFound)
        }
    }

    /// Takes one entry in; total, and the same in every order.
    pub fn apply(&mut self, entry: &VaultEntry) {
        let order = (entry.written.clone(), entry.id);
        match &entry.body {
            VaultEvent::SignsRated { week, ratings } => {
                keep_latest(
                    &mut self.weeks,
                    *week,
                    Latest {
                        order,
                        value: *ratings,
                    },
                );
            }
            VaultEvent::NoteWritten { text, replaces } => {
                let note = Note {
                    written: entry.written.clone(),
                    text: text.clone(),
                    replaces: *replaces,
                };
                self.notes.entry(entry.id).or_insert(note);
            }
            VaultEvent::NoteSetAside { note } => {
                self.aside.insert(*note);
            }
            VaultEvent::DayMarked { day, mark } if mark.safe_to_rely <= HIGHEST_MARK => {
                keep_latest(
                    &mut self.days,
                    *day,
                    Latest {
                        order,
                        value: *mark,
                    },
                );
            }
            VaultEvent::DayMarked { .. } | VaultEvent::Newer(_) | VaultEvent::Unreadable => {}
        }
    }
}

fn keep_latest<K: Ord, T>(
    map: &mut std::collections::BTreeMap<K, Latest<T>>,
    key: K,
    new: Latest<T>,
) {
    match map.get(&key) {
        Some(old) if old.order >= new.order => {}
        _ => {
            map.insert(key, new);
        }
    }
}

impl VaultBody {
    /// Puts an event and its time together.
    #[must_use]
    pub fn new(event: VaultEvent, written: Written) -> Self {
        Self {
            written,
            event,
            unknown: UnknownFields::default(),
        }
    }

    /// Writes the body in its stored form.
    ///
    /// # Errors
    ///
    /// - [`EncodeError::Unreadable`]: there is nothing to write for an event that could not be read.
    /// - [`EncodeError::Limit`]: a text is longer than the form allows.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        codec::encode_vault(self)
    }

    /// Reads a body from its stored form.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] says which rule of `docs/protocol/events.md` the bytes break.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        codec::decode_vault(bytes)
    }
}

impl VaultEntry {
    /// Takes an opened vault entry; a body that is none becomes [`VaultEvent::Unreadable`].
    #[must_use]
    pub fn from_opened(id: EntryId, opened: &[u8]) -> Self {
        match VaultBody::decode(opened) {
            Ok(body) => Self {
                id,
                written: body.written,
                body: body.event,
            },
            Err(_) => Self {
                id,
                written: Written {
                    at: jiff::Timestamp::UNIX_EPOCH,
                    zone: "UTC".to_owned(),
                },
                body: VaultEvent::Unreadable,
            },
        }
    }
}

impl DayMark {
    /// Takes a day's two answers; `None` if the mark is above 10.
    #[must_use]
    pub fn new(safe_to_rely: u8, something_happened: bool) -> Option<Self> {
        (safe_to_rely <= HIGHEST_MARK).then_some(Self {
            safe_to_rely,
            something_happened,
        })
    }
}
