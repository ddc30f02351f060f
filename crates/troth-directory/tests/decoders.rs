//! A slice of fuzzing in every test run: the corpus, and some hundred changed inputs.

#[cfg(test)]
#[expect(
    unreachable_pub,
    reason = "the file is a public module of the fuzz crate"
)]
#[path = "../../../fuzz/src/directory.rs"]
mod directory;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    use crate::directory;

    const CHANGED: u32 = 300;

    fn corpus(name: &str) -> Vec<Vec<u8>> {
        let folder = Path::new("../../fuzz/corpus").join(name);
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        paths.sort();
        paths
            .iter()
            .map(|path| std::fs::read(path).unwrap())
            .collect()
    }

    fn below(rng: &mut ChaCha8Rng, limit: usize) -> usize {
        usize::try_from(rng.next_u32()).unwrap() % limit.max(1)
    }

    /// Changes a seed in one of the ways in which bytes go wrong.
    fn change(seed: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=below(rng, 3) {
            let at = below(rng, bytes.len());
            let odd = [
                b'"',
                b',',
                b'\n',
                b'{',
                b'}',
                0xE9,
                rng.next_u32().to_le_bytes()[0],
            ];
            match below(rng, 4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), odd[below(rng, odd.len())]),
                2 if at < bytes.len() => bytes[at] = odd[below(rng, odd.len())],
                3 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.extend_from_within(at..),
            }
        }
        bytes
    }

    #[test]
    fn no_reader_panics_on_the_corpus_or_on_changed_inputs() {
        for (name, read) in directory::READERS {
            let seeds = corpus(name);
            assert!(!seeds.is_empty(), "{name} has no seed");
            seeds.iter().for_each(|seed| read(seed));
            let mut rng = ChaCha8Rng::seed_from_u64(7);
            for _ in 0..CHANGED {
                for seed in &seeds {
                    read(&change(seed, &mut rng));
                }
            }
        }
    }
}
