//! Starts the real `troth`: a server on a free port, homes in a temporary folder.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a finished command left.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    /// The JSON value on stdout.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|_| panic!("stdout is not JSON: {self:?}"))
    }

    /// Checks that the command worked.
    #[track_caller]
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// Checks how the command ended, whatever it said.
    #[track_caller]
    pub(crate) fn code_is(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Checks that the command failed with `code`, in one line of stderr that holds `words`.
    #[track_caller]
    pub(crate) fn bad(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(self.stderr.contains(words), "{self:?}");
        self
    }
}

/// Runs `troth` with these arguments and this stdin.
pub(crate) fn troth<S: AsRef<std::ffi::OsStr>>(arguments: &[S], stdin: &str) -> Done {
    finish(start(arguments), stdin)
}

/// Starts `troth` with all three streams in our hands.
pub(crate) fn start<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Child {
    binary()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The binary under test, in a calm environment.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_troth"));
    command.env_remove("TROTH_HOME").env("TZ", "Europe/Vienna");
    command
}

/// Feeds stdin and waits for the end.
pub(crate) fn finish(mut child: Child, stdin: &str) -> Done {
    let mut pipe = child.stdin.take().unwrap();
    // A command that does not read its stdin may end first; that is its right.
    let _ = pipe.write_all(stdin.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running `troth serve`.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    /// Starts a server over `data` on a free port.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, "127.0.0.1:0", &[])
    }

    /// Starts a server on this address with more arguments.
    pub(crate) fn start_with(data: &Path, listen: &str, more: &[&str]) -> Self {
        let mut child = binary()
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", listen])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some(url) = line.trim_end().strip_prefix("listening on ") else {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("the server did not start: {line:?} {said:?}");
        };
        Self {
            url: url.to_owned(),
            child,
        }
    }

    /// The address without its scheme.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Ends the server at once, as a power cut does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the server to end and waits; gives its exit code.
    pub(crate) fn stop(&mut self) -> i32 {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A temporary folder with a server and the homes of two people.
#[derive(Debug)]
pub(crate) struct Stage {
    folder: TempDir,
    pub(crate) server: Server,
}

/// The passwords of the stage.
pub(crate) const ANA: &str = "ana";
/// The other one.
pub(crate) const BEN: &str = "ben";

impl Stage {
    /// A server and nobody on it.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&folder.path().join("data"));
        Self { folder, server }
    }

    /// A server with one account, Ana's.
    pub(crate) fn one() -> Self {
        let stage = Self::empty();
        stage.sign_up(ANA, "Ana");
        stage
    }

    /// A server with two people who are a couple.
    pub(crate) fn couple() -> Self {
        let stage = Self::one();
        stage.sign_up(BEN, "Ben");
        let link = stage.json(ANA, &["pair", "invite"]);
        let link = link["link"].as_str().unwrap();
        stage.run(BEN, &["pair", "accept", link], "").good();
        let words = stage.json(ANA, &["pair", "words"]);
        assert_eq!(words, stage.json(BEN, &["pair", "words"]));
        stage.run(ANA, &["pair", "confirm"], "").good();
        stage.run(BEN, &["pair", "confirm"], "").good();
        stage.run(ANA, &["sync"], "").good();
        stage
    }

    /// Makes an account; the password is the login and " has a long password".
    pub(crate) fn sign_up(&self, home: &str, name: &str) -> Value {
        let made = self.run(
            home,
            &[
                "account",
                "create",
                "--server",
                &self.server.url,
                "--login",
                home,
                "--name",
                name,
                "--json",
            ],
            &format!("{}\n", password(home)),
        );
        made.good().json()
    }

    /// A path inside the stage's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command in a home.
    pub(crate) fn run(&self, home: &str, arguments: &[&str], stdin: &str) -> Done {
        let home = self.path(home);
        let mut all = vec!["--home", home.to_str().unwrap()];
        all.extend(arguments);
        troth(&all, stdin)
    }

    /// Runs a command that must work, for its JSON.
    pub(crate) fn json(&self, home: &str, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        self.run(home, &arguments, "").good().json()
    }

    /// Lets the homes synchronise until none has anything new to say, checkpoints included.
    pub(crate) fn settle(&self, homes: &[&str]) {
        for _ in 0..8 {
            let reports = homes.iter().map(|home| self.json(home, &["sync"]));
            let moved = reports.filter(|report| report["pulled"] != 0 || report["pushed"] != 0);
            if moved.count() == 0 {
                return;
            }
        }
        panic!("the homes never settle");
    }

    /// The places and ids of a home's record.
    pub(crate) fn record(&self, home: &str) -> Value {
        self.json(home, &["record", "list"])
    }
}

/// The password of a login on the stage.
pub(crate) fn password(login: &str) -> String {
    format!("{login} has a long password")
}
