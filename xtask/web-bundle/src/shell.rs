//! The page around the app, its service worker, and the hash that names the build.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::fonts::Fonts;
use crate::glue::Glue;
use crate::shelf::{Shelf, files, sha256_hex};
use crate::words::Words;
use crate::{Job, Pace};

/// The files of `shell/` that are filled in before they are placed.
const TEMPLATES: [&str; 3] = ["boot.js", "index.html", "sw.js"];

/// What is served but kept on no device beforehand: few people ever need it, and then they have a network.
const ASKED_FOR: [&str; 1] = ["/zip.txt"];

/// The placed parts that the page names.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) fonts: Fonts,
    pub(crate) style: String,
    pub(crate) glue: Glue,
}

/// Fills the templates of `shell/` and places them.
///
/// The build hash covers every other served file. The page carries the build hash, and the service
/// worker carries the page's: so the order is files, page, service worker, list.
pub(crate) fn place(shelf: &mut Shelf, job: &Job, parts: &Parts) -> Result<()> {
    let shell = job.web.join("shell");
    let words = Words::of(&job.web.join("locales/en"))?;
    let boot = words
        .set_in(&template(&shell.join("boot.js"))?)
        .replace("{{glue}}", &parts.glue.script)
        .replace("{{wasm}}", &parts.glue.wasm)
        .replace(
            "{{offline}}",
            if job.pace == Pace::Full { "yes" } else { "no" },
        );
    let boot = shelf.place_hashed("boot", "js", filled(boot)?);
    for folder in [shell.clone(), job.web.join("public")] {
        for path in files(&folder)? {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .context("a file without a name")?;
            if !TEMPLATES.contains(&name) {
                shelf.place_root(name, std::fs::read(&path)?);
            }
        }
    }
    let page = words.set_in(&template(&shell.join("index.html"))?);
    let worker = template(&shell.join("sw.js"))?;
    let build = build_hash(shelf, &page, &worker);
    let page = page
        .replace("{{build}}", &build)
        .replace("{{boot}}", &boot)
        .replace("{{style}}", &parts.style)
        .replace("{{early}}", &early(&parts.fonts));
    shelf.place_root("index.html", filled(page)?);
    let files: BTreeMap<String, String> = shelf
        .hashes()
        .into_iter()
        .filter(|(address, _)| !ASKED_FOR.contains(&address.as_str()))
        .map(|(address, hash)| {
            if address == "/index.html" {
                ("/".to_owned(), hash)
            } else {
                (address, hash)
            }
        })
        .collect();
    let worker = worker
        .replace("{{build}}", &build)
        .replace("{{files}}", &serde_json::to_string_pretty(&files)?);
    shelf.place_root("sw.js", filled(worker)?);
    let list = serde_json::json!({ "build": build, "files": shelf.hashes() });
    shelf.place_root("build.json", serde_json::to_vec_pretty(&list)?);
    println!("   build {build}");
    Ok(())
}

/// Names the build: the SHA-256 over every served file and both templates.
fn build_hash(shelf: &Shelf, page: &str, worker: &str) -> String {
    let mut list: String = shelf
        .hashes()
        .iter()
        .map(|(address, hash)| format!("{hash}  {address}\n"))
        .collect();
    list.push_str(&format!(
        "{}  index.html\n{}  sw.js\n",
        sha256_hex(page.as_bytes()),
        sha256_hex(worker.as_bytes())
    ));
    sha256_hex(list.as_bytes())
}

/// Writes the links by which the browser asks early for the fonts.
///
/// The app is not among them: the first screen does not wait for it, and would share the line with it (ADR 22).
fn early(fonts: &Fonts) -> String {
    fonts
        .addresses
        .iter()
        .map(|address| {
            format!("<link rel=\"preload\" as=\"font\" type=\"font/woff2\" crossorigin href=\"{address}\">\n")
        })
        .collect()
}

fn template(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// Refuses a text in which a placeholder was forgotten.
fn filled(text: String) -> Result<Vec<u8>> {
    ensure!(!text.contains("{{"), "a placeholder was not filled");
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A web folder with the real templates, and a bundle of it around the given app.
    fn bundled(app: &[u8]) -> Shelf {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/troth-web");
        let job = Job {
            wasm: web.clone(),
            web,
            out: "unused".into(),
            npm: None,
            pace: Pace::Full,
        };
        let mut shelf = Shelf::default();
        let glue = Glue {
            script: shelf.place_hashed("troth", "js", b"glue".to_vec()),
            wasm: shelf.place_hashed("troth", "wasm", app.to_vec()),
        };
        let style = shelf.place_hashed("style", "css", b"p{}".to_vec());
        place(
            &mut shelf,
            &job,
            &Parts {
                fonts: Fonts::default(),
                style,
                glue,
            },
        )
        .unwrap();
        shelf
    }

    fn text(shelf: &Shelf, name: &str) -> String {
        String::from_utf8(shelf.lookup(name).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn the_worker_knows_every_file_of_the_app_by_its_hash() {
        let shelf = bundled(b"app");
        let worker = text(&shelf, "/sw.js");
        for (address, hash) in shelf.hashes() {
            let address = if address == "/index.html" {
                "/".to_owned()
            } else {
                address
            };
            let known = worker.contains(&format!("\"{address}\": \"{hash}\""));
            assert_eq!(
                known,
                !["/sw.js", "/build.json", "/zip.txt"].contains(&address.as_str()),
                "{address}"
            );
        }
    }

    #[test]
    fn one_changed_byte_of_the_app_changes_the_mark_on_the_page() {
        assert_ne!(
            text(&bundled(b"app"), "/index.html"),
            text(&bundled(b"apq"), "/index.html")
        );
        assert_eq!(
            text(&bundled(b"app"), "/index.html"),
            text(&bundled(b"app"), "/index.html")
        );
    }

    #[test]
    fn the_page_holds_no_script_and_no_style_of_its_own() {
        let page = text(&bundled(b"app"), "/index.html");
        assert!(
            page.matches("<script").count() == 1
                && page.contains("<script type=\"module\" src=\"/a/boot.")
        );
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains("http"));
    }

    #[test]
    fn a_forgotten_placeholder_is_refused() {
        assert!(filled("one {{two}} three".to_owned()).is_err());
    }
}
