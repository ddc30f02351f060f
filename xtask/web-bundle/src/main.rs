//! Turns the compiled web app into the files that are served.

fn main() {}
