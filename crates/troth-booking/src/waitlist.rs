//! Who is next when a time becomes free.
//!
//! Nobody is booked by the waitlist: the first in line is offered the time, with a hold, and the next
//! one after that hold has ended. Order is by priority, then by how long somebody has waited; who joined
//! first in one minute comes first.

use alloc::vec::Vec;

use crate::id::{BookingId, ClientId};
use crate::rules::Slot;
use crate::time::{Minute, Span};

/// Somebody who waits for a time with one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Who waits.
    pub client: ClientId,
    /// Since when.
    pub since: Minute,
    /// Which number they drew when they joined this list: decides between those of one minute.
    pub turn: u32,
    /// Those with a higher one come first.
    pub priority: u8,
    /// Whether the other partner comes along.
    pub with_partner: bool,
    /// How many minutes the visit is to last.
    pub minutes: u16,
    /// When they could come; at any time if empty.
    pub windows: Vec<Span>,
    /// Until when they wait.
    pub until: Minute,
    /// The offer that they have not answered yet.
    pub offered: Option<BookingId>,
    /// Starts that they were offered before; none is offered twice.
    pub passed: Vec<Minute>,
}

impl Waiting {
    /// Says whether a free time is to be offered.
    #[must_use]
    pub fn wants(&self, slot: Slot, now: Minute) -> bool {
        let span = slot.span();
        self.offered.is_none()
            && now < self.until
            && now < slot.start
            && self.minutes == slot.minutes
            && !self.passed.contains(&slot.start)
            && (self.windows.is_empty() || self.windows.iter().any(|one| one.contains(span)))
    }
}

/// Finds the place in a list of the one to whom a free time is offered first.
#[must_use]
pub fn next_in_line(list: &[Waiting], slot: Slot, now: Minute) -> Option<usize> {
    let wanting = list
        .iter()
        .enumerate()
        .filter(|(_, one)| one.wants(slot, now));
    wanting
        .min_by_key(|(_, one)| (core::cmp::Reverse(one.priority), one.since, one.turn))
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOT: Slot = Slot {
        start: Minute(600),
        minutes: 50,
    };

    fn waiting(number: u8, since: u32) -> Waiting {
        Waiting {
            client: ClientId([number; 16]),
            since: Minute(since),
            turn: 0,
            priority: 0,
            with_partner: true,
            minutes: 50,
            windows: vec![],
            until: Minute(10_000),
            offered: None,
            passed: vec![],
        }
    }

    #[test]
    fn whoever_waited_longest_comes_first_unless_another_is_more_urgent() {
        let mut list = vec![waiting(1, 30), waiting(2, 20), waiting(3, 25)];
        assert_eq!(next_in_line(&list, SLOT, Minute(40)), Some(1));

        list[0].priority = 1;
        assert_eq!(next_in_line(&list, SLOT, Minute(40)), Some(0));
    }

    #[test]
    fn of_those_who_joined_in_one_minute_the_first_comes_first() {
        let of_turn = |number, turn| Waiting {
            turn,
            ..waiting(number, 20)
        };
        let list = [of_turn(1, 3), of_turn(3, 1), of_turn(2, 2)];
        assert_eq!(next_in_line(&list, SLOT, Minute(40)), Some(1));
        assert_eq!(
            next_in_line(&[of_turn(1, 2), waiting(9, 19)], SLOT, Minute(40)),
            Some(1)
        );
    }

    #[test]
    fn a_time_is_offered_only_to_those_who_can_come_and_only_once() {
        let offer = Some(BookingId([9; 16]));
        let elsewhere = vec![Span::new(Minute(610), Minute(700))];
        let fitting = vec![elsewhere[0], Span::new(Minute(600), Minute(650))];
        let list = vec![
            Waiting {
                offered: offer,
                ..waiting(1, 1)
            },
            Waiting {
                passed: vec![SLOT.start],
                ..waiting(2, 2)
            },
            Waiting {
                until: Minute(40),
                ..waiting(3, 3)
            },
            Waiting {
                minutes: 80,
                ..waiting(4, 4)
            },
            Waiting {
                windows: elsewhere,
                ..waiting(5, 5)
            },
            Waiting {
                windows: fitting,
                ..waiting(6, 6)
            },
        ];
        assert_eq!(next_in_line(&list, SLOT, Minute(40)), Some(5));
        assert_eq!(next_in_line(&list, SLOT, SLOT.start), None);
        assert_eq!(next_in_line(&list[..5], SLOT, Minute(40)), None);
    }
}
