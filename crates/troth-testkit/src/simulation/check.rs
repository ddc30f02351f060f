//! What must hold on the way and at the end of every story.

use std::collections::BTreeSet;

use troth_core::{Couple, Entry, EntryId, Moment, PartnerId, RevealStanding};
use troth_sync::view::{AlarmKind, Health, Notice, Verification};
use troth_sync::{DispatchError, SyncError, Trouble, block_on};

use super::{Seat, Story};

/// Says whether a synchronisation ended as it may: an honest server never raises an alarm, but
/// for what is not back yet after a restore.
pub(super) fn synced(
    story: &Story,
    number: usize,
    outcome: &Result<(), SyncError>,
) -> Result<(), String> {
    let seat = &story.seats[number];
    if let Err(SyncError::Trouble(trouble)) = outcome {
        let ended = *trouble == Trouble::SignedOut && seat.may_be_ended;
        if !ended && !is_passing(trouble) {
            return Err(format!(
                "device {number} could not synchronise: {trouble:?}"
            ));
        }
    }
    let client = seat.device.client();
    if client.me().notices.contains(&Notice::NewDeviceKey) {
        return Err(format!("device {number} takes itself for a copy"));
    }
    match client.health().alarm {
        Some(alarm) if story.ledger.restored && !alarm.kind.stops() => Ok(()),
        Some(alarm) => Err(format!("device {number} raised a false alarm: {alarm:?}")),
        None => Ok(()),
    }
}

/// Troubles that the weather of a story makes.
fn is_passing(trouble: &Trouble) -> bool {
    trouble.is_offline() || *trouble == Trouble::Overtaken
}

/// Says whether ending a session ended as it may.
pub(super) fn troubled(number: usize, outcome: &Result<(), Trouble>) -> Result<(), String> {
    match outcome {
        Err(trouble) if !is_passing(trouble) && *trouble != Trouble::SignedOut => Err(format!(
            "device {number} could not end a session: {trouble:?}"
        )),
        _ => Ok(()),
    }
}

/// Says whether leaving ended as it may.
pub(super) fn left(number: usize, error: &DispatchError) -> Result<(), String> {
    match error {
        DispatchError::SpaceClosed => Ok(()),
        DispatchError::Trouble(trouble) if is_passing(trouble) => Ok(()),
        other => Err(format!("device {number} could not leave: {other:?}")),
    }
}

/// Nobody reads the other's answer before giving their own.
pub(super) fn early(story: &Story, number: usize) -> Result<(), String> {
    let seat = &story.seats[number];
    let client = seat.device.client();
    let (Some(couple), Some(me)) = (client.couple(), client.my_partner_id()) else {
        return Ok(());
    };
    for view in couple.reveals(me) {
        let seen = view.theirs.is_some() || view.standing == RevealStanding::Open;
        if seen && !story.ledger.has_answered(seat.person, &view.id) {
            return Err(format!(
                "device {number} reads an answer before its person has answered"
            ));
        }
        if !seen && !story.ledger.has_answered(seat.person, &view.id) {
            unreadable(story, number, view.id)?;
        }
    }
    Ok(())
}

/// No entry that came to a device holds the words of an answer in the clear.
fn unreadable(story: &Story, number: usize, reveal: EntryId) -> Result<(), String> {
    let seat = &story.seats[number];
    let Some(both) = story.ledger.answers.get(&reveal) else {
        return Ok(());
    };
    let theirs = &both[1 - seat.person];
    if theirs.is_empty() {
        return Ok(());
    }
    let shown = format!("{:?}", seat.device.client().entries());
    match theirs.iter().find(|words| shown.contains(words.as_str())) {
        Some(_) => Err(format!(
            "device {number} holds the words of an answer before its time"
        )),
        None => Ok(()),
    }
}

/// What all devices that are still signed in must agree on.
struct Rest<'a> {
    number: usize,
    seat: &'a Seat,
    health: Health,
    entries: Vec<Entry>,
}

/// Looks at everything once all devices have come to rest.
pub(super) fn all(story: &mut Story) -> Result<(), String> {
    let one = story.chance.below(story.seats.len());
    story.seats[one].dies();
    let story = &*story;
    let signed_in = story
        .seats
        .iter()
        .enumerate()
        .filter(|(_, seat)| !seat.is_signed_out());
    let rests: Vec<Rest<'_>> = signed_in
        .map(|(number, seat)| {
            let client = seat.device.client();
            Rest {
                number,
                seat,
                health: client.health(),
                entries: client.entries(),
            }
        })
        .collect();
    let first = rests.first().ok_or("nobody is signed in any more")?;
    for rest in &rests {
        early(story, rest.number)?;
        let number = rest.number;
        if rest.health.head != first.health.head && !story.ledger.may_have_left {
            let heads = (&rest.health.head, &first.health.head);
            return Err(format!("device {number} stands at another head: {heads:?}"));
        }
        if rest.health.waiting > 0 && !story.ledger.may_have_left {
            return Err(format!(
                "device {number} still has {} to send",
                rest.health.waiting
            ));
        }
    }
    kept(story, &rests)?;
    if !may_stay_lost(story) {
        let alarmed = rests.iter().find(|rest| rest.health.alarm.is_some());
        if let Some(rest) = alarmed {
            let (number, alarm) = (rest.number, &rest.health.alarm);
            return Err(format!("device {number} still misses something: {alarm:?}"));
        }
    }
    alike(story, &rests)?;
    let one = &rests[story.chance.below(rests.len())];
    let verified = block_on(one.seat.device.client().verify());
    match verified {
        Ok(verified) if verified.intact() => Ok(()),
        Ok(Verification {
            broken: Some(broken),
            ..
        }) if may_stay_lost(story) && broken.reason == AlarmKind::NotBack.code() => Ok(()),
        other => Err(format!("device {} does not verify: {other:?}", one.number)),
    }
}

