//! A whole server on the loopback, and a client that speaks plain HTTP to it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use minicbor::{Decode, Encode};
use tokio::sync::oneshot;
use troth_server::network::Network;
use troth_server::network::publish::Instant;
use troth_server::{Config, Env, ServeError, Service, SystemEnv, bind_on};
use troth_wire::api::{DeleteAccount, Empty, Problem, ProvenAct, SignedIn};
use troth_wire::{Token, frame, strict};
use ureq::http::{Method, Request, Response};

use super::person;

/// A server in a thread of its own; it stops when dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The server itself, and where it runs.
    inside: (Arc<Service>, tokio::runtime::Handle),
    agent: ureq::Agent,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// An answer as it came over the network.
pub type Raw = Response<Vec<u8>>;

impl Running {
    /// Starts on a folder and a free port.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(Config::new(folder, "127.0.0.1:0")).unwrap()
    }

    /// Starts, or says why not.
    pub fn start_with(config: Config) -> Result<Self, ServeError> {
        Self::start_on(config, Arc::new(SystemEnv))
    }

    /// The same on a clock of one's own.
    pub fn start_on(config: Config, env: Arc<dyn Env>) -> Result<Self, ServeError> {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async move {
                match bind_on(config, env).await {
                    Ok(bound) => {
                        let inside = (
                            Arc::clone(bound.service()),
                            tokio::runtime::Handle::current(),
                        );
                        tell.send(Ok((bound.address(), inside))).unwrap();
                        let stop = async { stopped.await.unwrap_or_default() };
                        bound.run(stop).await.unwrap();
                    }
                    Err(error) => tell.send(Err(error)).unwrap(),
                }
            });
        });
        let (address, inside) = told.recv().unwrap()?;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        Ok(Self {
            address,
            inside,
            agent,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Publishes what changed, here and now.
    pub fn publish(&self) {
        self.inside.1.block_on(self.inside.0.publish()).unwrap();
    }

    /// Publishes as if so many days had passed.
    pub fn publish_after(&self, days: u32) {
        let service = &self.inside.0;
        let network = service.network().unwrap();
        let begun = self.inside.1.block_on(network.publisher.begun());
        let made = begun.list.made.minute();
        let later = Instant((made + days * 24 * 60) * 60);
        let published = network.publisher.publish(&network.store, later);
        self.inside.1.block_on(published).unwrap();
    }

    /// Does once what is done every minute.
    pub fn tend(&self) {
        self.inside.1.block_on(self.inside.0.tend()).unwrap();
    }

    /// The directory and booking of the server.
    pub fn network(&self) -> &Network {
        self.inside.0.network().unwrap()
    }

    /// Sends bytes as they are.
    pub fn raw(&self, method: Method, path: &str, token: Option<Token>, body: &[u8]) -> Raw {
        let uri = format!("http://{}{path}", self.address);
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.send_request(request.body(body.to_vec()).unwrap())
    }

    /// Sends a request as it is.
    pub fn send_request(&self, request: Request<Vec<u8>>) -> Raw {
        let (parts, mut body) = self.agent.run(request).unwrap().into_parts();
        let body = body
            .with_config()
            .limit(32 * 1024 * 1024)
            .read_to_vec()
            .unwrap();
        Response::from_parts(parts, body)
    }

    /// Sends a value and reads the answer, or the problem.
    pub fn send<T: for<'b> Decode<'b, ()>>(
        &self,
        (method, path): (Method, &str),
        token: Option<Token>,
        body: Option<&impl Encode<()>>,
    ) -> Result<T, Problem> {
        let body = body.map(frame::encode).unwrap_or_default();
        let answer = self.raw(method, path, token, &body);
        let content = frame::unpad_frame(answer.body()).unwrap();
        if answer.status() == 200 {
            return Ok(strict::decode(content).unwrap());
        }
        Err(strict::decode(content).unwrap())
    }

    /// Makes an account.
    pub fn sign_up(&self, login: &str, password: &str) -> SignedIn {
        let (begun, start) = person::register(login, password);
        let started = self.send((Method::POST, "/v1/accounts/start"), None, Some(&start));
        let finish = begun.finish(&started.unwrap());
        self.send((Method::POST, "/v1/accounts/finish"), None, Some(&finish))
            .unwrap()
    }

    /// Signs in.
    pub fn sign_in(&self, login: &str, password: &str) -> Option<SignedIn> {
        let (begun, start) = person::log_in(login, password);
        let started = self
            .send((Method::POST, "/v1/login/start"), None, Some(&start))
            .ok()?;
        let finish = begun.finish(&started)?;
        self.send((Method::POST, "/v1/login/finish"), None, Some(&finish))
            .ok()
    }

    /// Deletes an account, by its password.
    pub fn delete_account(&self, token: Token, password: &str) {
        let token = Some(token);
        let (begun, start) = person::prove(password, ProvenAct::DeleteAccount);
        let started = self
            .send((Method::POST, "/v1/proof/password"), token, Some(&start))
            .unwrap();
        let proof = begun.prove(&started).unwrap();
        let delete = DeleteAccount { proof };
        let Empty {} = self
            .send((Method::POST, "/v1/account/delete"), token, Some(&delete))
            .unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Dropping the sender stops the server; its thread ends when all is finished.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}
