//! Holding, accepting, moving and ending.

use troth_booking::Span;
use troth_booking::machine::{Act, Refused, State, replay};
use troth_booking::rules::NotOffered;
use troth_server::network::op::audit::{Act as Audited, ListAudit};
use troth_server::network::op::booking::{
    AcceptHold, BookingView, ListBookings, ListHistory, LookupBooking, Note, Overbook, PlaceHold,
    Position, SweepBookings, Viewer, Whom, Whose,
};
use troth_server::network::op::calendar::{BusySource, LookupCalendar, PutBusy};
use troth_server::network::op::evidence::LookupEvidence;
use troth_server::network::op::notice::{DropNotices, ListNotices, NoticeKind};
use troth_server::network::op::provider::{
    Licensed, ListingAct, ListingState, MoveListing, PutListing,
};
use troth_server::network::op::quote::{ListQuotes, PutQuotes, QuoteRow};
use troth_server::network::store::{
    BookingId, ClientId, Conflict, Minute, NetworkError, NetworkStore, ProviderId, QuoteId,
};

use crate::support::{
    ANA, BEN, CAT, DAN, MORNING, VIDEO, accept, alone, at, both_accept, by_client, by_provider,
    cancel, hold, holder_accepts, hours, id, licences, moved, on, partner_accepts, provider,
    put_hours, therapist,
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

/// What a provider puts in for somebody.
fn overbook(number: u32, whom: Whom, start: Minute) -> Overbook {
    Overbook {
        booking: id(number),
        account: therapist(1),
        whom,
        start,
        minutes: 50,
        why: "in need".to_owned(),
        place: 4,
        details: VIDEO.to_vec(),
        now: at(MORNING),
    }
}

pub(crate) async fn an_overbooked_visit_is_audited_and_blocks_others(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    let drawn = |number| Whom::Nobody(ClientId([number; 16]));
    let row = store
        .run(overbook(2, drawn(0xd1), on(1, 9).plus(30)))
        .await
        .unwrap();
    assert_eq!(row.booking.state, State::Booked);
    store
        .run(overbook(3, drawn(0xd2), on(1, 9).plus(15)))
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

/// A practice that wants to know where a person is tries them at every hour: it hears the same
/// whether they are its client elsewhere, busy or free.
pub(crate) async fn a_practice_cannot_probe_where_a_person_is(store: &NetworkStore) {
    let one = provider(store, 1, &hours(true)).await;
    let two = provider(store, 2, &hours(true)).await;
    // Cat is with another practice on Tuesday at nine.
    store
        .run(alone(hold(id(1), CAT, two, on(1, 9), MORNING)))
        .await
        .unwrap();
    store
        .run(holder_accepts(id(1), CAT, MORNING))
        .await
        .unwrap();
    for (number, hour) in [(10, 9), (11, 12)] {
        let tried = store
            .run(overbook(number, Whom::Client(CAT), on(1, hour)))
            .await;
        assert_eq!(tried, Err(NetworkError::NotTheirClient));
    }
    // Nor may a listing that nobody verified ask anybody.
    let draft = PutListing {
        account: therapist(3),
        ..unverified()
    };
    store.run(draft).await.unwrap();
    for whom in [Whom::Client(CAT), Whom::Nobody(DAN)] {
        let by_draft = Overbook {
            account: therapist(3),
            ..overbook(12, whom, on(1, 9))
        };
        assert_eq!(store.run(by_draft).await, Err(NetworkError::NotBookable));
    }
    // A client of its own is asked: the answer is the same when they are busy, nothing of theirs
    // is taken, and only they hear that they cannot come.
    store
        .run(alone(hold(id(2), CAT, one, on(2, 9), MORNING)))
        .await
        .unwrap();
    store
        .run(holder_accepts(id(2), CAT, MORNING))
        .await
        .unwrap();
    let asked = store
        .run(overbook(13, Whom::Client(CAT), on(1, 9)))
        .await
        .unwrap();
    assert!(matches!(asked.booking.state, State::Offered { .. }));
    assert_eq!(told(store, CAT).await, [NoticeKind::Offered]);
    let twice = store.run(overbook(14, Whom::Client(CAT), on(1, 15))).await;
    assert_eq!(twice, Err(NetworkError::NotTheirClient), "one at a time");
    let accepts = store.run(holder_accepts(id(13), CAT, MORNING)).await;
    assert_eq!(accepts, Err(NetworkError::Taken(vec![Conflict::Client])));
    let seen = look(store, id(13), Viewer::Provider(therapist(1))).await;
    let seen = seen.unwrap().row;
    assert_eq!(
        seen.booking, asked.booking,
        "the practice sees its offer, as it was"
    );
    crate::support::audit::Audit::read(store).await.check();
}

pub(crate) async fn a_client_is_asked_and_books_by_accepting(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(2, 9), MORNING), BEN)
        .await
        .unwrap();
    // At night, when the practice is closed.
    let asked = overbook(2, Whom::Client(ANA), on(1, 3));
    store.run(asked).await.unwrap();
    // Meanwhile the time is still hers: she takes another visit then, and lets it go again.
    let release = {
        let token = at(MORNING).tokens.first(id(2), ANA).digest();
        by_client(id(2), ANA, Act::Release { token }, MORNING)
    };
    let other = store.run(release).await.unwrap();
    assert_eq!(other.booking.state, State::Released);
    store
        .run(overbook(3, Whom::Client(ANA), on(1, 3)))
        .await
        .unwrap();
    let row = store
        .run(holder_accepts(id(3), ANA, MORNING))
        .await
        .unwrap();
    assert_eq!(row.booking.state, State::Booked);
    store
        .run(overbook(4, Whom::Client(BEN), on(1, 4)))
        .await
        .unwrap();
    let back = store
        .run(by_provider(id(4), 1, Act::CallOff, MORNING))
        .await
        .unwrap();
    assert_eq!(back.booking.state, State::Released);
    let offered = [NoticeKind::Offered, NoticeKind::OfferOver];
    assert_eq!(told(store, BEN).await, offered);
    crate::support::audit::Audit::read(store).await.check();
}

