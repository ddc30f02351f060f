//! The logins of the demonstration, kept beside its homes so that they can be told again.

use std::path::Path;

use serde_json::{Value, json};

use crate::failure::Failure;

/// The file that keeps them. It holds passwords: of a demonstration, never of a person.
const FILE: &str = "logins.json";

/// The logins: of both, then of the therapist and of the steward where they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logins {
    pub(crate) server: String,
    pub(crate) people: Vec<Login>,
}

/// How one of them signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) device_code: String,
    pub(crate) words: Vec<String>,
}

impl Logins {
    /// Reads the logins of an earlier time; none where there was none.
    ///
    /// # Errors
    ///
    /// The file is there and is not what was written.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let Ok(text) = std::fs::read_to_string(folder.join(FILE)) else {
            return Ok(None);
        };
        let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self::from_json(&value).map(Some).ok_or_else(|| {
            Failure::local(
                "the logins of the demonstration are damaged; start with an empty folder",
            )
        })
    }

    /// Writes the logins into the folder.
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let written = std::fs::write(folder.join(FILE), self.json().to_string());
        written.map_err(|_| Failure::local("the logins of the demonstration cannot be written"))
    }

    /// The logins for people.
    pub(crate) fn plain(&self, folder: &Path) -> String {
        let mut lines = vec![
            "A demonstration couple, eight weeks in, and whoever is named after them: a therapist to find".to_owned(),
            "and book, and the steward who verified the listing. Their keys and passwords lie in".to_owned(),
            format!("{}; write nothing real into it.", folder.display()),
        ];
        for person in &self.people {
            lines.push(String::new());
            lines.push(format!("  {}", person.name));
            lines.push(format!("    login:        {}", person.login));
            lines.push(format!("    password:     {}", person.password));
            lines.push(format!("    device code:  {}", person.device_code));
            let mut rows = person.words.chunks(8).map(|row| row.join(" "));
            lines.push(format!(
                "    words:        {}",
                rows.next().unwrap_or_default()
            ));
            lines.extend(rows.map(|row| format!("                  {row}")));
        }
        lines.join("\n")
    }

    /// The logins for scripts.
    pub(crate) fn json(&self) -> Value {
        let people = self.people.iter().map(|person| {
            json!({
                "name": person.name,
                "login": person.login,
                "password": person.password,
                "device_code": person.device_code,
                "words": person.words,
            })
        });
        json!({ "server": self.server, "people": people.collect::<Vec<_>>() })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
        let person = |value: &Value| {
            let words = value.get("words")?.as_array()?;
            Some(Login {
                name: text(value, "name")?,
                login: text(value, "login")?,
                password: text(value, "password")?,
                device_code: text(value, "device_code")?,
                words: words
                    .iter()
                    .map(|word| word.as_str().map(str::to_owned))
                    .collect::<Option<_>>()?,
            })
        };
        let people = value.get("people")?.as_array()?;
        Some(Self {
            server: text(value, "server")?,
            people: people.iter().map(person).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logins_can_be_told_again() {
        let folder = tempfile::tempdir().unwrap();
        let person = |name: &str| Login {
            name: name.to_owned(),
            login: format!("{name}.demo"),
            password: "p".to_owned(),
            device_code: "c".to_owned(),
            words: vec!["word".to_owned(); 24],
        };
        let logins = Logins {
            server: "http://h".to_owned(),
            people: vec![person("ana"), person("ben")],
        };

        assert_eq!(Logins::read(folder.path()), Ok(None));
        logins.write(folder.path()).unwrap();
        assert_eq!(Logins::read(folder.path()), Ok(Some(logins)));
    }
}
