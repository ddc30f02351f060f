//! A directory of generated providers, published as a server does, and searched on the device.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use troth_match::generate;
use troth_match::plain::{self, Entry};
use troth_match::set::Code as _;
use troth_match::shard::{Book, File, FileHash, Index, Signer, StateFiles};
use troth_match::zone::OnlyUtc;
use troth_match::{Availability, Day, Minute, Query, State};
use troth_wire::network::{Bytes, Problem, ProblemCode, ShardList, Time};

use super::*;
use crate::block_on;
use crate::env::Env;
use crate::journal::memory::MemoryJournal;
use crate::lock::Alone;
use crate::network::{Ask, Line, Network, Soon, Told};
use crate::relay::RelayError;

/// 2026-11-22T10:00Z.
const NOW: Minute = Minute(29_922_360);

fn today() -> Day {
    NOW.day()
}

/// Files by their paths.
type Files = BTreeMap<String, Vec<u8>>;

/// What a server has published, and what was asked of it.
#[derive(Default)]
struct Published {
    files: RefCell<Files>,
    /// What stands in the place of the files once so many requests have come.
    later: RefCell<Option<(usize, Files)>>,
    key: Cell<[u8; 32]>,
    asked: RefCell<Vec<String>>,
}

#[derive(Clone)]
struct Shelf(Rc<Published>);

impl Line for Shelf {
    fn ask(&self, ask: Ask) -> Soon<'_, Result<Told, RelayError>> {
        self.0.asked.borrow_mut().push(ask.path.clone());
        assert!(
            ask.headers.is_empty() && ask.body.is_none(),
            "nobody says who asks"
        );
        let mut later = self.0.later.borrow_mut();
        let asked = self.0.asked.borrow().len();
        if let Some((_, files)) = later.take_if(|(count, _)| *count < asked) {
            *self.0.files.borrow_mut() = files;
        }
        drop(later);
        let body = if ask.path == "/api/v1/shards" {
            let list = ShardList {
                serial: 1,
                made: Time(NOW.0),
                key: Bytes(self.0.key.get().to_vec()),
                index: String::from("/shards/index"),
                shards: Vec::new(),
            };
            serde_json::to_vec(&list).ok()
        } else {
            self.0.files.borrow().get(&ask.path).cloned()
        };
        let told = Told {
            status: if body.is_some() { 200 } else { 404 },
            etag: None,
            body: body.unwrap_or_else(|| {
                let problem = Problem::new(ProblemCode::NotFound, String::from("00"));
                serde_json::to_vec(&problem).unwrap()
            }),
        };
        Box::pin(std::future::ready(Ok(told)))
    }

    fn address(&self) -> String {
        String::from("https://troth.example.org")
    }
}

struct Morning;

impl Env for Morning {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(i64::from(NOW.0) * 60).unwrap()
    }

    fn zone(&self) -> String {
        String::from("America/Los_Angeles")
    }

    fn seed(&self) -> [u8; 32] {
        [7; 32]
    }
}

/// A directory of one state with its signer, as a server keeps it.
struct Directory {
    state: State,
    entries: Vec<Entry>,
    signer: Signer,
    published: Rc<Published>,
    last: Cell<Option<(FileHash, FileHash)>>,
    deltas: RefCell<Vec<FileHash>>,
}

impl Directory {
    fn new(seed: u8) -> Self {
        let network = generate::Network::new(5, 400, today());
        let entries = (0..400).map(|row| {
            let (provider, availability) = network.provider(row);
            Entry {
                provider,
                availability,
            }
        });
        Self {
            state: State::parse("CA").unwrap(),
            entries: entries.collect(),
            signer: Signer::from_seed(&[seed; 32]),
            published: Rc::default(),
            last: Cell::new(None),
            deltas: RefCell::default(),
        }
    }

    fn put(&self, file: File) -> FileHash {
        let path = format!("/shards/{}", file.hash);
        self.published.files.borrow_mut().insert(path, file.bytes);
        file.hash
    }

