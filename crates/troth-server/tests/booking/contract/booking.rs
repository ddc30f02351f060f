//! Holding, accepting, moving and ending.

use troth_booking::Span;
use troth_booking::machine::{Act, Refused, State, replay};
use troth_booking::rules::NotOffered;
use troth_server::network::op::audit::{Act as Audited, ListAudit};
use troth_server::network::op::booking::{
    AcceptHold, BookingView, ListBookings, ListHistory, LookupBooking, Note, Overbook, PlaceHold,
    Position, SweepBookings, Viewer, Whose,
};
use troth_server::network::op::calendar::{BusySource, LookupCalendar, PutBusy};
use troth_server::network::op::evidence::LookupEvidence;
use troth_server::network::op::notice::{DropNotices, ListNotices, NoticeKind};
use troth_server::network::op::provider::{ListingAct, MoveListing, PutListing};
use troth_server::network::op::quote::{ListQuotes, PutQuotes, QuoteRow};
use troth_server::network::store::{
    BookingId, ClientId, Conflict, Minute, NetworkError, NetworkStore, ProviderId, QuoteId,
};

use crate::support::{
    ANA, BEN, CAT, DAN, MORNING, accept, alone, at, both_accept, by_client, by_provider, cancel,
    hold, holder_accepts, hours, id, on, partner_accepts, provider, put_hours, therapist,
};

pub(super) async fn taken(store: &NetworkStore, provider: ProviderId) -> Vec<Span> {
    let span = Span::new(on(0, 0), on(14, 0));
    let look = LookupCalendar { provider, span };
    store.run(look).await.unwrap().taken
}

pub(super) async fn look(
    store: &NetworkStore,
    booking: BookingId,
    viewer: Viewer,
) -> Option<BookingView> {
    store.run(LookupBooking { booking, viewer }).await.unwrap()
}

pub(super) async fn state(store: &NetworkStore, booking: BookingId) -> State {
    let history = store.run(ListHistory { booking }).await.unwrap();
    replay(&history).unwrap().state
}

pub(super) async fn told(store: &NetworkStore, client: ClientId) -> Vec<NoticeKind> {
    let list = ListNotices {
        client,
        after: 0,
        limit: 50,
    };
    store
        .run(list)
        .await
        .unwrap()
        .iter()
        .map(|it| it.kind)
        .collect()
}

pub(super) async fn evidence(store: &NetworkStore, provider: ProviderId) -> Vec<u8> {
    let found = store.run(LookupEvidence { provider }).await.unwrap();
    // Apart from what was said when the listing was submitted.
    let kinds = found.iter().map(|it| it.kind);
    kinds.filter(|kind| *kind != 3).collect()
}

pub(super) async fn sweep(store: &NetworkStore, minute: Minute) -> u32 {
    let now = at(minute);
    store.run(SweepBookings { limit: 9, now }).await.unwrap()
}

pub(crate) async fn a_hold_takes_the_time_and_ends_by_itself(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(false)).await;
    let held = store
        .run(hold(id(1), ANA, provider, on(1, 9), MORNING))
        .await
        .unwrap();
    let until = held.booking.state.until().unwrap();
    assert!(
        (5..=6).contains(&(until.0 - MORNING.0)),
        "five minutes, rounded up"
    );
    assert_eq!(
        taken(store, provider).await,
        [Span::new(on(1, 9), on(1, 10))]
    );
    let other = hold(id(2), BEN, provider, on(1, 9), MORNING);
    let refused = store.run(other).await;
    assert_eq!(refused, Err(NetworkError::Taken(vec![Conflict::Provider])));
    assert_eq!(sweep(store, until.minus(1)).await, 0);
    // The next one who asks need not wait for anybody who sweeps.
    let other = hold(id(2), BEN, provider, on(1, 9), until);
    assert_eq!(store.run(other).await.unwrap().booking.id, id(2));
    assert_eq!(state(store, id(1)).await, State::Lapsed);
    let late = store.run(holder_accepts(id(1), ANA, until)).await;
    assert_eq!(late, Err(NetworkError::Refused(Refused::Ended)));
    let later = until.plus(10);
    let late = store.run(holder_accepts(id(2), BEN, later)).await;
    assert_eq!(late, Err(NetworkError::Refused(Refused::Lapsed)));
    assert_eq!(sweep(store, later).await, 1);
    assert_eq!(taken(store, provider).await, []);
    assert_eq!(sweep(store, later).await, 0);
}

