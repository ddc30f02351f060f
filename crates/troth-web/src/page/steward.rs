//! The pages of whoever runs the server: listings to look at, plans, and how honest the listings here are.

use leptos::prelude::*;

use super::heading;
use crate::app::App;
use crate::route::Steward;
use crate::texts::t;

/// Draws a page of whoever runs the server.
pub(super) fn page(_app: App, page: Steward) -> AnyView {
    let _ = page;
    heading(t("place-steward")).into_any()
}
