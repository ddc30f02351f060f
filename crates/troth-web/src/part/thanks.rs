//! Thanks for something in the record.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{Command, EntryId, ThanksView};

use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, submit};
use crate::part::field::{area, drafted};
use crate::texts::{t, t_with};

/// Draws the way to thank, behind one word.
pub(crate) fn thanks(app: App, on: EntryId, summary: String) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let doing = Doing::new();
    let open = RwSignal::new(false);
    let key = format!("thanks-{on}");
    let drop = key.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let command = Command::Thank {
            on,
            text: text.get_untracked().trim().to_owned(),
        };
        let key = drop.clone();
        app.run(
            doing,
            async move {
                app.dispatch(command).await?;
                app.drop_drafts(&[&key]).await;
                Ok::<_, Trouble>(())
            },
            move |()| {
                let _ = text.try_set(String::new());
                let _ = open.try_set(false);
            },
        );
    };
    view! {
        <details prop:open=move || open.get()>
            <summary>{summary}</summary>
            <form class="stack" on:submit=send>
                {drafted(app, key, area("thanks", t("thanks-field"), t("thanks-hint"), text), text)}
                {submit(doing, t("thanks-button"), t("thanks-working"))}
            </form>
        </details>
    }
}

/// Draws thanks that were given.
pub(crate) fn given(app: App, thanks: Vec<ThanksView>) -> impl IntoView {
    thanks
        .into_iter()
        .map(|thanks| {
            view! {
                <div class="given stack-close">
                    <p class="small quiet">{t_with("thanks-given", [("name", app.name_of(thanks.by).into())])}</p>
                    {(!thanks.text.is_empty()).then(|| view! { <p class="read">{thanks.text}</p> })}
                </div>
            }
        })
        .collect_view()
}
