//! The record as one file: readable at the top, provable underneath.
//!
//! The file is text from the first byte to the last: a line that says how long the parts are,
//! what a person reads, the same as JSON, the signed entries with the secrets that open them,
//! and one line with the signature of the device that wrote it. Specified byte by byte in
//! `docs/protocol/export.md`.
//!
//! # Invariants
//!
//! 1. **Whole.** Checking judges every entry with the same function as the server, opens each
//!    under the committed key, writes the readable parts anew and compares them. So a changed
//!    byte is found wherever it is, and a changed entry is named.
//! 2. **Nothing is left behind.** What was written here and not sent is in it, marked as not in the
//!    record.
//! 3. **Ours only.** No vault, no mark, no draft is in it, neither one's own nor the partner's
//!    (SAFETY X-3).

mod base64;
mod check;
mod parts;
mod text;
mod words;

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use troth_crypto::stretch::Stretch;
use troth_wire::{Envelope, MemberId, Placed, PublicKey, Receipt, Sealed, SpaceId, strict};

pub use check::verify_file;

use crate::client::Client;
use crate::journal::Journal;
use crate::relay::Relay;
use crate::trouble::Trouble;

/// How the first line begins.
const BEGIN: &str = "troth-export/1";

/// The sentence that every export carries (SAFETY X-3).
pub const NOTICE: &str = "Not verified by Troth; laws differ; ask a lawyer or advocate.";

/// The secret of one epoch.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct EpochPart {
    #[n(0)]
    pub(crate) epoch: u32,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) secret: [u8; 32],
}

/// The share that opened an answer to a reveal.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct SharePart {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) reveal: [u8; 32],
    #[n(1)]
    pub(crate) member: MemberId,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) share: [u8; 32],
}

/// An entry that was written and not sent: nobody else has it, and no envelope carries it.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct WaitingPart {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) tag: [u8; 16],
    #[n(1)]
    pub(crate) body: Sealed,
}

/// An entry that was verified and that the record lost in a restore.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct LostPart {
    /// The entry, with its place, minute and head of before.
    #[n(0)]
    pub(crate) placed: Placed,
    /// The key of the device that signed it.
    #[n(1)]
    pub(crate) key: PublicKey,
    /// The secret of its epoch.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) secret: [u8; 32],
}

/// The part that proves the rest.
#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct RecordPart {
    #[n(0)]
    pub(crate) space: SpaceId,
    /// Who took the record along.
    #[n(1)]
    pub(crate) member: MemberId,
    #[n(2)]
    pub(crate) entries: Vec<Placed>,
    #[n(3)]
    pub(crate) epochs: Vec<EpochPart>,
    #[n(4)]
    pub(crate) shares: Vec<SharePart>,
    #[n(5)]
    pub(crate) receipt: Option<Receipt>,
    #[n(6)]
    pub(crate) log_key: PublicKey,
    /// What waits to be sent, in the order in which it was written; absent if nothing does.
    #[n(7)]
    pub(crate) waiting: Option<Vec<WaitingPart>>,
    /// What the record lost in a restore and this device still has; absent where there is none.
    #[n(8)]
    pub(crate) lost: Option<Vec<LostPart>>,
}

/// Derives what the exporting device signs.
fn signed_bytes(covered: &[u8]) -> Vec<u8> {
    let hash = Sha256::digest(covered);
    [b"troth/v1/export".as_slice(), hash.as_slice()].concat()
}

/// Puts the parts of a file together, without its last line.
fn body(text: &str, json: &str, record: &str) -> Vec<u8> {
    let (t, j, r) = (text.len(), json.len(), record.len());
    format!("{BEGIN} text={t} json={j} record={r}\n{text}{json}{record}").into_bytes()
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Takes the record along as one file, without the network, also after leaving.
    ///
    /// Nobody else is told.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the journal cannot be read.
    pub async fn export(&self) -> Result<Vec<u8>, Trouble> {
        let (record, device) = self.exported().await?;
        let read = check::read(&record);
        let told = text::render(&record, &read);
        let encoded = base64::encode(&strict::encode(&record));
        let mut file = body(&told.text.words, &told.json.words, &encoded);
        let sig = device.sign(&signed_bytes(&file));
        let seal = format!("signed-by={} signature={sig}\n", device.public());
        file.extend_from_slice(seal.as_bytes());
        Ok(file)
    }
}

/// Returns the envelopes of an export's entries, for tests that look inside.
#[doc(hidden)]
#[must_use]
pub fn envelopes(file: &[u8]) -> Vec<Envelope> {
    let parts = parts::parts(file).ok();
    parts
        .and_then(|parts| parts.record())
        .map(|record| {
            record
                .entries
                .into_iter()
                .map(|placed| placed.envelope)
                .collect()
        })
        .unwrap_or_default()
}

impl EpochPart {
    pub(crate) fn new(epoch: u32, secret: [u8; 32]) -> Self {
        Self { epoch, secret }
    }
}

/// Reads a share out of sealed bytes of its length.
pub(crate) fn share_of(bytes: &Sealed) -> Option<[u8; 32]> {
    bytes.0.as_slice().try_into().ok()
}
