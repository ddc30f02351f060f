//! Opening a journal: from nothing but its records to everything that a client holds.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use troth_crypto::keys::MasterKey;
use troth_crypto::local::{LocalKey, LocalLock};
use troth_crypto::recovery::DeviceCode;
use troth_crypto::secret::Secret;
use troth_crypto::stretch::Stretch;
use troth_wire::{Placed, SpaceId, strict};

use super::draft::UNWRITTEN;
use super::{
    Client, GENERATION, IDENTITY, KEYRING, LOCAL, Rim, SERVER, VAULT, rng_of, sealed_name, vault,
};
use crate::identity::Identity;
use crate::journal::{Journal, JournalError, Row, Shelf};
use crate::keyring::Shared;
use crate::keys::SpaceKeys;
use crate::machine::{Item, Lost, Machine, SpaceCell, keys};
use crate::relay::Relay;
use crate::state::{OpenedAnswer, OwnAnswer, State, VaultCell, kems};
use crate::trouble::{OpenError, SignInError, Trouble};
use crate::view::{Keeping, Standing};

/// How the local key rests.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(super) struct LocalCell {
    /// The key itself.
    #[n(0)]
    open: Option<troth_wire::Sealed>,
    /// The key behind the password.
    #[n(1)]
    locked: Option<troth_wire::Sealed>,
    /// The key behind the account's master key, for who comes back with a new password.
    #[n(2)]
    account: Option<troth_wire::Sealed>,
    /// Where a person signs in again whose password changed on another device; nothing else opens
    /// this device then.
    #[n(3)]
    away: Option<Away>,
}

/// What a device keeps readable that must meet the server before it opens again.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
struct Away {
    /// The login to sign in with.
    #[n(0)]
    login: String,
    /// The device code to sign in with.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    code: Vec<u8>,
}

/// The purpose under which the password locks the local key.
const PURPOSE: &str = "local";

/// The name under which the account's master key seals the local key.
const BY_ACCOUNT: &[u8] = b"local/account";

/// How many rows are read at once.
const PAGE: usize = 1024;

impl LocalCell {
    /// Keeps the key as the rim says: as it is, or behind the password, which is slow.
    pub(super) fn new<K: Stretch>(
        keeping: Keeping,
        (key, master): (&LocalKey, &MasterKey),
        password: &str,
        rng: &mut crate::Rng,
    ) -> Self {
        let secret = key.secret().expose();
        let (open, locked) = match keeping {
            Keeping::Unlocked => (Some(secret.to_vec().into()), None),
            Keeping::Locked => {
                let lock = LocalLock::lock::<K>(password, PURPOSE, secret, rng);
                (None, Some(lock.to_bytes().into()))
            }
        };
        Self {
            open,
            locked,
            account: Some(Self::by_account(key, master, rng)),
            away: None,
        }
    }

    /// Keeps the key behind the account alone, so that the password that locked it opens nothing.
    pub(super) fn away(
        (key, master): (&LocalKey, &MasterKey),
        (login, code): (&str, &DeviceCode),
        rng: &mut crate::Rng,
    ) -> Self {
        let (login, code) = (login.to_owned(), code.bytes().to_vec());
        Self {
            open: None,
            locked: None,
            account: Some(Self::by_account(key, master, rng)),
            away: Some(Away { login, code }),
        }
    }

    fn by_account(key: &LocalKey, master: &MasterKey, rng: &mut crate::Rng) -> troth_wire::Sealed {
        let by_account = LocalKey::from_secret(master.secret().clone());
        by_account
            .seal(BY_ACCOUNT, key.secret().expose(), rng)
            .into()
    }

    /// Opens the key for who has opened the account, whatever password locks it.
    pub(super) fn open_by_account(&self, master: &MasterKey) -> Option<LocalKey> {
        let by_account = LocalKey::from_secret(master.secret().clone());
        let sealed = self.account.as_ref()?;
        Self::key(&by_account.open(BY_ACCOUNT, &sealed.0).ok()?)
    }

    fn key(bytes: &[u8]) -> Option<LocalKey> {
        Some(LocalKey::from_secret(Secret::new(bytes.try_into().ok()?)))
    }

    /// Opens the key with the password. Slow.
    pub(super) fn unlock<K: Stretch>(&self, password: &str) -> Option<LocalKey> {
        let lock = LocalLock::from_bytes(&self.locked.as_ref()?.0).ok()?;
        Self::key(&lock.unlock::<K>(password, PURPOSE).ok()?)
    }
}

