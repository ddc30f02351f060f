//! Rows of comma-separated values, strictly, as a stream, with bytes and lines counted.
//!
//! The form is RFC 4180 with either line end. A row that breaks it costs itself and no other:
//! reading goes on after the row's first line end, so that one open quote does not swallow the
//! rest of a file. A row is held in memory, never more than [`LONGEST`] bytes of it.
//!
//! Every byte read goes into a SHA-256, so that [`Place`] names a beginning of a file exactly.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The most bytes a row may take; NPPES's longest real rows take a tenth of it.
pub const LONGEST: usize = 128 * 1024;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// How far into a file reading has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Bytes before the next row.
    pub bytes: u64,
    /// Rows before it, the header counted.
    pub rows: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// SHA-256 of those bytes, in hexadecimal.
    pub prefix: String,
}

/// What is wrong with one row; the rows around it are read all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// A quote stands inside a field that is not quoted, or text follows a closing quote.
    #[error("a quotation mark stands where none may stand")]
    StrayQuote,
    /// The row is longer than any real one: a quotation mark was probably never closed.
    #[error("the row is too long; a quotation mark is probably not closed")]
    TooLong,
    /// The bytes are not UTF-8; `0xE9` for é and its like mean a file in Latin-1.
    #[error("the row is not UTF-8; it looks like Latin-1")]
    NotUtf8,
    /// The file ends inside the row.
    #[error("the file ends inside this row")]
    Unfinished,
}

/// One row as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its fields, or what is wrong with it.
    pub fields: Result<Vec<String>, RowFault>,
    /// Whether a line end follows; only the last row of a file may lack it.
    pub ends: bool,
}

/// Reads rows from a stream.
#[derive(Debug)]
pub struct Rows<R> {
    source: R,
    window: Vec<u8>,
    at: usize,
    ended: bool,
    separator: u8,
    place: Counted,
}

#[derive(Debug, Default)]
struct Counted {
    bytes: u64,
    rows: u64,
    line: u64,
    hash: Sha256,
}

/// Where the row that begins the window ends.
enum End {
    /// After so many bytes, line end included.
    At(usize),
    /// Somewhere after the window.
    Beyond,
    /// Nowhere: this is no row.
    Broken,
    /// At the end of the file without a line end, outside of quotes.
    File,
}

impl<R: Read> Rows<R> {
    /// Reads from the beginning of a stream. A byte-order mark is skipped.
    ///
    /// # Errors
    ///
    /// The stream cannot be read.
    pub fn new(source: R) -> io::Result<Self> {
        let mut rows = Self {
            source,
            window: Vec::new(),
            at: 0,
            ended: false,
            separator: b',',
            place: Counted {
                line: 1,
                ..Counted::default()
            },
        };
        while rows.window.len() < 3 && !rows.ended {
            rows.fill()?;
        }
        if rows.window.starts_with(&[0xEF, 0xBB, 0xBF]) {
            rows.pass(3);
        }
        Ok(rows)
    }

    /// Whether the stream begins as text in UTF-16 does.
    #[must_use]
    pub fn is_utf_16(&self) -> bool {
        let rest = self.rest();
        rest.starts_with(&[0xFF, 0xFE]) || rest.starts_with(&[0xFE, 0xFF])
    }

    /// Chooses what separates fields by what the stream begins with; before the first row.
    ///
    /// # Errors
    ///
    /// The stream cannot be read.
    pub fn separate_as(&mut self, choose: impl Fn(&[u8]) -> u8) -> io::Result<()> {
        while self.rest().len() < CHUNK && self.fill()? {}
        self.separator = choose(self.rest());
        Ok(())
    }

