use troth_match::Availability;
use troth_match::availability::HALF_HOURS;

use super::{Ask, Hours, NotOffered, slots};
use crate::time::{Minute, Span};

/// The minutes in a half hour.
const HALF_HOUR: u32 = 30;

/// Draws up the availability of the fourteen days after `base`, a midnight of UTC, for the shards of the
/// match engine.
///
/// A slot that does not begin at a half hour of UTC has no bit; it is found by [`slots`] alone.
///
/// # Errors
///
/// As [`slots`].
pub fn availability_bits(
    hours: &Hours,
    busy: &[Span],
    base: Minute,
    now: Minute,
) -> Result<Availability, NotOffered> {
    let ask = Ask {
        from: base,
        to: base.plus(HALF_HOURS as u32 * HALF_HOUR),
        minutes: None,
        now,
    };
    let mut bits = Availability::NONE;
    for slot in slots(hours, busy, &ask)? {
        let minutes = slot.start.0.saturating_sub(base.0);
        if minutes.is_multiple_of(HALF_HOUR)
            && let Ok(half_hour) = usize::try_from(minutes / HALF_HOUR)
        {
            bits.set(half_hour);
        }
    }
    Ok(bits)
}
