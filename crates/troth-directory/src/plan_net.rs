//! FHIR R4 Plan-Net (HL7 Da Vinci PDex Plan-Net, STU 1.1 and 1.2): reading and writing.
//!
//! A read directory is held in memory while its resources are joined: a listing needs the
//! practitioner, their roles, the places, the services, the networks and the plans. Every
//! resource is then explained: listed, used for a listing, kept, or not to be taken.

mod current;
mod export;
mod fhir;
mod join;
mod reference;
mod source;
mod taking;

pub use export::{EXTENSION_LISTING, EXTENSION_OTHER_NAME, EXTENSION_REGISTERED, Writer};
pub use join::{Directory, Explained, Fate};
pub use source::{Fault, Item, read};

/// The resources that Plan-Net has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A technical address.
    Endpoint,
    /// What an organization offers, where, and whether it takes new people.
    HealthcareService,
    /// A product that people are insured by.
    InsurancePlan,
    /// A place.
    Location,
    /// A practice, a payer or a network.
    Organization,
    /// That organizations work with each other.
    OrganizationAffiliation,
    /// A person.
    Practitioner,
    /// What a person does, where, for whom, in which networks.
    PractitionerRole,
}

impl Kind {
    /// Every kind, by name.
    pub const ALL: [Self; 8] = [
        Self::Endpoint,
        Self::HealthcareService,
        Self::InsurancePlan,
        Self::Location,
        Self::Organization,
        Self::OrganizationAffiliation,
        Self::Practitioner,
        Self::PractitionerRole,
    ];

    /// FHIR's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Endpoint => "Endpoint",
            Self::HealthcareService => "HealthcareService",
            Self::InsurancePlan => "InsurancePlan",
            Self::Location => "Location",
            Self::Organization => "Organization",
            Self::OrganizationAffiliation => "OrganizationAffiliation",
            Self::Practitioner => "Practitioner",
            Self::PractitionerRole => "PractitionerRole",
        }
    }

    /// Reads FHIR's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests;
