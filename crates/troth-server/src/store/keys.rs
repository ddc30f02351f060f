//! Public keys of devices that were met before.
//!
//! A device's id is a hash of its key, so a remembered key is right for ever. It lets a
//! signature be checked before the entry reaches the writer; whether the device may write is
//! still decided there, against the state of the space.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use troth_wire::{DeviceId, PublicKey};

/// How many keys are remembered.
const MAX_KEYS: usize = 16_384;

/// Remembers the public keys of devices. A clone shares them.
#[derive(Debug, Clone, Default)]
pub struct KnownKeys {
    keys: Arc<Mutex<HashMap<DeviceId, PublicKey>>>,
}

impl KnownKeys {
    /// Looks up the key of a device.
    #[must_use]
    pub fn lookup(&self, device: DeviceId) -> Option<PublicKey> {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&device)
            .copied()
    }

    /// Remembers keys.
    pub fn keep(&self, met: &[PublicKey]) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len().saturating_add(met.len()) > MAX_KEYS {
            keys.clear();
        }
        keys.extend(met.iter().map(|key| (DeviceId::of_key(key), *key)));
    }
}
