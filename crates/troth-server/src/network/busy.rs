//! Calendars that block time: read from a text or from an address, with care.
//!
//! # Invariants
//!
//! 1. **No way inside.** An address is fetched by https alone, and only if every address its name
//!    stands for is public; what was checked is what is connected to. Redirects are not followed.
//!    An operator can lift this.
//! 2. **Bounded.** A calendar has at most [`MAX_CALENDAR`] bytes and [`FETCH_TIME`] to come, and takes
//!    at most [`MOST_SPANS`] rows, whatever it says: busy times are whole cells, put together.
//! 3. **Beside.** A calendar is read on a thread of its own, one at a time, never on those that serve.
//! 4. **Only when.** What an event says is not kept; only from when until when.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use troth_booking::busy::{self as ical, Question};
use troth_booking::{Minute, ProviderId, Span, SpanSet};
use troth_wire::network::ProblemCode;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// The longest calendar that is read, in bytes.
pub(crate) const MAX_CALENDAR: usize = 4 * 1024 * 1024;

/// How long an address may take to answer.
pub(crate) const FETCH_TIME: Duration = Duration::from_secs(10);

/// The most stretches of busy time that are kept of one calendar: eleven for each day of a year. Where
/// there are more, the shortest free times between them count as busy.
pub(crate) const MOST_SPANS: usize = 4_096;

/// How far ahead calendars are read: a year and a day, in minutes.
const AHEAD: u32 = 366 * 24 * 60;

/// Of how many addresses is noted why they failed.
const MOST_NOTED: usize = 10_000;

/// How the last reading of each address went, where it failed; forgotten with the process.
#[derive(Debug)]
pub(crate) struct Readings {
    failed: Mutex<HashMap<String, ProblemCode>>,
    read: Mutex<HashMap<ProviderId, Read>>,
    /// Whose turn it is to work a calendar out.
    turn: Semaphore,
}

impl Default for Readings {
    fn default() -> Self {
        Self {
            failed: Mutex::default(),
            read: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }
}

impl Readings {
    /// What was last understood of a provider's calendar, if this process read it.
    pub(crate) fn last(&self, provider: ProviderId) -> Option<Read> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.get(&provider).cloned()
    }

    /// Notes what was understood of a provider's calendar; the times themselves are in the store.
    pub(crate) fn understood(&self, provider: ProviderId, read: &Read) {
        let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let spans = Vec::new();
        let (events, troubles) = (read.events, read.troubles.clone());
        all.insert(
            provider,
            Read {
                spans,
                events,
                troubles,
            },
        );
    }

    /// Why the last reading of an address failed, if it did.
    pub(crate) fn of(&self, address: &str) -> Option<ProblemCode> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get(address).copied()
    }

    /// Notes how a reading went.
    pub(crate) fn note(&self, address: &str, failed: Option<ProblemCode>) {
        let mut all = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_NOTED {
            // Addresses that nobody uses any more are in it too; the others fail again.
            all.clear();
        }
        match failed {
            Some(failed) => all.insert(address.to_owned(), failed),
            None => all.remove(address),
        };
    }

    /// Works out what a calendar blocks, on a thread of its own, one calendar after the other: that
    /// takes a processor for a while if the calendar is made for it, and never two.
    ///
    /// # Errors
    ///
    /// As [`read`].
    pub(crate) async fn work_out(
        &self,
        text: Vec<u8>,
        zone: Option<String>,
        now: Minute,
    ) -> Result<Read, ProblemCode> {
        let _turn = self.turn.acquire().await;
        let read = tokio::task::spawn_blocking(move || read(&text, zone.as_deref(), now)).await;
        read.unwrap_or(Err(ProblemCode::Internal))
    }
}

/// What a calendar blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) spans: Vec<Span>,
    /// How many events there were.
    pub(crate) events: u32,
    /// Which lines were not understood, and why.
    pub(crate) troubles: Vec<(u32, String)>,
}

/// Reads what a calendar blocks from now on; times without a zone are in `zone`.
///
/// # Errors
///
/// [`ProblemCode::CalendarUnread`] if it is none, or too large.
pub(crate) fn read(text: &[u8], zone: Option<&str>, now: Minute) -> Result<Read, ProblemCode> {
    let question = Question {
        within: Span::new(now, now.plus(AHEAD)),
        zone: zone.unwrap_or("UTC"),
    };
    if text.len() > MAX_CALENDAR {
        return Err(ProblemCode::CalendarUnread);
    }
    let read = ical::read(text, &question).map_err(|_| ProblemCode::CalendarUnread)?;
    let trouble = |problem: &ical::Problem| (problem.line, problem.trouble.code().to_owned());
    let cells: SpanSet = read
        .blocks
        .iter()
        .map(|block| block.span.in_cells())
        .collect();
    Ok(Read {
        spans: bounded(cells.spans()),
        events: read.counts.events,
        troubles: read.problems.iter().map(trouble).collect(),
    })
}

