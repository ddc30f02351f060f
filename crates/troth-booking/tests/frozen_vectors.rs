//! Stored changes of every version still read as they did. Lines are added, never edited.

#[cfg(test)]
mod tests {
    use troth_booking::machine::{
        Act, Booking, Change, Confirm, Move, Opening, Origin, open, replay,
    };
    use troth_booking::{BookingId, ClientId, Minute, ProviderId, TokenDigest, Visit};

    const FROZEN: &str = include_str!("vectors/changes.txt");
    const NOW: Minute = Minute(29_500_000);

    fn token(number: u8) -> TokenDigest {
        TokenDigest([number; 32])
    }

    /// A life with every sort of change: hold, both accept, confirm, move, kept; offer, release; overbook, cancel.
    fn changes() -> Vec<Change> {
        let visit = Visit {
            start: NOW.plus(1000),
            minutes: 50,
            before: 5,
            after: 10,
        };
        let hold = Opening {
            provider: ProviderId(7),
            visit,
            holder: ClientId([1; 16]),
            token: token(1),
            partner: Some(token(2)),
            confirm: Confirm::OnRequest,
            origin: Origin::Hold,
        };
        let accept = |client: u8, with, next| Act::Accept {
            client: ClientId([client; 16]),
            token: token(with),
            next: token(next),
        };
        let mut all = lived(&hold, 10, &[accept(1, 1, 3), accept(2, 2, 4), Act::Confirm]);
        let to = Move {
            token: token(3),
            to: BookingId([11; 16]),
            visit: Visit {
                start: NOW.plus(2000),
                ..visit
            },
            holder_next: token(5),
            partner_next: Some(token(6)),
        };
        let moving = replay(&all).unwrap().move_to(&to, NOW).unwrap();
        let moved = Booking::begin(&moving.new).unwrap();
        let confirmed = moved.decide(&Act::Confirm, NOW).unwrap();
        all.extend([moving.old, moving.new, confirmed]);
        let offer = Opening {
            partner: None,
            confirm: Confirm::Instant,
            origin: Origin::Offer { minutes: 120 },
            ..hold
        };
        all.extend(lived(&offer, 12, &[Act::Release { token: token(1) }]));
        let overbook = Opening {
            origin: Origin::Overbook { layer: 1 },
            ..offer
        };
        all.extend(lived(&overbook, 13, &[Act::Cancel { token: token(1) }]));
        all
    }

    fn lived(opening: &Opening, id: u8, acts: &[Act]) -> Vec<Change> {
        let mut history = vec![open(BookingId([id; 16]), opening, NOW).unwrap()];
        for act in acts {
            let booking = replay(&history).unwrap();
            history.push(booking.decide(act, NOW).unwrap());
        }
        history
    }

    fn bytes(line: &str) -> Vec<u8> {
        let pair =
            |pair: &[u8]| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap();
        line.as_bytes().chunks(2).map(pair).collect()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn every_stored_change_is_read_and_written_as_it_was() {
        let changes = changes();
        let written: Vec<String> = changes.iter().map(|change| hex(&change.encode())).collect();
        let frozen: Vec<&str> = FROZEN.lines().collect();
        assert_eq!(written, frozen);
        for (line, change) in frozen.iter().zip(&changes) {
            assert_eq!(Change::decode(&bytes(line)).as_ref(), Ok(change));
        }
    }
}
