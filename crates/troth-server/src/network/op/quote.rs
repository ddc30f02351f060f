//! Price quotes: signed by the provider's device, kept as they were signed.

use troth_wire::AccountId;

use super::lock::touch;
use super::provider::number_of;
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, QuoteId, Row, Rows, values,
};

const DROP: &str = "DELETE FROM quotes WHERE provider = $1";
const ADD: &str = "INSERT INTO quotes (provider, quote, bytes, until_day, minutes, place, \
     details) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
const LIST: &str = "SELECT quote, bytes, until_day, minutes, place, details FROM quotes \
     WHERE provider = $1 ORDER BY quote";
const LOOKUP: &str = "SELECT quote, bytes, until_day, minutes, place, details FROM quotes \
     WHERE provider = $1 AND quote = $2";

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// A quote, as it is kept, with what it is for. What it costs the server does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRow {
    /// Its name.
    pub quote: QuoteId,
    /// Terms and signature, as the device made them.
    pub bytes: Vec<u8>,
    /// The last day on which it binds, counted from 1970.
    pub until_day: u32,
    /// How long the visit is that it is for, in minutes.
    pub minutes: u16,
    /// The number of the state that it is for.
    pub place: u8,
    /// Format, service and plan that it is for, as the routes keep them with a booking.
    pub details: Vec<u8>,
}

/// What a quote is shown for: it must have been signed for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Priced<'a> {
    pub(super) provider: ProviderId,
    pub(super) minutes: u16,
    pub(super) place: u8,
    pub(super) details: &'a [u8],
}

fn read(mut row: Row) -> Result<QuoteRow, NetworkError> {
    Ok(QuoteRow {
        quote: QuoteId(row.fixed()?),
        bytes: row.bytes()?,
        until_day: row.number()?,
        minutes: row.number()?,
        place: row.number()?,
        details: row.bytes()?,
    })
}

/// Finds the signed bytes of a quote that the provider gives on that day for that very visit: its
/// length, the holder's state, format, service and plan.
///
/// # Errors
///
/// [`NetworkError::StaleQuote`]: there is none, it has ended, or it is for something else.
pub(super) async fn of_visit<R: Rows>(
    rows: &mut R,
    quote: QuoteId,
    priced: Priced<'_>,
    now: Minute,
) -> Result<Vec<u8>, NetworkError> {
    let found = rows
        .lookup(LOOKUP, &values![priced.provider, quote])
        .await?;
    let found = found.map(read).transpose()?;
    let fits = |it: &QuoteRow| {
        it.until_day >= now.0 / DAY
            && it.minutes == priced.minutes
            && it.place == priced.place
            && it.details == priced.details
    };
    let found = found.filter(fits).ok_or(NetworkError::StaleQuote)?;
    Ok(found.bytes)
}

/// Replaces every quote of a provider. Bookings keep the bytes they were made with.
#[derive(Debug, Clone)]
pub struct PutQuotes {
    /// The account that keeps the listing.
    pub account: AccountId,
    /// The quotes.
    pub quotes: Vec<QuoteRow>,
    /// Now.
    pub minute: Minute,
}

impl Operation for PutQuotes {
    type Output = ProviderId;

    /// # Errors
    ///
    /// [`NetworkError::NotFound`]: the account keeps no listing.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = number_of(rows, self.account).await?;
        touch(rows, provider, self.minute).await?;
        rows.change(DROP, &values![provider]).await?;
        for quote in &self.quotes {
            let row = values![
                provider,
                quote.quote,
                &quote.bytes,
                quote.until_day,
                quote.minutes,
                quote.place,
                &quote.details
            ];
            rows.change(ADD, &row).await?;
        }
        Ok(provider)
    }
}

/// Lists the quotes of a provider, ended ones too.
#[derive(Debug, Clone)]
pub struct ListQuotes {
    /// Whose.
    pub provider: ProviderId,
}

impl Operation for ListQuotes {
    type Output = Vec<QuoteRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.query(LIST, &values![self.provider]).await?;
        found.into_iter().map(read).collect()
    }
}
