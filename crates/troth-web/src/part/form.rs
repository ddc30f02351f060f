//! A form: what is typed as one value, told at the field when it cannot be used, and kept as a sealed draft.
//!
//! A form holds a plain value `T` of typed words; a *lens* finds one field in it. Rows may be gone by the time a lens
//! looks, so it may find nothing.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::app::trouble::Trouble;
use crate::browser;
use crate::part::doing::{Doing, submit};
use crate::part::wrong::wrong_words;
use crate::texts::t;
use crate::typed::{Why, Wrong};

mod fields;

pub(crate) use fields::{Takes, area, hinted, label, line, one_of_many, select, wrong};

/// What is typed, what is wrong with it, and whether it is being saved.
#[derive(Debug)]
pub(crate) struct Form<T: 'static> {
    typed: RwSignal<T>,
    wrong: RwSignal<Vec<Wrong>>,
    touched: RwSignal<bool>,
    kept: RwSignal<bool>,
    key: Option<&'static str>,
    /// Saving, and the trouble with it.
    pub(crate) doing: Doing,
}

impl<T> Clone for Form<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Form<T> {}

impl<T: Send + Sync + 'static> Form<T> {
    /// Begins with `typed`.
    pub(crate) fn new(typed: T) -> Self {
        Self {
            typed: RwSignal::new(typed),
            wrong: RwSignal::new(Vec::new()),
            touched: RwSignal::new(false),
            kept: RwSignal::new(false),
            key: None,
            doing: Doing::new(),
        }
    }

    /// Reads what is typed, and reads it again after a change.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.typed.with(read)
    }

    /// Reads what is typed, once.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.typed.with_untracked(read)
    }

    /// Changes what is typed.
    pub(crate) fn change(self, change: impl FnOnce(&mut T)) {
        self.typed.update(change);
        self.touched.set(true);
        self.kept.set(false);
    }

    /// Says where a change is that was not saved yet: on its way to this device's sealed draft, or in it.
    fn unsaved(self) -> String {
        match (self.touched.get(), self.kept.get()) {
            (false, _) => String::new(),
            (true, false) => t("form-changed"),
            (true, true) => t("form-kept"),
        }
    }

    /// Notes that what is typed is saved.
    pub(crate) fn saved(self) {
        let _ = self.touched.try_set(false);
        let _ = self.wrong.try_set(Vec::new());
    }

    /// Says what is wrong with one field.
    pub(crate) fn wrong_at(self, id: &str) -> Option<String> {
        self.wrong.with(|wrong| {
            wrong
                .iter()
                .find(|one| one.field == id)
                .map(|one| wrong_words(one.why))
        })
    }

    /// Looks through a lens, without noting that it looked.
    pub(crate) fn peek<R>(self, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.typed.try_update_untracked(look)
    }

    /// Forgets what was wrong with one field: it is being changed.
    pub(crate) fn mend(self, id: &str) {
        if self
            .wrong
            .with_untracked(|wrong| wrong.iter().any(|one| one.field == id))
        {
            self.wrong
                .update(|wrong| wrong.retain(|one| one.field != id));
        }
    }

    /// Tells what is wrong at its fields and leads to the first of them; nothing typed is lost.
    pub(crate) fn tell(self, wrong: Vec<Wrong>) {
        self.doing.refuse(Trouble::incomplete(t("form-wrong")));
        self.mark(wrong);
    }

    /// Says what is wrong with one field while it is being typed.
    pub(crate) fn point(self, field: &str, why: Why) {
        let field = field.to_owned();
        let _ = self
            .wrong
            .try_update(|wrong| wrong.push(Wrong { field, why }));
    }

    /// Marks the fields that cannot be used and leads to the first of them.
    fn mark(self, wrong: Vec<Wrong>) {
        let _ = self.wrong.try_set(wrong);
        leptos::task::spawn_local(async {
            browser::frame().await;
            browser::focus("main [aria-invalid=true]");
        });
    }
}

impl<T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static> Form<T> {
    /// Whether this is still what is typed; not once the page is gone.
    fn holds(self, words: &str) -> bool {
        self.typed
            .try_with_untracked(|typed| serde_json::to_string(typed).is_ok_and(|now| now == words))
            .unwrap_or(false)
    }

    /// Keeps what is typed as a sealed draft under `key`, and begins with the draft if there is one.
    pub(crate) fn keep(self, app: App, key: &'static str) -> Self {
        if let Some(kept) = app
            .draft(key)
            .and_then(|draft| serde_json::from_str(&draft).ok())
        {
            self.typed.set(kept);
            self.touched.set(true);
            self.kept.set(true);
        }
        Effect::new(move |turn: Option<u32>| {
            let words = self.typed.with(|typed| serde_json::to_string(typed));
            let turn = turn.map_or(0, |turn| turn + 1);
            if let Ok(words) = words
                && turn > 0
                && self.touched.get_untracked()
            {
                leptos::task::spawn_local(async move {
                    browser::pause(350).await;
                    // Only the newest words are worth a write, and none that were saved meanwhile.
                    if self.holds(&words) && self.touched.try_get_untracked() == Some(true) {
                        app.save_draft(key, &words).await;
                        if self.holds(&words) {
                            self.kept.set(true);
                        }
                    }
                });
            }
            turn
        });
        Self {
            key: Some(key),
            ..self
        }
    }
}

/// Sends what a form holds: tells what cannot be used at its fields, or runs `work`, drops the draft and goes on.
///
/// `field` finds the id of the field that the server names by a JSON pointer.
pub(crate) fn send<T, R, W>(
    app: App,
    form: Form<T>,
    field: fn(&str) -> Option<String>,
    work: W,
    then: impl FnOnce(R) + 'static,
) where
    T: Send + Sync + 'static,
    R: 'static,
    W: Future<Output = Result<R, Trouble>> + 'static,
{
    app.run(
        form.doing,
        async move {
            let done = work.await;
            match &done {
                Ok(_) => {
                    form.saved();
                    if let Some(key) = form.key {
                        app.drop_drafts(&[key]).await;
                    }
                }
                Err(trouble) => {
                    if let Some(field) = trouble.field.as_deref().and_then(field) {
                        form.mark(vec![Wrong {
                            field,
                            why: Why::Refused,
                        }]);
                    }
                }
            }
            done
        },
        then,
    );
}

/// Draws the end of a form: its button, and that what is typed is kept but not saved yet.
pub(crate) fn save<T: Send + Sync + 'static>(form: Form<T>, button: String) -> impl IntoView {
    view! {
        {submit(form.doing, button, t("form-saving"))}
        <p class="small quiet" role="status">
            {move || form.unsaved()}
        </p>
    }
}
