//! Makes a password expensive to guess.

use argon2::{Algorithm, Argon2, Params, Version};
use troth_wire::opaque::opaque_ke::errors::InternalError;
use troth_wire::opaque::opaque_ke::generic_array::{ArrayLength, GenericArray};
use troth_wire::opaque::opaque_ke::ksf::Ksf;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::Secret;

/// Reads a password as its bytes in Unicode's form NFKC (RFC 8265 uses the like), so that the
/// same password typed on another keyboard is the same.
pub(crate) fn normalized(password: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(password.nfkc().collect::<String>().into_bytes())
}

/// A password hash; a type, so that its cost is a constant of the build and no server chooses it.
pub trait Stretch: Ksf + 'static {
    /// Memory in KiB and passes over it.
    const COST: (u32, u32);

    /// Stretches a password under a salt of at least 8 bytes.
    fn stretch(password: &[u8], salt: &[u8]) -> Secret<32> {
        let mut key = Secret::zero();
        // Fails only for inputs beyond 4 GiB or a salt under 8 bytes; then the key opens nothing.
        let _hashed = argon2id(Self::COST, password, salt, key.expose_mut());
        key
    }
}

/// Argon2id with 64 MiB, 3 passes, 1 lane (RFC 9106): what every real account uses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Slow;

impl Stretch for Slow {
    const COST: (u32, u32) = (64 * 1024, 3);
}

/// Argon2id with 64 KiB, 1 pass: for simulations with thousands of sign-ins, and nothing else.
#[derive(Debug, Clone, Copy, Default)]
pub struct Light;

impl Stretch for Light {
    const COST: (u32, u32) = (64, 1);
}

macro_rules! ksf {
    ($($name:ident),*) => {$(
        impl Ksf for $name {
            fn hash<L: ArrayLength<u8>>(
                &self,
                input: GenericArray<u8, L>,
            ) -> Result<GenericArray<u8, L>, InternalError> {
                let mut output = GenericArray::default();
                // OPAQUE salts by its oblivious function; RFC 9807 section 10.10 takes zeros here.
                argon2id(Self::COST, &input, &[0; 16], &mut output)
                    .map_err(|_| InternalError::KsfError)?;
                Ok(output)
            }
        }
    )*};
}

ksf!(Slow, Light);

fn argon2id(
    (memory, passes): (u32, u32),
    password: &[u8],
    salt: &[u8],
    into: &mut [u8],
) -> Result<(), argon2::Error> {
    let params = Params::new(memory, passes, 1, None)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password, salt, into)
}
