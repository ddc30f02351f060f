//! What feeds block: rule by rule, and against the files of another reader.

mod corpus;
mod peers;
