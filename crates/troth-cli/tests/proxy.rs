//! A way to the server that can be closed at any request.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex};

/// At which side of the server a request gets stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stuck {
    /// The server never hears of it.
    BeforeTheServer,
    /// The server did it, and the answer never comes back.
    AfterTheServer,
}

/// Stands between a client and the server.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) url: String,
    /// How many requests still pass; negative for all.
    passes: Arc<AtomicI64>,
    side: Arc<Mutex<Stuck>>,
    stuck: Receiver<()>,
}

impl Proxy {
    /// Lets everything pass to the server at this address.
    pub(crate) fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let passes = Arc::new(AtomicI64::new(-1));
        let side = Arc::new(Mutex::new(Stuck::BeforeTheServer));
        let (sender, stuck) = channel();
        let (count, at, server) = (passes.clone(), side.clone(), server.to_owned());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (count, at, sender) = (count.clone(), at.clone(), sender.clone());
                let server = TcpStream::connect(&server);
                std::thread::spawn(move || {
                    serve(client.unwrap(), server.unwrap(), &count, &at, &sender)
                });
            }
        });
        Self {
            url,
            passes,
            side,
            stuck,
        }
    }

    /// Lets `count` requests pass and holds the next one.
    pub(crate) fn hold_after(&self, count: i64, side: Stuck) {
        *self.side.lock().unwrap() = side;
        self.passes.store(count, Ordering::SeqCst);
    }

    /// Lets everything pass again.
    pub(crate) fn open(&self) {
        self.passes.store(-1, Ordering::SeqCst);
    }

    /// Waits until a request of a command is held, or until the command has ended by itself.
    pub(crate) fn holds(&self, command: &mut Child) -> bool {
        loop {
            match self.stuck.try_recv() {
                Ok(()) => return true,
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => unreachable!("the proxy lives on"),
            }
            if command.try_wait().unwrap().is_some() {
                return false;
            }
            std::thread::yield_now();
        }
    }
}

fn serve(
    mut client: TcpStream,
    mut server: TcpStream,
    passes: &AtomicI64,
    side: &Mutex<Stuck>,
    stuck: &Sender<()>,
) {
    while let Some(request) = message(&mut client) {
        let left = passes.load(Ordering::SeqCst);
        let holds = left == 0;
        if left > 0 {
            passes.store(left - 1, Ordering::SeqCst);
        }
        if holds && *side.lock().unwrap() == Stuck::BeforeTheServer {
            hold(&mut client, stuck);
            return;
        }
        if server.write_all(&request).is_err() {
            return;
        }
        let Some(answer) = message(&mut server) else {
            return;
        };
        if holds {
            hold(&mut client, stuck);
            return;
        }
        if client.write_all(&answer).is_err() {
            return;
        }
    }
}

/// Says that a request is held, and waits until the client is gone.
fn hold(client: &mut TcpStream, stuck: &Sender<()>) {
    let _ = stuck.send(());
    let _ = client.read(&mut [0; 1]);
}

/// Reads one request or answer; none when the other side has closed.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 16 * 1024];
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        if bytes.len() >= end + 4 + length {
            return Some(bytes);
        }
    }
}
