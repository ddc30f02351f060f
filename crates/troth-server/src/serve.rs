//! Starting, serving and stopping.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tower::ServiceExt;

use crate::config::Config;
use crate::crowd::Crowd;
use crate::data::DataFolder;
use crate::env::{Env, SystemEnv};
use crate::http::{Headers, Lines, Peer, Shared, crowded, router};
use crate::network::chores;
use crate::network::store::NetworkStore;
use crate::paced::Paced;
use crate::service::Service;
use crate::store::postgres::{ConnectError, PostgresStore};
use crate::store::sqlite::{OpenError, SqliteStore};
use crate::store::{Store, StoreError};
use crate::throttle::network;

/// How long requests under way may take once the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// How often what has expired is deleted.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// How many are told at once that their address has too many connections, and for how long.
const MAX_TURNED_AWAY: usize = 256;
const TURN_AWAY_TIME: Duration = Duration::from_secs(2);

/// The most memory for one request's head.
const MAX_HEAD: usize = 32 * 1024;

/// Says why the server does not start, in one line with what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program listens there.
    #[error("the address is in use; stop the other program or listen on another port")]
    AddressInUse,
    /// The address cannot be listened on.
    #[error("the address cannot be listened on; give one of this machine, such as 127.0.0.1:8080")]
    AddressRefused,
    /// The folder is not one, or cannot be made.
    #[error("the data folder cannot be used; give the path of a folder")]
    DataFolder,
    /// The folder cannot be written.
    #[error("the data folder cannot be written; give this user the right to write there")]
    ReadOnly,
    /// Another server holds the folder.
    #[error("another server uses this data folder; stop it first or give another folder")]
    FolderInUse,
    /// The disk is full.
    #[error("the disk is full; make room and start again")]
    Full,
    /// The URL is not one of PostgreSQL.
    #[error("the database URL cannot be read; write it as postgres://user@host/name")]
    DatabaseUrl,
    /// The URL does not say how to encrypt.
    #[error(
        "the database URL does not say how to encrypt; add sslmode=verify-full, require or disable"
    )]
    DatabaseTlsMode,
    /// The file of root certificates cannot be read.
    #[error("the root certificates cannot be read; give sslrootcert the path of a PEM file")]
    DatabaseRoots,
    /// No encrypted connection comes about.
    #[error(
        "the connection to the database cannot be encrypted as asked; check ssl and the certificate of PostgreSQL"
    )]
    DatabaseTls,
    /// PostgreSQL does not answer.
    #[error("the database does not answer; check that PostgreSQL runs and that the URL is right")]
    DatabaseUnreachable,
    /// A newer build wrote the data.
    #[error("the data was written by a newer version of troth; start that version")]
    NewerData,
    /// The data cannot be read.
    #[error("the data cannot be read; restore the last backup")]
    Broken,
}

impl From<OpenError> for ServeError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotWritable(_) => Self::ReadOnly,
            OpenError::Newer => Self::NewerData,
            OpenError::Full(_) => Self::Full,
            OpenError::Damaged(_) | OpenError::NoThread(_) => Self::Broken,
        }
    }
}

impl From<ConnectError> for ServeError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::BadUrl => Self::DatabaseUrl,
            ConnectError::TlsMode => Self::DatabaseTlsMode,
            ConnectError::TlsRoots => Self::DatabaseRoots,
            ConnectError::Tls => Self::DatabaseTls,
            ConnectError::Unreachable => Self::DatabaseUnreachable,
            ConnectError::Newer => Self::NewerData,
            ConnectError::Refused => Self::Broken,
        }
    }
}

impl From<StoreError> for ServeError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::Unreachable => Self::DatabaseUnreachable,
            StoreError::Broken | StoreError::Stopped => Self::Broken,
        }
    }
}

/// A server that listens and is ready to run.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
    config: Config,
    folder: Option<DataFolder>,
}

/// Opens the data, and listens.
///
/// # Errors
///
/// Any [`ServeError`]; nothing is left running.
pub async fn bind(config: Config) -> Result<Bound, ServeError> {
    bind_on(config, Arc::new(SystemEnv)).await
}

/// The same with a clock and a source of chance from outside.
///
/// # Errors
///
/// As [`bind`].
pub async fn bind_on(config: Config, env: Arc<dyn Env>) -> Result<Bound, ServeError> {
    let (store, network, folder): (Arc<dyn Store>, NetworkStore, _) = match &config.database {
        Some(url) => {
            let store = PostgresStore::connect(url).await?;
            (Arc::new(store.clone()), store.into(), None)
        }
        None => {
            let folder = DataFolder::open(&config.data)?;
            let store = SqliteStore::open(&folder.database())?;
            (Arc::new(store.clone()), store.into(), Some(folder))
        }
    };
    let service = Service::start(store, env, config.limits).await?;
    let service = service.with_quotas(config.quotas).with_network(network);
    if let Some(network) = service.network() {
        network.read_private(config.private_calendars);
    }
    if config.restored {
        let log_epoch = service.raise_log_epoch().await?;
        tracing::info!(
            log_epoch,
            "restored from a backup; clients bring back what is missing"
        );
    }
    let listener = TcpListener::bind(&config.listen)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => ServeError::AddressInUse,
            _ => ServeError::AddressRefused,
        })?;
    let address = listener
        .local_addr()
        .map_err(|_| ServeError::AddressRefused)?;
    Ok(Bound {
        listener,
        address,
        service: Arc::new(service),
        config,
        folder,
    })
}

