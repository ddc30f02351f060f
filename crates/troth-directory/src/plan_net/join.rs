//! Joining the resources of a directory into listings, and explaining each of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use troth_match::{Code, Day, Format, Gender, Npi, Place, Point, State};

use super::current::{days, is_current, is_held, over};

use super::Kind;
use super::export::{
    EXTENSION_LISTING, EXTENSION_OTHER_NAME, EXTENSION_REGISTERED, Plain, is_derived,
};
use super::fhir::{codes, codes_of, extensions, list, text};
use super::reference::Index;
use super::source::{Fault, Item};
use super::taking::Taking;
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

/// What one listing uses, and for what.
type Used = BTreeMap<String, &'static str>;

/// The most places that a listing holds.
const MOST_PLACES: usize = 15;

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
    /// What an export of ours derived is explained and makes no entry. What is over on the day
    /// of `today`, or has yet to begin, is explained and says nothing of any listing.
    pub fn join(&self, today: Day, sink: &mut dyn FnMut(Entry)) -> Vec<Explained> {
        let joiner = Joiner::new(self, today);
        let mut uses = Uses::new();
        let mut fates: BTreeMap<&str, Fate> = BTreeMap::new();
        for (name, value) in &self.resources {
            let carried = carried(value);
            let mut listing = None;
            if let Some(person) = joiner.person(name, value) {
                let fate = match joiner.practitioner(person, carried.as_ref(), &mut uses) {
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
                    why: kind.map_or("", |kind| joiner.idle(kind, (name, value))),
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
}

fn kind_of(name: &str) -> Option<Kind> {
    name.split('/').next().and_then(Kind::parse)
}

/// A directory with the ways that lead against the references.
struct Joiner<'a> {
    index: Index<'a>,
    today: Day,
    /// The roles of a practitioner, those that are over too.
    roles: BTreeMap<String, Vec<(&'a str, &'a Value)>>,
    /// The plans that are served by a network today.
    plans: BTreeMap<String, Vec<(&'a str, &'a Value)>>,
}

impl<'a> Joiner<'a> {
    fn new(directory: &'a Directory, today: Day) -> Self {
        let index = Index::new(&directory.resources);
        let mut roles: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (name, role) in directory.of(Kind::PractitionerRole) {
            let who = role.get("practitioner");
            if let Some(who) = who.and_then(|who| index.find(name, who, Kind::Practitioner)) {
                roles.entry(who).or_default().push((name, role));
            }
        }
        let mut plans: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (name, plan) in directory.of(Kind::InsurancePlan) {
            if over(plan, today).is_some() {
                continue;
            }
            // A plan names its networks as a whole, for each variant of it, or by what it covers.
            let parts = list(plan, "plan").iter().chain(list(plan, "coverage"));
            let networks: BTreeSet<String> = [plan]
                .into_iter()
                .chain(parts)
                .flat_map(|part| index.all(name, (part, "network"), Kind::Organization))
                .collect();
            for network in networks {
                plans.entry(network).or_default().push((name, plan));
            }
        }
        Self {
            index,
            today,
            roles,
            plans,
        }
    }

    /// The person of a resource: a practitioner, or the one whom a role holds inside of it.
    fn person(&self, name: &str, value: &'a Value) -> Option<(String, &'a Value)> {
        match kind_of(name)? {
            Kind::Practitioner => Some((name.to_owned(), value)),
            Kind::PractitionerRole => {
                let who = value.get("practitioner")?;
                let who = self.index.find(name, who, Kind::Practitioner)?;
                let inside = who.strip_prefix(name)?.starts_with('#');
                let person = self.index.lookup(&who).filter(|_| inside)?;
                Some((who, person))
            }
            _ => None,
        }
    }

    /// Why a resource says nothing of any listing.
    fn idle(&self, kind: Kind, (name, value): (&str, &Value)) -> &'static str {
        if let Some(why) = over(value, self.today) {
            return why;
        }
        match kind {
            Kind::Endpoint => "a technical address; listings need none",
            Kind::HealthcareService => "no listed practitioner works for it",
            Kind::InsurancePlan => "no listed practitioner is in its networks",
            Kind::Location => "no listed practitioner works there",
            Kind::Organization => "neither a network nor an employer of a listed practitioner",
            Kind::OrganizationAffiliation => "between organizations; roles name their networks",
            Kind::Practitioner => "",
            Kind::PractitionerRole => match value.get("practitioner") {
                None => "names no practitioner",
                Some(who) => match self.index.find(name, who, Kind::Practitioner) {
                    Some(who) if self.index.lookup(&who).is_some() => {
                        "its practitioner is not listed"
                    }
                    _ => "its practitioner is not in the directory",
                },
            },
        }
    }

    /// Makes the listing of a practitioner, and notes which resources it took.
    fn practitioner(
        &self,
        (name, person): (String, &Value),
        carried: Option<&Carried>,
        uses: &mut Uses,
    ) -> Result<Listing, &'static str> {
        if let Some(why) = over(person, self.today) {
            return Err(why);
        }
        let all = self.roles.get(&name).map_or(&[][..], Vec::as_slice);
        let holds = |role: &&(&str, &Value)| over(role.1, self.today).is_none();
        let roles: Vec<(&str, &Value)> = all.iter().filter(holds).copied().collect();
        // A person who is told of in a role that is over is told of no more.
        if let (Some((_, role)), true) = (all.first(), name.contains('#'))
            && let Some(why) = over(role, self.today)
        {
            return Err(why);
        }
        let mut used = Used::new();
        let listing = match carried {
            Some(Carried::Listing(plain)) => {
                used = self.worked(&roles);
                plain.listing()
            }
            Some(Carried::Registered(row)) => Listing::of_registered(row),
            Some(Carried::Kept(_)) | None => self.foreign(person, &roles, &mut used),
        };
        let listing = listing.map_err(said)?;
        for (one, says) in used {
            uses.entry(one).or_insert((0, says)).0 += 1;
        }
        Ok(listing)
    }

    /// The roles, places and plans that belong to a listing of our own export.
    fn worked(&self, roles: &[(&str, &Value)]) -> Used {
        let mut used = Used::new();
        for (name, role) in roles {
            used.insert((*name).to_owned(), ROLE);
            let places = self.index.all(name, (role, "location"), Kind::Location);
            used.extend(places.into_iter().map(|name| (name, PLACE)));
            for network in self.networks(name, role) {
                let plans = self.plans.get(&network).map_or(&[][..], Vec::as_slice);
                used.extend(plans.iter().map(|plan| (plan.0.to_owned(), PLAN)));
                used.insert(network, NETWORK);
            }
        }
        used
    }

    /// The networks of a role.
    fn networks(&self, name: &str, role: &Value) -> Vec<String> {
        let mut found = Vec::new();
        for member in extensions(role, "network-reference") {
            let reference = member.get("valueReference");
            let network = reference.and_then(|it| self.index.find(name, it, Kind::Organization));
            found.extend(network.filter(|one| !found.contains(one)));
        }
        found
    }

    /// Makes a listing of a directory that is not ours.
    fn foreign(
        &self,
        person: &Value,
        roles: &[(&str, &Value)],
        used: &mut Used,
    ) -> Result<Listing, NoListing> {
        let held = || {
            list(person, "qualification")
                .iter()
                .filter(|one| is_held(one))
        };
        let qualified = held().filter_map(|one| one.get("code")).flat_map(codes);
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
        let npi = npi(person, self.today);
        if npi == Some(None) {
            listing.notes.push("an NPI with a wrong check digit");
        }
        provider.npi = npi.flatten();
        let name = chosen_name(person, self.today);
        if name.is_some_and(|name| !is_current(name, self.today)) {
            listing
                .notes
                .push("a name that is said to be a former one, for want of another");
        }
        provider.name = name.map(spoken_name).unwrap_or_default();
        provider.credentials = letters(&name.map(suffixes).unwrap_or_default(), &callings);
        provider.gender = match text(person, "/gender") {
            "female" => Some(Gender::Woman),
            "male" => Some(Gender::Man),
            _ => None,
        };
        add_callings(provider, &callings);
        provider.languages = codes_of(person, "communication")
            .filter_map(Code::parse)
            .collect();
        for qualification in held() {
            add_licences(&mut listing, qualification, self.today);
        }
        let mut taken = Vec::new();
        for (name, role) in roles {
            used.insert((*name).to_owned(), ROLE);
            taken.extend(self.add_role(&mut listing, (name, role), used));
        }
        // Somebody who takes new people in one role takes new people.
        listing.provider.accepting = taken.is_empty() || taken.contains(&true);
        listing.checked()
    }

    /// Adds what a role says: where, in which networks, by video; tells whether new people are taken.
    fn add_role(
        &self,
        listing: &mut Listing,
        (name, role): (&str, &Value),
        used: &mut Used,
    ) -> Option<bool> {
        let services = self.near(name, (role, "healthcareService"), Kind::HealthcareService);
        let places = self.near(name, (role, "location"), Kind::Location);
        used.extend(services.iter().map(|one| (one.0.clone(), SERVICE)));
        used.extend(places.iter().map(|one| (one.0.clone(), PLACE)));
        let employer = role.get("organization");
        let employer = employer.and_then(|it| self.index.find(name, it, Kind::Organization));
        used.extend(employer.map(|employer| (employer, EMPLOYER)));
        let mut state = None;
        for (_, location) in &places {
            let found = add_place(listing, location, self.today);
            state = state.or(found);
        }
        let near = |found: &[(String, &'a Value)]| found.iter().any(|one| is_virtual(one.1));
        if is_virtual(role) || near(&services) || near(&places) {
            listing.provider.formats.insert(Format::Video);
        }
        let mut taking = Taking::default();
        taking.add(&self.index, &[(name, role)]);
        for level in [&services, &places] {
            let level: Vec<(&str, &Value)> =
                level.iter().map(|one| (one.0.as_str(), one.1)).collect();
            taking.add(&self.index, &level);
        }
        let networks = self.networks(name, role);
        let at_all = taking.at_all(&networks);
        let licensed = listing.provider.licences.first();
        if let Some(state) = state.or(licensed.map(|licence| licence.state)) {
            for network in networks {
                let is_closed = at_all == Some(true) && taking.in_network(&network) == Some(false);
                self.add_network(listing, (network, state, is_closed), used);
            }
        }
        at_all
    }

    /// What a role names and what holds today.
    fn near(
        &self,
        name: &str,
        (role, member): (&Value, &str),
        wanted: Kind,
    ) -> Vec<(String, &'a Value)> {
        let named = self.index.all(name, (role, member), wanted).into_iter();
        let found = named.filter_map(|name| Some((self.index.lookup(&name)?, name)));
        found
            .filter(|(value, _)| over(value, self.today).is_none())
            .map(|(value, name)| (name, value))
            .collect()
    }

    /// Adds the plans of a network; not those under which no new people are taken while under
    /// others they are.
    fn add_network(
        &self,
        listing: &mut Listing,
        (network, state, is_closed): (String, State, bool),
        used: &mut Used,
    ) {
        let organization = self.index.lookup(&network);
        if organization.is_some_and(|it| over(it, self.today).is_some()) {
            listing.notes.push("a network that is not active");
            return;
        }
        let plans = self.plans.get(&network).map_or(&[][..], Vec::as_slice);
        if is_closed {
            listing
                .notes
                .push("a network in which no new people are taken");
            for (name, _) in plans {
                used.entry((*name).to_owned()).or_insert(CLOSED_PLAN);
            }
            used.insert(network, NETWORK);
            return;
        }
        if plans.is_empty() {
            listing
                .notes
                .push("a network that no plan names, taken as a plan");
            add_plan(
                listing,
                organization.map_or("", |it| text(it, "/name")),
                state,
            );
        }
        for (name, plan) in plans {
            used.insert((*name).to_owned(), PLAN);
            add_plan(listing, text(plan, "/name"), state);
        }
        used.insert(network, NETWORK);
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
const CLOSED_PLAN: &str = "a plan under which a listed practitioner takes no new people";

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

/// The systems of National Provider Identifiers: as a URL, and as an OID.
const NPI_SYSTEMS: [&str; 2] = [super::fhir::US_NPI, "urn:oid:2.16.840.1.113883.4.6"];

/// The identifier, if one is given, and if it is right.
fn npi(person: &Value, today: Day) -> Option<Option<Npi>> {
    list(person, "identifier")
        .iter()
        .filter(|identifier| is_current(identifier, today))
        .find(|identifier| NPI_SYSTEMS.contains(&text(identifier, "/system").trim()))
        .map(|identifier| text(identifier, "/value").trim().parse().ok())
}

/// The name by which somebody is known today; a former one only for want of another.
fn chosen_name(person: &Value, today: Day) -> Option<&Value> {
    let rank = |name: &&Value| {
        let of_use = match text(name, "/use") {
            "official" => 0,
            "usual" => 1,
            "" => 2,
            "old" => 5,
            "maiden" => 4,
            _ => 3,
        };
        (!is_current(name, today), of_use)
    };
    list(person, "name").iter().min_by_key(rank)
}

fn spoken_name(name: &Value) -> String {
    let given = list(name, "given").iter().filter_map(Value::as_str);
    let parts: Vec<&str> = given
        .chain([text(name, "/family")])
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        return text(name, "/text").trim().to_owned();
    }
    parts.join(" ").trim().to_owned()
}

fn suffixes(name: &Value) -> String {
    let suffixes = list(name, "suffix").iter().filter_map(Value::as_str);
    suffixes.collect::<Vec<&str>>().join(", ")
}

fn is_virtual(value: &Value) -> bool {
    extensions(value, "delivery-method")
        .flat_map(|extension| list(extension, "extension"))
        .filter_map(|inner| inner.get("valueCodeableConcept"))
        .flat_map(codes)
        .any(|code| code == "virtual")
}

fn add_licences(listing: &mut Listing, qualification: &Value, today: Day) {
    let numbers = list(qualification, "identifier").iter();
    let number = numbers.clone().find(|one| is_current(one, today));
    let number = number.map_or("", |identifier| text(identifier, "/value"));
    let expires = days(text(qualification, "/period/end")).map_or(UNKNOWN_END, |days| days.1);
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
fn add_place(listing: &mut Listing, location: &Value, today: Day) -> Option<State> {
    let address = location.get("address");
    if address.is_some_and(|address| !is_current(address, today)) {
        listing.notes.push("an address that is over");
        return None;
    }
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
            if listing.provider.places.len() == MOST_PLACES {
                listing.notes.push("more places than a listing holds");
            } else if !listing.provider.places.contains(&place) {
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
