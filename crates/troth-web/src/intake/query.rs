//! From the answers to the question that is put to the list, on the device.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use troth_match::{
    Code, Filter, Minute, Modalities, PlanRef, Point, Query, Specialties, State, WantedFormat,
    Window,
};

use super::{Answers, How, Payer, Topic, windows};

/// How far "near" reaches when nothing is said, in miles.
const MILES: u16 = 25;

/// How many results are asked for.
const LIMIT: u16 = 40;

impl Answers {
    /// Writes the question. `today` and `on_the_clock` are the device's, as in [`windows`].
    #[must_use]
    pub fn query(
        &self,
        today: Date,
        on_the_clock: impl Fn(DateTime) -> Option<Timestamp>,
    ) -> Query {
        let both = self.is_for_both();
        let states = self.states();
        let format = match self.how {
            Some(How::InPerson) => WantedFormat::InPerson,
            Some(How::Either) => WantedFormat::Any,
            _ => WantedFormat::Video,
        };
        let near = self
            .near
            .as_ref()
            .filter(|_| self.how == Some(How::InPerson))
            .and_then(|near| Point::from_degrees(near.lat, near.lon));
        let stretches = windows(&self.times, today, on_the_clock);
        let pays_by_plan = self.payer == Some(Payer::Plan) && !self.plan.is_empty();
        Query {
            states: states
                .iter()
                .filter_map(|code| State::parse(code))
                .collect(),
            plan: pays_by_plan.then(|| PlanRef::Name(self.plan.clone())),
            couples: both,
            format,
            within_hours: self.within_hours,
            windows: (!self.times.is_empty())
                .then(|| stretches.iter().filter_map(minutes).collect()),
            specialties: self.specialties(),
            modalities: Modalities::from_iter(Code::parse(&self.approach)),
            language: Code::parse(self.language_code()),
            gender: Code::parse(&self.gender),
            gender_required: self.gender_only && !self.gender.is_empty(),
            age_band: Code::parse(&self.age),
            miles: near.map(|_| if self.miles == 0 { MILES } else { self.miles }),
            near,
            max_fee_cents: self.most_cents.filter(|_| !pays_by_plan),
            limit: LIMIT,
            ..Query::default()
        }
    }

    /// The language of the visit; English until something else is said.
    #[must_use]
    pub fn language_code(&self) -> &str {
        if self.language.is_empty() {
            "en"
        } else {
            &self.language
        }
    }

    fn specialties(&self) -> Specialties {
        self.about
            .iter()
            .flat_map(|topic: &Topic| topic.specialties())
            .filter_map(|name| Code::parse(name))
            .collect()
    }

    /// Changes the answers so that `filter` holds nobody back any more.
    pub fn relax(&mut self, filter: Filter) {
        match filter {
            Filter::Plan => self.payer = Some(Payer::Own),
            Filter::Times => {
                self.times.clear();
                self.within_hours = None;
            }
            Filter::Format => self.how = Some(How::Either),
            Filter::Distance => {
                let miles = if self.miles == 0 { MILES } else { self.miles };
                self.miles = miles.saturating_mul(2);
            }
            Filter::Specialties => self.about.clear(),
            Filter::Language => self.language = ANY_LANGUAGE.to_owned(),
            Filter::Gender => self.gender_only = false,
            Filter::AgeBand => self.age.clear(),
            Filter::Fee => self.most_cents = None,
            // Whoever is licensed in one state alone may not see someone in the other; both are in one place then.
            Filter::SecondState => self.there.clear(),
            _ => {}
        }
    }
}

/// The answer that stands for "in any language"; no code has this name.
const ANY_LANGUAGE: &str = "any";

fn minutes(stretch: &super::Window) -> Option<Window> {
    let minute = |at: Timestamp| u32::try_from(at.as_second() / 60).ok().map(Minute);
    Some(Window {
        from: minute(stretch.from)?,
        to: minute(stretch.to)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{DayPart, Near, Who};
    use super::*;
    use troth_match::{Language, Specialty};

    const TODAY: Date = Date::constant(2026, 11, 22);

    fn utc(at: DateTime) -> Option<Timestamp> {
        at.to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|at| at.timestamp())
    }

    fn answers() -> Answers {
        Answers {
            here: "CA".into(),
            there: "NV".into(),
            ..Answers::default()
        }
    }

    #[test]
    fn every_topic_is_made_of_specialties_of_the_list() {
        for topic in Topic::ALL {
            for name in topic.specialties() {
                assert!(<Specialty as Code>::parse(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn two_people_in_two_states_need_a_licence_in_both() {
        let query = answers().query(TODAY, utc);
        assert_eq!(
            query.states,
            [State::parse("CA").unwrap(), State::parse("NV").unwrap()]
        );
        assert!(query.couples);
        assert_eq!(query.language, <Language as Code>::parse("en"));
    }

    #[test]
    fn alone_needs_a_licence_in_the_own_state_only() {
        let alone = Answers {
            who: Some(Who::Alone),
            ..answers()
        };
        let query = alone.query(TODAY, utc);
        assert_eq!(query.states.len(), 1);
        assert!(!query.couples);
    }

    #[test]
    fn a_plan_and_a_highest_price_do_not_meet() {
        let mut paying = Answers {
            payer: Some(Payer::Plan),
            plan: "Blue".into(),
            most_cents: Some(10_000),
            ..answers()
        };
        assert_eq!(paying.query(TODAY, utc).max_fee_cents, None);
        paying.relax(Filter::Plan);
        let query = paying.query(TODAY, utc);
        assert_eq!((query.plan, query.max_fee_cents), (None, Some(10_000)));
    }

    #[test]
    fn a_place_counts_in_person_only() {
        let mut near = Answers {
            how: Some(How::InPerson),
            near: Some(Near {
                name: "Reno, NV".into(),
                lat: 39.53,
                lon: -119.81,
            }),
            ..answers()
        };
        assert_eq!(near.query(TODAY, utc).miles, Some(MILES));
        near.relax(Filter::Format);
        assert_eq!(near.query(TODAY, utc).near, None);
    }

    #[test]
    fn relaxing_the_times_leaves_every_time() {
        let mut busy = Answers {
            times: vec![DayPart::WeekendLater],
            within_hours: Some(48),
            ..answers()
        };
        assert!(busy.query(TODAY, utc).windows.is_some());
        busy.relax(Filter::Times);
        let query = busy.query(TODAY, utc);
        assert_eq!((query.windows, query.within_hours), (None, None));
    }

    #[test]
    fn relaxing_the_language_asks_for_none() {
        let mut answers = answers();
        answers.relax(Filter::Language);
        assert_eq!(answers.query(TODAY, utc).language, None);
    }
}
