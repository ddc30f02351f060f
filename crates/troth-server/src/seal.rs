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
use troth_wire::{Digest, Sealed, SessionId, Token, strict};
use zeroize::Zeroizing;

use crate::env::{Env, random};
use crate::store::{LoginHash, TokenHash};

/// How long a challenge may take, in minutes; counted from full minutes, so one more at most.
const CHALLENGE_MINUTES: u64 = 2;

const NONCE: usize = 24;

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

/// Which way of signing in a challenge belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Way {
    /// With the password.
    #[n(0)]
    Password,
    /// With the recovery words.
    #[n(1)]
    Recovery,
}

/// The server's state between two steps.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Challenge {
    /// The way.
    #[n(0)]
    pub(crate) way: Way,
    /// The keyed hash of the login.
    #[n(1)]
    pub(crate) login: Digest,
    /// The session that it opens, so that it opens one only.
    #[n(2)]
    pub(crate) session: SessionId,
    /// The minute until which it is good.
    #[n(3)]
    pub(crate) until: u64,
    /// What the way needs besides.
    #[n(4)]
    pub(crate) state: Sealed,
}

impl Challenge {
    /// Makes a challenge that is good for the usual time.
    pub(crate) fn new(env: &dyn Env, way: Way, login: LoginHash, state: Vec<u8>) -> Self {
        Self {
            way,
            login: Digest(login.0),
            session: SessionId(random(env)),
            until: env.minute() + CHALLENGE_MINUTES,
            state: state.into(),
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
    pub(crate) fn seal(&self, env: &dyn Env, challenge: &Challenge) -> Sealed {
        let nonce: [u8; NONCE] = random(env);
        let bytes = strict::encode(challenge);
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload::from(bytes.as_slice()));
        let mut out = nonce.to_vec();
        // Encryption fails only for lengths that no challenge has.
        out.extend(sealed.unwrap_or_default());
        Sealed(out)
    }

    /// Opens a challenge of this server that is still good.
    pub(crate) fn open(&self, env: &dyn Env, way: Way, sealed: &Sealed) -> Option<Challenge> {
        let (nonce, bytes) = sealed.0.split_first_chunk::<NONCE>()?;
        let bytes = self
            .cipher
            .decrypt(&XNonce::from(*nonce), Payload::from(bytes))
            .ok()?;
        let challenge: Challenge = strict::decode(&bytes).ok()?;
        (challenge.way == way && challenge.until >= env.minute()).then_some(challenge)
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

    #[test]
    fn a_challenge_opens_for_its_way_and_time_only() {
        let env = StillEnv::default();
        let seal = Seal::new(&[1; 32]);
        let challenge = Challenge::new(&env, Way::Password, LoginHash([2; 32]), vec![3; 9]);
        let sealed = seal.seal(&env, &challenge);
        assert_eq!(seal.open(&env, Way::Password, &sealed), Some(challenge));
        assert_eq!(seal.open(&env, Way::Recovery, &sealed), None);
        assert_eq!(Seal::new(&[9; 32]).open(&env, Way::Password, &sealed), None);
        env.pass_minutes(CHALLENGE_MINUTES + 1);
        assert_eq!(seal.open(&env, Way::Password, &sealed), None);
    }

    #[test]
    fn a_changed_or_cut_challenge_does_not_open() {
        let env = StillEnv::default();
        let seal = Seal::new(&[1; 32]);
        let challenge = Challenge::new(&env, Way::Recovery, LoginHash([2; 32]), vec![3; 9]);
        let sealed = seal.seal(&env, &challenge);
        for index in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[index] ^= 1;
            assert_eq!(seal.open(&env, Way::Recovery, &changed), None);
            let cut = Sealed(sealed.0[..index].to_vec());
            assert_eq!(seal.open(&env, Way::Recovery, &cut), None);
        }
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
