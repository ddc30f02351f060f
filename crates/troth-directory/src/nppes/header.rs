//! The columns of NPPES's dissemination file, and which of its files a header begins.

use super::OpenError;

/// Columns of the file since 2020; before, the last one (`Certification Date`) was absent.
pub const COLUMNS: usize = 330;

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
    "Provider Gender Code",
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

/// Which of NPPES's files a header begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// The main file, with so many columns.
    Main(usize),
    /// Other names of organizations.
    OtherNames,
    /// Identifiers that were deactivated.
    Deactivated,
}

const OTHER_NAMES: [&str; 3] = [
    "NPI",
    "Provider Other Organization Name",
    "Provider Other Organization Name Type Code",
];

const DEACTIVATED: [&str; 2] = ["NPI", "NPPES Deactivation Date"];

impl FileKind {
    /// Reads a header.
    ///
    /// # Errors
    ///
    /// [`OpenError::Header`] names the first column that is not as it should be.
    pub(super) fn read(header: &[String]) -> Result<Self, OpenError> {
        if header == OTHER_NAMES {
            return Ok(Self::OtherNames);
        }
        if header == DEACTIVATED {
            return Ok(Self::Deactivated);
        }
        for column in 0..header.len().max(COLUMNS - 1) {
            let expected = name(column);
            if header.get(column) != expected.as_ref() {
                return Err(OpenError::Header {
                    column: column + 1,
                    expected: expected.unwrap_or_else(|| "the end of the row".to_owned()),
                });
            }
        }
        Ok(Self::Main(header.len()))
    }

    /// How many fields each row has.
    pub(super) fn columns(self) -> usize {
        match self {
            Self::Main(columns) => columns,
            Self::OtherNames => OTHER_NAMES.len(),
            Self::Deactivated => DEACTIVATED.len(),
        }
    }
}
