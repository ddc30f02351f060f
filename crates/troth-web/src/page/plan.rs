//! One commitment with its marks from both sides.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{
    Band, Command, CommitmentStanding, CommitmentView, EntryId, FollowThrough, Mark, MarkView,
    OccurrenceView, Schedule, Told,
};

use super::heading;
use super::question::{kept, missing};
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::amend::withdraw;
use crate::part::doing::{Doing, button, submit, trouble};
use crate::part::field::{area, drafted};
use crate::part::schedule::{ScheduleForm, due_words, plan_words, schedule_fields};
use crate::part::seam::seam;
use crate::part::thanks::{given, thanks};
use crate::part::ways::back;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App, id: &str) -> impl IntoView + use<> {
    let id: Option<EntryId> = id.parse().ok();
    let plan = kept(move || {
        let (couple, now) = (app.couple()?, app.moment()?);
        couple.commitment(id?, &now)
    });
    // The form for a mark stands apart, so that news does not take away what is being typed.
    let to_mark = Memo::new(move |_| {
        let (plan, me) = (plan.get()?, app.partner_id()?);
        let giver = plan.giver == me;
        let open = plan.occurrences.iter().rev().find(|one| {
            one.is_due
                && if giver {
                    one.giver.is_none()
                } else {
                    one.other.is_none()
                }
        })?;
        Some((open.clone(), giver, plan.schedule.clone()))
    });
    let others = Memo::new(move |_| {
        plan.with(|plan| {
            plan.as_ref()
                .is_some_and(|plan| app.partner_id() != Some(plan.giver))
        })
    });
    let known = Memo::new(move |_| plan.with(Option::is_some));
    let standing = Memo::new(move |_| plan.with(|plan| plan.as_ref().map(|plan| plan.standing)));
    move || {
        let Some(id) = id.filter(|_| known.get()) else {
            return missing().into_any();
        };
        view! {
            <article class="stack">
                {move || plan.get().map(|plan| head(app, &plan))}
                {move || to_mark.get().map(|(one, giver, plan)| mark_form(app, id, one, (giver, plan)))}
                {move || plan.get().map(|plan| facts(app, plan))}
                {move || others.get().then(|| thanks(app, id, t("thanks-button")))}
                {move || (standing.get() == Some(CommitmentStanding::Standing)).then(|| untrack(|| change(app, id, plan)))}
                {back(&Route::Plans, t("ours-plans"))}
            </article>
        }
        .into_any()
    }
}

fn head(app: App, plan: &CommitmentView) -> impl IntoView + use<> {
    let name = app.name_of(plan.giver);
    let mine = app.partner_id() == Some(plan.giver);
    let by = if mine {
        t("plan-giver-you")
    } else {
        t_with("plan-giver", [("name", name.as_str().into())])
    };
    let text = if plan.text.is_empty() {
        t("plan-was-withdrawn")
    } else {
        plan.text.clone()
    };
    let ended = match plan.standing {
        CommitmentStanding::Standing | CommitmentStanding::Withdrawn => None,
        CommitmentStanding::Past => Some(t("plan-past")),
        CommitmentStanding::Released => Some(t_with("plan-released", [("name", name.into())])),
        CommitmentStanding::TakenBack => Some(t_with("plan-taken-back", [("name", name.into())])),
    };
    let kept = plan
        .occurrences
        .iter()
        .rev()
        .find(|one| one.is_due)
        .is_some_and(both_kept);
    view! {
        <p class="small quiet over">{by}</p>
        {heading(text)}
        <p class="quiet">{plan_words(&plan.schedule)}</p>
        {kept.then(|| (seam(), view! { <p class="lead">{t("plan-said-kept")}</p> }))}
        {ended.map(|ended| view! { <p>{ended}</p> })}
        {plan
            .renegotiations
            .iter()
            .map(|change| {
                let values = [
                    ("before", plan_words(&change.before).into()),
                    ("after", plan_words(&change.after).into()),
                ];
                let words = match change.told {
                    Told::InTime => t_with("plan-changed", values),
                    Told::InTimeArrivedLater => t_with("plan-changed-arrived", values),
                    Told::TooLate => t_with("plan-changed-late", values),
                };
                view! { <p class="small quiet">{words}</p> }
            })
            .collect_view()}
    }
}

