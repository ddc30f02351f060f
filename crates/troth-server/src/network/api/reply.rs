//! An answer of these routes before it is HTTP.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use troth_wire::frame::frame_len;

/// An answer: status, headers, body.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    /// A value as JSON.
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self::bytes(status, "application/json", body),
            Err(_) => {
                tracing::error!("an answer could not be written");
                Self::bytes(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", Vec::new())
            }
        }
    }

    /// A value as JSON, well done.
    pub(crate) fn ok(value: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// A value that was made just now.
    pub(crate) fn created(value: &impl Serialize) -> Self {
        Self::json(StatusCode::CREATED, value)
    }

    /// Bytes of a kind.
    pub(crate) fn bytes(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Self {
            status,
            headers,
            body,
        }
    }

    /// Says another kind.
    pub(crate) fn of_kind(self, kind: &'static str) -> Self {
        self.with(header::CONTENT_TYPE, HeaderValue::from_static(kind))
    }

    /// Adds a header, or replaces it.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Lets anybody keep it, and ask whether it is still so.
    pub(crate) fn public(self) -> Self {
        let asked_again = HeaderValue::from_static("public, no-cache");
        self.with(header::CACHE_CONTROL, asked_again)
    }

    /// Says which version it is.
    pub(crate) fn tagged(self, tag: &str) -> Self {
        match HeaderValue::try_from(format!("\"{tag}\"")) {
            Ok(value) => self.with(header::ETAG, value),
            Err(_) => self,
        }
    }

    /// Adds spaces after the JSON up to one of few sizes, so that its length says little.
    pub(crate) fn padded(mut self) -> Self {
        self.body.resize(frame_len(self.body.len()), b' ');
        self
    }

    /// Answers a conditional question: 304 if the asker has it already.
    pub(crate) fn unless_known(mut self, asked: &HeaderMap) -> Self {
        if self.status != StatusCode::OK {
            return self;
        }
        if !self.headers.contains_key(header::ETAG) {
            let hash: [u8; 32] = Sha256::digest(&self.body).into();
            let tag: String = hash
                .iter()
                .take(12)
                .map(|byte| format!("{byte:02x}"))
                .collect();
            self = self.tagged(&tag);
        }
        let known = self
            .headers
            .get(header::ETAG)
            .is_some_and(|tag| names(asked, header::IF_NONE_MATCH, tag));
        if known {
            self.status = StatusCode::NOT_MODIFIED;
            self.headers.remove(header::CONTENT_TYPE);
            self.body.clear();
        }
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Tells whether a conditional header names a tag, weakly compared (RFC 9110, section 8.8.3.2).
fn names(asked: &HeaderMap, header: HeaderName, tag: &HeaderValue) -> bool {
    let Ok(tag) = tag.to_str() else {
        return false;
    };
    asked
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_written_is_a_failure_and_no_empty_answer() {
        let unwritable = std::collections::BTreeMap::from([([1_u8], 1)]);
        assert_eq!(
            Reply::ok(&unwritable).status,
            StatusCode::INTERNAL_SERVER_ERROR
        );
    }

    #[test]
    fn who_has_it_already_gets_nothing_but_its_tag() {
        let first = Reply::ok(&"same").unless_known(&HeaderMap::new());
        let tag = first.headers.get(header::ETAG).unwrap().clone();
        for asked in [
            tag.to_str().unwrap().to_owned(),
            format!("\"other\", W/{}", tag.to_str().unwrap()),
            "*".to_owned(),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, asked.parse().unwrap());
            let again = Reply::ok(&"same").unless_known(&headers);
            assert_eq!(
                (again.status, again.body.len()),
                (StatusCode::NOT_MODIFIED, 0)
            );
            let changed = Reply::ok(&"changed").unless_known(&headers);
            assert_eq!(changed.status == StatusCode::OK, asked != "*");
        }
    }

    #[test]
    fn a_padded_answer_has_one_of_few_sizes_and_reads_the_same() {
        for length in [1, 500, 1015, 3000] {
            let value = "x".repeat(length);
            let reply = Reply::ok(&value).padded();
            assert!([1024, 4096].contains(&reply.body.len()), "{length}");
            assert_eq!(
                serde_json::from_slice::<String>(&reply.body).unwrap(),
                value
            );
        }
    }
}
