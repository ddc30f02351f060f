//! One person on one device.
//!
//! A [`Client`] is cheap to clone and lives on one thread. Nothing is borrowed across an await,
//! so a screen may write while a synchronisation waits for the network.
//!
//! # Invariants
//!
//! 1. **Durable, then true.** What a method returns as done is in the journal before it returns.
//! 2. **One writer.** Every change happens while the [`Lock`] is held, after reading what other
//!    tabs or processes wrote; the lock is never held across the network.

mod account;
mod again;
mod draft;
mod load;
mod member;
mod own;
mod pairing;
mod reading;
mod reveal;
mod ring;
mod rotate;
mod session;
mod snapshot;
mod sync;
mod taken;
mod unsent;
mod vault;
mod visits;
#[cfg(all(target_arch = "wasm32", feature = "web"))]
mod wake;
mod write;

use std::cell::{Ref, RefCell, RefMut};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use rand_core::SeedableRng;
use troth_core::Moment;
use troth_crypto::local::LocalKey;
use troth_crypto::stretch::{Slow, Stretch};

use crate::Rng;
use crate::env::Env;
use crate::journal::{Journal, JournalError, Shelf, Write};
use crate::lock::{Held, Lock};
use crate::relay::Relay;
use crate::relay::call::Server;
use crate::state::State;
use crate::trouble::Trouble;
use crate::view::Keeping;

pub use pairing::{decline, look, server_of_link};

/// The rims of a client, passed in.
pub struct Rim<J, R> {
    /// Where records are kept on this device.
    pub journal: J,
    /// The way to the server.
    pub relay: R,
    /// Time and chance.
    pub env: Box<dyn Env>,
    /// One writer at a time.
    pub lock: Box<dyn Lock>,
    /// How the keys rest.
    pub keeping: Keeping,
}

impl<J, R> fmt::Debug for Rim<J, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rim")
            .field("keeping", &self.keeping)
            .finish_non_exhaustive()
    }
}

/// One person on one device.
///
/// `K` is the cost of a guessed password; everybody but simulations takes the default.
pub struct Client<J, R, K = Slow> {
    inner: Rc<Inner<J, R>>,
    cost: PhantomData<K>,
}

impl<J, R, K> Clone for Client<J, R, K> {
    fn clone(&self) -> Self {
        Self {
            inner: Rc::clone(&self.inner),
            cost: PhantomData,
        }
    }
}

impl<J, R, K> fmt::Debug for Client<J, R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(..)")
    }
}

struct Inner<J, R> {
    rim: Rim<J, R>,
    rng: RefCell<Rng>,
    local: LocalKey,
    state: RefCell<State>,
    gate: futures_util::lock::Mutex<()>,
    syncing: futures_util::lock::Mutex<()>,
}

/// Holds both the gate between the tasks of this client and the lock between writers.
struct Entered<'a> {
    _held: Box<dyn Held>,
    _gate: futures_util::lock::MutexGuard<'a, ()>,
}

