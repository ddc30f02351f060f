//! Case and accents folded away, for search.
