//! Opening a record on a device that knows it: whatever is left of its snapshot, the state is the one that
//! the log alone gives.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use troth_sync::block_on;
use troth_sync::journal::{Journal as _, Row, Shelf, Write};
use troth_testkit::disk::Disk;
use troth_testkit::people::Device;
use troth_testkit::wish::{Sight, Wish, wish};
use troth_testkit::world::World;

/// Lets both partners write `count` times what they might wish for.
fn write(world: &World, count: usize) {
    for turn in 0..count {
        let person = if turn % 2 == 0 {
            &world.ana
        } else {
            &world.ben
        };
        let device = person.first();
        let client = device.client();
        let entries: Vec<_> = client.entries().iter().map(|entry| entry.id).collect();
        let (couple, me, now) = (
            client.couple().unwrap(),
            client.my_partner_id().unwrap(),
            client.now(),
        );
        let sight = Sight {
            couple: &couple,
            me,
            now: &now,
            entries: &entries,
        };
        // What the record refuses is refused.
        match wish(&sight, &world.chance) {
            Wish::Command(command) => drop(device.dispatch(command)),
            Wish::Answer(reveal, words) => drop(block_on(client.answer_reveal(reveal, &words))),
        }
        if world.chance.percent(20) {
            world.settle();
        }
    }
    world.settle();
}

fn snapshot(disk: &Disk) -> Vec<Row> {
    block_on(disk.scan(Shelf::Snapshot, &[], None, usize::MAX)).unwrap()
}

fn put((key, value): Row) -> Write {
    Write::Put {
        shelf: Shelf::Snapshot,
        key,
        value,
    }
}

/// Everything that an opening of this disk makes of the record.
fn opened(device: &Device, disk: Disk) -> String {
    let mut device = device.clone();
    device.crash();
    device.disk = disk;
    device.start();
    let client = device.client();
    let (couple, entries, health) = (client.couple(), client.entries(), client.health());
    format!("{couple:?}\n{entries:?}\n{health:?}")
}

/// A copy of the disk with another snapshot.
fn with_snapshot(disk: &Disk, rows: Vec<Row>) -> Disk {
    let disk = disk.image();
    let all = Write::DropAll {
        shelf: Shelf::Snapshot,
        prefix: Vec::new(),
    };
    let rows = rows.into_iter().map(put);
    block_on(disk.commit(std::iter::once(all).chain(rows).collect())).unwrap();
    disk
}

#[test]
fn snapshot_and_log_give_what_the_log_alone_gives_wherever_the_snapshot_ends() {
    let old = World::of_old_partners(61).image();
    for seed in 0..6 {
        let world = old.wake(seed);
        // So many that the snapshot is sometimes taken again, and sometimes a long way back.
        write(&world, 20 + world.chance.below(60));

        for device in world.devices() {
            let kept = opened(device, device.disk.image());
            assert!(!snapshot(&device.disk).is_empty());
            assert_eq!(
                kept,
                opened(device, with_snapshot(&device.disk, Vec::new()))
            );
        }
    }
}

#[test]
fn an_older_snapshot_is_brought_up_to_the_log() {
    let world = World::of_old_partners(62);
    let device = world.ana.first();
    let older = snapshot(&device.disk);
    write(&world, 90);
    let newer = snapshot(&device.disk);
    assert_ne!(older, newer);
    let whole = opened(device, device.disk.image());

    assert_eq!(
        opened(device, with_snapshot(&device.disk, older.clone())),
        whole
    );
    // Pieces of one time with the end of another: whatever comes of it, it is no other record.
    for (mut mixed, other) in [(older.clone(), &newer), (newer.clone(), &older)] {
        let (end, _) = mixed.pop().unwrap();
        let theirs = other.iter().find(|(key, _)| *key == end).unwrap();
        mixed.push(theirs.clone());
        assert_eq!(opened(device, with_snapshot(&device.disk, mixed)), whole);
    }
}

#[test]
fn a_damaged_or_foreign_snapshot_is_dropped_and_the_log_judged_anew() {
    let world = World::of_old_partners(63);
    let (device, other) = (world.ana.first(), world.ben.first());
    let (disk, rows) = (&device.disk, snapshot(&device.disk));
    let whole = opened(device, disk.image());
    assert!(rows.len() >= 2);

    for at in 0..rows.len() {
        let mut missing = rows.clone();
        missing.remove(at);
        assert_eq!(opened(device, with_snapshot(disk, missing)), whole);
        for byte in [0, 30, rows[at].1.len() - 1] {
            let mut changed = rows.clone();
            changed[at].1[byte] ^= 1;
            assert_eq!(opened(device, with_snapshot(disk, changed)), whole);
        }
        let mut cut = rows.clone();
        cut[at].1.truncate(20);
        assert_eq!(opened(device, with_snapshot(disk, cut)), whole);
    }
    let foreign = snapshot(&other.disk);
    assert_eq!(opened(device, with_snapshot(disk, foreign)), whole);
}

#[test]
fn a_snapshot_that_was_dropped_is_written_again() {
    let world = World::of_old_partners(64);
    let mut device = world.ana.first().clone();
    let whole = snapshot(&device.disk).len();
    device.crash();
    device.disk = with_snapshot(&device.disk, Vec::new());
    device.start();
    device.sync().unwrap();

    assert_eq!(snapshot(&device.disk).len(), whole);
}
