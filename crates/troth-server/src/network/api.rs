//! The JSON API: thin routes over the operations of the store.
//!
//! | To read about | see |
//! | --- | --- |
//! | every route on one page | `route` |
//! | the OpenAPI document, and what is let through according to it | `document`, `check` |
//! | one request, and who asks | `call` |
//! | answers and problems | `reply`, `refusal` |
//! | the rest | a file for each group of routes |
//!
//! # Invariants
//!
//! 1. **The document is the door.** Path, query, headers and body of every request are checked
//!    against the document that the server gives out, before a route sees them.
//! 2. **A route says who may call it**, in the table; who asks is known before the body is read.
//! 3. **Nothing of a person in the log.** A failure inside is logged under random bytes alone.
//!
//! `docs/protocol/network-api.md` says the same for people.

use std::net::IpAddr;

use axum::http::{HeaderMap, Method};
use troth_wire::network::ProblemCode;

use self::call::{Call, Caller, identify};
use self::document::document;
use super::Network;
use crate::service::Service;
use crate::throttle::Who as Slowed;

mod booking;
mod calendar;
mod call;
mod check;
mod directory;
mod document;
mod feed;
mod find;
mod hold;
mod hours;
mod notice;
mod offered;
mod plans;
mod practice;
mod refusal;
mod reply;
mod route;
mod shown;
mod steward;
mod visit;
mod wait;

pub(crate) use feed::calendar;
pub use find::match_shown;
pub(crate) use hours::read_hours;
pub(crate) use refusal::Refusal;
pub(crate) use reply::Reply;
pub(crate) use route::{Also, Found, ROUTES, find};
pub(crate) use shown::weighed;

/// A request to a known route, before its body is read.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// The number of the route.
    pub(crate) number: usize,
    /// The values of the path.
    pub(crate) path: Vec<String>,
    /// The query as it came.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// For the limiter alone.
    pub(crate) address: Option<IpAddr>,
}

impl Asked<'_> {
    /// Slows down who asks too often, and finds out who asks.
    pub(crate) async fn identify(
        &self,
        service: &Service,
        network: &Network,
    ) -> Result<Caller, Refusal> {
        if let Some(address) = self.address {
            service.slow(Slowed::Network(address))?;
        }
        let route = ROUTES.get(self.number).ok_or(ProblemCode::NotFound)?;
        identify(service, network, route, (self.headers, self.address)).await
    }

    /// Checks the request against the document, and carries it out.
    pub(crate) async fn carry_out(
        self,
        (service, network): (&Service, &Network),
        caller: Caller,
        body: &[u8],
    ) -> Result<Reply, Refusal> {
        let route = ROUTES.get(self.number).ok_or(ProblemCode::NotFound)?;
        let query = pairs(self.query)?;
        document().check_parameters(self.number, &self.path, &query, self.headers)?;
        let json = document().check_body(self.number, self.headers, body)?;
        let call = Call {
            service,
            network,
            headers: self.headers,
            address: self.address,
            route: self.number,
            path: self.path,
            query,
            json,
            bytes: body,
            caller,
        };
        let mut reply = (route.handler)(&call).await?;
        if route.method == Method::GET {
            reply = reply.unless_known(self.headers);
        }
        Ok(match caller {
            Caller::Client(_) => reply.padded(),
            Caller::Anybody | Caller::Account(_) => reply,
        })
    }
}

/// Reads the pairs of a query (application/x-www-form-urlencoded).
fn pairs(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let read = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decoded(name)?, decoded(value)?))
    };
    let pairs: Option<Vec<_>> = pairs.map(read).collect();
    pairs.ok_or_else(|| Refusal::at(ProblemCode::Invalid, "?"))
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(digits[0])? * 16 + digit(digits[1])?;
                u8::try_from(value).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
