//! The edition of the directory that every server of one database gives out: who makes it, and
//! its files.
//!
//! # Invariants
//!
//! 1. **One maker.** An edition is written only by the server whose name stands in the row; the
//!    times of the row say when another may put its own there, and nothing else.
//! 2. **It rises.** An edition replaces none of the same or a higher serial.
//! 3. **Files stay a while.** A file that no edition names any more is kept for
//!    [`KEEP_SECONDS`], so that a fetch that has begun ends.

use troth_match::shard::FileHash;

use crate::network::store::{Access, NetworkError, Operation, Rows, broken, values};

/// How long a file is kept that no edition names any more: longer than a fetch may take.
pub const KEEP_SECONDS: u32 = 15 * 60;

const BEGIN: &str = "INSERT INTO edition (one, serial, made, stale, file, listed, holder, until, \
     wanted) VALUES (1, 0, 0, 0, $1, $2, $3, 0, 0) ON CONFLICT DO NOTHING";
const TAKE: &str = "UPDATE edition SET holder = $1, until = $2 \
     WHERE one = 1 AND (holder = $1 OR until <= $3)";
const DUTY: &str = "SELECT serial, wanted FROM edition WHERE one = 1";
const WANT: &str = "UPDATE edition SET wanted = wanted + 1 WHERE one = 1";
const SET: &str = "UPDATE edition SET serial = $1, made = $2, stale = $3, file = $4 \
     WHERE one = 1 AND holder = $5 AND serial < $1";
const SET_LISTED: &str = "UPDATE edition SET listed = $1 WHERE one = 1 AND listed <> $1";
const LOOKUP: &str = "SELECT serial, made, stale, file, listed FROM edition WHERE one = 1";
const ADD_FILE: &str = "INSERT INTO edition_files (name, plain, brotli, ended) \
     VALUES ($1, $2, $3, 0) ON CONFLICT (name) DO UPDATE SET ended = 0";
const END_FILE: &str = "UPDATE edition_files SET ended = $1 WHERE name = $2 AND ended = 0";
const SWEEP: &str = "DELETE FROM edition_files WHERE ended > 0 AND ended <= $1";
const FILE: &str = "SELECT plain, brotli FROM edition_files WHERE name = $1";

/// The name of a server among those of one database, drawn when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder(pub [u8; 16]);

/// Where the making of editions stands, as one server finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// Whether this server makes the next one.
    pub is_ours: bool,
    /// The serial of the last one; 0 if there is none.
    pub serial: u32,
    /// How often other servers asked for a new one.
    pub wanted: u64,
}

/// Takes the making of editions, or keeps it, if no other server has it.
#[derive(Debug, Clone)]
pub struct TakeDuty {
    /// Who.
    pub holder: Holder,
    /// Now, in seconds since 1970.
    pub now: u32,
    /// Until when it is theirs, if they do not come again.
    pub until: u32,
}

impl Operation for TakeDuty {
    type Output = Duty;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let nothing: &[u8] = &[];
        let taken = values![self.holder.0, self.until, self.now];
        let mut changed = rows.change(TAKE, &taken).await?;
        let mut found = rows.lookup(DUTY, &[]).await?;
        if found.is_none() {
            rows.change(BEGIN, &values![nothing, nothing, nothing])
                .await?;
            changed = rows.change(TAKE, &taken).await?;
            found = rows.lookup(DUTY, &[]).await?;
        }
        let mut row = found.ok_or_else(broken)?;
        Ok(Duty {
            is_ours: changed == 1,
            serial: row.number()?,
            wanted: row.number()?,
        })
    }
}

/// Asks the server that makes editions for a new one: something changed.
#[derive(Debug, Clone)]
pub struct WantEdition;

impl Operation for WantEdition {
    type Output = ();

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        rows.change(WANT, &[]).await.map(drop)
    }
}

/// Reads the serial of the last edition; 0 if there is none.
#[derive(Debug, Clone)]
pub struct LookupSerial;

impl Operation for LookupSerial {
    type Output = u32;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        match rows.lookup(DUTY, &[]).await? {
            Some(mut row) => row.number(),
            None => Ok(0),
        }
    }
}

/// An edition, but for its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its serial, as in its index.
    pub serial: u32,
    /// When it was made, in seconds since 1970.
    pub made: u32,
    /// How many verified listings have left the results.
    pub stale: u32,
    /// The name of its index.
    pub file: FileHash,
    /// Who is in the results and whether visits can be booked here: for each the number as `u32`,
    /// little-endian, and a byte, 1 or 0; by rising numbers.
    pub listed: Vec<u8>,
}

/// Reads the last edition, if there is one.
#[derive(Debug, Clone)]
pub struct LookupEdition;

impl Operation for LookupEdition {
    type Output = Option<Edition>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Some(mut row) = rows.lookup(LOOKUP, &[]).await? else {
            return Ok(None);
        };
        let (serial, made, stale) = (row.number()?, row.number()?, row.number()?);
        let Some(file) = row.fixed_or_none()? else {
            return Ok(None);
        };
        Ok(Some(Edition {
            serial,
            made,
            stale,
            file: FileHash(file),
            listed: row.bytes()?,
        }))
    }
}

/// The bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// As its name says.
    pub plain: Vec<u8>,
    /// With brotli.
    pub brotli: Vec<u8>,
}

/// Reads a file of this edition or of one before.
#[derive(Debug, Clone)]
pub struct LookupFile {
    /// Its name.
    pub name: FileHash,
}

impl Operation for LookupFile {
    type Output = Option<FileRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.lookup(FILE, &values![self.name.0]).await?;
        let read = |mut row: crate::network::store::Row| {
            Ok(FileRow {
                plain: row.bytes()?,
                brotli: row.bytes()?,
            })
        };
        found.map(read).transpose()
    }
}

/// Puts an edition in the place of the one before.
#[derive(Debug, Clone)]
pub struct PutEdition {
    /// Who made it.
    pub holder: Holder,
    /// The edition.
    pub edition: Edition,
    /// The files that the one before did not name.
    pub files: Vec<(FileHash, FileRow)>,
    /// The names that it names no more.
    pub gone: Vec<FileHash>,
}

impl Operation for PutEdition {
    /// Whether it stands: not if another server has taken the making, or was there first.
    type Output = bool;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let Edition {
            serial,
            made,
            stale,
            file,
            listed,
        } = &self.edition;
        let set = values![*serial, *made, *stale, file.0, self.holder.0];
        if rows.change(SET, &set).await? != 1 {
            return Ok(false);
        }
        rows.change(SET_LISTED, &values![listed]).await?;
        for (name, row) in &self.files {
            let file = values![name.0, &row.plain, &row.brotli];
            rows.change(ADD_FILE, &file).await?;
        }
        for name in &self.gone {
            rows.change(END_FILE, &values![*made, name.0]).await?;
        }
        let before = made.saturating_sub(KEEP_SECONDS);
        rows.change(SWEEP, &values![before]).await?;
        Ok(true)
    }
}
