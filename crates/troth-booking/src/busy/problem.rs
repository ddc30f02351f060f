use alloc::vec::Vec;

use super::MOST_PROBLEMS;

/// Something in a feed that was not understood, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// The line of the feed, from 1; 0 is the feed as a whole.
    pub line: u32,
    /// What is wrong.
    pub trouble: Trouble,
}

/// What was not understood, and what was done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// Bytes that are not UTF-8.
    #[error("the feed is not UTF-8; it was read as Latin-1")]
    NotUtf8,
    /// A line without a name, a colon or a closing quote.
    #[error("a line that is no content line was passed over")]
    Line,
    /// A component that does not end, or ends something else.
    #[error("a component does not end where it should")]
    Nesting,
    /// A component of a kind that may matter and is not known.
    #[error("a component of this kind is not understood; it blocks nothing")]
    Component,
    /// An event without a usable start.
    #[error("the start of an event cannot be read; it blocks its day, if that is known")]
    Start,
    /// An end or a duration that cannot be read.
    #[error("the end of an event cannot be read; it blocks the rest of its day")]
    End,
    /// An end before the start.
    #[error("an event ends before it begins; it blocks the rest of its day")]
    EndsBefore,
    /// A rule that does not say how often it comes round.
    #[error("a recurrence rule does not say how often; every day blocks")]
    Rule,
    /// A rule with parts that cannot be read or do not belong together, which were left out.
    #[error("a part of a recurrence rule has no meaning here and was left out")]
    RulePart,
    /// A rule in another calendar than the Gregorian one.
    #[error("a recurrence rule of another calendar; the first time blocks alone")]
    Calendar,
    /// A date of `RDATE` or `FREEBUSY` that cannot be read.
    #[error("an additional time cannot be read; it blocks its day, if that is known")]
    Addition,
    /// An exception that cannot be read.
    #[error("an exception cannot be read; what it excepts still blocks")]
    Exception,
    /// A `RECURRENCE-ID` that cannot be read.
    #[error("a changed instance does not say which; it blocks beside the others")]
    Instance,
    /// A zone that is neither defined in the feed nor known.
    #[error("a time zone is not known; its times were read in yours")]
    Zone,
    /// A zone defined in the feed that cannot be read, or not wholly.
    #[error("part of a time zone of the feed cannot be read; the rest of it holds")]
    ZoneDefinition,
    /// A property that is there once too often; the first one holds.
    #[error("a property is there twice; the first one holds")]
    Twice,
    /// More recurrences than are counted.
    #[error("an event comes round too often; it blocks to the end")]
    TooOften,
}

/// A bounded list of problems.
#[derive(Debug, Default)]
pub(super) struct Problems {
    listed: Vec<Problem>,
    count: usize,
}

impl Problems {
    /// Adds a problem.
    pub(super) fn add(&mut self, line: u32, trouble: Trouble) {
        self.count += 1;
        if self.listed.len() < MOST_PROBLEMS {
            self.listed.push(Problem { line, trouble });
        }
    }

    /// The list, in the order of the feed, and how many there were.
    pub(super) fn finish(mut self) -> (Vec<Problem>, usize) {
        self.listed.sort_unstable();
        (self.listed, self.count)
    }
}

impl Trouble {
    /// The stable name, for JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::Line => "line",
            Self::Nesting => "nesting",
            Self::Component => "component",
            Self::Start => "start",
            Self::End => "end",
            Self::EndsBefore => "ends_before",
            Self::Rule => "rule",
            Self::RulePart => "rule_part",
            Self::Calendar => "calendar",
            Self::Addition => "addition",
            Self::Exception => "exception",
            Self::Instance => "instance",
            Self::Zone => "zone",
            Self::ZoneDefinition => "zone_definition",
            Self::Twice => "twice",
            Self::TooOften => "too_often",
        }
    }
}
