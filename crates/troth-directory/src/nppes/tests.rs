use std::collections::BTreeMap;
use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;

use super::*;
use crate::listing::{Listing, NoListing};
use crate::rows::quoted;

/// The whole header as the file has it, with or without the column of 2020.
fn header(columns: usize) -> String {
    let names: Vec<String> = (0..columns).filter_map(header::name).collect();
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(",")
}

/// A row with some columns filled.
fn row(columns: usize, filled: &[(usize, &str)]) -> String {
    let field = |column| {
        filled
            .iter()
            .find(|entry| entry.0 == column)
            .map_or("", |e| e.1)
    };
    let fields: Vec<String> = (0..columns)
        .map(|column| format!("\"{}\"", field(column)))
        .collect();
    fields.join(",")
}

fn read(file: &[u8]) -> Vec<Line> {
    let mut reader = Reader::open(Cursor::new(file)).unwrap();
    core::iter::from_fn(|| reader.next_line().unwrap()).collect()
}

fn judge_one(filled: &[(usize, &str)]) -> Outcome {
    let file = format!("{}\n{}\n", header(COLUMNS), row(COLUMNS, filled));
    read(file.as_bytes()).remove(0).outcome
}

use header::COLUMNS;

const SMITH: [(usize, &str); 4] = [(0, "1234567893"), (1, "1"), (5, "SMITH"), (6, "ANA")];

