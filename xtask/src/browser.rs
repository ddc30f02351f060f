//! What runs in a real browser: tests, pictures, Lighthouse. The scripts are in `crates/troth-web/e2e`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{executed, place, setup, step, web};

fn folder() -> PathBuf {
    place::root().join("crates/troth-web/e2e")
}

/// Runs the browser tests against the server built with the given web app.
pub(crate) fn test(dist: &Path) -> Result<()> {
    tests(dist, &[])
}

/// Runs them as on a machine a quarter as fast, whose server is 80 ms away each way: what is looked at too early shows.
pub(crate) fn test_slowly(dist: &Path) -> Result<()> {
    tests(dist, &[("TROTH_SLOW_CPU", "4"), ("TROTH_SLOW_WIRE", "80")])
}

fn tests(dist: &Path, slow: &[(&str, &str)]) -> Result<()> {
    let mut tests: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder())? {
        let path = entry?.path();
        if path
            .to_str()
            .is_some_and(|name| name.ends_with(".test.mjs"))
        {
            tests.push(path);
        }
    }
    tests.sort();
    let mut node = node(dist)?;
    node.envs(slow.iter().copied());
    node.env("TROTH_JOURNAL", web::build_journal()?);
    node.env("TROTH_MATCHING", web::build_matching(web::Pace::Quick)?);
    let report = executed::browser_report();
    executed::forget(&report)?;
    // One after the other: two cores carry two browsers and a server at a time.
    step::run(
        node.args([
            "--test",
            "--test-concurrency=1",
            "--test-reporter=./report.mjs",
            "--test-reporter-destination=stdout",
            "--test-reporter=./executed.mjs",
        ])
        .arg(format!("--test-reporter-destination={}", report.display()))
        .args(tests),
    )
}

/// Measures the match engine in a browser, built as the app ships, and says the figures.
pub(crate) fn matching() -> Result<String> {
    let page = web::build_matching(web::Pace::Full)?;
    setup::npm(&folder())?;
    let mut node = step::program("node");
    node.current_dir(folder()).env("TROTH_MATCHING", page);
    node.env("CHROMIUM", chromium()?).arg("matching.mjs");
    step::read(&mut node)
}

fn chromium() -> Result<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(place::find_program)
        .context("no Chromium on this machine")
}

/// Makes a picture of every screen into `target/pictures`.
pub(crate) fn pictures() -> Result<()> {
    setup::system()?;
    let dist = web::build(web::Pace::Full)?;
    let out = place::target("pictures");
    step::run(node(&dist)?.arg("pictures.mjs").arg(&out))?;
    println!("   pictures in {}", out.display());
    Ok(())
}

/// Goes through every scene of the pictures once, narrow and light, so that the chore keeps working.
pub(crate) fn pictures_smoke(dist: &Path) -> Result<()> {
    let out = place::target("pictures-smoke");
    step::run(node(dist)?.args(["pictures.mjs", "--smoke"]).arg(&out))
}

/// Runs Lighthouse on the first screen and returns its scores by name.
pub(crate) fn lighthouse(dist: &Path) -> Result<Vec<(String, String)>> {
    let tool = place::target("npm/lighthouse");
    std::fs::create_dir_all(&tool)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(folder().join("lighthouse").join(name), tool.join(name))?;
    }
    setup::npm(&tool)?;
    let told = step::read(
        node(dist)?
            .arg("lighthouse.mjs")
            .arg(tool.join("node_modules")),
    )?;
    print!("{told}");
    let scores = told
        .lines()
        .filter_map(|line| line.strip_prefix("lighthouse, ")?.split_once(": "));
    Ok(scores
        .map(|(name, score)| (name.to_owned(), score.to_owned()))
        .collect())
}

/// Prepares node with a server binary that holds the web app, and a browser to drive.
fn node(dist: &Path) -> Result<Command> {
    println!("   building the server with the web app inside");
    step::run(
        step::cargo()
            .args(["build", "--locked", "--package", "troth-cli"])
            .env("TROTH_WEB_DIST", dist),
    )?;
    setup::npm(&folder())?;
    let mut node = step::program("node");
    node.current_dir(folder())
        .env("TROTH", place::target("debug/troth"));
    node.env("CHROMIUM", chromium()?);
    Ok(node)
}
