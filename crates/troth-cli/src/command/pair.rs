//! `troth pair`: two people become members of one couple space.

use clap::{Subcommand, ValueEnum};
use serde_json::json;
use troth_sync::view::{Host, InviteOptions, Pairing};
use troth_sync::{block_on, decline, look, server_of_link};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::session::Session;
use crate::trouble;
use crate::when;
use crate::world::{World, env, relay};

/// The steps of pairing.
#[derive(Debug, Subcommand)]
pub(crate) enum Pair {
    /// Open a couple space and print the link for your partner; it works once, for 72 hours.
    Invite {
        /// Who runs the server, said honestly to the one who is invited.
        #[arg(long, value_enum, default_value_t = Runs::Unknown)]
        host: Runs,
    },
    /// See what an invitation offers, without an account and without leaving a trace.
    Look {
        /// The link.
        link: String,
    },
    /// Accept an invitation.
    Accept {
        /// The link.
        link: String,
    },
    /// Answer "not now": neutral, without a reason.
    Decline {
        /// The link.
        link: String,
    },
    /// Take the invitation back.
    Withdraw,
    /// Show the six words that both of you must see.
    Words,
    /// Say that the six words are the same on both screens.
    Confirm,
    /// Say that the six words differ: ends the pairing, because someone is in between.
    Differ,
    /// Show how far the pairing is.
    Show,
}

/// Who runs the server.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Runs {
    /// Neither of you.
    Neither,
    /// You do.
    Me,
    /// Your partner does.
    Partner,
    /// You do not know.
    Unknown,
}

impl Pair {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the client or the server reports.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::Invite { host } => invite(world, host),
            Self::Look { link } => look_at(&link),
            Self::Accept { link } => accept(world, &link),
            Self::Decline { link } => not_now(&link),
            Self::Withdraw => withdraw(world),
            Self::Words => words(world),
            Self::Confirm => confirm(world),
            Self::Differ => differ(world),
            Self::Show => show(world),
        }
    }
}

fn invite(world: &World, host: Runs) -> Result<Answer, Failure> {
    let session = world.open()?;
    let mut options = InviteOptions::default();
    options.host = host.into();
    let invited = block_on(session.client().invite(options));
    let invitation = invited.map_err(|error| trouble::invite(&error))?;
    let until = when::minute(invitation.until, &session.zone());
    let plain = format!(
        "{}\n\nGive this link to your partner and to nobody else. It works once, until {until}.\n\
         When they have accepted, both of you run `troth pair words` and compare the six words aloud.",
        invitation.link
    );
    let json = json!({ "link": invitation.link, "until": invitation.until.to_string() });
    Ok(session.answer(plain, json))
}

fn look_at(link: &str) -> Result<Answer, Failure> {
    let relay = relay(&server(link)?)?;
    let seen = block_on(look(&relay, &env(), link)).map_err(|error| trouble::look(&error))?;
    let zone = troth_sync::env::Env::zone(&env());
    let plain = format!(
        "{} invites you to a space for the two of you.\nIt holds what both of you choose to write: \
         answers you reveal together, acknowledgments, commitments, signs of trust you share.\nIt is \
         sealed on your devices. The server {} cannot read it. {}\nThe invitation works until {}.\n\
         You left no trace by looking. To join: troth account create, then troth pair accept LINK",
        seen.from,
        seen.server,
        host_line(seen.host),
        when::minute(seen.until, &zone),
    );
    let json = json!({
        "from": seen.from,
        "server": seen.server,
        "host": host_key(seen.host),
        "until": seen.until.to_string(),
    });
    Ok(Answer::new(plain, json))
}

fn accept(world: &World, link: &str) -> Result<Answer, Failure> {
    let mut session = world.open()?;
    block_on(session.client().accept(link)).map_err(|error| trouble::accept(&error))?;
    session.send()?;
    let plain = "You accepted. Your partner's side completes at its next command. Then both of you \
                 run `troth pair words` and compare the six words aloud.";
    let json = json!({ "pairing": pairing_key(&session.client().pairing()) });
    Ok(session.answer(plain, json))
}

fn not_now(link: &str) -> Result<Answer, Failure> {
    let relay = relay(&server(link)?)?;
    block_on(decline(&relay, &env(), link)).map_err(|error| trouble::look(&error))?;
    Ok(Answer::new(
        "You answered \"not now\". Nothing else is said or kept.",
        json!({ "declined": true }),
    ))
}

fn withdraw(world: &World) -> Result<Answer, Failure> {
    let session = world.open()?;
    let withdrawn = block_on(session.client().withdraw_invitation());
    withdrawn.map_err(|error| trouble::trouble(&error))?;
    Ok(session.answer("The link no longer works.", json!({ "withdrawn": true })))
}

fn words(world: &World) -> Result<Answer, Failure> {
    let session = world.open()?;
    let words = session.client().words().ok_or_else(|| not_yet(&session))?;
    Ok(session.answer(words.join(" "), json!({ "words": words })))
}

