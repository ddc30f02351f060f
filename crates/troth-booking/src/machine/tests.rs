//! The machine by examples, and under any order of acts.

use proptest::prelude::*;

use super::*;

const NOW: Minute = Minute(30_000_000);
const VISIT: Visit = Visit {
    start: Minute(30_010_005),
    minutes: 50,
    before: 5,
    after: 10,
};
const ANA: ClientId = ClientId([1; 16]);
const BEN: ClientId = ClientId([2; 16]);
const FIRST: BookingId = BookingId([10; 16]);
const SECOND: BookingId = BookingId([11; 16]);

pub(super) fn token(number: u8) -> TokenDigest {
    TokenDigest([number; 32])
}

fn opening(confirm: Confirm) -> Opening {
    Opening {
        provider: ProviderId(7),
        visit: VISIT,
        holder: ANA,
        token: token(1),
        partner: Some(token(2)),
        confirm,
        origin: Origin::Hold,
    }
}

/// A booking and everything that happened to it.
struct Life {
    booking: Booking,
    history: Vec<Change>,
}

impl Life {
    fn held(confirm: Confirm) -> Self {
        Self::from(open(FIRST, &opening(confirm), NOW).unwrap())
    }

    fn from(first: Change) -> Self {
        Self {
            booking: Booking::begin(&first).unwrap(),
            history: vec![first],
        }
    }

    fn act(&mut self, act: Act, now: Minute) -> Result<State, Refused> {
        let change = self.booking.decide(&act, now)?;
        self.booking.apply(&change);
        self.history.push(change);
        assert_eq!(replay(&self.history).as_ref(), Some(&self.booking));
        Ok(self.booking.state)
    }

    /// Why nothing ends at the visit's beginning: a request is over, a visit has begun.
    fn late(&self) -> Refused {
        match self.booking.state {
            State::Booked => Refused::Begun,
            _ => Refused::Lapsed,
        }
    }

    fn both_accept(&mut self, now: Minute) -> State {
        self.act(accept(ANA, 1, 3), now).unwrap();
        self.act(accept(BEN, 2, 4), now).unwrap()
    }
}

fn accept(client: ClientId, with: u8, next: u8) -> Act {
    Act::Accept {
        client,
        token: token(with),
        next: token(next),
    }
}

#[test]
fn a_hold_becomes_a_booking_when_both_have_accepted_in_either_order() {
    for order in [[(ANA, 1), (BEN, 2)], [(BEN, 2), (ANA, 1)]] {
        let mut life = Life::held(Confirm::Instant);
        let [(one, with_one), (other, with_other)] = order;
        let state = life.act(accept(one, with_one, 3), NOW).unwrap();
        assert!(matches!(state, State::Held { .. }));
        assert_eq!(
            life.act(accept(other, with_other, 4), NOW),
            Ok(State::Booked)
        );
        assert_eq!(life.booking.clients(), [ANA, BEN]);
        assert_eq!(life.booking.version, Some(2));
    }
}

#[test]
fn a_token_works_once_and_only_for_whom_it_was_given_to() {
    let mut life = Life::held(Confirm::Instant);
    assert_eq!(life.act(accept(BEN, 1, 9), NOW), Err(Refused::WrongPerson));
    assert_eq!(life.act(accept(ANA, 2, 9), NOW), Err(Refused::SamePerson));
    assert_eq!(life.act(accept(ANA, 7, 9), NOW), Err(Refused::WrongToken));
    life.act(accept(ANA, 1, 3), NOW).unwrap();
    assert_eq!(life.act(accept(ANA, 1, 9), NOW), Err(Refused::WrongToken));
    assert_eq!(
        life.act(accept(ANA, 3, 9), NOW),
        Err(Refused::AlreadyAccepted)
    );
    life.act(accept(BEN, 2, 4), NOW).unwrap();
    let cancel = |with| Act::Cancel { token: token(with) };
    assert_eq!(life.act(cancel(1), NOW), Err(Refused::WrongToken));
    assert_eq!(life.act(cancel(2), NOW), Err(Refused::WrongToken));
    assert_eq!(life.act(cancel(4), NOW), Ok(State::Cancelled));
    assert_eq!(life.act(cancel(4), NOW), Err(Refused::Ended));
    assert_eq!(life.act(cancel(3), NOW), Err(Refused::Ended));
}

#[test]
fn a_hold_lasts_five_minutes_and_never_six() {
    let mut life = Life::held(Confirm::Instant);
    let last = NOW.plus(HOLD_MINUTES);
    assert_eq!(life.act(Act::Lapse, last), Err(Refused::StillStanding));
    assert!(life.booking.decide(&accept(ANA, 1, 3), last).is_ok());
    let over = last.plus(1);
    assert_eq!(life.act(accept(ANA, 1, 3), over), Err(Refused::Lapsed));
    assert_eq!(
        life.act(Act::Release { token: token(1) }, over),
        Err(Refused::Lapsed)
    );
    assert_eq!(life.act(Act::Lapse, over), Ok(State::Lapsed));
    assert_eq!(life.act(Act::Lapse, over), Err(Refused::Ended));
}

