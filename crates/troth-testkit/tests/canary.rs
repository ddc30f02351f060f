//! Known words, written on two devices, are in nothing that the server ever gets or gives, and
//! not in the clear on a disk.

#![expect(
    clippy::expect_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use troth_core::{Command, Elements, Mark, Referee, Schedule, Settled, VaultCommand};
use troth_sync::block_on;
use troth_testkit::canary::Canaries;
use troth_testkit::people::Device;
use troth_testkit::world::World;

const WORDS: [&str; 9] = [
    "Zugvogel-prompt",
    "Zugvogel-answer-of-Ana",
    "Zugvogel-answer-of-Ben",
    "Zugvogel-act",
    "Zugvogel-promise",
    "Zugvogel-note-beside",
    "Zugvogel-name",
    "Zugvogel-vault",
    "Zugvogel-draft",
];

fn write_everything(world: &World) {
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let says = |device: &Device, command| device.dispatch(command).expect("it is taken");
    says(
        ana,
        Command::Introduce {
            name: String::from(WORDS[6]),
        },
    );
    for referee in [Referee::Server, Referee::Nobody] {
        let prompt = String::from(WORDS[0]);
        let reveal = says(ana, Command::StartReveal { prompt, referee });
        world.settle();
        block_on(ana.client().answer_reveal(reveal, WORDS[1])).expect("it is taken");
        block_on(ben.client().answer_reveal(reveal, WORDS[2])).expect("it is taken");
        world.settle();
    }
    let elements = Elements {
        act: String::from(WORDS[3]),
        ..Elements::default()
    };
    let settled = Settled::Said;
    says(
        ana,
        Command::OfferAcknowledgment {
            elements,
            settled,
            replaces: None,
        },
    );
    let schedule = Schedule::parse("FREQ=DAILY", &ben.client().now()).expect("a schedule");
    let text = String::from(WORDS[4]);
    let commitment = says(ben, Command::MakeCommitment { text, schedule });
    let note = String::from(WORDS[5]);
    says(
        ben,
        Command::MarkCommitment {
            commitment,
            occurrence: None,
            mark: Mark::Kept,
            note,
        },
    );
    let note = VaultCommand::WriteNote {
        text: String::from(WORDS[7]),
        replaces: None,
    };
    block_on(ana.client().vault_dispatch(note)).expect("it is taken");
    block_on(ana.client().save_draft("letter", WORDS[8])).expect("it is kept");
    world.clock.pass_minutes(60 * 24);
    block_on(ana.client().tick()).expect("the vault is sent");
    world.settle();
}

#[test]
fn no_word_reaches_the_server_or_lies_open_on_a_disk() {
    let world = World::of_strangers(1);
    for device in world.devices() {
        device.line.listen();
    }
    world.pair();
    write_everything(&world);

    let read = format!(
        "{:?} {:?}",
        world.ben.first().client().entries(),
        world.ben.first().client().couple()
    );
    let canaries = Canaries::of(WORDS);
    assert!(
        canaries.find_in(read.as_bytes()).is_some(),
        "the words were really written"
    );
    let people = [&world.ana, &world.ben];
    let secrets = people
        .iter()
        .flat_map(|it| [it.password.as_str(), it.words.as_str()]);
    let canaries = Canaries::of(WORDS.into_iter().chain(secrets));
    for device in world.devices() {
        let heard = device.line.heard();
        assert!(heard.len() > 30);
        assert_eq!(heard.iter().find_map(|bytes| canaries.find_in(bytes)), None);
        assert_eq!(
            device
                .disk
                .dump()
                .iter()
                .find_map(|it| canaries.find_in(it)),
            None
        );
    }
}
