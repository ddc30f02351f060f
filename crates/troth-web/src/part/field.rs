//! Fields: each with a label, a hint where it helps, and a sealed draft where words are long.

use leptos::prelude::*;

use crate::app::App;
use crate::browser;

/// What a one-line field holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Plain text, as the browser may complete it.
    Text(&'static str),
    /// A password or passphrase, hidden unless asked.
    Hidden(&'static str),
    /// Letters and digits to copy from a page.
    Code,
    /// A day.
    Day,
    /// A time of day.
    Time,
    /// Words to look for.
    Search,
}

/// Draws a one-line field.
pub(crate) fn line(
    id: &'static str,
    label: String,
    hint: String,
    kind: Kind,
    value: RwSignal<String>,
) -> impl IntoView {
    let (sort, complete) = match kind {
        Kind::Text(complete) => ("text", complete),
        Kind::Hidden(complete) => ("password", complete),
        Kind::Code => ("text", "off"),
        Kind::Day => ("date", "off"),
        Kind::Time => ("time", "off"),
        Kind::Search => ("search", "off"),
    };
    let class = match kind {
        Kind::Code => "input input-code",
        Kind::Day | Kind::Time => "input input-narrow figures",
        _ => "input",
    };
    let described = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let shown = NodeRef::<leptos::html::Input>::new();
    // Giving a day or time field the value that it has would end the number that is being typed there.
    Effect::new(move |_| {
        let words = value.get();
        if let Some(field) = shown.get()
            && field.value() != words
        {
            field.set_value(&words);
        }
    });
    view! {
        <div class="field">
            <label class="label" for=id>{label}</label>
            {described.clone().map(|described| view! { <span class="hint" id=described>{hint}</span> })}
            <input
                id=id
                class=class
                type=sort
                autocomplete=complete
                autocapitalize=if matches!(kind, Kind::Text("name")) { "words" } else { "none" }
                spellcheck="false"
                aria-describedby=described
                node_ref=shown
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}

/// Draws a field for long words, without a draft: for words that are never kept.
pub(crate) fn area(
    id: &'static str,
    label: String,
    hint: String,
    value: RwSignal<String>,
) -> impl IntoView {
    let described = (!hint.is_empty()).then(|| format!("{id}-hint"));
    view! {
        <div class="field">
            <label class="label" for=id>{label}</label>
            {described.clone().map(|described| view! { <span class="hint" id=described>{hint}</span> })}
            <textarea
                id=id
                class="input"
                rows="4"
                autocomplete="off"
                aria-describedby=described
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </div>
    }
}

/// Draws a field for long words and keeps them as a sealed draft under `key` until they are sent.
pub(crate) fn drafted(
    app: App,
    key: String,
    field: impl IntoView,
    value: RwSignal<String>,
) -> impl IntoView {
    if let Some(draft) = app.draft(&key)
        && value.with_untracked(String::is_empty)
    {
        value.set(draft);
    }
    Effect::new(move |turn: Option<u32>| {
        let words = value.get();
        let turn = turn.map_or(0, |turn| turn + 1);
        if turn > 0 {
            let key = key.clone();
            leptos::task::spawn_local(async move {
                browser::pause(350).await;
                // Only the newest words are worth a write.
                if value.try_get_untracked().as_ref() == Some(&words) {
                    app.save_draft(&key, &words).await;
                }
            });
        }
        turn
    });
    view! { <div class="drafted">{field}</div> }
}

/// Draws one choice of several.
pub(crate) fn choice<T>(
    group: &'static str,
    mine: T,
    label: String,
    hint: String,
    chosen: RwSignal<Option<T>>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    view! {
        <label class="choice">
            <input
                type="radio"
                name=group
                prop:checked=move || chosen.get() == Some(mine)
                on:change=move |_| chosen.set(Some(mine))
            />
            <span>
                <span>{label}</span>
                {(!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> })}
            </span>
        </label>
    }
}

/// Draws a thing to tick.
pub(crate) fn tick(label: String, hint: String, ticked: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="checkbox"
                prop:checked=move || ticked.get()
                on:change=move |event| ticked.set(event_target_checked(&event))
            />
            <span>
                <span>{label}</span>
                {(!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> })}
            </span>
        </label>
    }
}