/// Reads how the local key rests.
pub(super) async fn local_cell(journal: &impl Journal) -> Result<Option<LocalCell>, OpenError> {
    let Some(bytes) = journal.lookup(Shelf::Plain, LOCAL).await? else {
        return Ok(None);
    };
    strict::decode(&bytes)
        .map(Some)
        .map_err(|_| Trouble::Damaged.into())
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Tells what a journal holds, before anything is opened.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be read.
    pub async fn standing(journal: &J) -> Result<Standing, JournalError> {
        let cell = journal.lookup(Shelf::Plain, LOCAL).await?;
        Ok(
            match cell.map(|bytes| strict::decode::<LocalCell>(&bytes)) {
                None => Standing::Empty,
                Some(Ok(LocalCell { open: Some(_), .. })) => Standing::Unlocked,
                Some(_) => Standing::Locked,
            },
        )
    }

    /// Reads the address of the server that a journal belongs to.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be read.
    pub async fn server_of(journal: &J) -> Result<Option<String>, JournalError> {
        let address = journal.lookup(Shelf::Plain, SERVER).await?;
        Ok(address.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Opens a journal that keeps its keys unlocked.
    ///
    /// # Errors
    ///
    /// - [`OpenError::Nobody`]: nobody signed in here.
    /// - [`OpenError::Locked`]: the password is needed.
    pub async fn open(rim: Rim<J, R>) -> Result<Self, OpenError> {
        let cell = local_cell(&rim.journal).await?.ok_or(OpenError::Nobody)?;
        let open = cell.open.ok_or(OpenError::Locked)?;
        let local = LocalCell::key(&open.0).ok_or(Trouble::Damaged)?;
        Self::open_with(rim, local).await
    }

    /// Opens a journal with the password, without the network. Slow by intent.
    ///
    /// Where the password was changed on another device and this one learned of it, the new one
    /// opens it, and for that the server is needed once; the device is signed in again then.
    ///
    /// # Errors
    ///
    /// - [`OpenError::Nobody`]: nobody signed in here.
    /// - [`OpenError::WrongPassword`]: the password is another one.
    pub async fn unlock(rim: Rim<J, R>, password: &str) -> Result<Self, OpenError> {
        let cell = local_cell(&rim.journal).await?.ok_or(OpenError::Nobody)?;
        if let Some(away) = &cell.away {
            return Self::unlock_away(rim, away, password).await;
        }
        let local = match &cell.open {
            Some(open) => LocalCell::key(&open.0).ok_or(Trouble::Damaged)?,
            None => cell.unlock::<K>(password).ok_or(OpenError::WrongPassword)?,
        };
        Self::open_with(rim, local).await
    }

    /// Empties the journal without opening it, so that somebody else can sign in here.
    ///
    /// # Errors
    ///
    /// [`Trouble::Journal`] when it cannot be written.
    pub async fn forget(rim: Rim<J, R>) -> Result<(), Trouble> {
        let _held = rim.lock.hold().await;
        super::empty(&rim.journal).await?;
        Ok(())
    }

    /// Counts what was written here and not sent, without opening it: entries of the record and
    /// drafts. What the vault holds cannot be told from outside.
    ///
    /// # Errors
    ///
    /// Fails when the journal cannot be read.
    pub async fn unsent_at_rest(journal: &J) -> Result<usize, JournalError> {
        let mut count = 0;
        for shelf in [Shelf::Outbox, Shelf::Draft] {
            let mut after: Option<Vec<u8>> = None;
            loop {
                let page = journal.scan(shelf, &[], after.as_deref(), PAGE).await?;
                let own = |(key, _): &&Row| !key.starts_with(UNWRITTEN.as_bytes());
                count += page.iter().filter(own).count();
                match page.last() {
                    Some((key, _)) if page.len() == PAGE => after = Some(key.clone()),
                    _ => break,
                }
            }
        }
        Ok(count)
    }

    /// Signs in with the new password and comes back to what the device kept.
    async fn unlock_away(rim: Rim<J, R>, away: &Away, password: &str) -> Result<Self, OpenError> {
        let code = <[u8; 16]>::try_from(away.code.as_slice()).map_err(|_| Trouble::Damaged)?;
        let code = DeviceCode::from_bytes(code).to_string();
        let signed = Self::sign_in(rim, &away.login, password, &code).await;
        signed.map_err(|error| match error {
            SignInError::Trouble(trouble) => OpenError::Trouble(trouble),
            _ => OpenError::WrongPassword,
        })
    }

    async fn open_with(rim: Rim<J, R>, local: LocalKey) -> Result<Self, OpenError> {
        let held = rim.lock.hold().await;
        let mut state = state(&rim.journal, &local).await?;
        drop(held);
        vault::open_kept(&mut state);
        let rng = rng_of(rim.env.as_ref());
        Ok(Self::assemble(rim, local, state, rng))
    }
}

/// Reads the count of commits.
pub(super) async fn generation(journal: &impl Journal) -> Result<u64, JournalError> {
    let bytes = journal
        .lookup(Shelf::Plain, GENERATION)
        .await?
        .unwrap_or_default();
    Ok(bytes.try_into().map(u64::from_be_bytes).unwrap_or_default())
}

/// The keyring as this device last merged it.
#[derive(Encode, Decode)]
#[cbor(map)]
struct SharedCell {
    #[n(0)]
    shared: Shared,
    #[n(1)]
    version: u64,
    #[n(2)]
    dirty: bool,
}

/// Encodes the keyring's cell.
pub(super) fn encode_shared(state: &State) -> Vec<u8> {
    encode_shared_parts(
        state.shared.clone(),
        state.shared_version,
        state.shared_dirty,
    )
}

/// Encodes the keyring's cell from its parts: content, the version on the server, and whether
/// it waits to be uploaded.
pub(super) fn encode_shared_parts(shared: Shared, version: u64, dirty: bool) -> Vec<u8> {
    strict::encode(&SharedCell {
        shared,
        version,
        dirty,
    })
}

struct Reader<'a, J> {
    journal: &'a J,
    local: &'a LocalKey,
}

impl<J: Journal> Reader<'_, J> {
    fn open(&self, shelf: Shelf, key: &[u8], sealed: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let plain = self.local.open_in_place(&sealed_name(shelf, key), sealed);
        plain.map_err(|_| Trouble::Damaged)
    }

    async fn cell<T: for<'b> Decode<'b, ()>>(&self, key: &[u8]) -> Result<Option<T>, Trouble> {
        let Some(sealed) = self.journal.lookup(Shelf::Cell, key).await? else {
            return Ok(None);
        };
        let plain = self.open(Shelf::Cell, key, sealed)?;
        strict::decode(&plain)
            .map(Some)
            .map_err(|_| Trouble::Damaged)
    }

    async fn all(&self, shelf: Shelf, prefix: &[u8]) -> Result<Vec<Row>, Trouble> {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let after = rows.last().map(|(key, _)| key.clone());
            let page = self
                .journal
                .scan(shelf, prefix, after.as_deref(), PAGE)
                .await?;
            let more = page.len() == PAGE;
            rows.extend(page);
            if !more {
                return Ok(rows);
            }
        }
    }

    async fn opened(&self, shelf: Shelf, prefix: &[u8]) -> Result<Vec<Row>, Trouble> {
        let rows = self.all(shelf, prefix).await?;
        rows.into_iter()
            .map(|(key, sealed)| {
                let plain = self.open(shelf, &key, sealed)?;
                Ok((key, plain))
            })
            .collect()
    }
}