#[test]
fn a_request_waits_two_days_but_not_past_the_visit() {
    let mut life = Life::held(Confirm::OnRequest);
    let until = NOW.plus(REQUEST_MINUTES + 1);
    assert_eq!(life.both_accept(NOW), State::Requested { until });
    assert_eq!(life.act(Act::Confirm, until), Err(Refused::Lapsed));
    assert_eq!(
        life.booking
            .decide(&Act::Confirm, until.minus(1))
            .unwrap()
            .state,
        State::Booked
    );
    assert_eq!(life.act(Act::Lapse, until), Ok(State::Lapsed));

    let late = Minute(VISIT.start.0 - 60);
    let first = open(FIRST, &opening(Confirm::OnRequest), late).unwrap();
    let mut life = Life::from(first);
    assert_eq!(
        life.both_accept(late),
        State::Requested { until: VISIT.start }
    );
}

#[test]
fn what_the_provider_may_do_depends_on_the_state() {
    let mut life = Life::held(Confirm::OnRequest);
    for act in [Act::Confirm, Act::Decline] {
        assert_eq!(life.act(act, NOW), Err(Refused::NotRequested));
    }
    assert_eq!(life.act(Act::CallOff, NOW), Err(Refused::NotBooked));
    life.both_accept(NOW);
    assert_eq!(life.act(Act::Keep, NOW), Err(Refused::NotBooked));
    assert_eq!(life.act(Act::Confirm, NOW), Ok(State::Booked));
    assert_eq!(life.booking.version, Some(3));
    assert_eq!(
        life.act(Act::Miss, VISIT.start.minus(1)),
        Err(Refused::NotBegun)
    );
    assert_eq!(life.act(Act::CallOff, VISIT.start), Err(Refused::Begun));
    assert_eq!(
        life.act(Act::Cancel { token: token(3) }, VISIT.start),
        Err(Refused::Begun)
    );
    assert_eq!(life.act(Act::Keep, VISIT.start), Ok(State::Kept));
    assert!(life.booking.state.takes_time());
}

#[test]
fn a_move_ends_one_booking_and_begins_the_other_in_one_step() {
    let mut life = Life::held(Confirm::Instant);
    let later = Visit {
        start: VISIT.start.plus(120),
        ..VISIT
    };
    let to = |with| Move {
        token: token(with),
        to: SECOND,
        visit: later,
        holder_next: token(5),
        partner_next: Some(token(6)),
    };
    assert_eq!(life.booking.move_to(&to(1), NOW), Err(Refused::NotBooked));
    life.both_accept(NOW);
    assert_eq!(life.booking.move_to(&to(1), NOW), Err(Refused::WrongToken));
    let moving = life.booking.move_to(&to(4), NOW).unwrap();
    assert_eq!(
        (moving.old.next, moving.new.previous),
        (Some(SECOND), Some(FIRST))
    );
    assert_eq!(
        (moving.old.cause, moving.new.cause),
        (Cause::Partner, Cause::Partner)
    );
    life.booking.apply(&moving.old);
    assert_eq!(life.booking.state, State::Moved { to: SECOND });
    assert_eq!(life.booking.move_to(&to(4), NOW), Err(Refused::Ended));
    assert_eq!(life.booking.move_to(&to(3), NOW), Err(Refused::Ended));

    let mut moved = Life::from(moving.new);
    assert_eq!(moved.booking.state, State::Booked);
    assert_eq!(moved.booking.clients(), [ANA, BEN]);
    for old in [3, 4] {
        let cancel = Act::Cancel { token: token(old) };
        assert_eq!(moved.act(cancel, NOW), Err(Refused::WrongToken));
    }
    assert_eq!(
        moved.act(Act::Cancel { token: token(5) }, NOW),
        Ok(State::Cancelled)
    );
}

#[test]
fn a_moved_booking_asks_the_provider_again_where_one_is_asked() {
    let mut life = Life::held(Confirm::OnRequest);
    life.both_accept(NOW);
    life.act(Act::Confirm, NOW).unwrap();
    let to = Move {
        token: token(3),
        to: SECOND,
        visit: VISIT,
        holder_next: token(5),
        partner_next: Some(token(6)),
    };
    let moving = life.booking.move_to(&to, NOW).unwrap();
    assert!(matches!(moving.new.state, State::Requested { .. }));
    for wrong in [
        Move { to: FIRST, ..to },
        Move {
            partner_next: None,
            ..to
        },
    ] {
        assert_eq!(life.booking.move_to(&wrong, NOW), Err(Refused::BadOpening));
    }
}

