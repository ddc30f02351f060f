//! What the server says to itself through a client, and its keyed hashes.
//!
//! Between the two steps of signing in, the server's own state travels through the client,
//! sealed. So no process holds what another would need, and an unfinished sign-in costs the
//! server nothing.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use troth_wire::api::{ErrorCode, ProvenAct};
use troth_wire::{AccountId, Digest, Sealed, SessionId, Token, strict};
use zeroize::Zeroizing;

use crate::env::{Env, random};
use crate::store::{Account, Basis, LoginHash, Proof, TokenHash, Way};

/// How long a challenge may take, in minutes; counted from full minutes, so one more at most.
const CHALLENGE_MINUTES: u64 = 2;

const NONCE: usize = 24;

/// The length of a password file of this suite.
const PASSWORD_FILE: usize = 192;

/// The server's keys for what only it reads.
pub(crate) struct Seal {
    cipher: XChaCha20Poly1305,
    logins: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(..)")
    }
}

/// The server's keys for the directory and for booking.
pub(crate) struct NetworkKeys {
    /// The seed of the key that signs shards.
    pub(crate) shards: Zeroizing<[u8; 32]>,
    /// From which the tokens of bookings are derived.
    pub(crate) tokens: Zeroizing<[u8; 32]>,
}

impl NetworkKeys {
    /// Derives the keys from the server's root.
    pub(crate) fn derive(root: &[u8; 32]) -> Self {
        Self {
            shards: Zeroizing::new(derive(root, b"troth/v1/server/shards")),
            tokens: Zeroizing::new(derive(root, b"troth/v1/server/booking")),
        }
    }
}

/// What a challenge is answered for; an answer for one thing is none for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub(crate) enum Purpose {
    /// A new session.
    #[n(0)]
    SignIn,
    /// An act of one session.
    #[n(1)]
    Act(#[n(0)] ProvenAct, #[n(1)] SessionId),
}

/// The server's state between two steps.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Challenge {
    /// The way.
    #[n(0)]
    way: Way,
    /// The purpose.
    #[n(1)]
    purpose: Purpose,
    /// Its random name, under which it is noted as used.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    id: [u8; 16],
    /// The account; for a login that does not exist, a random one.
    #[n(3)]
    pub(crate) account: AccountId,
    /// What the account had when the challenge was made.
    #[n(4)]
    basis: Digest,
    /// The last minute at which it is good.
    #[n(5)]
    until: u64,
    /// What the way needs besides.
    #[n(6)]
    pub(crate) state: Sealed,
}

impl Challenge {
    /// Makes a challenge that is good for the usual time. One for a login that does not exist
    /// takes the same work and has the same length.
    pub(crate) fn new(
        env: &dyn Env,
        (way, purpose): (Way, Purpose),
        account: Option<&Account>,
        state: Vec<u8>,
    ) -> Self {
        let nobody = Account {
            account: AccountId(random(env)),
            login: LoginHash([0; 32]),
            password: vec![0; PASSWORD_FILE],
            recovery: [0; 32],
        };
        let account = account.unwrap_or(&nobody);
        Self {
            way,
            purpose,
            id: random(env),
            account: account.account,
            basis: Digest(Basis::of(account, way).0),
            until: env.minute() + CHALLENGE_MINUTES,
            state: state.into(),
        }
    }

    /// What is used up when the answer was right.
    pub(crate) const fn proof(&self) -> Proof {
        Proof {
            challenge: self.id,
            until: self.until,
            account: self.account,
            way: self.way,
            basis: Basis(self.basis.0),
        }
    }
}

impl Seal {
    /// Derives the keys from the server's root.
    pub(crate) fn new(root: &[u8; 32]) -> Self {
        let cipher = XChaCha20Poly1305::new(&derive(root, b"troth/v1/server/challenge").into());
        Self {
            cipher,
            logins: Zeroizing::new(derive(root, b"troth/v1/server/login")),
        }
    }

    /// Derives the name under which an account is found. Case and outer spaces do not count.
    pub(crate) fn login(&self, login: &str) -> LoginHash {
        LoginHash(derive(&self.logins, login.trim().to_lowercase().as_bytes()))
    }

