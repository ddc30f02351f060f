//! What belongs to visits inside an account: the shared secret, open acts, the practice's keys, and
//! the word to the partner through the sealed record.

use std::rc::Rc;

use troth_core::{
    Command, EntryId, HeldVisit, PartnerToken, VisitAnswer, VisitFormat, VisitStanding, VisitView,
};
use troth_crypto::note::NoteKey;
use troth_crypto::quote::QuoteKey;
use troth_crypto::stretch::Stretch;
use troth_wire::Token;
use troth_wire::network::{BookingId, ClientSecret, Format, OwnerToken, Standing};

use super::{Client, sealed_name, session};
use crate::journal::{Journal, Row, Shelf, Write};
use crate::keyring::KeptClient;
use crate::network::drawer::{self, Change, Drawer, MOST};
use crate::network::{
    BookError, Bookings, Held, Line, Practice, PracticeKeys, Resumed, Soon, Steward,
};
use crate::relay::Relay;
use crate::trouble::{DispatchError, Trouble};

impl<J, R, K> Client<J, R, K>
where
    J: Journal + 'static,
    R: Relay + Line + Clone + 'static,
    K: Stretch + 'static,
{
    /// The person's visits, under a pseudonym that all their devices share.
    #[must_use]
    pub fn bookings(&self) -> Bookings {
        Bookings::new(self.line(), self.drawer())
    }

    /// The account's own listing as a therapist.
    ///
    /// # Errors
    ///
    /// [`Trouble::SignedOut`] when the session is over.
    pub fn practice(&self) -> Result<Practice, Trouble> {
        let state = self.state();
        let keys = PracticeKeys {
            notes: state.kems().iter().map(NoteKey::of).collect(),
            quotes: QuoteKey::of(&state.root()),
        };
        drop(state);
        Ok(Practice::new(
            self.line(),
            self.token()?,
            keys,
            self.drawer(),
        ))
    }

    /// The directory, for an account with the operator's role.
    ///
    /// # Errors
    ///
    /// [`Trouble::SignedOut`] when the session is over.
    pub fn steward(&self) -> Result<Steward, Trouble> {
        Ok(Steward::new(self.line(), self.token()?))
    }

    /// Tells the partner, through the sealed record, of an hour that is held for both. The next
    /// [`sync`](Self::sync) carries it.
    ///
    /// # Errors
    ///
    /// [`DispatchError`] says what stands in the way; nothing was written then.
    pub async fn propose_visit(&self, held: &Held) -> Result<EntryId, DispatchError> {
        let hold = &held.hold;
        let token = hold.partner_token.ok_or(Trouble::Malformed)?;
        let visit = HeldVisit {
            provider: hold.provider,
            provider_name: hold.provider_name.clone(),
            start: hold.start.0,
            minutes: hold.minutes,
            zone: self.now().zone,
            format: match hold.format {
                Format::Video => VisitFormat::Video,
                Format::InPerson => VisitFormat::InPerson,
            },
            hold: hold.id.0,
            token: PartnerToken(token.0),
            server: Line::address(&self.inner.rim.relay),
            until: hold.until.0,
        };
        self.dispatch(Command::ProposeVisit(visit)).await
    }

    /// Reads a proposed hour from the server, as the partner who was told of it.
    ///
    /// # Errors
    ///
    /// [`BookError`] when it is not held any more.
    pub async fn look_at_visit(&self, visit: &VisitView) -> Result<Held, BookError> {
        let token = OwnerToken(visit.held.token.0);
        let hold = BookingId(visit.held.hold);
        self.bookings().look(hold, Some(token)).await
    }

    /// Answers to a proposed hour in the record. Accept with the server first.
    ///
    /// # Errors
    ///
    /// [`DispatchError`] says what stands in the way; nothing was written then.
    pub async fn answer_visit(
        &self,
        visit: EntryId,
        answer: VisitAnswer,
    ) -> Result<EntryId, DispatchError> {
        self.dispatch(Command::AnswerVisit { visit, answer }).await
    }

    /// Finishes what a process that ended had begun: open acts are sent again, and where the server
    /// has this person's acceptance of an hour that the partner holds, the record comes to say so
    /// too. Call it at the start, and before accepting or declining.
    ///
    /// # Errors
    ///
    /// [`BookError`] when the journal cannot be read or written. What only the server could tell
    /// waits, without an error, while it cannot be reached.
    pub async fn finish_visits(&self) -> Result<Vec<Resumed>, BookError> {
        let bookings = self.bookings();
        let resumed = bookings.resume().await?;
        let Some(visit) = self.unanswered_visit() else {
            return Ok(resumed);
        };
        // Their own list, so that nobody is asked about an hour in which they have no part.
        let of_own = match bookings.list().await {
            Err(BookError::Network(error)) if error.is_offline() => return Ok(resumed),
            listed => listed?.into_iter().find(|own| own.id.0 == visit.held.hold),
        };
        if of_own.is_some_and(|own| own.standing != Standing::Lapsed) {
            let told = self.answer_visit(visit.id, VisitAnswer::Accepted).await;
            // What keeps the record shut keeps this word too; the next start tries again.
            if let Err(DispatchError::Trouble(trouble)) = told {
                return Err(trouble.into());
            }
        }
        Ok(resumed)
    }

    /// Finds the newest hour that the partner proposed, if it has no answer yet. One whose hold is
    /// over by this clock counts: it may have been accepted before.
    #[must_use]
    pub fn unanswered_visit(&self) -> Option<VisitView> {
        let (couple, me) = (self.couple()?, self.my_partner_id()?);
        let visits = couple.visits(&self.now());
        let newest = visits.into_iter().find(|visit| visit.by != me)?;
        let is_open = matches!(newest.standing, VisitStanding::Open | VisitStanding::Over);
        is_open.then_some(newest)
    }

    fn line(&self) -> Rc<dyn Line> {
        Rc::new(self.inner.rim.relay.clone())
    }

    fn drawer(&self) -> Rc<dyn Drawer> {
        Rc::new(self.clone())
    }

    fn token(&self) -> Result<Token, Trouble> {
        let session = self.state().identity.session;
        Ok(session.ok_or(Trouble::SignedOut)?.token)
    }
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    fn opened_note(&self, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Trouble> {
        let opened = self
            .inner
            .local
            .open(&sealed_name(Shelf::Note, key), sealed);
        opened
            .map(|plain| plain.to_vec())
            .map_err(|_| Trouble::Damaged)
    }

    /// Returns the secrets of the keyring; draws the first one, or takes over the one that this
    /// journal kept before there was an account.
    async fn client_secrets(&self) -> Result<Vec<ClientSecret>, Trouble> {
        if self.state().shared.clients.is_none() {
            // Another device may have drawn one; offline, both are kept and merged later.
            let _ = self.fetch_keyring().await;
        }
        let entered = self.enter().await?;
        let journal = &self.inner.rim.journal;
        let unnamed = journal.lookup(Shelf::Plain, drawer::UNNAMED).await?;
        let unnamed: Option<[u8; 32]> = unnamed.and_then(|bytes| bytes.try_into().ok());
        let is_new = unnamed.is_some() || self.state().shared.clients.is_none();
        if is_new {
            let secret = match unnamed {
                Some(secret) => secret,
                None => drawer::drawn(self.inner.rim.env.seed()),
            };
            let write = {
                let since = self.minute();
                let mut state = self.state_mut();
                state.shared.keep_client(KeptClient { since, secret });
                state.shared_dirty = true;
                session::shared_write(&state)
            };
            let drop = Write::Drop {
                shelf: Shelf::Plain,
                key: drawer::UNNAMED.to_vec(),
            };
            self.commit(vec![write, drop]).await?;
        }
        std::mem::drop(entered);
        if is_new {
            // At once, so that a lost device loses no visit; else with the next synchronisation.
            let _ = self.put_keyring().await;
        }
        let state = self.state();
        let clients = state.shared.clients.iter().flatten();
        Ok(clients.map(|kept| ClientSecret(kept.secret)).collect())
    }
}

impl<J: Journal, R: Relay, K: Stretch> Drawer for Client<J, R, K> {
    fn read(&self, name: Vec<u8>) -> Soon<'_, Result<Option<Vec<u8>>, Trouble>> {
        Box::pin(async move {
            let journal = &self.inner.rim.journal;
            let sealed = journal.lookup(Shelf::Note, &name).await?;
            sealed
                .map(|sealed| self.opened_note(&name, &sealed))
                .transpose()
        })
    }

    fn list(&self, prefix: Vec<u8>) -> Soon<'_, Result<Vec<Row>, Trouble>> {
        Box::pin(async move {
            let journal = &self.inner.rim.journal;
            let rows = journal.scan(Shelf::Note, &prefix, None, MOST).await?;
            rows.into_iter()
                .map(|(key, sealed)| Ok((key.clone(), self.opened_note(&key, &sealed)?)))
                .collect()
        })
    }

    fn write(&self, changes: Vec<Change>) -> Soon<'_, Result<(), Trouble>> {
        Box::pin(async move {
            let _entered = self.enter().await?;
            let writes = changes
                .into_iter()
                .map(|change| drawer::write(Shelf::Note, change));
            self.commit(writes.collect()).await
        })
    }

    fn secrets(&self) -> Soon<'_, Result<Vec<ClientSecret>, Trouble>> {
        Box::pin(self.client_secrets())
    }

    fn seed(&self) -> [u8; 32] {
        self.inner.rim.env.seed()
    }

    fn minute(&self) -> u32 {
        drawer::minute_of(self.inner.rim.env.as_ref())
    }

    fn zone(&self) -> String {
        self.inner.rim.env.zone()
    }
}
