//! Fields of a form that are chosen rather than typed: one of few, or any of many.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::form::{Form, wrong};
use crate::texts::{t, t_with};

/// One thing to choose: its stored value and its words.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    value: String,
    label: String,
    hint: String,
}

/// Makes a choice.
pub(crate) fn choice(value: impl Into<String>, label: String, hint: String) -> Choice {
    Choice {
        value: value.into(),
        label,
        hint,
    }
}

/// Draws one of few.
pub(crate) fn one_of<T, L>(
    form: Form<T>,
    id: &'static str,
    legend: String,
    choices: Vec<Choice>,
    lens: L,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> &mut String + Copy + Send + Sync + 'static,
{
    let choices = choices.into_iter().map(move |choice| {
        let (mine, chosen) = (choice.value.clone(), choice.value);
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=id
                    prop:checked=move || peek(form, lens) == mine
                    on:change=move |_| form.change(|typed| *lens(typed) = chosen.clone())
                />
                <span>
                    <span>{choice.label}</span>
                    {(!choice.hint.is_empty()).then(|| view! { <span class="hint">{choice.hint}</span> })}
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="stack-close">
            <legend class="label">{legend}</legend>
            <div>{choices.collect_view()}</div>
            {wrong(form, id.to_owned())}
        </fieldset>
    }
}

fn peek<T, V, L>(form: Form<T>, lens: L) -> V
where
    T: Send + Sync + 'static,
    V: Clone + Default,
    L: Fn(&mut T) -> &mut V,
{
    form.with(|_| ());
    form.peek(|typed| lens(typed).clone()).unwrap_or_default()
}

/// Draws any of few, all in sight.
pub(crate) fn any_of<T, L>(
    form: Form<T>,
    id: impl Into<String>,
    legend: String,
    choices: Vec<Choice>,
    lens: L,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut BTreeSet<String>> + Copy + Send + Sync + 'static,
{
    let id: String = id.into();
    let at = id.clone();
    view! {
        <fieldset class="stack-close" id=id>
            <legend class="label">{legend}</legend>
            <div class="weekdays">{ticks(form, &at, choices, lens)}</div>
            {wrong(form, at)}
        </fieldset>
    }
}

/// Draws any of many, behind one word that says what is chosen.
pub(crate) fn any_of_many<T, L>(
    form: Form<T>,
    id: &'static str,
    legend: String,
    choices: Vec<Choice>,
    lens: L,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut BTreeSet<String>> + Copy + Send + Sync + 'static,
{
    let names: Vec<(String, String)> = choices
        .iter()
        .map(|choice| (choice.value.clone(), choice.label.clone()))
        .collect();
    let chosen = move || {
        let chosen = chosen(form, lens);
        let named: Vec<_> = names
            .iter()
            .filter(|(value, _)| chosen.contains(value))
            .map(|(_, name)| name.clone())
            .collect();
        if named.is_empty() {
            t("form-none-chosen")
        } else {
            named.join(", ")
        }
    };
    let what = t_with("form-choose-what", [("what", legend.clone().into())]);
    view! {
        <fieldset class="stack-close" id=id>
            <legend class="label">{legend}</legend>
            <p>{chosen}</p>
            <details>
                <summary>{t("form-choose")}<span class="away-from-sight">{what}</span></summary>
                <div class="weekdays many">{ticks(form, id, choices, lens)}</div>
            </details>
            {wrong(form, id.to_owned())}
        </fieldset>
    }
}

fn ticks<T, L>(form: Form<T>, id: &str, choices: Vec<Choice>, lens: L) -> impl IntoView + use<T, L>
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut BTreeSet<String>> + Copy + Send + Sync + 'static,
{
    let at = id.to_owned();
    let choices = choices.into_iter().enumerate().map(move |(index, choice)| {
        let (mine, turned) = (choice.value.clone(), choice.value);
        let (first, mended) = (at.clone(), at.clone());
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    aria-invalid=move || (index == 0 && form.wrong_at(&first).is_some()).then_some("true")
                    prop:checked=move || chosen(form, lens).contains(&mine)
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        form.mend(&mended);
                        form.change(|typed| {
                            if let Some(set) = lens(typed) {
                                if on {
                                    set.insert(turned.clone());
                                } else {
                                    set.remove(&turned);
                                }
                            }
                        });
                    }
                />
                <span>
                    <span>{choice.label}</span>
                    {(!choice.hint.is_empty()).then(|| view! { <span class="hint">{choice.hint}</span> })}
                </span>
            </label>
        }
    });
    choices.collect_view()
}

fn chosen<T, L>(form: Form<T>, lens: L) -> BTreeSet<String>
where
    T: Send + Sync + 'static,
    L: Fn(&mut T) -> Option<&mut BTreeSet<String>>,
{
    form.with(|_| ());
    form.peek(|typed| lens(typed).map(|set| set.clone()))
        .flatten()
        .unwrap_or_default()
}
