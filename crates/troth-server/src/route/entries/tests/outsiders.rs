//! Who was never admitted, has gone or has lapsed tries everything that could tell them the
//! rhythm of a record: sending nothing and something, reading, heads, claiming, shares.

use super::*;
use crate::service::Method::Put;
use troth_wire::api::{InvitationAccept, InvitationCreate, InvitationCreated, PutShare, SpaceHead};
use troth_wire::control::{Caps, Point, Terms};
use troth_wire::{EntryId, InvitationId};

/// What somebody hears when they send entries: of each what became of it, and the newest place.
fn heard(appended: Appended) -> (Vec<Outcome>, Option<u64>) {
    let place = appended.receipt.map(|receipt| receipt.place);
    (appended.outcomes, place)
}

fn refused() -> Outcome {
    Outcome::Refused {
        refusal: Refusal::NotAMember,
    }
}

async fn heads(house: &House, who: SignedIn) -> Vec<SpaceHead> {
    let heads: Heads = house
        .send((Get, "/v1/heads"), Some(who.token), &Empty {})
        .await
        .unwrap();
    heads.spaces
}

async fn share(house: &House, who: SignedIn) -> ErrorCode {
    let put = PutShare {
        reveal_place: 1,
        answer: EntryId([2; 32]),
        answer_place: 2,
        share: vec![1; 32].into(),
    };
    let path = format!("/v1/spaces/{OURS}/reveals/{}/share", EntryId([1; 32]));
    let put: Result<Empty, _> = house.send((Put, &path), Some(who.token), &put).await;
    put.unwrap_err()
}

/// Ana's space with an invitation, which somebody has accepted under a name.
async fn accepted() -> (House, (SignedIn, Writer), (SignedIn, Writer)) {
    let house = House::new().await;
    let (ana, eve) = (
        house.sign_up("ana", "one").await,
        house.sign_up("eve", "two").await,
    );
    let (mut a, e) = (Writer::new(1, OURS), Writer::new(5, OURS));
    append(&house, ana, a.found()).await.unwrap();
    let invitation = InvitationId([5; 16]);
    let create = InvitationCreate {
        invitation,
        space: OURS,
        offer: vec![1, 2].into(),
    };
    let _: InvitationCreated = house
        .send((Post, "/v1/invitations"), Some(ana.token), &create)
        .await
        .unwrap();
    let accept = InvitationAccept {
        member: e.member,
        answer: vec![7, 8].into(),
    };
    let path = format!("/v1/invitations/{invitation}/accept");
    // The same again, after a lost answer, is no second time.
    for _ in 0..2 {
        let Empty {} = house
            .send((Post, &path), Some(eve.token), &accept)
            .await
            .unwrap();
    }
    (house, (ana, a), (eve, e))
}

#[tokio::test]
async fn who_accepted_and_was_not_admitted_learns_nothing() {
    let (house, (ana, mut a), (eve, mut e)) = accepted().await;
    append(&house, ana, vec![a.content()]).await.unwrap();
    let known = a.content();
    append(&house, ana, vec![known.clone()]).await.unwrap();
    for entries in [vec![], vec![known], vec![e.content()]] {
        let sent = append(&house, eve, entries).await;
        assert_eq!(sent.unwrap_err(), ErrorCode::NotAMember);
    }
    let listed = list(&house, eve, 0).await;
    assert_eq!(listed.unwrap_err(), ErrorCode::NotAMember);
    assert_eq!(heads(&house, eve).await, []);
    assert_eq!(bind(&house, eve, &e).await, Err(ErrorCode::NotAMember));
    assert_eq!(share(&house, eve).await, ErrorCode::NotAMember);
}

#[tokio::test]
async fn who_accepted_is_bound_by_being_admitted() {
    let (house, (ana, mut a), (eve, e)) = accepted().await;
    append(&house, ana, vec![a.add(&e)]).await.unwrap();
    assert_eq!(places(&list(&house, eve, 0).await.unwrap()), [1, 2, 3]);
    let seen = heads(&house, eve).await;
    let seen: Vec<_> = seen
        .iter()
        .map(|head| (head.member, head.receipt.map(|receipt| receipt.place)))
        .collect();
    assert_eq!(seen, [(e.member, Some(3))]);
}

