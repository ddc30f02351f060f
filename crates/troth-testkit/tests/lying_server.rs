//! One test for each lie of a server: it is named, it stops the record, and nothing wrong is shown.
//!
//! The lies and when they must be noticed are listed in `docs/testing.md`.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::rc::Rc;

use troth_core::{Command, EntryId};
use troth_sync::view::{Alarm, AlarmKind, Notice};
use troth_sync::{DispatchError, SyncError, block_on};
use troth_testkit::liar::{Care, Liar, changed, renumbered};
use troth_testkit::people::Device;
use troth_testkit::server::{Backend, Server};
use troth_testkit::world::World;
use troth_wire::api::Entries;
use troth_wire::control::Control;
use troth_wire::head::Statement;
use troth_wire::{Head, Header, Kind, Placed, Receipt, strict};

const BOTH: [Care; 2] = [Care::Careful, Care::Careless];

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

/// Leads a device to a server that shows it another record.
fn lied_to(
    world: &World,
    device: &Device,
    care: Care,
    show: impl Fn(Vec<Placed>) -> Vec<Placed> + 'static,
) {
    let space = device.client().space().unwrap();
    let liar: Rc<dyn Backend> = Liar::showing(&world.server, space, care, show);
    device.line.lead_to(liar);
}

/// Synchronises with a liar, and checks that the alarm stands, also after a restart, that
/// nothing more is written, and that all that is shown is true.
fn alarmed(world: &World, device: &mut Device) -> Alarm {
    let known = device.client().entries();
    let report = device.sync().unwrap();
    let alarm = report
        .alarm
        .clone()
        .unwrap_or_else(|| panic!("the lie is not noticed: {report:?}"));
    assert_eq!(device.client().health().alarm, Some(alarm.clone()));
    device.restart();
    assert_eq!(device.client().health().alarm, Some(alarm.clone()));
    assert!(matches!(
        device.dispatch(says("more")),
        Err(DispatchError::Alarm)
    ));

    let space = device.client().space().unwrap();
    let truth: Vec<_> = world
        .server
        .log(space)
        .iter()
        .map(|it| it.envelope.id())
        .collect();
    for entry in device
        .client()
        .entries()
        .into_iter()
        .filter(|it| it.place > 0)
    {
        let envelope = device.client().envelope_at(entry.place).unwrap();
        assert!(truth.contains(&envelope) || known.contains(&entry));
    }
    assert_eq!(
        block_on(device.client().export()).map(|file| file.is_empty()),
        Ok(false)
    );
    alarm
}

/// Ana writes three entries; Ben is shown the record changed by `lie`, which is told how many
/// entries there were before.
fn told_of_three(lie: fn(&mut Vec<Placed>, usize), care: Care) -> Alarm {
    let mut world = World::of_partners(1);
    let before = world
        .server
        .log(world.ana.first().client().space().unwrap())
        .len();
    writes(world.ana.first(), &["one", "two", "three"]);
    let ben = world.ben.devices.remove(0);
    lied_to(&world, &ben, care, move |mut log| {
        lie(&mut log, before);
        log
    });
    let mut ben = ben;
    alarmed(&world, &mut ben)
}

#[test]
fn an_entry_that_is_dropped_is_missed_at_the_next_of_its_device() {
    for care in BOTH {
        let alarm = told_of_three(|log, n| drop(log.remove(n + 1)), care);
        assert_eq!(alarm.kind, AlarmKind::Dropped);
    }
}

#[test]
fn an_entry_that_comes_twice_is_named() {
    for care in BOTH {
        let alarm = told_of_three(|log, n| log.insert(n + 1, log[n].clone()), care);
        assert_eq!(alarm.kind, AlarmKind::Doubled);
    }
}

#[test]
fn an_old_entry_that_comes_again_is_named() {
    for care in BOTH {
        let alarm = told_of_three(|log, n| log.insert(n + 1, log[n - 1].clone()), care);
        assert_eq!(alarm.kind, AlarmKind::Doubled);
    }
}

