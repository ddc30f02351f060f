//! The bodies of availability and delta files.
//!
//! A row is the number of its free half-hours, the first of them, and the distances between
//! them; each of the three is a column of its own, which compresses best. A row whose second
//! week is as its first, as in most practices, is written for one week.

use super::ShardError;
use super::bytes::{Reader, Writer};
use crate::availability::{Availability, HALF_HOURS};

/// Half-hours of a week.
const WEEK: usize = HALF_HOURS / 2;

/// Writes the availabilities of all rows.
pub(super) fn write_all(rows: impl Iterator<Item = Availability>) -> Vec<u8> {
    let mut out = Writer::default();
    columns(&mut out, rows);
    out.into_bytes()
}

/// Writes the availabilities of some rows.
pub(super) fn write_some(mut rows: Vec<(usize, Availability)>) -> Vec<u8> {
    // The last word on a row stands.
    rows.reverse();
    rows.sort_by_key(|(row, _)| *row);
    rows.dedup_by_key(|(row, _)| *row);
    let mut out = Writer::default();
    out.varint(rows.len() as u64);
    let mut next = 0;
    for (row, _) in &rows {
        out.varint((row - next) as u64);
        next = row + 1;
    }
    columns(
        &mut out,
        rows.into_iter().map(|(_, availability)| availability),
    );
    out.into_bytes()
}

fn columns(out: &mut Writer, rows: impl Iterator<Item = Availability>) {
    let [mut counts, mut firsts, mut gaps] = [const { Vec::new() }; 3];
    for availability in rows {
        let first = availability.and(&Availability::span(0, WEEK));
        let weekly = first.later(WEEK).or(&first) == availability;
        let written = if weekly { first } else { availability };
        counts.push(u64::from(written.count()) * 2 + u64::from(weekly));
        let mut before = None;
        for half_hour in written.iter() {
            match before {
                None => firsts.push(half_hour as u64),
                Some(last) => gaps.push((half_hour - last - 1) as u64),
            }
            before = Some(half_hour);
        }
    }
    for column in [counts, firsts, gaps] {
        let mut section = Writer::default();
        column.into_iter().for_each(|value| section.varint(value));
        out.section(section);
    }
}

/// Reads the availabilities of all rows.
pub(crate) fn read_all(body: &[u8], rows: usize) -> Result<Vec<Availability>, ShardError> {
    let mut reader = Reader::new(body);
    let all = read_columns(&mut reader, rows)?;
    reader.end()?;
    Ok(all)
}

/// Reads the availabilities of some rows.
pub(crate) fn read_some(
    body: &[u8],
    rows: usize,
) -> Result<Vec<(usize, Availability)>, ShardError> {
    let mut reader = Reader::new(body);
    let count = reader.count()?;
    let mut which = Vec::with_capacity(count);
    let mut next = 0_usize;
    for _ in 0..count {
        let row = next.saturating_add(reader.number()? as usize);
        if row >= rows {
            return Err(ShardError::Malformed);
        }
        which.push(row);
        next = row + 1;
    }
    let all = read_columns(&mut reader, count)?;
    reader.end()?;
    Ok(which.into_iter().zip(all).collect())
}

fn read_columns(reader: &mut Reader<'_>, rows: usize) -> Result<Vec<Availability>, ShardError> {
    let (mut counts, mut firsts, mut gaps) =
        (reader.section()?, reader.section()?, reader.section()?);
    if rows > counts.left() {
        return Err(ShardError::Malformed);
    }
    let mut all = Vec::with_capacity(rows);
    for _ in 0..rows {
        let mut availability = Availability::NONE;
        let head = counts.below((HALF_HOURS + 1) * 2)?;
        let (count, weekly) = (head / 2, head % 2 == 1);
        let end = if weekly { WEEK } else { HALF_HOURS };
        if count > 0 {
            let mut at = firsts.below(end)?;
            availability.mark(at);
            for _ in 1..count {
                at += 1 + gaps.below(HALF_HOURS)?;
                if at >= end {
                    return Err(ShardError::Malformed);
                }
                availability.mark(at);
            }
        }
        if weekly {
            availability = availability.later(WEEK).or(&availability);
        }
        all.push(availability);
    }
    counts.end()?;
    firsts.end()?;
    gaps.end()?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written() {
        let rows = [
            Availability::NONE,
            Availability::ALL,
            Availability::span(5, 6),
            Availability::span(600, 672),
        ];
        let body = write_all(rows.into_iter());
        assert_eq!(read_all(&body, 4).unwrap(), rows);
        assert_eq!(read_all(&body, 3), Err(ShardError::Malformed));
        assert_eq!(read_all(&body, 5), Err(ShardError::Malformed));
        let some = vec![(7, rows[2]), (2, rows[1]), (2, rows[0])];
        let body = write_some(some);
        assert_eq!(read_some(&body, 8).unwrap(), [(2, rows[0]), (7, rows[2])]);
        assert_eq!(read_some(&body, 7), Err(ShardError::Malformed));
    }
}
