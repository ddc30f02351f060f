//! The web app, rendered on the device.
//!
//! One page is one thing to do. `route` names the places, `page` draws them, `part` holds what pages share, `app` is
//! the state they stand on: one [`troth_sync::Client`] and the facts read from it after each change. `texts` turns keys
//! into the words of `locales/`.
//!
//! # Invariants
//!
//! 1. **Nothing leaves but through the client.** No page makes a request of its own; there is no analytics, no font or
//!    picture of another origin.
//! 2. **A stranger learns nothing.** Paths, titles and the icon are neutral (safety rule N-4); `leave` works on every page.
//! 3. **Typed words are kept.** Every long field has a sealed draft until it is sent or thrown away.

#![cfg_attr(
    target_arch = "wasm32",
    expect(
        clippy::needless_pass_by_value,
        reason = "a view outlives the call that draws it and takes what it shows by value"
    )
)]

pub mod intake;
pub mod route;
pub mod typed;

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod leave;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod part;
#[cfg(target_arch = "wasm32")]
mod shell;
#[cfg(target_arch = "wasm32")]
mod texts;

/// Starts the app in the page that loaded it.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(shell::shell);
}
