use crate::insight::Direction;
use crate::sign::{
    HIGHEST_RATING, SharedSigns, ShownSigns, Sign, SignsSummary, SingleSign, TenthsBand, Week,
};
use crate::vault::LONGEST_PERIOD;

use super::fields::{Fields, Item, Writer, array, ints};
use super::{DecodeError, EncodeError, PayloadError};

/// A week and a rating for every week of the longest period.
const LONGEST_WEEKS: usize = 2 * LONGEST_PERIOD as usize;

pub(super) fn write(signs: &SharedSigns, fields: &mut Writer) -> Result<(), EncodeError> {
    fields.put(0, Item::uint(u64::from(signs.from.number())));
    fields.put(1, Item::uint(u64::from(signs.to.number())));
    match &signs.shown {
        ShownSigns::Summary(summary) => {
            fields.put(2, Item::uint(0));
            fields.put(3, Item::uint(u64::from(summary.weeks_rated)));
            if let Some(band) = summary.strong {
                fields.put(
                    4,
                    Item::ints([band.low, band.middle, band.high].map(i64::from)),
                );
            }
            let direction = match summary.direction {
                Direction::CantTellYet => 0,
                Direction::Higher => 1,
                Direction::Lower => 2,
            };
            fields.put(5, Item::uint(direction));
        }
        ShownSigns::Singles(singles) => {
            if singles
                .iter()
                .any(|single| single.weeks.len() * 2 > LONGEST_WEEKS)
            {
                return Err(EncodeError::Limit);
            }
            fields.put(2, Item::uint(1));
            fields.put(6, Item::array(singles.iter().map(write_single)));
        }
    }
    Ok(())
}

fn write_single(single: &SingleSign) -> Item<'static> {
    let weeks = single
        .weeks
        .iter()
        .flat_map(|(week, rating)| [i64::from(week.number()), i64::from(*rating)]);
    Item::array([Item::uint(u64::from(single.sign.id())), Item::ints(weeks)])
}

pub(super) fn read(fields: &mut Fields<'_>) -> Result<SharedSigns, PayloadError> {
    let from = week(fields.uint(0)?)?;
    let to = week(fields.uint(1)?)?;
    let shown = match fields.uint(2)? {
        0 => ShownSigns::Summary(summary(fields)?),
        1 => {
            let singles = array(fields.raw(6)?, Sign::ALL.len())?;
            ShownSigns::Singles(
                singles
                    .iter()
                    .map(|bytes| single(bytes))
                    .collect::<Result<_, _>>()?,
            )
        }
        _ => return Err(PayloadError::NewerValue),
    };
    Ok(SharedSigns { from, to, shown })
}

fn summary(fields: &mut Fields<'_>) -> Result<SignsSummary, PayloadError> {
    let weeks_rated = u32::try_from(fields.uint(3)?).map_err(|_| DecodeError::Range)?;
    let strong = match fields.take(4) {
        None => None,
        Some(bytes) => {
            let [low, middle, high] = ints(bytes, 3)?.try_into().map_err(|_| DecodeError::Form)?;
            let tenths = |figure: i64| {
                u8::try_from(figure)
                    .ok()
                    .filter(|tenths| *tenths <= 100)
                    .ok_or(DecodeError::Range)
            };
            Some(TenthsBand {
                low: tenths(low)?,
                middle: tenths(middle)?,
                high: tenths(high)?,
            })
        }
    };
    let direction = match fields.uint(5)? {
        0 => Direction::CantTellYet,
        1 => Direction::Higher,
        2 => Direction::Lower,
        _ => return Err(PayloadError::NewerValue),
    };
    Ok(SignsSummary {
        weeks_rated,
        strong,
        direction,
    })
}

fn single(bytes: &[u8]) -> Result<SingleSign, PayloadError> {
    let items = array(bytes, 2)?;
    let [sign, weeks] = items.as_slice() else {
        return Err(DecodeError::Form.into());
    };
    let id = super::fields::whole(sign, |decoder| decoder.u8())?;
    let sign = Sign::lookup(id).ok_or(PayloadError::NewerValue)?;
    let numbers = ints(weeks, LONGEST_WEEKS)?;
    if numbers.len() % 2 != 0 {
        return Err(DecodeError::Form.into());
    }
    let weeks = numbers
        .chunks_exact(2)
        .map(week_and_rating)
        .collect::<Result<_, _>>()?;
    Ok(SingleSign { sign, weeks })
}

fn week_and_rating(pair: &[i64]) -> Result<(Week, u8), DecodeError> {
    let [number, rating] = pair else {
        return Err(DecodeError::Form);
    };
    let number = u64::try_from(*number).map_err(|_| DecodeError::Range)?;
    let rating = u8::try_from(*rating)
        .ok()
        .filter(|rating| *rating <= HIGHEST_RATING);
    Ok((week(number)?, rating.ok_or(DecodeError::Range)?))
}

fn week(number: u64) -> Result<Week, DecodeError> {
    u32::try_from(number)
        .ok()
        .and_then(Week::from_number)
        .ok_or(DecodeError::Range)
}
