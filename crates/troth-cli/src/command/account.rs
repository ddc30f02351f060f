//! `troth account`: sign up, sign in, recover, change, end.

use clap::{Args, Subcommand};
use serde_json::json;
use troth_sync::RecoveryKit;
use troth_sync::block_on;
use troth_sync::view::{NewAccount, Notice, SessionView};

use crate::answer::Answer;
use crate::ask;
use crate::failure::Failure;
use crate::session::Session;
use crate::short;
use crate::trouble;
use crate::when;
use crate::world::{Native, World};

/// The account's subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Make an account; the password is one line on stdin; prints the recovery kit once.
    Create(Create),
    /// Type the recovery words once, to see that they work; the words come on stdin.
    Rehearse,
    /// Sign in on another device, or again on this one: what is here stays, and what waits is sent;
    /// the password, then the device code, on stdin.
    SignIn(Login),
    /// Open the account with the recovery words, here or on another device; the words, then a new
    /// password, on stdin.
    Recover(Login),
    /// Show whose account this is.
    Show,
    /// Change the password; the old one, then the new one, on stdin.
    Password,
    /// List the devices that are signed in, or end one.
    Sessions(Sessions),
    /// Send what waits, sign this device out and remove its keys.
    SignOut(SignOut),
    /// Delete the account on the server and the keys here; the password is on stdin.
    Delete,
}

/// Where and as whom.
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The server's address, such as https://troth.example.org.
    #[arg(long, value_name = "URL")]
    server: String,
    /// The login: an email address or any name.
    #[arg(long, value_name = "NAME")]
    login: String,
}

/// A new account.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    at: Login,
    /// The name that your partner sees.
    #[arg(long, value_name = "NAME")]
    name: String,
}

/// Signing this device out.
#[derive(Debug, Args)]
pub(crate) struct SignOut {
    /// Sign out even if something could not be sent; it is lost then.
    #[arg(long)]
    yes: bool,
}

/// Sessions: devices that are signed in.
#[derive(Debug, Args)]
pub(crate) struct Sessions {
    #[command(subcommand)]
    action: Option<SessionAction>,
}

/// What to do with the sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionAction {
    /// List them; this is what happens without an action.
    List,
    /// Sign one out.
    End {
        /// The session, by the id that the list shows.
        id: String,
    },
    /// Keep a device with whose key another account asked for your place; the note about it goes.
    Keep {
        /// The session, by the id that the list shows.
        id: String,
    },
    /// Sign out every other device, and end what in the record is not yours.
    EndOthers,
}

impl Account {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// Whatever the client or the server reports.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::Create(create) => create.run(world),
            Self::Rehearse => rehearse(world),
            Self::SignIn(login) => login.sign_in(world),
            Self::Recover(login) => login.recover(world),
            Self::Show => show(world),
            Self::Password => password(world),
            Self::Sessions(sessions) => sessions.run(world),
            Self::SignOut(out) => sign_out(world, &out),
            Self::Delete => delete(world),
        }
    }
}

impl Create {
    fn run(self, world: &World) -> Result<Answer, Failure> {
        let rim = world.fresh(&self.at.server)?;
        let password = ask::new_secret("password")?;
        let new = NewAccount {
            login: self.at.login.clone(),
            name: self.name,
            password,
        };
        let (client, kit) =
            block_on(Native::create_account(rim, new)).map_err(|error| trouble::create(&error))?;
        let next = "Type the words once, to see that they work: troth account rehearse";
        Ok(kit_answer(&client, &kit, next))
    }
}

impl Login {
    fn sign_in(&self, world: &World) -> Result<Answer, Failure> {
        let rim = world.rim(&self.server)?;
        let again = World::is_taken(&rim)?;
        let password = ask::secret("password")?;
        let code = ask::secret("device code")?;
        let signed_in = block_on(Native::sign_in(rim, &self.login, &password, &code));
        let client = signed_in.map_err(|error| trouble::sign_in(&error))?;
        let me = client.me();
        let plain = format!("Signed in as {} on {}.", me.login, me.server);
        let json = json!({ "login": me.login, "name": me.name, "server": me.server });
        if !again {
            return Ok(Answer::new(plain, json));
        }
        let (session, sent) = send_what_waited(client)?;
        let plain = if sent > 0 {
            format!("{plain} {} sent.", waited(sent))
        } else {
            plain
        };
        Ok(session.answer(plain, json).field("sent", json!(sent)))
    }

