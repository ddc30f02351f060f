//! A real `troth serve` in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// A running server.
pub(crate) struct Served {
    child: Child,
    /// Such as `127.0.0.1:40123`.
    pub(crate) address: String,
    /// How long it took from the start of the process to its first line.
    pub(crate) ready_after: Duration,
}

impl Served {
    /// Starts `troth serve` over a folder, on a free port.
    pub(crate) fn start(troth: &Path, data: &Path) -> Result<Self> {
        let begun = Instant::now();
        let mut child = Command::new(troth)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting troth serve")?;
        let stdout = child.stdout.take().context("the server has no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready_after = begun.elapsed();
        let address = line.trim().strip_prefix("listening on http://");
        let address = address
            .context("the server did not say where it listens")?
            .to_owned();
        Ok(Self {
            child,
            address,
            ready_after,
        })
    }

    /// The memory that is resident, in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: u64 = line
            .context("no VmRSS")?
            .trim()
            .trim_end_matches(" kB")
            .parse()?;
        Ok(kib * 1024)
    }

    /// The processor time that the server has used so far.
    pub(crate) fn used(&self) -> Result<Duration> {
        used_by(&self.child.id().to_string())
    }
}

/// The processor time that a process has used so far, all its threads together: its id, or
/// `self`.
pub(crate) fn used_by(process: &str) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").context("an unknown form of stat")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    let (user, system) = ticks(11)
        .zip(ticks(12))
        .context("an unknown form of stat")?;
    // Linux counts in hundredths of a second on every machine this runs on.
    Ok(Duration::from_millis((user + system) * 10))
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
