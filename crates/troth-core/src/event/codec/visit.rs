use crate::visit::{HeldVisit, PartnerToken, VisitAnswer, VisitFormat};

use super::fields::{Fields, Item, Writer};
use super::{DecodeError, EncodeError, LONGEST_ZONE, PayloadError};

/// The most bytes of a text in a proposal: four for each of 300 characters.
const LONGEST_BYTES: usize = 1200;

pub(super) fn write(held: &HeldVisit, fields: &mut Writer) -> Result<(), EncodeError> {
    let is_long = |text: &str| text.len() > LONGEST_BYTES;
    if is_long(&held.provider_name) || is_long(&held.server) || held.zone.len() > LONGEST_ZONE {
        return Err(EncodeError::Limit);
    }
    fields.put(0, Item::uint(u64::from(held.provider)));
    fields.put(1, Item::text(&held.provider_name));
    fields.put(2, Item::uint(u64::from(held.start)));
    fields.put(3, Item::uint(u64::from(held.minutes)));
    fields.put(4, Item::text(&held.zone));
    let format = match held.format {
        VisitFormat::Video => 0,
        VisitFormat::InPerson => 1,
    };
    fields.put(5, Item::uint(format));
    fields.put(6, Item::bytes(&held.hold));
    fields.put(7, Item::bytes(&held.token.0));
    fields.put(8, Item::text(&held.server));
    fields.put(9, Item::uint(u64::from(held.until)));
    Ok(())
}

pub(super) fn read(fields: &mut Fields<'_>) -> Result<HeldVisit, PayloadError> {
    Ok(HeldVisit {
        provider: small(fields.uint(0)?)?,
        provider_name: text(fields, 1, LONGEST_BYTES)?,
        start: small(fields.uint(2)?)?,
        minutes: small(fields.uint(3)?)?,
        zone: text(fields, 4, LONGEST_ZONE)?,
        format: match fields.uint(5)? {
            0 => VisitFormat::Video,
            1 => VisitFormat::InPerson,
            _ => return Err(PayloadError::NewerValue),
        },
        hold: fields.fixed(6)?,
        token: PartnerToken(fields.fixed(7)?),
        server: text(fields, 8, LONGEST_BYTES)?,
        until: small(fields.uint(9)?)?,
    })
}

pub(super) fn answer_number(answer: VisitAnswer) -> u64 {
    match answer {
        VisitAnswer::Accepted => 0,
        VisitAnswer::NotThisOne => 1,
    }
}

pub(super) fn answer(number: u64) -> Result<VisitAnswer, PayloadError> {
    match number {
        0 => Ok(VisitAnswer::Accepted),
        1 => Ok(VisitAnswer::NotThisOne),
        _ => Err(PayloadError::NewerValue),
    }
}

fn text(fields: &mut Fields<'_>, key: u64, most: usize) -> Result<String, DecodeError> {
    let text = fields.text(key)?;
    if text.len() > most {
        Err(DecodeError::Limit)
    } else {
        Ok(text)
    }
}

fn small(number: u64) -> Result<u32, DecodeError> {
    u32::try_from(number).map_err(|_| DecodeError::Range)
}
