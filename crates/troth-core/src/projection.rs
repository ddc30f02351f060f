//! Readings of the record for screens, the command line and the export; one file each.

pub mod due;
pub mod fold_case;
pub mod reading;
pub mod timeline;
pub mod trend;
pub mod written_by;