/// Tells whether what a restore took may never come back: its author's device is gone, or the space
/// closed meanwhile.
fn may_stay_lost(story: &Story) -> bool {
    let ended = story.seats.iter().any(|seat| seat.may_be_ended);
    story.ledger.restored && (story.ledger.may_have_left || ended)
}

/// Nothing that was acknowledged is lost.
fn kept(story: &Story, rests: &[Rest<'_>]) -> Result<(), String> {
    let entries = rests.iter().flat_map(|rest| &rest.entries);
    let placed: BTreeSet<EntryId> = entries.filter(|it| it.place > 0).map(|it| it.id).collect();
    for (person, id, wish) in &story.ledger.promised {
        if placed.contains(id) {
            continue;
        }
        // Who was signed out, or whose space was closed meanwhile, still has their words.
        let own = story.seats.iter().filter(|seat| seat.person == *person);
        let excused = |seat: &&Seat| seat.may_be_ended || story.ledger.may_have_left;
        let mut own = own.filter(excused);
        if !own.any(|seat| seat.device.client().entries().iter().any(|it| it.id == *id)) {
            return Err(format!("an acknowledged entry is lost: {id:?} {wish:?}"));
        }
    }
    Ok(())
}

/// All devices fold the same couple out of the same entries.
fn alike(story: &Story, rests: &[Rest<'_>]) -> Result<(), String> {
    let now = Moment::new(story.world.clock.now(), "Europe/Vienna");
    // The minute too: it is in the head.
    let placed = |rest: &Rest<'_>| -> Vec<Entry> {
        let placed = rest.entries.iter().filter(|it| it.place > 0);
        placed.cloned().collect()
    };
    let first = placed(&rests[0]);
    for rest in &rests[1..] {
        let here = placed(rest);
        // Who left reads up to their leaving; the other may still confirm something after it.
        let same = match story.ledger.may_have_left {
            true => here.iter().zip(&first).all(|(one, other)| one == other),
            false => here == first,
        };
        if !same {
            return Err(format!("device {} has other entries", rest.number));
        }
    }
    if story.ledger.may_have_left {
        return Ok(());
    }
    // A device that still misses something shows what it keeps of it besides (checked before: only
    // where no one who had it is still signed in).
    let couples: Vec<_> = rests
        .iter()
        .filter(|rest| rest.health.alarm.is_none())
        .filter_map(|rest| Some((rest, rest.seat.device.client().couple()?)))
        .collect();
    let Some((_, first)) = couples.first() else {
        return Ok(());
    };
    let viewers: Vec<PartnerId> = first.partners().to_vec();
    let reading = |couple: &Couple| Reading::of(couple, &viewers, &now);
    let expected = reading(first);
    for (rest, couple) in &couples {
        let found = reading(couple);
        if found != expected {
            return Err(format!(
                "device {} reads another couple:\n{found:?}\nwhere another reads\n{expected:?}",
                rest.number
            ));
        }
        opened(story, couple, &viewers, rest.number)?;
    }
    Ok(())
}

/// Every question that both answered is open, with the words that they gave.
fn opened(
    story: &Story,
    couple: &Couple,
    viewers: &[PartnerId],
    number: usize,
) -> Result<(), String> {
    for viewer in viewers {
        for view in couple.reveals(*viewer) {
            if view.standing == RevealStanding::Opening {
                return Err(format!("device {number} never opened {:?}", view.id));
            }
            let Some(theirs) = &view.theirs else { continue };
            let both = story.ledger.answers.get(&view.id);
            let said = both.is_some_and(|both| both.iter().flatten().any(|it| *it == theirs.text));
            let amended = couple.amendments(theirs.entry) != troth_core::Amendments::default();
            if !said && !amended {
                return Err(format!("device {number} shows words that nobody wrote"));
            }
        }
    }
    Ok(())
}

/// Everything that screens read of a couple, without the own words that only one device knows.
#[derive(Debug, PartialEq)]
struct Reading {
    names: Vec<Option<String>>,
    reveals: Vec<troth_core::RevealView>,
    acknowledgments: Vec<troth_core::AcknowledgmentView>,
    commitments: Vec<troth_core::CommitmentView>,
    shared: Vec<troth_core::SharedSignsView>,
}

impl Reading {
    fn of(couple: &Couple, viewers: &[PartnerId], now: &Moment) -> Self {
        let mut reveals: Vec<_> = viewers
            .iter()
            .flat_map(|viewer| couple.reveals(*viewer))
            .collect();
        for view in &mut reveals {
            if view.standing != RevealStanding::Open {
                view.mine = None;
            }
        }
        Self {
            names: viewers
                .iter()
                .map(|it| couple.name_of(*it).map(str::to_owned))
                .collect(),
            reveals,
            acknowledgments: couple.acknowledgments(),
            commitments: couple.commitments(now),
            shared: couple.shared_signs(),
        }
    }
}
