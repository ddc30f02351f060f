//! The verified copy of one space's record.
//!
//! # Invariants
//!
//! 1. **Judged, always.** An entry enters only through [`troth_wire::admit_with`], the same function
//!    that the server calls; what the server says of places and heads is compared, never taken.
//! 2. **Named, not guessed.** What does not fit becomes a [`Wrong`] with a kind and a place,
//!    and nothing after it is taken.
//! 3. **Agreed keys.** An epoch is opened only if the secret fits the commitment that everybody
//!    sees.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use troth_core::{Entry, Placing};
use troth_wire::control::Class;
use troth_wire::log::Past;
use troth_wire::{
    Control, DeviceId, Digest, EntryId, Envelope, Head, Header, Kind, LogState, MemberId, Placed,
    PublicKey, Refusal, ShareBinding, SpaceId, Verifiers, admit_with,
};

use crate::keys::SpaceKeys;
use crate::naming;
use crate::view::AlarmKind;

/// What the record keeps of one entry beside its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The id of the envelope.
    pub(crate) id: EntryId,
    /// Who wrote it.
    pub(crate) author: MemberId,
    /// On which device.
    pub(crate) device: DeviceId,
    /// What it is to the server.
    pub(crate) kind: Kind,
    /// The minute at which the server took it.
    pub(crate) received: u64,
    /// The newest place that its author had verified.
    pub(crate) seen: u64,
    /// The share that its header binds.
    pub(crate) binding: Option<ShareBinding>,
    /// The opened words with their tag; empty for what is not content, and for what does not open.
    pub(crate) opened: Vec<u8>,
}

/// Something that an honest server never shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// What happened.
    pub(crate) kind: AlarmKind,
    /// At which place.
    pub(crate) place: u64,
}

/// Why an entry was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// An honest server never shows this.
    Wrong(Wrong),
    /// A newer version of Troth wrote it; this one cannot judge it.
    Newer,
    /// It begins an epoch for a receiving key that another device of this person made and this
    /// one has not fetched yet.
    KeyAwaited,
}

/// The verified copy of one space's record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    space: SpaceId,
    me: MemberId,
    log: LogState,
    heads: Vec<Head>,
    lines: Vec<Line>,
    /// The places of all envelopes; made when the first one is asked for, which is rare.
    places: OnceCell<HashMap<EntryId, u64>>,
    keys: SpaceKeys,
    verifiers: Verifiers,
    /// Content whose key is not known yet, by place, with its epoch.
    sealed: BTreeMap<u64, (u32, Envelope)>,
    opened_late: bool,
}

struct Looking<'a> {
    heads: &'a [Head],
    lines: &'a [Line],
    places: &'a OnceCell<HashMap<EntryId, u64>>,
}

impl Past for Looking<'_> {
    fn head_at(&mut self, place: u64) -> Option<Head> {
        head_in(self.heads, place)
    }

    fn place_of(&mut self, id: &EntryId) -> Option<u64> {
        place_in(self.places, self.lines, id)
    }
}

fn place_in(places: &OnceCell<HashMap<EntryId, u64>>, lines: &[Line], id: &EntryId) -> Option<u64> {
    let all = || lines.iter().map(|line| line.id).zip(1..).collect();
    places.get_or_init(all).get(id).copied()
}

fn head_in(heads: &[Head], place: u64) -> Option<Head> {
    match place.checked_sub(1) {
        None => Some(Head::EMPTY),
        Some(index) => heads.get(usize::try_from(index).ok()?).copied(),
    }
}

impl Record {
    /// Begins an empty copy of the space's record, for the member `me`.
    pub(crate) fn new(space: SpaceId, me: MemberId, keys: SpaceKeys) -> Self {
        Self {
            space,
            me,
            log: LogState::default(),
            heads: Vec::new(),
            lines: Vec::new(),
            places: OnceCell::new(),
            keys,
            verifiers: Verifiers::new(),
            sealed: BTreeMap::new(),
            opened_late: false,
        }
    }

    /// Puts a copy together from a snapshot of this very device.
    pub(crate) fn restored(
        (space, me): (SpaceId, MemberId),
        log: LogState,
        (heads, lines): (Vec<Head>, Vec<Line>),
        keys: SpaceKeys,
    ) -> Option<Self> {
        let newest = u64::try_from(lines.len()).ok()?;
        let fits = heads.len() == lines.len()
            && log.place == newest
            && head_in(&heads, newest) == Some(log.head);
        let (sealed, opened_late) = (BTreeMap::new(), false);
        fits.then_some(Self {
            space,
            me,
            log,
            heads,
            lines,
            places: OnceCell::new(),
            keys,
            verifiers: Verifiers::new(),
            sealed,
            opened_late,
        })
    }

