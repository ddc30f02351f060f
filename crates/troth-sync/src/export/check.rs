//! Checking an exported file, with nothing but the file.

use std::collections::BTreeMap;

use troth_core::{Couple, Entry, EntryId, Placing, SealedAnswerEntry};
use troth_crypto::envelope;
use troth_crypto::epoch::EpochSecret;
use troth_crypto::referee::Question;
use troth_crypto::words;
use troth_wire::control::Class;
use troth_wire::{
    Control, Digest, Head, Header, KeyShare, Kind, LogState, MemberId, Placed, Refusal,
    ShareBinding, admit,
};

use super::parts::{Parts, parts};
use super::text::Told;
use super::{LostPart, RecordPart, signed_bytes, text};
use crate::naming;
use crate::view::{Broken, HeadView, Verification, Written};

/// What reading the record part found.
pub(super) struct Read {
    pub(super) couple: Couple,
    pub(super) entries: Vec<Entry>,
    /// What was written on the exporting device and is not in the record.
    pub(super) waiting: Vec<Entry>,
    /// The fold of all entries, those that wait included, to put these in words.
    pub(super) with_waiting: Couple,
    /// What the record lost in a restore, with its envelopes.
    pub(super) lost: Vec<(Entry, troth_wire::EntryId)>,
    log: LogState,
    broken: Option<Broken>,
}

fn broken(place: Option<u64>, entry: Option<troth_wire::EntryId>, reason: &str) -> Broken {
    Broken {
        place,
        entry,
        reason: reason.to_owned(),
    }
}

/// Judges and opens all entries, up to the first that is broken.
pub(super) fn read(record: &RecordPart) -> Read {
    let secret = |part: &super::EpochPart| {
        let secret = troth_crypto::Secret::new(part.secret);
        (
            part.epoch,
            EpochSecret::new(record.space, part.epoch, secret),
        )
    };
    let secrets: BTreeMap<u32, EpochSecret> = record.epochs.iter().map(secret).collect();
    let mut reading = Reading {
        record,
        secrets,
        heads: Vec::new(),
        bindings: Bindings::default(),
        read: Read::empty(),
    };
    for placed in &record.entries {
        if let Err(reason) = reading.take(placed) {
            let (place, entry) = (reading.read.log.place + 1, placed.envelope.id());
            reading.read.broken = Some(broken(Some(place), Some(entry), reason));
            break;
        }
    }
    reading.tell_answers();
    for part in record.lost.iter().flatten() {
        match lost(record, part, &reading.read.log) {
            Ok(entry) => reading.read.lost.push((entry, part.placed.envelope.id())),
            Err(reason) => {
                let (place, entry) = (part.placed.place, part.placed.envelope.id());
                let fault = broken(Some(place), Some(entry), reason);
                reading.read.broken.get_or_insert(fault);
            }
        }
    }
    reading.add_waiting();
    reading.read
}

/// Checks and opens an entry that the record lost: a device of a member of this space signed it.
fn lost(record: &RecordPart, part: &LostPart, log: &LogState) -> Result<Entry, &'static str> {
    let envelope = &part.placed.envelope;
    let parsed = troth_wire::parse(envelope).map_err(reason)?;
    let header = parsed.header.clone();
    if header.space != record.space {
        return Err("of another space");
    }
    parsed.verify(&part.key).map_err(reason)?;
    let device = log.membership.device(&header.device);
    let is_other = device.is_some_and(|it| it.member != header.author || it.key != part.key);
    if is_other || log.membership.member(&header.author).is_none() {
        return Err("by a stranger");
    }
    let secret = troth_crypto::Secret::new(part.secret);
    let secret = EpochSecret::new(record.space, header.epoch, secret);
    let opened = envelope::open(envelope, &secret).map_err(|_| "sealed by another key")?;
    let (tag, body) = naming::split(&opened);
    let id = match tag {
        Some(tag) => naming::entry_id(&record.space, &header.author, &tag),
        None => naming::entry_id_of_unopened(&envelope.id()),
    };
    let placing = Placing {
        id,
        place: part.placed.place,
        author: naming::partner(&header.author),
        received_minute: part.placed.received,
    };
    Ok(Entry::from_opened(placing, body))
}

impl Read {
    fn empty() -> Self {
        let (couple, log) = (Couple::default(), LogState::default());
        Self {
            with_waiting: couple.clone(),
            couple,
            entries: Vec::new(),
            waiting: Vec::new(),
            lost: Vec::new(),
            log,
            broken: None,
        }
    }
}

struct Reading<'a> {
    record: &'a RecordPart,
    secrets: BTreeMap<u32, EpochSecret>,
    heads: Vec<Head>,
    bindings: Bindings,
    read: Read,
}

/// What the headers of content entries bind.
#[derive(Default)]
struct Bindings {
    /// The envelope and the binding of each name's first entry.
    named: BTreeMap<EntryId, (troth_wire::EntryId, Option<ShareBinding>)>,
    /// The first entry of a member that binds a share to a question.
    first: BTreeMap<(troth_wire::EntryId, MemberId), troth_wire::EntryId>,
}

