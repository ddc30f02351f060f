//! What one person's own record can say, and how sure it is; reckoned on the device alone.
//!
//! Every figure comes with a band or an interval, and where the figures do not carry a claim the
//! answer is "can't tell yet". `docs/methods.md` states each model, its constants and why.
//!
//! # Invariants
//!
//! 1. **Same everywhere.** Only IEEE additions, products, quotients, square roots and the functions
//!    of `libm` are used, so that a browser and a command line reckon the same bits.
//! 2. **Own series.** No function here takes the series of two people.

mod direction;
mod follow_through;
mod level;
mod range;
mod setback;
mod special;
mod strong_count;

pub use direction::{Direction, day_direction, signs_change, signs_direction};
pub use follow_through::{FollowThrough, Outcome, follow_through};
pub use level::{Band, Level, LevelPoint, Model, day_level, signs_level};
pub use range::{Range, day_range};
pub use setback::{Setback, setbacks};
pub use strong_count::count_band;
