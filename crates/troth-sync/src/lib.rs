//! The client's half, with the network taken out.
