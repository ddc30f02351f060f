//! Two partners over the real server, on four devices.

use troth_core::Command;
use troth_testkit::world::World;

#[test]
fn two_partners_pair_and_read_each_other_on_four_devices() {
    let world = World::of_four_devices(1);
    let written = Command::Introduce {
        name: String::from("Ana Maria"),
    };
    let id = world.ana.first().dispatch(written).unwrap();
    world.settle();

    let heads: Vec<_> = world
        .devices()
        .map(|it| it.client().health().head)
        .collect();
    assert!(heads.iter().all(|head| *head == heads[0] && head.is_some()));
    assert!(
        world
            .devices()
            .all(|it| it.client().entries().iter().any(|entry| entry.id == id))
    );
    assert!(
        world
            .devices()
            .all(|it| it.client().health().alarm.is_none())
    );
}

#[test]
fn a_world_wakes_from_its_image_as_it_was() {
    let world = World::of_four_devices(1);
    let woken = world.image().wake(2);
    woken.settle();

    let head = |world: &World| world.ana.first().client().health().head;
    assert_eq!(head(&world), head(&woken));
}
