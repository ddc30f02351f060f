//! Times on another clock than the one of this device, as the browser knows it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::browser;
use crate::intake::{Clock, clock_of};
use crate::texts::{t, t_with};

/// Reads an instant on the clock of `zone`; `None` where the browser does not know the zone.
pub(crate) fn on_clock(at: Timestamp, zone: &str) -> Option<DateTime> {
    let options = Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("hourCycle", "h23"),
        ("year", "numeric"),
        ("month", "numeric"),
        ("day", "numeric"),
        ("hour", "numeric"),
        ("minute", "numeric"),
    ] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let format = intl(&options)?;
    let date = Date::new(&JsValue::from_f64(at.as_millisecond() as f64));
    let parts = format.format_to_parts(&date);
    let number = |wanted: &str| -> Option<i16> {
        parts.iter().find_map(|part| {
            let kind = Reflect::get(&part, &"type".into()).ok()?.as_string()?;
            let value = Reflect::get(&part, &"value".into()).ok()?.as_string()?;
            (kind == wanted).then(|| value.parse().ok()).flatten()
        })
    };
    let small = |wanted: &str| number(wanted).and_then(|number| i8::try_from(number).ok());
    DateTime::new(
        number("year")?,
        small("month")?,
        small("day")?,
        small("hour")?,
        small("minute")?,
        0,
        0,
    )
    .ok()
}

/// Makes a format; a zone that the browser does not know throws, which no constructor of `js_sys` can tell.
fn intl(options: &Object) -> Option<Intl::DateTimeFormat> {
    let global = js_sys::global();
    let intl = Reflect::get(&global, &"Intl".into()).ok()?;
    let maker: js_sys::Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.into();
    let words = Array::of2(&"en-US".into(), options);
    Reflect::construct(&maker, &words).ok().map(Into::into)
}

/// Reads a wall-clock time of this device as an instant.
pub(crate) fn instant(at: DateTime) -> Option<Timestamp> {
    let date = Date::new_with_year_month_day_hr_min(
        u32::try_from(at.year()).ok()?,
        i32::from(at.month()) - 1,
        i32::from(at.day()),
        i32::from(at.hour()),
        i32::from(at.minute()),
    );
    Timestamp::from_millisecond(date.get_time() as i64).ok()
}

/// Reads a wall-clock time of `zone` as an instant; a time that a change of clocks skips is moved by its length.
pub(crate) fn instant_in(at: DateTime, zone: &str) -> Option<Timestamp> {
    // A first guess, then twice by how far the clock there is off: changes of clocks are days apart.
    let wanted = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let mut found = wanted;
    for _ in 0..2 {
        let there = on_clock(found, zone)?
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()?
            .timestamp();
        found = found.checked_add(wanted.duration_since(there)).ok()?;
    }
    Some(found)
}

/// Says how far the clock of `zone` is from the one of this device at `at`, in minutes; `None` when it is the same.
pub(crate) fn apart(at: Timestamp, zone: &str) -> Option<i64> {
    let here = super::when::local(at)?;
    let there = on_clock(at, zone)?;
    let minutes = (there - here).total(jiff::Unit::Minute).ok()? as i64;
    (minutes != 0).then_some(minutes)
}

/// Names a clock in plain words.
pub(crate) fn clock_name(clock: Clock) -> String {
    match clock {
        Clock::Eastern => t("clock-eastern"),
        Clock::Central => t("clock-central"),
        Clock::Mountain => t("clock-mountain"),
        Clock::Arizona => t("clock-arizona"),
        Clock::Pacific => t("clock-pacific"),
        Clock::Alaska => t("clock-alaska"),
        Clock::Aleutian => t("clock-aleutian"),
        Clock::Hawaii => t("clock-hawaii"),
        Clock::Atlantic => t("clock-atlantic"),
        Clock::Chamorro => t("clock-chamorro"),
        Clock::Samoa => t("clock-samoa"),
    }
}

/// Names a zone: in plain words where there are some, else by its own name.
pub(crate) fn zone_name(zone: &str) -> String {
    clock_of(zone).map_or_else(|| zone.replace('_', " "), clock_name)
}

/// Says on which clock this device shows times.
pub(crate) fn own_clock() -> String {
    t_with("clock-own", [("clock", zone_name(&browser::zone()).into())])
}

/// Writes the time of an instant on another clock, such as "12:00 Eastern time"; the day too where it is another one.
pub(crate) fn there(at: Timestamp, zone: &str) -> Option<String> {
    apart(at, zone)?;
    let here = super::when::local(at)?;
    let there = on_clock(at, zone)?;
    let time = if there.date() == here.date() {
        there.strftime("%H:%M").to_string()
    } else {
        there.strftime("%a %H:%M").to_string()
    };
    Some(t_with(
        "clock-there",
        [("time", time.into()), ("clock", zone_name(zone).into())],
    ))
}
