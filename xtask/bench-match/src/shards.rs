//! The engine from sealed files, and how large the files are.

use anyhow::Result;
use troth_match::engine::{Network as Engine, Shard};
use troth_match::plain::Entry;
use troth_match::set::Code as _;
use troth_match::shard::{Book, Signer};
use troth_match::{Day, State};

/// Sizes of one state's files, in bytes.
#[derive(Debug, Clone)]
pub(crate) struct Sizes {
    pub(crate) state: State,
    pub(crate) rows: usize,
    pub(crate) raw: usize,
    /// What decides, the whole static file, and the availability, each through brotli.
    pub(crate) deciding: usize,
    pub(crate) statics: usize,
    pub(crate) availability: usize,
}

/// Seals every state's files and reads them again.
pub(crate) fn build(entries: &[Entry], base: Day, quick: bool) -> Result<(Engine, Vec<Sizes>)> {
    let signer = Signer::from_seed(&[7; 32]);
    let mut by_state: Vec<Vec<&Entry>> = State::list().map(|_| Vec::new()).collect();
    for entry in entries {
        for state in entry.provider.licensed().iter() {
            by_state[usize::from(state.index())].push(entry);
        }
    }
    let mut engine = Engine::new();
    let mut sizes = Vec::new();
    for state in State::list() {
        let book = Book::new(
            state,
            base,
            by_state[usize::from(state.index())].iter().copied(),
        )?;
        let statics = book.static_file(1, &signer);
        let times = book.availability_file(statics.hash, base, 1, &signer);
        if ["CA", "VT"].contains(&state.code()) {
            let quality = if quick || book.len() > 100_000 { 9 } else { 11 };
            sizes.push(Sizes {
                state,
                rows: book.len(),
                raw: statics.bytes.len(),
                deciding: brotli_size(&book.deciding_part(), quality),
                statics: brotli_size(&statics.bytes, quality),
                availability: brotli_size(&times.bytes, quality),
            });
        }
        let mut shard = Shard::decode(&statics.bytes, &signer.key())?;
        shard.read_availability(&times.bytes, &signer.key(), base.midnight())?;
        engine.insert(shard);
    }
    Ok((engine, sizes))
}

fn brotli_size(bytes: &[u8], quality: i32) -> usize {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 22,
        ..Default::default()
    };
    let mut out = Vec::new();
    let written = brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters);
    written.map_or(0, |_| out.len())
}
