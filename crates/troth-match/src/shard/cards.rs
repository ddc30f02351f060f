//! What a shard shows of a provider but does not decide by: written and read here.

use super::ShardError;
use super::book::licence_in;
use super::bytes::{Reader, Writer};
use super::dictionary::Dictionary;
use crate::npi::Npi;
use crate::provider::Provider;
use crate::state::State;
use crate::time::Day;

/// Digits at the end of a licence number that are kept as a number.
const DIGITS: usize = 9;

/// Writes the sections of the cards.
pub(super) fn write(body: &mut Writer, state: State, made: Day, rows: &[&Provider]) {
    body.section(names(rows));
    body.section(texts(
        rows.iter().map(|provider| provider.credentials.as_str()),
    ));
    body.section(texts(rows.iter().map(|provider| provider.zone.as_str())));
    body.section(licences(state, rows));
    body.section(npis(rows));
    body.section(numbers(
        rows.iter()
            .map(|provider| u64::from(provider.visit_minutes)),
    ));
    body.section(numbers(
        rows.iter().map(|provider| u64::from(provider.fee_cents)),
    ));
    body.section(numbers(
        rows.iter()
            .filter_map(|provider| provider.sliding_low_cents)
            .map(u64::from),
    ));
    let mut years = Writer::default();
    rows.iter().for_each(|provider| years.u8(provider.years));
    body.section(years);
    let mut proven = Writer::default();
    for provider in rows {
        proven.zigzag(i64::from(made.0) - i64::from(provider.proven_minute.day().0));
    }
    body.section(proven);
}

/// Names as words: a dictionary of words, the count of words a row, the words.
fn names(rows: &[&Provider]) -> Writer {
    let words = || rows.iter().flat_map(|provider| provider.name.split(' '));
    let dictionary = Dictionary::new(words(), 1);
    let mut out = Writer::default();
    out.varint(dictionary.values.len() as u64);
    dictionary.values.iter().for_each(|word| out.text(word));
    rows.iter()
        .for_each(|provider| out.varint(provider.name.split(' ').count() as u64));
    words().for_each(|word| out.varint(dictionary.place(&word).unwrap_or(0) as u64));
    out
}

/// Whole texts: a dictionary, then the place of each row's.
fn texts<'a>(rows: impl Iterator<Item = &'a str> + Clone) -> Writer {
    let dictionary = Dictionary::new(rows.clone(), 1);
    let mut out = Writer::default();
    out.varint(dictionary.values.len() as u64);
    dictionary.values.iter().for_each(|text| out.text(text));
    rows.for_each(|text| out.varint(dictionary.place(&text).unwrap_or(0) as u64));
    out
}

/// Numbers of few values: a dictionary, then the place of each row's.
fn numbers(rows: impl Iterator<Item = u64> + Clone) -> Writer {
    let dictionary = Dictionary::new(rows.clone(), 1);
    let mut out = Writer::default();
    out.varint(dictionary.values.len() as u64);
    dictionary
        .values
        .iter()
        .for_each(|number| out.varint(*number));
    rows.for_each(|number| out.varint(dictionary.place(&number).unwrap_or(0) as u64));
    out
}

/// A licence's number as what stands before its last digits, how many these are, and they.
fn split(number: &str) -> ((&str, u8), u32) {
    let digits = number
        .bytes()
        .rev()
        .take(DIGITS)
        .take_while(u8::is_ascii_digit)
        .count();
    let (head, tail) = number
        .split_at_checked(number.len() - digits)
        .unwrap_or((number, ""));
    ((head, digits as u8), tail.parse().unwrap_or(0))
}

fn licences(state: State, rows: &[&Provider]) -> Writer {
    let of = |provider: &&'_ Provider| {
        licence_in(provider, state)
            .map_or("", |licence| licence.number.as_str())
            .to_owned()
    };
    let numbers: Vec<String> = rows.iter().map(of).collect();
    let parts: Vec<_> = numbers.iter().map(|number| split(number)).collect();
    let dictionary = Dictionary::new(parts.iter().map(|(shape, _)| *shape), 1);
    let mut out = Writer::default();
    out.varint(dictionary.values.len() as u64);
    for (head, digits) in &dictionary.values {
        out.text(head);
        out.u8(*digits);
    }
    parts
        .iter()
        .for_each(|(shape, _)| out.varint(dictionary.place(shape).unwrap_or(0) as u64));
    let tails: Vec<u32> = parts.iter().map(|(_, tail)| *tail).collect();
    by_byte(&mut out, &tails);
    out
}

/// The first nine digits; the tenth follows from them.
fn npis(rows: &[&Provider]) -> Writer {
    let mut out = Writer::default();
    let npis = rows.iter().filter_map(|provider| provider.npi);
    let stems: Vec<u32> = npis.map(|npi| (npi.number() / 10) as u32).collect();
    by_byte(&mut out, &stems);
    out
}

