//! The passes over a shard: the best rows, and the count of all that fit.
//!
//! They are written once, for blocks of 512 bits, and compiled several times by
//! [`dispatch`](super::dispatch) for what the processor offers.

use super::ask::{Ask, SOON_UNITS, UNIT};
use super::plane::{BLOCK, Block};
use super::sums::Sums;
use super::top::{Top, rank};
use crate::answer::SOON_POINTS;
use crate::availability::Availability;
use crate::provider::Point;
use crate::time::Day;

/// As few rows of a block are added up one by one.
const FEW: u32 = 6;

/// The rows of a block that fit as far as planes can tell.
struct Passing {
    rows: Block,
    /// Those of them that need no distance.
    placed: Block,
}

#[inline(always)]
fn block(plane: &[Block], at: usize) -> Block {
    plane.get(at).copied().unwrap_or(Block::NONE)
}

/// The rows of a block that are in one of some planes.
#[inline(always)]
fn any_of(planes: &[&[Block]], at: usize) -> Block {
    planes
        .iter()
        .fold(Block::NONE, |all, plane| all.or(block(plane, at)))
}

/// The rows of a block that are in each of some planes.
#[inline(always)]
fn all_of(planes: &[&[Block]], at: usize) -> Block {
    planes
        .iter()
        .fold(Block::ALL, |all, plane| all.and(block(plane, at)))
}

/// The rows of a block that pass every plane.
#[inline(always)]
fn passing(ask: &Ask<'_>, at: usize) -> Passing {
    let mut rows = all_of(&ask.all, at);
    let mut placed = Block::ALL;
    if rows.is_empty() {
        return Passing { rows, placed };
    }
    if let Some([video, in_person]) = &ask.either {
        let (video, mut in_person) = (all_of(video, at), all_of(in_person, at));
        if let Some(near) = &ask.circle {
            let inside = any_of(&near.inside, at);
            in_person = in_person.and(inside.or(any_of(&near.edge, at)));
            placed = video.or(inside);
        }
        rows = rows.and(video.or(in_person));
    } else if let Some(near) = &ask.circle {
        placed = any_of(&near.inside, at);
        rows = rows.and(placed.or(any_of(&near.edge, at)));
    }
    for planes in &ask.any {
        if rows.is_empty() {
            break;
        }
        rows = rows.and(any_of(planes, at));
    }
    Passing { rows, placed }
}

/// The rows of a block that have to be looked at one by one.
#[inline(always)]
fn doubtful(ask: &Ask<'_>, at: usize, passing: &Passing) -> Block {
    if ask.doubt.fee || ask.doubt.times {
        Block::ALL
    } else {
        any_of(&ask.frail, at).or(passing.placed.xor(Block::ALL))
    }
}

/// The rows of one block that may be among the best.
struct Candidates<'a, 'b> {
    ask: &'a Ask<'b>,
    /// The first row of the block.
    first: usize,
    /// The standing and the number of that row.
    highest: (u32, u32),
    passing: Passing,
    /// Who gets units for a start within 24 hours.
    soon: Block,
    doubtful: Block,
}

/// Finds the best rows.
#[inline(always)]
pub(super) fn best(ask: &Ask<'_>, top: &mut Top) {
    let statics = &ask.shard.statics;
    for at in 0..ask.shard.planes().blocks() {
        let first = at * BLOCK;
        let (Some(standing), Some(id)) = (statics.standings.get(first), statics.ids.get(first))
        else {
            return;
        };
        let highest = u32::from(*standing);
        let mut least = 0;
        if let Some(worst) = top.worst() {
            if rank(highest + ask.most * UNIT, id.0) < worst {
                return;
            }
            least = ((worst >> 32) as u32)
                .saturating_sub(highest)
                .div_ceil(UNIT);
        }
        let passing = passing(ask, at);
        if !passing.rows.is_empty() {
            let candidates = Candidates {
                ask,
                first,
                highest: (highest, id.0),
                soon: any_of(&ask.soon, at),
                doubtful: doubtful(ask, at, &passing),
                passing,
            };
            candidates.rank(top, least);
        }
    }
}

impl Candidates<'_, '_> {
    /// Takes in what is good enough; nobody with fewer than `least` units is.
    #[inline(always)]
    fn rank(&self, top: &mut Top, least: u32) {
        let at = self.first / BLOCK;
        let mut rows = self.passing.rows;
        // Whoever lacks a bonus of more units than may be lacking is out.
        let slack = self.ask.most.saturating_sub(least);
        let needed = self
            .ask
            .bonus
            .iter()
            .take_while(|(_, units)| *units > slack)
            .count();
        let (needed, open) = self.ask.bonus.split_at_checked(needed).unwrap_or_default();
        let mut units = 0;
        for (plane, each) in needed {
            rows = rows.and(block(plane, at));
            units += each;
        }
        if SOON_UNITS > slack && !self.ask.soon.is_empty() {
            rows = rows.and(self.soon);
        }
        if rows.count() <= FEW {
            self.one_by_one(top, rows, (open, units));
            return;
        }
        let mut sums = Sums::ZERO;
        if !self.ask.soon.is_empty() {
            sums.add(self.soon, SOON_UNITS);
        }
        for (plane, each) in open {
            sums.add(block(plane, at), *each);
        }
        if least > units {
            rows = rows.and(sums.at_least(least - units));
        }
        while !rows.is_empty() {
            let (group, more) = sums.highest(rows);
            let (highest, id) = self.highest;
            let best = rank(highest + (units + more) * UNIT, id);
            if top.worst().is_some_and(|worst| best < worst) {
                break;
            }
            self.group(top, group, units + more);
            rows = rows.and(group.xor(Block::ALL));
        }
    }

