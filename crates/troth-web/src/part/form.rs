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

/// What is typed, what is wrong with it, and whether it is being saved.
#[derive(Debug)]
pub(crate) struct Form<T: 'static> {
    typed: RwSignal<T>,
    wrong: RwSignal<Vec<Wrong>>,
    touched: RwSignal<bool>,
    kept: RwSignal<bool>,
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
            .try_with_untracked(|typed| serde_json::to_string(typed).unwrap_or_default() == words)
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
            let words = self
                .typed
                .with(|typed| serde_json::to_string(typed).unwrap_or_default());
            let turn = turn.map_or(0, |turn| turn + 1);
            if turn > 0 && self.touched.get_untracked() {
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
        self
    }
}

/// The words beside a field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    label: String,
    hint: String,
}

/// Names a field.
pub(crate) fn label(label: String) -> Words {
    Words {
        label,
        hint: String::new(),
    }
}

/// Names a field and says what helps.
pub(crate) fn hinted(label: String, hint: String) -> Words {
    Words { label, hint }
}

/// What a field takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Takes {
    /// Words.
    Text,
    /// Letters and digits to copy from a page.
    Code,
    /// An amount or a count; the numeric keys come up.
    Number,
    /// A day.
    Day,
    /// A time of day.
    Time,
}

impl Takes {
    fn sort(self) -> &'static str {
        match self {
            Self::Text | Self::Code | Self::Number => "text",
            Self::Day => "date",
            Self::Time => "time",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Text => "input",
            Self::Code => "input input-code",
            Self::Number | Self::Day | Self::Time => "input input-narrow figures",
        }
    }
}

/// Names what describes a field: its hint, and what is wrong with it.
fn described(id: &str, has_hint: bool, wrong: bool) -> Option<String> {
    let names = [
        has_hint.then(|| format!("{id}-hint")),
        wrong.then(|| format!("{id}-wrong")),
    ];
    let names: Vec<_> = names.into_iter().flatten().collect();
    (!names.is_empty()).then(|| names.join(" "))
}

fn label_and_hint(id: &str, words: &Words) -> impl IntoView + use<> {
    let (hint_id, hint) = (format!("{id}-hint"), words.hint.clone());
    view! {
        <label class="label" for=id.to_owned()>{words.label.clone()}</label>
        {(!hint.is_empty()).then(|| view! { <span class="hint" id=hint_id>{hint}</span> })}
    }
}

/// Draws what is wrong with a field, where it stands.
pub(crate) fn wrong<T: Send + Sync + 'static>(form: Form<T>, id: String) -> impl IntoView {
    let name = format!("{id}-wrong");
    move || {
        form.wrong_at(&id)
            .map(|words| view! { <p class="wrong" id=name.clone()>{words}</p> })
    }
}

/// Draws a one-line field.
pub(crate) fn line<T, L>(
    form: Form<T>,
    id: impl Into<String>,
    words: Words,
    takes: Takes,
    lens: L,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut String> + Copy + Send + Sync + 'static,
{
    let id: String = id.into();
    let (at, is_wrong, mended) = (id.clone(), id.clone(), id.clone());
    let has_hint = !words.hint.is_empty();
    view! {
        <div class="field">
            {label_and_hint(&id, &words)}
            <input
                id=id.clone()
                class=takes.class()
                type=takes.sort()
                inputmode=(takes == Takes::Number).then_some("decimal")
                autocomplete="off"
                spellcheck="false"
                aria-describedby=move || described(&at, has_hint, form.wrong_at(&at).is_some())
                aria-invalid=move || form.wrong_at(&is_wrong).map(|_| "true")
                prop:value=move || read(form, lens)
                on:input=move |event| write(form, lens, &mended, event_target_value(&event))
            />
            {wrong(form, id)}
        </div>
    }
}

/// Draws a field for long words.
pub(crate) fn area<T, L>(
    form: Form<T>,
    id: impl Into<String>,
    words: Words,
    lens: L,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut String> + Copy + Send + Sync + 'static,
{
    let id: String = id.into();
    let (at, is_wrong, mended) = (id.clone(), id.clone(), id.clone());
    let has_hint = !words.hint.is_empty();
    view! {
        <div class="field">
            {label_and_hint(&id, &words)}
            <textarea
                id=id.clone()
                class="input"
                rows="4"
                autocomplete="off"
                aria-describedby=move || described(&at, has_hint, form.wrong_at(&at).is_some())
                aria-invalid=move || form.wrong_at(&is_wrong).map(|_| "true")
                prop:value=move || read(form, lens)
                on:input=move |event| write(form, lens, &mended, event_target_value(&event))
            ></textarea>
            {wrong(form, id)}
        </div>
    }
}

/// Draws a field that takes one of several; each is a stored value and its words.
pub(crate) fn select<T, L>(
    form: Form<T>,
    id: impl Into<String>,
    words: Words,
    options: Vec<(String, String)>,
    lens: L,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut String> + Copy + Send + Sync + 'static,
{
    let id: String = id.into();
    let (at, is_wrong, mended) = (id.clone(), id.clone(), id.clone());
    let has_hint = !words.hint.is_empty();
    let options = options.into_iter().map(move |(value, name)| {
        let mine = value.clone();
        view! { <option value=value selected=move || read(form, lens) == mine>{name}</option> }
    });
    view! {
        <div class="field">
            {label_and_hint(&id, &words)}
            <select
                id=id.clone()
                class="input input-narrow"
                aria-describedby=move || described(&at, has_hint, form.wrong_at(&at).is_some())
                aria-invalid=move || form.wrong_at(&is_wrong).map(|_| "true")
                prop:value=move || read(form, lens)
                on:change=move |event| write(form, lens, &mended, event_target_value(&event))
            >
                {options.collect_view()}
            </select>
            {wrong(form, id)}
        </div>
    }
}

fn read<T, L>(form: Form<T>, lens: L) -> String
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut String>,
{
    form.with(|_| ());
    form.peek(|typed| lens(typed).map(|words| words.clone()))
        .flatten()
        .unwrap_or_default()
}

fn write<T, L>(form: Form<T>, lens: L, id: &str, words: String)
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut String>,
{
    form.mend(id);
    form.change(|typed| {
        if let Some(place) = lens(typed) {
            *place = words;
        }
    });
}

/// Sends what a form holds: tells what cannot be used at its fields, or runs `work`, drops the draft and goes on.
///
/// `field` finds the id of the field that the server names by a JSON pointer.
pub(crate) fn send<T, R, W>(
    app: App,
    form: Form<T>,
    key: &'static str,
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
                    app.drop_drafts(&[key]).await;
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
