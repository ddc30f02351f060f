//! What other programs write differently: references, what is over, what is said several times.

use super::*;

const NETWORK: &str = "https://example.org/network-reference";
const TAKING: &str = "https://example.org/newpatients";

fn therapist(id: &str) -> Value {
    json!({
        "resourceType": "Practitioner", "id": id,
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        "name": [{"family": "Lind", "given": ["Rosa"]}],
        "qualification": [{"code": {"coding": [{"code": "106H00000X"}]}}],
    })
}

fn place(id: &str) -> Value {
    json!({
        "resourceType": "Location", "id": id, "identifier": [{"value": "place 7"}],
        "address": {"city": "Oakland", "state": "CA"},
        "position": {"latitude": 37.8, "longitude": -122.27},
    })
}

fn network(id: &str) -> Value {
    json!({"resourceType": "Organization", "id": id, "name": format!("Network {id}"),
        "identifier": [{"system": "urn:networks", "value": id}]})
}

fn plan(id: &str, network: &Value) -> Value {
    json!({"resourceType": "InsurancePlan", "id": id, "status": "active",
        "name": format!("Plan {id}"), "network": [network]})
}

fn role(who: &Value, at: &Value, networks: &[Value]) -> Value {
    let networks = networks
        .iter()
        .map(|one| json!({"url": NETWORK, "valueReference": one}));
    json!({
        "resourceType": "PractitionerRole", "id": "r", "active": true,
        "practitioner": who, "location": [at], "extension": networks.collect::<Vec<_>>(),
    })
}

fn to(name: &str) -> Value {
    json!({"reference": name})
}

fn lines(resources: &[Value]) -> Vec<u8> {
    let lines: Vec<String> = resources.iter().map(Value::to_string).collect();
    lines.join("\n").into_bytes()
}

/// The only listing of a directory, which is exported and imported to the same on the way.
fn only(bytes: &[u8]) -> Listing {
    let read = directory(bytes);
    let (entries, explained) = joined(&read);
    let (again, explained_again) = joined(&directory(&exported(&entries)));
    assert_eq!(again, entries);
    assert_eq!(explained_again, explained);
    let mut listed = entries.into_iter().filter_map(|entry| entry.listing);
    let listing = listed.next().unwrap_or_else(|| panic!("{explained:?}"));
    assert!(listed.next().is_none());
    listing
}

fn plans(listing: &Listing) -> Vec<&str> {
    listing
        .plans
        .iter()
        .map(|plan| plan.name.as_str())
        .collect()
}

