//! What one person and two people do with the real client against the real server.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use troth_core::{Command, EntryId, Referee, Schedule};
use troth_sync::view::{InviteOptions, Pairing, VaultState};
use troth_sync::{AcceptError, DispatchError, block_on};
use troth_testkit::world::World;

fn thanks_by(date: &str) -> Command {
    Command::MakeCommitment {
        text: String::from("I will call before I am late."),
        schedule: Schedule::ByDate {
            date: date.parse().unwrap(),
            zone: String::from("Europe/Vienna"),
        },
    }
}

fn reveal(referee: Referee) -> Command {
    Command::StartReveal {
        prompt: String::from("What did you miss?"),
        referee,
    }
}

fn shown(world: &World, reveal: EntryId) -> [Vec<Option<String>>; 2] {
    [world.ana.first(), world.ben.first()].map(|device| {
        let client = device.client();
        let view = client
            .couple()
            .unwrap()
            .reveal(reveal, client.my_partner_id().unwrap())
            .unwrap();
        [view.mine, view.theirs]
            .map(|answer| answer.map(|answer| answer.text))
            .to_vec()
    })
}

#[test]
fn two_people_pair_with_the_same_six_words() {
    let world = World::of_strangers(1);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let link = block_on(ana.client().invite(InviteOptions::default())).unwrap();
    assert!(matches!(ana.client().pairing(), Pairing::Waiting { .. }));
    block_on(ben.client().accept(&link.link)).unwrap();
    assert_eq!(ben.client().pairing(), Pairing::Joining);
    assert_eq!(ben.client().words(), None, "no one has admitted him");
    world.settle();

    let words = ana.client().words();
    assert!(words.is_some());
    assert_eq!(ben.client().words(), words);
    block_on(ana.client().confirm_words()).unwrap();
    block_on(ben.client().confirm_words()).unwrap();
    world.settle();
    assert_eq!(ana.client().pairing(), Pairing::Paired);
    assert_eq!(ben.client().pairing(), Pairing::Paired);
    assert_eq!(ana.client().health().head, ben.client().health().head);
}

#[test]
fn what_is_written_offline_arrives_later_in_its_order() {
    let world = World::of_partners(2);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    ana.line.cut(true);
    let first = ana.dispatch(thanks_by("2027-01-01")).unwrap();
    let second = ana.dispatch(thanks_by("2027-02-01")).unwrap();
    assert!(ana.sync().is_err());
    assert_eq!(ana.client().health().waiting, 2);
    ana.line.cut(false);
    world.settle();

    let ids: Vec<EntryId> = ben
        .client()
        .entries()
        .iter()
        .map(|entry| entry.id)
        .collect();
    assert!(ids.ends_with(&[first, second]));
    assert_eq!(ana.client().health().waiting, 0);
    assert_eq!(ana.client().entries(), ben.client().entries());
}

#[test]
fn a_killed_process_finds_what_it_was_told_is_kept() {
    let mut world = World::of_partners(3);
    world.ana.first().line.cut(true);
    let entry = world.ana.first().dispatch(thanks_by("2027-01-01")).unwrap();
    world.ana.devices[0].restart();
    world.ana.first().line.cut(false);
    assert_eq!(world.ana.first().client().health().waiting, 1);
    world.settle();

    assert!(
        world
            .ben
            .first()
            .client()
            .entries()
            .iter()
            .any(|other| other.id == entry)
    );
}

#[test]
fn a_reveal_with_the_referee_opens_for_both_at_once() {
    let world = World::of_partners(4);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let question = ana.dispatch(reveal(Referee::Server)).unwrap();
    world.settle();
    block_on(ana.client().answer_reveal(question, "the walks")).unwrap();
    world.settle();
    assert_eq!(
        ana.client().own_answer(question).as_deref(),
        Some("the walks")
    );
    assert!(!shown(&world, question)[1].contains(&Some(String::from("the walks"))));
    block_on(ben.client().answer_reveal(question, "the quiet")).unwrap();
    world.settle();

    for answers in shown(&world, question) {
        assert!(answers.contains(&Some(String::from("the walks"))));
        assert!(answers.contains(&Some(String::from("the quiet"))));
    }
}

