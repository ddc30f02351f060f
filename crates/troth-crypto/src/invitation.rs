//! Invitations: a secret in the link authenticates the keys of both sides.
//!
//! The secret stands in the fragment of the link and never reaches the server, so the server
//! can neither read nor replace the keys that pass through it.
//!
//! Specified in `docs/protocol/pairing.md`.

use core::fmt;
use core::str::FromStr;

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use troth_wire::control::{Card, Class, DeviceCert};
use troth_wire::{Digest, InvitationId, MemberId, PublicKey, Sealed, SpaceId, strict};

use crate::{Secret, Unopened, hazmat, pad};

mod fragment;

/// The size of a sealed offer.
pub const OFFER_LEN: usize = 1024;

/// The size of a sealed answer.
pub const ANSWER_LEN: usize = 4096;

/// The secret of an invitation, as it stands in the fragment of the link.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkSecret(Secret<16>);

/// Says that a text is not the secret of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is incomplete or mistyped")]
pub struct NotALink;

impl LinkSecret {
    /// Draws a secret.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(Secret::generate(rng))
    }

    /// Derives the name of the invitation.
    #[must_use]
    pub fn id(&self) -> InvitationId {
        let id = hazmat::derive::<16>(self.0.expose(), &[b"troth/v1/invitation/id"]);
        InvitationId(*id.expose())
    }

    /// Writes the secret as the fragment of a link: 27 letters and digits in lower case.
    #[must_use]
    pub fn to_fragment(&self) -> String {
        fragment::encode(self.0.expose())
    }

    fn seal(
        &self,
        label: &[u8],
        message: &[u8],
        length: usize,
        rng: &mut impl CryptoRng,
    ) -> Option<Sealed> {
        let padded = pad::pad_to(message, length - pad::TAG - 24)?;
        let key = hazmat::derive(self.0.expose(), &[label, b"/key"]);
        Some(Sealed(hazmat::seal(&key, &self.aad(label), &padded, rng)))
    }

    fn open(&self, label: &[u8], sealed: &Sealed) -> Result<zeroize::Zeroizing<Vec<u8>>, Unopened> {
        let key = hazmat::derive(self.0.expose(), &[label, b"/key"]);
        hazmat::open(&key, &self.aad(label), &sealed.0).and_then(pad::unpad)
    }

    fn aad(&self, label: &[u8]) -> Vec<u8> {
        [label, &self.id().0].concat()
    }
}

impl FromStr for LinkSecret {
    type Err = NotALink;

    fn from_str(text: &str) -> Result<Self, NotALink> {
        fragment::decode(text)
            .map(|bytes| Self(Secret::new(bytes)))
            .ok_or(NotALink)
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret(..)")
    }
}

const OFFER: &[u8] = b"troth/v1/invitation/offer";
const ANSWER: &[u8] = b"troth/v1/invitation/answer";

/// What the inviter shows to whoever holds the link.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Offer {
    /// The space to join.
    #[n(0)]
    pub space: SpaceId,
    /// The inviter inside the space.
    #[n(1)]
    pub member: MemberId,
    /// The inviter's user root.
    #[n(2)]
    pub root: PublicKey,
    /// The inviter's name.
    #[n(3)]
    pub name: String,
    /// The inviter's answer to "who runs this server?"; the meaning is the client's.
    #[n(4)]
    pub host: u8,
    /// [`words::promise`](crate::words::promise) of the number that the inviter drew.
    #[n(5)]
    pub promise: Digest,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer")
            .field("space", &self.space)
            .finish_non_exhaustive()
    }
}

/// What the joiner gives to the inviter.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Answer {
    /// [`Offer::digest`] of the sealed offer that is answered.
    #[n(0)]
    pub offer: Digest,
    /// The joiner's consent to be a full member.
    #[n(1)]
    pub card: Card,
    /// The joiner's devices.
    #[n(2)]
    pub devices: Vec<DeviceCert>,
    /// The joiner's name.
    #[n(3)]
    pub name: String,
    /// The number that the joiner drew after seeing the offer.
    #[n(4)]
    pub number: Digest,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("member", &self.card.member)
            .finish_non_exhaustive()
    }
}

/// Says that an offer or answer exceeds its fixed size: the name or the list of devices is too
/// long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name is too long")]
pub struct TooLong;

impl Offer {
    /// Seals the offer.
    ///
    /// # Errors
    ///
    /// [`TooLong`].
    pub fn seal(&self, link: &LinkSecret, rng: &mut impl CryptoRng) -> Result<Sealed, TooLong> {
        link.seal(OFFER, &strict::encode(self), OFFER_LEN, rng)
            .ok_or(TooLong)
    }

    /// Opens an offer.
    ///
    /// # Errors
    ///
    /// [`Unopened`] whatever the cause: the server changed it, or the link is another one's.
    pub fn open(sealed: &Sealed, link: &LinkSecret) -> Result<Self, Unopened> {
        let bytes = link.open(OFFER, sealed)?;
        strict::decode(&bytes).map_err(|_| Unopened)
    }

    /// Derives the hash by which an answer names the offer.
    #[must_use]
    pub fn digest(sealed: &Sealed) -> Digest {
        Digest(hazmat::hash(&[OFFER, &sealed.0]))
    }
}

impl Answer {
    /// Seals the answer.
    ///
    /// # Errors
    ///
    /// [`TooLong`].
    pub fn seal(&self, link: &LinkSecret, rng: &mut impl CryptoRng) -> Result<Sealed, TooLong> {
        link.seal(ANSWER, &strict::encode(self), ANSWER_LEN, rng)
            .ok_or(TooLong)
    }

    /// Opens an answer and checks that it is one to this offer, by a person who consents.
    ///
    /// # Errors
    ///
    /// [`Unopened`] whatever the cause.
    pub fn open(sealed: &Sealed, link: &LinkSecret, offer: &Sealed) -> Result<Self, Unopened> {
        let bytes = link.open(ANSWER, sealed)?;
        let answer: Self = strict::decode(&bytes).map_err(|_| Unopened)?;
        let Offer {
            space,
            member,
            root,
            ..
        } = Offer::open(offer, link)?;
        let is_other = answer.card.member != member && answer.card.root != root;
        let owns = |cert: &DeviceCert| cert.is_signed_by(&answer.card.root);
        let holds = answer.offer == Offer::digest(offer)
            && answer.card.class == Class::Full
            && answer.card.is_signed(&space)
            && !answer.devices.is_empty()
            && answer.devices.iter().all(owns);
        if is_other && holds {
            Ok(answer)
        } else {
            Err(Unopened)
        }
    }
}

#[cfg(test)]
mod tests;
