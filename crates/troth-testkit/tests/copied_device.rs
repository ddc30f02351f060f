//! What somebody with a copy of a device can do, and for how long.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::rc::Rc;

use troth_core::{Command, EntryId, Schedule};
use troth_server::store::{Binding, Shown, Store as _, Stored};
use troth_sync::relay::{Answer, Method, Request};
use troth_sync::view::{AlarmKind, Notice};
use troth_sync::{DispatchError, block_on};
use troth_testkit::liar::changed;
use troth_testkit::people::Device;
use troth_testkit::server::{Backend, Server};
use troth_testkit::world::World;
use troth_wire::api::{Entries, PutBlob, PutDone};
use troth_wire::{AccountId, DeviceId, MemberId, frame, strict};

/// A way to the server for a thief who tells the owner's other devices nothing: what would go
/// into the keyring stays with the thief.
#[derive(Debug)]
struct Silent {
    truth: Rc<Server>,
}

impl Backend for Silent {
    fn answer(&self, line: usize, request: &Request) -> Answer {
        if request.method != Method::Put || request.path != "/v1/account/keyring" {
            return self.truth.answer(line, request);
        }
        let put: PutBlob = strict::decode(frame::unpad_frame(&request.body).unwrap()).unwrap();
        let done = PutDone {
            version: put.replaces + 1,
        };
        Answer {
            status: 200,
            body: frame::encode(&done),
        }
    }
}

fn promise(day: &str) -> Command {
    Command::MakeCommitment {
        text: String::from("I bring the map."),
        schedule: Schedule::ByDate {
            date: day.parse().unwrap(),
            zone: String::from("Europe/Vienna"),
        },
    }
}

/// A copy of Ana's first device, in the hands of a thief.
fn copied(world: &World) -> Device {
    let copy = world.shop.device_on(7, world.ana.first().disk.image());
    let truth = Rc::clone(&world.server);
    copy.line.lead_to(Rc::new(Silent { truth }));
    copy
}

fn alarm(device: &Device) -> Option<AlarmKind> {
    device.sync().unwrap().alarm.map(|alarm| alarm.kind)
}

fn has(device: &Device, entry: EntryId) -> bool {
    device.sync().unwrap();
    device.client().entries().iter().any(|it| it.id == entry)
}

#[test]
fn a_device_that_no_keyring_names_is_an_alarm_until_it_is_ended() {
    let world = World::of_four_devices(61);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let copy = copied(&world);
    one.dispatch(promise("2027-01-01")).unwrap();
    one.sync().unwrap();
    // The copy finds its counter taken, and certifies a key of its own with the copied root.
    copy.dispatch(promise("2027-02-01")).unwrap();
    copy.sync().unwrap();

    assert_eq!(alarm(two), Some(AlarmKind::StrangeDevice));
    assert_eq!(alarm(two), Some(AlarmKind::StrangeDevice));
    let held = two.dispatch(promise("2027-03-01"));
    assert_eq!(held, Err(DispatchError::Alarm));
    assert_eq!(alarm(world.ben.first()), None);

    block_on(two.client().sign_out_everywhere()).unwrap();
    assert_eq!(alarm(two), None);
    assert!(copy.sync().is_err());
    let entry = two.dispatch(promise("2027-04-01")).unwrap();
    two.sync().unwrap();
    assert!(has(world.ben.first(), entry));
    assert_eq!(alarm(two), None);
}

#[test]
fn a_receiving_key_that_nobody_made_is_an_alarm_and_gets_no_key() {
    let mut world = World::of_four_devices(62);
    world.ana.adds(world.shop.device(5));
    world.settle();
    let (two, three) = (&world.ana.devices[1], &world.ana.devices[2]);
    let copy = copied(&world);
    let session = block_on(two.client().sessions()).unwrap();
    let session = session.into_iter().find(|session| session.this).unwrap();
    block_on(copy.client().end_session(session.id)).unwrap();
    copy.sync().unwrap();

    assert_eq!(alarm(three), Some(AlarmKind::StrangeKey));
    block_on(three.client().sign_out_everywhere()).unwrap();
    assert_eq!(alarm(three), None);
    assert!(copy.sync().is_err());
    // The thief's epoch is not theirs to open; Ben's next one hands its key back.
    assert_eq!(alarm(world.ben.first()), None);
    let entry = three.dispatch(promise("2027-04-01")).unwrap();
    three.sync().unwrap();
    assert!(has(world.ben.first(), entry));
    assert_eq!(alarm(three), None);
}

