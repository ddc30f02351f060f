//! A password that was changed on one device, as the person's other devices meet it.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::cell::Cell;
use std::rc::Rc;

use troth_core::{Command, EntryId, Schedule};
use troth_sync::{OpenError, SyncError, Trouble, block_on};
use troth_testkit::liar::Liar;
use troth_testkit::people::{Device, TestClient};
use troth_testkit::server::Backend;
use troth_testkit::world::World;

const NEW: &str = "quite another secret";

fn promise() -> Command {
    Command::MakeCommitment {
        text: String::from("I will call before I am late."),
        schedule: Schedule::ByDate {
            date: "2027-01-01".parse().unwrap(),
            zone: String::from("Europe/Vienna"),
        },
    }
}

/// Ana with a device that changes the password, and one that locks and has something unsent.
fn with_a_device_that_locks(seed: u64) -> (World, Device, EntryId) {
    let world = World::of_partners(seed);
    let device = world.shop.device(1).that_locks();
    let device = world.ana.signs_in(device);
    device.sync().unwrap();
    let unsent = device.dispatch(promise()).unwrap();
    (world, device, unsent)
}

fn changed(outcome: Result<impl std::fmt::Debug, SyncError>) {
    let told = SyncError::Trouble(Trouble::PasswordChanged);
    assert_eq!(outcome.map(|_| ()), Err(told));
}

/// Tells whether Ben has what the device wrote.
fn has_arrived(world: &World, unsent: EntryId) -> bool {
    world.ben.first().sync().unwrap();
    let entries = world.ben.first().client().entries();
    entries.iter().any(|entry| entry.id == unsent)
}

#[test]
fn once_it_has_synchronized_another_device_opens_with_the_new_password_only() {
    let (world, mut device, unsent) = with_a_device_that_locks(61);
    let old = world.ana.password.clone();
    block_on(world.ana.first().client().change_password(&old, NEW)).unwrap();
    // It knows nothing of it yet, and the screen says so.
    device.crash();
    device.unlock(&old).unwrap();
    changed(device.sync());
    device.crash();

    assert_eq!(device.unlock(&old), Err(OpenError::WrongPassword));
    device.unlock(NEW).unwrap();
    device.sync().unwrap();
    assert!(has_arrived(&world, unsent));
    // From now on the new one opens it without the server.
    device.crash();
    device.line.cut(true);
    assert_eq!(device.unlock(&old), Err(OpenError::WrongPassword));
    device.unlock(NEW).unwrap();
}

#[test]
fn after_a_recovery_elsewhere_the_new_password_is_enough_too() {
    let (world, mut device, unsent) = with_a_device_that_locks(62);
    let third = world.shop.device(4);
    let recovered = TestClient::recover(third.rim(), &world.ana.login, &world.ana.words, NEW);
    block_on(recovered).unwrap();
    changed(device.sync());
    device.crash();
    let old = device.unlock(&world.ana.password);
    assert_eq!(old, Err(OpenError::WrongPassword));
    device.unlock(NEW).unwrap();
    device.sync().unwrap();
    assert!(has_arrived(&world, unsent));
}

#[test]
fn a_device_signs_in_again_where_it_is_with_the_new_password() {
    let mut world = World::of_four_devices(63);
    let two = world.ana.devices.remove(1);
    let third = world.shop.device(4);
    let recovered = TestClient::recover(third.rim(), &world.ana.login, &world.ana.words, NEW);
    block_on(recovered).unwrap();
    let unsent = two.dispatch(promise()).unwrap();
    assert_eq!(
        two.sync().map(|_| ()),
        Err(SyncError::Trouble(Trouble::SignedOut))
    );
    assert!(block_on(two.client().sign_in_again(&world.ana.password)).is_err());
    block_on(two.client().sign_in_again(NEW)).unwrap();
    two.sync().unwrap();
    assert!(has_arrived(&world, unsent));
}

#[test]
fn a_device_that_went_on_after_one_change_learns_of_the_next() {
    let (world, mut device, unsent) = with_a_device_that_locks(64);
    let old = world.ana.password.clone();
    let first = world.ana.first();
    block_on(first.client().change_password(&old, NEW)).unwrap();
    changed(device.sync());
    device.crash();
    device.unlock(NEW).unwrap();
    device.sync().unwrap();
    // No one signed the first device out: the second change comes from it again.
    block_on(first.client().change_password(NEW, "a third secret")).unwrap();
    changed(device.sync());
    device.crash();
    assert_eq!(device.unlock(NEW), Err(OpenError::WrongPassword));
    device.unlock("a third secret").unwrap();
    device.sync().unwrap();
    assert!(has_arrived(&world, unsent));
}

#[test]
fn a_server_that_forges_or_repeats_the_word_locks_no_device() {
    let (world, mut device, _) = with_a_device_that_locks(65);
    let old = world.ana.password.clone();
    let first = world.ana.first();
    block_on(first.client().change_password(&old, NEW)).unwrap();
    changed(device.sync());
    device.crash();
    device.unlock(NEW).unwrap();
    device.sync().unwrap();
    // The session is refused, and asked for the word, the server repeats that of before.
    let liar = Liar::diverting(&world.server, |mut request| {
        if request.path != "/v1/password/word" {
            request.session = None;
        }
        request
    });
    let backend: Rc<dyn Backend> = liar;
    device.line.lead_to(backend);
    assert_eq!(
        device.sync().map(|_| ()),
        Err(SyncError::Trouble(Trouble::SignedOut))
    );
    device.crash();
    device.unlock(NEW).unwrap();
}

#[test]
fn a_wrong_password_changes_and_deletes_nothing() {
    let world = World::of_partners(66);
    let client = world.ana.first().client();
    assert!(block_on(client.change_password("a guess of theirs", NEW)).is_err());
    assert!(block_on(client.delete_account("a guess of theirs")).is_err());
    world.ana.first().sync().unwrap();
    block_on(client.change_password(&world.ana.password, NEW)).unwrap();
    block_on(client.delete_account(NEW)).unwrap();
}

#[test]
fn the_password_without_the_device_code_signs_nobody_in() {
    let world = World::of_partners(67);
    // An honest client ends a session at once whose slot does not open, and a thief does not: what
    // counts is whether the server ever gives one.
    let given = Rc::new(Cell::new(0));
    let count = Rc::clone(&given);
    let watched = Liar::twisting(&world.server, move |request, answer| {
        if request.path == "/v1/login/finish" && answer.status == 200 {
            count.set(count.get() + 1);
        }
        answer
    });
    let (login, password) = (&world.ana.login, &world.ana.password);
    let (wrong, right) = (&world.ben.device_code, &world.ana.device_code);
    for (number, code, sessions) in [(1, wrong, 0), (4, right, 1)] {
        let device = world.shop.device(number);
        let backend: Rc<dyn Backend> = Rc::clone(&watched) as _;
        device.line.lead_to(backend);
        let signed = block_on(TestClient::sign_in(device.rim(), login, password, code));
        assert_eq!((signed.is_ok(), given.get()), (sessions == 1, sessions));
    }
}
