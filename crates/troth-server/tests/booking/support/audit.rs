//! Reads everything that the database holds of bookings, and checks what must be true of it,
//! by rules written down here once more: from the histories, not from the cells.

use std::collections::{BTreeMap, BTreeSet};

use troth_booking::Span;
use troth_booking::machine::{Booking, Change, Origin, State, replay};
use troth_server::network::store::{
    Access, BookingId, ClientId, NetworkError, NetworkStore, Operation, ProviderId, Row, Rows,
};

/// Everything there is.
#[derive(Debug)]
pub(crate) struct Audit {
    pub(crate) histories: BTreeMap<BookingId, Vec<Change>>,
    /// State, until and sequence, as in the columns.
    columns: BTreeMap<BookingId, (u8, u32, u32)>,
    cells: BTreeMap<BookingId, BTreeSet<(ProviderId, u32, u8)>>,
    client_cells: BTreeMap<BookingId, BTreeSet<(ClientId, u32)>>,
    live_holds: BTreeMap<ClientId, BookingId>,
    reminders: Vec<(BookingId, u32)>,
}

struct ReadAll;

impl Operation for ReadAll {
    type Output = Audit;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Audit, NetworkError> {
        let mut audit = Audit {
            histories: BTreeMap::new(),
            columns: BTreeMap::new(),
            cells: BTreeMap::new(),
            client_cells: BTreeMap::new(),
            live_holds: BTreeMap::new(),
            reminders: Vec::new(),
        };
        let changes = "SELECT change FROM changes ORDER BY booking, sequence";
        for mut row in rows.query(changes, &[]).await? {
            let change = Change::decode(&row.bytes()?).unwrap();
            audit
                .histories
                .entry(change.booking)
                .or_default()
                .push(change);
        }
        let bookings = "SELECT booking, state, until, sequence FROM bookings";
        for mut row in rows.query(bookings, &[]).await? {
            let id = booking(&mut row)?;
            let columns = (row.number()?, row.number()?, row.number()?);
            audit.columns.insert(id, columns);
        }
        let cells = "SELECT booking, provider, cell, layer FROM cells";
        for mut row in rows.query(cells, &[]).await? {
            let id = booking(&mut row)?;
            let cell = (ProviderId(row.number()?), row.number()?, row.number()?);
            audit.cells.entry(id).or_default().insert(cell);
        }
        let cells = "SELECT booking, client, cell FROM client_cells";
        for mut row in rows.query(cells, &[]).await? {
            let id = booking(&mut row)?;
            let cell = (ClientId(row.fixed()?), row.number()?);
            audit.client_cells.entry(id).or_default().insert(cell);
        }
        let holds = "SELECT booking, client FROM live_holds";
        for mut row in rows.query(holds, &[]).await? {
            let id = booking(&mut row)?;
            audit.live_holds.insert(ClientId(row.fixed()?), id);
        }
        let reminders = "SELECT booking, version FROM reminders";
        for mut row in rows.query(reminders, &[]).await? {
            audit.reminders.push((booking(&mut row)?, row.number()?));
        }
        Ok(audit)
    }
}

fn booking(row: &mut Row) -> Result<BookingId, NetworkError> {
    row.fixed().map(BookingId)
}

fn layer(booking: &Booking) -> u8 {
    match booking.origin {
        Origin::Overbook { layer } | Origin::Ask { layer, .. } => layer,
        _ => 0,
    }
}

/// Whose own time a booking takes: nobody's who was only asked.
fn taking(booking: &Booking) -> Vec<ClientId> {
    let is_asked = matches!(booking.origin, Origin::Ask { .. });
    if is_asked && !booking.holder.accepted {
        return Vec::new();
    }
    booking.clients()
}

impl Audit {
    /// Reads everything at one moment.
    pub(crate) async fn read(store: &NetworkStore) -> Self {
        store.run(ReadAll).await.unwrap()
    }