#[test]
fn entries_of_one_device_in_another_order_are_named() {
    let alarm = told_of_three(|log, n| log.swap(n, n + 1), Care::Careful);
    assert_eq!(alarm.kind, AlarmKind::Reordered);
}

#[test]
fn an_answer_shown_before_what_it_answers_is_named() {
    let mut world = World::of_four_devices(2);
    let space = world.ana.first().client().space().unwrap();
    let before = world.server.log(space).len();
    writes(world.ana.first(), &["question"]);
    world.ben.first().sync().unwrap();
    writes(world.ben.first(), &["answer"]);
    let mut second = world.ana.devices.remove(1);
    lied_to(&world, &second, Care::Careful, move |mut log| {
        log.swap(before, before + 1);
        log
    });
    assert_eq!(alarmed(&world, &mut second).kind, AlarmKind::Reordered);
}

#[test]
fn a_changed_byte_is_named_wherever_it_is() {
    let lies: [fn(&mut Vec<Placed>, usize); 3] = [
        |log, n| log[n].envelope.body[40] ^= 1,
        |log, n| log[n].envelope.sig.0[3] ^= 1,
        |log, n| {
            let length = log[n].envelope.header.len();
            log[n].envelope.header[length - 1] ^= 1;
        },
    ];
    for lie in lies {
        for care in BOTH {
            assert_eq!(told_of_three(lie, care).kind, AlarmKind::Altered);
        }
    }
}

/// Tells Ben of another minute for Ana's second entry of three.
fn told_another_minute(change: fn(u64) -> u64) -> Alarm {
    let mut world = World::of_partners(1);
    writes(world.ana.first(), &["one", "two", "three"]);
    let mut ben = world.ben.devices.remove(0);
    lied_to(&world, &ben, Care::Careless, move |mut log| {
        let placed = log.iter_mut().nth_back(1).unwrap();
        placed.received = change(placed.received);
        log
    });
    alarmed(&world, &mut ben)
}

#[test]
fn another_minute_than_the_one_of_acceptance_is_named() {
    let later = told_another_minute(|minute| minute + 60);
    assert_eq!(later.kind, AlarmKind::Forked);
    let earlier = told_another_minute(|minute| minute - 60);
    assert_eq!(earlier.kind, AlarmKind::Altered);
}

#[test]
fn two_minutes_for_two_people_are_two_records() {
    // A careful liar tells Ben another minute and signs heads that fit it.
    let mut world = World::of_partners(1);
    let space = world.ana.first().client().space().unwrap();
    let before = world.server.log(space).len();
    writes(world.ana.first(), &["one", "two"]);
    let mut ben = world.ben.devices.remove(0);
    lied_to(&world, &ben, Care::Careful, move |mut log| {
        for placed in log.iter_mut().skip(before) {
            placed.received += 60;
        }
        log
    });
    assert_eq!(ben.sync().unwrap().alarm, None);
    let phrase = |device: &Device| device.client().health().head.unwrap().phrase;
    assert_ne!(phrase(world.ana.first()), phrase(&ben));
    // Ana's next entry names the head that she saw.
    writes(world.ana.first(), &["three"]);
    assert_eq!(alarmed(&world, &mut ben).kind, AlarmKind::Forked);
}

#[test]
fn an_entry_of_another_space_is_named() {
    let other = World::of_partners(77);
    let stranger = other.ana.first();
    writes(stranger, &["elsewhere"]);
    let moved = other
        .server
        .log(stranger.client().space().unwrap())
        .pop()
        .unwrap();

    let mut world = World::of_partners(1);
    let mut ben = world.ben.devices.remove(0);
    lied_to(&world, &ben, Care::Careful, move |mut log| {
        log.push(moved.clone());
        log
    });
    let kind = alarmed(&world, &mut ben).kind;
    assert!(
        matches!(kind, AlarmKind::Altered | AlarmKind::StrangeMember),
        "{kind:?}"
    );
}

