//! What the tests of this crate share.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use troth_wire::api::{
    DeleteAccount, Empty, ErrorCode, LoginFinish, PasswordStarted, Problem, Proof, ProvenAct,
    PutDone, SignedIn,
};
use troth_wire::control::{Class, Terms};
use troth_wire::{Control, EntryId, Envelope, Token, frame, strict};

use crate::env::Env;
use crate::service::{Method, Request, Service};
use crate::store::memory::MemoryStore;
use crate::throttle::Limits;

#[path = "../tests/server/support/person.rs"]
pub mod person;
#[path = "../tests/server/support/postgres.rs"]
pub mod postgres;
#[path = "../tests/server/support/writer.rs"]
pub mod writer;

pub use writer::Writer;

impl Writer {
    /// The same person on another device, told apart by a number.
    #[must_use]
    pub fn with_device(&self, number: u8) -> Self {
        Self {
            signs: SigningKey::from_bytes(&[number; 32]),
            newest: (0, EntryId::ZERO),
            ..self.clone()
        }
    }

    /// Proposes a member who reads on these terms.
    pub fn add_limited(&mut self, other: &Self, terms: Terms) -> Envelope {
        let (card, devices) = (other.card_of(Class::Limited), vec![other.cert()]);
        self.control(&Control::MemberAdd {
            card,
            devices,
            terms: Some(terms),
            bundle: None,
            numbers: None,
        })
    }
}

/// The minute at which tests play.
pub const NOON: u64 = 29_700_000;

/// A clock that stands still until moved, and bytes that repeat in every run.
#[derive(Debug, Default)]
pub struct StillEnv {
    seconds: AtomicU64,
    drawn: AtomicU64,
}

impl StillEnv {
    /// Lets time pass.
    pub fn pass_minutes(&self, minutes: u64) {
        self.seconds.fetch_add(minutes * 60, Ordering::Relaxed);
    }
}

impl Env for StillEnv {
    fn second(&self) -> u64 {
        NOON * 60 + self.seconds.load(Ordering::Relaxed)
    }

    fn fill(&self, into: &mut [u8]) {
        for chunk in into.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::Relaxed);
            let bytes: [u8; 32] = Sha256::digest(number.to_be_bytes()).into();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// A server without a network, on a still clock.
#[derive(Debug)]
pub struct House {
    /// The server.
    pub service: Service,
    /// Its rows.
    pub store: MemoryStore,
    /// Its clock.
    pub env: Arc<StillEnv>,
}

impl House {
    /// An empty server with the usual limits.
    pub async fn new() -> Self {
        Self::on(MemoryStore::default(), Arc::default()).await
    }

    async fn on(store: MemoryStore, env: Arc<StillEnv>) -> Self {
        let rows = Arc::new(store.clone());
        let service = Service::start(rows, Arc::clone(&env) as _, Limits::default()).await;
        Self {
            service: service.unwrap(),
            store,
            env,
        }
    }

    /// A backup.
    pub fn image(&self) -> MemoryStore {
        self.store.image()
    }

    /// The same server, set back to a backup, which it says.
    pub async fn restored(self, backup: MemoryStore) -> Self {
        let house = Self::on(backup, self.env).await;
        house.service.raise_log_epoch().await.unwrap();
        house
    }

    /// Sends a body and reads the answer.
    ///
    /// # Errors
    ///
    /// The code of the problem.
    pub async fn send<T: for<'b> Decode<'b, ()>>(
        &self,
        route: (Method, &str),
        token: Option<Token>,
        body: &impl Encode<()>,
    ) -> Result<T, ErrorCode> {
        self.send_from(None, route, token, body).await
    }

