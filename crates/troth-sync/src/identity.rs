//! Who this device belongs to, as it rests sealed in the journal.
//!
//! Specified in `docs/protocol/journal.md`, section "Cells".

use jiff::Timestamp;
use minicbor::{Decode, Encode};
use troth_wire::{AccountId, DeviceId, PublicKey, SessionId, SpaceId, Token};

use crate::view::Notice;

/// Who this device belongs to.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Identity {
    /// The login.
    #[n(0)]
    pub(crate) login: String,
    /// The name that the partner sees.
    #[n(1)]
    pub(crate) name: String,
    /// The server's address.
    #[n(2)]
    pub(crate) server: String,
    /// The account.
    #[n(3)]
    pub(crate) account: AccountId,
    /// The session, while there is one.
    #[n(4)]
    pub(crate) session: Option<Session>,
    /// The seed of this device's key.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) device: [u8; 32],
    /// The master key.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) master: [u8; 32],
    /// The device code, to show the kit's first half again on this device.
    #[n(7)]
    #[cbor(with = "minicbor::bytes")]
    pub(crate) code: Vec<u8>,
    /// Whether the recovery words were typed once and opened the account.
    #[n(8)]
    pub(crate) rehearsed: bool,
    /// The key with which the server signs receipts, as first seen.
    #[n(9)]
    pub(crate) log_key: PublicKey,
    /// The newest space.
    #[n(10)]
    pub(crate) current: Option<SpaceId>,
    /// What the person is to know.
    #[n(11)]
    pub(crate) notices: Vec<StoredNotice>,
    /// Own devices that were there when the notices were last looked through.
    #[n(12)]
    pub(crate) known_devices: Vec<DeviceId>,
    /// The number of the newest change of the password that this device knows: the version of
    /// the slots. A word of an older change is a replay.
    #[n(13)]
    pub(crate) password_number: u64,
    /// Own devices with whose keys another account asked for this person's place, already told of.
    #[n(14)]
    pub(crate) asked: Vec<DeviceId>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(..)")
    }
}

/// A session with the server.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Session {
    /// Its name in the list of sessions.
    #[n(0)]
    pub(crate) id: SessionId,
    /// What is shown with every request.
    #[n(1)]
    pub(crate) token: Token,
}

/// A notice as it rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct StoredNotice {
    /// Which: 0 device added, 1 device revoked, 2 server restored, 3 clock off, 4 new device key,
    /// 5 another account asked.
    #[n(0)]
    pub(crate) kind: u8,
    /// The device, for 0, 1 and 5.
    #[n(1)]
    pub(crate) device: Option<DeviceId>,
    /// A minute for 0 and 1, a count for 2, signed minutes for 3.
    #[n(2)]
    pub(crate) number: i64,
}

impl StoredNotice {
    /// Shows the notice.
    pub(crate) fn view(&self) -> Notice {
        let at =
            Timestamp::from_second(self.number.saturating_mul(60)).unwrap_or(Timestamp::UNIX_EPOCH);
        let device = self.device.unwrap_or(DeviceId::ZERO);
        match self.kind {
            0 => Notice::DeviceAdded { device, at },
            1 => Notice::DeviceRevoked { device, at },
            2 => Notice::ServerRestored {
                given_back: u64::try_from(self.number).unwrap_or_default(),
            },
            3 => Notice::ClockOff {
                ahead: jiff::SignedDuration::from_mins(self.number),
            },
            5 => Notice::ClaimRefused { device },
            _ => Notice::NewDeviceKey,
        }
    }
}
