//! A slice of fuzzing in every test run: the corpus, and some thousand changed inputs.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::path::Path;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

#[expect(
    unreachable_pub,
    reason = "the file is a public module of the fuzz crate"
)]
#[path = "../../../fuzz/src/decoders.rs"]
mod decoders;

const CHANGED: u32 = 400;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new("../../fuzz/corpus").join(name);
    let files = std::fs::read_dir(&folder).expect("each decoder has a corpus");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("a file that can be read"))
        .collect()
}

fn below(rng: &mut ChaCha20Rng, limit: usize) -> usize {
    usize::try_from(rng.next_u32()).expect("32 bits fit") % limit.max(1)
}

/// Changes a seed in one of the ways in which bytes go wrong.
fn change(seed: &[u8], other: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=below(rng, 3) {
        let at = below(rng, bytes.len());
        match below(rng, 6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), rng.next_u32().to_le_bytes()[0]),
            2 if at < bytes.len() => bytes[at] ^= 1 << below(rng, 8),
            3 if at < bytes.len() => bytes[at] = rng.next_u32().to_le_bytes()[0],
            4 if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.extend_from_slice(&other[below(rng, other.len())..]),
        }
    }
    bytes
}

#[test]
fn no_decoder_panics_on_the_corpus_or_on_changed_inputs() {
    for (name, decode) in decoders::DECODERS {
        let seeds = corpus(name);
        assert!(!seeds.is_empty(), "{name} has no seed");
        seeds.iter().for_each(|seed| decode(seed));
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        for round in 0..CHANGED {
            let seed = &seeds[below(&mut rng, seeds.len())];
            let other = &seeds[below(&mut rng, seeds.len())];
            let changed = change(seed, other, &mut rng);
            let judged = std::panic::catch_unwind(|| decode(&changed));
            assert!(
                judged.is_ok(),
                "{name} panics in round {round} on {changed:02x?}"
            );
        }
    }
}
