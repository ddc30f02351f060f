//! Price quotes: signed by the provider's device, kept as they were signed.

use troth_wire::AccountId;

use super::lock::touch;
use super::provider::number_of;
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, QuoteId, Row, Rows, values,
};

const DROP: &str = "DELETE FROM quotes WHERE provider = $1";
const ADD: &str = "INSERT INTO quotes (provider, quote, bytes, until_day) \
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const LIST: &str = "SELECT quote, bytes, until_day FROM quotes WHERE provider = $1 ORDER BY quote";
const LOOKUP: &str = "SELECT quote, bytes, until_day FROM quotes \
     WHERE provider = $1 AND quote = $2";

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// A quote, as it is kept. The server reads nothing of it but its last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRow {
    /// Its name.
    pub quote: QuoteId,
    /// Terms and signature, as the device made them.
    pub bytes: Vec<u8>,
    /// The last day on which it binds, counted from 1970.
    pub until_day: u32,
}

fn read(mut row: Row) -> Result<QuoteRow, NetworkError> {
    Ok(QuoteRow {
        quote: QuoteId(row.fixed()?),
        bytes: row.bytes()?,
        until_day: row.number()?,
    })
}

/// Looks up a quote that the provider gives on that day.
pub(super) async fn lookup<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    quote: QuoteId,
    now: Minute,
) -> Result<Option<QuoteRow>, NetworkError> {
    let found = rows.lookup(LOOKUP, &values![provider, quote]).await?;
    let found = found.map(read).transpose()?;
    Ok(found.filter(|it| it.until_day >= now.0 / DAY))
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
            let row = values![provider, quote.quote, &quote.bytes, quote.until_day];
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
