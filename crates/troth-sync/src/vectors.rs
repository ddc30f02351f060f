//! The stored form of every cell, frozen: a change of these bytes is a change of the format.
//!
//! `tests/vectors/` is append-only; what a released version wrote must be read for ever.

use troth_wire::{AccountId, DeviceId, Digest, EntryId, Envelope, Head, MemberId, PublicKey};
use troth_wire::{Sealed, SessionId, Signature, SpaceId, Token, strict};

use crate::identity::{Identity, Session, StoredNotice};
use crate::keyring::{KeptClient, KeptDevice, KeptKem, KeptSpace, Shared, VaultLocks};
use crate::machine::{
    Drawn, Expected, Flying, Invited, Item, Promised, Quiet, SpaceCell, Standing, StoredAlarm,
    Wants,
};
use crate::naming;
use crate::network::{Act, ActKind};
use crate::state::{OpenedAnswer, OwnAnswer, VaultCell, VaultItem};
use crate::view::AlarmKind;

fn sealed(byte: u8) -> Sealed {
    Sealed(vec![byte; 3])
}

fn identity() -> Identity {
    Identity {
        login: String::from("ana@example.org"),
        name: String::from("Ana"),
        server: String::from("https://troth.example.org"),
        account: AccountId([1; 16]),
        session: Some(Session {
            id: SessionId([2; 16]),
            token: Token([3; 32]),
        }),
        device: [4; 32],
        master: [5; 32],
        code: vec![6; 16],
        rehearsed: true,
        log_key: PublicKey([7; 32]),
        current: Some(SpaceId([8; 16])),
        notices: vec![StoredNotice {
            kind: 2,
            device: Some(DeviceId([9; 16])),
            number: 3,
        }],
        known_devices: vec![DeviceId([10; 16])],
        password_number: 2,
        asked: vec![DeviceId([11; 16])],
    }
}

fn expected() -> Expected {
    Expected {
        place: 7,
        head: Head([1; 32]),
        log_epoch: 2,
    }
}

fn invited() -> Invited {
    let secret = String::from("fragment");
    Invited {
        secret,
        until: 29_900_000,
        standing: Standing::Declined,
        offer: sealed(1),
    }
}

fn promised() -> Promised {
    Promised {
        promise: Digest([7; 32]),
        number: Digest([8; 32]),
    }
}

fn wants() -> Wants {
    Wants {
        begin: true,
        guest: None,
        confirmed: true,
        remove: Some(MemberId([1; 16])),
        leave: true,
        end_devices: vec![DeviceId([2; 16])],
        quiet: None,
    }
}

fn quiet_wants(until: Option<u64>) -> Wants {
    let changes = 3;
    Wants {
        quiet: Some(Quiet { changes, until }),
        ..wants()
    }
}

fn shared() -> Shared {
    Shared {
        root: [1; 32],
        kems: vec![KeptKem {
            generation: 1,
            seed: [2; 32],
        }],
        name: String::from("Ana"),
        spaces: vec![KeptSpace {
            space: SpaceId([3; 16]),
            me: MemberId([4; 16]),
            pinned: Some(PublicKey([5; 32])),
            highest: Some(expected()),
            wants: wants(),
            invited: Some(invited()),
            partner_name: Some(String::from("Ben")),
            founder: Some(MemberId([6; 16])),
            promised: vec![promised()],
        }],
        vault: VaultLocks {
            open: None,
            pins: vec![sealed(1)],
            recovery: sealed(2),
            changes: 1,
        },
        devices: vec![KeptDevice {
            device: DeviceId([7; 16]),
            session: SessionId([8; 16]),
            since: 29_900_000,
            ended: false,
        }],
        rehearsed: true,
        refused: vec![PublicKey([9; 32])],
        clients: None,
    }
}

fn booking() -> Shared {
    let client = KeptClient {
        since: 29_900_000,
        secret: [10; 32],
    };
    Shared {
        clients: Some(vec![client]),
        ..shared()
    }
}

