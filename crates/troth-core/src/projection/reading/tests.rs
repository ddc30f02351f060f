use super::*;
use crate::moment::Moment;
use crate::schedule::Schedule;

fn words(text: &str) -> String {
    let now = Moment::new("2026-11-22T10:00:00Z".parse().unwrap(), "Europe/Vienna");
    schedule_in_words(&Schedule::parse(text, &now).unwrap())
}

#[test]
fn schedules_read_as_a_person_says_them() {
    for (text, spoken) in [
        (
            "2026-12-01T18:00",
            "on Tuesday, 1 December 2026 at 18:00 (Europe/Vienna)",
        ),
        (
            "2026-12-01[UTC]",
            "by the end of Tuesday, 1 December 2026 (UTC)",
        ),
        ("FREQ=DAILY;BYHOUR=8", "every day at 08:00 (Europe/Vienna)"),
        (
            "FREQ=WEEKLY",
            "every week on Sunday, by the end of the day (Europe/Vienna)",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=7,19;BYMINUTE=30;COUNT=6",
            "every second week on Monday and Thursday at 07:30 and 19:30, 6 times (Europe/Vienna)",
        ),
        (
            "FREQ=MONTHLY;BYDAY=1MO,-1FR;UNTIL=20271231",
            "every month on the 1st Monday and the last Friday, by the end of the day, until 31 December 2027 (Europe/Vienna)",
        ),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1,22;BYHOUR=9",
            "every 3 months on the last day and the 22nd at 09:00 (Europe/Vienna)",
        ),
    ] {
        assert_eq!(words(text), spoken);
    }
}
