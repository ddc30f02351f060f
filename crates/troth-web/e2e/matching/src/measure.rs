//! One shard of about 17,000 rows: how long until it can be asked, and how long an answer takes.

use troth_match::engine::Shard;
use troth_match::generate::Network;
use troth_match::mix::Mix;
use troth_match::plain::Entry;
use troth_match::query::Asked;
use troth_match::shard::{Book, ShardError, Signer};
use troth_match::trial::BASE;
use troth_match::zone::OnlyUtc;
use troth_match::{Provider, State};

/// Providers of a network in which California's shard has about 17,000 rows.
const SIZE: u32 = 161_000;
/// The clock of a browser is coarse, so many questions are timed together.
const QUESTIONS: usize = 2_000;

/// Measures and says the figures as `name=value` pairs.
pub(crate) fn run(window: &web_sys::Window) -> Result<String, ShardError> {
    let clock = window.performance().ok_or(ShardError::Malformed)?;
    let state = State::parse("CA").ok_or(ShardError::State)?;
    let network = Network::new(1, SIZE, BASE);
    let here = |(provider, _): &(Provider, _)| provider.licence(state).is_some();
    let entries: Vec<Entry> = network
        .iter()
        .filter(here)
        .map(|(provider, availability)| Entry {
            provider,
            availability,
        })
        .collect();
    let signer = Signer::from_seed(&[7; 32]);
    let book = Book::new(state, BASE, &entries).map_err(|_| ShardError::Malformed)?;
    let statics = book.static_file(1, &signer);
    let times = book.availability_file(statics.hash, BASE, 1, &signer);
    let decode = || -> Result<(f64, Shard), ShardError> {
        let start = clock.now();
        let mut shard = Shard::decode(&statics.bytes, &signer.key())?;
        shard.read_availability(&times.bytes, &signer.key(), BASE.midnight())?;
        Ok((clock.now() - start, shard))
    };
    let (first, shard) = decode()?;
    let mut decodes = Vec::new();
    for _ in 0..9 {
        decodes.push(decode()?.0);
    }
    decodes.sort_by(f64::total_cmp);
    let questions = questions(&network, state);
    let _warm = answered(&shard, &questions);
    let start = clock.now();
    let found = answered(&shard, &questions);
    let top = (clock.now() - start) * 1e3 / QUESTIONS as f64;
    let start = clock.now();
    let shown: usize = questions
        .iter()
        .map(|asked| shard.search(asked).found.len())
        .sum();
    let search = (clock.now() - start) * 1e3 / QUESTIONS as f64;
    let middle = decodes.get(decodes.len() / 2).copied().unwrap_or_default();
    Ok(format!(
        "rows={} bytes={} first_ms={first:.1} decode_ms={middle:.1} question_us={top:.2} shown_us={search:.1} found={} memory={}",
        shard.len(),
        statics.bytes.len() + times.bytes.len(),
        found + shown,
        shard.memory(),
    ))
}

/// Questions of the measured mix that are about this state.
fn questions(network: &Network, state: State) -> Vec<Asked> {
    let mut mix = Mix::new(network, 1);
    let mut all = Vec::with_capacity(QUESTIONS);
    while all.len() < QUESTIONS {
        let (_, query) = mix.typical();
        if let Ok(asked) = query.asked(network.plans(), &OnlyUtc, BASE.midnight())
            && asked.state == state
        {
            all.push(asked);
        }
    }
    all
}

fn answered(shard: &Shard, questions: &[Asked]) -> usize {
    questions.iter().map(|asked| shard.top(asked).len()).sum()
}
