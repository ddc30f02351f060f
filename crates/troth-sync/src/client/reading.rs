//! What screens read: whose account, the couple, how the record stands.

use std::rc::Rc;

use jiff::Timestamp;
use troth_core::{Couple, Entry, PartnerId};
use troth_crypto::stretch::Stretch;
use troth_crypto::words;
use troth_wire::{EntryId, Kind, Placed, SpaceId, strict};

use super::Client;
use crate::journal::Journal;
use crate::keys::SpaceKeys;
use crate::machine::{Machine, keys};
use crate::naming;
use crate::record::{NotTaken, Record};
use crate::relay::Relay;
use crate::state::{kems, not_back, waiting};
use crate::trouble::Trouble;
use crate::view::{Broken, HeadView, Health, Me, Verification, Written};

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Tells whose account this is.
    #[must_use]
    pub fn me(&self) -> Me {
        let state = self.state();
        let identity = &state.identity;
        let mut notices: Vec<_> = identity
            .notices
            .iter()
            .map(|notice| notice.view())
            .collect();
        if let Some(ahead) = state.clock_off {
            notices.push(crate::view::Notice::ClockOff { ahead });
        }
        Me {
            login: identity.login.clone(),
            name: identity.name.clone(),
            account: identity.account,
            device: state.device().id(),
            server: identity.server.clone(),
            rehearsed: identity.rehearsed || state.shared.rehearsed,
            notices,
        }
    }

    /// Reads the couple's record as it folds, with what waits to be sent.
    #[must_use]
    pub fn couple(&self) -> Option<Rc<Couple>> {
        let state = self.state();
        state.machine.as_ref().map(|_| Rc::clone(&state.shown))
    }

    /// Names this person inside the couple's record.
    #[must_use]
    pub fn my_partner_id(&self) -> Option<PartnerId> {
        let state = self.state();
        state
            .machine
            .as_ref()
            .map(|machine| naming::partner(&machine.record().me()))
    }

    /// Lists the opened entries in the order of the record, then those that were verified before a
    /// restore and are not in it any more, those that wait last. Neither of these has a place.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let state = self.state();
        let Some(machine) = &state.machine else {
            return Vec::new();
        };
        machine
            .record()
            .entries_after(0)
            .chain(not_back(machine))
            .chain(waiting(machine))
            .collect()
    }

    /// Names the envelope that carries the entry at a place.
    #[must_use]
    pub fn envelope_at(&self, place: u64) -> Option<EntryId> {
        let state = self.state();
        let index = usize::try_from(place.checked_sub(1)?).ok()?;
        state
            .machine
            .as_ref()?
            .record()
            .lines()
            .get(index)
            .map(|line| line.id)
    }

    /// Names the space.
    #[must_use]
    pub fn space(&self) -> Option<SpaceId> {
        self.state().machine.as_ref().map(Machine::space)
    }

    /// Tells how the record stands.
    #[must_use]
    pub fn health(&self) -> Health {
        let state = self.state();
        let Some(machine) = &state.machine else {
            return Health::default();
        };
        Health {
            alarm: machine.alarm(),
            waiting: machine.waiting(),
            partner_last_confirmed: machine.record().partner_last_minute().and_then(moment),
            head: head_view(machine.record()),
        }
    }

    /// Judges every stored entry of the record anew, without the network.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the journal cannot be read; what is wrong with the record itself is in
    /// the [`Verification`].
    pub async fn verify(&self) -> Result<Verification, Trouble> {
        let _entered = self.enter().await?;
        let (space, me, kems) = {
            let state = self.state();
            let Some(machine) = &state.machine else {
                return Ok(Verification::default());
            };
            (machine.space(), machine.record().me(), kems(&state.shared))
        };
        let mut record = Record::new(space, me, SpaceKeys::new(space, kems));
        let mut broken = None;
        let mut after = keys::row(&space, 0);
        'reading: loop {
            let journal = &self.inner.rim.journal;
            let rows = journal
                .scan(crate::journal::Shelf::Log, &space.0, Some(&after), 256)
                .await?;
            for (_, bytes) in &rows {
                if let Some(found) = judged(&mut record, bytes) {
                    broken = Some(found);
                    break 'reading;
                }
            }
            match rows.last() {
                Some((key, _)) => after.clone_from(key),
                None => break,
            }
        }
        Ok(self.verification(&record, broken))
    }

    fn verification(&self, record: &Record, broken: Option<Broken>) -> Verification {
        let state = self.state();
        let known = state.machine.as_ref().map(Machine::record);
        let short = known.is_some_and(|known| known.log() != record.log());
        let broken = broken.or_else(|| {
            let place = Some(record.place() + 1);
            short.then(|| Broken {
                place,
                entry: None,
                reason: String::from("missing"),
            })
        });
        let alarm = state.machine.as_ref().and_then(Machine::alarm);
        let broken = broken.or_else(|| {
            alarm.map(|alarm| Broken {
                place: alarm.place,
                entry: alarm.entry,
                reason: alarm.kind.code().to_owned(),
            })
        });
        Verification {
            broken,
            by: written(record, &state.base),
            space: Some(record.space()),
            head: head_view(record),
            waiting: state.machine.as_ref().map_or(0, Machine::unsent),
        }
    }
}

/// Takes a stored row in, or says what is broken.
fn judged(record: &mut Record, bytes: &[u8]) -> Option<Broken> {
    let place = record.place() + 1;
    let Ok(placed) = strict::decode::<Placed>(bytes) else {
        return Some(Broken {
            place: Some(place),
            entry: None,
            reason: String::from("malformed"),
        });
    };
    match record.take(&placed) {
        Ok(_) => None,
        Err(wrong) => {
            let reason = match wrong {
                NotTaken::Wrong(wrong) => wrong.kind.code(),
                NotTaken::Newer => "newer",
                NotTaken::KeyAwaited => "key-awaited",
            };
            let entry = Some(placed.envelope.id());
            Some(Broken {
                place: Some(place),
                entry,
                reason: reason.to_owned(),
            })
        }
    }
}

/// Counts who wrote how many entries.
pub(crate) fn written(record: &Record, couple: &Couple) -> Vec<Written> {
    let members = record.log().membership.members();
    let count = |member| {
        let lines = record.lines().iter();
        let by = lines.filter(|line| line.author == member && line.kind == Kind::Content);
        u64::try_from(by.count()).unwrap_or(u64::MAX)
    };
    members
        .iter()
        .map(|member| {
            let member = member.card.member;
            let name = couple
                .name_of(naming::partner(&member))
                .unwrap_or_default()
                .to_owned();
            Written {
                member,
                name,
                entries: count(member),
            }
        })
        .collect()
}

/// Shows the newest verified place.
pub(crate) fn head_view(record: &Record) -> Option<HeadView> {
    let place = record.place();
    let head = record.log().head;
    let phrase = || {
        words::record_phrase(&record.space(), place, &head)
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    (place > 0).then(|| HeadView {
        place,
        head: head.0,
        phrase: phrase(),
    })
}

/// Reads a minute since 1970 as an instant.
pub(crate) fn moment(minute: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(minute.checked_mul(60)?).ok()?).ok()
}
