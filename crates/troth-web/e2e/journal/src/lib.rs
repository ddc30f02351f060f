//! Runs the journal's contract on IndexedDB, in a real browser.
//!
//! The page's title says how it ended: `kept`, or which promise was broken. The test that reads it
//! is `journal.test.mjs`.

#[cfg(target_arch = "wasm32")]
mod page {
    use troth_sync::journal::contract;
    use troth_sync::journal::indexed_db::IndexedDbJournal;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Runs the contract on an empty database and writes the outcome into the title.
    #[wasm_bindgen(start)]
    pub(crate) fn start() {
        console_error_panic_hook::set_once();
        wasm_bindgen_futures::spawn_local(async {
            let outcome = match check().await {
                Ok(()) => "kept".to_owned(),
                Err(broken) => broken.to_string(),
            };
            if let Some(document) = web_sys::window().and_then(|window| window.document()) {
                document.set_title(&outcome);
            }
        });
    }

    async fn check() -> Result<(), contract::Broken> {
        let journal = IndexedDbJournal::open("contract").await?;
        contract::check(&journal).await
    }
}
