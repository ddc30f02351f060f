//! What is tried on any bytes with the readers of bookings and of foreign calendars.
//!
//! The fuzz targets call these, and so does `crates/troth-booking/src/busy/tests/fuzz.rs`.

use troth_booking::busy::{Question, read};
use troth_booking::machine::{Booking, Change};
use troth_booking::{Minute, Span};

/// What is tried on bytes.
pub type Decoder = fn(&[u8]);

/// Every reader by its name; the corpus of each lies in `fuzz/corpus/<name>`.
pub const BOOKING_READERS: [(&str, Decoder); 2] =
    [("calendar", try_calendar), ("change", try_change)];

/// Reading ends, and every block lies in the time asked about.
pub fn try_calendar(bytes: &[u8]) {
    let within = Span::new(Minute(29_454_480), Minute(29_540_880));
    let question = Question {
        within,
        zone: "America/New_York",
    };
    let Ok(busy) = read(bytes, &question) else {
        return;
    };
    assert!(busy.blocks.iter().all(|block| block.span.overlaps(within)));
    assert!(busy.problem_count >= busy.problems.len());
}

/// A change that is read is written as it was, and applying it does not fail.
pub fn try_change(bytes: &[u8]) {
    let Ok(change) = Change::decode(bytes) else {
        return;
    };
    assert_eq!(change.encode(), bytes);
    if let Some(mut booking) = Booking::begin(&change) {
        booking.apply(&change);
        assert_eq!(booking.sequence, change.sequence);
    }
}
