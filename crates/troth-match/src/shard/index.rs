//! The index: which files are current, and the names of the plans.

use super::bytes::{Reader, Writer};
use super::file::{File, Header, Key, Kind, Signer, open, seal};
use super::{FileHash, ShardError};
use crate::id::PlanId;
use crate::plan::{Plan, Plans};
use crate::set::Code;
use crate::state::{State, States};
use crate::time::{Day, Minute};

/// The current files of every state, and the plans' names.
///
/// A reader keeps the highest serial seen and refuses an older index: see
/// [`Index::is_newer_than`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Rises with every edition.
    pub serial: u32,
    /// When it was made.
    pub made: Minute,
    /// The files, by state.
    pub states: Vec<StateFiles>,
    /// The plans.
    pub plans: Plans,
}

/// The current files of one state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StateFiles {
    /// The state.
    pub state: State,
    /// How many providers can be seen.
    pub rows: u32,
    /// The static file.
    pub statics: FileHash,
    /// The availability file.
    pub availability: FileHash,
    /// The deltas since, to be read in this order.
    pub deltas: Vec<FileHash>,
}

#[cfg(feature = "serde")]
impl serde::Serialize for FileHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Index {
    /// Makes the index file.
    #[must_use]
    pub fn to_file(&self, signer: &Signer) -> File {
        let mut body = Writer::default();
        body.varint(u64::from(self.made.0));
        for files in &self.states {
            body.u8(files.state.index());
            body.varint(u64::from(files.rows));
            body.bytes(&files.statics.0);
            body.bytes(&files.availability.0);
            body.varint(files.deltas.len() as u64);
            files.deltas.iter().for_each(|delta| body.bytes(&delta.0));
        }
        body.varint(self.plans.iter().count() as u64);
        for plan in self.plans.iter() {
            body.varint(u64::from(plan.id.0));
            body.varint(plan.name.len() as u64);
            body.bytes(plan.name.as_bytes());
            body.varint(plan.states.bits());
        }
        let header = Header {
            kind: Kind::Index,
            state: None,
            rows: self.states.len() as u32,
            day: self.made.day(),
            serial: self.serial,
            parent: FileHash::default(),
        };
        seal(&header, &body.into_bytes(), signer)
    }

    /// Reads an index file.
    ///
    /// # Errors
    ///
    /// A [`ShardError`]: the file is broken, foreign, or no index.
    pub fn decode(bytes: &[u8], key: &Key) -> Result<Self, ShardError> {
        let (header, body) = open(bytes, Kind::Index, key)?;
        let mut reader = Reader::new(body);
        let made = Minute(reader.number()?);
        let states = (0..header.rows)
            .map(|_| read_state(&mut reader))
            .collect::<Result<Vec<_>, _>>()?;
        let count = reader.count()?;
        let plans = (0..count)
            .map(|_| read_plan(&mut reader))
            .collect::<Result<Vec<_>, _>>()?;
        reader.end()?;
        let rising = |states: &[StateFiles]| states.is_sorted_by(|a, b| a.state < b.state);
        let ordered = rising(&states) && plans.is_sorted_by(|a, b| a.id < b.id);
        if !ordered || made.day() != header.day {
            return Err(ShardError::Malformed);
        }
        Ok(Self {
            serial: header.serial,
            made,
            states,
            plans: Plans::new(plans),
        })
    }

    /// Looks the files of a state up.
    #[must_use]
    pub fn files(&self, state: State) -> Option<&StateFiles> {
        self.states.iter().find(|files| files.state == state)
    }

    /// Tells whether this index may take the place of one with a given serial and day: an old
    /// directory replayed would show slots long gone.
    #[must_use]
    pub const fn is_newer_than(&self, serial: u32) -> bool {
        self.serial > serial
    }

    /// Tells the day of the making.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.made.day()
    }
}

fn hash(reader: &mut Reader<'_>) -> Result<FileHash, ShardError> {
    reader
        .bytes(32)?
        .try_into()
        .map(FileHash)
        .map_err(|_| ShardError::Malformed)
}

fn read_state(reader: &mut Reader<'_>) -> Result<StateFiles, ShardError> {
    let state = State::from_index(reader.u8()?).ok_or(ShardError::Malformed)?;
    let rows = reader.number()?;
    let (statics, availability) = (hash(reader)?, hash(reader)?);
    let count = reader.count()?;
    let deltas = (0..count)
        .map(|_| hash(reader))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(StateFiles {
        state,
        rows,
        statics,
        availability,
        deltas,
    })
}

fn read_plan(reader: &mut Reader<'_>) -> Result<Plan, ShardError> {
    let id = PlanId(reader.below(1 << 16)? as u16);
    let length = reader.below(1 << 10)?;
    let name = core::str::from_utf8(reader.bytes(length)?).map_err(|_| ShardError::Malformed)?;
    let states = States::from_bits(reader.varint()?).ok_or(ShardError::Malformed)?;
    Ok(Plan {
        id,
        name: name.to_owned(),
        states,
    })
}