#[test]
fn an_older_state_is_named_at_once_on_a_device_that_saw_more() {
    for care in BOTH {
        let mut world = World::of_partners(1);
        writes(world.ana.first(), &["one", "two"]);
        let mut ben = world.ben.devices.remove(0);
        ben.sync().unwrap();
        lied_to(&world, &ben, care, |mut log| {
            log.pop();
            log
        });
        assert_eq!(alarmed(&world, &mut ben).kind, AlarmKind::RolledBack);
    }
}

#[test]
fn an_older_state_is_named_on_a_new_device_by_the_keyring() {
    let world = World::of_partners(1);
    writes(world.ana.first(), &["one", "two"]);
    world.settle();
    let fresh = world.shop.device(1);
    let space = world.ana.first().client().space().unwrap();
    let liar = Liar::showing(&world.server, space, Care::Careful, |mut log| {
        log.truncate(log.len() - 1);
        log
    });
    let backend: Rc<dyn Backend> = liar;
    fresh.line.lead_to(backend);
    let mut fresh = world.ana.signs_in(fresh);
    assert_eq!(alarmed(&world, &mut fresh).kind, AlarmKind::RolledBack);
}

#[test]
fn an_own_entry_that_was_taken_and_is_not_there_is_named() {
    let mut world = World::of_partners(1);
    let mut ben = world.ben.devices.remove(0);
    let before = world.server.log(ben.client().space().unwrap()).len();
    ben.dispatch(says("kept?")).unwrap();
    lied_to(&world, &ben, Care::Careful, move |mut log| {
        log.truncate(before);
        log
    });
    let kind = alarmed(&world, &mut ben).kind;
    assert!(
        matches!(kind, AlarmKind::Dropped | AlarmKind::RolledBack),
        "{kind:?}"
    );
}

#[test]
fn a_hidden_end_is_named_when_the_next_entry_builds_on_it() {
    let mut world = World::of_four_devices(3);
    let space = world.ana.first().client().space().unwrap();
    let before = world.server.log(space).len();
    writes(world.ana.first(), &["hidden"]);
    // So far Ben misses nothing: what he is shown is a true beginning.
    let mut ben = world.ben.devices.remove(0);
    lied_to(&world, &ben, Care::Careful, move |mut log| {
        if log.len() > before {
            log.remove(before);
        }
        log
    });
    assert_eq!(ben.sync().unwrap().alarm, None);
    // Ana's other device has seen the hidden entry, and says so in its next one.
    world.ana.devices[1].sync().unwrap();
    writes(&world.ana.devices[1], &["built on it"]);
    let kind = alarmed(&world, &mut ben).kind;
    assert!(
        matches!(kind, AlarmKind::Dropped | AlarmKind::Forked),
        "{kind:?}"
    );
}

#[test]
fn what_the_partner_confirmed_last_is_shown() {
    let world = World::of_partners(1);
    let confirmed = || {
        world
            .ana
            .first()
            .client()
            .health()
            .partner_last_confirmed
            .unwrap()
    };
    let earlier = confirmed();
    world.clock.pass_minutes(60 * 24 * 3);
    writes(world.ana.first(), &["is anybody there?"]);
    assert_eq!(confirmed(), earlier);
    world.settle();
    assert!(confirmed() > earlier);
}

#[test]
fn two_people_with_two_records_are_told_at_the_first_crossing() {
    let mut world = World::of_partners(4);
    let image = world.server.image();
    let other = Server::start_on(image, world.clock.clone(), world.chance.branch());
    let other = Rc::new(other);
    let mut ben = world.ben.devices.remove(0);
    let backend: Rc<dyn Backend> = Rc::<Server>::clone(&other);
    ben.line.lead_to(backend);
    writes(world.ana.first(), &["for Ana's record"]);
    writes(&ben, &["for Ben's record"]);

    // Ana's next entry, shown to Ben behind his own.
    let space = ben.client().space().unwrap();
    writes(world.ana.first(), &["crossing"]);
    let crossing = world.server.log(space).pop().unwrap();
    let liar = Liar::showing(&other, space, Care::Careful, move |mut log| {
        log.push(crossing.clone());
        log
    });
    let backend: Rc<dyn Backend> = liar;
    ben.line.lead_to(backend);
    let report = ben.sync().unwrap();
    let kind = report.alarm.unwrap().kind;
    assert!(
        matches!(kind, AlarmKind::Forked | AlarmKind::Dropped),
        "{kind:?}"
    );

    // And the five words that both read aloud have differed since the fork.
    let phrase = |device: &Device| device.client().health().head.unwrap().phrase;
    assert_ne!(phrase(world.ana.first()), phrase(&ben));
    ben.restart();
    assert!(ben.client().health().alarm.is_some());
}

