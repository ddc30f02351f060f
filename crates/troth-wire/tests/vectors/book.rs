//! A book of frozen vectors: lines of `name = hexadecimal`.
//!
//! A line in the book never changes: a test that makes other bytes fails. A new name is added
//! by running the test with `TROTH_VECTORS=add`, and a name that no test makes is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub(crate) struct Book {
    path: PathBuf,
    known: BTreeMap<String, Vec<u8>>,
    met: BTreeSet<String>,
    added: Vec<String>,
}

impl Book {
    /// Opens the book at this path, given from the crate's root.
    pub(crate) fn open(path: &str) -> Self {
        let path = PathBuf::from(path);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let known = lines.map(|line| {
            let (name, hex) = line.split_once(" = ").expect("a line is `name = hex`");
            (name.to_owned(), from_hex(hex))
        });
        let known: Vec<_> = known.collect();
        let count = known.len();
        let known: BTreeMap<_, _> = known.into_iter().collect();
        assert_eq!(
            known.len(),
            count,
            "a name stands twice in {}",
            path.display()
        );
        Self {
            path,
            known,
            met: BTreeSet::new(),
            added: Vec::new(),
        }
    }

    /// Compares what was made with what is frozen, and returns the frozen bytes.
    pub(crate) fn check(&mut self, name: &str, made: &[u8]) -> Vec<u8> {
        assert!(self.met.insert(name.to_owned()), "{name} is made twice");
        if let Some(frozen) = self.known.get(name) {
            assert!(frozen == made, "{name} changed: frozen bytes never do");
            return frozen.clone();
        }
        self.added.push(format!("{name} = {}\n", to_hex(made)));
        made.to_vec()
    }

    /// Ends the comparison: nothing may be missing on either side.
    pub(crate) fn close(self) {
        let orphan = self.known.keys().find(|name| !self.met.contains(*name));
        assert_eq!(orphan, None, "no test makes this vector any more");
        if self.added.is_empty() {
            return;
        }
        let may_add = std::env::var("TROTH_VECTORS").is_ok_and(|value| value == "add");
        assert!(
            may_add,
            "not in the book yet; add by TROTH_VECTORS=add: {:?}",
            self.added
        );
        let mut text = std::fs::read_to_string(&self.path).unwrap_or_default();
        self.added.iter().for_each(|line| text.push_str(line));
        std::fs::write(&self.path, text).expect("the book can be written");
    }
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2), "hexadecimal comes in pairs");
    let digit = |letter: u8| char::from(letter).to_digit(16).expect("hexadecimal");
    let byte = |pair: &[u8]| u8::try_from(digit(pair[0]) << 4 | digit(pair[1])).expect("a byte");
    hex.as_bytes().chunks(2).map(byte).collect()
}
