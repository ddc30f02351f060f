//! Words of others, made fit for a terminal.
//!
//! What a partner, a provider or a server wrote may hold characters that move the cursor, change
//! what is on the screen already, or turn the direction of a line. Shown as they are, they could
//! make a record look different from what it is.

use troth_core::steers;

/// Shows such characters as a replacement character; line breaks and tabs stay.
pub(crate) fn legible(text: &str) -> String {
    text.chars()
        .map(|sign| match sign {
            '\n' | '\t' => sign,
            sign if steers(sign) => char::REPLACEMENT_CHARACTER,
            sign => sign,
        })
        .collect()
}

/// Keeps the lines of a text below its first, so that none can pass for a line of ours.
pub(crate) fn hung(text: &str) -> String {
    text.replace('\n', "\n    ")
}

/// Escapes the characters that JSON may carry and a terminal would obey: DEL and U+0080 to U+009F.
///
/// They can stand only inside strings, where the escape means the same.
pub(crate) fn escaped(json: &str) -> String {
    if !json.contains(char::is_control) {
        return json.to_owned();
    }
    let escape = |sign: char| match sign {
        sign if sign.is_control() => format!("\\u{:04x}", u32::from(sign)),
        sign => sign.to_string(),
    };
    json.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_instead_of_obeyed() {
        let hostile = "\u{1b}[2J\u{9b}1mkept\r\u{202e}missed\u{7}\n\tnext";

        let shown = "\u{fffd}[2J\u{fffd}1mkept\u{fffd}\u{fffd}missed\u{fffd}\n\tnext";
        assert_eq!(legible(hostile), shown);
        assert_eq!(legible("שלום, é, 👩\u{200d}👩"), "שלום, é, 👩\u{200d}👩");
    }

    #[test]
    fn json_keeps_its_meaning_without_a_control_character() {
        let words = "a\u{9b}2J\u{7f}\u{1b}b\n";
        let json = serde_json::Value::from(words).to_string();

        let printed = escaped(&json);

        assert!(!printed.contains(char::is_control), "{printed}");
        assert_eq!(serde_json::from_str::<String>(&printed).unwrap(), words);
    }
}
