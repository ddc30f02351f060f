//! What two devices of one person do at the same moment without knowing of each other.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::rc::Rc;

use troth_core::{Command, EntryId, Schedule};
use troth_sync::block_on;
use troth_sync::relay::{Answer, Method, Request};
use troth_sync::view::{Notice, VaultState};
use troth_testkit::people::{Device, TestClient};
use troth_testkit::server::{Backend, Server};
use troth_testkit::world::World;
use troth_wire::api::PutBlob;
use troth_wire::{frame, strict};

fn promise() -> Command {
    Command::MakeCommitment {
        text: String::from("I will call before I am late."),
        schedule: Schedule::ByDate {
            date: "2027-01-01".parse().unwrap(),
            zone: String::from("Europe/Vienna"),
        },
    }
}

/// Two devices of Ana that both ended a third: the server was told, the record was not yet.
fn that_ended_a_third(seed: u64) -> (World, Device) {
    let world = World::of_four_devices(seed);
    let third = world.shop.device(4);
    let third = world.ana.signs_in(third);
    third.sync().unwrap();
    world.settle();
    let sessions = block_on(world.ana.first().client().sessions()).unwrap();
    let device = third.client().me().device;
    let session = sessions.into_iter().find(|one| one.device == device);
    let id = session.unwrap().id;
    // The second call finds the session ended already; both end the device where they are.
    for device in &world.ana.devices {
        block_on(device.client().end_session(id)).unwrap();
    }
    (world, third)
}

/// Tells which of these entries a client cannot show.
fn missing(client: &TestClient, written: &[EntryId]) -> usize {
    let entries = client.entries();
    let there = |id: &&EntryId| entries.iter().any(|entry| entry.id == **id);
    written.iter().filter(|id| !there(id)).count()
}

fn both_orders(seed: u64, order: [usize; 2]) {
    let (world, mut third) = that_ended_a_third(seed);
    let mut written = Vec::new();
    for round in 0..3 {
        for index in order {
            let device = &world.ana.devices[index];
            written.push(device.dispatch(promise()).unwrap());
            let report = device.sync().unwrap();
            assert_eq!(report.alarm, None, "device {index}, round {round}");
        }
        written.push(world.ben.first().dispatch(promise()).unwrap());
        let report = world.ben.first().sync().unwrap();
        assert_eq!(report.alarm, None, "Ben, round {round}");
        // A week later there is another epoch.
        world.clock.pass_minutes(8 * 24 * 60);
    }
    world.settle();

    for device in world.devices() {
        assert_eq!(device.client().health().alarm, None);
        assert_eq!(missing(device.client(), &written), 0);
    }
    let fresh = world.shop.device(5);
    let (login, words) = (&world.ana.login, &world.ana.words);
    let recovered = TestClient::recover(fresh.rim(), login, words, "quite another secret");
    let (recovered, _) = block_on(recovered).unwrap();
    let report = block_on(recovered.sync()).unwrap();
    assert_eq!(report.alarm, None);
    assert_eq!(missing(&recovered, &written), 0);
    // What it was for: the ended device opens nothing of all that.
    let _ = third.sync();
    third.restart();
    assert_eq!(missing(third.client(), &written), written.len());
}

#[test]
fn two_devices_that_end_a_third_at_once_go_on_when_the_first_meets_the_server_first() {
    both_orders(71, [0, 1]);
}

#[test]
fn two_devices_that_end_a_third_at_once_go_on_when_the_second_meets_the_server_first() {
    both_orders(72, [1, 0]);
}

#[test]
fn two_devices_that_end_a_third_at_once_go_on_when_both_read_before_either_writes() {
    let (world, _) = that_ended_a_third(73);
    let [one, two] = [0, 1].map(|index| &world.ana.devices[index]);
    // Each syncs twice in turn, so that each meets the other's key half way.
    for device in [one, two, two, one, two, one] {
        let report = device.sync().unwrap();
        assert_eq!(report.alarm, None);
    }
    let entry = one.dispatch(promise()).unwrap();
    world.settle();
    for device in world.devices() {
        assert_eq!(missing(device.client(), &[entry]), 0);
        assert_eq!(device.client().health().alarm, None);
    }
}

/// A server on which someone with a copied session overwrites the keyring at each upload.
#[derive(Debug)]
struct Spoiling {
    truth: Rc<Server>,
}

impl Backend for Spoiling {
    fn answer(&self, line: usize, request: &Request) -> Answer {
        if request.method != Method::Put || request.path != "/v1/account/keyring" {
            return self.truth.answer(line, request);
        }
        let mut put: PutBlob = strict::decode(frame::unpad_frame(&request.body).unwrap()).unwrap();
        let spoilt = put.bytes.0.len() / 2;
        put.bytes.0[spoilt] ^= 1;
        let request = Request {
            body: frame::encode(&put),
            ..request.clone()
        };
        self.truth.answer(line, &request)
    }
}

#[test]
fn a_keyring_that_does_not_open_is_replaced_and_stops_no_device() {
    let world = World::of_four_devices(91);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let session = one.client().session_of(one.client().me().device).unwrap();
    let truth = Rc::clone(&world.server);
    two.line.lead_to(Rc::new(Spoiling { truth }));
    // The upload that names the ended device never arrives as it was sent.
    block_on(two.client().set_vault_lock("2580")).unwrap();
    two.sync().unwrap();
    two.line.lead_to(Rc::<Server>::clone(&world.server));
    for device in [one, two, one, two] {
        assert_eq!(device.sync().unwrap().alarm, None);
    }
    assert_eq!(one.client().vault_state(), VaultState::Locked);
    assert_eq!(
        one.client().session_of(one.client().me().device),
        Some(session)
    );
}

/// After a restore, one's other device seals the entry anew, and then the partner's device gives
/// the first sealing back. Seed 4134 of the simulation told this: the device that had written it
/// said that it was a copy, and took a new key.
#[test]
fn an_own_entry_that_comes_back_after_another_sealing_of_it_makes_no_copy() {
    let world = World::of_four_devices(21);
    let [ana, tablet] = [0, 1].map(|index| &world.ana.devices[index]);
    let [ben, phone] = [0, 1].map(|index| &world.ben.devices[index]);
    let backup = world.server.image();
    let written = phone.dispatch(promise()).unwrap();
    for device in [phone, ben, ana] {
        device.sync().unwrap();
    }
    world.server.restore(&backup);
    // Written on a device that never saw the entry, so it cannot go back to its place.
    tablet.dispatch(promise()).unwrap();
    tablet.sync().unwrap();
    let before = phone.client().me().device;
    for device in [ben, phone, ana, phone] {
        device.sync().unwrap();
    }
    world.settle();

    let me = phone.client().me();
    assert!(
        !me.notices.contains(&Notice::NewDeviceKey),
        "{:?}",
        me.notices
    );
    assert_eq!(me.device, before, "it keeps its key");
    for device in world.devices() {
        assert_eq!(missing(device.client(), &[written]), 0);
        assert_eq!(device.client().health().alarm, None);
    }
}
