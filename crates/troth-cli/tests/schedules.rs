//! Times as they are typed, and as they are shown.

use crate::harness::{ANA, Stage};

#[test]
fn an_hour_that_the_clocks_leave_out_is_shown_once_as_it_will_be() {
    let stage = Stage::couple();
    let due = "2097-03-31T02:30[Europe/Vienna]";
    stage
        .run(ANA, &["commitment", "make", "Call.", "--due", due], "")
        .good();

    let shown = stage.run(ANA, &["commitment", "list"], "").good().stdout;
    assert!(
        shown.contains("03:30") && !shown.contains("02:30"),
        "{shown}"
    );
    let list = stage.json(ANA, &["commitment", "list"]);
    assert_eq!(list[0]["schedule"], "2097-03-31T03:30[Europe/Vienna]");
}

#[test]
fn a_yearly_commitment_is_taken_and_shown_as_one() {
    let stage = Stage::couple();
    let rules = [
        ("FREQ=YEARLY;BYHOUR=18", "every year on 15 June at 18:00"),
        (
            "FREQ=YEARLY;INTERVAL=2",
            "every second year on 15 June at 00:00",
        ),
        (
            "FREQ=YEARLY;BYMONTH=6;BYDAY=-1SA;BYHOUR=9",
            "every year on the last Saturday of June at 09:00",
        ),
    ];
    for (rule, words) in rules {
        let make = [
            "commitment",
            "make",
            "Our day.",
            "--every",
            rule,
            "--start",
            "2026-06-15",
        ];
        stage.run(ANA, &make, "").good();
        let shown = stage.run(ANA, &["commitment", "list"], "").good().stdout;
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let wrong = ["commitment", "make", "x", "--every", "FREQ=YEARLY;BYDAY=MO"];
    stage.run(ANA, &wrong, "").bad(2, "BYMONTH");
}

#[test]
fn one_of_a_thing_is_written_as_one() {
    let stage = Stage::one();
    stage.run(ANA, &["pair", "invite"], "").good();
    let status = stage.run(ANA, &["status"], "").good().stdout;
    for wrong in ["1 entries", "1 hours", "1 bytes"] {
        assert!(!status.contains(wrong), "{status}");
    }
    let data = stage.path("directory");
    let one = ["network", "generate", "--providers", "1", "--data"];
    let arguments = [&one[..], &[data.to_str().unwrap()]].concat();
    let made = crate::harness::troth(&arguments, "").good().stdout;
    assert!(made.contains("1 made-up provider and"), "{made}");
}
