//! A line that answers from a script, and loses answers where the script says so.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use jiff::Timestamp;
use troth_crypto::keys::{UserKem, UserRoot};
use troth_crypto::note::NoteKey;
use troth_crypto::quote::QuoteKey;
use troth_crypto::secret::Secret;

use super::quotes::signed;
use super::wire::{
    Booking, BookingId, Bytes, Format, Hold, HoldCreate, Problem, ProblemCode, Provider, Service,
    Standing, Time,
};
use super::*;
use crate::block_on;
use crate::journal::memory::MemoryJournal;
use crate::lock::Alone;
use crate::relay::{Method, RelayError};

const NOW: &str = "2026-11-22T10:00:00Z";

/// What the line does with a request.
enum Turn {
    /// The answer arrives.
    Answers(u16, String),
    /// The answer is lost.
    Loses,
}

#[derive(Default)]
struct Script {
    turns: RefCell<VecDeque<Turn>>,
    asked: RefCell<Vec<Ask>>,
}

impl Script {
    fn answers(&self, value: &impl serde::Serialize) -> &Self {
        let body = serde_json::to_string(value).unwrap();
        self.turns.borrow_mut().push_back(Turn::Answers(200, body));
        self
    }

    fn refuses(&self, code: ProblemCode) -> &Self {
        let body = serde_json::to_string(&Problem::new(code, String::from("00"))).unwrap();
        let turn = Turn::Answers(code.status(), body);
        self.turns.borrow_mut().push_back(turn);
        self
    }

    fn loses(&self) -> &Self {
        self.turns.borrow_mut().push_back(Turn::Loses);
        self
    }

    /// The requests so far that were `POST`, each with its key.
    fn acts(&self) -> Vec<(String, String, Vec<u8>)> {
        let asked = self.asked.borrow();
        let posts = asked.iter().filter(|ask| ask.method == Method::Post);
        posts
            .map(|ask| {
                let key = ask
                    .headers
                    .iter()
                    .find(|(name, _)| *name == wire::IDEMPOTENCY_KEY);
                let body = ask.body.as_ref().map(|(_, body)| body.clone());
                (
                    ask.path.clone(),
                    key.map(|(_, key)| key.clone()).unwrap_or_default(),
                    body.unwrap_or_default(),
                )
            })
            .collect()
    }
}

#[derive(Clone)]
struct Scripted(Rc<Script>);

impl Line for Scripted {
    fn ask(&self, ask: Ask) -> Soon<'_, Result<Told, RelayError>> {
        self.0.asked.borrow_mut().push(ask);
        let turn = self.0.turns.borrow_mut().pop_front();
        let told = match turn {
            Some(Turn::Answers(status, body)) => Ok(Told {
                status,
                etag: None,
                body: body.into_bytes(),
            }),
            Some(Turn::Loses) => Err(RelayError::TimedOut),
            None => panic!("nothing more was expected to be asked"),
        };
        Box::pin(std::future::ready(told))
    }

    fn address(&self) -> String {
        String::from("https://troth.example.org")
    }
}

/// A clock that is set by hand, and seeds that differ.
#[derive(Clone)]
struct Still {
    at: Rc<Cell<Timestamp>>,
    drawn: Rc<Cell<u8>>,
}

impl Env for Still {
    fn now(&self) -> Timestamp {
        self.at.get()
    }

    fn zone(&self) -> String {
        String::from("America/Los_Angeles")
    }

    fn seed(&self) -> [u8; 32] {
        self.drawn.set(self.drawn.get() + 1);
        [self.drawn.get(); 32]
    }
}

/// One device with one journal, which outlives its process.
struct Device {
    script: Rc<Script>,
    journal: MemoryJournal,
    env: Still,
}

impl Device {
    fn new() -> Self {
        Self {
            script: Rc::default(),
            journal: MemoryJournal::new(),
            env: Still {
                at: Rc::new(Cell::new(NOW.parse().unwrap())),
                drawn: Rc::default(),
            },
        }
    }