/// Reads who a device belongs to, and nothing else.
pub(super) async fn identity(
    journal: &impl Journal,
    local: &LocalKey,
) -> Result<Identity, Trouble> {
    let reader = Reader { journal, local };
    reader.cell(IDENTITY).await?.ok_or(Trouble::Damaged)
}

/// Reads everything that a client holds.
pub(super) async fn state(journal: &impl Journal, local: &LocalKey) -> Result<State, Trouble> {
    let reader = Reader { journal, local };
    let generation = generation(journal).await?;
    let identity: Identity = reader.cell(IDENTITY).await?.ok_or(Trouble::Damaged)?;
    let shared: SharedCell = reader.cell(KEYRING).await?.ok_or(Trouble::Damaged)?;
    let vault: VaultCell = reader.cell(VAULT).await?.ok_or(Trouble::Damaged)?;
    let (machine, snapshot_place) = match identity.current {
        Some(space) => machine(&reader, &shared.shared, space).await?,
        None => (None, 0),
    };
    let (answers, opened) = notes(&reader).await?;
    let mut state = State {
        identity,
        shared: shared.shared,
        shared_version: shared.version,
        shared_dirty: shared.dirty,
        machine,
        base: Default::default(),
        base_place: 0,
        shown: Default::default(),
        shown_items: 0,
        answers,
        opened,
        drafts: drafts(&reader).await?,
        vault,
        open_vault: None,
        generation,
        stale: false,
        snapshot_place,
        checked_server: false,
        clock_off: None,
        signing: None,
    };
    state.fold();
    Ok(state)
}

