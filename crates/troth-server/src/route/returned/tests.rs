use super::*;
use crate::service::Method::{Get, Post};
use crate::testing::{House, NOON, Writer};
use ed25519_dalek::SigningKey;
use troth_wire::api::{Append, Empty, Entries, Link, Outcome, Returned, SignedIn};
use troth_wire::{Envelope, Head, Placed};

const OURS: SpaceId = SpaceId([9; 16]);

/// A server that had five entries, and one with the same keys that has two of them.
struct Restored {
    house: House,
    ana: SignedIn,
    lost: Vec<Placed>,
    receipt: Receipt,
}

async fn append(house: &House, who: SignedIn, entries: Vec<Envelope>) {
    let path = format!("/v1/spaces/{OURS}/entries");
    let sent: Result<Appended, _> = house
        .send((Post, &path), Some(who.token), &Append { entries })
        .await;
    let outcomes = sent.unwrap().outcomes;
    let mut placed = outcomes
        .iter()
        .map(|it| matches!(it, Outcome::Placed { .. }));
    assert!(placed.all(|it| it), "{outcomes:?}");
}

async fn list(house: &House, who: SignedIn, after: u64) -> Entries {
    let path = format!("/v1/spaces/{OURS}/entries?after={after}");
    house
        .send((Get, &path), Some(who.token), &Empty {})
        .await
        .unwrap()
}

async fn restored() -> Restored {
    let house = House::new().await;
    let ana = house.sign_up("ana", "one").await;
    let mut a = Writer::new(1, OURS);
    append(&house, ana, a.found()).await;
    let backup = house.image();
    for _ in 0..3 {
        house.env.pass_minutes(60);
        append(&house, ana, vec![a.content()]).await;
    }
    let Entries {
        entries: lost,
        receipt,
        ..
    } = list(&house, ana, 2).await;
    let house = house.restored(backup).await;
    house.env.pass_minutes(600);
    Restored {
        house,
        ana,
        lost,
        receipt,
    }
}

impl Restored {
    fn whole(&self) -> GiveBack {
        let returned = |it: &Placed| Returned {
            received: it.received,
            envelope: it.envelope.clone(),
        };
        GiveBack {
            after: 2,
            entries: self.lost.iter().map(returned).collect(),
            rest: Vec::new(),
            receipt: self.receipt,
            from: None,
        }
    }

    async fn give(&self, who: SignedIn, returned: &GiveBack) -> Result<usize, ErrorCode> {
        let path = format!("/v1/spaces/{OURS}/returned");
        let answer: Appended = self
            .house
            .send((Post, &path), Some(who.token), returned)
            .await?;
        let placed = |it: &&Outcome| matches!(it, Outcome::Placed { .. });
        Ok(answer.outcomes.iter().filter(placed).count())
    }
}

#[tokio::test]
async fn what_was_lost_comes_back_with_its_minutes_and_heads() {
    let restored = restored().await;
    let given = restored.give(restored.ana, &restored.whole()).await;
    assert_eq!(given, Ok(3));
    let listed = list(&restored.house, restored.ana, 2).await;
    assert_eq!(listed.entries, restored.lost);
    assert!(listed.entries[0].received >= NOON + 60);
}

#[tokio::test]
async fn no_minute_can_be_chosen() {
    let restored = restored().await;
    let ana = restored.ana;
    let mut early = restored.whole();
    early.entries[0].received -= 30;
    assert_eq!(restored.give(ana, &early).await, Ok(0));
    // Not even with a receipt that fits: it must be the server's own.
    let state = list(&restored.house, ana, 0).await.receipt;
    let ids: Vec<_> = early.entries.iter().map(|it| it.envelope.id()).collect();
    let links = ids.iter().zip(&early.entries);
    let head = links.fold(state.head, |head, (id, it)| head.next(id, it.received));
    let statement = Statement {
        head,
        ..restored.receipt.statement()
    };
    early.receipt = statement.sign(&SigningKey::from_bytes(&[1; 32]));
    let refused = restored.give(ana, &early).await;
    assert_eq!(refused, Err(ErrorCode::ReceiptRefused));
    early.receipt = Receipt {
        head,
        ..restored.receipt
    };
    let refused = restored.give(ana, &early).await;
    assert_eq!(refused, Err(ErrorCode::ReceiptRefused));
    assert_eq!(list(&restored.house, ana, 2).await.entries, []);
}

#[tokio::test]
async fn a_part_comes_back_only_with_the_links_to_the_receipt() {
    let restored = restored().await;
    let mut part = restored.whole();
    part.entries.truncate(1);
    assert_eq!(restored.give(restored.ana, &part).await, Ok(0));
    let link = |it: &Placed| Link {
        id: it.envelope.id(),
        received: it.received,
    };
    part.rest = restored.lost[1..].iter().map(link).collect();
    assert_eq!(restored.give(restored.ana, &part).await, Ok(1));
}

#[tokio::test]
async fn a_receipt_for_an_earlier_place_is_given_for_the_links_to_a_later_one() {
    let restored = restored().await;
    let path = format!("/v1/spaces/{OURS}/returned");
    let last = &restored.lost[2];
    let link = Link {
        id: last.envelope.id(),
        received: last.received,
    };
    let ask = |head: Head| GiveBack {
        after: 4,
        entries: Vec::new(),
        rest: vec![link],
        receipt: restored.receipt,
        from: Some(head),
    };
    let token = Some(restored.ana.token);
    let house = &restored.house;
    let refused: Result<Appended, _> = house.send((Post, &path), token, &ask(Head([4; 32]))).await;
    assert_eq!(refused.err(), Some(ErrorCode::ReceiptRefused));
    let told: Result<Appended, _> = house
        .send((Post, &path), token, &ask(restored.lost[1].head))
        .await;
    let receipt = told.unwrap().receipt.unwrap();
    assert!(receipt.is_signed_by(&house.service.about().log_key));
    assert_eq!((receipt.place, receipt.head), (4, restored.lost[1].head));
    assert_eq!(receipt.log_epoch, restored.receipt.log_epoch);
}

#[tokio::test]
async fn a_stranger_gives_nothing_back() {
    let restored = restored().await;
    let eve = restored.house.sign_up("eve", "three").await;
    let refused = restored.give(eve, &restored.whole()).await;
    assert_eq!(refused, Err(ErrorCode::NotAMember));
}
