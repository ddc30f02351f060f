//! The snapshot of opened entries, for opening a long record fast.
//!
//! Pieces of [`PIECE`] entries, each sealed by itself, and one piece that says where they end.
//! The log stays whatever the snapshot says: where it does not fit, the log is judged anew.

use minicbor::{Decode, Encode};
use troth_crypto::stretch::Stretch;
use troth_wire::{
    DeviceId, EntryId, Head, Kind, LogState, MemberId, Sealed, ShareBinding, SpaceId, strict,
};

use super::Client;
use crate::journal::{Journal, Row, Shelf, Write};
use crate::keys::SpaceKeys;
use crate::machine::Machine;
use crate::record::{Line, Record};
use crate::relay::Relay;
use crate::state::State;

/// How many entries lie in one piece.
const PIECE: usize = 512;

/// How many new entries make a new snapshot worth its writing.
const WORTH: u64 = 64;

#[derive(Encode, Decode)]
#[cbor(array)]
struct Kept {
    #[n(0)]
    id: EntryId,
    #[n(1)]
    head: Head,
    #[n(2)]
    author: MemberId,
    #[n(3)]
    device: DeviceId,
    #[n(4)]
    kind: Kind,
    #[n(5)]
    received: u64,
    #[n(6)]
    seen: u64,
    #[n(7)]
    opened: Sealed,
    #[n(8)]
    binding: Option<ShareBinding>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct End {
    #[n(0)]
    place: u64,
    #[n(1)]
    log: Sealed,
    #[n(2)]
    keys: Sealed,
}

fn piece_key(space: &SpaceId, number: usize) -> Vec<u8> {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    [space.0.as_slice(), &number.to_be_bytes()].concat()
}

fn end_key(space: &SpaceId) -> Vec<u8> {
    [space.0.as_slice(), b"~end~"].concat()
}

/// Puts a record together from its snapshot, or begins an empty one where that does not fit.
pub(super) fn restore((space, me): (SpaceId, MemberId), chunks: &[Row], keys: SpaceKeys) -> Record {
    let restored = try_restore((space, me), chunks, &keys);
    restored.unwrap_or_else(|| Record::new(space, me, keys))
}

fn try_restore(
    (space, me): (SpaceId, MemberId),
    chunks: &[Row],
    keys: &SpaceKeys,
) -> Option<Record> {
    let end_key = end_key(&space);
    let (_, end) = chunks.iter().find(|(key, _)| *key == end_key)?;
    let end: End = strict::decode(end).ok()?;
    let count = usize::try_from(end.place).ok()?;
    let (mut heads, mut lines) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (_, piece) in chunks.iter().filter(|(key, _)| *key != end_key) {
        // Sealed by this very device: what opens needs no second look at its form.
        let mut decoder = minicbor::Decoder::new(piece);
        for kept in decoder.array_iter::<Kept>().ok()? {
            let Kept {
                id,
                head,
                author,
                device,
                kind,
                received,
                seen,
                opened,
                binding,
            } = kept.ok()?;
            heads.push(head);
            lines.push(Line {
                id,
                author,
                device,
                kind,
                received,
                seen,
                binding,
                opened: opened.0,
            });
        }
    }
    heads.truncate(count);
    lines.truncate(count);
    let log = LogState::decode(&end.log.0).ok()?;
    let keys = keys
        .clone()
        .with_encoded(&end.keys.0, log.membership.epoch())?;
    Record::restored((space, me), log, (heads, lines), keys)
}

fn pieces(machine: &Machine, since: u64) -> Vec<Write> {
    let record = machine.record();
    let space = record.space();
    let first = usize::try_from(since).unwrap_or_default() / PIECE;
    let chunks = record
        .lines()
        .chunks(PIECE)
        .zip(record.heads().chunks(PIECE));
    let mut writes: Vec<Write> = chunks
        .enumerate()
        .skip(first)
        .map(|(number, (lines, heads))| {
            let kept: Vec<Kept> = lines.iter().zip(heads).map(kept).collect();
            let (key, value) = (piece_key(&space, number), strict::encode(&kept));
            Write::Put {
                shelf: Shelf::Snapshot,
                key,
                value,
            }
        })
        .collect();
    let end = End {
        place: record.place(),
        log: record.log().encode().into(),
        keys: record.keys().encode().into(),
    };
    let (key, value) = (end_key(&space), strict::encode(&end));
    writes.push(Write::Put {
        shelf: Shelf::Snapshot,
        key,
        value,
    });
    writes
}

fn kept((line, head): (&Line, &Head)) -> Kept {
    let Line {
        id,
        author,
        device,
        kind,
        received,
        seen,
        binding,
        opened,
    } = line.clone();
    Kept {
        id,
        head: *head,
        author,
        device,
        kind,
        received,
        seen,
        opened: opened.into(),
        binding,
    }
}

/// Writes that bring the snapshot up to the record, if it is worth it.
pub(super) fn writes(state: &State) -> Vec<Write> {
    let Some(machine) = &state.machine else {
        return Vec::new();
    };
    let record = machine.record();
    if record.has_sealed() || record.place() < state.snapshot_place + WORTH {
        return Vec::new();
    }
    pieces(machine, state.snapshot_place)
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Brings the snapshot up to the record, if it is worth it.
    pub(super) async fn keep_snapshot(&self) -> Result<(), crate::trouble::Trouble> {
        let writes = writes(&self.state());
        if writes.is_empty() {
            return Ok(());
        }
        self.commit(writes).await?;
        let mut state = self.state_mut();
        let place = state
            .machine
            .as_ref()
            .map_or(0, |machine| machine.record().place());
        state.snapshot_place = place;
        Ok(())
    }
}