impl Bindings {
    fn note(&mut self, name: EntryId, envelope: troth_wire::EntryId, header: &Header) {
        let bound = header.binding;
        self.named.entry(name).or_insert((envelope, bound));
        if let Some(bound) = bound {
            let first = self.first.entry((bound.question, header.author));
            first.or_insert(envelope);
        }
    }

    /// Tells whether an answer's own entry binds this share to the question, as the first.
    fn is_bound(&self, reveal: &EntryId, answer: &SealedAnswerEntry) -> bool {
        let question = self.named.get(reveal).map(|(envelope, _)| *envelope);
        let bound = self.named.get(&answer.entry);
        let (Some(question), Some((envelope, Some(bound)))) = (question, bound) else {
            return false;
        };
        let by = MemberId(*answer.by.as_bytes());
        bound.question == question
            && bound.commitment.0 == answer.share_commit
            && self.first.get(&(question, by)) == Some(envelope)
    }
}

impl Reading<'_> {
    fn take(&mut self, placed: &Placed) -> Result<(), &'static str> {
        let heads = &self.heads;
        let past = |place: u64| {
            heads
                .get(usize::try_from(place.checked_sub(1)?).ok()?)
                .copied()
        };
        let admitted = admit(&self.read.log, &placed.envelope, past, placed.received);
        let admitted = admitted.map_err(reason)?;
        if admitted.header.space != self.record.space {
            return Err("of another space");
        }
        if !admitted.fits(placed) {
            return Err("out of place, or of another minute");
        }
        if let Some(Control::EpochCommit(commit)) = &admitted.control {
            // A secret that nobody took along is no fault; a wrong one is.
            let secret = self.secrets.get(&commit.epoch);
            if secret.is_some_and(|secret| secret.commitment() != commit.commitment) {
                return Err("opened by another key than all agreed on");
            }
        }
        if admitted.header.kind == Kind::Content {
            let secret = self
                .secrets
                .get(&admitted.header.epoch)
                .ok_or("without its key")?;
            let opened = envelope::open(&placed.envelope, secret);
            let opened = opened.map_err(|_| "sealed by another key")?;
            self.apply(placed, &admitted.header, &opened);
        }
        self.heads.push(admitted.head);
        self.read.log = admitted.next;
        Ok(())
    }

    fn apply(&mut self, placed: &Placed, header: &Header, opened: &[u8]) {
        let author = &header.author;
        let (tag, body) = naming::split(opened);
        let id = match tag {
            Some(tag) => naming::entry_id(&self.record.space, author, &tag),
            None => naming::entry_id_of_unopened(&placed.envelope.id()),
        };
        self.bindings.note(id, placed.envelope.id(), header);
        let (place, received_minute) = (placed.place, placed.received);
        let author = naming::partner(author);
        let entry = Entry::from_opened(
            Placing {
                id,
                place,
                author,
                received_minute,
            },
            body,
        );
        self.read.couple.apply(&entry);
        self.read.entries.push(entry);
    }

    /// Reads what waits after the record; the record itself stays as it is.
    fn add_waiting(&mut self) {
        let (space, member) = (self.record.space, self.record.member);
        self.read.with_waiting = self.read.couple.clone();
        for part in self.record.waiting.iter().flatten() {
            let placing = Placing {
                id: naming::entry_id(&space, &member, &part.tag),
                place: 0,
                author: naming::partner(&member),
                received_minute: 0,
            };
            let entry = Entry::from_opened(placing, &part.body.0);
            self.read.with_waiting.apply(&entry);
            self.read.waiting.push(entry);
        }
    }

    /// Opens the answers of reveals, each against what bound it.
    fn tell_answers(&mut self) {
        for wanted in self.read.couple.shares_wanted() {
            for answer in &wanted.answers {
                if !self.bindings.is_bound(&wanted.reveal, answer) {
                    continue;
                }
                let by = MemberId(*answer.by.as_bytes());
                let reveal = *wanted.reveal.as_bytes();
                let question = Question {
                    space: self.record.space,
                    reveal,
                    author: by,
                };
                let shares = self.record.shares.iter();
                let mut shares = shares.filter(|part| part.reveal == reveal && part.member == by);
                let words = shares.find_map(|part| {
                    let commit = Digest(answer.share_commit);
                    question
                        .open(&commit, &answer.ciphertext, &KeyShare(part.share))
                        .ok()
                });
                let words = words.and_then(|words| String::from_utf8(words.to_vec()).ok());
                if let Some(words) = words {
                    self.read
                        .couple
                        .open_reveal(wanted.reveal, answer.by, &words);
                }
            }
        }
        for opening in self.read.couple.openings_to_check() {
            let (by, reveal) = (MemberId(*opening.by.as_bytes()), *opening.reveal.as_bytes());
            let question = Question {
                space: self.record.space,
                reveal,
                author: by,
            };
            let hash = question.hash_commitment(opening.answer.as_bytes(), &opening.nonce);
            if hash.0 == opening.hash {
                self.read
                    .couple
                    .open_reveal(opening.reveal, opening.by, &opening.answer);
            } else {
                self.read.couple.refuse_opening(opening.entry);
            }
        }
    }
}

