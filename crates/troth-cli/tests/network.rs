//! The directory at the command line: made up, imported, exported, imported again.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Done, troth};

/// Runs `troth network …` over a data folder, for JSON.
fn network(data: &Path, words: &[&str]) -> Done {
    let mut all = vec!["network"];
    all.extend(words);
    let data = data.to_str().unwrap();
    all.extend(["--data", data, "--json"]);
    troth(&all, "")
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A file of real data, where this checkout has it beside it.
fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {name} is not beside this checkout");
        return None;
    }
    Some(path)
}

/// Reads every file of an export, in the order of their names and lines.
fn exported(folder: &Path) -> Vec<(String, Vec<String>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let mut lines: Vec<String> = fs::read_to_string(&path)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect();
        lines.sort();
        (
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            lines,
        )
    };
    files.into_iter().map(read).collect()
}

fn export(data: &Path, out: &Path) -> Value {
    let out = out.to_str().unwrap();
    network(data, &["export", "plan-net", "--out", out])
        .good()
        .json()
}

#[test]
fn a_made_up_network_is_exported_and_imported_to_the_same() {
    let (first, second, out) = (folder(), folder(), folder());
    let made = network(
        first.path(),
        &["generate", "--providers", "300", "--seed", "7"],
    )
    .good();
    assert_eq!(made.json()["providers"], 300);
    let again = network(
        first.path(),
        &["generate", "--providers", "300", "--seed", "7"],
    )
    .good();
    assert_eq!(again.json()["plans"], 300);
    let (a, b) = (out.path().join("a"), out.path().join("b"));
    let counts = export(first.path(), &a);
    assert_eq!(counts["kinds"]["Practitioner"], 300);
    let imported = network(second.path(), &["import", "plan-net", a.to_str().unwrap()])
        .good()
        .json();
    assert_eq!(
        (&imported["listed"], &imported["rejected"]),
        (&json!(300), &json!(0))
    );
    export(second.path(), &b);
    assert_eq!(exported(&a), exported(&b));
}

#[test]
fn all_real_rows_of_the_registry_are_explained_and_come_back_through_an_export() {
    let Some(file) = real("nppes/practitioners-1500.csv") else {
        return;
    };
    let (first, second, out) = (folder(), folder(), folder());
    let file = file.to_str().unwrap();
    let imported = network(first.path(), &["import", "nppes", file])
        .good()
        .json();
    for (word, count) in [
        ("rows", 1_500),
        ("listed", 81),
        ("kept", 1_419),
        ("rejected", 0),
    ] {
        assert_eq!(imported[word], count, "{imported}");
    }
    assert_eq!(
        (&imported["complete"], &imported["directory"]["added"]),
        (&json!(true), &json!(1_500))
    );
    let report = fs::read_to_string(imported["report"].as_str().unwrap()).unwrap();
    assert_eq!(report.lines().count(), 1_501);
    let other = "of mental health";
    assert_eq!(
        report.lines().filter(|line| line.contains(other)).count(),
        1_419
    );
    let again = network(first.path(), &["import", "nppes", file])
        .good()
        .json();
    assert_eq!(again["directory"]["same"], 1_500, "{again}");
    let (a, b) = (out.path().join("a"), out.path().join("b"));
    export(first.path(), &a);
    network(second.path(), &["import", "plan-net", a.to_str().unwrap()]).good();
    export(second.path(), &b);
    assert_eq!(exported(&a), exported(&b));
}

