//! Appending, as far as it is the same for every store: what to look up, and the judgement.
//!
//! A store loads the state of the space, looks up what [`wanted`] asks for, calls [`judge`],
//! and writes the rows that come out, all in one transaction that excludes other writers of
//! that space.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;

use troth_wire::api::{GiveBack, Outcome};
use troth_wire::control::{Control, Membership};
use troth_wire::log::{Chain, Parsed, Past, Verified, admit_verified, parse};
use troth_wire::{
    AccountId, Admitted, DeviceId, EntryId, Envelope, Head, Header, Kind, LogState, MemberId,
    Placed, PublicKey, Refusal, SpaceId, Verifier, header,
};

use super::{KnownKeys, Shown};

/// After so many entries the state is stored again; the rest is read from the entries.
pub(super) const STATE_EVERY: u64 = 64;

/// What is counted for the place, the head, the signature and the rest around an entry; the
/// statement [`super::sql::LIST_PAGE`] counts the same.
const OUTER: usize = 128;

/// An entry that somebody wants to append, checked as far as it can be without the record.
#[derive(Debug, Clone)]
pub struct Candidate {
    envelope: Envelope,
    checked: Result<Checked, Refusal>,
}

#[derive(Debug, Clone)]
enum Checked {
    /// The signature waits for a key that only the record can name.
    Parsed(Box<Parsed>),
    /// The signature holds.
    Verified(Box<Verified>),
}

impl Checked {
    fn parsed(&self) -> &Parsed {
        match self {
            Self::Parsed(parsed) => parsed,
            Self::Verified(verified) => verified.parsed(),
        }
    }
}

impl Candidate {
    /// Checks form, body and, if the device's key was met before, the signature.
    ///
    /// What fails is refused in its turn, when the entries before it are placed.
    #[must_use]
    pub fn new(envelope: Envelope, keys: &KnownKeys) -> Self {
        let checked = parse(&envelope).and_then(|parsed| {
            let carried = || parsed.carried_key().as_ref().and_then(Verifier::of);
            match keys.lookup(parsed.header.device).or_else(carried) {
                Some(key) => parsed
                    .verify_with(&key)
                    .map(|verified| Checked::Verified(Box::new(verified))),
                None => Ok(Checked::Parsed(Box::new(parsed))),
            }
        });
        Self { envelope, checked }
    }

    fn parsed(&self) -> Option<&Parsed> {
        self.checked.as_ref().ok().map(Checked::parsed)
    }
}

/// The places before the newest that an entry names: what its author saw, and where a grant
/// begins.
fn points(parsed: &Parsed) -> [u64; 2] {
    let granted = match &parsed.control {
        Some(
            Control::MemberAdd {
                terms: Some(terms), ..
            }
            | Control::Grant { terms, .. },
        ) => terms.from.place,
        _ => 0,
    };
    [parsed.header.seen_place, granted]
}

/// What to append, where, for whom, and when.
#[derive(Debug, Clone)]
pub struct Append {
    /// Who sends; becomes the member who creates a space.
    pub account: AccountId,
    /// Who that is in the space; none for who is bound to nobody there.
    pub member: Option<MemberId>,
    /// Where.
    pub space: SpaceId,
    /// The entries, in order.
    pub entries: Vec<Candidate>,
    /// The minute now.
    pub minute: u64,
    /// How much the account and the space may take.
    pub quota: Quota,
    /// What a client gives back with its minutes; then `entries` are those of it.
    pub returned: Option<GiveBack>,
}

/// What an append may take; nothing is written that goes beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The spaces that an account may be in when it begins another.
    pub spaces: u64,
    /// The bytes of a space's entries.
    pub bytes: u64,
}

impl Quota {
    /// No limit.
    pub const NONE: Self = Self {
        spaces: u64::MAX,
        bytes: u64::MAX,
    };
}

/// Which part of a [`Quota`] was too small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The account is in too many spaces to begin another.
    Spaces,
    /// The space is full.
    Bytes,
}

/// What control entries may take beyond a full space, so that filling a space keeps nobody from
/// leaving it, ending a device or beginning an epoch.
pub const CONTROL_RESERVE: u64 = 4 * 1024 * 1024;

