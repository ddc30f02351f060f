//! The machine and the cells of a database, under every order of acts, searched exhaustively.
//!
//! One provider has two times; two couples want them. What the database does is modelled as it is: a
//! booking and its cells change in one transaction, or not at all, and a cell is taken once.

use std::collections::BTreeMap;

use stateright::{Checker, Model, Property};

use super::tests::token;
use super::*;
use crate::time::Cell;

const NOW: u32 = 1_000_000;
/// The moments at which something happens: while held, when holds end, when requests end, after the visits.
const MOMENTS: [u32; 4] = [NOW, NOW + 6, NOW + 2900, NOW + 5000];
const TIMES: [u32; 2] = [NOW + 4000, NOW + 4060];
const HOLDERS: [ClientId; 2] = [ClientId([1; 16]), ClientId([2; 16])];
const PARTNERS: [ClientId; 2] = [ClientId([3; 16]), ClientId([4; 16])];
/// The most bookings that are ever begun, unless `TROTH_MODEL_BOOKINGS` says more for a long night.
const MOST: usize = 2;

/// Where the provider's layers over the ordinary one begin, among those who have cells.
const OVER: u8 = 100;

/// What somebody tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Try {
    Hold {
        couple: usize,
        time: usize,
    },
    /// The provider offers one of two clients a time, over whatever is there.
    Ask {
        client: usize,
        time: usize,
    },
    Act {
        booking: usize,
        act: Act,
    },
    Move {
        booking: usize,
        with: TokenDigest,
        time: usize,
    },
    Wait,
}

/// All bookings, the cells, and the time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    bookings: Vec<Booking>,
    /// Who has which cell: the provider (0) or a person.
    cells: BTreeMap<(u8, Cell), BookingId>,
    moment: usize,
    broken: Option<&'static str>,
}

struct Practice {
    confirm: Confirm,
    most: usize,
}

impl Model for Practice {
    type State = World;
    type Action = Try;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            bookings: vec![],
            cells: BTreeMap::new(),
            moment: 0,
            broken: None,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Try>) {
        actions.push(Try::Wait);
        for time in 0..TIMES.len() {
            actions.extend((0..2).map(|couple| Try::Hold { couple, time }));
            actions.extend((0..2).map(|client| Try::Ask { client, time }));
        }
        for booking in 0..world.bookings.len() {
            let acts = [
                Act::Confirm,
                Act::Decline,
                Act::CallOff,
                Act::Close,
                Act::Keep,
                Act::Miss,
                Act::Lapse,
            ];
            actions.extend(acts.map(|act| Try::Act { booking, act }));
            // Every token that was ever given out, for whatever booking, is tried by everybody.
            let given = 4 + 4 * world.bookings.len() as u8;
            for with in (4..given).map(token) {
                let next = TokenDigest(with.0.map(|byte| byte + 2));
                let people = HOLDERS.into_iter().chain(PARTNERS);
                let accept = people.map(|client| Act::Accept {
                    client,
                    token: with,
                    next,
                });
                let others = [Act::Cancel { token: with }, Act::Release { token: with }];
                let acts = accept.chain(others);
                actions.extend(acts.map(|act| Try::Act { booking, act }));
                let moves = (0..TIMES.len()).map(|time| Try::Move {
                    booking,
                    with,
                    time,
                });
                actions.extend(moves);
            }
        }
    }

    fn next_state(&self, world: &World, action: Try) -> Option<World> {
        let mut next = world.clone();
        match action {
            Try::Wait => {
                next.moment = (world.moment + 1 < MOMENTS.len()).then_some(world.moment + 1)?
            }
            Try::Hold { couple, time } => {
                let id = world.next_id(self.most)?;
                let opening = Opening {
                    provider: ProviderId(1),
                    visit: visit(time),
                    holder: HOLDERS[couple],
                    token: token(id.0[0] * 4),
                    partner: Some(token(id.0[0] * 4 + 1)),
                    confirm: self.confirm,
                    origin: Origin::Hold,
                };
                next.begin(&open(id, &opening, world.now()).ok()?)?;
            }
            Try::Ask { client, time } => {
                let id = world.next_id(self.most)?;
                let opening = world.asked(self.confirm, (client, time), id);
                next.begin(&open(id, &opening, world.now()).ok()?)?;
            }
            Try::Act { booking, act } => {
                let change = world.bookings[booking].decide(&act, world.now()).ok()?;
                next.change(booking, &change)?;
            }
            Try::Move {
                booking,
                with,
                time,
            } => {
                let to = world.next_id(self.most)?;
                let next_token = |kind| token(to.0[0] * 4 + kind);
                let to = Move {
                    token: with,
                    to,
                    visit: visit(time),
                    holder_next: next_token(2),
                    partner_next: match world.bookings[booking].partner {
                        Partner::None => None,
                        _ => Some(next_token(3)),
                    },
                };
                let moving = world.bookings[booking].move_to(&to, world.now()).ok()?;
                next.change(booking, &moving.old)?;
                next.begin(&moving.new)?;
            }
        }
        next.check();
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = always();
        all.extend(sometimes());
        all
    }
}

