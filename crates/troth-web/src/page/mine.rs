//! Mine: the vault behind its own lock, and the notes in it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use troth_core::{EntryId, NoteView, VaultCommand};
use troth_sync::view::VaultState;

use super::heading;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::part::doing::{Doing, button, submit};
use crate::part::field::{Kind, area, drafted, line};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

pub(super) fn page(app: App) -> impl IntoView {
    behind_lock(app, || t("mine-title"), move || open(app).into_any())
}

/// Draws what lies behind the lock of the vault, or the lock.
///
/// News of any kind must not draw it anew: what is being chosen inside would be lost.
pub(super) fn behind_lock(
    app: App,
    title: impl Fn() -> String + Copy + Send + 'static,
    inside: impl Fn() -> AnyView + Copy + Send + 'static,
) -> impl IntoView {
    let state = Memo::new(move |_| VaultIs::from(app.vault_state()));
    move || match state.get() {
        VaultIs::Unset => lock_form(app, move || app.turned()).into_any(),
        VaultIs::Locked => locked(app, title()).into_any(),
        VaultIs::Open => untrack(inside),
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum VaultIs {
    Unset,
    Locked,
    Open,
}

impl From<VaultState> for VaultIs {
    fn from(state: VaultState) -> Self {
        match state {
            VaultState::Unset => Self::Unset,
            VaultState::Locked => Self::Locked,
            VaultState::Open => Self::Open,
        }
    }
}

fn locked(app: App, title: String) -> impl IntoView {
    let pin = RwSignal::new(String::new());
    let (words, new_pin) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (doing, resetting) = (Doing::new(), Doing::new());
    let unlock = move |event: SubmitEvent| {
        event.prevent_default();
        let pin = pin.get_untracked();
        app.run(
            doing,
            async move { app.unlock_vault(pin).await },
            move |()| app.turned(),
        );
    };
    let reset = move |event: SubmitEvent| {
        event.prevent_default();
        let (words, pin) = (words.get_untracked(), new_pin.get_untracked());
        app.run(
            resetting,
            async move { app.reset_vault_lock(words, pin).await },
            move |()| app.turned(),
        );
    };
    view! {
        <div class="stack-wide">
            <form class="stack" on:submit=unlock>
                {heading(title)}
                <p>{t("mine-locked-text")}</p>
                {line("pin", t("mine-pin"), String::new(), Kind::Hidden("off"), pin)}
                {submit(doing, t("mine-open"), t("mine-opening"))}
            </form>
            <details>
                <summary>{t("mine-forgot")}</summary>
                <form class="stack" on:submit=reset>
                    <p>{t("mine-forgot-text")}</p>
                    {area("reset-words", t("recover-words"), t("rehearse-hint"), words)}
                    {line("reset-pin", t("lock-new"), t("lock-first-hint"), Kind::Hidden("new-password"), new_pin)}
                    {submit(resetting, t("mine-forgot-button"), t("lock-working"))}
                </form>
            </details>
        </div>
    }
}

/// Says that the server holds a version that does not open here; nothing of it is replaced until
/// the person says so.
fn unread(app: App) -> impl IntoView {
    let doing = Doing::new();
    let is_unread = Memo::new(move |_| app.vault_is_unread());
    let replace = move || {
        app.run(
            doing,
            async move { app.replace_unread_vault().await },
            |()| (),
        );
    };
    move || {
        is_unread.get().then(|| {
            view! {
                <div class="aside notice">
                    <p>{t("mine-unread")}</p>
                    {button(doing, "button button-second", t("mine-unread-replace"), replace)}
                </div>
            }
        })
    }
}

fn open(app: App) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let rewriting = RwSignal::new(None::<EntryId>);
    let doing = Doing::new();
    let keep = move |event: SubmitEvent| {
        event.prevent_default();
        let command = VaultCommand::WriteNote {
            text: text.get_untracked().trim().to_owned(),
            replaces: rewriting.get_untracked(),
        };
        app.run(
            doing,
            async move {
                app.keep(command).await?;
                app.drop_drafts(&["mine/note"]).await;
                Ok::<_, Trouble>(())
            },
            move |()| {
                let _ = text.try_set(String::new());
                let _ = rewriting.try_set(None);
            },
        );
    };
    let notes = Memo::new(move |_| app.vault().map(|vault| vault.notes()).unwrap_or_default());
    view! {
        <div class="stack-wide">
            <div class="stack">
                {heading(t("mine-title"))}
                <p class="lead">{t("mine-lead")}</p>
                {unread(app)}
                <div class="row">
                    <button type="button" class="button button-second" on:click=move |_| app.lock_vault()>{t("mine-lock")}</button>
                    <a href=Route::Week.path()>{t("mine-week")}</a>
                    <a href=Route::VaultLock.path()>{t("mine-lock-change")}</a>
                </div>
            </div>
            <form class="stack" on:submit=keep>
                {drafted(app, "mine/note".to_owned(), area("note", t("mine-note"), t("mine-note-hint"), text), text)}
                <p class="small quiet" role="status">
                    {move || if rewriting.get().is_some() { t("mine-rewriting") } else { String::new() }}
                </p>
                {submit(doing, t("mine-keep"), t("mine-keeping"))}
            </form>
            <section class="stack" aria-labelledby="notes">
                <h2 id="notes">{t("mine-notes")}</h2>
                {move || notes.with(Vec::is_empty).then(|| view! { <p class="quiet">{t("mine-empty")}</p> })}
                <ol class="lines">
                    {move || notes.get().into_iter().map(|note| note_line(app, note, text, rewriting)).collect_view()}
                </ol>
            </section>
        </div>
    }
}

fn note_line(
    app: App,
    note: NoteView,
    text: RwSignal<String>,
    rewriting: RwSignal<Option<EntryId>>,
) -> impl IntoView {
    let doing = Doing::new();
    let id = note.id;
    let words = note.text.clone();
    let versions = (note.earlier_versions > 0)
        .then(|| t_with("mine-versions", [("count", note.earlier_versions.into())]));
    view! {
        <li class="line">
            <p class="line-head small quiet">
                <time>{when::civil(note.written.local())}</time>
                {versions.map(|versions| view! { <span>{versions}</span> })}
            </p>
            <p class="line-main read">{note.text}</p>
            <div class="row">
                <button
                    type="button"
                    class="button button-word"
                    on:click=move |_| {
                        text.set(words.clone());
                        rewriting.set(Some(id));
                        crate::browser::focus("#note");
                    }
                >
                    {t("mine-rewrite")}
                </button>
                {button(
                    doing,
                    "button button-word",
                    t("mine-aside"),
                    move || app.run(doing, app.keep(VaultCommand::SetNoteAside { note: id }), |()| ()),
                )}
            </div>
        </li>
    }
}

/// Draws the form that sets the lock of the vault.
pub(super) fn lock_form(app: App, done: impl Fn() + Copy + 'static) -> impl IntoView {
    let (first, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let doing = Doing::new();
    let set = move |event: SubmitEvent| {
        event.prevent_default();
        let pin = first.get_untracked();
        if pin.chars().count() < 6 {
            doing.refuse(Trouble::incomplete(t("lock-short")));
        } else if pin != again.get_untracked() {
            doing.refuse(Trouble::incomplete(t("lock-unequal")));
        } else {
            app.run(
                doing,
                async move { app.set_vault_lock(pin).await },
                move |()| done(),
            );
        }
    };
    view! {
        <form class="stack" on:submit=set>
            {heading(t("lock-title"))}
            <p>{t("lock-text")}</p>
            <p class="quiet">{t("lock-force")}</p>
            {line("pin", t("lock-first"), t("lock-first-hint"), Kind::Hidden("new-password"), first)}
            {line("pin-again", t("lock-again"), String::new(), Kind::Hidden("new-password"), again)}
            {submit(doing, t("lock-button"), t("lock-working"))}
        </form>
    }
}

/// Draws the page of settings that changes the lock.
pub(super) fn lock_page(app: App) -> impl IntoView {
    let set = RwSignal::new(false);
    behind_lock(
        app,
        || t("lock-change-title"),
        move || {
            view! {
            <div class="stack">
                {lock_form(
                    app,
                    move || {
                        set.set(true);
                        app.tell(t("lock-changed"));
                    },
                )}
                <p role="status">{move || if set.get() { t("lock-changed") } else { String::new() }}</p>
            </div>
        }
        .into_any()
        },
    )
}
