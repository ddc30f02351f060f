//! The client's half of signing up and in, with a password hash that costs nothing.

use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest as _, Sha256};
use troth_wire::api::{
    LoginFinish, LoginStart, LoginStarted, PasswordFinish, PasswordStart, PasswordWord, Proof,
    ProofStart, ProvenAct, PutBlob, RecoverFinish, RecoverStarted, RegisterFinish, RegisterStart,
    RegisterStarted, act_signed_bytes, recovery_signed_bytes,
};
use troth_wire::opaque::opaque_ke::rand;
use troth_wire::opaque::opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, Identifiers, RegistrationResponse,
};
use troth_wire::opaque::{CONTEXT, ServerSuite};
use troth_wire::{Digest, PublicKey, Sealed, Signature};

/// Bytes that repeat in every run; enough where nothing is secret.
#[derive(Debug, Default)]
struct Chance(u64);

impl rand::RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        rand::RngCore::next_u64(self) as u32
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        for chunk in into.chunks_mut(32) {
            self.0 += 1;
            let bytes: [u8; 32] = Sha256::digest(self.0.to_be_bytes()).into();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), rand::Error> {
        self.fill_bytes(into);
        Ok(())
    }
}

impl rand::CryptoRng for Chance {}

/// A registration that has begun.
#[derive(Debug)]
pub struct Registering {
    state: ClientRegistration<ServerSuite>,
    login: String,
    password: String,
}

/// The key of a person's recovery words, here derived from the login.
pub fn recovery_key(login: &str) -> SigningKey {
    let mut seed = [0; 32];
    seed[..login.len()].copy_from_slice(login.as_bytes());
    SigningKey::from_bytes(&seed)
}

/// Begins to sign up.
pub fn register(login: &str, password: &str) -> (Registering, RegisterStart) {
    let begun =
        ClientRegistration::<ServerSuite>::start(&mut Chance::default(), password.as_bytes())
            .unwrap();
    let request = Sealed(begun.message.serialize().to_vec());
    let (login, password) = (login.to_owned(), password.to_owned());
    let start = RegisterStart {
        login: login.clone(),
        request,
    };
    (
        Registering {
            state: begun.state,
            login,
            password,
        },
        start,
    )
}

/// Begins to change the password.
pub fn change_password(password: &str) -> (Registering, PasswordStart) {
    let (begun, RegisterStart { request, .. }) = register("", password);
    (begun, PasswordStart { request })
}

impl Registering {
    fn upload(self, response: &Sealed) -> Sealed {
        let response = RegistrationResponse::deserialize(&response.0).unwrap();
        let parameters = ClientRegistrationFinishParameters::default();
        let password = self.password.as_bytes();
        let finished = self
            .state
            .finish(&mut Chance::default(), password, response, parameters)
            .unwrap();
        Sealed(finished.message.serialize().to_vec())
    }

    /// Ends signing up.
    pub fn finish(self, started: &RegisterStarted) -> RegisterFinish {
        let recovery = PublicKey(recovery_key(&self.login).verifying_key().to_bytes());
        RegisterFinish {
            login: self.login.clone(),
            upload: self.upload(&started.response),
            recovery,
            slots: Sealed(vec![1; 100]),
            keyring: Sealed(vec![2; 4096]),
            vault: Sealed(vec![3; 65_536]),
            label: Sealed(vec![4; 64]),
        }
    }

    /// Ends changing the password.
    pub fn change(self, response: &Sealed, replaces: u64, proof: Proof) -> PasswordFinish {
        let slots = PutBlob {
            replaces,
            bytes: Sealed(vec![9; 100]),
        };
        PasswordFinish {
            upload: self.upload(response),
            slots,
            recovery: None,
            proof,
            word: PasswordWord {
                lock: Digest(Sha256::digest([7; 32]).into()),
                sealed: Sealed(vec![8; 48]),
            },
        }
    }
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct LoggingIn {
    state: ClientLogin<ServerSuite>,
    password: String,
}

/// Begins to sign in.
pub fn log_in(login: &str, password: &str) -> (LoggingIn, LoginStart) {
    let begun =
        ClientLogin::<ServerSuite>::start(&mut Chance::default(), password.as_bytes()).unwrap();
    let request = Sealed(begun.message.serialize().to_vec());
    let begun = LoggingIn {
        state: begun.state,
        password: password.to_owned(),
    };
    (
        begun,
        LoginStart {
            login: login.to_owned(),
            request,
        },
    )
}

impl LoggingIn {
    /// Ends proving an act, if the password was right.
    pub fn prove(self, started: &LoginStarted) -> Option<Proof> {
        let LoginFinish {
            challenge,
            finalization,
            ..
        } = self.finish(started)?;
        Some(Proof::Password {
            challenge,
            finalization,
        })
    }

    /// Ends signing in, if the password was right.
    pub fn finish(self, started: &LoginStarted) -> Option<LoginFinish> {
        let response = CredentialResponse::deserialize(&started.response.0).unwrap();
        let parameters =
            ClientLoginFinishParameters::new(Some(CONTEXT), Identifiers::default(), None);
        let password = self.password.as_bytes();
        let finished = self
            .state
            .finish(&mut Chance::default(), password, response, parameters)
            .ok()?;
        Some(LoginFinish {
            challenge: started.challenge.clone(),
            finalization: Sealed(finished.message.serialize().to_vec()),
            label: Sealed(vec![5; 64]),
        })
    }
}

/// Begins to prove an act by password.
pub fn prove(password: &str, act: ProvenAct) -> (LoggingIn, ProofStart) {
    let (begun, LoginStart { request, .. }) = log_in("", password);
    (begun, ProofStart { act, request })
}

/// Ends proving an act by the recovery words.
pub fn recovery_proof(key: &SigningKey, started: &RecoverStarted, act: ProvenAct) -> Proof {
    Proof::Recovery {
        challenge: started.challenge.clone(),
        sig: Signature(key.sign(&act_signed_bytes(&started.nonce, act)).to_bytes()),
    }
}

/// Ends signing in with the recovery words.
pub fn recover(key: &SigningKey, started: &RecoverStarted) -> RecoverFinish {
    let sig = Signature(key.sign(&recovery_signed_bytes(&started.nonce)).to_bytes());
    RecoverFinish {
        challenge: started.challenge.clone(),
        sig,
        label: Sealed(vec![6; 64]),
    }
}