#[test]
fn a_record_that_is_exchanged_for_another_is_named() {
    let mut world = World::of_partners(4);
    let image = world.server.image();
    let other = Server::start_on(image, world.clock.clone(), world.chance.branch());
    let other = Rc::new(other);
    writes(world.ana.first(), &["for Ana's record"]);
    let mut ben = world.ben.devices.remove(0);
    let backend: Rc<dyn Backend> = Rc::<Server>::clone(&other);
    ben.line.lead_to(backend);
    writes(&ben, &["for Ben's record"]);
    let backend: Rc<dyn Backend> = Rc::<Server>::clone(&world.server);
    ben.line.lead_to(backend);
    let kind = alarmed(&world, &mut ben).kind;
    assert!(
        matches!(kind, AlarmKind::Forked | AlarmKind::Equivocated),
        "{kind:?}"
    );
}

#[test]
fn two_signed_heads_for_one_place_are_kept_as_proof() {
    let mut world = World::of_partners(1);
    let mut ben = world.ben.devices.remove(0);
    ben.sync().unwrap();
    let key = world.server.log_key();
    let liar = Liar::twisting(&world.server, move |request, answer| {
        if !request.path.contains("after=") {
            return answer;
        }
        changed::<Entries>(answer, |page| {
            let head = Head([9; 32]);
            let receipt = Statement {
                head,
                ..page.receipt.statement()
            }
            .sign(&key);
            Entries { receipt, ..page }
        })
    });
    let backend: Rc<dyn Backend> = liar;
    ben.line.lead_to(backend);
    let alarm = alarmed(&world, &mut ben);
    assert_eq!(alarm.kind, AlarmKind::Equivocated);
    let (known, told): (Option<Receipt>, Receipt) = strict::decode(&alarm.proof).unwrap();
    assert!(known.unwrap().contradicts(&told));
}

#[test]
fn a_receipt_that_another_key_signed_is_named() {
    let mut world = World::of_partners(1);
    let mut ben = world.ben.devices.remove(0);
    let key = World::of_strangers(99).server.log_key();
    let liar = Liar::twisting(&world.server, move |_, answer| {
        changed::<Entries>(answer, |page| {
            let receipt = page.receipt.statement().sign(&key);
            Entries { receipt, ..page }
        })
    });
    let backend: Rc<dyn Backend> = liar;
    ben.line.lead_to(backend);
    assert_eq!(alarmed(&world, &mut ben).kind, AlarmKind::Altered);
}

#[test]
fn a_member_whom_nobody_admitted_is_named() {
    // The stranger has real keys and a real record of their own; only nobody asked them in.
    let other = World::of_strangers(55);
    let stranger = other.ana.first();
    block_on(stranger.client().invite(Default::default())).unwrap();
    let begun = other
        .server
        .log(stranger.client().space().unwrap())
        .remove(0);

    let mut world = World::of_partners(1);
    let mut ben = world.ben.devices.remove(0);
    let log = world.server.log(ben.client().space().unwrap());
    let (place, head) = log.last().map(|last| (last.place, last.head)).unwrap();
    let mut header = Header::decode(&begun.envelope.header).unwrap();
    header.space = ben.client().space().unwrap();
    (header.seen_place, header.seen_head) = (place, head);
    let forged = Placed {
        envelope: troth_wire::Envelope {
            header: header.encode(),
            ..begun.envelope.clone()
        },
        ..begun
    };
    lied_to(&world, &ben, Care::Careful, move |mut log| {
        log.push(forged.clone());
        log
    });
    let kind = alarmed(&world, &mut ben).kind;
    assert!(
        matches!(kind, AlarmKind::StrangeMember | AlarmKind::Altered),
        "{kind:?}"
    );
}

