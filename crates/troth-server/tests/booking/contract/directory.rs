//! Listings, plans, evidence, calendars, imports and what is published.

use std::net::IpAddr;

use troth_booking::Span;
use troth_match::proof;
use troth_server::network::op::audit::{Act, IsOperator, ListAudit, SetOperator};
use troth_server::network::op::booking::SweepBookings;
use troth_server::network::op::calendar::{
    BusySource, CalendarRow, LeaseBusyAddresses, LookupCalendar, NoteReading, PutBusy, PutHours,
    SetBusyAddress,
};
use troth_server::network::op::evidence::{
    AddReport, ConfirmListing, CountGhosts, EvidenceRow, ListEvidence, LookupEvidence,
};
use troth_server::network::op::provider::{
    BindAccount, DecideListing, FindProvider, ListProviders, Listed, ListingAct, ListingState,
    MoveListing, ProviderKey, PutListing, Verdict,
};
use troth_server::network::op::publish::{ListAvailability, ListPlaces, ListShard, ListTouched};
use troth_server::network::store::{
    Access, Minute, NetworkError, NetworkStore, Operation, ProviderId, Rows,
};
use troth_wire::AccountId;

use super::outside::{import, row};
use crate::support::{
    MONDAY, MORNING, OPERATOR, at, hours, licences, on, provider, put_hours, therapist,
};

