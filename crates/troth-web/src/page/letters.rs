//! One acknowledgment: its words, its answer, its versions.

use std::collections::BTreeSet;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{AcknowledgmentAnswer, AcknowledgmentView, Command, Element, EntryId};

use super::heading;
use super::letter::{composer, element_words, part_words};
use super::question::{kept, missing};
use crate::app::App;
use crate::part::amend::withdraw;
use crate::part::doing::{Doing, submit};
use crate::part::field::{choice, tick};
use crate::part::seam::seam;
use crate::part::thanks::{given, thanks};
use crate::part::ways::back;
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App, id: &str) -> impl IntoView + use<> {
    let id: Option<EntryId> = id.parse().ok();
    let letter = kept(move || app.couple()?.acknowledgment(id?));
    let again = RwSignal::new(false);
    if let Some(id) = id {
        leptos::task::spawn_local(async move { app.mark_read(id).await });
    }
    move || match letter.get() {
        None => missing().into_any(),
        Some(letter) if again.get() => composer(app, Some(letter.id)).into_any(),
        // News draw it anew only where they change it: an answer that is being chosen stays.
        Some(letter) => untrack(|| show(app, letter, again)).into_any(),
    }
}

fn show(app: App, letter: AcknowledgmentView, again: RwSignal<bool>) -> impl IntoView {
    let own = app.partner_id() == Some(letter.by);
    let date = app
        .timeline()
        .into_iter()
        .find(|item| item.id == letter.id)
        .map(|item| when::civil(item.written.local()))
        .unwrap_or_default();
    let by = if own {
        t_with("letter-yours", [("date", date.into())])
    } else {
        t_with(
            "letter-by",
            [
                ("name", app.name_of(letter.by).into()),
                ("date", date.into()),
            ],
        )
    };
    let (id, answer, thanked) = (letter.id, letter.answer.clone(), letter.thanks.clone());
    let answered = answer.is_some();
    let current = letter.replaced_by.is_none() && !letter.is_withdrawn;
    let asks = !own && current;
    view! {
        <article class="stack">
            <p class="small quiet over">{by}</p>
            {heading(t("letter-title"))}
            {versions(&letter)}
            {letter.is_withdrawn.then(|| view! { <p>{t("letter-withdrawn")}</p> })}
            <div class="sheet stack">
                {Element::ALL
                    .into_iter()
                    .map(|element| part_words(element, letter.elements.text(element).to_owned(), own && current))
                    .collect_view()}
            </div>
            {answer.map(|answer| given_answer(&answer.answer, app.name_of(answer.by)))}
            {(own && !answered && current)
                .then(|| view! { <p class="quiet">{t_with("letter-no-answer", [("name", app.other_name().into())])}</p> })}
            {given(app, thanked)}
            {(asks && !answered).then(|| answer_form(app, id))}
            {(!own).then(|| thanks(app, id, t("thanks-button")))}
            {(own && current)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button button-second"
                            on:click=move |_| {
                                again.set(true);
                                app.turned();
                            }
                        >
                            {t("letter-again")}
                        </button>
                    }
                })}
            {(own && current).then(|| withdraw(app, id))}
            {back(&Route::Ours, t("question-to-ours"))}
        </article>
    }
}

fn versions(letter: &AcknowledgmentView) -> impl IntoView + use<> {
    let newer = letter.replaced_by.map(|newer| {
        view! { <p class="aside"><a href=Route::Letter(newer.to_string()).path()>{t("letter-newer")}</a></p> }
    });
    let earlier = letter.earlier.last().map(|earlier| {
        view! {
            <p class="small quiet">
                {t_with("letter-version", [("at", (letter.earlier.len() + 1).into())])} " · "
                <a href=Route::Letter(earlier.to_string()).path()>{t("letter-earlier")}</a>
            </p>
        }
    });
    (newer, earlier)
}

fn given_answer(answer: &AcknowledgmentAnswer, name: String) -> impl IntoView + use<> {
    let received = !matches!(answer, AcknowledgmentAnswer::Missing(_));
    let values = [("name", name.into())];
    let words = match answer {
        AcknowledgmentAnswer::Received => t_with("letter-was-received", values),
        AcknowledgmentAnswer::ReceivedNeedTime => t_with("letter-was-time", values),
        AcknowledgmentAnswer::Missing(_) => t_with("letter-was-missing", values),
    };
    let missing = match answer {
        AcknowledgmentAnswer::Missing(elements) => elements.clone(),
        _ => Vec::new(),
    };
    view! {
        <div class="stack-close" role="status">
            {received.then(seam)}
            <p class="lead">{words}</p>
            {(!missing.is_empty())
                .then(|| {
                    view! {
                        <ul class="plain-list">
                            {missing
                                .into_iter()
                                .map(|element| view! { <li>{element_words(element).0}</li> })
                                .collect_view()}
                        </ul>
                    }
                })}
        </div>
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Chosen {
    Received,
    Time,
    Missing,
}

fn answer_form(app: App, id: EntryId) -> impl IntoView {
    let chosen = RwSignal::new(None::<Chosen>);
    let missing: [(Element, RwSignal<bool>); 6] =
        Element::ALL.map(|element| (element, RwSignal::new(false)));
    let doing = Doing::new();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let parts: BTreeSet<Element> = missing
            .iter()
            .filter(|(_, ticked)| ticked.get_untracked())
            .map(|(element, _)| *element)
            .collect();
        let answer = match chosen.get_untracked() {
            None => return,
            Some(Chosen::Received) => AcknowledgmentAnswer::Received,
            Some(Chosen::Time) => AcknowledgmentAnswer::ReceivedNeedTime,
            Some(Chosen::Missing) => AcknowledgmentAnswer::Missing(parts.into_iter().collect()),
        };
        let command = Command::AnswerAcknowledgment {
            acknowledgment: id,
            answer,
        };
        app.run(doing, async move { app.dispatch(command).await }, |_| ());
    };
    view! {
        <form class="stack answer-form" on:submit=send>
            <fieldset class="stack-close">
                <legend><h2>{t("letter-answer-title")}</h2></legend>
                {choice("answer", Chosen::Received, t("letter-answer-received"), String::new(), chosen)}
                {choice("answer", Chosen::Time, t("letter-answer-time"), String::new(), chosen)}
                {choice("answer", Chosen::Missing, t("letter-answer-missing"), String::new(), chosen)}
            </fieldset>
            {move || {
                (chosen.get() == Some(Chosen::Missing))
                    .then(|| {
                        view! {
                            <fieldset class="stack-close inset">
                                <legend class="label">{t("letter-answer-which")}</legend>
                                {missing
                                    .into_iter()
                                    .map(|(element, ticked)| tick(element_words(element).0, String::new(), ticked))
                                    .collect_view()}
                            </fieldset>
                        }
                    })
            }}
            {submit(doing, t("letter-answer-send"), t("letter-answer-working"))}
            <p class="small quiet">{t("letter-answer-none")}</p>
        </form>
    }
}
