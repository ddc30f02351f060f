//! The two passes over a shard: the best rows, and the count of all that fit.
//!
//! Both are written once, for blocks of 512 bits, and compiled several times by
//! [`dispatch`](super::dispatch) for what the processor offers.

use super::ask::{Ask, UNIT};
use super::plane::{BLOCK, Block};
use super::top::{Top, rank};
use crate::answer::SOON_POINTS;
use crate::availability::Availability;
use crate::provider::Point;
use crate::time::Day;

/// Bits of the largest sum of units: 60 specialties, 24 approaches and the rest.
const SLICES: usize = 10;

/// The units of 512 rows, as numbers in bit slices.
struct Sums {
    slices: [Block; SLICES],
    used: usize,
}

impl Sums {
    /// Adds up the bonuses of one block.
    #[inline(always)]
    fn new(ask: &Ask<'_>, at: usize) -> Self {
        let used = (u32::BITS - ask.most.leading_zeros()) as usize;
        let mut sums = Self {
            slices: [Block::NONE; SLICES],
            used,
        };
        for (plane, units) in &ask.bonus {
            sums.add(block(plane, at), *units);
        }
        sums
    }

    /// Adds the same units to all rows of a plane.
    #[inline(always)]
    fn add(&mut self, plane: Block, units: u32) {
        let mut carry = Block::NONE;
        for (bit, slice) in self.slices.iter_mut().take(self.used).enumerate() {
            let addend = if units >> bit & 1 == 1 {
                plane
            } else {
                Block::NONE
            };
            let half = slice.xor(addend);
            let next = slice.and(addend).or(carry.and(half));
            *slice = half.xor(carry);
            carry = next;
        }
    }

    /// Tells the rows whose sum is at least `least`.
    #[inline(always)]
    fn at_least(&self, least: u32) -> Block {
        self.slices
            .iter()
            .take(self.used)
            .enumerate()
            .fold(Block::ALL, |rows, (bit, slice)| {
                if least >> bit & 1 == 1 {
                    rows.and(*slice)
                } else {
                    rows.or(*slice)
                }
            })
    }

    /// Tells which of some rows have the highest sum among them, and the sum.
    #[inline(always)]
    fn highest(&self, rows: Block) -> (Block, u32) {
        let mut left = (rows, 0);
        for (bit, slice) in self.slices.iter().take(self.used).enumerate().rev() {
            let with = left.0.and(*slice);
            if !with.is_empty() {
                left = (with, left.1 | 1 << bit);
            }
        }
        left
    }
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

/// The rows of a block that pass every plane, and those of them that need no distance.
#[inline(always)]
fn passing(ask: &Ask<'_>, at: usize) -> (Block, Block) {
    let both = |planes: &Option<[&[Block]; 2]>| {
        planes.map_or(Block::NONE, |[core, paid]| {
            block(core, at).and(block(paid, at))
        })
    };
    let video = both(&ask.video);
    let mut in_person = both(&ask.in_person);
    if !ask.areas.is_empty() && !in_person.is_empty() {
        in_person = in_person.and(any_of(&ask.areas, at));
    }
    let mut rows = video.or(in_person);
    for plane in &ask.all {
        rows = rows.and(block(plane, at));
    }
    if !ask.any.is_empty() && !rows.is_empty() {
        rows = rows.and(any_of(&ask.any, at));
    }
    (rows, video)
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
        let (mut rows, video) = passing(ask, at);
        if rows.is_empty() {
            continue;
        }
        let sums = Sums::new(ask, at);
        if least > 0 {
            rows = rows.and(sums.at_least(least));
        }
        while !rows.is_empty() {
            let (group, units) = sums.highest(rows);
            if top
                .worst()
                .is_some_and(|worst| rank(highest + units * UNIT, id.0) < worst)
            {
                break;
            }
            consider(ask, top, (group, video), (first, units));
            rows = rows.and(group.xor(Block::ALL));
        }
    }
}