    /// Seals a challenge.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Internal`] if the cipher refuses, which it does only for lengths that no
    /// challenge has.
    pub(crate) fn seal(&self, env: &dyn Env, challenge: &Challenge) -> Result<Sealed, ErrorCode> {
        let nonce: [u8; NONCE] = random(env);
        let bytes = strict::encode(challenge);
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload::from(bytes.as_slice()))
            .map_err(|_| ErrorCode::Internal)?;
        Ok(Sealed([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens a challenge of this server that is still good.
    pub(crate) fn open(
        &self,
        env: &dyn Env,
        (way, purpose): (Way, Purpose),
        sealed: &Sealed,
    ) -> Option<Challenge> {
        let (nonce, bytes) = sealed.0.split_first_chunk::<NONCE>()?;
        let bytes = self
            .cipher
            .decrypt(&XNonce::from(*nonce), Payload::from(bytes))
            .ok()?;
        let challenge: Challenge = strict::decode(&bytes).ok()?;
        let fits = challenge.way == way && challenge.purpose == purpose;
        (fits && challenge.until >= env.minute()).then_some(challenge)
    }
}

/// Derives the hash under which a token is kept.
pub(crate) fn token_hash(token: &Token) -> TokenHash {
    TokenHash(Sha256::digest(token.0).into())
}

fn derive(key: &[u8; 32], label: &[u8]) -> [u8; 32] {
    let mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key);
    mac.map_or([0; 32], |mac| {
        mac.chain_update(label).finalize().into_bytes().into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::StillEnv;

    const SIGN_IN: (Way, Purpose) = (Way::Password, Purpose::SignIn);

    fn ana() -> Account {
        Account {
            account: AccountId([1; 16]),
            login: LoginHash([2; 32]),
            password: vec![3; PASSWORD_FILE],
            recovery: [4; 32],
        }
    }

    #[test]
    fn a_challenge_opens_for_its_way_purpose_and_time_only() {
        let env = StillEnv::default();
        let seal = Seal::new(&[1; 32]);
        let purpose = Purpose::Act(ProvenAct::DeleteAccount, SessionId([5; 16]));
        let asked = (Way::Password, purpose);
        let challenge = Challenge::new(&env, asked, Some(&ana()), vec![3; 9]);
        let sealed = seal.seal(&env, &challenge).unwrap();
        assert_eq!(seal.open(&env, asked, &sealed), Some(challenge));
        for other in [
            SIGN_IN,
            (Way::Recovery, purpose),
            (
                Way::Password,
                Purpose::Act(ProvenAct::ChangePassword, SessionId([5; 16])),
            ),
            (
                Way::Password,
                Purpose::Act(ProvenAct::DeleteAccount, SessionId([6; 16])),
            ),
        ] {
            assert_eq!(seal.open(&env, other, &sealed), None, "{other:?}");
        }
        assert_eq!(Seal::new(&[9; 32]).open(&env, asked, &sealed), None);
        env.pass_minutes(CHALLENGE_MINUTES + 1);
        assert_eq!(seal.open(&env, asked, &sealed), None);
    }

    #[test]
    fn a_changed_or_cut_challenge_does_not_open() {
        let env = StillEnv::default();
        let seal = Seal::new(&[1; 32]);
        let challenge = Challenge::new(&env, SIGN_IN, Some(&ana()), vec![3; 9]);
        let sealed = seal.seal(&env, &challenge).unwrap();
        for index in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[index] ^= 1;
            assert_eq!(seal.open(&env, SIGN_IN, &changed), None);
            let cut = Sealed(sealed.0[..index].to_vec());
            assert_eq!(seal.open(&env, SIGN_IN, &cut), None);
        }
    }

    #[test]
    fn a_challenge_for_nobody_is_as_long_as_one_for_somebody() {
        let env = StillEnv::default();
        let seal = Seal::new(&[1; 32]);
        let length = |account: Option<&Account>| {
            let challenge = Challenge::new(&env, SIGN_IN, account, vec![3; 9]);
            seal.seal(&env, &challenge).unwrap().0.len()
        };
        assert_eq!(length(Some(&ana())), length(None));
    }

    #[test]
    fn spelling_of_a_login_does_not_matter_and_the_server_key_does() {
        let seal = Seal::new(&[1; 32]);
        assert_eq!(
            seal.login(" Ana@Example.org "),
            seal.login("ana@example.org")
        );
        assert_ne!(seal.login("ana"), seal.login("ben"));
        assert_ne!(seal.login("ana"), Seal::new(&[2; 32]).login("ana"));
    }
}
