//! Reveal together: one question, two answers, opened at once.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{Command, EntryId, Referee, RevealStanding, RevealView};

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::amend::amend;
use crate::part::doing::{Doing, button, submit, trouble};
use crate::part::field::{area, drafted, tick};
use crate::part::host::Runs;
use crate::part::seam::seam_upright;
use crate::part::thanks::thanks;
use crate::part::ways::back;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn new_page(app: App) -> impl IntoView {
    let question = RwSignal::new(String::new());
    let without = RwSignal::new(matches!(app.runs(), Some(Runs::Me | Runs::Partner)));
    let doing = Doing::new();
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        let referee = if without.get_untracked() {
            Referee::Nobody
        } else {
            Referee::Server
        };
        let command = Command::StartReveal {
            prompt: question.get_untracked().trim().to_owned(),
            referee,
        };
        app.run(
            doing,
            async move {
                let id = app.dispatch(command).await?;
                app.drop_drafts(&["question"]).await;
                Ok::<_, Trouble>(id)
            },
            move |id| app.go_instead(Route::Question(id.to_string())),
        );
    };
    view! {
        <form class="stack" on:submit=ask>
            {heading(t("question-new-title"))}
            <p>{t("question-new-text")}</p>
            {drafted(
                app,
                "question".to_owned(),
                area("question", t("question-field"), t("question-field-hint"), question),
                question,
            )}
            {ideas(question)}
            <details>
                <summary>{t("question-more")}</summary>
                {tick(t("question-without"), t("question-without-hint"), without)}
            </details>
            {submit(doing, t("question-button"), t("question-working"))}
        </form>
    }
}

/// Draws questions that others begin with; choosing one puts it into the field.
fn ideas(question: RwSignal<String>) -> impl IntoView {
    let idea = move |words: String| {
        let set = words.clone();
        view! {
            <li>
                <button type="button" class="button button-word idea" on:click=move |_| question.set(set.clone())>
                    {words}
                </button>
            </li>
        }
    };
    view! {
        <details>
            <summary>{t("question-ideas")}</summary>
            <ul>
                {idea(t("question-idea-day"))}
                {idea(t("question-idea-safe"))}
                {idea(t("question-idea-miss"))}
                {idea(t("question-idea-need"))}
                {idea(t("question-idea-hard"))}
            </ul>
        </details>
    }
}

pub(super) fn page(app: App, id: &str) -> impl IntoView + use<> {
    let id: Option<EntryId> = id.parse().ok();
    let reveal = kept(move || {
        let (couple, me) = app.both()?;
        couple.reveal(id?, me)
    });
    // What is being typed outlives every drawing of the page.
    let answer = Answer {
        words: RwSignal::new(String::new()),
        doing: Doing::new(),
    };
    move || match reveal.get() {
        None => missing().into_any(),
        // News draw it anew only where they change it: thanks and corrections that are being typed stay.
        Some(reveal) => untrack(|| question(app, reveal, answer)).into_any(),
    }
}

/// An answer that is being typed.
#[derive(Clone, Copy, Debug)]
struct Answer {
    words: RwSignal<String>,
    doing: Doing,
}

/// Reads an entry, and keeps what was read last while it is on its way from here to its place.
pub(super) fn kept<T>(read: impl Fn() -> Option<T> + Send + Sync + 'static) -> Memo<Option<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |before: Option<&Option<T>>| read().or_else(|| before.cloned().flatten()))
}

pub(super) fn missing() -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("missing-title"))}
            <p>{t("question-missing")}</p>
            <p><a href=Route::Ours.path()>{t("question-to-ours")}</a></p>
        </div>
    }
}

fn question(app: App, reveal: RevealView, answer: Answer) -> impl IntoView {
    let mine = app.partner_id() == Some(reveal.asked_by);
    let by = (!mine).then(|| {
        t_with(
            "question-by",
            [("name", app.name_of(reveal.asked_by).into())],
        )
    });
    let id = reveal.id;
    let standing = reveal.standing;
    let may_withdraw = mine
        && matches!(
            standing,
            RevealStanding::WaitingForYou | RevealStanding::WaitingForPartner
        );
    let prompt = reveal.prompt.clone();
    let body = match standing {
        RevealStanding::WaitingForYou => answer_form(app, id, answer).into_any(),
        RevealStanding::WaitingForPartner => waiting(app, &reveal).into_any(),
        RevealStanding::Opening => {
            view! { <p class="lead" role="status">{t("question-opening")}</p> }.into_any()
        }
        RevealStanding::Open => open(app, reveal).into_any(),
        RevealStanding::Withdrawn => view! { <p>{t("question-withdrawn")}</p> }.into_any(),
    };
    view! {
        <article class="stack">
            {by.map(|by| view! { <p class="small quiet over">{by}</p> })}
            {heading(prompt)}
            {body}
            {may_withdraw.then(|| withdraw(app, id))}
            {back(&Route::Ours, t("question-to-ours"))}
        </article>
    }
}

fn answer_form(app: App, id: EntryId, typed: Answer) -> impl IntoView {
    let Answer {
        words: answer,
        doing,
    } = typed;
    let key = format!("answer-{id}");
    let done = key.clone();
    let seal = move |event: SubmitEvent| {
        event.prevent_default();
        let words = answer.get_untracked();
        let key = done.clone();
        app.run(
            doing,
            async move {
                app.answer_reveal(id, words).await?;
                app.drop_drafts(&[&key]).await;
                Ok::<_, Trouble>(())
            },
            move |()| app.turned(),
        );
    };
    view! {
        <form class="stack" on:submit=seal>
            {drafted(app, key, area("answer", t("question-mine"), t("question-mine-hint"), answer), answer)}
            {submit(doing, t("question-seal"), t("question-sealing"))}
            <p class="small quiet">{t("question-unanswered")}</p>
        </form>
    }
}

fn waiting(app: App, reveal: &RevealView) -> impl IntoView + use<> {
    let own = reveal.mine.as_ref().map(|mine| mine.text.clone());
    view! {
        <p class="lead" role="status">{t_with("question-wait", [("name", app.other_name().into())])}</p>
        {own
            .map(|text| {
                view! {
                    <div class="sheet stack-close">
                        <p class="small quiet">{t("question-wait-mine")}</p>
                        <p class="read">{text}</p>
                    </div>
                }
            })}
    }
}

fn open(app: App, reveal: RevealView) -> impl IntoView {
    leptos::task::spawn_local(async move { app.mark_read(reveal.id).await });
    let theirs = reveal.theirs.as_ref().map(|answer| answer.entry);
    let own = reveal.mine.clone();
    let column = move |answer: Option<troth_core::AnswerView>| {
        answer.map(|answer| {
            view! {
                <section class="half stack-close">
                    <h2 class="half-name">{app.name_of(answer.by)}</h2>
                    <p class="read">{answer.text}</p>
                </section>
            }
        })
    };
    view! {
        <div class="both" role="region" aria-label=t("question-open-region")>
            {column(reveal.mine)}
            {seam_upright()}
            {column(reveal.theirs)}
        </div>
        {theirs.map(|entry| thanks(app, entry, t("question-thanks")))}
        {own.filter(|own| !own.text.is_empty()).map(|own| amend(app, own.entry, own.text))}
    }
}

fn withdraw(app: App, id: EntryId) -> impl IntoView {
    let doing = Doing::new();
    view! {
        <div>
            {trouble(doing)}
            {button(
                doing,
                "button button-word",
                t("question-withdraw"),
                move || app.run(doing, app.dispatch(Command::WithdrawReveal { reveal: id }), move |_| app.go(Route::Ours)),
            )}
        </div>
    }
}