/// Takes in what is good enough of a group of rows with equal bonuses, from the first on.
#[inline(always)]
fn consider(
    ask: &Ask<'_>,
    top: &mut Top,
    (group, video): (Block, Block),
    (first, units): (usize, u32),
) {
    let statics = &ask.shard.statics;
    for (word_at, word) in group.0.into_iter().enumerate() {
        let mut word = word;
        while word != 0 {
            let within = word_at * 64 + word.trailing_zeros() as usize;
            word &= word - 1;
            let row = first + within;
            let (Some(standing), Some(id)) = (statics.standings.get(row), statics.ids.get(row))
            else {
                return;
            };
            let mut score = u32::from(*standing) + units * UNIT;
            // Rows stand by falling standing and rising number: no later one is better.
            if top.worst().is_some_and(|worst| rank(score, id.0) <= worst) {
                return;
            }
            if ask.inexact || frail(ask, row) {
                let Some(soon) = look(ask, row, video.bit(within)) else {
                    continue;
                };
                let counted = ask.bonus.first().is_some_and(|(plane, _)| bit(plane, row));
                score -= if counted && !soon { SOON_POINTS } else { 0 };
            }
            top.push(rank(score, id.0), row as u32);
        }
    }
}

#[inline(always)]
fn bit(plane: &[Block], row: usize) -> bool {
    plane
        .get(row / BLOCK)
        .is_some_and(|block| block.bit(row % BLOCK))
}

/// Tells whether a row's licences have to be looked at day by day.
#[inline(always)]
fn frail(ask: &Ask<'_>, row: usize) -> bool {
    bit(ask.frail, row) || bit(ask.ending, row)
}

/// Counts all rows that fit.
#[inline(always)]
pub(super) fn count(ask: &Ask<'_>) -> usize {
    let mut all = 0;
    for at in 0..ask.shard.planes().blocks() {
        let (rows, video) = passing(ask, at);
        let sure = if ask.inexact {
            Block::NONE
        } else {
            rows.and(
                block(ask.frail, at)
                    .or(block(ask.ending, at))
                    .xor(Block::ALL),
            )
        };
        all += sure.count() as usize;
        let unsure = rows.and(sure.xor(Block::ALL));
        for (word_at, word) in unsure.0.into_iter().enumerate() {
            let mut word = word;
            while word != 0 {
                let within = word_at * 64 + word.trailing_zeros() as usize;
                word &= word - 1;
                all += usize::from(look(ask, at * BLOCK + within, video.bit(within)).is_some());
            }
        }
    }
    all
}

/// Counts the rows that pass every plane.
#[inline(always)]
pub(super) fn intersect(ask: &Ask<'_>) -> usize {
    (0..ask.shard.planes().blocks())
        .map(|at| passing(ask, at).0.count() as usize)
        .sum()
}

/// Looks at one row for what planes could not tell: `None` if it does not fit, else whether
/// a fitting start lies within 24 hours.
fn look(ask: &Ask<'_>, row: usize, video: bool) -> Option<bool> {
    let statics = &ask.shard.statics;
    if let Some(circle) = &ask.circle
        && !video
        && !statics
            .places(row)
            .iter()
            .any(|(_, point): &(u32, Point)| circle.holds(*point))
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
    let frail = frail(ask, row);
    if !frail && !ask.ask_times && ask.maybe_soon.is_none() {
        return Some(bit(ask.bonus.first()?.0, row));
    }
    let mut starts = ask.shard.times.get(row)?.and(&ask.wanted);
    if frail {
        let until = licensed_until(ask, row)?;
        if until < ask.asked.now.day() {
            return None;
        }
        starts = starts.and(&ask.shard.until(until));
    }
    if ask.asked.windows.is_some() && starts.is_empty() {
        return None;
    }
    Some(starts.meets(&ask.soon))
}

/// Tells the last day on which the licences of all states asked are known to hold.
fn licensed_until(ask: &Ask<'_>, row: usize) -> Option<Day> {
    ask.shard.licensed_until(row, ask.asked)
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
