//! A server that claims a restore from a backup to take entries away, in several forms.
//!
//! An honest restore is healed (`lying_server.rs`); here the server says the same and means
//! something else. What was verified once stays in timeline and export, and its absence is named.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::cell::Cell;
use std::rc::Rc;

use troth_core::{Command, EntryId};
use troth_sync::block_on;
use troth_sync::export::verify_file;
use troth_sync::relay::Answer;
use troth_sync::view::{Alarm, AlarmKind, Notice};
use troth_testkit::liar::{Liar, changed};
use troth_testkit::people::Device;
use troth_testkit::server::{Backend, Server};
use troth_testkit::world::World;
use troth_wire::Head;
use troth_wire::api::{Appended, Entries, GiveBack, Outcome};
use troth_wire::frame;
use troth_wire::head::Statement;

fn says(name: &str) -> Command {
    Command::Introduce {
        name: name.to_owned(),
    }
}

fn writes(device: &Device, names: &[&str]) -> Vec<EntryId> {
    let written = names
        .iter()
        .map(|name| device.dispatch(says(name)).unwrap())
        .collect();
    device.sync().unwrap();
    written
}

fn lied_to(device: &Device, liar: Rc<Liar>) {
    let backend: Rc<dyn Backend> = liar;
    device.line.lead_to(backend);
}

fn told_the_truth(device: &Device, truth: &Rc<Server>) {
    let backend: Rc<dyn Backend> = Rc::<Server>::clone(truth);
    device.line.lead_to(backend);
}

fn shown(device: &Device, entry: EntryId) -> usize {
    let entries = device.client().entries();
    entries.iter().filter(|it| it.id == entry).count()
}

/// Takes the record along, and looks whether these words are in it.
fn is_exported(device: &Device, words: &str) -> bool {
    let file = block_on(device.client().export()).unwrap();
    let verified = verify_file(&file);
    assert!(verified.intact(), "{verified:?}");
    String::from_utf8_lossy(&file).contains(words)
}

fn member(device: &Device) -> [u8; 16] {
    *device.client().my_partner_id().unwrap().as_bytes()
}

const LOST: [&str; 3] = ["never again", "nor this", "nor that"];

/// A world whose server went back.
struct SetBack {
    world: World,
    lost: Vec<EntryId>,
    /// How long the record is now.
    before: u64,
    /// How long it was.
    reached: u64,
}

/// Ben writes three entries, both have verified them, and the server goes back to before.
fn set_back(seed: u64) -> SetBack {
    let world = World::of_partners(seed);
    world.settle();
    let backup = world.server.image();
    let space = world.ana.first().client().space().unwrap();
    let before = world.server.log(space).len() as u64;
    let lost = writes(world.ben.first(), &LOST);
    world.settle();
    let reached = world.server.log(space).len() as u64;
    world.server.restore(&backup);
    SetBack {
        world,
        lost,
        before,
        reached,
    }
}

/// Checks that an alarm names the entry after a place, as Ben's, and that nothing was dropped.
fn named(device: &Device, by: &Device, place: u64, lost: &[EntryId]) -> Alarm {
    let alarm = device.client().health().alarm.unwrap();
    assert_eq!(alarm.place, Some(place));
    assert_eq!(alarm.author.unwrap().0, member(by));
    assert!(alarm.entry.is_some());
    for (entry, words) in lost.iter().zip(LOST) {
        assert_eq!(shown(device, *entry), 1, "{words} was dropped");
        assert!(is_exported(device, words), "{words} is not in the export");
    }
    alarm
}

#[test]
fn a_server_that_takes_nothing_back_is_named_with_the_entry_it_left_out() {
    let SetBack {
        mut world,
        lost,
        before,
        ..
    } = set_back(1);
    let mut ana = world.ana.devices.remove(0);
    lied_to(&ana, Liar::taking_back(&world.server, 0));
    let report = ana.sync().unwrap();
    assert_eq!(report.given_back, 0);
    let alarm = named(&ana, world.ben.first(), before + 1, &lost);
    assert_eq!(alarm.kind, AlarmKind::RolledBack);
    // Nothing tells her that all is well.
    let notices = ana.client().me().notices;
    let healed = |it: &Notice| matches!(it, Notice::ServerRestored { .. });
    assert!(!notices.iter().any(healed), "{notices:?}");
    ana.restart();
    assert_eq!(
        named(&ana, world.ben.first(), before + 1, &lost),
        alarm,
        "the alarm ended with the process"
    );
}

#[test]
fn a_server_that_takes_only_some_back_is_named_with_the_first_that_it_left_out() {
    for most in [1, 2] {
        let SetBack {
            world,
            lost,
            before,
            ..
        } = set_back(2);
        let ana = world.ana.first();
        lied_to(ana, Liar::taking_back(&world.server, most));
        ana.sync().unwrap();
        let place = before + 1 + most as u64;
        let alarm = named(ana, world.ben.first(), place, &lost);
        assert_eq!(alarm.kind, AlarmKind::RolledBack);
    }
}

