use super::*;
use crate::service::Method::{Get, Post, Put};
use crate::testing::{House, Writer};
use troth_wire::Envelope;
use troth_wire::api::{Append, Appended, Claim, SignedIn, claim_signed_bytes};

const OURS: SpaceId = SpaceId([9; 16]);

struct Reveal {
    house: House,
    ana: SignedIn,
    ben: SignedIn,
    question: EntryId,
    answers: [EntryId; 4],
}

async fn append(house: &House, who: SignedIn, entries: Vec<Envelope>) {
    let path = format!("/v1/spaces/{OURS}/entries");
    let count = entries.len();
    let appended: Appended = house
        .send((Post, &path), Some(who.token), &Append { entries })
        .await
        .unwrap();
    let placed =
        |it: &&troth_wire::api::Outcome| matches!(it, troth_wire::api::Outcome::Placed { .. });
    assert_eq!(
        appended.outcomes.iter().filter(placed).count(),
        count,
        "{appended:?}"
    );
}

/// What Ana and Ben bind in their answers.
const HERS: [u8; 32] = [1; 32];
const HIS: [u8; 32] = [2; 32];

/// A question at place 5, Ana's answer at 6, Ben's at 7; at 8 another entry of Ben's, and at 9
/// a second answer of his.
async fn reveal() -> Reveal {
    let house = House::new().await;
    let (ana, ben) = (
        house.sign_up("ana", "one").await,
        house.sign_up("ben", "two").await,
    );
    let (mut a, mut b) = (Writer::new(1, OURS), Writer::new(2, OURS));
    let mut entries = a.found();
    entries.push(a.add(&b));
    entries.push(a.begin_epoch(2, &[a.member, b.member]));
    b.epoch = a.epoch;
    let question = a.content();
    let ids = question.id();
    let (hers, his) = (a.answer(ids, &HERS), b.answer(ids, &HIS));
    let (another, second) = (b.content(), b.answer(ids, &[3; 32]));
    let answers = [hers.id(), his.id(), another.id(), second.id()];
    entries.extend([question, hers, his, another, second]);
    append(&house, ana, entries).await;
    let sig = b.device_sign(&claim_signed_bytes(&ben.account, &OURS));
    let claim = Claim {
        member: b.member,
        device: b.device(),
        sig,
    };
    let path = format!("/v1/spaces/{OURS}/claim");
    let Empty {} = house
        .send((Post, &path), Some(ben.token), &claim)
        .await
        .unwrap();
    Reveal {
        house,
        ana,
        ben,
        question: ids,
        answers,
    }
}

impl Reveal {
    fn path(&self) -> String {
        format!("/v1/spaces/{OURS}/reveals/{}/share", self.question)
    }

    async fn put(&self, who: SignedIn, answer: usize, share: u8) -> Result<Empty, ErrorCode> {
        let put = PutShare {
            reveal_place: 5,
            answer: self.answers[answer],
            answer_place: 6 + answer as u64,
            share: vec![share; 32].into(),
        };
        self.house
            .send((Put, &self.path()), Some(who.token), &put)
            .await
    }

    async fn list(&self, who: SignedIn) -> Vec<u8> {
        let shares: Result<Shares, _> = self
            .house
            .send((Get, &self.path()), Some(who.token), &Empty {})
            .await;
        shares
            .unwrap()
            .shares
            .iter()
            .map(|it| it.share.0[0])
            .collect()
    }
}

#[tokio::test]
async fn no_share_comes_out_before_both_are_in() {
    let reveal = reveal().await;
    let (ana, ben) = (reveal.ana, reveal.ben);
    assert_eq!(reveal.put(ana, 0, 1).await, Ok(Empty {}));
    assert!(reveal.list(ana).await.is_empty());
    assert!(reveal.list(ben).await.is_empty());
    assert_eq!(reveal.put(ben, 1, 2).await, Ok(Empty {}));
    assert_eq!(reveal.list(ana).await, [1, 2]);
    assert_eq!(reveal.list(ben).await, [1, 2]);
}

#[tokio::test]
async fn a_share_cannot_be_changed_or_given_for_anothers_answer() {
    let reveal = reveal().await;
    let (ana, ben) = (reveal.ana, reveal.ben);
    assert_eq!(reveal.put(ana, 0, 1).await, Ok(Empty {}));
    assert_eq!(reveal.put(ana, 0, 1).await, Ok(Empty {}));
    assert_eq!(reveal.put(ana, 0, 9).await, Err(ErrorCode::ShareRefused));
    assert_eq!(reveal.put(ben, 0, 2).await, Err(ErrorCode::ShareRefused));
}

#[tokio::test]
async fn a_stranger_neither_gives_nor_gets_a_share() {
    let reveal = reveal().await;
    let eve = reveal.house.sign_up("eve", "three").await;
    assert_eq!(reveal.put(eve, 0, 1).await, Err(ErrorCode::NotAMember));
    let shares: Result<Shares, _> = reveal
        .house
        .send((Get, &reveal.path()), Some(eve.token), &Empty {})
        .await;
    assert_eq!(shares.err(), Some(ErrorCode::NotAMember));
}

#[tokio::test]
async fn a_share_against_an_entry_that_binds_none_is_refused() {
    let reveal = reveal().await;
    let (ana, ben) = (reveal.ana, reveal.ben);
    assert_eq!(reveal.put(ana, 0, 1).await, Ok(Empty {}));
    // A dummy entry of his own, after the question: what opened everything before.
    assert_eq!(reveal.put(ben, 2, 2).await, Err(ErrorCode::ShareRefused));
    assert!(reveal.list(ben).await.is_empty());
    assert_eq!(reveal.put(ben, 1, 2).await, Ok(Empty {}));
    assert_eq!(reveal.list(ben).await, [1, 2]);
}

#[tokio::test]
async fn a_share_that_the_answer_does_not_bind_is_refused() {
    let reveal = reveal().await;
    assert_eq!(
        reveal.put(reveal.ben, 1, 9).await,
        Err(ErrorCode::ShareRefused)
    );
    assert_eq!(
        reveal.put(reveal.ana, 0, 2).await,
        Err(ErrorCode::ShareRefused)
    );
}

#[tokio::test]
async fn of_two_bound_answers_only_the_first_takes_its_share() {
    let reveal = reveal().await;
    let ben = reveal.ben;
    assert_eq!(reveal.put(ben, 3, 3).await, Err(ErrorCode::ShareRefused));
    assert_eq!(reveal.put(ben, 1, 2).await, Ok(Empty {}));
}
