//! Prices: signed on the practice's device, checked on the person's before they are shown.

use troth_crypto::quote::{Covers, QuoteKey, Recorded, SignedQuote, Terms};
use troth_wire::network::{
    Bytes, Day, Format, Hold, PlanPays, Provider, Quote, QuoteId, Record, Service,
};
use troth_wire::{PublicKey, Signature};

/// A price that the practice signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedQuote {
    /// Its name, for accepting it.
    pub id: QuoteId,
    /// What was signed, and nothing that was not.
    pub terms: Terms,
}

/// Checks a price: signed by the key of the listing, and the readable fields beside it say the same.
pub(super) fn verified(quote: &Quote, key: &PublicKey) -> Option<VerifiedQuote> {
    let signed = SignedQuote {
        terms: quote.terms.0.clone(),
        signature: Signature(quote.signature.0.as_slice().try_into().ok()?),
    };
    let terms = signed.verify(key).ok()?;
    let id = QuoteId::of_terms(&quote.terms.0);
    let says_the_same = quote.id.is_none_or(|said| said == id) && readable(&terms) == plain(quote);
    says_the_same.then_some(VerifiedQuote { id, terms })
}

/// The key in a listing that signs its prices.
pub(super) fn quote_key(provider: &Provider) -> Option<PublicKey> {
    let bytes = provider.quote_key.as_ref()?;
    bytes.0.as_slice().try_into().ok().map(PublicKey)
}

/// Checks every price of a list; none if one of them is not the practice's.
pub(super) fn all_verified(quotes: &[Quote], provider: &Provider) -> Option<Vec<VerifiedQuote>> {
    if quotes.is_empty() {
        return Some(Vec::new());
    }
    let key = quote_key(provider)?;
    quotes.iter().map(|quote| verified(quote, &key)).collect()
}

/// Tells whether a price is for what is held.
pub(super) fn fits(terms: &Terms, hold: &Hold) -> bool {
    terms.provider == hold.provider
        && terms.minutes == hold.minutes
        && terms.service == service_name(hold.service)
        && terms.format == format_name(hold.format)
}

/// Signs a price and puts the readable fields beside it.
pub(super) fn signed(terms: &Terms, key: &QuoteKey) -> Option<Quote> {
    let signed = key.sign(terms);
    Some(Quote {
        terms: Bytes(signed.terms),
        signature: Bytes(signed.signature.0.to_vec()),
        ..readable_quote(terms)?
    })
}

/// The readable fields, for comparing.
type Readable<'a> = (
    (u32, &'a str, u32, &'a str, Option<&'a str>, &'a str),
    (u32, &'a str, Covers, Recorded, u32),
);

fn readable(terms: &Terms) -> Readable<'_> {
    let of_what = (
        terms.provider,
        terms.service.as_str(),
        terms.minutes,
        terms.format.as_str(),
        terms.plan.as_deref(),
        terms.state.as_str(),
    );
    let how_much = (
        terms.cents,
        terms.currency.as_str(),
        terms.plan_pays_couples,
        terms.record,
        terms.valid_until,
    );
    (of_what, how_much)
}

fn plain(quote: &Quote) -> Readable<'_> {
    let covers = match quote.plan_pays_couples {
        PlanPays::Yes => Covers::Yes,
        PlanPays::No => Covers::No,
        PlanPays::Unknown => Covers::Unknown,
    };
    let record = match quote.record {
        Record::Nobody => Recorded::Nobody,
        Record::BilledPerson => Recorded::WhoIsBilled,
    };
    let of_what = (
        quote.provider,
        service_name(quote.service),
        quote.minutes,
        format_name(quote.format),
        quote.plan.as_deref(),
        quote.state.as_str(),
    );
    let currency = quote.currency.as_str();
    let how_much = (quote.cents, currency, covers, record, quote.valid_until.0);
    (of_what, how_much)
}

fn readable_quote(terms: &Terms) -> Option<Quote> {
    let service = match terms.service.as_str() {
        "couples" => Service::Couples,
        "individual" => Service::Individual,
        _ => return None,
    };
    let format = match terms.format.as_str() {
        "video" => Format::Video,
        "in_person" => Format::InPerson,
        _ => return None,
    };
    Some(Quote {
        id: None,
        provider: terms.provider,
        service,
        minutes: terms.minutes,
        format,
        plan: terms.plan.clone(),
        state: terms.state.clone(),
        cents: terms.cents,
        currency: terms.currency.clone(),
        plan_pays_couples: match terms.plan_pays_couples {
            Covers::No => PlanPays::No,
            Covers::Yes => PlanPays::Yes,
            Covers::Unknown => PlanPays::Unknown,
        },
        record: match terms.record {
            Recorded::Nobody => Record::Nobody,
            Recorded::WhoIsBilled => Record::BilledPerson,
        },
        valid_until: Day(terms.valid_until),
        terms: Bytes::default(),
        signature: Bytes::default(),
    })
}

/// The name of a service in the terms of a price.
pub(super) const fn service_name(service: Service) -> &'static str {
    match service {
        Service::Couples => "couples",
        Service::Individual => "individual",
    }
}

/// The name of a format in the terms of a price.
pub(super) const fn format_name(format: Format) -> &'static str {
    match format {
        Format::Video => "video",
        Format::InPerson => "in_person",
    }
}
