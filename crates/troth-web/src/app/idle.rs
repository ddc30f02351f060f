//! Locks by itself: the vault after five idle minutes, everything after two minutes out of sight (safety rule N-5).

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use super::App;
use crate::browser;

/// Out of sight for so long, the keys leave memory.
const HIDDEN_MS: f64 = 120_000.0;

/// Untouched for so long, the vault closes.
const IDLE_MS: f64 = 300_000.0;

/// Watches for as long as the page stands.
pub(super) fn watch(app: App) {
    let touched = Rc::new(Cell::new(browser::now_ms()));
    let hidden_since = Rc::new(Cell::new(None::<f64>));
    let (by_key, by_hand) = (Rc::clone(&touched), Rc::clone(&touched));
    let keys = window_event_listener(ev::keydown, move |_| by_key.set(browser::now_ms()));
    let hands = window_event_listener(ev::pointerdown, move |_| by_hand.set(browser::now_ms()));
    let since = Rc::clone(&hidden_since);
    let sight = window_event_listener_untyped("visibilitychange", move |_| {
        let hidden = document().hidden();
        browser::set_out_of_sight(hidden);
        if hidden {
            since.set(Some(browser::now_ms()));
        } else if since
            .take()
            .is_some_and(|since| browser::now_ms() - since >= HIDDEN_MS)
        {
            app.drop_keys();
        }
    });
    let _ = set_interval_with_handle(
        move || {
            let now = browser::now_ms();
            if hidden_since
                .get()
                .is_some_and(|since| now - since >= HIDDEN_MS)
            {
                app.drop_keys();
            } else if now - touched.get() >= IDLE_MS && app.vault_is_open() {
                app.lock_vault();
            }
        },
        Duration::from_secs(5),
    );
    on_cleanup(move || {
        keys.remove();
        hands.remove();
        sight.remove();
    });
}

impl App {
    fn vault_is_open(self) -> bool {
        self.client.with_value(|client| {
            client
                .as_ref()
                .is_some_and(|client| client.vault().is_some())
        })
    }
}
