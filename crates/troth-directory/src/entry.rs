//! One thing of the directory as imports bring it and exports take it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use troth_match::Npi;

use crate::listing::Listing;
use crate::nppes::Registered;

/// A provider, an organization or another resource, under a name that does not change.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name: `npi:` and ten digits, `plan-net:` and `Type/id`, or `own:` and a number.
    pub key: String,
    /// What the source said, whole.
    pub kept: Kept,
    /// The listing, for those who get one.
    pub listing: Option<Listing>,
}

/// What a source said, whole, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// Nothing beyond the listing.
    Nothing,
    /// A row of NPPES.
    Registered(Registered),
    /// A FHIR resource.
    Resource(Value),
    /// Another name of an organization of NPPES.
    OtherName {
        /// Whose.
        npi: Npi,
        /// The name.
        name: String,
        /// NPPES's code of the kind of name.
        kind: String,
    },
}

/// Another name as it is stored.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredName {
    npi: Npi,
    name: String,
    kind: String,
}

impl Kept {
    /// The stored code of the kind, and the stored bytes (JSON).
    ///
    /// # Errors
    ///
    /// The encoder's, if it cannot be written as JSON; there is nothing to store then.
    pub fn to_stored(&self) -> serde_json::Result<(u8, Vec<u8>)> {
        Ok(match self {
            Self::Nothing => (0, Vec::new()),
            Self::Registered(row) => (1, serde_json::to_vec(row)?),
            Self::Resource(value) => (2, serde_json::to_vec(value)?),
            Self::OtherName { npi, name, kind } => {
                let (npi, name, kind) = (*npi, name.clone(), kind.clone());
                let stored = StoredName { npi, name, kind };
                (3, serde_json::to_vec(&stored)?)
            }
        })
    }

    /// The name under which a row of the registry is kept; empty for all else.
    #[must_use]
    pub fn own_key(&self) -> String {
        match self {
            Self::Registered(row) => format!("npi:{}", row.npi),
            Self::OtherName { npi, name, kind } => format!("npi:{npi}:{kind}:{name}"),
            Self::Nothing | Self::Resource(_) => String::new(),
        }
    }

    /// Reads what was stored; `None` if it is not what this version stores.
    #[must_use]
    pub fn from_stored(code: u8, bytes: &[u8]) -> Option<Self> {
        match code {
            0 => Some(Self::Nothing),
            1 => serde_json::from_slice(bytes).ok().map(Self::Registered),
            2 => serde_json::from_slice(bytes).ok().map(Self::Resource),
            3 => {
                let StoredName { npi, name, kind } = serde_json::from_slice(bytes).ok()?;
                Some(Self::OtherName { npi, name, kind })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        let row = r#"{"npi":"1234567893","kind":"person","columns":{"0":"1234567893","5":"X"}}"#;
        let kept = Kept::Registered(serde_json::from_str(row).unwrap());
        let (code, bytes) = kept.to_stored().unwrap();
        assert_eq!((code, bytes.as_slice()), (1, row.as_bytes()));
        assert_eq!(Kept::from_stored(code, &bytes), Some(kept));
        assert_eq!(Kept::from_stored(9, b"{}"), None);
    }
}