/// A space as a store has it before an append.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) state: LogState,
    /// The place of the state that is stored.
    pub(super) stored_place: u64,
    /// What the entries take.
    pub(super) bytes: u64,
    /// For a space that begins: the spaces that the account is in.
    pub(super) others: u64,
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
    /// Keys of devices that were met for the first time.
    pub met: Vec<PublicKey>,
    /// The bytes that were written.
    pub written: u64,
    /// Why nothing was written, if a quota is the reason; there are no outcomes then.
    pub over: Option<Over>,
    /// The newest place that the sender may read; 0 for none at all.
    pub readable: u64,
    /// Whether anybody came, went, or may now read something else than before.
    pub moved: bool,
    /// The accounts that were bound to a member, and those whose binding ended.
    pub rebound: Vec<AccountId>,
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
    pub(super) is_control: bool,
    /// The entry to which this one binds a share, and who does.
    pub(super) binds: Option<(EntryId, MemberId)>,
    pub(super) envelope: Envelope,
}

impl NewEntry {
    fn cost(&self) -> u64 {
        cost(self.envelope.header.len(), self.envelope.body.len())
    }
}

/// What follows from an append.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) state: LogState,
    /// What the entries take now.
    pub(super) bytes: u64,
    pub(super) rows: Vec<NewEntry>,
    pub(super) appended: Appended,
    /// Who created the space, if this did, and how that is shown.
    pub(super) founder: Option<Joined>,
    /// Who became a member.
    pub(super) joined: Vec<Joined>,
    /// Which devices were ended.
    pub(super) ended: Vec<DeviceId>,
    /// Whether the state has to be stored in full.
    pub(super) must_store: bool,
}

/// A member who was not one before, and what binds an account to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) member: MemberId,
    pub(super) shown: Shown,
}

/// Tells what to look up before judging.
pub(super) fn wanted(state: &LogState, entries: &[Candidate]) -> Wanted {
    let mut wanted = Wanted::default();
    for parsed in entries.iter().filter_map(Candidate::parsed) {
        let is_past = |place: &u64| *place > 0 && *place < state.place;
        wanted
            .places
            .extend(points(parsed).into_iter().filter(is_past));
        let Header { device, aseq, .. } = parsed.header;
        if state.chain(&device).is_some_and(|chain| aseq <= chain.aseq) {
            wanted.repeated.push((device, aseq));
        }
    }
    wanted.places.sort_unstable();
    wanted.places.dedup();
    wanted
}

/// Judges the entries in order, up to the first that is refused.
pub(super) fn judge(standing: Standing, append: Append, found: Found) -> Judged {
    let (quota, others) = (append.quota, standing.others);
    let before = (standing.state.clone(), standing.bytes);
    let judged = judge_all(standing, append, found);
    match judged.over(quota, others, before.1) {
        Some(over) => Judged::nothing(before, over),
        None => judged,
    }
}

fn judge_all(standing: Standing, append: Append, found: Found) -> Judged {
    let Append {
        space,
        entries,
        minute,
        member,
        returned,
        ..
    } = append;
    let Standing {
        state,
        stored_place,
        bytes,
        ..
    } = standing;
    let before = Before {
        membership: Arc::clone(&state.membership),
        place: state.place,
        stored_place,
        bytes,
        member,
        is_return: returned.is_some(),
    };
    let minutes = minutes(&state, &entries, (minute, returned));
    // What is newest now is past for the second entry of a batch, and its author saw just that.
    let mut found = found;
    found.head(state.place, state.head);
    let sender = Sender::of(&state, member, minute);
    let mut judging = Judging {
        state,
        found,
        space,
        minute,
        sender,
        rows: Vec::new(),
        met: Vec::new(),
        ended: Vec::new(),
        authors: BTreeSet::new(),
    };
    let outcomes = judging.place_all(entries, minutes);
    judging.conclude(outcomes, &before)
}

/// What stood before a batch, and who sent it.
struct Before {
    membership: Arc<Membership>,
    place: u64,
    stored_place: u64,
    bytes: u64,
    member: Option<MemberId>,
    is_return: bool,
}

/// The places that a member may read now. Time does not run back inside a record.
pub(crate) fn reading(
    state: &LogState,
    member: &MemberId,
    minute: u64,
) -> Option<RangeInclusive<u64>> {
    state.membership.readable(member, minute.max(state.minute))
}

/// The members of `after` who were none before.
fn joined(before: &Membership, after: &Membership, is_return: bool) -> Vec<Joined> {
    let is_new =
        |member: &&troth_wire::control::Member| before.member(&member.card.member).is_none();
    let named = |member: &troth_wire::control::Member| {
        let member = member.card.member;
        let mut devices = after.devices().iter();
        let device = devices.find(|device| device.member == member)?;
        // An invitation that a restore brought back may have been answered by someone else.
        let shown = match is_return {
            true => Shown::By(device.id),
            false => Shown::ByRecord,
        };
        Some(Joined { member, shown })
    };
    after
        .members()
        .iter()
        .filter(is_new)
        .filter_map(named)
        .collect()
}

