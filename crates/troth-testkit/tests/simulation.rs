//! Stories out of seeds; see `docs/testing.md`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use troth_testkit::simulation::{Failure, Step, play, replay};
use troth_testkit::world::{World, WorldImage};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

type Play = fn(&WorldImage, u64) -> Result<Vec<Step>, Failure>;

/// Plays the seeds and says which fail.
fn failing(seeds: impl Iterator<Item = u64>, play: Play) -> Vec<String> {
    let (young, old) = (
        World::of_four_devices(0).image(),
        World::of_old_partners(0).image(),
    );
    let told = seeds.map(|seed| {
        let played = catch_unwind(AssertUnwindSafe(|| {
            play(if seed % 8 == 7 { &old } else { &young }, seed)
        }));
        match played {
            Ok(Ok(_)) => None,
            Ok(Err(failure)) => Some(format!("{failure:?}")),
            Err(_) => Some(format!(
                "seed {seed}: panicked; replay with TROTH_SEED={seed}"
            )),
        }
    });
    told.flatten().take(3).collect()
}

#[test]
fn every_story_of_two_partners_ends_well() {
    let failures = match number("TROTH_SEED") {
        Some(seed) => failing(std::iter::once(seed), replay),
        None => {
            let seeds = number("TROTH_SEEDS").unwrap_or(2000);
            let halves = [0, 1]
                .map(|half| std::thread::spawn(move || failing((half..seeds).step_by(2), play)));
            halves
                .into_iter()
                .flat_map(|half| half.join().unwrap())
                .collect()
        }
    };
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn a_seed_tells_the_same_story_twice() {
    let image = World::of_four_devices(0).image();
    for seed in 0..20 {
        assert_eq!(play(&image, seed), play(&image, seed));
    }
}
