//! Measures the match engine beside tantivy and PostgreSQL, in one run, on one network.
//!
//! `cargo xtask bench match` runs this in release: `troth-bench-match [--quick] [--size N]…
//! [--page FILE]`. CPU time a question is the figure to compare; every system answers the same
//! questions, and the answers have to be equal.

mod doc;
mod peer_postgres;
mod peer_tantivy;
mod report;
mod sample;
mod shards;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use troth_match::generate::Network;
use troth_match::mix::{Class, Mix};
use troth_match::plain::{self, Entry};
use troth_match::query::Asked;
use troth_match::zone::OnlyUtc;
use troth_match::{Availability, Day};

use doc::{Doc, Folding, Wanted};
use peer_postgres::Postgres;
use peer_tantivy::Tantivy;
use report::Figures;
use sample::Sample;

/// The day on which the network is looked at.
const BASE: Day = Day(20_779);
const SELF: &str = "thread-self";

fn main() -> Result<()> {
    let (mut sizes, mut quick, mut page) = (Vec::new(), false, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => quick = true,
            "--size" => sizes.push(arguments.next().context("--size N")?.parse()?),
            "--page" => page = Some(PathBuf::from(arguments.next().context("--page FILE")?)),
            _ => anyhow::bail!("no such option: {argument}"),
        }
    }
    if sizes.is_empty() {
        sizes = if quick {
            vec![10_000]
        } else {
            vec![10_000, 100_000, 1_200_000]
        };
    }
    let mut postgres = Postgres::start()?;
    let mut all = Vec::new();
    for size in sizes {
        let figures = measure(size, quick, postgres.as_mut())?;
        println!("{}", report::lines(&figures).join("\n"));
        all.push(figures);
    }
    let table = report::table(&all);
    println!("\n{table}");
    if let Some(page) = page {
        report::write(&page, &table)?;
    }
    Ok(())
}

/// Makes the providers; a licence that would run out within the fourteen days is renewed,
/// because the peers' availability knows nothing of licences.
fn entries(network: &Network) -> Vec<Entry> {
    let renewed = |(mut provider, availability): (troth_match::Provider, Availability)| {
        for licence in &mut provider.licences {
            if licence.expires >= BASE && licence.expires < BASE.plus(15) {
                licence.expires = licence.expires.plus(365);
            }
        }
        Entry {
            provider,
            availability,
        }
    };
    network.iter().map(renewed).collect()
}

