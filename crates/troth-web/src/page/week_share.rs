//! Sharing a period: exactly what moves is shown first.

use jiff::civil::Date;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{Command, ShareError, SharedSigns, Sign, Week};

use super::heading;
use super::mine::behind_lock;
use super::week::{shared_signs, sign_words};
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, submit};
use crate::part::field::{Kind, choice, line, tick};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// Drives the resampling of a band, so that what was looked at is what is sent.
const SEED: u64 = 7;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum What {
    Summary,
    Singles,
}

pub(super) fn page(app: App) -> impl IntoView {
    behind_lock(app, || t("share-title"), move || open(app).into_any())
}

fn open(app: App) -> AnyView {
    let has_space = Memo::new(move |_| app.both().is_some());
    let drawn = move || {
        if has_space.get() {
            return untrack(|| form(app).into_any());
        }
        view! {
            <div class="stack">
                {heading(t("share-title"))}
                <p>{t("share-no-space")}</p>
                <p><a href=Route::Pair.path()>{t("pair-title")}</a></p>
            </div>
        }
        .into_any()
    };
    drawn.into_any()
}

fn form(app: App) -> impl IntoView {
    let today = when::today();
    let begin = today
        .checked_sub(jiff::Span::new().days(55))
        .unwrap_or(today);
    let (from, to) = (
        RwSignal::new(begin.to_string()),
        RwSignal::new(today.to_string()),
    );
    let what = RwSignal::new(Some(What::Summary));
    let signs: [(Sign, RwSignal<bool>); 10] = Sign::ALL.map(|sign| (sign, RwSignal::new(false)));
    let doing = Doing::new();
    let preview = Memo::new(move |_| made(app, (from.get(), to.get()), what.get(), signs));
    let share = move |event: SubmitEvent| {
        event.prevent_default();
        match preview.get_untracked() {
            Ok(shared) => {
                app.run(
                    doing,
                    app.dispatch(Command::ShareSigns(shared)),
                    move |_| app.go_instead(Route::Week),
                );
            }
            Err(words) => doing.refuse(Trouble::incomplete(words)),
        }
    };
    view! {
        <form class="stack" on:submit=share>
            {heading(t("share-title"))}
            <p>{t("share-text")}</p>
            <div class="pair">
                {line("from", t("share-from"), String::new(), Kind::Day, from)}
                {line("to", t("share-to"), String::new(), Kind::Day, to)}
            </div>
            <fieldset class="stack-close">
                <legend class="label">{t("share-what")}</legend>
                {choice("what", What::Summary, t("share-summary"), t("share-summary-hint"), what)}
                {choice("what", What::Singles, t("share-singles"), t("share-singles-hint"), what)}
            </fieldset>
            {move || (what.get() == Some(What::Singles)).then(|| sign_ticks(signs))}
            <section class="stack-close" aria-labelledby="preview" aria-live="polite">
                <h2 id="preview">{t("share-preview")}</h2>
                {move || match preview.get() {
                    Ok(shared) => shared_signs(&shared.shown, shared.from, shared.to).into_any(),
                    Err(words) => view! { <p class="quiet">{words}</p> }.into_any(),
                }}
                <p class="small quiet">{t_with("share-preview-to", [("name", app.other_name().into())])}</p>
            </section>
            {submit(doing, t("share-button"), t("share-working"))}
        </form>
    }
}

fn sign_ticks(signs: [(Sign, RwSignal<bool>); 10]) -> impl IntoView {
    view! {
        <fieldset class="stack-close inset">
            <legend class="label">{t("share-which")}</legend>
            {signs.into_iter().map(|(sign, ticked)| tick(sign_words(sign), String::new(), ticked)).collect_view()}
        </fieldset>
    }
}

fn made(
    app: App,
    (from, to): (String, String),
    what: Option<What>,
    signs: [(Sign, RwSignal<bool>); 10],
) -> Result<SharedSigns, String> {
    let (Ok(from), Ok(to)) = (from.parse::<Date>(), to.parse::<Date>()) else {
        return Err(t("share-period"));
    };
    let (from, to) = (Week::containing(from), Week::containing(to));
    let chosen: Vec<Sign> = signs
        .iter()
        .filter(|(_, ticked)| ticked.get())
        .map(|(sign, _)| *sign)
        .collect();
    let Some(vault) = app.vault() else {
        return Err(t("trouble-vault-locked"));
    };
    let made = if what == Some(What::Singles) {
        vault.share_singles(from, to, &chosen)
    } else {
        vault.share_summary(from, to, SEED)
    };
    made.map_err(|error| match error {
        ShareError::NothingRated => t("share-nothing"),
        ShareError::NoSign => t("share-no-sign"),
        _ => t("share-period"),
    })
}
