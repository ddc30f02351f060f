//! Instants, spans and cells.
//!
//! Instants are whole minutes of UTC since 1970. A day is cut into quarter hours, the [`Cell`]s:
//! every offset from UTC in use is a whole number of them, so a slot of any zone fills whole cells.
//! Two visits exclude each other exactly when they share a cell, which a database can enforce with
//! one unique index, without comparing intervals.

use jiff::Timestamp;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The minutes in a quarter hour.
const CELL: u32 = 15;

/// An instant: whole minutes since 1970-01-01T00:00Z. In JSON a number.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Minute(#[n(0)] pub u32);

impl From<troth_match::Minute> for Minute {
    fn from(minute: troth_match::Minute) -> Self {
        Self(minute.0)
    }
}

impl From<Minute> for troth_match::Minute {
    fn from(minute: Minute) -> Self {
        Self(minute.0)
    }
}

impl Minute {
    /// The instant so many minutes later; the end of time holds it back.
    #[must_use]
    pub const fn plus(self, minutes: u32) -> Self {
        Self(self.0.saturating_add(minutes))
    }

    /// The instant so many minutes earlier; 1970 holds it back.
    #[must_use]
    pub const fn minus(self, minutes: u32) -> Self {
        Self(self.0.saturating_sub(minutes))
    }

    /// The cell that this instant lies in.
    #[must_use]
    pub const fn cell(self) -> Cell {
        Cell(self.0 / CELL)
    }

    /// The minute that an instant lies in. Before 1970 it is the first one, after the year 10135 the last.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        let minutes = at.as_second().div_euclid(60);
        Self(u32::try_from(minutes).unwrap_or(if minutes < 0 { 0 } else { u32::MAX }))
    }

    /// The instant at which this minute begins; beyond the calendar's last one, that.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_second(i64::from(self.0) * 60).unwrap_or(Timestamp::MAX)
    }
}

/// A quarter hour of UTC, counted from 1970.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cell(pub u32);

impl Cell {
    /// The instant at which the cell begins.
    #[must_use]
    pub const fn start(self) -> Minute {
        Minute(self.0.saturating_mul(CELL))
    }
}

/// A stretch of time, its end not included.
///
/// One whose end is not after its start is empty and overlaps nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first instant inside.
    pub from: Minute,
    /// The first instant after it.
    pub to: Minute,
}

impl Span {
    /// Puts start and end together.
    #[must_use]
    pub const fn new(from: Minute, to: Minute) -> Self {
        Self { from, to }
    }

    /// Says whether nothing lies inside.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.to <= self.from
    }

    /// Says whether the two have an instant in common. Neighbours have none.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        !self.is_empty() && !other.is_empty() && self.from < other.to && other.from < self.to
    }

    /// Says whether all of `other` lies inside.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Lists every cell that the span touches, in ascending order.
    pub fn cells(self) -> impl DoubleEndedIterator<Item = Cell> + ExactSizeIterator + Clone {
        let (from, to) = if self.is_empty() {
            (0, 0)
        } else {
            (self.from.0 / CELL, self.to.0.div_ceil(CELL))
        };
        (from..to).map(Cell)
    }

    /// The same span, grown to whole cells.
    #[must_use]
    pub fn in_cells(self) -> Self {
        let mut cells = self.cells();
        match (cells.next(), self.cells().next_back()) {
            (Some(first), Some(last)) => Self::new(first.start(), last.start().plus(CELL)),
            _ => Self::new(self.from, self.from),
        }
    }
}

/// The time that one visit takes: of everybody, and of the provider alone.
///
/// ```
/// use troth_booking::{Minute, Visit};
///
/// let visit = Visit { start: Minute(60), minutes: 50, before: 0, after: 10 };
///
/// assert_eq!(visit.client_cells().count(), 4);
/// assert_eq!(visit.provider_cells().count(), 4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Visit {
    /// When it begins.
    #[n(0)]
    pub start: Minute,
    /// How many minutes it lasts.
    #[n(1)]
    pub minutes: u16,
    /// How many minutes the provider keeps free before it.
    #[n(2)]
    pub before: u16,
    /// How many minutes the provider keeps free after it.
    #[n(3)]
    pub after: u16,
}

impl Visit {
    /// When it ends.
    #[must_use]
    pub const fn end(&self) -> Minute {
        self.start.plus(self.minutes as u32)
    }

    /// The visit itself.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.start, self.end())
    }

    /// The visit with the provider's free minutes around it.
    #[must_use]
    pub const fn with_buffers(&self) -> Span {
        Span::new(
            self.start.minus(self.before as u32),
            self.end().plus(self.after as u32),
        )
    }

    /// Lists the cells it takes of the provider, in ascending order.
    pub fn provider_cells(
        &self,
    ) -> impl DoubleEndedIterator<Item = Cell> + ExactSizeIterator + Clone {
        self.with_buffers().cells()
    }

    /// Lists the cells it takes of each client, in ascending order.
    pub fn client_cells(
        &self,
    ) -> impl DoubleEndedIterator<Item = Cell> + ExactSizeIterator + Clone {
        self.span().cells()
    }
}