/// Tells whether the giver kept it and the other saw it so.
fn both_kept(one: &OccurrenceView) -> bool {
    one.giver
        .as_ref()
        .is_some_and(|mark| mark.mark == Mark::Kept)
        && one
            .other
            .as_ref()
            .is_some_and(|mark| mark.mark == Mark::Seen)
}

fn mark_form(
    app: App,
    id: EntryId,
    one: OccurrenceView,
    (giver, plan): (bool, Schedule),
) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let doing = Doing::new();
    let key = format!("mark-{id}");
    let drop = StoredValue::new(key.clone());
    let occurrence = one.occurrence;
    let mark = move |mark: Mark| {
        let note = note.get_untracked().trim().to_owned();
        let command = Command::MarkCommitment {
            commitment: id,
            occurrence: Some(occurrence),
            mark,
            note,
        };
        app.run(
            doing,
            async move {
                app.dispatch(command).await?;
                app.drop_drafts(&[&drop.get_value()]).await;
                Ok::<_, Trouble>(())
            },
            |()| (),
        );
    };
    let (yes, no) = if giver {
        (
            (Mark::Kept, t("plan-kept")),
            (Mark::Missed, t("plan-missed")),
        )
    } else {
        (
            (Mark::Seen, t("plan-seen")),
            (Mark::Different, t("plan-different")),
        )
    };
    let date = due_words(&plan, occurrence);
    let title = match plan {
        Schedule::ByDate { .. } => t_with("plan-mark-by", [("date", date.into())]),
        _ => t_with("plan-mark-title", [("date", date.into())]),
    };
    view! {
        <section class="sheet stack">
            <h2>{title}</h2>
            {drafted(app, key, area("note", t("plan-note"), t("plan-note-hint"), note), note)}
            {trouble(doing)}
            <div class="row">
                {button(doing, "button", yes.1, move || mark(yes.0))}
                {button(doing, "button button-second", no.1, move || mark(no.0))}
            </div>
        </section>
    }
}

fn facts(app: App, plan: CommitmentView) -> impl IntoView {
    let giver = app.name_of(plan.giver);
    let other = app
        .couple()
        .and_then(|couple| {
            couple
                .partners()
                .iter()
                .find(|one| **one != plan.giver)
                .copied()
        })
        .map(|other| app.name_of(other))
        .unwrap_or_else(|| t("your-partner"));
    let thanked = plan.thanks.clone();
    let any_due = plan.occurrences.iter().any(|one| one.is_due);
    let (by_giver, by_other) = (plan.by_giver, plan.by_other);
    view! {
        {if any_due {
            marks_table(&plan, giver.clone(), other.clone()).into_any()
        } else {
            view! { <p class="quiet">{t("plan-none-due")}</p> }.into_any()
        }}
        {any_due
            .then(|| {
                view! {
                    <section class="stack-close">
                        <h2>{t("plan-follow")}</h2>
                        {follow_words(by_giver, giver, true)}
                        {follow_words(by_other, other, false)}
                    </section>
                }
            })}
        {given(app, thanked)}
    }
}

