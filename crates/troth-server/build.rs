//! Hands the folder of the built web app to the compiler.

fn main() {}
