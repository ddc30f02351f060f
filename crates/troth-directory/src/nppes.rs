//! The registry of the United States: NPPES dissemination files, read as streams.
//!
//! Constant memory: one row at a time, whatever the file's size. Each row ends in exactly
//! one [`Outcome`], so that the counts of an import add up to the rows of the file.

pub mod header;
mod registered;

use std::collections::BTreeMap;
use std::io::{self, Read};

use troth_match::Npi;
use troth_match::npi::NpiError;

pub use header::FileKind;
pub use registered::{Address, Entity, Registered, Taxonomy, date};

use crate::rows::{Place, Row, RowFault, Rows};

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
    /// A column is not where NPPES has it.
    #[error("column {column} of the header is not `{expected}`")]
    Header {
        /// The column, from 1.
        column: usize,
        /// What NPPES has there.
        expected: String,
    },
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
    kind: FileKind,
}

impl<R: Read> Reader<R> {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    ///
    /// The file is empty, its header is not NPPES's, or it cannot be read.
    pub fn open(source: R) -> Result<Self, OpenError> {
        let mut rows = Rows::new(source)?;
        let header = rows.next_row()?.ok_or(OpenError::Empty)?;
        let kind = FileKind::read(&header.fields.map_err(OpenError::NoHeader)?)?;
        Ok(Self { rows, kind })
    }

    /// Which file it is.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        self.kind
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
        let Some(Row { line, fields, ends }) = self.rows.next_row()? else {
            return Ok(None);
        };
        let judged = fields
            .map_err(Rejection::Row)
            .and_then(|fields| judge(self.kind, fields));
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

fn judge(kind: FileKind, fields: Vec<String>) -> Result<Outcome, Rejection> {
    let (found, expected) = (fields.len(), kind.columns());
    if found != expected {
        return Err(Rejection::Columns { found, expected });
    }
    let npi: Npi = fields.first().map_or("", String::as_str).trim().parse()?;
    match kind {
        FileKind::Main(_) => main(npi, fields),
        FileKind::OtherNames => {
            let mut rest = fields.into_iter().skip(1);
            let name = rest.next().filter(|name| !name.trim().is_empty());
            Ok(Outcome::OtherName {
                npi,
                name: name.ok_or(Rejection::Name)?,
                kind: rest.next().unwrap_or_default(),
            })
        }
        FileKind::Deactivated => {
            let day = fields.get(1).map_or("", String::as_str);
            date(day).ok_or(Rejection::Date("NPPES Deactivation Date"))?;
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

fn main(npi: Npi, fields: Vec<String>) -> Result<Outcome, Rejection> {
    let mut columns = BTreeMap::new();
    for (column, field) in (0u16..).zip(fields) {
        if !field.is_empty() {
            columns.insert(column, field);
        }
    }
    let read = |column: u16| columns.get(&column).map_or("", String::as_str);
    for (column, name) in DATES {
        if !read(column).is_empty() && date(read(column)).is_none() {
            return Err(Rejection::Date(name));
        }
    }
    // A deactivated row holds nothing else, not even what it was given to.
    if date(read(39)) > date(read(40)) {
        return Ok(Outcome::Deactivated(npi));
    }
    let (kind, name) = match read(1) {
        "1" => (Entity::Person, 5),
        "2" => (Entity::Organization, 4),
        _ => return Err(Rejection::Entity),
    };
    if read(name).trim().is_empty() {
        return Err(Rejection::Name);
    }
    Ok(Outcome::Registered(Box::new(Registered {
        npi,
        kind,
        columns,
    })))
}

#[cfg(test)]
mod tests;
