//! A time that is held: what the holder sees, and what the partner answers.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{VisitAnswer, VisitStanding};
use troth_match::{Code as _, State};
use troth_sync::network::{Acceptance, Held};
use troth_wire::network::{Hold, Quote, Standing};

use super::super::find::price::{quote_id, quote_words, record_words};
use super::one::head;
use crate::app::App;
use crate::app::booking::Seen;
use crate::app::trouble::Trouble;
use crate::browser;
use crate::part::doing::{Doing, button, submit, trouble};
use crate::part::field::area;
use crate::part::loaded::Loaded;
use crate::part::select::select;
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// The draft that holds the note to the therapist until it is sent.
const NOTE: &str = "visit-note";

/// Draws a held time as this person may see it.
///
/// News of the record change the words alone: what is being chosen and typed stays.
pub(super) fn held(app: App, seen: Loaded<Seen>, held: &Held) -> impl IntoView + use<> {
    let hold = &held.hold;
    let id = hold.id;
    let told = Memo::new(move |_| app.proposed(id).map(|visit| visit.standing));
    let waits = hold.accepted && hold.with_partner && !hold.partner_accepted;
    let way = waits.then(|| {
        let hold = hold.clone();
        move || partners_way(&hold, told.get())
    });
    let of = held.clone();
    view! {
        <article class="stack-wide">
            {head(&hold.provider_name, hold.start.timestamp(), hold.minutes, hold.format)}
            <p class="lead" role="status">{move || standing(app, &of, told.get())}</p>
            {way}
            {(!hold.accepted).then(|| accept_form(app, seen, held.clone()))}
            {(held.as_partner.is_none()).then(|| let_go(app, seen, held))}
        </article>
    }
}

fn standing(app: App, held: &Held, told: Option<VisitStanding>) -> String {
    let hold = &held.hold;
    let until = || [("until", when::clock(hold.until.timestamp()).into())];
    if held.as_partner.is_some() && !hold.accepted {
        return match app.proposed(hold.id) {
            Some(visit) => {
                let [until] = until();
                t_with(
                    "visit-held-theirs",
                    [until, ("name", app.name_of(visit.by).into())],
                )
            }
            None => t_with("visit-held-theirs-link", until()),
        };
    }
    match (hold.accepted, hold.standing) {
        (true, _) if told == Some(VisitStanding::NotThisOne) => {
            t_with("visit-held-not-this", [("name", app.other_name().into())])
        }
        (true, _) => t_with("visit-held-waits", until()),
        (false, Standing::Offered) => {
            let until = when::moment(hold.until.timestamp());
            t_with("visit-offered", [("until", until.into())])
        }
        (false, _) => t_with("visit-held-you", until()),
    }
}

/// Says how the partner comes to it: through the record, or by a link where there is none.
fn partners_way(hold: &Hold, told: Option<VisitStanding>) -> impl IntoView + use<> {
    let link = hold.partner_token.map(|token| {
        let path = Route::Visit(hold.id.to_string()).path();
        format!("{}{path}#{token}", browser::origin())
    });
    match told {
        Some(VisitStanding::NotThisOne) => return ().into_any(),
        Some(_) => return view! { <p>{t("visit-held-sent")}</p> }.into_any(),
        None => {}
    }
    link.map(|link| {
        let copied = RwSignal::new(String::new());
        let shown = link.clone();
        let copy = move |_| {
            let link = link.clone();
            leptos::task::spawn_local(async move {
                if browser::copy(&link).await {
                    let _ = copied.try_set(t("visits-feed-copied"));
                }
            });
        };
        view! {
            <div class="field">
                <label class="label" for="link">{t("visit-held-link")}</label>
                <span class="hint" id="link-hint">{t("visit-held-link-hint")}</span>
                <input id="link" class="input input-code" type="text" readonly aria-describedby="link-hint" prop:value=shown/>
            </div>
            <p class="row">
                <button type="button" class="button button-second" on:click=copy>{t("visits-feed-copy")}</button>
                <span role="status">{move || copied.get()}</span>
            </p>
        }
    })
    .into_any()
}

