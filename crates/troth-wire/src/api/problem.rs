//! What the server says when it cannot do what was asked.

use core::fmt;

use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::id::Sealed;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// Says in one stable number what went wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code that this build does not know.
            Other(u16),
        }

        impl ErrorCode {
            /// Every known code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Returns the stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Other(number) => number,
                }
            }

            /// Reads a number.
            #[must_use]
            pub const fn from_number(number: u16) -> Self {
                match number {
                    $($number => Self::$name,)*
                    other => Self::Other(other),
                }
            }
        }

        impl fmt::Display for ErrorCode {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $text,)*
                    Self::Other(_) => "the server answered with an unknown problem",
                })
            }
        }
    };
}

codes! {
    /// The body is not a padded frame.
    BadFrame = 1, "the body is not a padded frame";
    /// The frame does not hold the expected value.
    BadBody = 2, "the body does not hold the expected value";
    /// Body, entry, batch or blob exceeds its limit.
    TooLarge = 3, "the body is too large";
    /// The version is not known here.
    UnknownVersion = 4, "the version is unknown";
    /// There is no such route or thing, or it is not the asker's to see.
    NotFound = 5, "there is nothing here";
    /// The session is missing, ended or expired.
    SignInAgain = 6, "sign in again";
    /// Login, password or recovery words are wrong; never says which.
    WrongCredentials = 7, "login, password or words are wrong";
    /// Too many tries; the problem says how long to wait.
    SlowDown = 8, "too many tries, slow down";
    /// The login is taken.
    LoginTaken = 9, "the login is taken";
    /// The blob changed since it was last seen; the problem says its version.
    VersionConflict = 10, "it was changed by another device";
    /// The invitation is not there, or not open any more; never says which.
    InvitationGone = 11, "the invitation is not open";
    /// The account is not a member of the space.
    NotAMember = 12, "not a member of this space";
    /// The server's storage is full.
    StorageFull = 13, "the server's storage is full";
    /// The server cannot reach its storage now.
    Unavailable = 14, "the server cannot answer now";
    /// The login is empty or too long.
    BadLogin = 15, "the login is empty or too long";
    /// A limit on the number of things is reached.
    TooMany = 16, "there are too many";
    /// The entry does not bind this share as the member's first, or another share is there.
    ShareRefused = 17, "the share does not belong here";
    /// The path exists, but not with this method.
    WrongMethod = 18, "the path does not know this method";
    /// The request took too long.
    TimedOut = 19, "the request took too long";
    /// Something failed inside; the server's log knows more.
    Internal = 20, "the server failed";
    /// The space has reached the size that the server allows.
    SpaceFull = 21, "the space is full; ask the person who runs the server for room";
    /// Another account is bound to this member.
    BoundToAnother = 22, "another account is this member";
    /// The receipt is not this server's, or what is given back does not lead to it.
    ReceiptRefused = 23, "the receipt is not this server's";
}

impl<C> Encode<C> for ErrorCode {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u16(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for ErrorCode {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.u16().map(Self::from_number)
    }
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Problem {
    /// What went wrong.
    #[n(0)]
    pub code: ErrorCode,
    /// For [`ErrorCode::SlowDown`], how many seconds to wait.
    #[n(1)]
    pub seconds: Option<u32>,
    /// For [`ErrorCode::VersionConflict`], the version that stands.
    #[n(2)]
    pub version: Option<u64>,
    /// Random bytes that also stand in the server's log.
    #[n(3)]
    pub request: Sealed,
}
