//! What a lying server, or somebody who caught the link, can do while two people pair.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::cell::RefCell;
use std::rc::Rc;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use troth_crypto::invitation::{Answer, LinkSecret, Offer};
use troth_crypto::words::promise;
use troth_sync::relay::Method;
use troth_sync::view::{AlarmKind, InviteOptions, Pairing};
use troth_sync::{AcceptError, DispatchError, LookError, block_on, look};
use troth_testkit::liar::{Liar, changed};
use troth_testkit::line::Watcher;
use troth_testkit::people::{Device, Person};
use troth_testkit::server::Backend;
use troth_testkit::world::World;
use troth_wire::api::{InvitationAccept, InvitationAnswer, InvitationView};
use troth_wire::control::Control;
use troth_wire::{Digest, Sealed, frame};

fn invited(device: &Device) -> String {
    block_on(device.client().invite(InviteOptions::default()))
        .unwrap()
        .link
}

fn leads_to_liar(world: &World, device: &Device, liar: Rc<Liar>) {
    let backend: Rc<dyn Backend> = liar;
    device.line.lead_to(backend);
    let _ = world;
}

#[test]
fn an_offer_that_the_server_changed_is_refused_before_anything_is_said() {
    let world = World::of_strangers(1);
    let link = invited(world.ana.first());
    let ben = world.ben.first();
    let liar = Liar::twisting(&world.server, |_, answer| {
        changed::<InvitationView>(answer, |mut view| {
            let middle = view.offer.0.len() / 2;
            view.offer.0[middle] ^= 1;
            view
        })
    });
    leads_to_liar(&world, ben, liar);

    let looked = block_on(look(&ben.line, ben.rim().env.as_ref(), &link));
    assert_eq!(looked.map(drop), Err(LookError::Forged));
    assert_eq!(
        block_on(ben.client().accept(&link)),
        Err(AcceptError::Forged)
    );
    assert_eq!(ben.client().pairing(), Pairing::None);
}

#[test]
fn an_offer_of_other_keys_is_refused() {
    // The server shows Ben the offer of a third person's invitation under the id of Ana's.
    let world = World::of_strangers(2);
    let link = invited(world.ana.first());
    let third = Person::signs_up("Third", world.shop.device(5));
    let other = invited(third.first());
    let heard = Rc::new(RefCell::new(None));
    let seen = Rc::clone(&heard);
    third.first().line.watch(Watcher::new(move |_, _, answer| {
        *seen.borrow_mut() = Some(answer.clone());
    }));
    block_on(look(
        &third.first().line,
        third.first().rim().env.as_ref(),
        &other,
    ))
    .unwrap();

    let ben = world.ben.first();
    let liar = Liar::twisting(&world.server, move |request, answer| {
        match request.path.contains("/v1/invitations/") {
            true => heard.borrow().clone().unwrap_or(answer),
            false => answer,
        }
    });
    leads_to_liar(&world, ben, liar);
    assert_eq!(
        block_on(ben.client().accept(&link)),
        Err(AcceptError::Forged)
    );
}

#[test]
fn an_answer_whose_keys_the_server_changed_admits_nobody() {
    let world = World::of_strangers(3);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let link = invited(ana);
    block_on(ben.client().accept(&link)).unwrap();
    let liar = Liar::twisting(&world.server, |request, answer| {
        if !request.path.ends_with("/answer") {
            return answer;
        }
        changed::<InvitationAnswer>(answer, |mut view| {
            let middle = view.answer.0.len() / 2;
            view.answer.0[middle] ^= 1;
            view
        })
    });
    leads_to_liar(&world, ana, liar);
    let report = ana.sync().unwrap();

    assert_eq!(report.alarm.unwrap().kind, AlarmKind::SwappedKeys);
    assert_eq!(admissions(&world, ana), 0);
}

fn admissions(world: &World, device: &Device) -> usize {
    let log = world.server.log(device.client().space().unwrap());
    let adds = log.iter().filter(|it| {
        let control = Control::decode(&it.envelope.body);
        matches!(control, Ok(Control::MemberAdd { .. }))
    });
    adds.count()
}

#[test]
fn the_answer_to_another_invitation_admits_nobody() {
    let world = World::of_strangers(4);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let link = invited(ana);
    block_on(ben.client().accept(&link)).unwrap();
    // The server's own person answers an invitation of their own server-made choosing.
    let third = Person::signs_up("Third", world.shop.device(5));
    let fourth = Person::signs_up("Fourth", world.shop.device(6));
    let other = invited(third.first());
    block_on(fourth.first().client().accept(&other)).unwrap();
    let heard = Rc::new(RefCell::new(None));
    let seen = Rc::clone(&heard);
    third
        .first()
        .line
        .watch(Watcher::new(move |_, request, answer| {
            if request.path.ends_with("/answer") {
                *seen.borrow_mut() = Some(answer.clone());
            }
        }));
    third.first().sync().unwrap();
    let liar = Liar::twisting(&world.server, move |request, answer| {
        match request.path.ends_with("/answer") {
            true => heard.borrow().clone().unwrap_or(answer),
            false => answer,
        }
    });
    leads_to_liar(&world, ana, liar);
    assert_eq!(
        ana.sync().unwrap().alarm.unwrap().kind,
        AlarmKind::SwappedKeys
    );
}

