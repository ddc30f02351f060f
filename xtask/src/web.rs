//! Builds the web app: WASM, then the bundle that the server embeds.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{place, setup, step};

const TARGET: &str = "wasm32-unknown-unknown";

/// How much time the build may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As it ships: small, compressed, offline.
    Full,
    /// For a look at a change: the development profile, nothing made small.
    Quick,
}

impl Pace {
    /// Reads the pace from a chore's arguments.
    pub(crate) fn of(arguments: &[String]) -> Result<Self> {
        match arguments
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .as_slice()
        {
            [] => Ok(Self::Full),
            ["--quick"] => Ok(Self::Quick),
            _ => bail!("usage: cargo xtask web [--quick]"),
        }
    }

    fn profile(self) -> &'static str {
        match self {
            Self::Full => "web",
            Self::Quick => "dev",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Full => "web",
            Self::Quick => "debug",
        }
    }
}

/// What is compiled for the browser: a package, its folder, and where its bundle goes.
#[derive(Clone, Copy, Debug)]
struct Part {
    package: &'static str,
    folder: &'static str,
    out: &'static str,
}

/// The app.
const APP: Part = Part {
    package: "troth-web",
    folder: "crates/troth-web",
    out: "web-dist",
};

/// The page that runs the journal's contract on IndexedDB.
const JOURNAL: Part = Part {
    package: "journal-in-browser",
    folder: "crates/troth-web/e2e/journal",
    out: "journal-dist",
};

/// The page that runs the match engine's trials.
const MATCHING: Part = Part {
    package: "matching-in-browser",
    folder: "crates/troth-web/e2e/matching",
    out: "matching-dist",
};

/// Builds the web app and returns the folder to embed.
pub(crate) fn build(pace: Pace) -> Result<PathBuf> {
    println!("   compiling to WebAssembly (the first time takes minutes)");
    compile(APP, pace)?;
    println!("   bundling");
    bundle(APP, pace)
}

/// Builds the page for the journal's browser test and returns its folder.
pub(crate) fn build_journal() -> Result<PathBuf> {
    compile(JOURNAL, Pace::Quick)?;
    bundle(JOURNAL, Pace::Quick)
}

/// Builds the page for the match engine's browser test and returns its folder.
pub(crate) fn build_matching(pace: Pace) -> Result<PathBuf> {
    compile(MATCHING, pace)?;
    bundle(MATCHING, pace)
}

/// Makes the served files from a compiled part.
fn bundle(part: Part, pace: Pace) -> Result<PathBuf> {
    let file = format!("{}.wasm", part.package.replace('-', "_"));
    let wasm = place::target("web")
        .join(TARGET)
        .join(pace.folder())
        .join(file);
    ensure!(wasm.exists(), "the compiler left no {}", wasm.display());
    let out = place::target(part.out);
    let mut bundle = step::cargo();
    bundle.args([
        "run",
        "--locked",
        "--quiet",
        "--package",
        "web-bundle",
        "--",
    ]);
    bundle.args([
        wasm.as_os_str(),
        place::root().join(part.folder).as_os_str(),
        out.as_os_str(),
    ]);
    if let Some(npm) = npm()? {
        bundle.arg("--npm").arg(npm);
    }
    if pace == Pace::Quick {
        bundle.arg("--quick");
    }
    step::run(&mut bundle)?;
    Ok(out)
}

/// Compiles a part, and with it `core`, `crypto`, `wire` and `sync`, for the browser.
fn compile(part: Part, pace: Pace) -> Result<()> {
    let mut cargo = if rustup_has_target() {
        step::cargo()
    } else {
        debian_cargo()?
    };
    cargo.args([
        "build",
        "--locked",
        "--package",
        part.package,
        "--target",
        TARGET,
        "--profile",
        pace.profile(),
    ]);
    cargo.arg("--target-dir").arg(place::target("web"));
    // Paths of this machine would end in panic messages, and make the build differ between machines.
    let home = std::env::var("CARGO_HOME")
        .or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")))?;
    let flags = [
        (home, "/cargo"),
        (place::root().display().to_string(), "/troth"),
    ]
    .map(|(from, to)| format!("\"--remap-path-prefix={from}={to}\""))
    .join(",");
    cargo
        .arg("--config")
        .arg(format!("target.{TARGET}.rustflags=[{flags}]"));
    step::run(&mut cargo)
}

/// Lints what runs in the browser: most of `troth-web` exists for this target alone.
pub(crate) fn clippy() -> Result<()> {
    if !rustup_has_target() {
        println!("   skipped: Debian's compiler for this target comes without clippy");
        return Ok(());
    }
    let mut cargo = step::cargo();
    cargo
        .args(["clippy", "--locked", "--target", TARGET])
        .arg("--target-dir")
        .arg(place::target("web"));
    for package in [
        "troth-core",
        "troth-wire",
        "troth-crypto",
        "troth-sync",
        "troth-web",
    ] {
        cargo.args(["--package", package]);
    }
    step::run(cargo.args(["--", "-D", "warnings"]))
}

/// Says whether the rustup toolchain has the WASM target, adding it where rustup may.
fn rustup_has_target() -> bool {
    let has = || {
        let listed = step::read(step::program("rustc").args([
            "--print",
            "target-libdir",
            "--target",
            TARGET,
        ]));
        listed.is_ok_and(|folder| std::path::Path::new(folder.trim()).exists())
    };
    if has() {
        return true;
    }
    println!("   adding the {TARGET} target: rustup target add");
    step::works(step::program("rustup").args(["target", "add", TARGET])) && has()
}

/// Prepares Debian's own compiler and library source, for machines where rustup cannot add the target.
fn debian_cargo() -> Result<Command> {
    println!("   rustup could not add the target: using Debian's rustc-web and rust-web-src");
    let sysroot = step::read(step::program("rustc").args(["--print", "sysroot"]))?;
    let linker =
        PathBuf::from(sysroot.trim()).join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    if !std::path::Path::new("/usr/bin/cargo").exists() {
        setup::apt(&["rustc-web", "cargo-web", "rust-web-src"])
            .context("neither rustup nor apt-get could provide the target")?;
    }
    let mut cargo = step::program("/usr/bin/cargo");
    cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", "/usr/bin/rustc");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    cargo.args(["-Zbuild-std=std,panic_abort"]);
    Ok(cargo)
}

/// Installs the fonts and `wasm-opt` from npm by lock file; without npm there is nothing to install.
fn npm() -> Result<Option<PathBuf>> {
    if place::find_program("npm").is_none() || place::find_program("node").is_none() {
        println!("   npm is not installed: system fonts, and the WASM file stays a little larger");
        return Ok(None);
    }
    let folder = place::target("npm/web");
    std::fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(
            place::root().join("xtask/web-bundle").join(name),
            folder.join(name),
        )?;
    }
    match setup::npm(&folder) {
        Ok(()) => Ok(Some(folder.join("node_modules"))),
        Err(error) => {
            println!("   {error:#}: system fonts, and the WASM file stays a little larger");
            Ok(None)
        }
    }
}
