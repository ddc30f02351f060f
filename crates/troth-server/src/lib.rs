//! The blind server: stores what it cannot read.
