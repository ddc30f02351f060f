//! What client and server say to each other, and all that can be checked without content.
