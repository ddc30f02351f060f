//! What it takes until strangers are believed.
//!
//! A report needs one tap and no name, so one person with many addresses can send many. Each of the
//! three numbers answers one way to use that; `simulation` carries the choice, and
//! `docs/protocol/network-api.md` has the figures.

/// How many reports about one listing, each from another address or day, make one piece of evidence.
pub const REPORTS_NEEDED: u32 = 3;

/// Within how many days they have to come together.
pub const REPORT_DAYS: u32 = 30;

/// How many listings one address is believed about on one day; what it says of more is not counted.
pub const REPORTS_A_DAY: u32 = 5;
