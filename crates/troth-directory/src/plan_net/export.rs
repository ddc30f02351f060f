//! Writing the directory as Plan-Net, so that it can be read back to the same.
//!
//! A resource that was imported is given back as it came. A listing of our own and a row of
//! NPPES become a Practitioner with all that FHIR has a place for, and carry the rest in one
//! extension. What is derived from them (roles, places, services, plans) bears a tag, and an
//! import of ours makes it anew instead of keeping it.
//!
//! Proof is not carried: another instance has to see for itself.

use std::collections::BTreeSet;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use troth_match::{Code, Format, Gender, Licence, Provider};

use super::Kind;
use super::fhir::{NUCC, PLAN_NET, US_NPI, concept, list, reference, text};
use crate::entry::{Entry, Kept};
use crate::listing::{Listing, NoListing, PlanClaim, UNKNOWN_END, forget_proof};
use crate::nppes::{Entity, Registered};

/// The extension in which a Practitioner carries a listing of ours.
pub const EXTENSION_LISTING: &str = "urn:troth:listing";

/// The extension in which a resource carries its row of NPPES.
pub const EXTENSION_REGISTERED: &str = "urn:troth:nppes";

/// The extension in which an Organization carries another name of NPPES.
pub const EXTENSION_OTHER_NAME: &str = "urn:troth:nppes-other-name";

/// The system of the tag of what is derived.
const TAG: &str = "urn:troth:derived";

/// A listing as the extension carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {
    /// Its name in the directory.
    pub(super) key: String,
    listing: Provider,
    plans: Vec<PlanClaim>,
}

impl Plain {
    /// The listing, without what only the instance that wrote it could know.
    ///
    /// # Errors
    ///
    /// [`NoListing::Unsound`]: it breaks the invariants of a listing.
    pub(super) fn listing(&self) -> Result<Listing, NoListing> {
        let mut provider = self.listing.clone();
        forget_proof(&mut provider);
        Listing {
            provider,
            plans: self.plans.clone(),
            notes: Vec::new(),
        }
        .checked()
    }
}

/// Whether a resource was derived by an export of ours.
pub(super) fn is_derived(resource: &Value) -> bool {
    let tags = resource
        .get("meta")
        .map_or(&[][..], |meta| list(meta, "tag"));
    tags.iter().any(|tag| text(tag, "/system") == TAG)
}

/// Writes entries as resources, one after the other.
pub struct Writer<'a> {
    sink: &'a mut dyn FnMut(Kind, &Value) -> io::Result<()>,
    plans: BTreeSet<String>,
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("plans", &self.plans.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Writer<'a> {
    /// Begins; each resource is given to `sink` once.
    pub fn new(sink: &'a mut dyn FnMut(Kind, &Value) -> io::Result<()>) -> Self {
        Self {
            sink,
            plans: BTreeSet::new(),
        }
    }

    /// Writes one entry.
    ///
    /// # Errors
    ///
    /// The sink's.
    pub fn write(&mut self, entry: &Entry) -> io::Result<()> {
        match (&entry.kept, &entry.listing) {
            (Kept::Resource(resource), _) => {
                let kind = Kind::parse(text(resource, "/resourceType"));
                kind.map_or(Ok(()), |kind| (self.sink)(kind, resource))
            }
            (Kept::Registered(row), _) => {
                let (kind, resource) = registered(row)?;
                (self.sink)(kind, &resource)
            }
            (Kept::OtherName { npi, name, .. }, _) => {
                let (_, bytes) = entry.kept.to_stored()?;
                let resource = json!({
                    "resourceType": "Organization",
                    "id": format!("npi-{npi}-{}", digest(&entry.key)),
                    "meta": meta("plannet-Organization", false),
                    "extension": [{
                        "url": EXTENSION_OTHER_NAME,
                        "valueString": String::from_utf8_lossy(&bytes),
                    }],
                    "identifier": [{"system": US_NPI, "value": npi.to_string()}],
                    "active": true,
                    "type": [concept(&code_system("OrgTypeCS"), "prvgrp", "Provider Group")],
                    "name": name,
                });
                (self.sink)(Kind::Organization, &resource)
            }
            (Kept::Nothing, Some(listing)) => self.listing(&entry.key, listing),
            (Kept::Nothing, None) => Ok(()),
        }
    }

    /// Writes the plans that the written listings named, and their networks.
    ///
    /// # Errors
    ///
    /// The sink's.
    pub fn finish(self) -> io::Result<()> {
        for name in &self.plans {
            let id = plan_id(name);
            let network = json!({
                "resourceType": "Organization",
                "id": network_id(name),
                "meta": meta("plannet-Network", true),
                "active": true,
                "type": [concept(&code_system("OrgTypeCS"), "ntwk", "Network")],
                "name": name,
            });
            (self.sink)(Kind::Organization, &network)?;
            let plan = json!({
                "resourceType": "InsurancePlan",
                "id": id,
                "meta": meta("plannet-InsurancePlan", true),
                "status": "active",
                "name": name,
                "network": [reference("Organization", &network_id(name))],
            });
            (self.sink)(Kind::InsurancePlan, &plan)?;
        }
        Ok(())
    }

    fn listing(&mut self, key: &str, listing: &Listing) -> io::Result<()> {
        let mut provider = listing.provider.clone();
        forget_proof(&mut provider);
        let id = resource_id(key);
        let plain = Plain {
            key: key.to_owned(),
            listing: provider.clone(),
            plans: listing.plans.clone(),
        };
        (self.sink)(Kind::Practitioner, &practitioner(&id, &plain)?)?;
        let mut locations = Vec::new();
        for (number, place) in (1..).zip(&provider.places) {
            let place_id = format!("{id}-{number}");
            locations.push(reference("Location", &place_id));
            let location = json!({
                "resourceType": "Location",
                "id": place_id,
                "meta": meta("plannet-Location", true),
                "status": "active",
                "name": place.city,
                "address": {"city": place.city, "state": place.state.code(), "country": "USA"},
                "position": {
                    "latitude": f64::from(place.point.lat) / 100.0,
                    "longitude": f64::from(place.point.lon) / 100.0,
                },
            });
            (self.sink)(Kind::Location, &location)?;
        }
        (self.sink)(Kind::HealthcareService, &service(&id, &provider))?;
        let names: BTreeSet<&String> = listing.plans.iter().map(|plan| &plan.name).collect();
        let networks: Vec<Value> = names
            .iter()
            .map(|name| {
                extension(
                    "network-reference",
                    "valueReference",
                    reference("Organization", &network_id(name)),
                )
            })
            .collect();
        self.plans.extend(names.into_iter().cloned());
        let role = json!({
            "resourceType": "PractitionerRole",
            "id": id,
            "meta": meta("plannet-PractitionerRole", true),
            "extension": networks,
            "active": true,
            "practitioner": reference("Practitioner", &id),
            "specialty": [concept(NUCC, code_of(&provider.credentials), "")],
            "location": locations,
            "healthcareService": [reference("HealthcareService", &id)],
        });
        (self.sink)(Kind::PractitionerRole, &role)
    }
}

