//! Withdrawing and correcting an entry of one's own: hidden or corrected, and visibly so (A3).

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{Command, EntryId};

use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, submit, trouble};
use crate::part::field::{area, drafted};
use crate::texts::t;

/// Draws the way to withdraw, behind one word.
pub(crate) fn withdraw(app: App, entry: EntryId) -> impl IntoView {
    view! {
        <details>
            <summary>{t("entry-withdraw")}</summary>
            {withdraw_button(app, entry)}
        </details>
    }
}

/// Draws the way to correct or withdraw, behind one word.
pub(crate) fn amend(app: App, entry: EntryId, words: String) -> impl IntoView {
    let doing = Doing::new();
    let key = format!("correct-{entry}");
    // What was typed before, and not sent, comes before the words that stand.
    let text = RwSignal::new(app.draft(&key).unwrap_or(words));
    let drop = key.clone();
    let correct = move |event: SubmitEvent| {
        event.prevent_default();
        let command = Command::CorrectEntry {
            entry,
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
            |()| (),
        );
    };
    view! {
        <details>
            <summary>{t("entry-change")}</summary>
            <form class="stack" on:submit=correct>
                {drafted(app, key, area("correct", t("entry-correct-field"), t("entry-correct-hint"), text), text)}
                {submit(doing, t("entry-correct-button"), t("entry-working"))}
            </form>
            {withdraw_button(app, entry)}
        </details>
    }
}

fn withdraw_button(app: App, entry: EntryId) -> impl IntoView {
    let doing = Doing::new();
    view! {
        <div class="stack-close">
            <p class="small quiet">{t("entry-withdraw-hint")}</p>
            {trouble(doing)}
            {button(
                doing,
                "button button-second",
                t("entry-withdraw"),
                move || app.run(doing, app.dispatch(Command::WithdrawEntry { entry }), move |_| app.turned()),
            )}
        </div>
    }
}
