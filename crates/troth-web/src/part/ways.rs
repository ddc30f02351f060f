//! Ways on and back: lines that lead to another page, and the way to the page above.

use leptos::prelude::*;

use crate::route::Route;

/// Draws a line that leads to another page; all of it can be pressed.
pub(crate) fn door(to: &Route, name: String, hint: String) -> impl IntoView + use<> {
    view! {
        <li class="line line-door">
            <a class="line-main" href=to.path()>{name}</a>
            <p class="small quiet">{hint}</p>
        </li>
    }
}

/// Draws the way back to the page above.
pub(crate) fn back(to: &Route, name: String) -> impl IntoView + use<> {
    view! { <p class="small"><a class="way" href=to.path()>{name}</a></p> }
}