    fn book(&self) -> Book<'_> {
        Book::new(self.state, today(), &self.entries).unwrap()
    }

    /// Publishes everything as an edition.
    fn publish(&self, serial: u32) {
        let book = self.book();
        let statics = self.put(book.static_file(serial, &self.signer));
        let times = self.put(book.availability_file(statics, today(), serial, &self.signer));
        self.last.set(Some((statics, times)));
        self.deltas.borrow_mut().clear();
        self.index(serial, NOW);
    }

    /// Publishes that a provider is not free any more.
    fn fill(&self, serial: u32, provider: ProviderId) {
        let (_, times) = self.last.get().unwrap();
        let after = self.deltas.borrow().last().copied().unwrap_or(times);
        let changed = [(provider, Availability::NONE)];
        let book = self.book();
        let delta = book.delta_file((after, today()), serial, &changed, &self.signer);
        let hash = self.put(delta);
        self.deltas.borrow_mut().push(hash);
        self.index(serial, NOW);
    }

    fn index(&self, serial: u32, made: Minute) {
        let (statics, availability) = self.last.get().unwrap();
        let network = generate::Network::new(5, 400, today());
        let index = Index {
            serial,
            made,
            states: vec![StateFiles {
                state: self.state,
                rows: u32::try_from(self.book().len()).unwrap(),
                statics,
                availability,
                deltas: self.deltas.borrow().clone(),
            }],
            plans: network.plans().clone(),
        };
        self.published.key.set(self.signer.key().0);
        let file = index.to_file(&self.signer);
        let path = String::from("/shards/index");
        self.published.files.borrow_mut().insert(path, file.bytes);
    }

    fn finder(&self, journal: &MemoryJournal) -> Finder {
        Network::new(Shelf(Rc::clone(&self.published)), Morning)
            .bookings(journal.clone(), Box::new(Alone))
            .finder()
    }

    fn asked(&self) -> Vec<String> {
        self.published.asked.borrow().clone()
    }
}

fn query() -> Query {
    Query {
        states: vec![State::parse("CA").unwrap()],
        within_hours: Some(72),
        ..Query::default()
    }
}

#[test]
fn the_device_finds_what_the_plain_scan_of_the_directory_finds() {
    let directory = Directory::new(1);
    directory.publish(1);
    let finder = directory.finder(&MemoryJournal::new());
    let fetched = block_on(finder.fetch(&[directory.state])).unwrap();
    assert!(fetched.providers > 10 && fetched.bytes > 1000);

    let answer = finder.search(&query(), NOW).unwrap();

    let asked = query().asked(&finder.plans(), &OnlyUtc, NOW).unwrap();
    assert!(!answer.found.is_empty());
    assert_eq!(answer, plain::search(&directory.entries, today(), &asked));
}

#[test]
fn what_is_fetched_depends_on_the_state_and_searching_asks_nobody() {
    let directory = Directory::new(1);
    directory.publish(1);
    let fetch = |queries: &[Query]| {
        directory.published.asked.borrow_mut().clear();
        let finder = directory.finder(&MemoryJournal::new());
        block_on(finder.fetch(&[directory.state])).unwrap();
        for query in queries {
            finder.search(query, NOW).unwrap();
        }
        directory.asked()
    };
    let other = Query {
        language: troth_match::Language::parse("es"),
        within_hours: None,
        max_fee_cents: Some(9_000),
        ..query()
    };

    let requests = fetch(&[]);

    assert_eq!(
        requests.len(),
        4,
        "list, index, providers, times: {requests:?}"
    );
    assert_eq!(fetch(&[query()]), requests);
    assert_eq!(fetch(&[other, query()]), requests);
}

#[test]
fn a_refused_start_leaves_the_results_at_once_and_a_refresh_brings_the_truth() {
    let directory = Directory::new(1);
    directory.publish(1);
    let finder = directory.finder(&MemoryJournal::new());
    block_on(finder.fetch(&[directory.state])).unwrap();
    let before = finder.search(&query(), NOW).unwrap();
    let first = &before.found[0];
    let taken = first.starts[0];

    finder.strike(first.id.0, taken);
    let struck = finder.search(&query(), NOW).unwrap();
    let same = struck.found.iter().find(|found| found.id == first.id);
    assert!(same.is_none_or(|found| !found.starts.contains(&taken)));

    directory.fill(2, first.id);
    let requests = directory.asked().len();
    assert!(block_on(finder.refresh()).unwrap());
    assert_eq!(
        directory.asked().len(),
        requests + 3,
        "list, index, one delta"
    );
    let after = finder.search(&query(), NOW).unwrap();
    assert!(after.found.iter().all(|found| found.id != first.id));
    assert!(!block_on(finder.refresh()).unwrap(), "nothing new");
}

