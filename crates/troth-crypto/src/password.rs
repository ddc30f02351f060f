//! Signing in with a password that the server never learns (OPAQUE, RFC 9807).
//!
//! What OPAQUE takes for the password is the device code and the password together, so no one
//! signs in, or proves an act, with the password alone. The two halves exchange the messages of
//! `troth_wire::api`; what comes out is an [`ExportKey`], known to no one without password,
//! device code **and** the server's secret. It opens the account, see [`slot`](crate::slot).
//! Specified in `docs/protocol/keys.md`, section "Password".

use core::fmt;
use core::marker::PhantomData;

use rand_core::CryptoRng;
use troth_wire::opaque::opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, RegistrationResponse,
};
use troth_wire::opaque::{CONTEXT, Chance, Suite};
use zeroize::Zeroizing;

use crate::recovery::DeviceCode;
use crate::stretch::{Stretch, normalized};

/// What OPAQUE hands to the client alone; 64 secret bytes.
pub struct ExportKey(pub(crate) Zeroizing<Vec<u8>>);

impl fmt::Debug for ExportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExportKey(..)")
    }
}

/// Joins the device code, whose length is fixed, and the password.
fn both(password: &str, code: &DeviceCode) -> Zeroizing<Vec<u8>> {
    let password = normalized(password);
    Zeroizing::new([code.bytes().as_slice(), password.as_slice()].concat())
}

/// Why a password exchange failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The password or device code is wrong, or there is no such account. No one can tell which.
    #[error("login or password is not right")]
    NotRight,
    /// The other side's message is not one.
    #[error("the server's answer cannot be understood")]
    Malformed,
}

/// A registration between its two messages.
pub struct Registration<K: Stretch> {
    state: ClientRegistration<Suite<K>>,
    password: Zeroizing<Vec<u8>>,
}

impl<K: Stretch> fmt::Debug for Registration<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registration(..)")
    }
}

impl<K: Stretch> Registration<K> {
    /// Begins to register a password with its device code; the bytes go to the server.
    ///
    /// # Errors
    ///
    /// [`PasswordError::NotRight`] for a password that cannot be mapped (never seen in practice).
    pub fn start(
        password: &str,
        code: &DeviceCode,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<u8>), PasswordError> {
        let password = both(password, code);
        let started = ClientRegistration::<Suite<K>>::start(&mut Chance(rng), &password)
            .map_err(|_| PasswordError::NotRight)?;
        let message = started.message.serialize().to_vec();
        Ok((
            Self {
                state: started.state,
                password,
            },
            message,
        ))
    }

    /// Ends it with the server's answer; the bytes go to the server, the key stays here. Slow.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Malformed`] if the answer is not one.
    pub fn finish(
        self,
        response: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(Vec<u8>, ExportKey), PasswordError> {
        let response =
            RegistrationResponse::deserialize(response).map_err(|_| PasswordError::Malformed)?;
        let finished = self
            .state
            .finish(
                &mut Chance(rng),
                &self.password,
                response,
                ClientRegistrationFinishParameters::default(),
            )
            .map_err(|_| PasswordError::Malformed)?;
        let export = ExportKey(Zeroizing::new(finished.export_key.to_vec()));
        Ok((finished.message.serialize().to_vec(), export))
    }
}

/// A sign-in between its two messages.
pub struct SignIn<K: Stretch> {
    state: ClientLogin<Suite<K>>,
    password: Zeroizing<Vec<u8>>,
    stretch: PhantomData<K>,
}

impl<K: Stretch> fmt::Debug for SignIn<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn(..)")
    }
}

impl<K: Stretch> SignIn<K> {
    /// Begins to sign in with password and device code; the bytes go to the server.
    ///
    /// # Errors
    ///
    /// [`PasswordError::NotRight`] for a password that cannot be mapped (never seen in practice).
    pub fn start(
        password: &str,
        code: &DeviceCode,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<u8>), PasswordError> {
        let password = both(password, code);
        let started = ClientLogin::<Suite<K>>::start(&mut Chance(rng), &password)
            .map_err(|_| PasswordError::NotRight)?;
        let message = started.message.serialize().to_vec();
        Ok((
            Self {
                state: started.state,
                password,
                stretch: PhantomData,
            },
            message,
        ))
    }

