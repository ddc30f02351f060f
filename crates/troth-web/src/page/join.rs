//! A look at an invitation, and its answer: without an account, without a row, without a mark.

use leptos::prelude::*;
use troth_sync::env::WebEnv;
use troth_sync::relay::http_web::WebRelay;
use troth_sync::view::{Host, Look};

use super::heading;
use crate::app::trouble::Trouble;
use crate::app::{App, Session};
use crate::browser;
use crate::part::doing::{Doing, button, submit, trouble};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// What came of looking.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Looking,
    Nothing(Trouble),
    Invitation(Box<Look>),
    SaidNotNow(String),
}

pub(super) fn page(app: App) -> impl IntoView {
    let seen = RwSignal::new(Seen::Looking);
    let said_yes = app.agreed();
    leptos::task::spawn_local(async move {
        let found = match app.invitation() {
            None => Seen::Nothing(Trouble::incomplete(t("join-none"))),
            Some(link) => match look(&link).await {
                Ok(look) => Seen::Invitation(Box::new(look)),
                Err(trouble) => Seen::Nothing(trouble),
            },
        };
        let _ = seen.try_set(found);
        app.turned();
    });
    // Someone who is in has said yes before, or is asked on this page; both go through the same look.
    move || match seen.get() {
        Seen::Looking => {
            view! { <p class="quiet" role="status">{t("join-looking")}</p> }.into_any()
        }
        Seen::Nothing(trouble) => nothing(trouble).into_any(),
        Seen::SaidNotNow(name) => declined(name).into_any(),
        Seen::Invitation(look) if said_yes.get() => yes(app, &look).into_any(),
        Seen::Invitation(look) => invitation(app, *look, seen, said_yes).into_any(),
    }
}

async fn look(link: &str) -> Result<Look, Trouble> {
    let relay = WebRelay::new(&browser::origin());
    Ok(troth_sync::look(&relay, &WebEnv, link).await?)
}

async fn decline(link: &str) -> Result<(), Trouble> {
    let relay = WebRelay::new(&browser::origin());
    Ok(troth_sync::decline(&relay, &WebEnv, link).await?)
}

fn nothing(trouble: Trouble) -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("join-bad-title"))}
            <p>{trouble.what}</p>
            <p>{trouble.then}</p>
        </div>
    }
}

fn invitation(
    app: App,
    look: Look,
    seen: RwSignal<Seen>,
    said_yes: RwSignal<bool>,
) -> impl IntoView {
    let name = look.from.clone();
    let named = move |key: &str| t_with(key, [("name", name.clone().into())]);
    let declined_by = look.from.clone();
    let doing = Doing::new();
    let not_now = move || {
        let name = declined_by.clone();
        let Some(link) = app.invitation() else {
            return;
        };
        app.run(doing, async move { decline(&link).await }, move |()| {
            app.drop_invitation();
            browser::replace_path(&Route::Join.path());
            seen.set(Seen::SaidNotNow(name));
            app.turned();
        });
    };
    view! {
        <article class="stack-wide">
            <div class="stack">
                {heading(named("join-title"))}
                <p class="lead">{named("join-lead")}</p>
            </div>
            {first_step()}
            {holds(&look.from)}
            <section class="stack-close">
                <h2>{t("join-server")}</h2>
                <p>{host_words(&look)}</p>
            </section>
            <p class="aside">{t("join-before")}</p>
            <div class="stack-close">
                {trouble(doing)}
                <div class="row">
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| {
                            said_yes.set(true);
                            app.turned();
                        }
                    >
                        {t("join-yes")}
                    </button>
                    {button(doing, "button button-second", t("join-not-now"), not_now)}
                </div>
                <p class="small quiet">{t("join-answer-hint")}</p>
                <p class="small quiet">{t_with("join-until", [("date", when::moment(look.until).into())])}</p>
            </div>
        </article>
    }
}

fn first_step() -> impl IntoView {
    view! {
        <section class="stack-close">
            <h2>{t("join-first")}</h2>
            <p>{t("join-first-text")}</p>
            <figure class="sheet">
                <figcaption class="small quiet">{t("join-example-label")}</figcaption>
                <p class="read">{t("join-example")}</p>
            </figure>
        </section>
    }
}

fn holds(from: &str) -> impl IntoView + use<> {
    let own = t_with("join-holds-own", [("name", from.into())]);
    view! {
        <section class="stack-close">
            <h2>{t("join-holds")}</h2>
            <ul class="plain-list">
                <li>{t("join-holds-record")}</li>
                <li>{t("join-holds-promises")}</li>
                <li>{t("join-holds-not")}</li>
                <li>{own}</li>
                <li>{t("join-holds-leave")}</li>
            </ul>
        </section>
    }
}

fn host_words(look: &Look) -> String {
    let values = || {
        [
            ("name", look.from.as_str().into()),
            ("server", look.server.as_str().into()),
        ]
    };
    match look.host {
        Host::Neutral => t_with("join-host-neutral", values()),
        Host::Inviter => t_with("join-host-inviter", values()),
        Host::Invited => t_with("join-host-invited", values()),
        Host::Unknown => t_with("join-host-unknown", values()),
    }
}

fn yes(app: App, look: &Look) -> AnyView {
    let name = look.from.clone();
    match app.session() {
        Session::In => join(app, name).into_any(),
        Session::Locked => super::unlock::page(app).into_any(),
        Session::Out | Session::Starting => view! {
            <div class="stack">
                {heading(t("join-account-title"))}
                <p>{t("join-account-text")}</p>
                <div class="row">
                    <a class="button" href=Route::Start.path()>{t("join-account-new")}</a>
                    <a class="button button-second" href=Route::SignIn.path()>{t("join-account-have")}</a>
                </div>
            </div>
        }
        .into_any(),
    }
}

fn join(app: App, name: String) -> impl IntoView {
    let doing = Doing::new();
    let me = app.me().map(|me| me.name).unwrap_or_default();
    let accept = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(link) = app.invitation() else {
            return;
        };
        app.run(
            doing,
            async move {
                app.own_client()?.accept(&link).await?;
                let _ = app.sync().await;
                Ok::<_, Trouble>(())
            },
            move |()| {
                app.drop_invitation();
                app.go_instead(Route::Pair);
            },
        );
    };
    view! {
        <form class="stack" on:submit=accept>
            {heading(t_with("join-in-title", [("name", name.as_str().into())]))}
            <p>{t_with("join-in-text", [("me", me.into()), ("name", name.into())])}</p>
            {submit(doing, t("join-button"), t("join-working"))}
        </form>
    }
}

fn declined(name: String) -> impl IntoView {
    view! {
        <div class="stack">
            {heading(t("join-no-title"))}
            <p>{t_with("join-no-text", [("name", name.into())])}</p>
        </div>
    }
}
