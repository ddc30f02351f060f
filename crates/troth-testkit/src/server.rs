//! The real server in this process: real routes, real judgement, rows in memory.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use troth_server::store::memory::MemoryStore;
use troth_server::store::{Page, Secrets, Store as _};
use troth_server::{Env, Limits, Service};
use troth_sync::block_on;
use troth_sync::relay::{Answer, Method, Request};
use troth_wire::{Placed, SpaceId};

use crate::chance::Chance;
use crate::clock::Clock;

/// Whoever answers at the other end of a line.
pub trait Backend: fmt::Debug {
    /// Answers a request of the line with this number.
    fn answer(&self, line: usize, request: &Request) -> Answer;
}

#[derive(Debug)]
struct ServerEnv {
    clock: Clock,
    chance: Chance,
}

impl Env for ServerEnv {
    fn second(&self) -> u64 {
        u64::try_from(self.clock.second()).unwrap_or_default()
    }

    fn fill(&self, into: &mut [u8]) {
        self.chance.fill(into);
    }
}

/// The real server in this process.
pub struct Server {
    env: Arc<ServerEnv>,
    running: RefCell<(MemoryStore, Rc<Service>)>,
    highest_epoch: Cell<u32>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server(..)")
    }
}

fn started(store: &MemoryStore, env: &Arc<ServerEnv>) -> Rc<Service> {
    let env: Arc<dyn Env> = Arc::<ServerEnv>::clone(env);
    let service = block_on(Service::start(Arc::new(store.clone()), env, Limits::NONE));
    Rc::new(service.expect("a store in memory always starts"))
}

impl Server {
    /// Starts an empty server.
    #[must_use]
    pub fn start(clock: Clock, chance: Chance) -> Self {
        Self::start_on(MemoryStore::default(), clock, chance)
    }

    /// Starts a server on rows that are there.
    #[must_use]
    pub fn start_on(store: MemoryStore, clock: Clock, chance: Chance) -> Self {
        let env = Arc::new(ServerEnv { clock, chance });
        let service = started(&store, &env);
        let highest_epoch = Cell::new(service.about().log_epoch);
        Self {
            env,
            running: RefCell::new((store, service)),
            highest_epoch,
        }
    }

    /// Copies all rows, as a backup does.
    #[must_use]
    pub fn image(&self) -> MemoryStore {
        self.running.borrow().0.image()
    }

    /// Ends the process and starts it again on the same rows.
    pub fn restart(&self) {
        let store = self.running.borrow().0.clone();
        let service = started(&store, &self.env);
        *self.running.borrow_mut() = (store, service);
    }

    /// Goes back to a backup and says so, as an honest operator does.
    pub fn restore(&self, backup: &MemoryStore) {
        self.swap(backup);
        let service = Rc::clone(&self.running.borrow().1);
        // Every restore counts above all before it, also when an old backup is taken twice.
        while service.about().log_epoch <= self.highest_epoch.get() {
            block_on(service.raise_log_epoch()).expect("a store in memory counts");
        }
        self.highest_epoch.set(service.about().log_epoch);
    }

    /// Goes back to a backup and says nothing.
    pub fn swap(&self, backup: &MemoryStore) {
        let store = backup.image();
        let service = started(&store, &self.env);
        *self.running.borrow_mut() = (store, service);
    }

    /// The key that signs this server's receipts: a lying server has it too.
    #[must_use]
    pub fn log_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.secrets().log_key)
    }

    /// All entries of a space.
    #[must_use]
    pub fn log(&self, space: SpaceId) -> Vec<Placed> {
        let store = self.running.borrow().0.clone();
        let all = Page {
            after: 0,
            through: u64::MAX - 1,
            count: u32::MAX,
            bytes: usize::MAX,
        };
        block_on(store.list_entries(space, all)).expect("a store in memory lists its entries")
    }

    /// How often this server says that it was restored.
    #[must_use]
    pub fn log_epoch(&self) -> u32 {
        self.running.borrow().1.about().log_epoch
    }

    fn secrets(&self) -> Secrets {
        let fresh = Secrets {
            opaque: Vec::new().into(),
            log_key: [0; 32].into(),
            root: [0; 32].into(),
            log_epoch: 0,
        };
        let store = self.running.borrow().0.clone();
        block_on(store.secrets(fresh)).expect("a store in memory knows its secrets")
    }
}

impl Backend for Server {
    fn answer(&self, _: usize, request: &Request) -> Answer {
        let service = Rc::clone(&self.running.borrow().1);
        let method = match request.method {
            Method::Get => troth_server::Method::Get,
            Method::Post => troth_server::Method::Post,
            Method::Put => troth_server::Method::Put,
            Method::Delete => troth_server::Method::Delete,
        };
        let token = request
            .session
            .as_ref()
            .and_then(|token| token.parse().ok());
        let (path, body) = (request.path.as_str(), request.body.as_slice());
        let asked = troth_server::Request {
            method,
            path,
            token,
            address: None,
            body,
        };
        let answer = block_on(service.handle(asked));
        Answer {
            status: answer.status,
            body: answer.body,
        }
    }
}