/// What the sender of a batch may learn from it, and whether they may add to the record.
///
/// Who is bound to nobody, has gone or has lapsed is not judged at all: each reason for a
/// refusal would tell them something of a record that they may not read any more.
struct Sender {
    writes: bool,
    readable: Option<RangeInclusive<u64>>,
}

impl Sender {
    fn of(state: &LogState, member: Option<MemberId>, minute: u64) -> Self {
        if state.place == 0 {
            return Self {
                writes: true,
                readable: Some(1..=u64::MAX),
            };
        }
        let known = member.and_then(|member| state.membership.member(&member));
        Self {
            writes: known.is_some_and(|known| known.is_present(minute.max(state.minute))),
            readable: member.and_then(|member| reading(state, &member, minute)),
        }
    }

    fn may_read(&self, place: u64) -> bool {
        self.readable
            .as_ref()
            .is_some_and(|range| range.contains(&place))
    }
}

impl Judged {
    /// Tells whether this goes beyond the quota.
    fn over(&self, quota: Quota, others: u64, before: u64) -> Option<Over> {
        if self.founder.is_some() && others >= quota.spaces {
            return Some(Over::Spaces);
        }
        let reserve = match self.rows.iter().all(|row| row.is_control) {
            true => CONTROL_RESERVE,
            false => 0,
        };
        let room = quota.bytes.saturating_add(reserve);
        (self.bytes > before && self.bytes > room).then_some(Over::Bytes)
    }

    /// Nothing is written.
    fn nothing((state, bytes): (LogState, u64), over: Over) -> Self {
        let appended = Appended {
            outcomes: Vec::new(),
            place: state.place,
            head: state.head,
            grew: false,
            met: Vec::new(),
            written: 0,
            over: Some(over),
            readable: 0,
            moved: false,
            rebound: Vec::new(),
        };
        Self {
            state,
            bytes,
            rows: Vec::new(),
            appended,
            founder: None,
            joined: Vec::new(),
            ended: Vec::new(),
            must_store: false,
        }
    }
}

/// Finds the minute of each entry: the one now, or those that are given back; none where these do
/// not lead to the server's own word.
fn minutes(
    state: &LogState,
    entries: &[Candidate],
    (minute, returned): (u64, Option<GiveBack>),
) -> Vec<u64> {
    match returned {
        None => vec![minute; entries.len()],
        // By the chain of heads: nobody can choose a minute, leave out an entry or slip one in.
        Some(returned) if leads(state, entries, &returned) => {
            returned.entries.iter().map(|it| it.received).collect()
        }
        Some(_) => Vec::new(),
    }
}

/// Tells whether what is given back leads from the newest head to the server's own word.
fn leads(state: &LogState, entries: &[Candidate], returned: &GiveBack) -> bool {
    let ids = entries.iter().map(|it| it.parsed().map(|it| it.id));
    let ids: Option<Vec<_>> = ids.collect();
    returned.after == state.place && ids.is_some_and(|ids| returned.leads_from(state.head, &ids))
}

/// A batch while it is judged.
struct Judging {
    state: LogState,
    found: Found,
    space: SpaceId,
    minute: u64,
    sender: Sender,
    rows: Vec<NewEntry>,
    met: Vec<PublicKey>,
    ended: Vec<DeviceId>,
    authors: BTreeSet<MemberId>,
}

impl Judging {
    fn conclude(self, outcomes: Vec<Outcome>, before: &Before) -> Judged {
        let (was, is) = (&before.membership, &self.state.membership);
        let mut joined = joined(was, is, before.is_return);
        let founder = self.founder(before, &mut joined);
        let reader = founder.map(|founder| founder.member).or(before.member);
        let Self {
            state,
            minute,
            rows,
            met,
            ended,
            ..
        } = self;
        let written = rows.iter().map(NewEntry::cost).sum();
        let range = reader.and_then(|reader| reading(&state, &reader, minute));
        let grew = !rows.is_empty();
        let moved = !Arc::ptr_eq(&before.membership, &state.membership);
        let is_due = moved || state.place.saturating_sub(before.stored_place) >= STATE_EVERY;
        let appended = Appended {
            outcomes,
            place: state.place,
            head: state.head,
            grew,
            met,
            written,
            over: None,
            readable: range.map_or(0, |range| *range.end()),
            moved,
            rebound: Vec::new(),
        };
        Judged {
            state,
            bytes: before.bytes.saturating_add(written),
            rows,
            appended,
            founder,
            joined,
            ended,
            must_store: is_due && grew,
        }
    }

