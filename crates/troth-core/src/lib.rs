//! What couples do: pure functions over events.
