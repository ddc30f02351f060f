//! Waitlists, notices and the person's calendar feed.

use troth_wire::network::{
    FeedCreated, Notice, NoticeList, WaitCreate, WaitEntry, WaitId, WaitList,
};

use super::Bookings;
use crate::network::api::encoded;
use crate::network::error::BookError;
use crate::network::pending::{self, ActKind, Wish};
use crate::relay::Method;

impl Bookings {
    /// Waits for a time of a provider. A time that comes free is held for who waited longest and
    /// can; it shows as a notice.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server refuses or does not answer.
    pub async fn wait(&self, wish: &WaitCreate) -> Result<WaitEntry, BookError> {
        let body = encoded(wish);
        let act = Wish {
            kind: ActKind::Wait,
            by: self.secret().await?,
            path: String::from("waitlist"),
            same: &body.clone(),
        };
        Ok(pending::act(&self.api, self.drawer.as_ref(), &act, || body).await?)
    }

    /// Lists the waitlists this person is on, with what was offered.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn waiting(&self) -> Result<Vec<WaitEntry>, BookError> {
        let mut all = Vec::new();
        for secret in self.drawer.secrets().await? {
            let api = self.api.client(secret);
            let list: WaitList = api.call(Method::Get, "waitlist").answer().await?;
            all.extend(list.entries);
        }
        Ok(all)
    }

    /// Leaves a waitlist.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn stop_waiting(&self, id: WaitId) -> Result<(), BookError> {
        let mut last = Err(BookError::Gone);
        for secret in self.drawer.secrets().await? {
            let api = self.api.client(secret);
            let call = api.call(Method::Delete, format!("waitlist/{id}"));
            last = call.done().await.map_err(BookError::from);
            if !matches!(last, Err(BookError::Gone)) {
                break;
            }
        }
        last
    }

    /// Lists neutral notices after a number, in rising order: reminders, offers, changes.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn notices(&self, after: Option<u64>) -> Result<Vec<Notice>, BookError> {
        let after = after.map_or_else(String::new, |number| format!("?after={number}"));
        let mut all = Vec::new();
        for secret in self.drawer.secrets().await? {
            let api = self.api.client(secret);
            let path = format!("notices{after}");
            let list: NoticeList = api.call(Method::Get, path).answer().await?;
            all.extend(list.notices);
        }
        Ok(all)
    }

    /// Puts the notices up to a number away.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn dismiss_notices(&self, through: u64) -> Result<(), BookError> {
        for secret in self.drawer.secrets().await? {
            let api = self.api.client(secret);
            let path = format!("notices?through={through}");
            api.call(Method::Delete, path).done().await?;
        }
        Ok(())
    }

    /// Makes a calendar feed of this person's visits and returns its whole address, which holds a
    /// secret: whoever has it can read the times.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server refuses or does not answer.
    pub async fn new_feed(&self) -> Result<String, BookError> {
        let act = Wish {
            kind: ActKind::Feed,
            by: self.secret().await?,
            path: String::from("feeds"),
            same: &[],
        };
        let body = || b"{}".to_vec();
        let feed: FeedCreated = pending::act(&self.api, self.drawer.as_ref(), &act, body).await?;
        Ok(format!("{}{}", self.api.address(), feed.path))
    }

    /// Ends every calendar feed of this person.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the server does not answer.
    pub async fn end_feeds(&self) -> Result<(), BookError> {
        for secret in self.drawer.secrets().await? {
            let api = self.api.client(secret);
            let call = api.call(Method::Delete, "feeds");
            call.done().await?;
        }
        Ok(())
    }
}