fn code_system(name: &str) -> String {
    format!("http://hl7.org/fhir/us/davinci-pdex-plan-net/CodeSystem/{name}")
}

fn extension(name: &str, member: &str, value: Value) -> Value {
    let mut extension = json!({"url": format!("{PLAN_NET}{name}")});
    if let Some(object) = extension.as_object_mut() {
        object.insert(member.to_owned(), value);
    }
    extension
}

fn meta(profile: &str, derived: bool) -> Value {
    let mut meta = json!({"profile": [format!("{PLAN_NET}{profile}")]});
    if let Some(object) = meta.as_object_mut().filter(|_| derived) {
        object.insert(
            "tag".to_owned(),
            json!([{"system": TAG, "code": "derived"}]),
        );
    }
    meta
}

/// FHIR's ids have letters, digits, `-` and `.`.
fn resource_id(key: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
    let id = key
        .chars()
        .map(|letter| if fits(letter) { letter } else { '-' });
    id.take(56).collect()
}

fn digest(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn plan_id(name: &str) -> String {
    format!("plan-{}", digest(name))
}

fn network_id(name: &str) -> String {
    format!("network-{}", digest(name))
}

/// The taxonomy code that the letters after a name stand for.
fn code_of(credentials: &str) -> &'static str {
    let letters = credentials.to_uppercase().replace('.', "");
    let has = |list: &[&str]| list.iter().any(|one| letters.contains(one));
    match () {
        () if has(&["MFT", "FAMILY THERAPIST"]) => "106H00000X",
        () if has(&["PMHNP", "APRN", "NURSE PRACTITIONER"]) => "363LP0808X",
        () if has(&["PMHCNS", "NURSE"]) => "364SP0808X",
        () if has(&["SW", "SOCIAL WORKER"]) => "1041C0700X",
        () if has(&["PHD", "PSYD", "EDD", "PSYCHOLOGIST"]) => "103T00000X",
        () if has(&["MD", "DO"]) => "2084P0800X",
        () => "101YM0800X",
    }
}

fn practitioner(id: &str, plain: &Plain) -> io::Result<Value> {
    let provider = &plain.listing;
    let (given, family) = provider
        .name
        .rsplit_once(' ')
        .unwrap_or(("", &provider.name));
    let given: Vec<&str> = given.split(' ').filter(|part| !part.is_empty()).collect();
    let npi = provider
        .npi
        .map(|npi| json!({"system": US_NPI, "value": npi.to_string()}));
    let gender = match provider.gender {
        Some(Gender::Woman) => "female",
        Some(Gender::Man) => "male",
        Some(Gender::Nonbinary) => "other",
        None => "unknown",
    };
    let languages = provider.languages.iter();
    let languages = languages.map(|it| concept("urn:ietf:bcp:47", it.name(), it.label()));
    let code = code_of(&provider.credentials);
    let licences = provider
        .licences
        .iter()
        .map(|licence| qualification(licence, code));
    Ok(json!({
        "resourceType": "Practitioner",
        "id": id,
        "meta": meta("plannet-Practitioner", true),
        "extension": [{
            "url": EXTENSION_LISTING,
            "valueString": serde_json::to_string(plain)?,
        }],
        "identifier": npi.into_iter().collect::<Vec<_>>(),
        "active": true,
        "name": [{"family": family, "given": given, "suffix": [provider.credentials]}],
        "gender": gender,
        "qualification": licences.collect::<Vec<_>>(),
        "communication": languages.collect::<Vec<_>>(),
    }))
}

