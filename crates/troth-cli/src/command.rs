//! Every subcommand on one page.

mod account;
mod ack;
mod busy;
mod commitment;
mod completions;
mod demo;
mod export;
mod leave;
mod matching;
mod network;
mod note;
mod pair;
mod practice;
mod record;
mod reveal;
mod search;
mod serve;
mod signs;
mod status;
mod steward;
mod sync;
mod thanks;
mod timeline;
mod vault;
mod verify;
mod visit;

use clap::Subcommand;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::world::World;

/// What `troth` can be asked to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a server that keeps sealed records it cannot read.
    Serve(serve::Serve),
    /// Fill, import, export and watch over the directory of therapists.
    #[command(subcommand)]
    Network(network::Network),
    /// Fill a server with one couple, eight weeks in, and print their logins.
    Demo(demo::Demo),
    /// Make, open, recover or delete an account.
    #[command(subcommand)]
    Account(account::Account),
    /// Become a couple: invite, look, accept, compare the six words.
    #[command(subcommand)]
    Pair(pair::Pair),
    /// Answer one prompt together, so that both answers open at once.
    #[command(subcommand)]
    Reveal(reveal::Reveal),
    /// Write and answer acknowledgments.
    #[command(subcommand)]
    Ack(ack::Ack),
    /// Make, mark and renegotiate commitments.
    #[command(subcommand)]
    Commitment(commitment::Commitment),
    /// Thank your partner for an entry.
    Thanks(thanks::Thanks),
    /// Rate the ten signs of trust, and share what you choose.
    #[command(subcommand)]
    Signs(signs::Signs),
    /// Write notes that only you can read.
    #[command(subcommand)]
    Note(note::Note),
    /// Lock and unlock your private vault.
    #[command(subcommand)]
    Vault(vault::Vault),
    /// Find providers for a question in a file, without sending it anywhere.
    Match(matching::Match),
    /// Hold, accept, list, move and cancel visits, under a pseudonym.
    #[command(subcommand)]
    Visit(visit::Visit),
    /// Show what a calendar feed blocks, and what of it was not understood.
    Busy(busy::Busy),
    /// Show and change your listing as a therapist, answer requests, read your visits.
    #[command(subcommand)]
    Practice(practice::Practice),
    /// Verify listings and import plans, with the operator's role.
    #[command(subcommand)]
    Steward(steward::Steward),
    /// Show what happened, oldest first.
    Timeline(timeline::Timeline),
    /// Search the couple's record on this device.
    Search(search::Search),
    /// List, verify, withdraw or correct entries of the record.
    #[command(subcommand)]
    Record(record::Record),
    /// Write the whole record into one file that anyone can verify.
    Export(export::Export),
    /// Verify an exported record, without an account or a network.
    Verify(verify::Verify),
    /// Leave the couple's space, alone and without a reason.
    Leave(leave::Leave),
    /// Show where things stand on this device.
    Status(status::Status),
    /// Send what waits and fetch what is new.
    Sync(sync::Sync),
    /// Print a completion script for a shell.
    Completions(completions::Completions),
}

impl Command {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the subcommand reports.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::Serve(command) => command.run(),
            Self::Network(command) => command.run(),
            Self::Demo(command) => command.run(),
            Self::Account(command) => command.run(world),
            Self::Pair(command) => command.run(world),
            Self::Reveal(command) => command.run(world),
            Self::Ack(command) => command.run(world),
            Self::Commitment(command) => command.run(world),
            Self::Thanks(command) => command.run(world),
            Self::Signs(command) => command.run(world),
            Self::Note(command) => command.run(world),
            Self::Vault(command) => command.run(world),
            Self::Match(command) => command.run(world),
            Self::Visit(command) => command.run(world),
            Self::Busy(command) => command.run(),
            Self::Practice(command) => command.run(world),
            Self::Steward(command) => command.run(world),
            Self::Timeline(command) => command.run(world),
            Self::Search(command) => command.run(world),
            Self::Record(command) => command.run(world),
            Self::Export(command) => command.run(world),
            Self::Verify(command) => command.run(),
            Self::Leave(command) => command.run(world),
            Self::Status(command) => command.run(world),
            Self::Sync(command) => command.run(world),
            Self::Completions(command) => command.run(),
        }
    }
}