    /// As [`Self::send`], from an address.
    ///
    /// # Errors
    ///
    /// The code of the problem.
    pub async fn send_from<T: for<'b> Decode<'b, ()>>(
        &self,
        address: Option<IpAddr>,
        (method, path): (Method, &str),
        token: Option<Token>,
        body: &impl Encode<()>,
    ) -> Result<T, ErrorCode> {
        let body = frame::encode(body);
        let request = Request {
            method,
            path,
            token,
            address,
            body: &body,
        };
        let answer = self.service.handle(request).await;
        let content = frame::unpad_frame(&answer.body).unwrap();
        match answer.status {
            200 => Ok(strict::decode(content).unwrap()),
            _ => Err(strict::decode::<Problem>(content).unwrap().code),
        }
    }

    /// Makes an account through the routes.
    pub async fn sign_up(&self, login: &str, password: &str) -> SignedIn {
        let (begun, start) = person::register(login, password);
        let started = self
            .send((Method::Post, "/v1/accounts/start"), None, &start)
            .await;
        let finish = begun.finish(&started.unwrap());
        self.send((Method::Post, "/v1/accounts/finish"), None, &finish)
            .await
            .unwrap()
    }

    /// Signs in through the routes.
    ///
    /// # Errors
    ///
    /// The code of the problem.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<SignedIn, ErrorCode> {
        self.sign_in_from(None, login, password).await
    }

    /// As [`Self::sign_in`], from an address.
    ///
    /// # Errors
    ///
    /// The code of the problem.
    pub async fn sign_in_from(
        &self,
        address: Option<IpAddr>,
        login: &str,
        password: &str,
    ) -> Result<SignedIn, ErrorCode> {
        let finish = self.begin_sign_in(address, login, password).await?;
        let finish = finish.ok_or(ErrorCode::WrongCredentials)?;
        self.send_from(address, (Method::Post, "/v1/login/finish"), None, &finish)
            .await
    }

    /// Takes the first step of signing in; gives back the second, not yet sent.
    ///
    /// # Errors
    ///
    /// The code of the problem.
    pub async fn begin_sign_in(
        &self,
        address: Option<IpAddr>,
        login: &str,
        password: &str,
    ) -> Result<Option<LoginFinish>, ErrorCode> {
        let (begun, start) = person::log_in(login, password);
        let started = self
            .send_from(address, (Method::Post, "/v1/login/start"), None, &start)
            .await?;
        Ok(begun.finish(&started))
    }

    /// Proves an act by password.
    ///
    /// # Errors
    ///
    /// The code of the problem; `WrongCredentials` for a wrong password.
    pub async fn prove(
        &self,
        (signed, password): (&SignedIn, &str),
        act: ProvenAct,
    ) -> Result<Proof, ErrorCode> {
        let (begun, start) = person::prove(password, act);
        let route = (Method::Post, "/v1/proof/password");
        let started = self.send(route, Some(signed.token), &start).await?;
        begun.prove(&started).ok_or(ErrorCode::WrongCredentials)
    }

    /// Changes the password of a signed-in account, whose slots are at `version`.
    ///
    /// # Errors
    ///
    /// The code of the problem.
    pub async fn change_password(
        &self,
        signed: &SignedIn,
        (old, new): (&str, &str),
        version: u64,
    ) -> Result<PutDone, ErrorCode> {
        let token = Some(signed.token);
        let proof = self.prove((signed, old), ProvenAct::ChangePassword).await?;
        let (begun, start) = person::change_password(new);
        let started: PasswordStarted = self
            .send((Method::Post, "/v1/password/start"), token, &start)
            .await?;
        let finish = begun.change(&started.response, version, proof);
        self.send((Method::Post, "/v1/password/finish"), token, &finish)
            .await
    }

    /// Deletes a signed-in account.
    ///
    /// # Errors
    ///
    /// The code of the problem.
    pub async fn delete_account(
        &self,
        signed: &SignedIn,
        password: &str,
    ) -> Result<Empty, ErrorCode> {
        let act = ProvenAct::DeleteAccount;
        let proof = self.prove((signed, password), act).await?;
        let route = (Method::Post, "/v1/account/delete");
        self.send(route, Some(signed.token), &DeleteAccount { proof })
            .await
    }
}