#[test]
fn a_cut_file_says_so_and_is_gone_on_with_when_it_is_whole() {
    let Some(file) = real("nppes/practitioners-1500.csv") else {
        return;
    };
    let (data, files) = (folder(), folder());
    let whole = fs::read(file).unwrap();
    let copy = files.path().join("npidata.csv");
    fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    let name = copy.to_str().unwrap();
    let cut = network(data.path(), &["import", "nppes", name]);
    assert_eq!(cut.code, 1, "{cut:?}");
    assert!(cut.stderr.contains("ends inside its last row"), "{cut:?}");
    let cut = cut.json();
    assert_eq!(
        (&cut["complete"], &cut["rejected"]),
        (&json!(false), &json!(1))
    );
    let rows = cut["rows"].as_u64().unwrap();

    // Another file of the same name is not taken for it.
    fs::write(
        &copy,
        String::from_utf8_lossy(&whole).replacen("WILLIAM", "WILHELM", 1),
    )
    .unwrap();
    network(data.path(), &["import", "nppes", name]).bad(1, "--restart");

    fs::write(&copy, &whole).unwrap();
    let all = network(data.path(), &["import", "nppes", name])
        .good()
        .json();
    assert_eq!(all["resumed_after"], rows - 1, "{all}");
    assert_eq!(
        (&all["rows"], &all["rejected"]),
        (&json!(1_500), &json!(0)),
        "{all}"
    );
    assert_eq!(all["directory"]["added"], 1_500, "{all}");
    let report = fs::read_to_string(all["report"].as_str().unwrap()).unwrap();
    assert_eq!(report.lines().count(), 1_501);
}

#[test]
fn a_wrong_header_and_a_file_in_latin_1_are_told() {
    let Some(file) = real("nppes/practitioners-1500.csv") else {
        return;
    };
    let (data, files) = (folder(), folder());
    let whole = fs::read_to_string(file).unwrap();
    let copy = files.path().join("npidata.csv");
    let name = copy.to_str().unwrap();
    fs::write(&copy, whole.replacen("NPI", "Number", 1)).unwrap();
    network(data.path(), &["import", "nppes", name])
        .bad(1, "none of its first lines names a column `NPI`");
    fs::write(&copy, "").unwrap();
    network(data.path(), &["import", "nppes", name]).bad(1, "is an empty file");
    network(data.path(), &["import", "nppes", "/nowhere"]).bad(6, "cannot be read");
    let mut latin: Vec<u8> = whole
        .lines()
        .take(4)
        .collect::<Vec<_>>()
        .join("\n")
        .into_bytes();
    latin.push(b'\n');
    let at = latin.iter().rposition(u8::is_ascii_uppercase).unwrap();
    latin[at] = 0xE9;
    fs::write(&copy, latin).unwrap();
    let done = network(data.path(), &["import", "nppes", name]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.stderr.contains("iconv"), "{done:?}");
    let done = done.json();
    assert_eq!(
        (&done["rows"], &done["rejected"]),
        (&json!(3), &json!(1)),
        "{done}"
    );
}

#[test]
fn other_names_and_organizations_are_kept_and_deactivated_identifiers_withdrawn() {
    let Some(names) = real("nppes/othername_pfile_20251103-20251109.csv") else {
        return;
    };
    let (data, files) = (folder(), folder());
    let names = network(data.path(), &["import", "nppes", names.to_str().unwrap()])
        .good()
        .json();
    assert_eq!(
        (&names["rows"], &names["kept"]),
        (&json!(2_427), &json!(2_427))
    );
    let organizations = real("nppes/organizations.csv").unwrap();
    let organizations = network(
        data.path(),
        &["import", "nppes", organizations.to_str().unwrap()],
    );
    assert_eq!(organizations.good().json()["kept"], 40);

    network(data.path(), &["generate", "--providers", "1"]).good();
    let out = files.path().join("out");
    export(data.path(), &out);
    let practitioner = fs::read_to_string(out.join("Practitioner.ndjson")).unwrap();
    let practitioner: Value = serde_json::from_str(&practitioner).unwrap();
    let npi = practitioner["identifier"][0]["value"].as_str().unwrap();
    let gone = files.path().join("gone.csv");
    let rows = format!("NPI,NPPES Deactivation Date\n{npi},01/02/2026\n1234567893,01/02/2026\n");
    fs::write(&gone, rows).unwrap();
    let gone = network(data.path(), &["import", "nppes", gone.to_str().unwrap()])
        .good()
        .json();
    assert_eq!(
        (&gone["withdrawn"], &gone["withdrawn_unknown"]),
        (&json!(2), &json!(1)),
        "{gone}"
    );
}

