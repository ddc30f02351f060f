//! The single-use tokens of bookings.
//!
//! None is kept: each is derived from a key of the server, the booking and the person, so that
//! it can be shown again to whoever proves to be that person, and only its digest lies in the
//! rows. A booking that was moved, or offered from the waiting list, has tokens of its own.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use troth_booking::machine::{Booking, Hand, Partner};
use zeroize::Zeroizing;

use crate::network::store::{BookingId, ClientId, TokenDigest};

/// Derives tokens, and the names of bookings that nobody asked for by name.
#[derive(Clone)]
pub struct Tokens {
    key: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

/// A token as it is shown, once, to the one whose next act it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub [u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// What the rows know of it.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0).into())
    }
}

impl Tokens {
    /// Derives from this key, which must be secret and stay the same.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key: Zeroizing::new(key),
        }
    }

    /// The token with which a person accepts a held or offered time.
    #[must_use]
    pub fn first(&self, booking: BookingId, client: ClientId) -> Token {
        Token(self.derive(b"first", &booking.0, &client.0))
    }

    /// The token with which a person who has accepted cancels or moves the visit.
    #[must_use]
    pub fn next(&self, booking: BookingId, client: ClientId) -> Token {
        Token(self.derive(b"next", &booking.0, &client.0))
    }

    /// The token with which the other partner, whoever that is, accepts.
    #[must_use]
    pub fn partner(&self, booking: BookingId) -> Token {
        Token(self.derive(b"partner", &booking.0, &[]))
    }

    /// The token for a person's next act on a booking, if they have a part in it.
    #[must_use]
    pub fn shown(&self, booking: &Booking, client: ClientId) -> Option<Token> {
        let hand = if booking.holder.client == client {
            booking.holder
        } else if let Partner::Joined(hand) = booking.partner
            && hand.client == client
        {
            hand
        } else {
            return None;
        };
        let Hand { client, token, .. } = hand;
        [
            self.first(booking.id, client),
            self.next(booking.id, client),
        ]
        .into_iter()
        .find(|one| one.digest() == token)
    }

    /// The name of the booking that a freed time is offered under.
    pub(super) fn offer(&self, freed: BookingId, client: ClientId) -> BookingId {
        let name = self.derive(b"offer", &freed.0, &client.0);
        let mut short = [0; 16];
        short.iter_mut().zip(name).for_each(|(to, from)| *to = from);
        BookingId(short)
    }

    fn derive(&self, purpose: &[u8], booking: &[u8], client: &[u8]) -> [u8; 32] {
        // HMAC fills a key up to a block with zeros; given a whole block, there is no length to refuse.
        let mut block = Zeroizing::new([0; 64]);
        let places = block.iter_mut().zip(self.key.iter());
        places.for_each(|(place, byte)| *place = *byte);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        for part in [b"troth/v1/server/visit-token", purpose, booking, client] {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            mac.update(&length.to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_block_keys_the_same_as_its_beginning() {
        let tokens = Tokens::new([7; 32]);
        let mut mac = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
        for part in [
            b"troth/v1/server/visit-token".as_slice(),
            b"first",
            b"b",
            b"c",
        ] {
            mac.update(&u32::try_from(part.len()).unwrap().to_be_bytes());
            mac.update(part);
        }
        let expected: [u8; 32] = mac.finalize().into_bytes().into();
        assert_eq!(tokens.derive(b"first", b"b", b"c"), expected);
    }

    #[test]
    fn a_token_is_of_one_booking_one_person_and_one_use() {
        let tokens = Tokens::new([7; 32]);
        let (one, two) = (BookingId([1; 16]), BookingId([2; 16]));
        let (ana, ben) = (ClientId([3; 16]), ClientId([4; 16]));
        let all = [
            tokens.first(one, ana),
            tokens.first(two, ana),
            tokens.first(one, ben),
            tokens.next(one, ana),
            tokens.partner(one),
            Tokens::new([8; 32]).first(one, ana),
        ];
        for (place, token) in all.iter().enumerate() {
            assert!(!all[..place].contains(token));
        }
        assert_eq!(tokens.first(one, ana), all[0]);
        assert_eq!(
            format!("{:?} {tokens:?}", all[0]),
            "Token(..) Tokens { .. }"
        );
    }
}
