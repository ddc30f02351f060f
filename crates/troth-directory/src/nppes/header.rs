//! The columns of NPPES's dissemination file, and which of its files a header begins.

use std::collections::BTreeMap;

use super::{OpenError, Rejection, Remark};

/// Columns of the file since 2020; before, the last one (`Certification Date`) was absent.
pub const COLUMNS: usize = 330;

/// The column of the identifier.
pub(super) const NPI: u16 = 0;
/// The column that tells a person from an organization.
pub(super) const ENTITY: u16 = 1;
/// The column of an organization's name.
pub(super) const ORGANIZATION: u16 = 4;
/// The column of a person's family name.
pub(super) const FAMILY: u16 = 5;
/// The column of an organization's other name; the *other names* file has it too.
pub(super) const OTHER_NAME: u16 = 11;
/// The column of what kind of other name it is.
pub(super) const OTHER_NAME_KIND: u16 = 12;
/// The column of the day on which the registry took the identifier back.
pub(super) const DEACTIVATED: u16 = 39;
/// The column of the day on which it gave it again.
pub(super) const REACTIVATED: u16 = 40;

/// Columns before the taxonomies.
const FIRST: [&str; 47] = [
    "NPI",
    "Entity Type Code",
    "Replacement NPI",
    "Employer Identification Number (EIN)",
    "Provider Organization Name (Legal Business Name)",
    "Provider Last Name (Legal Name)",
    "Provider First Name",
    "Provider Middle Name",
    "Provider Name Prefix Text",
    "Provider Name Suffix Text",
    "Provider Credential Text",
    "Provider Other Organization Name",
    "Provider Other Organization Name Type Code",
    "Provider Other Last Name",
    "Provider Other First Name",
    "Provider Other Middle Name",
    "Provider Other Name Prefix Text",
    "Provider Other Name Suffix Text",
    "Provider Other Credential Text",
    "Provider Other Last Name Type Code",
    "Provider First Line Business Mailing Address",
    "Provider Second Line Business Mailing Address",
    "Provider Business Mailing Address City Name",
    "Provider Business Mailing Address State Name",
    "Provider Business Mailing Address Postal Code",
    "Provider Business Mailing Address Country Code (If outside U.S.)",
    "Provider Business Mailing Address Telephone Number",
    "Provider Business Mailing Address Fax Number",
    "Provider First Line Business Practice Location Address",
    "Provider Second Line Business Practice Location Address",
    "Provider Business Practice Location Address City Name",
    "Provider Business Practice Location Address State Name",
    "Provider Business Practice Location Address Postal Code",
    "Provider Business Practice Location Address Country Code (If outside U.S.)",
    "Provider Business Practice Location Address Telephone Number",
    "Provider Business Practice Location Address Fax Number",
    "Provider Enumeration Date",
    "Last Update Date",
    "NPI Deactivation Reason Code",
    "NPI Deactivation Date",
    "NPI Reactivation Date",
    "Provider Sex Code",
    "Authorized Official Last Name",
    "Authorized Official First Name",
    "Authorized Official Middle Name",
    "Authorized Official Title or Position",
    "Authorized Official Telephone Number",
];

/// Columns of one of the fifteen taxonomies.
const TAXONOMY: [&str; 4] = [
    "Healthcare Provider Taxonomy Code",
    "Provider License Number",
    "Provider License Number State Code",
    "Healthcare Provider Primary Taxonomy Switch",
];

/// Columns of one of the fifty other identifiers.
const OTHER: [&str; 4] = [
    "Other Provider Identifier",
    "Other Provider Identifier Type Code",
    "Other Provider Identifier State",
    "Other Provider Identifier Issuer",
];

/// Columns after the other identifiers.
const LAST: [&str; 7] = [
    "Is Sole Proprietor",
    "Is Organization Subpart",
    "Parent Organization LBN",
    "Parent Organization TIN",
    "Authorized Official Name Prefix Text",
    "Authorized Official Name Suffix Text",
    "Authorized Official Credential Text",
];