/// Whatever somebody who has gone sends, they hear of nothing after the entry that ended it.
async fn hears_nothing_after_place_6(house: &House, (who, w): (SignedIn, &mut Writer)) {
    let nothing = append(house, who, vec![]).await.unwrap();
    assert_eq!(heard(nothing), (vec![], Some(6)));
    assert_eq!(
        places(&list(house, who, 0).await.unwrap()),
        [1, 2, 3, 4, 5, 6]
    );
    let seen = heads(house, who).await;
    assert_eq!(seen[0].receipt.map(|receipt| receipt.place), Some(6));
    // Each of these would be refused for another reason if the newest place were another one.
    for place in 5..9 {
        w.seen = (place, Head([7; 32]));
        let guess = append(house, who, vec![w.content()]).await.unwrap();
        assert_eq!(heard(guess), (vec![refused()], Some(6)));
    }
    assert_eq!(share(house, who).await, ErrorCode::ShareRefused);
}

#[tokio::test]
async fn who_left_hears_nothing_after_leaving() {
    let (house, (ana, mut a), (ben, mut b)) = couple().await;
    append(&house, ana, vec![a.content()]).await.unwrap();
    let leave = b.control(&Control::Leave);
    append(&house, ben, vec![leave.clone()]).await.unwrap();
    append(&house, ana, vec![a.begin_epoch(3, &[a.member])])
        .await
        .unwrap();
    hears_nothing_after_place_6(&house, (ben, &mut b)).await;
    // The answer to leaving may have been lost: asked again, it is the same.
    let again = append(&house, ben, vec![leave]).await.unwrap();
    assert!(
        matches!(again.outcomes[..], [Outcome::Placed { place: 6, .. }]),
        "{again:?}"
    );
}

#[tokio::test]
async fn who_was_removed_hears_nothing_after_it() {
    let (house, (ana, mut a), (ben, mut b)) = couple().await;
    append(&house, ana, vec![a.content()]).await.unwrap();
    let removed = a.control(&Control::Revoke { member: b.member });
    append(&house, ana, vec![removed]).await.unwrap();
    append(&house, ana, vec![a.begin_epoch(3, &[a.member])])
        .await
        .unwrap();
    hears_nothing_after_place_6(&house, (ben, &mut b)).await;
    let new_account = house.sign_up("ben-again", "three").await;
    let claimed = bind(&house, new_account, &b).await;
    assert_eq!(claimed, Err(ErrorCode::BoundToAnother));
}

async fn asked(house: &House, who: SignedIn) -> Vec<DeviceId> {
    list(house, who, 0).await.unwrap().asked
}

#[tokio::test]
async fn a_copied_device_key_binds_no_second_account() {
    let (house, (ana, mut a), (ben, mut b)) = couple().await;
    let thief = house.sign_up("thief", "three").await;
    for copied in [&a, &b, &b] {
        let claimed = bind(&house, thief, copied).await;
        assert_eq!(claimed, Err(ErrorCode::BoundToAnother));
    }
    assert_eq!(heads(&house, thief).await, []);
    // Each hears, once a device, that their own place was asked for.
    assert_eq!(asked(&house, ana).await, [a.device()]);
    assert_eq!(asked(&house, ben).await, [b.device()]);
    // Ben ends the copied device from another one, stays who he is, and the copy stays out.
    let (mut laptop, device) = (b.with_device(90), b.device());
    let cert = laptop.cert();
    let ended = vec![
        laptop.control(&Control::DeviceAdd { cert }),
        laptop.control(&Control::DeviceRevoke { device }),
        laptop.begin_epoch(3, &[a.member, b.member]),
    ];
    append(&house, ben, ended).await.unwrap();
    bind(&house, ben, &laptop).await.unwrap();
    assert_eq!(heads(&house, ben).await.len(), 1);
    assert_eq!(asked(&house, ben).await, []);
    let claimed = bind(&house, thief, &b).await;
    assert_eq!(claimed, Err(ErrorCode::NotAMember));
    let sent = append(&house, thief, vec![b.content()]).await;
    assert_eq!(sent.unwrap_err(), ErrorCode::NotAMember);
    a.epoch = laptop.epoch;
    append(&house, ana, vec![a.content()]).await.unwrap();
    assert_eq!(places(&list(&house, ben, 7).await.unwrap()), [8]);
}

