//! Whether new people are taken: said once for all, or network by network.

use serde_json::Value;

use super::Kind;
use super::fhir::{codes, extensions, list, text};
use super::reference::Index;

/// One word on whether new people are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// The network that it is about; all of them if none.
    network: Option<String>,
    /// Whether new people are taken.
    is_open: bool,
}

/// All that is said, the nearest first: by the role, by its services, by its places.
///
/// What is equally near is one: the order of extensions means nothing.
#[derive(Debug, Default)]
pub(super) struct Taking {
    levels: Vec<Vec<Word>>,
}

impl Taking {
    /// Adds what resources that are equally near say.
    pub(super) fn add(&mut self, index: &Index<'_>, nearby: &[(&str, &Value)]) {
        let words = nearby.iter().flat_map(|one| words(index, *one));
        self.levels.push(words.collect());
    }

    /// Whether new people of a network are taken, if anything is said of it: what is said of
    /// the network itself counts before what is said of all.
    pub(super) fn in_network(&self, network: &str) -> Option<bool> {
        self.levels.iter().find_map(|level| {
            let about = |wanted: Option<&str>| {
                let mut words = level.iter().filter(|one| one.network.as_deref() == wanted);
                let first = words.next()?;
                Some(first.is_open || words.any(|one| one.is_open))
            };
            about(Some(network)).or_else(|| about(None))
        })
    }

    /// Whether new people are taken at all, of one of these networks or without any.
    pub(super) fn at_all(&self, networks: &[String]) -> Option<bool> {
        let said: Vec<bool> = networks
            .iter()
            .filter_map(|network| self.in_network(network))
            .collect();
        let nearest = self.levels.iter().find(|level| !level.is_empty());
        let nearest = nearest.map(|level| level.iter().any(|one| one.is_open));
        nearest.map(|is_open| is_open || said.contains(&true))
    }
}

/// What one resource says; a network may carry its word inside of it, or be named by the word.
fn words(index: &Index<'_>, (name, value): (&str, &Value)) -> Vec<Word> {
    let network = |reference: &Value| index.find(name, reference, Kind::Organization);
    let mut found = Vec::new();
    for told in extensions(value, "newpatients") {
        found.extend(word(told, |inner| network(inner)));
    }
    for member in extensions(value, "network-reference") {
        let Some(reference) = member.get("valueReference") else {
            continue;
        };
        let own = extensions(member, "newpatients").chain(extensions(reference, "newpatients"));
        for told in own {
            let about = network(reference);
            found.extend(word(told, network).map(|one| Word {
                network: one.network.or(about),
                ..one
            }));
        }
    }
    found
}

/// Reads one extension; nothing where it has no code.
fn word(told: &Value, network: impl Fn(&Value) -> Option<String>) -> Option<Word> {
    let parts = list(told, "extension");
    let part = |name: &'static str| parts.iter().filter(move |one| text(one, "/url") == name);
    let mut said = part("acceptingPatients")
        .chain([told])
        .flat_map(|one| match one.get("valueCodeableConcept") {
            Some(concept) => codes(concept).collect(),
            None => vec![text(one, "/valueCode")],
        })
        .filter(|code| !code.is_empty());
    let first = said.next()?;
    let about = part("fromNetwork").find_map(|one| one.get("valueReference"));
    Some(Word {
        network: about.and_then(network),
        is_open: first == "newpt" || said.any(|code| code == "newpt"),
    })
}
