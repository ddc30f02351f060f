//! A list to choose one of, drawn by the browser itself so that every thumb, keyboard and reader knows it.

use leptos::prelude::*;

/// Draws a labelled list; each option is its value and its words.
pub(crate) fn select(
    id: &'static str,
    label: String,
    hint: String,
    options: Vec<(String, String)>,
    value: RwSignal<String>,
) -> impl IntoView {
    let described = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let options = options.into_iter().map(|(mine, words)| {
        let chosen = value.get_untracked() == mine;
        view! { <option value=mine selected=chosen>{words}</option> }
    });
    view! {
        <div class="field">
            <label class="label" for=id>{label}</label>
            {described.clone().map(|described| view! { <span class="hint" id=described>{hint}</span> })}
            <select
                id=id
                class="input input-narrow"
                aria-describedby=described
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options.collect_view()}
            </select>
        </div>
    }
}
