//! Places of those who work here: a therapist's own pages, and those of whoever runs the server.

/// A page of a therapist.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Practice {
    /// What comes next, and whether the listing still stands.
    Overview,
    /// Who they are and what they offer.
    Listing,
    /// Where they may work.
    Licences,
    /// Which plans they take, in which state and format.
    Plans,
    /// What a visit costs, signed on this device.
    Prices,
    /// The weekly hours and the rules of a visit.
    Hours,
    /// Calendars whose times are taken.
    Busy,
    /// The listing as clients see it.
    Preview,
    /// Visits somebody asked for.
    Requests,
    /// Visits that are booked.
    Visits,
    /// Who waits for a time.
    Waiting,
    /// The secret address of the own calendar.
    Feed,
    /// What was done in the listing's name.
    Log,
}

impl Practice {
    /// Every page, in the order in which a listing grows.
    pub const ALL: [Self; 13] = [
        Self::Overview,
        Self::Listing,
        Self::Licences,
        Self::Plans,
        Self::Prices,
        Self::Hours,
        Self::Busy,
        Self::Preview,
        Self::Requests,
        Self::Visits,
        Self::Waiting,
        Self::Feed,
        Self::Log,
    ];

    /// Reads what follows `/practice/`.
    #[must_use]
    pub fn parse(rest: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.rest() == rest)
    }

    fn rest(self) -> &'static str {
        self.path()
            .trim_start_matches("/practice")
            .trim_start_matches('/')
    }

    /// Writes the path of this page.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/practice",
            Self::Listing => "/practice/listing",
            Self::Licences => "/practice/licences",
            Self::Plans => "/practice/plans",
            Self::Prices => "/practice/prices",
            Self::Hours => "/practice/hours",
            Self::Busy => "/practice/busy",
            Self::Preview => "/practice/preview",
            Self::Requests => "/practice/requests",
            Self::Visits => "/practice/visits",
            Self::Waiting => "/practice/waiting",
            Self::Feed => "/practice/feed",
            Self::Log => "/practice/log",
        }
    }
}

/// A page of whoever runs the server.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Steward {
    /// Listings that wait to be looked at.
    Pending,
    /// Plans and payers, from a table.
    Plans,
    /// How many listings here are not to be had.
    Ghosts,
    /// What was done in this server's name.
    Log,
}

impl Steward {
    /// Every page.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Plans, Self::Ghosts, Self::Log];

    /// Reads what follows `/steward/`.
    #[must_use]
    pub fn parse(rest: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.rest() == rest)
    }

    fn rest(self) -> &'static str {
        self.path()
            .trim_start_matches("/steward")
            .trim_start_matches('/')
    }

    /// Writes the path of this page.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Pending => "/steward",
            Self::Plans => "/steward/plans",
            Self::Ghosts => "/steward/listings",
            Self::Log => "/steward/log",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_again_by_its_path() {
        for page in Practice::ALL {
            assert_eq!(Practice::parse(page.rest()), Some(page));
        }
        for page in Steward::ALL {
            assert_eq!(Steward::parse(page.rest()), Some(page));
        }
        assert_eq!(Practice::parse("nowhere"), None);
        assert_eq!(Steward::parse("nowhere"), None);
    }
}