/// What holds at any moment.
fn always() -> Vec<Property<Practice>> {
    vec![
        Property::always("nobody has two visits at once", |_, world: &World| {
            world.broken.is_none()
        }),
        Property::always(
            "a cell is taken exactly by a booking that takes time",
            |_, world: &World| {
                let mut cells = BTreeMap::new();
                for booking in world.bookings.iter().filter(|one| one.state.takes_time()) {
                    cells.extend(rows(booking).map(|row| (row, booking.id)));
                }
                cells == world.cells
            },
        ),
        Property::always(
            "nothing is certain before all have accepted",
            |practice: &Practice, world: &World| {
                // Who was asked comes alone; a couple is two.
                let all = |one: &Booking| {
                    one.holder.accepted && !matches!(one.partner, Partner::Invited { .. })
                };
                let asks = practice.confirm == Confirm::OnRequest;
                world.bookings.iter().all(|one| match one.state {
                    State::Requested { .. } => asks && all(one),
                    State::Booked | State::Kept | State::Missed => all(one),
                    _ => true,
                })
            },
        ),
        Property::always(
            "nobody's time is taken by what they were only asked",
            |_, world: &World| {
                world.cells.iter().all(|((whose, _), id)| {
                    let is_asked = |one: &&Booking| {
                        one.id == *id && one.origin.is_over_others() && !one.holder.accepted
                    };
                    *whose == 0 || *whose >= OVER || !world.bookings.iter().any(|it| is_asked(&it))
                })
            },
        ),
    ]
}

/// What can come about, so that the rest is not true of nothing.
fn sometimes() -> Vec<Property<Practice>> {
    vec![
        Property::sometimes(
            "who was asked accepts over another visit",
            |_, world: &World| {
                let [one, other] = world.bookings.as_slice() else {
                    return false;
                };
                let both = one.state == State::Booked && other.state == State::Booked;
                both && other.origin.is_over_others() && one.visit == other.visit
            },
        ),
        Property::sometimes("two visits are kept", |_, world: &World| {
            world
                .bookings
                .iter()
                .filter(|one| one.state == State::Kept)
                .count()
                == 2
        }),
        Property::sometimes("a visit is moved and kept", |_, world: &World| {
            let is_moved = |one: &Booking| matches!(one.origin, Origin::Move { .. });
            world
                .bookings
                .iter()
                .any(|one| is_moved(one) && one.state == State::Kept)
        }),
        Property::sometimes(
            "a lapsed time is booked by the other couple",
            |_, world: &World| {
                let state = |place: usize| {
                    world
                        .bookings
                        .get(place)
                        .map(|one| (one.state, one.holder.client, one.visit))
                };
                matches!((state(0), state(1)), (Some((State::Lapsed, one, time)), Some((State::Booked, other, same))) if one != other && time == same)
            },
        ),
    ]
}

fn visit(time: usize) -> Visit {
    Visit {
        start: Minute(TIMES[time]),
        minutes: 50,
        before: 0,
        after: 0,
    }
}

/// The provider's layer that a booking takes, as one who has cells.
fn layer(booking: &Booking) -> u8 {
    match booking.origin.layer() {
        0 => 0,
        layer => OVER + layer,
    }
}

/// The rows that a booking takes: the provider's and those of each whose time it takes.
fn rows(booking: &Booking) -> impl Iterator<Item = (u8, Cell)> {
    let layer = layer(booking);
    let provider: Vec<_> = booking
        .visit
        .provider_cells()
        .map(|cell| (layer, cell))
        .collect();
    let clients: Vec<_> = booking.visit.client_cells().collect();
    let of_clients = booking.taking().into_iter().flat_map(move |client| {
        clients
            .clone()
            .into_iter()
            .map(move |cell| (client.0[0], cell))
    });
    provider.into_iter().chain(of_clients)
}

