//! The served files, collected in memory and then written in one go.
//!
//! Layout: `index.html`, `sw.js`, `build.json`, the manifest, the icon and the neutral page at the
//! root, asked for anew each time; everything else as `a/NAME.HASH.EXT`, which never changes under its name.
//! A file worth compressing has a brotli twin, `FILE.br`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::Pace;

/// The files to be served, by their path below the root, without the leading slash.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    files: BTreeMap<String, Vec<u8>>,
}

impl Shelf {
    /// Places a file under a name that carries its hash, and returns the path to ask for.
    pub(crate) fn place_hashed(&mut self, name: &str, extension: &str, bytes: Vec<u8>) -> String {
        let mark: String = sha256_hex(&bytes).chars().take(16).collect();
        let path = format!("a/{name}.{mark}.{extension}");
        let address = format!("/{path}");
        self.files.insert(path, bytes);
        address
    }

    /// Places a file at the root under its own name.
    pub(crate) fn place_root(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), bytes);
    }

    /// Lists every file's address with the SHA-256 of its bytes.
    pub(crate) fn hashes(&self) -> BTreeMap<String, String> {
        self.files
            .iter()
            .map(|(path, bytes)| (format!("/{path}"), sha256_hex(bytes)))
            .collect()
    }

    /// Reads a placed file by its address.
    #[cfg(test)]
    pub(crate) fn lookup(&self, address: &str) -> Option<&[u8]> {
        self.files
            .get(address.trim_start_matches('/'))
            .map(Vec::as_slice)
    }

    /// Writes all files and their compressed twins into a folder that is emptied first, and returns how many bytes
    /// of each are sent.
    pub(crate) fn write(&self, out: &Path, pace: Pace) -> Result<BTreeMap<String, usize>> {
        if out.exists() {
            std::fs::remove_dir_all(out).with_context(|| format!("emptying {}", out.display()))?;
        }
        std::fs::create_dir_all(out.join("a"))?;
        let mut sent = BTreeMap::new();
        for (path, bytes) in &self.files {
            std::fs::write(out.join(path), bytes)?;
            let mut size = bytes.len();
            if pace == Pace::Full && is_worth_compressing(path) {
                let small = brotli(bytes)?;
                size = small.len();
                std::fs::write(out.join(format!("{path}.br")), small)?;
            }
            sent.insert(path.clone(), size);
        }
        Ok(sent)
    }

    /// Describes the bundle in a few lines: its large files, raw and as sent.
    pub(crate) fn summary(&self, out: &Path) -> Vec<String> {
        let large = self.files.iter().filter(|(_, bytes)| bytes.len() > 10_000);
        large
            .map(|(path, bytes)| {
                let small =
                    std::fs::metadata(out.join(format!("{path}.br"))).map(|file| file.len() / 1000);
                let sent = small.map_or_else(
                    |_| "as it is".to_owned(),
                    |small| format!("{small} KB as sent"),
                );
                format!("{path}: {} KB, {sent}", bytes.len() / 1000)
            })
            .collect()
    }
}

/// Lists the files of a folder in the order of their names; a missing folder has none.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Names bytes by their SHA-256, in hex.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Says whether brotli makes this kind of file smaller; fonts and pictures are compressed already.
fn is_worth_compressing(path: &str) -> bool {
    ["html", "js", "css", "wasm", "svg", "json", "webmanifest"]
        .iter()
        .any(|extension| path.ends_with(&format!(".{extension}")))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, 11, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(out)
}