/// Why a resource is kept, or what it is used for.
fn fate(bytes: &[u8], name: &str) -> String {
    let (_, explained) = joined(&directory(bytes));
    let one = explained.iter().find(|one| one.name == name).unwrap();
    match &one.fate {
        Fate::Kept { why } => (*why).to_owned(),
        Fate::Used { says, .. } => format!("used: {says}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_form_of_a_reference_leads_to_the_same_listing() {
    let npi =
        json!({"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}});
    let forms: [(Value, Value, Value); 7] = [
        (to("Practitioner/p"), to("Location/l"), to("Organization/n")),
        (
            to("https://example.org/fhir/Practitioner/p"),
            to("https://example.org/fhir/Location/l/"),
            to("http://other.example/Organization/n"),
        ),
        (
            to("Practitioner/p/_history/2"),
            to("https://example.org/fhir/Location/l/_history/7"),
            to("Organization/n/_history/1#part"),
        ),
        (
            npi.clone(),
            json!({"identifier": {"value": "place 7"}}),
            json!({"identifier": {"system": "urn:networks", "value": "n"}}),
        ),
        (
            to("Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893"),
            to("Location?identifier=|place 7"),
            to("https://example.org/fhir/Organization?identifier=urn:networks%7Cn"),
        ),
        (
            json!({"reference": "Practitioner/gone", "identifier": npi["identifier"]}),
            json!({"reference": "", "identifier": {"value": "place 7"}}),
            json!({"reference": "n", "type": "Organization"}),
        ),
        (to("urn:uuid:p"), to("urn:uuid:l"), to("urn:uuid:n")),
    ];
    for (who, at, net) in forms {
        let bytes = lines(&[
            therapist("p"),
            place("l"),
            network("n"),
            plan("i", &net),
            role(&who, &at, std::slice::from_ref(&net)),
        ]);
        let listing = only(&bytes);
        assert_eq!(plans(&listing), ["Plan i"], "{who} {at} {net}");
        assert_eq!(listing.provider.places.len(), 1, "{who} {at} {net}");
        assert_eq!(listing.notes, [""; 0]);
    }
}

/// A Bundle whose entries have the given addresses.
fn bundle(entries: &[(&str, Value)]) -> Vec<u8> {
    let entries = entries
        .iter()
        .map(|(address, resource)| json!({"fullUrl": address, "resource": resource}));
    json!({"resourceType": "Bundle", "entry": entries.collect::<Vec<_>>()})
        .to_string()
        .into_bytes()
}

#[test]
fn in_a_bundle_an_entry_is_known_by_its_address_with_or_without_an_id() {
    let urn = |digit: u8| format!("urn:uuid:0b7c1e52-6a7e-4f6b-9a43-5d0d5f3c000{digit}");
    let (p, l, n, i, r) = (urn(1), urn(2), urn(3), urn(4), urn(5));
    let entries = |keep_ids: bool| {
        let of = |mut resource: Value| {
            if !keep_ids {
                resource.as_object_mut().unwrap().remove("id");
            }
            resource
        };
        bundle(&[
            (&p, of(therapist("p"))),
            (&l, of(place("l"))),
            (&n, of(network("n"))),
            (&i, of(plan("i", &to(&n)))),
            (
                &r,
                of(role(&to(&p), &to(&format!("{l}/_history/1")), &[to(&n)])),
            ),
        ])
    };
    for keep_ids in [true, false] {
        let listing = only(&entries(keep_ids));
        assert_eq!(
            (plans(&listing), listing.provider.places.len()),
            (vec!["Plan i"], 1)
        );
    }
    // Two Bundles may use one address for different things.
    let other = bundle(&[("urn:uuid:1", network("other"))]);
    let mine = bundle(&[
        ("urn:uuid:1", therapist("p")),
        (
            "urn:uuid:2",
            role(&to("urn:uuid:1"), &to("urn:uuid:3"), &[]),
        ),
        ("urn:uuid:3", place("l")),
    ]);
    let both = [other, mine].join(&b'\n');
    assert_eq!(only(&both).provider.places.len(), 1);
}

#[test]
fn what_a_role_holds_inside_of_it_is_read_there() {
    let mut whole = role(&to("#p"), &to("#l"), &[to("#n")]);
    whole["contained"] = json!([therapist("p"), place("l"), network("n")]);
    let listing = only(&lines(&[whole.clone()]));
    assert_eq!(listing.provider.name, "Rosa Lind");
    assert_eq!(
        (plans(&listing), listing.provider.places.len()),
        (vec!["Network n"], 1)
    );
    assert_eq!(
        listing.notes,
        ["a network that no plan names, taken as a plan"]
    );

    // The same names inside of another role are other things.
    let mut other = role(&to("Practitioner/q"), &to("#l"), &[]);
    other["id"] = json!("s");
    whole["practitioner"] = to("Practitioner/q");
    let listing = only(&lines(&[therapist("q"), whole, other]));
    assert_eq!(listing.provider.places.len(), 1);
}

#[test]
fn a_role_that_is_over_or_not_begun_says_nothing() {
    let (who, at) = (to("Practitioner/p"), to("Location/l"));
    let over: [(&str, Value, &str); 6] = [
        ("active", json!(false), "not active"),
        ("period", json!({"end": "2026-11-29"}), "its period is over"),
        ("period", json!({"end": "2025"}), "its period is over"),
        (
            "period",
            json!({"start": "2020-01-01", "end": "2026-10"}),
            "its period is over",
        ),
        (
            "period",
            json!({"start": "2026-12-01"}),
            "its period has not begun",
        ),
        (
            "period",
            json!({"start": "2027"}),
            "its period has not begun",
        ),
    ];
    for (member, value, why) in over {
        let mut old = role(&who, &at, &[to("Organization/n")]);
        old[member] = value;
        let bytes = lines(&[
            therapist("p"),
            place("l"),
            network("n"),
            plan("i", &to("Organization/n")),
            old,
        ]);
        let listing = only(&bytes);
        assert!(listing.plans.is_empty() && listing.provider.places.is_empty());
        assert_eq!(fate(&bytes, "PractitionerRole/r"), why);
        assert_eq!(
            fate(&bytes, "InsurancePlan/i"),
            "no listed practitioner is in its networks"
        );
    }
    for held in ["2026-11-30", "2026-11", "2026", "2031-12-31", "soon"] {
        let mut role = role(&who, &at, &[]);
        role["period"] = json!({"start": "2020", "end": held});
        let listing = only(&lines(&[therapist("p"), place("l"), role]));
        assert_eq!(listing.provider.places.len(), 1, "{held}");
    }
}

#[test]
fn what_a_role_leads_to_may_be_over_too() {
    let changes: [(usize, &str, Value); 6] = [
        (1, "/status", json!("suspended")),
        (1, "/address/use", json!("old")),
        (1, "/address/period", json!({"end": "2024-01-01"})),
        (2, "/active", json!(false)),
        (3, "/status", json!("retired")),
        (3, "/period", json!({"end": "2025-12-31"})),
    ];
    for (at, pointer, value) in changes {
        let mut resources = vec![
            therapist("p"),
            place("l"),
            network("n"),
            plan("i", &to("Organization/n")),
            role(
                &to("Practitioner/p"),
                &to("Location/l"),
                &[to("Organization/n")],
            ),
        ];
        resources[0]["qualification"][0]["identifier"] = json!([{"value": "LM1"}]);
        resources[0]["qualification"][0]["extension"] = json!([{
            "url": "x/practitioner-qualification",
            "extension": [{"url": "whereValid", "valueCodeableConcept": {"coding": [{"code": "CA"}]}}],
        }]);
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        resources[at].pointer_mut(parent).unwrap()[member] = value;
        let listing = only(&lines(&resources));
        let places = usize::from(at != 1);
        assert_eq!(listing.provider.places.len(), places, "{at} {pointer}");
        let offered = at == 1;
        assert_eq!(
            plans(&listing).contains(&"Plan i"),
            offered,
            "{at} {pointer}"
        );
    }
}

#[test]
fn a_practitioner_goes_by_the_name_of_today() {
    let named = |names: Value| {
        let mut person = therapist("p");
        person["name"] = names;
        only(&lines(&[person]))
    };
    let old = json!({"use": "old", "family": "Before", "suffix": ["RN"]});
    let ended = json!({"family": "Before", "period": {"end": "2020"}});
    let now = json!({"use": "official", "family": "Now", "given": ["Ana"], "suffix": ["LMFT"]});
    let nick = json!({"use": "nickname", "text": "Annie"});
    for names in [
        json!([old, now]),
        json!([now, old]),
        json!([ended, nick, now]),
        json!([nick, now, ended]),
    ] {
        let provider = named(names).provider;
        assert_eq!(
            (provider.name.as_str(), provider.credentials.as_str()),
            ("Ana Now", "LMFT")
        );
    }
    assert_eq!(named(json!([old, nick])).provider.name, "Annie");
    let only_old = named(json!([old]));
    assert_eq!(only_old.provider.name, "Before");
    assert_eq!(
        only_old.notes,
        ["a name that is said to be a former one, for want of another"]
    );
}

#[test]
fn identifiers_and_qualifications_that_are_over_are_not_read() {
    let mut person = therapist("p");
    person["identifier"] = json!([
        {"use": "old", "system": "http://hl7.org/fhir/sid/us-npi", "value": "1679576722"},
        {"system": "urn:oid:2.16.840.1.113883.4.6", "value": " 1234567893 "},
    ]);
    let held = |state: &str, status: &str, numbers: Value, end: &str| {
        json!({
            "code": {"coding": [{"code": "106H00000X"}]}, "identifier": numbers, "period": {"end": end},
            "extension": [{"url": "x/practitioner-qualification", "extension": [
                {"url": "status", "valueCode": status},
                {"url": "whereValid", "valueCodeableConcept": {"coding": [{"code": state}]}},
            ]}],
        })
    };
    let numbers = json!([{"use": "old", "value": "A1"}, {"value": "B2"}]);
    person["qualification"] = json!([
        held("CA", "active", numbers.clone(), "2031"),
        held("NV", "revoked", numbers.clone(), "2031-12-31"),
        held("OR", "active", numbers, "2030-02"),
    ]);
    let provider = only(&lines(&[person])).provider;
    assert_eq!(provider.npi.map(|npi| npi.number()), Some(1_234_567_893));
    let read: Vec<String> = provider
        .licences
        .iter()
        .map(|one| format!("{} {} {}", one.state.code(), one.number, one.expires))
        .collect();
    assert_eq!(read, ["CA B2 2031-12-31", "OR B2 2030-02-28"]);
}

fn taking(code: &str, network: Option<&str>) -> Value {
    let mut parts = vec![json!({"url": "acceptingPatients",
        "valueCodeableConcept": {"coding": [{"code": code}]}})];
    parts.extend(network.map(|it| json!({"url": "fromNetwork", "valueReference": to(it)})));
    json!({"url": TAKING, "extension": parts})
}

/// A therapist in two networks, with these words at the role and these at its service.
fn in_two_networks(at_role: &[Value], at_service: &[Value]) -> Listing {
    let (one, two) = (to("Organization/one"), to("Organization/two"));
    let mut whole = role(
        &to("Practitioner/p"),
        &to("Location/l"),
        &[one.clone(), two.clone()],
    );
    whole["extension"]
        .as_array_mut()
        .unwrap()
        .extend_from_slice(at_role);
    whole["healthcareService"] = json!([to("HealthcareService/s")]);
    let service = json!({"resourceType": "HealthcareService", "id": "s", "extension": at_service});
    only(&lines(&[
        therapist("p"),
        place("l"),
        network("one"),
        network("two"),
        plan("one", &one),
        plan("two", &two),
        service,
        whole,
    ]))
}

#[test]
fn new_people_are_taken_by_network_whatever_the_order() {
    let (open, closed) = (
        taking("newpt", Some("Organization/one")),
        taking("nopt", Some("Organization/two/_history/3")),
    );
    for words in [[open.clone(), closed.clone()], [closed.clone(), open]] {
        for (at_role, at_service) in [(&words[..], &[][..]), (&[][..], &words[..])] {
            let listing = in_two_networks(at_role, at_service);
            assert!(listing.provider.accepting);
            assert_eq!(plans(&listing), ["Plan one"]);
            assert_eq!(
                listing.notes,
                ["a network in which no new people are taken"]
            );
        }
    }
    // Closed everywhere: the listing says so, and its plans stay as they are.
    let shut = in_two_networks(
        &[taking("existptonly", Some("Organization/one")), closed],
        &[],
    );
    assert!(!shut.provider.accepting);
    assert_eq!(plans(&shut), ["Plan one", "Plan two"]);
}

#[test]
fn the_word_on_a_network_counts_before_the_word_on_all_and_the_nearer_before_the_farther() {
    let general = in_two_networks(
        &[
            taking("nopt", None),
            taking("newpt", Some("Organization/two")),
        ],
        &[taking("newpt", None)],
    );
    assert!(general.provider.accepting);
    assert_eq!(plans(&general), ["Plan two"]);
    let near = in_two_networks(&[taking("nopt", None)], &[taking("newpt", None)]);
    assert!(!near.provider.accepting);
    let far = in_two_networks(&[], &[taking("newpt", None), taking("nopt", None)]);
    assert!(far.provider.accepting && far.plans.len() == 2);
}

#[test]
fn a_word_may_be_inside_of_the_network_that_it_is_about() {
    let (one, two) = (to("Organization/one"), to("Organization/two"));
    let mut whole = role(
        &to("Practitioner/p"),
        &to("Location/l"),
        &[one.clone(), two.clone()],
    );
    whole["extension"][0]["extension"] = json!([taking("nopt", None)]);
    whole["extension"][1]["valueReference"]["extension"] = json!([taking("newpt", None)]);
    let listing = only(&lines(&[
        therapist("p"),
        place("l"),
        network("one"),
        network("two"),
        plan("one", &one),
        plan("two", &two),
        whole,
    ]));
    assert!(listing.provider.accepting);
    assert_eq!(plans(&listing), ["Plan two"]);
}

#[test]
fn who_takes_new_people_in_one_role_takes_new_people() {
    for (first, second) in [("newpt", "nopt"), ("nopt", "newpt")] {
        let mut roles = [first, second].map(|code| {
            let mut role = role(&to("Practitioner/p"), &to("Location/l"), &[]);
            role["extension"] = json!([taking(code, None)]);
            role
        });
        roles[1]["id"] = json!("s");
        let [one, two] = roles;
        assert!(
            only(&lines(&[therapist("p"), place("l"), one, two]))
                .provider
                .accepting
        );
    }
}

#[test]
fn a_listing_keeps_fifteen_of_many_places() {
    let mut many = role(&to("Practitioner/p"), &to("Location/l"), &[]);
    let places: Vec<Value> = (0..20)
        .map(|number| {
            let mut one = place(&format!("l{number}"));
            one["address"]["city"] = json!(format!("City {number}"));
            one
        })
        .collect();
    many["location"] = places
        .iter()
        .map(|one| to(&format!("Location/{}", one["id"].as_str().unwrap())))
        .collect();
    let listing = only(&lines(&[vec![therapist("p"), many], places].concat()));
    assert_eq!(listing.provider.places.len(), 15);
    assert_eq!(listing.notes, ["more places than a listing holds"]);
}

#[test]
fn two_resources_with_one_identifier_are_not_taken_for_each_other() {
    let who =
        json!({"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}});
    let bytes = lines(&[
        therapist("p"),
        therapist("q"),
        place("l"),
        role(&who, &to("Location/l"), &[]),
    ]);
    assert_eq!(
        fate(&bytes, "PractitionerRole/r"),
        "its practitioner is not in the directory"
    );
}
