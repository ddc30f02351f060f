//! Time and chance, at the rim (ADR 0002).

use jiff::Timestamp;

/// What a client asks of the device that it runs on.
pub trait Env {
    /// Reads the device's clock.
    fn now(&self) -> Timestamp;

    /// Names the time zone of the device by its IANA name, such as `Europe/Vienna`.
    fn zone(&self) -> String;

    /// Draws a seed from the device's random source.
    fn seed(&self) -> [u8; 32];
}

/// The clock, zone and random source of this computer.
#[cfg(feature = "native")]
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeEnv;

#[cfg(feature = "native")]
impl Env for NativeEnv {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the rim that reads the clock (ADR 0002)"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis())
            .ok()
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn zone(&self) -> String {
        zone_of_this_computer().unwrap_or_else(|| String::from("UTC"))
    }

    fn seed(&self) -> [u8; 32] {
        drawn_seed()
    }
}

#[cfg(feature = "native")]
fn zone_of_this_computer() -> Option<String> {
    if let Ok(zone) = std::env::var("TZ")
        && !zone.is_empty()
    {
        return Some(zone.trim_start_matches(':').to_owned());
    }
    let target = std::fs::read_link("/etc/localtime").ok()?;
    let target = target.to_str()?;
    target
        .split_once("zoneinfo/")
        .map(|(_, zone)| zone.to_owned())
}

/// The clock, zone and random source of this browser.
#[cfg(all(target_arch = "wasm32", feature = "web"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct WebEnv;

#[cfg(all(target_arch = "wasm32", feature = "web"))]
impl Env for WebEnv {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds since 1970 fit for aeons"
        )]
        Timestamp::from_millisecond(js_sys::Date::now() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn zone(&self) -> String {
        let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
        js_sys::Reflect::get(&options, &"timeZone".into())
            .ok()
            .and_then(|zone| zone.as_string())
            .unwrap_or_else(|| String::from("UTC"))
    }

    fn seed(&self) -> [u8; 32] {
        drawn_seed()
    }
}

#[cfg(any(feature = "native", all(target_arch = "wasm32", feature = "web")))]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the rim that opens the source (ADR 0002)"
)]
#[expect(
    clippy::expect_used,
    reason = "without chance no key is safe: better no client than a weak one"
)]
fn drawn_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the random source of the device answers");
    seed
}