/// Puts stretches together over the shortest gaps until there are few enough.
fn bounded(spans: &[Span]) -> Vec<Span> {
    let Some(over) = spans.len().checked_sub(MOST_SPANS + 1) else {
        return spans.to_vec();
    };
    let gap = |pair: &[Span]| match pair {
        [one, next] => next.from.0.saturating_sub(one.to.0),
        _ => 0,
    };
    let gaps: Vec<u32> = spans.windows(2).map(gap).collect();
    let mut sorted = gaps.clone();
    let (below, widest, _) = sorted.select_nth_unstable(over);
    let widest = *widest;
    let below = below.iter().filter(|gap| **gap < widest).count();
    let equal = gaps.iter().filter(|gap| **gap == widest).count();
    // Of those equally long, the nearest stay free.
    let mut spared = (equal + below).saturating_sub(over + 1);
    let mut joined: Vec<Span> = Vec::with_capacity(MOST_SPANS);
    for (span, gap) in spans.iter().zip(core::iter::once(u32::MAX).chain(gaps)) {
        let is_spared = gap == widest && spared > 0;
        if is_spared {
            spared -= 1;
        }
        match joined.last_mut() {
            Some(last) if gap <= widest && !is_spared => last.to = span.to,
            _ => joined.push(*span),
        }
    }
    joined
}

/// What is to be fetched.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) address: String,
    /// How long it may take to answer.
    pub(crate) time: Duration,
    /// Whether private networks and http are allowed.
    pub(crate) private: bool,
}

/// Checks what can be known of an address without asking anybody.
///
/// # Errors
///
/// [`ProblemCode::AddressRefused`].
pub(crate) fn check_address(address: &str, private: bool) -> Result<(), ProblemCode> {
    let uri: Uri = address.parse().map_err(|_| ProblemCode::AddressRefused)?;
    let is_safe = uri.scheme() == Some(&Scheme::HTTPS);
    let scheme = is_safe || private && uri.scheme() == Some(&Scheme::HTTP);
    let authority = uri.authority().ok_or(ProblemCode::AddressRefused)?;
    let host = authority.host().trim_matches(['[', ']']);
    let is_inside = host.parse().is_ok_and(|address| !is_public(address));
    let usual_port = private || authority.port_u16().is_none_or(|port| port == 443);
    if !scheme || !usual_port || authority.as_str().contains('@') || is_inside && !private {
        return Err(ProblemCode::AddressRefused);
    }
    Ok(())
}

/// Fetches the bytes of a calendar.
///
/// # Errors
///
/// [`ProblemCode::AddressRefused`] where it may not be read, [`ProblemCode::Unavailable`] if it
/// does not answer in time.
pub(crate) fn fetch(wanted: &Wanted) -> Result<Vec<u8>, ProblemCode> {
    check_address(&wanted.address, wanted.private)?;
    let config = Agent::config_builder()
        .timeout_global(Some(wanted.time))
        .max_redirects(0)
        .https_only(!wanted.private)
        .proxy(None)
        .user_agent("troth")
        .build();
    let resolver = Outside {
        inner: DefaultResolver::default(),
        private: wanted.private,
    };
    let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
    let answer = agent
        .get(&wanted.address)
        .header("accept", "text/calendar")
        .call();
    let mut answer = answer.map_err(|error| match error {
        ureq::Error::HostNotFound => ProblemCode::AddressRefused,
        _ => ProblemCode::Unavailable,
    })?;
    if answer.status().is_redirection() {
        return Err(ProblemCode::AddressRefused);
    }
    let limit = MAX_CALENDAR as u64;
    let text = answer.body_mut().with_config().limit(limit).read_to_vec();
    text.map_err(|_| ProblemCode::Unavailable)
}

/// Finds addresses by name, and only public ones unless told otherwise. The connection goes to
/// what was found here, so nobody can change the answer in between.
#[derive(Debug)]
struct Outside {
    inner: DefaultResolver,
    private: bool,
}

impl Resolver for Outside {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        // One private address among public ones is reason enough: it is there for a purpose.
        if self.private || found.iter().all(|address| is_public(address.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::HostNotFound)
        }
    }
}

/// Tells whether an address is one that everybody can reach (IANA's special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(old) => is_public_old(old),
        IpAddr::V6(new) => match new.to_ipv4_mapped() {
            Some(old) => is_public_old(old),
            None => {
                let [first, second, ..] = new.segments();
                // Global unicast alone, without documentation, 6to4 and Teredo, which carry others.
                let special =
                    first == 0x2002 || first == 0x2001 && (second < 0x0200 || second == 0x0db8);
                first & 0xe000 == 0x2000 && !special && !(first == 0x3fff && second < 0x1000)
            }
        },
    }
}

fn is_public_old(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b) {
        (0 | 10 | 127 | 224.., _) => true,
        (100, 64..=127) | (169, 254) | (172, 16..=31) | (192, 168) | (198, 18..=19) => true,
        (192, 0) => c == 0 || c == 2,
        (192, 88) => c == 99,
        (198, 51) => c == 100,
        (203, 0) => c == 113,
        _ => false,
    };
    !special
}

#[cfg(test)]
mod tests;
