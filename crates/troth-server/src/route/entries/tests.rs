mod outsiders;

use super::*;
use crate::service::Method::{Get, Post};
use crate::testing::{House, Writer};
use troth_wire::api::{Outcome, SignedIn};
use troth_wire::{Control, DeviceId, Placed, Refusal};

const OURS: SpaceId = SpaceId([9; 16]);

async fn append(
    house: &House,
    who: SignedIn,
    entries: Vec<Envelope>,
) -> Result<Appended, ErrorCode> {
    let path = format!("/v1/spaces/{OURS}/entries");
    house
        .send((Post, &path), Some(who.token), &Append { entries })
        .await
}

async fn list(house: &House, who: SignedIn, after: u64) -> Result<Entries, ErrorCode> {
    let path = format!("/v1/spaces/{OURS}/entries?after={after}");
    house.send((Get, &path), Some(who.token), &Empty {}).await
}

async fn bind(house: &House, who: SignedIn, writer: &Writer) -> Result<Empty, ErrorCode> {
    let sig = writer.device_sign(&claim_signed_bytes(&who.account, &OURS));
    let claim = Claim {
        member: writer.member,
        device: writer.device(),
        sig,
    };
    let path = format!("/v1/spaces/{OURS}/claim");
    house.send((Post, &path), Some(who.token), &claim).await
}

/// Ana and Ben, with accounts, as members of one space.
async fn couple() -> (House, (SignedIn, Writer), (SignedIn, Writer)) {
    let house = House::new().await;
    let (ana, ben) = (
        house.sign_up("ana", "one").await,
        house.sign_up("ben", "two").await,
    );
    let (mut a, mut b) = (Writer::new(1, OURS), Writer::new(2, OURS));
    let mut entries = a.found();
    entries.push(a.add(&b));
    entries.push(a.begin_epoch(2, &[a.member, b.member]));
    let appended = append(&house, ana, entries).await.unwrap();
    assert_eq!(
        appended.receipt.map(|receipt| receipt.place),
        Some(4),
        "{appended:?}"
    );
    bind(&house, ben, &b).await.unwrap();
    b.epoch = a.epoch;
    (house, (ana, a), (ben, b))
}

fn places(entries: &Entries) -> Vec<u64> {
    entries
        .entries
        .iter()
        .map(|placed: &Placed| placed.place)
        .collect()
}

#[tokio::test]
async fn both_partners_write_and_read_one_record() {
    let (house, (ana, mut a), (ben, mut b)) = couple().await;
    append(&house, ana, vec![a.content()]).await.unwrap();
    append(&house, ben, vec![b.content_of(512)]).await.unwrap();
    let (hers, his) = (
        list(&house, ana, 0).await.unwrap(),
        list(&house, ben, 0).await.unwrap(),
    );
    assert_eq!(hers.entries, his.entries);
    assert_eq!(places(&hers), [1, 2, 3, 4, 5, 6]);
    assert!(hers.receipt.is_signed_by(&house.service.about().log_key));
    assert_eq!(hers.receipt.head, hers.entries[5].head);
    assert_eq!(places(&list(&house, ana, 4).await.unwrap()), [5, 6]);
    let heads: Heads = house
        .send((Get, "/v1/heads"), Some(ben.token), &Empty {})
        .await
        .unwrap();
    let receipt = heads.spaces[0]
        .receipt
        .map(|receipt| (receipt.place, receipt.head));
    assert_eq!(receipt, Some((6, his.receipt.head)));
}

