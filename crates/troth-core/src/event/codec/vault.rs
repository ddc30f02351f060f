use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::id::EntryId;
use crate::sign::{Ratings, Week};
use crate::vault::{DayMark, VaultEvent};

use super::fields::{Fields, Item, Writer};
use super::{DecodeError, EncodeError, PayloadError};

/// The day that is number 0.
const FIRST_DAY: Date = date(1970, 1, 1);

/// Writes the kind and the payload of a vault event.
pub(super) fn write(event: &VaultEvent) -> Result<(u64, Writer), EncodeError> {
    let mut fields = Writer::default();
    let kind = match event {
        VaultEvent::SignsRated { week, ratings } => {
            fields.put(0, Item::uint(u64::from(week.number())));
            fields.put(1, Item::bytes(ratings.as_array()));
            1
        }
        VaultEvent::NoteWritten { text, replaces } => {
            fields.put(0, Item::text(text));
            replaces
                .iter()
                .for_each(|note| fields.put(1, Item::bytes(note.as_bytes())));
            2
        }
        VaultEvent::NoteSetAside { note } => {
            fields.put(0, Item::bytes(note.as_bytes()));
            3
        }
        VaultEvent::DayMarked { day, mark } => {
            let days = FIRST_DAY
                .until(*day)
                .map_or(0, |span| i64::from(span.get_days()));
            fields.put(0, Item::int(days));
            fields.put(1, Item::uint(u64::from(mark.safe_to_rely)));
            fields.put(2, Item::uint(u64::from(mark.something_happened)));
            4
        }
        VaultEvent::Newer(_) | VaultEvent::Unreadable => return Err(EncodeError::Unreadable),
    };
    Ok((kind, fields))
}

/// Reads the payload of a kind.
pub(super) fn read(kind: u64, fields: &mut Fields<'_>) -> Result<VaultEvent, PayloadError> {
    Ok(match kind {
        1 => {
            let number = u32::try_from(fields.uint(0)?).map_err(|_| DecodeError::Range)?;
            let week = Week::from_number(number).ok_or(DecodeError::Range)?;
            let ratings = Ratings::new(fields.fixed(1)?).ok_or(DecodeError::Range)?;
            VaultEvent::SignsRated { week, ratings }
        }
        2 => VaultEvent::NoteWritten {
            text: fields.text(0)?,
            replaces: fields.optional_fixed(1)?.map(EntryId::from_bytes),
        },
        3 => VaultEvent::NoteSetAside {
            note: EntryId::from_bytes(fields.fixed(0)?),
        },
        4 => day_marked(fields)?,
        _ => return Err(PayloadError::NewerValue),
    })
}

fn day_marked(fields: &mut Fields<'_>) -> Result<VaultEvent, PayloadError> {
    let days = i32::try_from(fields.int(0)?).map_err(|_| DecodeError::Range)?;
    let span = 0.days().try_days(days).map_err(|_| DecodeError::Range)?;
    let day = FIRST_DAY
        .checked_add(span)
        .map_err(|_| DecodeError::Range)?;
    let safe = u8::try_from(fields.uint(1)?).map_err(|_| DecodeError::Range)?;
    let something_happened = match fields.uint(2)? {
        0 => false,
        1 => true,
        _ => return Err(PayloadError::NewerValue),
    };
    let mark = DayMark::new(safe, something_happened).ok_or(DecodeError::Range)?;
    Ok(VaultEvent::DayMarked { day, mark })
}
