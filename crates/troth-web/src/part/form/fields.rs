//! The fields of a form: each with its words, what it takes, and what is wrong with it where it stands.

use leptos::prelude::*;

use super::Form;

/// The words beside a field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    unseen: String,
    label: String,
    hint: String,
}

/// Names a field.
pub(crate) fn label(label: String) -> Words {
    Words {
        label,
        ..Words::default()
    }
}

/// Names a field and says what helps.
pub(crate) fn hinted(label: String, hint: String) -> Words {
    Words {
        label,
        hint,
        ..Words::default()
    }
}

/// Names a field by a word that stands beside others alike; a screen reader hears before it which one it is.
pub(crate) fn one_of_many(unseen: String, label: String) -> Words {
    Words {
        unseen,
        label,
        hint: String::new(),
    }
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
    /// Digits that are no number, such as a ZIP code.
    Digits,
    /// A day.
    Day,
    /// A time of day.
    Time,
}

impl Takes {
    fn sort(self) -> &'static str {
        match self {
            Self::Text | Self::Code | Self::Number | Self::Digits => "text",
            Self::Day => "date",
            Self::Time => "time",
        }
    }

    fn keys(self) -> Option<&'static str> {
        match self {
            Self::Number => Some("decimal"),
            Self::Digits => Some("numeric"),
            _ => None,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Text => "input",
            Self::Code => "input input-code",
            Self::Number | Self::Digits | Self::Day | Self::Time => "input input-narrow figures",
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
    let unseen = (!words.unseen.is_empty())
        .then(|| view! { <span class="away-from-sight">{words.unseen.clone()} " "</span> });
    view! {
        <label class="label" for=id.to_owned()>{unseen} {words.label.clone()}</label>
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

/// Draws a control between its words and what is wrong with it.
fn framed<T: Send + Sync + 'static>(
    form: Form<T>,
    id: &str,
    words: &Words,
    control: AnyView,
) -> impl IntoView + use<T> {
    view! {
        <div class="field">
            {label_and_hint(id, words)}
            {control}
            {wrong(form, id.to_owned())}
        </div>
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
    let shown = NodeRef::<leptos::html::Input>::new();
    // Giving a day or time field the value that it has would end the number that is being typed there, or empty what
    // stands beside it.
    Effect::new(move |_| {
        let words = read(form, lens);
        if let Some(field) = shown.get()
            && field.value() != words
        {
            field.set_value(&words);
        }
    });
    let control = view! {
        <input
            id=id.clone()
            class=takes.class()
            type=takes.sort()
            inputmode=takes.keys()
            autocomplete="off"
            spellcheck="false"
            aria-describedby=move || described(&at, has_hint, form.wrong_at(&at).is_some())
            aria-invalid=move || form.wrong_at(&is_wrong).map(|_| "true")
            node_ref=shown
            on:input=move |event| write(form, lens, &mended, event_target_value(&event))
        />
    };
    framed(form, &id, &words, control.into_any())
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
    let control = view! {
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
    };
    framed(form, &id, &words, control.into_any())
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
    let control = view! {
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
    };
    framed(form, &id, &words, control.into_any())
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
