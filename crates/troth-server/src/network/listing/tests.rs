use super::*;

fn plans() -> Plans {
    Plans::new(vec![troth_match::Plan {
        id: PlanId(3),
        name: "Blue PPO".to_owned(),
        states: States::EMPTY,
    }])
}

fn own() -> Own {
    let listing = wire::Listing {
        name: "Dr. Vera Lund".to_owned(),
        credentials: "LMFT".to_owned(),
        npi: Some("1234567893".to_owned()),
        about: "Works slowly.".to_owned(),
        services: vec![wire::Service::Couples],
        formats: vec![wire::Format::Video, wire::Format::InPerson],
        specialties: vec![
            troth_match::Specialty::list()
                .next()
                .unwrap()
                .name()
                .to_owned(),
        ],
        modalities: Vec::new(),
        languages: vec!["en".to_owned()],
        places: vec![wire::Place {
            state: "CA".to_owned(),
            city: "Fresno".to_owned(),
            lat: wire::Degrees(3674),
            lon: wire::Degrees(-11978),
        }],
        fee_cents: 18_000,
        sliding_low_cents: Some(9_000),
        gender: None,
        age_band: None,
        years: 12,
        accepting: true,
        on_request: false,
        sealing_key: None,
        sealing_generation: None,
        quote_key: None,
    };
    Own {
        licences: vec![wire::Licence {
            state: "CA".to_owned(),
            number: "MFT 1".to_owned(),
            expires: wire::Day(21_000),
        }],
        plans: vec![wire::Acceptance {
            plan: Some("Blue PPO".to_owned()),
            state: "CA".to_owned(),
            formats: vec![wire::Format::Video],
            proven_at: None,
        }],
        ..Own::new(listing)
    }
}

#[test]
fn a_listing_is_kept_and_read_as_it_was_written() {
    let kept = Document::Own(own());
    assert_eq!(Document::read(&kept.write().unwrap()), Some(kept));
    assert_eq!(Document::read(b"{}"), None);
}

#[test]
fn an_imported_listing_becomes_ones_own_without_loss() {
    let provider = Document::Own(own()).provider(ProviderId(9), &plans());
    assert_eq!(provider.acceptances.len(), 1);
    assert_eq!((provider.id, provider.licences.len()), (ProviderId(9), 1));
    let imported = Document::Imported(provider.clone());
    let kept = Document::read(&imported.write().unwrap()).unwrap();
    assert_eq!(kept, imported);
    let again = Document::Own(kept.own(&plans())).provider(ProviderId(9), &plans());
    assert_eq!(again, provider);
}

#[test]
fn a_name_outside_the_vocabulary_is_told_by_its_place() {
    assert_eq!(own().check(&plans()), Ok(()));
    let field = |change: fn(&mut Own)| {
        let mut own = own();
        change(&mut own);
        own.check(&plans()).unwrap_err().field
    };
    assert_eq!(
        field(|own| own.listing.specialties[0] = "magic".to_owned()),
        "/specialties/0"
    );
    assert_eq!(
        field(|own| own.listing.npi = Some("1234567890".to_owned())),
        "/npi"
    );
    assert_eq!(
        field(|own| own.licences[0].state = "XX".to_owned()),
        "/licences/0/state"
    );
    assert_eq!(
        field(|own| own.plans[0].plan = Some("Red".to_owned())),
        "/plans/0/plan"
    );
}

#[test]
fn what_is_missing_is_named_until_nothing_is() {
    let mut own = own();
    assert_eq!(own.missing(false), ["/listing/sealing_key", "/hours"]);
    own.listing.sealing_key = Some(wire::Bytes(vec![0; 1216]));
    assert!(own.missing(true).is_empty());
    own.listing.places.clear();
    assert_eq!(own.missing(true), ["/listing/places"]);
}
