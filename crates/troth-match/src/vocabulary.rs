//! The words that providers and queries share: specialties, approaches, languages, forms.
//!
//! Names are stable and stand in JSON; positions are stable and stand in shard files; both
//! lists only grow at the end. Labels are plain English for a list on a screen.

use crate::set::{Set, code_enum, codes};

codes! {
    /// What a provider is practised in, or what a couple comes with.
    Specialty, "specialty", [
        ("affair_recovery", "Recovery after an affair"),
        ("trust_rebuilding", "Rebuilding trust"),
        ("communication", "Communication"),
        ("conflict", "Conflict and arguing"),
        ("emotional_distance", "Emotional distance"),
        ("intimacy", "Intimacy"),
        ("sexual_concerns", "Sexual concerns"),
        ("low_desire", "Different levels of desire"),
        ("compulsive_sexual_behavior", "Compulsive sexual behavior"),
        ("pornography", "Pornography"),
        ("secrets_and_lying", "Secrets and lying"),
        ("financial_infidelity", "Money secrets"),
        ("money", "Money"),
        ("premarital", "Before marriage"),
        ("newlyweds", "Newly married"),
        ("separation", "Separation"),
        ("divorce", "Divorce"),
        ("discernment", "Deciding whether to stay"),
        ("reconciliation", "Coming back together"),
        ("remarriage", "Remarriage"),
        ("blended_families", "Blended families"),
        ("parenting", "Parenting"),
        ("coparenting", "Co-parenting"),
        ("new_parents", "Becoming parents"),
        ("infertility", "Infertility"),
        ("pregnancy_loss", "Pregnancy loss"),
        ("adoption", "Adoption"),
        ("empty_nest", "Children leaving home"),
        ("in_laws", "In-laws and extended family"),
        ("attachment", "Attachment"),
        ("betrayal_trauma", "Betrayal trauma"),
        ("trauma", "Trauma"),
        ("ptsd", "Post-traumatic stress"),
        ("childhood_abuse", "Childhood abuse"),
        ("domestic_violence", "Domestic violence"),
        ("anger", "Anger"),
        ("anxiety", "Anxiety"),
        ("depression", "Depression"),
        ("bipolar", "Bipolar disorder"),
        ("obsessive_compulsive", "Obsessions and compulsions"),
        ("adhd", "Attention deficit"),
        ("autism", "Autism in relationships"),
        ("personality", "Personality disorders"),
        ("eating", "Eating"),
        ("substance_use", "Alcohol and drugs"),
        ("gambling", "Gambling"),
        ("grief", "Grief"),
        ("illness", "Illness and caregiving"),
        ("chronic_pain", "Chronic pain"),
        ("aging", "Growing older"),
        ("stress", "Stress and burnout"),
        ("career", "Work and career"),
        ("military", "Military couples"),
        ("first_responders", "First responders"),
        ("intercultural", "Intercultural couples"),
        ("interfaith", "Interfaith couples"),
        ("faith", "Faith"),
        ("lgbtq", "LGBTQ+ couples"),
        ("nonmonogamy", "Consensual non-monogamy"),
        ("long_distance", "Long distance"),
    ]
}

codes! {
    /// A way of working.
    Modality, "modality", [
        ("emotionally_focused", "Emotionally focused therapy (EFT)"),
        ("gottman", "Gottman method"),
        ("integrative_behavioral", "Integrative behavioral couple therapy"),
        ("cognitive_behavioral", "Cognitive behavioral therapy (CBT)"),
        ("imago", "Imago"),
        ("discernment_counseling", "Discernment counseling"),
        ("systemic", "Family systems"),
        ("bowenian", "Bowen family systems"),
        ("structural", "Structural family therapy"),
        ("narrative", "Narrative therapy"),
        ("solution_focused", "Solution-focused therapy"),
        ("psychodynamic", "Psychodynamic therapy"),
        ("attachment_based", "Attachment-based therapy"),
        ("acceptance_commitment", "Acceptance and commitment therapy (ACT)"),
        ("dialectical_behavioral", "Dialectical behavior therapy (DBT)"),
        ("emdr", "EMDR"),
        ("internal_family_systems", "Internal family systems (IFS)"),
        ("somatic", "Somatic work"),
        ("sex_therapy", "Sex therapy"),
        ("mindfulness", "Mindfulness"),
        ("pact", "Psychobiological approach (PACT)"),
        ("relational_life", "Relational life therapy"),
        ("trauma_focused", "Trauma-focused therapy"),
        ("motivational", "Motivational interviewing"),
    ]
}

