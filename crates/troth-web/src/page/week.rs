//! The ten signs of this week, one's own chart, and beside it what the partner chose to show.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::projection::trend::{SignsTrend, signs_trend};
use troth_core::{
    Band, Direction, HIGHEST_RATING, PartnerId, SharedSignsView, ShownSigns, Sign, SignsSummary,
    SingleSign, VaultCommand, Week,
};

use super::heading;
use super::mine::behind_lock;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::chart::{figure, signs_chart};
use crate::part::doing::{Doing, submit};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    behind_lock(app, || t("week-title"), move || open(app))
}

fn open(app: App) -> AnyView {
    let offered = Memo::new(move |_| app.vault().is_some_and(|vault| vault.safety().is_offered()));
    let trend = Memo::new(move |_| {
        let vault = app.vault()?;
        let me = app.partner_id().unwrap_or(PartnerId::from_bytes([0; 16]));
        Some(signs_trend(&vault, app.couple().as_deref(), me))
    });
    let week = Week::containing(when::today());
    let rated = Memo::new(move |_| {
        app.vault()
            .is_some_and(|vault| vault.ratings(week).is_some())
    });
    let chart = move || trend.get().map(|trend| charted(app, trend));
    // What is being rated stays while news come.
    let drawn = move || {
        if rated.get() {
            untrack(|| kept(app, week, offered, chart))
        } else {
            untrack(|| unrated(app, week, offered, chart))
        }
    };
    drawn.into_any()
}

/// What was to be done this week is done: the chart comes first.
fn kept<V: IntoView + 'static>(
    app: App,
    week: Week,
    offered: Memo<bool>,
    chart: impl Fn() -> V + Send + 'static,
) -> AnyView {
    view! {
            <div class="stack-wide">
                {heading(t("week-title"))}
                <p role="status">{t("week-kept")}</p>
                {move || offered.get().then(safety)}
                {chart}
                <details>
                    <summary>{t("week-change")}</summary>
                    {rate_form(app, week, false)}
                </details>
            </div>
    }
    .into_any()
}

fn unrated<V: IntoView + 'static>(
    app: App,
    week: Week,
    offered: Memo<bool>,
    chart: impl Fn() -> V + Send + 'static,
) -> AnyView {
    view! {
        <div class="stack-wide">
            {rate_form(app, week, true)}
            {move || offered.get().then(safety)}
            {chart}
        </div>
    }
    .into_any()
}

fn rate_form(app: App, week: Week, first: bool) -> impl IntoView {
    let before = app.vault().and_then(|vault| vault.ratings(week));
    let ratings: Vec<(Sign, RwSignal<Option<u8>>)> = Sign::ALL
        .into_iter()
        .map(|sign| (sign, RwSignal::new(before.map(|before| before.of(sign)))))
        .collect();
    let rated = ratings.clone();
    let doing = Doing::new();
    let kept = RwSignal::new(before.is_some());
    let keep = move |event: SubmitEvent| {
        event.prevent_default();
        let mut numbers = [0; 10];
        for (number, (_, rating)) in numbers.iter_mut().zip(&rated) {
            let Some(rating) = rating.get_untracked() else {
                doing.refuse(Trouble::incomplete(t("week-incomplete")));
                return;
            };
            *number = rating;
        }
        app.run(
            doing,
            app.keep(VaultCommand::RateSigns {
                week,
                ratings: numbers,
            }),
            move |()| {
                kept.set(true);
                app.tell(t("week-kept"));
            },
        );
    };
    view! {
        <form class="stack" on:submit=keep>
            {first.then(|| heading(t("week-title")))}
            <p>{t_with("week-text", [("date", when::day(week.monday()).into())])}</p>
            <p class="quiet">{t("week-private")}</p>
            <div class="signs">
                {ratings.into_iter().map(|(sign, rating)| sign_field(sign, rating)).collect_view()}
            </div>
            {submit(doing, t("week-button"), t("week-working"))}
            <p class="small quiet" role="status">{move || if kept.get() { t("week-kept") } else { String::new() }}</p>
            <p class="small quiet">{t("week-note")}</p>
        </form>
    }
}

fn sign_field(sign: Sign, rating: RwSignal<Option<u8>>) -> impl IntoView {
    let steps = (0..=HIGHEST_RATING).map(|step| {
        view! {
            <label class="step">
                <input
                    type="radio"
                    name=format!("sign-{}", sign.id())
                    prop:checked=move || rating.get() == Some(step)
                    on:change=move |_| rating.set(Some(step))
                />
                <span>{scale(step)}</span>
            </label>
        }
    });
    view! {
        <fieldset class="sign">
            <legend>{sign_words(sign)}</legend>
            <div class="steps">{steps.collect_view()}</div>
        </fieldset>
    }
}

/// Writes a step of the scale.
pub(super) fn scale(step: u8) -> String {
    match step {
        0 => t("week-scale-0"),
        1 => t("week-scale-1"),
        2 => t("week-scale-2"),
        3 => t("week-scale-3"),
        _ => t("week-scale-4"),
    }
}

/// Writes the sentence of a sign.
pub(super) fn sign_words(sign: Sign) -> String {
    match sign {
        Sign::LessAnxiety => t("sign-less-anxiety"),
        Sign::Ease => t("sign-ease"),
        Sign::Affection => t("sign-affection"),
        Sign::Teamwork => t("sign-teamwork"),
        Sign::Availability => t("sign-availability"),
        Sign::SafeWithBoundaries => t("sign-safe"),
        Sign::Vulnerability => t("sign-vulnerability"),
        Sign::Listening => t("sign-listening"),
        Sign::MutualCommitment => t("sign-commitment"),
        Sign::OpenToTheirView => t("sign-view"),
    }
}

