//! The recovery kit: shown, kept, and tried once.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::heading;
use crate::app::App;
use crate::browser;
use crate::part::doing::{Doing, submit};
use crate::part::field::area;
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// What a person keeps on paper.
#[derive(Clone)]
pub(crate) struct Kit {
    /// The login.
    pub(crate) login: String,
    /// The device code, in groups.
    pub(crate) code: String,
    /// The 24 words.
    pub(crate) words: Vec<String>,
}

impl std::fmt::Debug for Kit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kit(..)")
    }
}

impl Kit {
    /// Takes what the client gave out.
    pub(crate) fn new(
        login: String,
        code: String,
        words: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self {
            login,
            code,
            words: words.into_iter().map(str::to_owned).collect(),
        }
    }

    fn as_text(&self) -> String {
        let words: Vec<String> = self
            .words
            .iter()
            .enumerate()
            .map(|(at, word)| format!("{:>2} {word}", at + 1))
            .collect();
        let words = words
            .chunks(4)
            .map(|row| row.join("\t"))
            .collect::<Vec<_>>()
            .join("\n");
        format!(
            "{}\n\n{}: {}\n{}: {}\n{}: {}\n\n{}\n{words}\n\n{}\n",
            t("kit-file-note"),
            t("kit-server"),
            browser::origin(),
            t("kit-login"),
            self.login,
            t("kit-code"),
            self.code,
            t("kit-words"),
            t_with("kit-made", [("date", when::day(when::today()).into())]),
        )
    }
}

/// Draws the kit with the three ways to keep it.
pub(super) fn kit_page(kit: Kit, lead: Option<String>, next: impl Fn() + 'static) -> impl IntoView {
    let text = kit.as_text();
    let to_copy = text.clone();
    let copied = RwSignal::new(String::new());
    let copy = move |_| {
        let text = to_copy.clone();
        leptos::task::spawn_local(async move {
            let said = if browser::copy(&text).await {
                t("kit-copied")
            } else {
                t("kit-copy-failed")
            };
            copied.set(said);
        });
    };
    view! {
        <div class="stack kit">
            {heading(t("kit-title"))}
            {lead.map(|lead| view! { <p>{lead}</p> })}
            <p>{t("kit-text")}</p>
            <div class="sheet stack">
                <dl class="facts">
                    <div><dt>{t("kit-server")}</dt><dd>{browser::origin()}</dd></div>
                    <div><dt>{t("kit-login")}</dt><dd>{kit.login}</dd></div>
                    <div>
                        <dt>{t("kit-code")}</dt>
                        <dd class="code">{kit.code}</dd>
                        <dd class="hint">{t("kit-code-hint")}</dd>
                    </div>
                </dl>
                <div class="stack-close">
                    <h2 id="words">{t("kit-words")}</h2>
                    <p class="hint">{t("kit-words-hint")}</p>
                    <ol class="words" aria-labelledby="words">
                        {kit.words.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()}
                    </ol>
                </div>
                <p class="hint">{t_with("kit-made", [("date", when::day(when::today()).into())])}</p>
            </div>
            <div class="row no-print">
                <button type="button" class="button button-second" on:click=|_| browser::print()>{t("kit-print")}</button>
                <button
                    type="button"
                    class="button button-second"
                    on:click=move |_| browser::download("notes-kit.txt", "text/plain", text.as_bytes())
                >
                    {t("kit-download")}
                </button>
                <button type="button" class="button button-second" on:click=copy>{t("kit-copy")}</button>
            </div>
            <p class="small quiet no-print" role="status">{move || copied.get()}</p>
            <p class="no-print">
                <button type="button" class="button" on:click=move |_| next()>{t("kit-next")}</button>
            </p>
        </div>
    }
}

/// Draws the rehearsal: the words are typed once, and the account opens.
pub(super) fn rehearse_page(
    app: App,
    back: Option<impl Fn() + 'static>,
    done: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let doing = Doing::new();
    let try_words = move |event: SubmitEvent| {
        event.prevent_default();
        let words = words.get_untracked();
        app.run(doing, async move { app.rehearse(words).await }, move |()| {
            done()
        });
    };
    let count = move || {
        let count = words.with(|words| words.split_whitespace().count());
        t_with("rehearse-count", [("count", count.into())])
    };
    view! {
        <form class="stack" on:submit=try_words>
            {heading(t("rehearse-title"))}
            <p>{t("rehearse-text")}</p>
            {area("rehearse", t("rehearse-words"), t("rehearse-hint"), words)}
            <p class="small quiet figures" aria-live="polite">{count}</p>
            {submit(doing, t("rehearse-button"), t("rehearse-working"))}
            {back
                .map(|back| {
                    view! {
                        <button type="button" class="button button-word" on:click=move |_| back()>
                            {t("rehearse-back")}
                        </button>
                    }
                })}
        </form>
    }
}

/// Draws the rehearsal as a page of its own, for someone who put it off.
pub(super) fn again(app: App) -> impl IntoView {
    rehearse_page(app, None::<fn()>, move || app.go(Route::Settings))
}
