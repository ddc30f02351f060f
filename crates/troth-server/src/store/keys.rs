//! Public keys of devices that were met before.
//!
//! A device's id is a hash of its key, so a remembered key is right for ever. It lets a
//! signature be checked before the entry reaches the writer; whether the device may write is
//! still decided there, against the state of the space.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use troth_wire::{DeviceId, PublicKey, Verifier};

/// How many keys are remembered.
const MAX_KEYS: usize = 8_192;

/// Remembers the public keys of devices, ready to check with. A clone shares them.
#[derive(Debug, Clone, Default)]
pub struct KnownKeys {
    keys: Arc<Mutex<HashMap<DeviceId, Verifier>>>,
}

impl KnownKeys {
    /// Looks up the key of a device.
    #[must_use]
    pub fn lookup(&self, device: DeviceId) -> Option<Verifier> {
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
        for key in met {
            let device = DeviceId::of_key(key);
            if let Entry::Vacant(place) = keys.entry(device)
                && let Some(verifier) = Verifier::of(key)
            {
                place.insert(verifier);
            }
        }
    }
}