#[test]
fn whoever_caught_the_link_and_pairs_in_place_shows_other_words() {
    // Mallory caught Ana's link, takes Ben's place, and sends Ben a link of their own.
    let world = World::of_strangers(5);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let caught = invited(ana);
    let one = Person::signs_up("Mallory", world.shop.device(5));
    let other = Person::signs_up("Anna", world.shop.device(6));
    block_on(one.first().client().accept(&caught)).unwrap();
    let forged = invited(other.first());
    block_on(ben.client().accept(&forged)).unwrap();
    for _ in 0..3 {
        for device in [ana, ben, one.first(), other.first()] {
            device.sync().unwrap();
        }
    }
    let words = |device: &Device| device.client().words().unwrap();
    assert_ne!(words(ana), words(ben));
    assert_eq!(words(ana).len(), 6);

    // Read aloud, they differ: Ana says so, and the stranger is out.
    block_on(ana.client().words_differ()).unwrap();
    ana.sync().unwrap();
    one.first().sync().unwrap();
    assert_eq!(one.first().client().pairing(), Pairing::Closed);
    assert_eq!(
        block_on(ben.client().accept(&caught)),
        Err(AcceptError::AlreadyPaired)
    );
}

#[test]
fn a_link_works_once() {
    let world = World::of_strangers(6);
    let link = invited(world.ana.first());
    let third = Person::signs_up("Third", world.shop.device(5));
    block_on(third.first().client().accept(&link)).unwrap();
    let late = block_on(world.ben.first().client().accept(&link));
    assert_eq!(late, Err(AcceptError::Gone));
}

#[test]
fn the_six_words_are_the_same_on_both_screens_and_differ_between_couples() {
    let words = |seed| {
        let world = World::of_partners(seed);
        let both = [world.ana.first(), world.ben.first()].map(|it| it.client().words().unwrap());
        assert_eq!(both[0], both[1]);
        both[0].clone()
    };
    assert_ne!(words(7), words(8));
}

fn secret_of(link: &str) -> LinkSecret {
    let (_, fragment) = link.split_once('#').unwrap();
    fragment.parse().unwrap()
}

/// An interceptor who invites Ben in Ana's place. They hold the link's secret, so they can show Ben
/// another offer than their device made, and their device another answer than Ben gave.
struct Interceptor {
    world: World,
    person: Person,
}

impl Interceptor {
    fn new(seed: u64) -> Self {
        let world = World::of_strangers(seed);
        let person = Person::signs_up("Anna", world.shop.device(5));
        Self { world, person }
    }

    fn device(&self) -> &Device {
        self.person.first()
    }

    /// Changes an invitation's halves on their way.
    fn changes(
        &self,
        link: &str,
        offer: impl Fn(&mut Offer) + 'static,
        answer: impl Fn(&mut Answer) + 'static,
    ) {
        let (secret, heard) = (secret_of(link), Rc::new(RefCell::new(None)));
        let tell = Rc::clone(&heard);
        let towards_ben = Liar::twisting(&self.world.server, move |request, view| {
            if request.method != Method::Get || !request.path.contains("/v1/invitations/") {
                return view;
            }
            changed::<InvitationView>(view, |mut view| {
                let made = view.offer.clone();
                let mut shown = Offer::open(&made, &secret).unwrap();
                offer(&mut shown);
                view.offer = shown.seal(&secret, &mut rng()).unwrap();
                *tell.borrow_mut() = Some((made, view.offer.clone()));
                view
            })
        });
        let secret = secret_of(link);
        let towards_them = Liar::twisting(&self.world.server, move |request, view| {
            if !request.path.ends_with("/answer") {
                return view;
            }
            changed::<InvitationAnswer>(view, |mut view| {
                let (made, shown): (Sealed, Sealed) = heard.borrow().clone().unwrap();
                let mut given = Answer::open(&view.answer, &secret, &shown).unwrap();
                given.offer = Offer::digest(&made);
                answer(&mut given);
                view.answer = given.seal(&secret, &mut rng()).unwrap();
                view
            })
        });
        leads_to_liar(&self.world, self.world.ben.first(), towards_ben);
        leads_to_liar(&self.world, self.device(), towards_them);
    }

    /// Their device admits Ben with numbers that do not fit; he is warned and shown no words.
    fn raises_the_alarm(mut self) {
        self.device().sync().unwrap();
        assert_eq!(admissions(&self.world, self.device()), 1);
        assert!(self.device().client().words().is_some());
        let report = self.world.ben.first().sync().unwrap();
        assert_eq!(report.alarm.unwrap().kind, AlarmKind::SwappedKeys);
        let ben = &mut self.world.ben.devices[0];
        for _ in 0..2 {
            let client = ben.client();
            assert_eq!(client.health().alarm.unwrap().kind, AlarmKind::SwappedKeys);
            assert_eq!(client.words(), None);
            assert_eq!(client.pairing(), Pairing::Joining);
            let confirmed = block_on(client.confirm_words());
            assert_eq!(confirmed, Err(DispatchError::NoWords));
            ben.restart();
        }
    }
}

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(1)
}

