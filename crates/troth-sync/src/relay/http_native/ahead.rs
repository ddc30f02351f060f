//! One request that is sent before it is asked for.
//!
//! A new device reads a long record page by page, and judging a page takes longer than fetching it. So the
//! next page is fetched on a second thread while this one judges.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::relay::{Answer, RelayError, Request};

type Answered = Result<Answer, RelayError>;
type UnderWay = (Request, JoinHandle<Answered>);

/// The request that is under way, if one is.
#[derive(Clone, Default)]
pub(super) struct Ahead(Arc<Mutex<Option<UnderWay>>>);

impl std::fmt::Debug for Ahead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ahead(..)")
    }
}

impl Ahead {
    /// Sends a request meanwhile; one that is under way already is forgotten.
    pub(super) fn send(&self, request: &Request, send: impl FnOnce() -> Answered + Send + 'static) {
        // Where no thread can be had, the request is sent when it is asked for.
        let Ok(thread) = std::thread::Builder::new().spawn(send) else {
            return;
        };
        if let Ok(mut under_way) = self.0.lock() {
            *under_way = Some((request.clone(), thread));
        }
    }

    /// Waits for the answer to a request, if it was sent before; another one is forgotten.
    pub(super) fn answer(&self, request: &Request) -> Option<Answered> {
        let (sent, thread) = self.0.lock().ok()?.take()?;
        if sent == *request {
            thread.join().ok()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::Method;

    fn request(path: &str) -> Request {
        Request {
            method: Method::Get,
            path: path.to_owned(),
            session: None,
            body: Vec::new(),
        }
    }

    fn answered(status: u16) -> Answered {
        let body = Vec::new();
        Ok(Answer { status, body })
    }

    #[test]
    fn what_was_sent_ahead_answers_its_own_request_once() {
        let ahead = Ahead::default();
        ahead.send(&request("/one"), || answered(200));

        assert_eq!(ahead.answer(&request("/one")), Some(answered(200)));
        assert_eq!(ahead.answer(&request("/one")), None);
    }

    #[test]
    fn another_request_is_not_answered_by_it() {
        let ahead = Ahead::default();
        ahead.send(&request("/one"), || answered(200));

        assert_eq!(ahead.answer(&request("/two")), None);
        assert_eq!(ahead.answer(&request("/one")), None);
    }

    #[test]
    fn the_newest_of_two_counts() {
        let ahead = Ahead::default();
        ahead.send(&request("/one"), || answered(200));
        ahead.send(&request("/two"), || answered(204));

        assert_eq!(ahead.answer(&request("/two")), Some(answered(204)));
    }
}