    /// Where reading stands.
    #[must_use]
    pub fn place(&self) -> Place {
        let digest = self.place.hash.clone().finalize();
        Place {
            bytes: self.place.bytes,
            rows: self.place.rows,
            line: self.place.line,
            prefix: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// Passes over the bytes before a place noted earlier.
    ///
    /// Gives `false`, and the reader is of no more use, where this file does not begin with
    /// the same bytes.
    ///
    /// # Errors
    ///
    /// The stream cannot be read.
    pub fn resume(&mut self, place: &Place) -> io::Result<bool> {
        while self.place.bytes < place.bytes {
            if self.at == self.window.len() && !self.fill()? {
                return Ok(false);
            }
            let left = usize::try_from(place.bytes - self.place.bytes).unwrap_or(usize::MAX);
            self.pass(left.min(self.window.len() - self.at));
        }
        (self.place.rows, self.place.line) = (place.rows, place.line);
        Ok(self.place() == *place)
    }

    /// Reads the next row; `None` at the end of the file. Empty lines are passed over.
    ///
    /// # Errors
    ///
    /// The stream cannot be read.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let line = self.place.line;
            let length = match self.end()? {
                End::At(length) => length,
                End::File if self.rest().is_empty() => return Ok(None),
                End::File => self.rest().len(),
                End::Beyond | End::Broken => return self.broken(line).map(Some),
            };
            let raw: Vec<u8> = self.rest().iter().copied().take(length).collect();
            self.pass(length);
            let inner = raw.strip_suffix(b"\n").unwrap_or(&raw);
            let inner = inner.strip_suffix(b"\r").unwrap_or(inner);
            if inner.is_empty() {
                continue;
            }
            self.place.rows += 1;
            let closed = raw.ends_with(b"\n") || raw.ends_with(b"\"");
            let fields = match core::str::from_utf8(inner) {
                Err(_) => Err(RowFault::NotUtf8),
                // Without a line end nobody knows whether the last field is whole.
                Ok(_) if !closed => Err(RowFault::Unfinished),
                Ok(text) => Ok(split(text, self.separator.into())),
            };
            let ends = raw.ends_with(b"\n");
            return Ok(Some(Row { line, fields, ends }));
        }
    }

    /// Finds the end of the row that begins the window, reading on as far as needed.
    fn end(&mut self) -> io::Result<End> {
        loop {
            let end = scan(self.rest(), self.separator);
            match end {
                End::Beyond if self.rest().len() > LONGEST => return Ok(End::Beyond),
                End::Beyond | End::File if !self.ended => {
                    self.fill()?;
                }
                end => return Ok(end),
            }
        }
    }

    /// Gives up one row and goes on after its first line end.
    fn broken(&mut self, line: u64) -> io::Result<Row> {
        let fault = match scan(self.rest(), self.separator) {
            End::Broken => RowFault::StrayQuote,
            _ if self.ended && self.rest().len() <= LONGEST => RowFault::Unfinished,
            _ => RowFault::TooLong,
        };
        loop {
            let found = self.rest().iter().position(|byte| *byte == b'\n');
            let length = found.map_or(self.rest().len(), |at| at + 1);
            self.pass(length);
            if found.is_some() || (!self.fill()? && self.rest().is_empty()) {
                break;
            }
        }
        self.place.rows += 1;
        Ok(Row {
            line,
            fields: Err(fault),
            ends: true,
        })
    }

    fn rest(&self) -> &[u8] {
        self.window.get(self.at..).unwrap_or(&[])
    }

    /// Counts bytes as read.
    fn pass(&mut self, length: usize) {
        let end = (self.at + length).min(self.window.len());
        let passed = self.window.get(self.at..end).unwrap_or(&[]);
        self.place.hash.update(passed);
        self.place.bytes += passed.len() as u64;
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.place.line += lines as u64;
        self.at = end;
    }

    /// Reads more; `false` at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        self.window.drain(..self.at);
        self.at = 0;
        let before = self.window.len();
        self.window.resize(before + CHUNK, 0);
        let room = self.window.get_mut(before..).unwrap_or(&mut []);
        let read = loop {
            match self.source.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.window.truncate(before + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(!self.ended)
    }
}

/// Finds the end of the first row of some bytes.
fn scan(bytes: &[u8], separator: u8) -> End {
    #[derive(PartialEq)]
    enum In {
        Start,
        Plain,
        Quotes,
        Closed,
    }
    let mut state = In::Start;
    for (at, byte) in bytes.iter().enumerate() {
        state = match (state, byte) {
            (In::Quotes, b'"') => In::Closed,
            (In::Quotes, _) => In::Quotes,
            (_, b'\n') => return End::At(at + 1),
            (In::Start, b'"') | (In::Closed, b'"') => In::Quotes,
            (_, mark) if *mark == separator => In::Start,
            (In::Closed, b'\r') => In::Closed,
            (In::Plain, b'"') | (In::Closed, _) => return End::Broken,
            (In::Start | In::Plain, _) => In::Plain,
        };
    }
    if state == In::Quotes {
        End::Beyond
    } else {
        End::File
    }
}

/// Splits a row that [`scan`] has found sound.
fn split(row: &str, separator: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = row.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(&mut fields, '"');
            }
            '"' => quoted = !quoted,
            mark if mark == separator && !quoted => fields.push(String::new()),
            other => push(&mut fields, other),
        }
    }
    fields
}

fn push(fields: &mut [String], letter: char) {
    if let Some(last) = fields.last_mut() {
        last.push(letter);
    }
}

/// Writes one field as RFC 4180 wants it, in quotes where it needs them.
#[must_use]
pub fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests;
