//! What is kept of a listing, and how it becomes a row of a shard or what the API shows.
//!
//! A provider's own listing is kept as the API takes it ([`Own`]); one that was imported or
//! generated is kept as the match engine has it ([`Provider`](troth_match::Provider)). Either is
//! one JSON document in the row of the provider; [`Document`] reads both.

use serde::{Deserialize, Serialize};
use troth_match::set::{Code, Set};
use troth_match::{Npi, PlanId, Plans, Provider, ProviderId, State, States};
use troth_wire::network as wire;

use super::op::provider::Licensed;
use super::store::NetworkError;
use crate::store::StoreError;

/// A listing as its provider wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// What is shown.
    pub listing: wire::Listing,
    /// The licences.
    pub licences: Vec<wire::Licence>,
    /// Which plans are taken where.
    pub plans: Vec<wire::Acceptance>,
}

/// A kept listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Document {
    /// Its provider wrote it here.
    Own(Own),
    /// It came from elsewhere.
    Imported(Provider),
}

/// What is kept beside a booking, a wait and a quote: what the visit is, apart from its time. Written
/// in one way, so that two of them are the same when their bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// How it happens.
    pub format: wire::Format,
    /// For whom it is.
    pub service: wire::Service,
    /// The plan by its name, if one is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
}

impl Details {
    /// Writes them as they are kept.
    ///
    /// # Errors
    ///
    /// [`StoreError::Broken`] for what cannot be written as JSON.
    pub fn write(&self) -> Result<Vec<u8>, NetworkError> {
        serde_json::to_vec(self).map_err(|_| NetworkError::Store(StoreError::Broken))
    }

    /// Reads what is kept; nothing if it is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// Makes of a listing what is kept when its provider is gone: the name, for those who had a visit.
///
/// # Errors
///
/// [`StoreError::Broken`] for what cannot be written as JSON.
pub fn name_alone(listing: &[u8]) -> Result<Vec<u8>, NetworkError> {
    let Some(document) = Document::read(listing) else {
        return Ok(Vec::new());
    };
    let name = match document {
        Document::Own(own) => own.listing.name,
        Document::Imported(provider) => provider.name,
    };
    Document::Own(Own::new(wire::Listing {
        name,
        credentials: String::new(),
        npi: None,
        about: String::new(),
        services: Vec::new(),
        formats: Vec::new(),
        specialties: Vec::new(),
        modalities: Vec::new(),
        languages: Vec::new(),
        places: Vec::new(),
        fee_cents: 0,
        sliding_low_cents: None,
        gender: None,
        age_band: None,
        years: 0,
        accepting: false,
        on_request: true,
        sealing_key: None,
        sealing_generation: None,
        quote_key: None,
    }))
    .write()
}

/// Tells whether a listing has the service and the format of a visit. What is not readable has not.
#[must_use]
pub fn serves(listing: &[u8], details: &[u8]) -> bool {
    let (Some(document), Some(details)) = (Document::read(listing), Details::read(details)) else {
        return false;
    };
    match document {
        Document::Own(own) => {
            let listing = own.listing;
            listing.services.contains(&details.service) && listing.formats.contains(&details.format)
        }
        Document::Imported(provider) => {
            provider.services.contains(service(details.service))
                && provider.formats.contains(format(details.format))
        }
    }
}

/// Says which part of a listing names something that the vocabulary does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name is not in the vocabulary")]
pub struct UnknownName {
    /// A JSON pointer into the listing.
    pub field: String,
}

impl Document {
    /// Reads a kept listing; nothing if it is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Writes it as it is kept.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Store`] if it cannot be written; nothing is kept then.
    pub fn write(&self) -> Result<Vec<u8>, NetworkError> {
        serde_json::to_vec(self).map_err(|_| NetworkError::Store(StoreError::Broken))
    }

    /// The listing as its provider would have written it.
    #[must_use]
    pub fn own(self, plans: &Plans) -> Own {
        match self {
            Self::Own(own) => own,
            Self::Imported(provider) => Own::of_imported(&provider, plans),
        }
    }

    /// The listing as the match engine has it. Names that are not in the vocabulary any more
    /// are left out; proof and whether it can be booked are for the caller to add.
    #[must_use]
    pub fn provider(&self, id: ProviderId, plans: &Plans) -> Provider {
        match self {
            Self::Own(own) => own.provider(id, plans),
            Self::Imported(provider) => Provider {
                id,
                ..provider.clone()
            },
        }
    }
}

impl Own {
    /// A listing without licences and plans.
    #[must_use]
    pub const fn new(listing: wire::Listing) -> Self {
        Self {
            listing,
            licences: Vec::new(),
            plans: Vec::new(),
        }
    }