/// Draws the price, the note and the two answers.
fn accept_form(app: App, seen: Loaded<Seen>, held: Held) -> impl IntoView {
    let quote = held.hold.quotes.first().cloned();
    let note = RwSignal::new(app.kept(NOTE).unwrap_or_default());
    Effect::new(move |before: Option<String>| {
        let words = note.get();
        if before.is_some_and(|before| before != words) {
            app.keep_here(NOTE, words.clone());
        }
        words
    });
    let partner = held.as_partner.is_some();
    let state = RwSignal::new(first_state(app, quote.as_ref(), partner));
    let doing = Doing::new();
    let id = held.hold.id;
    let named = || [("name", held.hold.provider_name.as_str().into())];
    let (label, hint) = (
        t_with("slot-note", named()),
        t_with("slot-note-hint", named()),
    );
    let states = states(&held);
    let shown = quote.as_ref().map(quote_id);
    let price = quote.map(|quote| price(&quote, held.hold.with_partner));
    let accept = move |event: SubmitEvent| {
        event.prevent_default();
        if state.with_untracked(String::is_empty) {
            doing.refuse(Trouble::incomplete(t("find-where-missing")));
            return;
        }
        let acceptance = Acceptance {
            state: state.get_untracked(),
            quote: shown,
            note: Some(note.get_untracked()).filter(|words| !words.trim().is_empty()),
        };
        let (held, token) = (held.clone(), held.as_partner);
        app.run(
            doing,
            async move {
                app.accept_held(held, acceptance).await?;
                app.keep_here(NOTE, String::new());
                app.look(id, token).await
            },
            move |found| {
                seen.set(found);
                app.turned();
            },
        );
    };
    view! {
        {price}
        <form class="stack" on:submit=accept>
            {select("state", t("visit-state"), String::new(), states, state)}
            {area("note", label, hint, note)}
            {submit(doing, t("visit-accept"), t("visit-accepting"))}
        </form>
        {partner.then(|| refuse(app, id))}
    }
}

fn price(quote: &Quote, both: bool) -> impl IntoView + use<> {
    view! {
        <section class="stack-close">
            <h2>{t("slot-price")}</h2>
            {quote_words(quote, both)}
            <p>{record_words(quote.record)}</p>
        </section>
    }
}

/// Begins with the state of one's own answers, or of the price; the partner says their own.
fn first_state(app: App, quote: Option<&Quote>, partner: bool) -> String {
    app.recall_answers();
    let answered = app.answers_untracked(|answers| answers.here.clone());
    match quote {
        Some(quote) if !partner && answered.is_empty() => quote.state.clone(),
        _ => answered,
    }
}

/// The states in which this therapist may see someone.
fn states(held: &Held) -> Vec<(String, String)> {
    let mut states: Vec<(String, String)> = held
        .provider
        .licences
        .iter()
        .filter_map(|licence| State::parse(&licence.state))
        .map(|state| (state.code().to_owned(), state.label().to_owned()))
        .collect();
    states.sort_by(|one, other| one.1.cmp(&other.1));
    states.dedup();
    states.insert(0, (String::new(), t("find-choose")));
    states
}

/// "Not this one": said in the record where the time came through it, and to nobody else.
fn refuse(app: App, id: troth_wire::network::BookingId) -> impl IntoView {
    let doing = Doing::new();
    let say = move || {
        app.run(
            doing,
            app.answer_proposal(id, VisitAnswer::NotThisOne),
            move |()| app.go(Route::Visits),
        );
    };
    view! {
        {trouble(doing)}
        <p>{button(doing, "button button-second", t("visit-not-this"), say)}</p>
    }
}

fn let_go(app: App, seen: Loaded<Seen>, held: &Held) -> impl IntoView + use<> {
    let doing = Doing::new();
    let id = held.hold.id;
    let go = move || {
        app.run(
            doing,
            async move {
                let bookings = app.bookings().await?;
                bookings.release(id).await?;
                app.look(id, None).await
            },
            move |found| {
                seen.set(found);
                app.tell(t("visit-let-go-done"));
                app.turned();
            },
        );
    };
    view! {
        <div>
            {trouble(doing)}
            {button(doing, "button button-second", t("visit-let-go"), go)}
        </div>
    }
}
