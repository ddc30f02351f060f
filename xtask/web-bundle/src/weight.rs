//! What may be sent before someone can begin: the build fails when it grows past what has been reached.
//!
//! Sizes are bytes as sent, with brotli. A limit is raised only on purpose, by changing it here with a reason.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

/// The most that the first screen may weigh: the page, its style, its script, the typefaces.
const FIRST_SCREEN: usize = 90_000;

/// The most that the app may weigh, with the script that instantiates it.
const APP: usize = 1_450_000;

/// Refuses a bundle whose first screen or whose app is too heavy. `sent` holds every file's size as sent.
pub(crate) fn check(sent: &BTreeMap<String, usize>) -> Result<()> {
    let first = weight(sent, |path| {
        path == "index.html"
            || ["css", "woff2"].iter().any(|kind| path.ends_with(kind)) && path.starts_with("a/")
            || path.starts_with("a/boot.")
    });
    let app = weight(sent, |path| path.starts_with("a/troth."));
    println!(
        "   first screen {} KB, app {} KB as sent",
        first / 1000,
        app / 1000
    );
    ensure!(
        first <= FIRST_SCREEN,
        "the first screen weighs {first} bytes as sent, more than {FIRST_SCREEN}"
    );
    ensure!(
        app <= APP,
        "the app weighs {app} bytes as sent, more than {APP}"
    );
    Ok(())
}

fn weight(sent: &BTreeMap<String, usize>, counts: impl Fn(&str) -> bool) -> usize {
    sent.iter()
        .filter(|(path, _)| counts(path))
        .map(|(_, bytes)| bytes)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(style: usize, app: usize) -> BTreeMap<String, usize> {
        BTreeMap::from([
            ("index.html".to_owned(), 2_000),
            ("away.css".to_owned(), FIRST_SCREEN),
            ("a/style.0.css".to_owned(), style),
            ("a/troth.0.wasm".to_owned(), app),
        ])
    }

    #[test]
    fn a_light_bundle_passes() {
        assert!(check(&bundle(5_000, 500_000)).is_ok());
    }

    #[test]
    fn a_heavy_first_screen_is_refused() {
        assert!(check(&bundle(FIRST_SCREEN, 500_000)).is_err());
    }

    #[test]
    fn a_heavy_app_is_refused() {
        assert!(check(&bundle(5_000, APP + 1)).is_err());
    }
}
