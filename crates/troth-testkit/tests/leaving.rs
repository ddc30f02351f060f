//! Leaving on a day: nothing more is shared at once, and nothing tells of it until then (L-2).

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::cell::RefCell;
use std::rc::Rc;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use troth_core::{Command, Referee};
use troth_sync::relay::{Answer, Request};
use troth_sync::view::Pairing;
use troth_sync::{DispatchError, block_on};
use troth_testkit::line::Watcher;
use troth_testkit::people::{Device, TestClient};
use troth_testkit::server::{Backend, Server};
use troth_testkit::world::World;
use troth_wire::api::Append;
use troth_wire::{Header, Kind, frame};

const DAY: i64 = 24 * 60;

fn question() -> Command {
    Command::StartReveal {
        prompt: String::from("What did you miss?"),
        referee: Referee::Server,
    }
}

fn today(client: &TestClient) -> Date {
    client.now().local().date()
}

/// Ana wishes to leave some days from now.
fn leaves_in(device: &Device, days: i64) {
    let client = device.client();
    block_on(client.leave_quietly(today(client) + days.days())).unwrap();
}

/// Notes the method, path and kinds of entries of everything that a device sends.
fn listened(device: &Device) -> Rc<RefCell<Vec<String>>> {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&heard);
    device.line.watch(Watcher::new(move |_, request, _| {
        let kinds: Vec<Kind> = if request.path.ends_with("/entries") {
            let append: Append = frame::decode(&request.body).unwrap();
            let headers = append.entries.iter();
            headers
                .map(|entry| Header::decode(&entry.header).unwrap().kind)
                .collect()
        } else {
            Vec::new()
        };
        let path = request.path.split('?').next().unwrap_or_default();
        let line = format!("{:?} {path} {kinds:?}", request.method);
        noted.borrow_mut().push(line);
    }));
    heard
}

/// Four days in which Ben asks something each day and Ana only reads; what her device sent in them.
fn four_days(world: &World) -> Vec<String> {
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let heard = listened(ana);
    for _ in 0..4 {
        ben.dispatch(question()).unwrap();
        world.settle();
        world.clock.pass_minutes(DAY);
    }
    heard.take()
}

#[test]
fn until_the_day_the_partner_and_the_traffic_show_nothing_of_it() {
    let (quiet, usual) = (World::of_partners(1), World::of_partners(1));
    leaves_in(quiet.ana.first(), 14);
    // The wish itself goes to the other devices of the person with the sealed keyring.
    for world in [&quiet, &usual] {
        world.settle();
    }
    let (sent, expected) = (four_days(&quiet), four_days(&usual));

    assert_eq!(sent, expected);
    assert!(sent.iter().any(|line| line.contains("Checkpoint")));
    assert!(!sent.iter().any(|line| line.contains("Content")));
    let views = [&quiet, &usual].map(|world| {
        let client = world.ben.first().client();
        let health = client.health();
        (
            client.pairing(),
            client.me().notices,
            health.partner_last_confirmed,
            health.head.map(|head| head.place),
        )
    });
    assert_eq!(views[0], views[1]);
    assert_eq!(views[0].0, Pairing::Paired);
    assert_eq!(quiet.ana.first().client().pairing(), Pairing::Paired);
}

#[test]
fn from_that_moment_nothing_is_written_or_sent_and_what_waited_stays() {
    let mut world = World::of_partners(2);
    let ana = world.ana.first();
    ana.line.cut(true);
    let waiting = ana.dispatch(question()).unwrap();
    leaves_in(ana, 30);
    ana.line.cut(false);
    world.settle();

    assert_eq!(ana.dispatch(question()), Err(DispatchError::Leaving));
    assert_eq!(ana.client().health().waiting, 1);
    world.ana.devices[0].restart();
    world.settle();
    let came = world.ben.first().client().entries();
    assert!(came.iter().all(|entry| entry.id != waiting));
}

/// A server behind a line on which appended entries, or only the answers to them, are lost.
#[derive(Debug)]
struct Losing {
    server: Rc<Server>,
    arrives: bool,
}

impl Backend for Losing {
    fn answer(&self, line: usize, request: &Request) -> Answer {
        let appends = request.path.ends_with("/entries");
        if appends && !self.arrives {
            return LOST;
        }
        let answer = self.server.answer(line, request);
        if appends { LOST } else { answer }
    }
}

const LOST: Answer = Answer {
    status: 503,
    body: Vec::new(),
};

