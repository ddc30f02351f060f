//! Free or busy: the table of `docs/protocol/calendar.md`, row by row.

use super::*;

/// Whether an event with these lines blocks.
fn is_busy(lines: &str) -> bool {
    let event = format!("DTSTART:20260504T090000Z\nDURATION:PT1H\n{lines}");
    let busy = blocks(&event);
    assert_eq!(busy.problems, [], "{lines}");
    !busy.blocks.is_empty()
}

#[test]
fn outlooks_word_decides_before_transp() {
    // The word; with TRANSP:OPAQUE, with TRANSP:TRANSPARENT, without.
    for (word, opaque, transparent, alone) in [
        ("FREE", false, false, false),
        ("free", false, false, false),
        ("TENTATIVE", true, true, true),
        ("BUSY", true, true, true),
        ("OOF", true, true, true),
        ("WORKINGELSEWHERE", true, false, true),
        ("SOMETHING", true, false, true),
        ("", true, false, true),
    ] {
        for name in [
            "X-MICROSOFT-CDO-BUSYSTATUS",
            "X-MICROSOFT-MSNCALENDAR-BUSYSTATUS",
            "X-MICROSOFT-CDO-INTENDEDSTATUS",
        ] {
            let line = format!("{name}:{word}");
            let found = [
                is_busy(&format!("{line}\nTRANSP:OPAQUE")),
                is_busy(&format!("TRANSP:TRANSPARENT\n{line}")),
                is_busy(&line),
            ];
            assert_eq!(found, [opaque, transparent, alone], "{line}");
        }
    }
}

#[test]
fn what_the_organizer_intended_counts_only_where_nothing_is_known_of_the_present() {
    let status = |now: &str, intended: &str| {
        is_busy(&format!(
            "X-MICROSOFT-CDO-INTENDEDSTATUS:{intended}\nX-MICROSOFT-CDO-BUSYSTATUS:{now}"
        ))
    };
    assert!(status("TENTATIVE", "FREE"));
    assert!(status("BUSY", "FREE"));
    assert!(!status("FREE", "BUSY"));
}

#[test]
fn words_that_contradict_one_another_block_and_what_was_called_off_never_does() {
    assert!(is_busy(
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY"
    ));
    assert!(is_busy("TRANSP:TRANSPARENT\nTRANSP:OPAQUE"));
    for status in ["CANCELLED", "cancelled", "CANCELED"] {
        assert!(!is_busy(&format!(
            "STATUS:{status}\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY"
        )));
    }
    assert!(is_busy(
        "STATUS:CONFIRMED\nX-MICROSOFT-CDO-ALLDAYEVENT:FALSE"
    ));
}

#[test]
fn in_the_old_format_one_is_transparent() {
    let feed = |version: &str, transp: &str| {
        let feed = format!(
            "BEGIN:VCALENDAR\nVERSION:{version}\nBEGIN:VEVENT\nDTSTART:20260504T090000Z\nDTEND:20260504T100000Z\nTRANSP:{transp}\nEND:VEVENT\nEND:VCALENDAR"
        );
        let busy = ask(
            feed.as_bytes(),
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
        );
        busy.blocks.len()
    };
    assert_eq!(
        [feed("1.0", "1"), feed("1.0", "0"), feed("2.0", "1")],
        [0, 1, 1]
    );
}
