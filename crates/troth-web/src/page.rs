//! One page is one thing to do, why it is there, how long it takes, and the way out.

use leptos::prelude::*;

use crate::app::{App, Session};
use crate::route::Route;
use crate::texts::t;

mod about;
mod account;
mod alarm;
mod check;
mod find;
mod join;
pub(crate) mod kit;
mod leaving;
mod letter;
mod letters;
mod mine;
mod ours;
mod pair;
mod plan;
mod plan_new;
mod plans;
mod practice;
mod question;
mod settings;
mod sign_in;
mod start;
mod steward;
mod today;
mod unlock;
mod visit;
mod week;
mod week_share;
mod welcome;

/// What stands in the page: a place, or what must come before it.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Shown {
    /// The device is being read.
    Nothing,
    /// The password comes first.
    Unlock,
    /// The record has stopped, and this comes before anything else.
    Alarm,
    /// The place itself.
    Place(Route),
}

/// Decides what stands in the page.
fn shown(app: App) -> Shown {
    let route = app.route();
    let passes_alarm = matches!(
        route,
        Route::Ours
            | Route::Copy
            | Route::Check
            | Route::Settings
            | Route::SignInAgain
            | Route::About
            | Route::Leave
            | Route::Mine
    );
    match app.session() {
        Session::Starting => Shown::Nothing,
        // Times that were asked for are kept under the account's lock, where there is an account.
        Session::Locked if needs_keys_if_any(&route) => Shown::Unlock,
        _ if route.is_open() && route != Route::Welcome => Shown::Place(route),
        Session::Out => Shown::Place(Route::Welcome),
        Session::Locked => Shown::Unlock,
        Session::In if app.has_alarm() && !passes_alarm => Shown::Alarm,
        Session::In if route == Route::Welcome => Shown::Place(Route::Today),
        Session::In => Shown::Place(route),
    }
}

/// Whether this page stands without an account, but reads what an account keeps where there is one.
fn needs_keys_if_any(route: &Route) -> bool {
    matches!(route, Route::FindSlot | Route::Visits | Route::Visit(_))
}

/// Draws what stands in the page; drawn anew only when that changes.
pub(crate) fn page(app: App) -> impl IntoView {
    let shown = Memo::new(move |_| shown(app));
    move || match shown.get() {
        Shown::Nothing => {
            view! { <p class="quiet" role="status">{t("shell-starting")}</p> }.into_any()
        }
        Shown::Unlock => unlock::page(app).into_any(),
        Shown::Alarm => alarm::page(app).into_any(),
        Shown::Place(route) => place(app, route),
    }
}

fn place(app: App, route: Route) -> AnyView {
    match route {
        Route::Welcome => welcome::page().into_any(),
        Route::Start => start::page(app).into_any(),
        Route::SignIn => sign_in::page(app).into_any(),
        Route::SignInAgain => sign_in::again(app).into_any(),
        Route::Recover => sign_in::recover(app).into_any(),
        Route::Join => join::page(app).into_any(),
        Route::Pair => pair::page(app).into_any(),
        Route::Today => today::page(app).into_any(),
        Route::Ours => ours::page(app).into_any(),
        Route::NewQuestion => question::new_page(app).into_any(),
        Route::Question(id) => question::page(app, &id).into_any(),
        Route::NewLetter => letter::page(app).into_any(),
        Route::Letter(id) => letters::page(app, &id).into_any(),
        Route::Plans => plans::page(app).into_any(),
        Route::NewPlan => plan_new::page(app).into_any(),
        Route::Plan(id) => plan::page(app, &id).into_any(),
        Route::Mine => mine::page(app).into_any(),
        Route::Week => week::page(app).into_any(),
        Route::WeekShare => week_share::page(app).into_any(),
        Route::Find => find::page(app).into_any(),
        Route::FindResults => find::results::page(app).into_any(),
        Route::FindSlot => find::slot::page(app).into_any(),
        Route::Visits => visit::page(app).into_any(),
        Route::Visit(id) => visit::one::page(app, &id).into_any(),
        Route::Practice(page) => practice::page(app, page),
        Route::Steward(page) => steward::page(app, page),
        other => settings_place(app, &other),
    }
}

fn settings_place(app: App, route: &Route) -> AnyView {
    match route {
        Route::Settings => settings::page(app).into_any(),
        Route::Devices => account::devices(app).into_any(),
        Route::Kit => kit::again(app).into_any(),
        Route::Password => account::password(app).into_any(),
        Route::VaultLock => mine::lock_page(app).into_any(),
        Route::Copy => leaving::copy(app).into_any(),
        Route::Check => check::page(app).into_any(),
        Route::Leave => leaving::leave(app).into_any(),
        Route::Delete => leaving::delete(app).into_any(),
        Route::Look => settings::look(app).into_any(),
        Route::About => about::page().into_any(),
        _ => missing().into_any(),
    }
}

/// Draws the heading of a page; it takes the focus when the page comes.
fn heading(words: String) -> impl IntoView {
    view! { <h1 tabindex="-1">{words}</h1> }
}

fn missing() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("missing-title"))}
            <p>{t("missing-text")}</p>
            <p><a class="button" href=Route::Today.path()>{t("missing-home")}</a></p>
        </div>
    }
}
