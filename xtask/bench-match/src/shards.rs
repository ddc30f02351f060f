//! The engine from sealed files, and how large the files are.

use anyhow::Result;
use troth_match::engine::{Network as Engine, Shard};
use troth_match::plain::Entry;
use troth_match::set::Code as _;
use troth_match::shard::{Book, Signer};
use troth_match::{Day, State};

/// Sizes of one state's files, or of all states', in bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sizes {
    pub(crate) name: String,
    pub(crate) rows: usize,
    pub(crate) raw: usize,
    /// What decides and the availability, each through brotli.
    pub(crate) deciding: usize,
    pub(crate) availability: usize,
    /// The whole static file through brotli; not measured for all states.
    pub(crate) statics: Option<usize>,
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
    let (mut sizes, mut sum) = (Vec::new(), Sizes::default());
    let quality = if quick { 9 } else { 11 };
    for state in State::list() {
        let book = Book::new(
            state,
            base,
            by_state[usize::from(state.index())].iter().copied(),
        )?;
        let statics = book.static_file(1, &signer);
        let times = book.availability_file(statics.hash, base, 1, &signer);
        let shown = ["CA", "VT"].contains(&state.code());
        let one = Sizes {
            name: state.code().to_owned(),
            rows: book.len(),
            raw: statics.bytes.len(),
            deciding: brotli_size(&book.deciding_part(), quality),
            availability: brotli_size(&times.bytes, quality),
            statics: shown.then(|| brotli_size(&statics.bytes, quality)),
        };
        sum.rows += one.rows;
        sum.raw += one.raw;
        sum.deciding += one.deciding;
        sum.availability += one.availability;
        if shown {
            sizes.push(one);
        }
        let mut shard = Shard::decode(&statics.bytes, &signer.key())?;
        shard.read_availability(&times.bytes, &signer.key(), base.midnight())?;
        engine.insert(shard);
    }
    sum.name = "all states".to_owned();
    sizes.push(sum);
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