    /// The states of the licences.
    #[must_use]
    pub fn states(&self) -> States {
        let states = self.licences.iter();
        states
            .filter_map(|licence| State::parse(&licence.state))
            .collect()
    }

    /// The licences by the numbers of their states.
    #[must_use]
    pub fn licensed(&self) -> Vec<Licensed> {
        let known = |licence: &wire::Licence| {
            Some(Licensed {
                place: State::parse(&licence.state)?.index(),
                until_day: licence.expires.0,
            })
        };
        self.licences.iter().filter_map(known).collect()
    }

    /// The National Provider Identifier, if it is one.
    #[must_use]
    pub fn npi(&self) -> Option<u64> {
        let npi: Npi = self.listing.npi.as_ref()?.parse().ok()?;
        Some(npi.number())
    }

    /// Checks that every name is in the vocabulary.
    ///
    /// # Errors
    ///
    /// [`UnknownName`] with the first one that is not.
    pub fn check(&self, plans: &Plans) -> Result<(), UnknownName> {
        let listing = &self.listing;
        all_known::<troth_match::Specialty>("/specialties", &listing.specialties)?;
        all_known::<troth_match::Modality>("/modalities", &listing.modalities)?;
        all_known::<troth_match::Language>("/languages", &listing.languages)?;
        known_if_said::<troth_match::Gender>("/gender", listing.gender.as_deref())?;
        known_if_said::<troth_match::AgeBand>("/age_band", listing.age_band.as_deref())?;
        let unknown = |field: String| Err(UnknownName { field });
        if listing
            .npi
            .as_ref()
            .is_some_and(|npi| npi.parse::<Npi>().is_err())
        {
            return unknown("/npi".to_owned());
        }
        for (index, place) in listing.places.iter().enumerate() {
            if State::parse(&place.state).is_none() {
                return unknown(format!("/places/{index}/state"));
            }
        }
        for (index, licence) in self.licences.iter().enumerate() {
            if State::parse(&licence.state).is_none() {
                return unknown(format!("/licences/{index}/state"));
            }
        }
        for (index, plan) in self.plans.iter().enumerate() {
            if State::parse(&plan.state).is_none() {
                return unknown(format!("/plans/{index}/state"));
            }
            if plan
                .plan
                .as_ref()
                .is_some_and(|name| plans.find_named(name).is_none())
            {
                return unknown(format!("/plans/{index}/plan"));
            }
        }
        Ok(())
    }

    /// What is missing before anybody could be sent there, as JSON pointers.
    #[must_use]
    pub fn missing(&self, has_hours: bool) -> Vec<String> {
        let listing = &self.listing;
        let in_person = listing.formats.contains(&wire::Format::InPerson);
        [
            ("/listing/npi", listing.npi.is_none()),
            ("/listing/services", listing.services.is_empty()),
            ("/listing/formats", listing.formats.is_empty()),
            ("/listing/languages", listing.languages.is_empty()),
            ("/listing/places", in_person && listing.places.is_empty()),
            ("/listing/sealing_key", listing.sealing_key.is_none()),
            ("/licences", self.licences.is_empty()),
            ("/hours", !has_hours),
        ]
        .into_iter()
        .filter(|(_, is_missing)| *is_missing)
        .map(|(field, _)| field.to_owned())
        .collect()
    }

    fn provider(&self, id: ProviderId, plans: &Plans) -> Provider {
        let listing = &self.listing;
        let mut acceptances: Vec<troth_match::Acceptance> = Vec::new();
        for one in &self.plans {
            let plan = one.plan.as_ref().and_then(|name| plans.find_named(name));
            let (Some(plan), Some(state)) = (plan, State::parse(&one.state)) else {
                continue;
            };
            let formats = formats(&one.formats);
            let same = |it: &&mut troth_match::Acceptance| it.plan == plan.id && it.state == state;
            match acceptances.iter_mut().find(same) {
                Some(before) => before.formats = before.formats.or(formats),
                None if formats.is_empty() => {}
                None => acceptances.push(troth_match::Acceptance {
                    plan: plan.id,
                    state,
                    formats,
                }),
            }
        }
        Provider {
            id,
            npi: listing.npi.as_ref().and_then(|npi| npi.parse().ok()),
            name: listing.name.clone(),
            credentials: listing.credentials.clone(),
            licences: self.licences.iter().filter_map(licence).collect(),
            acceptances,
            accepting: listing.accepting,
            services: listing.services.iter().map(|it| service(*it)).collect(),
            formats: formats(&listing.formats),
            specialties: codes(&listing.specialties),
            modalities: codes(&listing.modalities),
            languages: codes(&listing.languages),
            gender: listing.gender.as_deref().and_then(Code::parse),
            age_band: listing.age_band.as_deref().and_then(Code::parse),
            places: listing.places.iter().filter_map(place).collect(),
            zone: String::new(),
            visit_minutes: 50,
            fee_cents: listing.fee_cents,
            sliding_low_cents: listing.sliding_low_cents,
            years: listing.years,
            quality: 0,
            newcomer: false,
            proven_minute: troth_match::Minute(0),
            bookable: false,
        }
    }

