//! A device whose clock is two days off: said, and nothing is lost or out of order.

use jiff::{SignedDuration, Timestamp};
use troth_core::{Command, Referee};
use troth_sync::env::{Env, NativeEnv};
use troth_sync::journal::memory::MemoryJournal;
use troth_sync::lock::Alone;
use troth_sync::relay::http_native::HttpRelay;
use troth_sync::view::{InviteOptions, Keeping, NewAccount};
use troth_sync::{Client, Rim, block_on};

use crate::harness::{BEN, Stage};

/// This machine's clock with an error.
struct Wrong(SignedDuration);

impl Env for Wrong {
    fn now(&self) -> Timestamp {
        NativeEnv.now() + self.0
    }

    fn zone(&self) -> String {
        NativeEnv.zone()
    }

    fn seed(&self) -> [u8; 32] {
        NativeEnv.seed()
    }
}

fn pair_with_a_wrong_clock(off: SignedDuration) {
    let stage = Stage::empty();
    stage.sign_up(BEN, "Ben");
    let rim = Rim {
        journal: MemoryJournal::default(),
        relay: HttpRelay::new(&stage.server.url).unwrap(),
        env: Box::new(Wrong(off)),
        lock: Box::new(Alone),
        keeping: Keeping::Unlocked,
    };
    let new = NewAccount {
        login: "ana".to_owned(),
        name: "Ana".to_owned(),
        password: "ana has a long password".to_owned(),
    };
    let (ana, _) = block_on(Client::<MemoryJournal, HttpRelay>::create_account(rim, new)).unwrap();
    let link = block_on(ana.invite(InviteOptions::default())).unwrap().link;
    stage.run(BEN, &["pair", "accept", &link], "").good();

    let report = block_on(ana.sync()).unwrap();
    let command = Command::StartReveal {
        prompt: "What day is it?".to_owned(),
        referee: Referee::Server,
    };
    block_on(ana.dispatch(command)).unwrap();
    let sent = block_on(ana.sync()).unwrap();

    let ahead = report.clock_off.expect("the clock is noticed");
    assert!(
        (ahead + off).abs() < SignedDuration::from_mins(5),
        "{ahead} against {off}"
    );
    assert_eq!(sent.waiting, 0);
    assert_eq!(sent.alarm, None);
    let there = stage.json(BEN, &["reveal", "list"]);
    assert_eq!(there[0]["prompt"], "What day is it?");
    let checked = stage.json(BEN, &["record", "verify"]);
    assert_eq!(checked["intact"], true);
    assert!(block_on(ana.verify()).unwrap().intact());
}

#[test]
fn a_clock_two_days_ahead_is_noticed_and_harms_nothing() {
    pair_with_a_wrong_clock(SignedDuration::from_hours(49));
}

#[test]
fn a_clock_two_days_behind_is_noticed_and_harms_nothing() {
    pair_with_a_wrong_clock(SignedDuration::from_hours(-49));
}