#[test]
fn an_entry_whose_sending_was_interrupted_is_held_back_unless_it_arrived() {
    for arrives in [false, true] {
        let world = World::of_partners(3);
        let ana = world.ana.first();
        let waiting = ana.dispatch(question()).unwrap();
        let server = Rc::clone(&world.server);
        ana.line.lead_to(Rc::new(Losing { server, arrives }));
        assert!(ana.sync().is_err());
        leaves_in(ana, 2);
        ana.line.lead_to(Rc::<Server>::clone(&world.server));
        let heard = listened(ana);
        world.settle();

        assert!(!heard.take().iter().any(|line| line.contains("Content")));
        let came = world.ben.first().client().entries();
        assert_eq!(came.iter().any(|entry| entry.id == waiting), arrives);
        assert_eq!(ana.client().health().waiting, usize::from(!arrives));
        assert!(ana.client().me().notices.is_empty());
        block_on(ana.client().stay()).unwrap();
        world.settle();
        let came = world.ben.first().client().entries();
        let came = came.iter().filter(|entry| entry.id == waiting);
        assert_eq!(came.count(), 1);
    }
}

#[test]
fn on_the_day_the_space_closes_by_itself_and_what_waited_is_never_sent() {
    let world = World::of_partners(4);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    ana.line.cut(true);
    let waiting = ana.dispatch(question()).unwrap();
    leaves_in(ana, 3);
    ana.line.cut(false);
    let leaving = ana.client().leaving().unwrap();
    assert!(leaving > world.clock.now());
    while world.clock.now() < leaving {
        world.settle();
        assert_eq!(ben.client().pairing(), Pairing::Paired);
        world.clock.pass_minutes(60);
    }
    world.settle();

    for device in [ana, ben] {
        assert_eq!(device.client().pairing(), Pairing::Closed);
        let refused = device.dispatch(question());
        assert_eq!(refused, Err(DispatchError::SpaceClosed));
    }
    assert_eq!(ana.client().leaving(), None);
    let came = ben.client().entries();
    assert!(came.iter().all(|entry| entry.id != waiting));
    assert_eq!(
        block_on(ana.client().stay()),
        Err(DispatchError::SpaceClosed)
    );
}

#[test]
fn it_can_be_taken_back_and_what_waited_is_sent_then() {
    let world = World::of_partners(5);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    ana.line.cut(true);
    let waiting = ana.dispatch(question()).unwrap();
    leaves_in(ana, 3);
    ana.line.cut(false);
    world.settle();
    block_on(ana.client().stay()).unwrap();
    assert_eq!(ana.client().leaving(), None);
    world.settle();
    world.clock.pass_minutes(5 * DAY);
    let after = ana.dispatch(question()).unwrap();
    world.settle();

    assert_eq!(ben.client().pairing(), Pairing::Paired);
    let came: Vec<_> = ben.client().entries().iter().map(|it| it.id).collect();
    assert!(came.contains(&waiting) && came.contains(&after));
}

#[test]
fn another_device_of_the_person_keeps_to_it_and_can_take_it_back() {
    let world = World::of_four_devices(6);
    let [first, second] = [&world.ana.devices[0], &world.ana.devices[1]];
    leaves_in(first, 10);
    second.line.cut(true);
    let waiting = second.dispatch(question()).unwrap();
    second.line.cut(false);
    world.settle();

    assert_eq!(second.client().leaving(), first.client().leaving());
    assert_eq!(second.dispatch(question()), Err(DispatchError::Leaving));
    let came = world.ben.first().client().entries();
    assert!(came.iter().all(|entry| entry.id != waiting));
    block_on(second.client().stay()).unwrap();
    world.settle();
    assert_eq!(first.client().leaving(), None);
    first.dispatch(question()).unwrap();

    leaves_in(second, 1);
    world.settle();
    world.clock.pass_minutes(2 * DAY);
    first.sync().unwrap();
    world.settle();
    for device in world.devices() {
        assert_eq!(device.client().pairing(), Pairing::Closed);
    }
}

#[test]
fn a_day_is_one_to_thirty_days_ahead() {
    let world = World::of_partners(7);
    let client = world.ana.first().client();
    let now = today(client);
    for day in [now, now + 31.days(), now - 1.day(), date(9999, 12, 31)] {
        let refused = block_on(client.leave_quietly(day));
        assert_eq!(refused, Err(DispatchError::BadDay));
    }
    assert_eq!(client.leaving(), None);
    for day in [now + 1.day(), now + 30.days()] {
        block_on(client.leave_quietly(day)).unwrap();
    }
    block_on(client.leave_space()).unwrap();
    world.settle();
    assert_eq!(world.ben.first().client().pairing(), Pairing::Closed);
    let alone = World::of_strangers(8);
    let client = alone.ana.first().client();
    let refused = block_on(client.leave_quietly(now + 1.day()));
    assert_eq!(refused, Err(DispatchError::NoSpace));
}
