//! PostgreSQL: one table, a GIN index on composite tokens, no parallel workers, no JIT.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use postgres::{Client, NoTls, SimpleQueryMessage};
use tempfile::TempDir;

use crate::doc::{Doc, Wanted};

/// A server of our own in a temporary folder; it stops when dropped.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    user: Option<u32>,
    client: Option<Client>,
    pub(crate) backend: String,
}

impl Postgres {
    /// Starts a server; `None` if PostgreSQL is not installed.
    pub(crate) fn start() -> Result<Option<Self>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let user = if fs::metadata("/proc/self")?.uid() == 0 {
            unprivileged()
        } else {
            None
        };
        chown(folder.path(), user, user)?;
        let mut server = Self {
            programs,
            folder,
            user,
            client: None,
            backend: String::new(),
        };
        server.run(
            "initdb",
            &[
                "-A",
                "trust",
                "-U",
                "troth",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
        )?;
        let options = format!(
            "-c listen_addresses= -k {} -c shared_buffers=2GB -c work_mem=128MB -c maintenance_work_mem=1GB \
             -c fsync=off -c jit=off -c max_parallel_workers_per_gather=0 -c autovacuum=off",
            server.folder.path().display()
        );
        server.run("pg_ctl", &["-w", "-o", &options, "start"])?;
        let socket = server.folder.path().display().to_string();
        let mut client =
            Client::connect(&format!("host={socket} user=troth dbname=postgres"), NoTls)?;
        server.backend = client
            .query_one("select pg_backend_pid()", &[])?
            .get::<_, i32>(0)
            .to_string();
        server.client = Some(client);
        Ok(Some(server))
    }

    fn client(&mut self) -> Result<&mut Client> {
        self.client.as_mut().context("not connected")
    }

    /// Fills the table anew.
    pub(crate) fn fill(&mut self, docs: impl Iterator<Item = Doc>) -> Result<()> {
        let client = self.client()?;
        client.batch_execute(
            "drop table if exists p; create unlogged table p (id int, standing int, spec bigint, \
             modal bigint, gender smallint, parts bigint, s1 smallint, lat1 int, lon1 int, \
             s2 smallint, lat2 int, lon2 int, tokens int[])",
        )?;
        let mut copy = client.copy_in("copy p from stdin")?;
        let mut line = String::new();
        for doc in docs {
            line.clear();
            let Doc {
                id,
                standing,
                specialties,
                modalities,
                gender,
                parts,
                ..
            } = doc;
            write!(
                line,
                "{id}\t{standing}\t{}\t{}\t{gender}\t{parts}",
                specialties as i64, modalities as i64
            )?;
            for at in 0..2 {
                match doc.places.get(at) {
                    Some((state, lat, lon)) => write!(line, "\t{state}\t{lat}\t{lon}")?,
                    None => line.push_str("\t\\N\t\\N\t\\N"),
                }
            }
            let tokens: Vec<String> = doc.tokens.iter().map(u32::to_string).collect();
            writeln!(line, "\t{{{}}}", tokens.join(","))?;
            copy.write_all(line.as_bytes())?;
        }
        copy.finish()?;
        client.batch_execute("create index on p using gin (tokens) with (fastupdate = off)")?;
        client.batch_execute("vacuum analyze p")?;
        Ok(())
    }

    /// Finds score and number of the best.
    pub(crate) fn ask(&mut self, wanted: &Wanted) -> Result<Vec<(u32, u32)>> {
        let sql = sql(wanted)?;
        let rows = self.client()?.simple_query(&sql)?;
        let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        let pair = |message| match message {
            SimpleQueryMessage::Row(row) => Some((number(row.get(1))?, number(row.get(0))?)),
            _ => None,
        };
        Ok(rows.into_iter().filter_map(pair).collect())
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(self.programs.join(program));
        command
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(arguments)
            .current_dir(self.folder.path());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        ensure!(
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?
                .success(),
            "{program} failed"
        );
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.client = None;
        let _stopped = self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }
}

fn sql(wanted: &Wanted) -> Result<String> {
    let tokens: Vec<String> = wanted.tokens.iter().map(u32::to_string).collect();
    let mut score = "standing".to_owned();
    let (spec, modal) = (wanted.specialties as i64, wanted.modalities as i64);
    if spec != 0 {
        write!(score, " + 40 * bit_count((spec & {spec})::bit(64))")?;
    }
    if modal != 0 {
        write!(score, " + 25 * bit_count((modal & {modal})::bit(64))")?;
    }
    if wanted.gender != 0 {
        write!(
            score,
            " + case when gender = {} then 20 else 0 end",
            wanted.gender
        )?;
    }
    write!(
        score,
        " + case when parts & {} <> 0 then 30 else 0 end",
        wanted.soon
    )?;
    let mut filter = format!("tokens @> '{{{}}}'", tokens.join(","));
    if spec != 0 {
        write!(filter, " and spec & {spec} <> 0")?;
    }
    if let Some(parts) = wanted.parts {
        write!(filter, " and parts & {parts} <> 0")?;
    }
    if let Some(circle) = &wanted.circle {
        let (centre, cosine, square) = circle.terms();
        let near = |at: u8| {
            let north = format!("((lat{at} - {})::bigint * 32768)", centre.lat);
            let around = format!("abs(lon{at} - ({}))", centre.lon);
            let east = format!("(least({around}, 36000 - {around})::bigint * {cosine})");
            format!(
                "(s{at} = {} and {north} * {north} + {east} * {east} <= {square})",
                wanted.state
            )
        };
        let north_fix = |text: String| text.replace("- -", "+ ");
        write!(
            filter,
            " and ({} or {})",
            north_fix(near(1)),
            north_fix(near(2))
        )?;
    }
    Ok(format!(
        "select id, {score} as score from p where {filter} order by score desc, id limit 20"
    ))
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

/// Who runs the server when root does, whom it refuses.
fn unprivileged() -> Option<u32> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let id = |name: &str| {
        users
            .lines()
            .find(|line| line.starts_with(name))?
            .split(':')
            .nth(2)?
            .parse()
            .ok()
    };
    id("postgres:").or_else(|| id("nobody:"))
}
