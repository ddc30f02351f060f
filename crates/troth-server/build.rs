//! Embeds the built web app, if `TROTH_WEB_DIST` names its folder.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TROTH_WEB_DIST");
    let mut list = String::from("&[\n");
    if let Some(folder) = env::var_os("TROTH_WEB_DIST").map(PathBuf::from) {
        println!(
            "cargo::rerun-if-changed={}",
            folder.join("build.json").display()
        );
        let mut files = Vec::new();
        collect(&folder, &mut files)?;
        files.sort();
        for file in &files {
            embed(&folder, file, &mut list);
        }
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("web_files.rs"), list)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_none_or(|extension| extension != "br") {
            files.push(path);
        }
    }
    Ok(())
}

fn embed(folder: &Path, file: &Path, list: &mut String) {
    let path = file
        .strip_prefix(folder)
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/");
    let brotli = PathBuf::from(format!("{}.br", file.display()));
    let compressed = if brotli.exists() {
        format!("Some(include_bytes!({:?}))", brotli.display().to_string())
    } else {
        "None".to_owned()
    };
    let plain = file.display().to_string();
    // Writing to a string cannot fail.
    let _infallible = writeln!(
        list,
        "File {{ path: {:?}, plain: include_bytes!({plain:?}), brotli: {compressed} }},",
        format!("/{path}")
    );
}