pub(super) fn listing(account: AccountId, npi: Option<u64>) -> PutListing {
    PutListing {
        account,
        replaces: None,
        npi,
        licences: licences(&[1, 3]),
        listing: b"{\"name\":\"one\"}".to_vec(),
        check_again: true,
        minute: MORNING,
    }
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn a_listing_is_written_submitted_and_verified(store: &NetworkStore) {
    let account = therapist(1);
    let row = store
        .run(listing(account, Some(1_234_567_893)))
        .await
        .unwrap();
    assert_eq!((row.state, row.version), (ListingState::Draft, 1));
    let key = ProviderKey::Npi(1_234_567_893);
    assert_eq!(store.run(FindProvider { key }).await, Ok(Some(row.clone())));
    let page = |listed| ListProviders {
        listed,
        after: 0,
        limit: 10,
    };
    assert_eq!(store.run(page(Listed::LicensedIn(3))).await, Ok(vec![]));
    let act = |act| MoveListing {
        account,
        act,
        minute: MORNING,
    };
    let decide = |seen, verdict| DecideListing {
        provider: row.provider,
        seen,
        operator: OPERATOR,
        verdict,
        minute: MORNING,
    };
    assert_eq!(
        store.run(decide(1, Verdict::Verify)).await,
        Err(NetworkError::WrongState)
    );
    store.run(act(ListingAct::Submit)).await.unwrap();
    assert_eq!(
        store.run(act(ListingAct::Submit)).await,
        Err(NetworkError::WrongState)
    );
    let reason = "licence not found".to_owned();
    let refused = store
        .run(decide(
            2,
            Verdict::Refuse {
                reason: reason.clone(),
            },
        ))
        .await
        .unwrap();
    assert_eq!(
        (refused.state, refused.reason),
        (ListingState::Refused, reason.clone())
    );
    store.run(act(ListingAct::Submit)).await.unwrap();
    let pending = store
        .run(page(Listed::In(ListingState::Pending)))
        .await
        .unwrap();
    assert_eq!(pending.len(), 1);
    let provider = row.provider;
    let proofs = store.run(LookupEvidence { provider }).await.unwrap();
    assert_eq!(
        proofs,
        [evidence(provider, 3, MORNING)],
        "who submits says that it is true"
    );
    let verified = store.run(decide(4, Verdict::Verify)).await.unwrap();
    assert_eq!(
        (verified.state, verified.version),
        (ListingState::Verified, 5)
    );
    for (place, there) in [(1, 1), (2, 0), (3, 1)] {
        assert_eq!(
            store
                .run(page(Listed::LicensedIn(place)))
                .await
                .unwrap()
                .len(),
            there
        );
    }
    let same_licences = PutListing {
        check_again: false,
        licences: licences(&[3]),
        ..listing(account, Some(1_234_567_893))
    };
    assert_eq!(
        store.run(same_licences).await.unwrap().state,
        ListingState::Verified
    );
    assert_eq!(store.run(page(Listed::LicensedIn(1))).await, Ok(vec![]));
    assert_eq!(store.run(ListPlaces).await, Ok(vec![3]));
    let changed = store
        .run(listing(account, Some(1_234_567_893)))
        .await
        .unwrap();
    assert_eq!(changed.state, ListingState::Draft);
    store.run(act(ListingAct::Withdraw)).await.unwrap();
    assert_eq!(
        store.run(act(ListingAct::Withdraw)).await,
        Err(NetworkError::WrongState)
    );
    let audit = ListAudit {
        provider: Some(row.provider),
        before: None,
        limit: 10,
    };
    let audit = store.run(audit).await.unwrap();
    let acts: Vec<_> = audit
        .iter()
        .map(|it| (it.act, it.detail.as_str(), it.day))
        .collect();
    let day = u64::from(MONDAY) / 1440;
    assert_eq!(
        acts,
        [
            (Act::Verified, "", day),
            (Act::Refused, "licence not found", day)
        ]
    );
}

pub(crate) async fn an_operator_decides_only_the_version_they_read(store: &NetworkStore) {
    let account = therapist(1);
    let submit = || MoveListing {
        account,
        act: ListingAct::Submit,
        minute: MORNING,
    };
    let draft = store.run(listing(account, None)).await.unwrap();
    let read = store.run(submit()).await.unwrap();
    let decide = |seen, verdict| DecideListing {
        provider: draft.provider,
        seen,
        operator: OPERATOR,
        verdict,
        minute: MORNING,
    };
    // Writing the very same again changes nothing that was read.
    let same = store.run(listing(account, None)).await.unwrap();
    assert_eq!(same.state, ListingState::Pending);
    let swapped = PutListing {
        listing: b"{\"name\":\"somebody else\"}".to_vec(),
        check_again: false,
        ..listing(account, None)
    };
    let swapped = store.run(swapped).await.unwrap();
    assert_eq!(
        swapped.state,
        ListingState::Draft,
        "a change while pending goes back to draft, whatever it is"
    );
    let pending = store.run(submit()).await.unwrap();
    let reason = "not found".to_owned();
    for verdict in [Verdict::Verify, Verdict::Refuse { reason }] {
        assert_eq!(
            store.run(decide(read.version, verdict)).await,
            Err(NetworkError::Changed {
                version: pending.version
            })
        );
    }
    let verified = store.run(decide(pending.version, Verdict::Verify)).await;
    assert_eq!(verified.unwrap().state, ListingState::Verified);
}

pub(crate) async fn a_listing_that_somebody_changed_is_not_overwritten(store: &NetworkStore) {
    let account = therapist(1);
    let put = |replaces| PutListing {
        replaces: Some(replaces),
        ..listing(account, None)
    };
    assert_eq!(
        store.run(put(3)).await,
        Err(NetworkError::Changed { version: 0 })
    );
    assert_eq!(store.run(put(0)).await.unwrap().version, 1);
    assert_eq!(store.run(put(1)).await.unwrap().version, 2);
    assert_eq!(
        store.run(put(1)).await,
        Err(NetworkError::Changed { version: 2 })
    );
}

pub(crate) async fn an_npi_and_an_account_belong_to_one_listing(store: &NetworkStore) {
    let one = store
        .run(listing(therapist(1), Some(1_234_567_893)))
        .await
        .unwrap();
    let taken = store.run(listing(therapist(2), Some(1_234_567_893))).await;
    assert_eq!(taken, Err(NetworkError::NpiTaken));
    let two = store.run(listing(therapist(2), None)).await.unwrap();
    assert_ne!(one.provider, two.provider);
    let taken = store.run(listing(therapist(2), Some(1_234_567_893))).await;
    assert_eq!(taken, Err(NetworkError::NpiTaken));
    let imported = import(store, vec![row("npi:1000000004", Some(1_000_000_004))]).await;
    let bind = |account| BindAccount {
        provider: imported[0].1.unwrap(),
        account,
        operator: OPERATOR,
        minute: MORNING,
    };
    assert_eq!(
        store.run(bind(therapist(1))).await,
        Err(NetworkError::AccountTaken)
    );
    let bound = store.run(bind(therapist(3))).await.unwrap();
    assert_eq!(bound.account, Some(therapist(3)));
    assert_eq!(
        store.run(bind(therapist(4))).await,
        Err(NetworkError::WrongState)
    );
}

fn evidence(provider: ProviderId, kind: u8, minute: Minute) -> EvidenceRow {
    EvidenceRow {
        provider,
        kind,
        minute,
        count: 1,
    }
}

/// A report from the network of that number.
fn report(provider: ProviderId, network: u8, minute: Minute) -> AddReport {
    AddReport {
        provider,
        what: 1,
        network: IpAddr::from([192, 0, 2, network]),
        key: [network; 32],
        minute,
    }
}

pub(crate) async fn the_newest_proof_and_one_trouble_of_strangers_are_kept(store: &NetworkStore) {
    let account = therapist(1);
    let provider = provider(store, 1, &hours(true)).await;
    let confirm = |minute| ConfirmListing { account, minute };
    store.run(confirm(on(0, 8))).await.unwrap();
    store.run(confirm(on(0, 9))).await.unwrap();
    for (network, hour) in [
        (1, 10),
        (2, 10),
        (3, 11),
        (4, 12),
        (5, 13),
        (6, 14),
        (7, 15),
    ] {
        let counted = store.run(report(provider, network, on(0, hour))).await;
        assert_eq!(counted, Ok(true));
    }
    let troubled = [
        evidence(provider, 3, on(0, 9)),
        evidence(provider, 5, on(0, 11)),
    ];
    assert_eq!(
        store.run(LookupEvidence { provider }).await.unwrap(),
        troubled,
        "the third makes it, and more make no more of it"
    );
    let list = ListEvidence { after: 0, limit: 5 };
    let page = store.run(list).await.unwrap();
    assert_eq!(
        (page.evidence.as_slice(), page.next),
        (troubled.as_slice(), Some(provider.0))
    );
    let end = store
        .run(ListEvidence {
            after: provider.0,
            limit: 5,
        })
        .await
        .unwrap();
    assert_eq!((end.evidence.len(), end.next), (0, None));
    store.run(confirm(on(0, 16))).await.unwrap();
    let answered = [evidence(provider, 3, on(0, 16))];
    assert_eq!(
        store.run(LookupEvidence { provider }).await.unwrap(),
        answered
    );
    let stranger = ConfirmListing {
        account: therapist(9),
        minute: MORNING,
    };
    assert_eq!(store.run(stranger).await, Err(NetworkError::NotFound));
}

pub(crate) async fn two_anonymous_reports_remove_nobody(store: &NetworkStore) {
    let first = provider(store, 1, &hours(true)).await;
    let confidence = async |minute: Minute| {
        let found = LookupEvidence { provider: first };
        let found = store.run(found).await.unwrap();
        let one = |it: &EvidenceRow| proof::Evidence {
            minute: i64::from(it.minute.0),
            kind: proof::EvidenceKind::from_code(it.kind).unwrap(),
        };
        let found: Vec<_> = found.iter().map(one).collect();
        proof::confidence(&found, i64::from(minute.0))
    };
    // One network may say it all day long, whatever words it finds for it.
    for what in 0..6 {
        let again = AddReport {
            what,
            ..report(first, 1, on(0, 9))
        };
        assert_eq!(store.run(again).await, Ok(what == 0));
    }
    assert_eq!(store.run(report(first, 2, on(0, 10))).await, Ok(true));
    let before = confidence(on(0, 11)).await;
    assert!(before >= proof::FADING, "two say nothing yet");
    for network in 3..=200 {
        store.run(report(first, network, on(0, 11))).await.unwrap();
    }
    let after = confidence(on(0, 11)).await;
    let once = u32::from(before) * 600 / 1_000;
    assert_eq!(u32::from(after), once, "two hundred count as one");
    assert!(after >= proof::SHOWN, "and a fresh listing stays");
}

pub(crate) async fn one_address_is_believed_about_so_many_listings_a_day(store: &NetworkStore) {
    let mut providers = Vec::new();
    for number in 1..=8 {
        providers.push(provider(store, number, &hours(true)).await);
    }
    let most = usize::try_from(proof::REPORTS_A_DAY).unwrap();
    for (place, provider) in providers.iter().enumerate() {
        let counted = store.run(report(*provider, 1, on(0, 9))).await;
        assert_eq!(counted, Ok(place < most));
    }
    let counts = store.run(CountGhosts { since: on(0, 0) }).await.unwrap();
    let counted = u64::from(proof::REPORTS_A_DAY);
    assert_eq!(counts.reports, [(1, counted)]);
    let failed: Vec<_> = counts.evidence.iter().filter(|it| it.0 == 5).collect();
    assert_eq!(failed, [&(5, counted)], "nor does it say more of the whole");
    assert_eq!(store.run(report(providers[7], 1, on(1, 9))).await, Ok(true));
    let unknown = report(ProviderId(99), 2, on(0, 8));
    assert_eq!(store.run(unknown).await, Err(NetworkError::NotFound));
}

/// Everything that is kept of who reported.
struct Reporters;

impl Operation for Reporters {
    type Output = (u64, u64);
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let both = "SELECT (SELECT count(*) FROM report_keys), (SELECT count(*) FROM reports)";
        let mut row = rows.lookup(both, &[]).await?.unwrap();
        Ok((row.number()?, row.number()?))
    }
}

