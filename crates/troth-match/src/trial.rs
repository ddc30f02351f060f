//! A trial: a generated network, sealed and read again, is asked many questions, and all
//! answers are summed up in one digest.
//!
//! Native code keeps the digests in `tests/vectors/answers.txt`; the browser's engine has to
//! come to the same (`crates/troth-web/e2e/matching.test.mjs`).

use core::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::engine::{Network as Engine, Shard};
use crate::generate::Network;
use crate::mix::Mix;
use crate::plain::Entry;
use crate::set::Code;
use crate::shard::{Book, FileHash, ShardError, Signer};
use crate::state::State;
use crate::time::{Day, Minute};

/// The day on which a trial's networks are looked at.
pub const BASE: Day = Day(20_779);

/// A network and how much it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// The seed of network and questions.
    pub seed: u64,
    /// How many providers.
    pub size: u32,
    /// How many questions.
    pub questions: u32,
}

impl Trial {
    /// Runs the trial and tells the digest of all answers in hexadecimal.
    ///
    /// # Errors
    ///
    /// A [`ShardError`] if a file does not come back as it was sealed.
    pub fn run(self) -> Result<String, ShardError> {
        let network = Network::new(self.seed, self.size, BASE);
        let engine = sealed(&entries(&network))?;
        let mut mix = Mix::new(&network, self.seed);
        let mut digest = Sha256::new();
        let mut text = String::new();
        let chicago = |_: &str, _: Minute| Some(-360);
        for number in 0..self.questions {
            let (query, now) = if number % 4 == 0 {
                (mix.typical().1, BASE.midnight())
            } else {
                mix.any()
            };
            let Ok(asked) = query.asked(network.plans(), &chicago, now) else {
                continue;
            };
            text.clear();
            // Every field of every answer, as debugging prints it: the same everywhere.
            let _infallible = write!(text, "{:?}", engine.search(&asked));
            digest.update(text.as_bytes());
        }
        Ok(FileHash(digest.finalize().into()).to_string())
    }
}

/// Makes all providers of a network.
#[must_use]
pub fn entries(network: &Network) -> Vec<Entry> {
    network
        .iter()
        .map(|(provider, availability)| Entry {
            provider,
            availability,
        })
        .collect()
}

/// Seals every state's files and reads them again.
///
/// # Errors
///
/// A [`ShardError`] if a file does not come back as it was sealed.
pub fn sealed(entries: &[Entry]) -> Result<Engine, ShardError> {
    let signer = Signer::from_seed(&[7; 32]);
    let mut engine = Engine::new();
    for state in State::list() {
        let book = Book::new(state, BASE, entries).map_err(|_| ShardError::Malformed)?;
        let statics = book.static_file(1, &signer);
        let times = book.availability_file(statics.hash, BASE, 1, &signer);
        let mut shard = Shard::decode(&statics.bytes, &signer.key())?;
        shard.read_availability(&times.bytes, &signer.key(), BASE.midnight())?;
        engine.insert(shard);
    }
    Ok(engine)
}
