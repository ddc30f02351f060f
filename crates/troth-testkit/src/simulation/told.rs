//! Requests and answers in one line each, for whoever reads a failing story.

use troth_sync::relay::{Answer, Request};
use troth_wire::api::{Append, Appended, Entries, Outcome, Problem};
use troth_wire::{Envelope, Header, Placed, Receipt, frame};

/// Tells what was asked and answered.
pub(super) fn exchange(request: &Request, answer: &Answer) -> String {
    let asked = format!("{} {}", request.method.name(), request.path);
    if let Ok(page) = frame::decode::<Entries>(&answer.body)
        && request.path.contains("entries?")
    {
        let entries: Vec<String> = page.entries.iter().map(placed).collect();
        return format!(
            "{asked} -> {entries:?} more {} {}",
            page.more,
            receipt(&page.receipt)
        );
    }
    if let Ok(appended) = frame::decode::<Appended>(&answer.body)
        && request.path.ends_with("entries")
    {
        let sent = frame::decode::<Append>(&request.body)
            .map(|it| it.entries)
            .unwrap_or_default();
        let pairs = sent.iter().zip(&appended.outcomes);
        let outcomes: Vec<String> = pairs
            .map(|(sent, got)| format!("{} {}", envelope(sent), outcome(got)))
            .collect();
        let said = appended.receipt.as_ref().map(receipt);
        return format!("{asked} -> {outcomes:?} {said:?}");
    }
    match frame::decode::<Problem>(&answer.body) {
        Ok(problem) if answer.status != 200 => format!("{asked} -> {:?}", problem.code),
        _ => format!("{asked} -> {}", answer.status),
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Placed { place, .. } => format!("at {place}"),
        Outcome::Refused { refusal } => format!("{refusal:?}"),
        Outcome::Skipped => String::from("skipped"),
    }
}

fn placed(placed: &Placed) -> String {
    format!("{}:{}", placed.place, envelope(&placed.envelope))
}

fn envelope(envelope: &Envelope) -> String {
    let id = envelope.id();
    match Header::decode(&envelope.header) {
        Ok(it) => format!(
            "{id:?} {:?} {:?}#{} seen {}",
            it.kind, it.device, it.aseq, it.seen_place
        ),
        Err(_) => format!("{id:?}"),
    }
}

fn receipt(receipt: &Receipt) -> String {
    format!(
        "epoch {} place {} {:?}",
        receipt.log_epoch, receipt.place, receipt.head
    )
}
