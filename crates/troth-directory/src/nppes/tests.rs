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
        rejected(smith_and(&[(37, "June of 2025")])),
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

fn refused(text: &str) -> String {
    let opened = Reader::open(Cursor::new(text.to_owned()));
    opened.unwrap_err().to_string()
}

#[test]
fn what_is_no_header_of_nppes_is_refused_with_the_reason() {
    assert_eq!(refused(""), "the file is empty");
    assert_eq!(refused("\"NPI"), "the first row is no header");
    assert_eq!(
        refused("name,city\nAna,Oakland\n"),
        "none of its first lines names a column `NPI`"
    );
    assert!(refused("NPI,Endpoint Type\n1234567893,DIRECT\n").starts_with("beside `NPI` it has"));
    let opened = Reader::open(Cursor::new(b"\xFF\xFEN\0P\0I\0"));
    assert!(matches!(opened, Err(OpenError::Utf16)));
}

/// Opens a file and reads it to its end.
fn whole_of(text: &str) -> (FileKind, Vec<String>, Vec<Outcome>) {
    let mut reader = Reader::open(Cursor::new(text.to_owned())).unwrap();
    let remarks = reader.remarks().iter();
    let remarks = remarks
        .map(|one| format!("{}: {}: {}", one.line, one.outcome, one.name))
        .collect();
    let lines = core::iter::from_fn(|| reader.next_line().unwrap());
    let outcomes = lines.map(|line| line.outcome).collect();
    (reader.kind(), remarks, outcomes)
}

fn person(outcome: &Outcome) -> &Registered {
    match outcome {
        Outcome::Registered(person) => person,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_column_is_known_by_what_it_means_whatever_its_name_looks_like() {
    let swapped = [
        ("\"Provider Sex Code\"", "\"Provider Gender Code\""),
        ("\"Provider Sex Code\"", "\" PROVIDER  SEX CODE \""),
        ("\"NPI\"", "\"\u{feff}npi\u{a0}\""),
        ("\"Provider First Name\"", "\"provider_first_name\""),
        (
            "\"Provider Last Name (Legal Name)\"",
            "\"Provider Last Name\"",
        ),
    ];
    for (today, other) in swapped {
        let renamed = header(COLUMNS).replacen(today, other, 1);
        assert_ne!(renamed, header(COLUMNS));
        let filled = [SMITH.as_slice(), &[(41, "F")]].concat();
        let (kind, remarks, outcomes) =
            whole_of(&format!("{renamed}\n{}\n", row(COLUMNS, &filled)));
        assert_eq!((kind, remarks), (FileKind::Main, vec![]), "{other}");
        let person = person(&outcomes[0]);
        assert_eq!((person.sex(), person.name().as_str()), ("F", "Ana Smith"));
    }
}

#[test]
fn columns_in_another_order_new_ones_and_fewer_of_them_are_read_and_told() {
    let text = "Provider First Name,Shoe Size,NPI,Provider Last Name (Legal Name),Entity Type Code,\
                Healthcare Provider Taxonomy Code_1,Provider Gender Code,Provider Sex Code\n\
                ANA,39,1234567893,SMITH,1,106H00000X,,F\n";
    let (_, remarks, outcomes) = whole_of(text);
    assert_eq!(
        remarks[..2],
        [
            "1: unknown column: Shoe Size",
            "1: doubled column: Provider Sex Code"
        ]
    );
    let missing = "1: missing column: Other Provider Identifier_N (50 columns)";
    assert!(remarks.contains(&missing.to_owned()), "{remarks:?}");
    let person = person(&outcomes[0]);
    assert_eq!(
        (person.sex(), person.more["Shoe Size"].as_str()),
        ("F", "39")
    );
    assert!(Listing::of_registered(person).is_ok());
    let stored = serde_json::to_string(person).unwrap();
    assert_eq!(
        &serde_json::from_str::<Registered>(&stored).unwrap(),
        person
    );
}

#[test]
fn without_the_entity_column_a_row_is_what_its_name_says() {
    let text = "NPI,Provider Organization Name,Provider Last Name\n\
                1234567893,,SMITH\n1234567893,A PRACTICE,\n1234567893,,\n";
    let (_, _, outcomes) = whole_of(text);
    assert_eq!(person(&outcomes[0]).kind, Entity::Person);
    assert_eq!(person(&outcomes[1]).kind, Entity::Organization);
    assert_eq!(outcomes[2], Outcome::Rejected(Rejection::Name));
}

#[test]
fn a_title_before_the_header_is_passed_over_and_told() {
    let titles = [
        "NPPES Deactivated NPI Report as of Oct 13 2025\n",
        "\u{feff}\"NPPES Deactivated NPI Report as of Oct 13 2025\",\r\n,\r\n",
        "sep=,\n",
        "",
    ];
    for title in titles {
        let text = format!(
            "{title}NPI,NPPES Deactivation Date\n1234567893,03/11/2024\n1679576722,07/02/2025\n"
        );
        let (kind, remarks, outcomes) = whole_of(&text);
        assert_eq!(kind, FileKind::Deactivated, "{title}");
        assert_eq!(remarks.is_empty(), title.is_empty());
        let gone = |outcome: &Outcome| matches!(outcome, Outcome::Deactivated(_));
        assert!(
            outcomes.len() == 2 && outcomes.iter().all(gone),
            "{outcomes:?}"
        );
    }
}

#[test]
fn what_spreadsheets_do_to_rows_changes_nothing_of_them() {
    let npi: Npi = "1234567893".parse().unwrap();
    let rows = [
        "NPI;NPPES Deactivation Date;;\r\n1234567893.0;2024-03-11 00:00:00;;\r\n;;;\r\n",
        "NPI\tNPPES Deactivation Date\n1234567893\t11-Mar-24\n\t\n",
        "NPI,NPPES Deactivation Date,\n1.234567893E9,3/11/24,\n,,\n",
        "NPI,NPPES Deactivation Date\n\"=\"\"1234567893\"\"\",45362,,\n",
        "NPI|Deactivation Date\n'1234567893|03-11-24\n",
    ];
    for text in rows {
        let (_, _, outcomes) = whole_of(text);
        assert_eq!(outcomes, [Outcome::Deactivated(npi)], "{text}");
    }
    // Digits that a spreadsheet has rounded away are not made up.
    let (_, _, rounded) = whole_of("NPI,NPPES Deactivation Date\n1.23457E+09,03/11/2024\n");
    assert!(matches!(rounded[0], Outcome::Rejected(Rejection::Npi(_))));
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