#[test]
fn a_reveal_without_a_referee_opens_once_both_are_bound() {
    let mut world = World::of_partners(5);
    let question = world.ben.first().dispatch(reveal(Referee::Nobody)).unwrap();
    world.settle();
    block_on(
        world
            .ana
            .first()
            .client()
            .answer_reveal(question, "the walks"),
    )
    .unwrap();
    world.ana.devices[0].restart();
    world.settle();
    assert!(!shown(&world, question)[1].contains(&Some(String::from("the walks"))));
    block_on(
        world
            .ben
            .first()
            .client()
            .answer_reveal(question, "the quiet"),
    )
    .unwrap();
    world.settle();
    world.ben.devices[0].restart();

    for answers in shown(&world, question) {
        assert!(answers.contains(&Some(String::from("the walks"))));
        assert!(answers.contains(&Some(String::from("the quiet"))));
    }
}

#[test]
fn a_second_device_reads_everything_and_writes_too() {
    let world = World::of_four_devices(6);
    let entry = world.ana.devices[1]
        .dispatch(thanks_by("2027-01-01"))
        .unwrap();
    world.settle();

    for device in world.devices() {
        assert!(
            device
                .client()
                .entries()
                .iter()
                .any(|other| other.id == entry)
        );
        assert_eq!(
            device.client().health().head,
            world.ana.first().client().health().head
        );
        assert!(block_on(device.client().verify()).unwrap().intact());
    }
    assert!(!world.ana.first().client().me().notices.is_empty());
}

#[test]
fn leaving_closes_the_space_for_both_and_both_keep_their_copy() {
    let world = World::of_partners(7);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let entry = ana.dispatch(thanks_by("2027-01-01")).unwrap();
    world.settle();
    block_on(ana.client().leave_space()).unwrap();
    assert_eq!(ana.client().pairing(), Pairing::Closed);
    world.settle();

    assert_eq!(ben.client().pairing(), Pairing::Closed);
    for device in [ana, ben] {
        assert_eq!(
            device.dispatch(thanks_by("2027-03-01")),
            Err(DispatchError::SpaceClosed)
        );
        assert!(
            device
                .client()
                .entries()
                .iter()
                .any(|other| other.id == entry)
        );
    }
    let link = block_on(ben.client().invite(InviteOptions::default())).unwrap();
    assert_eq!(
        block_on(ana.client().accept(&link.link)),
        Err(AcceptError::Gone)
    );
}

#[test]
fn words_that_differ_remove_the_other_and_raise_an_alarm() {
    let world = World::of_strangers(8);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let link = block_on(ana.client().invite(InviteOptions::default())).unwrap();
    block_on(ben.client().accept(&link.link)).unwrap();
    world.settle();
    block_on(ana.client().words_differ()).unwrap();
    assert!(ana.client().health().alarm.is_some());
    ana.sync().unwrap();
    ben.sync().unwrap();

    let alarm = ana.client().health().alarm.unwrap();
    assert_eq!(alarm.kind.code(), "words-differ");
    assert_eq!(
        ana.dispatch(thanks_by("2027-03-01")),
        Err(DispatchError::Alarm)
    );
    assert_eq!(ben.client().pairing(), Pairing::Closed);
}

#[test]
fn an_invitation_can_be_looked_at_declined_and_withdrawn() {
    let world = World::of_strangers(9);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let env = troth_testkit::people::Device::rim(ben).env;
    let first = block_on(ana.client().invite(InviteOptions::default()))
        .unwrap()
        .link;
    let look = block_on(troth_sync::look(&ben.line, env.as_ref(), &first)).unwrap();
    assert_eq!(look.from, "Ana");
    block_on(troth_sync::decline(&ben.line, env.as_ref(), &first)).unwrap();
    ana.sync().unwrap();
    assert_eq!(ana.client().pairing(), Pairing::Declined);
    let second = block_on(ana.client().invite(InviteOptions::default()))
        .unwrap()
        .link;
    assert_ne!(first, second);
    block_on(ana.client().withdraw_invitation()).unwrap();

    assert_eq!(
        block_on(ben.client().accept(&second)),
        Err(AcceptError::Gone)
    );
    assert_eq!(ben.client().pairing(), Pairing::None);
    assert_eq!(ana.client().pairing(), Pairing::None);
}