pub(crate) async fn who_reported_is_gone_the_next_day(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    store.run(report(provider, 1, on(0, 9))).await.unwrap();
    store.run(report(provider, 2, on(0, 9))).await.unwrap();
    let sweep = |minute| SweepBookings {
        limit: 9,
        now: at(minute),
    };
    store.run(sweep(on(0, 23))).await.unwrap();
    assert_eq!(store.run(Reporters).await, Ok((1, 2)));
    store.run(sweep(on(1, 0))).await.unwrap();
    assert_eq!(store.run(Reporters).await, Ok((0, 0)));
    // What they said is still known: with a third it is believed.
    store.run(report(provider, 1, on(1, 9))).await.unwrap();
    let found = store.run(LookupEvidence { provider }).await.unwrap();
    assert!(found.contains(&evidence(provider, 5, on(1, 9))));
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn hours_have_versions_and_busy_times_have_sources(store: &NetworkStore) {
    let account = therapist(1);
    let provider = store.run(listing(account, None)).await.unwrap().provider;
    let put = |replaces| PutHours {
        account,
        replaces: Some(replaces),
        hours: hours(true),
        minute: MORNING,
    };
    assert_eq!(
        store.run(put(1)).await,
        Err(NetworkError::Changed { version: 0 })
    );
    assert_eq!(store.run(put(0)).await, Ok(1));
    assert_eq!(store.run(put(1)).await, Ok(2));
    let busy = |source, spans: &[Span]| PutBusy {
        provider,
        source,
        busy: spans.to_vec(),
        minute: MORNING,
    };
    let (nine, eleven) = (
        Span::new(on(0, 9), on(0, 10)),
        Span::new(on(0, 11), on(0, 12)),
    );
    let empty = Span::new(on(0, 13), on(0, 13));
    store
        .run(busy(BusySource::Text, &[eleven, empty]))
        .await
        .unwrap();
    store.run(busy(BusySource::Address, &[nine])).await.unwrap();
    store.run(busy(BusySource::Text, &[eleven])).await.unwrap();
    let look = |span| LookupCalendar { provider, span };
    let day = store
        .run(look(Span::new(on(0, 0), on(1, 0))))
        .await
        .unwrap();
    assert_eq!(
        (day.version, day.busy, day.read),
        (2, vec![nine, eleven], MORNING)
    );
    let touching = Span::new(on(0, 10), on(0, 11));
    assert_eq!(
        store.run(look(touching)).await.unwrap().busy,
        [],
        "ends are not inside"
    );
    let feed = |address: &str| SetBusyAddress {
        account,
        address: address.to_owned(),
        minute: MORNING,
    };
    store
        .run(feed("https://calendar.example/x.ics"))
        .await
        .unwrap();
    let due = || LeaseBusyAddresses {
        now: MORNING,
        until: MORNING.plus(5),
        limit: 10,
    };
    assert_eq!(store.run(due()).await.unwrap().len(), 1);
    store.run(feed("")).await.unwrap();
    assert_eq!(store.run(due()).await, Ok(vec![]));
    let day = store
        .run(look(Span::new(on(0, 0), on(1, 0))))
        .await
        .unwrap();
    assert_eq!(
        day.busy,
        [],
        "with a calendar go the times that came from it"
    );
    let nobody = LookupCalendar {
        provider: ProviderId(99),
        span: eleven,
    };
    assert_eq!(store.run(nobody).await, Ok(CalendarRow::default()));
}

/// Sets the address of a provider's calendar feed.
async fn set_address(store: &NetworkStore, number: u8, address: &str) -> ProviderId {
    let set = SetBusyAddress {
        account: therapist(number),
        address: address.to_owned(),
        minute: MORNING,
    };
    store.run(set).await.unwrap()
}

/// Whose feeds are due at a minute, and leased for five more.
async fn due_at(store: &NetworkStore, now: Minute, limit: u32) -> Vec<ProviderId> {
    lease_at(store, now, (limit, 5)).await
}

/// Whose feeds are due at a minute, at most so many, and leased for so many minutes.
async fn lease_at(
    store: &NetworkStore,
    now: Minute,
    (limit, minutes): (u32, u32),
) -> Vec<ProviderId> {
    let lease = LeaseBusyAddresses {
        now,
        until: now.plus(minutes),
        limit,
    };
    let due = store.run(lease).await.unwrap();
    let mut due: Vec<_> = due.into_iter().map(|(provider, _)| provider).collect();
    due.sort_unstable();
    due
}

pub(crate) async fn a_feed_that_does_not_answer_waits_longer_each_time(store: &NetworkStore) {
    let mut made = Vec::new();
    for number in 1..=3 {
        store.run(listing(therapist(number), None)).await.unwrap();
        made.push(set_address(store, number, "https://calendar.example/x.ics").await);
    }
    let note = |provider, minute, busy: Option<&[Span]>| NoteReading {
        provider,
        address: "https://calendar.example/x.ics".to_owned(),
        busy: busy.map(<[Span]>::to_vec),
        minute,
    };
    // A lease keeps others away until it ends.
    assert_eq!(due_at(store, MORNING, 2).await.len(), 2);
    assert_eq!(due_at(store, MORNING, 9).await.len(), 1);
    assert_eq!(due_at(store, MORNING.plus(4), 9).await, []);
    let nine = Span::new(on(0, 9), on(0, 10));
    for provider in &made {
        let busy = (*provider != made[0]).then_some([nine]);
        let busy = busy.as_ref().map(<[Span; 1]>::as_slice);
        assert_eq!(store.run(note(*provider, MORNING, busy)).await, Ok(true));
    }
    // Half an hour for all; then the one that failed waits for an hour, two, four, up to a day.
    let mut now = MORNING;
    for wait in [30, 60, 120, 240, 480, 960, 1440, 1440] {
        let early = lease_at(store, now.plus(wait - 1), (9, 0)).await;
        assert!(!early.contains(&made[0]), "{wait}");
        now = now.plus(wait);
        // Those that answered come first.
        let due = due_at(store, now, 2).await;
        assert_eq!(due, made[1..], "{wait}");
        assert_eq!(due_at(store, now, 9).await, [made[0]]);
        for provider in &made {
            let busy = (*provider != made[0]).then_some([nine]);
            let busy = busy.as_ref().map(<[Span; 1]>::as_slice);
            assert_eq!(store.run(note(*provider, now, busy)).await, Ok(true));
        }
    }
    // What it said before still blocks, and another address is another feed.
    assert_eq!(store.run(note(made[1], now, None)).await, Ok(true));
    let look = LookupCalendar {
        provider: made[1],
        span: Span::new(on(0, 0), on(1, 0)),
    };
    assert_eq!(store.run(look.clone()).await.unwrap().busy, [nine]);
    set_address(store, 2, "https://calendar.example/y.ics").await;
    assert_eq!(
        store.run(note(made[1], now, Some(&[nine]))).await,
        Ok(false)
    );
    assert_eq!(store.run(look).await.unwrap().busy, []);
    assert_eq!(due_at(store, now, 9).await, [made[1]]);
}

pub(crate) async fn thousands_of_busy_times_are_replaced_as_a_whole(store: &NetworkStore) {
    let account = therapist(1);
    let provider = store.run(listing(account, None)).await.unwrap().provider;
    let all: Vec<Span> = (0..4_096)
        .map(|hour| Span::new(on(0, hour * 2), on(0, hour * 2 + 1)))
        .collect();
    let mut other = all.clone();
    other.remove(2_000);
    other[7].to = other[7].to.plus(15);
    for busy in [
        &all[..],
        &all[..],
        &all[100..],
        &other[..],
        &all[..300],
        &all[..17],
        &[],
    ] {
        let put = PutBusy {
            provider,
            source: BusySource::Text,
            busy: busy.iter().rev().copied().collect(),
            minute: MORNING,
        };
        store.run(put).await.unwrap();
        let look = LookupCalendar {
            provider,
            span: Span::new(on(0, 0), on(0, 10_000)),
        };
        assert_eq!(store.run(look).await.unwrap().busy, busy);
    }
}

pub(crate) async fn pages_of_a_shard_hold_each_listing_once(store: &NetworkStore) {
    let mut made = Vec::new();
    for number in 1..=3 {
        made.push(provider(store, number, &hours(true)).await);
    }
    let unverified = store.run(listing(therapist(9), None)).await.unwrap();
    let busy = PutBusy {
        provider: made[1],
        source: BusySource::Text,
        busy: vec![Span::new(on(0, 9), on(0, 10))],
        minute: MORNING,
    };
    store.run(busy).await.unwrap();
    let (mut after, mut found, mut evidence) = (0, Vec::new(), Vec::new());
    loop {
        let page = ListShard {
            place: 4,
            after,
            limit: 2,
        };
        let page = store.run(page).await.unwrap();
        found.extend(page.iter().map(|it| it.provider.provider));
        evidence.extend(page.iter().map(|it| it.evidence.len()));
        let Some(last) = page.last().filter(|_| page.len() == 2) else {
            break;
        };
        after = last.provider.provider.0;
    }
    assert_eq!(
        (found.as_slice(), evidence.as_slice()),
        (made.as_slice(), [1, 2, 1].as_slice())
    );
    let availability = ListAvailability {
        place: 4,
        after: made[0].0,
        limit: 10,
        span: Span::new(on(0, 0), on(1, 0)),
    };
    let rows = store.run(availability).await.unwrap();
    let found: Vec<_> = rows.iter().map(|it| (it.provider, it.busy.len())).collect();
    assert_eq!(found, [(made[1], 1), (made[2], 0)]);
    put_hours(store, 3, &hours(false)).await;
    let touched = store.run(ListTouched { since: MORNING }).await.unwrap();
    let touched: Vec<_> = touched.iter().map(|it| it.provider).collect();
    assert_eq!(touched, [made[1], unverified.provider]);
}

pub(crate) async fn only_the_owner_of_the_machine_makes_operators(store: &NetworkStore) {
    let account = therapist(1);
    let set = |granted| SetOperator {
        account,
        granted,
        minute: MORNING,
    };
    assert_eq!(store.run(IsOperator { account }).await, Ok(false));
    store.run(set(true)).await.unwrap();
    store.run(set(true)).await.unwrap();
    assert_eq!(store.run(IsOperator { account }).await, Ok(true));
    store.run(set(false)).await.unwrap();
    assert_eq!(store.run(IsOperator { account }).await, Ok(false));
    let audit = ListAudit {
        provider: None,
        before: None,
        limit: 10,
    };
    let acts: Vec<_> = store
        .run(audit)
        .await
        .unwrap()
        .iter()
        .map(|it| it.act)
        .collect();
    assert_eq!(acts, [Act::Granted]);
}
