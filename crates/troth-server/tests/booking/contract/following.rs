//! What follows from a booking: offers, kept answers, reminders, feeds.

use troth_booking::machine::{Act, Reminder, State, replay};
use troth_booking::waitlist::Waiting;
use troth_server::network::op::booking::{ActOnBooking, By, ListHistory, PlaceHold, SweepBookings};
use troth_server::network::op::feed::{EndFeed, FeedOwner, OpenFeed, ReadFeed};
use troth_server::network::op::notice::{DropNotices, ListNotices, NoticeKind, NoticeRow};
use troth_server::network::op::once::{Answer, Once};
use troth_server::network::op::reminder::{DeliverReminder, LeaseReminders};
use troth_server::network::op::waitlist::{
    JoinWaitlist, LeaveWaitlist, Line, ListWaitlist, MOST_WAITS, WaitingRow,
};
use troth_server::network::store::{
    BookingId, ClientId, EntryId, KeyHash, Minute, NetworkError, NetworkStore, ProviderId,
    SecretHash, Span,
};

use crate::support::cut::{CRASH, CutOff};
use crate::support::{
    ANA, BEN, CAT, DAN, MORNING, VIDEO, accept, alone, at, both_accept, by_client, by_provider,
    cancel, hold, hours, id, moved, on, provider, therapist,
};

pub(super) fn waiting(client: ClientId, provider: ProviderId, since: Minute) -> JoinWaitlist {
    JoinWaitlist {
        entry: WaitingRow {
            entry: EntryId(client.0),
            provider,
            waiting: Waiting {
                client,
                since,
                turn: 0,
                priority: 0,
                with_partner: false,
                minutes: 50,
                windows: Vec::new(),
                until: on(30, 0),
                offered: None,
                passed: Vec::new(),
            },
            place: 4,
            details: VIDEO.to_vec(),
        },
        minute: since,
    }
}

async fn notices(store: &NetworkStore, client: ClientId) -> Vec<NoticeRow> {
    let list = ListNotices {
        client,
        after: 0,
        limit: 50,
    };
    store.run(list).await.unwrap()
}

async fn offer_to(store: &NetworkStore, client: ClientId) -> Option<BookingId> {
    let notices = notices(store, client).await;
    let last = notices.iter().rfind(|it| it.kind == NoticeKind::Offered)?;
    Some(last.booking)
}

async fn state(store: &NetworkStore, booking: BookingId) -> State {
    let history = store.run(ListHistory { booking }).await.unwrap();
    replay(&history).unwrap().state
}

pub(crate) async fn a_freed_time_is_offered_in_order_until_somebody_takes_it(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let start = on(2, 9);
    store.run(waiting(CAT, provider, on(0, 7))).await.unwrap();
    store.run(waiting(BEN, provider, on(0, 6))).await.unwrap();
    store.run(waiting(DAN, provider, on(0, 8))).await.unwrap();
    let booked = alone(hold(id(1), ANA, provider, start, MORNING));
    store.run(booked).await.unwrap();
    let token = at(MORNING).tokens.first(id(1), ANA).digest();
    store
        .run(by_client(id(1), ANA, Act::Release { token }, MORNING))
        .await
        .unwrap();
    let first = offer_to(store, BEN)
        .await
        .expect("who waited longest is first");
    assert_eq!(offer_to(store, CAT).await, None, "one at a time");
    let State::Offered { until } = state(store, first).await else {
        panic!("an offer is a hold");
    };
    assert_eq!(until, MORNING.plus(121));
    let onto = store.run(hold(id(2), ANA, provider, start, MORNING)).await;
    assert!(
        matches!(onto, Err(NetworkError::Taken(_))),
        "an offer takes the time"
    );
    // Ben lets it lapse; Cat lets it go; Dan takes it.
    let now = at(until);
    store.run(SweepBookings { limit: 9, now }).await.unwrap();
    assert_eq!(state(store, first).await, State::Lapsed);
    let second = offer_to(store, CAT).await.unwrap();
    let token = at(until).tokens.first(second, CAT).digest();
    store
        .run(by_client(second, CAT, Act::Release { token }, until))
        .await
        .unwrap();
    let third = offer_to(store, DAN).await.unwrap();
    let token = at(until).tokens.first(third, DAN);
    let row = store.run(accept(third, DAN, &token, until)).await.unwrap();
    assert_eq!(
        (row.booking.state, row.details.as_slice()),
        (State::Booked, VIDEO)
    );
    let line = ListWaitlist {
        line: Line::OfProvider(therapist(1)),
    };
    let line = store.run(line).await.unwrap();
    let left: Vec<_> = line.iter().map(|it| it.waiting.client).collect();
    assert_eq!(left, [BEN, CAT], "who took an offer waits no longer");
    // Nobody is offered the same time twice.
    store.run(cancel(third, DAN, until)).await.unwrap();
    assert_eq!(offer_to(store, BEN).await, Some(first));
    assert_eq!(offer_to(store, CAT).await, Some(second));
}

