use std::collections::BTreeMap;
use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use troth_match::generate::Network;
use troth_match::{Day, Format, State};

use super::*;
use crate::entry::{Entry, Kept};
use crate::listing::{Listing, PlanClaim};
use crate::nppes::{Outcome, Reader};

mod forms;

/// The day on which the directories of these tests are read: 2026-11-30.
const TODAY: Day = Day(20_787);

fn shared(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name)
}

/// The archive of HL7's reference server, unpacked; where it is beside this checkout.
fn archive() -> Option<&'static [u8]> {
    static ARCHIVE: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    ARCHIVE.get_or_init(unpack).as_deref()
}

fn unpack() -> Option<Vec<u8>> {
    let file = File::open(shared("plannet/plan-net-data.tar.xz")).ok();
    let unpacked = file.and_then(|file| {
        let xz = Command::new("xz")
            .arg("-dc")
            .stdin(Stdio::from(file))
            .output();
        xz.ok().filter(|output| output.status.success())
    });
    if unpacked.is_none() {
        eprintln!("SKIPPED: the Plan-Net resources (or `xz`) are not beside this checkout");
    }
    unpacked.map(|output| output.stdout)
}

fn directory(bytes: &[u8]) -> Directory {
    let mut directory = Directory::default();
    read("file", Cursor::new(bytes), &mut |item| directory.add(item)).unwrap();
    directory
}

fn joined(directory: &Directory) -> (Vec<Entry>, Vec<Explained>) {
    let mut entries = Vec::new();
    let explained = directory.join(TODAY, &mut |entry| entries.push(entry));
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    (entries, explained)
}

/// Exports entries as one stream of lines.
fn exported(entries: &[Entry]) -> Vec<u8> {
    let mut lines = Vec::new();
    let mut sink = |_: Kind, resource: &Value| {
        lines.push(resource.to_string());
        Ok(())
    };
    let mut writer = Writer::new(&mut sink);
    for entry in entries {
        writer.write(entry).unwrap();
    }
    writer.finish().unwrap();
    lines.join("\n").into_bytes()
}

#[test]
fn all_5264_resources_are_explained_one_by_one() {
    let Some(bytes) = archive() else { return };
    let directory = directory(bytes);
    assert_eq!(directory.len(), 5_264);
    let (entries, explained) = joined(&directory);
    assert_eq!((entries.len(), explained.len()), (5_264, 5_264));
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for one in &explained {
        let fate = match &one.fate {
            Fate::Listed => "listed",
            Fate::Used { .. } => "used",
            Fate::Kept { why } if !why.is_empty() => why,
            other => panic!("{}: {other:?}", one.name),
        };
        *counts.entry((one.kind.unwrap().name(), fate)).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|((kind, fate), n)| format!("{n} {kind}: {fate}"))
        .collect();
    assert_eq!(
        counts,
        [
            "41 Endpoint: a technical address; listings need none",
            "136 HealthcareService: no listed practitioner works for it",
            "32 HealthcareService: used",
            "5 InsurancePlan: no listed practitioner is in its networks",
            "27 InsurancePlan: used",
            "627 Location: no listed practitioner works there",
            "31 Location: used",
            "149 Organization: neither a network nor an employer of a listed practitioner",
            "42 Organization: used",
            "165 OrganizationAffiliation: between organizations; roles name their networks",
            "119 Practitioner: listed",
            "1884 Practitioner: no taxonomy code of mental health",
            "1884 PractitionerRole: its practitioner is not listed",
            "3 PractitionerRole: names no practitioner",
            "119 PractitionerRole: used",
        ]
    );
}

#[test]
fn what_was_imported_is_exported_and_imported_to_the_same() {
    let Some(bytes) = archive() else { return };
    let (entries, explained) = joined(&directory(bytes));
    let again = directory(&exported(&entries));
    let (entries_again, explained_again) = joined(&again);
    assert_eq!(entries_again, entries);
    assert_eq!(explained_again, explained);
}