    /// Takes the next entry in, as the server showed it.
    ///
    /// # Errors
    ///
    /// [`NotTaken`] says what is wrong with it; the record is then as it was.
    pub(crate) fn take(&mut self, placed: &Placed) -> Result<(Header, Option<Control>), NotTaken> {
        let place = self.log.place + 1;
        let wrong = |kind| NotTaken::Wrong(Wrong { kind, place });
        if placed.place != place {
            let kind = if placed.place < place {
                AlarmKind::Doubled
            } else {
                AlarmKind::Dropped
            };
            return Err(wrong(kind));
        }
        let past = Looking {
            heads: &self.heads,
            lines: &self.lines,
            places: &self.places,
        };
        let known = &mut self.verifiers;
        let admitted = admit_with(&self.log, &placed.envelope, past, placed.received, known)
            .map_err(|refusal| named(refusal, place))?;
        if admitted.header.space != self.space {
            return Err(wrong(AlarmKind::Altered));
        }
        if placed.head != admitted.head {
            return Err(wrong(AlarmKind::Forked));
        }
        if !admitted.fits(placed) {
            // A minute before the newest, which the head does not hold.
            return Err(wrong(AlarmKind::Altered));
        }
        let header = admitted.header;
        if let Some(Control::EpochCommit(commit)) = &admitted.control {
            let membership = &self.log.membership;
            if self.keys.awaits_key_of(&self.me, membership, commit) {
                return Err(NotTaken::KeyAwaited);
            }
            let opened = self.keys.open_epoch(&self.me, commit);
            if opened.is_err() {
                return Err(wrong(AlarmKind::Unreadable));
            }
            self.open_sealed();
        }
        let opened = match header.kind {
            Kind::Content => self.open(place, &placed.envelope, header.epoch),
            Kind::Control | Kind::Checkpoint | Kind::Erase => Vec::new(),
        };
        self.lines.push(Line {
            id: admitted.id,
            author: header.author,
            device: header.device,
            kind: header.kind,
            received: placed.received,
            seen: header.seen_place,
            binding: header.binding,
            opened,
        });
        if let Some(places) = self.places.get_mut() {
            places.insert(admitted.id, place);
        }
        self.heads.push(admitted.head);
        self.log = admitted.next;
        Ok((header, admitted.control))
    }

    /// Opens content, or keeps it until a later epoch brings the key.
    fn open(&mut self, place: u64, envelope: &Envelope, epoch: u32) -> Vec<u8> {
        if let Some(opened) = self.keys.open(envelope, epoch) {
            return opened;
        }
        self.sealed.insert(place, (epoch, envelope.clone()));
        Vec::new()
    }

    /// Opens what a newcomer could not open before the epoch that admitted them.
    fn open_sealed(&mut self) {
        let keys = &self.keys;
        let lines = &mut self.lines;
        let mut late = false;
        self.sealed.retain(|place, (epoch, envelope)| {
            let index = usize::try_from(*place - 1).unwrap_or(usize::MAX);
            let Some(line) = lines.get_mut(index) else {
                return true;
            };
            let Some(opened) = keys.open(envelope, *epoch) else {
                return true;
            };
            line.opened = opened;
            late = true;
            false
        });
        self.opened_late |= late;
    }

    /// Tells, once, whether entries were opened after others had been read.
    pub(crate) fn take_opened_late(&mut self) -> bool {
        std::mem::take(&mut self.opened_late)
    }

    /// Tells whether some entries could not be opened yet.
    pub(crate) fn has_sealed(&self) -> bool {
        !self.sealed.is_empty()
    }

    /// Names the space.
    pub(crate) fn space(&self) -> SpaceId {
        self.space
    }

    /// Names this person in the space.
    pub(crate) fn me(&self) -> MemberId {
        self.me
    }

    /// Returns the state from which the next entry is judged.
    pub(crate) fn log(&self) -> &LogState {
        &self.log
    }

    /// Returns the keys of the epochs.
    pub(crate) fn keys(&self) -> &SpaceKeys {
        &self.keys
    }

