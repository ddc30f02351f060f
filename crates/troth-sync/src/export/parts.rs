//! Taking an exported file apart, and naming the entry at which that ends.

use minicbor::Decoder;
use troth_wire::{MemberId, Placed, PublicKey, Signature, SpaceId, strict};

use super::{BEGIN, RecordPart, base64};

/// A file, taken apart.
pub(super) struct Parts<'a> {
    /// The bytes that the seal covers.
    pub(super) covered: &'a [u8],
    pub(super) text: &'a [u8],
    pub(super) json: &'a [u8],
    record: &'a [u8],
    /// Whose seal it is, and the seal; `None` if the last line is no such line.
    pub(super) seal: Option<(PublicKey, Signature)>,
}

impl Parts<'_> {
    /// Decodes the part that proves the rest.
    pub(super) fn record(&self) -> Option<RecordPart> {
        strict::decode(&base64::decode(self.record)?).ok()
    }

    /// Finds the place of the first entry that cannot be decoded, where that is what ails the part.
    pub(super) fn malformed_at(&self) -> Option<u64> {
        let bytes = base64::decode_before_fault(self.record);
        let mut decoder = Decoder::new(&bytes);
        decoder.map().ok()?;
        (decoder.u32().ok()? == 0).then_some(())?;
        decoder.decode::<SpaceId>().ok()?;
        (decoder.u32().ok()? == 1).then_some(())?;
        decoder.decode::<MemberId>().ok()?;
        (decoder.u32().ok()? == 2).then_some(())?;
        let entries = decoder.array().ok()??;
        (1..=entries).find(|_| !is_entry(&mut decoder, &bytes))
    }
}

/// Reads one entry, and tells whether its bytes are the ones that stand for it.
fn is_entry(decoder: &mut Decoder<'_>, bytes: &[u8]) -> bool {
    let begin = decoder.position();
    let Ok(placed) = decoder.decode::<Placed>() else {
        return false;
    };
    bytes.get(begin..decoder.position()) == Some(&strict::encode(&placed))
}

/// Takes a file apart along the lengths in its first line.
///
/// # Errors
///
/// What is wrong, in words for [`Broken`](crate::view::Broken).
pub(super) fn parts(file: &[u8]) -> Result<Parts<'_>, &'static str> {
    let end = file.iter().position(|byte| *byte == b'\n');
    let (first, rest) = end
        .and_then(|end| file.split_at_checked(end + 1))
        .ok_or("not an export")?;
    let [t, j, r] = lengths(first).ok_or("not an export")?;
    let cut = "the file is cut short, or its first line was changed";
    let (text, rest) = rest.split_at_checked(t).ok_or(cut)?;
    let (json, rest) = rest.split_at_checked(j).ok_or(cut)?;
    let (record, seal) = rest.split_at_checked(r).ok_or(cut)?;
    let covered = file.get(..file.len() - seal.len()).ok_or(cut)?;
    Ok(Parts {
        covered,
        text,
        json,
        record,
        seal: seal_of(seal),
    })
}

/// Reads the first line: the lengths of text, JSON and record, in bytes.
fn lengths(first: &[u8]) -> Option<[usize; 3]> {
    let first = std::str::from_utf8(first).ok()?.strip_suffix('\n')?;
    let mut words = first.split(' ');
    (words.next()? == BEGIN).then_some(())?;
    let mut length = |name: &str| {
        let word = words.next()?.strip_prefix(name)?;
        word.parse().ok()
    };
    let lengths = [length("text=")?, length("json=")?, length("record=")?];
    words.next().is_none().then_some(lengths)
}

/// Reads the last line: who sealed the file, and the seal.
fn seal_of(line: &[u8]) -> Option<(PublicKey, Signature)> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (signer, sig) = line.strip_prefix("signed-by=")?.split_once(" signature=")?;
    Some((signer.parse().ok()?, sig.parse().ok()?))
}
