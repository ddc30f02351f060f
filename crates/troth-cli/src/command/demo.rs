//! `troth demo`: one couple, eight weeks in, and a therapist whom they could see.
//!
//! Everything is written through the real client over HTTP, as two people would: nothing is
//! put into the server's tables. Only the clocks of the two clients are set back while they
//! write, so that the entries say when they would have been written.

mod clock;
mod logins;
mod practice;
mod scenes;
mod story;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use troth_core::{EntryId, VaultCommand, Week};
use troth_sync::view::{Host, InviteOptions, NewAccount};
use troth_sync::{RecoveryKit, block_on};

use self::clock::SetClock;
use self::logins::{Login, Logins};
use self::story::{Act, Character, Who};
use crate::answer::Answer;
use crate::command::network::Place;
use crate::failure::{Exit, Failure};
use crate::trouble;
use crate::world::{Native, rim};

/// A demonstration couple, written through the real client over HTTP.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The server's address.
    #[arg(long, value_name = "URL")]
    server: String,
    /// The folder that keeps the couple's two homes and their logins.
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
}

impl Demo {
    /// Fills the server, or tells the logins of an earlier time again.
    ///
    /// # Errors
    ///
    /// The server is used by somebody else, or cannot be reached.
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let logins = fill(&self.server, &self.folder, None)?;
        Ok(Answer::new(logins.plain(&self.folder), logins.json()))
    }
}

/// Fills the server unless it was filled into this folder before. Where the server's own rows
/// are at hand, a directory and a therapist come with the couple: only who runs a server can
/// say who verifies listings.
///
/// # Errors
///
/// As [`Demo::run`].
pub(crate) fn fill(server: &str, folder: &Path, ground: Option<&Place>) -> Result<Logins, Failure> {
    if let Some(logins) = Logins::read(folder)? {
        return Ok(logins);
    }
    if folder.exists() {
        return Err(Failure::refused(
            "the demonstration was begun in this folder and not finished; remove the folder with the \
             server's data and start again",
        ));
    }
    let clock = SetClock::default();
    let ana = Person::sign_up(&Who::Ana.character(), server, folder, &clock)?;
    let ben = Person::sign_up(&Who::Ben.character(), server, folder, &clock)?;
    let mut couple = Demonstration {
        ana,
        ben,
        clock,
        written: BTreeMap::new(),
    };
    couple.pair()?;
    couple.live()?;
    let mut people = vec![couple.ana.login, couple.ben.login];
    if let Some(ground) = ground {
        people.extend(practice::fill(server, folder, ground)?);
    }
    let logins = Logins {
        server: server.to_owned(),
        people,
    };
    logins.write(folder)?;
    Ok(logins)
}

/// One of the two, with a home of their own.
struct Person {
    client: Native,
    login: Login,
}

impl Person {
    fn sign_up(
        who: &Character,
        server: &str,
        folder: &Path,
        clock: &SetClock,
    ) -> Result<Self, Failure> {
        let mut rim = rim(&folder.join(who.login), server)?;
        rim.env = Box::new(clock.clone());
        let new = NewAccount {
            login: who.login.to_owned(),
            name: who.name.to_owned(),
            password: who.password.to_owned(),
        };
        let (client, kit) = block_on(Native::create_account(rim, new)).map_err(|error| match error {
            troth_sync::CreateError::LoginRefused => Failure::refused(
                "this server already has a login of the demonstration, and its keys are not in this \
                 folder; start with an empty data folder",
            ),
            other => trouble::create(&other),
        })?;
        let words = words_of(&kit);
        let rehearsed = block_on(client.confirm_rehearsal(&words.join(" ")));
        rehearsed.map_err(|error| trouble::rehearse(&error))?;
        let login = Login {
            name: who.name.to_owned(),
            login: who.login.to_owned(),
            password: who.password.to_owned(),
            device_code: kit.device_code.to_string(),
            words,
        };
        Ok(Self { client, login })
    }

    fn sync(&self) -> Result<(), Failure> {
        block_on(self.client.sync()).map_err(|error| trouble::sync(&error))?;
        Ok(())
    }
}

