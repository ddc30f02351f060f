//! Appending, as far as it is the same for every store: what to look up, and the judgement.
//!
//! A store loads the state of the space, looks up what [`wanted`] asks for, calls [`judge`],
//! and writes the rows that come out, all in one transaction that excludes other writers of
//! that space.

use std::collections::HashMap;
use std::sync::Arc;

use troth_wire::api::Outcome;
use troth_wire::control::Control;
use troth_wire::log::{Chain, Past};
use troth_wire::{
    AccountId, DeviceId, EntryId, Envelope, Head, Header, Kind, LogState, MemberId, Placed,
    Refusal, SpaceId, admit, header,
};

/// After so many entries the state is stored again; the rest is read from the entries.
pub(super) const STATE_EVERY: u64 = 64;

/// An entry that somebody wants to append, with what its header says of the past.
#[derive(Debug, Clone)]
pub struct Candidate {
    envelope: Envelope,
    id: EntryId,
    device: DeviceId,
    aseq: u64,
    points: [u64; 2],
}

impl Candidate {
    /// Reads the header; a malformed one is refused in its turn.
    #[must_use]
    pub fn new(envelope: Envelope) -> Self {
        let id = envelope.id();
        let header = Header::decode(&envelope.header).ok();
        let granted = header
            .as_ref()
            .map_or(0, |header| granted_from(header, &envelope.body));
        let (device, aseq, seen) = header.map_or((DeviceId::ZERO, 0, 0), |header| {
            (header.device, header.aseq, header.seen_place)
        });
        Self {
            envelope,
            id,
            device,
            aseq,
            points: [seen, granted],
        }
    }
}

/// The place that a grant names as its beginning; 0 for anything else.
fn granted_from(header: &Header, body: &[u8]) -> u64 {
    if header.kind != Kind::Control {
        return 0;
    }
    match Control::decode(body) {
        Ok(
            Control::MemberAdd {
                terms: Some(terms), ..
            }
            | Control::Grant { terms, .. },
        ) => terms.from.place,
        _ => 0,
    }
}

/// What to append, where, for whom, and when.
#[derive(Debug, Clone)]
pub struct Append {
    /// Who sends; becomes the member who creates a space.
    pub account: AccountId,
    /// Where.
    pub space: SpaceId,
    /// The entries, in order.
    pub entries: Vec<Candidate>,
    /// The minute now.
    pub minute: u64,
}

/// What became of an append, and where the space stands after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// One for each entry, in order.
    pub outcomes: Vec<Outcome>,
    /// The newest place.
    pub place: u64,
    /// The head there.
    pub head: Head,
    /// Whether anything new was written.
    pub grew: bool,
}

/// What a store has to look up before it can judge.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Places whose heads the entries name.
    pub(super) places: Vec<u64>,
    /// Counters that repeat: the same entry again, or a fork.
    pub(super) repeated: Vec<(DeviceId, u64)>,
}

/// What a store has found.
#[derive(Debug, Default)]
pub(super) struct Found {
    heads: HashMap<u64, Head>,
    known: HashMap<EntryId, Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    place: u64,
    head: Head,
    received: u64,
}

impl Found {
    pub(super) fn head(&mut self, place: u64, head: Head) {
        self.heads.insert(place, head);
    }

    pub(super) fn entry(&mut self, header: &[u8], place: u64, head: Head, received: u64) {
        self.known.insert(
            header::id(header),
            Known {
                place,
                head,
                received,
            },
        );
    }
}

impl Past for &Found {
    fn head_at(&mut self, place: u64) -> Option<Head> {
        self.heads.get(&place).copied()
    }

    fn place_of(&mut self, id: &EntryId) -> Option<u64> {
        self.known.get(id).map(|known| known.place)
    }
}

/// A row to be written.
#[derive(Debug, Clone)]
pub(super) struct NewEntry {
    pub(super) place: u64,
    pub(super) device: DeviceId,
    pub(super) aseq: u64,
    pub(super) received: u64,
    pub(super) head: Head,
    pub(super) envelope: Envelope,
}

