//! What the checks need beyond Rust, installed only where it is missing.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{place, step};

/// Installs the Debian packages that the browser and database tests use.
pub(crate) fn system() -> Result<()> {
    let mut missing = Vec::new();
    for (program, package) in [
        ("chromium", "chromium"),
        ("node", "nodejs"),
        ("npm", "npm"),
        ("python3", "python3"),
        ("cc", "build-essential"),
    ] {
        if place::find_program(program).is_none() {
            missing.push(package);
        }
    }
    if !postgres_is_there() {
        missing.push("postgresql");
    }
    if !step::works(step::program("python3").args(["-m", "venv", "--help"])) {
        missing.push("python3-venv");
    }
    if missing.is_empty() {
        println!("   nothing is missing");
        return Ok(());
    }
    apt(&missing).with_context(|| format!("please install: {}", missing.join(", ")))
}

/// Says whether a PostgreSQL that tests can start is installed.
fn postgres_is_there() -> bool {
    std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|versions| {
        versions
            .filter_map(std::result::Result::ok)
            .any(|version| version.path().join("bin/initdb").exists())
    })
}

/// Installs Debian packages, after asking for the current list.
pub(crate) fn apt(packages: &[&str]) -> Result<()> {
    if place::find_program("apt-get").is_none() {
        bail!("this machine has no apt-get");
    }
    println!("   apt-get install {}", packages.join(" "));
    // An old list may still do; if it does not, the installation says so.
    let _ = step::works(step::program("apt-get").args(["update", "-qq"]));
    let mut install = step::program("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    step::run(
        install
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(std::process::Stdio::null()),
    )
}

/// Installs the checking tools of `xtask/tools.txt` into `target/tools` and returns the folder of their programs.
pub(crate) fn tools() -> Result<PathBuf> {
    from_pypi("tools")
}

/// Installs the peers of `xtask/peers.txt` into `target/peers` and returns the folder of their programs.
pub(crate) fn peers() -> Result<PathBuf> {
    from_pypi("peers")
}

/// Installs a list of `xtask/` into the folder of its name in `target/`, unless exactly that is installed.
fn from_pypi(name: &str) -> Result<PathBuf> {
    let folder = place::target(name);
    let programs = folder.join("bin");
    let list = place::root().join("xtask").join(name).with_extension("txt");
    let stamp = folder.join("installed.txt");
    if std::fs::read(&stamp).ok() == std::fs::read(&list).ok() {
        println!("   already in {}", programs.display());
        return Ok(programs);
    }
    step::run(
        step::program("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    let mut pip = step::program(programs.join("pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        "--requirement",
    ]);
    step::run(pip.arg(&list))?;
    std::fs::copy(&list, &stamp)?;
    Ok(programs)
}

/// Installs the packages of a `package-lock.json`, unless exactly these are installed.
///
/// The lock file is copied beside them when they are complete, so that a broken installation is not
/// taken for a whole one.
pub(crate) fn npm(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = step::program("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder);
    step::run(npm.stdout(std::process::Stdio::null()))?;
    Ok(std::fs::write(stamp, lock)?)
}
