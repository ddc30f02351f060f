//! One person's devices: without an account, and two of one account.

use troth_sync::block_on;
use troth_sync::env::NativeEnv;
use troth_sync::journal::memory::MemoryJournal;
use troth_sync::lock::Alone;
use troth_sync::network::wire::{
    Format, HoldCreate, Report, ReportKind, Service, Standing, Time, WaitCreate,
};
use troth_sync::network::{Acceptance, Ask, BookError, Bookings, Caching, Line as _, Network};
use troth_sync::relay::Method;
use troth_sync::relay::http_native::HttpRelay;

use super::{as_arguments, clinic, hold, slots};
use crate::harness::{Stage, password};

/// A person without an account, on a device with its own journal.
fn nobody(stage: &Stage, journal: &MemoryJournal) -> Bookings {
    let relay = HttpRelay::new(&stage.server.url).unwrap();
    Network::new(relay, NativeEnv).bookings(journal.clone(), Box::new(Alone))
}

fn wish(rosa: u32, start: Time) -> HoldCreate {
    HoldCreate {
        provider: rosa,
        start,
        minutes: 50,
        format: Format::Video,
        service: Service::Couples,
        plan: None,
        state: String::from("CA"),
        with_partner: false,
    }
}

#[test]
fn a_person_without_an_account_holds_waits_and_follows_a_calendar_and_is_the_same_after_a_restart()
{
    let (stage, rosa) = clinic();
    let journal = MemoryJournal::new();
    let bookings = nobody(&stage, &journal);
    let start: Time = slots(&stage, rosa)[26].parse().unwrap();

    let held = block_on(bookings.hold(&wish(rosa, start))).unwrap();
    let again = nobody(&stage, &journal);
    assert_eq!(
        block_on(again.held()).unwrap().unwrap().hold.id,
        held.hold.id
    );
    let second = slots(&stage, rosa)[27].parse().unwrap();
    let other = block_on(again.hold(&wish(rosa, second)));
    assert_eq!(other, Err(BookError::AlreadyHolding));
    block_on(again.release(held.hold.id)).unwrap();
    assert_eq!(block_on(again.held()), Ok(None));

    let held = block_on(again.hold(&wish(rosa, start))).unwrap();
    let acceptance = Acceptance {
        state: String::from("CA"),
        quote: held.quotes.first().map(|quote| quote.id),
        note: None,
    };
    let booking = block_on(again.accept(&held, &acceptance)).unwrap();
    assert_eq!(booking.standing, Standing::Booked);
    let standings: Vec<Standing> = block_on(again.list())
        .unwrap()
        .iter()
        .map(|visit| visit.standing)
        .collect();
    assert!(standings.contains(&Standing::Booked) && standings.contains(&Standing::Lapsed));
    assert_eq!(
        block_on(nobody(&stage, &MemoryJournal::new()).list()),
        Ok(vec![])
    );

    let feed = block_on(again.new_feed()).unwrap();
    let calendar = fetched(&stage, &feed);
    assert!(calendar.contains("BEGIN:VEVENT") && !calendar.contains("Rosa"));
    block_on(again.end_feeds()).unwrap();
    assert!(!fetched(&stage, &feed).contains("BEGIN:VEVENT"));

    waits(&again, rosa);
    let notices = block_on(again.notices(None)).unwrap();
    for notice in &notices {
        assert_eq!(notice.booking, booking.id, "nothing of anybody else");
    }
    let report = Report {
        provider: rosa,
        what: ReportKind::NoAnswer,
        plan: None,
    };
    block_on(again.report(&report)).unwrap();
    assert_eq!(block_on(again.resume()), Ok(vec![]), "nothing is left open");
}

/// Joins Rosa's waitlist and leaves it.
fn waits(bookings: &Bookings, rosa: u32) {
    let wait = WaitCreate {
        provider: rosa,
        minutes: 50,
        format: Format::Video,
        service: Service::Couples,
        plan: None,
        state: String::from("CA"),
        with_partner: false,
        windows: Vec::new(),
    };
    let entry = block_on(bookings.wait(&wait)).unwrap();
    assert_eq!(block_on(bookings.waiting()).unwrap().len(), 1);
    block_on(bookings.stop_waiting(entry.id)).unwrap();
    assert_eq!(block_on(bookings.waiting()), Ok(vec![]));
}

/// Fetches a calendar feed as a calendar program does.
fn fetched(stage: &Stage, address: &str) -> String {
    let path = address.strip_prefix(&stage.server.url).unwrap();
    let ask = Ask {
        method: Method::Get,
        path: path.to_owned(),
        headers: Vec::new(),
        body: None,
        caching: Caching::Never,
    };
    let relay = HttpRelay::new(&stage.server.url).unwrap();
    let told = block_on(relay.ask(ask)).unwrap();
    String::from_utf8(told.body).unwrap()
}

#[test]
fn a_second_device_of_a_person_is_the_same_client() {
    let (stage, rosa) = clinic();
    let kit = stage.sign_up("eva", "Eva");
    let start = slots(&stage, rosa)[28].clone();
    stage
        .run("eva", &as_arguments(&hold(rosa, &start)), "")
        .good();
    stage.json("eva", &["visit", "accept", "--state", "CA"]);

    let sign_in = [
        "account",
        "sign-in",
        "--server",
        &stage.server.url,
        "--login",
        "eva",
    ];
    let secrets = format!(
        "{}\n{}\n",
        password("eva"),
        kit["device_code"].as_str().unwrap()
    );
    stage.run("eva-2", &sign_in, &secrets).good();

    let list = stage.json("eva-2", &["visit", "list"]);
    assert_eq!(list[0]["start"], start.as_str());
    let id = list[0]["id"].as_str().unwrap();
    let cancelled = stage.json("eva-2", &["visit", "cancel", id]);
    assert_eq!(cancelled["standing"], "cancelled");
    assert_eq!(
        stage.json("eva", &["visit", "list"])[0]["standing"],
        "cancelled"
    );
}
