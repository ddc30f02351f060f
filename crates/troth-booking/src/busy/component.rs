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

    /// Says whether a property is there and each of its lines says one of these words.
    pub(super) fn says(&self, name: &str, words: &[&str]) -> bool {
        let mut lines = self.all(name).peekable();
        let is_word = |line: &Line| {
            let value = line
                .value
                .trim_matches(|char: char| char.is_whitespace() || char == '"');
            words.iter().any(|word| value.eq_ignore_ascii_case(word))
        };
        lines.peek().is_some() && lines.all(is_word)
    }
}

/// The calendar in which a component is, if it is in one.
pub(super) fn calendar_of<'a>(
    components: &'a [Component],
    component: &Component,
) -> Option<(usize, &'a Component)> {
    let mut place = component.parent?;
    for _ in 0..DEEPEST {
        let around = components.get(place)?;
        if around.kind == "VCALENDAR" {
            return Some((place, around));
        }
        place = around.parent?;
    }
    None
}

/// Lists the components of a feed in the order in which they begin.
///
/// A component that does not end counts as if it ended with the feed; an `END` of something else ends
/// what it names, if that is open, and everything inside.
pub(super) fn components(feed: &[u8], problems: &mut Problems) -> Vec<Component> {
    let mut found: Vec<Component> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in lines(feed, problems) {
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
