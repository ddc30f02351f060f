//! `cargo xtask arrows`: who may name whom.
//!
//! The arrows are drawn in `ARCHITECTURE.md`. The one that matters most is absent: the server names
//! neither `core`, `crypto` nor `sync`, so it cannot read what it stores.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{place, step};

/// Every arrow of the drawing: a package, and the packages of ours that its product may be built from.
const DRAWN: [(&str, &[&str]); 12] = [
    ("troth-core", &[]),
    ("troth-wire", &[]),
    ("troth-match", &[]),
    ("troth-booking", &["troth-match"]),
    ("troth-directory", &["troth-match", "troth-booking"]),
    ("troth-crypto", &["troth-wire"]),
    (
        "troth-sync",
        &["troth-core", "troth-crypto", "troth-match", "troth-wire"],
    ),
    (
        "troth-server",
        &[
            "troth-booking",
            "troth-directory",
            "troth-match",
            "troth-wire",
        ],
    ),
    (
        "troth-web",
        &[
            "troth-booking",
            "troth-core",
            "troth-crypto",
            "troth-match",
            "troth-sync",
            "troth-wire",
        ],
    ),
    (
        "troth-cli",
        &[
            "troth-booking",
            "troth-core",
            "troth-crypto",
            "troth-directory",
            "troth-match",
            "troth-server",
            "troth-sync",
            "troth-wire",
        ],
    ),
    ("xtask", &[]),
    ("web-bundle", &[]),
];

/// Packages that stand outside the product and may name anything; nothing may name them but as a dev-dependency.
const OUTSIDE: [&str; 4] = [
    "troth-testkit",
    "troth-bench",
    "journal-in-browser",
    "matching-in-browser",
];

/// Libraries that belong at the rim and the packages that may name them; see `ARCHITECTURE.md`.
const RIM: [(&str, &[&str]); 6] = [
    ("tokio", &["troth-server", "troth-cli"]),
    ("axum", &["troth-server"]),
    ("rusqlite", &["troth-server", "troth-sync"]),
    ("tokio-postgres", &["troth-server"]),
    ("ureq", &["troth-server", "troth-sync", "troth-cli"]),
    (
        "getrandom",
        &["troth-server", "troth-sync", "troth-cli", "troth-web"],
    ),
];

/// One edge of the real graph.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    from: String,
    to: String,
    kind: Kind,
}

/// What an edge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Built into the product (or run while building it).
    Product,
    /// Only for tests.
    Tests,
}

/// Compares the drawn arrows with those that cargo sees.
pub(crate) fn check() -> Result<()> {
    let text = step::read(step::cargo().args([
        "metadata",
        "--format-version=1",
        "--no-deps",
        "--locked",
    ]))?;
    let edges = edges(&serde_json::from_str(&text)?)?;
    let wrong: Vec<String> = edges.iter().filter_map(complaint).collect();
    if !wrong.is_empty() {
        bail!(
            "arrows that {} does not draw:\n  {}",
            place::root().join("ARCHITECTURE.md").display(),
            wrong.join("\n  ")
        );
    }
    println!(
        "   {} arrows, all drawn",
        edges
            .iter()
            .filter(|edge| edge.to.starts_with("troth-"))
            .count()
    );
    Ok(())
}

/// Reads the edges out of cargo's answer.
fn edges(metadata: &Value) -> Result<Vec<Edge>> {
    let mut edges = Vec::new();
    for package in metadata["packages"].as_array().context("no packages")? {
        let from = package["name"]
            .as_str()
            .context("a package without a name")?;
        for dependency in package["dependencies"]
            .as_array()
            .context("no dependencies")?
        {
            let to = dependency["name"]
                .as_str()
                .context("a dependency without a name")?;
            let kind = if dependency["kind"] == "dev" {
                Kind::Tests
            } else {
                Kind::Product
            };
            edges.push(Edge {
                from: from.to_owned(),
                to: to.to_owned(),
                kind,
            });
        }
    }
    Ok(edges)
}

/// Says what is wrong with an edge, if anything is.
fn complaint(edge: &Edge) -> Option<String> {
    let Edge { from, to, kind } = edge;
    let ours: BTreeSet<&str> = DRAWN.iter().map(|(name, _)| *name).chain(OUTSIDE).collect();
    if *kind == Kind::Tests || OUTSIDE.contains(&from.as_str()) {
        return None;
    }
    let Some((_, drawn)) = DRAWN.iter().find(|(name, _)| name == from) else {
        return Some(format!("{from}: a package that is not on the map"));
    };
    if ours.contains(to.as_str()) && !drawn.contains(&to.as_str()) {
        return Some(format!("{from} -> {to}"));
    }
    let (library, allowed) = RIM.iter().find(|(library, _)| library == to)?;
    (!allowed.contains(&from.as_str()))
        .then(|| format!("{from} -> {library} (it belongs at the rim)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str, kind: Kind) -> Edge {
        Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            kind,
        }
    }

    #[test]
    fn the_server_cannot_name_what_could_read() {
        for deaf in ["troth-core", "troth-crypto", "troth-sync"] {
            assert!(complaint(&edge("troth-server", deaf, Kind::Product)).is_some());
        }
        assert_eq!(
            complaint(&edge("troth-server", "troth-wire", Kind::Product)),
            None
        );
    }

    #[test]
    fn the_centre_cannot_name_a_runtime_or_a_source_of_chance() {
        for library in ["tokio", "axum", "rusqlite", "getrandom"] {
            assert!(complaint(&edge("troth-core", library, Kind::Product)).is_some());
        }
    }

    #[test]
    fn tests_may_name_anything() {
        assert_eq!(
            complaint(&edge("troth-core", "troth-testkit", Kind::Tests)),
            None
        );
    }

    #[test]
    fn the_product_never_names_the_testkit() {
        assert!(complaint(&edge("troth-sync", "troth-testkit", Kind::Product)).is_some());
    }

    #[test]
    fn a_package_that_is_not_on_the_map_is_refused() {
        assert!(complaint(&edge("troth-utils", "anyhow", Kind::Product)).is_some());
    }

    #[test]
    fn edges_are_read_with_their_kind() {
        let metadata = serde_json::json!({ "packages": [{ "name": "a", "dependencies": [
            { "name": "b", "kind": null }, { "name": "c", "kind": "dev" }, { "name": "d", "kind": "build" },
        ] }] });
        let kinds: Vec<Kind> = edges(&metadata)
            .unwrap()
            .into_iter()
            .map(|edge| edge.kind)
            .collect();
        assert_eq!(kinds, [Kind::Product, Kind::Tests, Kind::Product]);
    }
}