/// Plain keys of the journal.
pub(crate) const GENERATION: &[u8] = b"generation";
/// The local key behind the password, or as it is.
pub(crate) const LOCAL: &[u8] = b"local";
/// The server's address, to show before anything is opened.
pub(crate) const SERVER: &[u8] = b"server";
/// Cells.
pub(crate) const IDENTITY: &[u8] = b"identity";
/// The shared keyring, as merged.
pub(crate) const KEYRING: &[u8] = b"keyring";
/// The vault.
pub(crate) const VAULT: &[u8] = b"vault";

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    fn assemble(rim: Rim<J, R>, local: LocalKey, state: State, rng: Rng) -> Self {
        let inner = Inner {
            rim,
            rng: RefCell::new(rng),
            local,
            state: RefCell::new(state),
            gate: futures_util::lock::Mutex::new(()),
            syncing: futures_util::lock::Mutex::new(()),
        };
        Self {
            inner: Rc::new(inner),
            cost: PhantomData,
        }
    }

    /// Tells the time and zone of this device.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment::new(self.inner.rim.env.now(), self.inner.rim.env.zone())
    }

    /// Forgets the keys of this clone; the journal stays. Drop every other clone too.
    pub fn lock(self) {
        drop(self);
    }

    fn minute(&self) -> u64 {
        u64::try_from(self.inner.rim.env.now().as_second()).unwrap_or_default() / 60
    }

    fn state(&self) -> Ref<'_, State> {
        self.inner.state.borrow()
    }

    fn state_mut(&self) -> RefMut<'_, State> {
        self.inner.state.borrow_mut()
    }

    fn rng(&self) -> RefMut<'_, Rng> {
        self.inner.rng.borrow_mut()
    }

    fn server(&self) -> Result<Server<'_, R>, Trouble> {
        let session = self.state().identity.session.ok_or(Trouble::SignedOut)?;
        Ok(Server::signed_in(&self.inner.rim.relay, session.token))
    }

    /// Waits until this client may write, and reads what others wrote meanwhile.
    async fn enter(&self) -> Result<Entered<'_>, Trouble> {
        let gate = self.inner.gate.lock().await;
        let held = self.inner.rim.lock.hold().await;
        let generation = load::generation(&self.inner.rim.journal).await?;
        let behind = {
            let state = self.state();
            state.stale || state.generation != generation
        };
        if behind {
            self.reload().await?;
        }
        Ok(Entered {
            _held: held,
            _gate: gate,
        })
    }

    async fn reload(&self) -> Result<(), Trouble> {
        let mut fresh = load::state(&self.inner.rim.journal, &self.inner.local).await?;
        let mut state = self.state_mut();
        fresh.open_vault = state.open_vault.take();
        fresh.checked_server = state.checked_server;
        fresh.clock_off = state.clock_off;
        fresh.signing = state.signing.take();
        *state = fresh;
        vault::absorb(&mut state);
        Ok(())
    }

    /// Makes changes durable, sealing what must be sealed.
    async fn commit(&self, writes: Vec<Write>) -> Result<(), Trouble> {
        if writes.is_empty() {
            return Ok(());
        }
        let generation = self.state().generation + 1;
        let mut sealed = seal_all(&self.inner.local, writes, &mut self.rng());
        sealed.push(plain(GENERATION, generation.to_be_bytes().to_vec()));
        match self.inner.rim.journal.commit(sealed).await {
            Ok(()) => {
                self.state_mut().generation = generation;
                Ok(())
            }
            Err(error) => {
                // What is in memory may be ahead of the disk now: the next step reads the disk.
                self.state_mut().stale = true;
                Err(error.into())
            }
        }
    }

    /// Writes the identity and the keyring as they are in memory.
    fn identity_writes(&self) -> Vec<Write> {
        let state = self.state();
        vec![
            cell(IDENTITY, troth_wire::strict::encode(&state.identity)),
            cell(KEYRING, load::encode_shared(&state)),
        ]
    }

    /// Reads what another tab or process wrote; tells whether anything changed.
    ///
    /// # Errors
    ///
    /// [`Trouble`] when the journal cannot be read.
    pub async fn follow(&self) -> Result<bool, Trouble> {
        let before = self.state().generation;
        let _entered = self.enter().await?;
        Ok(self.state().generation != before)
    }
}

/// Makes the random source of a client.
fn rng_of(env: &dyn Env) -> Rng {
    Rng::from_seed(env.seed())
}

/// A plain record.
pub(crate) fn plain(key: &[u8], value: Vec<u8>) -> Write {
    Write::Put {
        shelf: Shelf::Plain,
        key: key.to_vec(),
        value,
    }
}

/// A cell, before it is sealed.
pub(crate) fn cell(key: &[u8], value: Vec<u8>) -> Write {
    Write::Put {
        shelf: Shelf::Cell,
        key: key.to_vec(),
        value,
    }
}

/// The name under which a record is sealed, so that records cannot change places.
pub(crate) fn sealed_name(shelf: Shelf, key: &[u8]) -> Vec<u8> {
    [&[shelf.number()], key].concat()
}

fn seal_all(local: &LocalKey, writes: Vec<Write>, rng: &mut Rng) -> Vec<Write> {
    let sealed = writes.into_iter().map(|write| match write {
        Write::Put { shelf, key, value } if !matches!(shelf, Shelf::Plain | Shelf::Log) => {
            let value = local.seal(&sealed_name(shelf, &key), &value, rng);
            Write::Put { shelf, key, value }
        }
        other => other,
    });
    sealed.collect()
}

/// Empties a journal, for a device that is signed out.
async fn empty(journal: &impl Journal) -> Result<(), JournalError> {
    let all = Shelf::ALL.into_iter().map(|shelf| Write::DropAll {
        shelf,
        prefix: Vec::new(),
    });
    journal.commit(all.collect()).await
}
