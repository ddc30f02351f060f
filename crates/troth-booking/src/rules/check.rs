use jiff::tz::TimeZone;

use super::{BadHours, Clock, Hours, Off, Weekly};
use crate::machine::{LONGEST_BUFFER, LONGEST_VISIT};

/// The most rules of all kinds together.
const MOST_RULES: usize = 500;
/// The most lengths of visits.
const MOST_LENGTHS: usize = 8;
/// The shortest visit, in minutes.
const SHORTEST_VISIT: u16 = 10;
/// The longest stretch of days off, in days.
const LONGEST_OFF: i32 = 2 * 366;
/// The farthest horizon, in days.
const FARTHEST: u16 = 366;

impl Hours {
    /// Checks everything that the JSON form leaves open, and looks the zone up.
    ///
    /// # Errors
    ///
    /// [`BadHours`] names the first thing that is wrong.
    pub fn check(&self) -> Result<TimeZone, BadHours> {
        if self.weekly.len() + self.extra.len() + self.off.len() > MOST_RULES {
            return Err(BadHours::TooMany);
        }
        if !matches!(self.every, 15 | 30 | 60) {
            return Err(BadHours::Every);
        }
        let lengths = SHORTEST_VISIT..=LONGEST_VISIT;
        let are_lengths = self.minutes.iter().all(|length| lengths.contains(length));
        if self.minutes.is_empty() || self.minutes.len() > MOST_LENGTHS || !are_lengths {
            return Err(BadHours::Minutes);
        }
        if self.before.max(self.after) > LONGEST_BUFFER {
            return Err(BadHours::Buffers);
        }
        let days = 1..=FARTHEST;
        if !days.contains(&self.horizon) || self.notice >= u32::from(self.horizon) * 24 * 60 {
            return Err(BadHours::Horizon);
        }
        self.weekly.iter().try_for_each(check_weekly)?;
        for extra in &self.extra {
            check_hours(extra.from, extra.to)?;
        }
        self.off.iter().try_for_each(check_off)?;
        TimeZone::get(&self.zone).map_err(|_| BadHours::Zone)
    }

    /// The standard length of a visit, in minutes.
    ///
    /// # Errors
    ///
    /// [`BadHours::Minutes`] if there is none.
    pub fn standard_minutes(&self) -> Result<u16, BadHours> {
        self.minutes.first().copied().ok_or(BadHours::Minutes)
    }
}

fn check_weekly(weekly: &Weekly) -> Result<(), BadHours> {
    let weeks = 1..=52;
    let has_origin = weekly.weeks == 1 || weekly.since.is_some();
    if weekly.days.is_empty() || !weeks.contains(&weekly.weeks) || !has_origin {
        return Err(BadHours::Weekly);
    }
    check_hours(weekly.from, weekly.to)
}

/// Hours begin and end at quarter hours, and begin within the day.
fn check_hours(from: Clock, to: Clock) -> Result<(), BadHours> {
    let are_quarters = from.minutes().is_multiple_of(15) && to.minutes().is_multiple_of(15);
    if are_quarters && from.minutes() < Clock::DAY {
        Ok(())
    } else {
        Err(BadHours::Clock)
    }
}

fn check_off(off: &Off) -> Result<(), BadHours> {
    let days = (off.to - off.from).get_days();
    if (0..=LONGEST_OFF).contains(&days) {
        Ok(())
    } else {
        Err(BadHours::Off)
    }
}
