//! Invitations: two halves sealed with the secret of the link.

use minicbor::{Decode, Encode};

use crate::id::{InvitationId, MemberId, Sealed, SpaceId};

/// Opens an invitation to a space of the asker.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvitationCreate {
    /// Its name, derived from the secret.
    #[n(0)]
    pub invitation: InvitationId,
    /// The space.
    #[n(1)]
    pub space: SpaceId,
    /// What the invited person may look at, sealed and authenticated by the secret.
    #[n(2)]
    pub offer: Sealed,
}

/// The invitation is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvitationCreated {
    /// The minute at which it ends by itself.
    #[n(0)]
    pub expires: u64,
}

/// What the invited person sees, without an account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvitationView {
    /// The offer.
    #[n(0)]
    pub offer: Sealed,
    /// The minute at which it ends by itself.
    #[n(1)]
    pub expires: u64,
}

/// Accepts an invitation, once.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvitationAccept {
    /// The name that the invited person chose inside the space; the account is bound to it.
    #[n(0)]
    pub member: MemberId,
    /// The answer, sealed and authenticated by the secret.
    #[n(1)]
    pub answer: Sealed,
}

/// How an invitation stands, for the inviter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum InvitationStanding {
    /// Nobody has answered.
    #[n(0)]
    Open,
    /// Accepted; the answer is there.
    #[n(1)]
    Accepted,
    /// "Not now".
    #[n(2)]
    Declined,
}

/// What the inviter picks up.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InvitationAnswer {
    /// How it stands.
    #[n(0)]
    pub standing: InvitationStanding,
    /// The sealed answer; empty unless accepted.
    #[n(1)]
    pub answer: Sealed,
    /// The minute at which the invitation ends by itself.
    #[n(2)]
    pub expires: u64,
}
