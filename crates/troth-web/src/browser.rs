//! The browser, seen from here: its window, history, clipboard, printer and frames.

use futures::channel::oneshot;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Returns the path of the address, without query and fragment.
pub(crate) fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Returns the whole address, fragment included.
pub(crate) fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// Returns scheme, host and port of the server that gave us this app.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Adds a place to the history.
pub(crate) fn push_path(path: &str) {
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Puts a place in the stead of the newest one in the history.
pub(crate) fn replace_path(path: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

/// Leaves for another page of this origin and forgets this one in the history.
pub(crate) fn replace_page(url: &str) {
    let _ = window().location().replace(url);
}

/// Sets the title of the tab.
pub(crate) fn set_title(title: &str) {
    document().set_title(title);
}

/// Fetches a text that this server gives; `None` where it does not come.
pub(crate) async fn text(path: &str) -> Option<String> {
    let asked = JsFuture::from(window().fetch_with_str(path));
    let answer: web_sys::Response = asked.await.ok()?.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// Moves the focus to the first element that matches, if there is one.
pub(crate) fn focus(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector)
        && let Some(element) = element.dyn_ref::<web_sys::HtmlElement>()
    {
        let _ = element.focus();
    }
}

/// Scrolls to the top at once.
pub(crate) fn scroll_up() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Waits until the screen has shown what was set before.
pub(crate) async fn frame() {
    for _ in 0..2 {
        let (done, waiting) = oneshot::channel();
        request_animation_frame(move || {
            let _ = done.send(());
        });
        // A tab in the background draws no frames; a timer answers for it.
        let (late, timer) = oneshot::channel();
        set_timeout(
            move || {
                let _ = late.send(());
            },
            std::time::Duration::from_millis(60),
        );
        let _ = futures::future::select(waiting, timer).await;
    }
}

/// Waits for some milliseconds.
pub(crate) async fn pause(milliseconds: u64) {
    let (done, waiting) = oneshot::channel();
    set_timeout(
        move || {
            let _ = done.send(());
        },
        std::time::Duration::from_millis(milliseconds),
    );
    let _ = waiting.await;
}

/// Returns milliseconds since 1970, read from the device's clock.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Returns the device's time zone as the browser names it, or UTC.
pub(crate) fn zone() -> String {
    let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new())
        .resolved_options();
    js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}

/// Puts text on the clipboard; says whether the browser let us.
pub(crate) async fn copy(text: &str) -> bool {
    let promise = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
}

/// Opens the browser's print page.
pub(crate) fn print() {
    let _ = window().print();
}

/// Hands a file to the person.
pub(crate) fn download(name: &str, kind: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else {
        return;
    };
    if let Ok(element) = document().create_element("a")
        && let Ok(anchor) = element.dyn_into::<web_sys::HtmlAnchorElement>()
    {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&url);
        },
        std::time::Duration::from_secs(10),
    );
}

/// Reads a small setting of this browser.
pub(crate) fn setting(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

/// Keeps a small setting in this browser; nothing private belongs here.
pub(crate) fn set_setting(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(name, value);
    }
}

/// Reads something that stays in this tab alone, and is gone when the tab is closed or left.
pub(crate) fn tab_note(name: &str) -> Option<String> {
    let found = window().session_storage().ok()??.get_item(name).ok()?;
    found.filter(|words| !words.is_empty())
}

/// Keeps something in this tab alone; empty words take it away.
pub(crate) fn set_tab_note(name: &str, words: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = if words.is_empty() {
            storage.remove_item(name)
        } else {
            storage.set_item(name, words)
        };
    }
}

/// Takes away everything that was kept in this tab alone.
pub(crate) fn drop_tab_notes() {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.clear();
    }
}

/// Sets light or dark; `None` follows the device.
pub(crate) fn set_look(look: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match look {
        Some(look) => root.set_attribute("data-look", look),
        None => root.remove_attribute("data-look"),
    };
}

/// Returns what the page's build mark says.
pub(crate) fn build() -> Option<String> {
    let mark = document().query_selector("meta[name=build]").ok()??;
    mark.get_attribute("content")
        .filter(|hash| !hash.is_empty())
}

/// Sets an attribute of the element with this id.
pub(crate) fn set_attribute(id: &str, name: &str, value: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let _ = element.set_attribute(name, value);
    }
}

/// Hides what the app switcher would show (safety rule N-5).
pub(crate) fn set_out_of_sight(hidden: bool) {
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force("data-out-of-sight", hidden);
    }
}

/// Lists the time zones that this browser knows; at least the device's own.
pub(crate) fn zones() -> Vec<String> {
    let own = zone();
    let listed = || -> Option<Vec<String>> {
        let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let list: js_sys::Function = js_sys::Reflect::get(&intl, &"supportedValuesOf".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let zones = list.call1(&intl, &"timeZone".into()).ok()?;
        let zones: js_sys::Array = zones.dyn_into().ok()?;
        Some(zones.iter().filter_map(|zone| zone.as_string()).collect())
    };
    let mut zones = listed().unwrap_or_default();
    if !zones.contains(&own) {
        zones.insert(0, own);
    }
    zones
}
