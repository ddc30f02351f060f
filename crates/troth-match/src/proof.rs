//! Proof of availability: dated evidence, and the confidence that ages with it.
//!
//! A listing is a claim. What keeps it in the results is evidence that the claim was true
//! at some minute: a visit was booked or kept, a calendar was synced, the therapist said
//! so. Confidence is an integer from 0 to 1,000 that halves with time; under [`SHOWN`] a
//! listing leaves the results by itself, and the next proof brings it back.
//!
//! # Invariants
//!
//! 1. **Nothing lasts.** Without new evidence every confidence falls to zero.
//! 2. **A claim is no proof.** Imported claims alone never reach [`SHOWN`], however many.
//! 3. **Trouble is answered by a person.** A failed contact counts until the therapist
//!    acts: books, keeps a visit, or confirms. A calendar that syncs by itself does not
//!    clear it.
//! 4. **Strangers only shorten.** Whoever reports a failed contact is not known, so several of
//!    them count once, and no more until the therapist's next act: what strangers say never takes a
//!    freshly proven listing out, whatever their number. See [`REPORTS_NEEDED`].
//! 5. **Integers only.** Server, browser and command line compute the same number.
//!
//! Ages are counted in whole minutes since the evidence; no clock is read here.

mod rate;
mod reports;
#[cfg(feature = "generate")]
mod simulation;

pub use rate::{GhostRate, Outcome};
pub use reports::{REPORT_DAYS, REPORTS_A_DAY, REPORTS_NEEDED};
#[cfg(feature = "generate")]
pub use simulation::{Outlook, World, simulate};

/// Confidence that something just proven has.
pub const FULL: u16 = 1_000;

/// The confidence below which a listing leaves the results.
pub const SHOWN: u16 = 500;

/// The confidence below which the therapist is asked to confirm.
pub const FADING: u16 = 700;

/// Minutes in a day.
const DAY: i64 = 24 * 60;

/// What kind of thing happened that says something about a listing.
///
/// The codes are stored; they are added to and never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EvidenceKind {
    /// A visit took place.
    VisitKept,
    /// A visit was booked, or a request accepted.
    VisitBooked,
    /// The therapist's calendar was read and understood.
    CalendarSynced,
    /// The therapist said that the listing is still true.
    Confirmed,
    /// Another directory claims it: NPPES, a payer, a Plan-Net server.
    ImportedClaim,
    /// People reported that the therapist could not be had as listed: several of them make one.
    FailedContact,
    /// A request got no answer until it ended.
    UnansweredRequest,
}

impl EvidenceKind {
    /// Every kind, in the order of the codes.
    pub const ALL: [Self; 7] = [
        Self::VisitKept,
        Self::VisitBooked,
        Self::CalendarSynced,
        Self::Confirmed,
        Self::ImportedClaim,
        Self::FailedContact,
        Self::UnansweredRequest,
    ];

    /// The stored code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::VisitKept => 0,
            Self::VisitBooked => 1,
            Self::CalendarSynced => 2,
            Self::Confirmed => 3,
            Self::ImportedClaim => 4,
            Self::FailedContact => 5,
            Self::UnansweredRequest => 6,
        }
    }

    /// Finds the kind that a code stands for.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::VisitKept => "visit_kept",
            Self::VisitBooked => "visit_booked",
            Self::CalendarSynced => "calendar_synced",
            Self::Confirmed => "confirmed",
            Self::ImportedClaim => "imported_claim",
            Self::FailedContact => "failed_contact",
            Self::UnansweredRequest => "unanswered_request",
        }
    }

    /// How sure fresh evidence makes us, and in how many days that halves.
    ///
    /// Chosen so that a listing lives a week on a calendar alone, two on the therapist's
    /// word, three on a visit; the simulation of this module carries the choice.
    fn weight(self) -> Option<(u16, i64)> {
        match self {
            Self::VisitKept => Some((FULL, 21)),
            Self::VisitBooked => Some((950, 21)),
            Self::CalendarSynced => Some((900, 8)),
            Self::Confirmed => Some((FULL, 14)),
            Self::ImportedClaim => Some((400, 180)),
            Self::FailedContact | Self::UnansweredRequest => None,
        }
    }

    /// What is left of a confidence, in thousandths, after this trouble.
    fn remains(self) -> u32 {
        match self {
            Self::FailedContact => 600,
            Self::UnansweredRequest => 500,
            _ => 1_000,
        }
    }

    /// Whether it is an act of the therapist that answers earlier trouble (invariant 3).
    fn answers_trouble(self) -> bool {
        matches!(self, Self::VisitKept | Self::VisitBooked | Self::Confirmed)
    }
}

