//! What a payer says of its network, as comma-separated values an operator can write.
//!
//! The header names the columns in any order: `npi`, `plan`, `state`, `formats` are needed;
//! `from`, `until`, `payer` and `couples` may be there. A column of another name is refused,
//! since its meaning would be lost in silence.

use std::io::{self, Read};

use troth_match::npi::NpiError;
use troth_match::{Code, Day, Formats, Npi, State};

use crate::rows::{Place, Row, RowFault, Rows};

/// The columns, in the order of [`Columns`].
const NAMES: [&str; 8] = [
    "npi", "plan", "state", "formats", "from", "until", "payer", "couples",
];

/// How many of them must be there.
const NEEDED: usize = 4;

/// One row: a provider takes a plan, in one state, in these formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The provider.
    pub npi: Npi,
    /// The plan's name.
    pub plan: String,
    /// Where the person insured is.
    pub state: State,
    /// By video, in person, or both.
    pub formats: Formats,
    /// The first day, if the payer says one.
    pub from: Option<Day>,
    /// The last day, if the payer says one.
    pub until: Option<Day>,
    /// Who pays; empty if not said.
    pub payer: String,
    /// Whether the plan pays for couples work, if the payer says it.
    pub couples: Option<bool>,
}

/// Why the file cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no row in it.
    #[error("the file is empty")]
    Empty,
    /// The first row cannot be read.
    #[error("the first row is no header")]
    NoHeader(#[source] RowFault),
    /// A column that must be there is missing, or stands twice.
    #[error("the header needs the column `{0}` once")]
    Missing(&'static str),
    /// A column is not known.
    #[error(
        "column {0} of the header is none of npi, plan, state, formats, from, until, payer, couples"
    )]
    Unknown(usize),
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
    #[error("the row has another number of columns than the header")]
    Columns,
    /// The identifier is none.
    #[error("npi: {0}")]
    Npi(NpiError),
    /// The plan has no name, or one longer than 255 bytes.
    #[error("plan: a name of 1 to 255 bytes is needed")]
    Plan,
    /// The state is none.
    #[error("state: a postal code such as CA is needed")]
    State,
    /// The formats are none.
    #[error("formats: video, in_person or video+in_person is needed")]
    Formats,
    /// A day is none.
    #[error("{0}: a day such as 2026-12-31 is needed")]
    Day(&'static str),
    /// The last day is before the first.
    #[error("until: the last day is before the first")]
    Order,
    /// Whether couples work is paid is said in another way.
    #[error("couples: yes, no or nothing is needed")]
    Couples,
}

/// A row with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What it says, or why it cannot be taken.
    pub claim: Result<Claim, Rejection>,
}

/// Reads a payer's file.
#[derive(Debug)]
pub struct Reader<R> {
    rows: Rows<R>,
    columns: [Option<usize>; 8],
    width: usize,
}

impl<R: Read> Reader<R> {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    ///
    /// The header is not as it should be, or the file cannot be read.
    pub fn open(source: R) -> Result<Self, OpenError> {
        let mut rows = Rows::new(source)?;
        let header = rows.next_row()?.ok_or(OpenError::Empty)?;
        let header = header.fields.map_err(OpenError::NoHeader)?;
        let said: Vec<String> = header
            .iter()
            .map(|name| name.trim().to_lowercase())
            .collect();
        for (at, name) in said.iter().enumerate() {
            if !NAMES.contains(&name.as_str()) {
                return Err(OpenError::Unknown(at + 1));
            }
        }
        let mut columns = [None; 8];
        for (number, (name, column)) in NAMES.iter().zip(&mut columns).enumerate() {
            let mut places = (0..said.len()).filter(|at| said.get(*at).is_some_and(|s| s == name));
            *column = places.next();
            if places.next().is_some() || (number < NEEDED && column.is_none()) {
                return Err(OpenError::Missing(name));
            }
        }
        Ok(Self {
            rows,
            columns,
            width: said.len(),
        })
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
        let Some(Row { line, fields, .. }) = self.rows.next_row()? else {
            return Ok(None);
        };
        let claim = fields
            .map_err(Rejection::Row)
            .and_then(|fields| self.claim(&fields));
        Ok(Some(Line { line, claim }))
    }

