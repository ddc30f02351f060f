//! Calendars made to do harm, handed in by therapists while couples write.
//!
//! Each is small, or as large as is read, and blocks as often as a calendar can: a server that put every
//! time down one by one, or read on the threads that serve, would let the couples wait.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::append::{self, Appends};
use crate::http::Connection;
use crate::served::Served;

/// How many therapists hand calendars in, each as often as the server takes them.
const THERAPISTS: usize = 16;

/// How many of them do so at once.
const AT_ONCE: usize = 4;

/// The events of the large calendar, which stays under what a request may carry.
const EVENTS: usize = 2_000;

/// What one run found.
pub(crate) struct Beside {
    pub(crate) appends: Appends,
    /// How many calendars were taken in the meantime.
    pub(crate) taken: usize,
}

/// Lets `clients` append `each` entries while calendars are handed in.
pub(crate) fn run(troth: &Path, data: &Path, (clients, each): (usize, usize)) -> Result<Beside> {
    let served = Served::start(troth, data)?;
    let address = &served.address;
    let tokens: Vec<String> = (0..THERAPISTS)
        .map(|_| therapist(address))
        .collect::<Result<_>>()?;
    let calendars: Vec<Vec<u8>> = hostile().iter().map(|calendar| put(calendar)).collect();
    let (over, taken) = (AtomicBool::new(false), AtomicUsize::new(0));
    let appends = std::thread::scope(|scope| {
        for therapists in tokens.chunks(THERAPISTS / AT_ONCE) {
            let (over, taken, calendars) = (&over, &taken, &calendars);
            scope.spawn(move || {
                let each = therapists.iter().cycle().zip(calendars.iter().cycle());
                for (token, calendar) in each {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    // One that is refused for coming too often counts as little as a broken connection.
                    if let Ok(200) = send(address, "/api/v1/practice/busy", token, calendar) {
                        taken.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        let appends = append::run(&served, clients, each);
        over.store(true, Ordering::Relaxed);
        appends
    })?;
    let taken = taken.into_inner();
    ensure!(taken > 0, "no calendar was taken");
    Ok(Beside { appends, taken })
}

/// The calendars: few bytes and many times, and many bytes.
fn hostile() -> Vec<String> {
    let event = |rule: &str| {
        format!(
            "BEGIN:VEVENT\r\nDTSTART:20260101T000000Z\r\nDURATION:PT1M\r\nRRULE:{rule}\r\n\
             END:VEVENT\r\n"
        )
    };
    let calendar = |events: &str| format!("BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n");
    let rules = [
        "FREQ=MINUTELY",
        "FREQ=MINUTELY;INTERVAL=30",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYSECOND=0,30;COUNT=1000000000",
        "FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,30;BYSETPOS=-1,1;BYDAY=MO",
    ];
    let mut calendars: Vec<String> = rules.iter().map(|rule| calendar(&event(rule))).collect();
    calendars.push(calendar(&event("FREQ=HOURLY;INTERVAL=7").repeat(EVENTS)));
    calendars
}

/// The request's body that hands a calendar in.
fn put(calendar: &str) -> Vec<u8> {
    json!({ "calendar": calendar }).to_string().into_bytes()
}

/// Signs a therapist up, with a draft of a listing.
fn therapist(address: &str) -> Result<String> {
    let signed_in = append::register(&mut Connection::open(address)?)?;
    let token: String = signed_in
        .token
        .0
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let listing = json!({
        "name": "Dr. Vera Lund", "credentials": "LMFT", "about": "", "services": ["couples"],
        "formats": ["video"], "specialties": [], "modalities": [], "languages": ["en"],
        "places": [], "fee_cents": 18000, "years": 12, "accepting": true, "on_request": false,
        "sealing_key": format!("{}AA==", "A".repeat(1620)), "sealing_generation": 1,
        "quote_key": format!("{}AAA=", "A".repeat(40))
    });
    let body = listing.to_string().into_bytes();
    let status = send(address, "/api/v1/practice", &token, &body)?;
    ensure!(
        status == 200 || status == 201,
        "the listing was answered with {status}"
    );
    Ok(token)
}

/// Puts a body on a connection of its own, and gives the status.
fn send(address: &str, path: &str, token: &str, body: &[u8]) -> Result<u16> {
    let mut stream = TcpStream::connect(address)?;
    // Padded, as the web client does.
    let length = body.len().next_multiple_of(1024);
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\
         content-type: application/json\r\nauthorization: Bearer {token}\r\n\
         content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    stream.write_all(&vec![b' '; length - body.len()])?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let status = answer.get(9..12).context("an answer without a status")?;
    Ok(std::str::from_utf8(status)?.parse()?)
}
