//! Races for real: many people want the same time at the same moment.
//!
//! Twelve people race for each of 150 times of one provider; then twelve people book at twelve
//! providers as fast as they can. Checked: exactly one winner each, no overlap for a provider
//! or a person, no error but a conflict. Printed: how long it took, and the slow ones.

use std::time::{Duration, Instant};

use troth_server::network::op::booking::PlaceHold;
use troth_server::network::store::{ClientId, Conflict, NetworkError, NetworkStore, ProviderId};

use crate::support::audit::Audit;
use crate::support::{self, MORNING, alone, hold, holder_accepts, hours, id, on, provider};

/// How many people want each time.
const RACERS: u8 = 12;

/// How many times they race for.
const TIMES: u32 = 150;

/// The time of a race: fourteen a day, from six o'clock on.
fn race_time(time: u32) -> troth_server::network::store::Minute {
    on(1 + time / 14, 6 + time % 14)
}

fn person(number: u32) -> ClientId {
    let mut name = [0xc0; 16];
    name[..4].copy_from_slice(&number.to_be_bytes());
    ClientId(name)
}

/// One try: the name of the hold says who tried what.
fn try_hold(provider: ProviderId, time: u32, racer: u8) -> PlaceHold {
    let number = time * u32::from(RACERS) + u32::from(racer);
    alone(hold(
        id(number),
        person(number),
        provider,
        race_time(time),
        MORNING,
    ))
}

/// Runs every try at once on threads of their own, and times each.
async fn all_at_once(
    store: &NetworkStore,
    tries: Vec<PlaceHold>,
) -> Vec<(Result<u32, NetworkError>, Duration)> {
    let running = tries.into_iter().map(|hold| {
        let store = store.clone();
        tokio::spawn(async move {
            let begun = Instant::now();
            let held = store.run(hold).await;
            (held.map(|it| it.booking.sequence), begun.elapsed())
        })
    });
    let running: Vec<_> = running.collect();
    let mut done = Vec::new();
    for one in running {
        done.push(one.await.unwrap());
    }
    done
}

/// Prints how long the tries took, and gives the 99th of a hundred.
fn print(what: &str, mut times: Vec<Duration>, whole: Duration) -> Duration {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "{what}: {} tries in {:.2} s, {:.0} a second, p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        times.len(),
        whole.as_secs_f64(),
        times.len() as f64 / whole.as_secs_f64(),
        at(50).as_secs_f64() * 1e3,
        at(99).as_secs_f64() * 1e3,
        at(100).as_secs_f64() * 1e3,
    );
    at(99)
}

async fn race(store: &NetworkStore, what: &str) {
    let provider = provider(store, 1, &hours(true)).await;
    // Connections are made and statements prepared before anything is measured.
    let warm = (0..RACERS).map(|racer| try_hold(provider, TIMES, racer));
    all_at_once(store, warm.collect()).await;
    let (begun, mut times) = (Instant::now(), Vec::new());
    for time in 0..TIMES {
        let tries = (0..RACERS).map(|racer| try_hold(provider, time, racer));
        let (mut winners, taken) = (0, NetworkError::Taken(vec![Conflict::Provider]));
        for (held, took) in all_at_once(store, tries.collect()).await {
            times.push(took);
            match held {
                Ok(_) => winners += 1,
                Err(error) => assert_eq!(error, taken, "the only way to lose"),
            }
        }
        assert_eq!(winners, 1, "one winner for time {time}");
    }
    print(
        &format!("{what}, one time wanted by {RACERS}"),
        times,
        begun.elapsed(),
    );
    Audit::read(store).await.check();
}

/// Twelve people, each at a provider of their own choice, hold and accept as fast as they can.
async fn spread(store: &NetworkStore, what: &str) {
    let mut providers = Vec::new();
    for number in 2..14 {
        providers.push(provider(store, number, &hours(true)).await);
    }
    let begun = Instant::now();
    let people = (0..u32::from(RACERS)).map(|one| {
        let (store, providers) = (store.clone(), providers.clone());
        tokio::spawn(async move {
            let mut times = Vec::new();
            for time in 0..40 {
                // All of them come past every provider, so that some meet.
                let place = ((one + time * 5) % 12) as usize;
                let start = on(1 + time / 14, 6 + time % 14);
                let name = id(1_000_000 + one * 1_000 + time);
                let who = person(2_000_000 + one);
                let asked = alone(hold(name, who, providers[place], start, MORNING));
                let begun = Instant::now();
                let outcome = async {
                    store.run(asked).await?;
                    store.run(holder_accepts(name, who, MORNING)).await
                };
                match outcome.await {
                    Ok(_) | Err(NetworkError::Taken(_)) => times.push(begun.elapsed()),
                    Err(error) => panic!("{error:?}"),
                }
            }
            times
        })
    });
    let people: Vec<_> = people.collect();
    let mut times = Vec::new();
    for one in people {
        times.extend(one.await.unwrap());
    }
    print(
        &format!("{what}, spread over 12 providers"),
        times,
        begun.elapsed(),
    );
    let audit = Audit::read(store).await;
    audit.check();
    assert!(audit.booked() >= 400, "{} visits booked", audit.booked());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_race_for_each_of_150_times_on_sqlite() {
    // On the disk, where a flush costs what it costs.
    let folder = tempfile::TempDir::new().unwrap();
    let store = support::open(&folder);
    race(&store, "SQLite").await;
    spread(&store, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_race_for_each_of_150_times_on_postgresql() {
    let Some(server) = support::postgres::Postgres::start() else {
        return;
    };
    let store = support::connect(&server.database()).await;
    race(&store, "PostgreSQL").await;
    spread(&store, "PostgreSQL").await;
}