/// Numbers of 32 bits as four columns of bytes, the lowest first.
fn by_byte(out: &mut Writer, numbers: &[u32]) {
    for shift in (0..32).step_by(8) {
        numbers
            .iter()
            .for_each(|number| out.u8((number >> shift) as u8));
    }
}

/// A column of few distinct values.
#[derive(Debug)]
pub(crate) struct Column<T> {
    values: Vec<T>,
    rows: Vec<u32>,
}

impl<T> Column<T> {
    pub(crate) fn of(&self, row: usize) -> Option<&T> {
        self.values.get(*self.rows.get(row)? as usize)
    }

    fn read(
        mut reader: Reader<'_>,
        rows: usize,
        mut value: impl FnMut(&mut Reader<'_>) -> Result<T, ShardError>,
    ) -> Result<Self, ShardError> {
        let column = Self::read_open(&mut reader, rows, &mut value)?;
        reader.end()?;
        Ok(column)
    }

    fn read_open(
        reader: &mut Reader<'_>,
        rows: usize,
        value: &mut impl FnMut(&mut Reader<'_>) -> Result<T, ShardError>,
    ) -> Result<Self, ShardError> {
        let count = reader.count()?;
        let values = (0..count)
            .map(|_| value(reader))
            .collect::<Result<Vec<_>, _>>()?;
        let rows = read_places(reader, rows, count)?;
        Ok(Self { values, rows })
    }
}

/// Reads one place below `bound` for each row.
pub(crate) fn read_places(
    reader: &mut Reader<'_>,
    rows: usize,
    bound: usize,
) -> Result<Vec<u32>, ShardError> {
    if rows > reader.left() {
        return Err(ShardError::Malformed);
    }
    (0..rows)
        .map(|_| reader.below(bound).map(|place| place as u32))
        .collect()
}

/// The cards of a shard, in columns.
#[derive(Debug)]
pub(crate) struct Cards {
    words: Vec<Box<str>>,
    /// Where each row's words begin, and where the last ends.
    word_starts: Vec<u32>,
    name_words: Vec<u32>,
    credentials: Column<Box<str>>,
    zones: Column<Box<str>>,
    licences: Column<(Box<str>, u8)>,
    licence_tails: Vec<u32>,
    /// The first nine digits; zero for none.
    npis: Vec<u32>,
    minutes: Column<u16>,
    fees: Column<u32>,
    /// The lowest fees of rows with a scale; zero-based ranks of these rows stand in `scaled`.
    slidings: Column<u32>,
    scaled: Vec<u32>,
    years: Vec<u8>,
    proven: Vec<Day>,
}

/// Stands in `scaled` for a row without a scale.
const NO_SCALE: u32 = u32::MAX;

impl Cards {
    /// Reads the sections; `npi` and `sliding` tell which rows have these.
    pub(super) fn read(
        body: &mut Reader<'_>,
        made: Day,
        npi: &[bool],
        sliding: &[bool],
    ) -> Result<Self, ShardError> {
        let rows = npi.len();
        let text = |reader: &mut Reader<'_>| reader.text().map(Box::from);
        let (words, word_starts, name_words) = read_names(body.section()?, rows)?;
        let credentials = Column::read(body.section()?, rows, text)?;
        let zones = Column::read(body.section()?, rows, text)?;
        let (licences, licence_tails) = read_licences(body.section()?, rows)?;
        let npis = read_npis(body.section()?, npi)?;
        let minutes = Column::read(body.section()?, rows, |reader| {
            reader.below(1 << 16).map(|minutes| minutes as u16)
        })?;
        let fees = Column::read(body.section()?, rows, |reader| reader.number())?;
        let scales = sliding.iter().filter(|set| **set).count();
        let slidings = Column::read(body.section()?, scales, |reader| reader.number())?;
        let mut ranks = 0..;
        let scaled = sliding.iter().map(|set| {
            if *set {
                ranks.next().unwrap_or(NO_SCALE)
            } else {
                NO_SCALE
            }
        });
        let scaled = scaled.collect();
        let mut section = body.section()?;
        let years = section.bytes(rows)?.to_vec();
        section.end()?;
        let mut section = body.section()?;
        let proven = (0..rows).map(|_| {
            let day = i64::from(made.0)
                .checked_sub(section.zigzag()?)
                .ok_or(ShardError::Malformed)?;
            u32::try_from(day)
                .map(Day)
                .map_err(|_| ShardError::Malformed)
        });
        let proven = proven.collect::<Result<Vec<_>, _>>()?;
        section.end()?;
        Ok(Self {
            words,
            word_starts,
            name_words,
            credentials,
            zones,
            licences,
            licence_tails,
            npis,
            minutes,
            fees,
            slidings,
            scaled,
            years,
            proven,
        })
    }

    pub(crate) fn name(&self, row: usize) -> String {
        let at = |row: usize| self.word_starts.get(row).map_or(0, |at| *at as usize);
        let places = self.name_words.get(at(row)..at(row + 1)).unwrap_or(&[]);
        let words: Vec<&str> = places
            .iter()
            .filter_map(|place| self.words.get(*place as usize))
            .map(AsRef::as_ref)
            .collect();
        words.join(" ")
    }

    pub(crate) fn credentials(&self, row: usize) -> String {
        self.credentials
            .of(row)
            .map_or_else(String::new, ToString::to_string)
    }

    pub(crate) fn zone(&self, row: usize) -> String {
        self.zones
            .of(row)
            .map_or_else(String::new, ToString::to_string)
    }

    pub(crate) fn licence(&self, row: usize) -> String {
        let Some((head, digits)) = self.licences.of(row) else {
            return String::new();
        };
        let tail = self.licence_tails.get(row).copied().unwrap_or(0);
        match usize::from(*digits) {
            0 => head.to_string(),
            digits => format!("{head}{tail:0digits$}"),
        }
    }

    pub(crate) fn npi(&self, row: usize) -> Option<Npi> {
        Npi::from_stem(*self.npis.get(row)?).ok()
    }

    pub(crate) fn visit_minutes(&self, row: usize) -> u16 {
        self.minutes.of(row).copied().unwrap_or(0)
    }

    pub(crate) fn fee_cents(&self, row: usize) -> u32 {
        self.fees.of(row).copied().unwrap_or(0)
    }

    pub(crate) fn sliding_low_cents(&self, row: usize) -> Option<u32> {
        self.slidings.of(*self.scaled.get(row)? as usize).copied()
    }

    pub(crate) fn years(&self, row: usize) -> u8 {
        self.years.get(row).copied().unwrap_or(0)
    }

    pub(crate) fn proven(&self, row: usize) -> Day {
        self.proven.get(row).copied().unwrap_or_default()
    }
}

type Names = (Vec<Box<str>>, Vec<u32>, Vec<u32>);

fn read_names(mut reader: Reader<'_>, rows: usize) -> Result<Names, ShardError> {
    let count = reader.count()?;
    let words = (0..count)
        .map(|_| reader.text().map(Box::from))
        .collect::<Result<Vec<_>, _>>()?;
    let counts = read_places(&mut reader, rows, 257)?;
    let mut at = 0_u32;
    let mut starts = vec![0];
    for count in counts {
        at = at.saturating_add(count);
        starts.push(at);
    }
    let places = read_places(&mut reader, at as usize, count)?;
    reader.end()?;
    Ok((words, starts, places))
}

type Licences = (Column<(Box<str>, u8)>, Vec<u32>);

fn read_licences(mut reader: Reader<'_>, rows: usize) -> Result<Licences, ShardError> {
    let shapes = Column::read_open(&mut reader, rows, &mut |reader: &mut Reader<'_>| {
        let (head, digits) = (reader.text()?.into(), reader.u8()?);
        if usize::from(digits) > DIGITS {
            Err(ShardError::Malformed)
        } else {
            Ok((head, digits))
        }
    })?;
    let tails = read_by_byte(&mut reader, rows)?;
    reader.end()?;
    Ok((shapes, tails))
}

fn read_npis(mut reader: Reader<'_>, which: &[bool]) -> Result<Vec<u32>, ShardError> {
    let count = which.iter().filter(|set| **set).count();
    let mut nines = read_by_byte(&mut reader, count)?.into_iter();
    reader.end()?;
    let all = which
        .iter()
        .map(|set| if *set { nines.next().unwrap_or(0) } else { 0 });
    Ok(all.collect())
}

fn read_by_byte(reader: &mut Reader<'_>, count: usize) -> Result<Vec<u32>, ShardError> {
    let mut numbers = vec![0; count.min(reader.left())];
    if numbers.len() != count {
        return Err(ShardError::Malformed);
    }
    for shift in (0..32).step_by(8) {
        for (number, byte) in numbers.iter_mut().zip(reader.bytes(count)?) {
            *number |= u32::from(*byte) << shift;
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_number_is_split_and_joined_without_loss() {
        for (number, head, digits, tail) in [
            ("LMFT012345", "LMFT", 6, 12_345),
            ("12345678901", "12", 9, 345_678_901),
            ("", "", 0, 0),
            ("A-7B", "A-7B", 0, 0),
            ("é000000000", "é", 9, 0),
        ] {
            assert_eq!(split(number), ((head, digits), tail), "{number}");
        }
    }
}
