//! Ours: what the two have written, in order, with a search that never leaves this device.

use leptos::prelude::*;
use troth_core::projection::timeline::{TimelineItem, search};
use troth_core::{Element, EntryId, Mark};

use super::heading;
use super::letter::element_words;
use super::plan::mark_words;
use crate::app::App;
use crate::part::field::{Kind, line};
use crate::part::when;
use crate::route::Route;
use crate::texts::{t, t_with};

/// How many lines are drawn before someone asks for earlier ones.
const SHOWN: usize = 40;

pub(super) fn page(app: App) -> impl IntoView {
    let has_space = Memo::new(move |_| app.both().is_some());
    view! {
        <div class="stack-wide">
            {heading(t("ours-title"))}
            {move || if has_space.get() { record(app).into_any() } else { none().into_any() }}
        </div>
    }
}

fn none() -> impl IntoView {
    view! {
        <div class="stack">
            <p class="lead">{t("ours-none")}</p>
            <p><a class="button" href=Route::Pair.path()>{t("ours-none-link")}</a></p>
        </div>
    }
}

fn record(app: App) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let shown = RwSignal::new(SHOWN);
    let items = Memo::new(move |_| app.timeline());
    let found = Memo::new(move |_| {
        let query = query.get();
        items.with(|items| {
            let mut found: Vec<TimelineItem> = if query.trim().is_empty() {
                items.clone()
            } else {
                search(items, &query).into_iter().cloned().collect()
            };
            found.reverse();
            found
        })
    });
    view! {
        {doors()}
        <section class="stack" aria-label=t("ours-list")>
            <p class="quiet">{t("ours-lead")}</p>
            <div role="search">{line("search", t("ours-search"), String::new(), Kind::Search, query)}</div>
            <p class="small quiet" role="status" aria-live="polite">
                {move || {
                    if query.get().trim().is_empty() {
                        String::new()
                    } else {
                        t_with("ours-search-found", [("count", found.with(Vec::len).into())])
                    }
                }}
            </p>
            {move || items.with(Vec::is_empty).then(|| view! { <p class="quiet">{t("ours-empty")}</p> })}
            <ol class="lines" aria-label=t("ours-list")>
                // Each line keeps its element: a line that moves because news came takes no tap meant for another.
                <For
                    each=move || {
                        let lines = found.get().into_iter().take(shown.get());
                        lines.map(|item| Line::of(app, item)).collect::<Vec<_>>()
                    }
                    key=Line::clone
                    children=Line::view
                />
            </ol>
            {move || {
                (found.with(Vec::len) > shown.get())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-second"
                                on:click=move |_| shown.update(|shown| *shown += 4 * SHOWN)
                            >
                                {t("ours-more")}
                            </button>
                        }
                    })
            }}
        </section>
    }
}

fn doors() -> impl IntoView {
    view! {
        <nav class="doors" aria-label=t("ours-title")>
            <a class="button" href=Route::NewQuestion.path()>{t("ours-ask")}</a>
            <a class="button button-second" href=Route::NewLetter.path()>{t("ours-write")}</a>
            <a class="button button-second" href=Route::NewPlan.path()>{t("ours-commit")}</a>
            <a class="button button-word" href=Route::Plans.path()>{t("ours-plans")}</a>
        </nav>
    }
}

/// A line of the record, as it is shown.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Line {
    entry: EntryId,
    /// Whose act it is, above the words; the words themselves where there are no others.
    label: String,
    date: String,
    text: Option<String>,
    note: Option<String>,
    /// The path of the page on which it can be read whole.
    target: Option<String>,
    is_kept: bool,
    is_withdrawn: bool,
    is_corrected: bool,
    is_waiting: bool,
    is_not_back: bool,
}

impl Line {
    fn of(app: App, mut item: TimelineItem) -> Self {
        if item.kind == "acknowledgment-answered" {
            item.text = missed(&item.text);
        }
        let name = if app.partner_id() == Some(item.author) {
            t("ours-me")
        } else {
            app.name_of(item.author)
        };
        let mark = marked(app, &item);
        let label = match &mark {
            Some((mark, _)) => t_with(
                "line-commitment-marked-as",
                [("name", name.into()), ("mark", mark_words(*mark).into())],
            ),
            None => label(item.kind, name),
        };
        let has_words = !item.text.is_empty() || mark.is_some();
        let (is_kept, text) = match mark {
            Some((mark, promise)) => (matches!(mark, Mark::Kept | Mark::Seen), promise),
            None => (item.kind == "thanked", item.text.clone()),
        };
        Self {
            entry: item.id,
            label,
            date: when::civil(item.written.local()),
            note: (text != item.text && !item.text.is_empty()).then(|| item.text.clone()),
            text: has_words.then_some(text),
            target: target(&item).map(|route| route.path()),
            is_kept,
            is_withdrawn: item.amendments.withdrawn_by.is_some(),
            is_corrected: !item.amendments.corrections.is_empty(),
            is_waiting: item.place == 0 && item.received_minute == 0,
            is_not_back: item.place == 0 && item.received_minute > 0,
        }
    }

