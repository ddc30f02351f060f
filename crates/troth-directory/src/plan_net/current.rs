//! What of a directory is said of today: not what is over, and not what has yet to begin.

use serde_json::Value;
use troth_match::Day;

use super::fhir::text;

/// Words of `status` that say that something does not hold.
const NOT_NOW: [&str; 8] = [
    "inactive",
    "suspended",
    "retired",
    "draft",
    "revoked",
    "issued-in-error",
    "entered-in-error",
    "off",
];

/// Why a resource says nothing of today; `None` if it does.
pub(super) fn over(value: &Value, today: Day) -> Option<&'static str> {
    if value.get("active") == Some(&Value::Bool(false)) || NOT_NOW.contains(&text(value, "/status"))
    {
        return Some("not active");
    }
    period(value, today)
}

/// Why a period, if there is one, does not hold today.
fn period(value: &Value, today: Day) -> Option<&'static str> {
    let (start, end) = (text(value, "/period/start"), text(value, "/period/end"));
    if days(end).is_some_and(|(_, last)| last < today) {
        Some("its period is over")
    } else if days(start).is_some_and(|(first, _)| first > today) {
        Some("its period has not begun")
    } else {
        None
    }
}

/// Whether a name, number, identifier or address is still used.
pub(super) fn is_current(value: &Value, today: Day) -> bool {
    text(value, "/use") != "old" && period(value, today).is_none()
}

/// Whether a qualification holds: its period is left to the licence, which shows its end.
pub(super) fn is_held(qualification: &Value) -> bool {
    let told = super::fhir::extensions(qualification, "practitioner-qualification");
    let status = told
        .flat_map(|one| super::fhir::list(one, "extension"))
        .filter(|one| text(one, "/url") == "status")
        .map(|one| text(one, "/valueCode"));
    status.into_iter().all(|word| !NOT_NOW.contains(&word))
}

/// The first and the last day of a FHIR date or time: a year and a month are all their days.
pub(super) fn days(text: &str) -> Option<(Day, Day)> {
    let date = text.trim().split('T').next()?;
    let mut parts = date.split('-').map(|part| part.parse::<u32>().ok());
    let year = parts.next()??;
    let month = parts.next().map_or(Some(None), |part| part.map(Some))?;
    let day = parts.next().map_or(Some(None), |part| part.map(Some))?;
    let first = Day::from_civil(year, month.unwrap_or(1), day.unwrap_or(1))?;
    let last = match (month, day) {
        (_, Some(_)) => first,
        (month, None) => {
            let month = month.unwrap_or(12);
            (28..=31)
                .rev()
                .find_map(|day| Day::from_civil(year, month, day))?
        }
    };
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_and_a_month_last_to_their_last_day() {
        let day = |y, m, d| Day::from_civil(y, m, d).unwrap();
        assert_eq!(days("2026"), Some((day(2026, 1, 1), day(2026, 12, 31))));
        assert_eq!(days("2028-02"), Some((day(2028, 2, 1), day(2028, 2, 29))));
        assert_eq!(
            days("2026-11-30T23:00:00-08:00"),
            Some((day(2026, 11, 30), day(2026, 11, 30)))
        );
        for text in ["", "soon", "2026-13", "2026-02-30", "-2026"] {
            assert_eq!(days(text), None, "{text}");
        }
    }
}
