//! The suite of the password sign-in (OPAQUE, RFC 9807).
//!
//! The server needs only [`ServerSuite`]; the slow password hash runs on the client, which
//! names it as the type parameter. See `docs/protocol/keys.md`, section "Password".

use core::marker::PhantomData;

use opaque_ke::ksf::{Identity, Ksf};
use opaque_ke::{CipherSuite, Ristretto255, TripleDh};

/// The OPAQUE library itself, so that both halves use one version.
pub use opaque_ke;

/// Ristretto255, triple Diffie-Hellman with SHA-512, and a password hash of the client's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Suite<K>(PhantomData<K>);

/// The suite as the server sees it: it never runs the password hash.
pub type ServerSuite = Suite<Identity>;

impl<K: Ksf + 'static> CipherSuite for Suite<K> {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_old::Sha512>;
    type Ksf = K;
}

/// The context that both sides bind into the key exchange.
pub const CONTEXT: &[u8] = b"troth/v1/opaque";

/// Lends a source of chance of this workspace to the OPAQUE library, which expects an older
/// trait.
#[derive(Debug)]
pub struct Chance<'a, R>(pub &'a mut R);

impl<R: rand_core::CryptoRng> opaque_ke::rand::RngCore for Chance<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        self.0.fill_bytes(into);
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), opaque_ke::rand::Error> {
        self.0.fill_bytes(into);
        Ok(())
    }
}

impl<R: rand_core::CryptoRng> opaque_ke::rand::CryptoRng for Chance<'_, R> {}
