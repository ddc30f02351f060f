//! A record taken along: readable, whole, and provable without anything else.

#![expect(clippy::unwrap_used, reason = "what fails in a test may panic")]

use troth_core::{Command, Referee, Schedule};
use troth_sync::block_on;
use troth_sync::export::{NOTICE, verify_file};
use troth_testkit::world::World;

fn promise(text: &str) -> Command {
    let zone = String::from("Europe/Vienna");
    let schedule = Schedule::ByDate {
        date: "2027-01-01".parse().unwrap(),
        zone,
    };
    Command::MakeCommitment {
        text: text.to_owned(),
        schedule,
    }
}

fn told(seed: u64) -> World {
    let world = World::of_partners(seed);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let thanked = ana
        .dispatch(promise("I will call — 📞 before I am late."))
        .unwrap();
    let prompt = String::from("What did you miss?");
    let question = ben
        .dispatch(Command::StartReveal {
            prompt,
            referee: Referee::Server,
        })
        .unwrap();
    world.settle();
    block_on(ana.client().answer_reveal(question, "the walks")).unwrap();
    block_on(ben.client().answer_reveal(question, "the quiet")).unwrap();
    ben.dispatch(Command::Thank {
        on: thanked,
        text: String::from("It helped."),
    })
    .unwrap();
    world.settle();
    world
}

/// Keeps the export as the frozen one of this format, if that is asked for and the kept one is of
/// another format.
fn freeze(file: &[u8]) {
    let path = "../troth-sync/tests/vectors/export-1.txt";
    let adds = std::env::var("TROTH_VECTORS").is_ok_and(|value| value == "add");
    if adds && !verify_file(&std::fs::read(path).unwrap()).intact() {
        std::fs::write(path, file).unwrap();
    }
}

#[test]
fn an_export_is_readable_intact_and_holds_what_both_wrote() {
    let world = told(21);
    let file = block_on(world.ana.first().client().export()).unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    for words in [
        NOTICE,
        "I will call — 📞 before I am late.",
        "the walks",
        "the quiet",
        "It helped.",
    ] {
        assert!(text.contains(words), "{words}");
    }

    freeze(&file);
    let checked = verify_file(&file);
    assert_eq!(checked.broken, None);
    assert_eq!(checked.head, world.ana.first().client().health().head);
    let counted: Vec<(String, u64)> = checked
        .by
        .into_iter()
        .map(|by| (by.name, by.entries))
        .collect();
    assert_eq!(
        counted,
        [(String::from("Ana"), 3), (String::from("Ben"), 4)]
    );
}

#[test]
fn any_changed_byte_of_an_export_is_found() {
    let world = told(22);
    let file = block_on(world.ben.first().client().export()).unwrap();
    for at in (0..file.len()).step_by(file.len() / 160) {
        let mut bent = file.clone();
        bent[at] ^= 1;
        assert!(!verify_file(&bent).intact(), "byte {at}");
    }
    for length in (0..file.len()).step_by(file.len() / 40) {
        assert!(!verify_file(&file[..length]).intact(), "cut to {length}");
    }
    let longer = [file, b"more".to_vec()].concat();
    assert!(!verify_file(&longer).intact());
}

#[test]
fn after_leaving_the_record_is_still_taken_along_without_the_network() {
    let world = told(23);
    let ana = world.ana.first();
    block_on(ana.client().leave_space()).unwrap();
    world.settle();
    ana.line.cut(true);

    let checked = verify_file(&block_on(ana.client().export()).unwrap());
    assert_eq!(checked.broken, None);
}

#[test]
fn a_corrected_entry_is_taken_along_in_both_versions() {
    let world = World::of_partners(24);
    let ana = world.ana.first();
    let thanks = ana.dispatch(promise("I will cook.")).unwrap();
    world.settle();
    let thanked = Command::Thank {
        on: thanks,
        text: String::from("first words"),
    };
    let entry = world.ben.first().dispatch(thanked).unwrap();
    let corrected = Command::CorrectEntry {
        entry,
        text: String::from("second words"),
    };
    world.ben.first().dispatch(corrected).unwrap();
    world.settle();

    let file = String::from_utf8(block_on(ana.client().export()).unwrap()).unwrap();
    assert!(file.contains("first words"));
    assert!(file.contains("second words"));
}

#[test]
fn an_export_holds_nothing_of_the_vault_and_no_draft() {
    let world = told(25);
    let ana = world.ana.first();
    let text = String::from("only for me");
    block_on(
        ana.client()
            .vault_dispatch(troth_core::VaultCommand::WriteNote {
                text,
                replaces: None,
            }),
    )
    .unwrap();
    block_on(ana.client().save_draft("letter", "not sent")).unwrap();

    let file = String::from_utf8(block_on(ana.client().export()).unwrap()).unwrap();
    assert!(!file.contains("only for me"));
    assert!(!file.contains("not sent"));
}
