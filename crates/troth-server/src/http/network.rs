//! The directory and booking over HTTP: the JSON API, shards and calendar feeds.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tokio::time::timeout;
use troth_wire::network::{API, MAX_BODY, MAX_IMPORT, ProblemCode};

use super::coding::{self, Coding};
use super::{Shared, address, is_foreign, read, to_its_end};
use crate::env::random;
use crate::network::Network;
use crate::network::api::{self, Also, Asked, Found, ROUTES, Refusal, Reply};
use crate::network::publish::{INDEX, file_elsewhere};

/// How long anything may keep a file whose name is its hash: a year.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The routes, to be merged into the others.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(API, any(answer))
        .route(&format!("{API}/{{*path}}"), any(answer))
        .route("/shards/{name}", get(shard))
        .route("/feeds/{name}", get(feed))
}

/// Any request to the JSON API. Every failure is an answer too.
async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let service = &shared.service;
    let is_booking = request.headers().get(header::AUTHORIZATION).is_some();
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let carried_out = carry_out(shared.clone(), request);
    let outcome = to_its_end(carried_out, is_reading, shared.deadlines).await;
    let outcome = outcome.unwrap_or_else(|| Err(ProblemCode::TimedOut.into()));
    let reply = outcome.unwrap_or_else(|refusal| {
        let number = u64::from_be_bytes(random(service.env.as_ref()));
        let number = format!("{number:016x}");
        if refusal.code.status() >= 500 {
            tracing::error!(request = number, code = %refusal.code, "request failed");
        }
        let reply = refusal.reply(&number);
        if is_booking { reply.padded() } else { reply }
    });
    reply.into_response()
}

/// The answer to someone who is slowed down before the request is read.
pub(super) fn refused(error: crate::error::ApiError) -> Response {
    Refusal::from(error).reply("").into_response()
}

async fn carry_out(shared: Shared, request: Request) -> Result<Reply, Refusal> {
    let service = &shared.service;
    let network = service.network.as_ref().ok_or(ProblemCode::NotFound)?;
    if is_foreign(request.headers()) {
        return Err(ProblemCode::NotFound.into());
    }
    let peer = request.extensions().get::<super::Peer>().map(|peer| peer.0);
    let address = address(peer, request.headers(), shared.behind_proxy);
    let path = request.uri().path();
    let path = path.strip_prefix(API).ok_or(ProblemCode::NotFound)?;
    let (number, path) = match api::find(request.method(), path) {
        Found::Route(number, path) => (number, path),
        Found::OtherMethods(methods) => {
            return Err(Refusal {
                allow: Some(methods),
                ..ProblemCode::WrongMethod.into()
            });
        }
        Found::Nothing => return Err(ProblemCode::NotFound.into()),
    };
    let route = ROUTES.get(number).ok_or(ProblemCode::NotFound)?;
    let limit = if route.has(Also::Long) {
        MAX_IMPORT
    } else {
        MAX_BODY
    };
    let (parts, body) = request.into_parts();
    let asked = Asked {
        number,
        path,
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        address,
    };
    let caller = asked.identify(service, network).await?;
    let body = timeout(shared.deadlines.body, read(body, limit)).await;
    let body = body
        .map_err(|_| ProblemCode::TimedOut)?
        .map_err(crate::error::ApiError::from)?;
    asked.carry_out((service, network), caller, &body).await
}

/// `GET /shards/index` and `/shards/{hash}`.
async fn shard(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let refuse = |code: ProblemCode| Refusal::from(code).reply("").into_response();
    let Some(network) = &shared.service.network else {
        return refuse(ProblemCode::NotFound);
    };
    if name == INDEX {
        // No server of a database gives out an older index than another; where the database is
        // away, what is at hand is given.
        let now = shared.service.instant();
        let _followed = network.publisher.follow(&network.store, now).await;
    }
    let published = network.publisher.begun().await;
    let elsewhere = match published.file(&name) {
        Some(_) => Ok(None),
        None => file_elsewhere(&network.store, &name).await,
    };
    let Ok(elsewhere) = elsewhere else {
        return refuse(ProblemCode::Unavailable);
    };
    let Some(file) = published.file(&name).or(elsewhere.as_ref()) else {
        return refuse(if published.is_made() {
            ProblemCode::NotFound
        } else {
            ProblemCode::Unavailable
        });
    };
    let Some(coding) = coding::choose(&headers, file.has_brotli()) else {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    };
    let (body, is_brotli) = file.body(coding == Coding::Brotli);
    let mut reply = Reply::bytes(StatusCode::OK, "application/octet-stream", body.to_vec());
    let keeping = if name == INDEX {
        "public, no-cache"
    } else {
        FOR_EVER
    };
    reply = reply
        .with(header::CACHE_CONTROL, HeaderValue::from_static(keeping))
        .with(header::VARY, HeaderValue::from_static("accept-encoding"))
        .tagged(&file.hash);
    if is_brotli {
        reply = reply
            .with(header::CONTENT_ENCODING, HeaderValue::from_static("br"))
            .tagged(&format!("{}-br", file.hash));
    }
    reply.unless_known(&headers).into_response()
}

/// `GET /feeds/{secret}.ics`: a calendar for who has the secret.
async fn feed(
    State(shared): State<Shared>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let Some(network) = &shared.service.network else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let peer = request.extensions().get::<super::Peer>().map(|peer| peer.0);
    let address = address(peer, request.headers(), shared.behind_proxy);
    match feed_reply(&shared, network, (&name, address)).await {
        Ok(Some(reply)) => reply.unless_known(request.headers()).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(refusal) => refusal.reply("").into_response(),
    }
}

async fn feed_reply(
    shared: &Shared,
    network: &Network,
    (name, address): (&str, Option<std::net::IpAddr>),
) -> Result<Option<Reply>, Refusal> {
    if let Some(address) = address {
        shared
            .service
            .slow(crate::throttle::Who::Network(address))?;
    }
    let minute = u32::try_from(shared.service.env.minute()).unwrap_or(u32::MAX);
    let text = api::calendar(network, name, minute).await?;
    Ok(text.map(|text| {
        Reply::bytes(
            StatusCode::OK,
            "text/calendar; charset=utf-8",
            text.into_bytes(),
        )
    }))
}
