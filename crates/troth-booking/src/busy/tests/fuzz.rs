//! A slice of fuzzing in every test run: the corpus, and some hundred changed inputs.

use std::path::Path;

use super::draw::Draw;

#[expect(
    unreachable_pub,
    reason = "the file is a public module of the fuzz crate"
)]
#[path = "../../../../../fuzz/src/booking.rs"]
mod booking;

/// How often each input of the corpus is changed.
const CHANGED: u32 = 40;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(name);
    let files = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// Changes an input in one of the ways in which bytes go wrong.
fn change(seed: &[u8], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=draw.below(3) {
        let at = draw.below(bytes.len().max(1) as u64) as usize;
        let odd = b"\";:,=\n-9\xe9Z"[draw.below(10) as usize];
        match draw.below(5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), odd),
            2 if at < bytes.len() => bytes[at] = odd,
            3 if at < bytes.len() => drop(bytes.remove(at)),
            _ => bytes.extend_from_within(at..),
        }
    }
    bytes
}

#[test]
fn no_reader_panics_on_the_corpus_or_on_changed_inputs() {
    for (name, read) in booking::BOOKING_READERS {
        let seeds = corpus(name);
        assert!(!seeds.is_empty(), "{name} has no seed");
        let mut draw = Draw(7);
        for seed in &seeds {
            read(seed);
            (0..CHANGED).for_each(|_| read(&change(seed, &mut draw)));
        }
    }
}