    /// Starts the program anew over the same journal.
    fn starts(&self) -> Bookings {
        let line = Scripted(Rc::clone(&self.script));
        Network::new(line, self.env.clone()).bookings(self.journal.clone(), Box::new(Alone))
    }

    fn waits(&self, minutes: i64) {
        let later = self.env.at.get() + jiff::SignedDuration::from_mins(minutes);
        self.env.at.set(later);
    }
}

fn note_key() -> NoteKey {
    NoteKey::of(&UserKem::from_seed(1, Secret::new([0x24; 32])))
}

fn quote_key() -> QuoteKey {
    QuoteKey::of(&UserRoot::from_seed(&Secret::new([0x21; 32])))
}

fn terms() -> Terms {
    Terms {
        provider: 77,
        service: String::from("couples"),
        minutes: 50,
        format: String::from("video"),
        plan: None,
        state: String::from("CA"),
        cents: 18_000,
        plan_pays_couples: Covers::Unknown,
        record: Recorded::Nobody,
        currency: String::from("USD"),
        valid_until: 20_900,
    }
}

fn provider() -> Provider {
    let text = r#"{"id":77,"name":"Rosa Lind","credentials":"LMFT","about":"","licences":[],"places":[],
        "services":["couples"],"formats":["video"],"specialties":[],"modalities":[],"languages":[],
        "fee_cents":18000,"years":9,"accepting":true,"bookable":true,"on_request":false,"plans":[],
        "minutes":[50],"quotes":[]}"#;
    let mut provider: Provider = serde_json::from_str(text).unwrap();
    provider.sealing_key = Some(Bytes(note_key().public().public));
    provider.sealing_generation = Some(1);
    provider.quote_key = Some(Bytes(quote_key().public().0.to_vec()));
    provider.quotes = vec![signed(&terms(), &quote_key()).unwrap()];
    provider
}

fn wish() -> HoldCreate {
    HoldCreate {
        provider: 77,
        start: Time(29_925_660),
        minutes: 50,
        format: Format::Video,
        service: Service::Couples,
        plan: None,
        state: String::from("CA"),
        with_partner: true,
    }
}

fn hold() -> Hold {
    Hold {
        id: BookingId([5; 16]),
        provider: 77,
        provider_name: String::from("Rosa Lind"),
        start: Time(29_925_660),
        minutes: 50,
        format: Format::Video,
        service: Service::Couples,
        plan: None,
        standing: Standing::Held,
        until: Time(29_922_365),
        seconds_left: 300,
        with_partner: true,
        accepted: false,
        partner_accepted: false,
        partner_token: Some(wire::OwnerToken([6; 32])),
        quotes: vec![signed(&terms(), &quote_key()).unwrap()],
    }
}

fn booking(standing: Standing) -> Booking {
    Booking {
        id: BookingId([5; 16]),
        provider: 77,
        provider_name: String::from("Rosa Lind"),
        start: Time(29_925_660),
        minutes: 50,
        format: Format::Video,
        service: Service::Couples,
        plan: None,
        standing,
        until: None,
        sequence: 2,
        with_partner: true,
        token: Some(wire::OwnerToken([8; 32])),
        quote: None,
        previous: None,
        next: None,
        history: Vec::new(),
    }
}

fn held(device: &Device) -> Held {
    device.script.answers(&hold()).answers(&provider());
    block_on(device.starts().hold(&wish())).unwrap()
}

fn acceptance(note: &str) -> Acceptance {
    Acceptance {
        state: String::from("CA"),
        quote: None,
        note: Some(note.to_owned()),
    }
}

#[test]
fn a_hold_whose_answer_was_lost_is_sent_again_with_the_same_key_and_bytes() {
    let device = Device::new();
    device.script.loses().answers(&hold()).answers(&provider());
    let first = block_on(device.starts().hold(&wish()));
    assert!(matches!(first, Err(BookError::Network(error)) if error.is_offline()));

    let held = block_on(device.starts().hold(&wish())).unwrap();

    assert_eq!(held.hold, hold());
    let acts = device.script.acts();
    assert_eq!(acts.len(), 2);
    assert_eq!(acts[0], acts[1], "key and bytes stay over a kill");
}