pub(crate) async fn whoever_has_another_visit_is_passed_over(store: &NetworkStore) {
    let (one, two) = (
        provider(store, 1, &hours(true)).await,
        provider(store, 2, &hours(true)).await,
    );
    both_accept(store, hold(id(1), ANA, one, on(2, 9), MORNING), DAN)
        .await
        .unwrap();
    both_accept(
        store,
        hold(id(2), BEN, two, on(2, 9), MORNING),
        ClientId([9; 16]),
    )
    .await
    .unwrap();
    store.run(waiting(BEN, one, on(0, 6))).await.unwrap();
    store.run(waiting(CAT, one, on(0, 7))).await.unwrap();
    store
        .run(moved((id(1), id(3)), ANA, on(2, 12), MORNING))
        .await
        .unwrap();
    assert_eq!(offer_to(store, BEN).await, None);
    let offer = offer_to(store, CAT).await.unwrap();
    assert!(matches!(state(store, offer).await, State::Offered { .. }));
}

pub(crate) async fn of_those_who_join_in_one_minute_the_first_is_offered_first(
    store: &NetworkStore,
) {
    let provider = provider(store, 1, &hours(true)).await;
    for client in [DAN, BEN, CAT] {
        let joined = waiting(client, provider, MORNING);
        store.run(joined).await.unwrap();
    }
    let booked = alone(hold(id(1), ANA, provider, on(2, 9), MORNING));
    store.run(booked).await.unwrap();
    let token = at(MORNING).tokens.first(id(1), ANA).digest();
    store
        .run(by_client(id(1), ANA, Act::Release { token }, MORNING))
        .await
        .unwrap();
    let mut offered = Vec::new();
    for client in [BEN, CAT, DAN] {
        offered.extend(offer_to(store, client).await.map(|_| client));
    }
    assert_eq!(offered, [DAN]);
}

pub(crate) async fn a_person_waits_once_at_a_provider(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let joined = store.run(waiting(ANA, provider, MORNING)).await.unwrap();
    let again = JoinWaitlist {
        entry: WaitingRow {
            entry: EntryId([9; 16]),
            ..waiting(ANA, provider, MORNING).entry
        },
        minute: MORNING,
    };
    let refused = store.run(again).await;
    assert_eq!(refused, Err(NetworkError::AlreadyWaiting(joined.entry)));
    let mine = || ListWaitlist {
        line: Line::OfClient(ANA),
    };
    assert_eq!(store.run(mine()).await, Ok(vec![joined.clone()]));
    let leave = |client| LeaveWaitlist {
        entry: joined.entry,
        client,
    };
    assert_eq!(store.run(leave(BEN)).await, Err(NetworkError::NotFound));
    store.run(leave(ANA)).await.unwrap();
    assert_eq!(store.run(mine()).await, Ok(vec![]));
}