impl World {
    fn now(&self) -> Minute {
        Minute(MOMENTS[self.moment])
    }

    fn next_id(&self, most: usize) -> Option<BookingId> {
        let number = self.bookings.len() as u8;
        (self.bookings.len() < most).then_some(BookingId([number + 1; 16]))
    }

    /// Takes the cells of a new booking; `None` if one is taken, as the transaction is undone.
    fn begin(&mut self, change: &Change) -> Option<()> {
        let booking = Booking::begin(change)?;
        self.occupy(&booking)?;
        self.bookings.push(booking);
        Some(())
    }

    fn change(&mut self, place: usize, change: &Change) -> Option<()> {
        let booking = &mut self.bookings[place];
        booking.apply(change);
        let booking = booking.clone();
        if booking.state.takes_time() {
            self.occupy(&booking)
        } else {
            self.cells.retain(|_, owner| *owner != booking.id);
            Some(())
        }
    }

    /// The offer of a time by the provider to somebody.
    fn asked(&self, confirm: Confirm, (client, time): (usize, usize), id: BookingId) -> Opening {
        Opening {
            provider: ProviderId(1),
            visit: visit(time),
            holder: HOLDERS[client],
            token: token(id.0[0] * 4),
            partner: None,
            confirm,
            origin: Origin::Ask {
                layer: self.next_layer(time),
                minutes: 60,
            },
        }
    }

    /// The layer above everything that is there.
    fn next_layer(&self, time: usize) -> u8 {
        let visit = visit(time);
        let there = visit.provider_cells().flat_map(|cell| {
            let layers = self.cells.keys().filter(move |(_, one)| *one == cell);
            layers.map(|(whose, _)| *whose).filter(|it| *it > OVER)
        });
        there.max().map_or(1, |top| top - OVER + 1)
    }

    fn occupy(&mut self, booking: &Booking) -> Option<()> {
        // The ordinary layer is taken only where no other is.
        if layer(booking) == 0 {
            let is_over = |cell| {
                let mut others = self.cells.iter();
                others.any(|((whose, one), id)| *whose > OVER && *one == cell && *id != booking.id)
            };
            let begins = !self.cells.values().any(|id| *id == booking.id);
            if begins && booking.visit.provider_cells().any(is_over) {
                return None;
            }
        }
        for row in rows(booking) {
            if *self.cells.entry(row).or_insert(booking.id) != booking.id {
                return None;
            }
        }
        Some(())
    }

    /// Looks for two visits of one person at one time, without the cells.
    fn check(&mut self) {
        let live = |one: &&Booking| one.state.takes_time();
        for (place, one) in self
            .bookings
            .iter()
            .enumerate()
            .filter(|(_, one)| live(one))
        {
            for other in self.bookings[place + 1..].iter().filter(live) {
                if !one.visit.span().overlaps(other.visit.span()) {
                    continue;
                }
                if layer(one) == layer(other) {
                    self.broken = Some("two bookings of the provider overlap");
                }
                if one.taking().iter().any(|it| other.taking().contains(it)) {
                    self.broken = Some("two visits of a person overlap");
                }
            }
        }
        let unfinished = |one: &Booking| one.state.is_over(self.now());
        let accepts = |one: &Booking| {
            let acts = [Act::Confirm, Act::Decline, Act::Keep];
            acts.iter().any(|act| one.decide(act, self.now()).is_ok())
        };
        if self
            .bookings
            .iter()
            .any(|one| unfinished(one) && accepts(one))
        {
            self.broken = Some("something happened to what is over");
        }
    }
}

#[test]
fn no_order_of_acts_gives_one_time_to_two_couples() {
    let most = std::env::var("TROTH_MODEL_BOOKINGS").map_or(MOST, |most| most.parse().unwrap());
    for confirm in [Confirm::Instant, Confirm::OnRequest] {
        let checker = Practice { confirm, most }
            .checker()
            .threads(2)
            .spawn_bfs()
            .join();
        checker.assert_properties();
        eprintln!("{} states", checker.unique_state_count());
        assert!(checker.is_done() && checker.unique_state_count() > 1_000);
    }
}
