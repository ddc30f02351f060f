//! Joining the resources of a directory into listings, and explaining each of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use troth_match::{Code, Day, Format, Gender, Npi, Place, Point, State};

use super::Kind;
use super::export::{
    EXTENSION_LISTING, EXTENSION_OTHER_NAME, EXTENSION_REGISTERED, Plain, is_derived,
};
use super::fhir::{codes, codes_of, extensions, list, target, targets, text};
use super::source::{Fault, Item};
use crate::entry::{Entry, Kept};
use crate::listing::{Listing, NoListing, PlanClaim, UNKNOWN_END, add_callings, blank, letters};
use crate::nppes::Registered;

/// What becomes of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// A practitioner who gets a listing.
    Listed,
    /// It says something of so many listings.
    Used {
        /// How many.
        listings: u32,
        /// What it says, a short clause.
        says: &'static str,
    },
    /// It is kept as it is, and given back by an export.
    Kept {
        /// Why it is used for nothing here.
        why: &'static str,
    },
    /// It is not taken.
    Rejected(Fault),
}

/// A resource with what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// `Type/id`, or where it stood if it is no resource.
    pub name: String,
    /// Its kind, if it has one.
    pub kind: Option<Kind>,
    /// What becomes of it.
    pub fate: Fate,
}

/// The resources of one directory.
#[derive(Debug, Default)]
pub struct Directory {
    resources: BTreeMap<String, Value>,
    rejected: Vec<(String, Fault)>,
}

