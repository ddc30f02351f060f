//! Time and chance, which come in from outside (ADR 0002).

use std::fmt;

use troth_wire::opaque::opaque_ke::rand;

/// Where the server reads time and draws chance.
pub trait Env: fmt::Debug + Send + Sync + 'static {
    /// The seconds since 1970.
    fn second(&self) -> u64;

    /// Fills the bytes at random.
    fn fill(&self, into: &mut [u8]);

    /// The minutes since 1970; nothing finer is ever stored.
    fn minute(&self) -> u64 {
        self.second() / 60
    }
}

/// The machine's clock and its source of chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEnv;

impl Env for SystemEnv {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the rim that reads the clock"
    )]
    fn second(&self) -> u64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the rim that opens the source"
    )]
    fn fill(&self, into: &mut [u8]) {
        if getrandom::fill(into).is_err() {
            // No key may ever be made of anything else. Linux answers here once it has booted.
            std::process::abort();
        }
    }
}

/// Draws an array of random bytes.
pub(crate) fn random<const N: usize>(env: &dyn Env) -> [u8; N] {
    let mut bytes = [0; N];
    env.fill(&mut bytes);
    bytes
}

/// Lends an [`Env`] to the OPAQUE library.
#[derive(Debug)]
pub(crate) struct Chance<'a>(pub(crate) &'a dyn Env);

impl rand::RngCore for Chance<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_be_bytes(random(self.0))
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_be_bytes(random(self.0))
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        self.0.fill(into);
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), rand::Error> {
        self.0.fill(into);
        Ok(())
    }
}

impl rand::CryptoRng for Chance<'_> {}
