use alloc::vec::Vec;

use jiff::tz::TimeZone;

use super::windows::{Window, off_spans, open_windows};
use super::{BadHours, Hours, NotOffered, Slot};
use crate::span_set::SpanSet;
use crate::time::{Cell, Minute, Span, Visit};

/// The minutes in a day.
const DAY: u32 = 24 * 60;

/// Which slots are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Those that begin from here on,
    pub from: Minute,
    /// and before this.
    pub to: Minute,
    /// How many minutes the visit lasts; the standard length if absent.
    pub minutes: Option<u16>,
    /// The present: notice and horizon count from it.
    pub now: Minute,
}

/// Lists the slots that working hours leave beside what is busy, in ascending order.
///
/// A slot lies wholly within the hours; the minutes kept free before and after it may lie outside of
/// them but are not busy. `busy` may overlap and come in any order.
///
/// # Errors
///
/// [`NotOffered::Hours`] if the rules are not usable, [`NotOffered::Length`] if visits of the length
/// asked for are not offered.
pub fn slots(hours: &Hours, busy: &[Span], ask: &Ask) -> Result<Vec<Slot>, NotOffered> {
    let zone = hours.check()?;
    let minutes = hours.length(ask.minutes)?;
    let (first, last) = hours.bookable(ask.now);
    let starts = Span::new(ask.from.max(first), ask.to.min(last.plus(1)));
    if starts.is_empty() {
        return Ok(Vec::new());
    }
    let reach = u32::from(minutes);
    let within = Span::new(starts.from, starts.to.plus(reach));
    let windows = open_windows(hours, &zone, within);
    let mut open: SpanSet = windows.iter().map(|window| window.span).collect();
    open.remove(&off_spans(hours, &zone, within).into_iter().collect());
    let busy: SpanSet = busy.iter().copied().collect();

    let mut found = Vec::new();
    for window in &windows {
        for start in round_times(window, starts, hours.every, &zone) {
            let visit = hours.visit(start, minutes);
            if open.covers(visit.span()) && !busy.meets(visit.with_buffers()) {
                found.push(Slot { start, minutes });
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

impl Hours {
    /// The visit at a time, with the minutes kept free around it.
    #[must_use]
    pub const fn visit(&self, start: Minute, minutes: u16) -> Visit {
        Visit {
            start,
            minutes,
            before: self.before,
            after: self.after,
        }
    }

    /// Checks one time by the same rules that list the slots, for the moment of booking.
    ///
    /// # Errors
    ///
    /// [`NotOffered`] says why the time is not to be had: hours, length, notice, horizon or busy.
    pub fn offers(&self, slot: Slot, busy: &[Span], now: Minute) -> Result<Visit, NotOffered> {
        self.check()?;
        self.length(Some(slot.minutes))?;
        let (first, last) = self.bookable(now);
        if slot.start < first {
            return Err(NotOffered::TooLate);
        }
        if slot.start > last {
            return Err(NotOffered::TooEarly);
        }
        let ask = Ask {
            from: slot.start,
            to: slot.start.plus(1),
            minutes: Some(slot.minutes),
            now,
        };
        if slots(self, &[], &ask)?.is_empty() {
            return Err(NotOffered::Closed);
        }
        let visit = self.visit(slot.start, slot.minutes);
        let busy: SpanSet = busy.iter().copied().collect();
        if busy.meets(visit.with_buffers()) {
            return Err(NotOffered::Busy);
        }
        Ok(visit)
    }

    /// The length asked for, or the standard one.
    fn length(&self, asked: Option<u16>) -> Result<u16, NotOffered> {
        match asked {
            None => Ok(self.standard_minutes()?),
            Some(length) if self.minutes.contains(&length) => Ok(length),
            Some(_) if self.minutes.is_empty() => Err(BadHours::Minutes.into()),
            Some(_) => Err(NotOffered::Length),
        }
    }

    /// The first and the last minute at which a visit may begin that is booked now.
    fn bookable(&self, now: Minute) -> (Minute, Minute) {
        let first = now.plus(self.notice.max(1));
        (first, now.plus(u32::from(self.horizon) * DAY))
    }
}

/// Lists the instants of a window at which the wall clock shows a round time.
///
/// Whole cells are tried one by one: where the clocks change by half an hour, as on Lord Howe Island,
/// the round times are not equally far apart.
fn round_times(
    window: &Window,
    starts: Span,
    every: u16,
    zone: &TimeZone,
) -> impl Iterator<Item = Minute> {
    let from = window.span.from.max(starts.from);
    let to = window.span.to.min(starts.to);
    let counted_from = window.counted_from % every;
    Span::new(from, to)
        .cells()
        .map(Cell::start)
        .filter(move |start| from <= *start && *start < to)
        .filter(move |start| {
            let wall = zone.to_datetime(start.timestamp());
            let minutes =
                wall.hour().unsigned_abs() as u16 * 60 + wall.minute().unsigned_abs() as u16;
            minutes % every == counted_from
        })
}
