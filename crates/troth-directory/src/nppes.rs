//! The registry of the United States: NPPES dissemination files, read as streams.
//!
//! Constant memory: one row at a time, whatever the file's size. Each row ends in exactly
//! one [`Outcome`], so that the counts of an import add up to the rows of the file.

pub mod header;
mod registered;

use std::io::{self, Read};

use troth_match::Npi;
use troth_match::npi::NpiError;

pub use header::FileKind;
pub use registered::{Address, Entity, Registered, Taxonomy, date};

use header::{
    DEACTIVATED, ENTITY, FAMILY, Filled, Header, ORGANIZATION, OTHER_NAME, OTHER_NAME_KIND,
    REACTIVATED,
};

use crate::rows::{Place, Row, RowFault, Rows};

/// Among so many first lines the header is looked for: titles and notes may precede it.
const BEFORE: usize = 20;

/// The most letters of a line before the header that are told.
const TOLD: usize = 120;

/// Why a file cannot be read as one of NPPES's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no row in it.
    #[error("the file is empty")]
    Empty,
    /// The first row cannot be read.
    #[error("the first row is no header")]
    NoHeader(#[source] RowFault),
    /// No line at the beginning is a header.
    #[error("none of its first lines names a column `NPI`")]
    Header,
    /// It is a file of NPPES's that is not read here, or lacks what it is about.
    #[error(
        "beside `NPI` it has neither names nor days of deactivation; give the main file          (npidata_pfile), the other names (othername_pfile) or the deactivation report"
    )]
    OtherFile,
    /// It is text in another encoding.
    #[error("it is UTF-16; save it as CSV in UTF-8")]
    Utf16,
    /// The file is not the one that was begun.
    #[error("the file does not begin like the one whose import was begun")]
    Another,
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
}

/// Why a row cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// It is no row.
    #[error(transparent)]
    Row(#[from] RowFault),
    /// It has too few or too many columns.
    #[error("the row has {found} columns and the header has {expected}")]
    Columns {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Its identifier is none.
    #[error("NPI: {0}")]
    Npi(NpiError),
    /// It is neither of a person nor of an organization.
    #[error("Entity Type Code is neither 1 nor 2")]
    Entity,
    /// A person without a family name, or an organization without a name.
    #[error("there is no name")]
    Name,
    /// A date is none.
    #[error("`{0}` is no date of the form MM/DD/YYYY")]
    Date(&'static str),
}

impl From<NpiError> for Rejection {
    fn from(error: NpiError) -> Self {
        Self::Npi(error)
    }
}

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A person or an organization of the registry.
    Registered(Box<Registered>),
    /// The registry took the identifier back and did not give it again.
    Deactivated(Npi),
    /// An organization has another name.
    OtherName {
        /// Whose.
        npi: Npi,
        /// The name.
        name: String,
        /// NPPES's code of the kind of name: 3 doing business as, 4 former, 5 other.
        kind: String,
    },
    /// The row cannot be taken.
    Rejected(Rejection),
}

/// Something at the beginning of a file that is not as NPPES has it; the file is read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line.
    pub line: u64,
    /// The column, or the words of a line before the header.
    pub name: String,
    /// What it is, in two words.
    pub outcome: &'static str,
    /// What becomes of it.
    pub why: &'static str,
}

/// A row with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What it is.
    pub outcome: Outcome,
}

/// Reads one of NPPES's files.
#[derive(Debug)]
pub struct Reader<R> {
    rows: Rows<R>,
    header: Header,
    remarks: Vec<Remark>,
    first: u64,
}

impl<R: Read> Reader<R> {
    /// Opens a file and reads its header by the meaning of its columns.
    ///
    /// # Errors
    ///
    /// The file is empty, has no header, is another file, or cannot be read.
    pub fn open(source: R) -> Result<Self, OpenError> {
        let mut rows = Rows::new(source)?;
        if rows.is_utf_16() {
            return Err(OpenError::Utf16);
        }
        rows.separate_as(header::separator)?;
        let (mut remarks, mut fault) = (Vec::new(), None);
        for _ in 0..BEFORE {
            let Some(row) = rows.next_row()? else { break };
            match row.fields {
                Ok(fields) => match Header::read(&fields)? {
                    Some(header) => {
                        remarks.extend(header.remarks(row.line));
                        let first = rows.place().rows;
                        return Ok(Self {
                            rows,
                            header,
                            remarks,
                            first,
                        });
                    }
                    None => remarks.push(before(row.line, &fields)),
                },
                Err(wrong) => fault = fault.or(Some(wrong)),
            }
        }
        Err(match (fault, remarks.is_empty()) {
            (Some(fault), true) => OpenError::NoHeader(fault),
            (None, true) => OpenError::Empty,
            (_, false) => OpenError::Header,
        })
    }