/// One dated piece of evidence about one listing, or about one acceptance of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// When it happened, in minutes since the epoch, UTC.
    pub minute: i64,
    /// What happened.
    pub kind: EvidenceKind,
}

/// What a confidence means for a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Shown.
    Proven,
    /// Shown; the therapist is asked whether it is still true.
    Fading,
    /// Not shown until the next proof.
    Gone,
}

impl Standing {
    /// Reads a confidence.
    #[must_use]
    pub fn of(confidence: u16) -> Self {
        match confidence {
            FADING.. => Self::Proven,
            SHOWN.. => Self::Fading,
            _ => Self::Gone,
        }
    }
}

/// Computes how sure we are at a minute that a listing is true, 0 to [`FULL`].
///
/// The best single proof counts, aged to `now`; trouble after the therapist's last own act
/// multiplies it down. Evidence dated after `now` is not yet known and is left out. The
/// order of the evidence makes no difference.
#[must_use]
pub fn confidence(evidence: &[Evidence], now: i64) -> u16 {
    let known = || evidence.iter().filter(|e| e.minute <= now);
    let best = known().filter_map(|e| aged(*e, now)).max().unwrap_or(0);
    let answered = known()
        .filter(|e| e.kind.answers_trouble())
        .map(|e| e.minute)
        .max();
    let troubles = |kind| {
        let count = known()
            .filter(|e| e.kind == kind && answered.is_none_or(|at| e.minute > at))
            .count();
        match kind {
            EvidenceKind::FailedContact => count.min(1),
            _ => count,
        }
    };
    // One kind after the other: rounding down must not depend on the order of events.
    let left = [EvidenceKind::FailedContact, EvidenceKind::UnansweredRequest]
        .into_iter()
        .fold(u32::from(best), |left, kind| {
            (0..troubles(kind)).fold(left, |left, _| left * kind.remains() / 1_000)
        });
    u16::try_from(left).unwrap_or(FULL)
}

/// Ages one proof: halves once in its half-life, on a straight line in between.
fn aged(evidence: Evidence, now: i64) -> Option<u16> {
    let (strength, half_life) = evidence.kind.weight()?;
    let half_life = half_life * DAY;
    let age = now - evidence.minute;
    let halvings = u32::try_from(age / half_life).unwrap_or(u32::MAX);
    let upper = i64::from(strength.checked_shr(halvings).unwrap_or(0));
    let lower = i64::from(
        strength
            .checked_shr(halvings.saturating_add(1))
            .unwrap_or(0),
    );
    let value = upper - (upper - lower) * (age % half_life) / half_life;
    u16::try_from(value).ok()
}

/// Finds the minute of the newest proof, for the listing's "last proven".
#[must_use]
pub fn proven_minute(evidence: &[Evidence], now: i64) -> Option<i64> {
    evidence
        .iter()
        .filter(|e| e.minute <= now && e.kind.weight().is_some())
        .filter(|e| e.kind != EvidenceKind::ImportedClaim)
        .map(|e| e.minute)
        .max()
}

/// Finds the first minute after `now` at which a shown listing leaves the results if
/// nothing else happens; `None` where it is not shown now.
#[must_use]
pub fn leaves_at(evidence: &[Evidence], now: i64) -> Option<i64> {
    if confidence(evidence, now) < SHOWN {
        return None;
    }
    // Without new evidence confidence only falls, so the edge can be bisected. Two of the
    // longest half-lives take even full confidence below the line.
    let known: Vec<Evidence> = evidence
        .iter()
        .copied()
        .filter(|e| e.minute <= now)
        .collect();
    let (mut shown, mut gone) = (now, now + 2 * 180 * DAY);
    while gone - shown > 1 {
        let middle = shown + (gone - shown) / 2;
        if confidence(&known, middle) >= SHOWN {
            shown = middle;
        } else {
            gone = middle;
        }
    }
    Some(gone)
}

/// Turns a confidence into the part of a listing's score that is earned, 0 to 199.
#[must_use]
pub fn quality(confidence: u16) -> u8 {
    u8::try_from(u32::from(confidence.min(FULL)) * 199 / u32::from(FULL)).unwrap_or(199)
}

#[cfg(test)]
mod tests;