#[test]
fn an_offer_is_a_hold_that_the_waitlist_made_and_an_overbooking_is_booked_at_once() {
    let offer = Opening {
        origin: Origin::Offer {
            minutes: OFFER_MINUTES,
        },
        ..opening(Confirm::Instant)
    };
    let change = open(FIRST, &offer, NOW).unwrap();
    assert_eq!(change.cause, Cause::Waitlist);
    assert_eq!(change.state.until(), Some(NOW.plus(OFFER_MINUTES + 1)));
    assert_eq!(Life::from(change).both_accept(NOW), State::Booked);

    let overbook = Opening {
        origin: Origin::Overbook { layer: 1 },
        partner: None,
        ..opening(Confirm::OnRequest)
    };
    let mut life = Life::from(open(FIRST, &overbook, NOW).unwrap());
    assert_eq!(
        (life.booking.state, life.booking.version),
        (State::Booked, Some(0))
    );
    assert_eq!(
        life.act(Act::Cancel { token: token(1) }, NOW),
        Ok(State::Cancelled)
    );
}

/// A time that the provider offers to a client of theirs.
fn asked() -> Life {
    let ask = Opening {
        origin: Origin::Ask {
            layer: 1,
            minutes: ASK_MINUTES,
        },
        partner: None,
        ..opening(Confirm::OnRequest)
    };
    Life::from(open(FIRST, &ask, NOW).unwrap())
}

#[test]
fn who_is_only_asked_by_the_provider_has_nothing_booked_and_no_time_taken() {
    let mut life = asked();
    assert!(matches!(life.booking.state, State::Offered { .. }));
    assert_eq!(life.booking.clients(), [ANA]);
    assert_eq!(life.booking.taking(), [], "their time is theirs");
    for act in [Act::Confirm, Act::Decline, Act::Keep, Act::Miss] {
        assert!(life.booking.decide(&act, NOW).is_err(), "{act:?}");
    }
    assert_eq!(life.act(accept(BEN, 1, 3), NOW), Err(Refused::WrongPerson));
    assert_eq!(life.act(accept(ANA, 1, 3), NOW), Ok(State::Booked));
    assert_eq!(life.booking.taking(), [ANA]);
    // The provider chose this time, and not one to which it is moved.
    let to = Move {
        token: token(3),
        to: SECOND,
        visit: Visit {
            start: VISIT.start.plus(1440),
            ..VISIT
        },
        holder_next: token(5),
        partner_next: None,
    };
    let moved = life.booking.move_to(&to, NOW).unwrap().new.state;
    assert!(matches!(moved, State::Requested { .. }));
    let release = Act::Release { token: token(1) };
    assert_eq!(asked().act(release, NOW), Ok(State::Released));
    assert_eq!(asked().act(Act::CallOff, NOW), Ok(State::Released));
    let over = NOW.plus(ASK_MINUTES + 1);
    assert_eq!(asked().act(Act::Lapse, over), Ok(State::Lapsed));
}

#[test]
fn when_the_provider_is_gone_whatever_has_not_begun_ends() {
    let close = |mut life: Life| life.act(Act::Close, NOW.plus(1));
    assert_eq!(close(asked()), Ok(State::Released));
    assert_eq!(close(Life::held(Confirm::Instant)), Ok(State::Released));
    for (confirm, ended) in [
        (Confirm::OnRequest, State::Declined),
        (Confirm::Instant, State::Cancelled),
    ] {
        let mut life = Life::held(confirm);
        life.both_accept(NOW);
        assert_eq!(life.act(Act::Close, VISIT.start), Err(life.late()));
        assert_eq!(close(life), Ok(ended));
    }
}

#[test]
fn a_booking_cannot_begin_in_the_past_or_with_an_odd_length() {
    let with = |visit| Opening {
        visit,
        ..opening(Confirm::Instant)
    };
    let past = Visit {
        start: NOW,
        ..VISIT
    };
    assert_eq!(open(FIRST, &with(past), NOW), Err(Refused::Begun));
    for visit in [
        Visit {
            minutes: 0,
            ..VISIT
        },
        Visit {
            minutes: LONGEST_VISIT + 1,
            ..VISIT
        },
        Visit {
            before: LONGEST_BUFFER + 1,
            ..VISIT
        },
    ] {
        assert_eq!(open(FIRST, &with(visit), NOW), Err(Refused::BadLength));
    }
    let ask = |layer| Origin::Ask { layer, minutes: 60 };
    let origins = [
        Origin::Move { from: SECOND },
        Origin::Overbook { layer: 0 },
        ask(0),
    ];
    for origin in origins {
        let odd = Opening {
            origin,
            partner: None,
            ..opening(Confirm::Instant)
        };
        assert_eq!(open(FIRST, &odd, NOW), Err(Refused::BadOpening));
    }
}