codes! {
    /// A language a visit may be held in, by its ISO 639 code.
    Language, "language", [
        ("en", "English"), ("es", "Spanish"), ("zh", "Mandarin"), ("yue", "Cantonese"),
        ("tl", "Tagalog"), ("vi", "Vietnamese"), ("ar", "Arabic"), ("fr", "French"),
        ("ko", "Korean"), ("ru", "Russian"), ("pt", "Portuguese"), ("ht", "Haitian Creole"),
        ("hi", "Hindi"), ("de", "German"), ("pl", "Polish"), ("it", "Italian"),
        ("ur", "Urdu"), ("fa", "Persian"), ("te", "Telugu"), ("gu", "Gujarati"),
        ("bn", "Bengali"), ("ta", "Tamil"), ("ja", "Japanese"), ("pa", "Punjabi"),
        ("he", "Hebrew"), ("el", "Greek"), ("hy", "Armenian"), ("uk", "Ukrainian"),
        ("so", "Somali"), ("am", "Amharic"), ("hmn", "Hmong"), ("km", "Khmer"),
        ("th", "Thai"), ("lo", "Lao"), ("nv", "Navajo"), ("sm", "Samoan"),
        ("ro", "Romanian"), ("tr", "Turkish"), ("sw", "Swahili"), ("ase", "American Sign Language"),
    ]
}

code_enum! {
    /// How a visit is held.
    Format, "format", {
        /// Over a video line.
        Video = ("video", "By video"),
        /// In the provider's place.
        InPerson = ("in_person", "In person"),
    }
}

code_enum! {
    /// Whom a visit is for.
    Service, "service", {
        /// Both partners together.
        Couples = ("couples", "Couples"),
        /// One person alone.
        Individual = ("individual", "Individual"),
    }
}

code_enum! {
    /// What a provider chose to say of their gender.
    Gender, "gender", {
        /// A woman.
        Woman = ("woman", "Woman"),
        /// A man.
        Man = ("man", "Man"),
        /// Neither, or more than one.
        Nonbinary = ("nonbinary", "Nonbinary"),
    }
}

code_enum! {
    /// What a provider chose to say of their age.
    AgeBand, "age band", {
        /// Up to 34 years.
        Under35 = ("under_35", "Under 35"),
        /// 35 to 49 years.
        From35 = ("35_to_49", "35 to 49"),
        /// 50 to 64 years.
        From50 = ("50_to_64", "50 to 64"),
        /// 65 years and more.
        From65 = ("65_and_over", "65 and over"),
    }
}

/// A set of specialties.
pub type Specialties = Set<Specialty>;
/// A set of approaches.
pub type Modalities = Set<Modality>;
/// A set of languages.
pub type Languages = Set<Language>;
/// A set of formats.
pub type Formats = Set<Format>;
/// A set of services.
pub type Services = Set<Service>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::Code;
    use crate::state::State;

    fn sound<C: Code>(count: u8) {
        assert_eq!(C::COUNT, count, "{}", C::KIND);
        let mut names: Vec<_> = C::list().map(Code::name).collect();
        assert!(C::list().all(|code| C::parse(code.name()) == Some(code)));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), usize::from(count), "{}", C::KIND);
        assert!(C::from_index(count).is_none());
    }

    #[test]
    fn every_name_stands_once_and_leads_back() {
        sound::<State>(56);
        sound::<Specialty>(60);
        sound::<Modality>(24);
        sound::<Language>(40);
        sound::<Format>(2);
        sound::<Service>(2);
        sound::<Gender>(3);
        sound::<AgeBand>(4);
    }
}
