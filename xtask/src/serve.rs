//! `cargo xtask run`: from a fresh clone to a running server.

use anyhow::Result;

use crate::{place, step, web};

/// Where the server listens unless told otherwise: a fixed port, because a browser keeps what it
/// stores by address.
const LISTEN: &str = "127.0.0.1:7433";

/// Builds the web app and the server, and starts them.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--")
        .collect();
    println!("== web app");
    let dist = web::build(web::Pace::Full)?;
    println!("== server: compiling");
    step::run(
        step::cargo()
            .args(["build", "--locked", "--package", "troth-cli"])
            .env("TROTH_WEB_DIST", &dist),
    )?;
    let data = if arguments.contains(&"--demo") {
        "troth-demo"
    } else {
        "troth-data"
    };
    let mut serve = step::program(place::target("debug/troth"));
    serve.current_dir(std::env::current_dir()?).arg("serve");
    for (name, default) in [("--data", data), ("--listen", LISTEN)] {
        if !arguments
            .iter()
            .any(|argument| *argument == name || argument.starts_with(&format!("{name}=")))
        {
            serve.args([name, default]);
        }
    }
    println!("== starting");
    replace_self(serve.args(&arguments))
}

/// Becomes the server, so that signals reach it and its exit code is ours.
#[cfg(unix)]
fn replace_self(command: &mut std::process::Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn replace_self(command: &mut std::process::Command) -> Result<()> {
    step::run(command)
}
