//! Opening the rows of a data folder from the command line, without a server.

use std::path::Path;
use std::sync::Arc;

use troth_wire::AccountId;

use crate::data::DataFolder;
use crate::env::SystemEnv;
use crate::network::store::NetworkStore;
use crate::serve::ServeError;
use crate::service::Service;
use crate::store::Store;
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;
use crate::throttle::Limits;

/// The rows of a data folder.
///
/// A server may run on the same folder: the database lets one writer in after the other, and the
/// server publishes what it finds changed at its next turn. Only what a server remembers of
/// accounts and spaces needs the folder for itself, and none of that is touched here. While no
/// server runs, none can start until this is dropped.
#[derive(Debug)]
pub struct Opened {
    store: NetworkStore,
    _folder: Option<DataFolder>,
}

impl Opened {
    /// Opens the folder, or the database where a URL is given, and makes what is not there.
    ///
    /// # Errors
    ///
    /// As [`crate::bind`], but never [`ServeError::FolderInUse`].
    pub async fn open(data: &Path, database: Option<&str>) -> Result<Self, ServeError> {
        if let Some(url) = database {
            let store = PostgresStore::connect(url).await?;
            return Ok(Self {
                store: store.into(),
                _folder: None,
            });
        }
        let folder = match DataFolder::open(data) {
            Ok(folder) => Some(folder),
            Err(ServeError::FolderInUse) => None,
            Err(error) => return Err(error),
        };
        let store = SqliteStore::open(&DataFolder::database_in(data))?;
        Ok(Self {
            store: store.into(),
            _folder: folder,
        })
    }

    /// Finds the account of a login, as signing in does.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn find_account(&self, login: &str) -> Result<Option<AccountId>, ServeError> {
        let store: Arc<dyn Store> = match &self.store {
            NetworkStore::Sqlite(store) => Arc::new(store.clone()),
            NetworkStore::Postgres(store) => Arc::new(store.clone()),
        };
        let limits = Limits::default();
        let service = Service::start(Arc::clone(&store), Arc::new(SystemEnv), limits).await?;
        let found = store.find_account(service.seal.login(login)).await?;
        Ok(found.map(|account| account.account))
    }

    /// The rows.
    #[must_use]
    pub const fn store(&self) -> &NetworkStore {
        &self.store
    }
}
