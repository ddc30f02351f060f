//! What a visit costs, as typed. One line gives one price for each format in it.
//!
//! Whose record would carry a diagnosis is not typed: where a plan is billed it is that of the person who is billed,
//! and where nothing is billed it is nobody's.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use troth_wire::network::{Day, Format, PlanPays, Quote, Record, Service};

use super::listing::{format, format_name, service, service_name};
use super::{Reader, Why, Wrong, at, dollars};

/// The most that a price may be, in cents, as the server takes it.
const HIGHEST: u32 = 1_000_000;

/// A price before it is signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Price {
    /// For whom the visit is.
    pub service: Service,
    /// For how many minutes.
    pub minutes: u32,
    /// How it happens.
    pub format: Format,
    /// The plan by its name; none where people pay themselves.
    pub plan: Option<String>,
    /// The state by its postal code.
    pub state: String,
    /// What one pays, in cents.
    pub cents: u32,
    /// Whether the plan pays for visits of couples.
    pub pays: PlanPays,
    /// Whose record would carry a diagnosis.
    pub record: Record,
    /// The last day on which it is good.
    pub until: Day,
}

/// A price as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PriceTyped {
    /// `couples` or `individual`.
    pub service: String,
    /// Minutes.
    pub minutes: String,
    /// In which formats.
    pub formats: BTreeSet<String>,
    /// The plan by its name, or nothing.
    pub plan: String,
    /// The state by its postal code.
    pub state: String,
    /// Dollars.
    pub amount: String,
    /// `yes`, `no` or `unknown`.
    pub pays: String,
    /// The last day.
    pub until: String,
}

/// All prices as typed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PricesTyped {
    /// One a line.
    pub rows: Vec<PriceTyped>,
}

impl PricesTyped {
    /// Shows signed prices as they would be typed; those that differ in the format alone share a line.
    #[must_use]
    pub fn of(quotes: &[Quote]) -> Self {
        let mut rows: Vec<PriceTyped> = Vec::new();
        for quote in quotes {
            let row = PriceTyped {
                service: service_name(quote.service),
                minutes: quote.minutes.to_string(),
                formats: BTreeSet::new(),
                plan: quote.plan.clone().unwrap_or_default(),
                state: quote.state.clone(),
                amount: dollars(quote.cents),
                pays: pays_name(quote.plan_pays_couples).to_owned(),
                until: quote.valid_until.to_string(),
            };
            let name = format_name(quote.format);
            let alike = rows.iter_mut().find(|one| {
                let same = PriceTyped {
                    formats: BTreeSet::new(),
                    ..(**one).clone()
                };
                same == row && !one.formats.contains(&name)
            });
            match alike {
                Some(one) => {
                    one.formats.insert(name);
                }
                None => rows.push(PriceTyped {
                    formats: BTreeSet::from([name]),
                    ..row
                }),
            }
        }
        Self { rows }
    }

    /// Reads the prices.
    ///
    /// # Errors
    ///
    /// Every field that cannot be used yet.
    pub fn read(&self, today: Date) -> Result<Vec<Price>, Vec<Wrong>> {
        let mut reader = Reader::default();
        let mut prices: Vec<Price> = Vec::new();
        for (row, typed) in self.rows.iter().enumerate() {
            for price in read_row(&mut reader, row, typed, today) {
                let twice = |one: &Price| {
                    let alike = Price {
                        cents: price.cents,
                        pays: price.pays,
                        until: price.until,
                        ..one.clone()
                    };
                    alike == price
                };
                if prices.iter().any(twice) {
                    reader.say(&at("amount", row), Why::Twice);
                }
                prices.push(price);
            }
        }
        reader.end(prices)
    }
}

