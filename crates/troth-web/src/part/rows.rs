//! Several things alike in one form, such as licences or prices: one below the other, each with the way to be rid of
//! it, and the way to one more.

use leptos::prelude::*;

use super::form::Form;

/// Finds the rows in what is typed.
pub(crate) type Rows<T, R> = fn(&mut T) -> &mut Vec<R>;

/// Draws every row, and draws them anew when one comes or goes.
pub(crate) fn rows<T, R, V>(
    form: Form<T>,
    find: Rows<T, R>,
    draw: impl Fn(usize) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    R: 'static,
    V: IntoView + 'static,
{
    let count = Memo::new(move |_| {
        form.with(|_| ());
        form.peek(|typed| find(typed).len()).unwrap_or(0)
    });
    move || (0..count.get()).map(&draw).collect_view()
}

/// Draws one row under its name; `away` is what the button says that takes it away.
pub(crate) fn row<T, R>(
    form: Form<T>,
    (find, at): (Rows<T, R>, usize),
    name: String,
    away: String,
    fields: impl IntoView,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    R: 'static,
{
    view! {
        <fieldset class="entry stack">
            <legend>{name}</legend>
            {fields}
            {take_away(form, (find, at), away, None)}
        </fieldset>
    }
}

/// Draws the button that takes a row away; `said` names which one, where rows are too many to be told apart by ear.
pub(crate) fn take_away<T, R>(
    form: Form<T>,
    (find, at): (Rows<T, R>, usize),
    words: String,
    said: Option<String>,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    R: 'static,
{
    let take = move |_| {
        form.change(|typed| {
            let rows = find(typed);
            if at < rows.len() {
                rows.remove(at);
            }
        });
    };
    view! { <button type="button" class="button button-word" aria-label=said on:click=take>{words}</button> }
}

/// Draws the button that adds a row.
pub(crate) fn one_more<T, R>(
    form: Form<T>,
    find: Rows<T, R>,
    words: String,
    new: impl Fn() -> R + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + Sync + 'static,
    R: 'static,
{
    let add = move |_| form.change(|typed| find(typed).push(new()));
    view! {
        <p class="entry-add">
            <button type="button" class="button button-second" on:click=add>{words}</button>
        </p>
    }
}
