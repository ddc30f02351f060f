//! What the JSON API says when it cannot do what was asked (RFC 9457).

use core::fmt;

use serde::{Deserialize, Serialize};

use super::time::Time;

/// Where the codes are explained; a problem's `type` is this and the code.
pub const CODES_PAGE: &str = "/api/v1/problems#";

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal, $advice:literal;)*) => {
        /// Says in one stable word what went wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
            /// A code that this build does not know.
            #[serde(other, rename = "other")]
            Other,
        }

        impl ProblemCode {
            /// Every known code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable word.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other => "other",
                }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                    Self::Other => 500,
                }
            }

            /// What happened, in one short sentence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                    Self::Other => "Something else went wrong.",
                }
            }

            /// What to do about it, in one sentence.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self {
                    $(Self::$name => $advice,)*
                    Self::Other => "Try again with a newer client.",
                }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    NotJson = "not_json", 400, "The body is not JSON.", "Send one JSON value in UTF-8, each key once.";
    /// A field, a query parameter or a header is missing, of the wrong kind or out of its bounds.
    Invalid = "invalid", 422, "A value cannot be used.", "Correct the value that `field` names.";
    /// A field or a query parameter is not one of this version.
    UnknownField = "unknown_field", 422, "A field is unknown.", "Leave out the field that `field` names.";
    /// A name is not in the vocabulary.
    UnknownName = "unknown_name", 422, "A name is not in the vocabulary.", "Take one of GET vocabulary.";
    /// The credentials are missing, ended or wrong.
    SignInAgain = "sign_in_again", 401, "The credentials are missing or no longer good.", "Sign in again, or send the secret of this device.";
    /// The asker may not do this.
    NotAllowed = "not_allowed", 403, "This is not yours to do.", "Ask who runs this server for the role.";
    /// There is nothing here, or it is not the asker's to see.
    NotFound = "not_found", 404, "There is nothing here.", "Check the address; what is not yours looks the same.";
    /// The account has no listing yet.
    NoListing = "no_listing", 404, "There is no listing yet.", "Write one with PUT practice.";
    /// The path exists, but not with this method.
    WrongMethod = "wrong_method", 405, "The path does not know this method.", "Use one of the methods in the Allow header.";
    /// The request took too long.
    TimedOut = "timed_out", 408, "The request took too long.", "Send it again.";
    /// Somebody else has this time.
    SlotTaken = "slot_taken", 409, "This time has just been taken.", "Choose another time.";
    /// One of the clients has another visit at that time.
    ClientBusy = "client_busy", 409, "One of you has another visit at that time.", "Choose another time, or cancel the other visit.";
    /// The client has a live hold already.
    HoldElsewhere = "hold_elsewhere", 409, "You are holding another time.", "Let the other one go first.";
    /// The hold ended before it was used.
    HoldLapsed = "hold_lapsed", 409, "The time is no longer held for you.", "Hold it again if it is still free.";
    /// The token was used before, belongs to an earlier version, or is wrong.
    NotYours = "not_yours", 409, "The token does not fit.", "Read the booking again and use the token it shows.";
    /// One person cannot be both partners.
    SamePerson = "same_person", 409, "Two different people have to accept.", "Let the other one accept on their own device.";
    /// The thing was changed since it was last read.
    StaleVersion = "stale_version", 412, "It was changed in the meantime.", "Read it again and send the new ETag in If-Match.";
    /// A change came without the version it replaces.
    VersionNeeded = "version_needed", 428, "The version that this replaces is missing.", "Send the ETag of the last reading in If-Match.";
    /// The provider does not work at that time.
    OutsideHours = "outside_hours", 409, "The provider offers no visit at that time.", "Choose one of GET providers/{id}/slots.";
    /// The time is too near, too far, or past.
    TooLate = "too_late", 409, "It is too late, or too early, for that.", "Choose a time within the provider's notice and horizon.";
    /// It was answered before.
    AlreadyAnswered = "already_answered", 409, "It has already been answered.", "Read it again to see how.";
    /// The booking is not in a state in which this is possible.
    WrongState = "wrong_state", 409, "This is not possible any more, or not yet.", "Read it again to see where it stands.";
    /// The provider is not open for booking here.
    NotBookable = "not_bookable", 409, "This provider cannot be booked here.", "Choose another provider.";
    /// The provider does not offer the plan, state, format or service.
    NotOffered = "not_offered", 409, "The provider does not offer this.", "Read the listing again and change plan, state, format or service.";
    /// The quote is not one of the provider's that fits, or it ended.
    QuoteMismatch = "quote_mismatch", 409, "The price does not belong to this visit.", "Read the hold again and accept its quote.";
    /// The idempotency key was used for something else.
    KeyReused = "key_reused", 409, "The idempotency key was used for another request.", "Draw a new key for a new request.";
    /// The body is too large.
    TooLarge = "too_large", 413, "The body is too large.", "Send less.";
    /// The body is of a kind that is not read here.
    WrongKind = "wrong_kind", 415, "The body is of the wrong kind.", "Send it as the Content-Type that the document names.";
    /// A limit on the number of things is reached.
    TooMany = "too_many", 409, "There are too many of these.", "Take some away first.";
    /// Too many tries.
    SlowDown = "slow_down", 429, "Too many tries.", "Wait as long as Retry-After says.";
    /// An address leads where this server may not read.
    AddressRefused = "address_refused", 422, "The address may not be read from here.", "Give an https address that everybody can reach.";
    /// The calendar cannot be understood.
    CalendarUnread = "calendar_unread", 422, "The calendar cannot be read.", "Export it again as iCalendar.";
    /// The table cannot be understood.
    TableUnread = "table_unread", 422, "The table cannot be read.", "Send CSV with the header npi,plan,state,formats and, if wanted, from,until,payer,couples.";
    /// The listing lacks something that the directory needs.
    Incomplete = "incomplete", 409, "The listing is not complete.", "Add what `field` names.";
    /// The server failed; its log knows more.
    Internal = "internal", 500, "The server failed.", "Try again later; tell who runs this server the `request`.";
    /// The server cannot reach its storage now.
    Unavailable = "unavailable", 503, "The server cannot answer now.", "Try again in a moment.";
    /// The server's storage is full.
    StorageFull = "storage_full", 507, "The server's storage is full.", "Tell who runs this server.";
}

// By hand: the derive does not see names that come out of a macro.
#[cfg(feature = "schema")]
impl utoipa::PartialSchema for ProblemCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};

        let codes = Self::ALL.iter().map(|code| code.code());
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Says in one stable word what went wrong."))
            .enum_values(Some(codes));
        schema.into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for ProblemCode {}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A time that stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Conflict {
    /// From when.
    pub start: Time,
    /// For how many minutes.
    pub minutes: u32,
}

/// The body of every answer that is not a success, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Where the code is explained: [`CODES_PAGE`] and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in one short sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do about it; carries nothing that was sent.
    pub detail: String,
    /// The stable word.
    pub code: ProblemCode,
    /// Random; stands in the server's log if the failure was the server's.
    pub request: String,
    /// The field that is wrong, as a JSON pointer (RFC 6901), or `?name` for a query parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Every time that stands in the way, not only the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
}

impl Problem {
    /// The usual words for a code.
    #[must_use]
    pub fn new(code: ProblemCode, request: String) -> Self {
        Self {
            kind: format!("{CODES_PAGE}{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: code.advice().to_owned(),
            code,
            request,
            field: None,
            conflicts: Vec::new(),
        }
    }
}
