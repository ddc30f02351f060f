//! Turns the compiled web app into the files that are served.
//!
//! In: the WASM file of `troth-web`, its `shell/`, `styles/` and `assets/` folders, and, where npm
//! is there, the fonts and `wasm-opt` named by `package-lock.json`. Out: a folder that
//! `troth-server` embeds (see `shelf.rs` for its layout).
//!
//! This is a package of its own because `wasm-bindgen-cli-support` is heavy: the rest of `xtask`
//! starts in a second without it.

#![expect(clippy::print_stdout, reason = "a chore speaks on the terminal")]

mod fonts;
mod glue;
mod shelf;
mod shell;
mod stamp;
mod weight;
mod words;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// What the bundle is made from, as given on the command line.
#[derive(Debug)]
pub(crate) struct Job {
    /// The compiled web app, before `wasm-bindgen`.
    pub(crate) wasm: PathBuf,
    /// The folder of `troth-web`.
    pub(crate) web: PathBuf,
    /// Where the finished files go.
    pub(crate) out: PathBuf,
    /// `node_modules` with the fonts and `wasm-opt`, when npm is there.
    pub(crate) npm: Option<PathBuf>,
    /// Whether to skip what only makes the files smaller.
    pub(crate) pace: Pace,
}

/// How much time the bundle may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Everything: optimised, compressed, offline.
    Full,
    /// For a look at a change: no `wasm-opt`, no compression, no service worker.
    Quick,
}

fn main() -> Result<()> {
    let job = job(std::env::args().skip(1))?;
    let stamp = stamp::of(&job)?;
    if stamp::stands(&job.out, &stamp) {
        println!("   nothing changed since the last bundle");
        return Ok(());
    }
    let mut shelf = shelf::Shelf::default();
    let fonts = fonts::place(&mut shelf, job.npm.as_deref())?;
    let style = shelf.place_hashed("style", "css", styles(&job.web, &fonts.css)?);
    let glue = glue::place(&mut shelf, &job)?;
    assets(&mut shelf, &job.web.join("assets"))?;
    shell::place(&mut shelf, &job, &shell::Parts { fonts, style, glue })?;
    let sent = shelf.write(&job.out, job.pace)?;
    // Without the optimiser, or compression, sizes say nothing.
    if job.npm.is_some() && job.pace == Pace::Full {
        weight::check(&sent)?;
    }
    stamp::set(&job.out, &stamp)?;
    for line in shelf.summary(&job.out) {
        println!("   {line}");
    }
    Ok(())
}

/// Reads the command line: `WASM WEB OUT [--npm FOLDER] [--quick]`.
fn job(mut arguments: impl Iterator<Item = String>) -> Result<Job> {
    let mut places = Vec::new();
    let (mut npm, mut pace) = (None, Pace::Full);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--npm" => {
                npm = Some(PathBuf::from(
                    arguments.next().context("--npm needs a folder")?,
                ))
            }
            "--quick" => pace = Pace::Quick,
            _ => places.push(PathBuf::from(argument)),
        }
    }
    let Ok([wasm, web, out]) = <[PathBuf; 3]>::try_from(places) else {
        bail!("usage: web-bundle WASM WEB OUT [--npm FOLDER] [--quick]");
    };
    Ok(Job {
        wasm,
        web,
        out,
        npm,
        pace,
    })
}

/// Joins the style sheets in the order of their names, the fonts first.
fn styles(web: &Path, fonts: &str) -> Result<Vec<u8>> {
    let mut all = fonts.to_owned();
    for path in shelf::files(&web.join("styles"))? {
        if path.extension().is_some_and(|extension| extension == "css") {
            all.push_str(
                &std::fs::read_to_string(&path).with_context(|| path.display().to_string())?,
            );
            all.push('\n');
        }
    }
    Ok(all.into_bytes())
}

/// Places the static files of the app, if it has any.
fn assets(shelf: &mut shelf::Shelf, folder: &Path) -> Result<()> {
    for path in shelf::files(folder)? {
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .context("an asset without a name")?;
        let extension = path
            .extension()
            .and_then(|name| name.to_str())
            .context("an asset without an extension")?;
        shelf.place_hashed(name, extension, std::fs::read(&path)?);
    }
    Ok(())
}
