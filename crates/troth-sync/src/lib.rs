//! The client's half, with the network taken out.
//!
//! A [`Client`] holds one person's keys, their verified copy of the couple's record and what
//! still has to be sent. It meets the world through four rims, each passed in: a
//! [`Journal`](journal::Journal) that keeps records on this device, a [`Relay`](relay::Relay)
//! that carries frames to the server, an [`Env`](env::Env) that knows the time and draws
//! chance, and a [`Lock`](lock::Lock) that lets one tab or process write at a time.

pub mod env;
pub mod export;
pub mod journal;
pub mod lock;
pub mod network;
pub mod relay;
pub mod trouble;
pub mod view;

mod client;
mod identity;
mod keyring;
mod keys;
mod machine;
mod naming;
mod record;
mod run;
mod state;

pub use client::{Client, Rim, decline, look, server_of_link};
pub use run::block_on;
/// What a person keeps on paper, named by whoever shows it.
pub use troth_crypto::recovery::RecoveryKit;
pub use trouble::{
    AcceptError, CreateError, DispatchError, InviteError, LookError, OpenError, PasswordError,
    RecoverError, RehearseError, SignInError, SignOutError, SyncError, Trouble, VaultError,
};

/// The random source of a client, seeded once from its rim.
pub(crate) type Rng = rand_chacha::ChaCha20Rng;

/// Draws random bytes.
pub(crate) fn draw<const N: usize>(rng: &mut Rng) -> [u8; N] {
    use rand_core::Rng as _;
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod vectors;