#[test]
fn a_vault_is_merged_between_two_devices_and_has_its_own_lock() {
    let world = World::of_four_devices(10);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let note = |text: &str| troth_core::VaultCommand::WriteNote {
        text: text.to_owned(),
        replaces: None,
    };
    block_on(one.client().set_vault_lock("2580")).unwrap();
    world.settle();
    assert_eq!(two.client().vault_state(), VaultState::Locked);
    block_on(one.client().vault_dispatch(note("from the first"))).unwrap();
    block_on(two.client().unlock_vault("0000")).unwrap_err();
    block_on(two.client().unlock_vault("2580")).unwrap();
    block_on(two.client().vault_dispatch(note("from the second"))).unwrap();
    for _ in 0..3 {
        for device in [one, two] {
            block_on(device.client().tick()).unwrap();
            world.clock.pass_minutes(30);
        }
    }

    for device in [one, two] {
        assert_eq!(device.client().vault().unwrap().notes().len(), 2);
        block_on(device.client().lock_vault()).unwrap();
        assert!(device.client().vault().is_none());
    }
    block_on(two.client().reset_vault_lock(&world.ana.words, "9999")).unwrap();
    assert_eq!(two.client().vault().unwrap().notes().len(), 2);
}

#[test]
fn an_account_is_opened_again_by_words_and_by_a_new_password() {
    let mut world = World::of_partners(11);
    let entry = world.ana.first().dispatch(thanks_by("2027-01-01")).unwrap();
    world.settle();
    block_on(
        world
            .ana
            .first()
            .client()
            .confirm_rehearsal(&world.ana.words),
    )
    .unwrap();
    assert!(world.ana.first().client().me().rehearsed);
    let changed = world
        .ana
        .first()
        .client()
        .change_password(&world.ana.password, "another secret");
    block_on(changed).unwrap();
    world.ana.password = String::from("another secret");
    let device = world.shop.device(1);
    world.ana.adds(device);
    world.settle();

    assert!(
        world.ana.devices[1]
            .client()
            .entries()
            .iter()
            .any(|other| other.id == entry)
    );
    let third = world.shop.device(4);
    let recovered = troth_testkit::people::TestClient::recover(
        third.rim(),
        &world.ana.login,
        &world.ana.words,
        "a third secret",
    );
    let (client, _) = block_on(recovered).unwrap();
    block_on(client.sync()).unwrap();
    assert!(client.entries().iter().any(|other| other.id == entry));
}

#[test]
fn nothing_that_is_written_rests_readable_on_the_device() {
    let world = World::of_partners(12);
    let ana = world.ana.first();
    ana.line.listen();
    ana.dispatch(reveal(Referee::Server)).unwrap();
    block_on(ana.client().save_draft("letter", "What did you miss?")).unwrap();
    world.settle();

    let needle = b"What did you miss?";
    let readable = |bytes: &Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!ana.disk.dump().iter().any(readable));
    assert!(!ana.line.heard().iter().any(readable));
    assert_eq!(
        ana.client().draft("letter").as_deref(),
        Some("What did you miss?")
    );
}

#[test]
fn nothing_that_a_client_writes_is_refused_by_an_honest_server() {
    let mut world = World::of_partners(13);
    for round in 0..6 {
        world.clock.pass_minutes(60 * 9);
        world.ana.devices[0].restart();
        world.ben.devices[0].restart();
        let (ana, ben) = (world.ana.first(), world.ben.first());
        if round % 2 == 0 {
            ana.dispatch(thanks_by("2027-01-01")).unwrap();
            ana.dispatch(thanks_by("2027-02-01")).unwrap();
        } else {
            ben.dispatch(reveal(Referee::Server)).unwrap();
        }
        for device in [ana, ben, ben, ana] {
            let report = device.sync().unwrap();
            assert_eq!(report.refused, Vec::<String>::new());
            assert_eq!(report.alarm, None);
        }
    }
}

#[test]
fn two_tabs_on_one_journal_share_one_counter() {
    let world = World::of_partners(14);
    let ana = world.ana.first();
    let tab = block_on(troth_testkit::people::TestClient::open(ana.rim())).unwrap();
    let mut written = Vec::new();
    for _ in 0..3 {
        written.push(ana.dispatch(thanks_by("2027-01-01")).unwrap());
        written.push(block_on(tab.dispatch(thanks_by("2027-02-01"))).unwrap());
        ana.sync().unwrap();
        block_on(tab.sync()).unwrap();
    }
    world.settle();
    block_on(tab.follow()).unwrap();

    let there: Vec<EntryId> = world
        .ben
        .first()
        .client()
        .entries()
        .iter()
        .map(|e| e.id)
        .collect();
    assert!(written.iter().all(|entry| there.contains(entry)));
    assert_eq!(tab.entries(), ana.client().entries());
    assert!(tab.me().notices.is_empty());
    assert!(ana.client().me().notices.is_empty());
}

