//! Shard files: frozen ones still open, broken and foreign ones are refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::PathBuf;

use troth_match::availability::Availability;
use troth_match::engine::Shard;
use troth_match::generate::Network;
use troth_match::mix::Mix;
use troth_match::plain::{self, Entry};
use troth_match::shard::{
    Book, File, FileHash, Index, Key, MAX_AGE_DAYS, ShardError, Signer, StateFiles,
};
use troth_match::trial::{BASE, entries};
use troth_match::zone::OnlyUtc;
use troth_match::{ProviderId, State};

fn signer() -> Signer {
    Signer::from_seed(&[7; 32])
}

fn key() -> Key {
    signer().key()
}

fn california() -> State {
    State::parse("CA").unwrap()
}

/// Static, availability, delta and index file of a network of 300.
struct Files {
    network: Network,
    entries: Vec<Entry>,
    changed: Vec<(ProviderId, Availability)>,
    files: [File; 4],
}

fn files() -> Files {
    let network = Network::new(11, 300, BASE);
    let entries = entries(&network);
    let book = Book::new(california(), BASE, &entries).unwrap();
    let statics = book.static_file(4, &signer());
    let times = book.availability_file(statics.hash, BASE, 5, &signer());
    let changed: Vec<_> = book
        .order()
        .step_by(3)
        .map(|id| (id, Availability::span(id.0 as usize, 400)))
        .collect();
    let delta = book.delta_file((times.hash, BASE), 6, &changed, &signer());
    let index = Index {
        serial: 7,
        made: BASE.midnight().plus(61),
        states: vec![StateFiles {
            state: california(),
            rows: book.len() as u32,
            statics: statics.hash,
            availability: times.hash,
            deltas: vec![delta.hash],
        }],
        plans: network.plans().clone(),
    };
    let index = index.to_file(&signer());
    Files {
        files: [statics, times, delta, index],
        network,
        entries,
        changed,
    }
}

fn read(files: &Files) -> Shard {
    let [statics, times, delta, _] = &files.files;
    let mut shard = Shard::decode(&statics.bytes, &key()).unwrap();
    shard
        .read_availability(&times.bytes, &key(), BASE.midnight())
        .unwrap();
    shard
        .read_delta(&delta.bytes, &key(), BASE.midnight())
        .unwrap();
    shard
}

#[test]
fn frozen_files_are_what_is_written_today_and_still_open() {
    let files = files();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/shards");
    for (name, file) in ["static", "availability", "delta", "index"]
        .iter()
        .zip(&files.files)
    {
        let path = folder.join(format!("{name}.shard"));
        if std::env::var_os("TROTH_WRITE_VECTORS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &file.bytes).unwrap();
        }
        assert_eq!(std::fs::read(&path).unwrap(), file.bytes, "{name}");
    }
    let index = Index::decode(&files.files[3].bytes, &key()).unwrap();
    assert_eq!(index.plans, *files.network.plans());
    assert!(index.is_newer_than(6) && !index.is_newer_than(7));
    assert_eq!(
        index.files(california()).unwrap().statics,
        read(&files).hash()
    );
    let name = files.files[0].hash.to_string();
    assert_eq!(FileHash::parse(&name), Some(files.files[0].hash));
}

#[test]
fn a_delta_changes_the_rows_it_names_and_no_others() {
    let mut files = files();
    let shard = read(&files);
    for entry in &mut files.entries {
        if let Some((_, changed)) = files
            .changed
            .iter()
            .find(|(id, _)| *id == entry.provider.id)
        {
            entry.availability = *changed;
        }
    }
    let mut mix = Mix::new(&files.network, 5);
    let mut found = 0;
    for _ in 0..3_000 {
        let (mut query, now) = mix.any();
        query.states[0] = california();
        query.evenings = false;
        let asked = query.asked(files.network.plans(), &OnlyUtc, now).unwrap();
        let answer = shard.search(&asked);
        assert_eq!(answer, plain::search(&files.entries, BASE, &asked));
        found += answer.found.len();
    }
    assert!(found > 300, "{found}");
}