#[test]
fn a_file_with_one_changed_bit_is_not_used() {
    let directory = Directory::new(1);
    directory.publish(1);
    let paths: Vec<String> = directory.published.files.borrow().keys().cloned().collect();
    for path in paths {
        let whole = directory.published.files.borrow()[&path].clone();
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        let put = |bytes| {
            directory
                .published
                .files
                .borrow_mut()
                .insert(path.clone(), bytes)
        };
        put(changed);

        let finder = directory.finder(&MemoryJournal::new());
        let fetched = block_on(finder.fetch(&[directory.state]));

        assert_eq!(fetched, Err(NetworkError::Forged), "{path}");
        put(whole);
    }
}

#[test]
fn another_key_or_an_older_edition_is_refused_by_a_device_that_saw_a_newer_one() {
    let journal = MemoryJournal::new();
    let directory = Directory::new(1);
    directory.publish(9);
    block_on(directory.finder(&journal).fetch(&[directory.state])).unwrap();

    directory.index(8, Minute(NOW.0 - 60));
    let old = block_on(directory.finder(&journal).fetch(&[directory.state]));
    assert_eq!(old, Err(NetworkError::Forged));
    let fresh = MemoryJournal::new();
    assert!(block_on(directory.finder(&fresh).fetch(&[directory.state])).is_ok());

    let other = Directory::new(2);
    other.publish(10);
    let foreign = block_on(other.finder(&journal).fetch(&[other.state]));
    assert_eq!(foreign, Err(NetworkError::Forged));
    let finder = other.finder(&journal);
    block_on(finder.trust_anew()).unwrap();
    assert!(block_on(finder.fetch(&[other.state])).is_ok());
}

#[test]
fn an_index_replaced_while_its_files_are_fetched_is_read_again_and_the_fetch_ends() {
    // The files are exchanged after the first request, after the second, and so on.
    for count in 1..=4 {
        let directory = Directory::new(1);
        directory.publish(2);
        let later = directory.published.files.take();
        directory.publish(1);
        *directory.published.later.borrow_mut() = Some((count, later));
        let finder = directory.finder(&MemoryJournal::new());

        let fetched = block_on(finder.fetch(&[directory.state])).unwrap();

        assert!(fetched.providers > 10);
        let serial = if count < 4 { 2 } else { 1 };
        assert_eq!(finder.serial(), serial, "after {count} requests");
        assert!(!finder.search(&query(), NOW).unwrap().found.is_empty());
        assert!(directory.asked().len() <= 8, "once again, and no more");
    }
}

#[test]
fn an_index_that_names_files_which_are_not_there_is_asked_for_twice_and_not_for_ever() {
    let directory = Directory::new(1);
    directory.publish(1);
    let only_index = |path: &String, _: &mut Vec<u8>| path == "/shards/index";
    directory.published.files.borrow_mut().retain(only_index);
    let finder = directory.finder(&MemoryJournal::new());

    let fetched = block_on(finder.fetch(&[directory.state]));

    assert_eq!(fetched.unwrap_err().code(), Some(ProblemCode::NotFound));
    assert_eq!(directory.asked().len(), 6, "list, index and file, twice");
}

#[test]
fn a_state_without_providers_is_fetched_as_an_empty_one_and_an_unfetched_one_is_said() {
    let directory = Directory::new(1);
    directory.publish(1);
    let finder = directory.finder(&MemoryJournal::new());
    assert_eq!(finder.search(&query(), NOW), Err(NetworkError::NotFetched));

    let empty = State::parse("GU").unwrap();
    block_on(finder.fetch(&[empty])).unwrap();
    let there = Query {
        states: vec![empty],
        ..query()
    };

    assert_eq!(finder.search(&there, NOW).unwrap().found, []);
    assert_eq!(finder.search(&query(), NOW), Err(NetworkError::NotFetched));
}
