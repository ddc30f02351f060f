//! The words that stand in the page itself, taken from the app's own `locales/`, so that both always say the same.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::shelf::files;

/// One-line messages by key.
#[derive(Debug, Default)]
pub(crate) struct Words(BTreeMap<String, String>);

impl Words {
    /// Reads the one-line messages of a language; a missing folder has none.
    pub(crate) fn of(folder: &Path) -> Result<Self> {
        let mut words = BTreeMap::new();
        for path in files(folder)? {
            let text =
                std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            for line in text.lines() {
                let Some((key, value)) = line.split_once(" = ") else {
                    continue;
                };
                if !key.starts_with(['#', ' ']) && !value.contains(['{', '}']) {
                    words.insert(key.to_owned(), value.to_owned());
                }
            }
        }
        Ok(Self(words))
    }

    /// Sets the words of every `{{t:KEY}}`, written so that they are safe in markup and between quotes of a script.
    ///
    /// A key without a one-line message keeps its placeholder, which is refused later.
    pub(crate) fn set_in(&self, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{t:") {
            let words = after
                .split_once("}}")
                .and_then(|(key, after)| Some((self.0.get(key)?, after)));
            out.push_str(before);
            match words {
                Some((words, after)) => {
                    out.push_str(&escaped(words));
                    rest = after;
                }
                None => {
                    out.push_str("{{");
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\\', "&#92;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_set_and_cannot_leave_their_place() {
        let words = Words(BTreeMap::from([("a".to_owned(), "1 < \"2\"".to_owned())]));
        assert_eq!(
            words.set_in("<p>{{t:a}}</p>"),
            "<p>1 &lt; &quot;2&quot;</p>"
        );
    }

    #[test]
    fn an_unknown_key_leaves_a_placeholder_that_is_refused() {
        assert!(Words::default().set_in("{{t:none}}").contains("{{"));
    }
}
