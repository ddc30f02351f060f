//! The project's own chores.
//!
//! `cargo xtask` without a word lists them. Everything heavy lives in packages of its own
//! (`xtask/web-bundle`, `xtask/bench`), so that this one builds in seconds.

#![expect(clippy::print_stdout, reason = "a chore speaks on the terminal")]
#![expect(clippy::print_stderr, reason = "a chore speaks on the terminal")]

mod arrows;
mod browser;
mod checks;
mod claims;
mod executed;
mod night;
mod place;
mod serve;
mod setup;
mod step;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
usage: cargo xtask CHORE

  run [-- ARGS]   builds server and web app, and starts them; `-- --demo` shows a couple eight weeks in
  test            runs every check and test, browsers included, installing what it needs
  bench           measures the budgets of docs/performance.md, and runs Lighthouse
  bench PART      measures one part: append, calendars, open or idle
  bench match     measures the match engine beside tantivy and PostgreSQL, and in a browser
  night [PART…]   many seeds, many kills, fuzzing, the comparison with a peer: hours; or only the parts
                  named: seeds kills booking model match nppes api fuzz slow mutants atuin
  pictures        makes a picture of every screen into target/pictures
  web [--quick]   builds the web app into target/web-dist
  arrows          fails on a dependency that ARCHITECTURE.md does not draw
  claims          fails on a sentence of docs/claims.md whose test did not pass in the last `test` run
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match chore(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn chore(arguments: &[String]) -> Result<()> {
    let (name, rest) = arguments
        .split_first()
        .map_or(("help", &[][..]), |(name, rest)| (name.as_str(), rest));
    match name {
        "run" => serve::run(rest),
        "web" => web::build(web::Pace::of(rest)?).map(drop),
        "arrows" => arrows::check(),
        "claims" => claims::check(),
        "test" => checks::run(),
        "bench" => night::bench(rest),
        "night" => night::run(rest),
        "pictures" => browser::pictures(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        _ => bail!("no such chore: {name}\n\n{HELP}"),
    }
}
