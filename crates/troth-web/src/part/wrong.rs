//! What is wrong with a field, in words that say how it can be right.

use crate::texts::t;
use crate::typed::Why;

/// Writes what is wrong with a field.
pub(crate) fn wrong_words(why: Why) -> String {
    match why {
        Why::Missing => t("wrong-missing"),
        Why::TooLong => t("wrong-long"),
        Why::NoneChosen => t("wrong-none-chosen"),
        Why::NpiLength => t("wrong-npi-length"),
        Why::NpiCheck => t("wrong-npi-check"),
        Why::Money => t("wrong-money"),
        Why::AboveFee => t("wrong-above-fee"),
        Why::Number => t("wrong-number"),
        Why::Day => t("wrong-day"),
        Why::Past => t("wrong-past"),
        Why::Time => t("wrong-time"),
        Why::Backwards => t("wrong-backwards"),
        Why::Overlap => t("wrong-overlap"),
        Why::Twice => t("wrong-twice"),
        Why::Zone => t("wrong-zone"),
        Why::Quarter => t("wrong-quarter"),
        Why::Place => t("wrong-place"),
        Why::Zip => t("wrong-zip"),
        Why::Refused => t("wrong-refused"),
    }
}
