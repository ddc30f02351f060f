//! What people do, drawn at random from what they know.

use troth_booking::machine::{Act, Reminder};
use troth_booking::waitlist::Waiting;
use troth_server::network::op::booking::{
    AcceptHold, ActOnBooking, By, MoveBooking, Overbook, PlaceHold, SweepBookings, Whom,
};
use troth_server::network::op::calendar::{BusySource, PutBusy};
use troth_server::network::op::notice::{ListNotices, NoticeKind, NoticeRow};
use troth_server::network::op::once::{Answer, Done, Once};
use troth_server::network::op::reminder::{DeliverReminder, LeaseReminders};
use troth_server::network::op::waitlist::{JoinWaitlist, LeaveWaitlist, WaitingRow};
use troth_server::network::store::{
    BookingId, ClientId, EntryId, KeyHash, Minute, NetworkError, NetworkStore, Operation,
    ProviderId, SecretHash, Span,
};

use super::draw::Draw;
use super::{Known, PEOPLE, PROVIDERS, World};
use crate::support::cut::{CRASH, CutOff};
use crate::support::{MONDAY, VIDEO, accept, at, hold, id, moved, therapist};

/// What becomes of a request on its way.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    /// It is carried out and answered.
    Whole,
    /// The process ends before one of its statements.
    CutOff(u32),
    /// It is carried out, and the answer is lost.
    Unanswered,
}

impl Fate {
    pub(super) fn draw(draw: &mut Draw) -> Self {
        match draw.below(10) {
            0 => Self::CutOff(draw.below(30)),
            1 => Self::Unanswered,
            _ => Self::Whole,
        }
    }
}

/// What was heard of a request.
#[derive(Debug)]
pub(super) enum Heard {
    /// Nothing: it may have been carried out or not.
    Nothing,
    Refused(NetworkError),
    Done(Done),
    Leased(Vec<Reminder>, Minute),
    Reminded(Reminder, Minute),
    Offered(Vec<Known>, (ClientId, u64)),
    Fine,
}

/// A request.
#[derive(Debug, Clone)]
pub(super) enum Command {
    Hold(PlaceHold),
    Accept(AcceptHold),
    Act(ActOnBooking),
    Move(MoveBooking),
    Overbook(Overbook),
    Join(JoinWaitlist),
    Leave(LeaveWaitlist),
    Busy(PutBusy),
    Sweep(SweepBookings),
    Lease(LeaseReminders),
    Deliver(DeliverReminder),
    Read(ListNotices),
}

/// The name under which the answer to a booking's request is kept.
fn name_of(booking: BookingId) -> Answer {
    Answer {
        bytes: booking.0.to_vec(),
        booking: Some(booking),
    }
}

/// An answer that names nothing, and is kept until it is old.
fn done() -> Answer {
    Answer {
        bytes: b"done".to_vec(),
        booking: None,
    }
}

