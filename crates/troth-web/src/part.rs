//! Parts that pages share.

pub(crate) mod amend;
pub(crate) mod chart;
pub(crate) mod choices;
pub(crate) mod doing;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod host;
pub(crate) mod icon;
pub(crate) mod loaded;
pub(crate) mod log;
pub(crate) mod qr;
pub(crate) mod rows;
pub(crate) mod schedule;
pub(crate) mod seam;
pub(crate) mod select;
pub(crate) mod thanks;
pub(crate) mod ways;
pub(crate) mod when;
pub(crate) mod wrong;
pub(crate) mod zoned;