/// Speaks to this person alone (safety rules S-4 and S-5): nothing the partner sees depends on it.
fn safety() -> impl IntoView {
    view! {
        <section class="aside stack-close">
            <h2>{t("safety-title")}</h2>
            <p>{t("safety-text")}</p>
            <p>{t("safety-fault")}</p>
            <p>{t("safety-joint")}</p>
            <p>{t("safety-help")}</p>
            <p><a href=Route::Leave.path()>{t("safety-leave")}</a></p>
        </section>
    }
}

fn charted(app: App, trend: SignsTrend) -> impl IntoView {
    let rated = trend.weeks.iter().any(|point| point.strong.is_some());
    let direction = direction_words(trend.direction);
    let ordinary = trend.ordinary.map(ordinary_words);
    let me = app.partner_id();
    let mine: Vec<SharedSignsView> = app
        .couple()
        .map(|couple| {
            couple
                .shared_signs()
                .into_iter()
                .filter(|shown| Some(shown.by) == me)
                .collect()
        })
        .unwrap_or_default();
    let name = app.other_name();
    let theirs = trend.shown_by_partner.clone();
    let paired = app.both().is_some();
    view! {
        <section class="stack" aria-labelledby="chart">
            <h2 id="chart">{t("chart-title")}</h2>
            {if rated {
                view! {
                    <p class="quiet">{t("chart-text")}</p>
                    {signs_chart(&trend.weeks)}
                    <p>{direction}</p>
                    {ordinary.map(|words| view! { <p>{words}</p> })}
                }
                    .into_any()
            } else {
                view! { <p class="quiet">{t("chart-empty")}</p> }.into_any()
            }}
            {paired.then(|| view! { <p><a class="button button-second" href=Route::WeekShare.path()>{t("week-share")}</a></p> })}
        </section>
        {paired.then(|| shared_section(t_with("shared-title", [("name", name.as_str().into())]), theirs, Some(name)))}
        {(!mine.is_empty()).then(|| shared_section(t("shared-mine"), mine, None))}
    }
}

fn ordinary_words(band: Band) -> String {
    t_with(
        "ordinary-words",
        [
            ("middle", figure(band.middle).into()),
            ("low", figure(band.low).into()),
            ("high", figure(band.high).into()),
        ],
    )
}

pub(super) fn direction_words(direction: Direction) -> String {
    match direction {
        Direction::Higher => t("direction-higher"),
        Direction::Lower => t("direction-lower"),
        Direction::CantTellYet => t("direction-cannot"),
    }
}

fn shared_section(
    title: String,
    shown: Vec<SharedSignsView>,
    waits_for: Option<String>,
) -> impl IntoView {
    let none = shown.is_empty();
    view! {
        <section class="stack">
            <h2>{title}</h2>
            {none
                .then(|| {
                    waits_for
                        .clone()
                        .map(|name| view! { <p class="quiet">{t_with("shared-none", [("name", name.into())])}</p> })
                })}
            {shown.into_iter().rev().map(|shown| shared_signs(&shown.signs.shown, shown.signs.from, shown.signs.to)).collect_view()}
            {(!none && waits_for.is_some()).then(|| view! { <p class="small quiet">{t("shared-apart")}</p> })}
        </section>
    }
}

/// Draws what was, or is about to be, shown of a period: exactly what moves, no more.
pub(super) fn shared_signs(shown: &ShownSigns, from: Week, to: Week) -> impl IntoView + use<> {
    let last_day = to
        .monday()
        .checked_add(jiff::Span::new().days(6))
        .unwrap_or(to.monday());
    let period = t_with(
        "shared-period",
        [
            ("from", when::day(from.monday()).into()),
            ("to", when::day(last_day).into()),
        ],
    );
    let inside = match shown {
        ShownSigns::Summary(summary) => summary_lines(summary).into_any(),
        ShownSigns::Singles(signs) => signs.iter().map(single_table).collect_view().into_any(),
    };
    view! {
        <div class="sheet stack-close">
            <p class="small quiet">{period}</p>
            {inside}
        </div>
    }
}

fn summary_lines(summary: &SignsSummary) -> impl IntoView + use<> {
    let weeks = usize::try_from(summary.weeks_rated).unwrap_or(usize::MAX);
    let tenths = |tenths: u8| figure(f64::from(tenths) / 10.0);
    let strong = summary.strong.map_or_else(
        || t("shared-few"),
        |band| {
            let values = [
                ("middle", tenths(band.middle).into()),
                ("low", tenths(band.low).into()),
                ("high", tenths(band.high).into()),
            ];
            t_with("shared-strong", values)
        },
    );
    view! {
        <p>{t_with("shared-weeks", [("count", weeks.into())])}</p>
        <p>{strong}</p>
        <p>{direction_words(summary.direction)}</p>
    }
}

fn single_table(single: &SingleSign) -> impl IntoView + use<> {
    let weeks = single.weeks.iter().map(|(week, rating)| {
        view! {
            <tr>
                <th scope="row">{when::day(week.monday())}</th>
                <td>{scale(*rating)}</td>
            </tr>
        }
    });
    view! {
        <table>
            <caption>{sign_words(single.sign)}</caption>
            <tbody>{weeks.collect_view()}</tbody>
        </table>
    }
}