fn reason(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::BadSignature => "signed by another key",
        Refusal::WrongBody => "changed after it was signed",
        Refusal::Gap | Refusal::WrongPrevious | Refusal::SeenAhead => "after one that is missing",
        Refusal::SeenDiffers | Refusal::Fork => "of another record",
        Refusal::AlreadyThere { .. } => "there twice",
        Refusal::UnknownDevice | Refusal::NotAMember | Refusal::EndedDevice => "by a stranger",
        Refusal::Malformed(_) => "malformed",
        _ => "against the rules of the record",
    }
}

/// Checks an exported file, without the network, an account or a key.
///
/// Every entry is judged and opened, the readable parts are written anew and compared, and the
/// signature of the device that exported is checked. A file of a newer version, or no export at
/// all, is broken with the reason `"not an export"`.
#[must_use]
pub fn verify_file(bytes: &[u8]) -> Verification {
    let nothing = |broken: Broken| Verification {
        broken: Some(broken),
        ..Verification::default()
    };
    let parts = match parts(bytes) {
        Ok(parts) => parts,
        Err(reason) => return nothing(broken(None, None, reason)),
    };
    let Some(record) = parts.record() else {
        let reason = "the record part is malformed";
        return nothing(broken(parts.malformed_at(), None, reason));
    };
    let read = read(&record);
    let fault = read
        .broken
        .clone()
        .or_else(|| fault_of(&parts, &record, &read));
    Verification {
        broken: fault,
        by: written(&read),
        space: Some(record.space),
        head: head_view(&record, &read),
        waiting: read.waiting.len(),
    }
}

/// Finds what is wrong around entries that are all good.
fn fault_of(parts: &Parts<'_>, record: &RecordPart, read: &Read) -> Option<Broken> {
    if read.log.membership.space() != Some(record.space) {
        return Some(broken(None, None, "the record has no beginning"));
    }
    if let Some(receipt) = &record.receipt {
        let held = receipt.place == read.log.place && receipt.head == read.log.head;
        if !receipt.is_signed_by(&record.log_key) || receipt.space != record.space || !held {
            let reason = "the server's receipt is of another record";
            return Some(broken(Some(receipt.place), None, reason));
        }
    }
    let told = text::render(record, read);
    let text = "the readable text is not what the entries say";
    let json = "the JSON is not what the entries say";
    unlike(&told.text, parts.text, record, text)
        .or_else(|| unlike(&told.json, parts.json, record, json))
        .or_else(|| fault_of_seal(parts, record, read))
}

/// Names the entry in whose lines a readable part first differs from what the entries say.
fn unlike(told: &Told, part: &[u8], record: &RecordPart, reason: &str) -> Option<Broken> {
    if told.words.as_bytes() == part {
        return None;
    }
    let place = told.place_at(part).filter(|place| *place > 0);
    let entry = place.and_then(|place| envelope_of(record, place));
    Some(broken(place, entry, reason))
}

/// Checks that a device of whoever took the record along sealed the file.
fn fault_of_seal(parts: &Parts<'_>, record: &RecordPart, read: &Read) -> Option<Broken> {
    let Some((signer, sig)) = &parts.seal else {
        let reason = "the last line is not the seal of the file";
        return Some(broken(None, None, reason));
    };
    let mut devices = read.log.membership.devices().iter();
    let is_own = devices.any(|device| device.key == *signer && device.member == record.member);
    let is_signed = troth_wire::control::is_signed_by(signer, &signed_bytes(parts.covered), sig);
    let reason = "the file is not signed by a device of its owner";
    (!is_own || !is_signed).then(|| broken(None, None, reason))
}

fn written(read: &Read) -> Vec<Written> {
    let full = read
        .log
        .membership
        .members()
        .iter()
        .filter(|m| m.card.class == Class::Full);
    full.map(|member| {
        let partner = naming::partner(&member.card.member);
        let entries = read
            .entries
            .iter()
            .filter(|entry| entry.author == partner)
            .count();
        let name = read.couple.name_of(partner).unwrap_or_default().to_owned();
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        Written {
            member: member.card.member,
            name,
            entries,
        }
    })
    .collect()
}

fn head_view(record: &RecordPart, read: &Read) -> Option<HeadView> {
    let (place, head) = (read.log.place, read.log.head);
    let phrase = words::record_phrase(&record.space, place, &head);
    let phrase = phrase.into_iter().map(str::to_owned).collect();
    (place > 0).then_some(HeadView {
        place,
        head: head.0,
        phrase,
    })
}

/// Names an envelope for the readable parts.
pub(super) fn envelope_of(record: &RecordPart, place: u64) -> Option<troth_wire::EntryId> {
    let index = usize::try_from(place.checked_sub(1)?).ok()?;
    record.entries.get(index).map(|placed| placed.envelope.id())
}

/// Writes an entry's name in the readable parts.
pub(super) fn short(id: &EntryId) -> String {
    id.short()
}