    /// The bookings, rebuilt from their histories.
    pub(crate) fn bookings(&self) -> impl Iterator<Item = Booking> {
        self.histories.values().map(|it| replay(it).unwrap())
    }

    /// How many visits are booked.
    pub(crate) fn booked(&self) -> usize {
        self.bookings()
            .filter(|it| it.state == State::Booked)
            .count()
    }

    /// Checks everything that must be true at any moment.
    pub(crate) fn check(&self) {
        assert_eq!(self.histories.len(), self.columns.len());
        let mut of_provider: BTreeMap<ProviderId, Vec<Span>> = BTreeMap::new();
        let mut of_client: BTreeMap<ClientId, Vec<Span>> = BTreeMap::new();
        let mut held = BTreeMap::new();
        for (id, history) in &self.histories {
            let booking = replay(history).expect("a history opens with its booking");
            for (place, change) in history.iter().enumerate() {
                assert_eq!((change.booking, change.sequence), (*id, place as u32));
            }
            self.check_columns(&booking);
            self.check_cells(&booking);
            self.check_chain(&booking, history);
            if let State::Held { .. } = booking.state {
                held.insert(booking.holder.client, *id);
            }
            if booking.state.takes_time() {
                if layer(&booking) == 0 {
                    let taken = booking.visit.with_buffers();
                    of_provider.entry(booking.provider).or_default().push(taken);
                }
                for client in taking(&booking) {
                    of_client
                        .entry(client)
                        .or_default()
                        .push(booking.visit.span());
                }
            }
        }
        assert_eq!(held, self.live_holds, "one live hold a person");
        of_provider
            .values_mut()
            .for_each(|it| no_overlap(it, "a provider"));
        of_client
            .values_mut()
            .for_each(|it| no_overlap(it, "a person"));
        for (id, version) in &self.reminders {
            let booking = replay(&self.histories[id]).unwrap();
            assert_eq!(
                (booking.state, booking.version),
                (State::Booked, Some(*version))
            );
        }
    }

    fn check_columns(&self, booking: &Booking) {
        let until = booking.state.until().map_or(0, |it| it.0);
        let columns = (booking.state.number(), until, booking.sequence);
        assert_eq!(
            self.columns[&booking.id], columns,
            "history replays to the state"
        );
    }

    fn check_cells(&self, booking: &Booking) {
        let (mut cells, mut client_cells) = (BTreeSet::new(), BTreeSet::new());
        if booking.state.takes_time() {
            let provider = booking.visit.provider_cells();
            cells.extend(provider.map(|it| (booking.provider, it.0, layer(booking))));
            for client in taking(booking) {
                client_cells.extend(booking.visit.client_cells().map(|it| (client, it.0)));
            }
        }
        let nothing = BTreeSet::new();
        assert_eq!(self.cells.get(&booking.id).unwrap_or(&nothing), &cells);
        let nothing = BTreeSet::new();
        assert_eq!(
            self.client_cells.get(&booking.id).unwrap_or(&nothing),
            &client_cells
        );
    }

    /// Old and new of a move name each other, and no booking is replaced by two.
    fn check_chain(&self, booking: &Booking, history: &[Change]) {
        if let State::Moved { to } = booking.state {
            assert_eq!(self.histories[&to][0].previous, Some(booking.id));
            assert_eq!(history.last().unwrap().next, Some(to));
        }
        if let Some(previous) = history[0].previous {
            let old = replay(&self.histories[&previous]).unwrap();
            assert_eq!(old.state, State::Moved { to: booking.id });
        }
    }
}

/// Spans of one provider or person have no quarter hour in common.
fn no_overlap(spans: &mut [Span], whose: &str) {
    spans.sort_unstable();
    for pair in spans.windows(2) {
        let (one, two) = (pair[0].in_cells(), pair[1].in_cells());
        assert!(
            !one.overlaps(two),
            "two visits of {whose} at once: {one:?} {two:?}"
        );
    }
}
