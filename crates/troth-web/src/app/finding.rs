//! What a person looks for: the answers, the list that was fetched for them, and the time they chose.
//!
//! # Invariants
//!
//! 1. **Answers stay here.** With an account they are a sealed draft; without one they stay in this tab and are gone
//!    when it closes or is left.
//! 2. **One fetch.** The list is fetched for the person's state alone, before any answer that could differ.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use troth_match::engine::Shard;
use troth_match::{Answer, Minute, State};
use troth_sync::network::Finder;
use troth_wire::network::Time;

use super::{App, Session};
use crate::app::trouble::Trouble;
use crate::browser;
use crate::intake::{Answers, Near};
use crate::part::when;
use crate::part::zoned::instant;
use crate::texts::t_with;

/// The draft that holds the answers.
const ANSWERS: &str = "~find";

/// The draft that holds the chosen time.
const CHOSEN: &str = "~find-slot";

/// A time that was chosen from the list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Chosen {
    /// The therapist, by the number in the list.
    pub(crate) provider: u32,
    /// Their name, as the list gave it.
    pub(crate) name: String,
    /// When the visit begins.
    pub(crate) start: Time,
    /// How long it is, in minutes.
    pub(crate) minutes: u16,
    /// Whether it is by video.
    pub(crate) video: bool,
}

impl Chosen {
    /// The moment in which it begins.
    pub(crate) fn at(&self) -> jiff::Timestamp {
        self.start.timestamp()
    }
}

/// The state of looking; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finding {
    answers: RwSignal<Answers>,
    chosen: RwSignal<Option<Chosen>>,
    finder: StoredValue<Option<Finder>, LocalStorage>,
    fetched: RwSignal<String>,
    read: RwSignal<Option<Session>>,
    round: RwSignal<u32>,
    notice: RwSignal<Option<String>>,
}

impl Finding {
    /// Nothing has been answered.
    pub(crate) fn new() -> Self {
        Self {
            answers: RwSignal::new(Answers::default()),
            chosen: RwSignal::new(None),
            finder: StoredValue::new_local(None),
            fetched: RwSignal::new(String::new()),
            read: RwSignal::new(None),
            round: RwSignal::new(0),
            notice: RwSignal::new(None),
        }
    }

    /// Forgets everything that was answered and fetched.
    pub(super) fn forget(self) {
        self.answers.set(Answers::default());
        self.chosen.set(None);
        self.finder.set_value(None);
        self.fetched.set(String::new());
        self.read.set(None);
        self.notice.set(None);
    }
}

impl App {
    /// Reads what was answered on this device before: once, and again when its sealed drafts have opened.
    pub(crate) fn recall_answers(self) {
        let finding = self.finding;
        let session = self.session.get_untracked();
        if finding.read.get_untracked() == Some(session) {
            return;
        }
        finding.read.set(Some(session));
        if finding
            .answers
            .with_untracked(|answers| *answers != Answers::default())
        {
            return;
        }
        if let Some(draft) = self.kept(ANSWERS) {
            finding.answers.set(Answers::from_draft(&draft));
        }
        if let Some(draft) = self.kept(CHOSEN) {
            finding.chosen.set(serde_json::from_str(&draft).ok());
        }
    }

    /// Reads something of the answers.
    pub(crate) fn answers<T>(self, read: impl FnOnce(&Answers) -> T) -> T {
        self.finding.answers.with(read)
    }

    /// Reads something of the answers without reading it again after a change.
    pub(crate) fn answers_untracked<T>(self, read: impl FnOnce(&Answers) -> T) -> T {
        self.finding.answers.with_untracked(read)
    }

    /// Changes the answers and keeps them.
    pub(crate) fn answer(self, change: impl FnOnce(&mut Answers)) {
        self.finding.answers.update(change);
        let draft = self.finding.answers.with_untracked(Answers::to_draft);
        if let Some(draft) = draft {
            self.keep_here(ANSWERS, draft);
        }
    }

    /// Throws the answers away.
    pub(crate) fn drop_answers(self) {
        self.finding.forget();
        self.keep_here(ANSWERS, String::new());
        self.keep_here(CHOSEN, String::new());
    }

    /// Returns the chosen time.
    pub(crate) fn chosen(self) -> Option<Chosen> {
        self.finding.chosen.get()
    }

