//! Something under way: progress, and kind words when it does not go.

use leptos::prelude::*;

use crate::app::trouble::Trouble;
use crate::texts::t;

/// One thing a person asked for, from asking to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doing {
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<Trouble>>,
}

impl Doing {
    /// Nothing is under way.
    pub(crate) fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
        }
    }

    /// Says whether something is under way.
    pub(crate) fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Begins, unless something is under way already.
    pub(crate) fn begin(self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.trouble.set(None);
        self.busy.set(true);
        true
    }

    /// Ends, well or with trouble.
    pub(crate) fn end(self, trouble: Option<Trouble>) {
        // The page may be gone by now, and its signals with it.
        let _ = self.busy.try_set(false);
        let _ = self.trouble.try_set(trouble);
    }

    /// Shows trouble that was found before anything was asked for.
    pub(crate) fn refuse(self, trouble: Trouble) {
        self.trouble.set(Some(trouble));
    }
}

/// Draws the trouble, if there is any: what happened, what is safe, what to do.
pub(crate) fn trouble(doing: Doing) -> impl IntoView {
    view! {
        <div role="alert" class="trouble-place">
            {move || {
                doing
                    .trouble
                    .get()
                    .map(|trouble| {
                        view! {
                            <div class="trouble">
                                <p class="trouble-what">{trouble.what}</p>
                                <p>{trouble.then}</p>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// Draws the main button of a form, which says when it is at work, and the trouble above it.
pub(crate) fn submit(doing: Doing, label: String, working: String) -> impl IntoView {
    view! {
        {trouble(doing)}
        <button type="submit" class="button" aria-disabled=move || doing.is_busy().then_some("true")>{label}</button>
        <p class="working quiet" role="status">{move || if doing.is_busy() { working.clone() } else { String::new() }}</p>
    }
}

/// Draws a button that starts something.
pub(crate) fn button(
    doing: Doing,
    class: &'static str,
    label: String,
    mut act: impl FnMut() + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || doing.is_busy().then_some("true")
            on:click=move |_| {
                if !doing.busy.get_untracked() {
                    act();
                }
            }
        >
            {label}
        </button>
    }
}

/// Draws the words of something at work.
pub(crate) fn working(doing: Doing) -> impl IntoView {
    view! {
        <p class="working quiet" role="status">
            {move || if doing.is_busy() { t("shell-working") } else { String::new() }}
        </p>
    }
}
