//! What all pages stand on: one client, the place on the screen, and what has just been said.
//!
//! # Invariants
//!
//! 1. **Keys are here or nowhere.** The only holder of the client is [`App`]; locking drops it, and with it the keys.
//! 2. **Pages read, the client decides.** A page reads through [`App`], which notes what it read; whatever changes the
//!    client is followed by [`App::changed`], so that what was read is read again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use troth_sync::Client as AnyClient;
use troth_sync::journal::indexed_db::IndexedDbJournal;
use troth_sync::lock::web::Tabs;
use troth_sync::relay::http_web::{Wake, WebRelay};

use crate::browser;
use crate::part::doing::Doing;
use crate::part::host::Runs;
use crate::route::Route;

mod account;
pub(crate) mod booking;
pub(crate) mod finding;
mod idle;
mod live;
mod read;
pub(crate) mod trouble;
pub(crate) mod work;

use trouble::Trouble;

/// The client of this browser.
pub(crate) type Client = AnyClient<IndexedDbJournal, WebRelay>;

/// Who is here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Session {
    /// The device is being read.
    Starting,
    /// Nobody has signed in on this device.
    Out,
    /// Someone has; their password opens it.
    Locked,
    /// The keys are in memory.
    In,
}

/// The state of the app; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub(crate) struct App {
    client: StoredValue<Option<Client>, LocalStorage>,
    wake: StoredValue<Option<Wake>, LocalStorage>,
    tabs: StoredValue<Option<Tabs>, LocalStorage>,
    session: RwSignal<Session>,
    route: RwSignal<Route>,
    version: RwSignal<u64>,
    told: RwSignal<String>,
    offline: RwSignal<bool>,
    signed_out: RwSignal<bool>,
    invitation: RwSignal<Option<String>>,
    agreed: RwSignal<bool>,
    runs: RwSignal<Option<Runs>>,
    work: work::Work,
    finding: finding::Finding,
}

impl App {
    /// Makes the state of a page that was just loaded.
    pub(crate) fn new() -> Self {
        let app = Self {
            client: StoredValue::new_local(None),
            wake: StoredValue::new_local(None),
            tabs: StoredValue::new_local(None),
            session: RwSignal::new(Session::Starting),
            route: RwSignal::new(Route::parse(&browser::path())),
            version: RwSignal::new(0),
            told: RwSignal::new(String::new()),
            offline: RwSignal::new(false),
            signed_out: RwSignal::new(false),
            invitation: RwSignal::new(None),
            agreed: RwSignal::new(false),
            runs: RwSignal::new(None),
            work: work::Work::new(),
            finding: finding::Finding::new(),
        };
        app.read_address();
        app
    }

    /// Reads the place, and an invitation if there is one, from the address.
    pub(crate) fn read_address(self) {
        let route = Route::parse(&browser::path());
        if route == Route::Join && browser::address().contains('#') {
            self.invitation.set(Some(browser::address()));
        }
        if self.route.get_untracked() != route {
            self.route.set(route);
        }
    }

    /// Looks at what this device holds and starts what runs beside the pages.
    pub(crate) fn open(self) {
        idle::watch(self);
        live::watch(self);
        spawn_local(async move {
            let session = account::standing().await;
            self.session.set(session);
        });
    }

    /// Says who is here.
    pub(crate) fn session(self) -> Session {
        self.session.get()
    }

    /// Says which place is on the screen.
    pub(crate) fn route(self) -> Route {
        self.route.get()
    }

    /// Goes to a place.
    pub(crate) fn go(self, route: Route) {
        browser::push_path(&route.path());
        self.route.set(route);
    }

    /// Goes to a place that takes this one's stead in the history.
    pub(crate) fn go_instead(self, route: Route) {
        browser::replace_path(&route.path());
        self.route.set(route);
    }

    /// Moves the focus to the heading after a step within one place.
    pub(crate) fn turned(self) {
        spawn_local(async {
            browser::frame().await;
            browser::scroll_up();
            browser::focus("main h1");
        });
    }

    /// Says something to those who listen rather than look.
    pub(crate) fn tell(self, words: String) {
        self.told.set(words);
    }

    /// Returns what was said last.
    pub(crate) fn told(self) -> String {
        self.told.get()
    }

    /// Returns the link of the invitation that is being answered.
    pub(crate) fn invitation(self) -> Option<String> {
        self.invitation.get_untracked()
    }

    /// Forgets the invitation.
    pub(crate) fn drop_invitation(self) {
        self.invitation.set(None);
        self.agreed.set(false);
    }

    /// Whether the person has said yes to the invitation on this screen; kept while an account is made.
    pub(crate) fn agreed(self) -> RwSignal<bool> {
        self.agreed
    }

    /// Returns who runs the server, as far as the person has said.
    pub(crate) fn runs(self) -> Option<Runs> {
        self.runs.get_untracked()
    }

    /// Notes who runs the server.
    pub(crate) fn set_runs(self, runs: Runs) {
        self.runs.set(Some(runs));
    }

    /// Drops the keys from memory; the password brings them back.
    pub(crate) fn drop_keys(self) {
        if let Some(client) = self.client.try_update_value(Option::take).flatten() {
            self.wake.set_value(None);
            self.work.forget();
            let vault = client.clone();
            spawn_local(async move {
                let _ = vault.lock_vault().await;
            });
            client.lock();
            self.finding.forget();
            self.session.set(Session::Locked);
            self.changed();
        }
    }

    /// Runs `work` after the screen has shown that it runs, then shows its trouble or goes on with `then`.
    pub(crate) fn run<T: 'static>(
        self,
        doing: Doing,
        work: impl Future<Output = Result<T, Trouble>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if !doing.begin() {
            return;
        }
        spawn_local(async move {
            browser::frame().await;
            let result = work.await;
            match result {
                Ok(value) => {
                    doing.end(None);
                    self.changed();
                    then(value);
                }
                Err(trouble) => {
                    doing.end(Some(trouble));
                    self.changed();
                }
            }
        });
    }

    /// Lets everything that was read from the client be read again.
    pub(crate) fn changed(self) {
        self.version.update(|version| *version += 1);
    }

    /// Returns the client, or trouble when the keys are not here.
    fn client(self) -> Result<Client, Trouble> {
        self.client.get_value().ok_or_else(Trouble::locked)
    }

    fn enter(self, client: Client) {
        self.client.set_value(Some(client));
        self.signed_out.set(false);
        self.session.set(Session::In);
        self.changed();
        live::listen(self);
        live::soon(self);
    }
}
