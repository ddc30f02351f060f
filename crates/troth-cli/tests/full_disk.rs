//! A disk without room, for the server and for the client.
//!
//! A small `tmpfs` in a mount namespace of its own plays the disk. Where that is not allowed
//! (no root, no user namespaces) the tests say so loudly; with `TROTH_REQUIRE_MOUNTS=1` they fail.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::harness::{ANA, BEN, Stage, password};

/// The size of the disk, and of the file that fills most of it.
const DISK: &str = "6m";
const FILLER: usize = 5 << 20;

/// Runs a shell script over a small disk at `mount`.
fn on_a_small_disk(mount: &Path, script: &str) -> Command {
    std::fs::create_dir_all(mount).unwrap();
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--map-root-user", "sh", "-ec"])
        .arg(format!(
            "mount -t tmpfs -o size={DISK} tmpfs '{0}'; cd '{0}'; {script}",
            mount.display()
        ));
    command
}

fn mounts_are_allowed(folder: &Path) -> bool {
    let tried = on_a_small_disk(&folder.join("try"), "true").output();
    let allowed = tried.as_ref().is_ok_and(|output| output.status.success());
    if !allowed {
        eprintln!("NOT TESTED: a full disk, because a tmpfs cannot be mounted here: {tried:?}");
        assert!(
            std::env::var_os("TROTH_REQUIRE_MOUNTS").is_none(),
            "mounts are required"
        );
    }
    allowed
}

struct SmallServer {
    child: Child,
    url: String,
    filler: PathBuf,
}

impl SmallServer {
    fn start(mount: &Path) -> Self {
        let script = format!(
            "head -c {FILLER} /dev/zero > filler; exec '{}' serve --data data --listen 127.0.0.1:0",
            env!("CARGO_BIN_EXE_troth")
        );
        let mut child = on_a_small_disk(mount, &script)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        // The disk of another mount namespace is seen through the process that lives in it.
        let inside = format!("/proc/{}/root{}/filler", child.id(), mount.display());
        Self {
            child,
            url,
            filler: inside.into(),
        }
    }
}

impl Drop for SmallServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_with_a_full_disk_loses_nothing_and_goes_on_when_there_is_room() {
    let mut stage = Stage::empty();
    if !mounts_are_allowed(&stage.path("")) {
        return;
    }
    stage.server.kill();
    let server = SmallServer::start(&stage.path("disk"));
    let create = [
        "account",
        "create",
        "--server",
        &server.url,
        "--login",
        ANA,
        "--name",
        "Ana",
    ];
    stage
        .run(ANA, &create, &format!("{}\n", password(ANA)))
        .good();
    stage.run(ANA, &["pair", "invite"], "").good();
    let long = "word ".repeat(3_000);

    let mut waiting = 0;
    let mut rounds = 0;
    while waiting == 0 {
        rounds += 1;
        assert!(rounds < 500, "the disk never filled");
        let done = stage
            .run(ANA, &["reveal", "start", "-", "--json"], &long)
            .good();
        waiting = done.json()["waiting"].as_u64().unwrap();
        if waiting > 0 {
            assert!(done.stderr.contains("full"), "{done:?}");
        }
    }
    let kept = stage.json(ANA, &["record", "verify"]);
    assert_eq!(kept["intact"], true);

    std::fs::remove_file(&server.filler).unwrap();
    let status = stage.json(ANA, &["status"]);
    assert_eq!(status["waiting"], 0, "{status}");
    let reveals = stage.json(ANA, &["reveal", "list"]);
    assert_eq!(reveals.as_array().unwrap().len(), rounds);
    assert_eq!(stage.json(ANA, &["record", "verify"])["intact"], true);
}

#[test]
fn a_client_with_a_full_disk_says_so_and_keeps_what_it_had() {
    let stage = Stage::empty();
    if !mounts_are_allowed(&stage.path("")) {
        return;
    }
    let create = format!(
        "printf 'a long password\\n' | '{0}' --home home account create --server {1} --login {BEN} \
         --name Ben > /dev/null; '{0}' --home home pair invite > /dev/null; \
         '{0}' --home home reveal start First > /dev/null; \
         head -c 100m /dev/zero > filler || true; \
         set +e; for i in $(seq 200); do head -c 15000 /dev/zero | tr '\\0' 'w' \
         | '{0}' --home home reveal start - > /dev/null 2> /tmp/troth-full-$$ ; code=$?; \
         [ $code -ne 0 ] && break; done; cat /tmp/troth-full-$$ >&2; rm /tmp/troth-full-$$; \
         rm filler; '{0}' --home home record verify --json; '{0}' --home home reveal list --json; \
         exit $code",
        env!("CARGO_BIN_EXE_troth"),
        stage.server.url,
    );

    let output = on_a_small_disk(&stage.path("disk"), &create)
        .output()
        .unwrap();

    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{stderr}");
    assert!(stderr.contains("disk is full"), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("\"intact\":true"), "{stdout}");
    assert!(stdout.contains("\"First\""), "{stdout}");
}