#[tokio::test]
async fn an_append_again_is_answered_as_the_first_time() {
    let (house, (ana, mut a), _) = couple().await;
    let entries = vec![a.content(), a.content()];
    let first = append(&house, ana, entries.clone()).await.unwrap();
    house.env.pass_minutes(7);
    let again = append(&house, ana, entries).await.unwrap();
    assert_eq!(first.outcomes, again.outcomes);
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_record_from_none() {
    let (house, _, _) = couple().await;
    let eve = house.sign_up("eve", "three").await;
    assert_eq!(
        list(&house, eve, 0).await.err(),
        Some(ErrorCode::NotAMember)
    );
    let path = format!("/v1/spaces/{}/entries", SpaceId([8; 16]));
    let none: Result<Entries, _> = house.send((Get, &path), Some(eve.token), &Empty {}).await;
    assert_eq!(none.err(), Some(ErrorCode::NotAMember));
}

#[tokio::test]
async fn a_stranger_cannot_write_and_cannot_claim_to_be_somebody() {
    let (house, (_, a), _) = couple().await;
    let eve = house.sign_up("eve", "three").await;
    let mut strange = Writer::new(7, OURS);
    let refused = append(&house, eve, vec![strange.content()]).await;
    assert_eq!(refused.err(), Some(ErrorCode::NotAMember));
    assert_eq!(
        bind(&house, eve, &strange).await,
        Err(ErrorCode::NotAMember)
    );
    // Eve has seen Ana's claim, which names Ana's account.
    let sig = a.device_sign(&claim_signed_bytes(
        &house.sign_up("x", "y").await.account,
        &OURS,
    ));
    let claim = Claim {
        member: a.member,
        device: a.device(),
        sig,
    };
    let path = format!("/v1/spaces/{OURS}/claim");
    let refused: Result<Empty, _> = house.send((Post, &path), Some(eve.token), &claim).await;
    assert_eq!(refused, Err(ErrorCode::NotAMember));
    let unknown = Claim {
        device: DeviceId([0; 16]),
        ..claim
    };
    let refused: Result<Empty, _> = house.send((Post, &path), Some(eve.token), &unknown).await;
    assert_eq!(refused, Err(ErrorCode::NotAMember));
}

#[tokio::test]
async fn an_entry_of_a_device_that_is_no_members_is_refused() {
    let (house, (ana, mut a), _) = couple().await;
    let mut strange = Writer::new(7, OURS);
    strange.epoch = 2;
    let entries = vec![a.content(), strange.content(), a.content()];
    let appended = append(&house, ana, entries).await.unwrap();
    assert!(matches!(
        appended.outcomes[0],
        Outcome::Placed { place: 5, .. }
    ));
    let refusal = Refusal::UnknownDevice;
    assert_eq!(
        appended.outcomes[1..],
        [Outcome::Refused { refusal }, Outcome::Skipped]
    );
}

#[tokio::test]
async fn a_changed_body_or_signature_is_refused() {
    let (house, (ana, mut a), _) = couple().await;
    let entry = a.content();
    let mut body = entry.clone();
    body.body[0] ^= 1;
    let mut sig = entry.clone();
    sig.sig.0[0] ^= 1;
    for (changed, refusal) in [(body, Refusal::WrongBody), (sig, Refusal::BadSignature)] {
        let appended = append(&house, ana, vec![changed]).await.unwrap();
        assert_eq!(appended.outcomes, [Outcome::Refused { refusal }]);
    }
    let appended = append(&house, ana, vec![entry]).await.unwrap();
    assert!(matches!(
        appended.outcomes[0],
        Outcome::Placed { place: 5, .. }
    ));
}

#[tokio::test]
async fn who_left_reads_up_to_the_end_and_nothing_after() {
    let (house, (ana, mut a), (ben, mut b)) = couple().await;
    append(&house, ana, vec![a.content()]).await.unwrap();
    append(&house, ben, vec![b.control(&Control::Leave)])
        .await
        .unwrap();
    let entries = vec![a.begin_epoch(3, &[a.member])];
    let after = append(&house, ana, entries).await.unwrap();
    assert!(
        matches!(after.outcomes[0], Outcome::Placed { place: 7, .. }),
        "{after:?}"
    );
    let his = list(&house, ben, 0).await.unwrap();
    assert_eq!(places(&his), [1, 2, 3, 4, 5, 6]);
    assert_eq!(
        (his.receipt.place, his.receipt.head),
        (6, his.entries[5].head)
    );
    assert!(!his.more);
    assert_eq!(places(&list(&house, ana, 6).await.unwrap()), [7]);
    let refused = append(&house, ben, vec![b.content()]).await.unwrap();
    let refusal = Refusal::NotAMember;
    assert_eq!(refused.outcomes, [Outcome::Refused { refusal }]);
}

#[tokio::test]
async fn a_batch_beyond_its_limits_is_refused_whole() {
    let (house, (ana, mut a), _) = couple().await;
    let many = (0..=MAX_BATCH).map(|_| a.content()).collect();
    assert_eq!(
        append(&house, ana, many).await.err(),
        Some(ErrorCode::TooLarge)
    );
    let large = (0..5).map(|_| a.content_of(256 * 1024)).collect();
    assert_eq!(
        append(&house, ana, large).await.err(),
        Some(ErrorCode::TooLarge)
    );
    assert_eq!(places(&list(&house, ana, 0).await.unwrap()), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_long_record_comes_in_pages() {
    let (house, (ana, mut a), _) = couple().await;
    for _ in 0..6 {
        append(&house, ana, (0..3).map(|_| a.content_of(73_728)).collect())
            .await
            .unwrap();
    }
    let (mut after, mut pages) = (0, 0);
    loop {
        let page = list(&house, ana, after).await.unwrap();
        after = page.entries.last().unwrap().place;
        pages += 1;
        if !page.more {
            break;
        }
    }
    assert_eq!((after, pages), (22, 2));
    let refused: Result<Entries, _> = house
        .send(
            (Get, &format!("/v1/spaces/{OURS}/entries?after=x")),
            Some(ana.token),
            &Empty {},
        )
        .await;
    assert_eq!(refused.err(), Some(ErrorCode::BadBody));
}
