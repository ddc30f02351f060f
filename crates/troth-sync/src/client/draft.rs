//! Drafts: words that a person has not sent. They are sealed on this device and go nowhere.

use troth_crypto::stretch::Stretch;

use super::Client;
use crate::journal::{Journal, Shelf, Write};
use crate::relay::Relay;
use crate::trouble::Trouble;

/// How the names of drafts begin that hold no words of a person, such as which letters were read.
pub(super) const UNWRITTEN: &str = "~";

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Keeps a draft under a name, in place of the one before.
    ///
    /// # Errors
    ///
    /// [`Trouble::Journal`] when it could not be kept.
    pub async fn save_draft(&self, name: &str, text: &str) -> Result<(), Trouble> {
        let _entered = self.enter().await?;
        let (key, value) = (name.as_bytes().to_vec(), text.as_bytes().to_vec());
        self.commit(vec![Write::Put {
            shelf: Shelf::Draft,
            key,
            value,
        }])
        .await?;
        self.state_mut()
            .drafts
            .insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    /// Reads a draft.
    #[must_use]
    pub fn draft(&self, name: &str) -> Option<String> {
        self.state().drafts.get(name).cloned()
    }

    /// Takes a draft away; that there is none is no error.
    ///
    /// # Errors
    ///
    /// [`Trouble::Journal`] when it could not be taken away.
    pub async fn drop_draft(&self, name: &str) -> Result<(), Trouble> {
        let _entered = self.enter().await?;
        if self.state().drafts.contains_key(name) {
            let key = name.as_bytes().to_vec();
            self.commit(vec![Write::Drop {
                shelf: Shelf::Draft,
                key,
            }])
            .await?;
            self.state_mut().drafts.remove(name);
        }
        Ok(())
    }
}
