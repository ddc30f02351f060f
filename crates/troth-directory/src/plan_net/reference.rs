//! What a reference names, in every form that FHIR has for it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Kind;
use super::fhir::{list, text};

/// The resources of a directory, by all that others may name them by.
#[derive(Debug)]
pub(super) struct Index<'a> {
    resources: &'a BTreeMap<String, Value>,
    /// Resources inside of others, as `Type/id#inner`.
    contained: BTreeMap<String, &'a Value>,
    /// Names by id alone; none where several resources have the id.
    ids: BTreeMap<&'a str, Option<&'a str>>,
    /// Names by kind, system and value of an identifier, and by kind and value alone.
    identifiers: BTreeMap<(&'a str, &'a str, &'a str), Option<&'a str>>,
}

impl<'a> Index<'a> {
    /// Notes every resource.
    pub(super) fn new(resources: &'a BTreeMap<String, Value>) -> Self {
        let mut index = Self {
            resources,
            contained: BTreeMap::new(),
            ids: BTreeMap::new(),
            identifiers: BTreeMap::new(),
        };
        for (name, value) in resources {
            for inner in list(value, "contained") {
                let id = text(inner, "/id").trim_start_matches('#');
                index.contained.insert(format!("{name}#{id}"), inner);
            }
            let kind = text(value, "/resourceType");
            note(&mut index.ids, text(value, "/id"), name);
            for identifier in list(value, "identifier") {
                let system = text(identifier, "/system").trim();
                let number = text(identifier, "/value").trim();
                if !number.is_empty() {
                    note(&mut index.identifiers, (kind, system, number), name);
                    if !system.is_empty() {
                        note(&mut index.identifiers, (kind, "", number), name);
                    }
                }
            }
        }
        index
    }

    /// Looks up a resource, or one inside of another.
    pub(super) fn lookup(&self, name: &str) -> Option<&'a Value> {
        self.resources
            .get(name)
            .or_else(|| self.contained.get(name).copied())
    }

    /// Finds what a reference inside of `from` names: `Type/id`, or `Type/id#inner` for a
    /// resource inside of another. What it names may be missing from the directory.
    pub(super) fn find(&self, from: &str, reference: &Value, wanted: Kind) -> Option<String> {
        let written = text(reference, "/reference").trim();
        let named = self.named(from, written, wanted);
        if named
            .as_ref()
            .is_some_and(|name| self.lookup(name).is_some())
        {
            return named;
        }
        let identifier = reference.get("identifier");
        let known = identifier.and_then(|it| {
            self.identified(
                wanted.name(),
                text(it, "/system").trim(),
                text(it, "/value").trim(),
            )
        });
        known.or(named)
    }

    /// Finds what a list of references names.
    pub(super) fn all(
        &self,
        from: &str,
        (value, member): (&Value, &str),
        wanted: Kind,
    ) -> Vec<String> {
        let references = list(value, member).iter();
        references
            .filter_map(|one| self.find(from, one, wanted))
            .collect()
    }

    fn named(&self, from: &str, written: &str, wanted: Kind) -> Option<String> {
        let root = from.split('#').next().unwrap_or(from);
        if let Some(inner) = written.strip_prefix('#') {
            return Some(match inner {
                "" => root.to_owned(),
                inner => format!("{root}#{inner}"),
            });
        }
        if let Some((kind, query)) = written.split_once('?') {
            let kind = kind.rsplit('/').next()?;
            return self.queried(kind, query);
        }
        let plain = unversioned(written.split('#').next()?);
        if let Some(urn) = plain.strip_prefix("urn:") {
            let id = urn.rsplit(':').next()?;
            return (*self.ids.get(id)?).map(str::to_owned);
        }
        let mut parts = plain.rsplit('/');
        match (parts.next()?, parts.next()) {
            ("", _) => None,
            (id, Some(kind)) => Some(format!("{kind}/{id}")),
            (id, None) => Some(format!("{}/{id}", wanted.name())),
        }
    }

    /// Finds what a search for an identifier names: `Practitioner?identifier=SYSTEM|VALUE`.
    fn queried(&self, kind: &str, query: &str) -> Option<String> {
        let asked = query
            .split('&')
            .find_map(|one| one.strip_prefix("identifier="))?;
        let asked = asked.replace("%7C", "|").replace("%7c", "|");
        let asked = asked.replace("%3A", ":").replace("%2F", "/");
        let (system, number) = asked.split_once('|').unwrap_or(("", &asked));
        self.identified(kind, system, number)
    }

    fn identified(&self, kind: &str, system: &str, number: &str) -> Option<String> {
        let found = *self.identifiers.get(&(kind, system, number))?;
        found.map(str::to_owned)
    }
}

/// Notes a name under a key, and nothing where two share it.
fn note<'a, K: Ord>(names: &mut BTreeMap<K, Option<&'a str>>, key: K, name: &'a str) {
    let noted = names.entry(key).or_insert(Some(name));
    if *noted != Some(name) {
        *noted = None;
    }
}

/// An address without the version that may follow it.
pub(super) fn unversioned(address: &str) -> &str {
    let plain = address.split("/_history").next().unwrap_or(address);
    plain.trim_end_matches('/')
}