/// Gives the name of a column, counted from 0.
#[must_use]
pub fn name(column: usize) -> Option<String> {
    let numbered = |list: &[&str; 4], at: usize| {
        let number = at / 4 + 1;
        list.get(at % 4).map(|name| format!("{name}_{number}"))
    };
    match column {
        0..47 => FIRST.get(column).map(|name| (*name).to_owned()),
        47..107 => numbered(&TAXONOMY, column - 47),
        107..307 => numbered(&OTHER, column - 107),
        307..314 => LAST.get(column - 307).map(|name| (*name).to_owned()),
        314..329 => Some(format!(
            "Healthcare Provider Taxonomy Group_{}",
            column - 313
        )),
        329 => Some("Certification Date".to_owned()),
        _ => None,
    }
}

/// Other names for columns: former ones of NPPES, and those of its report of deactivations.
const FORMER: [(&str, u16); 6] = [
    ("Provider Gender Code", 41),
    ("Provider Gender", 41),
    ("Provider Sex", 41),
    ("NPPES Deactivation Date", DEACTIVATED),
    ("Deactivation Date", DEACTIVATED),
    ("National Provider Identifier", NPI),
];

/// Which of NPPES's files a header begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// The main file.
    Main,
    /// Other names of organizations.
    OtherNames,
    /// Identifiers that were deactivated.
    Deactivated,
}

impl FileKind {
    /// The columns that such a file has.
    fn columns(self) -> Vec<u16> {
        match self {
            // Without the last one, which is of 2020: a file of before lacks nothing.
            Self::Main => (0u16..).take(COLUMNS - 1).collect(),
            Self::OtherNames => vec![NPI, OTHER_NAME, OTHER_NAME_KIND],
            Self::Deactivated => vec![NPI, DEACTIVATED],
        }
    }
}

/// What the header of a file says: which file it is, and what each of its columns means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: FileKind,
    columns: Vec<Column>,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    /// The place that NPPES gives to this meaning; none if it is not known.
    means: Option<u16>,
}

/// A row with every field under its meaning.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// The fields that were not empty, by NPPES's places.
    pub(super) columns: BTreeMap<u16, String>,
    /// The fields of columns that NPPES did not have, by name.
    pub(super) more: BTreeMap<String, String>,
}

impl Filled {
    /// Reads a column, empty if it was.
    pub(super) fn read(&self, column: u16) -> &str {
        self.columns.get(&column).map_or("", |field| field.trim())
    }
}

impl Header {
    /// Reads a header by the meaning of its columns, in whatever order; `None` if no column
    /// is the identifier, so that this row is no header.
    ///
    /// # Errors
    ///
    /// [`OpenError::OtherFile`]: it is a header, and not of a file that is read here.
    pub(super) fn read(fields: &[String]) -> Result<Option<Self>, OpenError> {
        let known = meanings();
        // Spreadsheets write a comma for each column that was once touched.
        let width = fields.iter().rposition(|name| !bare(name).is_empty());
        let named = (1..).zip(fields).take(width.map_or(0, |last| last + 1));
        let columns: Vec<Column> = named
            .map(|(number, name)| Column {
                means: known.get(&folded(name)).copied(),
                name: match bare(name) {
                    "" => format!("column {number}"),
                    name => name.to_owned(),
                },
            })
            .collect();
        let has = |place| columns.iter().any(|column| column.means == Some(place));
        if !has(NPI) {
            return Ok(None);
        }
        let kind = if has(ENTITY) || has(ORGANIZATION) || has(FAMILY) {
            FileKind::Main
        } else if has(OTHER_NAME) {
            FileKind::OtherNames
        } else if has(DEACTIVATED) {
            FileKind::Deactivated
        } else {
            return Err(OpenError::OtherFile);
        };
        Ok(Some(Self { kind, columns }))
    }

    /// Whether a column of this meaning is there.
    pub(super) fn has(&self, place: u16) -> bool {
        self.columns.iter().any(|one| one.means == Some(place))
    }

