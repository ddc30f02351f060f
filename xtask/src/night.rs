//! `cargo xtask night` and `cargo xtask bench`: what takes too long for every change.

use anyhow::Result;

use crate::{browser, place, setup, step, web};

/// How long each fuzz target runs.
const FUZZ_SECONDS: u32 = 300;

/// Runs the long versions: many seeds, many kills, every fuzz target, the comparison with a peer.
pub(crate) fn run() -> Result<()> {
    setup::system()?;
    let (tools, peers) = (setup::tools()?, setup::peers()?);
    println!(
        "\n== 200,000 seeds, 200 kills, bookings at length, a file of 3 GB, the API searched at length"
    );
    let mut nextest = step::program(tools.join("cargo-nextest"));
    nextest.args([
        "nextest",
        "run",
        "--locked",
        "--package",
        "troth-testkit",
        "--package",
        "troth-cli",
        "--package",
        "troth-booking",
        "--package",
        "troth-directory",
        "--package",
        "troth-match",
        "--package",
        "troth-server",
        "--no-fail-fast",
    ]);
    nextest
        .env("TROTH_SEEDS", "200000")
        .env("TROTH_KILLS", "200")
        .env("TROTH_BOOKING_SEEDS", "5")
        .env("TROTH_BOOKING_OPERATIONS", "200000")
        .env("TROTH_MATCH_QUESTIONS", "1000000")
        .env("TROTH_MODEL_BOOKINGS", "3")
        .env("TROTH_NPPES_MB", "3072")
        .env("TROTH_SCHEMATHESIS", "100")
        .env("TROTH_PEERS", peers)
        .env("TROTH_REQUIRE_POSTGRES", "1");
    step::run(&mut nextest)?;
    fuzz(&tools)?;
    println!("\n== bench, beside atuin-server");
    let atuin = place::target("atuin");
    step::run(
        step::cargo()
            .args(["install", "--locked", "--quiet", "atuin-server", "--root"])
            .arg(&atuin),
    )?;
    bench(&[
        "--against-atuin".to_owned(),
        atuin.join("bin/atuin-server").display().to_string(),
    ])
}

/// Runs each fuzz target for a while, where a nightly compiler is installed.
fn fuzz(tools: &std::path::Path) -> Result<()> {
    println!("\n== fuzz, {FUZZ_SECONDS} s a target");
    if !step::works(step::program("rustup").args(["run", "nightly", "rustc", "--version"])) {
        println!("   skipped: no nightly compiler (rustup toolchain install nightly)");
        return Ok(());
    }
    let fuzz = |arguments: &[&str]| {
        let mut command = step::program("rustup");
        command
            .args(["run", "nightly"])
            .arg(tools.join("cargo-fuzz"))
            .args(arguments);
        command.env("CARGO_TARGET_DIR", place::target("fuzz"));
        command
    };
    for target in step::read(&mut fuzz(&["list"]))?.lines() {
        println!("   {target}");
        step::run(&mut fuzz(&[
            "run",
            target,
            "--",
            &format!("-max_total_time={FUZZ_SECONDS}"),
            "-print_final_stats=1",
        ]))?;
    }
    Ok(())
}

/// Measures the match engine beside tantivy and PostgreSQL, then in a browser.
///
/// The package is a workspace of its own: a search engine is compiled only to compare with it.
fn bench_match(arguments: &[String]) -> Result<()> {
    println!("\n== match, beside tantivy and PostgreSQL (release build)");
    let mut bench = step::cargo();
    bench.args(["run", "--locked", "--release", "--quiet", "--manifest-path"]);
    bench.arg(place::root().join("xtask/bench-match/Cargo.toml"));
    bench.env("CARGO_TARGET_DIR", place::target("bench-match"));
    bench.arg("--").args(arguments);
    if arguments.is_empty() {
        bench
            .arg("--page")
            .arg(place::root().join("docs/performance.md"));
    }
    step::run(&mut bench)?;
    println!("\n== match, in a browser (as the app ships)");
    print!("{}", browser::matching()?);
    Ok(())
}

/// Measures the web app, then the budgets; the figures go to `docs/performance.md`.
///
/// `match` alone measures the match engine.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    if let Some((first, rest)) = arguments.split_first()
        && first == "match"
    {
        return bench_match(rest);
    }
    setup::system()?;
    println!("\n== web app");
    let dist = web::build(web::Pace::Full)?;
    let scores = browser::lighthouse(&dist)?;
    println!("\n== durable appends, opening a record, idle server (release build)");
    let mut bench = step::cargo();
    bench.args([
        "run",
        "--locked",
        "--release",
        "--package",
        "troth-bench",
        "--",
    ]);
    bench.env("TROTH_WEB_DIST", &dist).args(arguments);
    for (name, score) in scores {
        bench.args([
            "--row".to_owned(),
            format!("Lighthouse, {name}|{score}||100"),
        ]);
    }
    step::run(&mut bench)
}
