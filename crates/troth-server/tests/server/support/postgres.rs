//! A PostgreSQL of our own, in a temporary folder, reached by a socket in that folder.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

/// A running server; it stops when dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    user: Option<u32>,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts a server, or says that PostgreSQL is not installed.
    ///
    /// Where `TROTH_REQUIRE_POSTGRES` is set, its absence is a failure.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            let required = std::env::var_os("TROTH_REQUIRE_POSTGRES").is_some();
            assert!(!required, "PostgreSQL is required here and not installed");
            eprintln!("PostgreSQL is not installed; this test says nothing");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let user = unprivileged();
        if user.is_some() {
            chown(folder.path(), user, user).unwrap();
        }
        let server = Self {
            programs,
            folder,
            user,
            databases: AtomicU32::new(0),
        };
        server.run(
            "initdb",
            &["-A", "trust", "-U", "troth", "-E", "UTF8", "--no-sync"],
        );
        server.restart();
        Some(server)
    }

    /// Starts the server that stopped.
    pub fn restart(&self) {
        self.restart_with("-c listen_addresses=", &[]);
    }

    /// Starts the server that stopped, with options of its own and files beside its socket that it
    /// alone reads.
    pub fn restart_with(&self, options: &str, files: &[&Path]) {
        for file in files {
            let kept = self.folder.path().join(file.file_name().unwrap());
            fs::copy(file, &kept).unwrap();
            fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).unwrap();
            if self.user.is_some() {
                chown(&kept, self.user, self.user).unwrap();
            }
        }
        let options = format!("{options} -k {}", self.folder.path().display());
        let log = self.folder.path().join("log").display().to_string();
        self.run("pg_ctl", &["-w", "-l", &log, "-o", &options, "start"]);
    }

    /// Makes an empty database and says how to reach it.
    pub fn database(&self) -> String {
        let name = format!("troth{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let socket = self.folder.path().display().to_string();
        let made = Command::new(self.programs.join("createdb"))
            .args(["-h", &socket, "-U", "troth", &name])
            .status();
        assert!(made.unwrap().success());
        format!("postgres://troth@/{name}?host={socket}")
    }

    /// Stops the server at once, as a crash does.
    pub fn crash(&self) {
        self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let data = self.folder.path().join("data");
        let mut command = Command::new(self.programs.join(program));
        command
            .arg("-D")
            .arg(&data)
            .args(arguments)
            .current_dir(self.folder.path());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        let ended = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(ended.success(), "{program} {arguments:?}");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        if !data.join("postmaster.pid").exists() {
            return;
        }
        let mut command = Command::new(self.programs.join("pg_ctl"));
        command
            .arg("-D")
            .arg(&data)
            .args(["-m", "immediate", "stop"]);
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        let _ended = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// The newest installed PostgreSQL.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut versions: Vec<_> = versions
        .filter_map(|it| Some(it.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    versions
        .into_iter()
        .rfind(|programs| programs.join("initdb").exists())
}

/// Who runs the server when the tests run as root, whom it refuses.
fn unprivileged() -> Option<u32> {
    if fs::metadata("/proc/self").is_ok_and(|me| me.uid() != 0) {
        return None;
    }
    let users = fs::read_to_string(Path::new("/etc/passwd")).unwrap_or_default();
    let id = |name: &str| {
        let mut fields = users
            .lines()
            .find(|line| line.starts_with(name))?
            .split(':');
        fields.nth(2)?.parse().ok()
    };
    id("postgres:").or_else(|| id("nobody:"))
}
