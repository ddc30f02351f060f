//! Which tests ran and passed, as the runners themselves report it.
//!
//! A name in a source file proves nothing: the test may be ignored, filtered out, switched off
//! by `cfg`, or stand in a comment. So `claims` reads what nextest wrote as `JUnit` and what Node's
//! reporter wrote, both left behind by the run before; nothing is built or run a second time.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::place;

/// The profile of nextest that leaves a report behind (`.config/nextest.toml`).
pub(crate) const PROFILE: &str = "whole";

/// Where nextest leaves the report of a whole run.
pub(crate) fn rust_report() -> PathBuf {
    place::target("nextest").join(PROFILE).join("junit.xml")
}

/// Where the browser tests leave theirs.
pub(crate) fn browser_report() -> PathBuf {
    place::target("browser-tests.txt")
}

/// Takes an earlier report away, so that a run that breaks off leaves none that could be believed.
pub(crate) fn forget(report: &Path) -> Result<()> {
    match std::fs::remove_file(report) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The tests that ran and passed.
#[derive(Debug, Default)]
pub(crate) struct Executed {
    /// The binary, such as `troth-cli::main`, and the name with its modules.
    rust: Vec<(String, String)>,
    /// The titles of browser tests.
    browser: Vec<String>,
}

impl Executed {
    /// Reads both reports.
    pub(crate) fn read() -> Result<Self> {
        let text = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| {
                format!(
                    "no report of a run at {}; `cargo xtask test` leaves one",
                    path.display()
                )
            })
        };
        Ok(Self {
            rust: passed(&text(&rust_report())?),
            browser: titles(&text(&browser_report())?),
        })
    }

    /// Whether the test `name` of a file ran and passed.
    pub(crate) fn has(&self, file: &str, name: &str) -> bool {
        if Path::new(file).extension().is_none_or(|end| end != "rs") {
            // Titles that a file puts together begin like the one that is named.
            return self.browser.iter().any(|title| title.starts_with(name));
        }
        let parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
        let package = match parts.as_slice() {
            ["crates", package, ..] => *package,
            [package, ..] => *package,
            [] => "",
        };
        // The file is a module, or the root of its binary. What every store must do is one function in
        // a folder of promises, and a test for each store elsewhere in that folder.
        let is_root = |part: &&str| ["tests", "mod", "lib", "main", package].contains(part);
        let modules = parts.iter().copied().rev();
        let modules = modules.take_while(|part| !["src", "crates", package].contains(part));
        let modules: Vec<&str> = modules.filter(|part| !is_root(part)).collect();
        let telling = if parts.contains(&"tests") && parts.contains(&"contract") {
            modules.len()
        } else {
            modules.len().min(1)
        };
        let telling = modules.get(..telling).unwrap_or_default();
        self.rust.iter().any(|(binary, test)| {
            let mut words = binary.split("::").chain(test.split("::"));
            binary.split("::").next() == Some(package)
                && test.rsplit("::").next() == Some(name)
                && (telling.is_empty() || words.any(|word| telling.contains(&word)))
        })
    }
}

/// Reads the tests that passed out of nextest's report.
fn passed(xml: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for case in xml.split("<testcase ").skip(1) {
        let Some((opening, rest)) = case.split_once('>') else {
            continue;
        };
        let inner = if opening.ends_with('/') {
            ""
        } else {
            rest.split("</testcase>").next().unwrap_or_default()
        };
        let failed = ["<failure", "<error", "<skipped"];
        if failed.iter().any(|word| inner.contains(word)) {
            continue;
        }
        // With the space, since `name` also ends `classname`.
        let opening = format!(" {opening}");
        let attribute = |name: &str| {
            let (_, value) = opening.split_once(&format!(" {name}=\""))?;
            value.split('"').next().map(str::to_owned)
        };
        found.extend(attribute("classname").zip(attribute("name")));
    }
    found
}

/// Reads the titles out of the browser tests' report.
fn titles(report: &str) -> Vec<String> {
    let titles = report.lines().filter_map(|line| line.split_once('\t'));
    titles.map(|(_, title)| title.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = r#"<testsuites name="nextest-run">
        <testsuite name="troth-cli::main" tests="3">
            <testcase name="visits::killed::an_act_is_done_once" classname="troth-cli::main" time="1.0">
            </testcase>
            <testcase name="kill::it_fails" classname="troth-cli::main" time="1.0">
                <failure type="test failure">no</failure>
            </testcase>
        </testsuite>
        <testsuite name="troth-server" tests="1">
            <testcase name="throttle::tests::one_must_wait" classname="troth-server" time="1.0"/>
            <testcase name="root_test" classname="troth-server" time="1.0"/>
        </testsuite>
        <testsuite name="troth-server::booking" tests="1">
            <testcase name="contract::sqlite::held_once" classname="troth-server::booking" time="1.0"/>
        </testsuite></testsuites>"#;

    fn executed() -> Executed {
        Executed {
            rust: passed(XML),
            browser: titles("a.test.mjs\tno word is on the wire\nb.test.mjs\tthe title of Today\n"),
        }
    }

    #[test]
    fn what_ran_and_passed_is_known_by_file_and_name() {
        let run = executed();
        assert!(run.has(
            "crates/troth-cli/tests/visits/killed.rs",
            "an_act_is_done_once"
        ));
        assert!(run.has("crates/troth-server/src/throttle.rs", "one_must_wait"));
        assert!(run.has("crates/troth-server/src/throttle/tests.rs", "one_must_wait"));
        assert!(run.has("crates/troth-server/src/lib.rs", "root_test"));
        assert!(run.has(
            "crates/troth-server/tests/booking/contract/hold.rs",
            "held_once"
        ));
        assert!(run.has("crates/troth-web/e2e/a.test.mjs", "no word is on the wire"));
        assert!(run.has("crates/troth-web/e2e/axe.mjs", "the title of"));
    }

    #[test]
    fn what_failed_or_did_not_run_proves_nothing() {
        let run = executed();
        assert!(!run.has("crates/troth-cli/tests/kill.rs", "it_fails"));
        assert!(!run.has("crates/troth-server/src/throttle.rs", "an_ignored_one"));
        // The same name in another file or package is another test.
        assert!(!run.has("crates/troth-server/src/door.rs", "one_must_wait"));
        assert!(!run.has("crates/troth-sync/src/throttle.rs", "one_must_wait"));
        assert!(!run.has("crates/troth-web/e2e/a.test.mjs", "a skipped title"));
    }
}