    /// Returns the keys of the epochs, to begin a new one.
    pub(crate) fn keys_mut(&mut self) -> &mut SpaceKeys {
        &mut self.keys
    }

    /// Returns the number of entries.
    pub(crate) fn place(&self) -> u64 {
        self.log.place
    }

    /// Names the newest envelope.
    pub(crate) fn newest(&self) -> Option<EntryId> {
        self.lines.last().map(|line| line.id)
    }

    /// Looks up the head at a place that is verified.
    pub(crate) fn head_at(&self, place: u64) -> Option<Head> {
        head_in(&self.heads, place)
    }

    /// Returns all heads, from place 1 on.
    pub(crate) fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// Returns what is kept of all entries, from place 1 on.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Looks up the place of an envelope.
    pub(crate) fn place_of(&self, id: &EntryId) -> Option<u64> {
        place_in(&self.places, &self.lines, id)
    }

    /// Lists the opened entries after a place, as the couple's machine reads them.
    pub(crate) fn entries_after(&self, place: u64) -> impl Iterator<Item = Entry> {
        let skipped = usize::try_from(place).unwrap_or(usize::MAX);
        let space = self.space;
        let rest = self.lines.iter().zip(1_u64..).skip(skipped);
        rest.filter_map(move |(line, place)| entry_of(&space, line, place))
    }

    /// Looks up what is kept of the entry at a place.
    pub(crate) fn line_at(&self, place: u64) -> Option<&Line> {
        self.lines.get(usize::try_from(place.checked_sub(1)?).ok()?)
    }

    /// Finds the place of the first entry of this lasting name, which is the one that counts.
    pub(crate) fn find_entry(&self, name: &troth_core::EntryId) -> Option<u64> {
        let is_named = |line: &Line| {
            let (tag, _) = naming::split(&line.opened);
            tag.is_some_and(|tag| naming::entry_id(&self.space, &line.author, &tag) == *name)
        };
        let index = self.lines.iter().position(is_named)?;
        u64::try_from(index + 1).ok()
    }

    /// Names the envelope of an answer, if its header binds this very share to this question and
    /// no earlier entry of its author binds one.
    ///
    /// Whatever else a share would open was not bound before everybody's eyes.
    pub(crate) fn bound_answer(
        &self,
        question: &EntryId,
        answer: &troth_core::EntryId,
        commitment: &Digest,
    ) -> Option<EntryId> {
        let line = self.line_at(self.find_entry(answer)?)?;
        let bound = ShareBinding {
            question: *question,
            commitment: *commitment,
        };
        let binds = |line: &Line| line.binding.is_some_and(|it| it.question == *question);
        let mut lines = self.lines.iter().filter(|it| it.author == line.author);
        let first = lines.find(|line| binds(line))?;
        (first.id == line.id && line.binding == Some(bound)).then_some(line.id)
    }

    /// Finds the other full member, present or gone.
    pub(crate) fn partner(&self) -> Option<&troth_wire::control::Member> {
        let members = self.log.membership.members();
        members
            .iter()
            .find(|m| m.card.class == Class::Full && m.card.member != self.me)
    }

    /// Returns the user root of who began the space.
    pub(crate) fn founder(&self) -> Option<PublicKey> {
        self.log
            .membership
            .members()
            .first()
            .map(|member| member.card.root)
    }

    /// Returns the minute of the newest entry by the other member, of any kind.
    pub(crate) fn partner_last_minute(&self) -> Option<u64> {
        self.lines
            .iter()
            .rev()
            .find(|line| line.author != self.me)
            .map(|line| line.received)
    }

    /// Tells whether the other member wrote something that no entry of this person confirms.
    pub(crate) fn has_unconfirmed(&self) -> bool {
        let unconfirmed = self
            .lines
            .iter()
            .rev()
            .take_while(|line| line.author != self.me);
        unconfirmed
            .into_iter()
            .any(|line| line.kind != Kind::Checkpoint)
    }
}

/// Opens one line as an entry of the couple's machine; what is not content is none.
pub(crate) fn entry_of(space: &SpaceId, line: &Line, place: u64) -> Option<Entry> {
    if line.kind != Kind::Content {
        return None;
    }
    let (tag, body) = naming::split(&line.opened);
    let id = match tag {
        Some(tag) => naming::entry_id(space, &line.author, &tag),
        None => naming::entry_id_of_unopened(&line.id),
    };
    let author = naming::partner(&line.author);
    let placing = Placing {
        id,
        place,
        author,
        received_minute: line.received,
    };
    Some(Entry::from_opened(placing, body))
}

