//! Cancelling, moving, and what ends by time.

use troth_booking::Span;
use troth_booking::machine::{Act, Refused, State};
use troth_server::network::op::booking::{ActOnBooking, By, MoveBooking, Viewer};
use troth_server::network::op::notice::NoticeKind;
use troth_server::network::store::{Conflict, NetworkError, NetworkStore};

use super::booking::{evidence, look, state, sweep, taken, told};
use crate::support::{
    ANA, BEN, CAT, DAN, MORNING, at, both_accept, by_client, by_provider, cancel, hold, hours, id,
    moved, on, provider, therapist,
};

pub(crate) async fn a_cancelled_time_is_free_again(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    let stranger = cancel(id(1), CAT, MORNING);
    assert_eq!(store.run(stranger).await, Err(NetworkError::NotFound));
    let old_token = at(MORNING).tokens.first(id(1), ANA).digest();
    let act = Act::Cancel { token: old_token };
    let refused = store.run(by_client(id(1), ANA, act, MORNING)).await;
    assert_eq!(refused, Err(NetworkError::Refused(Refused::WrongToken)));
    store.run(cancel(id(1), BEN, MORNING)).await.unwrap();
    assert_eq!(told(store, ANA).await.last(), Some(&NoticeKind::Cancelled));
    let again = store.run(cancel(id(1), ANA, MORNING)).await;
    assert_eq!(again, Err(NetworkError::Refused(Refused::Ended)));
    assert_eq!(taken(store, provider).await, []);
    both_accept(store, hold(id(2), BEN, provider, on(1, 9), MORNING), ANA)
        .await
        .unwrap();
    store
        .run(by_provider(id(2), 1, Act::CallOff, MORNING))
        .await
        .unwrap();
    assert_eq!(taken(store, provider).await, []);
}

pub(crate) async fn a_token_moves_a_visit_once(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    // Half of the new time is the old one's.
    let row = store
        .run(moved((id(1), id(2)), ANA, on(1, 10), MORNING))
        .await
        .unwrap();
    assert_eq!(
        (row.booking.state, row.previous, row.root),
        (State::Booked, Some(id(1)), id(1))
    );
    assert_eq!(
        (row.earlier, row.details.as_slice()),
        (4, b"video".as_slice())
    );
    assert_eq!(state(store, id(1)).await, State::Moved { to: id(2) });
    assert_eq!(
        taken(store, provider).await,
        [Span::new(on(1, 10), on(1, 11))]
    );
    assert_eq!(told(store, BEN).await, [NoticeKind::Moved]);
    let again = store
        .run(moved((id(1), id(3)), ANA, on(1, 12), MORNING))
        .await;
    assert_eq!(again, Err(NetworkError::Refused(Refused::Ended)));
    let spent = moved((id(2), id(3)), ANA, on(1, 12), MORNING);
    let spent = MoveBooking {
        token: at(MORNING).tokens.next(id(1), ANA).digest(),
        ..spent
    };
    assert_eq!(
        store.run(spent).await,
        Err(NetworkError::Refused(Refused::WrongToken))
    );
    // The partner has a token of their own for the new booking.
    let row = store
        .run(moved((id(2), id(3)), BEN, on(1, 12), MORNING))
        .await
        .unwrap();
    assert_eq!((row.root, row.earlier), (id(1), 6));
    let notes = look(store, id(3), Viewer::Provider(therapist(1)))
        .await
        .unwrap()
        .notes;
    assert_eq!(notes.len(), 2, "what was told the provider goes along");
}

pub(crate) async fn a_move_onto_a_taken_time_changes_nothing(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    both_accept(store, hold(id(2), CAT, provider, on(1, 12), MORNING), DAN)
        .await
        .unwrap();
    let onto = store
        .run(moved((id(1), id(3)), ANA, on(1, 12), MORNING))
        .await;
    assert_eq!(onto, Err(NetworkError::Taken(vec![Conflict::Provider])));
    assert_eq!(state(store, id(1)).await, State::Booked);
    assert_eq!(look(store, id(3), Viewer::Client(ANA)).await, None);
    assert_eq!(taken(store, provider).await.len(), 2);
    store
        .run(moved((id(1), id(3)), ANA, on(1, 14), MORNING))
        .await
        .unwrap();
}

pub(crate) async fn an_unanswered_request_ends_and_is_evidence(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(false)).await;
    let held = hold(id(1), ANA, provider, on(9, 9), MORNING);
    let row = both_accept(store, held, BEN).await.unwrap();
    let until = row.booking.state.until().unwrap();
    assert_eq!(until, MORNING.plus(48 * 60 + 1));
    assert_eq!(sweep(store, until.minus(1)).await, 0);
    let late = store.run(by_provider(id(1), 1, Act::Confirm, until)).await;
    assert_eq!(late, Err(NetworkError::Refused(Refused::Lapsed)));
    assert_eq!(sweep(store, until).await, 1);
    assert_eq!(state(store, id(1)).await, State::Lapsed);
    assert_eq!(evidence(store, provider).await, [6]);
    assert_eq!(told(store, BEN).await, [NoticeKind::Unanswered]);
    assert!(
        look(store, id(1), Viewer::Provider(therapist(1)))
            .await
            .is_some()
    );
    let declined = hold(id(2), ANA, provider, on(9, 9), until);
    both_accept(store, declined, BEN).await.unwrap();
    store
        .run(by_provider(id(2), 1, Act::Decline, until))
        .await
        .unwrap();
    assert_eq!(taken(store, provider).await, []);
}

pub(crate) async fn a_visit_is_kept_or_missed_after_it_began(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    both_accept(store, hold(id(1), ANA, provider, on(0, 9), MORNING), BEN)
        .await
        .unwrap();
    both_accept(store, hold(id(2), ANA, provider, on(0, 11), MORNING), BEN)
        .await
        .unwrap();
    let early = store.run(by_provider(id(1), 1, Act::Keep, MORNING)).await;
    assert_eq!(early, Err(NetworkError::Refused(Refused::NotBegun)));
    store
        .run(by_provider(id(1), 1, Act::Keep, on(0, 10)))
        .await
        .unwrap();
    store
        .run(by_provider(id(2), 1, Act::Miss, on(0, 12)))
        .await
        .unwrap();
    assert_eq!(evidence(store, provider).await, [0, 1]);
    assert_eq!(
        taken(store, provider).await.len(),
        2,
        "the time is past, not free"
    );
    let clock = ActOnBooking {
        booking: id(1),
        by: By::Clock,
        act: Act::Lapse,
        now: at(on(2, 0)),
    };
    assert_eq!(
        store.run(clock).await,
        Err(NetworkError::Refused(Refused::Ended))
    );
}
