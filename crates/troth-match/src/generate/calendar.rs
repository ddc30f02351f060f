//! Calendars of generated providers: a few standing free hours a week.
//!
//! A practice sees most people at the same hour each week, so what is free is free each
//! week too. The zone's hours are those of winter: the pure crate has no zone tables, and
//! the server computes the real ones from [`Calendar::weekly`].

use super::chance::{Chance, running};
use super::tables::{FREE_HOURS, START_HOURS};
use crate::availability::{Availability, DAYS};
use crate::time::Day;

/// The standing free hours of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The IANA zone in which the hours are meant.
    pub zone: &'static str,
    /// Hours behind UTC in winter.
    pub behind_utc: u8,
    /// Weekday (0 is Monday) and minute of the local day at which a visit may start.
    pub weekly: Vec<(u8, u16)>,
}

impl Calendar {
    /// Draws a calendar; whoever takes nobody new has no free hour.
    pub(crate) fn draw(zone: (&'static str, u8), accepting: bool, chance: &mut Chance) -> Self {
        let counts = running(FREE_HOURS.iter().map(|entry| entry.1));
        let hours = running(START_HOURS.iter().map(|entry| entry.1));
        let wanted = FREE_HOURS.get(chance.weighted(&counts)).map_or(0, |e| e.0);
        let half = if chance.per_mille(120) { 30 } else { 0 };
        let mut weekly = Vec::new();
        for _ in 0..if accepting { wanted } else { 0 } {
            let weekday = if chance.per_mille(60) {
                5
            } else {
                chance.below(5)
            };
            let hour = START_HOURS.get(chance.weighted(&hours)).map_or(9, |e| e.0);
            let slot = (
                u8::try_from(weekday).unwrap_or(0),
                u16::try_from(hour * 60 + half).unwrap_or(0),
            );
            if !weekly.contains(&slot) {
                weekly.push(slot);
            }
        }
        weekly.sort_unstable();
        Self {
            zone: zone.0,
            behind_utc: zone.1,
            weekly,
        }
    }

    /// The free half-hours of the fourteen days from a midnight in UTC.
    #[must_use]
    pub fn availability(&self, base: Day) -> Availability {
        let mut free = Availability::NONE;
        for &(weekday, minute) in &self.weekly {
            let utc = u32::from(minute) + u32::from(self.behind_utc) * 60;
            // One local day may begin before the base, and end after it in UTC.
            for day in 0..=DAYS {
                let Some(local) = (base.0 + day).checked_sub(1) else {
                    continue;
                };
                if weekday_of(Day(local)) == u32::from(weekday) {
                    let at = i64::from(day) * 1_440 - 1_440 + i64::from(utc);
                    if let Ok(half_hour) = usize::try_from(at / 30)
                        && at >= 0
                    {
                        free.set(half_hour);
                    }
                }
            }
        }
        free
    }
}

/// The weekday of a day, 0 for Monday; the epoch was a Thursday.
fn weekday_of(day: Day) -> u32 {
    (day.0 + 3) % 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_hour_is_free_in_both_weeks_at_its_local_time() {
        // 2026-11-22 is a Sunday; Monday 09:00 in New York is 14:00 UTC in winter.
        let calendar = Calendar {
            zone: "America/New_York",
            behind_utc: 5,
            weekly: vec![(0, 540)],
        };
        let base = Day::from_civil(2026, 11, 22).unwrap();
        let starts: Vec<usize> = calendar.availability(base).iter().collect();
        assert_eq!(starts, [48 + 28, 8 * 48 + 28]);
    }

    #[test]
    fn a_late_hour_in_the_west_falls_into_the_next_day_of_utc() {
        // Saturday 20:00 in Los Angeles is Sunday 04:00 UTC: the first day has it.
        let calendar = Calendar {
            zone: "America/Los_Angeles",
            behind_utc: 8,
            weekly: vec![(5, 1_200)],
        };
        let base = Day::from_civil(2026, 11, 22).unwrap();
        let starts: Vec<usize> = calendar.availability(base).iter().collect();
        assert_eq!(starts, [8, 7 * 48 + 8]);
    }
}