fn once(key: u8, hold: PlaceHold) -> Once<PlaceHold> {
    let mut request = [0; 32];
    request[..4].copy_from_slice(&hold.start.0.to_be_bytes());
    Once {
        owner: SecretHash([1; 32]),
        key: KeyHash([key; 32]),
        request,
        minute: hold.now.minute,
        operation: hold,
        answer: |_, row| Answer {
            bytes: row.booking.id.0.to_vec(),
            booking: Some(row.booking.id),
        },
    }
}

/// Three hundred who can never come are in line before the one who can.
pub(crate) async fn whom_a_time_does_not_fit_keeps_nobody_waiting(store: &NetworkStore) {
    let provider_id = provider(store, 1, &hours(true)).await;
    let stranger = |number: u16| {
        let mut client = [0xe0; 16];
        client[..2].copy_from_slice(&number.to_be_bytes());
        ClientId(client)
    };
    let never = |number: u16| {
        let mut joins = waiting(stranger(number), provider_id, on(0, 6));
        let waiting = &mut joins.entry.waiting;
        match number % 4 {
            0 => waiting.minutes = 80,
            1 => waiting.windows = vec![Span::new(on(2, 9).plus(10), on(2, 20))],
            2 => waiting.until = on(0, 9),
            _ => {
                waiting.windows = vec![Span::new(on(3, 0), on(4, 0)), Span::new(on(5, 0), on(6, 0))]
            }
        }
        joins
    };
    for number in 0..300 {
        store.run(never(number)).await.unwrap();
    }
    let mut fits = waiting(BEN, provider_id, on(0, 7));
    fits.entry.waiting.windows = vec![
        Span::new(on(1, 0), on(1, 1)),
        Span::new(on(2, 9), on(2, 9).plus(50)),
    ];
    store.run(fits).await.unwrap();
    let booked = alone(hold(id(1), ANA, provider_id, on(2, 9), on(0, 10)));
    store.run(booked).await.unwrap();
    let token = at(on(0, 10)).tokens.first(id(1), ANA).digest();
    let release = by_client(id(1), ANA, Act::Release { token }, on(0, 10));
    store.run(release).await.unwrap();
    assert!(offer_to(store, BEN).await.is_some(), "nobody else can come");
    for number in 0..300 {
        assert_eq!(offer_to(store, stranger(number)).await, None);
    }
}

pub(crate) async fn a_person_waits_on_so_many_lists_and_no_more(store: &NetworkStore) {
    let most = u8::try_from(MOST_WAITS).unwrap();
    let mut providers = Vec::new();
    for number in 1..=most + 1 {
        providers.push(provider(store, number, &hours(true)).await);
    }
    let joins = |place: usize| {
        let mut joins = waiting(ANA, providers[place], MORNING);
        joins.entry.entry = EntryId([u8::try_from(place).unwrap(); 16]);
        joins
    };
    for place in 0..usize::from(most) {
        store.run(joins(place)).await.unwrap();
    }
    let last = usize::from(most);
    assert_eq!(store.run(joins(last)).await, Err(NetworkError::TooMany));
    let again = store.run(joins(0)).await;
    assert_eq!(again, Err(NetworkError::AlreadyWaiting(EntryId([0; 16]))));
    let leave = LeaveWaitlist {
        entry: EntryId([0; 16]),
        client: ANA,
    };
    store.run(leave).await.unwrap();
    store.run(joins(last)).await.unwrap();
}

pub(crate) async fn a_request_that_comes_again_gets_its_answer_again(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let asked = |number, start| once(1, hold(id(number), ANA, provider, start, MORNING));
    let done = store.run(asked(1, on(1, 9))).await.unwrap();
    assert_eq!(
        (done.bytes.as_slice(), done.was_kept),
        (id(1).0.as_slice(), false)
    );
    // The second time another name was drawn; the answer names the booking that there is.
    let done = store.run(asked(2, on(1, 9))).await.unwrap();
    assert_eq!(
        (done.bytes.as_slice(), done.was_kept),
        (id(1).0.as_slice(), true)
    );
    let other = store.run(asked(3, on(1, 10))).await;
    assert_eq!(other, Err(NetworkError::KeyReused));
    let refused = Once {
        key: KeyHash([2; 32]),
        ..asked(4, on(1, 9))
    };
    let errors = (store.run(refused.clone()).await, store.run(refused).await);
    assert!(errors.0.is_err(), "one live hold");
    assert_eq!(errors.0, errors.1, "a refusal is no answer to keep");
}

