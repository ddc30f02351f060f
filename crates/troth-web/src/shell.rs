//! The shell: skip links, the place to leave by, the four places, and what they stand around.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::app::{App, Session};
use crate::browser;
use crate::leave;
use crate::page;
use crate::part::icon::{Icon, icon};
use crate::route::{Place, Route};
use crate::texts::{t, t_with};

mod places;

use places::{Bar, places};

/// Draws the app.
pub(crate) fn shell() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    browser::set_look(browser::setting("look").as_deref());
    leave::listen(app);
    follow_history(app);
    app.open();
    Effect::new(move |before: Option<Route>| {
        let route = app.route();
        browser::set_title(&title(&route));
        if before.is_some_and(|before| before != route) {
            after_change();
        }
        route
    });
    // A change of standing draws another page at the same place.
    Effect::new(move |before: Option<Session>| {
        let session = app.session();
        if before.is_some_and(|before| before != session) {
            after_change();
        }
        session
    });
    let bar = Memo::new(move |before: Option<&Bar>| Bar::of(app, before.copied()));
    let has_places = move || bar.get() != Bar::None;
    view! {
        <div class="skips">
            <a class="button button-second away-from-sight" href="#page" on:click=skip>{t("shell-skip")}</a>
            <button type="button" class="button button-second away-from-sight" on:click=move |_| leave::leave(app)>
                {t("exit-page")}
            </button>
        </div>
        <div class="shell" class:shell-signed=has_places on:click=move |event| follow_link(app, &event)>
            <header class="top">
                <a class="top-name" href=move || home(app, bar.get()).path()>{t("app-name")}</a>
                <button type="button" class="exit" on:click=move |_| leave::leave(app)>{t("exit-page")}</button>
            </header>
            {move || has_places().then(|| places(app, bar.get()))}
            <main id="page" tabindex="-1" class="main" class:main-alone=move || !has_places()>
                {move || waiting(app)}
                {move || page::page(app)}
            </main>
            <p class="away-from-sight" role="status" aria-live="polite">{move || app.told()}</p>
        </div>
    }
}

/// Returns the first place of a person who is signed in, or of one who is not.
fn home(app: App, bar: Bar) -> Route {
    if app.session() == Session::In {
        bar.home()
    } else {
        Route::Welcome
    }
}

/// Writes the title of the tab: neutral, whatever the page holds (N-4).
fn title(route: &Route) -> String {
    let name = t("app-name");
    let place = match route.place() {
        Some(Place::Today) => t("place-today"),
        Some(Place::Ours) => t("title-ours"),
        Some(Place::Mine) => t("title-mine"),
        Some(Place::Trust) => t("title-week"),
        Some(Place::Settings) => t("place-settings"),
        Some(Place::Practice) => t("place-practice"),
        Some(Place::Steward) => t("place-steward"),
        None => return name,
    };
    format!("{place} · {name}")
}

fn after_change() {
    leptos::task::spawn_local(async {
        browser::frame().await;
        browser::scroll_up();
        browser::focus("main h1");
    });
}

fn skip(event: ev::MouseEvent) {
    event.prevent_default();
    browser::focus("main h1, main");
}

fn follow_history(app: App) {
    let back = window_event_listener(ev::popstate, move |_| app.read_address());
    on_cleanup(move || back.remove());
}

/// Follows links within the app without loading it again.
fn follow_link(app: App, event: &ev::MouseEvent) {
    if event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return;
    }
    let link = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest("a[href^='/']").ok().flatten());
    let Some(href) = link.and_then(|link| link.get_attribute("href")) else {
        return;
    };
    event.prevent_default();
    app.go(Route::parse(&href));
}

/// Says calmly what still waits on this device.
fn waiting(app: App) -> Option<impl IntoView> {
    if app.session() != Session::In {
        return None;
    }
    let is_over = app.signed_out();
    let words = match (is_over, app.waiting(), app.offline()) {
        (true, _, _) => t("shell-signed-out"),
        (_, 0, false) => return None,
        (_, 0, true) => t("shell-offline"),
        (_, count, _) => t_with("shell-waiting", [("count", count.into())]),
    };
    let back = (is_over && app.route() != Route::SignInAgain)
        .then(|| view! { " " <a href=Route::SignInAgain.path()>{t("shell-sign-in")}</a> });
    Some(
        view! { <p class="note" role="status">{icon(Icon::Waiting)}<span>{words}{back}</span></p> },
    )
}
