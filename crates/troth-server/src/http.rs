//! The network's side of the server: HTTP in front of [`Service::handle`].

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use troth_wire::api::{ErrorCode, MAX_REQUEST};
use troth_wire::{AccountId, Token};

use crate::crowd::Crowd;
use crate::deadline::Deadlines;
use crate::error::ApiError;
use crate::router;
use crate::service::{self, Answer, Service};

mod coding;
mod door;
mod headers;
mod line;
mod network;
mod page;

pub(crate) use headers::Headers;

/// How much of a body that is too long is read and thrown away.
const MAX_DISCARDED: usize = 32 * 1024 * 1024;

/// How long someone is told to wait whose address has too many connections.
const CROWDED_SECONDS: u32 = 5;

/// What every connection shares.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) service: Arc<Service>,
    /// Becomes true when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
    /// Whoever holds one is still at work.
    pub(crate) _at_work: mpsc::Sender<()>,
    /// Whether the address is to be read from a proxy's header.
    pub(crate) behind_proxy: bool,
    /// How long anyone may take.
    pub(crate) deadlines: Deadlines,
    /// Who holds a wake line.
    pub(crate) lines: Arc<Lines>,
}

/// Who holds a wake line.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) of_address: Crowd<IpAddr>,
    pub(crate) of_account: Crowd<AccountId>,
}

impl Shared {
    /// Waits until the server stops.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        // An error says that the server is gone altogether.
        drop(stopping.wait_for(|stopping| *stopping).await);
    }
}

/// Where a connection comes from; for the limiter alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Puts the routes together.
pub(crate) fn router(shared: Shared, headers: Headers) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/v1/wake", any(line::wake))
        .route("/v1/{*path}", any(api))
        .merge(network::routes())
        .fallback(page::page)
        .with_state(shared)
        .layer(axum::middleware::map_response(move |response: Response| {
            std::future::ready(headers.add_to(response))
        }))
}

async fn ready(State(shared): State<Shared>) -> Response {
    match shared.service.store.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database cannot be reached\n",
        )
            .into_response(),
    }
}

/// The answer to one connection too many from an address.
pub(crate) fn crowded(shared: &Shared, path: &str) -> Response {
    let slow = ApiError::slow_down(CROWDED_SECONDS);
    if path.starts_with("/v1/") {
        return respond(shared.service.refuse(&slow));
    }
    if path.starts_with("/api/") {
        return network::refused(slow);
    }
    let wait = [(header::RETRY_AFTER, CROWDED_SECONDS.to_string())];
    let text = "too many connections from this address; close some or wait\n";
    (StatusCode::TOO_MANY_REQUESTS, wait, text).into_response()
}

async fn api(State(shared): State<Shared>, request: Request) -> Response {
    let service = &shared.service;
    let path = request.uri().path().to_owned();
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let carried_out = carry_out(shared.clone(), request);
    let outcome = to_its_end(carried_out, is_reading, shared.deadlines).await;
    let answer = match outcome {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => service.refuse(&error),
        None => service.refuse(&ApiError::from(ErrorCode::TimedOut)),
    };
    let mut response = respond(answer);
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = HeaderValue::try_from(router::allowed(&path));
        let headers = response.headers_mut();
        let _before = allowed.map(|allowed| headers.insert(header::ALLOW, allowed));
    }
    response
}

/// Carries a request out within its time; `None` when the time is over.
///
/// What may change something runs in a task of its own, which goes on to its end when the client
/// hangs up or the time is over: a change is never left between its commit and what follows from
/// it, such as waking the others.
async fn to_its_end<T, E>(
    carried_out: impl Future<Output = Result<T, E>> + Send + 'static,
    is_reading: bool,
    deadlines: Deadlines,
) -> Option<Result<T, E>>
where
    T: Send + 'static,
    E: From<ErrorCode> + Send + 'static,
{
    if is_reading {
        return timeout(deadlines.request, carried_out).await.ok();
    }
    let ended = timeout(deadlines.request, tokio::spawn(carried_out)).await;
    let failed = |_| Err(E::from(ErrorCode::Internal));
    ended.ok().map(|ended| ended.unwrap_or_else(failed))
}

