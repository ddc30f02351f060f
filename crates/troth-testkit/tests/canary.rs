//! Known words, written on two devices, are in nothing that the server ever gets or gives, and
//! not in the clear on a disk.

#![expect(
    clippy::expect_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use troth_core::{Command, Elements, Mark, Referee, Schedule, Settled, VaultCommand};
use troth_sync::block_on;
use troth_sync::view::{InviteOptions, NewAccount, Pairing};
use troth_testkit::canary::Canaries;
use troth_testkit::people::{Device, TestClient};
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

/// The person who runs the server looks for the names of two people who pair over it.
#[test]
fn no_name_reaches_the_server_when_two_people_pair() {
    const NAMES: [&str; 2] = ["Zugvogel-Ana", "Zugvogel-Ben"];
    let world = World::of_strangers(2);
    let signs_up = |number, login: &str, name: &str| {
        let device = world.shop.device(number);
        device.line.listen();
        let new = NewAccount {
            login: login.to_owned(),
            name: name.to_owned(),
            password: String::from("four or five unrelated words"),
        };
        let made = block_on(TestClient::create_account(device.rim(), new));
        (device, made.expect("the account is made").0)
    };
    let (one, ana) = signs_up(7, "q7@example.org", NAMES[0]);
    let (other, ben) = signs_up(8, "w3@example.org", NAMES[1]);
    let both = || {
        for _ in 0..3 {
            for client in [&ana, &ben] {
                block_on(client.sync()).expect("the server answers");
            }
        }
    };
    let link = block_on(ana.invite(InviteOptions::default())).expect("a link");
    block_on(ben.accept(&link.link)).expect("the link is good");
    both();
    for client in [&ana, &ben] {
        block_on(client.confirm_words()).expect("there are words to compare");
    }
    both();

    assert_eq!(ana.pairing(), Pairing::Paired);
    for (client, name) in [(&ana, NAMES[1]), (&ben, NAMES[0])] {
        let shown = format!("{:?} {:?}", client.entries(), client.couple());
        assert!(shown.contains(name), "the names were really exchanged");
    }
    let canaries = Canaries::of(NAMES);
    let heard = [one.line.heard(), other.line.heard()].concat();
    assert!(heard.len() > 30);
    assert_eq!(heard.iter().find_map(|bytes| canaries.find_in(bytes)), None);
}