#[test]
fn an_act_that_was_answered_is_a_new_act_when_it_is_asked_for_again() {
    let device = Device::new();
    held(&device);
    device.script.refuses(ProblemCode::SlotTaken);
    let again = block_on(device.starts().hold(&wish()));

    assert!(matches!(again, Err(BookError::SlotTaken(_))));
    let acts = device.script.acts();
    assert_ne!(acts[0].1, acts[1].1);
}

/// The list of somebody who has no visits.
fn nothing() -> wire::BookingList {
    wire::BookingList {
        bookings: Vec::new(),
        next: None,
    }
}

#[test]
fn holding_again_what_is_held_already_gives_the_hold() {
    let device = Device::new();
    held(&device);
    device.script.refuses(ProblemCode::HoldElsewhere);
    device.script.answers(&wire::BookingList {
        bookings: vec![booking(Standing::Held)],
        next: None,
    });
    device.script.answers(&hold()).answers(&provider());

    let again = block_on(device.starts().hold(&wish())).unwrap();

    assert_eq!(again.hold, hold());
}

#[test]
fn a_cancellation_cut_off_by_a_kill_is_finished_at_the_next_start() {
    let device = Device::new();
    device.script.answers(&booking(Standing::Booked)).loses();
    let first = block_on(device.starts().cancel(BookingId([5; 16])));
    assert!(first.is_err());

    device.waits(60);
    device.script.answers(&booking(Standing::Cancelled));
    let resumed = block_on(device.starts().resume()).unwrap();

    let done = Resumed {
        kind: ActKind::Cancel,
        done: Ok(Some(BookingId([5; 16]))),
    };
    assert_eq!(resumed, [done]);
    let acts = device.script.acts();
    assert_eq!(acts[0], acts[1]);
    assert_eq!(block_on(device.starts().resume()).unwrap(), []);
}

#[test]
fn cancelling_again_after_a_lost_answer_ends_well_though_the_server_shows_no_token_any_more() {
    let device = Device::new();
    device.script.answers(&booking(Standing::Booked)).loses();
    assert!(block_on(device.starts().cancel(BookingId([5; 16]))).is_err());

    let mut done = booking(Standing::Cancelled);
    done.token = None;
    device.script.answers(&done).answers(&done);
    let cancelled = block_on(device.starts().cancel(BookingId([5; 16]))).unwrap();

    assert_eq!(cancelled.standing, Standing::Cancelled);
    let acts = device.script.acts();
    assert_eq!(acts[0], acts[1]);
    device.script.answers(&done);
    let third = block_on(device.starts().cancel(BookingId([5; 16])));
    assert_eq!(third, Err(BookError::WrongState));
}

#[test]
fn an_old_hold_is_never_sent_again_by_itself() {
    let device = Device::new();
    device.script.loses();
    assert!(block_on(device.starts().hold(&wish())).is_err());

    device.waits(3);

    assert_eq!(block_on(device.starts().resume()).unwrap(), []);
    assert_eq!(device.script.acts().len(), 1);
}

#[test]
fn a_note_leaves_sealed_for_this_booking_and_only_so() {
    let device = Device::new();
    let held = held(&device);
    device.script.answers(&booking(Standing::Held));

    let said = acceptance("We are not sleeping.");
    block_on(device.starts().accept(&held, &said)).unwrap();

    let (path, _, body) = device.script.acts().pop().unwrap();
    assert!(path.ends_with("/accept"));
    assert!(!String::from_utf8_lossy(&body).contains("sleeping"));
    let sent: wire::Accept = serde_json::from_slice(&body).unwrap();
    let about = troth_crypto::note::About {
        booking: [5; 16],
        provider: 77,
    };
    let opened = troth_crypto::note::open(&sent.note.unwrap().0, about, &[note_key()]);
    assert_eq!(opened.unwrap().as_str(), "We are not sleeping.");
}