pub(crate) async fn a_key_ends_with_its_booking(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let asked = |number, now| once(1, alone(hold(id(number), ANA, provider, on(1, 9), now)));
    store.run(asked(1, MORNING)).await.unwrap();
    let token = at(MORNING).tokens.first(id(1), ANA).digest();
    store
        .run(by_client(id(1), ANA, Act::Release { token }, MORNING))
        .await
        .unwrap();
    let done = store.run(asked(2, MORNING)).await.unwrap();
    assert_eq!(
        (done.bytes.as_slice(), done.was_kept),
        (id(2).0.as_slice(), false)
    );
    let later = MORNING.plus(10);
    let now = at(later);
    store.run(SweepBookings { limit: 9, now }).await.unwrap();
    assert!(
        !store.run(asked(3, later)).await.unwrap().was_kept,
        "time ends it too"
    );
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn a_reminder_goes_out_once_and_never_for_a_cancelled_visit(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let start = on(3, 9);
    both_accept(store, hold(id(1), ANA, provider, start, MORNING), BEN)
        .await
        .unwrap();
    both_accept(store, hold(id(2), ANA, provider, on(3, 12), MORNING), BEN)
        .await
        .unwrap();
    let lease = |now: Minute| LeaseReminders {
        now,
        until: now.plus(5),
        limit: 10,
    };
    let due = start.minus(24 * 60);
    assert_eq!(store.run(lease(due.minus(1))).await, Ok(vec![]));
    let leased = store.run(lease(due)).await.unwrap();
    let first = Reminder {
        booking: id(1),
        version: 2,
        at: due,
    };
    assert_eq!(leased, [first]);
    assert_eq!(
        store.run(lease(due)).await,
        Ok(vec![]),
        "nobody else has it meanwhile"
    );
    let deliver = |reminder, until, now| DeliverReminder {
        reminder,
        until,
        now,
    };
    let until = due.plus(5);
    let other = store.run(deliver(first, until.plus(1), due)).await;
    assert_eq!(
        other,
        Ok(vec![]),
        "who has not leased it does not deliver it"
    );
    assert_eq!(
        store.run(deliver(first, until, due)).await,
        Ok(vec![ANA, BEN])
    );
    assert_eq!(store.run(deliver(first, until, due)).await, Ok(vec![]));
    // The other visit is moved while a worker holds its reminder.
    let second = on(3, 12).minus(24 * 60);
    let leased = store.run(lease(second)).await.unwrap();
    assert_eq!(leased.len(), 1);
    store
        .run(moved((id(2), id(3)), BEN, on(5, 12), second))
        .await
        .unwrap();
    assert_eq!(
        store.run(deliver(leased[0], second.plus(5), second)).await,
        Ok(vec![])
    );
    store.run(cancel(id(3), ANA, second)).await.unwrap();
    let rest = store.run(lease(on(9, 0))).await.unwrap();
    assert_eq!(
        rest.len(),
        1,
        "of the first visit, two hours before it: too late by now"
    );
    assert_eq!(
        store.run(deliver(rest[0], on(9, 5), on(9, 0))).await,
        Ok(vec![])
    );
    let reminded = notices(store, ANA).await;
    let reminded = reminded.iter().filter(|it| it.kind == NoticeKind::Reminder);
    assert_eq!(reminded.count(), 1);
}

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn a_feed_follows_moves_and_cancellations(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    let feeds = [
        (SecretHash([1; 32]), FeedOwner::Client(BEN)),
        (SecretHash([2; 32]), FeedOwner::Provider(provider)),
    ];
    for (secret, owner) in feeds {
        store.run(OpenFeed { secret, owner }).await.unwrap();
    }
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    store
        .run(hold(id(9), CAT, provider, on(1, 18), MORNING))
        .await
        .unwrap();
    let mut sequences = Vec::new();
    let acts: [Option<&dyn Fn() -> ActOnBooking>; 3] =
        [None, None, Some(&|| cancel(id(2), ANA, MORNING))];
    for (round, act) in acts.into_iter().enumerate() {
        if round == 1 {
            store
                .run(moved((id(1), id(2)), ANA, on(1, 12), MORNING))
                .await
                .unwrap();
        }
        if let Some(act) = act {
            store.run(act()).await.unwrap();
        }
        for (secret, _) in feeds {
            let feed = ReadFeed {
                secret,
                minute: MORNING,
            };
            let entries = store.run(feed).await.unwrap().unwrap();
            assert_eq!(
                (entries.len(), entries[0].root),
                (1, id(1)),
                "one visit, the same one"
            );
            sequences.push((entries[0].sequence, entries[0].state));
        }
    }
    let expected = [
        (2, State::Booked),
        (4, State::Booked),
        (5, State::Cancelled),
    ];
    assert_eq!(sequences, expected.map(|it| [it, it]).concat());
    let secret = SecretHash([3; 32]);
    let owner = FeedOwner::Client(BEN);
    store.run(OpenFeed { secret, owner }).await.unwrap();
    let old = ReadFeed {
        secret: SecretHash([1; 32]),
        minute: MORNING,
    };
    assert_eq!(
        store.run(old).await,
        Ok(None),
        "a new address ends the old one"
    );
    assert_eq!(store.run(EndFeed { owner }).await, Ok(true));
    assert_eq!(store.run(EndFeed { owner }).await, Ok(false));
}

pub(crate) async fn a_number_of_a_notice_never_comes_back(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    let mut seen = 0;
    for client in [ANA, BEN] {
        let last = notices(store, client).await.last().map(|it| it.number);
        seen = seen.max(last.unwrap_or_default());
        let through = u64::MAX / 2;
        store.run(DropNotices { client, through }).await.unwrap();
    }
    assert!(seen > 0, "somebody was told of the visit");
    store.run(cancel(id(1), ANA, MORNING)).await.unwrap();
    let later = [notices(store, ANA).await, notices(store, BEN).await].concat();
    assert!(!later.is_empty());
    // A client that asks for what came after the last one it read must find them.
    assert!(later.iter().all(|it| it.number > seen), "{later:?}, {seen}");
}

pub(crate) async fn an_operation_that_fails_midway_leaves_nothing(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    store.run(waiting(CAT, provider, MORNING)).await.unwrap();
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    // Cut off before each statement in turn, until none is left to cut.
    let mut cuts = 0;
    for before in 0.. {
        let operation = moved((id(1), id(2)), ANA, on(1, 12), MORNING);
        match store.run(CutOff { operation, before }).await {
            Err(CRASH) => cuts += 1,
            done => {
                assert_eq!(done.unwrap().previous, Some(id(1)));
                break;
            }
        }
        assert_eq!(state(store, id(1)).await, State::Booked);
        assert_eq!(offer_to(store, CAT).await, None);
        assert!(
            store
                .run(ListHistory { booking: id(2) })
                .await
                .unwrap()
                .is_empty()
        );
    }
    assert!(cuts > 20, "a move is many statements: {cuts}");
    assert!(offer_to(store, CAT).await.is_some());
    let keep = ActOnBooking {
        booking: id(2),
        by: By::Provider(therapist(1)),
        act: Act::Keep,
        now: at(on(1, 13)),
    };
    store.run(keep).await.unwrap();
    let again = store.run(by_provider(id(2), 1, Act::Keep, on(1, 13))).await;
    assert!(again.is_err());
}
