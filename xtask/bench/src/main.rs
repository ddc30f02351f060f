//! Measures the budgets of `docs/performance.md`, each beside a peer or a limit in the same run.
//!
//! `cargo xtask bench` runs this in release. `troth-bench [--quick] [--only PART]… [--troth PROGRAM]
//! [--entries N] [--record FOLDER] [--against-atuin PROGRAM] [--clients N]
//! [--row "what|figure|beside|budget"]… [--page FILE]`;
//! the parts are `append`, `calendars`, `open`, `idle` and `wasm`. A long record is kept in `--record`, and not written again.
#![expect(
    clippy::print_stdout,
    reason = "the figures are for whoever runs the bench"
)]

mod append;
mod atuin;
mod author;
mod bare;
mod calendars;
mod http;
mod machine;
mod open;
mod parts;
mod report;
mod sample;
mod served;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::report::Row;

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Few repetitions, for trying out.
    pub(crate) quick: bool,
    only: Vec<String>,
    troth: Option<PathBuf>,
    /// How long the long record is, if not as the budget says.
    pub(crate) entries: Option<usize>,
    /// Only the load of so many clients.
    pub(crate) clients: Option<usize>,
    pub(crate) atuin: Option<PathBuf>,
    rows: Vec<Row>,
    page: Option<PathBuf>,
    /// Where the long record is kept between runs, if it is.
    pub(crate) record: Option<PathBuf>,
}

fn main() -> Result<()> {
    let asked = Asked::read(std::env::args().skip(1))?;
    let troth = match &asked.troth {
        Some(program) => program.clone(),
        None => build()?,
    };
    let folder = tempfile::tempdir_in(target()).context("a folder for the data")?;
    let machine = machine::describe(folder.path());
    println!("on {machine}\n");
    let mut rows = Vec::new();
    if asked.wants("append") {
        rows.extend(parts::append(&troth, folder.path(), &asked)?);
    }
    if asked.wants("calendars") {
        rows.extend(parts::calendars(&troth, folder.path(), &asked)?);
    }
    if asked.wants("open") {
        rows.extend(parts::open(&troth, folder.path(), &asked)?);
    }
    if asked.wants("idle") {
        rows.extend(parts::idle(&troth, folder.path())?);
    }
    if asked.wants("wasm") {
        rows.extend(parts::wasm(&target().join("web-dist"))?);
    }
    rows.extend(asked.rows);
    let table = report::table(&rows, &machine);
    println!("\n{table}");
    // Figures of a part, or of a short record, do not take the place of whole ones.
    let whole =
        !asked.quick && asked.only.is_empty() && asked.entries.is_none() && asked.clients.is_none();
    let page = asked
        .page
        .or_else(|| whole.then(|| workspace().join("docs/performance.md")));
    if let Some(page) = page {
        report::write(&page, &table)?;
        println!("\nwritten to {}", page.display());
    }
    Ok(())
}

impl Asked {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut asked = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .with_context(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--troth" => asked.troth = Some(value()?.into()),
                "--entries" => asked.entries = Some(value()?.parse()?),
                "--clients" => asked.clients = Some(value()?.parse()?),
                "--quick" => asked.quick = true,
                "--only" => asked.only.push(value()?),
                "--against-atuin" => asked.atuin = Some(value()?.into()),
                "--row" => asked.rows.push(Row::parse(&value()?)?),
                "--page" => asked.page = Some(value()?.into()),
                "--record" => asked.record = Some(value()?.into()),
                other => bail!("unknown argument {other}"),
            }
        }
        Ok(asked)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

/// Builds the program that is measured, as it ships.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--quiet", "-p", "troth-cli"])
        .status()?;
    ensure!(status.success(), "troth did not build");
    Ok(target().join("release/troth"))
}

/// The target folder of the workspace.
fn target() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    named.unwrap_or_else(|| workspace().join("target"))
}

/// The folder of the workspace.
fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .map_or_else(PathBuf::new, Path::to_path_buf)
}