    /// Puts every field of a row under its meaning.
    ///
    /// # Errors
    ///
    /// [`Rejection::Columns`]: the row has another number of fields than the header.
    pub(super) fn fill(&self, mut fields: Vec<String>) -> Result<Filled, Rejection> {
        let expected = self.columns.len();
        while fields.len() > expected && fields.last().is_some_and(|last| bare(last).is_empty()) {
            fields.pop();
        }
        let found = fields.len();
        if found != expected {
            return Err(Rejection::Columns { found, expected });
        }
        let mut filled = Filled::default();
        for (column, field) in self.columns.iter().zip(fields) {
            if field.is_empty() {
                continue;
            }
            let before = column
                .means
                .map(|place| (place, filled.columns.get(&place)));
            match before {
                Some((place, None)) => {
                    filled.columns.insert(place, field);
                }
                // Two columns of one meaning: the first that is filled counts.
                Some((_, Some(same))) if *same == field => {}
                Some((_, Some(_))) | None => {
                    filled.more.insert(column.name.clone(), field);
                }
            }
        }
        Ok(filled)
    }

    /// Says which columns are new, doubled or missing.
    pub(super) fn remarks(&self, line: u64) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let mut seen = Vec::new();
        for column in &self.columns {
            let (outcome, why) = match column.means {
                None => ("unknown column", UNKNOWN),
                Some(place) if seen.contains(&place) => ("doubled column", DOUBLED),
                Some(place) => {
                    seen.push(place);
                    continue;
                }
            };
            let name = column.name.clone();
            remarks.push(Remark {
                line,
                name,
                outcome,
                why,
            });
        }
        let missing = self.kind.columns().into_iter();
        let missing = missing.filter(|place| !seen.contains(place));
        remarks.extend(families(missing).into_iter().map(|name| Remark {
            line,
            name,
            outcome: "missing column",
            why: MISSING,
        }));
        remarks
    }
}

const UNKNOWN: &str = "not a column of NPPES that is known here; kept with each row";
const DOUBLED: &str = "another column says the same; the first that is filled counts";
const MISSING: &str = "left open in every row";

/// Names columns, those that differ in their number alone in one.
fn families(places: impl Iterator<Item = u16>) -> Vec<String> {
    let mut found: Vec<(String, String, u32)> = Vec::new();
    for name in places.filter_map(|place| name(place.into())) {
        let base = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let family = base.strip_suffix('_').unwrap_or(&name).to_owned();
        match found.iter_mut().find(|one| one.0 == family) {
            Some(one) => one.2 += 1,
            None => found.push((family, name, 1)),
        }
    }
    let named = found.into_iter().map(|(family, name, count)| match count {
        1 => name,
        count => format!("{family}_N ({count} columns)"),
    });
    named.collect()
}

/// What a header's words mean, with and without what NPPES adds in parentheses.
fn meanings() -> BTreeMap<String, u16> {
    let names = (0u16..)
        .take(COLUMNS)
        .filter_map(|place| Some((name(place.into())?, place)));
    let former = FORMER.map(|(name, place)| (name.to_owned(), place));
    let mut known = BTreeMap::new();
    for (name, place) in names.chain(former) {
        if let Some((short, _)) = name.split_once('(') {
            known.insert(folded(short), place);
        }
        known.insert(folded(&name), place);
    }
    known
}

/// The letters and digits of a name: neither case nor what stands between words is a meaning.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A cell without what spreadsheets leave around it.
fn bare(cell: &str) -> &str {
    cell.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}')
}

/// What separates the fields of a file: what separates the column of the identifier from the
/// others, in one of the first lines.
pub(super) fn separator(beginning: &[u8]) -> u8 {
    let lines = beginning.split(|byte| *byte == b'\n').take(super::BEFORE);
    for line in lines.map(String::from_utf8_lossy) {
        for mark in [',', ';', '\t', '|'] {
            let mut cells = line.split(mark);
            if line.contains(mark) && cells.any(|cell| folded(cell) == "npi") {
                return u8::try_from(mark).unwrap_or(b',');
            }
        }
    }
    b','
}
