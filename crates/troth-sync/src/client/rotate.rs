//! Changing the password, and deleting the account.

use troth_crypto::password::SignIn;
use troth_crypto::recovery::DeviceCode;
use troth_crypto::stretch::Stretch;
use troth_wire::api::{self, ErrorCode};
use troth_wire::strict;

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
    /// The server ends all other sessions.
    ///
    /// # Errors
    ///
    /// [`PasswordError`] says which of the two passwords is at fault.
    pub async fn change_password(&self, old: &str, new: &str) -> Result<(), PasswordError> {
        if !is_fit(new) {
            return Err(PasswordError::WeakPassword);
        }
        self.check_password(old).await?;
        let (master, code) = {
            let state = self.state();
            let code = state
                .identity
                .code
                .as_slice()
                .try_into()
                .map_err(|_| Trouble::Damaged)?;
            (state.master(), DeviceCode::from_bytes(code))
        };
        let mut rng = super::rng_of(self.inner.rim.env.as_ref());
        let server = self.server()?;
        new_password_slot::<R, K>(&server, (&master, &code), new, &mut rng).await?;
        let _entered = self.enter().await?;
        if self.inner.rim.keeping == Keeping::Locked {
            let keys = (&self.inner.local, &master);
            let locked = LocalCell::new::<K>(Keeping::Locked, keys, new, &mut rng);
            self.commit(vec![plain(LOCAL, strict::encode(&locked))])
                .await?;
        }
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
        self.check_password(password).await?;
        if self.unsent().entries > 0 {
            // The partner keeps what was written for them; a failure here does not hold up a
            // person who wants to go.
            let _ = self.sync().await;
        }
        self.server()?.delete_account().await?;
        let _entered = self.enter().await?;
        super::empty(&self.inner.rim.journal).await?;
        self.state_mut().identity.session = None;
        Ok(())
    }

    /// Shows the device code of this account again.
    #[must_use]
    pub fn device_code(&self) -> Option<DeviceCode> {
        let state = self.state();
        state
            .identity
            .code
            .as_slice()
            .try_into()
            .ok()
            .map(DeviceCode::from_bytes)
    }

    /// Checks a password with the server, without beginning a session.
    async fn check_password(&self, password: &str) -> Result<(), PasswordError> {
        let mut rng = super::rng_of(self.inner.rim.env.as_ref());
        let login = self.state().identity.login.clone();
        let (started, request) =
            SignIn::<K>::start(password, &mut rng).map_err(|_| PasswordError::WrongPassword)?;
        let start = api::LoginStart {
            login,
            request: request.into(),
        };
        let stranger = Server::stranger(&self.inner.rim.relay);
        let answer = stranger.login_start(&start).await.map_err(|error| {
            if error.is(ErrorCode::WrongCredentials) {
                PasswordError::WrongPassword
            } else {
                error.into()
            }
        })?;
        let finished = started.finish(&answer.response.0, &mut rng);
        finished.map(drop).map_err(|_| PasswordError::WrongPassword)
    }
}