impl Command {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Hold(_) => "hold",
            Self::Accept(_) => "accept",
            Self::Act(_) => "act",
            Self::Move(_) => "move",
            Self::Overbook(_) => "overbook",
            Self::Join(_) => "join",
            Self::Leave(_) => "leave",
            Self::Busy(_) => "busy",
            Self::Sweep(_) => "sweep",
            Self::Lease(_) => "lease",
            Self::Deliver(_) => "deliver",
            Self::Read(_) => "read",
        }
    }

    /// Carries the request out, under its key where it has one.
    pub(super) async fn run(&self, store: &NetworkStore, key: u64, fate: Fate) -> Heard {
        let minute = self.minute();
        match self.clone() {
            Self::Hold(op) => {
                send(
                    store,
                    once(key, minute, op, |_, it| name_of(it.booking.id)),
                    fate,
                )
                .await
            }
            Self::Move(op) => {
                send(
                    store,
                    once(key, minute, op, |_, it| name_of(it.booking.id)),
                    fate,
                )
                .await
            }
            Self::Overbook(op) => {
                send(
                    store,
                    once(key, minute, op, |_, it| name_of(it.booking.id)),
                    fate,
                )
                .await
            }
            Self::Accept(op) => send(store, once(key, minute, op, |_, _| done()), fate).await,
            Self::Act(op) => send(store, once(key, minute, op, |_, _| done()), fate).await,
            Self::Join(op) => send(store, once(key, minute, op, |_, _| done()), fate).await,
            Self::Leave(op) => send(store, once(key, minute, op, |_, ()| done()), fate).await,
            Self::Read(op) => {
                let client = op.client;
                tell(cut(store, op, fate).await, |it| offers(client, &it))
            }
            Self::Busy(op) => tell(cut(store, op, fate).await, |()| Heard::Fine),
            Self::Sweep(op) => tell(cut(store, op, fate).await, |_| Heard::Fine),
            Self::Lease(op) => {
                let until = op.until;
                tell(cut(store, op, fate).await, |it| Heard::Leased(it, until))
            }
            // Its answer is not lost: what is counted is what went out.
            Self::Deliver(op) => {
                let reminder = op.reminder;
                let fate = match fate {
                    Fate::Unanswered => Fate::Whole,
                    fate => fate,
                };
                tell(cut(store, op, fate).await, |to| {
                    if to.is_empty() {
                        Heard::Fine
                    } else {
                        Heard::Reminded(reminder, minute)
                    }
                })
            }
        }
    }

    /// The booking that this request made, or another that it knows of.
    pub(super) fn made(&self, known: &[Known]) -> Option<Known> {
        match self {
            Self::Hold(it) => Some(Known {
                booking: it.booking,
                client: it.client,
                provider: it.provider.0 as u8,
            }),
            Self::Move(it) => {
                let old = known.iter().rfind(|old| old.booking == it.booking)?;
                Some(Known {
                    booking: it.to,
                    ..*old
                })
            }
            Self::Overbook(it) => Some(Known {
                booking: it.booking,
                client: match it.whom {
                    Whom::Nobody(client) | Whom::Client(client) => client,
                },
                provider: it.account.0[0] - 0x70,
            }),
            _ => None,
        }
    }

    const fn minute(&self) -> Minute {
        match self {
            Self::Hold(it) => it.now.minute,
            Self::Accept(it) => it.now.minute,
            Self::Act(it) => it.now.minute,
            Self::Move(it) => it.now.minute,
            Self::Overbook(it) => it.now.minute,
            Self::Sweep(it) => it.now.minute,
            Self::Join(it) => it.minute,
            Self::Busy(it) => it.minute,
            Self::Lease(it) => it.now,
            Self::Deliver(it) => it.now,
            Self::Leave(_) | Self::Read(_) => Minute(MONDAY),
        }
    }

    /// Draws what somebody does next.
    pub(super) fn draw(world: &mut World) -> Self {
        match world.draw.below(100) {
            0..30 => Self::draw_hold(world),
            30..58 => Self::draw_accept(world),
            58..74 => Self::draw_act(world),
            74..79 => Self::draw_move(world),
            79..82 => Self::draw_overbook(world),
            82..85 => Self::draw_wait(world),
            85 => Self::draw_busy(world),
            86..88 => Self::Sweep(SweepBookings {
                limit: 10,
                now: at(world.now),
            }),
            88..91 => Self::draw_read(world),
            91..94 => Self::Lease(LeaseReminders {
                now: world.now,
                until: world.now.plus(3),
                limit: 5,
            }),
            _ => Self::draw_deliver(world),
        }
    }

    fn draw_hold(world: &mut World) -> Self {
        let (name, client, provider) = (new_name(world), person(world), provider(world));
        let start = time(world);
        let with_partner = world.draw.one_in(2);
        Self::Hold(PlaceHold {
            with_partner,
            ..hold(name, client, provider, start, world.now)
        })
    }

    fn draw_accept(world: &mut World) -> Self {
        let known = known(world);
        let tokens = at(world.now).tokens;
        let (client, token) = if world.draw.one_in(2) {
            (person(world), tokens.partner(known.booking))
        } else {
            (known.client, tokens.first(known.booking, known.client))
        };
        Self::Accept(accept(known.booking, client, &token, world.now))
    }

    fn draw_act(world: &mut World) -> Self {
        let Known {
            booking,
            client,
            provider,
        } = known(world);
        let (now, tokens) = (world.now, at(world.now).tokens);
        let provider = By::Provider(therapist(provider));
        let (by, act) = match world.draw.below(12) {
            0 => {
                let token = tokens.first(booking, client).digest();
                (By::Client(client), Act::Release { token })
            }
            1 | 2 => {
                let token = tokens.next(booking, client).digest();
                (By::Client(client), Act::Cancel { token })
            }
            3..7 => (provider, Act::Confirm),
            7 => (provider, Act::Decline),
            8 => (provider, Act::Keep),
            9 => (provider, Act::Miss),
            10 => (provider, Act::CallOff),
            _ => (By::Clock, Act::Lapse),
        };
        Self::Act(ActOnBooking {
            booking,
            by,
            act,
            now: at(now),
        })
    }

    fn draw_move(world: &mut World) -> Self {
        let Known {
            booking, client, ..
        } = known(world);
        let (to, start) = (new_name(world), time(world));
        Self::Move(moved((booking, to), client, start, world.now))
    }

    fn draw_overbook(world: &mut World) -> Self {
        let number = 1 + world.draw.below(u32::from(PROVIDERS)) as u8;
        let booking = new_name(world);
        // Whether or not they ever were a client there.
        let whom = if world.draw.one_in(3) {
            Whom::Nobody(ClientId(booking.0))
        } else {
            Whom::Client(person(world))
        };
        Self::Overbook(Overbook {
            booking,
            account: therapist(number),
            whom,
            start: time(world).plus(15),
            minutes: 50,
            why: "in need".to_owned(),
            place: 4,
            details: VIDEO.to_vec(),
            now: at(world.now),
        })
    }

    fn draw_wait(world: &mut World) -> Self {
        let (client, provider) = (person(world), provider(world));
        let mut name = client.0;
        name[15] = provider.0 as u8;
        let entry = EntryId(name);
        if world.draw.one_in(4) {
            return Self::Leave(LeaveWaitlist { entry, client });
        }
        let waiting = Waiting {
            client,
            since: world.now,
            turn: 0,
            priority: 0,
            with_partner: world.draw.one_in(3),
            minutes: 50,
            windows: Vec::new(),
            until: world.now.plus(5 * 24 * 60),
            offered: None,
            passed: Vec::new(),
        };
        Self::Join(JoinWaitlist {
            entry: WaitingRow {
                entry,
                provider,
                waiting,
                place: 4,
                details: VIDEO.to_vec(),
            },
            minute: world.now,
        })
    }

    fn draw_busy(world: &mut World) -> Self {
        let (provider, start) = (provider(world), time(world));
        Self::Busy(PutBusy {
            provider,
            source: BusySource::Text,
            busy: vec![Span::new(start, start.plus(90))],
            minute: world.now,
        })
    }

    fn draw_read(world: &mut World) -> Self {
        let client = person(world);
        Self::Read(ListNotices {
            client,
            after: world.read.get(&client).copied().unwrap_or(0),
            limit: 500,
        })
    }

    fn draw_deliver(world: &mut World) -> Self {
        let (reminder, until) = match world.leased.len() as u32 {
            0 => return Self::draw_hold(world),
            leased => {
                // A lease is short, so the newest ones.
                let place = (leased - 1 - world.draw.below(leased.min(8))) as usize;
                // Some workers come twice with the same one.
                if world.draw.one_in(3) {
                    world.leased[place]
                } else {
                    world.leased.swap_remove(place)
                }
            }
        };
        Self::Deliver(DeliverReminder {
            reminder,
            until,
            now: world.now,
        })
    }
}

