//! The machine under every order of acts of three people, searched exhaustively.
//!
//! Beside the machine runs a much simpler book of who put a hand to what. Where the two
//! disagree, a flag is raised, and the search says by which acts.

use std::collections::{BTreeMap, BTreeSet};

use stateright::{Checker, Model, Property};

use super::*;
use crate::control::Caps;
use crate::id::{Digest, EntryId};
use crate::testing::{ANA, BEN, NOW, Person, SPACE, TESS, commit, terms};

const PEOPLE: [Person; 3] = [ANA, BEN, TESS];
const LAPSE: u64 = NOW + 10;
const LAST_EPOCH: u32 = 2;

/// What somebody tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Try {
    Create,
    Add(Person),
    Countersign(Person),
    CountersignWiden,
    /// With everybody in this set as recipients, and with the history key kept or changed.
    Commit(u8, bool),
    Revoke(Person),
    Narrow,
    Widen,
    Leave,
    EndDevice,
    AddDevice,
    Write,
    Checkpoint,
    Wait,
}

/// The machine, the book, and the flags.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    machine: Membership,
    minute: u64,
    /// For each proposed member, whose hands are under the proposal.
    hands: BTreeMap<MemberId, BTreeSet<MemberId>>,
    /// Hands under a wider grant for the therapist.
    wider: BTreeSet<MemberId>,
    widened: bool,
    present: BTreeSet<MemberId>,
    full: BTreeSet<MemberId>,
    parted: bool,
    broken: Option<&'static str>,
}

struct Couple;

impl Model for Couple {
    type State = State;
    type Action = (Person, Try);

    fn init_states(&self) -> Vec<State> {
        vec![State {
            machine: Membership::default(),
            minute: NOW,
            hands: BTreeMap::new(),
            wider: BTreeSet::new(),
            widened: false,
            present: BTreeSet::new(),
            full: BTreeSet::new(),
            parted: false,
            broken: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Self::Action>) {
        if !state.machine.has_begun() {
            actions.extend(PEOPLE.map(|by| (by, Try::Create)));
            return;
        }
        for by in PEOPLE {
            let commits = [1, 3, 5, 7].map(|set| [Try::Commit(set, false), Try::Commit(set, true)]);
            let commits = commits.into_iter().flatten();
            let simple = [
                Try::Add(BEN),
                Try::Add(TESS),
                Try::Countersign(BEN),
                Try::Countersign(TESS),
                Try::CountersignWiden,
                Try::Revoke(ANA),
                Try::Revoke(BEN),
                Try::Revoke(TESS),
                Try::Narrow,
                Try::Widen,
                Try::Leave,
                Try::EndDevice,
                Try::AddDevice,
                Try::Write,
                Try::Checkpoint,
            ];
            actions.extend(simple.into_iter().chain(commits).map(|act| (by, act)));
        }
        actions.push((ANA, Try::Wait));
    }

    fn next_state(&self, state: &State, (by, act): (Person, Try)) -> Option<State> {
        if act == Try::Wait {
            return (state.minute < LAPSE).then(|| state.later());
        }
        let (kind, control) = act.entry(state);
        let id = act.id(by);
        let header = header(state, by, kind, &act);
        let step = Act {
            header: &header,
            id,
            place: 1,
            minute: state.minute,
        };
        let changed = state.machine.judge(&step, control.as_ref()).ok()?;
        let mut next = state.clone();
        next.book(by, act);
        match changed {
            Some(machine) => next.machine = machine,
            None => next.check_write(by),
        }
        next.compare();
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("the machine agrees with the book", |_, state: &State| {
                state.broken.is_none()
            }),
            Property::always(
                "nobody outside the newest epoch's recipients",
                |_, state: &State| {
                    let machine = &state.machine;
                    machine.is_stale(state.minute)
                        || machine.recipients().iter().copied().eq(state.counted())
                },
            ),
            Property::sometimes("a therapist is admitted", |_, state: &State| {
                state.present.contains(&TESS.member()) && state.full.len() == 2
            }),
            Property::sometimes("a couple parts", |_, state: &State| state.parted),
        ]
    }

    fn within_boundary(&self, state: &State) -> bool {
        state.machine.epoch() <= LAST_EPOCH
    }
}

impl State {
    fn later(&self) -> Self {
        Self {
            minute: LAPSE,
            ..self.clone()
        }
    }

    /// Who is present by the book, lapsed grants left out.
    fn counted(&self) -> impl Iterator<Item = MemberId> {
        let lapsed = self
            .machine
            .member(&TESS.member())
            .is_some_and(|it| it.is_lapsed(self.minute));
        let gone = move |id: &MemberId| lapsed && *id == TESS.member();
        self.present.clone().into_iter().filter(move |id| !gone(id))
    }

    fn is_counted(&self, id: &MemberId) -> bool {
        self.counted().any(|present| present == *id)
    }

