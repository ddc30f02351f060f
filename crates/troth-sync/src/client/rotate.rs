//! Changing the password, here and as another device did, and deleting the account.
//!
//! Each act carries a fresh proof by password and device code: a copy of this device, or its
//! session alone, is not enough.

use troth_crypto::changed::{self, Changed};
use troth_crypto::password::SignIn;
use troth_crypto::recovery::DeviceCode;
use troth_crypto::stretch::Stretch;
use troth_wire::api::{self, ProvenAct};
use troth_wire::{Token, strict};

use super::account::{is_fit, new_password_slot};
use super::load::LocalCell;
use super::{Client, LOCAL, plain};
use crate::journal::Journal;
use crate::relay::Relay;
use crate::relay::call::Server;
use crate::trouble::{PasswordError, Trouble};
use crate::view::Keeping;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Changes the password; every entry and every way in but the old password stays.
    ///
    /// The server ends all other sessions; each other device opens with the old password until
    /// it meets the server again.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] says which of the two passwords is at fault.
    pub async fn change_password(&self, old: &str, new: &str) -> Result<(), PasswordError> {
        if !is_fit(new) {
            return Err(PasswordError::WeakPassword);
        }
        let (master, code) = {
            let state = self.state();
            (state.master(), state.code().ok_or(Trouble::Damaged)?)
        };
        let mut rng = super::rng_of(self.inner.rim.env.as_ref());
        let server = self.server()?;
        let proof = self.prove(old, ProvenAct::ChangePassword).await?;
        let number =
            new_password_slot::<R, K>(&server, &master, (new, &code), proof, &mut rng).await?;
        let local = (self.inner.rim.keeping == Keeping::Locked).then(|| {
            LocalCell::new::<K>(Keeping::Locked, (&self.inner.local, &master), new, &mut rng)
        });
        let _entered = self.enter().await?;
        self.state_mut().identity.password_number = number;
        let local = local.map(|cell| plain(LOCAL, strict::encode(&cell)));
        let writes = local.into_iter().chain([self.identity_write()]);
        self.commit(writes.collect()).await?;
        Ok(())
    }

    /// Deletes the account on the server, and what this device holds.
    ///
    /// The partner's copy of the shared record stays theirs.
    ///
    /// # Errors
    ///
    /// [`PasswordError::WrongPassword`], or trouble on the way.
    pub async fn delete_account(&self, password: &str) -> Result<(), PasswordError> {
        let mut proof = self.prove(password, ProvenAct::DeleteAccount).await?;
        if self.unsent().entries > 0 {
            // The partner keeps what was written for them; a failure here does not hold up a
            // person who wants to go. It may take longer than the proof is good for.
            let _ = self.sync().await;
            proof = self.prove(password, ProvenAct::DeleteAccount).await?;
        }
        let delete = api::DeleteAccount { proof };
        self.server()?.delete_account(&delete).await?;
        let _entered = self.enter().await?;
        super::empty(&self.inner.rim.journal).await?;
        self.state_mut().identity.session = None;
        Ok(())
    }

    /// Shows the device code of this account again.
    #[must_use]
    pub fn device_code(&self) -> Option<DeviceCode> {
        self.state().code()
    }

    /// Proves an act anew, by the password and the device code that is kept here.
    async fn prove(&self, password: &str, act: ProvenAct) -> Result<api::Proof, PasswordError> {
        let mut rng = super::rng_of(self.inner.rim.env.as_ref());
        let code = self.device_code().ok_or(Trouble::Damaged)?;
        let wrong = |_| PasswordError::WrongPassword;
        let (started, request) = SignIn::<K>::start(password, &code, &mut rng).map_err(wrong)?;
        let start = api::ProofStart {
            act,
            request: request.into(),
        };
        let answer = self.server()?.prove_by_password(&start).await?;
        let (finalization, _) = started
            .finish(&answer.response.0, &mut rng)
            .map_err(wrong)?;
        Ok(api::Proof::Password {
            challenge: answer.challenge,
            finalization: finalization.into(),
        })
    }

    /// Asks, when the server takes this device's session no more, whether the password changed.
    /// If so the old one opens nothing here any more, and the account's own keys, which the new
    /// one opens with the server, open this device again.
    ///
    /// A device that rests unlocked has no password of its own that could be an old one.
    pub(super) async fn heed_new_password(&self) -> Result<bool, Trouble> {
        if self.inner.rim.keeping != Keeping::Locked {
            return Ok(false);
        }
        let Some(changed) = self.word_of_change().await else {
            return Ok(false);
        };
        let _entered = self.enter().await?;
        let cell = {
            let state = self.state();
            if changed.number <= state.identity.password_number {
                // Another tab went on meanwhile.
                return Ok(false);
            }
            let master = state.master();
            let keys = (&self.inner.local, &master);
            let who = (state.identity.login.as_str(), &changed.code);
            LocalCell::away(keys, who, &mut self.rng())
        };
        self.commit(vec![plain(LOCAL, strict::encode(&cell))])
            .await?;
        Ok(true)
    }

    /// Asks for word of a change of the password that this device does not know of yet.
    ///
    /// A server that says so without the account's own word for it is not believed, nor one
    /// that repeats the word of an older change.
    pub(super) async fn word_of_change(&self) -> Option<Changed> {
        let (master, account, known) = {
            let state = self.state();
            let identity = &state.identity;
            (state.master(), identity.account, identity.password_number)
        };
        let ask = api::PasswordAsk {
            account,
            key: Token(changed::ask_key(&master)),
        };
        let stranger = Server::stranger(&self.inner.rim.relay);
        let word = stranger.password_word(&ask).await.ok()?;
        let changed = Changed::open(&master, &word.sealed.0).ok()?;
        (changed.number > known).then_some(changed)
    }
}