/// Turns the judge's refusal of a shown entry into what must have happened.
fn named(refusal: Refusal, place: u64) -> NotTaken {
    let kind = match refusal {
        Refusal::Malformed(troth_wire::strict::Malformed::UnknownVersion)
        | Refusal::UnknownSuite
        | Refusal::Reserved => return NotTaken::Newer,
        Refusal::Malformed(_)
        | Refusal::TooLarge
        | Refusal::WrongBody
        | Refusal::WrongSize
        | Refusal::WrongSpace
        | Refusal::BadSignature => AlarmKind::Altered,
        Refusal::AlreadyThere { .. } => AlarmKind::Doubled,
        Refusal::Gap | Refusal::WrongPrevious | Refusal::SeenAhead => AlarmKind::Dropped,
        Refusal::Fork | Refusal::SeenDiffers => AlarmKind::Forked,
        Refusal::StaleEpoch { .. } | Refusal::WrongEpoch => AlarmKind::RemovalWithheld,
        _ => AlarmKind::StrangeMember,
    };
    NotTaken::Wrong(Wrong { kind, place })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: SpaceId = SpaceId([1; 16]);
    const ANA: MemberId = MemberId([2; 16]);
    const BEN: MemberId = MemberId([3; 16]);
    const SHARE: Digest = Digest([4; 32]);

    /// An entry whose envelope and tag are made of one number.
    fn line(number: u8, author: MemberId, bound: Option<(u8, Digest)>) -> Line {
        Line {
            id: EntryId([number; 32]),
            author,
            device: DeviceId([9; 16]),
            kind: Kind::Content,
            received: 1,
            seen: 0,
            binding: bound.map(|(question, commitment)| ShareBinding {
                question: EntryId([question; 32]),
                commitment,
            }),
            opened: naming::join(&[number; 16], b"words"),
        }
    }

    fn record(lines: Vec<Line>) -> Record {
        let heads: Vec<_> = (1..).map(|it| Head([it; 32])).take(lines.len()).collect();
        let log = LogState {
            place: lines.len() as u64,
            head: heads.last().copied().unwrap(),
            ..LogState::default()
        };
        let keys = SpaceKeys::new(SPACE, Vec::new());
        Record::restored((SPACE, ANA), log, (heads, lines), keys).unwrap()
    }

    /// Ana's question is entry 1; the answer that counts is Ben's entry 5.
    fn bound(before: Vec<Line>, answer: Line) -> Option<EntryId> {
        let lines = [vec![line(1, ANA, None)], before, vec![answer]].concat();
        let name = naming::entry_id(&SPACE, &BEN, &[5; 16]);
        record(lines).bound_answer(&EntryId([1; 32]), &name, &SHARE)
    }

    #[test]
    fn a_share_opens_the_answer_that_binds_it() {
        let answer = line(5, BEN, Some((1, SHARE)));
        assert_eq!(bound(vec![], answer.clone()), Some(EntryId([5; 32])));
        // What the other binds, and what binds to something else, is in nobody's way.
        let others = vec![
            line(2, ANA, Some((1, SHARE))),
            line(3, BEN, Some((7, SHARE))),
            line(4, BEN, None),
        ];
        assert_eq!(bound(others, answer), Some(EntryId([5; 32])));
    }

    #[test]
    fn an_answer_that_binds_no_share_or_another_is_never_opened() {
        assert_eq!(bound(vec![], line(5, BEN, None)), None);
        assert_eq!(bound(vec![], line(5, BEN, Some((7, SHARE)))), None);
        let other = Digest([8; 32]);
        assert_eq!(bound(vec![], line(5, BEN, Some((1, other)))), None);
    }

    #[test]
    fn an_answer_after_another_entry_that_binds_a_share_is_never_opened() {
        // The share was given for the dummy; what was written after reading stays closed.
        let dummy = line(4, BEN, Some((1, Digest([8; 32]))));
        assert_eq!(bound(vec![dummy], line(5, BEN, Some((1, SHARE)))), None);
    }

    #[test]
    fn of_two_entries_of_one_name_the_first_counts() {
        let again = Line {
            id: EntryId([6; 32]),
            ..line(5, BEN, Some((1, SHARE)))
        };
        let first = line(5, BEN, Some((1, SHARE)));
        assert_eq!(bound(vec![first], again), Some(EntryId([5; 32])));
    }
}