#[tokio::test]
async fn ending_a_device_puts_the_account_out_that_claimed_with_it() {
    let house = House::new().await;
    let ana = house.sign_up("ana", "one").await;
    let (mut a, mut b) = (Writer::new(1, OURS), Writer::new(2, OURS));
    let mut entries = a.found();
    entries.push(a.add(&b));
    entries.push(a.begin_epoch(2, &[a.member, b.member]));
    append(&house, ana, entries).await.unwrap();
    b.epoch = a.epoch;
    // The database came back without Ben's binding, and a thief with a copy of his device was
    // quicker than he.
    let (thief, ben) = (
        house.sign_up("thief", "three").await,
        house.sign_up("ben", "two").await,
    );
    bind(&house, thief, &b).await.unwrap();
    assert_eq!(places(&list(&house, thief, 0).await.unwrap()), [1, 2, 3, 4]);
    let claimed = bind(&house, ben, &b).await;
    assert_eq!(claimed, Err(ErrorCode::BoundToAnother));
    let (mut laptop, device) = (b.with_device(90), b.device());
    let cert = laptop.cert();
    let ended = vec![
        laptop.control(&Control::DeviceAdd { cert }),
        laptop.control(&Control::DeviceRevoke { device }),
    ];
    // Ana's device brings what Ben wrote.
    append(&house, ana, ended).await.unwrap();
    assert_eq!(heads(&house, thief).await, []);
    let listed = list(&house, thief, 0).await;
    assert_eq!(listed.unwrap_err(), ErrorCode::NotAMember);
    for key in [&b, &b.with_device(91)] {
        let claimed = bind(&house, thief, key).await;
        assert_eq!(claimed, Err(ErrorCode::NotAMember));
    }
    bind(&house, ben, &laptop).await.unwrap();
    append(
        &house,
        ben,
        vec![laptop.begin_epoch(3, &[a.member, b.member])],
    )
    .await
    .unwrap();
    let claimed = bind(&house, thief, &b).await;
    assert_eq!(claimed, Err(ErrorCode::NotAMember));
}

#[tokio::test]
async fn a_therapist_hears_only_of_the_granted_part_and_time() {
    let (house, (ana, mut a), (ben, mut b)) = couple().await;
    let first = list(&house, ana, 0).await.unwrap().entries;
    let tess = house.sign_up("tess", "three").await;
    let mut t = Writer::new(3, OURS);
    let until = crate::testing::NOON + 60;
    let terms = Terms {
        from: Point {
            place: 3,
            head: first[2].head,
            state: troth_wire::Digest([1; 32]),
        },
        until: Some(until),
        caps: Caps::NONE,
    };
    let add = a.add_limited(&t, terms);
    let of = add.id();
    append(&house, ana, vec![add]).await.unwrap();
    append(&house, ben, vec![b.control(&Control::Countersign { of })])
        .await
        .unwrap();
    bind(&house, tess, &t).await.unwrap();
    assert_eq!(places(&list(&house, tess, 0).await.unwrap()), [4, 5, 6]);
    // An entry from before the granted point, sent again, is not confirmed to her.
    let old = append(&house, tess, vec![first[1].envelope.clone()]).await;
    assert_eq!(heard(old.unwrap()), (vec![refused()], Some(6)));
    house.env.pass_minutes(60);
    let checked = append(&house, ana, vec![a.begin_epoch(3, &[a.member, b.member])]).await;
    assert!(matches!(
        checked.unwrap().outcomes[..],
        [Outcome::Placed { place: 7, .. }]
    ));
    for entries in [vec![], vec![t.content()]] {
        let count = entries.len();
        let sent = append(&house, tess, entries).await.unwrap();
        assert_eq!(heard(sent), (vec![refused(); count], None));
    }
    let listed = list(&house, tess, 0).await;
    assert_eq!(listed.unwrap_err(), ErrorCode::NotAMember);
    assert_eq!(heads(&house, tess).await[0].receipt, None);
    assert_eq!(share(&house, tess).await, ErrorCode::ShareRefused);
}
