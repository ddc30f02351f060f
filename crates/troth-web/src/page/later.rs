//! The pages whose code is fetched when someone first goes there, and what stands until it has arrived.

use futures::FutureExt as _;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::{find, heading, missing, practice, steward, visit};
use crate::app::App;
use crate::app::later::Part;
use crate::route::Route;
use crate::texts::t;

#[wasm_split(one, wasm_split_path = ::leptos::wasm_split, preload(load_find), fallible)]
fn find_place(app: App, route: Route) -> Result<AnyView, SplitLoaderError> {
    Ok(match route {
        Route::Find => find::page(app).into_any(),
        Route::FindResults => find::results::page(app).into_any(),
        Route::FindSlot => find::slot::page(app).into_any(),
        Route::Visits => visit::page(app).into_any(),
        Route::Visit(id) => visit::one::page(app, &id).into_any(),
        _ => missing().into_any(),
    })
}

#[wasm_split(two, wasm_split_path = ::leptos::wasm_split, preload(load_work), fallible)]
fn work_place(app: App, route: Route) -> Result<AnyView, SplitLoaderError> {
    Ok(match route {
        Route::Practice(page) => practice::page(app, page),
        Route::Steward(page) => steward::page(app, page),
        _ => missing().into_any(),
    })
}

/// Fetches a part and says whether it is here.
pub(crate) async fn load(part: Part) -> bool {
    match part {
        Part::Find => load_find().await.is_ok(),
        Part::Work => load_work().await.is_ok(),
    }
}

/// Draws a place of a part that is here.
pub(super) fn place(app: App, part: Part, route: Route) -> AnyView {
    // A part that is here answers at once.
    let drawn = match part {
        Part::Find => find_place(app, route).now_or_never(),
        Part::Work => work_place(app, route).now_or_never(),
    };
    match drawn {
        Some(Ok(view)) => view,
        _ => failed(app, part).into_any(),
    }
}

/// Draws what stands while a part is fetched.
pub(super) fn coming(app: App, part: Part) -> impl IntoView {
    app.ask_for(part);
    view! { <p class="quiet" role="status">{t("shell-starting")}</p> }
}

/// Draws what stands when a part could not be fetched.
pub(super) fn failed(app: App, part: Part) -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("trouble-offline"))}
            <p>{t("then-offline")}</p>
            <p>
                <button type="button" class="button" on:click=move |_| app.ask_for(part)>
                    {t("part-again")}
                </button>
            </p>
        </div>
    }
}
