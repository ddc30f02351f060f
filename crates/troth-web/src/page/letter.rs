//! An acknowledgment: settle, write in six parts, read it once, offer it.

use leptos::prelude::*;
use troth_core::{Command, Element, Elements, EntryId, Settled};

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, trouble, working};
use crate::part::field::{area, drafted, tick};
use crate::route::Route;
use crate::texts::{t, t_with};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Step {
    Settle,
    Part(usize),
    Review,
}

/// The six parts with what is typed in each.
type Parts = [(Element, RwSignal<String>); 6];

pub(super) fn page(app: App) -> impl IntoView {
    composer(app, None)
}

/// Draws the composer; with `replaces`, what is offered takes the place of an earlier version.
pub(super) fn composer(app: App, replaces: Option<EntryId>) -> impl IntoView {
    let step = RwSignal::new(Step::Settle);
    let calm = RwSignal::new(false);
    let parts: Parts = Element::ALL.map(|element| (element, RwSignal::new(String::new())));
    let go = move |next: Step| {
        step.set(next);
        app.turned();
    };
    move || match step.get() {
        Step::Settle => settle(app, calm, move || go(Step::Part(0))).into_any(),
        Step::Part(at) => part(app, parts, at, go).into_any(),
        Step::Review => review(app, parts, replaces, go).into_any(),
    }
}

fn settle(app: App, calm: RwSignal<bool>, begin: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("settle-title"))}
            <p>{t("settle-text")}</p>
            <p class="lead">{t("settle-how")}</p>
            {tick(t("settle-calm"), String::new(), calm)}
            <div class="row">
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || (!calm.get()).then_some("true")
                    on:click=move |_| {
                        if calm.get_untracked() {
                            begin();
                        }
                    }
                >
                    {t("settle-begin")}
                </button>
                <button type="button" class="button button-word" on:click=move |_| app.go(Route::Ours)>
                    {t("settle-later")}
                </button>
            </div>
        </div>
    }
}

fn part(app: App, parts: Parts, at: usize, go: impl Fn(Step) + Copy + 'static) -> AnyView {
    let Some((element, words)) = parts.get(at).copied() else {
        return ().into_any();
    };
    let (name, hint) = element_words(element);
    let next = if at + 1 < parts.len() {
        Step::Part(at + 1)
    } else {
        Step::Review
    };
    let before = at.checked_sub(1).map_or(Step::Settle, Step::Part);
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                go(next);
            }
        >
            <p class="small quiet over figures">{t_with("letter-step", [("at", (at + 1).into())])}</p>
            {heading(name.clone())}
            {drafted(app, draft_key(element), area("part", name, hint, words), words)}
            <p class="small quiet">{t("letter-leave-out")}</p>
            <div class="row">
                <button type="submit" class="button">{t("letter-next")}</button>
                <button type="button" class="button button-second" on:click=move |_| go(before)>{t("letter-back")}</button>
            </div>
        </form>
    }
    .into_any()
}

fn review(
    app: App,
    parts: Parts,
    replaces: Option<EntryId>,
    go: impl Fn(Step) + Copy + 'static,
) -> impl IntoView {
    let doing = Doing::new();
    let offer = move || {
        let mut elements = Elements::default();
        for (element, words) in parts {
            *elements.text_mut(element) = words.get_untracked().trim().to_owned();
        }
        let command = Command::OfferAcknowledgment {
            elements,
            settled: Settled::Said,
            replaces,
        };
        app.run(
            doing,
            async move {
                let id = app.dispatch(command).await?;
                for (element, _) in parts {
                    app.drop_drafts(&[&draft_key(element)]).await;
                }
                Ok::<_, Trouble>(id)
            },
            move |id| app.go_instead(Route::Letter(id.to_string())),
        );
    };
    view! {
        <div class="stack">
            {heading(t("letter-review"))}
            <p>{t("letter-review-text")}</p>
            <div class="sheet stack">
                {parts
                    .into_iter()
                    .map(|(element, words)| part_words(element, words.get_untracked(), true))
                    .collect_view()}
            </div>
            {trouble(doing)}
            <div class="row">
                {button(doing, "button", t("letter-offer"), offer)}
                {button(doing, "button button-second", t("letter-edit"), move || go(Step::Part(0)))}
            </div>
            {working(doing)}
            <p class="small quiet">{t("letter-offer-hint")}</p>
        </div>
    }
}

/// Draws one part of an acknowledgment; one that was left out says so only to its author.
pub(super) fn part_words(element: Element, words: String, own: bool) -> impl IntoView {
    let (name, _) = element_words(element);
    let empty = words.trim().is_empty();
    (!empty || own).then(|| {
        view! {
            <section class="stack-close">
                <h2 class="part-name">{name}</h2>
                {if empty {
                    view! { <p class="quiet">{t("letter-empty")}</p> }.into_any()
                } else {
                    view! { <p class="read">{words}</p> }.into_any()
                }}
            </section>
        }
    })
}

fn draft_key(element: Element) -> String {
    format!("letter-{}", element.key())
}

/// Returns the name of a part and the hint for writing it.
pub(super) fn element_words(element: Element) -> (String, String) {
    match element {
        Element::Act => (t("letter-act"), t("letter-act-hint")),
        Element::Impact => (t("letter-impact"), t("letter-impact-hint")),
        Element::Sense => (t("letter-sense"), t("letter-sense-hint")),
        Element::Responsibility => (t("letter-responsibility"), t("letter-responsibility-hint")),
        Element::Regret => (t("letter-regret"), t("letter-regret-hint")),
        Element::Change => (t("letter-change"), t("letter-change-hint")),
    }
}