#[test]
fn a_payers_list_is_taken_row_by_row() {
    let (data, files) = (folder(), folder());
    network(data.path(), &["generate", "--providers", "1"]).good();
    let out = files.path().join("out");
    export(data.path(), &out);
    let practitioner = fs::read_to_string(out.join("Practitioner.ndjson")).unwrap();
    let practitioner: Value = serde_json::from_str(&practitioner).unwrap();
    let npi = practitioner["identifier"][0]["value"].as_str().unwrap();
    let list = files.path().join("list.csv");
    let rows = format!(
        "npi,plan,state,formats\n{npi},Alder PPO,CA,video\n1234567893,New Plan,NV,video+in_person\n12,X,CA,video\n"
    );
    fs::write(&list, rows).unwrap();
    let done = network(data.path(), &["import", "payer", list.to_str().unwrap()])
        .good()
        .json();
    assert_eq!(
        (&done["taken"], &done["unknown"], &done["rejected"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let report = fs::read_to_string(done["report"].as_str().unwrap()).unwrap();
    assert!(
        report.contains("4,,rejected,npi: an identifier has ten digits"),
        "{report}"
    );
    fs::write(&list, "npi,plan\n").unwrap();
    network(data.path(), &["import", "payer", list.to_str().unwrap()])
        .bad(1, "needs the column `state`");
}

#[test]
fn free_times_are_written_with_links_and_the_ghost_rate_says_what_it_cannot_tell() {
    let (data, files) = (folder(), folder());
    network(
        data.path(),
        &["generate", "--providers", "200", "--seed", "3"],
    )
    .good();
    let out = files.path().join("out");
    let words = [
        "export",
        "smart-links",
        "--out",
        out.to_str().unwrap(),
        "--url",
        "https://t.example/",
    ];
    let done = network(data.path(), &words).good().json();
    let slots = fs::read_to_string(out.join("slots.ndjson")).unwrap();
    assert_eq!(done["slots"], slots.lines().count());
    assert!(slots.lines().count() > 100, "{done}");
    assert!(slots.contains("https://t.example/find/slot?provider="));
    let manifest: Value =
        serde_json::from_slice(&fs::read(out.join("$bulk-publish")).unwrap()).unwrap();
    assert_eq!(manifest["output"].as_array().unwrap().len(), 3);

    let ghosts = network(data.path(), &["ghosts"]).good().json();
    assert_eq!(
        (&ghosts["attempts"], &ghosts["per_mille"]),
        (&json!(0), &Value::Null)
    );
    let listings = &ghosts["listings"];
    let sum: u64 = ["proven", "fading", "gone"]
        .iter()
        .map(|w| listings[w].as_u64().unwrap())
        .sum();
    assert_eq!((sum, listings["gone"].as_u64()), (200, Some(0)), "{ghosts}");
    let data = data.path().to_str().unwrap();
    let plain = troth(&["network", "ghosts", "--data", data], "").good();
    assert!(
        plain
            .stdout
            .starts_with("Nobody tried in the last 90 days: can't tell yet.")
    );
}

#[test]
fn imported_listings_are_claims_and_in_no_result() {
    let Some(file) = real("nppes/practitioners-1500.csv") else {
        return;
    };
    let data = folder();
    network(data.path(), &["import", "nppes", file.to_str().unwrap()]).good();
    let ghosts = network(data.path(), &["ghosts"]).good().json();
    assert_eq!(
        ghosts["listings"],
        json!({"proven": 0, "fading": 0, "gone": 81})
    );
}

/// Someone imports a therapist whom no one verified, and looks for them.
#[test]
fn an_imported_listing_answers_no_question() {
    let (data, files) = (folder(), folder());
    network(
        data.path(),
        &["generate", "--providers", "300", "--seed", "7"],
    )
    .good();
    let found = || {
        let place = data.path().to_str().unwrap();
        let ask = ["match", "--data", place, "--query", "-", "--json"];
        let told = troth(&ask, r#"{"states":["CA"]}"#).good();
        assert!(!told.stdout.to_lowercase().contains("zeisig"), "{told:?}");
        let found = told.json()["found"].as_array().unwrap().clone();
        let ids = found.iter().map(|one| one["id"].as_u64().unwrap());
        ids.collect::<Vec<_>>()
    };
    let before = found();
    assert!(!before.is_empty());
    let file = files.path().join("registry.csv");
    let rows = "NPI,Entity Type Code,Provider Last Name (Legal Name),Provider First Name,\
        Provider Business Practice Location Address City Name,\
        Provider Business Practice Location Address State Name,\
        Provider Business Practice Location Address Postal Code,\
        Healthcare Provider Taxonomy Code_1,Provider License Number_1,\
        Provider License Number State Code_1\n\
        1234567893,1,ZEISIG,ROSA,OAKLAND,CA,94607,106H00000X,MFT 1,CA\n";
    fs::write(&file, rows).unwrap();
    let imported = network(data.path(), &["import", "nppes", file.to_str().unwrap()])
        .good()
        .json();
    assert_eq!(imported["directory"]["added"], 1, "{imported}");

    assert_eq!(found(), before);
    let gone = network(data.path(), &["ghosts"]).good().json()["listings"]["gone"].clone();
    assert_eq!(gone, json!(1), "it is known, and unproven");
}

#[test]
fn a_folder_that_is_not_there_is_not_made_by_asking() {
    let files = folder();
    let data = files.path().join("nothing");
    network(&data, &["ghosts"]).bad(6, "no such data folder");
    let out = files.path().join("out");
    network(
        &data,
        &["export", "plan-net", "--out", out.to_str().unwrap()],
    )
    .bad(6, "no such data folder");
    network(&data, &["operator", "ana"]).bad(6, "no such data folder");
    network(&data, &["generate", "--providers", "0"]).bad(2, "from 1 to");
    assert!(!data.exists());
}

/// The resources of HL7's reference server, unpacked into a tar archive.
fn plan_net(into: &Path) -> Option<PathBuf> {
    let packed = real("plannet/plan-net-data.tar.xz")?;
    let unpacked = std::process::Command::new("xz")
        .arg("-dc")
        .arg(packed)
        .output();
    let Some(unpacked) = unpacked.ok().filter(|output| output.status.success()) else {
        eprintln!("SKIPPED: there is no `xz` to unpack the resources with");
        return None;
    };
    let path = into.join("plan-net.tar");
    fs::write(&path, unpacked.stdout).unwrap();
    Some(path)
}

#[test]
fn all_5264_resources_are_imported_explained_and_come_back() {
    let (first, second, files) = (folder(), folder(), folder());
    let Some(archive) = plan_net(files.path()) else {
        return;
    };
    let archive = archive.to_str().unwrap();
    let imported = network(first.path(), &["import", "plan-net", archive]);
    let imported = imported.good().json();
    let counts = ["resources", "listed", "used", "kept", "rejected"].map(|word| &imported[word]);
    assert_eq!(counts, [5_264, 119, 251, 4_894, 0], "{imported}");
    assert_eq!(imported["directory"]["added"], 5_264);
    let report = fs::read_to_string(imported["report"].as_str().unwrap()).unwrap();
    assert_eq!(report.lines().count(), 5_265);
    let (a, b) = (files.path().join("a"), files.path().join("b"));
    assert_eq!(export(first.path(), &a)["resources"], 5_264);
    let again = network(second.path(), &["import", "plan-net", a.to_str().unwrap()]);
    let again = again.good().json();
    for word in [
        "resources",
        "listed",
        "used",
        "kept",
        "rejected",
        "plans",
        "kinds",
    ] {
        assert_eq!(again[word], imported[word]);
    }
    export(second.path(), &b);
    assert_eq!(exported(&a), exported(&b));
}

/// Writes a file of the registry with so many megabytes of rows.
fn registry(path: &Path, megabytes: u64) -> u64 {
    use std::io::Write as _;
    let Some(real) = real("nppes/practitioners-1500.csv") else {
        return 0;
    };
    let text = fs::read_to_string(real).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let mut file = std::io::BufWriter::new(fs::File::create(path).unwrap());
    writeln!(file, "{header}").unwrap();
    let (mut written, mut count) = (0, 0u32);
    while written < megabytes << 20 {
        let npi = troth_match::Npi::from_stem(100_000_000 + count).unwrap();
        let (_, rest) = rows[count as usize % rows.len()].split_once(',').unwrap();
        writeln!(file, "\"{npi}\",{rest}").unwrap();
        written += rest.len() as u64 + 14;
        count += 1;
    }
    count.into()
}

/// The most memory that a running process has taken, in KiB.
fn high_water(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// `TROTH_NPPES_MB=3072` imports three gigabytes, as the night does.
#[test]
fn a_large_file_is_imported_in_little_memory_killed_on_the_way_and_ended() {
    let (data, files) = (folder(), folder());
    let path = files.path().join("npidata_pfile.csv");
    let megabytes = std::env::var("TROTH_NPPES_MB")
        .ok()
        .and_then(|text| text.parse().ok());
    let rows = registry(&path, megabytes.unwrap_or(8));
    if rows == 0 {
        return;
    }
    let words = [
        "network",
        "import",
        "nppes",
        path.to_str().unwrap(),
        "--data",
    ];
    let data_folder = data.path().to_str().unwrap();
    let mut child = crate::harness::start(&[&words[..], &[data_folder, "--json"]].concat());
    let report = data
        .path()
        .join("imports/nppes-npidata_pfile.csv.report.csv");
    // Killed as soon as two steps are told of: in the middle of the file.
    while fs::metadata(&report).map_or(0, |it| it.len()) < 150_000 {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it could be killed"
        );
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut child = crate::harness::start(&[&words[..], &[data_folder, "--json"]].concat());
    let mut high = 0;
    while child.try_wait().unwrap().is_none() {
        high = high_water(child.id()).unwrap_or(0).max(high);
        std::thread::yield_now();
    }
    let done = crate::harness::finish(child, "").good().json();
    assert_eq!(
        (&done["rows"], &done["complete"]),
        (&json!(rows), &json!(true)),
        "{done}"
    );
    assert!(done["resumed_after"].as_u64().unwrap() > 0, "{done}");
    let lines = fs::read_to_string(&report).unwrap();
    assert_eq!(lines.lines().count() as u64, rows + 1);
    assert!(
        lines
            .lines()
            .skip(1)
            .enumerate()
            .all(|(at, line)| { line.split(',').next() == Some((at + 2).to_string().as_str()) })
    );
    assert!(high < 150 * 1024, "{high} KiB");
}

#[test]
fn a_running_server_is_not_in_the_way_and_operators_are_found_by_login() {
    let stage = crate::harness::Stage::one();
    let data = stage.path("data");
    network(&data, &["generate", "--providers", "20"]).good();
    let named = network(&data, &["operator", crate::harness::ANA]).good();
    assert_eq!(named.json()["operator"], true);
    let gone = network(&data, &["operator", crate::harness::ANA, "--revoke"]).good();
    assert_eq!(gone.json()["operator"], false);
    network(&data, &["operator", "nobody"]).bad(1, "no account with this login");
}
