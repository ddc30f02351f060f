//! A small world: providers with hours, people, and a clock that is told.

use tempfile::TempDir;
use troth_booking::machine::Act;
use troth_server::network::op::booking::{
    AcceptHold, ActOnBooking, BookingRow, By, MoveBooking, Now, PlaceHold,
};
use troth_server::network::op::calendar::PutHours;
use troth_server::network::op::provider::{
    DecideListing, Licensed, ListingAct, MoveListing, PutListing, Verdict,
};
use troth_server::network::op::token::{Token, Tokens};
use troth_server::network::store::{
    BookingId, ClientId, Minute, NetworkError, NetworkStore, ProviderId,
};
use troth_server::store::postgres::PostgresStore;
use troth_server::store::sqlite::SqliteStore;
use troth_wire::AccountId;

pub(crate) mod audit;
pub(crate) mod cut;
#[expect(
    unreachable_pub,
    reason = "shared with the crate's own tests, which see it as public"
)]
#[path = "../server/support/postgres.rs"]
pub(crate) mod postgres;

/// Monday 2026-06-01, 00:00 UTC.
pub(crate) const MONDAY: u32 = 29_671_200;

/// Monday 08:00: people look for a time.
pub(crate) const MORNING: Minute = Minute(MONDAY + 8 * 60);

pub(crate) const OPERATOR: AccountId = AccountId([0xee; 16]);

/// Who books in the tests.
pub(crate) const ANA: ClientId = ClientId([1; 16]);
pub(crate) const BEN: ClientId = ClientId([2; 16]);
pub(crate) const CAT: ClientId = ClientId([3; 16]);
pub(crate) const DAN: ClientId = ClientId([4; 16]);

/// A store in a file, and the folder that it lives in.
pub(crate) fn sqlite() -> (NetworkStore, TempDir) {
    // Where there is memory for files, a flush costs nothing.
    let folder = TempDir::new_in("/dev/shm")
        .or_else(|_| TempDir::new())
        .unwrap();
    (open(&folder), folder)
}

/// Opens the store in a folder.
pub(crate) fn open(folder: &TempDir) -> NetworkStore {
    SqliteStore::open(&folder.path().join("troth.db"))
        .unwrap()
        .into()
}

/// Connects to a database.
pub(crate) async fn connect(url: &str) -> NetworkStore {
    PostgresStore::connect(url).await.unwrap().into()
}

/// A time, with what derives the tokens of every test.
pub(crate) fn at(minute: Minute) -> Now {
    Now {
        minute,
        tokens: Tokens::new([7; 32]),
    }
}

/// The account of a provider.
pub(crate) fn therapist(number: u8) -> AccountId {
    AccountId([0x70 + number; 16])
}

/// A booking's name in the tests.
pub(crate) fn id(number: u32) -> BookingId {
    let mut name = [0xb0; 16];
    name[..4].copy_from_slice(&number.to_be_bytes());
    BookingId(name)
}

/// The minute of a weekday's hour; Monday is 0.
pub(crate) fn on(day: u32, hour: u32) -> Minute {
    Minute(MONDAY + day * 24 * 60 + hour * 60)
}

/// Open every day from 6 to 22 UTC, visits of 50 or 80 minutes, ten minutes free after each.
pub(crate) fn hours(instant: bool) -> Vec<u8> {
    format!(
        r#"{{"zone":"UTC","weekly":[{{"days":["mo","tu","we","th","fr","sa","su"],"from":"06:00",
        "to":"22:00"}}],"minutes":[50,80],"after":10,"every":60,"notice":30,"horizon":60,
        "instant":{instant}}}"#
    )
    .into_bytes()
}

/// What a visit of the tests is.
pub(crate) const VIDEO: &[u8] = br#"{"format":"video","service":"couples"}"#;

/// A last day that no test reaches.
const FAR: u32 = 40_000;

/// Licences that hold throughout, in these states.
pub(crate) fn licences(places: &[u8]) -> Vec<Licensed> {
    let licence = |place: &u8| Licensed {
        place: *place,
        until_day: FAR,
    };
    places.iter().map(licence).collect()
}

/// A listing with video visits for couples.
pub(crate) fn listing() -> Vec<u8> {
    serde_json::to_vec(&serde_json::json!({
        "listing": {
            "name": "Vera", "credentials": "", "npi": null, "about": "",
            "services": ["couples"], "formats": ["video"], "specialties": [], "modalities": [],
            "languages": ["en"], "places": [], "fee_cents": 18000, "years": 1, "accepting": true,
            "on_request": false
        },
        "licences": [], "plans": []
    }))
    .unwrap()
}