    fn claim(&self, fields: &[String]) -> Result<Claim, Rejection> {
        if fields.len() != self.width {
            return Err(Rejection::Columns);
        }
        let [npi, plan, state, formats, from, until, payer, couples] = self.columns.map(|at| {
            at.and_then(|at| fields.get(at))
                .map_or("", |field| field.trim())
        });
        if plan.is_empty() || plan.len() > 255 || payer.len() > 255 {
            return Err(Rejection::Plan);
        }
        let claim = Claim {
            npi: npi.parse().map_err(Rejection::Npi)?,
            plan: plan.to_owned(),
            state: State::parse(state).ok_or(Rejection::State)?,
            formats: read_formats(formats).ok_or(Rejection::Formats)?,
            from: day("from", from)?,
            until: day("until", until)?,
            payer: payer.to_owned(),
            couples: match couples {
                "" => None,
                "yes" => Some(true),
                "no" => Some(false),
                _ => return Err(Rejection::Couples),
            },
        };
        if claim
            .from
            .zip(claim.until)
            .is_some_and(|(from, until)| until < from)
        {
            return Err(Rejection::Order);
        }
        Ok(claim)
    }
}

fn day(name: &'static str, text: &str) -> Result<Option<Day>, Rejection> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Rejection::Day(name))
}

/// Reads formats joined with `+`.
fn read_formats(text: &str) -> Option<Formats> {
    text.split('+')
        .map(|name| Code::parse(name.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(text: &str) -> Vec<Result<Claim, String>> {
        let mut reader = Reader::open(Cursor::new(text.to_owned())).unwrap();
        let lines = core::iter::from_fn(|| reader.next_line().unwrap());
        lines
            .map(|line| line.claim.map_err(|why| format!("{}: {why}", line.line)))
            .collect()
    }

    #[test]
    fn columns_may_stand_in_any_order_and_some_be_absent() {
        let claims = read("state,npi,formats,plan\nCA,1234567893,video+in_person,Alder PPO\n");
        let claim = claims[0].as_ref().unwrap();
        assert_eq!((claim.plan.as_str(), claim.formats.len()), ("Alder PPO", 2));
        assert_eq!((claim.from, claim.couples), (None, None));
    }

    #[test]
    fn every_row_that_cannot_be_taken_says_why() {
        let header = "npi,plan,state,formats,from,until,payer,couples\n";
        let rows = [
            "1234567893,P,CA,video,2026-01-01,2026-12-31,Alder,yes",
            "1234567890,P,CA,video,,,,",
            "1234567893,,CA,video,,,,",
            "1234567893,P,ca,video,,,,",
            "1234567893,P,CA,phone,,,,",
            "1234567893,P,CA,video,1/1/2026,,,",
            "1234567893,P,CA,video,2026-02-01,2026-01-01,,",
            "1234567893,P,CA,video,,,,maybe",
            "1234567893,P,CA",
        ];
        let read = read(&format!("{header}{}\n", rows.join("\n")));
        assert!(read[0].is_ok());
        let said: Vec<&str> = read[1..]
            .iter()
            .map(|row| row.as_ref().unwrap_err().as_str())
            .collect();
        assert_eq!(
            said,
            [
                "3: npi: the check digit does not fit the other digits",
                "4: plan: a name of 1 to 255 bytes is needed",
                "5: state: a postal code such as CA is needed",
                "6: formats: video, in_person or video+in_person is needed",
                "7: from: a day such as 2026-12-31 is needed",
                "8: until: the last day is before the first",
                "9: couples: yes, no or nothing is needed",
                "10: the row has another number of columns than the header",
            ]
        );
    }

    #[test]
    fn a_header_that_is_not_understood_is_refused() {
        let open = |text: &'static str| Reader::open(Cursor::new(text)).unwrap_err().to_string();
        assert_eq!(open(""), "the file is empty");
        assert_eq!(
            open("npi,plan,state\n"),
            "the header needs the column `formats` once"
        );
        assert_eq!(
            open("npi,npi,plan,state,formats\n"),
            "the header needs the column `npi` once"
        );
        assert!(open("npi,plan,state,formats,fee\n").starts_with("column 5 of the header"));
    }
}
