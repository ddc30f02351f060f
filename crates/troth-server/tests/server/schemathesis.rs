//! What a foreign program finds wrong with the JSON API when it reads its document and tries
//! everything that it can think of: nothing.
//!
//! schemathesis comes from PyPI and is pinned in `xtask/peers.txt`; `TROTH_PEERS` names the folder
//! of its program. `TROTH_SCHEMATHESIS` says how many examples it draws for each route.

use std::path::Path;
use std::process::Command;

use troth_wire::network::ClientSecret;

use crate::support::practice::{Practice, grant, server};

/// How many examples are drawn for each route if nothing is said.
const EXAMPLES: &str = "12";

/// What answers are right for what is right by the document and wrong by the state of things:
/// a name that is in no vocabulary, a time that is not offered, a listing of another version.
fn config(folder: &Path, practice: Practice) -> std::path::PathBuf {
    let secret = ClientSecret([1; 32]);
    let token = practice.account;
    let text = format!(
        r#"
[auth.openapi.client]
api_key = "Troth-Client {secret}"

[auth.openapi.account]
bearer = "{token}"

[checks]
positive_data_acceptance.expected-statuses = ["2xx", 304, 404, 409, 412, 422, 428]
negative_data_rejection.expected-statuses = [400, 401, 404, 405, 412, 415, 422, 428]
missing_required_header.expected-statuses = [401, 422, 428]
"#
    );
    let path = folder.join("schemathesis.toml");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn schemathesis_finds_nothing() {
    let Some(peers) = std::env::var_os("TROTH_PEERS") else {
        println!("TROTH_PEERS is not set: schemathesis was not asked, and this test says nothing");
        return;
    };
    let (server, home) = server();
    let practice = Practice::open(&server, home.path());
    grant((home.path(), None), "vera");
    let work = tempfile::tempdir().unwrap();
    let config = config(work.path(), practice);
    let examples = std::env::var("TROTH_SCHEMATHESIS").unwrap_or_else(|_| EXAMPLES.to_owned());
    let document = format!("http://{}/api/v1/openapi.json", server.address);
    let ran = Command::new(Path::new(&peers).join("schemathesis"))
        .current_dir(work.path())
        .arg("--config-file")
        .arg(&config)
        .args(["run", &document, "--checks", "all", "--seed", "20261122"])
        .args([
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            &examples,
        ])
        .arg("--generation-deterministic")
        .args([
            "--continue-on-failure",
            "--request-timeout",
            "20",
            "--suppress-health-check",
            "all",
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let wrong = String::from_utf8_lossy(&ran.stderr);
    println!("{said}");
    assert!(ran.status.success(), "{said}\n{wrong}");
}
