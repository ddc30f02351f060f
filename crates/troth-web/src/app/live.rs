//! What runs beside the pages: sending and fetching, and keeping the vault's schedule.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use troth_sync::lock::web::Tabs;
use troth_sync::relay::http_web::{Wake, WakeState};
use troth_sync::{SyncError, Trouble as Cause};

use super::account::JOURNAL;
use super::{App, Session};
use crate::app::trouble::Trouble;

/// Looks for news this often when nothing wakes us.
const EVERY: Duration = Duration::from_secs(12);

/// Gives the vault its turn this often.
const TICK: Duration = Duration::from_secs(150);

/// Starts what runs for as long as the page stands.
pub(super) fn watch(app: App) {
    let _ = set_interval_with_handle(
        move || {
            listen(app);
            soon(app);
        },
        EVERY,
    );
    // What another tab wrote is read from the journal that both share.
    let tabs = Tabs::join(JOURNAL, move || {
        if let Ok(client) = app.client() {
            spawn_local(async move {
                if client.follow().await.unwrap_or(false) {
                    app.changed();
                }
            });
        }
    });
    app.tabs.set_value(tabs);
    let _ = set_interval_with_handle(
        move || {
            if let Ok(client) = app.client() {
                spawn_local(async move {
                    if matches!(client.tick().await, Err(Cause::SignedOut)) {
                        app.note_session(true);
                    }
                });
            }
        },
        TICK,
    );
    let online = window_event_listener(leptos::ev::online, move |_| soon(app));
    on_cleanup(move || online.remove());
}

/// Holds the wake-up channel open; where it closes, it is tried again at the next turn, and looking at intervals goes on.
pub(super) fn listen(app: App) {
    let closed = app.wake.with_value(|wake| {
        wake.as_ref()
            .is_none_or(|wake| wake.state() == WakeState::Closed)
    });
    if closed && let Ok(client) = app.client() {
        let wake: Option<Wake> = client.wake(move || soon(app)).ok();
        app.wake.set_value(wake);
    }
}

/// Sends and fetches now, unless nobody is in.
pub(super) fn soon(app: App) {
    if app.session.get_untracked() != Session::In {
        return;
    }
    spawn_local(async move {
        let _ = once(app).await;
    });
}

/// Sends and fetches once.
pub(super) async fn once(app: App) -> Result<(), Trouble> {
    let client = app.client()?;
    let _ = client.follow().await;
    let result = client.sync().await;
    // The keys may have been dropped while the network was slow.
    if app.session.get_untracked() != Session::In {
        return Ok(());
    }
    let is_over = matches!(result, Err(SyncError::Trouble(Cause::SignedOut)));
    // Without an answer nothing new is known of the session.
    if is_over || result.is_ok() {
        app.note_session(is_over);
    }
    // The old password opens nothing here now: the person is asked for the new one.
    if matches!(result, Err(SyncError::Trouble(Cause::PasswordChanged))) {
        app.drop_keys();
    }
    let done = result.map(|_| ()).map_err(Trouble::from);
    let offline = done.as_ref().is_err_and(|trouble| trouble.offline);
    if app.offline.get_untracked() != offline {
        app.offline.set(offline);
    }
    app.changed();
    done
}

impl App {
    /// Notes whether the session of this device is over.
    fn note_session(self, is_over: bool) {
        if self.signed_out.get_untracked() != is_over {
            self.signed_out.set(is_over);
        }
    }

    /// Sends and fetches once, for a page that wants to know how it went.
    pub(crate) async fn sync(self) -> Result<(), Trouble> {
        once(self).await
    }
}
