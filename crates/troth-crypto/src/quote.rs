//! A price, signed by the practice before anybody accepts it.
//!
//! The bytes that were signed travel and rest as they are; nothing that was signed is encoded
//! again in order to check it.
//!
//! Specified in `docs/protocol/visits.md`, section "Quote".

use core::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use troth_wire::{PublicKey, Signature, strict};

use crate::keys::UserRoot;
use crate::{Secret, hazmat};

/// The most bytes of a text in a quote.
const LONGEST_TEXT: usize = 200;
/// The most bytes of a quote's terms.
pub const MAX_TERMS: usize = 1024;

/// Whether the plan pays for work with a couple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Covers {
    /// It does not.
    #[n(0)]
    No,
    /// It does.
    #[n(1)]
    Yes,
    /// The practice does not know; the plan has to be asked.
    #[n(2)]
    Unknown,
}

/// In whose record a diagnosis would stand if the visit is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Recorded {
    /// In nobody's: nothing is billed to a plan.
    #[n(0)]
    Nobody,
    /// In the record of the one partner whose plan is billed.
    #[n(1)]
    WhoIsBilled,
}

/// What one visit costs, and on what terms.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Terms {
    /// The provider's number in the directory.
    #[n(0)]
    pub provider: u32,
    /// The service's name, such as `couples`.
    #[n(1)]
    pub service: String,
    /// How long the visit lasts.
    #[n(2)]
    pub minutes: u32,
    /// The format's name, such as `video`.
    #[n(3)]
    pub format: String,
    /// The plan's name; none when the person pays themself.
    #[n(4)]
    pub plan: Option<String>,
    /// The state by its two letters.
    #[n(5)]
    pub state: String,
    /// What the person pays, in hundredths of the currency.
    #[n(6)]
    pub cents: u32,
    /// Whether the plan pays for couples; [`Covers::Unknown`] where there is no plan.
    #[n(7)]
    pub plan_pays_couples: Covers,
    /// Whose record a diagnosis would stand in.
    #[n(8)]
    pub record: Recorded,
    /// The currency's three letters.
    #[n(9)]
    pub currency: String,
    /// The last day on which the price holds, counted in days since 1970-01-01 (UTC).
    #[n(10)]
    pub valid_until: u32,
}

/// Says why a quote is not to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadQuote {
    /// The bytes are no quote.
    #[error("the price is not in a readable form")]
    Malformed,
    /// The practice did not sign this.
    #[error("the price was not signed by this practice")]
    NotSigned,
}

/// The key with which a practice signs its prices.
#[derive(Clone)]
pub struct QuoteKey(SigningKey);

impl QuoteKey {
    /// Derives the key from the account's user root, so that every device of the practice signs alike.
    #[must_use]
    pub fn of(root: &UserRoot) -> Self {
        let seed: Secret<32> = hazmat::derive(root.seed().expose(), &[b"troth/v1/quote-key"]);
        Self(SigningKey::from_bytes(seed.expose()))
    }

    /// Returns the public key, for the listing.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a price.
    #[must_use]
    pub fn sign(&self, terms: &Terms) -> SignedQuote {
        let terms = strict::encode(terms);
        let signature = Signature(self.0.sign(&signed_bytes(&terms)).to_bytes());
        SignedQuote { terms, signature }
    }
}

impl fmt::Debug for QuoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QuoteKey(..)")
    }
}

/// A price as it travels: the bytes that were signed, and the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedQuote {
    /// The terms, encoded.
    pub terms: Vec<u8>,
    /// The practice's signature.
    pub signature: Signature,
}

impl SignedQuote {
    /// Derives the name of the quote: the first half of SHA-256 of its terms.
    #[must_use]
    pub fn id(&self) -> [u8; 16] {
        *hazmat::hash(&[&self.terms])
            .first_chunk()
            .unwrap_or(&[0; 16])
    }

