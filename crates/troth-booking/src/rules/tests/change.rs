//! Where the clocks change: 24 hours of the day, both changes, ten zones, people in three of them.
//!
//! What the wall shows is taken from a table written by hand, not from the database that is tested.

use super::*;

/// A zone in 2026: its two changes as the instant, and the offsets in minutes before and after it. A zone
/// without changes is looked at on the days when the others change.
type Row = (&'static str, [(&'static str, i32, i32); 2]);

/// A row with its instants read.
struct Zone {
    name: &'static str,
    changes: [(Minute, i32, i32); 2],
}

fn zones() -> [Zone; 10] {
    let read = |(text, before, after)| (instant(text), before, after);
    ZONES.map(|(name, changes)| Zone {
        name,
        changes: changes.map(read),
    })
}

/// United States 8 March and 1 November, Europe 29 March and 25 October, Lord Howe 5 April and 4 October.
const ZONES: [Row; 10] = [
    (
        "America/New_York",
        [
            ("2026-03-08T07:00Z", -300, -240),
            ("2026-11-01T06:00Z", -240, -300),
        ],
    ),
    (
        "America/Chicago",
        [
            ("2026-03-08T08:00Z", -360, -300),
            ("2026-11-01T07:00Z", -300, -360),
        ],
    ),
    (
        "America/Phoenix",
        [
            ("2026-03-08T09:00Z", -420, -420),
            ("2026-11-01T09:00Z", -420, -420),
        ],
    ),
    (
        "America/Indiana/Indianapolis",
        [
            ("2026-03-08T07:00Z", -300, -240),
            ("2026-11-01T06:00Z", -240, -300),
        ],
    ),
    (
        "America/Boise",
        [
            ("2026-03-08T09:00Z", -420, -360),
            ("2026-11-01T08:00Z", -360, -420),
        ],
    ),
    (
        "Pacific/Honolulu",
        [
            ("2026-03-08T12:00Z", -600, -600),
            ("2026-11-01T12:00Z", -600, -600),
        ],
    ),
    (
        "America/Puerto_Rico",
        [
            ("2026-03-08T06:00Z", -240, -240),
            ("2026-11-01T06:00Z", -240, -240),
        ],
    ),
    (
        "Europe/Vienna",
        [
            ("2026-03-29T01:00Z", 60, 120),
            ("2026-10-25T01:00Z", 120, 60),
        ],
    ),
    (
        "Europe/London",
        [("2026-03-29T01:00Z", 0, 60), ("2026-10-25T01:00Z", 60, 0)],
    ),
    (
        "Australia/Lord_Howe",
        [
            ("2026-04-04T15:00Z", 660, 630),
            ("2026-10-03T15:30Z", 630, 660),
        ],
    ),
];

impl Zone {
    /// The offset at an instant, by the table: southern zones begin the year in summer.
    fn offset(&self, minute: Minute) -> i32 {
        let [(first, before, between), (second, _, after)] = self.changes;
        if minute < first {
            before
        } else if minute < second {
            between
        } else {
            after
        }
    }

    /// The minutes that the wall clock shows, counted as if its days were days of UTC.
    fn wall(&self, minute: Minute) -> u32 {
        minute.0.checked_add_signed(self.offset(minute)).unwrap()
    }
}

fn instant(text: &str) -> Minute {
    at(&text.replace('Z', ":00Z"))
}

/// Lists the starts by looking at every minute: the wall shows a round time, and all of the visit lies
/// on the wall within the hour and day.
fn by_the_wall(zone: &Zone, day: u32, hour: u32, every: u32, minutes: u32) -> Vec<Minute> {
    let inside = |minute: Minute| {
        let wall = zone.wall(minute);
        wall / 1440 == day && wall / 60 % 24 == hour
    };
    let midnight = day * 1440;
    let around = (midnight - 900..midnight + 1440 + 900).map(Minute);
    around
        .filter(|start| zone.wall(*start).is_multiple_of(every) && inside(*start))
        .filter(|start| (0..minutes).all(|minute| inside(start.plus(minute))))
        .collect()
}

