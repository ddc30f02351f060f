//! The WASM file and the JavaScript that loads it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::shelf::Shelf;
use crate::{Job, Pace};

/// What the optimiser may use: what the compiler uses, and every current browser has.
const FEATURES: [&str; 8] = [
    "bulk-memory",
    "bulk-memory-opt",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
    "simd",
];

/// Where the placed parts are found.
#[derive(Debug)]
pub(crate) struct Glue {
    /// The module that instantiates the app.
    pub(crate) script: String,
    /// The app.
    pub(crate) wasm: String,
}

/// Runs `wasm-bindgen` and `wasm-opt`, and places what they make.
pub(crate) fn place(shelf: &mut Shelf, job: &Job) -> Result<Glue> {
    println!("   wasm-bindgen");
    let work = job.out.with_extension("work");
    std::fs::create_dir_all(&work)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&job.wasm)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .out_name("troth");
    bindgen
        .remove_name_section(job.pace == Pace::Full)
        .remove_producers_section(true);
    bindgen.generate(&work).context("wasm-bindgen")?;
    let small = optimise(job, &work.join("troth_bg.wasm"))?;
    let script = with_snippets_placed(shelf, &work)?;
    let glue = Glue {
        wasm: shelf.place_hashed("troth", "wasm", small),
        script: shelf.place_hashed("troth", "js", script.into_bytes()),
    };
    std::fs::remove_dir_all(&work)?;
    Ok(glue)
}

/// Makes the WASM file smaller where `wasm-opt` is there.
fn optimise(job: &Job, wasm: &Path) -> Result<Vec<u8>> {
    let tool = job
        .npm
        .as_ref()
        .map(|npm| npm.join("binaryen/bin/wasm-opt"));
    if let (Some(tool), Pace::Full) = (tool, job.pace) {
        println!("   wasm-opt (about a minute)");
        let out = wasm.with_extension("small");
        let done = Command::new("node")
            .arg(tool)
            .arg("-Oz")
            .args(FEATURES.map(|feature| format!("--enable-{feature}")))
            .arg("-o")
            .args([out.as_os_str(), wasm.as_os_str()])
            .status()
            .context("node")?;
        ensure!(done.success(), "wasm-opt failed");
        return Ok(std::fs::read(out)?);
    }
    println!(
        "   wasm-opt skipped: {}",
        if job.npm.is_none() {
            "npm is not installed"
        } else {
            "quick bundle"
        }
    );
    Ok(std::fs::read(wasm)?)
}

/// Places the small scripts that libraries bring along and points the glue at them.
fn with_snippets_placed(shelf: &mut Shelf, work: &Path) -> Result<String> {
    let mut script = std::fs::read_to_string(work.join("troth.js"))?;
    let snippets = work.join("snippets");
    if !snippets.exists() {
        return Ok(script);
    }
    for folder in std::fs::read_dir(&snippets)? {
        let folder = folder?;
        for path in crate::shelf::files(&folder.path())? {
            let file = path
                .file_name()
                .and_then(|name| name.to_str())
                .context("a snippet without a name")?;
            let from = format!("./snippets/{}/{file}", folder.file_name().to_string_lossy());
            let to = shelf.place_hashed("part", "js", std::fs::read(&path)?);
            script = script.replace(&from, &to);
        }
    }
    ensure!(
        !script.contains("./snippets/"),
        "a snippet of the glue was not placed"
    );
    Ok(script)
}