    /// Writes an accepted act into the book.
    fn book(&mut self, by: Person, act: Try) {
        let author = by.member();
        if act != Try::Create && !self.is_counted(&author) {
            self.broken = Some("somebody acted who is not a member");
        }
        match act {
            Try::Create => {
                self.present.insert(author);
                self.full.insert(author);
            }
            Try::Add(who) => {
                self.hands.insert(who.member(), BTreeSet::from([author]));
            }
            Try::Countersign(who) => {
                self.hands.entry(who.member()).or_default().insert(author);
            }
            Try::CountersignWiden => {
                self.wider.insert(author);
            }
            Try::Revoke(who) => self.part(who.member()),
            Try::Leave => self.part(author),
            Try::Widen => self.wider = BTreeSet::from([author]),
            _ => {}
        }
    }

    fn part(&mut self, id: MemberId) {
        self.hands.remove(&id);
        if self.present.remove(&id) && self.full.remove(&id) {
            self.parted = true;
        }
    }

    /// Checks what may be written when.
    fn check_write(&mut self, by: Person) {
        let recipients = self.machine.recipients().to_vec();
        if !self.counted().eq(recipients) {
            self.broken = Some("something was written in a stale epoch");
        }
        if !self.is_counted(&by.member()) {
            self.broken = Some("a removed member wrote");
        }
    }

    /// Compares the machine with the book: nobody is a member without all hands.
    fn compare(&mut self) {
        for person in PEOPLE {
            let id = person.member();
            let member = self.machine.member(&id);
            let is_in = member.is_some_and(|member| member.standing == Standing::Present);
            let was_in = self.present.contains(&id);
            if is_in && !was_in {
                let hands = self.hands.remove(&id).unwrap_or_default();
                if self.parted || !self.full.is_subset(&hands) {
                    self.broken = Some("somebody became a member without all hands");
                }
                self.present.insert(id);
                if person.class == Class::Full {
                    self.full.insert(id);
                }
            }
            if was_in && !is_in {
                self.broken = Some("somebody was dropped without an act");
            }
        }
        let terms = self
            .machine
            .member(&TESS.member())
            .and_then(|member| member.terms);
        let is_wide = terms.is_some_and(|terms| terms.until.is_none());
        if is_wide && !self.widened && (self.parted || !self.full.is_subset(&self.wider)) {
            self.broken = Some("a grant was widened without all hands");
        }
        self.widened = is_wide;
        if !self
            .machine
            .proposals()
            .iter()
            .any(|proposal| proposal.id == WIDEN)
        {
            self.wider.clear();
        }
    }
}

impl Try {
    /// Proposals are named after whom they are about, so that the search stays finite.
    fn id(self, by: Person) -> EntryId {
        match self {
            Self::Add(who) => EntryId(core::array::from_fn(|_| who.number)),
            Self::Widen => WIDEN,
            _ => EntryId([100 + by.number; 32]),
        }
    }

    fn entry(self, state: &State) -> (Kind, Option<Control>) {
        let member = TESS.member();
        let tess = |until| terms(until, Caps::CONTENT);
        let control = match self {
            Self::Write => return (Kind::Content, None),
            Self::Checkpoint => return (Kind::Checkpoint, None),
            Self::Wait => return (Kind::Erase, None),
            Self::Create => ANA.create(),
            Self::Add(who) => who.add((who.class == Class::Limited).then(|| tess(Some(LAPSE)))),
            Self::Countersign(who) => Control::Countersign {
                of: EntryId([who.number; 32]),
            },
            Self::CountersignWiden => Control::Countersign { of: WIDEN },
            Self::Commit(set, changed) => {
                let mut people = PEOPLE.to_vec();
                people.retain(|person| set >> (person.number / 2) & 1 == 1);
                let old = state.machine.history_generation();
                let history = if changed {
                    (old + 1, old > 0)
                } else {
                    (old, false)
                };
                Control::EpochCommit(commit(state.machine.epoch() + 1, history, &people))
            }
            Self::Revoke(who) => Control::Revoke {
                member: who.member(),
            },
            Self::Narrow => Control::Grant {
                member,
                terms: tess(Some(NOW + 1)),
                bundle: None,
            },
            Self::Widen => Control::Grant {
                member,
                terms: tess(None),
                bundle: None,
            },
            Self::Leave => Control::Leave,
            Self::EndDevice => Control::DeviceRevoke {
                device: ANA.cert(2).device(),
            },
            Self::AddDevice => Control::DeviceAdd { cert: ANA.cert(2) },
        };
        (Kind::Control, Some(control))
    }
}

const WIDEN: EntryId = EntryId([200; 32]);

fn header(state: &State, by: Person, kind: Kind, act: &Try) -> crate::Header {
    let epoch = state.machine.epoch();
    crate::Header {
        suite: crate::header::SUITE,
        space: SPACE,
        epoch: if matches!(act, Try::Commit(..)) {
            epoch + 1
        } else {
            epoch
        },
        author: by.member(),
        device: by.cert(1).device(),
        aseq: 1,
        aprev: EntryId::ZERO,
        seen_place: 0,
        seen_head: crate::Head::EMPTY,
        kind,
        salt: Digest::ZERO,
        blobs: vec![],
        binding: None,
        body_len: 0,
        body_hash: Digest::ZERO,
    }
}

#[test]
fn no_order_of_acts_of_three_people_breaks_an_invariant() {
    let checker = Couple.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.is_done() && checker.unique_state_count() > 10_000);
}