#[test]
fn ending_a_device_that_had_to_take_a_new_key_ends_both_of_its_keys() {
    let world = World::of_four_devices(63);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let copy = world.shop.device_on(7, one.disk.image());
    one.dispatch(promise("2027-01-01")).unwrap();
    one.sync().unwrap();
    copy.dispatch(promise("2027-02-01")).unwrap();
    copy.sync().unwrap();
    let (first, second) = (one.client().me().device, copy.client().me().device);
    assert_ne!(first, second);
    assert_eq!(alarm(two), None);

    block_on(two.client().sign_out_everywhere()).unwrap();
    two.sync().unwrap();
    assert!(copy.sync().is_err() && one.sync().is_err());
    let log = world.server.log(two.client().space().unwrap());
    let ended: Vec<_> = log
        .iter()
        .filter_map(
            |placed| match troth_wire::Control::decode(&placed.envelope.body) {
                Ok(troth_wire::Control::DeviceRevoke { device }) => Some(device),
                _ => None,
            },
        )
        .collect();
    assert!(ended.contains(&first) && ended.contains(&second));
}

/// A server that says that another account asked for a place with these devices' keys.
#[derive(Debug)]
struct Asked {
    truth: Rc<Server>,
    devices: Vec<DeviceId>,
}

impl Backend for Asked {
    fn answer(&self, line: usize, request: &Request) -> Answer {
        let answer = self.truth.answer(line, request);
        if !request.path.contains("after=") {
            return answer;
        }
        let asked = self.devices.clone();
        changed::<Entries>(answer, |page| Entries { asked, ..page })
    }
}

fn asked(device: &Device) -> Vec<DeviceId> {
    let notices = device.client().me().notices;
    let asked = notices.iter().filter_map(|notice| match notice {
        Notice::ClaimRefused { device } => Some(*device),
        _ => None,
    });
    asked.collect()
}

#[test]
fn the_person_hears_once_of_each_own_device_with_whose_key_another_account_asked() {
    let world = World::of_four_devices(64);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let copied = one.client().me().device;
    let ben = world.ben.first().client().me().device;
    let server = Rc::new(Asked {
        truth: Rc::clone(&world.server),
        devices: vec![ben, copied, DeviceId([7; 16])],
    });
    for device in [one, two] {
        let server: Rc<dyn Backend> = Rc::<Asked>::clone(&server);
        device.line.lead_to(server);
        assert_eq!(alarm(device), None);
        assert_eq!(alarm(device), None);
        assert_eq!(asked(device), [copied]);
    }
    let notice = Notice::ClaimRefused { device: copied };
    block_on(one.client().dismiss_notice(&notice)).unwrap();
    assert_eq!(alarm(one), None);
    assert_eq!(asked(one), []);
    // Ending the device is an answer, too.
    let session = two.client().session_of(copied).unwrap();
    block_on(two.client().end_session(session)).unwrap();
    assert_eq!(alarm(two), None);
    assert_eq!(asked(two), []);
}

#[test]
fn after_a_restore_the_end_of_a_copied_device_puts_a_quicker_account_out() {
    let world = World::of_four_devices(65);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    let space = two.client().space().unwrap();
    let (copied, me) = (one.client().me().device, two.client().me().account);
    // A backup without Ana's binding, in which an account with her copied device was quicker.
    let backup = world.server.image();
    let member = block_on(backup.member(me, space)).unwrap().unwrap();
    let thief = AccountId([66; 16]);
    for (account, member, device) in [
        (me, MemberId([67; 16]), DeviceId([68; 16])),
        (thief, member, copied),
    ] {
        let binding = Binding {
            account,
            space,
            member,
            shown: Shown::By(device),
        };
        assert_eq!(block_on(backup.bind_member(binding)), Ok(Stored::DONE));
    }
    block_on(two.client().sign_out_everywhere()).unwrap();
    let entry = two.dispatch(promise("2027-01-01")).unwrap();
    two.sync().unwrap();
    assert!(has(world.ben.first(), entry));

    world.server.restore(&backup);
    assert_eq!(alarm(two), Some(AlarmKind::BoundToAnother));
    // Ben's device gives back what was lost, with the end of the copied device.
    assert_eq!(alarm(world.ben.first()), None);
    let bound = world.server.image();
    assert_eq!(block_on(bound.member(thief, space)), Ok(None));
    assert_eq!(alarm(two), None);
    let bound = world.server.image();
    assert_eq!(block_on(bound.member(me, space)), Ok(Some(member)));
    let after = two.dispatch(promise("2027-02-01")).unwrap();
    assert_eq!(alarm(two), None);
    assert!(has(world.ben.first(), entry) && has(world.ben.first(), after));
}
