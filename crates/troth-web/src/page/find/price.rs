//! What a visit costs, and whose record would carry it, in words.

use leptos::prelude::*;
use troth_match::Card;
use troth_wire::network::{Format, PlanPays, Provider, Quote, QuoteId, Record, Service};

use crate::app::App;
use crate::app::finding::Chosen;
use crate::intake::{Answers, Payer};
use crate::part::when;
use crate::texts::{t, t_with};

/// Writes an amount, such as "$150" or "$150.50".
pub(crate) fn money(cents: u32) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    if rest == 0 {
        format!("${whole}")
    } else {
        format!("${whole}.{rest:02}")
    }
}

/// Writes what the list knows of the price: the fee, the lower end, and how a plan comes in.
pub(super) fn listed(app: App, card: &Card) -> impl IntoView + use<> {
    let fee = t_with(
        "price-fee",
        [
            ("price", money(card.fee_cents).into()),
            ("minutes", usize::from(card.visit_minutes).into()),
        ],
    );
    let lower = card
        .sliding_low_cents
        .map(|cents| t_with("price-lower", [("price", money(cents).into())]));
    let plan = app
        .answers_untracked(plan_of)
        .map(|plan| t_with("price-plan", [("plan", plan.into())]));
    view! {
        <p class="figures">{fee} {lower.map(|lower| view! { " " {lower} })}</p>
        {plan.map(|plan| view! { <p>{plan}</p> })}
    }
}

/// The plan that pays, if one does.
pub(super) fn plan_of(answers: &Answers) -> Option<String> {
    (answers.payer == Some(Payer::Plan) && !answers.plan.is_empty()).then(|| answers.plan.clone())
}

/// The signed prices that matter for a chosen time.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    plan: Option<String>,
    both: bool,
    quote: Option<Quote>,
    own: Option<Quote>,
}

impl Prices {
    /// Finds the prices of a chosen time among those that the practice signed.
    pub(super) fn of(app: App, chosen: &Chosen, provider: &Provider) -> Self {
        app.answers_untracked(|answers| {
            let plan = plan_of(answers);
            let both = answers.is_for_both();
            let find = |plan: Option<&str>| {
                let mut fitting = provider.quotes.iter().filter(|quote| {
                    quote.service == service(both)
                        && quote.format == format(chosen.video)
                        && quote.minutes == u32::from(chosen.minutes)
                        && quote.state == answers.here
                        && quote.plan.as_deref() == plan
                });
                fitting.next().cloned()
            };
            Self {
                quote: find(plan.as_deref()),
                own: plan.is_some().then(|| find(None)).flatten(),
                plan,
                both,
            }
        })
    }

    /// The price that is shown, by its name.
    pub(super) fn shown(&self) -> Option<QuoteId> {
        self.quote.as_ref().map(quote_id)
    }
}

/// The name of a signed price.
pub(crate) fn quote_id(quote: &Quote) -> QuoteId {
    QuoteId::of_terms(&quote.terms.0)
}

fn service(both: bool) -> Service {
    if both {
        Service::Couples
    } else {
        Service::Individual
    }
}

fn format(video: bool) -> Format {
    if video {
        Format::Video
    } else {
        Format::InPerson
    }
}

/// Draws the price, what the plan does, whose record, and what paying oneself would be.
pub(super) fn quoted(prices: &Prices, provider: &Provider) -> impl IntoView + use<> {
    let Prices {
        plan,
        both,
        quote,
        own,
    } = prices;
    let price = match quote {
        Some(quote) => quote_words(quote, *both).into_any(),
        None => unsigned(provider, plan.as_deref()).into_any(),
    };
    let own = own
        .as_ref()
        .map(|quote| t_with("price-own", [("price", money(quote.cents).into())]));
    let record = match quote {
        Some(quote) => record_words(quote.record),
        None if plan.is_some() => record_words(Record::BilledPerson),
        None => record_words(Record::Nobody),
    };
    view! {
        <section class="stack-close" aria-labelledby="price">
            <h2 id="price">{t("slot-price")}</h2>
            {price}
            {own.map(|words| view! { <p>{words}</p> })}
        </section>
        <section class="stack-close" aria-labelledby="record">
            <h2 id="record">{t("price-record")}</h2>
            <p>{record}</p>
        </section>
    }
}

/// Writes a signed price: the amount, whether the plan pays for two, and until when it is good.
pub(crate) fn quote_words(quote: &Quote, both: bool) -> impl IntoView + use<> {
    let price = money(quote.cents);
    let line = match &quote.plan {
        None => t_with("price-quote", [("price", price.into())]),
        Some(plan) => t_with(
            "price-quote-plan",
            [("plan", plan.as_str().into()), ("price", price.into())],
        ),
    };
    let covers = quote.plan.as_ref().filter(|_| both).map(|plan| {
        let named = [("plan", plan.as_str().into())];
        match quote.plan_pays_couples {
            PlanPays::Yes => t_with("price-covers-yes", named),
            PlanPays::No => t_with("price-covers-no", named),
            PlanPays::Unknown => t_with("price-covers-unknown", named),
        }
    });
    let until = when::day(quote.valid_until.date());
    view! {
        <p class="when figures">{line}</p>
        {covers.map(|words| view! { <p>{words}</p> })}
        <p class="small quiet">{t_with("price-until", [("date", until.into())])}</p>
    }
}

/// Says whose record would carry a diagnosis.
pub(crate) fn record_words(record: Record) -> String {
    match record {
        Record::BilledPerson => t("price-record-billed"),
        Record::Nobody => t("price-record-nobody"),
    }
}

fn unsigned(provider: &Provider, plan: Option<&str>) -> impl IntoView + use<> {
    let listed = t_with("price-none", [("price", money(provider.fee_cents).into())]);
    let covers = plan.map(|plan| t_with("price-covers-unknown", [("plan", plan.into())]));
    view! {
        <p>{listed}</p>
        {covers.map(|words| view! { <p>{words}</p> })}
    }
}