    fn recover(&self, world: &World) -> Result<Answer, Failure> {
        let rim = world.rim(&self.server)?;
        let again = World::is_taken(&rim)?;
        let (words, password) = words_and_password()?;
        let recovered = block_on(Native::recover(rim, &self.login, &words, &password));
        let (client, kit) = recovered.map_err(|error| trouble::recover(&error))?;
        let next = "The password is changed, and the account is open here.";
        let answer = kit_answer(&client, &kit, next);
        if again {
            // The kit is shown whatever becomes of this: it is shown once.
            let sent = send_what_waited(client);
            let waiting = sent.map_or(0, |(session, _)| session.client().unsent().count());
            return Ok(if waiting > 0 {
                answer.note(format!("{} waiting here to be sent", waited_still(waiting)))
            } else {
                answer
            });
        }
        Ok(answer)
    }
}

/// Sends what waited on a device that came back; says how much of it went.
fn send_what_waited(client: Native) -> Result<(Session, usize), Failure> {
    let before = client.unsent();
    let mut session = Session::new(client);
    session.catch_up()?;
    if session.is_online() {
        // A session begins, and with it the vault's schedule.
        let _ = block_on(session.client().sync_vault());
    }
    let after = session.client().unsent();
    let before = before.entries + before.private;
    Ok((
        session,
        before.saturating_sub(after.entries + after.private),
    ))
}

fn waited(count: usize) -> String {
    match count {
        1 => String::from("1 thing that was waiting here is"),
        count => format!("{count} things that were waiting here are"),
    }
}

fn waited_still(count: usize) -> String {
    match count {
        1 => String::from("1 thing is still"),
        count => format!("{count} things are still"),
    }
}

impl Sessions {
    fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open_as_it_is()?;
        let client = session.client();
        let listed = block_on(client.sessions()).map_err(|error| trouble::trouble(&error))?;
        let (id, keeps) = match self.action {
            Some(SessionAction::End { id }) => (id, false),
            Some(SessionAction::Keep { id }) => (id, true),
            Some(SessionAction::EndOthers) => {
                let ended = block_on(client.sign_out_everywhere());
                ended.map_err(|error| trouble::trouble(&error))?;
                let others = listed.len().saturating_sub(1);
                let plain = "Every other device is signed out.";
                return Ok(Answer::new(plain, json!({ "ended": others })));
            }
            Some(SessionAction::List) | None => {
                return Ok(session_list(&listed, &client.now().zone));
            }
        };
        let candidates = listed.iter().map(|one| (one.id.to_string(), one.id));
        let id = short::find(&id, "sessions", candidates)?;
        if keeps {
            return keep(&session, &id.to_string());
        }
        block_on(client.end_session(id)).map_err(|error| trouble::trouble(&error))?;
        Ok(Answer::new(
            "That device is signed out.",
            json!({ "ended": id.to_string() }),
        ))
    }
}

/// Puts away what was said about the device of a session.
fn keep(session: &Session, id: &str) -> Result<Answer, Failure> {
    let client = session.client();
    for notice in client.me().notices {
        let Notice::ClaimRefused { device } = notice else {
            continue;
        };
        let its = client.session_of(device).map(|it| it.to_string());
        if its.as_deref() == Some(id) {
            let kept = block_on(client.dismiss_notice(&notice));
            kept.map_err(|error| trouble::trouble(&error))?;
        }
    }
    Ok(Answer::new("You keep that device.", json!({ "kept": id })))
}

fn session_list(listed: &[SessionView], zone: &str) -> Answer {
    let lines: Vec<String> = listed
        .iter()
        .map(|one| {
            let this = if one.this { "  this device" } else { "" };
            let id = short::shorten(&one.id.to_string());
            format!("{id}  since {}{this}", when::day(one.since, zone))
        })
        .collect();
    let json = listed.iter().map(|one| {
        json!({
            "id": one.id.to_string(),
            "this": one.this,
            "since": one.since.to_string(),
            "device": one.device.to_string(),
        })
    });
    Answer::new(lines.join("\n"), json.collect())
}

fn rehearse(world: &World) -> Result<Answer, Failure> {
    let session = world.open_as_it_is()?;
    let words = if ask::is_interactive() {
        ask::secret("recovery words")?
    } else {
        last_words(&ask::rest("recovery words")?)
    };
    let rehearsed = block_on(session.client().confirm_rehearsal(&words));
    rehearsed.map_err(|error| trouble::rehearse(&error))?;
    Ok(Answer::new(
        "The words open your account. Keep them safe.",
        json!({ "rehearsed": true }),
    ))
}

fn show(world: &World) -> Result<Answer, Failure> {
    let session = world.open_as_it_is()?;
    let me = session.client().me();
    let rehearsed = if me.rehearsed {
        "typed once"
    } else {
        "not typed yet"
    };
    let plain = format!(
        "login      {}\nname       {}\nserver     {}\ndevice     {}\nrecovery   {rehearsed}",
        me.login,
        me.name,
        me.server,
        short::shorten(&me.device.to_string()),
    );
    let json = json!({
        "login": me.login,
        "name": me.name,
        "server": me.server,
        "account": me.account.to_string(),
        "device": me.device.to_string(),
        "rehearsed": me.rehearsed,
    });
    Ok(Answer::new(plain, json))
}