fn confirm(world: &World) -> Result<Answer, Failure> {
    let mut session = world.open()?;
    if session.client().words().is_none() {
        return Err(not_yet(&session));
    }
    block_on(session.client().confirm_words()).map_err(|error| trouble::dispatch(&error))?;
    session.send()?;
    let pairing = session.client().pairing();
    let plain = match pairing {
        Pairing::Paired => "Both of you saw the same words. You are paired.",
        _ => "You saw the same words. You are paired once your partner confirms too.",
    };
    Ok(session.answer(
        plain,
        json!({ "confirmed": true, "pairing": pairing_key(&pairing) }),
    ))
}

fn differ(world: &World) -> Result<Answer, Failure> {
    let mut session = world.open()?;
    if session.client().words().is_none() {
        return Err(not_yet(&session));
    }
    block_on(session.client().words_differ()).map_err(|error| trouble::dispatch(&error))?;
    session.send()?;
    let plain = "The pairing is over: someone is in between, or one of you has an old link. Write \
                 nothing here. Leave with `troth leave --yes` and invite again over another server \
                 or another way.";
    let json = json!({ "confirmed": false, "pairing": pairing_key(&session.client().pairing()) });
    Ok(session.answer(plain, json))
}

fn show(world: &World) -> Result<Answer, Failure> {
    let session = world.open()?;
    let pairing = session.client().pairing();
    let answer = session.answer(
        pairing_line(&pairing, &session.zone()),
        json!({ "pairing": pairing_key(&pairing) }),
    );
    Ok(match &pairing {
        Pairing::Waiting { link, until } => answer
            .field("link", json!(link))
            .field("until", json!(until.to_string())),
        Pairing::WordsToCompare {
            words,
            mine_confirmed,
            theirs_confirmed,
        } => answer
            .field("words", json!(words))
            .field("mine_confirmed", json!(mine_confirmed))
            .field("theirs_confirmed", json!(theirs_confirmed)),
        _ => answer,
    })
}

/// Says in a sentence where two people stand on the way into one space.
pub(crate) fn pairing_line(pairing: &Pairing, zone: &str) -> String {
    match pairing {
        Pairing::Waiting { link, until } => {
            format!(
                "An invitation is out until {}: {link}",
                when::minute(*until, zone)
            )
        }
        Pairing::Declined => "Your partner answered \"not now\".".to_owned(),
        Pairing::Expired => "The invitation ended; `troth pair invite` makes a new one.".to_owned(),
        Pairing::Joining => {
            "You accepted; your partner's side completes at its next command.".to_owned()
        }
        Pairing::WordsToCompare {
            words,
            mine_confirmed: false,
            ..
        } => {
            format!(
                "Compare these six words aloud, then `troth pair confirm`: {}",
                words.join(" ")
            )
        }
        Pairing::WordsToCompare { .. } => {
            "You confirmed the words; your partner has not yet.".to_owned()
        }
        Pairing::Paired => "You are paired.".to_owned(),
        Pairing::Closed => "This space is closed. What was written stays readable here.".to_owned(),
        _ => "You are not paired; `troth pair invite` makes a link.".to_owned(),
    }
}

/// Names the state of pairing for scripts.
pub(crate) fn pairing_key(pairing: &Pairing) -> &'static str {
    match pairing {
        Pairing::Waiting { .. } => "waiting",
        Pairing::Declined => "declined",
        Pairing::Expired => "expired",
        Pairing::Joining => "joining",
        Pairing::WordsToCompare { .. } => "words",
        Pairing::Paired => "paired",
        Pairing::Closed => "closed",
        _ => "none",
    }
}

fn not_yet(session: &Session) -> Failure {
    Failure::refused(match session.client().pairing() {
        Pairing::Waiting { .. } => {
            "no answer is here yet; once your partner has accepted, run this on the device that made the link"
        }
        Pairing::Joining => {
            "the words are there once your partner's device has let you in, at its next command; run this again then"
        }
        Pairing::Declined => "your partner answered \"not now\"; there are no words to compare",
        Pairing::Expired => "the invitation ended; `troth pair invite` makes a new one",
        _ => "there is no pairing; run `troth pair invite`, or `troth pair accept LINK`",
    })
}

fn server(link: &str) -> Result<String, Failure> {
    server_of_link(link).ok_or_else(|| {
        Failure::usage("this is not an invitation link; copy all of it, with the part after #")
    })
}

fn host_line(host: Host) -> &'static str {
    match host {
        Host::Neutral => "It is run by neither of you.",
        Host::Inviter => "It is run by the one who invites you.",
        Host::Invited => "You run it yourself.",
        Host::Unknown => "Who runs it was not said: ask.",
    }
}

fn host_key(host: Host) -> &'static str {
    match host {
        Host::Neutral => "neutral",
        Host::Inviter => "inviter",
        Host::Invited => "invited",
        Host::Unknown => "unknown",
    }
}

impl From<Runs> for Host {
    fn from(runs: Runs) -> Self {
        match runs {
            Runs::Neither => Self::Neutral,
            Runs::Me => Self::Inviter,
            Runs::Partner => Self::Invited,
            Runs::Unknown => Self::Unknown,
        }
    }
}
