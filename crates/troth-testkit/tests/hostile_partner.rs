//! A partner whose client keeps to no rule: what it can do, and what it never can.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::cell::RefCell;
use std::rc::Rc;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use troth_core::{Command, EntryId, Referee, SealedAnswer};
use troth_crypto::referee::Question;
use troth_sync::block_on;
use troth_sync::relay::{Method, Request};
use troth_testkit::liar::{Liar, changed};
use troth_testkit::line::Watcher;
use troth_testkit::people::Device;
use troth_testkit::server::Backend;
use troth_testkit::world::World;
use troth_wire::api::{PutShare, Shares};
use troth_wire::{MemberId, frame};

/// What a hostile client knows: its session, and where everything is.
struct Hostile<'a> {
    world: &'a World,
    session: Option<String>,
    question: EntryId,
}

fn ask(world: &World, referee: Referee) -> EntryId {
    let prompt = String::from("what would you keep?");
    let ana = world.ana.first();
    let question = ana
        .dispatch(Command::StartReveal { prompt, referee })
        .unwrap();
    block_on(ana.client().answer_reveal(question, "the walks")).unwrap();
    world.settle();
    question
}

/// Finds place and envelope of an entry as a device has it.
fn placed(device: &Device, entry: EntryId) -> (u64, troth_wire::EntryId) {
    let entries = device.client().entries();
    let place = entries.iter().find(|it| it.id == entry).unwrap().place;
    (place, device.client().envelope_at(place).unwrap())
}

fn theirs(device: &Device, question: EntryId) -> Option<String> {
    let couple = device.client().couple().unwrap();
    let me = device.client().my_partner_id().unwrap();
    let answer = couple.reveal(question, me)?.theirs?;
    Some(answer.text)
}

impl<'a> Hostile<'a> {
    fn new(world: &'a World, question: EntryId) -> Self {
        let session = Rc::new(RefCell::new(None));
        let heard = Rc::clone(&session);
        let ben = world.ben.first();
        ben.line.watch(Watcher::new(move |_, request, _| {
            (*heard.borrow_mut()).clone_from(&request.session);
        }));
        ben.sync().unwrap();
        ben.line.watch(Watcher::default());
        let session = session.borrow().clone();
        Self {
            world,
            session,
            question,
        }
    }

    fn ben(&self) -> &Device {
        self.world.ben.first()
    }

    /// Seals words for the question, with the key that the seed gives.
    fn sealed(&self, words: &str) -> troth_crypto::referee::SealedAnswer {
        let client = self.ben().client();
        let me = client.my_partner_id().unwrap();
        let question = Question {
            space: client.space().unwrap(),
            reveal: *self.question.as_bytes(),
            author: MemberId(*me.as_bytes()),
        };
        question.seal(words.as_bytes(), &mut ChaCha20Rng::seed_from_u64(7))
    }

    fn request(&self, method: Method, body: Vec<u8>) -> troth_sync::relay::Answer {
        let (_, reveal) = placed(self.ben(), self.question);
        let space = self.ben().client().space().unwrap();
        let path = format!("/v1/spaces/{space}/reveals/{reveal}/share");
        let session = self.session.clone();
        self.world.server.answer(
            9,
            &Request {
                method,
                path,
                session,
                body,
            },
        )
    }

    /// Deposits a share for an entry, past the own client.
    fn deposits(&self, entry: EntryId, share: &[u8]) -> bool {
        let (reveal_place, _) = placed(self.ben(), self.question);
        let (answer_place, answer) = placed(self.ben(), entry);
        let put = PutShare {
            reveal_place,
            answer,
            answer_place,
            share: share.to_vec().into(),
        };
        self.request(Method::Put, frame::encode(&put)).status == 200
    }

    fn shares(&self) -> Vec<MemberId> {
        let answer = self.request(Method::Get, Vec::new());
        let shares: Shares = frame::decode(&answer.body).unwrap();
        shares.shares.iter().map(|it| it.member).collect()
    }
}