#[test]
fn no_word_of_a_note_rests_on_the_device_while_its_answer_is_open() {
    let device = Device::new();
    let held = held(&device);
    device.script.loses();

    let said = acceptance("We are not sleeping.");
    assert!(block_on(device.starts().accept(&held, &said)).is_err());

    let rests = device.journal.dump();
    assert!(rests.len() >= 2, "the secret and the open act");
    let has = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("sleeping");
    assert!(!rests.iter().any(|bytes| has(bytes)));
}

#[test]
fn a_note_that_was_changed_after_a_lost_answer_is_another_act() {
    let device = Device::new();
    let held = held(&device);
    device.script.loses().answers(&booking(Standing::Held));

    assert!(block_on(device.starts().accept(&held, &acceptance("one"))).is_err());
    block_on(device.starts().accept(&held, &acceptance("two"))).unwrap();

    let acts = device.script.acts();
    assert_ne!(acts[1].1, acts[2].1);
}

#[test]
fn a_price_that_the_practice_did_not_sign_is_not_shown() {
    let forged = |change: fn(&mut Hold)| {
        let device = Device::new();
        let mut odd = hold();
        change(&mut odd);
        device.script.answers(&odd).answers(&provider());
        block_on(device.starts().hold(&wish())).unwrap_err()
    };

    let cheaper = forged(|hold| hold.quotes[0].cents = 1);
    assert_eq!(cheaper, BookError::QuoteForged);
    let other_key = forged(|hold| {
        let stranger = QuoteKey::of(&UserRoot::from_seed(&Secret::new([1; 32])));
        hold.quotes = vec![signed(&terms(), &stranger).unwrap()];
    });
    assert_eq!(other_key, BookError::QuoteForged);
    let other_visit = forged(|hold| {
        let longer = Terms {
            minutes: 80,
            ..terms()
        };
        hold.quotes = vec![signed(&longer, &quote_key()).unwrap()];
    });
    assert_eq!(other_visit, BookError::QuoteForged);
}

#[test]
fn the_same_person_stays_the_same_client_over_restarts() {
    let device = Device::new();
    held(&device);
    device.script.answers(&wire::BookingList {
        bookings: vec![booking(Standing::Booked)],
        next: None,
    });
    let listed = block_on(device.starts().list()).unwrap();

    assert_eq!(listed.len(), 1);
    let asked = device.script.asked.borrow();
    let shown = |ask: &Ask| {
        let shown = ask
            .headers
            .iter()
            .find(|(name, _)| *name == "authorization");
        shown.map(|(_, value)| value.clone())
    };
    assert_eq!(shown(&asked[0]), shown(&asked[2]));
    assert!(shown(&asked[0]).unwrap().starts_with("Troth-Client "));
    assert_eq!(shown(&asked[1]), None, "a listing is read as a stranger");
}

#[test]
fn what_the_server_says_becomes_what_a_person_can_act_on() {
    let said = |code: ProblemCode| {
        let device = Device::new();
        device.script.refuses(code);
        if code == ProblemCode::HoldElsewhere {
            device.script.answers(&nothing());
        }
        block_on(device.starts().hold(&wish())).unwrap_err()
    };

    assert_eq!(said(ProblemCode::SlotTaken), BookError::SlotTaken(vec![]));
    assert_eq!(said(ProblemCode::HoldElsewhere), BookError::AlreadyHolding);
    assert_eq!(said(ProblemCode::ClientBusy), BookError::Busy(vec![]));
    assert_eq!(said(ProblemCode::TooLate), BookError::TooLate);
    assert_eq!(
        said(ProblemCode::SlowDown),
        BookError::Network(NetworkError::Trouble(crate::Trouble::Slowed))
    );
}
