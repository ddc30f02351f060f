//! Today: the one thing that waits next; everything else waits behind one word.

use leptos::prelude::*;
use troth_core::projection::due::{DueState, due};
use troth_core::{RevealStanding, VisitStanding, Week};
use troth_sync::view::{Me, Notice, Pairing};
use troth_wire::DeviceId;
use troth_wire::network::BookingId;

use super::heading;
use super::plans::due_date;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// Something that waits, with its reason, its length and the way to it.
#[derive(Clone, Debug, PartialEq)]
struct Next {
    title: String,
    text: String,
    minutes: usize,
    label: String,
    route: Route,
}

pub(super) fn page(app: App) -> impl IntoView {
    let things = Memo::new(move |_| things(app));
    view! {
        <div class="today">
            {move || app.me().map(|me| notices(app, me))}
            {move || {
                let mut things = things.get().into_iter();
                let first = things.next()?;
                let others: Vec<Next> = things.collect();
                Some(
                    view! {
                        {card(first)}
                        {(!others.is_empty()).then(|| rest(others))}
                    },
                )
            }}
            <p class="row small ways">
                <a href=Route::Visits.path()>{t("today-visits")}</a>
                <a href=Route::Find.path()>{t("today-find")}</a>
            </p>
        </div>
    }
}

fn card(next: Next) -> impl IntoView {
    view! {
        <section class="card stack">
            {heading(next.title)}
            {(!next.text.is_empty()).then(|| view! { <p class="lead">{next.text}</p> })}
            {(next.minutes > 0)
                .then(|| view! { <p class="quiet small">{t_with("today-minutes", [("count", next.minutes.into())])}</p> })}
            <p><a class="button" href=next.route.path()>{next.label}</a></p>
        </section>
    }
}

