//! What a lying server, or somebody who caught the link, can do while two people pair.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what cannot go on ends the test"
)]

use std::rc::Rc;

use troth_sync::view::{AlarmKind, InviteOptions, Pairing};
use troth_sync::{AcceptError, LookError, block_on, look};
use troth_testkit::liar::{Liar, changed};
use troth_testkit::people::{Device, Person};
use troth_testkit::server::Backend;
use troth_testkit::world::World;
use troth_wire::api::{InvitationAnswer, InvitationView};

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
    let heard = Rc::new(std::cell::RefCell::new(None));
    let seen = Rc::clone(&heard);
    third
        .first()
        .line
        .watch(troth_testkit::line::Watcher::new(move |_, _, answer| {
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
    let log = world.server.log(ana.client().space().unwrap());
    let members = log.iter().filter(|it| {
        let control = troth_wire::control::Control::decode(&it.envelope.body);
        matches!(control, Ok(troth_wire::control::Control::MemberAdd { .. }))
    });
    assert_eq!(members.count(), 0);
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
    let heard = Rc::new(std::cell::RefCell::new(None));
    let seen = Rc::clone(&heard);
    third.first().line.watch(troth_testkit::line::Watcher::new(
        move |_, request, answer| {
            if request.path.ends_with("/answer") {
                *seen.borrow_mut() = Some(answer.clone());
            }
        },
    ));
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