fn smith_and(more: &[(usize, &'static str)]) -> Outcome {
    let mut filled = SMITH.to_vec();
    filled.retain(|entry| more.iter().all(|new| new.0 != entry.0));
    filled.extend(more);
    judge_one(&filled)
}

#[test]
fn a_person_of_mental_health_becomes_a_listing_that_claims_no_more_than_was_said() {
    let outcome = smith_and(&[
        (36, "05/27/2005"),
        (37, "06/01/2025"),
        (41, "F"),
        (47, "106H00000X"),
        (48, "LM123"),
        (49, "CA"),
        (50, "Y"),
        (51, "106H00000X"),
        (52, "77"),
        (53, "ZZ"),
    ]);
    let Outcome::Registered(person) = outcome else {
        panic!("{outcome:?}")
    };
    let listing = Listing::of_registered(&person).unwrap();
    let provider = &listing.provider;
    assert_eq!((provider.name.as_str(), provider.years), ("Ana Smith", 20));
    assert_eq!(provider.licences.len(), 1);
    assert_eq!(provider.licences[0].expires, crate::listing::UNKNOWN_END);
    assert!(!provider.bookable && provider.places.is_empty() && provider.quality == 0);
    assert_eq!(
        listing.notes,
        ["a licence without a number or outside the states"]
    );
}

#[test]
fn every_reason_to_reject_a_row_is_told() {
    let rejected = |outcome: Outcome| match outcome {
        Outcome::Rejected(why) => why.to_string(),
        other => panic!("{other:?}"),
    };
    let all = [
        rejected(smith_and(&[(0, "1234567890")])),
        rejected(smith_and(&[(0, "12345")])),
        rejected(smith_and(&[(0, "9234567893")])),
        rejected(smith_and(&[(1, "3")])),
        rejected(smith_and(&[(5, "")])),
        rejected(smith_and(&[(37, "2025-06-01")])),
        rejected(smith_and(&[(1, "2")])),
    ];
    assert_eq!(
        all,
        [
            "NPI: the check digit does not fit the other digits",
            "NPI: an identifier has ten digits",
            "NPI: an identifier begins with 1 or 2",
            "Entity Type Code is neither 1 nor 2",
            "there is no name",
            "`Last Update Date` is no date of the form MM/DD/YYYY",
            "there is no name",
        ]
    );
}

#[test]
fn a_deactivated_identifier_is_withdrawn_unless_it_came_back() {
    let npi: Npi = "1234567893".parse().unwrap();
    let bare = judge_one(&[(0, "1234567893"), (39, "01/02/2020")]);
    assert_eq!(bare, Outcome::Deactivated(npi));
    let back = smith_and(&[(39, "01/02/2020"), (40, "03/04/2021")]);
    assert!(matches!(back, Outcome::Registered(_)));
    let gone_again = smith_and(&[(39, "05/06/2022"), (40, "03/04/2021")]);
    assert_eq!(gone_again, Outcome::Deactivated(npi));
}

#[test]
fn a_wrong_header_names_the_first_column_that_is_wrong() {
    let open = |text: &str| {
        Reader::open(Cursor::new(text.to_owned()))
            .unwrap_err()
            .to_string()
    };
    let swapped = header(COLUMNS).replacen("Entity Type Code", "Entity type", 1);
    assert_eq!(
        open(&swapped),
        "column 2 of the header is not `Entity Type Code`"
    );
    assert_eq!(
        open(&format!("{},\"More\"\n", header(COLUMNS))),
        "column 331 of the header is not `the end of the row`"
    );
    assert_eq!(
        open(&header(200)),
        "column 201 of the header is not `Other Provider Identifier Type Code_24`"
    );
    assert_eq!(open(""), "the file is empty");
    assert_eq!(open("\"NPI"), "the first row is no header");
}

#[test]
fn both_forms_of_the_header_are_read() {
    for columns in [COLUMNS - 1, COLUMNS] {
        let file = format!("{}\r\n{}\r\n", header(columns), row(columns, &SMITH));
        assert!(matches!(
            read(file.as_bytes())[0].outcome,
            Outcome::Registered(_)
        ));
    }
}

#[test]
fn a_row_with_a_column_too_few_is_named_and_the_next_is_read() {
    let file = format!(
        "{}\n{}\n{}\n",
        header(COLUMNS),
        row(COLUMNS - 1, &SMITH),
        row(COLUMNS, &SMITH)
    );
    let lines = read(file.as_bytes());
    let short = Rejection::Columns {
        found: 329,
        expected: 330,
    };
    assert_eq!(lines[0].outcome, Outcome::Rejected(short));
    assert!(matches!(lines[1].outcome, Outcome::Registered(_)));
}

#[test]
fn a_cut_file_and_a_file_in_latin_1_lose_only_the_rows_that_suffer() {
    let whole = format!(
        "{}\n{}\n{}\n",
        header(COLUMNS),
        row(COLUMNS, &SMITH),
        row(COLUMNS, &SMITH)
    );
    let cut = read(&whole.as_bytes()[..whole.len() - 40]);
    assert!(matches!(cut[0].outcome, Outcome::Registered(_)));
    let unfinished = Rejection::Row(RowFault::Unfinished);
    assert_eq!(cut[1].outcome, Outcome::Rejected(unfinished));
    let mut latin = whole.into_bytes();
    let at = latin.windows(5).position(|five| five == b"SMITH").unwrap();
    latin[at] = 0xE9;
    let lines = read(&latin);
    assert_eq!(
        lines[0].outcome,
        Outcome::Rejected(Rejection::Row(RowFault::NotUtf8))
    );
    assert!(matches!(lines[1].outcome, Outcome::Registered(_)));
}

fn real(name: &str) -> Option<File> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/nppes");
    let file = File::open(path.join(name)).ok();
    if file.is_none() {
        eprintln!("SKIPPED: the real rows are not beside this checkout");
    }
    file
}

fn read_real(name: &str) -> Option<Vec<Line>> {
    let mut reader = Reader::open(real(name)?).unwrap();
    Some(core::iter::from_fn(|| reader.next_line().unwrap()).collect())
}

#[test]
fn all_1500_real_people_are_explained_row_by_row() {
    let Some(lines) = read_real("practitioners-1500.csv") else {
        return;
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(line.line, number as u64 + 2);
        let Outcome::Registered(person) = &line.outcome else {
            panic!("line {}: {:?}", line.line, line.outcome)
        };
        let what = match Listing::of_registered(person) {
            Ok(listing) if listing.notes.is_empty() => "listed",
            Ok(_) => "listed with notes",
            Err(NoListing::OtherField) => "of another field",
            Err(why) => panic!("line {}: {why}", line.line),
        };
        *counts.entry(what).or_default() += 1;
    }
    let counts: Vec<(&str, usize)> = counts.into_iter().collect();
    assert_eq!(
        counts,
        [
            ("listed", 78),
            ("listed with notes", 3),
            ("of another field", 1_419)
        ]
    );
}

#[test]
fn every_column_of_every_real_row_is_kept() {
    let Some(lines) = read_real("practitioners-1500.csv") else {
        return;
    };
    let mut file = real("practitioners-1500.csv").unwrap();
    let mut original = String::new();
    file.read_to_string(&mut original).unwrap();
    for (line, text) in lines.iter().zip(original.lines().skip(1)) {
        let Outcome::Registered(person) = &line.outcome else {
            panic!()
        };
        let fields: Vec<String> = (0..329u16)
            .map(|column| format!("\"{}\"", person.column(column)))
            .collect();
        assert_eq!(fields.join(","), text.trim_end());
    }
}

#[test]
fn the_real_organizations_and_other_names_are_read_to_the_last_row() {
    let Some(organizations) = read_real("organizations.csv") else {
        return;
    };
    assert_eq!(organizations.len(), 40);
    for line in &organizations {
        let Outcome::Registered(organization) = &line.outcome else {
            panic!("{line:?}")
        };
        assert_eq!(
            Listing::of_registered(organization),
            Err(NoListing::Organization)
        );
    }
    let names = read_real("othername_pfile_20251103-20251109.csv").unwrap();
    assert_eq!(names.len(), 2_427);
    assert!(
        names
            .iter()
            .all(|line| matches!(line.outcome, Outcome::OtherName { .. }))
    );
}

#[test]
fn reading_can_be_broken_off_after_any_row_and_taken_up_again() {
    let mut file = format!("{}\n", header(COLUMNS));
    for number in 0..20u32 {
        let npi = Npi::from_stem(100_000_000 + number).unwrap().to_string();
        let name = quoted(&format!("NAME {number}"));
        file.push_str(&row(COLUMNS, &[(0, &npi), (1, "1"), (5, &name)]));
        file.push('\n');
    }
    let whole = read(file.as_bytes());
    for stop in 0..20 {
        let mut reader = Reader::open(Cursor::new(file.as_bytes())).unwrap();
        let mut lines: Vec<Line> = (0..stop)
            .filter_map(|_| reader.next_line().unwrap())
            .collect();
        let place = reader.place();
        let mut again = Reader::open(Cursor::new(file.as_bytes())).unwrap();
        again.resume(&place).unwrap();
        lines.extend(core::iter::from_fn(|| again.next_line().unwrap()));
        assert_eq!(lines, whole);
    }
}
