//! Distribution functions.
