//! The engine, read from sealed shard files, gives the plain scan's answers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use troth_match::generate::Network;
use troth_match::mix::Mix;
use troth_match::plain;
use troth_match::trial::{BASE, Trial, entries, sealed};
use troth_match::zone::Bundled;

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
    let engine = sealed(&entries).unwrap();
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

/// The browser's engine comes to the same digests: `crates/troth-web/e2e/matching.test.mjs`.
#[test]
fn the_answers_of_three_networks_are_the_frozen_ones() {
    for line in include_str!("vectors/answers.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split(' ').collect();
        let [seed, size, questions] = [0, 1, 2].map(|at| fields[at].parse::<u32>().unwrap());
        let digest = Trial {
            seed: seed.into(),
            size,
            questions,
        }
        .run()
        .unwrap();
        assert_eq!(digest, fields[3], "network {seed} of {size}");
    }
}