fn read_row(reader: &mut Reader, row: usize, typed: &PriceTyped, today: Date) -> Vec<Price> {
    let state = reader.words(&at("state", row), &typed.state, 2);
    let minutes = reader.number(&at("minutes", row), &typed.minutes, 5..=480);
    let formats = reader.chosen(&at("formats", row), &typed.formats, format);
    let amount = at("amount", row);
    if typed.amount.trim().is_empty() {
        reader.say(&amount, Why::Missing);
    }
    let cents = reader.money(&amount, &typed.amount, HIGHEST).unwrap_or(0);
    let field = at("until", row);
    let until = reader.day(&field, &typed.until);
    if until != Date::ZERO && until < today {
        reader.say(&field, Why::Past);
    }
    let plan = (!typed.plan.is_empty()).then(|| typed.plan.clone());
    let price = Price {
        service: service(&typed.service).unwrap_or(Service::Couples),
        minutes,
        format: Format::Video,
        state,
        cents,
        // Without a plan there is nothing that could pay, and nothing to know.
        pays: match &plan {
            Some(_) => pays(&typed.pays),
            None => PlanPays::Unknown,
        },
        record: match &plan {
            Some(_) => Record::BilledPerson,
            None => Record::Nobody,
        },
        until: Day::of_date(until).unwrap_or_default(),
        plan,
    };
    formats
        .into_iter()
        .map(|format| Price {
            format,
            ..price.clone()
        })
        .collect()
}

/// The stored name of whether a plan pays.
#[must_use]
pub fn pays_name(pays: PlanPays) -> &'static str {
    match pays {
        PlanPays::Yes => "yes",
        PlanPays::No => "no",
        PlanPays::Unknown => "unknown",
    }
}

fn pays(name: &str) -> PlanPays {
    match name {
        "yes" => PlanPays::Yes,
        "no" => PlanPays::No,
        _ => PlanPays::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        Date::constant(2026, 11, 22)
    }

    fn row() -> PriceTyped {
        PriceTyped {
            service: "couples".into(),
            minutes: "50".into(),
            formats: BTreeSet::from(["in_person".to_owned(), "video".to_owned()]),
            plan: "blue".into(),
            state: "CA".into(),
            amount: "40".into(),
            pays: "unknown".into(),
            until: "2027-06-30".into(),
        }
    }

    fn signed(price: &Price) -> Quote {
        Quote {
            id: None,
            provider: 7,
            service: price.service,
            minutes: price.minutes,
            format: price.format,
            plan: price.plan.clone(),
            state: price.state.clone(),
            cents: price.cents,
            currency: "USD".into(),
            plan_pays_couples: price.pays,
            record: price.record,
            valid_until: price.until,
            terms: vec![0; 32].into(),
            signature: vec![0; 64].into(),
        }
    }

    #[test]
    fn one_line_gives_one_price_a_format_and_is_shown_as_one_line_again() {
        let typed = PricesTyped { rows: vec![row()] };
        let prices = typed.read(today()).unwrap();
        assert_eq!(prices.len(), 2);
        let quotes: Vec<_> = prices.iter().map(signed).collect();
        assert_eq!(PricesTyped::of(&quotes), typed);
    }

    #[test]
    fn a_billed_plan_means_a_record_and_paying_oneself_means_none() {
        let mut own = row();
        own.plan.clear();
        own.pays = "yes".into();
        let typed = PricesTyped {
            rows: vec![row(), own],
        };
        let prices = typed.read(today()).unwrap();
        let records: Vec<_> = prices.iter().map(|price| price.record).collect();
        assert_eq!(
            records,
            [
                Record::BilledPerson,
                Record::BilledPerson,
                Record::Nobody,
                Record::Nobody
            ]
        );
        assert_eq!(prices[2].pays, PlanPays::Unknown);
    }

    #[test]
    fn two_prices_for_one_visit_are_told() {
        let mut other = row();
        other.amount = "45".into();
        other.formats.remove("in_person");
        let typed = PricesTyped {
            rows: vec![row(), other],
        };
        let wrong = typed.read(today()).unwrap_err();
        assert_eq!(
            wrong,
            [Wrong {
                field: "amount-1".into(),
                why: Why::Twice
            }]
        );
    }

    #[test]
    fn an_empty_line_is_told_field_by_field() {
        let typed = PricesTyped {
            rows: vec![PriceTyped::default()],
        };
        let fields: Vec<_> = typed
            .read(today())
            .unwrap_err()
            .into_iter()
            .map(|wrong| wrong.field)
            .collect();
        assert_eq!(
            fields,
            ["state-0", "minutes-0", "formats-0", "amount-0", "until-0"]
        );
    }
}
