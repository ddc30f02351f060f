//! Whether a bundle already stands for exactly these inputs.

use std::path::Path;

use anyhow::Result;

use crate::shelf::{files, sha256_hex};
use crate::{Job, Pace};

/// Derives the stamp of a job from all that goes into it.
pub(crate) fn of(job: &Job) -> Result<String> {
    let mut list = format!(
        "{} {} {}\n",
        env!("CARGO_PKG_VERSION"),
        job.npm.is_some(),
        job.pace == Pace::Full
    );
    let mut inputs = vec![job.wasm.clone(), std::env::current_exe()?];
    for folder in ["shell", "styles", "assets", "public", "locales/en"] {
        inputs.extend(files(&job.web.join(folder))?);
    }
    for path in inputs {
        list.push_str(&format!(
            "{} {}\n",
            sha256_hex(&std::fs::read(&path)?),
            path.display()
        ));
    }
    Ok(sha256_hex(list.as_bytes()))
}

/// Says whether the bundle in `out` was made from the same inputs.
pub(crate) fn stands(out: &Path, stamp: &str) -> bool {
    out.join("build.json").exists()
        && std::fs::read_to_string(out.with_extension("stamp")).is_ok_and(|old| old == stamp)
}

/// Remembers what the bundle in `out` was made from.
pub(crate) fn set(out: &Path, stamp: &str) -> Result<()> {
    Ok(std::fs::write(out.with_extension("stamp"), stamp)?)
}
