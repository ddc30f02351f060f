//! What may be done with a visit that is arranged: calling it off, moving it, saying that nobody is there.

use jiff::Timestamp;
use leptos::prelude::*;
use troth_wire::network::{Booking, BookingId, ReportKind};

use super::super::find::times::{by_day, times};
use crate::app::App;
use crate::app::booking::{Seen, time_of};
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, trouble};
use crate::part::loaded::{Loaded, loaded};
use crate::route::Route;
use crate::texts::{t, t_with};

/// Calls a visit off, in one act.
pub(super) fn cancel(app: App, seen: Loaded<Seen>, booking: &Booking) -> impl IntoView + use<> {
    let doing = Doing::new();
    let id = booking.id;
    let off = move || {
        app.run(
            doing,
            async move { Ok::<_, Trouble>(app.bookings().await?.cancel(id).await?) },
            move |booking| {
                seen.set(Seen::Booking(Box::new(booking)));
                app.tell(t("visit-cancelled"));
                app.turned();
            },
        );
    };
    view! {
        <section class="stack-close">
            <h2>{t("visit-cancel")}</h2>
            <p class="quiet">{t("visit-cancel-text")}</p>
            {trouble(doing)}
            {button(doing, "button button-second", t("visit-cancel-button"), off)}
        </section>
    }
}

/// Moves a visit: the old time stays until the new one is there.
pub(super) fn move_away(app: App, booking: &Booking) -> impl IntoView + use<> {
    let open = RwSignal::new(false);
    let (id, provider, minutes) = (booking.id, booking.provider, booking.minutes);
    let name = StoredValue::new(booking.provider_name.clone());
    let text = t_with("visit-move-text", [("name", name.get_value().into())]);
    view! {
        <section class="stack-close">
            <h2>{t("visit-move")}</h2>
            <p class="quiet">{text}</p>
            {move || {
                if open.get() {
                    free(app, id, (provider, minutes), name.get_value()).into_any()
                } else {
                    view! {
                        <button type="button" class="button button-second" on:click=move |_| open.set(true)>
                            {t("visit-move-button")}
                        </button>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

fn free(app: App, id: BookingId, (provider, minutes): (u32, u32), name: String) -> impl IntoView {
    let doing = Doing::new();
    let fetch = move || app.free_times(provider, minutes);
    let slots = Loaded::ask(app, fetch());
    let name = StoredValue::new(name);
    let choose = move |start: Timestamp| {
        app.run(
            doing,
            async move {
                let bookings = app.bookings().await?;
                Ok::<_, Trouble>(bookings.move_to(id, time_of(start)).await?)
            },
            move |booking| app.go(Route::Visit(booking.id.to_string())),
        );
    };
    view! {
        {trouble(doing)}
        {loaded(app, slots, fetch, move |slots| {
            let days = by_day(slots.iter().map(|slot| slot.start.timestamp()));
            if days.is_empty() {
                view! { <p>{t("visit-move-none")}</p> }.into_any()
            } else {
                times(days, None, name.get_value(), choose).into_any()
            }
        })}
    }
}

/// Tells the list in one press that an entry is not right.
pub(super) fn report(app: App, provider: u32) -> impl IntoView {
    let doing = Doing::new();
    let done = RwSignal::new(false);
    let press = move |what: ReportKind, words: String| {
        button(doing, "button button-second idea", words, move || {
            app.run(doing, app.report(provider, what), move |()| {
                let _ = done.try_set(true);
            });
        })
    };
    view! {
        <details>
            <summary>{t("visit-report")}</summary>
            <div class="stack-close">
                <p class="quiet">{t("visit-report-text")}</p>
                {trouble(doing)}
                <div class="row">
                    {press(ReportKind::NoAnswer, t("report-no-answer"))}
                    {press(ReportKind::NotAccepting, t("report-not-accepting"))}
                    {press(ReportKind::PlanNotTaken, t("report-plan-not-taken"))}
                    {press(ReportKind::NotThere, t("report-not-there"))}
                    {press(ReportKind::Closed, t("report-closed"))}
                    {press(ReportKind::Wrong, t("report-wrong"))}
                </div>
                <p role="status">{move || if done.get() { t("report-done") } else { String::new() }}</p>
            </div>
        </details>
    }
}
