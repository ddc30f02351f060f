//! `troth network import nppes`: the registry's files, resumable.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use serde_json::{Value, json};
use troth_directory::entry::{Entry, Kept};
use troth_directory::listing::Listing;
use troth_directory::nppes::{Line, OpenError, Outcome, Reader, Rejection, Remark};
use troth_directory::rows::{self, RowFault};
use troth_server::network::op::import::{
    Checkpoint, FinishImport, ImportRow, ImportRows, LookupCheckpoint,
};
use troth_server::network::op::plan::RowOutcome;

use super::Desk;
use super::load::{self, PlanBook, STEP};
use super::report::{Progress, Report};
use crate::answer::Answer;
use crate::count::counted;
use crate::failure::{Exit, Failure};
use crate::file;

/// The words of the counts, in the order in which they are told.
const WORDS: [&str; 5] = ["listed", "kept", "withdrawn", "unknown", "rejected"];

/// What to give instead of a file of another kind.
const WANTED: &str =
    "give a file of NPPES as CSV in UTF-8; unpack an archive, save a workbook as CSV";

/// So many odd columns are named on the terminal; the report has all.
const SHOWN: usize = 5;

/// The last row of a file that was cut.
const UNFINISHED: Rejection = Rejection::Row(RowFault::Unfinished);

/// One import on its way.
struct Run<'a> {
    desk: &'a Desk,
    source: String,
    report: Report,
    plans: PlanBook,
    counts: BTreeMap<String, u64>,
    remarks: Vec<Remark>,
    cut: bool,
    latin: bool,
}

/// A row that waits for its step.
struct Waiting {
    line: u64,
    row: ImportRow,
    word: &'static str,
    why: String,
}

/// Imports a file of the registry.
///
/// # Errors
///
/// The file is not one of the registry's, or is not the one that was begun.
pub(super) fn import(desk: &Desk, path: &Path, restart: bool) -> Result<Answer, Failure> {
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let opened = file::open_text(path, WANTED)?;
    let mut reader = Reader::open(opened).map_err(|error| wrong(&error))?;
    let source = format!("nppes:{name}");
    let begun = if restart { None } else { begun(desk, &source)? };
    let mut counts = BTreeMap::new();
    let mut after = None;
    if let Some((place, earlier, bytes)) = begun {
        reader.resume(&place).map_err(|error| wrong(&error))?;
        (counts, after) = (earlier, Some(bytes));
    }
    let report = Report::open(&desk.data, &format!("nppes-{name}"), after)?;
    let mut run = Run {
        desk,
        source,
        report,
        plans: PlanBook::default(),
        counts,
        remarks: reader.remarks().to_vec(),
        cut: false,
        latin: false,
    };
    let first = reader.first_row();
    let resumed_after = after.map(|_| reader.place().rows.saturating_sub(first));
    if after.is_none() {
        run.tell_header()?;
    }
    run.read(&mut reader)?;
    let source = run.source.clone();
    // A file that was cut is gone on with when the rest is there.
    if !run.cut {
        desk.run(FinishImport { source })?;
    }
    Ok(run.answer(resumed_after))
}

