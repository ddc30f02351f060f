//! The server without its network: a request in, an answer out.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ed25519_dalek::SigningKey;
use troth_wire::api::About;
use troth_wire::head::Statement;
use troth_wire::opaque::ServerSuite;
use troth_wire::opaque::opaque_ke::ServerSetup;
use troth_wire::{Head, PublicKey, Receipt, SpaceId, Token, frame};
use zeroize::Zeroizing;

use crate::env::{Chance, Env, random};
use crate::error::ApiError;
use crate::network::Network;
use crate::network::op::edition::Holder;
use crate::network::store::NetworkStore;
use crate::quota::{Counted, Daily, Quotas};
use crate::route::session::renewed;
use crate::router;
use crate::seal::{NetworkKeys, Seal, token_hash};
use crate::store::{KnownKeys, LoginHash, Secrets, Session, Store, StoreError};
use crate::throttle::{Limits, Throttle, Who};
use crate::wake::{LocalWake, Wake};

/// What a request wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Do.
    Post,
    /// Replace.
    Put,
    /// Take away.
    Delete,
}

/// A request as it came from the network, or from a simulation.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What is wanted done.
    pub method: Method,
    /// The path with its query, from `/v1/` on.
    pub path: &'a str,
    /// The session's token, if one was shown.
    pub token: Option<Token>,
    /// Where it came from, for the limiter alone.
    pub address: Option<IpAddr>,
    /// The body, a padded frame; empty where none is wanted.
    pub body: &'a [u8],
}

/// An answer for the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The seconds of a `Retry-After` header.
    pub retry_after: Option<u32>,
    /// The body, a padded frame.
    pub body: Vec<u8>,
}

/// The server.
#[derive(Debug)]
pub struct Service {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) env: Arc<dyn Env>,
    pub(crate) wake: Arc<dyn Wake>,
    pub(crate) keys: KnownKeys,
    pub(crate) seal: Seal,
    pub(crate) opaque: ServerSetup<ServerSuite>,
    pub(crate) network: Option<Arc<Network>>,
    root: Zeroizing<[u8; 32]>,
    throttle: Throttle,
    pub(crate) quotas: Quotas,
    daily: Daily,
    log_key: SigningKey,
    log_epoch: AtomicU32,
}

impl Service {
    /// Starts on a store, with the secrets kept there or, the first time, with fresh ones.
    ///
    /// # Errors
    ///
    /// The store's; [`StoreError::Broken`] if the kept secrets cannot be read.
    pub async fn start(
        store: Arc<dyn Store>,
        env: Arc<dyn Env>,
        limits: Limits,
    ) -> Result<Self, StoreError> {
        let setup = ServerSetup::<ServerSuite>::new(&mut Chance(env.as_ref()));
        let fresh = Secrets {
            opaque: Zeroizing::new(setup.serialize().to_vec()),
            log_key: Zeroizing::new(random(env.as_ref())),
            root: Zeroizing::new(random(env.as_ref())),
            log_epoch: 0,
        };
        let secrets = store.secrets(fresh).await?;
        let opaque = ServerSetup::deserialize(&secrets.opaque).map_err(|_| StoreError::Broken)?;
        Ok(Self {
            store,
            env,
            wake: Arc::new(LocalWake::default()),
            keys: KnownKeys::default(),
            seal: Seal::new(&secrets.root),
            opaque,
            network: None,
            root: secrets.root.clone(),
            throttle: Throttle::new(limits),
            quotas: Quotas::default(),
            daily: Daily::default(),
            log_key: SigningKey::from_bytes(&secrets.log_key),
            log_epoch: AtomicU32::new(secrets.log_epoch),
        })
    }

    /// Sets how much may be kept.
    #[must_use]
    pub const fn with_quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Adds the directory and booking, kept in the same database as everything else.
    #[must_use]
    pub fn with_network(mut self, store: NetworkStore) -> Self {
        let keys = NetworkKeys::derive(&self.root);
        let holder = Holder(crate::env::random(self.env.as_ref()));
        self.network = Some(Arc::new(Network::new(store, &keys, holder)));
        self
    }

    /// The directory and booking, where they are kept.
    #[must_use]
    pub const fn network(&self) -> Option<&Arc<Network>> {
        self.network.as_ref()
    }

