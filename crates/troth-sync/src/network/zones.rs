//! What matching has to know of time zones, from what this device has.

use troth_match::zone::Zones;

/// The time zones of this device.
pub(super) fn here() -> impl Zones {
    known()
}

#[cfg(feature = "native")]
fn known() -> impl Zones {
    troth_match::zone::Bundled
}

#[cfg(all(target_arch = "wasm32", feature = "web", not(feature = "native")))]
fn known() -> impl Zones {
    web::Intl::default()
}

#[cfg(not(any(feature = "native", all(target_arch = "wasm32", feature = "web"))))]
fn known() -> impl Zones {
    troth_match::zone::OnlyUtc
}

#[cfg(all(target_arch = "wasm32", feature = "web", not(feature = "native")))]
mod web {
    use std::cell::RefCell;

    use js_sys::{Array, Date, Object, Reflect};
    use troth_match::Minute;
    use troth_match::zone::Zones;
    use wasm_bindgen::JsValue;

    /// The time zones of the browser.
    #[derive(Default)]
    pub(super) struct Intl {
        /// The zone asked for last, and how its wall clock is written.
        last: RefCell<Option<(String, js_sys::Intl::DateTimeFormat)>>,
    }

    impl Zones for Intl {
        fn ahead(&self, zone: &str, at: Minute) -> Option<i32> {
            let mut last = self.last.borrow_mut();
            if last.as_ref().is_none_or(|(known, _)| known != zone) {
                *last = Some((zone.to_owned(), format(zone)?));
            }
            let (_, format) = last.as_ref()?;
            let date = Date::new(&JsValue::from_f64(f64::from(at.0) * 60_000.0));
            offset(&format.format_to_parts(&date))
        }
    }

    /// A format that writes the offset, such as `GMT-08:00`; none for an unknown zone.
    fn format(zone: &str) -> Option<js_sys::Intl::DateTimeFormat> {
        let options = Object::new();
        Reflect::set(&options, &"timeZone".into(), &zone.into()).ok()?;
        Reflect::set(&options, &"timeZoneName".into(), &"longOffset".into()).ok()?;
        let arguments = Array::of2(&"en-US".into(), &options);
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let constructor = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?;
        // Constructed by hand: an unknown zone throws, which must not end the program.
        let made = Reflect::construct(&constructor.into(), &arguments).ok()?;
        Some(made.into())
    }

    /// Reads `GMT`, `GMT-08:00` or `GMT+05:30` out of the parts.
    fn offset(parts: &Array) -> Option<i32> {
        let named = |part: &JsValue, field: &str| {
            let value = Reflect::get(part, &field.into()).ok();
            value.and_then(|value| value.as_string())
        };
        let part = parts
            .iter()
            .find(|part| named(part, "type").as_deref() == Some("timeZoneName"))?;
        let name = named(&part, "value")?;
        let text = name.strip_prefix("GMT")?;
        let (sign, rest) = match text.split_at_checked(1) {
            None => return Some(0),
            Some(("+", rest)) => (1, rest),
            Some(("-" | "\u{2212}", rest)) => (-1, rest),
            Some(_) => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
        Some(sign * minutes)
    }
}