    /// Reads the price after checking who signed it.
    ///
    /// # Errors
    ///
    /// - [`BadQuote::NotSigned`]: another key signed it, or it was changed.
    /// - [`BadQuote::Malformed`]: the practice signed something that is no price.
    pub fn verify(&self, key: &PublicKey) -> Result<Terms, BadQuote> {
        if self.terms.len() > MAX_TERMS {
            return Err(BadQuote::Malformed);
        }
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature.0);
        VerifyingKey::from_bytes(&key.0)
            .and_then(|key| key.verify_strict(&signed_bytes(&self.terms), &signature))
            .map_err(|_| BadQuote::NotSigned)?;
        let terms = read(&self.terms)?;
        Ok(terms)
    }
}

/// Reads terms without asking who signed them; for the practice's own preview.
///
/// # Errors
///
/// [`BadQuote::Malformed`]: not the one encoding of terms, or a text is too long.
pub fn read(bytes: &[u8]) -> Result<Terms, BadQuote> {
    let terms: Terms = strict::decode(bytes).map_err(|_| BadQuote::Malformed)?;
    let texts = [&terms.service, &terms.format, &terms.state, &terms.currency];
    let is_sound = |text: &String| (1..=LONGEST_TEXT).contains(&text.len());
    if texts.into_iter().chain(&terms.plan).all(is_sound) {
        Ok(terms)
    } else {
        Err(BadQuote::Malformed)
    }
}

fn signed_bytes(terms: &[u8]) -> Vec<u8> {
    [b"troth/v1/quote", terms].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> QuoteKey {
        QuoteKey::of(&UserRoot::from_seed(&Secret::new([byte; 32])))
    }

    fn terms() -> Terms {
        Terms {
            provider: 77,
            service: String::from("couples"),
            minutes: 50,
            format: String::from("video"),
            plan: None,
            state: String::from("CA"),
            cents: 18_000,
            plan_pays_couples: Covers::Unknown,
            record: Recorded::Nobody,
            currency: String::from("USD"),
            valid_until: 20_900,
        }
    }

    #[test]
    fn a_price_reads_as_the_practice_signed_it() {
        let quote = key(1).sign(&terms());

        assert_eq!(quote.verify(&key(1).public()), Ok(terms()));
        assert_eq!(quote.verify(&key(2).public()), Err(BadQuote::NotSigned));
    }

    #[test]
    fn no_cent_of_a_signed_price_can_be_changed() {
        let quote = key(1).sign(&terms());
        let mut dearer = terms();
        dearer.cents += 1;
        let forged = SignedQuote {
            terms: strict::encode(&dearer),
            signature: quote.signature,
        };

        assert_eq!(forged.verify(&key(1).public()), Err(BadQuote::NotSigned));
    }

    #[test]
    fn the_price_with_a_plan_and_without_have_different_names() {
        let mut billed = terms();
        billed.plan = Some(String::from("aetna"));
        billed.record = Recorded::WhoIsBilled;

        assert_ne!(key(1).sign(&billed).id(), key(1).sign(&terms()).id());
    }

    #[test]
    fn terms_are_read_up_to_the_longest_and_no_byte_further() {
        let mut long = terms();
        for text in [&mut long.service, &mut long.format, &mut long.state] {
            *text = "x".repeat(LONGEST_TEXT);
        }
        long.currency = "x".repeat(LONGEST_TEXT);
        let mut lengths = Vec::new();
        for letters in 1..=LONGEST_TEXT {
            long.plan = Some("x".repeat(letters));
            let length = strict::encode(&long).len();
            let is_read = key(1).sign(&long).verify(&key(1).public()).is_ok();
            assert_eq!(is_read, length <= MAX_TERMS, "{length} bytes");
            lengths.push(length);
        }
        assert!(lengths.contains(&MAX_TERMS) && lengths.contains(&(MAX_TERMS + 1)));
    }

    #[test]
    fn terms_with_an_empty_or_endless_text_are_no_price() {
        for text in [String::new(), "x".repeat(LONGEST_TEXT + 1)] {
            let mut odd = terms();
            odd.plan = Some(text);
            let quote = key(1).sign(&odd);
            assert_eq!(quote.verify(&key(1).public()), Err(BadQuote::Malformed));
        }
    }
}