#[test]
fn an_interceptor_who_changes_nothing_admits_ben_and_both_see_words() {
    let interceptor = Interceptor::new(9);
    let link = invited(interceptor.device());
    interceptor.changes(&link, |_| (), |_| ());
    let ben = interceptor.world.ben.first();
    block_on(ben.client().accept(&link)).unwrap();
    interceptor.device().sync().unwrap();
    assert_eq!(ben.sync().unwrap().alarm, None);
    let words = ben.client().words();
    assert!(words.is_some());
    assert_eq!(words, interceptor.device().client().words());
}

#[test]
fn a_number_that_the_offer_did_not_promise_raises_an_alarm_instead_of_words() {
    let interceptor = Interceptor::new(10);
    let link = invited(interceptor.device());
    let offer = |offer: &mut Offer| {
        let inviter = (offer.member, offer.root);
        offer.promise = promise(&offer.space, &inviter, &Digest([7; 32]));
    };
    interceptor.changes(&link, offer, |_| ());
    let ben = interceptor.world.ben.first();
    block_on(ben.client().accept(&link)).unwrap();
    interceptor.raises_the_alarm();
}

#[test]
fn a_number_that_the_joiner_did_not_draw_raises_an_alarm_instead_of_words() {
    let interceptor = Interceptor::new(11);
    let link = invited(interceptor.device());
    let answer = |answer: &mut Answer| answer.number = Digest([7; 32]);
    interceptor.changes(&link, |_| (), answer);
    let ben = interceptor.world.ben.first();
    block_on(ben.client().accept(&link)).unwrap();
    interceptor.raises_the_alarm();
}

#[test]
fn a_number_of_an_earlier_offer_raises_an_alarm_instead_of_words() {
    let interceptor = Interceptor::new(12);
    let ben = interceptor.world.ben.first();
    let offers = Rc::new(RefCell::new(Vec::<Sealed>::new()));
    let answers = Rc::new(RefCell::new(Vec::<Sealed>::new()));
    let seen = (Rc::clone(&offers), Rc::clone(&answers));
    ben.line.watch(Watcher::new(move |_, request, answer| {
        if let Ok(view) = frame::decode::<InvitationView>(&answer.body) {
            seen.0.borrow_mut().push(view.offer);
        }
        if let Ok(accept) = frame::decode::<InvitationAccept>(&request.body)
            && request.path.ends_with("/accept")
        {
            seen.1.borrow_mut().push(accept.answer);
        }
    }));
    let first = invited(interceptor.device());
    block_on(ben.client().accept(&first)).unwrap();
    block_on(interceptor.device().client().withdraw_invitation()).unwrap();
    let second = invited(interceptor.device());
    let told = |nth: usize, link: &str| {
        let (offer, secret) = (&offers.borrow()[nth], secret_of(link));
        let answer = Answer::open(&answers.borrow()[nth], &secret, offer).unwrap();
        (Offer::open(offer, &secret).unwrap().promise, answer.number)
    };
    let (promise, number) = told(0, &first);
    interceptor.changes(&second, |_| (), move |answer| answer.number = number);
    block_on(ben.client().accept(&second)).unwrap();

    let (another_promise, another) = told(1, &second);
    assert_ne!(promise, another_promise, "the inviter drew another number");
    assert_ne!(number, another, "so did Ben");
    interceptor.raises_the_alarm();
}

#[test]
fn whoever_is_not_admitted_yet_is_shown_no_words() {
    let world = World::of_strangers(13);
    let (ana, ben) = (world.ana.first(), world.ben.first());
    let link = invited(ana);
    block_on(ben.client().accept(&link)).unwrap();
    // Nothing that an interceptor could know by now makes the words.
    ben.sync().unwrap();
    assert_eq!(ben.client().words(), None);
    assert_eq!(ben.client().pairing(), Pairing::Joining);
    ana.sync().unwrap();
    ben.sync().unwrap();
    assert!(ben.client().words().is_some());
    assert_eq!(ana.client().words(), ben.client().words());
}

#[test]
fn the_inviters_number_is_spent_on_one_answer_by_the_device_that_drew_it() {
    let mut world = World::of_strangers(14);
    let second = world.shop.device(1);
    world.ana.adds(second);
    let link = invited(world.ana.first());
    world.settle();
    let waiting = world.ana.devices[1].client().pairing();
    assert!(matches!(waiting, Pairing::Waiting { .. }));
    block_on(world.ben.first().client().accept(&link)).unwrap();
    // A server that shows this device another answer than the first one gets two tries at the
    // words, if this device can show the number too.
    let report = world.ana.devices[1].sync().unwrap();
    assert_eq!(report.alarm, None);
    assert_eq!(admissions(&world, world.ana.first()), 0);

    world.settle();
    assert_eq!(admissions(&world, world.ana.first()), 1);
    let words = world.ben.first().client().words();
    assert!(words.is_some());
    for device in world.devices() {
        assert_eq!(device.client().words(), words);
    }
}