fn is_removal(placed: &Placed) -> bool {
    let header = Header::decode(&placed.envelope.header).unwrap();
    header.kind == Kind::Control
        && matches!(
            Control::decode(&placed.envelope.body),
            Ok(Control::DeviceRevoke { .. })
        )
}

/// Ana ends her second device, and writes on.
fn with_a_device_ended(seed: u64) -> (World, Device) {
    let mut world = World::of_four_devices(seed);
    let lost = world.ana.devices.remove(1);
    let ana = world.ana.first();
    let sessions = block_on(ana.client().sessions()).unwrap();
    let session = sessions
        .iter()
        .find(|it| it.device == lost.client().me().device)
        .unwrap();
    block_on(ana.client().end_session(session.id)).unwrap();
    ana.sync().unwrap();
    writes(ana, &["not for the lost device"]);
    (world, lost)
}

#[test]
fn a_withheld_removal_is_named_at_the_next_entry() {
    for care in BOTH {
        let (mut world, _) = with_a_device_ended(5);
        let mut ben = world.ben.devices.remove(0);
        lied_to(&world, &ben, care, |log| {
            log.into_iter().filter(|it| !is_removal(it)).collect()
        });
        let kind = alarmed(&world, &mut ben).kind;
        let expected = [
            AlarmKind::Dropped,
            AlarmKind::RemovalWithheld,
            AlarmKind::Forked,
        ];
        assert!(expected.contains(&kind), "{kind:?}");
    }
}

#[test]
fn a_withheld_new_epoch_is_named_at_the_next_entry() {
    let (mut world, _) = with_a_device_ended(5);
    let mut ben = world.ben.devices.remove(0);
    lied_to(&world, &ben, Care::Careful, |log| {
        let commits = |it: &Placed| {
            matches!(
                Control::decode(&it.envelope.body),
                Ok(Control::EpochCommit(_))
            )
        };
        let newest = log.iter().rposition(commits).unwrap();
        let mut log = log;
        log.remove(newest);
        log
    });
    let kind = alarmed(&world, &mut ben).kind;
    let expected = [
        AlarmKind::Dropped,
        AlarmKind::RemovalWithheld,
        AlarmKind::Forked,
    ];
    assert!(expected.contains(&kind), "{kind:?}");
}

#[test]
fn a_removed_device_that_the_server_still_serves_reads_nothing_new() {
    let (world, mut lost) = with_a_device_ended(6);
    let session = std::rc::Rc::new(std::cell::RefCell::new(None));
    let heard = Rc::clone(&session);
    let watch = troth_testkit::line::Watcher::new(move |_, request, _| {
        *heard.borrow_mut() = request.session.clone();
    });
    world.ana.first().line.watch(watch);
    world.ana.first().sync().unwrap();
    // The server lends the removed device the session of the other one.
    let liar = Liar::diverting(&world.server, move |mut request| {
        request.session = session.borrow().clone();
        request.path = request.path.clone();
        if request.path == "/v1/account" {
            request.path = String::from("/v1/withheld");
        }
        request
    });
    let backend: Rc<dyn Backend> = liar;
    lost.line.lead_to(backend);
    let _ = lost.sync();
    lost.restart();
    let shown = format!("{:?} {:?}", lost.client().entries(), lost.client().couple());
    assert!(!shown.contains("not for the lost device"));
}