#[test]
fn a_copied_device_takes_a_new_key_and_loses_nothing() {
    let world = World::of_partners(15);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let copy = world.shop.device_on(7, ana.disk.image());
    let one = ana.dispatch(thanks_by("2027-01-01")).unwrap();
    let two = copy.dispatch(thanks_by("2027-02-01")).unwrap();
    ana.sync().unwrap();
    copy.sync().unwrap();
    let three = copy.dispatch(thanks_by("2027-03-01")).unwrap();
    for _ in 0..3 {
        for device in [ana, &copy, ben] {
            device.sync().unwrap();
        }
    }

    let there: Vec<EntryId> = ben
        .client()
        .entries()
        .iter()
        .map(|entry| entry.id)
        .collect();
    assert!([one, two, three].iter().all(|entry| there.contains(entry)));
    assert_eq!(ana.client().health().head, copy.client().health().head);
    assert_ne!(ana.client().me().device, copy.client().me().device);
    for device in [ana, &copy, ben] {
        assert_eq!(device.client().health().alarm, None);
    }
}

#[test]
fn a_device_that_was_ended_writes_again_after_signing_in_again() {
    let world = World::of_four_devices(16);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let other = block_on(one.client().sessions()).unwrap();
    let other = other.into_iter().find(|session| !session.this).unwrap();
    assert_eq!(other.device, two.client().me().device);
    block_on(one.client().end_session(other.id)).unwrap();
    one.sync().unwrap();
    world.ben.first().sync().unwrap();
    let entry = two.dispatch(thanks_by("2027-01-01")).unwrap();
    assert!(two.sync().is_err());
    block_on(two.client().sign_in_again(&world.ana.password)).unwrap();
    world.settle();

    assert!(
        world
            .ben
            .first()
            .client()
            .entries()
            .iter()
            .any(|other| other.id == entry)
    );
    assert_ne!(two.client().me().device, other.device);
}

#[test]
fn a_new_device_notices_that_the_server_went_back() {
    let mut world = World::of_partners(17);
    let backup = world.server.image();
    world.ana.first().dispatch(thanks_by("2027-01-01")).unwrap();
    world.settle();
    let keyring = world.server.image();
    world.server.swap(&backup);
    drop(keyring);
    // The keyring of the old state is older too, so the device that knows more puts it back.
    let report = world.ana.first().sync().unwrap();
    assert_eq!(report.alarm.unwrap().kind.code(), "rolled-back");
    let device = world.shop.device(1);
    world.ana.adds(device);
}

#[test]
fn an_honest_restore_loses_nothing_and_is_told_once() {
    let mut world = World::of_partners(18);
    let backup = world.server.image();
    let one = world.ana.first().dispatch(thanks_by("2027-01-01")).unwrap();
    world.settle();
    let two = world.ben.first().dispatch(thanks_by("2027-02-01")).unwrap();
    world.ben.first().sync().unwrap();
    world.server.restore(&backup);
    world.settle();
    world.ana.devices[0].restart();

    for device in world.devices() {
        let there: Vec<EntryId> = device
            .client()
            .entries()
            .iter()
            .map(|entry| entry.id)
            .collect();
        assert!(there.contains(&one) && there.contains(&two));
        let told = device.client().me().notices;
        let restored = told
            .iter()
            .filter(|n| matches!(n, troth_sync::view::Notice::ServerRestored { .. }));
        assert_eq!(restored.count(), 1);
        assert_eq!(device.client().health().alarm, None);
    }
}

#[test]
fn what_leaves_the_device_does_not_depend_on_what_is_kept_in_the_vault() {
    let trace = |ratings: [u8; 10], notes: usize| {
        let world = World::of_partners(19);
        let ana = world.ana.first();
        ana.line.listen();
        let week = troth_core::Week::containing("2026-11-22".parse().unwrap());
        let rate = troth_core::VaultCommand::RateSigns { week, ratings };
        block_on(ana.client().vault_dispatch(rate)).unwrap();
        for _ in 0..notes {
            let text = String::from("I am afraid of tonight.");
            let note = troth_core::VaultCommand::WriteNote {
                text,
                replaces: None,
            };
            block_on(ana.client().vault_dispatch(note)).unwrap();
        }
        for round in 0..6 {
            if round == 3 {
                block_on(ana.client().lock_vault()).unwrap();
            }
            world.clock.pass_minutes(10);
            block_on(ana.client().tick()).unwrap();
            ana.sync().unwrap();
        }
        ana.line
            .heard()
            .iter()
            .map(Vec::len)
            .collect::<Vec<usize>>()
    };

    assert_eq!(trace([4; 10], 0), trace([0; 10], 40));
}