fn act() -> Act {
    Act {
        kind: ActKind::Accept,
        key: [1; 16],
        path: String::from("holds/00/accept"),
        body: sealed(2),
        since: 29_900_000,
        by: [3; 32],
    }
}

fn space() -> SpaceCell {
    SpaceCell {
        wants: wants(),
        invited: Some(invited()),
        pinned: Some(PublicKey([3; 32])),
        log_epoch: 1,
        alarm: Some(StoredAlarm::new(AlarmKind::Forked, Some(5), vec![1, 2])),
        checkpoint_day: Some(20_779),
        next_item: 4,
        introduced: true,
        expected: Some(expected()),
        partner_name: Some(String::from("Ben")),
        founder: Some(MemberId([4; 16])),
        strange: None,
        promised: vec![promised()],
        drawn: Some(Drawn {
            offer: Digest([9; 32]),
            number: Digest([10; 32]),
        }),
        ..SpaceCell::new(SpaceId([1; 16]), MemberId([2; 16]))
    }
}

fn flight() -> Vec<Flying> {
    let envelope = Envelope {
        header: vec![1, 2],
        sig: Signature([3; 64]),
        body: vec![4],
    };
    vec![Flying {
        item: Some(1),
        envelope,
        placed: Some(9),
    }]
}

fn vault() -> VaultCell {
    let (key, theirs) = (Some(sealed(2)), Some(sealed(3)));
    VaultCell {
        blob: sealed(1),
        version: 4,
        key,
        theirs,
        uploaded: 29_900_000,
        unsent: 2,
        beside: vec![sealed(4)],
        is_damaged: true,
    }
}

/// Checks that a value is written as it was, and reads back from what was written.
macro_rules! frozen {
    ($($name:ident: $value:expr => $kind:ty;)*) => {$(
        #[test]
        fn $name() {
            let frozen = include_str!(concat!("../tests/vectors/", stringify!($name), ".hex"));
            let written = strict::encode(&$value);
            let text: String = written.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(text, frozen.trim(), "the stored form changed");
            let read: $kind = strict::decode(&written).unwrap();
            assert!(read == $value);
        }
    )*};
}

frozen! {
    the_identity_is_stored_as_ever: identity() => Identity;
    the_keyring_is_stored_as_ever: shared() => Shared;
    the_keyring_of_somebody_who_books_is_stored_as_ever: booking() => Shared;
    an_open_act_is_stored_as_ever: act() => Act;
    a_wish_to_leave_on_a_day_is_stored_as_ever: quiet_wants(Some(29_900_000)) => Wants;
    a_wish_to_leave_that_was_taken_back_is_stored_as_ever: quiet_wants(None) => Wants;
    a_space_is_stored_as_ever: space() => SpaceCell;
    a_flight_is_stored_as_ever: flight() => Vec<Flying>;
    the_vault_is_stored_as_ever: vault() => VaultCell;
    an_item_is_stored_as_ever:
        Item { number: 3, tag: [1; 16], body: sealed(2) } => Item;
    a_vault_item_is_stored_as_ever:
        VaultItem { id: [1; 32], body: sealed(2) } => VaultItem;
    an_own_answer_is_stored_as_ever: OwnAnswer {
        words: String::from("the walks"),
        share: Some(sealed(1)),
        nonce: Some(sealed(2)),
        deposited: true,
        answer: [3; 32],
    } => OwnAnswer;
    an_opened_answer_is_stored_as_ever: OpenedAnswer {
        by: MemberId([1; 16]),
        words: Some(String::from("the quiet")),
        share: Some(sealed(2)),
    } => OpenedAnswer;
}

#[test]
fn the_name_of_an_entry_is_derived_as_ever() {
    let name = naming::entry_id(&SpaceId([1; 16]), &MemberId([2; 16]), &[3; 16]);
    let unopened = naming::entry_id_of_unopened(&EntryId([4; 32]));
    let frozen = include_str!("../tests/vectors/names_of_entries.txt");
    assert_eq!(format!("{name}\n{unopened}\n"), frozen);
    assert_ne!(Digest(*name.as_bytes()), Digest(*unopened.as_bytes()));
}
