//! The `troth` command: the same client as the web app, without a browser.

use std::process::ExitCode;

fn main() -> ExitCode {
    troth_cli::main()
}
