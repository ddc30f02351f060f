//! The embedded web app: hashed files for ever, everything else asked for each time.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::coding::{self, Coding};

/// A file of the built web app.
#[derive(Debug)]
struct File {
    path: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
}

/// In rising order of paths.
static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/web_files.rs"));

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Notes</title><h1>The web app is not part of this build</h1>\
    <p>Run <code>cargo xtask run</code>, which builds it and puts it in.</p></html>\n";

/// `GET` of anything that is not the API: the file, or the app, which knows its own places.
pub(super) async fn page(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allowed = [(header::ALLOW, "GET, HEAD")];
        return (StatusCode::METHOD_NOT_ALLOWED, allowed).into_response();
    }
    serve(FILES, request.uri().path(), request.headers())
}

fn serve(files: &'static [File], path: &str, asked: &HeaderMap) -> Response {
    let path = if path == "/" { "/index.html" } else { path };
    let found = lookup(files, path);
    if found.is_none()
        && ["/v1/", "/a/", "/api/", "/shards/", "/feeds/"]
            .iter()
            .any(|closed| path.starts_with(closed))
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    match found.or_else(|| lookup(files, "/index.html")) {
        Some(file) => file.respond(asked),
        None if coding::choose(asked, false).is_none() => {
            StatusCode::NOT_ACCEPTABLE.into_response()
        }
        None => (
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            NOT_BUILT,
        )
            .into_response(),
    }
}

fn lookup(files: &'static [File], path: &str) -> Option<&'static File> {
    let index = files.binary_search_by(|file| file.path.cmp(path)).ok()?;
    files.get(index)
}

impl File {
    fn respond(&self, asked: &HeaderMap) -> Response {
        let Some(coding) = coding::choose(asked, self.brotli.is_some()) else {
            return StatusCode::NOT_ACCEPTABLE.into_response();
        };
        let brotli = self.brotli.filter(|_| coding == Coding::Brotli);
        let mut response = Response::new(Body::from(brotli.unwrap_or(self.plain)));
        let headers = response.headers_mut();
        let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
        set(header::CONTENT_TYPE, self.kind());
        set(header::CACHE_CONTROL, self.keeping());
        if self.brotli.is_some() {
            set(header::VARY, "accept-encoding");
        }
        if brotli.is_some() {
            set(header::CONTENT_ENCODING, "br");
        }
        response
    }

    /// The names under `/a/` carry a hash of what is in them.
    fn keeping(&self) -> &'static str {
        if self.path.starts_with("/a/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }
    }

    fn kind(&self) -> &'static str {
        match self.path.rsplit('.').next().unwrap_or_default() {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "wasm" => "application/wasm",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "woff2" => "font/woff2",
            "json" => "application/json",
            "webmanifest" => "application/manifest+json",
            "txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BUILT: &[File] = &[
        File {
            path: "/a/app.1234.wasm",
            plain: b"plain",
            brotli: Some(b"small"),
        },
        File {
            path: "/away.html",
            plain: b"away",
            brotli: None,
        },
        File {
            path: "/index.html",
            plain: b"app",
            brotli: None,
        },
    ];

    fn get(path: &str, encodings: &str) -> Response {
        let mut asked = HeaderMap::new();
        asked.insert(header::ACCEPT_ENCODING, encodings.parse().unwrap());
        serve(BUILT, path, &asked)
    }

    fn header_of(response: &Response, name: header::HeaderName) -> &str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn hashed_files_are_kept_for_ever_and_come_small() {
        let response = get("/a/app.1234.wasm", "gzip, br;q=1");
        assert_eq!(header_of(&response, header::CONTENT_ENCODING), "br");
        assert_eq!(
            header_of(&response, header::CONTENT_TYPE),
            "application/wasm"
        );
        assert!(header_of(&response, header::CACHE_CONTROL).contains("immutable"));
        let plain = get("/a/app.1234.wasm", "gzip");
        assert_eq!(header_of(&plain, header::CONTENT_ENCODING), "");
        assert_eq!(header_of(&plain, header::VARY), "accept-encoding");
    }

    #[test]
    fn any_other_place_is_the_apps_own_and_is_asked_for_each_time() {
        for path in ["/", "/today", "/ours/7", "/index.html"] {
            let response = get(path, "br");
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache");
            assert!(header_of(&response, header::CONTENT_TYPE).starts_with("text/html"));
        }
        assert_eq!(get("/a/gone.js", "br").status(), StatusCode::NOT_FOUND);
        assert_eq!(get("/v1/nothing", "br").status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn without_a_built_app_a_page_says_how_to_build_it() {
        let response = serve(&[], "/", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::OK);
        assert!(NOT_BUILT.contains("cargo xtask run"));
    }
}
