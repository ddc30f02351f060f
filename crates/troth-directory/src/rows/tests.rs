use std::io::Cursor;

use proptest::prelude::*;

use super::*;

fn read(bytes: &[u8]) -> Vec<Row> {
    let mut rows = Rows::new(Cursor::new(bytes)).unwrap();
    core::iter::from_fn(|| rows.next_row().unwrap()).collect()
}

fn fields(texts: &[&str]) -> Result<Vec<String>, RowFault> {
    Ok(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn quotes_commas_and_line_ends_inside_quotes_are_text() {
    let rows = read(b"a,\"b,\"\"c\"\"\nd\",\r\n\r\n\"x\",\"\",\"\"\n");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].fields, fields(&["a", "b,\"c\"\nd", ""]));
    assert_eq!(rows[1].line, 4);
    assert_eq!(rows[1].fields, fields(&["x", "", ""]));
}

#[test]
fn a_broken_row_costs_itself_alone() {
    let rows = read(b"a,b\nx\"y,z\n\"k\"l,m\nc,d\n");
    assert_eq!(rows[1].fields, Err(RowFault::StrayQuote));
    assert_eq!(rows[2].fields, Err(RowFault::StrayQuote));
    assert_eq!(
        (rows[3].line, rows[3].fields.clone()),
        (4, fields(&["c", "d"]))
    );
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_the_file() {
    let mut file = b"a,\"b\n".to_vec();
    for _ in 0..LONGEST {
        file.extend_from_slice(b"c,d\n");
    }
    let rows = read(&file);
    assert_eq!(rows[0].fields, Err(RowFault::TooLong));
    assert_eq!(rows.len(), 1 + LONGEST);
}

#[test]
fn a_file_that_ends_inside_a_row_says_so() {
    assert_eq!(read(b"a,b\nc,d")[1].fields, Err(RowFault::Unfinished));
    assert_eq!(read(b"a,b\n\"c\",\"d")[1].fields, Err(RowFault::Unfinished));
    assert_eq!(read(b"a,b\n\"c\",\"d\"")[1].fields, fields(&["c", "d"]));
}

#[test]
fn latin_1_is_named_and_costs_the_row_alone() {
    let rows = read(b"a\nJos\xE9\nb\n");
    assert_eq!(rows[1].fields, Err(RowFault::NotUtf8));
    assert_eq!(rows[2].fields, fields(&["b"]));
}

#[test]
fn a_byte_order_mark_is_no_text() {
    assert_eq!(read(b"\xEF\xBB\xBFa,b\n")[0].fields, fields(&["a", "b"]));
}

#[test]
fn reading_goes_on_where_it_stopped_and_not_in_another_file() {
    let file = b"h\na\n\"b\nb\"\nc\n";
    let mut rows = Rows::new(Cursor::new(file)).unwrap();
    for _ in 0..3 {
        rows.next_row().unwrap();
    }
    let place = rows.place();
    assert_eq!((place.rows, place.line), (3, 5));
    let mut again = Rows::new(Cursor::new(file)).unwrap();
    assert!(again.resume(&place).unwrap());
    assert_eq!(again.next_row().unwrap().unwrap().fields, fields(&["c"]));
    let mut other = Rows::new(Cursor::new(b"h\nA\n\"b\nb\"\nc\n")).unwrap();
    assert!(!other.resume(&place).unwrap());
    let mut short = Rows::new(Cursor::new(b"h\n")).unwrap();
    assert!(!short.resume(&place).unwrap());
}

/// Gives one byte at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some((first, rest)) = self.0.split_first() else {
            return Ok(0);
        };
        into[0] = *first;
        self.0 = rest;
        Ok(1)
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        table in proptest::collection::vec(
            proptest::collection::vec("[a-z\",\r\n é]{0,6}", 2..5), 1..6),
    ) {
        let mut file = String::new();
        for row in &table {
            let row: Vec<String> = row.iter().map(|field| quoted(field)).collect();
            file.push_str(&row.join(","));
            file.push('\n');
        }
        let read: Vec<Vec<String>> =
            read(file.as_bytes()).into_iter().map(|row| row.fields.unwrap()).collect();
        prop_assert_eq!(read, table);
    }

    #[test]
    fn any_bytes_are_read_to_their_end_however_they_arrive(
        bytes in proptest::collection::vec(
            prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200),
    ) {
        let whole = read(&bytes);
        let mut rows = Rows::new(Slow(&bytes)).unwrap();
        let slow: Vec<Row> = core::iter::from_fn(|| rows.next_row().unwrap()).collect();
        prop_assert_eq!(whole, slow);
        prop_assert_eq!(rows.place().bytes, bytes.len() as u64);
    }
}
