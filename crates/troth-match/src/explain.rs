//! Why a provider stands where they stand: points, reasons and unmet wishes.
//!
//! The plain scan and the engine both decide by their own means and explain through here.

use crate::answer::{
    AGE_POINTS, GENDER_POINTS, MODALITY_POINTS, Misfit, NEWCOMER_POINTS, Reason, SOON_POINTS,
    SPECIALTY_POINTS,
};
use crate::query::{Asked, Need};
use crate::vocabulary::{AgeBand, Formats, Gender, Modalities, Specialties};

/// What an explanation needs to know of one provider in the light of one question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) quality: u8,
    pub(crate) newcomer: bool,
    pub(crate) specialties: Specialties,
    pub(crate) modalities: Modalities,
    pub(crate) gender: Option<Gender>,
    pub(crate) age_band: Option<AgeBand>,
    /// The formats asked for that fit.
    pub(crate) formats: Formats,
    /// Whether a fitting start lies within 24 hours.
    pub(crate) soon: bool,
    /// Whether any fitting start is known.
    pub(crate) starts: bool,
    pub(crate) bookable: bool,
}

/// Tells the reasons, whose points add up to the score.
pub(crate) fn reasons(asked: &Asked, seen: &Seen) -> Vec<Reason> {
    let mut reasons = vec![Reason::Proven {
        points: u32::from(seen.quality),
    }];
    if seen.newcomer {
        reasons.push(Reason::Newcomer {
            points: NEWCOMER_POINTS,
        });
    }
    let points = SPECIALTY_POINTS;
    reasons.extend(
        asked
            .specialties
            .and(seen.specialties)
            .iter()
            .map(|specialty| Reason::Specialty { specialty, points }),
    );
    let points = MODALITY_POINTS;
    reasons.extend(
        asked
            .modalities
            .and(seen.modalities)
            .iter()
            .map(|modality| Reason::Modality { modality, points }),
    );
    if asked
        .gender
        .is_some_and(|(gender, need)| need == Need::Preferred && seen.gender == Some(gender))
    {
        reasons.push(Reason::Gender {
            points: GENDER_POINTS,
        });
    }
    if asked
        .age_band
        .is_some_and(|(band, need)| need == Need::Preferred && seen.age_band == Some(band))
    {
        reasons.push(Reason::AgeBand { points: AGE_POINTS });
    }
    if seen.soon {
        reasons.push(Reason::Soon {
            points: SOON_POINTS,
        });
    }
    reasons
}

/// Tells the wishes that are not met.
pub(crate) fn misfits(asked: &Asked, seen: &Seen) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let lacking = |has: u64, wants: u64| wants & !has;
    if let Some(set) =
        Specialties::from_bits(lacking(seen.specialties.bits(), asked.specialties.bits()))
    {
        misfits.extend(set.iter().map(|specialty| Misfit::Specialty { specialty }));
    }
    if let Some(set) =
        Modalities::from_bits(lacking(seen.modalities.bits(), asked.modalities.bits()))
    {
        misfits.extend(set.iter().map(|modality| Misfit::Modality { modality }));
    }
    if asked
        .gender
        .is_some_and(|(gender, _)| seen.gender != Some(gender))
    {
        misfits.push(Misfit::Gender);
    }
    if asked
        .age_band
        .is_some_and(|(band, _)| seen.age_band != Some(band))
    {
        misfits.push(Misfit::AgeBand);
    }
    misfits.extend(
        asked
            .formats
            .iter()
            .filter(|format| !seen.formats.contains(*format))
            .map(|format| Misfit::Format { format }),
    );
    if !seen.starts {
        misfits.push(Misfit::NoKnownStart);
    }
    if !seen.bookable {
        misfits.push(Misfit::NotBookable);
    }
    misfits
}

/// Adds up the points of all reasons.
pub(crate) fn score(reasons: &[Reason]) -> u32 {
    reasons.iter().map(|reason| reason.points()).sum()
}
