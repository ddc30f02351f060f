//! Opening the rows of a data folder from the command line, without a server.

use std::path::Path;

use crate::data::DataFolder;
use crate::network::store::NetworkStore;
use crate::serve::ServeError;
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;

/// The rows of a data folder, which is locked for this process until dropped.
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
    /// As [`crate::bind`]; [`ServeError::FolderInUse`] while a server runs on the folder.
    pub async fn open(data: &Path, database: Option<&str>) -> Result<Self, ServeError> {
        if let Some(url) = database {
            let store = PostgresStore::connect(url).await?;
            return Ok(Self {
                store: store.into(),
                _folder: None,
            });
        }
        let folder = DataFolder::open(data)?;
        let store = SqliteStore::open(&folder.database())?;
        Ok(Self {
            store: store.into(),
            _folder: Some(folder),
        })
    }

    /// The rows.
    #[must_use]
    pub const fn store(&self) -> &NetworkStore {
        &self.store
    }
}
