use std::collections::HashSet;
use std::path::PathBuf;

use super::tables::{CALLINGS, LICENCE_LENGTHS, LICENCE_LETTERS, MIDDLE_NAMES, WOMEN};
use super::*;
use crate::vocabulary::{Format, Service};

fn network(size: u32) -> Network {
    Network::new(7, size, Day::from_civil(2026, 11, 22).unwrap())
}

type People = Vec<(Provider, Availability)>;

/// A part of a whole, in thousandths.
fn of(people: &People, holds: impl Fn(&Provider, &Availability) -> bool) -> u32 {
    let count = people.iter().filter(|(p, free)| holds(p, free)).count();
    u32::try_from(count * 1_000 / people.len()).unwrap()
}

#[test]
fn a_provider_does_not_depend_on_the_size_or_on_the_others() {
    let (small, large) = (network(10), network(1_000_000));
    assert_eq!(small.provider(3), large.provider(3));
    assert_ne!(small.provider(3).0.name, small.provider(4).0.name);
    let other = Network::new(8, 10, small.base());
    assert_ne!(small.provider(3), other.provider(3));
}

/// Frozen: a change of this number means that everybody's seeds mean something else.
#[test]
fn the_same_seed_is_the_same_network_on_every_machine() {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    for (provider, free) in network(200).iter() {
        hash.update(format!("{provider:?}{free:?}"));
    }
    let hex: String = hash.finalize()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(hex, "9ccaafb6d30f2002");
}

#[test]
fn everybody_is_sound_and_has_an_own_identifier() {
    let network = network(20_000);
    let mut seen = HashSet::new();
    for (provider, _) in network.iter() {
        assert_eq!(provider.check(), Ok(()), "{provider:?}");
        assert!(seen.insert(provider.npi.expect("an identifier")));
    }
}

#[test]
fn the_network_has_the_shape_that_the_rivals_were_measured_on() {
    let network: People = network(20_000).iter().collect();
    let near = |found: u32, wanted: u32, by: u32| {
        assert!(found.abs_diff(wanted) <= by, "{found} instead of {wanted}");
    };
    near(
        of(&network, |p, _| p.services.contains(Service::Couples)),
        380,
        15,
    );
    near(of(&network, |p, _| p.accepting), 620, 15);
    near(
        of(&network, |p, _| p.formats.contains(Format::Video)),
        880,
        15,
    );
    near(of(&network, |p, _| p.acceptances.is_empty()), 150, 15);
    near(of(&network, |p, _| p.licences.len() == 1), 720, 15);
    near(
        of(&network, |p, _| (5..=20).contains(&p.licences.len())),
        30,
        6,
    );
    let licences: usize = network.iter().map(|(p, _)| p.licences.len()).sum();
    near(u32::try_from(licences).unwrap() / 200, 198, 12);
    let plans: usize = network
        .iter()
        .map(|(p, _)| {
            p.acceptances
                .iter()
                .map(|a| a.plan)
                .collect::<HashSet<_>>()
                .len()
        })
        .sum();
    near(u32::try_from(plans).unwrap() / 200, 620, 50);
    // Of those who take new people, about six in ten are free within 48 hours on weekdays.
    let monday = Network::new(7, 20_000, Day::from_civil(2026, 11, 23).unwrap());
    let monday: People = monday.iter().collect();
    let soon = Availability::span(0, 96);
    let taking = of(&monday, |p, _| p.accepting);
    let free = of(&monday, |p, free| p.accepting && free.meets(&soon));
    near(free * 1_000 / taking, 620, 80);
}

/// Reads the real rows, where this checkout has them beside it.
fn real_rows() -> Option<Vec<Vec<String>>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/nppes/practitioners-1500.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: the real rows are not beside this checkout");
        return None;
    };
    let rows = text.lines().map(|line| {
        let inner = line
            .trim_end()
            .trim_start_matches('"')
            .trim_end_matches('"');
        inner.split("\",\"").map(str::to_owned).collect()
    });
    Some(rows.collect())
}

fn column(rows: &[Vec<String>], name: &str) -> usize {
    rows[0].iter().position(|column| column == name).unwrap()
}

/// The columns of the fifteen taxonomy codes.
fn taxonomies(rows: &[Vec<String>]) -> Vec<usize> {
    (1..=15)
        .map(|n| column(rows, &format!("Healthcare Provider Taxonomy Code_{n}")))
        .collect()
}

/// The calling that a code belongs to, as an index into [`CALLINGS`].
fn calling(code: &str) -> Option<usize> {
    let psychiatry = ["2084P0800X", "2084P0804X", "2084P0805X"];
    match code {
        _ if code.starts_with("103") => Some(0),
        _ if psychiatry.contains(&code) => Some(1),
        _ if code.starts_with("104") => Some(2),
        _ if code.starts_with("363LP08") || code.starts_with("364SP08") => Some(3),
        _ if code.starts_with("101Y") => Some(4),
        _ if code.starts_with("106H") => Some(5),
        _ => None,
    }
}

#[test]
fn the_constants_are_what_the_real_rows_say() {
    let Some(rows) = real_rows() else { return };
    let people = &rows[1..];
    assert_eq!(people.len(), 1_500);
    let count = |holds: &dyn Fn(&Vec<String>) -> bool| {
        u32::try_from(people.iter().filter(|row| holds(row)).count()).unwrap()
    };
    let middle = column(&rows, "Provider Middle Name");
    assert_eq!(count(&|row| !row[middle].is_empty()), MIDDLE_NAMES.0);
    let number = column(&rows, "Provider License Number_1");
    for (length, often) in LICENCE_LENGTHS {
        assert_eq!(
            count(&|row| row[number].len() == length as usize),
            often,
            "{length}"
        );
    }
    let letters = |row: &Vec<String>| row[number].contains(|c: char| c.is_ascii_alphabetic());
    assert_eq!(count(&letters), LICENCE_LETTERS.0);
    let codes = taxonomies(&rows);
    let mental = |row: &Vec<String>| codes.iter().any(|at| calling(&row[*at]).is_some());
    let sex = column(&rows, "Provider Gender Code");
    assert_eq!(count(&mental), WOMEN.1);
    assert_eq!(count(&|row| mental(row) && row[sex] == "F"), WOMEN.0);
    for (at, (name, _, often)) in CALLINGS.iter().enumerate() {
        let found: usize = people
            .iter()
            .map(|row| {
                codes
                    .iter()
                    .filter(|c| calling(&row[**c]) == Some(at))
                    .count()
            })
            .sum();
        assert_eq!(u32::try_from(found).unwrap(), *often, "{name}");
    }
}

#[test]
fn generated_people_have_the_marginals_of_the_real_ones() {
    let network: People = network(20_000).iter().collect();
    let thousandths = |(part, whole): (u32, u32)| part * 1_000 / whole;
    let near = |found: u32, wanted: u32| {
        assert!(found.abs_diff(wanted) <= 15, "{found} instead of {wanted}");
    };
    near(
        of(&network, |p, _| p.name.contains(". ")),
        thousandths(MIDDLE_NAMES),
    );
    let all: u32 = LICENCE_LENGTHS.iter().map(|entry| entry.1).sum();
    for (length, often) in LICENCE_LENGTHS {
        near(
            of(&network, |p, _| {
                p.licences[0].number.len() == length as usize
            }),
            thousandths((often, all)),
        );
    }
    let callings: u32 = CALLINGS.iter().map(|calling| calling.2).sum();
    for (_, letters, often) in CALLINGS {
        near(
            of(&network, |p, _| letters.contains(&p.credentials.as_str())),
            thousandths((often, callings)),
        );
    }
}
