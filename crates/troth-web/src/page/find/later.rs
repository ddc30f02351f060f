//! The questions that may be passed over: what it is about, language, times, wishes, how soon.

use leptos::prelude::*;
use troth_match::{AgeBand, Code, Gender, Language, Modality};

use super::bound;
use crate::app::App;
use crate::intake::{Answers, DayPart, Topic};
use crate::part::field::{choice, tick};
use crate::part::select::select;
use crate::part::zoned::own_clock;
use crate::texts::t;

/// What it is about, in words that tell a stranger nothing.
pub(super) fn about(app: App) -> impl IntoView {
    let ticks = Topic::ALL.map(|topic| {
        let ticked = member(
            app,
            topic,
            |answers| &answers.about,
            |answers| &mut answers.about,
        );
        tick(topic_words(topic), String::new(), ticked)
    });
    view! {
        <p>{t("find-about-text")}</p>
        <fieldset>
            <legend class="away-from-sight">{t("find-about-title")}</legend>
            {ticks.into_iter().collect_view()}
        </fieldset>
    }
}

/// Words for a topic.
pub(super) fn topic_words(topic: Topic) -> String {
    match topic {
        Topic::Broke => t("topic-broke"),
        Topic::Talking => t("topic-talking"),
        Topic::Distance => t("topic-distance"),
        Topic::Touch => t("topic-touch"),
        Topic::GoOn => t("topic-go-on"),
        Topic::Habit => t("topic-habit"),
        Topic::Money => t("topic-money"),
        Topic::Family => t("topic-family"),
        Topic::Loss => t("topic-loss"),
        Topic::Mood => t("topic-mood"),
        Topic::Past => t("topic-past"),
        Topic::Backgrounds => t("topic-backgrounds"),
    }
}

/// A signal that says whether something is in one of the lists of answers.
fn member<T: Copy + PartialEq + Send + Sync + 'static>(
    app: App,
    mine: T,
    read: fn(&Answers) -> &Vec<T>,
    write: fn(&mut Answers) -> &mut Vec<T>,
) -> RwSignal<bool> {
    let ticked = RwSignal::new(app.answers_untracked(|answers| read(answers).contains(&mine)));
    Effect::new(move |before: Option<bool>| {
        let now = ticked.get();
        if before.is_some_and(|before| before != now) {
            app.answer(|answers| {
                let list = write(answers);
                list.retain(|one| *one != mine);
                if now {
                    list.push(mine);
                }
            });
        }
        now
    });
    ticked
}

/// The language of the visit.
pub(super) fn language(app: App) -> impl IntoView {
    let language = bound(
        app,
        |answers| {
            if answers.language.is_empty() {
                "en".to_owned()
            } else {
                answers.language.clone()
            }
        },
        |answers, value| answers.language = value,
    );
    let options = Language::list()
        .map(|language| (language.name().to_owned(), language.label().to_owned()))
        .collect();
    view! {
        <p>{t("find-language-text")}</p>
        {select("language", t("find-language"), String::new(), options, language)}
    }
}

/// When both can.
pub(super) fn times(app: App) -> impl IntoView {
    let both = app.answers_untracked(Answers::is_for_both);
    let ticks = DayPart::ALL.map(|part| {
        let ticked = member(
            app,
            part,
            |answers| &answers.times,
            |answers| &mut answers.times,
        );
        let (words, hint) = part_words(part);
        tick(words, hint, ticked)
    });
    view! {
        <p>{if both { t("find-times-text") } else { t("find-times-text-alone") }}</p>
        <p class="small quiet">{own_clock()}</p>
        <fieldset>
            <legend class="away-from-sight">{t("find-times-title")}</legend>
            {ticks.into_iter().collect_view()}
        </fieldset>
    }
}

fn part_words(part: DayPart) -> (String, String) {
    match part {
        DayPart::WeekdayMorning => (t("part-weekday-morning"), t("part-weekday-morning-hint")),
        DayPart::WeekdayAfternoon => (
            t("part-weekday-afternoon"),
            t("part-weekday-afternoon-hint"),
        ),
        DayPart::WeekdayEvening => (t("part-weekday-evening"), t("part-weekday-evening-hint")),
        DayPart::WeekendMorning => (t("part-weekend-morning"), t("part-weekend-morning-hint")),
        DayPart::WeekendLater => (t("part-weekend-later"), t("part-weekend-later-hint")),
    }
}

/// Wishes about the person; none is needed.
pub(super) fn wishes(app: App) -> impl IntoView {
    let gender = bound(
        app,
        |answers| answers.gender.clone(),
        |answers, value| answers.gender = value,
    );
    let only = bound(
        app,
        |answers| answers.gender_only,
        |answers, value| answers.gender_only = value,
    );
    let age = bound(
        app,
        |answers| answers.age.clone(),
        |answers, value| answers.age = value,
    );
    let approach = bound(
        app,
        |answers| answers.approach.clone(),
        |answers, value| answers.approach = value,
    );
    view! {
        <p>{t("find-wishes-text")}</p>
        {select("gender", t("find-gender"), String::new(), listed::<Gender>(), gender)}
        {move || (!gender.get().is_empty()).then(|| tick(t("find-gender-only"), t("find-gender-only-hint"), only))}
        {select("age", t("find-age"), String::new(), listed::<AgeBand>(), age)}
        {select("approach", t("find-approach"), t("find-approach-hint"), listed::<Modality>(), approach)}
    }
}

/// Lists a vocabulary after "it does not matter".
fn listed<C: Code>() -> Vec<(String, String)> {
    let mut options = vec![(String::new(), t("find-any"))];
    options.extend(C::list().map(|code| (code.name().to_owned(), code.label().to_owned())));
    options
}

/// How soon.
pub(super) fn soon(app: App) -> impl IntoView {
    let within = bound(
        app,
        |answers| Some(answers.within_hours.unwrap_or(0)),
        |answers, value: Option<u16>| answers.within_hours = value.filter(|hours| *hours > 0),
    );
    view! {
        <p>{t("find-soon-text")}</p>
        <fieldset>
            <legend class="away-from-sight">{t("find-soon-title")}</legend>
            {choice("soon", 48, t("find-soon-days"), String::new(), within)}
            {choice("soon", 168, t("find-soon-week"), String::new(), within)}
            {choice("soon", 0, t("find-soon-any"), String::new(), within)}
        </fieldset>
    }
}
