//! From a row to what is shown of it.

use super::{Hit, Shard};
use crate::answer::{Card, Found};
use crate::availability::start_of;
use crate::explain::{self, Seen};
use crate::geo::Circle;
use crate::plain::wanted_starts;
use crate::provider::Place;
use crate::query::Asked;
use crate::set::{Code, Set};
use crate::shard::flag;
use crate::time::DAY;
use crate::vocabulary::{Format, Formats, Service, Services};

impl Shard {
    /// Explains a hit of this very shard.
    #[must_use]
    pub fn found(&self, hit: Hit, asked: &Asked) -> Option<Found> {
        let row = hit.row as usize;
        let statics = &self.statics;
        let card = self.card(row)?;
        let until = self.licensed_until(row, asked)?;
        let starts = self
            .times
            .get(row)?
            .and(&wanted_starts(self.base, asked))
            .and(&self.until(until));
        let soon = crate::availability::starts_between(self.base, asked.now, asked.now.plus(DAY));
        let circle = asked.near.map(|(point, miles)| Circle::new(point, miles));
        let places = statics.places(row).iter().map(|(_, point)| *point);
        let seen = Seen {
            quality: statics.standings.get(row)?.saturating_sub(self.loan(row)),
            newcomer: statics.flag(row, flag::NEWCOMER),
            specialties: card.specialties,
            modalities: card.modalities,
            gender: card.gender,
            age_band: card.age_band,
            formats: asked
                .formats
                .iter()
                .filter(|format| self.offers(row, *format, asked))
                .collect(),
            soon: soon.meets(&starts),
            starts: !starts.is_empty(),
            bookable: card.bookable,
        };
        let reasons = explain::reasons(asked, &seen);
        Some(Found {
            id: hit.id,
            score: hit.score,
            misfits: explain::misfits(asked, &seen),
            reasons,
            starts: starts
                .iter()
                .map(|half_hour| start_of(self.base, half_hour))
                .collect(),
            miles: circle.and_then(|circle| places.map(|point| circle.miles_to(point)).min()),
            card,
        })
    }

    /// Reads the card of a row.
    fn card(&self, row: usize) -> Option<Card> {
        let (statics, cards) = (&self.statics, &self.statics.cards);
        let place = |(city, point): &(u32, _)| {
            let (name, _) = statics.cities.get(*city as usize)?;
            Some(Place {
                state: self.state,
                city: name.to_string(),
                point: *point,
            })
        };
        Some(Card {
            npi: cards.npi(row),
            name: cards.name(row),
            credentials: cards.credentials(row),
            licence: cards.licence(row),
            licensed_until: *statics.expiries.get(row)?,
            services: self.services(row),
            formats: self.formats(row),
            specialties: self.codes(&statics.index.specialties, row),
            modalities: self.codes(&statics.index.modalities, row),
            languages: self.codes(&statics.index.languages, row),
            gender: statics.gender(row),
            age_band: statics.age_band(row),
            places: statics.places(row).iter().filter_map(place).collect(),
            zone: cards.zone(row),
            visit_minutes: cards.visit_minutes(row),
            fee_cents: cards.fee_cents(row),
            sliding_low_cents: cards.sliding_low_cents(row),
            years: cards.years(row),
            proven: cards.proven(row),
            bookable: statics.flag(row, flag::BOOKABLE),
        })
    }

    fn loan(&self, row: usize) -> u8 {
        if self.statics.flag(row, flag::NEWCOMER) {
            crate::answer::NEWCOMER_POINTS as u8
        } else {
            0
        }
    }

    fn services(&self, row: usize) -> Services {
        let pairs = [
            (flag::COUPLES, Service::Couples),
            (flag::INDIVIDUAL, Service::Individual),
        ];
        pairs
            .into_iter()
            .filter(|(bit, _)| self.statics.flag(row, *bit))
            .map(|(_, service)| service)
            .collect()
    }

    fn formats(&self, row: usize) -> Formats {
        let pairs = [
            (flag::VIDEO, Format::Video),
            (flag::IN_PERSON, Format::InPerson),
        ];
        pairs
            .into_iter()
            .filter(|(bit, _)| self.statics.flag(row, *bit))
            .map(|(_, format)| format)
            .collect()
    }

    fn codes<C: Code>(&self, index: &[super::Plane], row: usize) -> Set<C> {
        let has = |code: &C| {
            index
                .get(usize::from(code.index()))
                .is_some_and(|plane| self.planes().is_set(*plane, row))
        };
        C::list().filter(has).collect()
    }

    /// Tells whether a row fits in one of the formats asked.
    fn offers(&self, row: usize, format: Format, asked: &Asked) -> bool {
        let planes = self.planes();
        let reached = |(point, miles)| {
            let circle = Circle::new(point, miles);
            self.statics
                .places(row)
                .iter()
                .any(|(_, place)| circle.holds(*place))
        };
        planes.is_set(self.statics.core(asked.service, format), row)
            && asked
                .plan
                .is_none_or(|plan| planes.is_set(self.statics.paid(plan, format), row))
            && (format == Format::Video || asked.near.is_none_or(reached))
    }
}
