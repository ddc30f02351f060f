//! A few connections, shared.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::{Client, Config, Statement};

use super::tls::Tls;
use super::{ConnectError, failed};
use crate::store::StoreError;

/// How many connections are open at most.
const MAX_CONNECTIONS: usize = 16;

/// How long a new connection may take.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Statements that a connection has prepared.
pub(super) type Statements = HashMap<&'static str, Statement>;

/// One connection.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) client: Client,
    pub(super) statements: Statements,
}

/// The connections.
#[derive(Debug)]
pub(super) struct Pool {
    config: Config,
    tls: Tls,
    idle: Mutex<Vec<Link>>,
    places: Semaphore,
}

/// A connection in use; it goes back when dropped, unless it broke.
#[derive(Debug)]
pub(super) struct Leased<'a> {
    pool: &'a Pool,
    link: Option<Link>,
    _place: SemaphorePermit<'a>,
}

impl Pool {
    pub(super) fn new(mut config: Config, tls: Tls) -> Self {
        config.connect_timeout(CONNECT_TIME);
        Self {
            config,
            tls,
            idle: Mutex::default(),
            places: Semaphore::new(MAX_CONNECTIONS),
        }
    }

    /// Takes a connection, and opens one if none is idle.
    pub(super) async fn lease(&self) -> Result<Leased<'_>, StoreError> {
        let place = self
            .places
            .acquire()
            .await
            .map_err(|_| StoreError::Stopped)?;
        let link = match self.take_idle() {
            Some(link) => link,
            None => self.open().await?,
        };
        Ok(Leased {
            pool: self,
            link: Some(link),
            _place: place,
        })
    }

    fn take_idle(&self) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|link| !link.client.is_closed());
        idle.pop()
    }

    /// Opens the first connection, and says what is in the way.
    pub(super) async fn open_first(&self) -> Result<(), ConnectError> {
        let link = self.dial().await.map_err(|error| {
            let _logged = failed(&error);
            match is_handshake(&error) {
                true => ConnectError::Tls,
                false => ConnectError::Unreachable,
            }
        })?;
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(link);
        Ok(())
    }

    async fn open(&self) -> Result<Link, StoreError> {
        self.dial().await.map_err(|error| failed(&error))
    }

    async fn dial(&self) -> Result<Link, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        tokio::spawn(async move {
            // Whoever uses the connection next meets the same error.
            let _ended = connection.await;
        });
        // Whatever the database's default, an acknowledged entry survives a loss of power.
        client.batch_execute("SET synchronous_commit = on").await?;
        Ok(Link {
            client,
            statements: Statements::new(),
        })
    }
}

/// Tells whether it is the encryption that failed; the driver says so in words alone.
fn is_handshake(error: &tokio_postgres::Error) -> bool {
    error
        .to_string()
        .starts_with("error performing TLS handshake")
}

impl Leased<'_> {
    /// The connection, opened in [`Pool::lease`] and held until the drop.
    #[expect(clippy::expect_used, reason = "the link leaves in `drop` alone")]
    pub(super) fn link(&mut self) -> &mut Link {
        self.link
            .as_mut()
            .expect("a leased connection is there until dropped")
    }
}

impl Drop for Leased<'_> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take()
            && !link.client.is_closed()
        {
            self.pool
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(link);
        }
    }
}