fn password(world: &World) -> Result<Answer, Failure> {
    let session = world.open_as_it_is()?;
    let old = ask::secret("old password")?;
    let new = ask::new_secret("new password")?;
    let changed = block_on(session.client().change_password(&old, &new));
    changed.map_err(|error| trouble::password(&error))?;
    Ok(Answer::new(
        "The password is changed. Other devices have to sign in again.",
        json!({ "changed": true }),
    ))
}

fn sign_out(world: &World, out: &SignOut) -> Result<Answer, Failure> {
    let session = world.open_as_it_is()?;
    let client = session.client();
    let gone = if out.yes {
        block_on(client.sign_out_anyway())
    } else {
        block_on(client.sign_out())
    };
    gone.map_err(|error| trouble::sign_out(&error))?;
    Ok(Answer::new(
        "This device is signed out; its keys are gone.",
        json!({ "signed_out": true }),
    ))
}

fn delete(world: &World) -> Result<Answer, Failure> {
    let session = world.open_as_it_is()?;
    let password = ask::secret("password")?;
    let deleted = block_on(session.client().delete_account(&password));
    deleted.map_err(|error| trouble::password(&error))?;
    Ok(Answer::new(
        "The account is deleted on the server, and its keys are gone from here. Your partner keeps \
         their own copy of the couple's record.",
        json!({ "deleted": true }),
    ))
}

fn kit_answer(client: &Native, kit: &RecoveryKit, next: &str) -> Answer {
    let me = client.me();
    let words = kit.words.words();
    let rows: Vec<String> = words
        .chunks(6)
        .map(|row| format!("  {}", row.join(" ")))
        .collect();
    let plain = format!(
        "Your recovery kit. It is shown once: print it or write it down, and keep it apart from \
         this device.\nWithout the password and without these words nobody can open your account \
         again.\n\nserver: {}\nlogin: {}\ndevice code: {}\nwords:\n{}\n\n{next}",
        me.server,
        me.login,
        kit.device_code,
        rows.join("\n"),
    );
    let json = json!({
        "server": me.server,
        "login": me.login,
        "name": me.name,
        "device_code": kit.device_code.to_string(),
        "words": words,
    });
    Answer::new(plain, json)
}

/// Reads the recovery words, over as many lines as they come in, and the new password after them.
fn words_and_password() -> Result<(String, String), Failure> {
    if ask::is_interactive() {
        return Ok((
            ask::secret("recovery words")?,
            ask::new_secret("new password")?,
        ));
    }
    split_words(&ask::rest("recovery words and the new password")?)
}

fn split_words(text: &str) -> Result<(String, String), Failure> {
    let wrong = || {
        Failure::usage(
            "stdin holds the recovery words first, and then a new password on a line of its own",
        )
    };
    let (kit, password) = text
        .trim_end_matches(['\r', '\n'])
        .rsplit_once('\n')
        .ok_or_else(wrong)?;
    let words = last_words(kit);
    if password.is_empty() || words.is_empty() {
        return Err(wrong());
    }
    Ok((words, password.to_owned()))
}

/// Takes the last 24 words of a text, so that the kit can be given as it was printed.
fn last_words(text: &str) -> String {
    const WORDS: usize = 24;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| {
            word.chars()
                .filter(|letter| letter.is_alphabetic())
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect();
    let from = words.len().saturating_sub(WORDS);
    words
        .get(from..)
        .unwrap_or_default()
        .join(" ")
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kit_may_be_given_as_it_was_printed_with_the_password_after_it() {
        let words: Vec<String> = (b'a'..=b'x')
            .map(|letter| char::from(letter).to_string())
            .collect();
        let plain = words.join(" ");
        let printed = format!("server: http://h\nlogin: ana\nwords:\n  {plain}\nnew password\n");
        let numbered: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(at, word)| format!("{}. {word}", at + 1))
            .collect();

        let expected = (plain.clone(), "new password".to_owned());
        assert_eq!(split_words(&printed), Ok(expected.clone()));
        assert_eq!(
            split_words(&format!("{plain}\nnew password\n")),
            Ok(expected.clone())
        );
        assert_eq!(
            split_words(&format!("{}\nnew password", numbered.join("\n"))),
            Ok(expected)
        );
    }

    #[test]
    fn words_without_a_password_are_not_taken_for_one() {
        assert!(split_words("a b c\n").is_err());
        assert!(split_words("").is_err());
    }
}
