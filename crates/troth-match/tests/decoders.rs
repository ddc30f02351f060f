//! A slice of fuzzing in every test run: the corpus, and some thousand changed inputs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, TestRunner};

#[expect(
    unreachable_pub,
    reason = "the file is a public module of the fuzz crate"
)]
#[path = "../../../fuzz/src/shards.rs"]
mod shards;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new("../../fuzz/corpus").join(name);
    let files = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

#[test]
fn no_decoder_panics_on_the_corpus_or_on_changed_inputs() {
    for (name, decode) in shards::SHARD_DECODERS {
        let seeds = corpus(name);
        assert!(!seeds.is_empty(), "{name} has no seed");
        seeds.iter().for_each(|seed| decode(seed));
        let change = (any::<proptest::sample::Index>(), any::<u8>(), 0..4_u8);
        let changes = proptest::collection::vec(change, 1..4);
        let mut runner = TestRunner::new(Config {
            cases: 400,
            failure_persistence: None,
            ..Config::default()
        });
        let inputs = (proptest::sample::select(seeds), changes).prop_map(|(mut bytes, changes)| {
            for (at, value, how) in changes {
                let at = at.index(bytes.len().max(1));
                match how {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at.min(bytes.len()), value),
                    _ => bytes
                        .iter_mut()
                        .skip(at)
                        .take(1)
                        .for_each(|byte| *byte = value),
                }
            }
            bytes
        });
        runner
            .run(&inputs, |bytes| {
                decode(&bytes);
                Ok(())
            })
            .unwrap();
    }
}
