//! The two typefaces: a serif for reading, a sans for controls, in their Latin subsets.
//!
//! Both come from npm by lock file. Without npm the app uses the system's own faces; nothing else
//! changes, and no font is ever fetched from another origin.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::shelf::Shelf;

/// The faces: name in the style sheet, file, weights.
const FACES: [(&str, &str, &str, &str); 2] = [
    (
        "Troth Serif",
        "literata",
        "@fontsource-variable/literata/files/literata-latin-wght-normal.woff2",
        "200 900",
    ),
    (
        "Troth Sans",
        "figtree",
        "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
        "300 900",
    ),
];

/// The most that both files together may weigh.
const BUDGET: usize = 90_000;

/// The placed fonts.
#[derive(Debug, Default)]
pub(crate) struct Fonts {
    /// The `@font-face` rules.
    pub(crate) css: String,
    /// The addresses, to be asked for early.
    pub(crate) addresses: Vec<String>,
}

/// Places the font files and writes their rules; without npm there is nothing to place.
pub(crate) fn place(shelf: &mut Shelf, npm: Option<&Path>) -> Result<Fonts> {
    let mut fonts = Fonts::default();
    let Some(npm) = npm else { return Ok(fonts) };
    let mut weight = 0;
    for (family, name, file, weights) in FACES {
        let bytes = std::fs::read(npm.join(file)).with_context(|| format!("the font {file}"))?;
        weight += bytes.len();
        let address = shelf.place_hashed(name, "woff2", bytes);
        // `optional`: a late font never moves a line that is being read.
        fonts.css.push_str(&format!(
            "@font-face{{font-family:\"{family}\";src:url(\"{address}\") format(\"woff2\");font-weight:{weights};font-style:normal;font-display:optional}}\n"
        ));
        fonts.addresses.push(address);
    }
    ensure!(
        weight <= BUDGET,
        "the fonts weigh {weight} bytes, more than {BUDGET}"
    );
    Ok(fonts)
}
