//! Components: what stands between `BEGIN` and `END`, at any depth, without recursion.

use alloc::string::String;
use alloc::vec::Vec;

use super::line::{Line, lines};
use super::problem::{Problems, Trouble};

/// How deep components may be nested; RFC 5545 needs three.
const DEEPEST: usize = 16;

/// One component with the lines of its own, not those of what is nested in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component {
    /// What it is, in upper case.
    pub(super) kind: String,
    /// The line at which it begins.
    pub(super) number: u32,
    /// The place of the component around it in the list.
    pub(super) parent: Option<usize>,
    /// Its lines.
    pub(super) lines: Vec<Line>,
}

impl Component {
    /// Lists the lines of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// The first line of a name.
    pub(super) fn first(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }
}

/// Lists the components of a feed in the order in which they begin.
///
/// A component that does not end counts as if it ended with the feed; an `END` of something else ends
/// what it names, if that is open, and everything inside.
pub(super) fn components(text: &str, problems: &mut Problems) -> Vec<Component> {
    let mut found: Vec<Component> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in lines(text, problems) {
        match line.name.as_str() {
            "BEGIN" => {
                let parent = open.last().copied();
                if open.len() < DEEPEST {
                    open.push(found.len());
                } else {
                    problems.add(line.number, Trouble::Nesting);
                }
                found.push(Component {
                    kind: line.value.trim().to_ascii_uppercase(),
                    number: line.number,
                    parent,
                    lines: Vec::new(),
                });
            }
            "END" => {
                let kind = line.value.trim().to_ascii_uppercase();
                let is_open = |place: &usize| found.get(*place).is_some_and(|one| one.kind == kind);
                match open.iter().rposition(is_open) {
                    Some(depth) => {
                        if depth + 1 != open.len() {
                            problems.add(line.number, Trouble::Nesting);
                        }
                        open.truncate(depth);
                    }
                    None => problems.add(line.number, Trouble::Nesting),
                }
            }
            _ => match open.last().and_then(|place| found.get_mut(*place)) {
                Some(component) => component.lines.push(line),
                None => problems.add(line.number, Trouble::Line),
            },
        }
    }
    for place in open {
        if let Some(component) = found.get(place) {
            problems.add(component.number, Trouble::Nesting);
        }
    }
    found
}
