//! What generated networks are fitted to, with where each number comes from.
//!
//! Counts marked *NPPES* are of the 1,500 individuals of HL7's Plan-Net sample (real rows of
//! the public file, enumerated 2005 in Connecticut, Massachusetts and Rhode Island), and a
//! test measures them again. What that sample cannot tell (how many states, plans, formats)
//! follows the seeded network that the engine's rivals were measured on.

/// Inhabitants in thousands, census of 2020; a place in the middle and how far the cities
/// lie from it, in hundredths of a degree; the zone, its hours behind UTC in winter.
pub(crate) struct Region {
    pub(crate) code: &'static str,
    pub(crate) thousands: u32,
    pub(crate) lat: i16,
    pub(crate) lon: i16,
    pub(crate) reach: (u16, u16),
    pub(crate) zone: (&'static str, u8),
}

const fn region(
    code: &'static str,
    thousands: u32,
    middle: (i16, i16),
    reach: (u16, u16),
    zone: (&'static str, u8),
) -> Region {
    let (lat, lon) = middle;
    Region {
        code,
        thousands,
        lat,
        lon,
        reach,
        zone,
    }
}

const EAST: (&str, u8) = ("America/New_York", 5);
const CENTRAL: (&str, u8) = ("America/Chicago", 6);
const MOUNTAIN: (&str, u8) = ("America/Denver", 7);
const PACIFIC: (&str, u8) = ("America/Los_Angeles", 8);

/// The 50 states and the District of Columbia.
pub(crate) const REGIONS: [Region; 51] = [
    region("AL", 5024, (3280, -8680), (180, 110), CENTRAL),
    region("AK", 733, (6120, -14990), (200, 300), ("America/Anchorage", 9)),
    region("AZ", 7152, (3340, -11180), (180, 180), ("America/Phoenix", 7)),
    region("AR", 3012, (3480, -9240), (130, 150), CENTRAL),
    region("CA", 39538, (3640, -11950), (330, 200), PACIFIC),
    region("CO", 5774, (3910, -10490), (140, 150), MOUNTAIN),
    region("CT", 3606, (4160, -7270), (40, 70), EAST),
    region("DE", 990, (3910, -7550), (60, 20), EAST),
    region("DC", 690, (3890, -7700), (6, 7), EAST),
    region("FL", 21538, (2790, -8170), (220, 110), EAST),
    region("GA", 10712, (3300, -8370), (160, 120), EAST),
    region("HI", 1455, (2120, -15770), (30, 60), ("Pacific/Honolulu", 10)),
    region("ID", 1839, (4340, -11450), (90, 190), ("America/Boise", 7)),
    region("IL", 12812, (4080, -8880), (140, 90), CENTRAL),
    region("IN", 6786, (3990, -8620), (130, 70), ("America/Indiana/Indianapolis", 5)),
    region("IA", 3190, (4190, -9330), (80, 220), CENTRAL),
    region("KS", 2938, (3850, -9690), (70, 200), CENTRAL),
    region("KY", 4506, (3790, -8480), (60, 110), EAST),
    region("LA", 4658, (3060, -9160), (130, 150), CENTRAL),
    region("ME", 1362, (4450, -6960), (110, 90), EAST),
    region("MD", 6177, (3920, -7680), (40, 90), EAST),
    region("MA", 7030, (4230, -7180), (40, 110), EAST),
    region("MI", 10077, (4280, -8460), (110, 120), ("America/Detroit", 5)),
    region("MN", 5706, (4520, -9390), (160, 130), CENTRAL),
    region("MS", 2961, (3260, -8970), (170, 90), CENTRAL),
    region("MO", 6155, (3850, -9250), (120, 180), CENTRAL),
    region("MT", 1084, (4660, -11060), (130, 290), MOUNTAIN),
    region("NE", 1962, (4110, -9760), (70, 170), CENTRAL),
    region("NV", 3105, (3790, -11690), (210, 180), PACIFIC),
    region("NH", 1378, (4330, -7150), (80, 50), EAST),
    region("NJ", 9289, (4020, -7460), (90, 50), EAST),
    region("NM", 2118, (3460, -10620), (180, 180), MOUNTAIN),
    region("NY", 20201, (4200, -7560), (130, 200), EAST),
    region("NC", 10439, (3560, -7950), (80, 250), EAST),
    region("ND", 779, (4720, -9930), (70, 200), CENTRAL),
    region("OH", 11799, (4030, -8270), (130, 150), EAST),
    region("OK", 3959, (3540, -9720), (100, 150), CENTRAL),
    region("OR", 4237, (4430, -12230), (130, 130), PACIFIC),
    region("PA", 13003, (4060, -7720), (80, 200), EAST),
    region("RI", 1097, (4170, -7150), (25, 15), EAST),
    region("SC", 5118, (3390, -8090), (80, 130), EAST),
    region("SD", 887, (4400, -9870), (90, 180), CENTRAL),
    region("TN", 6910, (3580, -8750), (60, 200), CENTRAL),
    region("TX", 29146, (3090, -9760), (260, 250), CENTRAL),
    region("UT", 3272, (4010, -11180), (160, 90), MOUNTAIN),
    region("VT", 643, (4400, -7270), (80, 40), EAST),
    region("VA", 8631, (3760, -7800), (70, 190), EAST),
    region("WA", 7705, (4740, -12120), (100, 200), PACIFIC),
    region("WV", 1794, (3870, -8060), (110, 130), EAST),
    region("WI", 5894, (4400, -8930), (140, 150), CENTRAL),
    region("WY", 577, (4290, -10700), (130, 220), MOUNTAIN),
];

/// The callings of mental health with their letters, and how often each stands in NPPES
/// among the taxonomy codes of that field, by the beginning of the code.
pub(crate) const CALLINGS: [(&str, &[&str], u32); 6] = [
    ("psychologist", &["PhD", "PsyD", "EdD"], 43),
    ("psychiatrist", &["MD", "MD", "DO"], 29),
    ("social worker", &["LCSW", "LICSW", "MSW"], 24),
    ("nurse", &["PMHNP", "APRN", "PMHCNS"], 6),
    ("counselor", &["LPC", "LMHC", "LCPC"], 4),
    ("marriage and family therapist", &["LMFT"], 1),
];

/// Of 81 individuals of mental health in NPPES, 37 are women.
pub(crate) const WOMEN: (u32, u32) = (37, 81);

/// Of 1,500 individuals in NPPES, 1,094 give a middle name.
pub(crate) const MIDDLE_NAMES: (u32, u32) = (1_094, 1_500);

/// Characters of a licence's number and how often, in NPPES (3 to 8 characters).
pub(crate) const LICENCE_LENGTHS: [(u32, u32); 6] =
    [(3, 26), (4, 135), (5, 352), (6, 801), (7, 113), (8, 40)];

/// Of 1,500 first licence numbers in NPPES, 191 hold a letter.
pub(crate) const LICENCE_LETTERS: (u32, u32) = (191, 1_500);

/// Of a thousand providers: to one state, two or three, five to twenty, about forty.
/// The mean is 1.98.
pub(crate) const LICENCE_COUNTS: [(u32, u32, u32); 5] = [
    (1, 1, 720),
    (2, 2, 235),
    (3, 3, 5),
    (5, 20, 30),
    (37, 43, 10),
];

/// Free hours a week of somebody who takes new people, and how often.
pub(crate) const FREE_HOURS: [(u32, u32); 10] = [
    (0, 60),
    (1, 120),
    (2, 180),
    (3, 200),
    (4, 150),
    (5, 110),
    (6, 80),
    (8, 50),
    (10, 30),
    (12, 20),
];

/// Hours of the day at which a visit starts, and how often: practices fill from the evening.
pub(crate) const START_HOURS: [(u32, u32); 13] = [
    (8, 30),
    (9, 90),
    (10, 120),
    (11, 120),
    (12, 70),
    (13, 110),
    (14, 110),
    (15, 100),
    (16, 80),
    (17, 70),
    (18, 50),
    (19, 35),
    (20, 15),
];

/// First names of women, the commonest of NPPES first.
pub(crate) const WOMENS_NAMES: [&str; 48] = [
    "Susan", "Karen", "Mary", "Jennifer", "Margaret", "Elizabeth", "Diane", "Anne", "Linda",
    "Maria", "Judith", "Donna", "Jacqueline", "Jane", "Janet", "Catherine", "Kathleen", "Cheryl",
    "Gail", "Pamela", "Barbara", "Patricia", "Lisa", "Wendy", "Andrea", "Christine", "Cynthia",
    "Joan", "Deborah", "Nancy", "Jessica", "Kimberly", "Amy", "Carolyn", "Lynn", "Lori", "Marcia",
    "Laura", "Debra", "Laurie", "Katherine", "Maureen", "Ann", "Beth", "Michelle", "Ellen",
    "Kristen", "Rebecca",
];

/// First names of men, the commonest of NPPES first.
pub(crate) const MENS_NAMES: [&str; 48] = [
    "Robert", "John", "David", "Richard", "Michael", "James", "Joseph", "Thomas", "William",
    "Paul", "Mark", "Peter", "Jeffrey", "Christopher", "Edward", "Andrew", "George", "Steven",
    "Daniel", "Kevin", "Scott", "Charles", "Jonathan", "Donald", "Douglas", "Stephen", "Frank",
    "Raymond", "Kenneth", "Matthew", "Louis", "Ronald", "Timothy", "Francis", "Carl", "Anthony",
    "Patrick", "Bruce", "Philip", "Lawrence", "Alan", "Harold", "Barry", "Eric", "Roger",
    "Martin", "Mitchell", "Neil",
];

/// Family names, the commonest of NPPES first, then the census of 2010.
pub(crate) const FAMILY_NAMES: [&str; 72] = [
    "Smith", "Miller", "Sullivan", "Burke", "White", "Cohen", "Adams", "Lee", "Harris", "Murphy",
    "Goldman", "Foley", "Johnson", "Kelly", "Martin", "Curran", "Chan", "Cooper", "Powers",
    "Leonard", "Williams", "Brown", "Jones", "Garcia", "Davis", "Rodriguez", "Martinez",
    "Hernandez", "Lopez", "Gonzalez", "Wilson", "Anderson", "Thomas", "Taylor", "Moore",
    "Jackson", "Perez", "Thompson", "Sanchez", "Clark", "Ramirez", "Lewis", "Robinson", "Walker",
    "Young", "Allen", "King", "Wright", "Scott", "Torres", "Nguyen", "Hill", "Flores", "Green",
    "Nelson", "Baker", "Hall", "Rivera", "Campbell", "Mitchell", "Carter", "Roberts", "Gomez",
    "Phillips", "Evans", "Turner", "Diaz", "Parker", "Cruz", "Edwards", "Collins", "Reyes",
];

/// Names of places that many states have.
pub(crate) const CITY_NAMES: [&str; 40] = [
    "Springfield", "Franklin", "Clinton", "Madison", "Washington", "Chester", "Marion",
    "Greenville", "Georgetown", "Salem", "Fairview", "Riverside", "Arlington", "Ashland",
    "Burlington", "Dover", "Hudson", "Jackson", "Kingston", "Lebanon", "Lexington", "Manchester",
    "Milford", "Milton", "Newport", "Oakland", "Oxford", "Auburn", "Bristol", "Centerville",
    "Cleveland", "Dayton", "Farmington", "Glendale", "Lancaster", "Lincoln", "Monroe", "Princeton",
    "Windsor", "Winchester",
];

/// The parts that names of plans are made of.
pub(crate) const PAYERS: [&str; 25] = [
    "Alder", "Beacon", "Cedar", "Delta Ridge", "Evergreen", "Fairhaven", "Granite", "Harbor",
    "Iris", "Juniper", "Keystone", "Lakeside", "Meridian", "Northstar", "Oakmont", "Pinnacle",
    "Quarry", "Redwood", "Summit", "Tidewater", "Union Square", "Valley", "Westbrook", "Yarrow",
    "Zephyr",
];

/// The kinds of plans that a payer sells.
pub(crate) const PRODUCTS: [&str; 12] = [
    "PPO", "HMO", "EPO", "POS", "Silver PPO", "Gold PPO", "Bronze HMO", "Select", "Choice Plus",
    "Medicare Advantage", "Community", "Student",
];
