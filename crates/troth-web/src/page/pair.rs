//! Inviting the partner, waiting, and the six words.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_sync::view::{Host, InviteOptions, Pairing};

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::browser;
use crate::part::doing::{Doing, button, submit, trouble, working};
use crate::part::host::{Runs, host_facts, host_question};
use crate::part::qr::qr;
use crate::part::seam::seam;
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    let pairing = Memo::new(move |_| app.pairing());
    let again = RwSignal::new(false);
    // Outlives a redraw: news may come while a person chooses.
    let chosen = RwSignal::new(untrack(move || app.runs()));
    move || match pairing.get() {
        Pairing::Declined if !again.get() => {
            ended(t("pair-declined-title"), t("pair-declined-text"), again).into_any()
        }
        Pairing::Expired if !again.get() => {
            ended(t("pair-expired-title"), t("pair-expired-text"), again).into_any()
        }
        Pairing::Closed if !again.get() => {
            ended(t("pair-closed-title"), t("pair-closed-text"), again).into_any()
        }
        Pairing::Waiting { link, until } => waiting(app, link, when::moment(until)).into_any(),
        Pairing::Joining => joining(app).into_any(),
        Pairing::WordsToCompare {
            words,
            mine_confirmed,
            theirs_confirmed,
        } => compare(app, words, mine_confirmed, theirs_confirmed).into_any(),
        Pairing::Paired => paired().into_any(),
        _ => invite(app, chosen).into_any(),
    }
}

fn invite(app: App, chosen: RwSignal<Option<Runs>>) -> AnyView {
    if untrack(move || app.me()).is_some_and(|me| !me.rehearsed) {
        return view! {
            <div class="stack">
                {heading(t("pair-not-yet-title"))}
                <p>{t("pair-not-yet-text")}</p>
                <p><a class="button" href=Route::Kit.path()>{t("pair-not-yet-link")}</a></p>
            </div>
        }
        .into_any();
    }
    let doing = Doing::new();
    let make = move |event: SubmitEvent| {
        event.prevent_default();
        let mut options = InviteOptions::default();
        options.host = host(chosen.get_untracked());
        app.run(
            doing,
            async move { Ok::<_, Trouble>(app.own_client()?.invite(options).await?) },
            move |_| app.turned(),
        );
    };
    view! {
        <form class="stack" on:submit=make>
            {heading(t("pair-title"))}
            <p>{t("pair-text")}</p>
            <p class="quiet">{host_facts()}</p>
            {host_question(chosen)}
            <p class="small quiet">{t("pair-share-host")}</p>
            {submit(doing, t("pair-button"), t("pair-working"))}
        </form>
    }
    .into_any()
}

fn host(runs: Option<Runs>) -> Host {
    match runs {
        Some(Runs::Neutral) => Host::Neutral,
        Some(Runs::Me) => Host::Inviter,
        Some(Runs::Partner) => Host::Invited,
        Some(Runs::Unsure) | None => Host::Unknown,
    }
}

fn waiting(app: App, link: String, until: String) -> impl IntoView {
    let copied = RwSignal::new(String::new());
    let to_copy = link.clone();
    let copy = move |_| {
        let link = to_copy.clone();
        leptos::task::spawn_local(async move {
            let said = if browser::copy(&link).await {
                t("pair-copied")
            } else {
                t("pair-copy-failed")
            };
            copied.set(said);
        });
    };
    let doing = Doing::new();
    view! {
        <div class="stack">
            {heading(t("pair-waiting-title"))}
            <p>{t("pair-waiting-text")}</p>
            <div class="field">
                <label class="label" for="link">{t("pair-link")}</label>
                <input id="link" class="input input-code" type="text" readonly prop:value=link.clone() />
            </div>
            <div class="row">
                <button type="button" class="button" on:click=copy>{t("pair-copy")}</button>
                <span class="small quiet" role="status">{move || copied.get()}</span>
            </div>
            {qr(&link, t("pair-qr"))}
            <p class="quiet">{t_with("pair-until", [("date", until.into())])}</p>
            <p class="quiet">{t("pair-waiting-calm")}</p>
            {trouble(doing)}
            {button(
                doing,
                "button button-second",
                t("pair-withdraw"),
                move || {
                    app.run(
                        doing,
                        async move { Ok::<_, Trouble>(app.own_client()?.withdraw_invitation().await?) },
                        move |()| app.go(Route::Today),
                    );
                },
            )}
        </div>
    }
}

fn ended(title: String, text: String, again: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="stack">
            {heading(title)}
            <p>{text}</p>
            <button type="button" class="button button-second" on:click=move |_| again.set(true)>{t("pair-again")}</button>
        </div>
    }
}

fn joining(app: App) -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("pair-joining-title"))}
            <p role="status">{move || t_with("pair-joining-text", [("name", app.other_name().into())])}</p>
        </div>
    }
}

fn compare(app: App, words: Vec<String>, mine: bool, theirs: bool) -> impl IntoView {
    let doing = Doing::new();
    let name = app.other_name();
    view! {
        <div class="stack">
            {heading(t("pair-words-title"))}
            <p>{t("pair-words-text")}</p>
            <ol class="spoken" aria-label=t("pair-words-list")>
                {words.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()}
            </ol>
            <p class="quiet" role="status">
                {if mine {
                    t_with("pair-words-mine", [("name", name.into())])
                } else if theirs {
                    t_with("pair-words-theirs", [("name", name.into())])
                } else {
                    String::new()
                }}
            </p>
            {trouble(doing)}
            <div class="row">
                {(!mine)
                    .then(|| {
                        button(
                            doing,
                            "button",
                            t("pair-words-same"),
                            move || {
                                app.run(
                                    doing,
                                    async move {
                                        app.own_client()?.confirm_words().await?;
                                        let _ = app.sync().await;
                                        Ok::<_, Trouble>(())
                                    },
                                    move |()| app.turned(),
                                );
                            },
                        )
                    })}
                {button(
                    doing,
                    "button button-second",
                    t("pair-words-differ"),
                    move || {
                        app.run(
                            doing,
                            async move { Ok::<_, Trouble>(app.own_client()?.words_differ().await?) },
                            |()| (),
                        );
                    },
                )}
            </div>
            {working(doing)}
        </div>
    }
}

fn paired() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("pair-paired-title"))}
            {seam()}
            <p>{t("pair-paired-text")}</p>
            <p><a class="button" href=Route::Ours.path()>{t("pair-paired-link")}</a></p>
        </div>
    }
}
