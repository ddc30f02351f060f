//! A whole world in one process: two people, two devices each, one server.

use std::rc::Rc;

use troth_core::Command;
use troth_server::store::memory::MemoryStore;
use troth_sync::block_on;
use troth_sync::view::{InviteOptions, Pairing};

use crate::chance::Chance;
use crate::clock::Clock;
use crate::disk::Disk;
use crate::people::{Device, Person, Shop};
use crate::server::{Backend, Server};

/// A whole world in one process.
#[derive(Clone, Debug)]
pub struct World {
    /// The time, for everybody.
    pub clock: Clock,
    /// All chance.
    pub chance: Chance,
    /// The server.
    pub server: Rc<Server>,
    /// Where new devices come from.
    pub shop: Shop,
    /// The one who invites.
    pub ana: Person,
    /// The one who is invited.
    pub ben: Person,
}

impl World {
    /// Two people with an account and one device each, strangers to each other.
    #[must_use]
    pub fn of_strangers(seed: u64) -> Self {
        let (clock, chance) = (Clock::default(), Chance::of(seed));
        let server = Rc::new(Server::start(clock.clone(), chance.branch()));
        let backend: Rc<dyn Backend> = Rc::<Server>::clone(&server);
        let shop = Shop {
            clock: clock.clone(),
            chance: chance.clone(),
            backend,
        };
        let ana = Person::signs_up("Ana", shop.device(0));
        let ben = Person::signs_up("Ben", shop.device(2));
        Self {
            clock,
            chance,
            server,
            shop,
            ana,
            ben,
        }
    }

    /// Two people who share a space, have compared the words, and have one device each.
    ///
    /// # Panics
    ///
    /// When pairing does not come to its end.
    #[must_use]
    pub fn of_partners(seed: u64) -> Self {
        let world = Self::of_strangers(seed);
        world.pair();
        world
    }

    /// Two partners with two devices each, all of them at one head.
    #[must_use]
    pub fn of_four_devices(seed: u64) -> Self {
        let mut world = Self::of_partners(seed);
        let (second, fourth) = (world.shop.device(1), world.shop.device(3));
        world.ana.adds(second);
        world.ben.adds(fourth);
        world.settle();
        world
    }

    /// Two partners with two devices each who have written for a while: each device keeps a
    /// snapshot of what it opened.
    ///
    /// # Panics
    ///
    /// When an entry is not taken.
    #[must_use]
    pub fn of_old_partners(seed: u64) -> Self {
        let world = Self::of_four_devices(seed);
        for number in 0..33 {
            for device in [world.ana.first(), world.ben.first()] {
                let name = format!("name-{number}");
                device
                    .dispatch(Command::Introduce { name })
                    .expect("a name is taken");
            }
        }
        world.settle();
        world
    }

    /// Ana invites, Ben accepts, both compare the words.
    ///
    /// # Panics
    ///
    /// When pairing does not come to its end.
    pub fn pair(&self) {
        let (ana, ben) = (self.ana.first(), self.ben.first());
        let link = block_on(ana.client().invite(InviteOptions::default())).expect("a link");
        block_on(ben.client().accept(&link.link)).expect("the link is good");
        self.settle();
        for device in [ana, ben] {
            block_on(device.client().confirm_words()).expect("there are words to compare");
        }
        self.settle();
        assert_eq!(ana.client().pairing(), Pairing::Paired);
        assert_eq!(ben.client().pairing(), Pairing::Paired);
    }

    /// All devices, Ana's first.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.ana.devices.iter().chain(&self.ben.devices)
    }

    /// Synchronises all devices until nothing moves any more.
    ///
    /// # Panics
    ///
    /// When one of them cannot, or they do not come to rest.
    pub fn settle(&self) {
        for _ in 0..16 {
            let mut moved = 0;
            for device in self.devices() {
                let report = device.sync().expect("the server answers");
                moved += report.pulled + report.pushed + report.given_back;
            }
            if moved == 0 {
                return;
            }
        }
        panic!("the devices never came to rest");
    }

    /// Copies the world, to be woken many times.
    #[must_use]
    pub fn image(&self) -> WorldImage {
        let person = |person: &Person| Person {
            devices: Vec::new(),
            ..person.clone()
        };
        let disks = |person: &Person| person.devices.iter().map(|it| it.disk.image()).collect();
        WorldImage {
            clock: self.clock.copied(),
            store: self.server.image(),
            people: [
                (person(&self.ana), disks(&self.ana)),
                (person(&self.ben), disks(&self.ben)),
            ],
        }
    }
}

/// A copy of a world, with every process ended.
#[derive(Clone, Debug)]
pub struct WorldImage {
    clock: Clock,
    store: MemoryStore,
    people: [(Person, Vec<Disk>); 2],
}

impl WorldImage {
    /// Starts a world from the copy; from here on its chance is the seed's.
    #[must_use]
    pub fn wake(&self, seed: u64) -> World {
        let (clock, chance) = (self.clock.copied(), Chance::of(seed));
        let server = Rc::new(Server::start_on(
            self.store.image(),
            clock.clone(),
            chance.branch(),
        ));
        let backend: Rc<dyn Backend> = Rc::<Server>::clone(&server);
        let shop = Shop {
            clock: clock.clone(),
            chance: chance.clone(),
            backend,
        };
        let [ana, ben] = [0, 2].map(|first| {
            let (person, disks) = &self.people[first / 2];
            let devices = disks.iter().enumerate();
            let devices = devices
                .map(|(n, disk)| shop.device_on(first + n, disk.image()))
                .collect();
            Person {
                devices,
                ..person.clone()
            }
        });
        World {
            clock,
            chance,
            server,
            shop,
            ana,
            ben,
        }
    }
}
