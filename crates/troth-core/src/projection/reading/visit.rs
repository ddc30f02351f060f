//! Proposed visits in words.

use crate::moment::zoned;
use crate::visit::{HeldVisit, VisitAnswer, VisitFormat, instant};

/// Says what was proposed; the other partner's half of the way in is never part of it.
pub(super) fn proposed(held: &HeldVisit) -> String {
    let when = zoned(instant(held.start), &held.zone);
    let how = match held.format {
        VisitFormat::Video => "by video",
        VisitFormat::InPerson => "in person",
    };
    format!(
        "held an hour for both: {}, {} for {} minutes {how}.",
        held.provider_name,
        when.strftime("%A, %-d %B %Y at %H:%M %Z"),
        held.minutes,
    )
}

pub(super) const fn answered(answer: VisitAnswer) -> &'static str {
    match answer {
        VisitAnswer::Accepted => "accepted the hour that was held for both.",
        VisitAnswer::NotThisOne => "would rather not have the hour that was held for both.",
    }
}