    /// Adds up the units of few rows, one by one.
    #[inline(always)]
    fn one_by_one(&self, top: &mut Top, rows: Block, (open, units): (&[(&[Block], u32)], u32)) {
        let at = self.first / BLOCK;
        rows.each(|within| {
            let mut units = units;
            for (plane, each) in open {
                let has = plane.get(at).is_some_and(|block| block.bit(within));
                units += if has { *each } else { 0 };
            }
            units += if self.soon.bit(within) { SOON_UNITS } else { 0 };
            self.offer(top, within, units);
            true
        });
    }

    /// Takes in what is good enough of a group of rows with equal units, from the first on.
    #[inline(always)]
    fn group(&self, top: &mut Top, group: Block, units: u32) {
        // Rows stand by falling standing and rising number: after one that is not good enough,
        // no later one is.
        group.each(|within| self.offer(top, within, units));
    }

    /// Takes a row in if it fits and is good enough; tells whether it would be good enough.
    #[inline]
    fn offer(&self, top: &mut Top, within: usize, units: u32) -> bool {
        let (row, statics) = (self.first + within, &self.ask.shard.statics);
        let (Some(standing), Some(id)) = (statics.standings.get(row), statics.ids.get(row)) else {
            return false;
        };
        let mut score = u32::from(*standing) + units * UNIT;
        if top.worst().is_some_and(|worst| rank(score, id.0) <= worst) {
            return false;
        }
        let soon = self.soon.bit(within);
        if self.doubtful.bit(within) || self.ask.doubt.soon && soon {
            let placed = self.passing.placed.bit(within);
            let Some(really) = look(self.ask, row, placed, soon) else {
                return true;
            };
            score -= if soon && !really { SOON_POINTS } else { 0 };
        }
        top.push(rank(score, id.0), row as u32);
        true
    }
}

/// Counts all rows that fit.
#[inline(always)]
pub(super) fn count(ask: &Ask<'_>) -> usize {
    let mut all = 0;
    for at in 0..ask.shard.planes().blocks() {
        let passing = passing(ask, at);
        let doubtful = passing.rows.and(doubtful(ask, at, &passing));
        all += passing.rows.count() as usize;
        doubtful.each(|within| {
            let placed = passing.placed.bit(within);
            all -= usize::from(look(ask, at * BLOCK + within, placed, false).is_none());
            true
        });
    }
    all
}

/// Counts the rows that pass every plane.
#[inline(always)]
pub(super) fn intersect(ask: &Ask<'_>) -> usize {
    (0..ask.shard.planes().blocks())
        .map(|at| passing(ask, at).rows.count() as usize)
        .sum()
}

#[inline(always)]
fn bit(plane: &[Block], row: usize) -> bool {
    plane
        .get(row / BLOCK)
        .is_some_and(|block| block.bit(row % BLOCK))
}

/// Looks at one row for what planes could not tell: `None` if it does not fit, else whether
/// a fitting start lies within 24 hours; `soon` is what planes tell of that.
fn look(ask: &Ask<'_>, row: usize, placed: bool, soon: bool) -> Option<bool> {
    let statics = &ask.shard.statics;
    if let Some(near) = &ask.circle
        && !placed
        && !statics
            .places(row)
            .iter()
            .any(|(_, point): &(u32, Point)| near.circle.holds(*point))
    {
        return None;
    }
    if ask
        .asked
        .max_fee_cents
        .is_some_and(|most| statics.lowest_fee(row) > most)
    {
        return None;
    }
    let frail = ask.frail.iter().any(|plane| bit(plane, row));
    if !frail && !ask.doubt.times && !ask.doubt.soon {
        return Some(soon);
    }
    let mut starts = ask.shard.times.get(row)?.and(&ask.wanted);
    if frail {
        let until = ask.shard.licensed_until(row, ask.asked)?;
        if until < ask.asked.now.day() {
            return None;
        }
        starts = starts.and(&ask.shard.until(until));
    }
    if ask.asked.windows.is_some() && starts.is_empty() {
        return None;
    }
    Some(starts.meets(&ask.next_day))
}

impl super::Shard {
    /// Tells the half-hours up to the end of a day.
    pub(super) fn until(&self, day: Day) -> Availability {
        crate::availability::starts_between(
            self.base,
            crate::time::Minute(0),
            day.plus(1).midnight(),
        )
    }

    /// Tells the last day on which the licences of all states asked are known to hold.
    pub(super) fn licensed_until(&self, row: usize, asked: &crate::query::Asked) -> Option<Day> {
        use crate::set::Code;
        let own = *self.statics.expiries.get(row)?;
        let ending = &self.statics.ending;
        let from = ending.partition_point(|(at, _, _)| (*at as usize) < row);
        let of_row = ending
            .iter()
            .skip(from)
            .take_while(|(at, _, _)| *at as usize == row);
        let others = of_row.filter(|(_, state, _)| {
            asked
                .states
                .iter()
                .any(|asked| asked != self.state && asked.index() == *state)
        });
        Some(others.map(|(_, _, day)| *day).fold(own, Day::min))
    }
}
