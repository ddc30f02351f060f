//! The vault between one person's devices, and before a server that lies about it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::cell::Cell;
use std::rc::Rc;

use troth_core::VaultCommand;
use troth_sync::block_on;
use troth_sync::relay::{Answer, Method, Request};
use troth_sync::view::VaultUnread;
use troth_testkit::liar::changed;
use troth_testkit::people::Device;
use troth_testkit::server::{Backend, Server};
use troth_testkit::world::World;
use troth_wire::api::StoredBlob;

/// A server that shows a damaged vault while it is told to, and counts the uploads it takes.
#[derive(Debug)]
struct Damaging {
    truth: Rc<Server>,
    damages: Cell<bool>,
    uploads: Cell<usize>,
}

impl Backend for Damaging {
    fn answer(&self, line: usize, request: &Request) -> Answer {
        let answer = self.truth.answer(line, request);
        if request.path != "/v1/account/vault" {
            return answer;
        }
        if request.method == Method::Put {
            self.uploads.set(self.uploads.get() + 1);
            return answer;
        }
        if !self.damages.get() {
            return answer;
        }
        changed::<StoredBlob>(answer, |mut blob| {
            blob.bytes.0[1000] ^= 1;
            blob
        })
    }
}

fn keeps(device: &Device, text: &str) {
    let note = VaultCommand::WriteNote {
        text: text.to_owned(),
        replaces: None,
    };
    block_on(device.client().vault_dispatch(note)).unwrap();
}

fn notes(device: &Device) -> Vec<String> {
    let vault = device.client().vault().unwrap();
    let mut notes: Vec<_> = vault.notes().iter().map(|it| it.text.clone()).collect();
    notes.sort();
    notes
}

#[test]
fn two_locks_that_were_set_apart_both_open_and_nothing_is_lost() {
    let world = World::of_four_devices(71);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    for (device, pin, text) in [
        (one, "1111", "from the first"),
        (two, "2222", "from the second"),
    ] {
        block_on(device.client().set_vault_lock(pin)).unwrap();
        keeps(device, text);
    }
    for _ in 0..3 {
        for device in [one, two] {
            device.sync().unwrap();
            block_on(device.client().sync_vault()).unwrap();
        }
    }
    for (device, pin) in [(one, "2222"), (two, "1111"), (one, "1111"), (two, "2222")] {
        block_on(device.client().lock_vault()).unwrap();
        block_on(device.client().unlock_vault(pin)).unwrap();
        block_on(device.client().sync_vault()).unwrap();
    }
    block_on(one.client().sync_vault()).unwrap();
    block_on(two.client().reset_vault_lock(&world.ana.words, "3333")).unwrap();
    two.sync().unwrap();
    for device in [one, two] {
        device.sync().unwrap();
        block_on(device.client().unlock_vault("3333")).unwrap();
        assert_eq!(notes(device), ["from the first", "from the second"]);
        assert_eq!(device.client().vault_unread(), None);
    }
    // One newer lock stands alone.
    block_on(two.client().lock_vault()).unwrap();
    assert!(block_on(two.client().unlock_vault("1111")).is_err());
}

#[test]
fn a_damaged_vault_is_not_uploaded_over_and_does_not_stop_the_device() {
    let world = World::of_four_devices(72);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    block_on(one.client().set_vault_lock("2580")).unwrap();
    keeps(one, "from the first");
    world.settle();
    block_on(one.client().sync_vault()).unwrap();
    block_on(two.client().unlock_vault("2580")).unwrap();
    keeps(two, "from the second");
    let server = Rc::new(Damaging {
        truth: Rc::clone(&world.server),
        damages: Cell::new(true),
        uploads: Cell::new(0),
    });
    let backend: Rc<dyn Backend> = Rc::<Damaging>::clone(&server);
    two.line.lead_to(backend);
    for _ in 0..2 {
        block_on(two.client().sync_vault()).unwrap();
        assert_eq!(two.client().vault_unread(), Some(VaultUnread::Damaged));
        assert_eq!(notes(two), ["from the second"]);
    }
    assert_eq!(server.uploads.get(), 0);
    // The lie ends: nothing is lost.
    server.damages.set(false);
    block_on(two.client().sync_vault()).unwrap();
    assert_eq!(two.client().vault_unread(), None);
    assert_eq!(notes(two), ["from the first", "from the second"]);
    block_on(one.client().sync_vault()).unwrap();
    assert_eq!(notes(one), ["from the first", "from the second"]);
}

#[test]
fn a_person_may_put_their_vault_in_the_place_of_a_damaged_one() {
    let world = World::of_four_devices(73);
    let (one, two) = (&world.ana.devices[0], &world.ana.devices[1]);
    block_on(one.client().set_vault_lock("2580")).unwrap();
    world.settle();
    block_on(one.client().sync_vault()).unwrap();
    block_on(two.client().unlock_vault("2580")).unwrap();
    keeps(two, "from the second");
    let server = Rc::new(Damaging {
        truth: Rc::clone(&world.server),
        damages: Cell::new(true),
        uploads: Cell::new(0),
    });
    let backend: Rc<dyn Backend> = Rc::<Damaging>::clone(&server);
    two.line.lead_to(backend);
    block_on(two.client().sync_vault()).unwrap();
    block_on(two.client().replace_unread_vault()).unwrap();
    assert_eq!(two.client().vault_unread(), None);
    assert_eq!(server.uploads.get(), 1);
    block_on(one.client().sync_vault()).unwrap();
    assert_eq!(notes(one), ["from the second"]);
}