    /// Who created the space, if the batch did.
    fn founder(&self, before: &Before, joined: &mut Vec<Joined>) -> Option<Joined> {
        if before.place > 0 || joined.is_empty() {
            return None;
        }
        let founder = joined.remove(0);
        // A record that begins with entries of several people is given back by one of them: who
        // that is, a claim must show.
        let is_shown = self.authors.len() == 1 && !before.is_return;
        let shown = match is_shown {
            true => Shown::ByRecord,
            false => Shown::ByNothing,
        };
        Some(Joined { shown, ..founder })
    }

    /// Places entries, each with its minute; without one it does not lead where it should.
    fn place_all(&mut self, entries: Vec<Candidate>, minutes: Vec<u64>) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(entries.len());
        let mut minutes = minutes.into_iter();
        for entry in entries {
            let outcome = match (outcomes.last(), minutes.next()) {
                (Some(Outcome::Refused { .. } | Outcome::Skipped), _) => Outcome::Skipped,
                (_, None) => Outcome::Refused {
                    refusal: Refusal::SeenDiffers,
                },
                (_, Some(minute)) => self.place(entry, minute),
            };
            outcomes.push(outcome);
        }
        outcomes
    }

    fn place(&mut self, entry: Candidate, minute: u64) -> Outcome {
        let Candidate { envelope, checked } = entry;
        let id = checked
            .as_ref()
            .map_or(EntryId::ZERO, |checked| checked.parsed().id);
        if !self.sender.writes {
            return self.repeated(&id, Refusal::NotAMember);
        }
        match checked.and_then(|checked| self.admit(checked, minute)) {
            Ok(admitted) => self.keep(envelope, admitted),
            Err(refusal @ Refusal::AlreadyThere { place }) if self.sender.may_read(place) => {
                self.repeated(&id, refusal)
            }
            Err(Refusal::AlreadyThere { .. }) => Outcome::Refused {
                refusal: Refusal::NotAMember,
            },
            Err(refusal) => Outcome::Refused { refusal },
        }
    }

    /// Answers an entry that is there and that the sender may read as the first time.
    fn repeated(&self, id: &EntryId, refusal: Refusal) -> Outcome {
        match self.found.known.get(id) {
            Some(&Known {
                place,
                head,
                received,
            }) if self.sender.may_read(place) => Outcome::Placed {
                place,
                head,
                received,
            },
            _ => Outcome::Refused { refusal },
        }
    }

    fn admit(&mut self, checked: Checked, minute: u64) -> Result<Admitted, Refusal> {
        let verified = match checked {
            Checked::Verified(verified) => *verified,
            Checked::Parsed(parsed) => {
                let device = self.state.membership.device(&parsed.header.device);
                let unknown = match self.state.membership.has_begun() {
                    true => Refusal::UnknownDevice,
                    false => Refusal::NotBegun,
                };
                parsed.verify(&device.ok_or(unknown)?.key)?
            }
        };
        // The first entry of a record names its space itself; it must be the one asked for.
        if verified.parsed().header.space != self.space {
            return Err(Refusal::WrongSpace);
        }
        let admitted = admit_verified(&self.state, &verified, &self.found, minute)?;
        self.met.push(verified.key());
        Ok(admitted)
    }

    fn keep(&mut self, envelope: Envelope, admitted: Admitted) -> Outcome {
        let Admitted {
            id,
            place,
            head,
            received,
            header,
            next,
            control,
        } = admitted;
        self.authors.insert(header.author);
        if let Some(Control::DeviceRevoke { device }) = control {
            self.ended.push(device);
        }
        self.state = next;
        self.found.head(place, head);
        self.found.known.insert(
            id,
            Known {
                place,
                head,
                received,
            },
        );
        let Header {
            device,
            aseq,
            kind,
            author,
            binding,
            ..
        } = header;
        self.rows.push(NewEntry {
            binds: binding.map(|it| (it.question, author)),
            place,
            device,
            aseq,
            received,
            head,
            is_control: kind == Kind::Control,
            envelope,
        });
        Outcome::Placed {
            place,
            head,
            received,
        }
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
    entry.envelope.header.len() + entry.envelope.body.len() + OUTER
}

/// What an entry takes of its space, with its outer parts.
pub(super) fn cost(header: usize, body: usize) -> u64 {
    let bytes = header.saturating_add(body).saturating_add(OUTER);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