fn unverified() -> PutListing {
    PutListing {
        account: therapist(1),
        replaces: None,
        npi: None,
        licences: licences(&[4]),
        listing: crate::support::listing(),
        check_again: true,
        minute: MORNING,
    }
}

/// Writes the listing with a licence that ends on this day, verified as it is.
async fn licensed_until(store: &NetworkStore, day: u32) {
    let put = PutListing {
        licences: vec![Licensed {
            place: 4,
            until_day: on(day, 0).0 / 1440,
        }],
        check_again: false,
        ..unverified()
    };
    assert_eq!(store.run(put).await.unwrap().state, ListingState::Verified);
}

pub(crate) async fn no_act_sets_a_time_past_a_licences_end(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(false)).await;
    licensed_until(store, 3).await;
    let late = store
        .run(hold(id(1), ANA, provider, on(4, 9), MORNING))
        .await;
    assert_eq!(late, Err(NetworkError::NotLicensed));
    let elsewhere = PlaceHold {
        place: 5,
        ..hold(id(1), ANA, provider, on(1, 9), MORNING)
    };
    assert_eq!(store.run(elsewhere).await, Err(NetworkError::NotLicensed));
    // A visit on the last day is good, and cannot be moved to the day after.
    both_accept(store, hold(id(1), ANA, provider, on(3, 9), MORNING), BEN)
        .await
        .unwrap();
    let later = moved((id(1), id(2)), ANA, on(4, 9), MORNING);
    assert_eq!(store.run(later).await, Err(NetworkError::NotLicensed));
    // The partner's state counts as the holder's does.
    store
        .run(hold(id(3), CAT, provider, on(2, 9), MORNING))
        .await
        .unwrap();
    let from_there = AcceptHold {
        place: 5,
        ..partner_accepts(id(3), DAN, MORNING)
    };
    assert_eq!(store.run(from_there).await, Err(NetworkError::NotLicensed));
    // The licence is shortened under what is held and what is asked.
    licensed_until(store, 1).await;
    let accepted = store.run(holder_accepts(id(3), CAT, MORNING)).await;
    assert_eq!(accepted, Err(NetworkError::NotLicensed));
    let confirmed = store
        .run(by_provider(id(1), 1, Act::Confirm, MORNING))
        .await;
    assert_eq!(confirmed, Err(NetworkError::NotLicensed));
    let asked = store.run(overbook(4, Whom::Client(ANA), on(2, 15))).await;
    assert_eq!(asked, Err(NetworkError::NotLicensed));
    let declined = store
        .run(by_provider(id(1), 1, Act::Decline, MORNING))
        .await;
    assert_eq!(declined.unwrap().booking.state, State::Declined);
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
        licences: licences(&[0]),
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
        minutes: 50,
        place: 4,
        details: VIDEO.to_vec(),
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

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn a_quote_of_another_visit_is_refused(store: &NetworkStore) {
    let provider_id = provider(store, 1, &hours(true)).await;
    let fits = QuoteRow {
        quote: QuoteId([1; 16]),
        bytes: vec![1; 9],
        until_day: MORNING.0 / 1440,
        minutes: 50,
        place: 4,
        details: VIDEO.to_vec(),
    };
    let numbered = |number: u8, other: QuoteRow| QuoteRow {
        quote: QuoteId([number; 16]),
        ..other
    };
    let longer = QuoteRow {
        minutes: 80,
        ..fits.clone()
    };
    let elsewhere = QuoteRow {
        place: 5,
        ..fits.clone()
    };
    let alone_there = QuoteRow {
        details: br#"{"format":"in_person","service":"couples"}"#.to_vec(),
        ..fits.clone()
    };
    let by_plan = QuoteRow {
        details: br#"{"format":"video","service":"couples","plan":"Aetna"}"#.to_vec(),
        ..fits.clone()
    };
    let quotes = vec![
        fits.clone(),
        numbered(2, longer),
        numbered(3, elsewhere),
        numbered(4, alone_there),
        numbered(5, by_plan),
    ];
    let put = PutQuotes {
        account: therapist(1),
        quotes,
        minute: MORNING,
    };
    store.run(put).await.unwrap();
    let asked = |number: u8| PlaceHold {
        quote: Some(QuoteId([number; 16])),
        ..alone(hold(id(1), ANA, provider_id, on(1, 9), MORNING))
    };
    // Held without a quote, and accepted with one: tied to the visit all the same.
    for number in 2..=5 {
        assert_eq!(
            store.run(asked(number)).await,
            Err(NetworkError::StaleQuote)
        );
    }
    store
        .run(alone(hold(id(1), ANA, provider_id, on(1, 9), MORNING)))
        .await
        .unwrap();
    let shown = |number: u8| AcceptHold {
        quote: Some(QuoteId([number; 16])),
        ..holder_accepts(id(1), ANA, MORNING)
    };
    for number in 2..=5 {
        assert_eq!(
            store.run(shown(number)).await,
            Err(NetworkError::StaleQuote)
        );
    }
    let row = store.run(shown(1)).await.unwrap();
    assert_eq!(row.quote, Some(QuoteId([1; 16])));
}

pub(crate) async fn a_price_is_for_the_state_that_it_was_shown_for(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let both = PutListing {
        licences: licences(&[4, 5]),
        check_again: false,
        ..unverified()
    };
    store.run(both).await.unwrap();
    let quote = QuoteId([1; 16]);
    let put = PutQuotes {
        account: therapist(1),
        quotes: vec![QuoteRow {
            quote,
            bytes: vec![1; 9],
            until_day: MORNING.0 / 1440,
            minutes: 50,
            place: 4,
            details: VIDEO.to_vec(),
        }],
        minute: MORNING,
    };
    store.run(put).await.unwrap();
    let held = PlaceHold {
        quote: Some(quote),
        ..alone(hold(id(1), ANA, provider, on(1, 9), MORNING))
    };
    store.run(held).await.unwrap();
    let from = |place| AcceptHold {
        place,
        quote: Some(quote),
        ..holder_accepts(id(1), ANA, MORNING)
    };
    let elsewhere = store.run(from(5)).await;
    assert_eq!(elsewhere, Err(NetworkError::StaleQuote));
    let row = store.run(from(4)).await.unwrap();
    assert_eq!(row.quote, Some(quote));
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
