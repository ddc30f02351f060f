//! Something fetched from the server for a page: asked for, here, or in trouble with a way to try again.

use leptos::prelude::*;

use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, trouble};
use crate::texts::t;

/// Something fetched for a page.
#[derive(Debug)]
pub(crate) struct Loaded<T: 'static> {
    here: RwSignal<Option<T>, LocalStorage>,
    /// The fetching, and its trouble.
    pub(crate) doing: Doing,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

impl<T: 'static> Loaded<T> {
    /// Asks for it with `fetch`.
    pub(crate) fn ask<F>(app: App, fetch: F) -> Self
    where
        F: Future<Output = Result<T, Trouble>> + 'static,
    {
        let loaded = Self {
            here: RwSignal::new_local(None),
            doing: Doing::new(),
        };
        loaded.again(app, fetch);
        loaded
    }

    /// Asks once more; what is here stays until the answer comes.
    pub(crate) fn again<F>(self, app: App, fetch: F)
    where
        F: Future<Output = Result<T, Trouble>> + 'static,
    {
        app.run(self.doing, fetch, move |found| self.set(found));
    }

    /// Puts something newer in its place.
    pub(crate) fn set(self, found: T) {
        // The page may be gone by now.
        let _ = self.here.try_set(Some(found));
    }

    /// Puts something newer in its place, unless it is what is here, and says whether it was newer: what stands on the
    /// screen is drawn anew only then.
    pub(crate) fn set_if_new(self, found: T) -> bool
    where
        T: PartialEq,
    {
        let same = self
            .here
            .try_with_untracked(|here| here.as_ref() == Some(&found));
        let new = same == Some(false);
        if new {
            self.set(found);
        }
        new
    }

    /// Reads it without reading it again; `None` when the page is gone.
    pub(crate) fn peek<R>(self, read: impl FnOnce(Option<&T>) -> R) -> Option<R> {
        self.here.try_with_untracked(|here| read(here.as_ref()))
    }

    /// Reads it, and reads it again when it changes.
    pub(crate) fn with<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.here.with(|here| read(here.as_ref()))
    }
}

/// Draws what was fetched; until it is here, that it is asked for, or what is in the way.
pub(crate) fn loaded<T, V, F>(
    app: App,
    what: Loaded<T>,
    again: impl Fn() -> F + Copy + Send + Sync + 'static,
    draw: impl Fn(&T) -> V + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    T: 'static,
    V: IntoView + 'static,
    F: Future<Output = Result<T, Trouble>> + 'static,
{
    let retry = move || what.again(app, again());
    view! {
        {move || {
            what.with(|here| here.is_none())
                .then(|| {
                    view! {
                        {trouble(what.doing)}
                        <p class="quiet" role="status">
                            {move || if what.doing.is_busy() { t("form-loading") } else { String::new() }}
                        </p>
                        {move || {
                            (!what.doing.is_busy())
                                .then(|| button(what.doing, "button button-second", t("form-again"), retry))
                        }}
                    }
                })
        }}
        {move || what.with(|here| here.map(draw))}
    }
}