#[test]
fn reminders_belong_to_one_version_and_die_with_it() {
    let mut life = Life::held(Confirm::Instant);
    assert_eq!(life.booking.reminders(&[60], NOW), []);
    life.both_accept(NOW);
    let reminders = life.booking.reminders(&[60, 1440, 60, 99_999], NOW);
    let times: Vec<Minute> = reminders.iter().map(|one| one.at).collect();
    assert_eq!(times, [VISIT.start.minus(1440), VISIT.start.minus(60)]);
    let [first, _] = reminders[..] else { panic!() };
    assert!(!life.booking.wants(&first, first.at.minus(1)));
    assert!(life.booking.wants(&first, first.at));
    assert!(!life.booking.wants(&first, VISIT.start));
    let other = Reminder {
        version: first.version + 1,
        ..first
    };
    assert!(!life.booking.wants(&other, first.at));
    life.act(Act::Cancel { token: token(3) }, NOW).unwrap();
    assert!(!life.booking.wants(&first, first.at));
}

#[test]
fn changes_that_do_not_fit_leave_a_booking_as_it_is() {
    let mut life = Life::held(Confirm::Instant);
    let before = life.booking.clone();
    let release = life
        .booking
        .decide(&Act::Release { token: token(1) }, NOW)
        .unwrap();
    let strangers = [
        Change {
            booking: SECOND,
            ..release.clone()
        },
        Change {
            sequence: 2,
            ..release.clone()
        },
        Change {
            sequence: 0,
            ..release.clone()
        },
    ];
    strangers
        .iter()
        .for_each(|change| life.booking.apply(change));
    assert_eq!(life.booking, before);
    life.booking.apply(&release);
    let ended = life.booking.clone();
    life.booking.apply(&Change {
        sequence: 2,
        state: State::Booked,
        ..release
    });
    assert_eq!(life.booking, ended);
    assert_eq!(replay(&[]), None);
}

fn acts() -> impl Strategy<Value = (Act, u32)> {
    let client = prop_oneof![Just(ANA), Just(BEN)];
    let accept =
        (client, 1_u8..6, 3_u8..6).prop_map(|(client, with, next)| accept(client, with, next));
    let act = prop_oneof![
        8 => accept,
        1 => (1_u8..6).prop_map(|with| Act::Release { token: token(with) }),
        2 => (1_u8..6).prop_map(|with| Act::Cancel { token: token(with) }),
        2 => Just(Act::Confirm),
        1 => Just(Act::Decline),
        1 => Just(Act::CallOff),
        1 => Just(Act::Keep),
        1 => Just(Act::Miss),
        1 => Just(Act::Lapse),
    ];
    let wait = prop_oneof![6 => 0_u32..2, 1 => 0_u32..4000, 1 => Just(10_005_u32)];
    (act, wait)
}

proptest! {
    #[test]
    fn any_order_of_acts_keeps_the_invariants(
        confirm in prop_oneof![Just(Confirm::Instant), Just(Confirm::OnRequest)],
        acts in proptest::collection::vec(acts(), 0..20),
    ) {
        let mut life = Life::held(confirm);
        let mut now = NOW;
        for (act, wait) in acts {
            now = now.plus(wait);
            let before = life.booking.clone();
            let ended = life.act(act, now);
            let after = &life.booking;
            if ended.is_err() {
                prop_assert_eq!(&before, after);
                continue;
            }
            prop_assert!(before.state.is_live());
            prop_assert!(!before.state.is_over(now) || act == Act::Lapse);
            let both = after.holder.accepted && matches!(after.partner, Partner::Joined(_));
            prop_assert_eq!(matches!(after.state, State::Requested { .. } | State::Booked | State::Kept | State::Missed), both && after.state.takes_time());
            prop_assert_eq!(after.version.is_some(), before.version.is_some() || after.state == State::Booked);
            let change = life.history.last().unwrap();
            let read = Change::decode(&change.encode());
            prop_assert_eq!(read.as_ref(), Ok(change));
        }
    }

    #[test]
    fn no_history_makes_applying_fail(order in proptest::collection::vec((0_usize..4, 0_u32..6), 0..12)) {
        let mut life = Life::held(Confirm::OnRequest);
        life.both_accept(NOW);
        life.act(Act::Confirm, NOW).unwrap();
        let changes = order.iter().map(|(which, sequence)| Change { sequence: *sequence, ..life.history[*which].clone() });
        let mut booking = Booking::begin(&life.history[0]).unwrap();
        changes.for_each(|change| booking.apply(&change));
        prop_assert!(booking.sequence <= 6);
    }

    #[test]
    fn no_bytes_make_reading_a_change_fail(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(change) = Change::decode(&bytes) {
            prop_assert_eq!(change.encode(), bytes);
        }
    }
}