fn marks_table(plan: &CommitmentView, giver: String, other: String) -> impl IntoView + use<> {
    let rows = plan.occurrences.iter().rev().map(|one| {
        let said = |mark: &Option<MarkView>| match mark {
            Some(mark) => {
                let note = mark.note.clone();
                (
                    mark_words(mark.mark),
                    (!note.is_empty()).then(|| view! { <p class="small read">{note}</p> }),
                )
            }
            None if one.is_due => (t("plan-marks-unsaid"), None),
            None => (t("plan-marks-next"), None),
        };
        view! {
            <tr class:row-seam=both_kept(one)>
                <th scope="row"><time>{due_words(&plan.schedule, one.occurrence)}</time></th>
                <td>{said(&one.giver)}</td>
                <td>{said(&one.other)}</td>
            </tr>
        }
    });
    view! {
        <section class="stack-close">
            <h2 id="marks">{t("plan-marks")}</h2>
            <table aria-labelledby="marks">
                <thead>
                    <tr><th scope="col">{t("plan-marks-when")}</th><th scope="col">{giver}</th><th scope="col">{other}</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}

/// Writes a mark in words.
pub(super) fn mark_words(mark: Mark) -> String {
    match mark {
        Mark::Kept => t("plan-mark-kept"),
        Mark::Missed => t("plan-mark-missed"),
        Mark::Seen => t("plan-mark-seen"),
        Mark::Different => t("plan-mark-different"),
    }
}

fn follow_words(follow: FollowThrough, name: String, by_giver: bool) -> impl IntoView {
    let (words, hint) = match follow {
        FollowThrough::CantTellYet { .. } => (format!("{name}: {}", t("plan-follow-yet")), None),
        FollowThrough::Estimate {
            marked,
            share: Band { low, middle, high },
        } => {
            let tenths = |share: f64| format!("{:.0}", (share * 10.0).round());
            let values = [
                ("name", name.into()),
                ("tenths", tenths(middle).into()),
                ("low", tenths(low).into()),
                ("high", tenths(high).into()),
            ];
            let words = if by_giver {
                t_with("plan-follow-giver", values)
            } else {
                t_with("plan-follow-other", values)
            };
            (
                words,
                Some(t_with("plan-follow-hint", [("count", marked.into())])),
            )
        }
    };
    view! {
        <p>{words}</p>
        {hint.map(|hint| view! { <p class="small quiet">{hint}</p> })}
    }
}

fn change(app: App, id: EntryId, plan: Memo<Option<CommitmentView>>) -> impl IntoView {
    let plan = plan.get_untracked();
    let mine = plan
        .as_ref()
        .is_some_and(|plan| app.partner_id() == Some(plan.giver));
    let giver = plan
        .as_ref()
        .map(|plan| app.name_of(plan.giver))
        .unwrap_or_default();
    let form = ScheduleForm::new(plan.as_ref().map(|plan| &plan.schedule));
    let (doing, ending) = (Doing::new(), Doing::new());
    let renegotiate = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(schedule) = form.schedule() else {
            doing.refuse(Trouble::incomplete(t("refused-schedule")));
            return;
        };
        let command = Command::RenegotiateCommitment {
            commitment: id,
            schedule,
        };
        app.run(
            doing,
            async move { app.dispatch(command).await },
            move |_| app.turned(),
        );
    };
    let hint = if mine {
        t("plan-end-giver-hint")
    } else {
        t_with("plan-end-other-hint", [("name", giver.into())])
    };
    view! {
        {mine
            .then(|| {
                view! {
                    <details>
                        <summary>{t("plan-change")}</summary>
                        <form class="stack" on:submit=renegotiate>
                            <p class="small quiet">{t("plan-tell")}</p>
                            {schedule_fields(form)}
                            {submit(doing, t("plan-change-button"), t("plan-working"))}
                        </form>
                    </details>
                }
            })}
        <details>
            <summary>{t("plan-end")}</summary>
            <div class="stack">
                <p>{hint}</p>
                {trouble(ending)}
                {button(
                    ending,
                    "button button-second",
                    t("plan-end-button"),
                    move || app.run(ending, app.dispatch(Command::ReleaseCommitment { commitment: id }), move |_| app.turned()),
                )}
            </div>
        </details>
        {mine.then(|| withdraw(app, id))}
    }
}