fn qualification(licence: &Licence, code: &str) -> Value {
    let state = concept(
        "https://www.usps.com/",
        licence.state.code(),
        licence.state.label(),
    );
    let mut qualification = json!({
        "extension": [{
            "url": format!("{PLAN_NET}practitioner-qualification"),
            "extension": [
                {"url": "status", "valueCode": "active"},
                {"url": "whereValid", "valueCodeableConcept": state},
            ],
        }],
        "identifier": [{"value": licence.number}],
        "code": concept(NUCC, code, ""),
    });
    if licence.expires != UNKNOWN_END
        && let Some(object) = qualification.as_object_mut()
    {
        let end = json!({"end": licence.expires.to_string()});
        object.insert("period".to_owned(), end);
    }
    qualification
}

fn service(id: &str, provider: &Provider) -> Value {
    let taking = if provider.accepting { "newpt" } else { "nopt" };
    let taking = concept(&code_system("AcceptingPatientsCS"), taking, "");
    let mut extensions = vec![json!({
        "url": format!("{PLAN_NET}newpatients"),
        "extension": [{"url": "acceptingPatients", "valueCodeableConcept": taking}],
    })];
    for format in provider.formats.iter() {
        let code = match format {
            Format::Video => "virtual",
            Format::InPerson => "physical",
        };
        let code = concept(&code_system("DeliveryMethodCS"), code, "");
        extensions.push(json!({
            "url": format!("{PLAN_NET}delivery-method"),
            "extension": [{"url": "type", "valueCodeableConcept": code}],
        }));
    }
    let category = concept(
        &code_system("HealthcareServiceCategoryCS"),
        "behav",
        "Behavioral Health",
    );
    json!({
        "resourceType": "HealthcareService",
        "id": id,
        "meta": meta("plannet-HealthcareService", true),
        "extension": extensions,
        "active": true,
        "category": [category],
        "name": provider.name,
    })
}

/// Writes a row of NPPES.
fn registered(row: &Registered) -> io::Result<(Kind, Value)> {
    let practice = row.practice();
    let lines: Vec<&str> = [practice.first, practice.second]
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect();
    let address = json!([{
        "line": lines,
        "city": practice.city,
        "state": practice.state,
        "postalCode": practice.postal_code,
    }]);
    let phone = Some(practice.telephone).filter(|number| !number.is_empty());
    let phone = phone.map(|number| json!({"system": "phone", "use": "work", "value": number}));
    let mut resource = json!({
        "id": format!("npi-{}", row.npi),
        "extension": [{
            "url": EXTENSION_REGISTERED,
            "valueString": serde_json::to_string(row)?,
        }],
        "identifier": [{"system": US_NPI, "value": row.npi.to_string()}],
        "active": true,
        "address": address,
        "telecom": phone.into_iter().collect::<Vec<_>>(),
    });
    let (kind, more) = match row.kind {
        Entity::Person => (Kind::Practitioner, person(row)),
        Entity::Organization => (
            Kind::Organization,
            json!({
                "meta": meta("plannet-Organization", true),
                "type": [concept(&code_system("OrgTypeCS"), "prvgrp", "Provider Group")],
                "name": row.name(),
            }),
        ),
    };
    if let (Some(object), Value::Object(more)) = (resource.as_object_mut(), more) {
        object.insert("resourceType".to_owned(), kind.name().into());
        object.extend(more);
    }
    Ok((kind, resource))
}

fn person(row: &Registered) -> Value {
    let given: Vec<&str> = [row.column(6), row.column(7)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let gender = match row.sex() {
        "F" => "female",
        "M" => "male",
        _ => "unknown",
    };
    let qualifications = row.taxonomies().map(|taxonomy| {
        let valid = concept("https://www.usps.com/", taxonomy.state, "");
        let mut one = json!({"code": concept(NUCC, taxonomy.code, "")});
        if let Some(object) = one.as_object_mut().filter(|_| !taxonomy.licence.is_empty()) {
            object.insert(
                "identifier".to_owned(),
                json!([{"value": taxonomy.licence}]),
            );
            let extension = json!([{
                "url": format!("{PLAN_NET}practitioner-qualification"),
                "extension": [{"url": "whereValid", "valueCodeableConcept": valid}],
            }]);
            object.insert("extension".to_owned(), extension);
        }
        one
    });
    json!({
        "meta": meta("plannet-Practitioner", true),
        "name": [{"family": row.column(5), "given": given, "suffix": [row.credentials()]}],
        "gender": gender,
        "qualification": qualifications.collect::<Vec<_>>(),
    })
}