/// What is used for how many listings.
type Uses = BTreeMap<String, (u32, &'static str)>;

impl Directory {
    /// Takes in what was read.
    pub fn add(&mut self, item: Item) {
        match item.resource {
            Err(fault) => self.rejected.push((item.place, fault)),
            Ok(value) => {
                let name = format!("{}/{}", text(&value, "/resourceType"), text(&value, "/id"));
                let before = self.resources.get(&name);
                if before.is_some_and(|before| *before != value) {
                    self.rejected.push((item.place, Fault::Twice));
                } else {
                    self.resources.insert(name, value);
                }
            }
        }
    }

    /// How many resources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// Joins the resources: gives each entry to `sink`, and explains every resource.
    ///
    /// What an export of ours derived is explained and makes no entry.
    pub fn join(&self, sink: &mut dyn FnMut(Entry)) -> Vec<Explained> {
        let joiner = Joiner::new(self);
        let mut uses = Uses::new();
        let mut fates: BTreeMap<&str, Fate> = BTreeMap::new();
        for (name, value) in &self.resources {
            let carried = carried(value);
            let mut listing = None;
            if kind_of(name) == Some(Kind::Practitioner) {
                let fate = match joiner.practitioner((name, value), carried.as_ref(), &mut uses) {
                    Ok(made) => {
                        listing = Some(made);
                        Fate::Listed
                    }
                    Err(why) => Fate::Kept { why },
                };
                fates.insert(name, fate);
            }
            if let Some(entry) = entry((name, value), carried, listing) {
                sink(entry);
            }
        }
        let explain = |(name, value): (&String, &Value)| {
            let kind = kind_of(name);
            let fate = match (fates.remove(name.as_str()), uses.get(name), kind) {
                (Some(fate), _, _) => fate,
                (None, Some(&(listings, says)), _) => Fate::Used { listings, says },
                (None, None, _) if is_derived(value) => Fate::Kept { why: DERIVED },
                (None, None, kind) => Fate::Kept {
                    why: kind.map_or("", |kind| joiner.idle(kind, name)),
                },
            };
            let name = name.clone();
            Explained { name, kind, fate }
        };
        let mut explained: Vec<Explained> = self.resources.iter().map(explain).collect();
        explained.extend(self.rejected.iter().map(|(place, fault)| Explained {
            name: place.clone(),
            kind: None,
            fate: Fate::Rejected(*fault),
        }));
        explained
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = (&str, &Value)> {
        let named = self
            .resources
            .iter()
            .map(|(name, value)| (name.as_str(), value));
        named.filter(move |(name, _)| kind_of(name) == Some(kind))
    }

    fn lookup(&self, name: &str) -> Option<&Value> {
        self.resources.get(name)
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    name.split('/').next().and_then(Kind::parse)
}

/// A directory with the ways that lead against the references.
struct Joiner<'a> {
    directory: &'a Directory,
    /// The roles of a practitioner.
    roles: BTreeMap<String, Vec<(&'a str, &'a Value)>>,
    /// The plans that are served by a network.
    plans: BTreeMap<String, Vec<(&'a str, &'a Value)>>,
}

impl<'a> Joiner<'a> {
    fn new(directory: &'a Directory) -> Self {
        let mut roles: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (name, role) in directory.of(Kind::PractitionerRole) {
            if let Some(who) = role.get("practitioner").and_then(target) {
                roles.entry(who).or_default().push((name, role));
            }
        }
        let mut plans: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (name, plan) in directory.of(Kind::InsurancePlan) {
            for network in targets(plan, "network") {
                plans.entry(network).or_default().push((name, plan));
            }
        }
        Self {
            directory,
            roles,
            plans,
        }
    }

    /// Why a resource says nothing of any listing.
    fn idle(&self, kind: Kind, name: &str) -> &'static str {
        match kind {
            Kind::Endpoint => "a technical address; listings need none",
            Kind::HealthcareService => "no listed practitioner works for it",
            Kind::InsurancePlan => "no listed practitioner is in its networks",
            Kind::Location => "no listed practitioner works there",
            Kind::Organization => "neither a network nor an employer of a listed practitioner",
            Kind::OrganizationAffiliation => "between organizations; roles name their networks",
            Kind::Practitioner => "",
            Kind::PractitionerRole => {
                let who = self
                    .directory
                    .lookup(name)
                    .and_then(|role| role.get("practitioner"));
                match who.and_then(target) {
                    None => "names no practitioner",
                    Some(who) if self.directory.lookup(&who).is_none() => {
                        "its practitioner is not in the directory"
                    }
                    Some(_) => "its practitioner is not listed",
                }
            }
        }
    }

    /// Makes the listing of a practitioner, and notes which resources it took.
    fn practitioner(
        &self,
        (name, person): (&str, &Value),
        carried: Option<&Carried>,
        uses: &mut Uses,
    ) -> Result<Listing, &'static str> {
        if person.get("active") == Some(&Value::Bool(false)) {
            return Err("not active");
        }
        let roles = self.roles.get(name).map_or(&[][..], Vec::as_slice);
        let mut used: BTreeSet<(String, &'static str)> = BTreeSet::new();
        let listing = match carried {
            Some(Carried::Listing(plain)) => {
                used.extend(self.worked(roles));
                plain.listing()
            }
            Some(Carried::Registered(row)) => Listing::of_registered(row),
            Some(Carried::Kept(_)) | None => self.foreign(person, roles, &mut used),
        };
        let listing = listing.map_err(said)?;
        for (one, says) in used {
            uses.entry(one).or_insert((0, says)).0 += 1;
        }
        Ok(listing)
    }

    /// The roles, places and plans that belong to a listing of our own export.
    fn worked(&self, roles: &[(&str, &Value)]) -> BTreeSet<(String, &'static str)> {
        let mut used = BTreeSet::new();
        for (name, role) in roles {
            used.insert(((*name).to_owned(), ROLE));
            used.extend(targets(role, "location").map(|name| (name, PLACE)));
            for network in networks(role) {
                let plans = self.plans.get(&network).map_or(&[][..], Vec::as_slice);
                used.extend(plans.iter().map(|plan| (plan.0.to_owned(), PLAN)));
                used.insert((network, NETWORK));
            }
        }
        used
    }

    /// Makes a listing of a directory that is not ours.
    fn foreign(
        &self,
        person: &Value,
        roles: &[(&str, &Value)],
        used: &mut BTreeSet<(String, &'static str)>,
    ) -> Result<Listing, NoListing> {
        let qualified = list(person, "qualification").iter();
        let qualified = qualified.filter_map(|one| one.get("code")).flat_map(codes);
        let special = roles
            .iter()
            .flat_map(|(_, role)| codes_of(role, "specialty"));
        let callings = Listing::callings(special.chain(qualified))?;
        let mut listing = Listing {
            provider: blank(),
            plans: Vec::new(),
            notes: Vec::new(),
        };
        let provider = &mut listing.provider;
        let npi = npi(person);
        if npi == Some(None) {
            listing.notes.push("an NPI with a wrong check digit");
        }
        provider.npi = npi.flatten();
        provider.name = person_name(person);
        let suffixes: Vec<&str> = list(person, "name").first().map_or(Vec::new(), |name| {
            list(name, "suffix")
                .iter()
                .filter_map(Value::as_str)
                .collect()
        });
        provider.credentials = letters(&suffixes.join(", "), &callings);
        provider.gender = match text(person, "/gender") {
            "female" => Some(Gender::Woman),
            "male" => Some(Gender::Man),
            _ => None,
        };
        add_callings(provider, &callings);
        provider.languages = codes_of(person, "communication")
            .filter_map(Code::parse)
            .collect();
        for qualification in list(person, "qualification") {
            add_licences(&mut listing, qualification);
        }
        for (name, role) in roles {
            used.insert(((*name).to_owned(), ROLE));
            self.add_role(&mut listing, role, used);
        }
        listing.checked()
    }

    /// Adds what a role says: where, in which networks, by video, whether new people are taken.
    fn add_role(
        &self,
        listing: &mut Listing,
        role: &Value,
        used: &mut BTreeSet<(String, &'static str)>,
    ) {
        let mut claims = vec![role];
        for name in targets(role, "healthcareService") {
            if let Some(service) = self.directory.lookup(&name) {
                claims.push(service);
                used.insert((name, SERVICE));
            }
        }
        if let Some(employer) = role.get("organization").and_then(target) {
            used.insert((employer, EMPLOYER));
        }
        let mut state = None;
        for name in targets(role, "location") {
            if let Some(location) = self.directory.lookup(&name) {
                claims.push(location);
                let found = add_place(listing, location);
                state = state.or(found);
                used.insert((name, PLACE));
            }
        }
        // The nearest word counts: the role's own, then the service's, then the place's.
        if let Some(code) = claims.iter().copied().find_map(new_patients) {
            listing.provider.accepting = code == "newpt";
        }
        if claims.iter().copied().any(is_virtual) {
            listing.provider.formats.insert(Format::Video);
        }
        let licensed = listing
            .provider
            .licences
            .first()
            .map(|licence| licence.state);
        let Some(state) = state.or(licensed) else {
            return;
        };
        for network in networks(role) {
            let plans = self.plans.get(&network).map_or(&[][..], Vec::as_slice);
            if plans.is_empty() {
                listing
                    .notes
                    .push("a network that no plan names, taken as a plan");
                let name = self
                    .directory
                    .lookup(&network)
                    .map_or("", |it| text(it, "/name"));
                add_plan(listing, name, state);
            }
            for (name, plan) in plans {
                used.insert(((*name).to_owned(), PLAN));
                add_plan(listing, text(plan, "/name"), state);
            }
            used.insert((network, NETWORK));
        }
    }
}

/// Makes the entry of a resource; none of what the next export derives again.
fn entry(
    (name, value): (&str, &Value),
    carried: Option<Carried>,
    listing: Option<Listing>,
) -> Option<Entry> {
    let (key, kept) = match carried {
        Some(Carried::Listing(plain)) => {
            listing.as_ref()?;
            (plain.key, Kept::Nothing)
        }
        Some(Carried::Registered(row)) => (format!("npi:{}", row.npi), Kept::Registered(row)),
        Some(Carried::Kept(kept)) => (kept.own_key(), kept),
        None if is_derived(value) => return None,
        None => (format!("plan-net:{name}"), Kept::Resource(value.clone())),
    };
    Some(Entry { key, kept, listing })
}

const DERIVED: &str = "derived by an export of Troth; the next one makes it anew";
const ROLE: &str = "what a listed practitioner does, and in which networks";
const SERVICE: &str = "whether new people are taken, and how";
const EMPLOYER: &str = "where a listed practitioner works";
const PLACE: &str = "where a listed practitioner works, with coordinates";
const NETWORK: &str = "the network that leads to the plans";
const PLAN: &str = "a plan that a listed practitioner is in";

/// What an export of ours carried along.
enum Carried {
    Listing(Box<Plain>),
    Registered(Registered),
    Kept(Kept),
}

fn carried(person: &Value) -> Option<Carried> {
    list(person, "extension").iter().find_map(|extension| {
        let content = text(extension, "/valueString");
        match text(extension, "/url") {
            EXTENSION_LISTING => {
                let plain = serde_json::from_str(content).ok()?;
                Some(Carried::Listing(Box::new(plain)))
            }
            EXTENSION_REGISTERED => Some(Carried::Registered(serde_json::from_str(content).ok()?)),
            EXTENSION_OTHER_NAME => Kept::from_stored(3, content.as_bytes()).map(Carried::Kept),
            _ => None,
        }
    })
}

fn said(why: NoListing) -> &'static str {
    match why {
        NoListing::Organization => "an organization",
        NoListing::OtherField => "no taxonomy code of mental health",
        NoListing::Unsound => "a text is longer than a listing can hold",
    }
}

/// The identifier, if one is given, and if it is right.
fn npi(person: &Value) -> Option<Option<Npi>> {
    list(person, "identifier")
        .iter()
        .find(|identifier| text(identifier, "/system") == super::fhir::US_NPI)
        .map(|identifier| text(identifier, "/value").parse().ok())
}

fn person_name(person: &Value) -> String {
    let Some(name) = list(person, "name").first() else {
        return String::new();
    };
    let given = list(name, "given").iter().filter_map(Value::as_str);
    let parts: Vec<&str> = given.chain([text(name, "/family")]).collect();
    parts.join(" ").trim().to_owned()
}

/// The networks of a role.
fn networks(role: &Value) -> Vec<String> {
    extensions(role, "network-reference")
        .filter_map(|extension| target(extension.get("valueReference")?))
        .collect()
}

/// Whether new people are taken, as Plan-Net's code says it.
fn new_patients(value: &Value) -> Option<&str> {
    let extension = extensions(value, "newpatients").next()?;
    let inner = list(extension, "extension").iter();
    let inner = inner.filter(|inner| text(inner, "/url") == "acceptingPatients");
    inner
        .filter_map(|inner| inner.get("valueCodeableConcept"))
        .flat_map(codes)
        .next()
}

fn is_virtual(value: &Value) -> bool {
    extensions(value, "delivery-method")
        .flat_map(|extension| list(extension, "extension"))
        .filter_map(|inner| inner.get("valueCodeableConcept"))
        .flat_map(codes)
        .any(|code| code == "virtual")
}

fn add_licences(listing: &mut Listing, qualification: &Value) {
    let number = list(qualification, "identifier").first();
    let number = number.map_or("", |identifier| text(identifier, "/value"));
    let expires: Day = text(qualification, "/period/end")
        .parse()
        .unwrap_or(UNKNOWN_END);
    for practised in extensions(qualification, "practitioner-qualification") {
        for valid in list(practised, "extension") {
            if text(valid, "/url") == "whereValid"
                && let Some(concept) = valid.get("valueCodeableConcept")
            {
                for state in codes(concept) {
                    listing.add_licence(state, number, expires);
                }
            }
        }
    }
}

/// Adds where a role is carried out; gives the state.
fn add_place(listing: &mut Listing, location: &Value) -> Option<State> {
    let state = State::parse(text(location, "/address/state"))?;
    let degrees = |name: &str| location.pointer(name).and_then(Value::as_f64);
    let point = degrees("/position/latitude")
        .zip(degrees("/position/longitude"))
        .and_then(|(lat, lon)| Point::from_degrees(lat, lon));
    match point {
        None => listing.notes.push("a place without coordinates"),
        Some(point) => {
            let city = text(location, "/address/city").to_owned();
            let place = Place { state, city, point };
            if !listing.provider.places.contains(&place) {
                listing.provider.places.push(place);
            }
        }
    }
    Some(state)
}

fn add_plan(listing: &mut Listing, name: &str, state: State) {
    let claim = PlanClaim {
        name: name.to_owned(),
        state,
        formats: listing.provider.formats,
    };
    let same = |one: &PlanClaim| one.name == claim.name && one.state == state;
    if !name.is_empty() && !listing.plans.iter().any(same) {
        listing.plans.push(claim);
    }
}
