//! Numbers with the thing that is counted: one entry, two entries.

/// Writes how many there are of something, with the word in its right number.
pub(crate) fn counted(count: u64, one: &str) -> String {
    if count == 1 {
        return format!("1 {one}");
    }
    // The last word of a name of several is the one that is counted.
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{count} {stem}ies"),
        _ => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_none_is_many() {
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(counted(0, "entry"), "0 entries");
        assert_eq!(counted(2, "open time"), "2 open times");
        assert_eq!(counted(3, "day"), "3 days");
    }
}