/// What follows from an append.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) state: LogState,
    pub(super) rows: Vec<NewEntry>,
    pub(super) appended: Appended,
    /// Who created the space, if this did.
    pub(super) founder: Option<MemberId>,
    /// Whether the state has to be stored in full.
    pub(super) must_store: bool,
}

/// Tells what to look up before judging.
pub(super) fn wanted(state: &LogState, entries: &[Candidate]) -> Wanted {
    let mut wanted = Wanted::default();
    for entry in entries {
        let known = |place: &u64| *place > 0 && *place < state.place;
        wanted
            .places
            .extend(entry.points.iter().filter(|place| known(place)));
        if state
            .chain(&entry.device)
            .is_some_and(|chain| entry.aseq <= chain.aseq)
        {
            wanted.repeated.push((entry.device, entry.aseq));
        }
    }
    wanted.places.sort_unstable();
    wanted.places.dedup();
    wanted
}

/// Judges the entries in order, up to the first that is refused.
pub(super) fn judge(
    mut state: LogState,
    stored_place: u64,
    append: Append,
    mut found: Found,
) -> Judged {
    let Append {
        space,
        entries,
        minute,
        ..
    } = append;
    let membership = Arc::clone(&state.membership);
    let was_empty = state.place == 0;
    let mut founder = None;
    let mut outcomes = Vec::with_capacity(entries.len());
    let mut rows = Vec::with_capacity(entries.len());
    let mut stopped = false;
    for entry in entries {
        if stopped {
            outcomes.push(Outcome::Skipped);
            continue;
        }
        match admit_here(&state, space, &entry.envelope, &found, minute) {
            Ok(admitted) => {
                let (place, head, received) = (admitted.place, admitted.head, admitted.next.minute);
                if was_empty && founder.is_none() {
                    founder = Some(admitted.header.author);
                }
                state = admitted.next;
                found.head(place, head);
                found.entry(&entry.envelope.header, place, head, received);
                outcomes.push(Outcome::Placed {
                    place,
                    head,
                    received,
                });
                let Candidate {
                    envelope,
                    device,
                    aseq,
                    ..
                } = entry;
                rows.push(NewEntry {
                    place,
                    device,
                    aseq,
                    received,
                    head,
                    envelope,
                });
            }
            Err(Refusal::AlreadyThere { .. }) if found.known.contains_key(&entry.id) => {
                outcomes.extend(found.known.get(&entry.id).map(|known| Outcome::Placed {
                    place: known.place,
                    head: known.head,
                    received: known.received,
                }));
            }
            Err(refusal) => {
                stopped = true;
                outcomes.push(Outcome::Refused { refusal });
            }
        }
    }
    let must_store = !Arc::ptr_eq(&membership, &state.membership)
        || state.place.saturating_sub(stored_place) >= STATE_EVERY;
    let grew = !rows.is_empty();
    let appended = Appended {
        outcomes,
        place: state.place,
        head: state.head,
        grew,
    };
    Judged {
        state,
        rows,
        appended,
        founder,
        must_store: must_store && grew,
    }
}

fn admit_here(
    state: &LogState,
    space: SpaceId,
    envelope: &Envelope,
    found: &Found,
    minute: u64,
) -> Result<troth_wire::Admitted, Refusal> {
    let admitted = admit(state, envelope, found, minute)?;
    // The first entry of a record names its space itself; it must be the one in the path.
    if admitted.header.space == space {
        Ok(admitted)
    } else {
        Err(Refusal::WrongSpace)
    }
}

/// Brings a stored state forward over an entry that changed no membership.
pub(super) fn advance(state: &mut LogState, chain: Chain, received: u64, head: Head) {
    state.place = chain.place;
    state.head = head;
    state.minute = state.minute.max(received);
    match state
        .chains
        .iter_mut()
        .find(|known| known.device == chain.device)
    {
        Some(known) => *known = chain,
        None => state.chains.push(chain),
    }
}

/// What an entry takes of a page, with its outer parts.
pub(super) fn page_cost(entry: &Placed) -> usize {
    entry.envelope.header.len() + entry.envelope.body.len() + 128
}
