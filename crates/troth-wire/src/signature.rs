//! The one check of a signature: strict, and no slower than that takes.
//!
//! # Invariants
//!
//! 1. **Strict.** What [`Verifier::holds`] accepts is what `verify_strict` of the library
//!    accepts: the equation without a cofactor over canonical bytes, with neither a key nor a
//!    commitment (the signature's first half) of small order. ADR 21 says why this is the same.
//! 2. **One by one.** Signatures are never checked in batches, whose answer differs.

use ed25519_dalek::{Verifier as _, VerifyingKey};

use crate::id::{DeviceId, PublicKey, Signature};

/// The eight points of small order, each in its only canonical form, without the bit that
/// tells a point from its mirror image.
const SMALL_ORDER: [[u8; 32]; 5] = [
    zeros_but(0x00, 0),
    zeros_but(0x01, 0),
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// How many keys are remembered; a space has a handful of devices at a time.
const REMEMBERED: usize = 32;

/// A public key that is ready to check many signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verifier {
    public: PublicKey,
    device: DeviceId,
    key: VerifyingKey,
}

impl Verifier {
    /// Reads a key; `None` where no signature can hold under it.
    #[must_use]
    pub fn of(public: &PublicKey) -> Option<Self> {
        let key = VerifyingKey::from_bytes(&public.0).ok()?;
        (!key.is_weak()).then(|| Self {
            public: *public,
            device: DeviceId::of_key(public),
            key,
        })
    }

    /// Returns the key.
    #[must_use]
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    /// Names the device whose key this is.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Tells whether the strict signature check passes (invariant 1).
    #[must_use]
    pub fn holds(&self, message: &[u8], sig: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&sig.0);
        !is_of_small_order(signature.r_bytes()) && self.key.verify(message, &signature).is_ok()
    }
}

/// The keys that were met while reading a record, so that each is read once and not once for
/// every entry.
#[derive(Debug, Clone, Default)]
pub struct Verifiers(Vec<Verifier>);

impl Verifiers {
    /// Begins without any.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the key, read now or before; `None` where no signature can hold under it.
    pub fn of(&mut self, public: &PublicKey) -> Option<Verifier> {
        if let Some(known) = self.0.iter().find(|known| known.public == *public) {
            return Some(*known);
        }
        let read = Verifier::of(public)?;
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.push(read);
        Some(read)
    }
}

const fn zeros_but(first: u8, last: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

fn is_of_small_order(point: &[u8; 32]) -> bool {
    let mut point = *point;
    if let Some(last) = point.last_mut() {
        *last &= 0x7f;
    }
    SMALL_ORDER.contains(&point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer as _, SigningKey};

    /// Lines of kind, key, signature and message in hexadecimal.
    const CASES: &str = include_str!("../tests/vectors/signatures.txt");

    struct Case<'c> {
        kind: &'c str,
        key: PublicKey,
        sig: Signature,
        message: Vec<u8>,
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let digit = |of: char| of.to_digit(16).unwrap() as u8;
        let digits: Vec<u8> = hex.chars().map(digit).collect();
        let (pairs, _) = digits.as_chunks::<2>();
        pairs.iter().map(|[high, low]| high << 4 | low).collect()
    }

    fn cases() -> impl Iterator<Item = Case<'static>> {
        CASES.lines().map(|line| {
            let mut words = line.split(' ');
            let mut next = || words.next().unwrap();
            let kind = next();
            let key = PublicKey(bytes(next()).try_into().unwrap());
            let sig = Signature(bytes(next()).try_into().unwrap());
            let message = bytes(next());
            Case {
                kind,
                key,
                sig,
                message,
            }
        })
    }

    /// The library's strict check.
    fn strictly(key: &PublicKey, message: &[u8], sig: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&sig.0);
        let key = VerifyingKey::from_bytes(&key.0);
        key.is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }

    fn held(key: &PublicKey, message: &[u8], sig: &Signature) -> bool {
        Verifier::of(key).is_some_and(|key| key.holds(message, sig))
    }

    #[test]
    fn signatures_made_to_tell_checks_apart_are_judged_as_strictly_as_by_the_library() {
        for case in cases() {
            let strict = strictly(&case.key, &case.message, &case.sig);
            assert_eq!(
                held(&case.key, &case.message, &case.sig),
                strict,
                "{}",
                case.kind
            );
            assert_eq!(
                strict,
                matches!(case.kind, "honest" | "mixed-key"),
                "{}",
                case.kind
            );
        }
    }

    #[test]
    fn what_only_the_small_order_rule_refuses_is_among_the_cases() {
        let refused_by_the_rule = cases().filter(|case| {
            let signature = ed25519_dalek::Signature::from_bytes(&case.sig.0);
            let key = VerifyingKey::from_bytes(&case.key.0);
            case.kind == "small-commitment"
                && key.is_ok_and(|key| key.verify(&case.message, &signature).is_ok())
        });

        assert_eq!(refused_by_the_rule.count(), 8);
    }

    #[test]
    fn every_point_of_small_order_is_on_the_list() {
        for point in SMALL_ORDER {
            for mirrored in [0, 0x80] {
                let mut point = point;
                point[31] |= mirrored;
                if let Ok(key) = VerifyingKey::from_bytes(&point) {
                    assert!(key.is_weak());
                }
                assert!(is_of_small_order(&point));
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn a_changed_signature_is_judged_as_by_the_library(
            seed: [u8; 32], message: Vec<u8>, at in 0..64_usize, change: u8
        ) {
            let key = SigningKey::from_bytes(&seed);
            let public = PublicKey(key.verifying_key().to_bytes());
            let mut sig = Signature(key.sign(&message).to_bytes());
            proptest::prop_assert!(held(&public, &message, &sig));
            sig.0[at] ^= change;
            proptest::prop_assert_eq!(held(&public, &message, &sig), strictly(&public, &message, &sig));
        }
    }

    #[test]
    fn a_key_is_remembered_and_another_one_is_not_taken_for_it() {
        let public = |seed| {
            PublicKey(
                SigningKey::from_bytes(&[seed; 32])
                    .verifying_key()
                    .to_bytes(),
            )
        };
        let mut known = Verifiers::new();

        for seed in (0..100).chain(0..100) {
            assert_eq!(known.of(&public(seed)), Verifier::of(&public(seed)));
        }
        assert!(known.0.len() <= REMEMBERED);
    }
}
