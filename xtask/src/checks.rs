//! `cargo xtask test`: everything that is tested, from nothing. CI runs this and only this.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{arrows, browser, claims, executed, setup, step, web};

/// What each step may use.
#[derive(Debug, Default)]
struct Bench {
    /// The folder of the checking tools.
    tools: PathBuf,
    /// The folder of the programs that tests compare us with.
    peers: PathBuf,
    /// The bundled web app.
    dist: PathBuf,
}

/// One step: its heading and its work.
type Step = (&'static str, fn(&mut Bench) -> Result<()>);

/// Without these nothing after them can work.
const GROUND: [Step; 4] = [
    ("what this machine needs", |_| setup::system()),
    ("checking tools", |bench| {
        bench.tools = setup::tools()?;
        Ok(())
    }),
    ("peers to compare with", |bench| {
        bench.peers = setup::peers()?;
        Ok(())
    }),
    ("web app, as it ships", |bench| {
        bench.dist = web::build(web::Pace::Full)?;
        Ok(())
    }),
];

/// Each of these says something of its own, so one that fails does not stop the others.
const CHECKS: [Step; 12] = [
    ("format", |_| {
        step::run(step::cargo().args(["fmt", "--all", "--", "--check"]))
    }),
    ("arrows", |_| arrows::check()),
    ("licences, bans, sources", |bench| {
        step::run(bench.tool("cargo-deny").args([
            "--locked",
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ]))
    }),
    ("unused dependencies", |bench| {
        step::run(&mut bench.tool("cargo-shear"))
    }),
    ("spelling", |bench| {
        step::run(bench.tool("typos").arg("--no-check-filenames"))
    }),
    ("clippy", |bench| {
        let lints = [
            "--locked",
            "--all-targets",
            "--workspace",
            "--",
            "-D",
            "warnings",
        ];
        step::run(bench.cargo().arg("clippy").args(lints))
    }),
    ("clippy for wasm32: core, crypto, sync, web", |_| {
        web::clippy()
    }),
    ("tests", tests),
    ("doc tests", |bench| {
        step::run(
            bench
                .cargo()
                .args(["test", "--locked", "--workspace", "--doc", "--quiet"]),
        )
    }),
    ("browser tests", |bench| browser::test(&bench.dist)),
    ("pictures, each screen once", |bench| {
        browser::pictures_smoke(&bench.dist)
    }),
    // After the tests: it reads which of them ran and passed.
    ("claims have tests that passed", |_| claims::check()),
];

impl Bench {
    fn tool(&self, name: &str) -> Command {
        step::program(self.tools.join(name))
    }

    /// Prepares cargo with the web app at hand and no test skipped for want of a database.
    fn cargo(&self) -> Command {
        let mut cargo = step::cargo();
        cargo
            .env("TROTH_WEB_DIST", &self.dist)
            .env("TROTH_PEERS", &self.peers)
            .env("TROTH_REQUIRE_POSTGRES", "1");
        cargo
    }
}

/// Runs every step, then says what each took and which failed.
pub(crate) fn run() -> Result<()> {
    let mut bench = Bench::default();
    let mut done = Vec::new();
    for (heading, work) in GROUND {
        done.push(timed(heading, || work(&mut bench))?);
    }
    let mut failed = Vec::new();
    for (heading, work) in CHECKS {
        match timed(heading, || work(&mut bench)) {
            Ok(line) => done.push(line),
            Err(error) => {
                println!("   FAILED: {error:#}");
                failed.push(heading);
            }
        }
    }
    println!("\n== summary");
    for (heading, took) in &done {
        println!("   {:>5} s  {heading}", took.as_secs());
    }
    for heading in &failed {
        println!("   FAILED   {heading}");
    }
    println!("\n{} passed, {} failed", done.len(), failed.len());
    if failed.is_empty() {
        Ok(())
    } else {
        bail!("failed: {}", failed.join("; "))
    }
}

/// Runs one step under its heading.
fn timed(
    heading: &'static str,
    work: impl FnOnce() -> Result<()>,
) -> Result<(&'static str, Duration)> {
    println!("\n== {heading}");
    let start = Instant::now();
    work().context(heading)?;
    let took = start.elapsed();
    println!("   ({} s)", took.as_secs());
    Ok((heading, took))
}

/// Runs the tests of all packages: unit, property, contract, transcript, canary, simulation, kill.
fn tests(bench: &mut Bench) -> Result<()> {
    executed::forget(&executed::rust_report())?;
    let mut nextest = bench.tool("cargo-nextest");
    nextest.args([
        "nextest",
        "run",
        "--profile",
        executed::PROFILE,
        "--locked",
        "--workspace",
        "--no-fail-fast",
        "--status-level",
        "slow",
    ]);
    step::run(
        nextest
            .env("TROTH_WEB_DIST", &bench.dist)
            .env("TROTH_REQUIRE_POSTGRES", "1"),
    )
}
