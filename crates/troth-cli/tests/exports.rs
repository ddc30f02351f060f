//! Exports: what anyone can check, and what happens when a byte is not what it was.

use crate::harness::{ANA, BEN, Stage, troth};

/// A couple with some entries, and Ana's export of them.
fn exported() -> (Stage, Vec<u8>) {
    let stage = Stage::couple();
    for prompt in ["One?", "Two?", "Three?"] {
        let id = stage.json(ANA, &["reveal", "start", prompt]);
        let id = id["id"].as_str().unwrap().to_owned();
        stage
            .run(BEN, &["reveal", "answer", &id, "From Ben."], "")
            .good();
    }
    stage.settle(&[ANA, BEN]);
    let file = stage.path("export");
    stage
        .run(ANA, &["export", "--out", file.to_str().unwrap()], "")
        .good();
    let bytes = std::fs::read(&file).unwrap();
    (stage, bytes)
}

fn verify(stage: &Stage, bytes: &[u8]) -> crate::harness::Done {
    let file = stage.path("checked");
    std::fs::write(&file, bytes).unwrap();
    troth(&["verify", file.to_str().unwrap(), "--json"], "")
}

#[test]
fn an_export_is_intact_without_account_or_network_and_has_the_head_of_both_homes() {
    let (mut stage, bytes) = exported();
    let here = stage.json(ANA, &["record", "verify"]);
    let there = stage.json(BEN, &["record", "verify"]);
    stage.server.kill();

    let checked = verify(&stage, &bytes).good().json();

    assert_eq!(checked["intact"], true);
    assert_eq!(checked["head"], here["head"]);
    assert_eq!(checked["head"], there["head"]);
    assert_eq!(checked["phrase"], here["phrase"]);
    assert_eq!(checked["entries"], here["entries"]);
    assert_eq!(checked["authors"].as_array().unwrap().len(), 2);
}

#[test]
fn an_existing_file_is_left_alone_unless_asked() {
    let (stage, bytes) = exported();
    let file = stage.path("export");
    let out = ["export", "--out", file.to_str().unwrap()];

    stage.run(ANA, &out, "").bad(1, "exists");
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    stage
        .run(ANA, &[out[0], out[1], out[2], "--overwrite"], "")
        .good();
    let nowhere = stage.path("no/such/folder");
    stage
        .run(ANA, &["export", "--out", nowhere.to_str().unwrap()], "")
        .bad(6, "folder");
}

#[test]
fn a_truncated_export_is_broken_wherever_it_was_cut() {
    let (stage, bytes) = exported();

    for share in 1..16 {
        let cut = &bytes[..bytes.len() * share / 16];
        let done = verify(&stage, cut);

        assert_eq!(
            done.code,
            3,
            "cut at {} of {}: {done:?}",
            cut.len(),
            bytes.len()
        );
        assert_eq!(done.json()["intact"], false);
    }
    assert_eq!(verify(&stage, &bytes[..bytes.len() - 1]).code, 3);
}

#[test]
fn a_flipped_bit_is_found_wherever_it_is_and_the_entry_is_named() {
    let (stage, bytes) = exported();
    let mut named = 0;

    for step in 0..64 {
        let at = bytes.len() * step / 64;
        let mut spoiled = bytes.clone();
        spoiled[at] ^= 1;
        let done = verify(&stage, &spoiled);

        assert_eq!(done.code, 3, "bit {at} of {}: {done:?}", bytes.len());
        let broken = done.json();
        assert!(broken["broken"]["reason"].is_string(), "{broken}");
        named += usize::from(broken["broken"]["place"].is_u64());
    }
    assert!(named > 56, "only {named} of 64 name an entry");
}

#[test]
fn what_is_no_export_and_what_is_no_file_is_said() {
    let stage = Stage::empty();

    assert_eq!(verify(&stage, b"hello").code, 1);
    assert_eq!(verify(&stage, b"").code, 1);
    troth(&["verify", "/no/such/file"], "").bad(6, "cannot be read");
}
