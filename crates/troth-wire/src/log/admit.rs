//! The judgement itself.

use std::sync::Arc;

use super::parse::{Parsed, Verified, parse};
use super::{Admitted, Chain, LogState, Past, Refusal};
use crate::control::{Act, Control};
use crate::envelope::Envelope;
use crate::head::Head;
use crate::header::Header;
use crate::id::{EntryId, PublicKey};
use crate::signature::Verifiers;

/// Judges whether an entry may be appended to the record, and what follows from it.
///
/// The server judges so at the moment of appending; clients judge again every entry that they
/// pull, with the minute that the server noted.
///
/// # Errors
///
/// The first [`Refusal`] that applies. [`Refusal::AlreadyThere`] answers a repeated entry and
/// is no failure.
pub fn admit(
    state: &LogState,
    envelope: &Envelope,
    past: impl Past,
    minute: u64,
) -> Result<Admitted, Refusal> {
    admit_with(state, envelope, past, minute, &mut Verifiers::new())
}

/// As [`admit`], for one who judges many entries: `known` keeps the keys between them.
///
/// # Errors
///
/// As [`admit`].
pub fn admit_with(
    state: &LogState,
    envelope: &Envelope,
    past: impl Past,
    minute: u64,
    known: &mut Verifiers,
) -> Result<Admitted, Refusal> {
    let parsed = parse(envelope)?;
    let key = signing_key(state, &parsed)?;
    let key = known.of(&key).ok_or(Refusal::BadSignature)?;
    admit_verified(state, &parsed.verify_with(&key)?, past, minute)
}

/// Judges an entry whose signature was verified before, apart from the record's state.
///
/// # Errors
///
/// As [`admit`]; [`Refusal::UnknownDevice`] if the record knows another key for the device
/// than the one that the signature was verified with.
pub fn admit_verified(
    state: &LogState,
    verified: &Verified,
    mut past: impl Past,
    minute: u64,
) -> Result<Admitted, Refusal> {
    let Parsed {
        id,
        header,
        control,
        sig: _,
    } = verified.parsed();
    if signing_key(state, verified.parsed())? != verified.key() {
        return Err(Refusal::UnknownDevice);
    }
    check_chain(state, header, id, &mut past)?;
    check_seen(state, header, &mut past)?;
    check_points(state, control.as_ref(), &mut past)?;
    let minute = minute.max(state.minute);
    let place = state.place.checked_add(1).ok_or(Refusal::TooMany)?;
    let act = Act {
        header,
        id: *id,
        place,
        minute,
    };
    let membership = match state.membership.judge(&act, control.as_ref())? {
        Some(changed) => Arc::new(changed),
        None => Arc::clone(&state.membership),
    };
    let head = state.head.next(id, minute);
    let chains = extended(&state.chains, header, *id, place);
    let next = LogState {
        membership,
        place,
        head,
        minute,
        chains,
    };
    let (header, control) = (header.clone(), control.clone());
    Ok(Admitted {
        id: *id,
        place,
        received: minute,
        head,
        header,
        control,
        next,
    })
}

/// Finds the key that must have signed: the device's, or for a device that introduces itself
/// the one in the certificate, which the machine checks against the user root.
fn signing_key(state: &LogState, parsed: &Parsed) -> Result<PublicKey, Refusal> {
    if let Some(device) = state.membership.device(&parsed.header.device) {
        return Ok(device.key);
    }
    parsed.carried_key().ok_or_else(|| {
        if state.membership.has_begun() {
            Refusal::UnknownDevice
        } else {
            Refusal::NotBegun
        }
    })
}

fn check_chain(
    state: &LogState,
    header: &Header,
    id: &EntryId,
    past: &mut impl Past,
) -> Result<(), Refusal> {
    let chain = state.chain(&header.device);
    let (aseq, last) = chain.map_or((0, EntryId::ZERO), |chain| (chain.aseq, chain.last));
    match chain {
        Some(chain) if header.aseq <= aseq && chain.last == *id => {
            Err(Refusal::AlreadyThere { place: chain.place })
        }
        _ if header.aseq <= aseq => match past.place_of(id) {
            Some(place) => Err(Refusal::AlreadyThere { place }),
            None => Err(Refusal::Fork),
        },
        _ if header.aseq - aseq > 1 => Err(Refusal::Gap),
        _ if header.aprev != last => Err(Refusal::WrongPrevious),
        _ => Ok(()),
    }
}

fn check_seen(state: &LogState, header: &Header, past: &mut impl Past) -> Result<(), Refusal> {
    if header.seen_place > state.place {
        return Err(Refusal::SeenAhead);
    }
    if head_at(state, header.seen_place, past) == Some(header.seen_head) {
        Ok(())
    } else {
        Err(Refusal::SeenDiffers)
    }
}

/// Checks that a limited member's beginning is a point of this very record.
fn check_points(
    state: &LogState,
    control: Option<&Control>,
    past: &mut impl Past,
) -> Result<(), Refusal> {
    let terms = match control {
        Some(Control::MemberAdd { terms, .. }) => terms.as_ref(),
        Some(Control::Grant { terms, .. }) => Some(terms),
        _ => None,
    };
    match terms {
        Some(terms) if terms.from.place > state.place => Err(Refusal::WrongTerms),
        Some(terms) if head_at(state, terms.from.place, past) != Some(terms.from.head) => {
            Err(Refusal::WrongTerms)
        }
        _ => Ok(()),
    }
}

fn head_at(state: &LogState, place: u64, past: &mut impl Past) -> Option<Head> {
    match place {
        0 => Some(Head::EMPTY),
        _ if place == state.place => Some(state.head),
        _ => past.head_at(place),
    }
}

fn extended(chains: &[Chain], header: &Header, id: EntryId, place: u64) -> Vec<Chain> {
    let newest = Chain {
        device: header.device,
        aseq: header.aseq,
        last: id,
        place,
    };
    let mut chains = chains.to_vec();
    match chains
        .iter_mut()
        .find(|chain| chain.device == header.device)
    {
        Some(chain) => *chain = newest,
        None => chains.push(newest),
    }
    chains
}