    fn view(self) -> impl IntoView {
        let has_words = self.text.is_some();
        let above = has_words.then(|| self.label.clone());
        let shown = self.text.unwrap_or(self.label);
        let words = match self.target {
            Some(path) => {
                view! { <a class="line-main" class:read=has_words href=path>{shown}</a> }.into_any()
            }
            None => view! { <p class="line-main" class:read=has_words>{shown}</p> }.into_any(),
        };
        view! {
            <li class="line" class:line-seam=self.is_kept>
                <p class="line-head small quiet">
                    {above.map(|label| view! { <span>{label}</span> })}
                    <time>{self.date}</time>
                    {self.is_withdrawn.then(|| view! { <span>{t("ours-withdrawn")}</span> })}
                    {self.is_corrected.then(|| view! { <span>{t("ours-corrected")}</span> })}
                    {self.is_waiting.then(|| view! { <span>{t("ours-waiting")}</span> })}
                    {self.is_not_back.then(|| view! { <span>{t("ours-not-back")}</span> })}
                </p>
                {words}
                {self.note.map(|note| view! { <p class="read quiet">{note}</p> })}
            </li>
        }
    }
}

/// Writes the parts that an answer misses as the screens name them.
fn missed(keys: &str) -> String {
    let names = Element::ALL.into_iter().filter_map(|element| {
        let named = keys.split(", ").any(|key| key == element.key());
        named.then(|| element_words(element).0)
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Finds what a mark says, and of which promise.
fn marked(app: App, item: &TimelineItem) -> Option<(Mark, String)> {
    if item.kind != "commitment-marked" {
        return None;
    }
    let (couple, now) = (app.couple()?, app.moment()?);
    let promise = couple.commitment(item.about?, &now)?;
    let mark = promise
        .occurrences
        .iter()
        .flat_map(|one| [one.giver.as_ref(), one.other.as_ref()])
        .flatten()
        .find(|mark| mark.entry == item.id)?;
    Some((mark.mark, promise.text.clone()))
}

/// Returns the place where a line can be read whole.
fn target(item: &TimelineItem) -> Option<Route> {
    let own = item.id.to_string();
    let about = item.about.map(|about| about.to_string());
    match item.kind {
        "reveal-started" => Some(Route::Question(own)),
        "reveal-answered" | "reveal-opened" => about.map(Route::Question),
        "acknowledgment-offered" => Some(Route::Letter(own)),
        "acknowledgment-answered" => about.map(Route::Letter),
        "commitment-made" => Some(Route::Plan(own)),
        "commitment-marked" | "commitment-renegotiated" | "commitment-released" => {
            about.map(Route::Plan)
        }
        "signs-shared" => Some(Route::Week),
        _ => None,
    }
}

fn label(kind: &str, name: String) -> String {
    let values = [("name", name.into())];
    match kind {
        "partner-introduced" => t_with("line-partner-introduced", values),
        "reveal-started" => t_with("line-reveal-started", values),
        "reveal-answered" => t_with("line-reveal-answered", values),
        "reveal-opened" => t_with("line-reveal-opened", values),
        "reveal-withdrawn" => t_with("line-reveal-withdrawn", values),
        "acknowledgment-offered" => t_with("line-acknowledgment-offered", values),
        "acknowledgment-answered" => t_with("line-acknowledgment-answered", values),
        "commitment-made" => t_with("line-commitment-made", values),
        "commitment-marked" => t_with("line-commitment-marked", values),
        "commitment-renegotiated" => t_with("line-commitment-renegotiated", values),
        "commitment-released" => t_with("line-commitment-released", values),
        "thanked" => t_with("line-thanked", values),
        "signs-shared" => t_with("line-signs-shared", values),
        "entry-withdrawn" => t_with("line-entry-withdrawn", values),
        "entry-corrected" => t_with("line-entry-corrected", values),
        "newer" => t_with("line-newer", values),
        "unreadable" => t_with("line-unreadable", values),
        _ => t_with("line-other", values),
    }
}