#[test]
fn who_deposits_for_a_dummy_entry_gets_no_share_and_answers_blind_like_everybody() {
    let world = World::of_partners(1);
    let question = ask(&world, Referee::Server);
    let hostile = Hostile::new(&world, question);
    // Something of his own after the question; what it says does not matter.
    let name = String::from("Benjamin");
    let dummy = hostile.ben().dispatch(Command::Introduce { name }).unwrap();
    hostile.ben().sync().unwrap();
    let chosen = hostile.sealed("not read yet").share;

    assert!(!hostile.deposits(dummy, &chosen.0), "a dummy took a share");
    assert_eq!(hostile.shares(), [], "he reads before he answers");
    // What he would have written after reading, under the share of before.
    let late = hostile.sealed("what she hopes for");
    let answer = SealedAnswer::Sealed {
        share_commit: late.commit.0,
        ciphertext: late.ciphertext,
    };
    let reveal = question;
    let command = Command::AnswerReveal { reveal, answer };
    let written = hostile.ben().dispatch(command).unwrap();
    world.settle();
    assert_eq!(theirs(world.ana.first(), question), None);
    // Now he has answered, and now alone does his share count.
    assert!(hostile.deposits(written, &late.share.0));
    world.settle();
    let opened = theirs(world.ana.first(), question);
    assert_eq!(opened.as_deref(), Some("what she hopes for"));
}

#[test]
fn another_share_than_the_one_the_answer_binds_is_not_taken() {
    let world = World::of_partners(2);
    let question = ask(&world, Referee::Server);
    let hostile = Hostile::new(&world, question);
    let sealed = hostile.sealed("one thing");
    let answer = SealedAnswer::Sealed {
        share_commit: sealed.commit.0,
        ciphertext: sealed.ciphertext,
    };
    let reveal = question;
    let command = Command::AnswerReveal { reveal, answer };
    let written = hostile.ben().dispatch(command).unwrap();
    world.settle();
    assert!(!hostile.deposits(written, &[9; 32]), "any share was taken");
    assert_eq!(hostile.shares(), []);
}

#[test]
fn a_share_that_the_server_gives_for_another_entry_opens_nothing() {
    let world = World::of_partners(3);
    let question = ask(&world, Referee::Server);
    let ben = world.ben.first();
    ben.sync().unwrap();
    block_on(ben.client().answer_reveal(question, "the quiet")).unwrap();
    ben.sync().unwrap();
    let ana = world.ana.first();
    let (_, dummy) = placed(ben, question);
    let liar = Liar::twisting(&world.server, move |request, answer| {
        if !request.path.ends_with("/share") || request.method != Method::Get {
            return answer;
        }
        changed::<Shares>(answer, |shares| Shares {
            shares: shares
                .shares
                .into_iter()
                .map(|view| troth_wire::api::ShareView {
                    answer: dummy,
                    ..view
                })
                .collect(),
        })
    });
    let backend: Rc<dyn Backend> = liar;
    ana.line.lead_to(backend);
    ana.sync().unwrap();
    ana.sync().unwrap();
    assert_eq!(theirs(ana, question), None);
    let backend: Rc<dyn Backend> = Rc::<troth_testkit::server::Server>::clone(&world.server);
    ana.line.lead_to(backend);
    ana.sync().unwrap();
    assert_eq!(theirs(ana, question).as_deref(), Some("the quiet"));
}

#[test]
fn without_a_referee_words_that_were_not_bound_are_never_shown() {
    let world = World::of_partners(4);
    let question = ask(&world, Referee::Nobody);
    let ben = world.ben.first();
    let reveal = question;
    // He binds something, waits until Ana has opened, and opens with what suits him.
    let answer = SealedAnswer::Committed { hash: [7; 32] };
    ben.dispatch(Command::AnswerReveal { reveal, answer })
        .unwrap();
    world.settle();
    let answer = String::from("what she hopes for");
    let nonce = [8; 32];
    let command = Command::OpenReveal {
        reveal,
        answer,
        nonce,
    };
    ben.dispatch(command).unwrap();
    world.settle();
    assert_eq!(theirs(world.ana.first(), question), None);
}
