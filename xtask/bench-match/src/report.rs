//! The figures as lines for the terminal and as a table for `docs/performance.md`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use troth_match::mix::Class;

use crate::sample::Sample;
use crate::shards::Sizes;

const BEGIN: &str = "<!-- match: written by cargo xtask bench match -->";
const END: &str = "<!-- end of match -->";

/// What is promised of 1.2 million providers.
const BUDGET: &str = "40 µs, 3 times every plane, 40 times, 250 times";

/// Everything measured on one network.
pub(crate) struct Figures {
    pub(crate) size: u32,
    pub(crate) rows: usize,
    pub(crate) memory: usize,
    pub(crate) built: Duration,
    pub(crate) ours: Sample,
    pub(crate) explained: Sample,
    pub(crate) floor: Sample,
    pub(crate) classes: BTreeMap<Class, [Sample; 2]>,
    pub(crate) tantivy: Sample,
    pub(crate) folded: Sample,
    pub(crate) postgres: Option<Sample>,
    pub(crate) shards: Vec<Sizes>,
    pub(crate) checked: usize,
}

fn three(sample: &Sample) -> String {
    format!(
        "{:.2} µs CPU; {:.1} / {:.1}",
        sample.cpu, sample.p50, sample.p99
    )
}

/// Tells one network's figures, line by line.
pub(crate) fn lines(figures: &Figures) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{} rows, {} MB, sealed and read in {:.1} s",
            figures.rows,
            figures.memory / 1_000_000,
            figures.built.as_secs_f64()
        ),
        format!("engine       {} µs", three(&figures.ours)),
        format!("with cards   {} µs", three(&figures.explained)),
        format!("all planes   {} µs", three(&figures.floor)),
        format!(
            "tantivy      {} µs: {:.0} times",
            three(&figures.tantivy),
            figures.tantivy.cpu / figures.ours.cpu
        ),
    ];
    lines.push(format!(
        "  folded     {} µs: {:.0} times",
        three(&figures.folded),
        figures.folded.cpu / figures.ours.cpu
    ));
    if let Some(postgres) = &figures.postgres {
        lines.push(format!(
            "PostgreSQL   {} µs: {:.0} times",
            three(postgres),
            postgres.cpu / figures.ours.cpu
        ));
    }
    for (class, [ours, floor]) in &figures.classes {
        lines.push(format!(
            "  {class:?}: {} µs; all planes {:.2} µs: {:.1} times",
            three(ours),
            floor.cpu,
            ours.cpu / floor.cpu
        ));
    }
    for one in &figures.shards {
        let each = |bytes: usize| bytes as f64 / one.rows.max(1) as f64;
        lines.push(format!(
            "{}, {} rows: raw {:.1} B, deciding {:.1} B, with cards {:.1} B, availability {:.1} B a provider",
            one.name, one.rows, each(one.raw), each(one.deciding), one.statics.map_or(0.0, each), each(one.availability)
        ));
    }
    lines.push(format!(
        "{} questions equal to the plain scan",
        figures.checked
    ));
    lines
}

/// Makes the tables.
pub(crate) fn table(all: &[Figures]) -> String {
    let mut lines = engines(all);
    lines.push(String::new());
    lines.extend(classes(all));
    lines.push(String::new());
    lines.extend(shards(all));
    lines.join("\n")
}

fn engines(all: &[Figures]) -> Vec<String> {
    let mut lines = vec![
        "| Providers | Engine: CPU a question; p50 / p99 | with cards and reasons | reading every plane | tantivy 0.27 | tantivy, all folded into one term | PostgreSQL 15, GIN | Budget | |".to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for figures in all {
        let times = |sample: &Sample| sample.cpu / figures.ours.cpu;
        let peer = |sample: &Sample| format!("{}: **{:.0} times**", three(sample), times(sample));
        let postgres = figures.postgres.as_ref();
        let met = figures.ours.cpu <= 40.0
            && figures.ours.cpu <= 3.0 * figures.floor.cpu
            && times(&figures.tantivy) >= 40.0
            && postgres.is_some_and(|it| times(it) >= 250.0);
        let (budget, verdict) = match (figures.size >= 1_000_000, met) {
            (false, _) => ("", ""),
            (true, true) => (BUDGET, "met"),
            (true, false) => (BUDGET, "**missed**"),
        };
        lines.push(format!(
            "| {} | {} | {} | {}: **{:.1} times below** | {} | {} | {} | {budget} | {verdict} |",
            figures.size,
            three(&figures.ours),
            three(&figures.explained),
            three(&figures.floor),
            figures.ours.cpu / figures.floor.cpu,
            peer(&figures.tantivy),
            peer(&figures.folded),
            postgres.map_or_else(|| "not installed".to_owned(), peer),
        ));
    }
    lines
}

/// Each kind of question, in the largest network.
fn classes(all: &[Figures]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(figures) = all.last() {
        lines.push(format!(
            "| Kind of question, of {} | Engine, CPU | reading every plane | |",
            figures.size
        ));
        lines.push("| --- | --- | --- | --- |".to_owned());
        for (class, [ours, floor]) in &figures.classes {
            lines.push(format!(
                "| {class:?} | {:.2} µs | {:.2} µs | {:.1} times |",
                ours.cpu,
                floor.cpu,
                ours.cpu / floor.cpu
            ));
        }
    }
    lines
}

fn shards(all: &[Figures]) -> Vec<String> {
    let mut lines = vec![
        "| Shard | Rows | Deciding part, brotli | With cards | Availability | Budget | |"
            .to_owned(),
        "| --- | --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    for (figures, one) in all
        .iter()
        .flat_map(|figures| figures.shards.iter().map(move |one| (figures, one)))
    {
        let each = |bytes: usize| bytes as f64 / one.rows.max(1) as f64;
        let met = each(one.deciding) <= 16.0 && each(one.availability) <= 4.0;
        let cards = one.statics.map(|bytes| format!("{:.1} B", each(bytes)));
        lines.push(format!(
            "| {} of {} | {} | {:.1} B a provider | {} | {:.1} B | 16 B, 4 B | {} |",
            one.name,
            figures.size,
            one.rows,
            each(one.deciding),
            cards.unwrap_or_default(),
            each(one.availability),
            if met { "met" } else { "**missed**" },
        ));
    }
    lines
}

/// Puts the table between its marks on the page.
pub(crate) fn write(page: &Path, table: &str) -> Result<()> {
    let text = std::fs::read_to_string(page)?;
    let (before, rest) = text
        .split_once(BEGIN)
        .context("the page has no mark for the figures")?;
    let (_, after) = rest
        .split_once(END)
        .context("the page has no mark after the figures")?;
    std::fs::write(page, format!("{before}{BEGIN}\n\n{table}\n\n{END}{after}"))?;
    Ok(())
}
