//! Exports of every version are checked for ever.

use troth_sync::export::verify_file;

#[test]
fn a_frozen_export_is_still_intact_and_says_who_wrote_what() {
    let checked = verify_file(include_bytes!("vectors/export-1.txt"));

    assert_eq!(checked.broken, None);
    let by: Vec<(&str, u64)> = checked
        .by
        .iter()
        .map(|by| (by.name.as_str(), by.entries))
        .collect();
    assert_eq!(by, [("Ana", 3), ("Ben", 4)]);
}

#[test]
fn what_is_no_export_is_named_as_such() {
    for bytes in [
        b"".as_slice(),
        b"troth-export/1",
        b"\xff\xfe",
        b"troth-export/2 text=0 json=0 record=0\n",
    ] {
        let broken = verify_file(bytes).broken.unwrap();
        assert_eq!(broken.reason, "not an export");
    }
}
