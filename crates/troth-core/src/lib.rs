//! What couples do: pure functions over events.
//!
//! Nothing here reads a clock, draws a random number, or touches a file or a network; time and
//! chance arrive as arguments. A wish ([`Command`]) is decided by [`Couple::decide`] and becomes
//! [`Event`]s; entries that hold events are folded by [`Couple::apply`]; screens read
//! [`projection`]s of the result. A person's own [`Vault`] works in the same way.
#![forbid(unsafe_code)]
#![warn(clippy::wildcard_enum_match_arm)]

mod acknowledgment;
mod command;
mod commitment;
mod couple;
mod entry;
mod event;
mod id;
pub mod insight;
mod moment;
pub mod projection;
mod refused;
mod reveal;
mod schedule;
mod sign;
mod text;
mod vault;
mod visit;

pub use acknowledgment::{
    AcknowledgmentAnswer, AcknowledgmentView, AnsweredView, Element, Elements,
};
pub use command::Command;
pub use commitment::{
    CommitmentStanding, CommitmentView, Mark, MarkView, OccurrenceView, RenegotiationView,
    SHOWN_OCCURRENCES, Side, ThanksView, Told,
};
pub use couple::{Amendments, Couple, Effect, SharedSignsView};
pub use entry::{Body, DecodeError, EncodeError, Entry, Placing, UnknownFields};
pub use event::{Event, Newer, Settled};
pub use id::{EntryId, ParseIdError, PartnerId};
pub use insight::{Band, Direction, FollowThrough};
pub use moment::{Moment, Written};
pub use refused::Refused;
pub use reveal::{
    AnswerView, OpeningToCheck, Referee, RevealStanding, RevealView, SealedAnswer,
    SealedAnswerEntry, SharesWanted,
};
pub use schedule::{Frequency, Occurrence, Rule, RuleDay, RuleEnd, Schedule, ScheduleError};
pub use sign::{
    HIGHEST_RATING, Ratings, STRONG_RATING, SharedSigns, ShownSigns, Sign, SignsSummary,
    SingleSign, TenthsBand, Week,
};
pub use text::{
    LONGEST_CIPHERTEXT, LONGEST_ELEMENT, LONGEST_NAME, LONGEST_NOTE, LONGEST_TEXT, TextError,
    check_element, check_name, check_note, check_text, steers,
};
pub use vault::{
    DayMark, NoteView, SafetyPath, ShareError, Vault, VaultBody, VaultCommand, VaultEntry,
    VaultEvent,
};
pub use visit::{HeldVisit, PartnerToken, VisitAnswer, VisitFormat, VisitStanding, VisitView};
