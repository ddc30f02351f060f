//! `cargo xtask night` and `cargo xtask bench`: what takes too long for every change.

use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::{browser, place, setup, step, web};

/// How long each fuzz target runs, in seconds, where `TROTH_FUZZ_SECONDS` says nothing else.
const FUZZ_SECONDS: &str = "300";

/// The parts of the bench that need no web app.
const MEASURED_ALONE: [&str; 3] = ["append", "open", "idle"];

/// One part of the night. A variable that is set already says another size.
struct Part {
    name: &'static str,
    what: &'static str,
    size: &'static [(&'static str, &'static str)],
    work: Work,
}

/// How a part runs.
enum Work {
    /// Tests of a package, built as `cargo xtask test` builds them: those whose names hold one of the words.
    Tests(&'static str, &'static [&'static str]),
    /// Tests of one target of a package, built as they would be released.
    Released(&'static str, &'static [&'static str], &'static str),
    /// Something of its own.
    Chore(fn() -> Result<()>),
}

/// All parts, in the order of a whole night.
const PARTS: &[Part] = &[
    Part {
        name: "seeds",
        what: "stories out of seeds",
        size: &[("TROTH_SEEDS", "200000")],
        work: Work::Released("troth-testkit", &["--test", "simulation"], "every_story"),
    },
    Part {
        name: "kills",
        what: "a server killed under load, on both databases",
        size: &[("TROTH_KILLS", "200")],
        work: Work::Tests("troth-cli", &["kill::"]),
    },
    Part {
        name: "booking",
        what: "random bookings under crashes, and races, on both databases",
        size: &[
            ("TROTH_BOOKING_SEEDS", "5"),
            ("TROTH_BOOKING_OPERATIONS", "200000"),
        ],
        work: Work::Tests("troth-server", &["random_operations", "twelve_race"]),
    },
    Part {
        name: "model",
        what: "every order of acts on few bookings",
        size: &[("TROTH_MODEL_BOOKINGS", "3")],
        work: Work::Released("troth-booking", &["--lib"], "model"),
    },
    Part {
        name: "match",
        what: "the match engine beside the plain scan",
        size: &[("TROTH_MATCH_QUESTIONS", "1000000")],
        work: Work::Released("troth-match", &["--test", "parity"], ""),
    },
    Part {
        name: "nppes",
        what: "a registry's file imported, with a kill in the middle",
        size: &[("TROTH_NPPES_MB", "3072")],
        work: Work::Released("troth-cli", &["--test", "main"], "a_large_file"),
    },
    Part {
        name: "api",
        what: "requests that prove the API's document wrong",
        size: &[("TROTH_SCHEMATHESIS", "100")],
        work: Work::Tests("troth-server", &["schemathesis"]),
    },
    Part {
        name: "fuzz",
        what: "every fuzz target",
        size: &[("TROTH_FUZZ_SECONDS", FUZZ_SECONDS)],
        work: Work::Chore(fuzz),
    },
    Part {
        name: "slow",
        what: "browser tests on a slow machine far from its server",
        size: &[],
        work: Work::Chore(slow_browsers),
    },
    Part {
        name: "mutants",
        what: "whether the tests notice a changed line of what judges, seals and books",
        size: &[("TROTH_MUTANTS", "3/10")],
        work: Work::Chore(mutants),
    },
    Part {
        name: "atuin",
        what: "the budgets, beside atuin-server",
        size: &[],
        work: Work::Chore(beside_atuin),
    },
];

/// Runs the long versions: the parts that are named, or all of them. One that fails does not keep
/// the others from running; the last lines say how each went.
pub(crate) fn run(named: &[String]) -> Result<()> {
    let unknown = named
        .iter()
        .find(|name| PARTS.iter().all(|part| part.name != *name));
    if let Some(name) = unknown {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!(
            "no part of the night is called {name}; there are: {}",
            names.join(", ")
        );
    }
    setup::system()?;
    let mut lines = Vec::new();
    let mut failed = 0;
    for part in PARTS {
        if !(named.is_empty() || named.iter().any(|name| name == part.name)) {
            continue;
        }
        println!("\n== {}: {} ({})", part.name, part.what, part.size());
        let begun = Instant::now();
        let ended = part.run();
        let took = begun.elapsed().as_secs();
        let how = match &ended {
            Ok(()) => "good".to_owned(),
            Err(error) => {
                failed += 1;
                format!("FAILED: {error:#}")
            }
        };
        let line = format!("{}, {}, {took} s: {how}", part.name, part.size());
        println!("   {line}");
        lines.push(line);
    }
    println!("\n== the night");
    lines.iter().for_each(|line| println!("   {line}"));
    ensure!(failed == 0, "{failed} parts of the night failed");
    Ok(())
}

impl Part {
    /// The sizes as they are: what the environment says, or else a whole night's.
    fn sizes(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.size.iter().map(|(name, whole)| {
            let size = std::env::var(name).unwrap_or_else(|_| (*whole).to_owned());
            (*name, size)
        })
    }

    fn size(&self) -> String {
        let sizes: Vec<String> = self
            .sizes()
            .map(|(name, size)| format!("{name}={size}"))
            .collect();
        if sizes.is_empty() {
            String::from("whole")
        } else {
            sizes.join(" ")
        }
    }

    fn run(&self) -> Result<()> {
        match self.work {
            Work::Chore(chore) => chore(),
            Work::Tests(package, words) => {
                let of_package = format!("package(={package})");
                self.test(&["--workspace", "--filterset", &of_package], words)
            }
            Work::Released(package, target, word) => {
                let built = [&["--release", "--package", package], target].concat();
                self.test(&built, &[word])
            }
        }
    }

    fn test(&self, built: &[&str], words: &[&str]) -> Result<()> {
        let mut nextest = step::program(setup::tools()?.join("cargo-nextest"));
        nextest.args(["nextest", "run", "--locked", "--no-fail-fast"]);
        nextest.args(["--success-output", "final"]);
        nextest.args(built).args(words).envs(self.sizes());
        nextest
            .env("TROTH_PEERS", setup::peers()?)
            .env("TROTH_REQUIRE_POSTGRES", "1");
        step::run(&mut nextest)
    }
}

/// Runs the browser tests as on a machine a quarter as fast, far from its server.
fn slow_browsers() -> Result<()> {
    browser::test_slowly(&web::build(web::Pace::Full)?)
}

/// What is mutated: a package and its files. The judge is in `troth-wire` (`log`, `control`, `referee`).
const MUTATED: [(&str, &str); 4] = [
    ("troth-wire", "crates/troth-wire/src/**/*.rs"),
    ("troth-crypto", "crates/troth-crypto/src/**/*.rs"),
    ("troth-booking", "crates/troth-booking/src/machine/*.rs"),
    ("troth-server", "crates/troth-server/src/route/share.rs"),
];

/// Changes one line at a time and runs the tests of its package, which must notice.
///
/// The whole takes most of a day on two cores, so a night takes a fixed tenth: `TROTH_MUTANTS` says which part of how many.
/// A mutant that no test notices is printed as missed and does not fail the night: `docs/testing.md` says of each why it may live.
fn mutants() -> Result<()> {
    let tool = place::target("mutants-tool");
    let mut install = step::cargo();
    install.args(["install", "--locked", "--quiet", "cargo-mutants@27.1.0"]);
    step::run(install.arg("--root").arg(&tool))?;
    let shard = std::env::var("TROTH_MUTANTS").unwrap_or_else(|_| "3/10".to_owned());
    // cargo-mutants asks cargo for nextest, which looks for it on the path.
    let ours = std::iter::once(setup::tools()?);
    let theirs = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(ours.chain(std::env::split_paths(&theirs)))?;
    std::fs::create_dir_all(place::target("mutants"))?;
    for (package, files) in MUTATED {
        println!("   {package}, {files}, part {shard}");
        let mut mutants = step::program(tool.join("bin/cargo-mutants"));
        mutants.args(["mutants", "--package", package, "--file", files]);
        // What is behind a feature is changed too, so its tests must run.
        mutants.arg("--all-features");
        mutants.args([
            "--shard",
            &shard,
            "--sharding",
            "round-robin",
            "--no-shuffle",
        ]);
        mutants.args(["--test-tool", "nextest", "--minimum-test-timeout", "60"]);
        mutants.args(["--colors", "never", "--no-times"]);
        mutants
            .arg("--output")
            .arg(place::target("mutants").join(package));
        mutants.env("CARGO_TARGET_DIR", place::target("mutants-build"));
        mutants.env("PATH", &path);
        let ended = mutants.status()?.code();
        // 2: some were missed; 3: some ran into the timeout, which counts as noticed.
        ensure!(
            matches!(ended, Some(0 | 2 | 3)),
            "cargo-mutants could not run on {package}"
        );
    }
    Ok(())
}

/// Measures the budgets, durable appends beside those of a peer.
fn beside_atuin() -> Result<()> {
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
fn fuzz() -> Result<()> {
    if !step::works(step::program("rustup").args(["run", "nightly", "rustc", "--version"])) {
        println!("   skipped: no nightly compiler (rustup toolchain install nightly)");
        return Ok(());
    }
    let tools = setup::tools()?;
    let seconds = std::env::var("TROTH_FUZZ_SECONDS").unwrap_or_else(|_| FUZZ_SECONDS.to_owned());
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
        // What is found on the way stays out of the checkout; what failed lies in `fuzz/artifacts`.
        let found = place::target("fuzz").join("corpus").join(target);
        std::fs::create_dir_all(&found)?;
        let kept = place::root().join("fuzz/corpus").join(target);
        println!("   {target}, {seconds} s");
        let (found, kept) = (found.display().to_string(), kept.display().to_string());
        step::run(&mut fuzz(&[
            "run",
            target,
            &found,
            &kept,
            "--",
            &format!("-max_total_time={seconds}"),
            "-rss_limit_mb=2048",
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

/// Measures one part without the web app; the figures are printed and kept nowhere.
fn bench_part(part: &str, arguments: &[String]) -> Result<()> {
    let mut bench = step::cargo();
    bench.args(["run", "--locked", "--release", "--package", "troth-bench"]);
    bench.args(["--", "--only", part]).args(arguments);
    step::run(&mut bench)
}

/// Measures the web app, then the budgets; the figures go to `docs/performance.md`.
///
/// `match` alone measures the match engine, another part's name that part alone.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    if let Some((first, rest)) = arguments.split_first()
        && first == "match"
    {
        return bench_match(rest);
    }
    if let Some((first, rest)) = arguments.split_first()
        && MEASURED_ALONE.contains(&first.as_str())
    {
        return bench_part(first, rest);
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
