//! A person comes back on a device whose session is over: what waited is still there, and is sent.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use troth_core::{Command, EntryId, Schedule, VaultCommand};
use troth_sync::relay::Method;
use troth_sync::view::{Keeping, Standing};
use troth_sync::{OpenError, Rim, SignInError, SignOutError, Trouble, block_on};
use troth_testkit::disk::Disk;
use troth_testkit::line::{Line, Watcher};
use troth_testkit::people::{Device, Person, TestClient};
use troth_testkit::world::World;

const NEW: &str = "a password made elsewhere";

fn promise(text: &str) -> Command {
    let zone = String::from("Europe/Vienna");
    let date = "2027-01-01".parse().unwrap();
    Command::MakeCommitment {
        text: text.to_owned(),
        schedule: Schedule::ByDate { date, zone },
    }
}

fn note(text: &str) -> VaultCommand {
    let text = text.to_owned();
    VaultCommand::WriteNote {
        text,
        replaces: None,
    }
}

/// A rim as the browser has it: the password opens what is kept.
fn locking(device: &Device) -> Rim<Disk, Line> {
    Rim {
        keeping: Keeping::Locked,
        ..device.rim()
    }
}

/// How often an entry is in the partner's record.
fn times_read(world: &World, entry: EntryId) -> usize {
    let entries = world.ben.first().client().entries();
    entries.iter().filter(|other| other.id == entry).count()
}

/// Signs the person in on a browser of their own, where a password locks what is kept.
fn browser(world: &World, number: usize) -> (Device, TestClient) {
    let device = world.shop.device(number);
    let ana = &world.ana;
    let signed = TestClient::sign_in(
        locking(&device),
        &ana.login,
        &ana.password,
        &ana.device_code,
    );
    (device, block_on(signed).unwrap())
}

fn change_password(person: &Person) {
    let client = person.first().client();
    block_on(client.change_password(&person.password, NEW)).unwrap();
}

#[test]
fn a_browser_that_never_heard_of_the_new_password_opens_with_it_and_sends_what_waited() {
    let world = World::of_partners(301);
    let (device, client) = browser(&world, 5);
    block_on(client.sync()).unwrap();
    device.line.cut(true);
    let entry = block_on(client.dispatch(promise("written before"))).unwrap();
    block_on(client.save_draft("letter", "half a sentence")).unwrap();
    client.lock();
    device.line.cut(false);
    change_password(&world.ana);

    assert_eq!(
        block_on(TestClient::standing(&device.disk)),
        Ok(Standing::Locked)
    );
    assert_eq!(block_on(TestClient::unsent_at_rest(&device.disk)), Ok(2));
    let (login, code) = (&world.ana.login, &world.ana.device_code);
    let client = block_on(TestClient::sign_in(locking(&device), login, NEW, code)).unwrap();
    assert_eq!(client.draft("letter").as_deref(), Some("half a sentence"));
    block_on(client.sync()).unwrap();
    world.settle();
    assert_eq!(times_read(&world, entry), 1);

    // From now on the new password opens this device, without a network, and the old one does not.
    client.lock();
    device.line.cut(true);
    let old = block_on(TestClient::unlock(locking(&device), &world.ana.password));
    assert_eq!(old.err(), Some(OpenError::WrongPassword));
    let open = block_on(TestClient::unlock(locking(&device), NEW)).unwrap();
    assert_eq!(open.unsent().entries, 0);
}

#[test]
fn a_browser_that_is_open_takes_the_new_password_and_forgets_the_old_one() {
    let world = World::of_partners(302);
    let (device, client) = browser(&world, 5);
    block_on(client.sync()).unwrap();
    let entry = block_on(client.dispatch(promise("written meanwhile"))).unwrap();
    change_password(&world.ana);
    assert!(block_on(client.sync()).is_err());

    let wrong = block_on(client.sign_in_again(&world.ana.password));
    assert_eq!(wrong, Err(SignInError::Wrong));
    assert_eq!(client.unsent().entries, 1);
    block_on(client.sign_in_again(NEW)).unwrap();
    block_on(client.sync()).unwrap();
    world.settle();
    assert_eq!(times_read(&world, entry), 1);
    client.lock();
    let old = block_on(TestClient::unlock(locking(&device), &world.ana.password));
    assert_eq!(old.err(), Some(OpenError::WrongPassword));
    assert!(block_on(TestClient::unlock(locking(&device), NEW)).is_ok());
}

