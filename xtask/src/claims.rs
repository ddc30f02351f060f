//! Every sentence on privacy, safety or evidence that the product prints has a test.
//!
//! `docs/claims.md` is a table: sentence, where it is printed, attack, test. The attack says in a
//! few words who tries what; a test that only shows the good case proves no promise. The test is
//! written as `path/to/file.rs::name` or `path/to/file.mjs::title`; several are separated by
//! `<br>`. It must be in the file, and it must have run and passed in the last run of all tests.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::executed::Executed;
use crate::place;

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row<'page> {
    sentence: &'page str,
    printed: Vec<&'page str>,
    attack: &'page str,
    tests: Vec<&'page str>,
}

/// Fails when a claim names no test, a test that is not there, or a place where it is not printed.
pub(crate) fn check() -> Result<()> {
    let page = std::fs::read_to_string(place::root().join("docs/claims.md"))?;
    let rows = rows(&page)?;
    if rows.is_empty() {
        bail!("docs/claims.md has no row");
    }
    let run = Executed::read()?;
    let wrong: Vec<String> = rows
        .iter()
        .flat_map(|row| {
            complaints(row, &place::root())
                .into_iter()
                .chain(unproven(row, &run))
        })
        .collect();
    if wrong.is_empty() {
        println!("   {} claims, each with its tests", rows.len());
        return Ok(());
    }
    bail!("claims that do not hold:\n  {}", wrong.join("\n  "))
}

/// Reads the rows of the table, below its header.
fn rows(page: &str) -> Result<Vec<Row<'_>>> {
    let lines = page.lines().filter(|line| line.starts_with('|')).skip(2);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [sentence, printed, attack, tests] = cells.as_slice() else {
                bail!("a row of docs/claims.md has {} cells: {line}", cells.len());
            };
            Ok(Row {
                sentence,
                printed: listed(printed),
                attack,
                tests: listed(tests),
            })
        })
        .collect()
}

/// Splits a cell into the code spans it lists.
fn listed(cell: &str) -> Vec<&str> {
    cell.split("<br>")
        .map(|item| item.trim().trim_matches('`'))
        .filter(|item| !item.is_empty())
        .collect()
}

/// Says everything that is wrong with a row.
fn complaints(row: &Row<'_>, root: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    if row.tests.is_empty() || row.printed.is_empty() {
        wrong.push(format!(
            "\"{}\": no test, or no place where it is printed",
            row.sentence
        ));
    }
    if row.attack.is_empty() {
        wrong.push(format!(
            "\"{}\": no attack; say who tries what, and name the test that tries it",
            row.sentence
        ));
    }
    for (kind, items) in [("test", &row.tests), ("place", &row.printed)] {
        for item in items {
            if let Err(error) = found(item, root) {
                wrong.push(format!("\"{}\": {kind} `{item}`: {error:#}", row.sentence));
            }
        }
    }
    wrong
}

/// Names the tests of a row that did not run, or did not pass.
fn unproven(row: &Row<'_>, run: &Executed) -> Vec<String> {
    let tests = row.tests.iter().filter(|test| {
        let named = test.split_once("::");
        !named.is_some_and(|(file, name)| run.has(file, name))
    });
    let said = tests.map(|test| {
        format!(
            "\"{}\": test `{test}`: did not run and pass in the last run of all tests",
            row.sentence
        )
    });
    said.collect()
}

/// Looks for `file::name` in the project.
fn found(item: &str, root: &Path) -> Result<()> {
    let (file, name) = item.split_once("::").context("not written as file::name")?;
    let text = std::fs::read_to_string(root.join(file)).context("no such file")?;
    let there = match Path::new(file)
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("rs") => text.contains(&format!("fn {name}(")),
        Some("ftl") => text.lines().any(|line| {
            line.split_once('=')
                .is_some_and(|(key, _)| key.trim() == name)
        }),
        _ => text.contains(name),
    };
    if there {
        Ok(())
    } else {
        bail!("nothing of this name in the file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "| Sentence | Printed | Attack | Test |\n| --- | --- | --- | --- |\n";

    #[test]
    fn a_row_is_read_with_all_its_tests() {
        let page = format!(
            "# Claims\n\n{HEAD}| It is so. | `a.ftl::x` | A liar says no | `b.rs::one`<br>`c.mjs::two words` |\n"
        );
        let row = Row {
            sentence: "It is so.",
            printed: vec!["a.ftl::x"],
            attack: "A liar says no",
            tests: vec!["b.rs::one", "c.mjs::two words"],
        };
        assert_eq!(rows(&page).unwrap(), [row]);
    }

    #[test]
    fn a_claim_without_a_test_is_refused() {
        let page = format!("{HEAD}| It is so. | `README.md::so` | A liar says no | |\n");
        let wrong = complaints(&rows(&page).unwrap()[0], &place::root());
        assert!(wrong[0].contains("no test"), "{wrong:?}");
    }

    #[test]
    fn a_claim_without_an_attack_is_refused() {
        let test = "xtask/src/claims.rs::a_claim_without_an_attack_is_refused";
        for attack in ["", " "] {
            let page = format!("{HEAD}| It is so. | `README.md::so` |{attack}| `{test}` |\n");
            let wrong = complaints(&rows(&page).unwrap()[0], &place::root());
            assert_eq!(wrong.len(), 1, "{wrong:?}");
            assert!(wrong[0].contains("no attack"), "{wrong:?}");
        }
        let without = format!("{HEAD}| It is so. | `README.md::so` | `{test}` |\n");
        assert!(rows(&without).is_err(), "a row of three cells");
    }

    #[test]
    fn a_test_that_is_not_there_is_refused() {
        let row = Row {
            sentence: "x",
            printed: vec![],
            attack: "A liar says no",
            tests: vec!["xtask/src/claims.rs::no_such_name"],
        };
        assert!(
            complaints(&row, &place::root())
                .iter()
                .any(|wrong| wrong.contains("nothing of this name"))
        );
    }

    #[test]
    fn a_test_that_did_not_run_proves_no_claim() {
        let row = Row {
            sentence: "x",
            printed: vec![],
            attack: "A liar says no",
            tests: vec!["xtask/src/claims.rs::a_test_that_is_there_is_found"],
        };
        let wrong = unproven(&row, &Executed::default());
        assert!(wrong[0].contains("did not run and pass"), "{wrong:?}");
    }

    #[test]
    fn a_test_that_is_there_is_found() {
        assert!(
            found(
                "xtask/src/claims.rs::a_test_that_is_there_is_found",
                &place::root()
            )
            .is_ok()
        );
    }
}
