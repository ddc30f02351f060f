//! What comes from outside: registries, other directories, payers.

use troth_booking::Span;
use troth_server::network::op::evidence::LookupEvidence;
use troth_server::network::op::import::{
    Checkpoint, FinishImport, ImportRow, ImportRows, ListImported, LookupCheckpoint,
};
use troth_server::network::op::plan::{
    ListAcceptances, ListPlans, NewPlan, PayerClaim, PutPayerClaims, PutPlans, RowOutcome,
};
use troth_server::network::op::provider::{ListingState, LookupProvider};
use troth_server::network::store::{NetworkStore, ProviderId};

use super::directory::listing;
use crate::support::{MORNING, OPERATOR, hours, licences, on, therapist};

pub(super) fn row(key: &str, npi: Option<u64>) -> ImportRow {
    ImportRow {
        key: key.to_owned(),
        npi,
        licences: licences(&[0]),
        listing: Some(b"{}".to_vec()),
        body: b"body".to_vec(),
        ..ImportRow::default()
    }
}

pub(super) async fn import(
    store: &NetworkStore,
    rows: Vec<ImportRow>,
) -> Vec<(RowOutcome, Option<ProviderId>)> {
    let import = ImportRows {
        rows,
        checkpoint: None,
        minute: MORNING,
    };
    store.run(import).await.unwrap()
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn an_import_adds_changes_and_resumes(store: &NetworkStore) {
    let source = "nppes.csv".to_owned();
    let lookup = || LookupCheckpoint {
        source: source.clone(),
    };
    assert_eq!(store.run(lookup()).await, Ok(None));
    let organization = ImportRow {
        listing: None,
        kind: 1,
        ..row("org:1", None)
    };
    let seeded = ImportRow {
        hours: Some(hours(true)),
        busy: vec![Span::new(on(0, 9), on(0, 10))],
        evidence: vec![(4, MORNING)],
        is_verified: true,
        ..row("npi:1", Some(1))
    };
    let step = ImportRows {
        rows: vec![seeded.clone(), organization.clone()],
        checkpoint: Some(Checkpoint {
            source: source.clone(),
            place: vec![1],
        }),
        minute: MORNING,
    };
    let outcomes = store.run(step).await.unwrap();
    let one = outcomes[0].1.unwrap();
    assert_eq!(
        outcomes,
        [(RowOutcome::Added, Some(one)), (RowOutcome::Added, None)]
    );
    assert_eq!(store.run(lookup()).await, Ok(Some(vec![1])));
    let again = import(store, vec![seeded.clone(), organization]).await;
    assert_eq!(
        again,
        [(RowOutcome::Same, Some(one)), (RowOutcome::Same, None)]
    );
    let renamed = ImportRow {
        listing: Some(b"{\"name\":\"two\"}".to_vec()),
        ..seeded.clone()
    };
    assert_eq!(
        import(store, vec![renamed]).await,
        [(RowOutcome::Changed, Some(one))]
    );
    let elsewhere = ImportRow {
        body: b"plan-net".to_vec(),
        ..row("plan-net:Practitioner/7", Some(1))
    };
    let merged = import(store, vec![elsewhere]).await;
    assert_eq!(
        merged[0].1,
        Some(one),
        "the NPI says that it is the same provider"
    );
    let found = store
        .run(LookupProvider { provider: one })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        found.state,
        ListingState::Verified,
        "what was verified stays so"
    );
    let gone = ImportRow {
        is_withdrawn: true,
        ..seeded
    };
    import(store, vec![gone]).await;
    let found = store
        .run(LookupProvider { provider: one })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.state, ListingState::Withdrawn);
    let list = ListImported {
        after: "npi:1".to_owned(),
        limit: 10,
    };
    let list = store.run(list).await.unwrap();
    let keys: Vec<_> = list
        .iter()
        .map(|it| (it.key.as_str(), it.provider))
        .collect();
    assert_eq!(
        keys,
        [("org:1", None), ("plan-net:Practitioner/7", Some(one))]
    );
    store
        .run(FinishImport {
            source: source.clone(),
        })
        .await
        .unwrap();
    assert_eq!(store.run(lookup()).await, Ok(None));
}

pub(crate) async fn a_listing_with_an_account_is_left_alone_by_imports(store: &NetworkStore) {
    let kept = store.run(listing(therapist(1), Some(7))).await.unwrap();
    let outside = ImportRow {
        evidence: vec![(4, MORNING)],
        ..row("npi:7", Some(7))
    };
    let outcome = import(store, vec![outside.clone()]).await;
    assert_eq!(outcome, [(RowOutcome::Claimed, Some(kept.provider))]);
    let provider = kept.provider;
    assert_eq!(store.run(LookupProvider { provider }).await, Ok(Some(kept)));
    let evidence = store.run(LookupEvidence { provider }).await.unwrap();
    assert_eq!(evidence.len(), 1);
    let gone = ImportRow {
        is_withdrawn: true,
        ..outside
    };
    import(store, vec![gone]).await;
    let now = store
        .run(LookupProvider { provider })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        now.state,
        ListingState::Withdrawn,
        "a registry that takes back is believed"
    );
}

pub(crate) async fn plans_keep_their_numbers_and_payers_are_believed_of_known_providers(
    store: &NetworkStore,
) {
    let plan = |name: &str, couples| NewPlan {
        name: name.to_owned(),
        payer: "Payer".to_owned(),
        states: u64::MAX,
        couples,
    };
    let plans = vec![plan("Gold", 0), plan("Silver", 1)];
    let put = PutPlans {
        plans: plans.clone(),
    };
    let added = store.run(put).await.unwrap();
    assert_eq!(added, [(1, RowOutcome::Added), (2, RowOutcome::Added)]);
    let put = PutPlans {
        plans: vec![plan("Silver", 1), plan("Gold", 2), plan("Bronze", 0)],
    };
    let changed = store.run(put).await.unwrap();
    let expected = [
        (2, RowOutcome::Same),
        (1, RowOutcome::Changed),
        (3, RowOutcome::Added),
    ];
    assert_eq!(changed, expected);
    let list = store.run(ListPlans).await.unwrap();
    let names: Vec<_> = list
        .iter()
        .map(|it| (it.name.as_str(), it.couples))
        .collect();
    assert_eq!(names, [("Gold", 2), ("Silver", 1), ("Bronze", 0)]);
    assert_eq!(list[0].states, u64::MAX);
    let provider = store
        .run(listing(therapist(1), Some(7)))
        .await
        .unwrap()
        .provider;
    let claim = |npi, plan: &str| PayerClaim {
        npi,
        plan: plan.to_owned(),
        place: 4,
        formats: 3,
        from_day: 20_000,
        until_day: 21_000,
    };
    let put = PutPayerClaims {
        claims: vec![claim(7, "Gold"), claim(7, "Iron"), claim(8, "Gold")],
        operator: Some(OPERATOR),
        minute: MORNING,
    };
    let outcomes = store.run(put).await.unwrap();
    let unknown = RowOutcome::Unknown;
    assert_eq!(outcomes, [RowOutcome::Added, unknown, unknown]);
    let kept = store.run(ListAcceptances { provider }).await.unwrap();
    assert_eq!((kept.len(), kept[0].plan, kept[0].formats), (1, 1, 3));
}
