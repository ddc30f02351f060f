//! A relay over `fetch`, for the browser, and the wake-up channel beside it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, BinaryType, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect, Response, WebSocket,
};

use super::{Answer, MAX_ANSWER, Relay, RelayError, Request};
use crate::network::{Ask, Caching, Line, Soon, Told};

/// The type of every body: a padded frame.
const FRAME: &str = "application/octet-stream";

/// How long an answer may take, in milliseconds.
const PATIENCE: u32 = 60_000;

/// A relay that asks the server which the page came from, or another at a given address.
#[derive(Clone, Debug)]
pub struct WebRelay {
    address: String,
}

impl WebRelay {
    /// Prepares to talk to the server at `address`, such as `https://troth.example.org`.
    #[must_use]
    pub fn new(address: &str) -> Self {
        Self {
            address: address.trim_end_matches('/').to_owned(),
        }
    }

    /// Prepares to talk to the server that served this page.
    ///
    /// # Errors
    ///
    /// [`RelayError::BadAddress`] outside of a page.
    pub fn of_this_page() -> Result<Self, RelayError> {
        let window = web_sys::window().ok_or(RelayError::BadAddress)?;
        let origin = window
            .location()
            .origin()
            .map_err(|_| RelayError::BadAddress)?;
        Ok(Self::new(&origin))
    }

    async fn send(&self, request: &Request) -> Result<Answer, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let headers = Headers::new()?;
        if let Some(session) = &request.session {
            headers.set("authorization", &format!("Bearer {session}"))?;
        }
        let init = bare(request.method.name(), RequestCache::NoStore);
        if !request.body.is_empty() {
            headers.set("content-type", FRAME)?;
            init.set_body(&Uint8Array::from(request.body.as_slice()));
        }
        init.set_headers(&headers);
        let url = format!("{}{}", self.address, request.path);
        let asked = window.fetch_with_str_and_init(&url, &init);
        let response: Response = JsFuture::from(asked).await?.dyn_into()?;
        let body = JsFuture::from(response.array_buffer()?).await?;
        Ok(Answer {
            status: response.status(),
            body: Uint8Array::new(&body).to_vec(),
        })
    }
}

/// A request to which the browser adds nothing: a session is a header that the client sets itself.
fn bare(method: &str, cache: RequestCache) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(cache);
    init.set_mode(RequestMode::SameOrigin);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    init
}

fn relay_error(error: &JsValue) -> RelayError {
    let name = js_sys::Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string());
    if name.as_deref() == Some("TimeoutError") {
        RelayError::TimedOut
    } else {
        RelayError::Offline
    }
}

impl WebRelay {
    async fn ask_now(&self, ask: &Ask) -> Result<Told, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let headers = Headers::new()?;
        for (name, value) in &ask.headers {
            headers.set(name, value)?;
        }
        let cache = match ask.caching {
            Caching::Never => RequestCache::NoStore,
            Caching::Public => RequestCache::Default,
        };
        let init = bare(ask.method.name(), cache);
        if let Some((kind, body)) = &ask.body {
            headers.set("content-type", kind)?;
            init.set_body(&Uint8Array::from(body.as_slice()));
        }
        init.set_headers(&headers);
        let url = format!("{}{}", self.address, ask.path);
        let asked = window.fetch_with_str_and_init(&url, &init);
        let response: Response = JsFuture::from(asked).await?.dyn_into()?;
        let etag = response.headers().get("etag")?;
        let body = JsFuture::from(response.array_buffer()?).await?;
        Ok(Told {
            status: response.status(),
            etag,
            body: Uint8Array::new(&body).to_vec(),
        })
    }
}

impl Line for WebRelay {
    fn ask(&self, ask: Ask) -> Soon<'_, Result<Told, RelayError>> {
        Box::pin(async move {
            let told = self.ask_now(&ask).await;
            let told = told.map_err(|error| relay_error(&error))?;
            if told.body.len() > MAX_ANSWER {
                Err(RelayError::TooLarge)
            } else {
                Ok(told)
            }
        })
    }

    fn address(&self) -> String {
        self.address.clone()
    }
}

impl Relay for WebRelay {
    async fn call(&self, request: Request) -> Result<Answer, RelayError> {
        let answer = self.send(&request).await;
        let answer = answer.map_err(|error| relay_error(&error))?;
        if answer.body.len() > MAX_ANSWER {
            Err(RelayError::TooLarge)
        } else {
            Ok(answer)
        }
    }

    fn address(&self) -> String {
        self.address.clone()
    }
}

/// An open wake-up channel; dropping it closes it.
///
/// A wake-up says only "look", never what happened. Where the channel cannot be held open, a
/// screen polls instead.
pub struct Wake {
    socket: WebSocket,
    state: Rc<RefCell<WakeState>>,
    _handlers: [Closure<dyn FnMut()>; 3],
}

/// Whether the wake-up channel carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WakeState {
    /// It is being opened.
    Opening,
    /// It is open.
    Open,
    /// It is closed; poll, and try again later.
    Closed,
}

impl std::fmt::Debug for Wake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wake")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl Wake {
    /// Opens the channel, says `hello`, and runs `wake` at each wake-up, and once when the
    /// channel opens.
    ///
    /// # Errors
    ///
    /// [`RelayError::BadAddress`] when the browser refuses the address.
    pub(crate) fn open(
        url: &str,
        hello: Vec<u8>,
        wake: impl Fn() + 'static,
    ) -> Result<Self, RelayError> {
        let socket = WebSocket::new(url).map_err(|_| RelayError::BadAddress)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let state = Rc::new(RefCell::new(WakeState::Opening));
        let wake = Rc::new(wake);
        let (opened, woken, line) = (Rc::clone(&state), Rc::clone(&wake), socket.clone());
        let on_open = Closure::<dyn FnMut()>::new(move || {
            if line.send_with_u8_array(&hello).is_ok() {
                opened.replace(WakeState::Open);
            }
            woken();
        });
        let on_message = Closure::<dyn FnMut()>::new(move || wake());
        let closed = Rc::clone(&state);
        let on_close = Closure::<dyn FnMut()>::new(move || {
            closed.replace(WakeState::Closed);
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            state,
            _handlers: [on_open, on_message, on_close],
        })
    }

    /// Tells whether the channel carries.
    #[must_use]
    pub fn state(&self) -> WakeState {
        *self.state.borrow()
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // A socket that is closed already stays closed.
        let _ = self.socket.close();
    }
}