    fn of_imported(provider: &Provider, plans: &Plans) -> Self {
        let listing = wire::Listing {
            name: provider.name.clone(),
            credentials: provider.credentials.clone(),
            npi: provider.npi.map(|npi| npi.to_string()),
            about: String::new(),
            services: provider.services.iter().map(service_shown).collect(),
            formats: formats_shown(provider.formats),
            specialties: names(provider.specialties),
            modalities: names(provider.modalities),
            languages: names(provider.languages),
            places: provider.places.iter().map(place_shown).collect(),
            fee_cents: provider.fee_cents,
            sliding_low_cents: provider.sliding_low_cents,
            gender: provider.gender.map(|it| it.name().to_owned()),
            age_band: provider.age_band.map(|it| it.name().to_owned()),
            years: provider.years,
            accepting: provider.accepting,
            on_request: true,
            sealing_key: None,
            sealing_generation: None,
            quote_key: None,
        };
        let name_of = |id: PlanId| plans.lookup(id).map(|plan| plan.name.clone());
        let plans = provider.acceptances.iter().filter_map(|one| {
            Some(wire::Acceptance {
                plan: Some(name_of(one.plan)?),
                state: one.state.code().to_owned(),
                formats: formats_shown(one.formats),
                proven_at: None,
            })
        });
        Self {
            listing,
            licences: provider.licences.iter().map(licence_shown).collect(),
            plans: plans.collect(),
        }
    }
}

fn all_known<C: Code>(field: &str, names: &[String]) -> Result<(), UnknownName> {
    let unknown = names.iter().position(|name| C::parse(name).is_none());
    unknown.map_or(Ok(()), |index| {
        Err(UnknownName {
            field: format!("{field}/{index}"),
        })
    })
}

fn known_if_said<C: Code>(field: &str, name: Option<&str>) -> Result<(), UnknownName> {
    match name {
        Some(name) if C::parse(name).is_none() => Err(UnknownName {
            field: field.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn codes<C: Code>(names: &[String]) -> Set<C> {
    names.iter().filter_map(|name| C::parse(name)).collect()
}

fn names<C: Code>(codes: Set<C>) -> Vec<String> {
    codes.iter().map(|code| code.name().to_owned()).collect()
}

/// The format as the match engine has it.
#[must_use]
pub const fn format(format: wire::Format) -> troth_match::Format {
    match format {
        wire::Format::Video => troth_match::Format::Video,
        wire::Format::InPerson => troth_match::Format::InPerson,
    }
}

/// The service as the match engine has it.
#[must_use]
pub const fn service(service: wire::Service) -> troth_match::Service {
    match service {
        wire::Service::Couples => troth_match::Service::Couples,
        wire::Service::Individual => troth_match::Service::Individual,
    }
}

fn service_shown(service: troth_match::Service) -> wire::Service {
    match service {
        troth_match::Service::Couples => wire::Service::Couples,
        troth_match::Service::Individual => wire::Service::Individual,
    }
}

fn formats(formats: &[wire::Format]) -> troth_match::Formats {
    formats.iter().map(|it| format(*it)).collect()
}

/// The formats as the API shows them.
#[must_use]
pub fn formats_shown(formats: troth_match::Formats) -> Vec<wire::Format> {
    let shown = |format| match format {
        troth_match::Format::Video => wire::Format::Video,
        troth_match::Format::InPerson => wire::Format::InPerson,
    };
    formats.iter().map(shown).collect()
}

fn licence(licence: &wire::Licence) -> Option<troth_match::Licence> {
    Some(troth_match::Licence {
        state: State::parse(&licence.state)?,
        number: licence.number.clone(),
        expires: troth_match::Day(licence.expires.0),
    })
}

fn licence_shown(licence: &troth_match::Licence) -> wire::Licence {
    wire::Licence {
        state: licence.state.code().to_owned(),
        number: licence.number.clone(),
        expires: wire::Day(licence.expires.0),
    }
}

fn place(place: &wire::Place) -> Option<troth_match::Place> {
    Some(troth_match::Place {
        state: State::parse(&place.state)?,
        city: place.city.clone(),
        point: troth_match::Point {
            lat: place.lat.0,
            lon: place.lon.0,
        },
    })
}

fn place_shown(place: &troth_match::Place) -> wire::Place {
    wire::Place {
        state: place.state.code().to_owned(),
        city: place.city.clone(),
        lat: wire::Degrees(place.point.lat),
        lon: wire::Degrees(place.point.lon),
    }
}

#[cfg(test)]
mod tests;