#[test]
fn a_listing_says_what_its_resources_say() {
    let Some(bytes) = archive() else { return };
    let (entries, _) = joined(&directory(bytes));
    let listed: Vec<&Listing> = entries.iter().filter_map(|e| e.listing.as_ref()).collect();
    let with = |holds: &dyn Fn(&Listing) -> bool| listed.iter().filter(|l| holds(l)).count();
    // HL7 made the identifiers up: most have a wrong check digit, which is noted.
    let made_up = with(&|l| l.notes.contains(&"an NPI with a wrong check digit"));
    let counts = [
        ("all", listed.len()),
        ("with NPI", with(&|l| l.provider.npi.is_some())),
        ("with plan", with(&|l| !l.plans.is_empty())),
        ("with licence", with(&|l| !l.provider.licences.is_empty())),
        ("with place", with(&|l| !l.provider.places.is_empty())),
        ("taking new people", with(&|l| l.provider.accepting)),
        (
            "by video",
            with(&|l| l.provider.formats.contains(Format::Video)),
        ),
    ];
    assert_eq!(
        counts,
        [
            ("all", 119),
            ("with NPI", 17),
            ("with plan", 118),
            ("with licence", 117),
            ("with place", 118),
            ("taking new people", 28),
            ("by video", 1),
        ]
    );
    assert_eq!(made_up, 102);
}

/// Generated providers as entries, with the names of their plans.
fn generated(size: u32) -> Vec<Entry> {
    let network = Network::new(5, size, Day::from_civil(2026, 11, 22).unwrap());
    let entry = |at| {
        let provider = network.provider(at).0;
        let plans = provider.acceptances.iter().map(|one| PlanClaim {
            name: network.plans().lookup(one.plan).unwrap().name.clone(),
            state: one.state,
            formats: one.formats,
        });
        Entry {
            key: format!("npi:{}", provider.npi.unwrap()),
            kept: Kept::Nothing,
            listing: Some(Listing {
                plans: plans.collect(),
                provider,
                notes: Vec::new(),
            }),
        }
    };
    let mut entries: Vec<Entry> = (0..size).map(entry).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

#[test]
fn listings_of_our_own_come_back_without_their_proof() {
    let entries = generated(300);
    let first = exported(&entries);
    let (mut again, explained) = joined(&directory(&first));
    assert!(
        explained
            .iter()
            .all(|one| !matches!(one.fate, Fate::Rejected(_)))
    );
    assert_eq!(exported(&again), first);
    for (before, after) in entries.iter().zip(&mut again) {
        let (before, after) = (
            before.listing.as_ref().unwrap(),
            after.listing.as_mut().unwrap(),
        );
        assert_eq!(
            (after.provider.quality, after.provider.bookable),
            (0, false)
        );
        let provider = &mut after.provider;
        provider.id = before.provider.id;
        provider
            .acceptances
            .clone_from(&before.provider.acceptances);
        provider.quality = before.provider.quality;
        provider.newcomer = before.provider.newcomer;
        provider.proven_minute = before.provider.proven_minute;
        provider.bookable = before.provider.bookable;
        assert_eq!(after, before);
    }
}

#[test]
fn others_read_from_the_standard_members_what_has_a_place_there() {
    let entries = generated(200);
    let bytes = exported(&entries);
    let mut foreign = Directory::default();
    read("file", Cursor::new(bytes), &mut |mut item: Item| {
        // Another program knows neither our extensions nor our tags.
        if let Ok(Value::Object(resource)) = &mut item.resource {
            let ours = resource.get("resourceType") == Some(&json!("Practitioner"));
            resource.retain(|name, _| name != "meta" && !(ours && name == "extension"));
        }
        foreign.add(item);
    })
    .unwrap();
    let (read, _) = joined(&foreign);
    let read: BTreeMap<u64, &Listing> = read
        .iter()
        .filter_map(|entry| entry.listing.as_ref())
        .map(|listing| (listing.provider.npi.unwrap().number(), listing))
        .collect();
    assert_eq!(read.len(), 200);
    for entry in &entries {
        let written = entry.listing.as_ref().unwrap();
        let read = read[&written.provider.npi.unwrap().number()];
        let (w, r) = (&written.provider, &read.provider);
        assert_eq!((&r.name, &r.credentials), (&w.name, &w.credentials));
        assert_eq!((&r.licences, r.languages), (&w.licences, w.languages));
        assert_eq!((&r.places, r.accepting), (&w.places, w.accepting));
        assert_eq!(
            r.formats.contains(Format::Video),
            w.formats.contains(Format::Video)
        );
        let names = |listing: &Listing| {
            let names = listing.plans.iter().map(|plan| plan.name.clone());
            names.collect::<std::collections::BTreeSet<String>>()
        };
        assert_eq!(names(read), names(written));
    }
}

#[test]
fn rows_of_the_registry_survive_the_way_through_fhir() {
    let mut entries = Vec::new();
    for name in ["practitioners-1500.csv", "organizations.csv"] {
        let Ok(file) = File::open(shared("nppes").join(name)) else {
            eprintln!("SKIPPED: the real rows are not beside this checkout");
            return;
        };
        let mut reader = Reader::open(file).unwrap();
        while let Some(line) = reader.next_line().unwrap() {
            let Outcome::Registered(row) = line.outcome else {
                panic!()
            };
            entries.push(Entry {
                key: format!("npi:{}", row.npi),
                listing: Listing::of_registered(&row).ok(),
                kept: Kept::Registered(*row),
            });
        }
    }
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let (again, _) = joined(&directory(&exported(&entries)));
    assert_eq!(again, entries);
}

#[test]
fn what_is_no_resource_is_named_with_its_line_and_its_reason() {
    let lines = [
        r#"{"resourceType":"Endpoint","id":"a"}"#,
        r#"{"resourceType":"Endpoint","id":"a"}"#,
        r#"{"resourceType":"Endpoint","id":"a","name":"other"}"#,
        r#"{"resourceType":"Patient","id":"a"}"#,
        r#"{"resourceType":"Endpoint"}"#,
        r"[1]",
        r"{",
    ];
    let (_, explained) = joined(&directory(lines.join("\n").as_bytes()));
    let said: Vec<String> = explained
        .iter()
        .map(|one| match &one.fate {
            Fate::Rejected(fault) => format!("{}: {fault}", one.name),
            _ => one.name.clone(),
        })
        .collect();
    assert_eq!(
        said,
        [
            "Endpoint/a",
            "file:3: another resource has the same type and id",
            "file:4: not one of Plan-Net's resources",
            "file:5: the resource has no id",
            "file:6: not a FHIR resource",
            "file:7: not JSON",
        ]
    );
}

#[test]
fn a_bundle_is_its_entries() {
    let bundle = json!({
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "Endpoint", "id": "a"}},
            {"fullUrl": "nothing"},
        ],
    });
    for text in [
        bundle.to_string(),
        serde_json::to_string_pretty(&bundle).unwrap(),
    ] {
        let (_, explained) = joined(&directory(text.as_bytes()));
        let names: Vec<&str> = explained.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Endpoint/a", "file#1"]);
    }
}

