//! Days and times in words, on the wall clock of this device.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use wasm_bindgen::JsValue;

use crate::browser;

/// Writes the day and time of an instant, such as "Tue 3 March, 18:00".
pub(crate) fn moment(at: Timestamp) -> String {
    local(at).map_or_else(|| at.strftime("%d %B, %H:%M UTC").to_string(), civil)
}

/// Writes the time of an instant alone, such as "18:00".
pub(crate) fn clock(at: Timestamp) -> String {
    local(at).map_or_else(
        || at.strftime("%H:%M UTC").to_string(),
        |civil| civil.strftime("%H:%M").to_string(),
    )
}

/// Writes the day of an instant, such as "3 March 2026".
pub(crate) fn day_of(at: Timestamp) -> String {
    local(at).map_or_else(
        || at.strftime("%-d %B %Y").to_string(),
        |civil| day(civil.date()),
    )
}

/// Writes a wall-clock time, such as "Tue 3 March, 18:00".
pub(crate) fn civil(at: DateTime) -> String {
    at.strftime("%a %-d %B, %H:%M").to_string()
}

/// Writes a day, such as "3 March 2026".
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// Writes a day without its year, such as "3 Mar".
pub(crate) fn short_day(date: Date) -> String {
    date.strftime("%-d %b").to_string()
}

/// Reads an instant on the wall clock of this device, as the browser knows it.
pub(crate) fn local(at: Timestamp) -> Option<DateTime> {
    let date = js_sys::Date::new(&JsValue::from_f64(at.as_millisecond() as f64));
    DateTime::new(
        i16::try_from(date.get_full_year()).ok()?,
        i8::try_from(date.get_month() + 1).ok()?,
        i8::try_from(date.get_date()).ok()?,
        i8::try_from(date.get_hours()).ok()?,
        i8::try_from(date.get_minutes()).ok()?,
        i8::try_from(date.get_seconds()).ok()?,
        0,
    )
    .ok()
}

/// Returns now, read from the device's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millisecond(browser::now_ms() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Returns today on the wall clock of this device.
pub(crate) fn today() -> Date {
    local(now()).map_or(Date::ZERO, DateTime::date)
}
