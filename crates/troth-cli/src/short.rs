//! Ids as people type them: the first characters are enough when they fit one entry alone.

use crate::failure::Failure;

/// Finds the one candidate whose id begins with `start`.
///
/// # Errors
///
/// None fits, or more than one does.
pub(crate) fn find<I, T>(start: &str, what: &str, candidates: I) -> Result<T, Failure>
where
    I: IntoIterator<Item = (String, T)>,
{
    let start = start.to_lowercase();
    if start.is_empty() || !start.chars().all(|letter| letter.is_ascii_hexdigit()) {
        return Err(Failure::usage(format!(
            "an id is made of the digits 0 to 9 and the letters a to f; copy it from the list of \
             {what}"
        )));
    }
    let mut fitting = candidates
        .into_iter()
        .filter(|(id, _)| id.starts_with(&start));
    let Some((_, found)) = fitting.next() else {
        return Err(Failure::refused(format!(
            "none of the {what} has an id that starts with {start}; list them and copy the id"
        )));
    };
    match fitting.next() {
        None => Ok(found),
        Some(_) => Err(Failure::refused(format!(
            "several of the {what} have an id that starts with {start}; give more of it"
        ))),
    }
}

/// Shortens an id for people; enough of it to find it again in a couple's record.
pub(crate) fn shorten(id: &str) -> String {
    id.chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    fn candidates() -> Vec<(String, u8)> {
        vec![
            ("ab12".to_owned(), 1),
            ("ab34".to_owned(), 2),
            ("cd56".to_owned(), 3),
        ]
    }

    #[test]
    fn the_start_of_an_id_is_enough_when_it_fits_one() {
        assert_eq!(find("c", "entries", candidates()), Ok(3));
        assert_eq!(find("AB3", "entries", candidates()), Ok(2));
    }

    #[test]
    fn a_start_that_fits_two_asks_for_more() {
        let failure = find("ab", "entries", candidates()).unwrap_err();

        assert_eq!(failure.exit(), Exit::Refused);
        assert!(failure.message().contains("give more of it"));
    }

    #[test]
    fn what_cannot_be_an_id_is_a_wrong_command_line() {
        assert_eq!(
            find("", "entries", candidates()).unwrap_err().exit(),
            Exit::Usage
        );
        assert_eq!(
            find("xyz", "entries", candidates()).unwrap_err().exit(),
            Exit::Usage
        );
        assert_eq!(
            find("ff", "entries", candidates()).unwrap_err().exit(),
            Exit::Refused
        );
    }
}