impl Run<'_> {
    /// Reports what of the file's beginning is not as NPPES has it.
    fn tell_header(&mut self) -> Result<(), Failure> {
        for one in &self.remarks {
            let Remark {
                line,
                name,
                outcome,
                why,
            } = one;
            self.report.row(*line, name, outcome, why)?;
        }
        Ok(())
    }

    fn read(&mut self, reader: &mut Reader<File>) -> Result<(), Failure> {
        let progress = Progress::new("rows");
        let (mut waiting, mut cut) = (Vec::new(), None);
        let mut place = reader.place();
        let unreadable = |_| Failure::local("the file cannot be read to its end; begin again");
        while let Some(line) = reader.next_line().map_err(unreadable)? {
            if line.outcome == Outcome::Rejected(UNFINISHED) {
                cut = Some(line.line);
                break;
            }
            self.take(line, &mut waiting)?;
            place = reader.place();
            if waiting.len() >= STEP {
                self.step(&mut waiting, &place)?;
                progress.at(place.rows);
            }
        }
        self.step(&mut waiting, &place)?;
        if let Some(line) = cut {
            // Once more without rows, so that the counts of the last step stand too; the row
            // that was cut is not counted there, since the whole file will have it.
            self.step(&mut waiting, &place)?;
            self.cut = true;
            self.count("rejected");
            self.report
                .row(line, "", "rejected", &UNFINISHED.to_string())?;
        }
        self.report.settle().map(drop)
    }

    /// Judges a row: it waits for its step, or is rejected at once.
    fn take(
        &mut self,
        Line { line, outcome }: Line,
        waiting: &mut Vec<Waiting>,
    ) -> Result<(), Failure> {
        let (row, word, why) = match outcome {
            Outcome::Registered(person) => {
                let listing = Listing::of_registered(&person);
                let (word, why) = match &listing {
                    Ok(listing) => ("listed", listing.notes.join("; ")),
                    Err(why) => ("kept", why.to_string()),
                };
                let entry = Entry {
                    key: format!("npi:{}", person.npi),
                    kept: Kept::Registered(*person),
                    listing: listing.ok(),
                };
                (load::row(&entry, &self.plans, self.desk.now)?, word, why)
            }
            Outcome::Deactivated(npi) => {
                let row = ImportRow {
                    key: format!("npi:{npi}"),
                    npi: Some(npi.number()),
                    is_withdrawn: true,
                    ..ImportRow::default()
                };
                (row, "withdrawn", "deactivated at the registry".to_owned())
            }
            Outcome::OtherName { npi, name, kind } => {
                let kept = Kept::OtherName { npi, name, kind };
                let entry = Entry {
                    key: kept.own_key(),
                    kept,
                    listing: None,
                };
                let why = "another name of an organization".to_owned();
                (load::row(&entry, &self.plans, self.desk.now)?, "kept", why)
            }
            Outcome::Rejected(why) => {
                self.latin |= why == Rejection::Row(RowFault::NotUtf8);
                self.count("rejected");
                return self.report.row(line, "", "rejected", &why.to_string());
            }
            _ => return Ok(()),
        };
        waiting.push(Waiting {
            line,
            row,
            word,
            why,
        });
        Ok(())
    }

    /// Imports what waits, and notes how far it went, in one transaction.
    fn step(&mut self, waiting: &mut Vec<Waiting>, place: &rows::Place) -> Result<(), Failure> {
        for one in waiting.iter() {
            self.report
                .row(one.line, &one.row.key, one.word, &one.why)?;
            *self.counts.entry(one.word.to_owned()).or_default() += 1;
        }
        let bytes = self.report.settle()?;
        let place = json!({"place": place, "counts": self.counts, "report": bytes});
        let rows = waiting.drain(..).map(|one| one.row).collect();
        let done = self.desk.run(ImportRows {
            rows,
            checkpoint: Some(Checkpoint {
                source: self.source.clone(),
                place: place.to_string().into_bytes(),
            }),
            minute: self.desk.now,
        })?;
        for (outcome, _) in done {
            self.count(&format!("{} in the directory", load::word(outcome)));
            if outcome == RowOutcome::Unknown {
                self.count("unknown");
            }
        }
        Ok(())
    }

    fn count(&mut self, word: &str) {
        *self.counts.entry(word.to_owned()).or_default() += 1;
    }

    fn answer(self, resumed_after: Option<u64>) -> Answer {
        let of = |word: &str| self.counts.get(word).copied().unwrap_or(0);
        let rows: u64 = ["listed", "kept", "withdrawn", "rejected"]
            .into_iter()
            .map(of)
            .sum();
        let report = self.report.path();
        let [listed, kept, withdrawn, unknown, rejected] = WORDS.map(of);
        let plain = format!(
            "{}: {listed} listed as claims, {kept} kept without a listing, \
             {withdrawn} withdrawn ({unknown} of them not in the directory), {rejected} rejected.{}\n\
             Why, row by row: {report}",
            counted(rows, "row"),
            odd_header(&self.remarks),
        );
        let outcomes = ["added", "changed", "same", "claimed"];
        let outcomes: serde_json::Map<String, Value> = outcomes
            .into_iter()
            .map(|word| {
                (
                    word.to_owned(),
                    of(&format!("{word} in the directory")).into(),
                )
            })
            .collect();
        let json = json!({
            "rows": rows,
            "listed": listed,
            "kept": kept,
            "withdrawn": withdrawn,
            "withdrawn_unknown": unknown,
            "rejected": rejected,
            "directory": outcomes,
            "header": self.remarks.iter().map(|one| json!({
                "line": one.line,
                "name": one.name,
                "outcome": one.outcome,
            })).collect::<Vec<_>>(),
            "complete": !self.cut,
            "resumed_after": resumed_after,
            "report": report,
        });
        let mut answer = Answer::new(plain, json);
        if self.cut {
            answer = answer
                .note("the file ends inside its last row; what came before is in, give the whole file to go on")
                .exit(Exit::Refused);
        }
        if self.latin {
            answer = answer
                .note("some rows are not UTF-8 and look like Latin-1; convert with `iconv -f latin1 -t utf-8` and import again")
                .exit(Exit::Refused);
        }
        answer
    }
}

/// Says in a sentence what of the header is not as NPPES has it.
fn odd_header(remarks: &[Remark]) -> String {
    let of = |outcome: &str| {
        let named = remarks.iter().filter(|one| one.outcome == outcome);
        let names: Vec<&str> = named.map(|one| one.name.as_str()).collect();
        let shown: Vec<&str> = names.iter().copied().take(SHOWN).collect();
        let more = match names.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        (!names.is_empty()).then(|| format!("\n{outcome}: {}{more}", shown.join(", ")))
    };
    let outcomes = ["unknown column", "doubled column", "missing column"];
    outcomes.into_iter().filter_map(of).collect()
}

type Begun = (rows::Place, BTreeMap<String, u64>, u64);

/// Looks up where an earlier import of the same file was broken off.
fn begun(desk: &Desk, source: &str) -> Result<Option<Begun>, Failure> {
    let source = source.to_owned();
    let Some(bytes) = desk.run(LookupCheckpoint { source })? else {
        return Ok(None);
    };
    let read = || {
        let mut value: Value = serde_json::from_slice(&bytes).ok()?;
        let place = serde_json::from_value(value.get_mut("place")?.take()).ok()?;
        let counts = serde_json::from_value(value.get_mut("counts")?.take()).ok()?;
        Some((place, counts, value.get("report")?.as_u64()?))
    };
    Ok(read())
}

fn wrong(error: &OpenError) -> Failure {
    match error {
        OpenError::Another => Failure::refused(
            "the file is not the one whose import was begun; give that file, or add --restart",
        ),
        OpenError::Io(_) => Failure::local("the file cannot be read; check the disk and the path"),
        other => Failure::refused(format!("not a file of NPPES: {other}")).coded("wrong_kind"),
    }
}
