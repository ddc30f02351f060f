//! The places in reach of a thumb: those of a couple, of a therapist, of whoever runs the server.

use leptos::prelude::*;

use crate::app::{App, Session};
use crate::part::icon::{Icon, icon};
use crate::route::{Place, Practice, Route, Steward};
use crate::texts::t;

/// Whose places stand beside the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Bar {
    /// Something is done step by step, and no places stand beside it.
    None,
    /// A partner's.
    Own,
    /// A therapist's.
    Practice,
    /// Those of whoever runs the server.
    Steward,
}

impl Bar {
    /// Decides whose places stand beside the page. Settings belong to everybody and keep the bar one came with.
    pub(super) fn of(app: App, before: Option<Self>) -> Self {
        if app.session() != Session::In {
            return Self::None;
        }
        match (app.route().place(), before) {
            (Some(Place::Practice), _) => Self::Practice,
            (Some(Place::Steward), _) => Self::Steward,
            (Some(Place::Settings), Some(kept @ (Self::Practice | Self::Steward))) => kept,
            (Some(_), _) => Self::Own,
            (None, _) if app.route() == Route::Welcome => Self::Own,
            (None, _) => Self::None,
        }
    }

    /// The first place of this bar.
    pub(super) fn home(self) -> Route {
        match self {
            Self::Practice => Route::Practice(Practice::Overview),
            Self::Steward => Route::Steward(Steward::Pending),
            Self::None | Self::Own => Route::Today,
        }
    }

    fn places(self) -> Vec<(Route, String, Icon)> {
        let settings = (Route::Settings, t("place-settings"), Icon::Settings);
        let practice = |page, name, drawing| (Route::Practice(page), name, drawing);
        let steward = |page, name, drawing| (Route::Steward(page), name, drawing);
        match self {
            Self::None => Vec::new(),
            Self::Own => vec![
                (Route::Today, t("place-today"), Icon::Today),
                (Route::Ours, t("place-ours"), Icon::Ours),
                (Route::Mine, t("place-mine"), Icon::Mine),
                (Route::Week, t("place-trust"), Icon::Trust),
                settings,
            ],
            Self::Practice => vec![
                practice(Practice::Overview, t("place-practice"), Icon::Today),
                practice(Practice::Requests, t("place-requests"), Icon::Waiting),
                practice(Practice::Visits, t("place-visits"), Icon::Ours),
                practice(Practice::Hours, t("place-hours"), Icon::Hours),
                settings,
            ],
            Self::Steward => vec![
                steward(Steward::Pending, t("place-listings"), Icon::Waiting),
                steward(Steward::Plans, t("place-payers"), Icon::Mine),
                steward(Steward::Ghosts, t("place-ghosts"), Icon::Trust),
                steward(Steward::Log, t("place-log"), Icon::Hours),
                settings,
            ],
        }
    }
}

/// Draws the places of a bar.
pub(super) fn places(app: App, bar: Bar) -> impl IntoView {
    let lines = bar.places().into_iter().map(|(route, name, drawing)| {
        let path = route.path();
        view! {
            <li>
                <a
                    class="place"
                    href=path
                    aria-current=move || stands(&app.route(), &route).then_some("page")
                >
                    {icon(drawing)}
                    <span>{name}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="places" aria-label=t("place-list")>
            <ul>{lines.collect_view()}</ul>
        </nav>
    }
}

/// Tells whether the page on the screen belongs to a place of the bar.
fn stands(shown: &Route, place: &Route) -> bool {
    match place {
        Route::Practice(_) | Route::Steward(_) => shown == place,
        place => shown.place() == place.place(),
    }
}
