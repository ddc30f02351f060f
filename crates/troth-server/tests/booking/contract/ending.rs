//! Cancelling, moving, and what ends by time.

use troth_booking::Span;
use troth_booking::machine::{Act, Refused, State};
use troth_server::network::listing::name_alone;
use troth_server::network::op::booking::{
    ActOnBooking, By, ForgetVisits, KEEP_NOTES, KEEP_NOTHING, KEEP_VISITS, MoveBooking,
    RetireListing, Viewer,
};
use troth_server::network::op::notice::NoticeKind;
use troth_server::network::op::provider::{
    FindProvider, ListingState, LookupProvider, ProviderKey, PutListing,
};
use troth_server::network::op::waitlist::{Line, ListWaitlist};
use troth_server::network::store::{Access, Conflict, NetworkError, NetworkStore, Operation, Rows};

use super::booking::{evidence, look, state, sweep, taken, told};
use super::following::waiting;
use crate::support::audit::Audit;
use crate::support::{
    ANA, BEN, CAT, DAN, MORNING, VIDEO, at, both_accept, by_client, by_provider, cancel, hold,
    hours, id, licences, listing, moved, on, provider, therapist,
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
    assert_eq!((row.earlier, row.details.as_slice()), (4, VIDEO));
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

#[expect(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn a_therapist_who_is_gone_leaves_nothing_to_book(store: &NetworkStore) {
    let one = provider(store, 1, &hours(false)).await;
    let account = therapist(1);
    let npi = 1_234_567_893;
    let with_npi = |account| PutListing {
        account,
        replaces: None,
        npi: Some(npi),
        licences: licences(&[4]),
        listing: listing(),
        check_again: false,
        minute: MORNING,
    };
    store.run(with_npi(account)).await.unwrap();
    // One visit that was, one that is booked, one that is asked for, one that is held, who waits.
    let ahead = [(1, 9), (2, 12), (3, 15)];
    for (number, hour) in ahead {
        let wanted = hold(id(number), ANA, one, on(1, hour), MORNING);
        both_accept(store, wanted, BEN).await.unwrap();
    }
    for number in [1, 2] {
        store
            .run(by_provider(id(number), 1, Act::Confirm, MORNING))
            .await
            .unwrap();
    }
    store
        .run(hold(id(4), CAT, one, on(3, 9), on(1, 10)))
        .await
        .unwrap();
    store.run(waiting(DAN, one, on(1, 10))).await.unwrap();
    let retire = || RetireListing {
        account,
        keep: name_alone,
        now: at(on(1, 10)),
    };
    assert_eq!(store.run(retire()).await, Ok(Some(one)));
    assert_eq!(store.run(retire()).await, Ok(None));
    assert_eq!(state(store, id(1)).await, State::Booked, "it has begun");
    assert_eq!(state(store, id(2)).await, State::Cancelled);
    assert_eq!(state(store, id(3)).await, State::Declined);
    assert_eq!(state(store, id(4)).await, State::Released);
    for client in [ANA, BEN] {
        let told = told(store, client).await;
        let ends = [NoticeKind::Cancelled, NoticeKind::Declined];
        assert_eq!(told[told.len() - 2..], ends, "everybody who comes hears it");
    }
    assert_eq!(told(store, CAT).await, [NoticeKind::Cancelled]);
    let line = Line::OfClient(DAN);
    assert_eq!(store.run(ListWaitlist { line }).await, Ok(vec![]));
    let asked = store.run(hold(id(5), CAT, one, on(4, 9), on(1, 10))).await;
    assert_eq!(asked, Err(NetworkError::NotBookable));
    let key = ProviderKey::Npi(npi);
    assert_eq!(store.run(FindProvider { key }).await, Ok(None));
    let another = store.run(with_npi(therapist(2))).await.unwrap();
    assert_eq!((another.npi, another.provider == one), (Some(npi), false));
    let left = LookupProvider { provider: one };
    let left = store.run(left).await.unwrap().unwrap();
    assert_eq!((left.state, left.account), (ListingState::Withdrawn, None));
    let kept = String::from_utf8(left.listing).unwrap();
    assert!(kept.contains("Vera") && !kept.contains("18000"), "{kept}");
    Audit::read(store).await.check();
}

/// How many rows of each kind there are: visits, their people, sealed notes, notices, quarters.
struct Kept;

impl Operation for Kept {
    type Output = [u32; 5];
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut kept = [0; 5];
        let statements = [
            "SELECT count(*) FROM bookings",
            "SELECT count(*) FROM booking_clients",
            "SELECT count(*) FROM booking_clients WHERE length(note) > 0",
            "SELECT count(*) FROM notices",
            "SELECT (SELECT count(*) FROM cells) + (SELECT count(*) FROM client_cells) \
             + (SELECT count(*) FROM changes)",
        ];
        for (kept, statement) in kept.iter_mut().zip(statements) {
            *kept = rows.lookup(statement, &[]).await?.unwrap().number()?;
        }
        Ok(kept)
    }
}

pub(crate) async fn visits_and_sealed_notes_are_kept_as_long_as_promised(store: &NetworkStore) {
    let provider = provider(store, 1, &hours(true)).await;
    // One that was moved and kept; one that was let go.
    both_accept(store, hold(id(1), ANA, provider, on(1, 9), MORNING), BEN)
        .await
        .unwrap();
    store
        .run(moved((id(1), id(2)), ANA, on(2, 9), MORNING))
        .await
        .unwrap();
    store
        .run(by_provider(id(2), 1, Act::Keep, on(2, 10)))
        .await
        .unwrap();
    store
        .run(hold(id(3), CAT, provider, on(2, 12), MORNING))
        .await
        .unwrap();
    sweep(store, on(1, 0)).await;
    let forget = async |minute| {
        let limit = 100;
        store.run(ForgetVisits { limit, minute }).await.unwrap();
        store.run(Kept).await.unwrap()
    };
    let last = |period: u32| on(2, 9).plus(period);
    let rows = forget(on(3, 0)).await;
    assert_eq!(rows[..3], [3, 5, 4]);
    let rows = forget(on(2, 12).plus(KEEP_NOTHING).minus(1)).await;
    assert_eq!(rows[0], 3);
    let rows = forget(on(2, 12).plus(KEEP_NOTHING)).await;
    assert_eq!(rows[..3], [2, 4, 4], "that a time was let go");
    let rows = forget(last(KEEP_NOTES).minus(1)).await;
    assert_eq!(rows[2], 2, "the notes at the old time are older");
    let rows = forget(last(KEEP_NOTES)).await;
    assert_eq!(rows[..4], [2, 4, 0, 0], "notes and notices");
    let rows = forget(last(KEEP_VISITS)).await;
    assert_eq!(rows[0], 2, "the last change was an hour later");
    let rows = forget(last(KEEP_VISITS).plus(60)).await;
    assert_eq!(rows, [0; 5], "everything of it, the whole chain at once");
}
