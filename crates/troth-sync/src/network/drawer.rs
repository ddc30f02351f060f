//! Where a person's device keeps what belongs to their visits: the secret behind the pseudonym, and
//! acts whose answer has not come.
//!
//! With an account the secret lies in the keyring, so all devices of a person are one client, and acts
//! rest sealed under the local key. Without one both rest readable in the journal of this device,
//! and are taken over into the keyring when the person makes an account here.

use std::rc::Rc;

use rand_core::SeedableRng;
use troth_crypto::secret::Secret;
use troth_wire::network::ClientSecret;

use super::line::Soon;
use crate::env::Env;
use crate::journal::{Journal, Row, Shelf, Write};
use crate::lock::Lock;
use crate::trouble::Trouble;

/// The plain record of the secret of a person without an account.
pub(crate) const UNNAMED: &[u8] = b"visit/client";
/// How the keys of the records of visits begin.
const PREFIX: &[u8] = b"visit/";

/// A change of a drawer: a name, and what lies under it from now on, or nothing.
pub type Change = (Vec<u8>, Option<Vec<u8>>);

/// Where what belongs to a person's visits is kept.
pub trait Drawer {
    /// Reads one record.
    fn read(&self, name: Vec<u8>) -> Soon<'_, Result<Option<Vec<u8>>, Trouble>>;

    /// Lists the records whose names begin so.
    fn list(&self, prefix: Vec<u8>) -> Soon<'_, Result<Vec<Row>, Trouble>>;

    /// Makes all changes durable at once.
    fn write(&self, changes: Vec<Change>) -> Soon<'_, Result<(), Trouble>>;

    /// Returns the person's secrets, making the first one if there is none; the first is for what
    /// is new. There are more than one only where two devices began at the same time.
    fn secrets(&self) -> Soon<'_, Result<Vec<ClientSecret>, Trouble>>;

    /// Draws a seed for what has to be random.
    fn seed(&self) -> [u8; 32];

    /// Tells the minutes since 1970.
    fn minute(&self) -> u32;

    /// Names the time zone of this device.
    fn zone(&self) -> String;
}

/// The drawer of a person without an account: plain records in a journal.
pub struct Unnamed<J> {
    journal: J,
    lock: Box<dyn Lock>,
    env: Rc<dyn Env>,
}

impl<J> std::fmt::Debug for Unnamed<J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unnamed(..)")
    }
}

impl<J: Journal> Unnamed<J> {
    /// Keeps what belongs to visits in the plain shelf of a journal.
    pub fn new(journal: J, lock: Box<dyn Lock>, env: Rc<dyn Env>) -> Self {
        Self { journal, lock, env }
    }

    /// Takes away every trace of visits on this device. What is booked stays booked, and can then
    /// only be cancelled by telling the provider.
    ///
    /// # Errors
    ///
    /// [`Trouble::Journal`] when it cannot be written.
    pub async fn forget(&self) -> Result<(), Trouble> {
        let _held = self.lock.hold().await;
        let all = Write::DropAll {
            shelf: Shelf::Plain,
            prefix: PREFIX.to_vec(),
        };
        Ok(self.journal.commit(vec![all]).await?)
    }
}

impl<J: Journal> Drawer for Unnamed<J> {
    fn read(&self, name: Vec<u8>) -> Soon<'_, Result<Option<Vec<u8>>, Trouble>> {
        Box::pin(async move { Ok(self.journal.lookup(Shelf::Plain, &name).await?) })
    }

    fn list(&self, prefix: Vec<u8>) -> Soon<'_, Result<Vec<Row>, Trouble>> {
        Box::pin(async move {
            let rows = self.journal.scan(Shelf::Plain, &prefix, None, MOST).await?;
            Ok(rows)
        })
    }

    fn write(&self, changes: Vec<Change>) -> Soon<'_, Result<(), Trouble>> {
        Box::pin(async move {
            let _held = self.lock.hold().await;
            let writes = changes
                .into_iter()
                .map(|change| write(Shelf::Plain, change));
            Ok(self.journal.commit(writes.collect()).await?)
        })
    }

    fn secrets(&self) -> Soon<'_, Result<Vec<ClientSecret>, Trouble>> {
        Box::pin(async move {
            let _held = self.lock.hold().await;
            let kept = self.journal.lookup(Shelf::Plain, UNNAMED).await?;
            if let Some(secret) = kept.and_then(|bytes| bytes.try_into().ok()) {
                return Ok(vec![ClientSecret(secret)]);
            }
            let secret = drawn(self.seed());
            let put = (UNNAMED.to_vec(), Some(secret.to_vec()));
            self.journal.commit(vec![write(Shelf::Plain, put)]).await?;
            Ok(vec![ClientSecret(secret)])
        })
    }

    fn seed(&self) -> [u8; 32] {
        self.env.seed()
    }

    fn minute(&self) -> u32 {
        minute_of(self.env.as_ref())
    }

    fn zone(&self) -> String {
        self.env.zone()
    }
}

/// The most records of visits that are listed; far more than one person has.
pub(crate) const MOST: usize = 1024;

/// Turns a change into a journal's write.
pub(crate) fn write(shelf: Shelf, (key, value): Change) -> Write {
    match value {
        Some(value) => Write::Put { shelf, key, value },
        None => Write::Drop { shelf, key },
    }
}

/// Draws a client secret.
pub(crate) fn drawn(seed: [u8; 32]) -> [u8; 32] {
    let mut rng = crate::Rng::from_seed(seed);
    *Secret::<32>::generate(&mut rng).expose()
}

/// Counts the minutes since 1970 by a device's clock.
pub(crate) fn minute_of(env: &dyn Env) -> u32 {
    u32::try_from(env.now().as_second() / 60).unwrap_or_default()
}