#[test]
fn an_old_epoch_that_is_replayed_is_named() {
    let (mut world, _) = with_a_device_ended(7);
    let mut ben = world.ben.devices.remove(0);
    let commits = |it: &&Placed| {
        matches!(
            Control::decode(&it.envelope.body),
            Ok(Control::EpochCommit(_))
        )
    };
    let log = world.server.log(ben.client().space().unwrap());
    let old = log.iter().find(commits).unwrap().clone();
    lied_to(&world, &ben, Care::Careful, move |mut log| {
        log.push(old.clone());
        log
    });
    assert_eq!(alarmed(&world, &mut ben).kind, AlarmKind::Doubled);
}

#[test]
fn a_stale_epoch_is_refused_by_the_server_and_sealed_anew_by_the_client() {
    let world = World::of_four_devices(8);
    let ben = &world.ben.devices[1];
    ben.sync().unwrap();
    ben.line.cut(true);
    ben.dispatch(says("written offline")).unwrap();
    // Meanwhile an epoch begins.
    let ana = world.ana.first();
    let sessions = block_on(ana.client().sessions()).unwrap();
    let other = sessions.iter().find(|it| !it.this).unwrap();
    block_on(ana.client().end_session(other.id)).unwrap();
    writes(ana, &["after the new epoch"]);
    ben.line.cut(false);
    assert_eq!(ben.sync().unwrap().waiting, 0);
    assert_eq!(ben.client().health().alarm, None);
}

#[test]
fn an_honest_restore_is_healed_by_the_clients_and_explained_once() {
    let world = World::of_four_devices(9);
    let backup = world.server.image();
    let mut written = writes(world.ana.first(), &["after the backup"]);
    world.settle();
    written.extend(writes(world.ben.first(), &["and this"]));
    world.settle();
    world.server.restore(&backup);
    world.settle();

    let heads: Vec<_> = world
        .devices()
        .map(|it| it.client().health().head)
        .collect();
    assert!(heads.iter().all(|head| *head == heads[0]));
    for device in world.devices() {
        assert_eq!(device.client().health().alarm, None);
        let entries = device.client().entries();
        assert!(
            written
                .iter()
                .all(|id| entries.iter().any(|it| it.id == *id))
        );
    }
    let explained = |device: &Device| {
        let notices = device.client().me().notices;
        notices
            .iter()
            .filter(|it| matches!(it, Notice::ServerRestored { .. }))
            .count()
    };
    assert!(world.devices().all(|device| explained(device) == 1));
    world.settle();
    assert!(world.devices().all(|device| explained(device) == 1));
}

#[test]
fn a_copy_of_a_device_takes_a_key_of_its_own() {
    let world = World::of_partners(10);
    let ana = world.ana.first();
    let copy = world.shop.device_on(1, ana.disk.image());
    writes(ana, &["from the one"]);
    copy.dispatch(says("from its copy")).unwrap();
    copy.sync().unwrap();
    world.settle();
    copy.sync().unwrap();

    assert_eq!(copy.client().health().alarm, None);
    assert_eq!(copy.client().health().waiting, 0);
    assert_ne!(copy.client().me().device, ana.client().me().device);
    assert_eq!(
        copy.client().health().head,
        world.ben.first().client().health().head
    );
}

#[test]
fn an_answer_that_is_no_answer_changes_nothing() {
    let world = World::of_partners(11);
    let ben = world.ben.first();
    let before = ben.client().entries();
    for body in [
        Vec::new(),
        vec![0; 1024],
        vec![0xff; 4096],
        b"<html>".to_vec(),
    ] {
        let liar = Liar::twisting(&world.server, move |_, mut answer| {
            answer.body.clone_from(&body);
            answer
        });
        let backend: Rc<dyn Backend> = liar;
        ben.line.lead_to(backend);
        assert!(matches!(ben.sync(), Err(SyncError::Trouble(_))));
        assert_eq!(ben.client().entries(), before);
        assert_eq!(ben.client().health().alarm, None);
    }
}

#[test]
fn a_careful_liar_shows_a_record_that_fits_itself() {
    let world = World::of_partners(1);
    let log = world
        .server
        .log(world.ana.first().client().space().unwrap());
    assert_eq!(renumbered(log.clone()), log);
}