async fn machine<J: Journal>(
    reader: &Reader<'_, J>,
    shared: &Shared,
    space: SpaceId,
) -> Result<(Option<Machine>, u64), Trouble> {
    let cell: Option<SpaceCell> = reader.cell(&keys::cell(&space)).await?;
    let Some(cell) = cell else {
        return Ok((None, 0));
    };
    let space_keys = SpaceKeys::new(space, kems(shared));
    // A snapshot that does not open is none: the log is judged anew.
    let chunks = match reader.opened(Shelf::Snapshot, &space.0).await {
        Err(Trouble::Damaged) => Vec::new(),
        chunks => chunks?,
    };
    let mut record = super::snapshot::restore((cell.space, cell.me), &chunks, space_keys);
    let snapshot_place = record.place();
    let mut after = keys::row(&space, snapshot_place);
    loop {
        let rows = reader
            .journal
            .scan(Shelf::Log, &space.0, Some(&after), PAGE)
            .await?;
        for (_, bytes) in &rows {
            let placed: Placed = strict::decode(bytes).map_err(|_| Trouble::Damaged)?;
            record.take(&placed).map_err(|_| Trouble::Damaged)?;
        }
        match rows.last() {
            Some((key, _)) if rows.len() == PAGE => after.clone_from(key),
            _ => break,
        }
    }
    let outbox = reader.opened(Shelf::Outbox, &space.0).await?;
    let outbox: Result<Vec<Item>, _> = outbox
        .iter()
        .map(|(_, item)| strict::decode(item))
        .collect();
    let outbox = outbox.map_err(|_| Trouble::Damaged)?;
    let flight = reader
        .cell(&keys::flight(&space))
        .await?
        .unwrap_or_default();
    let lost = reader.opened(Shelf::Note, &keys::lost(&space)).await?;
    let lost: Result<Vec<Lost>, _> = lost.iter().map(|(_, it)| strict::decode(it)).collect();
    let mut lost = lost.map_err(|_| Trouble::Damaged)?;
    lost.sort_by_key(|lost| lost.placed.place);
    let machine = Machine::new(cell, record, outbox, flight).with_lost(lost);
    Ok((Some(machine), snapshot_place))
}

type Answers = BTreeMap<[u8; 32], OwnAnswer>;
type Opened = BTreeMap<([u8; 32], [u8; 16]), OpenedAnswer>;

async fn notes<J: Journal>(reader: &Reader<'_, J>) -> Result<(Answers, Opened), Trouble> {
    let mut answers = Answers::new();
    for (key, value) in reader.opened(Shelf::Note, super::reveal::OWN).await? {
        let reveal = key
            .get(super::reveal::OWN.len()..)
            .and_then(|id| id.try_into().ok());
        let own = strict::decode(&value).map_err(|_| Trouble::Damaged)?;
        answers.insert(reveal.ok_or(Trouble::Damaged)?, own);
    }
    let mut opened = Opened::new();
    for (key, value) in reader.opened(Shelf::Note, super::reveal::OPENED).await? {
        let note: OpenedAnswer = strict::decode(&value).map_err(|_| Trouble::Damaged)?;
        let key = key.get(super::reveal::OPENED.len()..).unwrap_or_default();
        let reveal = key.first_chunk::<32>().ok_or(Trouble::Damaged)?;
        opened.insert((*reveal, note.by.0), note);
    }
    Ok((answers, opened))
}

async fn drafts<J: Journal>(reader: &Reader<'_, J>) -> Result<BTreeMap<String, String>, Trouble> {
    let rows = reader.opened(Shelf::Draft, &[]).await?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| Trouble::Damaged);
    rows.into_iter()
        .map(|(name, words)| Ok((text(name)?, text(words)?)))
        .collect()
}

/// Writes bytes as text.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // A text never refuses to grow.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Reads what [`hex`] wrote.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |high, d| high << 4 | d))
            .collect(),
    )
}
