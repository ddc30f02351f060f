//! Gathering what an export takes along.

use troth_crypto::keys::DeviceKey;
use troth_crypto::stretch::Stretch;

use super::Client;
use crate::export::{EpochPart, LostPart, RecordPart, SharePart, WaitingPart, share_of};
use crate::journal::Journal;
use crate::machine::Machine;
use crate::relay::Relay;
use crate::state::State;
use crate::trouble::Trouble;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Gathers the entries with the secrets that open them, and the key that signs the file.
    pub(crate) async fn exported(&self) -> Result<(RecordPart, DeviceKey), Trouble> {
        let _entered = self.enter().await?;
        let space = self.space().ok_or(Trouble::NoSpace)?;
        let mut entries = Vec::new();
        loop {
            let after = entries
                .last()
                .map_or(0, |placed: &troth_wire::Placed| placed.place);
            let page = self.rows(space, after, 512).await?;
            if page.is_empty() {
                break;
            }
            entries.extend(page);
        }
        let state = self.state();
        let machine = state.machine.as_ref().ok_or(Trouble::NoSpace)?;
        let record = machine.record();
        let newest = record.log().membership.epoch();
        let epochs = (1..=newest).filter_map(|epoch| {
            let secret = record.keys().secret(epoch)?;
            Some(EpochPart::new(epoch, *secret.secret().expose()))
        });
        let receipt = machine
            .cell
            .receipt
            .filter(|receipt| receipt.place == record.place());
        let part = RecordPart {
            space,
            member: record.me(),
            entries,
            epochs: epochs.collect(),
            shares: shares(&state),
            receipt,
            log_key: state.identity.log_key,
            waiting: (machine.unsent() > 0).then(|| waiting(machine)),
            lost: lost(machine),
        };
        Ok((part, state.device()))
    }
}

/// Lists what was written and not sent, also after parting, when it never will be.
fn waiting(machine: &Machine) -> Vec<WaitingPart> {
    let items = machine.outbox_after(0);
    items
        .map(|item| WaitingPart {
            tag: item.tag,
            body: item.body.clone(),
        })
        .collect()
}

/// Lists what was verified before a restore and is not in the record any more.
fn lost(machine: &Machine) -> Option<Vec<LostPart>> {
    let parts = machine.lost().iter().filter_map(|lost| {
        lost.name(machine.record())?;
        let secret = lost.secret.as_ref()?.0.as_slice();
        Some(LostPart {
            placed: lost.placed.clone(),
            key: lost.key,
            secret: secret.try_into().ok()?,
        })
    });
    let parts: Vec<_> = parts.collect();
    (!parts.is_empty()).then_some(parts)
}

/// Lists the shares of answers that are open for both.
fn shares(state: &State) -> Vec<SharePart> {
    let opened = state.opened.iter();
    let shares = opened.filter_map(|((reveal, _), opened)| {
        let share = share_of(opened.share.as_ref()?)?;
        Some(SharePart {
            reveal: *reveal,
            member: opened.by,
            share,
        })
    });
    shares.collect()
}
