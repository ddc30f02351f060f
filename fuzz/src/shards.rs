//! What is tried on any bytes of shard files.
//!
//! Whole files are refused at the signature; so bodies are signed here, with a key that
//! everybody knows, and tried as if they were the directory's own.
//! `crates/troth-match/tests/decoders.rs` replays the corpus in every test run.

use troth_match::engine::Shard;
use troth_match::plan::Plans;
use troth_match::query::{Query, WantedFormat};
use troth_match::shard::file::{Header, Kind, Signer, seal};
use troth_match::shard::{FileHash, Index};
use troth_match::zone::OnlyUtc;
use troth_match::{Code, Day, Language, Point, Set, Specialty, State};

/// What is tried on bytes.
pub type Decoder = fn(&[u8]);

/// Every decoder by its name; the corpus of each lies in `fuzz/corpus/<name>`.
pub const SHARD_DECODERS: [(&str, Decoder); 4] = [
    ("shard_static", try_static),
    ("shard_availability", try_availability),
    ("shard_delta", try_delta),
    ("shard_index", try_index),
];

const STATIC: &[u8] = include_bytes!("../../crates/troth-match/tests/vectors/shards/static.shard");
const TIMES: &[u8] =
    include_bytes!("../../crates/troth-match/tests/vectors/shards/availability.shard");
const BASE: Day = Day(20_779);

fn signer() -> Signer {
    Signer::from_seed(&[7; 32])
}

/// Signs a body: the first two bytes say how many rows, the rest is the body.
fn signed(bytes: &[u8], kind: Kind, parent: FileHash) -> Vec<u8> {
    let (head, body) = bytes.split_at_checked(2).unwrap_or((&[], bytes));
    let rows = head
        .iter()
        .rev()
        .fold(0, |rows, byte| rows << 8 | u32::from(*byte));
    let state = if kind == Kind::Index {
        None
    } else {
        State::parse("CA")
    };
    seal(
        &Header {
            kind,
            state,
            rows,
            day: BASE,
            serial: 1,
            parent,
        },
        body,
        &signer(),
    )
    .bytes
}

/// A static body that is read answers every kind of question.
pub fn try_static(bytes: &[u8]) {
    let _ = Shard::decode(bytes, &signer().key());
    let file = signed(bytes, Kind::Static, FileHash::default());
    if let Ok(shard) = Shard::decode(&file, &signer().key()) {
        asked_everything(&shard);
    }
}

/// An availability body that is read leaves a shard that answers.
pub fn try_availability(bytes: &[u8]) {
    let Ok(mut shard) = Shard::decode(STATIC, &signer().key()) else {
        return;
    };
    let file = signed(bytes, Kind::Availability, shard.hash());
    if shard
        .read_availability(&file, &signer().key(), BASE.midnight())
        .is_ok()
    {
        asked_everything(&shard);
    }
}

/// A delta body that is read leaves a shard that answers.
pub fn try_delta(bytes: &[u8]) {
    let Ok(mut shard) = Shard::decode(STATIC, &signer().key()) else {
        return;
    };
    let now = BASE.midnight();
    if shard
        .read_availability(TIMES, &signer().key(), now)
        .is_err()
    {
        return;
    }
    let file = signed(bytes, Kind::Delta, FileHash::of(TIMES));
    if shard.read_delta(&file, &signer().key(), now).is_ok() {
        asked_everything(&shard);
    }
}

/// An index that is read comes back from its own file.
pub fn try_index(bytes: &[u8]) {
    let file = signed(bytes, Kind::Index, FileHash::default());
    if let Ok(index) = Index::decode(&file, &signer().key()) {
        let again = index.to_file(&signer());
        assert_eq!(Index::decode(&again.bytes, &signer().key()), Ok(index));
    }
}

fn asked_everything(shard: &Shard) {
    let mut query = Query {
        states: vec![shard.state()],
        ..Query::default()
    };
    let mut queries = vec![query.clone()];
    query.plan = shard.plans().first().map(|plan| (*plan).into());
    query.format = WantedFormat::Any;
    query.near = Some(Point {
        lat: 3_405,
        lon: -11_824,
    });
    query.within_hours = Some(100);
    query.states.extend(State::parse("NV"));
    queries.push(query.clone());
    query.specialties = Specialty::list().collect::<Set<_>>();
    (query.language, query.max_fee_cents) = (Language::from_index(0), Some(15_000));
    queries.push(query);
    let plans = shard.plans().iter().map(|id| troth_match::Plan {
        id: *id,
        name: id.0.to_string(),
        states: Set::EMPTY,
    });
    let plans = Plans::new(plans.collect());
    for query in queries {
        if let Ok(asked) = query.asked(&plans, &OnlyUtc, BASE.midnight()) {
            let answer = shard.search(&asked);
            assert!(answer.found.len() <= shard.len());
        }
    }
    let _ = shard.cities();
}