/// Makes a provider whose listing is verified, with these hours.
pub(crate) async fn provider(store: &NetworkStore, number: u8, hours: &[u8]) -> ProviderId {
    let account = therapist(number);
    let minute = Minute(MONDAY);
    let put = PutListing {
        account,
        replaces: None,
        npi: None,
        licences: licences(&[4]),
        listing: listing(),
        check_again: true,
        minute,
    };
    let provider = store.run(put).await.unwrap().provider;
    let act = ListingAct::Submit;
    let submit = MoveListing {
        account,
        act,
        minute,
    };
    let seen = store.run(submit).await.unwrap().version;
    let verify = DecideListing {
        provider,
        seen,
        operator: OPERATOR,
        verdict: Verdict::Verify,
        minute,
    };
    store.run(verify).await.unwrap();
    put_hours(store, number, hours).await;
    provider
}

/// Replaces a provider's hours.
pub(crate) async fn put_hours(store: &NetworkStore, number: u8, hours: &[u8]) {
    let put = PutHours {
        account: therapist(number),
        replaces: None,
        hours: hours.to_vec(),
        minute: Minute(MONDAY),
    };
    store.run(put).await.unwrap();
}

/// What a person asks for: a name, who, when; with the partner or alone.
pub(crate) fn hold(
    booking: BookingId,
    client: ClientId,
    provider: ProviderId,
    start: Minute,
    now: Minute,
) -> PlaceHold {
    PlaceHold {
        booking,
        client,
        provider,
        start,
        minutes: 50,
        with_partner: true,
        place: 4,
        quote: None,
        details: VIDEO.to_vec(),
        now: at(now),
    }
}

/// The same for one person alone.
pub(crate) fn alone(hold: PlaceHold) -> PlaceHold {
    PlaceHold {
        with_partner: false,
        ..hold
    }
}

/// Accepts with a token.
pub(crate) fn accept(
    booking: BookingId,
    client: ClientId,
    token: &Token,
    now: Minute,
) -> AcceptHold {
    AcceptHold {
        booking,
        client,
        token: token.digest(),
        place: 4,
        note: [b"note of ".as_slice(), &client.0].concat(),
        quote: None,
        now: at(now),
    }
}

/// The holder's acceptance.
pub(crate) fn holder_accepts(booking: BookingId, client: ClientId, now: Minute) -> AcceptHold {
    let token = at(now).tokens.first(booking, client);
    accept(booking, client, &token, now)
}

/// The partner's acceptance.
pub(crate) fn partner_accepts(booking: BookingId, client: ClientId, now: Minute) -> AcceptHold {
    let token = at(now).tokens.partner(booking);
    accept(booking, client, &token, now)
}

/// An act of a person.
pub(crate) fn by_client(
    booking: BookingId,
    client: ClientId,
    act: Act,
    now: Minute,
) -> ActOnBooking {
    ActOnBooking {
        booking,
        by: By::Client(client),
        act,
        now: at(now),
    }
}

/// A person's cancellation, with their token.
pub(crate) fn cancel(booking: BookingId, client: ClientId, now: Minute) -> ActOnBooking {
    let token = at(now).tokens.next(booking, client).digest();
    by_client(booking, client, Act::Cancel { token }, now)
}

/// An act of a provider.
pub(crate) fn by_provider(booking: BookingId, number: u8, act: Act, now: Minute) -> ActOnBooking {
    ActOnBooking {
        booking,
        by: By::Provider(therapist(number)),
        act,
        now: at(now),
    }
}

/// A person's move to another time, with their token.
pub(crate) fn moved(
    (booking, to): (BookingId, BookingId),
    client: ClientId,
    start: Minute,
    now: Minute,
) -> MoveBooking {
    MoveBooking {
        booking,
        client,
        token: at(now).tokens.next(booking, client).digest(),
        to,
        start,
        now: at(now),
    }
}

/// Holds a time and accepts it for both partners.
pub(crate) async fn both_accept(
    store: &NetworkStore,
    hold: PlaceHold,
    partner: ClientId,
) -> Result<BookingRow, NetworkError> {
    let (booking, client, now) = (hold.booking, hold.client, hold.now.minute);
    store.run(hold).await?;
    store.run(holder_accepts(booking, client, now)).await?;
    store.run(partner_accepts(booking, partner, now)).await
}
