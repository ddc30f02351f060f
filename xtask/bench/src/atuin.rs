//! The best durable peer: `atuin-server` from crates.io, with the same load.
//!
//! It keeps sealed records for one person's devices, checks no signatures and keeps no chain.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::http::Connection;
use crate::sample::Rate;

/// A running `atuin-server` on SQLite.
pub(crate) struct Atuin {
    child: Child,
    address: String,
}

impl Atuin {
    /// Starts the program over a folder.
    pub(crate) fn start(program: &Path, folder: &Path) -> Result<Self> {
        let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(program)
            .args([
                "start",
                "--host",
                "127.0.0.1",
                "--port",
                &free.port().to_string(),
            ])
            .env("ATUIN_CONFIG_DIR", folder)
            .env("ATUIN_OPEN_REGISTRATION", "true")
            .env(
                "ATUIN_DB_URI",
                format!("sqlite://{}", folder.join("atuin.sqlite").display()),
            )
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting atuin-server")?;
        let this = Self {
            child,
            address: free.to_string(),
        };
        this.wait()?;
        Ok(this)
    }

    fn wait(&self) -> Result<()> {
        let begun = Instant::now();
        while Connection::open(&self.address).is_err() {
            anyhow::ensure!(
                begun.elapsed() < Duration::from_secs(30),
                "atuin-server does not answer"
            );
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Lets `clients` append `each` records of `size` bytes.
    pub(crate) fn run(&self, clients: usize, each: usize, size: usize) -> Result<Rate> {
        let mut prepared = Vec::with_capacity(clients);
        for client in 0..clients {
            prepared.push(self.prepare(client, each, size)?);
        }
        let start = Barrier::new(clients + 1);
        std::thread::scope(|scope| {
            let start = &start;
            let workers: Vec<_> = prepared
                .into_iter()
                .map(|(mut connection, requests)| {
                    scope.spawn(move || {
                        start.wait();
                        let mut latencies = Vec::with_capacity(requests.len());
                        for request in requests {
                            let begun = Instant::now();
                            connection.send(&request)?;
                            latencies.push(begun.elapsed());
                        }
                        anyhow::Ok(latencies)
                    })
                })
                .collect();
            start.wait();
            let begun = Instant::now();
            let mut latencies = Vec::with_capacity(clients * each);
            for worker in workers {
                latencies.extend(
                    worker
                        .join()
                        .map_err(|_| anyhow::anyhow!("a client ended early"))??,
                );
            }
            Ok(Rate::of(latencies, begun.elapsed()))
        })
    }

    fn prepare(
        &self,
        client: usize,
        each: usize,
        size: usize,
    ) -> Result<(Connection, Vec<Vec<u8>>)> {
        let mut connection = Connection::open(&self.address)?;
        let name = format!("bench-{client}");
        let register = json!({
            "username": name, "email": format!("{name}@example.org"), "password": "a long password",
        });
        let answer: Value =
            serde_json::from_slice(connection.send(&post("/register", "", &register))?)?;
        let session = answer
            .get("session")
            .and_then(Value::as_str)
            .context("no session")?;
        let token = format!("authorization: Token {session}\r\n");
        let host = uuid(client, usize::MAX);
        let requests = (0..each)
            .map(|at| {
                let record = json!([{
                    "id": uuid(client, at), "idx": at, "host": { "id": host, "name": "" },
                    "timestamp": at, "version": "v0", "tag": "history",
                    "data": { "data": "x".repeat(size - 128), "content_encryption_key": "x".repeat(128) },
                }]);
                post("/api/v0/record", &token, &record)
            })
            .collect();
        Ok((connection, requests))
    }
}

impl Drop for Atuin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn post(path: &str, headers: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n{headers}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A distinct id of the form that the server expects.
fn uuid(client: usize, at: usize) -> String {
    format!(
        "018f0000-{:04x}-7000-8000-{:012x}",
        client & 0xffff,
        at & 0xffff_ffff_ffff
    )
}