pub(crate) async fn a_person_has_one_live_hold(store: &NetworkStore) {
    let (one, two) = (
        provider(store, 1, &hours(false)).await,
        provider(store, 2, &hours(false)).await,
    );
    store
        .run(hold(id(1), ANA, one, on(1, 9), MORNING))
        .await
        .unwrap();
    let second = |now| hold(id(2), ANA, two, on(1, 12), now);
    assert_eq!(
        store.run(second(MORNING)).await,
        Err(NetworkError::HoldElsewhere)
    );
    assert_eq!(taken(store, two).await, [], "a refusal leaves nothing");
    let token = at(MORNING).tokens.first(id(1), ANA).digest();
    let release = by_client(id(1), ANA, Act::Release { token }, MORNING);
    store.run(release).await.unwrap();
    store.run(second(MORNING)).await.unwrap();
    // One that is over does not stand in the way, wherever it was.
    let third = hold(id(3), ANA, one, on(1, 15), MORNING.plus(10));
    store.run(third).await.unwrap();
    assert_eq!(state(store, id(2)).await, State::Lapsed);
}

pub(crate) async fn every_conflict_is_named(store: &NetworkStore) {
    let (one, two) = (
        provider(store, 1, &hours(true)).await,
        provider(store, 2, &hours(true)).await,
    );
    both_accept(store, hold(id(1), ANA, one, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    store
        .run(hold(id(2), CAT, two, on(1, 9), MORNING))
        .await
        .unwrap();
    let both = store.run(hold(id(3), ANA, two, on(1, 9), MORNING)).await;
    let conflicts = vec![Conflict::Provider, Conflict::Client];
    assert_eq!(both, Err(NetworkError::Taken(conflicts)));
    let own = store.run(hold(id(3), BEN, two, on(1, 8), MORNING)).await;
    assert!(own.is_ok(), "the hour before has no quarter in common");
    let overlapping = PlaceHold {
        minutes: 80,
        ..hold(id(4), DAN, one, on(1, 8), MORNING)
    };
    let refused = store.run(overlapping).await;
    assert_eq!(refused, Err(NetworkError::Taken(vec![Conflict::Provider])));
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn both_partners_accept_and_then_the_provider(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(false)).await;
    store
        .run(hold(id(1), ANA, provider, on(3, 9), MORNING))
        .await
        .unwrap();
    let wrong = accept(id(1), ANA, &at(MORNING).tokens.first(id(2), ANA), MORNING);
    let refused = store.run(wrong).await;
    assert_eq!(refused, Err(NetworkError::Refused(Refused::WrongToken)));
    let row = store
        .run(holder_accepts(id(1), ANA, MORNING))
        .await
        .unwrap();
    assert!(
        matches!(row.booking.state, State::Held { .. }),
        "one is not both"
    );
    let tokens = at(MORNING).tokens;
    assert_eq!(
        tokens.shown(&row.booking, ANA),
        Some(tokens.next(id(1), ANA))
    );
    let alone = store.run(partner_accepts(id(1), ANA, MORNING)).await;
    assert_eq!(alone, Err(NetworkError::Refused(Refused::SamePerson)));
    let row = store
        .run(partner_accepts(id(1), BEN, MORNING))
        .await
        .unwrap();
    assert!(matches!(row.booking.state, State::Requested { .. }));
    // The hold is over, so another may be held; the time is not free.
    store
        .run(hold(id(2), ANA, provider, on(4, 9), MORNING))
        .await
        .unwrap();
    let requests = ListBookings {
        whose: Whose::RequestsTo(therapist(1)),
        after: Position::at(Minute(1)),
        limit: 5,
    };
    let (requests, next) = store.run(requests).await.unwrap();
    assert_eq!((requests.len(), next), (1, None));
    assert_eq!(requests[0].notes.len(), 2);
    let stranger = store
        .run(by_provider(id(1), 2, Act::Confirm, MORNING))
        .await;
    assert_eq!(stranger, Err(NetworkError::NotFound));
    let by_person = store
        .run(by_client(id(1), ANA, Act::Confirm, MORNING))
        .await;
    assert_eq!(by_person, Err(NetworkError::WrongState));
    let row = store
        .run(by_provider(id(1), 1, Act::Confirm, MORNING))
        .await
        .unwrap();
    assert_eq!(
        (row.booking.state, row.booking.version),
        (State::Booked, Some(3))
    );
    assert_eq!(evidence(store, provider).await, [1]);
    assert_eq!(
        told(store, ANA).await,
        [NoticeKind::Requested, NoticeKind::Booked]
    );
    assert_eq!(told(store, BEN).await, [NoticeKind::Booked]);
    let through = u64::MAX / 2;
    assert_eq!(
        store
            .run(DropNotices {
                client: BEN,
                through
            })
            .await,
        Ok(1)
    );
    assert_eq!(told(store, BEN).await, []);
}

pub(crate) async fn an_instant_calendar_books_when_both_have_accepted(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let held = hold(id(1), ANA, provider, on(1, 9), MORNING);
    let row = both_accept(store, held, BEN).await.unwrap();
    assert_eq!(row.booking.state, State::Booked);
    assert_eq!(row.booking.clients(), [ANA, BEN]);
    let single = alone(hold(id(2), CAT, provider, on(1, 10), MORNING));
    store.run(single).await.unwrap();
    let row = store
        .run(holder_accepts(id(2), CAT, MORNING))
        .await
        .unwrap();
    assert_eq!(row.booking.state, State::Booked);
}

pub(crate) async fn a_partner_with_another_visit_is_refused_and_the_hold_stands(
    store: &NetworkStore,
) {
    let (one, two) = (
        provider(store, 1, &hours(true)).await,
        provider(store, 2, &hours(true)).await,
    );
    both_accept(store, hold(id(1), ANA, one, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    store
        .run(hold(id(2), CAT, two, on(1, 9), MORNING))
        .await
        .unwrap();
    let refused = store.run(partner_accepts(id(2), BEN, MORNING)).await;
    assert_eq!(refused, Err(NetworkError::Taken(vec![Conflict::Partner])));
    assert!(matches!(state(store, id(2)).await, State::Held { .. }));
    store
        .run(holder_accepts(id(2), CAT, MORNING))
        .await
        .unwrap();
    let row = store
        .run(partner_accepts(id(2), DAN, MORNING))
        .await
        .unwrap();
    assert_eq!(row.booking.state, State::Booked);
}

pub(crate) async fn a_time_outside_the_rules_is_refused_with_the_reason(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let cases = [
        (on(1, 5), 50, NotOffered::Closed),
        (on(1, 9).plus(15), 50, NotOffered::Closed),
        (on(1, 9), 45, NotOffered::Length),
        (MORNING, 50, NotOffered::TooLate),
        (on(90, 9), 50, NotOffered::TooEarly),
    ];
    for (start, minutes, reason) in cases {
        let asked = PlaceHold {
            minutes,
            ..hold(id(1), ANA, provider, start, MORNING)
        };
        assert_eq!(
            store.run(asked).await,
            Err(NetworkError::NotOffered(reason))
        );
    }
    let nobody = hold(id(1), ANA, ProviderId(99), on(1, 9), MORNING);
    assert_eq!(store.run(nobody).await, Err(NetworkError::NotFound));
}

pub(crate) async fn what_changed_in_the_calendar_is_met_at_the_acceptance(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    store
        .run(alone(hold(id(1), ANA, provider, on(1, 9), MORNING)))
        .await
        .unwrap();
    let busy = |spans: &[Span]| PutBusy {
        provider,
        source: BusySource::Text,
        busy: spans.to_vec(),
        minute: MORNING,
    };
    // Another calendar's event touches the ten minutes that are kept free after the visit.
    let lunch = Span::new(on(1, 9).plus(55), on(1, 11));
    store.run(busy(&[lunch])).await.unwrap();
    let refused = store.run(holder_accepts(id(1), ANA, MORNING)).await;
    assert_eq!(refused, Err(NetworkError::NotOffered(NotOffered::Busy)));
    store.run(busy(&[])).await.unwrap();
    let closed = br#"{"zone":"UTC","weekly":[],"minutes":[50],"instant":true}"#;
    put_hours(store, 1, closed).await;
    let refused = store.run(holder_accepts(id(1), ANA, MORNING)).await;
    assert_eq!(refused, Err(NetworkError::NotOffered(NotOffered::Closed)));
    put_hours(store, 1, &hours(true)).await;
    // Half an hour's notice, counted from the hold.
    let row = store
        .run(holder_accepts(id(1), ANA, MORNING.plus(4)))
        .await
        .unwrap();
    assert_eq!(row.booking.state, State::Booked);
}

pub(crate) async fn an_overbooked_visit_is_audited_and_blocks_others(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    let overbook = |number, client, start| Overbook {
        booking: id(number),
        account: therapist(1),
        client,
        start,
        minutes: 50,
        why: "in need".to_owned(),
        place: 4,
        details: Vec::new(),
        now: at(MORNING),
    };
    let row = store
        .run(overbook(2, CAT, on(1, 9).plus(30)))
        .await
        .unwrap();
    assert_eq!(row.booking.state, State::Booked);
    let own = store.run(overbook(3, ANA, on(1, 9))).await;
    assert_eq!(
        own,
        Err(NetworkError::Taken(vec![Conflict::Client])),
        "a person is one"
    );
    store
        .run(overbook(3, DAN, on(1, 9).plus(15)))
        .await
        .unwrap();
    // When the visit below is called off, what lies over it still takes the time.
    store.run(cancel(id(1), ANA, MORNING)).await.unwrap();
    let onto = store
        .run(hold(id(4), ANA, provider, on(1, 9), MORNING))
        .await;
    assert_eq!(onto, Err(NetworkError::Taken(vec![Conflict::Provider])));
    let audit = ListAudit {
        provider: Some(provider),
        before: None,
        limit: 2,
    };
    let audit = store.run(audit).await.unwrap();
    let noted: Vec<_> = audit
        .iter()
        .map(|it| (it.act, it.booking, it.detail.as_str()))
        .collect();
    let over = Audited::Overbooked;
    assert_eq!(
        noted,
        [
            (over, Some(id(3)), "in need"),
            (over, Some(id(2)), "in need")
        ]
    );
}

pub(crate) async fn a_listing_that_is_not_verified_takes_no_bookings(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    store
        .run(alone(hold(id(1), ANA, provider, on(1, 9), MORNING)))
        .await
        .unwrap();
    let withdraw = MoveListing {
        account: therapist(1),
        act: ListingAct::Withdraw,
        minute: MORNING,
    };
    store.run(withdraw).await.unwrap();
    let asked = store
        .run(hold(id(2), BEN, provider, on(1, 12), MORNING))
        .await;
    assert_eq!(asked, Err(NetworkError::NotBookable));
    let accepted = store.run(holder_accepts(id(1), ANA, MORNING)).await;
    assert_eq!(accepted, Err(NetworkError::NotBookable));
    let draft = PutListing {
        account: therapist(1),
        replaces: None,
        npi: None,
        states: 1,
        listing: Vec::new(),
        check_again: false,
        minute: MORNING,
    };
    store.run(draft).await.unwrap();
    let asked = store
        .run(hold(id(2), BEN, provider, on(1, 12), MORNING))
        .await;
    assert_eq!(asked, Err(NetworkError::NotBookable));
}

pub(crate) async fn a_quote_is_kept_as_it_was_signed(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let day = MORNING.0 / 1440;
    let quote = |number: u8, until_day| QuoteRow {
        quote: QuoteId([number; 16]),
        bytes: vec![number; 9],
        until_day,
    };
    let put = |quotes| PutQuotes {
        account: therapist(1),
        quotes,
        minute: MORNING,
    };
    store
        .run(put(vec![quote(1, day), quote(2, day - 1)]))
        .await
        .unwrap();
    let asked = |number| PlaceHold {
        quote: Some(QuoteId([number; 16])),
        ..alone(hold(id(1), ANA, provider, on(1, 9), MORNING))
    };
    assert_eq!(store.run(asked(2)).await, Err(NetworkError::StaleQuote));
    assert_eq!(store.run(asked(3)).await, Err(NetworkError::StaleQuote));
    store.run(asked(1)).await.unwrap();
    store.run(put(vec![])).await.unwrap();
    assert_eq!(store.run(ListQuotes { provider }).await, Ok(vec![]));
    let shown = |number| AcceptHold {
        quote: Some(QuoteId([number; 16])),
        ..holder_accepts(id(1), ANA, MORNING)
    };
    assert_eq!(store.run(shown(3)).await, Err(NetworkError::StaleQuote));
    let row = store.run(shown(1)).await.unwrap();
    assert_eq!(row.quote_bytes, vec![1; 9], "the price that was promised");
}

pub(crate) async fn strangers_see_nothing_and_notes_are_for_the_provider_alone(
    store: &NetworkStore,
) {
    let provider_id = provider(store, 1, &hours(false)).await;
    provider(store, 2, &hours(false)).await;
    store
        .run(hold(id(1), ANA, provider_id, on(1, 9), MORNING))
        .await
        .unwrap();
    let invited = Viewer::Invited(at(MORNING).tokens.partner(id(1)).digest());
    let elsewhere = Viewer::Invited(at(MORNING).tokens.partner(id(2)).digest());
    assert!(look(store, id(1), invited).await.is_some());
    assert_eq!(look(store, id(1), elsewhere).await, None);
    assert_eq!(look(store, id(1), Viewer::Client(BEN)).await, None);
    let by_provider = Viewer::Provider(therapist(1));
    assert_eq!(
        look(store, id(1), by_provider).await,
        None,
        "a hold is nobody's business"
    );
    store
        .run(holder_accepts(id(1), ANA, MORNING))
        .await
        .unwrap();
    store
        .run(partner_accepts(id(1), BEN, MORNING))
        .await
        .unwrap();
    assert_eq!(
        look(store, id(1), invited).await,
        None,
        "the token was used"
    );
    assert_eq!(
        look(store, id(1), Viewer::Provider(therapist(2))).await,
        None
    );
    for client in [ANA, BEN] {
        let view = look(store, id(1), Viewer::Client(client)).await.unwrap();
        assert_eq!(
            view.notes,
            [],
            "neither of what the other wrote nor of one's own"
        );
    }
    let note = |client: ClientId| Note {
        client,
        place: 4,
        sealed: [b"note of ".as_slice(), &client.0].concat(),
    };
    let view = look(store, id(1), by_provider).await.unwrap();
    assert_eq!(view.notes, [note(ANA), note(BEN)]);
}

pub(crate) async fn bookings_are_listed_page_by_page(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    for number in 1..=5 {
        let start = on(1, 20 - number);
        both_accept(store, hold(id(number), ANA, provider, start, MORNING), BEN)
            .await
            .unwrap();
    }
    for whose in [Whose::Client(BEN), Whose::Provider(therapist(1))] {
        let (mut after, mut found) = (Position::at(on(0, 0)), Vec::new());
        loop {
            let page = ListBookings {
                whose,
                after,
                limit: 2,
            };
            let (page, next) = store.run(page).await.unwrap();
            found.extend(page.iter().map(|it| it.row.booking.id));
            let Some(next) = next else {
                break;
            };
            after = next;
        }
        assert_eq!(found, [5, 4, 3, 2, 1].map(id));
    }
    let stranger = ListBookings {
        whose: Whose::Client(CAT),
        after: Position::at(on(0, 0)),
        limit: 2,
    };
    assert_eq!(store.run(stranger).await, Ok((vec![], None)));
}
