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
use troth_match::engine::{Network as Engine, Shard};
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

/// A question of the mix and its kind.
type Question = (Class, Asked);
/// Score and number of those found, best first.
type Hits = Vec<(u32, u32)>;

fn measure(size: u32, quick: bool, postgres: Option<&mut Postgres>) -> Result<Figures> {
    println!("\n== {size} providers");
    let network = Network::new(1, size, BASE);
    let entries = entries(&network);
    let questions = questions(&network, if quick { 2_000 } else { 20_000 })?;
    let start = Instant::now();
    let (engine, shards) = shards::build(&entries, BASE, quick)?;
    let built = start.elapsed();
    let all: Vec<&Asked> = questions.iter().map(|(_, asked)| asked).collect();
    // Once to warm up, then for the figures.
    let _warm = Sample::of(SELF, &all, |asked| Ok(engine.top(asked)))?;
    let (ours, hits) = Sample::of(SELF, &all, |asked| Ok(engine.top(asked)))?;
    let answers: Vec<Hits> = hits
        .iter()
        .map(|hits| hits.iter().map(|hit| (hit.score, hit.id.0)).collect())
        .collect();
    let (explained, _) = Sample::of(SELF, &all, |asked| Ok(engine.search(asked)))?;
    let floor = floor(&engine, &all)?;
    let classes = by_class(&engine, &questions)?;
    let few = if quick { 200 } else { 60 };
    let checked = scanned(&entries, &questions, &answers, few)?;
    let folded = |folding| beside_tantivy(&entries, &questions, &answers, (folding, quick));
    let (tantivy, folded) = (folded(Folding::Composite)?, folded(Folding::Whole)?);
    let some = &questions[..if quick { 200 } else { 800 }];
    let postgres = match postgres {
        Some(server) => Some(beside_postgres(server, &entries, some, &answers)?),
        None => None,
    };
    Ok(Figures {
        size,
        rows: engine.shards().map(Shard::len).sum(),
        memory: engine.shards().map(Shard::memory).sum(),
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

/// Asks for some questions of the mix.
fn questions(network: &Network, count: usize) -> Result<Vec<Question>> {
    let mut mix = Mix::new(network, 1);
    let mut questions = Vec::with_capacity(count);
    for _ in 0..count {
        let (class, query) = mix.typical();
        let asked = query.asked(network.plans(), &OnlyUtc, BASE.midnight())?;
        questions.push((class, asked));
    }
    Ok(questions)
}

/// Reads every plane of each question from end to end.
fn floor(engine: &Engine, questions: &[&Asked]) -> Result<Sample> {
    let intersect = |asked: &&Asked| {
        let shard = engine.shard(asked.state);
        Ok(shard.map_or(0, |shard| shard.intersect(asked)))
    };
    Ok(Sample::of(SELF, questions, intersect)?.0)
}

/// Measures each kind of question: the engine, and reading every plane.
fn by_class(engine: &Engine, questions: &[Question]) -> Result<BTreeMap<Class, [Sample; 2]>> {
    let mut classes = BTreeMap::new();
    for class in Class::ALL {
        let of_class = questions.iter().filter(|(other, _)| *other == class);
        let of_class: Vec<&Asked> = of_class.map(|(_, asked)| asked).collect();
        // A processor's time is told in steps of milliseconds: so each kind is asked often.
        let often: Vec<&Asked> = of_class
            .iter()
            .cycle()
            .take(questions.len())
            .copied()
            .collect();
        let ours = Sample::of(SELF, &often, |asked| Ok(engine.top(asked)))?.0;
        classes.insert(class, [ours, floor(engine, &often)?]);
    }
    Ok(classes)
}

/// Asks PostgreSQL the same questions and compares.
fn beside_postgres(
    server: &mut Postgres,
    entries: &[Entry],
    questions: &[Question],
    ours: &[Hits],
) -> Result<Sample> {
    server.fill(
        entries
            .iter()
            .filter_map(|entry| Doc::new(entry, BASE, Folding::Composite)),
    )?;
    let backend = server.backend.clone();
    let some = wanted(questions, Folding::Composite);
    for wanted in &some {
        server.ask(wanted)?;
    }
    let (sample, answers) = Sample::of(&backend, &some, |wanted| server.ask(wanted))?;
    equal("PostgreSQL", ours, &answers)?;
    Ok(sample)
}

fn wanted(questions: &[Question], folding: Folding) -> Vec<Arc<Wanted>> {
    questions
        .iter()
        .map(|(_, asked)| Arc::new(Wanted::new(asked, BASE, folding)))
        .collect()
}

fn beside_tantivy(
    entries: &[Entry],
    questions: &[Question],
    ours: &[Hits],
    (folding, quick): (Folding, bool),
) -> Result<Sample> {
    let folder = tempfile::tempdir()?;
    let docs = entries
        .iter()
        .filter_map(|entry| Doc::new(entry, BASE, folding));
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
    questions: &[Question],
    ours: &[Hits],
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

fn equal(peer: &str, ours: &[Hits], theirs: &[Hits]) -> Result<()> {
    for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        ensure!(
            ours == theirs,
            "{peer} answers question {at} otherwise: {ours:?} and {theirs:?}"
        );
    }
    println!("{peer}: {} answers equal", theirs.len());
    Ok(())
}
