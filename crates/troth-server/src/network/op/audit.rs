//! Operators, and the log of what operators and providers did beyond the ordinary.
//!
//! Dated to the day: nothing that an operator reads is finer (SAFETY O-2).

use troth_wire::AccountId;

use crate::network::store::{
    Access, BookingId, Minute, NetworkError, Operation, ProviderId, Row, Rows, Value, broken,
    values,
};

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// What was done. The numbers are stored and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// An operator verified a listing.
    Verified = 0,
    /// An operator refused a listing.
    Refused = 1,
    /// An operator gave a listing to an account.
    Bound = 2,
    /// A provider booked over another visit, knowingly.
    Overbooked = 3,
    /// An operator imported plans or what a payer says.
    Imported = 4,
    /// The machine's owner made an account an operator.
    Granted = 5,
}

impl Act {
    const ALL: [Self; 6] = [
        Self::Verified,
        Self::Refused,
        Self::Bound,
        Self::Overbooked,
        Self::Imported,
        Self::Granted,
    ];
}

/// An entry to be written.
#[derive(Debug)]
pub(super) struct Note<'a> {
    pub(super) actor: AccountId,
    pub(super) provider: Option<ProviderId>,
    pub(super) act: Act,
    pub(super) booking: Option<BookingId>,
    pub(super) detail: &'a str,
    pub(super) minute: Minute,
}

const NOTE: &str = "INSERT INTO audit (actor, provider, act, booking, detail, day) \
     VALUES ($1, $2, $3, $4, $5, $6)";
const LIST: &str = "SELECT number, actor, provider, act, booking, detail, day FROM audit \
     WHERE number < $1 ORDER BY number DESC LIMIT $2";
const LIST_OF: &str = "SELECT number, actor, provider, act, booking, detail, day FROM audit \
     WHERE provider = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
const GRANT: &str = "INSERT INTO operators (account) VALUES ($1) ON CONFLICT DO NOTHING";
const REVOKE: &str = "DELETE FROM operators WHERE account = $1";
const IS_OPERATOR: &str = "SELECT account FROM operators WHERE account = $1";

/// Writes an entry.
pub(super) async fn note<R: Rows>(rows: &mut R, note: &Note<'_>) -> Result<(), NetworkError> {
    let entry = values![
        note.actor,
        note.provider.map_or(0, |it| it.0),
        note.act as i64,
        note.booking,
        note.detail,
        note.minute.0 / DAY
    ];
    rows.change(NOTE, &entry).await.map(drop)
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; later ones are greater.
    pub number: u64,
    /// Who did it.
    pub actor: AccountId,
    /// Of which listing.
    pub provider: Option<ProviderId>,
    /// What.
    pub act: Act,
    /// Of which booking.
    pub booking: Option<BookingId>,
    /// The reason given.
    pub detail: String,
    /// The day, counted from 1970.
    pub day: u64,
}

fn read(mut row: Row) -> Result<AuditRow, NetworkError> {
    Ok(AuditRow {
        number: row.number()?,
        actor: AccountId(row.fixed()?),
        provider: row.number_or_none()?.map(ProviderId),
        act: {
            let number: usize = row.number()?;
            Act::ALL.get(number).copied().ok_or_else(broken)?
        },
        booking: row.fixed_or_none()?.map(BookingId),
        detail: row.text()?,
        day: row.number()?,
    })
}

/// Lists the log, newest first.
#[derive(Debug, Clone)]
pub struct ListAudit {
    /// Of one listing only.
    pub provider: Option<ProviderId>,
    /// Before this number; `None` begins.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListAudit {
    type Output = Vec<AuditRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let before = self.before.map_or(Value::Int(i64::MAX), Value::from);
        let limit = Value::from(self.limit);
        let found = match self.provider {
            Some(provider) => rows.query(LIST_OF, &[provider.into(), before, limit]).await,
            None => rows.query(LIST, &[before, limit]).await,
        };
        found?.into_iter().map(read).collect()
    }
}

/// Makes an account an operator, or no longer one. Only the owner of the machine does this, at
/// the command line.
#[derive(Debug, Clone)]
pub struct SetOperator {
    /// Whom.
    pub account: AccountId,
    /// Whether it is one from now on.
    pub granted: bool,
    /// Now.
    pub minute: Minute,
}

impl Operation for SetOperator {
    type Output = ();

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let statement = if self.granted { GRANT } else { REVOKE };
        if rows.change(statement, &values![self.account]).await? == 0 || !self.granted {
            return Ok(());
        }
        let granted = Note {
            actor: self.account,
            provider: None,
            act: Act::Granted,
            booking: None,
            detail: "",
            minute: self.minute,
        };
        note(rows, &granted).await
    }
}

/// Tells whether an account is an operator.
#[derive(Debug, Clone)]
pub struct IsOperator {
    /// Which.
    pub account: AccountId,
}

impl Operation for IsOperator {
    type Output = bool;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.lookup(IS_OPERATOR, &values![self.account]).await?;
        Ok(found.is_some())
    }
}