#[test]
fn a_server_that_only_says_it_took_them_back_is_named() {
    let SetBack {
        world,
        lost,
        before,
        ..
    } = set_back(3);
    let ana = world.ana.first();
    let thin = Liar::taking_back(&world.server, 0);
    let truth: Rc<Server> = Rc::clone(&world.server);
    let liar = Liar::twisting(&truth, move |request, answer| {
        if !request.path.ends_with("/returned") {
            return answer;
        }
        // What the true server did with it is undone by never having asked it.
        let returned: GiveBack = frame::decode(&request.body).unwrap();
        changed::<Appended>(thin.answer(0, request), |appended| Appended {
            outcomes: (returned.after + 1..)
                .zip(&returned.entries)
                .map(|(place, it)| Outcome::Placed {
                    place,
                    head: Head::EMPTY,
                    received: it.received,
                })
                .collect(),
            ..appended
        })
    });
    // The twist comes after the truth, so the truth must not see the entries.
    let space = ana.client().space().unwrap();
    let show = Liar::showing(&world.server, space, troth_testkit::liar::Care::Careful, {
        move |mut log| {
            log.truncate(usize::try_from(before).unwrap());
            log
        }
    });
    let both = Rc::new(Both { liar, show });
    let backend: Rc<dyn Backend> = both;
    ana.line.lead_to(backend);
    assert_eq!(ana.sync().unwrap().given_back, 0, "nothing went back");
    let alarm = named(ana, world.ben.first(), before + 1, &lost);
    assert_eq!(alarm.kind, AlarmKind::RolledBack);
}

/// One liar for what is read, another for what is given back.
#[derive(Debug)]
struct Both {
    liar: Rc<Liar>,
    show: Rc<Liar>,
}

impl Backend for Both {
    fn answer(
        &self,
        line: usize,
        request: &troth_sync::relay::Request,
    ) -> troth_sync::relay::Answer {
        if request.path.ends_with("/returned") {
            self.liar.answer(line, request)
        } else {
            self.show.answer(line, request)
        }
    }
}

/// A server that says at every look that it was restored once more.
#[derive(Debug)]
struct Restless {
    truth: Rc<Server>,
    takes_nothing: Rc<Liar>,
    epoch: Cell<u32>,
}

impl Backend for Restless {
    fn answer(
        &self,
        line: usize,
        request: &troth_sync::relay::Request,
    ) -> troth_sync::relay::Answer {
        let answer = self.takes_nothing.answer(line, request);
        if !request.path.contains("after=") {
            return answer;
        }
        self.epoch.set(self.epoch.get() + 1);
        let log_epoch = self.epoch.get();
        changed::<Entries>(answer, |page| Entries {
            receipt: Statement {
                log_epoch,
                ..page.receipt.statement()
            }
            .sign(&self.truth.log_key()),
            ..page
        })
    }
}

#[test]
fn a_server_that_claims_a_restore_at_every_look_is_named_in_the_end() {
    let SetBack {
        world,
        lost,
        before,
        ..
    } = set_back(9);
    let ana = world.ana.first();
    let restless = Restless {
        truth: Rc::clone(&world.server),
        takes_nothing: Liar::taking_back(&world.server, 0),
        epoch: Cell::new(world.server.log_epoch()),
    };
    let backend: Rc<dyn Backend> = Rc::new(restless);
    ana.line.lead_to(backend);
    ana.sync().unwrap();
    let alarm = named(ana, world.ben.first(), before + 1, &lost);
    assert_eq!(alarm.kind, AlarmKind::RolledBack);
}

/// Ben lets the server forget what he wrote: server and Ben's disk go back, he writes on.
fn rewritten(seed: u64) -> (World, Vec<EntryId>, EntryId, u64) {
    let mut world = World::of_partners(seed);
    world.settle();
    let (backup, disk) = (world.server.image(), world.ben.first().disk.image());
    let space = world.ana.first().client().space().unwrap();
    let before = world.server.log(space).len() as u64;
    let lost = writes(world.ben.first(), &LOST);
    world.ana.first().sync().unwrap();
    world.server.restore(&backup);
    world.ben.devices = vec![world.shop.device_on(2, disk)];
    let other = writes(world.ben.first(), &["nothing was said"]).remove(0);
    (world, lost, other, before)
}

