//! The engine, read from sealed shard files, gives the plain scan's answers.

use troth_match::engine::{Network as Engine, Shard};
use troth_match::generate::Network;
use troth_match::mix::Mix;
use troth_match::plain::{self, Entry};
use troth_match::set::Code;
use troth_match::shard::{Book, FileHash, Signer};
use troth_match::zone::Bundled;
use troth_match::{Day, State};

const BASE: Day = Day(20_779);

fn signer() -> Signer {
    Signer::from_seed(&[7; 32])
}

fn entries(network: &Network) -> Vec<Entry> {
    network
        .iter()
        .map(|(provider, availability)| Entry {
            provider,
            availability,
        })
        .collect()
}

/// Seals every state's files and reads them again.
fn engine(entries: &[Entry]) -> Engine {
    let signer = signer();
    let mut engine = Engine::new();
    for state in State::list() {
        let book = Book::new(state, BASE, entries).unwrap();
        let statics = book.static_file(1, &signer);
        let times = book.availability_file(statics.hash, BASE, 1, &signer);
        let mut shard = Shard::decode(&statics.bytes, &signer.key()).unwrap();
        shard
            .read_availability(&times.bytes, &signer.key(), BASE.midnight())
            .unwrap();
        assert_eq!(shard.len(), book.len());
        assert_eq!(shard.after(), Some(FileHash::of(&times.bytes)));
        engine.insert(shard);
    }
    engine
}

/// How many questions each network is asked; the night asks more.
fn questions() -> usize {
    std::env::var("TROTH_MATCH_QUESTIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(3_334)
}

fn agree(seed: u64, size: u32) {
    let network = Network::new(seed, size, BASE);
    let entries = entries(&network);
    let engine = engine(&entries);
    let mut mix = Mix::new(&network, seed);
    let (mut found, mut relaxed) = (0, 0);
    for number in 0..questions() {
        let (query, now) = if number % 4 == 0 {
            (mix.typical().1, BASE.midnight())
        } else {
            mix.any()
        };
        let asked = query.asked(network.plans(), &Bundled, now).unwrap();
        let plain = plain::search(&entries, BASE, &asked);
        let fast = engine.search(&asked);
        assert_eq!(
            fast, plain,
            "question {number} of network {seed}: {query:?} at {now}"
        );
        for one in &fast.found {
            assert_eq!(
                one.score,
                one.reasons
                    .iter()
                    .map(|reason| reason.points())
                    .sum::<u32>()
            );
        }
        found += usize::from(!plain.found.is_empty());
        relaxed += usize::from(!plain.relaxations.is_empty());
    }
    // A test in which nobody is ever found would agree too.
    assert!(
        found * 4 > questions() && relaxed * 4 > questions(),
        "{found} {relaxed}"
    );
}

#[test]
fn the_engine_agrees_with_the_plain_scan_on_a_small_network() {
    agree(1, 400);
}

#[test]
fn the_engine_agrees_with_the_plain_scan_on_a_middling_network() {
    agree(2, 2_000);
}

#[test]
fn the_engine_agrees_with_the_plain_scan_on_a_larger_network() {
    agree(3, 6_000);
}