fn measure(size: u32, quick: bool, postgres: Option<&mut Postgres>) -> Result<Figures> {
    println!("\n== {size} providers");
    let network = Network::new(1, size, BASE);
    let entries = entries(&network);
    let mut mix = Mix::new(&network, 1);
    let mut questions = Vec::new();
    for _ in 0..if quick { 2_000 } else { 20_000 } {
        let (class, query) = mix.typical();
        let asked = query.asked(network.plans(), &OnlyUtc, BASE.midnight())?;
        questions.push((class, asked));
    }
    let start = Instant::now();
    let (engine, shards) = shards::build(&entries, BASE, quick)?;
    let built = start.elapsed();
    // Once to warm up, then for the figures.
    let _warm = Sample::of(SELF, &questions, |(_, asked)| Ok(engine.top(asked)))?;
    let (ours, hits) = Sample::of(SELF, &questions, |(_, asked)| Ok(engine.top(asked)))?;
    let ours_answers: Vec<Vec<(u32, u32)>> = hits
        .iter()
        .map(|hits| hits.iter().map(|hit| (hit.score, hit.id.0)).collect())
        .collect();
    let (explained, _) = Sample::of(SELF, &questions, |(_, asked)| Ok(engine.search(asked)))?;
    let (floor, _) = Sample::of(SELF, &questions, |(_, asked)| {
        Ok(engine
            .shard(asked.state)
            .map_or(0, |shard| shard.intersect(asked)))
    })?;
    let mut classes = BTreeMap::new();
    for class in Class::ALL {
        let of_class: Vec<&Asked> = questions
            .iter()
            .filter(|(other, _)| *other == class)
            .map(|(_, asked)| asked)
            .collect();
        classes.insert(
            class,
            Sample::of(SELF, &of_class, |asked| Ok(engine.top(asked)))?.0,
        );
    }
    let checked = scanned(
        &entries,
        &questions,
        &ours_answers,
        if quick { 200 } else { 60 },
    )?;
    let tantivy = beside_tantivy(&entries, &questions, &ours_answers, (Folding::Composite, quick))?;
    let folded = beside_tantivy(&entries, &questions, &ours_answers, (Folding::Whole, quick))?;
    let postgres = match postgres {
        Some(server) => {
            server.fill(entries.iter().filter_map(|entry| Doc::new(entry, BASE, Folding::Composite)))?;
            let backend = server.backend.clone();
            let some = wanted(&questions[..if quick { 200 } else { 800 }], Folding::Composite);
            for wanted in &some {
                server.ask(wanted)?;
            }
            let (sample, answers) = Sample::of(&backend, &some, |wanted| server.ask(wanted))?;
            equal("PostgreSQL", &ours_answers, &answers)?;
            Some(sample)
        }
        None => None,
    };
    let memory = engine.shards().map(|shard| shard.memory()).sum();
    let rows = engine.shards().map(|shard| shard.len()).sum();
    Ok(Figures {
        size,
        rows,
        memory,
        built,
        ours,
        explained,
        floor,
        classes,
        tantivy,
        folded,
        postgres,
        shards,
        checked,
    })
}

fn wanted(questions: &[(Class, Asked)], folding: Folding) -> Vec<Arc<Wanted>> {
    questions.iter().map(|(_, asked)| Arc::new(Wanted::new(asked, BASE, folding))).collect()
}

fn beside_tantivy(
    entries: &[Entry],
    questions: &[(Class, Asked)],
    ours: &[Vec<(u32, u32)>],
    (folding, quick): (Folding, bool),
) -> Result<Sample> {
    let folder = tempfile::tempdir()?;
    let docs = entries.iter().filter_map(|entry| Doc::new(entry, BASE, folding));
    let peer = Tantivy::build(folder.path(), docs)?;
    ensure!(peer.segments() == 1, "tantivy has more than one segment");
    let some = wanted(&questions[..if quick { 500 } else { 3_000 }], folding);
    let _warm = Sample::of(SELF, &some[..some.len() / 4], |wanted| peer.ask(wanted))?;
    let (sample, answers) = Sample::of(SELF, &some, |wanted| peer.ask(wanted))?;
    equal("tantivy", ours, &answers)?;
    Ok(sample)
}

/// Compares with the plain scan over all providers, for some questions.
fn scanned(
    entries: &[Entry],
    questions: &[(Class, Asked)],
    ours: &[Vec<(u32, u32)>],
    count: usize,
) -> Result<usize> {
    for ((_, asked), ours) in questions.iter().zip(ours).take(count) {
        let judged = entries
            .iter()
            .filter_map(|entry| plain::judge(entry, BASE, asked));
        let mut all: Vec<_> = judged.map(|found| (found.score, found.id.0)).collect();
        all.sort_by_key(|(score, id)| (std::cmp::Reverse(*score), *id));
        all.truncate(asked.limit);
        ensure!(*ours == all, "the plain scan answers otherwise: {asked:?}");
    }
    Ok(count)
}

fn equal(peer: &str, ours: &[Vec<(u32, u32)>], theirs: &[Vec<(u32, u32)>]) -> Result<()> {
    for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        ensure!(
            ours == theirs,
            "{peer} answers question {at} otherwise: {ours:?} and {theirs:?}"
        );
    }
    println!("{peer}: {} answers equal", theirs.len());
    Ok(())
}
