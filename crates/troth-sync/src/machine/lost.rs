//! What was verified here once and is not in the server's record any more, after a restore.
//!
//! Where others wrote before lost entries were given back, their order cannot return, and each
//! author seals their own anew. Until that has come, and for ever if it does not, the entry as
//! it was is kept, shown and exported, and its absence is named.

use minicbor::{Decode, Encode};
use troth_wire::control::{Member, Standing};
use troth_wire::{Control, Header, Kind, MemberId, Placed, PublicKey, Sealed, strict};

use super::{Machine, keys};
use crate::journal::{Shelf, Write};
use crate::naming;
use crate::record::Record;

/// An entry of another member that was verified here and is not in the record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Lost {
    /// The entry with its place, minute and head of before.
    #[n(0)]
    pub(crate) placed: Placed,
    /// Who wrote it.
    #[n(1)]
    pub(crate) author: MemberId,
    /// The opened words with their tag.
    #[n(2)]
    pub(crate) opened: Sealed,
    /// The secret of its epoch, so that an export proves it.
    #[n(3)]
    pub(crate) secret: Option<Sealed>,
    /// The key of the device that signed it.
    #[n(4)]
    pub(crate) key: PublicKey,
}

impl Lost {
    /// Keeps an entry of a record that is being replaced, if its absence means something:
    /// words, and acts that removed somebody.
    pub(super) fn of(old: &Record, placed: &Placed) -> Option<Self> {
        let line = old.line_at(placed.place)?;
        let counts = match line.kind {
            Kind::Content => true,
            Kind::Control => removal(placed).is_some(),
            Kind::Checkpoint | Kind::Erase => false,
        };
        let header = Header::decode(&placed.envelope.header).ok()?;
        let key = old.log().membership.device(&line.device)?.key;
        let secret = old.keys().secret(header.epoch);
        let secret = secret.map(|secret| secret.secret().expose().to_vec().into());
        counts.then(|| Self {
            placed: placed.clone(),
            author: line.author,
            opened: line.opened.clone().into(),
            secret,
            key,
        })
    }

    /// Names the entry for other entries, if it is content.
    pub(crate) fn name(&self, record: &Record) -> Option<troth_core::EntryId> {
        if removal(&self.placed).is_some() {
            return None;
        }
        let (tag, _) = naming::split(&self.opened.0);
        Some(match tag {
            Some(tag) => naming::entry_id(&record.space(), &self.author, &tag),
            None => naming::entry_id_of_unopened(&self.placed.envelope.id()),
        })
    }

    /// Tells whether the record has it again: itself, its author's new sealing of the same
    /// words, or the same removal.
    fn is_back(&self, record: &Record) -> bool {
        if record.place_of(&self.placed.envelope.id()).is_some() {
            return true;
        }
        let membership = &record.log().membership;
        let is_gone = |member: &MemberId| {
            let present = |it: &Member| it.standing == Standing::Present;
            !membership.member(member).is_some_and(present)
        };
        match removal(&self.placed) {
            Some(Control::Leave) => is_gone(&self.author),
            Some(Control::Revoke { member }) => is_gone(&member),
            Some(Control::DeviceRevoke { device }) => membership
                .device(&device)
                .is_none_or(|it| it.ended.is_some()),
            Some(_) => true,
            None => {
                let (tag, _) = naming::split(&self.opened.0);
                let mut lines = record.lines().iter().rev();
                tag.is_some()
                    && lines.any(|line| {
                        line.author == self.author && naming::split(&line.opened).0 == tag
                    })
            }
        }
    }
}

/// Reads the act of an entry that removes somebody or something.
fn removal(placed: &Placed) -> Option<Control> {
    let header = Header::decode(&placed.envelope.header).ok()?;
    if header.kind != Kind::Control {
        return None;
    }
    let control = Control::decode(&placed.envelope.body).ok()?;
    let removes = matches!(
        control,
        Control::Leave | Control::Revoke { .. } | Control::DeviceRevoke { .. }
    );
    removes.then_some(control)
}

fn key(lost: &Lost, space: &troth_wire::SpaceId) -> Vec<u8> {
    [keys::lost(space).as_slice(), &lost.placed.envelope.id().0].concat()
}

impl Machine {
    /// Takes what the journal keeps of entries that are not in the record.
    #[must_use]
    pub(crate) fn with_lost(mut self, lost: Vec<Lost>) -> Self {
        self.lost = lost;
        self
    }

    /// Lists the entries that were verified here and are not in the record, in their old order.
    pub(crate) fn lost(&self) -> &[Lost] {
        &self.lost
    }

    /// Keeps entries that the record does not have any more.
    pub(super) fn keep_lost(&mut self, lost: Vec<Lost>) {
        let space = self.cell.space;
        for lost in lost {
            let id = lost.placed.envelope.id();
            if self.lost.iter().any(|kept| kept.placed.envelope.id() == id) {
                continue;
            }
            self.writes.push(Write::Put {
                shelf: Shelf::Note,
                key: key(&lost, &space),
                value: strict::encode(&lost),
            });
            self.lost.push(lost);
        }
        self.lost.sort_by_key(|lost| lost.placed.place);
    }

    /// Lets go of what the record has again.
    pub(super) fn settle_lost(&mut self) {
        if self.lost.is_empty() {
            return;
        }
        let (record, space) = (&self.record, self.cell.space);
        let (back, lost): (Vec<_>, Vec<_>) = std::mem::take(&mut self.lost)
            .into_iter()
            .partition(|lost| lost.is_back(record));
        self.lost = lost;
        self.writes.extend(back.iter().map(|lost| Write::Drop {
            shelf: Shelf::Note,
            key: key(lost, &space),
        }));
    }
}