impl Bound {
    /// The address that clients can reach, with the port that was taken.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server itself, to be driven beside its network.
    #[must_use]
    pub const fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Serves until `stop` is ready, then lets requests under way finish.
    ///
    /// # Errors
    ///
    /// None that ends a server that runs; the type leaves room.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self {
            listener,
            service,
            config,
            folder,
            ..
        } = self;
        let (stopper, stopping) = watch::channel(false);
        let (_at_work, mut all_done) = mpsc::channel(1);
        let shared = Shared {
            service,
            stopping,
            _at_work,
            behind_proxy: config.behind_proxy,
            deadlines: config.deadlines,
            lines: Arc::new(Lines {
                of_address: Crowd::new(config.max_lines_per_address),
                of_account: Crowd::new(config.max_lines_per_account),
            }),
        };
        let headers = Headers {
            https: config.https,
        };
        let places = Places::of(&config);
        let sweeping = tokio::spawn(sweep(Arc::clone(&shared.service)));
        let chores = tokio::spawn(chores::run(Arc::clone(&shared.service)));
        tokio::select! {
            () = stop => {}
            () = accept(&listener, &shared, headers, &places) => {}
        }
        drop(listener);
        sweeping.abort();
        chores.abort();
        // Nobody may be left to hear it.
        let _told = stopper.send(true);
        drop(shared);
        if tokio::time::timeout(GRACE, all_done.recv()).await.is_err() {
            tracing::warn!("stopped before every request was finished");
        }
        drop(folder);
        Ok(())
    }
}

async fn sweep(service: Arc<Service>) {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    loop {
        every.tick().await;
        // What failed was logged by the store; the next round tries again.
        let _swept = service.sweep().await;
    }
}

/// Who has a place.
#[derive(Debug)]
struct Places {
    all: Arc<Semaphore>,
    of_address: Crowd<IpAddr>,
    /// Those who are told that their address has too many.
    turned_away: Arc<Semaphore>,
}

impl Places {
    fn of(config: &Config) -> Self {
        // Behind a proxy every connection is the proxy's.
        let of_address = match config.behind_proxy {
            true => config.max_connections,
            false => config.max_connections_per_address,
        };
        Self {
            all: Arc::new(Semaphore::new(config.max_connections)),
            of_address: Crowd::new(of_address),
            turned_away: Arc::new(Semaphore::new(MAX_TURNED_AWAY)),
        }
    }
}

async fn accept(listener: &TcpListener, shared: &Shared, headers: Headers, places: &Places) {
    let router = router(shared.clone(), headers);
    loop {
        let Ok(place) = Arc::clone(&places.all).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (router, shared) = (router.clone(), shared.clone());
                match places.of_address.enter(network(peer.ip())) {
                    Some(of_address) => {
                        tokio::spawn(async move {
                            serve_connection(stream, Peer(peer.ip()), router, shared).await;
                            drop((place, of_address));
                        });
                    }
                    None => {
                        drop(place);
                        let told = Arc::clone(&places.turned_away).try_acquire_owned();
                        // Where too many are being told, the line is just cut.
                        let Ok(told) = told else { continue };
                        tokio::spawn(async move {
                            turn_away(stream, shared, headers).await;
                            drop(told);
                        });
                    }
                }
            }
            Err(error) => {
                // Out of file descriptors, for example: others must end first.
                tracing::warn!(kind = ?error.kind(), "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Answers one request with "too many connections", within a short time.
async fn turn_away(stream: TcpStream, shared: Shared, headers: Headers) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let response = headers.add_to(crowded(&shared, request.uri().path()));
        std::future::ready(Ok::<_, std::convert::Infallible>(response))
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // A connection that breaks off, or says nothing, is the client's affair.
    let _ended = tokio::time::timeout(TURN_AWAY_TIME, connection).await;
}

async fn serve_connection(stream: TcpStream, peer: Peer, router: axum::Router, shared: Shared) {
    // Small answers should not wait for each other; that they do is no failure.
    let _nodelay = stream.set_nodelay(true);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(shared.deadlines.head)
        .max_buf_size(MAX_HEAD);
    let stream = Paced::new(stream, shared.deadlines.write);
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    // A connection that breaks off is the client's affair.
    tokio::select! {
        _ended = connection.as_mut() => {}
        () = shared.stopped() => {
            connection.as_mut().graceful_shutdown();
            let _ended = connection.await;
        }
    }
}