    /// Notes the chosen time.
    pub(crate) fn choose(self, chosen: Option<Chosen>) {
        let draft = chosen
            .as_ref()
            .and_then(|chosen| serde_json::to_string(chosen).ok());
        if chosen.is_some() {
            self.finding.notice.set(None);
        }
        self.finding.chosen.set(chosen);
        self.keep_here(CHOSEN, draft.unwrap_or_default());
    }

    /// Returns the list, if the one for the person's state is here.
    pub(crate) fn finder(self) -> Option<Finder> {
        let fetched = self.finding.fetched.get();
        let wanted = self.answers(|answers| answers.here.clone());
        (!wanted.is_empty() && fetched == wanted)
            .then(|| self.finding.finder.get_value())
            .flatten()
    }

    /// Fetches the list for the person's state, unless it is here. Who is licensed in the partner's state too stands
    /// in the same list, so that the partner's state is not asked for.
    pub(crate) async fn fetch_list(self) -> Result<(), Trouble> {
        let here = self.answers_untracked(|answers| answers.here.clone());
        let (Some(state), true) = (
            State::parse(&here),
            self.finding.fetched.get_untracked() != here,
        ) else {
            return Ok(());
        };
        let finder = self.unnamed().await?.finder();
        finder.fetch(&[state]).await?;
        self.finding.finder.set_value(Some(finder));
        self.finding.fetched.set(here);
        Ok(())
    }

    /// Asks the list on this device; asked again when an answer, or the list, changes.
    pub(crate) fn search_list(self) -> Answer {
        self.finding.round.track();
        let query = self.answers(|answers| answers.query(when::today(), instant));
        let now = Minute(super::booking::time_of(when::now()).0);
        self.finder()
            .and_then(|finder| finder.search(&query, now).ok())
            .unwrap_or_default()
    }

    /// Notes that someone else took the chosen time: it leaves the list, which is asked again.
    pub(crate) async fn slot_was_taken(self, chosen: &Chosen) {
        let finding = self.finding;
        if let Some(finder) = finding.finder.get_value() {
            finder.strike(chosen.provider, Minute(chosen.start.0));
            let _ = finder.refresh().await;
        }
        let words = [
            ("time", when::moment(chosen.at()).into()),
            ("name", chosen.name.as_str().into()),
        ];
        finding.notice.set(Some(t_with("results-taken", words)));
        finding.round.update(|round| *round += 1);
        self.choose(None);
    }

    /// What happened to the time that was chosen before.
    pub(crate) fn found_notice(self) -> Option<String> {
        self.finding.notice.get()
    }

    /// Lists the places near which visits in person are, by name.
    pub(crate) fn cities(self) -> Vec<Near> {
        let state = State::parse(&self.answers_untracked(|answers| answers.here.clone()));
        let (Some(finder), Some(state)) = (self.finder(), state) else {
            return Vec::new();
        };
        let cities = finder.with_shard(state, Shard::cities).unwrap_or_default();
        let mut cities: Vec<Near> = cities
            .into_iter()
            .map(|city| Near {
                name: format!("{}, {}", city.name, state.code()),
                lat: f64::from(city.point.lat) / 100.0,
                lon: f64::from(city.point.lon) / 100.0,
            })
            .collect();
        cities.sort_by(|one, other| one.name.cmp(&other.name));
        cities
    }

    /// Lists the plans that are sold where the person will be, by name.
    pub(crate) fn plans(self) -> Vec<String> {
        let state = State::parse(&self.answers_untracked(|answers| answers.here.clone()));
        let (Some(finder), Some(state)) = (self.finder(), state) else {
            return Vec::new();
        };
        let mut names: Vec<String> = finder
            .plans()
            .iter()
            .filter(|plan| plan.states.contains(state))
            .map(|plan| plan.name.clone())
            .collect();
        names.sort();
        names
    }

    /// Reads something kept on this device: sealed with an account, in this tab without one.
    pub(crate) fn kept(self, key: &str) -> Option<String> {
        let sealed = (self.session.get_untracked() == Session::In)
            .then(|| self.draft(key))
            .flatten();
        sealed.or_else(|| browser::tab_note(key))
    }

    /// Keeps something on this device: sealed with an account, in this tab without one.
    pub(crate) fn keep_here(self, key: &'static str, words: String) {
        if self.session.get_untracked() == Session::In {
            browser::set_tab_note(key, "");
            leptos::task::spawn_local(async move { self.save_draft(key, &words).await });
        } else {
            browser::set_tab_note(key, &words);
        }
    }
}