#[test]
fn an_archive_that_ends_early_says_so() {
    let Some(bytes) = archive() else { return };
    let cut = &bytes[..bytes.len() / 2 + 100];
    let ended = read("file", Cursor::new(cut), &mut drop).unwrap_err();
    assert_eq!(ended.kind(), std::io::ErrorKind::UnexpectedEof);
}

#[test]
fn a_listing_without_a_plan_in_its_network_is_kept_and_noted() {
    let lines = [
        json!({"resourceType": "Practitioner", "id": "p", "name": [{"family": "X"}],
            "qualification": [{"code": {"coding": [{"code": "106H00000X"}]}}]}),
        json!({"resourceType": "PractitionerRole", "id": "r",
            "practitioner": {"reference": "https://example.org/fhir/Practitioner/p"},
            "location": [{"reference": "Location/l"}],
            "extension": [{"url": "x/network-reference",
                "valueReference": {"reference": "Organization/n"}}]}),
        json!({"resourceType": "Location", "id": "l", "address": {"state": "NV"}}),
    ];
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    let (entries, _) = joined(&directory(text.join("\n").as_bytes()));
    let listing = entries
        .iter()
        .find_map(|entry| entry.listing.as_ref())
        .unwrap();
    assert_eq!(
        listing.notes,
        [
            "a network that no plan names, taken as a plan",
            "a place without coordinates"
        ]
    );
    assert!(State::parse("NV").is_some() && listing.plans.is_empty());
}
