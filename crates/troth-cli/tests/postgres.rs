//! A PostgreSQL of the test's own: a new cluster in a temporary folder, on a socket only.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A running cluster; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Postgres {
    folder: TempDir,
    programs: PathBuf,
    pub(crate) url: String,
}

impl Postgres {
    /// Starts a cluster; none where PostgreSQL is not installed and nobody requires it.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("NOT TESTED: PostgreSQL, because it is not installed here");
            assert!(
                std::env::var_os("TROTH_REQUIRE_POSTGRES").is_none(),
                "PostgreSQL is required"
            );
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let path = folder.path().to_str().unwrap().to_owned();
        let this = Self {
            url: format!("postgresql://postgres@localhost/postgres?host={path}"),
            folder,
            programs,
        };
        this.run(
            "initdb",
            &[
                "-D",
                &format!("{path}/db"),
                "-U",
                "postgres",
                "--auth=trust",
            ],
        );
        let options = format!("-c listen_addresses= -c unix_socket_directories={path}");
        this.run(
            "pg_ctl",
            &[
                "-D",
                &format!("{path}/db"),
                "-o",
                &options,
                "-l",
                "/dev/null",
                "-w",
                "start",
            ],
        );
        Some(this)
    }

    /// Runs a program of PostgreSQL, which refuses to be run by root.
    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
        let program = self.programs.join(program);
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        let output = command
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.path().join("db");
        self.run(
            "pg_ctl",
            &[
                "-D",
                data.to_str().unwrap(),
                "-m",
                "immediate",
                "-w",
                "stop",
            ],
        );
    }
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let found = versions.flatten().map(|version| version.path().join("bin"));
    found.filter(|bin: &PathBuf| has_initdb(bin)).max()
}

fn has_initdb(bin: &Path) -> bool {
    bin.join("initdb").exists()
}
