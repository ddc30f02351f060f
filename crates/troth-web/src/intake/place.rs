//! The clocks of the states. A state is not a time zone: where one has two, the person says which.

/// A clock on the wall, for which the screens have a plain name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Clock {
    /// New York and most of the east.
    Eastern,
    /// Chicago and the middle.
    Central,
    /// Denver and the mountains.
    Mountain,
    /// Arizona, which never changes its clocks.
    Arizona,
    /// Los Angeles and the west coast.
    Pacific,
    /// Anchorage.
    Alaska,
    /// Adak, west of Anchorage.
    Aleutian,
    /// Honolulu.
    Hawaii,
    /// Puerto Rico and the Virgin Islands.
    Atlantic,
    /// Guam and the Northern Marianas.
    Chamorro,
    /// American Samoa.
    Samoa,
}

impl Clock {
    /// The IANA name of a place on this clock.
    #[must_use]
    pub const fn zone(self) -> &'static str {
        match self {
            Self::Eastern => "America/New_York",
            Self::Central => "America/Chicago",
            Self::Mountain => "America/Denver",
            Self::Arizona => "America/Phoenix",
            Self::Pacific => "America/Los_Angeles",
            Self::Alaska => "America/Anchorage",
            Self::Aleutian => "America/Adak",
            Self::Hawaii => "Pacific/Honolulu",
            Self::Atlantic => "America/Puerto_Rico",
            Self::Chamorro => "Pacific/Guam",
            Self::Samoa => "Pacific/Pago_Pago",
        }
    }
}

/// Lists the clocks of a state by its postal code, the one of most people first.
#[must_use]
pub fn clocks(state: &str) -> &'static [Clock] {
    use Clock::*;
    match state {
        "AL" | "AR" | "IA" | "IL" | "LA" | "MN" | "MO" | "MS" | "OK" | "WI" => &[Central],
        "KS" | "ND" | "NE" | "SD" | "TX" => &[Central, Mountain],
        "TN" => &[Central, Eastern],
        "FL" | "IN" | "KY" | "MI" => &[Eastern, Central],
        "CO" | "MT" | "NM" | "UT" | "WY" => &[Mountain],
        "ID" => &[Mountain, Pacific],
        "AZ" => &[Arizona, Mountain],
        "CA" | "WA" => &[Pacific],
        "NV" | "OR" => &[Pacific, Mountain],
        "AK" => &[Alaska, Aleutian],
        "HI" => &[Hawaii],
        "PR" | "VI" => &[Atlantic],
        "GU" | "MP" => &[Chamorro],
        "AS" => &[Samoa],
        _ => &[Eastern],
    }
}

/// Finds the clock that a zone's name stands for, where the screens have a plain name for it.
#[must_use]
pub fn clock_of(zone: &str) -> Option<Clock> {
    use Clock::*;
    if zone.starts_with("America/Indiana/") || zone.starts_with("America/Kentucky/") {
        return Some(Eastern);
    }
    [
        Eastern, Central, Mountain, Arizona, Pacific, Alaska, Aleutian, Hawaii, Atlantic, Chamorro,
        Samoa,
    ]
    .into_iter()
    .find(|clock| clock.zone() == zone)
    .or(match zone {
        "America/Detroit" => Some(Eastern),
        "America/Boise" => Some(Mountain),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_with_two_clocks_offers_both() {
        assert_eq!(clocks("TX"), [Clock::Central, Clock::Mountain]);
        assert_eq!(clocks("TN").first(), Some(&Clock::Central));
    }

    #[test]
    fn every_clock_is_found_by_its_zone() {
        for state in ["NY", "TX", "ID", "AZ", "AK", "HI", "PR", "GU", "AS"] {
            for clock in clocks(state) {
                assert_eq!(clock_of(clock.zone()), Some(*clock));
            }
        }
        assert_eq!(clock_of("Europe/Vienna"), None);
    }
}