fn words_of(kit: &RecoveryKit) -> Vec<String> {
    kit.words.words().into_iter().map(str::to_owned).collect()
}

/// Both of them, and what they have written by the names of the story.
struct Demonstration {
    ana: Person,
    ben: Person,
    clock: SetClock,
    written: BTreeMap<&'static str, EntryId>,
}

impl Demonstration {
    fn person(&self, who: Who) -> &Person {
        match who {
            Who::Ana => &self.ana,
            Who::Ben => &self.ben,
        }
    }

    fn pair(&self) -> Result<(), Failure> {
        let mut options = InviteOptions::default();
        options.host = Host::Neutral;
        let invited = block_on(self.ana.client.invite(options));
        let link = invited.map_err(|error| trouble::invite(&error))?.link;
        block_on(self.ben.client.accept(&link)).map_err(|error| trouble::accept(&error))?;
        for person in [&self.ben, &self.ana, &self.ben] {
            person.sync()?;
        }
        let same =
            self.ana.client.words().is_some() && self.ana.client.words() == self.ben.client.words();
        if !same {
            return Err(Failure::new(
                Exit::Broken,
                "the six words of the demonstration differ",
            ));
        }
        for person in [&self.ana, &self.ben] {
            let confirmed = block_on(person.client.confirm_words());
            confirmed.map_err(|error| trouble::dispatch(&error))?;
            person.sync()?;
        }
        self.ana.sync()
    }

    fn live(&mut self) -> Result<(), Failure> {
        let today = self.ana.client.now();
        let mut scenes = scenes::scenes();
        scenes.sort_by_key(|scene| (scene.day, scene.hour));
        for scene in scenes {
            let at = moment(&today, scene.day, scene.hour);
            // First what the other wrote, by the true clock; then the words, by the set one.
            self.person(scene.who).sync()?;
            self.clock.set(Some(at));
            let done = self.act(scene.who, scene.act);
            self.clock.set(None);
            done?;
            self.person(scene.who).sync()?;
        }
        for person in [&self.ana, &self.ben] {
            person.sync()?;
            // So that a browser that signs in finds the vault as well.
            block_on(person.client.sync_vault()).map_err(|error| trouble::trouble(&error))?;
        }
        Ok(())
    }

    fn act(&mut self, who: Who, act: Act) -> Result<(), Failure> {
        let client = &self.person(who).client;
        let entry = |name: &str| {
            let found = self.written.get(name).copied();
            found.ok_or_else(|| Failure::refused("the story of the demonstration has a gap"))
        };
        let dispatched = match act {
            Act::Answer { reveal, words } => {
                Some((None, block_on(client.answer_reveal(entry(reveal)?, words))))
            }
            Act::RateSigns(ratings) => {
                let week = Week::containing(client.now().local().date());
                let kept =
                    block_on(client.vault_dispatch(VaultCommand::RateSigns { week, ratings }));
                kept.map_err(|error| trouble::vault(&error))?;
                None
            }
            Act::Keep(command) => {
                let kept = block_on(client.vault_dispatch(command));
                kept.map_err(|error| trouble::vault(&error))?;
                None
            }
            Act::ShareSigns => {
                let command = story::share(client)?;
                Some((None, block_on(client.dispatch(command))))
            }
            Act::Write { name, command } => {
                let command = command.with(&entry, &client.now())?;
                Some((Some(name), block_on(client.dispatch(command))))
            }
        };
        if let Some((name, dispatched)) = dispatched {
            let id = dispatched.map_err(|error| trouble::dispatch(&error))?;
            if let Some(name) = name {
                self.written.insert(name, id);
            }
        }
        Ok(())
    }
}

/// The moment on a day of the eight weeks, counted back from today.
fn moment(today: &troth_core::Moment, day: i64, hour: i8) -> Timestamp {
    let earlier = today.at - SignedDuration::from_hours(24 * (story::DAYS - day));
    let zone = jiff::tz::TimeZone::get(&today.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let date = earlier.to_zoned(zone.clone()).date();
    date.at(hour, 0, 0, 0)
        .to_zoned(zone)
        .map_or(earlier, |zoned| zoned.timestamp())
}