    /// Ends it with the server's answer; the bytes go to the server, the key stays here. Slow.
    ///
    /// # Errors
    ///
    /// - [`PasswordError::NotRight`]: wrong password or device code, or no such account.
    /// - [`PasswordError::Malformed`]: the answer is not one.
    pub fn finish(
        self,
        response: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<(Vec<u8>, ExportKey), PasswordError> {
        let response =
            CredentialResponse::deserialize(response).map_err(|_| PasswordError::Malformed)?;
        let params = ClientLoginFinishParameters {
            context: Some(CONTEXT),
            ..ClientLoginFinishParameters::default()
        };
        let finished = self
            .state
            .finish(&mut Chance(rng), &self.password, response, params)
            .map_err(|_| PasswordError::NotRight)?;
        let export = ExportKey(Zeroizing::new(finished.export_key.to_vec()));
        Ok((finished.message.serialize().to_vec(), export))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stretch::Light;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;
    use troth_wire::opaque::ServerSuite;
    use troth_wire::opaque::opaque_ke::{
        CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload,
        ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup,
    };

    fn code() -> DeviceCode {
        DeviceCode::from_bytes([0x52; 16])
    }

    struct Server {
        setup: ServerSetup<ServerSuite>,
        file: Option<ServerRegistration<ServerSuite>>,
    }

    impl Server {
        fn registered(password: &str, rng: &mut ChaCha20Rng) -> (Self, ExportKey) {
            let setup = ServerSetup::new(&mut Chance(rng));
            let (registration, request) =
                Registration::<Light>::start(password, &code(), rng).unwrap();
            let request = RegistrationRequest::deserialize(&request).unwrap();
            let response = ServerRegistration::start(&setup, request, b"ana").unwrap();
            let response = response.message.serialize();
            let (upload, export) = registration.finish(&response, rng).unwrap();
            let upload = RegistrationUpload::deserialize(&upload).unwrap();
            let file = Some(ServerRegistration::finish(upload));
            (Self { setup, file }, export)
        }

        fn sign_in(
            &self,
            password: &str,
            rng: &mut ChaCha20Rng,
        ) -> Result<ExportKey, PasswordError> {
            self.sign_in_with(password, &code(), rng)
        }

        fn sign_in_with(
            &self,
            password: &str,
            code: &DeviceCode,
            rng: &mut ChaCha20Rng,
        ) -> Result<ExportKey, PasswordError> {
            let (sign_in, request) = SignIn::<Light>::start(password, code, rng)?;
            let params = || ServerLoginParameters {
                context: Some(CONTEXT),
                ..ServerLoginParameters::default()
            };
            let started = ServerLogin::start(
                &mut Chance(rng),
                &self.setup,
                self.file.clone(),
                CredentialRequest::deserialize(&request).unwrap(),
                b"ana",
                params(),
            )
            .unwrap();
            let (last, export) = sign_in.finish(&started.message.serialize(), rng)?;
            let last = CredentialFinalization::deserialize(&last).unwrap();
            assert!(started.state.finish(last, params()).is_ok());
            Ok(export)
        }
    }

    #[test]
    fn the_right_password_gives_the_same_key_again() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (server, export) = Server::registered("Grüße, Ana", &mut rng);
        let again = server.sign_in("Grüße, Ana", &mut rng).unwrap();
        assert_eq!(*again.0, *export.0);
        let decomposed = server.sign_in("Gru\u{308}ße, Ana", &mut rng).unwrap();
        assert_eq!(*decomposed.0, *export.0);
    }

    #[test]
    fn a_wrong_password_and_a_missing_account_look_the_same() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let (mut server, _) = Server::registered("right", &mut rng);
        let wrong = server.sign_in("wrong", &mut rng).map(|_| ());
        server.file = None;
        let missing = server.sign_in("right", &mut rng).map(|_| ());
        assert_eq!(wrong, Err(PasswordError::NotRight));
        assert_eq!(missing, wrong);
    }

    #[test]
    fn the_password_without_the_device_code_does_not_sign_in() {
        let mut rng = ChaCha20Rng::seed_from_u64(4);
        let (server, _) = Server::registered("right", &mut rng);
        let other = DeviceCode::from_bytes([0x53; 16]);
        let refused = server.sign_in_with("right", &other, &mut rng).map(|_| ());
        assert_eq!(refused, Err(PasswordError::NotRight));
    }

    #[test]
    fn an_answer_that_is_none_is_refused() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let (registration, _) = Registration::<Light>::start("right", &code(), &mut rng).unwrap();
        let refused = registration.finish(b"no", &mut rng).map(|_| ());
        assert_eq!(refused, Err(PasswordError::Malformed));
    }
}