#[test]
fn every_hour_of_the_day_is_offered_as_the_wall_shows_it_where_the_clocks_change() {
    let mut offered = 0;
    for zone in &zones() {
        for (change, ..) in zone.changes {
            let day = zone.wall(change) / 1440;
            for (day, every, minutes) in [
                (day, 15, 25),
                (day, 60, 25),
                (day - 1, 30, 25),
                (day + 1, 30, 25),
            ] {
                for hour in 0..24 {
                    let expected = by_the_wall(zone, day, hour, every, minutes);
                    let found = offered_on(zone.name, day, hour, (every, minutes));
                    assert_eq!(found, expected, "{} {hour}:00 of {day}", zone.name);
                    offered += found.len();
                }
            }
        }
    }
    assert!(offered > 1_000, "{offered}");
}

/// What the rules offer between an hour and the next on one day.
fn offered_on(zone: &str, day: u32, hour: u32, (every, minutes): (u32, u32)) -> Vec<Minute> {
    let date = Minute(day * 1440).timestamp().to_string();
    let date = date.split('T').next().unwrap();
    let end = (hour + 1) % 24;
    let text = format!(
        r#"{{"zone": "{zone}", "minutes": [{minutes}], "every": {every}, "horizon": 366,
            "extra": [{{"date": "{date}", "from": "{hour:02}:00", "to": "{end:02}:00"}}]}}"#
    );
    let hours: Hours = serde_json::from_str(&text).unwrap();
    let ask = Ask {
        from: Minute((day - 2) * 1440),
        to: Minute((day + 3) * 1440),
        minutes: None,
        now: at("2026-01-01T00:00:00Z"),
    };
    let slots = slots(&hours, &[], &ask).unwrap();
    slots.iter().map(|slot| slot.start).collect()
}

#[test]
fn therapist_and_both_partners_in_three_zones_speak_of_the_same_instant() {
    let zones = zones();
    for (place, zone) in zones.iter().enumerate() {
        let partners = [&zones[(place + 3) % 10], &zones[(place + 7) % 10]];
        for (change, ..) in zone.changes {
            let day = zone.wall(change) / 1440;
            for start in (0..24).flat_map(|hour| offered_on(zone.name, day, hour, (30, 25))) {
                for partner in partners {
                    let shown = start
                        .timestamp()
                        .to_zoned(jiff::tz::TimeZone::get(partner.name).unwrap());
                    let wall = Minute(partner.wall(start)).timestamp().to_string();
                    assert_eq!(
                        shown.strftime("%Y-%m-%dT%H:%M:00Z").to_string(),
                        wall,
                        "{}",
                        partner.name
                    );
                    let said: jiff::Zoned = shown.to_string().parse().unwrap();
                    assert_eq!(Minute::of(said.timestamp()).cell(), start.cell());
                }
            }
        }
    }
}

#[test]
fn a_night_shift_is_an_hour_longer_in_autumn_and_shorter_in_spring() {
    let weekly = r#"{"days": ["sa"], "from": "22:00", "to": "06:00"}"#;
    let mut hours = hours("America/New_York", weekly);
    hours.every = 60;
    let night = |from: &str, to: &str| starts(&hours, &[], from, to).len();
    assert_eq!(night("2026-02-28T12:00:00Z", "2026-03-01T12:00:00Z"), 8);
    assert_eq!(night("2026-03-07T12:00:00Z", "2026-03-08T12:00:00Z"), 7);
    assert_eq!(night("2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z"), 9);
}

#[test]
fn hours_that_begin_or_end_in_the_skipped_hour_are_cut_at_the_change() {
    let mut sunday = hours(
        "America/New_York",
        r#"{"days": ["su"], "from": "02:15", "to": "05:00"}"#,
    );
    sunday.every = 15;
    let found = starts(&sunday, &[], "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z");
    assert_eq!(found.first().unwrap(), "2026-03-08T07:00:00Z");
    sunday.weekly[0].from = Clock::new(0, 0).unwrap();
    sunday.weekly[0].to = Clock::new(2, 30).unwrap();
    let found = starts(&sunday, &[], "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z");
    assert_eq!(found.last().unwrap(), "2026-03-08T06:00:00Z");
}