fn rest(others: Vec<Next>) -> impl IntoView {
    view! {
        <details class="rest">
            <summary>{t_with("today-else", [("count", others.len().into())])}</summary>
            <ul class="lines">
                {others
                    .into_iter()
                    .map(|next| {
                        view! {
                            <li class="line">
                                <a class="line-main" href=next.route.path()>{next.title}</a>
                                <p class="small quiet">{next.text}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
}

/// Lists what waits, the next first.
fn things(app: App) -> Vec<Next> {
    let mut things = Vec::new();
    visit_things(app, &mut things);
    pairing_things(app, &mut things);
    question_things(app, &mut things);
    letter_things(app, &mut things);
    due_things(app, &mut things);
    week_thing(app, &mut things);
    if things.is_empty() {
        things.push(Next {
            title: t("today-rest-title"),
            text: t("today-rest-text"),
            minutes: 0,
            label: t("today-rest-do"),
            route: Route::NewQuestion,
        });
    }
    things
}

/// Names what the partner holds for both, while it is held: it comes first, because it ends first.
fn visit_things(app: App, things: &mut Vec<Next>) {
    let (Some((couple, me)), Some(now)) = (app.both(), app.moment()) else {
        return;
    };
    for visit in couple.visits(&now) {
        if visit.by == me || visit.standing != VisitStanding::Open {
            continue;
        }
        let values = [
            ("time", when::moment(visit.start()).into()),
            ("name", visit.held.provider_name.as_str().into()),
            ("until", when::clock(visit.until()).into()),
        ];
        things.push(Next {
            title: t("today-held-title"),
            text: t_with("today-held-text", values),
            minutes: 1,
            label: t("today-held-do"),
            route: Route::Visit(BookingId(visit.held.hold).to_string()),
        });
    }
}

fn pairing_things(app: App, things: &mut Vec<Next>) {
    let pairing = app.pairing();
    if matches!(
        pairing,
        Pairing::WordsToCompare {
            mine_confirmed: false,
            ..
        }
    ) {
        things.push(step(
            t("today-words-title"),
            t("today-words-text"),
            t("today-words-do"),
            Route::Pair,
        ));
    }
    if app.me().is_some_and(|me| !me.rehearsed) {
        things.push(step(
            t("today-kit-title"),
            t("today-kit-text"),
            t("today-kit-do"),
            Route::Kit,
        ));
    }
    things.extend(pairing_step(&pairing));
}

/// Says what waits between two people who are not both here, or not any more.
fn pairing_step(pairing: &Pairing) -> Option<Next> {
    let (title, text, label, route) = match pairing {
        Pairing::None | Pairing::Expired => (
            t("today-invite-title"),
            t("today-invite-text"),
            t("today-invite-do"),
            Route::Pair,
        ),
        Pairing::Waiting { .. } => (
            t("today-wait-title"),
            t("today-wait-text"),
            t("today-wait-do"),
            Route::Pair,
        ),
        Pairing::Declined => (
            t("today-declined-title"),
            t("today-declined-text"),
            t("today-declined-do"),
            Route::Pair,
        ),
        Pairing::Joining => (
            t("today-joining-title"),
            t("today-joining-text"),
            t("today-joining-do"),
            Route::Pair,
        ),
        Pairing::Closed => (
            t("today-closed-title"),
            t("today-closed-text"),
            t("today-closed-do"),
            Route::Ours,
        ),
        _ => return None,
    };
    Some(step(title, text, label, route))
}

fn step(title: String, text: String, label: String, route: Route) -> Next {
    Next {
        title,
        text,
        minutes: 0,
        label,
        route,
    }
}

fn question_things(app: App, things: &mut Vec<Next>) {
    let Some((couple, me)) = app.both() else {
        return;
    };
    for reveal in couple.reveals(me) {
        let route = Route::Question(reveal.id.to_string());
        if reveal.standing == RevealStanding::WaitingForYou {
            things.push(Next {
                title: t("today-question-title"),
                text: reveal.prompt,
                minutes: 5,
                label: t("today-question-do"),
                route,
            });
        } else if reveal.standing == RevealStanding::Open && !app.was_read(reveal.id) {
            things.push(Next {
                title: t("today-opened-title"),
                text: reveal.prompt,
                minutes: 0,
                label: t("today-opened-do"),
                route,
            });
        }
    }
}

fn letter_things(app: App, things: &mut Vec<Next>) {
    let Some((couple, me)) = app.both() else {
        return;
    };
    let open = couple.acknowledgments().into_iter().filter(|letter| {
        letter.by != me
            && letter.answer.is_none()
            && !letter.is_withdrawn
            && letter.replaced_by.is_none()
    });
    for letter in open {
        if app.was_read(letter.id) {
            continue;
        }
        things.push(Next {
            title: t_with(
                "today-letter-title",
                [("name", app.name_of(letter.by).into())],
            ),
            text: t("today-letter-text"),
            minutes: 5,
            label: t("today-letter-do"),
            route: Route::Letter(letter.id.to_string()),
        });
    }
}

fn due_things(app: App, things: &mut Vec<Next>) {
    let (Some((couple, me)), Some(now)) = (app.both(), app.moment()) else {
        return;
    };
    for item in due(&couple, me, &now, 7) {
        let date = due_date(app, &item);
        let route = Route::Plan(item.commitment.to_string());
        let mine = item.giver == me;
        let values = || {
            [
                ("text", item.text.as_str().into()),
                ("name", app.name_of(item.giver).into()),
            ]
        };
        let (title, text, label) = match item.state {
            DueState::OpenToMark if mine => {
                let text = t_with("today-mark-mine-text", [("date", date.into())]);
                (
                    t_with("today-mark-mine", values()),
                    text,
                    t("today-mark-do"),
                )
            }
            DueState::OpenToMark => {
                let text = t_with("today-mark-theirs-text", [("date", date.into())]);
                (
                    t_with("today-mark-theirs", values()),
                    text,
                    t("today-mark-do"),
                )
            }
            DueState::Ahead if mine => {
                let text = t_with("today-ahead-text", [("date", date.into())]);
                (
                    t_with("today-ahead-title", values()),
                    text,
                    t("today-ahead-do"),
                )
            }
            DueState::Ahead => continue,
        };
        things.push(Next {
            title,
            text,
            minutes: 1,
            label,
            route,
        });
    }
}

fn week_thing(app: App, things: &mut Vec<Next>) {
    let Some(vault) = app.vault() else {
        return;
    };
    if vault.ratings(Week::containing(when::today())).is_none() {
        things.push(Next {
            title: t("today-week-title"),
            text: t("today-week-text"),
            minutes: 2,
            label: t("today-week-do"),
            route: Route::Week,
        });
    }
}

/// What was verified before a restore of the server and is not back: nothing stops for it, and
/// nobody can put it away.
fn not_back(app: App) -> Option<impl IntoView> {
    let alarm = app.health().alarm.filter(|alarm| !alarm.kind.stops())?;
    let place = alarm.place.unwrap_or_default().to_string();
    let words = match alarm.entry {
        Some(_) => t_with("notice-not-back", [("place", place.into())]),
        None => t_with("notice-not-back-elsewhere", [("place", place.into())]),
    };
    Some(view! {
        <div class="aside notice">
            <p>{words}</p>
        </div>
    })
}

fn notices(app: App, me: Me) -> impl IntoView {
    let others = me
        .notices
        .into_iter()
        .map(|notice| {
            let doing = Doing::new();
            let words = notice_words(&notice, me.device);
            let away = move || {
                let notice = notice.clone();
                app.run(
                        doing,
                        async move {
                            Ok::<_, Trouble>(app.own_client()?.dismiss_notice(&notice).await?)
                        },
                        |()| (),
                    );
            };
            view! {
                <div class="aside notice">
                    <p>{words}</p>
                    {button(doing, "button button-word", t("notice-away"), away)}
                </div>
            }
        })
        .collect_view();
    (not_back(app), others)
}

fn notice_words(notice: &Notice, this: DeviceId) -> String {
    match notice {
        Notice::DeviceAdded { at, .. } => {
            t_with("notice-device", [("date", when::day_of(*at).into())])
        }
        Notice::DeviceRevoked { at, .. } => {
            t_with("notice-revoked", [("date", when::day_of(*at).into())])
        }
        Notice::ServerRestored { given_back } => t_with(
            "notice-restored",
            [(
                "count",
                usize::try_from(*given_back).unwrap_or(usize::MAX).into(),
            )],
        ),
        Notice::ClockOff { .. } => t("notice-clock"),
        Notice::ClaimRefused { device } if *device == this => t("notice-asked-here"),
        Notice::ClaimRefused { device } => {
            let short = super::account::short(*device);
            t_with("notice-asked", [("short", short.into())])
        }
        Notice::NewDeviceKey => t("notice-key"),
        _ => t("notice-other"),
    }
}
