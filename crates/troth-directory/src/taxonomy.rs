//! The taxonomy codes of people who see couples, and what each says of them.
//!
//! Codes and names are NUCC's Health Care Provider Taxonomy (the National Uniform Claim
//! Committee's list, as CMS publishes it). A code is what a provider said of themself when
//! registering; it is no licence, and nobody is shown because of it.

use troth_match::{Code, Modalities, Service, Services, Specialties};

/// What a code says of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calling {
    /// The code, ten characters.
    pub code: &'static str,
    /// NUCC's name of the code.
    pub name: &'static str,
    /// The letters to show where the provider gave none.
    pub letters: &'static str,
    /// Specialties that the code names, by their stable names.
    specialties: &'static [&'static str],
    /// Ways of working that the code names.
    modalities: &'static [&'static str],
}

impl Calling {
    /// Finds what a code says; `None` for all who do not treat minds or relationships.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        CALLINGS.iter().find(|calling| calling.code == code)
    }

    /// Whom somebody of this calling sees: couples are claimed for family therapists alone.
    #[must_use]
    pub fn services(&self) -> Services {
        let individual = Services::of(Service::Individual);
        if matches!(self.code, "106H00000X" | "103TF0000X") {
            individual.with(Service::Couples)
        } else {
            individual
        }
    }

    /// The specialties that the code names.
    #[must_use]
    pub fn specialties(&self) -> Specialties {
        self.specialties
            .iter()
            .filter_map(|name| Code::parse(name))
            .collect()
    }

    /// The ways of working that the code names.
    #[must_use]
    pub fn modalities(&self) -> Modalities {
        self.modalities
            .iter()
            .filter_map(|name| Code::parse(name))
            .collect()
    }
}

const fn calling(
    code: &'static str,
    name: &'static str,
    letters: &'static str,
    specialties: &'static [&'static str],
    modalities: &'static [&'static str],
) -> Calling {
    Calling {
        code,
        name,
        letters,
        specialties,
        modalities,
    }
}

/// Everybody who may be listed, by code.
#[rustfmt::skip]
const CALLINGS: [Calling; 41] = [
    calling("101Y00000X", "Counselor", "Counselor", &[], &[]),
    calling("101YA0400X", "Addiction (Substance Use Disorder)", "Counselor", &["substance_use"], &[]),
    calling("101YM0800X", "Mental Health", "Counselor", &[], &[]),
    calling("101YP1600X", "Pastoral", "Counselor", &["faith"], &[]),
    calling("101YP2500X", "Professional", "Counselor", &[], &[]),
    calling("102L00000X", "Psychoanalyst", "Psychoanalyst", &[], &["psychodynamic"]),
    calling("103G00000X", "Clinical Neuropsychologist", "Psychologist", &[], &[]),
    calling("103T00000X", "Psychologist", "Psychologist", &[], &[]),
    calling("103TA0400X", "Addiction (Substance Use Disorder)", "Psychologist", &["substance_use"], &[]),
    calling("103TA0700X", "Adult Development & Aging", "Psychologist", &["aging"], &[]),
    calling("103TB0200X", "Cognitive & Behavioral", "Psychologist", &[], &["cognitive_behavioral"]),
    calling("103TC0700X", "Clinical", "Psychologist", &[], &[]),
    calling("103TC1900X", "Counseling", "Psychologist", &[], &[]),
    calling("103TC2200X", "Clinical Child & Adolescent", "Psychologist", &["parenting"], &[]),
    calling("103TF0000X", "Family", "Psychologist", &[], &["systemic"]),
    calling("103TF0200X", "Forensic", "Psychologist", &[], &[]),
    calling("103TH0004X", "Health", "Psychologist", &["illness"], &[]),
    calling("103TH0100X", "Health Service", "Psychologist", &[], &[]),
    calling("103TM1700X", "Men & Masculinity", "Psychologist", &[], &[]),
    calling("103TP0016X", "Prescribing (Medical)", "Psychologist", &[], &[]),
    calling("103TP0814X", "Psychoanalysis", "Psychologist", &[], &["psychodynamic"]),
    calling("103TP2700X", "Psychotherapy", "Psychologist", &[], &[]),
    calling("103TP2701X", "Group Psychotherapy", "Psychologist", &[], &[]),
    calling("103TR0400X", "Rehabilitation", "Psychologist", &["illness"], &[]),
    calling("103TW0100X", "Women", "Psychologist", &[], &[]),
    calling("104100000X", "Social Worker", "Social worker", &[], &[]),
    calling("1041C0700X", "Clinical", "Clinical social worker", &[], &[]),
    calling("106H00000X", "Marriage & Family Therapist", "Family therapist", &[], &["systemic"]),
    calling("2084F0202X", "Forensic Psychiatry", "MD", &[], &[]),
    calling("2084P0800X", "Psychiatry", "MD", &[], &[]),
    calling("2084P0802X", "Addiction Psychiatry", "MD", &["substance_use"], &[]),
    calling("2084P0804X", "Child & Adolescent Psychiatry", "MD", &["parenting"], &[]),
    calling("2084P0805X", "Geriatric Psychiatry", "MD", &["aging"], &[]),
    calling("363LP0808X", "Psychiatric/Mental Health", "Nurse practitioner", &[], &[]),
    calling("364SP0807X", "Psychiatric/Mental Health, Child & Adolescent", "Clinical nurse specialist", &["parenting"], &[]),
    calling("364SP0808X", "Psychiatric/Mental Health", "Clinical nurse specialist", &[], &[]),
    calling("364SP0809X", "Psychiatric/Mental Health, Adult", "Clinical nurse specialist", &[], &[]),
    calling("364SP0810X", "Psychiatric/Mental Health, Child & Family", "Clinical nurse specialist", &["parenting"], &[]),
    calling("364SP0811X", "Psychiatric/Mental Health, Chronically Ill", "Clinical nurse specialist", &["illness"], &[]),
    calling("364SP0812X", "Psychiatric/Mental Health, Community", "Clinical nurse specialist", &[], &[]),
    calling("364SP0813X", "Psychiatric/Mental Health, Geropsychiatric", "Clinical nurse specialist", &["aging"], &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_table_is_in_the_vocabulary() {
        for calling in &CALLINGS {
            assert_eq!(
                calling.specialties().len() as usize,
                calling.specialties.len()
            );
            assert_eq!(
                calling.modalities().len() as usize,
                calling.modalities.len()
            );
        }
        assert!(CALLINGS.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn every_code_is_nuccs_with_nuccs_name() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/data/nucc/reference_data.sql"
        );
        let Ok(published) = std::fs::read_to_string(path) else {
            eprintln!("SKIPPED: NUCC's list is not beside this checkout");
            return;
        };
        for calling in &CALLINGS {
            let row = format!(
                "INSERT INTO npd.nucc VALUES ('{}', '{}',",
                calling.code, calling.name
            );
            assert!(published.contains(&row), "{row}");
        }
    }
}
