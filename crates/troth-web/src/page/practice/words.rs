//! Small pieces of words that a therapist's pages share.

use jiff::Timestamp;
use troth_match::State;
use troth_match::set::Code;
use troth_wire::network::{Format, Plan, Service, Time};

use crate::part::when;
use crate::part::zoned;
use crate::texts::{t, t_with};

/// Names a state in full.
pub(super) fn state_name(code: &str) -> String {
    State::parse(code).map_or_else(|| code.to_owned(), |state| state.label().to_owned())
}

/// Names a plan as people know it; without one, that people pay themselves.
pub(super) fn plan_name(plan: Option<&str>, known: &[Plan]) -> String {
    match plan {
        None => t("plans-self"),
        Some(name) => known
            .iter()
            .find(|plan| plan.name == name)
            .map_or_else(|| name.to_owned(), |plan| plan.label.clone()),
    }
}

/// Names a format.
pub(super) fn format_words(format: Format) -> String {
    match format {
        Format::Video => t("practice-video"),
        Format::InPerson => t("practice-in-person"),
    }
}

/// Names a format within a sentence.
pub(super) fn format_inside(format: Format) -> String {
    match format {
        Format::Video => t("practice-video-inside"),
        Format::InPerson => t("practice-in-person-inside"),
    }
}

/// Writes how long a visit is, how it is held, and for whom.
pub(super) fn visit_words(minutes: u32, format: Format, service: Service) -> String {
    let service = match service {
        Service::Couples => t("practice-couples-inside"),
        Service::Individual => t("practice-individual-inside"),
    };
    t_with(
        "practice-visit-line",
        [
            ("minutes", minutes.to_string().into()),
            ("format", format_inside(format).into()),
            ("service", service.into()),
        ],
    )
}

/// Names a service.
pub(super) fn service_words(service: Service) -> String {
    match service {
        Service::Couples => t("practice-couples"),
        Service::Individual => t("practice-individual"),
    }
}

/// Writes an amount, such as "$180" or "$180.50".
pub(super) fn money(cents: u32) -> String {
    format!("${}", crate::typed::dollars(cents))
}

/// Writes an instant on the clock of the practice, which is named where it is not the one of this device.
pub(super) fn at(time: Time, zone: Option<&str>) -> String {
    let instant: Timestamp = time.timestamp();
    match zone.and_then(|zone| Some((zone, zoned::on_clock(instant, zone)?))) {
        Some((zone, clock)) if zoned::apart(instant, zone).is_some() => {
            format!("{} ({})", when::civil(clock), zoned::zone_name(zone))
        }
        _ => when::moment(instant),
    }
}