async fn carry_out(shared: Shared, request: Request) -> Result<Answer, ApiError> {
    let path = request.uri().path_and_query();
    let path = path.map_or("", |path| path.as_str()).to_owned();
    let method = match *request.method() {
        Method::GET | Method::HEAD => service::Method::Get,
        Method::POST => service::Method::Post,
        Method::PUT => service::Method::Put,
        Method::DELETE => service::Method::Delete,
        _ if router::allowed(&path).is_empty() => return Err(ErrorCode::NotFound.into()),
        _ => return Err(ErrorCode::WrongMethod.into()),
    };
    if is_foreign(request.headers()) {
        return Err(ErrorCode::NotFound.into());
    }
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    let address = address(peer, request.headers(), shared.behind_proxy);
    let token = token(request.headers())?;
    let mut asked = service::Request {
        method,
        path: &path,
        token,
        address,
        body: &[],
    };
    let service = &shared.service;
    // Who says so sends no body before they are told to go on.
    let waits = request.headers().contains_key(header::EXPECT);
    let body = request.into_body();
    let length = body.size_hint();
    let reading = async {
        match door::look(service, &asked, length).await {
            Ok(()) => Ok(read(body, MAX_REQUEST).await?),
            Err(refused) if waits => Err(refused),
            Err(refused) => {
                // Said after the client has said all, or it would not hear it; nothing is kept.
                let _discarded = read(body, 0).await;
                Err(refused)
            }
        }
    };
    let body = timeout(shared.deadlines.body, reading).await;
    let body = body.map_err(|_| ErrorCode::TimedOut)??;
    asked.body = &body;
    Ok(service.handle(asked).await)
}

/// Tells whether a browser says that a page of another origin asks. There is no sharing across
/// origins here.
fn is_foreign(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && site != "none")
}

fn token(headers: &HeaderMap) -> Result<Option<Token>, ErrorCode> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let value = value
        .to_str()
        .ok()
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = value.and_then(|value| value.parse().ok());
    token.map(Some).ok_or(ErrorCode::SignInAgain)
}

/// The address that the limiter counts; behind a proxy the last one that it wrote down, since
/// a client can write the others itself.
fn address(peer: Option<IpAddr>, headers: &HeaderMap, behind_proxy: bool) -> Option<IpAddr> {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    match last.and_then(|last| last.trim().parse().ok()) {
        Some(last) if behind_proxy => Some(last),
        _ => peer,
    }
}

/// Reads a body up to its limit. What is longer is read to its end all the same, up to a second
/// limit, because most clients hear an answer only after they have said everything.
async fn read(mut body: Body, limit: usize) -> Result<Vec<u8>, ErrorCode> {
    let (mut kept, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ErrorCode::BadFrame)?.into_data() else {
            continue;
        };
        length = length.saturating_add(data.len());
        if length <= limit {
            kept.extend_from_slice(&data);
        } else if length > MAX_DISCARDED {
            break;
        }
    }
    if length > limit {
        Err(ErrorCode::TooLarge)
    } else {
        Ok(kept)
    }
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = answer.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_goes_on_when_the_asker_hangs_up() {
        for (is_reading, goes_on) in [(false, true), (true, false)] {
            let (go, going) = tokio::sync::oneshot::channel::<()>();
            let (tell, told) = tokio::sync::oneshot::channel();
            let change = async move {
                let _gone = going.await;
                let _told = tell.send(());
                Ok::<_, ErrorCode>(())
            };
            let mut asked = Box::pin(to_its_end(change, is_reading, Deadlines::default()));
            let begun = std::future::poll_fn(|context| {
                std::task::Poll::Ready(asked.as_mut().poll(context).is_pending())
            });
            assert!(begun.await);
            drop(asked);
            let _read = go.send(());
            assert_eq!(told.await.is_ok(), goes_on);
        }
    }

    #[test]
    fn only_the_last_forwarded_address_is_believed_and_only_behind_a_proxy() {
        let peer = "10.0.0.1".parse().ok();
        let mut headers = HeaderMap::new();
        assert_eq!(address(peer, &headers, true), peer);
        headers.append(
            "x-forwarded-for",
            HeaderValue::from_static("1.1.1.1, 2.2.2.2"),
        );
        headers.append(
            "x-forwarded-for",
            HeaderValue::from_static("3.3.3.3 , 4.4.4.4"),
        );
        assert_eq!(address(peer, &headers, true), "4.4.4.4".parse().ok());
        assert_eq!(address(peer, &headers, false), peer);
    }

    #[test]
    fn a_token_is_read_in_one_spelling_only() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            token(&headers)
        };
        let text = "07".repeat(32);
        assert_eq!(of(&format!("Bearer {text}")), Ok(Some(Token([7; 32]))));
        for wrong in [
            text.clone(),
            format!("bearer {text}"),
            format!("Bearer {text}0"),
        ] {
            assert_eq!(of(&wrong), Err(ErrorCode::SignInAgain));
        }
        assert_eq!(token(&HeaderMap::new()), Ok(None));
    }
}
