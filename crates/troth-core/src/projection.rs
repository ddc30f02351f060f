//! Readings of the record for screens, the command line and the export; one file each.

pub mod due;
pub mod fold_case;
pub mod reading;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod trend;
pub mod written_by;
