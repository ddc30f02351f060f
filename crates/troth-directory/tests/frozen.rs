//! What every version has kept of imports is still read, and written the same.

#[cfg(test)]
mod tests {
    use troth_directory::entry::Kept;

    /// Lines of `code name bytes`; a line never changes and never goes.
    const KEPT: &str = include_str!("vectors/kept.txt");

    #[test]
    fn what_was_kept_is_read_and_written_to_the_same_bytes() {
        let mut codes = Vec::new();
        for line in KEPT.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.splitn(3, ' ');
            let code: u8 = parts.next().unwrap().parse().unwrap();
            let (name, bytes) = (parts.next().unwrap(), parts.next().unwrap_or(""));
            let kept = Kept::from_stored(code, bytes.as_bytes());
            let kept = kept.unwrap_or_else(|| panic!("{name} is not read any more"));
            assert_eq!(
                kept.to_stored().unwrap(),
                (code, bytes.as_bytes().to_vec()),
                "{name}"
            );
            if code == 1 || code == 3 {
                assert_eq!(kept.own_key(), name);
            }
            codes.push(code);
        }
        assert_eq!(codes, [0, 1, 1, 2, 3, 1]);
    }
}