#[test]
fn another_account_does_not_open_what_a_browser_keeps() {
    let world = World::of_partners(303);
    let (device, client) = browser(&world, 5);
    device.line.cut(true);
    block_on(client.dispatch(promise("still here"))).unwrap();
    client.lock();
    device.line.cut(false);

    let ben = &world.ben;
    let came = TestClient::sign_in(
        locking(&device),
        &ben.login,
        &ben.password,
        &ben.device_code,
    );
    assert_eq!(block_on(came).err(), Some(SignInError::OtherAccount));
    let recovered = TestClient::recover(locking(&device), &ben.login, &ben.words, NEW);
    assert_eq!(
        block_on(recovered).err(),
        Some(troth_sync::RecoverError::OtherAccount)
    );
    // Ben's password is as it was, and no session stayed.
    let sessions = block_on(ben.first().client().sessions()).unwrap();
    assert_eq!(sessions.len(), 1);
    let open = block_on(TestClient::unlock(locking(&device), &world.ana.password)).unwrap();
    assert_eq!(open.unsent().entries, 1);
}

#[test]
fn what_the_server_took_before_the_device_was_ended_is_not_written_twice() {
    let world = World::of_four_devices(304);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let entry = two
        .dispatch(promise("sent, and the answer got lost"))
        .unwrap();
    let line = two.line.clone();
    two.line.watch(Watcher::new(move |_, request, _| {
        if request.method == Method::Post && request.path.ends_with("/entries") {
            line.cut(true);
        }
    }));
    assert!(two.sync().is_err());
    two.line.watch(Watcher::default());
    two.line.cut(false);
    let second = two.dispatch(promise("never left")).unwrap();
    let sessions = block_on(one.client().sessions()).unwrap();
    let other = sessions.into_iter().find(|session| !session.this).unwrap();
    block_on(one.client().end_session(other.id)).unwrap();
    one.sync().unwrap();
    world.ben.first().sync().unwrap();
    assert!(two.sync().is_err());

    block_on(two.client().sign_in_again(&world.ana.password)).unwrap();
    world.settle();
    assert_eq!(times_read(&world, entry), 1);
    assert_eq!(times_read(&world, second), 1);
    assert_ne!(two.client().me().device, other.device);
    assert_eq!(two.client().unsent().count(), 0);
    for device in world.devices() {
        assert_eq!(device.client().health().alarm, None);
    }
}

#[test]
fn a_server_that_came_back_from_a_backup_without_the_session_is_signed_in_to_again() {
    let mut world = World::of_partners(305);
    let backup = world.server.image();
    let phone = world.shop.device(1);
    world.ana.adds(phone);
    world.settle();
    let phone = &world.ana.devices[1];
    world.server.restore(&backup);
    let entry = phone.dispatch(promise("after the restore")).unwrap();
    assert!(phone.sync().is_err());

    let before = phone.client().me().device;
    block_on(phone.client().sign_in_again(&world.ana.password)).unwrap();
    world.settle();
    assert_eq!(times_read(&world, entry), 1);
    assert_eq!(phone.client().me().device, before);
}

#[test]
fn signing_out_sends_first_and_removes_nothing_that_is_left() {
    let world = World::of_partners(306);
    let ana = world.ana.first();
    ana.line.cut(true);
    ana.dispatch(promise("in the tunnel")).unwrap();
    block_on(ana.client().vault_dispatch(note("for me alone"))).unwrap();
    block_on(ana.client().save_draft("letter", "half")).unwrap();
    block_on(ana.client().save_draft("~read", "ids")).unwrap();
    let refused = block_on(ana.client().sign_out()).unwrap_err();
    let SignOutError::Unsent { unsent, why } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((unsent.entries, unsent.private, unsent.drafts), (1, 1, 1));
    assert!(why.is_some_and(|why| why.is_offline()));

    ana.line.cut(false);
    let refused = block_on(ana.client().sign_out()).unwrap_err();
    let SignOutError::Unsent { unsent, why } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((unsent.count(), unsent.drafts, why), (1, 1, None));
    block_on(ana.client().drop_draft("letter")).unwrap();
    block_on(ana.client().sign_out()).unwrap();
    assert_eq!(
        block_on(TestClient::standing(&ana.disk)),
        Ok(Standing::Empty)
    );
    let phone = world.ana.signs_in(world.shop.device(1));
    let notes = phone.client().vault().unwrap().notes();
    assert_eq!(notes.len(), 1);
}

#[test]
fn a_session_that_is_over_is_named_at_once_and_every_time() {
    let world = World::of_four_devices(307);
    let two = &world.ana.devices[1];
    change_password(&world.ana);
    for _ in 0..2 {
        assert_eq!(
            two.sync().unwrap_err(),
            troth_sync::SyncError::Trouble(Trouble::SignedOut)
        );
    }
    let refused = {
        two.dispatch(promise("kept")).unwrap();
        block_on(two.client().sign_out()).unwrap_err()
    };
    let SignOutError::Unsent { why, .. } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(why, Some(Trouble::SignedOut));
}
