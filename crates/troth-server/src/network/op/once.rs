//! Idempotency keys: a request that comes again gets the answer it got, and does nothing.
//!
//! The key is scoped to its owner, and kept in the same transaction as what the request did. It
//! is cleared when the booking it made ends by an act or by time, so that the same person can
//! make the same request anew for the same time.

use crate::network::store::{
    BookingId, KeyHash, Minute, NetworkError, Operation, Rows, SecretHash, broken, values,
};

/// How many minutes an answer is kept.
pub const KEEP_MINUTES: u32 = 24 * 60;

const ADD: &str = "INSERT INTO kept_answers (owner, name, request, answer, booking, minute) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const LOOKUP: &str = "SELECT request, answer FROM kept_answers WHERE owner = $1 AND name = $2";
const SET: &str = "UPDATE kept_answers SET answer = $1, booking = $2 \
     WHERE owner = $3 AND name = $4";
const CLEAR: &str = "DELETE FROM kept_answers WHERE booking = $1 AND length(booking) > 0";
const SWEEP: &str = "DELETE FROM kept_answers WHERE minute <= $1";

/// What is kept of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer, as the route sends it; not empty.
    pub bytes: Vec<u8>,
    /// The booking that the request made: the key is cleared when it ends.
    pub booking: Option<BookingId>,
}

/// What became of a request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The answer.
    pub bytes: Vec<u8>,
    /// Whether it is one from before, and nothing was done now.
    pub was_kept: bool,
}

/// Carries an operation out once for each key.
#[derive(Debug, Clone)]
pub struct Once<O: Operation> {
    /// A hash of who asks: a pseudonym or an account.
    pub owner: SecretHash,
    /// The hash of the key.
    pub key: KeyHash,
    /// The hash of the request: the same key with another request is refused.
    pub request: [u8; 32],
    /// Now.
    pub minute: Minute,
    /// What is asked.
    pub operation: O,
    /// Writes the answer.
    pub answer: fn(&O, &O::Output) -> Answer,
}

impl<O: Operation> Operation for Once<O> {
    type Output = Done;

    /// # Errors
    ///
    /// - [`NetworkError::KeyReused`]: the key came with another request.
    /// - the operation's; then the key is not kept, and the request may come again.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let nothing: &[u8] = &[];
        let begun = values![
            self.owner,
            self.key,
            self.request,
            nothing,
            nothing,
            self.minute
        ];
        // First of all: the same request at the same moment waits here for the other one.
        if rows.change(ADD, &begun).await? == 0 {
            return self.kept(rows).await;
        }
        let output = self.operation.run(rows).await?;
        let answer = (self.answer)(&self.operation, &output);
        let kept = values![&answer.bytes, answer.booking, self.owner, self.key];
        if rows.change(SET, &kept).await? != 1 {
            return Err(broken());
        }
        Ok(Done {
            bytes: answer.bytes,
            was_kept: false,
        })
    }
}

impl<O: Operation> Once<O> {
    async fn kept<R: Rows>(&self, rows: &mut R) -> Result<Done, NetworkError> {
        let found = rows.lookup(LOOKUP, &values![self.owner, self.key]).await?;
        let Some(mut row) = found else {
            // Cleared or undone between the two statements.
            return Err(NetworkError::Contended);
        };
        if row.fixed::<32>()? != self.request {
            return Err(NetworkError::KeyReused);
        }
        Ok(Done {
            bytes: row.bytes()?,
            was_kept: true,
        })
    }
}

/// Forgets the answers that made a booking, which has ended.
pub(super) async fn clear<R: Rows>(rows: &mut R, booking: BookingId) -> Result<(), NetworkError> {
    rows.change(CLEAR, &values![booking]).await.map(drop)
}

/// Forgets answers that were kept long enough.
pub(super) async fn sweep<R: Rows>(rows: &mut R, now: Minute) -> Result<(), NetworkError> {
    rows.change(SWEEP, &values![now.minus(KEEP_MINUTES)])
        .await
        .map(drop)
}