    /// Carries out a request. Every failure is an answer too.
    pub async fn handle(&self, request: Request<'_>) -> Answer {
        match router::route(self, &request).await {
            Ok(body) => Answer {
                status: 200,
                retry_after: None,
                body,
            },
            Err(error) => self.refuse(&error),
        }
    }

    /// Makes the answer to a request that failed; a failure inside goes to the log, with the
    /// same random bytes that the client gets.
    pub fn refuse(&self, error: &ApiError) -> Answer {
        let request: [u8; 8] = random(self.env.as_ref());
        if error.status() >= 500 {
            let request = u64::from_be_bytes(request);
            tracing::error!(request = format!("{request:016x}"), code = %error, "request failed");
        }
        let body = frame::encode(&error.problem(&request));
        Answer {
            status: error.status(),
            retry_after: error.seconds,
            body,
        }
    }

    /// Counts a restore from a backup, so that new receipts cannot contradict old ones.
    ///
    /// The new log epoch is at least the minute, since a backup may be restored twice and
    /// then would count to the same number again.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn raise_log_epoch(&self) -> Result<u32, StoreError> {
        let floor = u32::try_from(self.env.minute()).unwrap_or(u32::MAX);
        let epoch = self.store.raise_log_epoch(floor).await?;
        self.log_epoch.store(epoch, Ordering::Relaxed);
        Ok(epoch)
    }

    /// Deletes what has expired.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.store.sweep(self.env.minute()).await
    }

    /// Says who this server is.
    #[must_use]
    pub fn about(&self) -> About {
        About {
            version: troth_wire::api::API_VERSION,
            log_key: PublicKey(self.log_key.verifying_key().to_bytes()),
            log_epoch: self.log_epoch.load(Ordering::Relaxed),
            minute: self.env.minute(),
        }
    }

    /// Signs where a space stands.
    pub(crate) fn receipt(&self, space: SpaceId, place: u64, head: Head) -> Receipt {
        let log_epoch = self.log_epoch.load(Ordering::Relaxed);
        let minute = self.env.minute();
        self.sign(Statement {
            space,
            log_epoch,
            place,
            head,
            minute,
        })
    }

    /// Signs what was found to be so.
    pub(crate) fn sign(&self, statement: Statement) -> Receipt {
        statement.sign(&self.log_key)
    }

    /// Looks up the session that a token opens, and lets one that is used last longer.
    pub(crate) async fn session(&self, token: &Token) -> Result<Option<Session>, StoreError> {
        let (token, minute) = (token_hash(token), self.env.minute());
        let session = self.store.session(token, minute).await?;
        let longer = session
            .as_ref()
            .and_then(|session| renewed(session.expires, minute));
        if let Some(expires) = longer {
            // Where the disk is full, reading goes on, and the next use tries again.
            let _ = self.store.renew_session(token, expires).await;
        }
        Ok(session)
    }

    /// Counts a try; an error says how long to wait.
    pub(crate) fn slow(&self, who: Who) -> Result<(), ApiError> {
        let tried = self.throttle.try_once(who, self.env.second());
        tried.map_err(ApiError::slow_down)
    }

    /// Refuses what would be too much today.
    pub(crate) fn check_daily(&self, what: Counted, more: u64) -> Result<(), ApiError> {
        let limit = match what {
            Counted::BytesOf(_) => self.quotas.daily_bytes,
            Counted::AccountsOf(_) => self.quotas.daily_accounts,
        };
        let checked = self.daily.check((what, more), limit, self.env.second());
        checked.map_err(ApiError::slow_down)
    }

    /// Counts what was done today.
    pub(crate) fn count_daily(&self, what: Counted, more: u64) {
        self.daily.count(what, more, self.env.second());
    }

    /// Tells whether a try would be let through, without counting it.
    pub(crate) fn has_room(&self, who: Who) -> Result<(), ApiError> {
        let room = self.throttle.room(who, self.env.second());
        room.map_err(ApiError::slow_down)
    }

    /// Counts a try with a login's password; an error says how long to wait.
    pub(crate) fn slow_login(
        &self,
        login: LoginHash,
        from: Option<IpAddr>,
    ) -> Result<(), ApiError> {
        let tried = self.throttle.try_login(login, from, self.env.second());
        tried.map_err(ApiError::slow_down)
    }
}