#[test]
fn a_restore_with_other_entries_in_the_place_of_verified_ones_is_named() {
    let (mut world, lost, other, before) = rewritten(4);
    let mut ana = world.ana.devices.remove(0);
    let report = ana.sync().unwrap();
    let alarm = named(&ana, world.ben.first(), before + 1, &lost);
    assert_eq!(alarm.kind, AlarmKind::NotBack);
    assert_eq!(report.alarm, Some(alarm.clone()));
    assert_eq!(shown(&ana, other), 1);
    ana.restart();
    assert_eq!(named(&ana, world.ben.first(), before + 1, &lost), alarm);
    // It stands for as long as they are not back, and nothing else stops for it.
    writes(&ana, &["I have it still"]);
    world.ben.first().sync().unwrap();
    ana.sync().unwrap();
    assert_eq!(named(&ana, world.ben.first(), before + 1, &lost), alarm);
}

#[test]
fn the_export_of_a_lost_entry_is_no_place_to_put_words_into() {
    let (world, _, _, _) = rewritten(5);
    let ana = world.ana.first();
    ana.sync().unwrap();
    let file = block_on(ana.client().export()).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(text.contains("never again"));
    let changed = text.replacen("never again", "never agaim", 1);
    assert!(!verify_file(changed.as_bytes()).intact());
}

#[test]
fn what_others_wrote_before_it_was_back_is_healed_and_the_alarm_ends() {
    let mut world = World::of_partners(6);
    let second = world.shop.device(1);
    world.ana.adds(second);
    world.settle();
    let backup = world.server.image();
    // What Ben writes after this names a head that is gone with it.
    writes(world.ben.first(), &["first of all"]);
    let lost = writes(world.ben.first(), &LOST);
    let (first, second) = (&world.ana.devices[0], &world.ana.devices[1]);
    first.sync().unwrap();
    world.server.restore(&backup);
    // This device never saw them, and writes where they were.
    writes(second, &["meanwhile"]);
    first.sync().unwrap();
    let alarm = first.client().health().alarm.unwrap();
    assert_eq!(alarm.kind, AlarmKind::NotBack);
    assert!(lost.iter().all(|entry| shown(first, *entry) == 1));
    assert!(is_exported(first, "never again"));
    world.settle();
    for device in world.devices() {
        assert_eq!(device.client().health().alarm, None);
        assert!(lost.iter().all(|entry| shown(device, *entry) == 1));
    }
}

/// Lets a device put its keyring back and reach nothing else.
fn only_the_keyring_goes_back(world: &World, device: &Device) {
    let liar = Liar::twisting(&world.server, |request, answer| {
        match request.path.as_str() {
            path if path.contains("/spaces/") => Answer {
                status: 503,
                ..answer
            },
            _ => answer,
        }
    });
    lied_to(device, liar);
    assert!(device.sync().is_err(), "nothing else was reached");
    told_the_truth(device, &world.server);
}

#[test]
fn a_new_device_that_knows_how_far_the_record_went_names_a_restore() {
    let SetBack { world, reached, .. } = set_back(7);
    only_the_keyring_goes_back(&world, world.ana.first());
    let mut fresh = world.ana.signs_in(world.shop.device(1));
    let report = fresh.sync().unwrap();
    let alarm = report.alarm.unwrap();
    assert_eq!(alarm.kind, AlarmKind::NotBack);
    assert_eq!(alarm.place, Some(reached));
    fresh.restart();
    assert_eq!(fresh.client().health().alarm, Some(alarm));
}

#[test]
fn on_a_new_device_the_alarm_ends_when_another_has_seen_everything_back() {
    let SetBack {
        mut world, lost, ..
    } = set_back(10);
    only_the_keyring_goes_back(&world, world.ana.first());
    let fresh = world.ana.signs_in(world.shop.device(1));
    fresh.sync().unwrap();
    world.ana.devices.push(fresh);
    assert!(world.ana.devices[1].client().health().alarm.is_some());
    world.settle();
    for device in world.devices() {
        assert_eq!(device.client().health().alarm, None);
        assert!(lost.iter().all(|entry| shown(device, *entry) == 1));
    }
}

#[test]
fn what_is_given_back_keeps_place_minute_and_head() {
    let SetBack {
        world,
        lost,
        before: kept,
        reached,
    } = set_back(8);
    let ana = world.ana.first();
    let minutes = |device: &Device| -> Vec<(u64, u64)> {
        let entries = device.client().entries();
        let entries = entries.iter().filter(|it| lost.contains(&it.id));
        entries.map(|it| (it.place, it.received_minute)).collect()
    };
    let (before, head) = (minutes(ana), ana.client().health().head);
    world.clock.pass_minutes(90);
    let report = ana.sync().unwrap();
    let given_back = usize::try_from(reached - kept).unwrap();
    assert_eq!((report.alarm, report.given_back), (None, given_back));
    assert_eq!((minutes(ana), ana.client().health().head), (before, head));
    let fresh = world.ana.signs_in(world.shop.device(1));
    fresh.sync().unwrap();
    assert_eq!(minutes(&fresh), minutes(ana));
}
