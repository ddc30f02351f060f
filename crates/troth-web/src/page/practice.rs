//! A therapist's own pages: the listing, its proof, the hours, and the visits.

use leptos::prelude::*;

use super::heading;
use crate::app::App;
use crate::route::Practice;
use crate::texts::t;

/// Draws a therapist's page.
pub(super) fn page(_app: App, page: Practice) -> AnyView {
    let _ = page;
    heading(t("place-practice")).into_any()
}
