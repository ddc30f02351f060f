//! Runs the match engine's trials in a real browser, and measures it there.
//!
//! With `?measure` the page times one shard of about 17,000 rows instead; else it runs the
//! trials named in its address (`?1,400,3334;2,…`). Either way the title says how it ended.
//! The test is `matching.test.mjs`, the measurement `matching.mjs`.

#[cfg(target_arch = "wasm32")]
mod measure;

#[cfg(target_arch = "wasm32")]
mod page {
    use troth_match::trial::Trial;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Does what the address says and writes the outcome into the title.
    #[wasm_bindgen(start)]
    pub(crate) fn start() {
        console_error_panic_hook::set_once();
        let Some(window) = web_sys::window() else {
            return;
        };
        let search = window.location().search().unwrap_or_default();
        let wanted = search.trim_start_matches('?');
        let outcome = if wanted == "measure" {
            super::measure::run(&window).unwrap_or_else(|error| error.to_string())
        } else {
            wanted.split(';').map(trial).collect::<Vec<_>>().join(" ")
        };
        if let Some(document) = window.document() {
            document.set_title(&outcome);
        }
    }

    fn trial(text: &str) -> String {
        let numbers: Vec<u32> = text
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
        let [seed, size, questions] = *numbers else {
            return "no trial".to_owned();
        };
        let trial = Trial {
            seed: seed.into(),
            size,
            questions,
        };
        trial.run().unwrap_or_else(|error| error.to_string())
    }
}