    /// Which file it is.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        self.header.kind
    }

    /// What of the file's beginning is not as NPPES has it.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// How many rows, the header and lines before it counted, precede the first of data.
    #[must_use]
    pub fn first_row(&self) -> u64 {
        self.first
    }

    /// Goes on from where an earlier reading stood.
    ///
    /// # Errors
    ///
    /// [`OpenError::Another`]: the file is not the one that was begun.
    pub fn resume(&mut self, place: &Place) -> Result<(), OpenError> {
        if self.rows.resume(place)? {
            Ok(())
        } else {
            Err(OpenError::Another)
        }
    }

    /// Where reading stands: before the next row.
    #[must_use]
    pub fn place(&self) -> Place {
        self.rows.place()
    }

    /// Reads the next row; `None` at the end.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let Row { line, fields, ends } = loop {
            let Some(row) = self.rows.next_row()? else {
                return Ok(None);
            };
            // Spreadsheets leave rows of nothing but commas.
            let is_blank = |fields: &Vec<String>| fields.iter().all(|one| one.trim().is_empty());
            if !row.fields.as_ref().is_ok_and(is_blank) {
                break row;
            }
        };
        let judged = fields
            .map_err(Rejection::Row)
            .and_then(|fields| judge(&self.header, fields));
        let outcome = match judged {
            Ok(outcome) => outcome,
            // A last row that is short and does not end was cut between two fields.
            Err(Rejection::Columns { .. }) if !ends => {
                Outcome::Rejected(Rejection::Row(RowFault::Unfinished))
            }
            Err(rejection) => Outcome::Rejected(rejection),
        };
        Ok(Some(Line { line, outcome }))
    }
}

/// Tells of a line before the header.
fn before(line: u64, fields: &[String]) -> Remark {
    let words = fields.iter().map(|field| field.trim());
    let words: Vec<&str> = words.filter(|field| !field.is_empty()).collect();
    Remark {
        line,
        name: words.join(" ").chars().take(TOLD).collect(),
        outcome: "passed over",
        why: "a line before the header",
    }
}

fn judge(header: &Header, fields: Vec<String>) -> Result<Outcome, Rejection> {
    let filled = header.fill(fields)?;
    let npi = identifier(filled.read(header::NPI)).parse()?;
    match header.kind {
        FileKind::Main => main(npi, header, filled),
        FileKind::OtherNames => {
            let name = filled.columns.get(&OTHER_NAME);
            let name = name.filter(|name| !name.trim().is_empty());
            Ok(Outcome::OtherName {
                npi,
                name: name.cloned().ok_or(Rejection::Name)?,
                kind: whole(filled.read(OTHER_NAME_KIND)).to_owned(),
            })
        }
        FileKind::Deactivated => {
            date(filled.read(DEACTIVATED)).ok_or(Rejection::Date("NPPES Deactivation Date"))?;
            Ok(Outcome::Deactivated(npi))
        }
    }
}

/// The dates of the main file, by column.
const DATES: [(u16, &str); 5] = [
    (36, "Provider Enumeration Date"),
    (37, "Last Update Date"),
    (39, "NPI Deactivation Date"),
    (40, "NPI Reactivation Date"),
    (329, "Certification Date"),
];

fn main(npi: Npi, header: &Header, filled: Filled) -> Result<Outcome, Rejection> {
    let read = |column: u16| filled.read(column);
    for (column, name) in DATES {
        if !read(column).is_empty() && date(read(column)).is_none() {
            return Err(Rejection::Date(name));
        }
    }
    // A deactivated row holds nothing else, not even what it was given to.
    if date(read(DEACTIVATED)) > date(read(REACTIVATED)) {
        return Ok(Outcome::Deactivated(npi));
    }
    let (kind, name) = match whole(read(ENTITY)) {
        "1" => (Entity::Person, FAMILY),
        "2" => (Entity::Organization, ORGANIZATION),
        // Without the column, each row tells by which of the two names it has.
        "" if !header.has(ENTITY) && read(FAMILY).is_empty() => {
            (Entity::Organization, ORGANIZATION)
        }
        "" if !header.has(ENTITY) => (Entity::Person, FAMILY),
        _ => return Err(Rejection::Entity),
    };
    if read(name).is_empty() {
        return Err(Rejection::Name);
    }
    let Filled { columns, more } = filled;
    Ok(Outcome::Registered(Box::new(Registered {
        npi,
        kind,
        columns,
        more,
    })))
}

/// A whole number as spreadsheets write one: `2.0`, `'2` and `="2"` are 2.
fn whole(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('=').unwrap_or(text).trim_matches('"');
    let text = text.strip_prefix('\'').unwrap_or(text).trim();
    match text.split_once('.') {
        Some((number, rest)) if !rest.is_empty() && rest.bytes().all(|digit| digit == b'0') => {
            number
        }
        _ => text,
    }
}

/// An identifier as spreadsheets write one; with all its digits, else it is left as it is.
fn identifier(text: &str) -> String {
    let text = whole(text);
    let spread = || {
        let (mantissa, power) = text.split_once(['E', 'e'])?;
        let (first, rest) = mantissa.split_once('.')?;
        let power = power.trim_start_matches('+').trim_start_matches('0');
        let is_all = power == "9" && first.len() == 1 && (8..=9).contains(&rest.len());
        is_all.then(|| format!("{first}{rest:0<9}"))
    };
    spread().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests;