fn new_name(world: &mut World) -> BookingId {
    world.next_name += 1;
    id(world.next_name)
}

fn person(world: &mut World) -> ClientId {
    ClientId([1 + world.draw.below(u32::from(PEOPLE)) as u8; 16])
}

fn provider(world: &mut World) -> ProviderId {
    let place = world.draw.below(u32::from(PROVIDERS)) as usize;
    world.providers[place]
}

/// A full hour of the next days; few enough that people meet.
fn time(world: &mut World) -> Minute {
    let today = world.now.0 / 1440 * 1440;
    let (day, hour) = (world.draw.below(3), 6 + world.draw.below(16));
    Minute(today + day * 1440 + hour * 60)
}

/// A booking that was made lately, seldom an older one or one that never was. Somebody who
/// has no part in it comes now and then.
fn known(world: &mut World) -> Known {
    let known = world.known.len() as u32;
    let never = Known {
        booking: id(u32::MAX),
        client: person(world),
        provider: 1 + world.draw.below(u32::from(PROVIDERS)) as u8,
    };
    if known == 0 || world.draw.one_in(200) {
        return never;
    }
    let reach = if world.draw.one_in(4) { 400 } else { 8 };
    let back = world.draw.below(known.min(reach));
    let one = world.known[(known - 1 - back) as usize];
    if world.draw.one_in(12) {
        return Known {
            booking: one.booking,
            ..never
        };
    }
    one
}

/// The offers among some notices.
fn offers(client: ClientId, notices: &[NoticeRow]) -> Heard {
    let offers = notices.iter().filter(|it| it.kind == NoticeKind::Offered);
    let known = offers.map(|it| Known {
        booking: it.booking,
        client,
        provider: 1,
    });
    let read = notices.last().map_or(0, |it| it.number);
    Heard::Offered(known.collect(), (client, read))
}

pub(super) fn once<O: Operation>(
    key: u64,
    minute: Minute,
    operation: O,
    answer: fn(&O, &O::Output) -> Answer,
) -> Once<O> {
    let mut name = [0; 32];
    name[..8].copy_from_slice(&key.to_be_bytes());
    Once {
        owner: SecretHash([5; 32]),
        key: KeyHash(name),
        request: name,
        minute,
        operation,
        answer,
    }
}

/// Sends a request with a key.
async fn send<O: Operation + Clone>(store: &NetworkStore, once: Once<O>, fate: Fate) -> Heard {
    tell(cut(store, once, fate).await, Heard::Done)
}

/// Carries an operation out, or as much of it as its fate allows.
async fn cut<O: Operation>(
    store: &NetworkStore,
    operation: O,
    fate: Fate,
) -> Result<O::Output, NetworkError> {
    match fate {
        Fate::Whole => store.run(operation).await,
        Fate::CutOff(before) => store.run(CutOff { operation, before }).await,
        Fate::Unanswered => {
            let _lost = store.run(operation).await;
            Err(CRASH)
        }
    }
}

fn tell<T>(outcome: Result<T, NetworkError>, heard: impl FnOnce(T) -> Heard) -> Heard {
    match outcome {
        Ok(output) => heard(output),
        Err(CRASH) => Heard::Nothing,
        Err(error) => Heard::Refused(error),
    }
}
