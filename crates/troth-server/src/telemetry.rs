//! The server's own log lines, to standard error.
//!
//! Few, and about the server alone: that it stops, that a disk is full, that a request failed
//! inside, under random bytes that the client got too. No line for a request that went well, no
//! address, no name, no id, no time of its own (O-2): a supervisor adds the day if wanted.

use tracing_subscriber::filter::LevelFilter;

/// Sends log lines to standard error from now on.
pub fn log_to_stderr() {
    let subscriber = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .with_ansi(false)
        .without_time()
        .finish();
    // A second call, as in tests, changes nothing.
    let _before = tracing::subscriber::set_global_default(subscriber);
}