#[test]
fn what_is_cut_off_or_added_or_changed_is_refused() {
    let files = files();
    for file in &files.files {
        let open = |bytes: &[u8]| open_any(&files, bytes);
        assert_eq!(open(&file.bytes), Ok(()));
        for end in (0..file.bytes.len()).step_by(file.bytes.len() / 300 + 1) {
            assert_eq!(
                open(&file.bytes[..end]),
                Err(ShardError::Truncated),
                "{end}"
            );
        }
        assert_eq!(
            open(&[&file.bytes[..], b"x"].concat()),
            Err(ShardError::Trailing)
        );
        for at in (0..file.bytes.len()).step_by(file.bytes.len() / 700 + 1) {
            let mut bytes = file.bytes.clone();
            bytes[at] ^= 1 << (at % 8);
            let error = open(&bytes).unwrap_err();
            assert_ne!(
                error,
                ShardError::Malformed,
                "byte {at} was read before it was checked"
            );
        }
    }
}

/// Opens a file as what its header says it is.
fn open_any(files: &Files, bytes: &[u8]) -> Result<(), ShardError> {
    let [statics, times, ..] = &files.files;
    let mut shard = Shard::decode(&statics.bytes, &key())?;
    match bytes.get(10) {
        Some(2) => shard.read_availability(bytes, &key(), BASE.midnight()),
        Some(3) => {
            shard.read_availability(&times.bytes, &key(), BASE.midnight())?;
            shard.read_delta(bytes, &key(), BASE.midnight())
        }
        Some(4) => Index::decode(bytes, &key()).map(drop),
        _ => Shard::decode(bytes, &key()).map(drop),
    }
}

#[test]
fn a_foreign_file_is_refused_with_its_reason() {
    let files = files();
    let [statics, times, delta, index] = &files.files;
    let foreign = Signer::from_seed(&[8; 32]);
    assert_eq!(
        Shard::decode(&statics.bytes, &foreign.key()).unwrap_err(),
        ShardError::Foreign
    );
    assert_eq!(
        Index::decode(&index.bytes, &foreign.key()),
        Err(ShardError::Foreign)
    );
    assert_eq!(
        Shard::decode(&times.bytes, &key()).unwrap_err(),
        ShardError::Kind
    );
    assert_eq!(
        Shard::decode(b"GIF89a", &key()).unwrap_err(),
        ShardError::Truncated
    );
    assert_eq!(
        Shard::decode(&[b'x'; 400], &key()).unwrap_err(),
        ShardError::NotAShard
    );
    let mut newer = statics.bytes.clone();
    newer[8] = 3;
    assert_eq!(
        Shard::decode(&newer, &key()).unwrap_err(),
        ShardError::Version
    );

    let now = BASE.midnight();
    let mut shard = Shard::decode(&statics.bytes, &key()).unwrap();
    assert_eq!(
        shard.read_delta(&delta.bytes, &key(), now),
        Err(ShardError::Parent)
    );
    shard.read_availability(&times.bytes, &key(), now).unwrap();
    shard.read_delta(&delta.bytes, &key(), now).unwrap();
    assert_eq!(
        shard.read_delta(&delta.bytes, &key(), now),
        Err(ShardError::Parent),
        "twice"
    );

    let book = Book::new(california(), BASE, &files.entries).unwrap();
    let other = book.availability_file(FileHash([1; 32]), BASE, 5, &signer());
    assert_eq!(
        shard.read_availability(&other.bytes, &key(), now),
        Err(ShardError::Parent)
    );
    let late = book.availability_file(statics.hash, BASE.plus(MAX_AGE_DAYS + 1), 5, &signer());
    assert_eq!(
        shard.read_availability(&late.bytes, &key(), now),
        Err(ShardError::TooOld)
    );
    let nevada = Book::new(State::parse("NV").unwrap(), BASE, &files.entries).unwrap();
    let nevada = nevada.availability_file(statics.hash, BASE, 5, &signer());
    assert_eq!(
        shard.read_availability(&nevada.bytes, &key(), now),
        Err(ShardError::State)
    );
}
