//! One person's client during one command: synchronised first, and again after a write.

use std::rc::Rc;

use serde_json::{Value, json};
use troth_core::{Command, Couple, EntryId, Moment, PartnerId, Vault, VaultCommand};
use troth_sync::view::{Alarm, AlarmKind, Notice, SyncReport, VaultUnread};
use troth_sync::{SyncError, Trouble, block_on};

use crate::answer::Answer;
use crate::count::counted;
use crate::failure::{Exit, Failure};
use crate::short;
use crate::trouble;
use crate::world::Native;

/// A client at work.
#[derive(Debug)]
pub(crate) struct Session {
    client: Native,
    notes: Vec<String>,
    reach: Reach,
    report: SyncReport,
}

/// Whether the server has answered during this command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    NotTried,
    Online,
    Away,
    SignedOut,
}

impl Session {
    /// Takes an open client.
    pub(crate) fn new(client: Native) -> Self {
        Self {
            client,
            notes: Vec::new(),
            reach: Reach::NotTried,
            report: SyncReport::default(),
        }
    }

    /// The client.
    pub(crate) fn client(&self) -> &Native {
        &self.client
    }

    /// What the last synchronisation did.
    pub(crate) fn report(&self) -> &SyncReport {
        &self.report
    }

    /// Whether the server answered.
    pub(crate) fn is_online(&self) -> bool {
        self.reach == Reach::Online
    }

    /// The exit code of a command that is nothing without the server.
    pub(crate) fn reached(&self) -> Exit {
        match self.reach {
            Reach::Online => self.exit(),
            Reach::SignedOut => Exit::NotSignedIn,
            Reach::NotTried | Reach::Away => Exit::Network,
        }
    }

    /// This person's time zone.
    pub(crate) fn zone(&self) -> String {
        self.now().zone
    }

    /// The present, as this machine has it.
    pub(crate) fn now(&self) -> Moment {
        self.client.now()
    }

    /// Sends what waits and fetches what is new; without a server the work goes on offline.
    ///
    /// # Errors
    ///
    /// This machine is in the way, or the record could not be read.
    pub(crate) fn catch_up(&mut self) -> Result<(), Failure> {
        match block_on(self.client.sync()) {
            Ok(report) => {
                self.reach = Reach::Online;
                self.take(report);
                // The vault goes by the clock alone; what passes is tried again by the next command.
                if let Err(trouble) = block_on(self.client.tick())
                    && !trouble.is_passing()
                    && trouble != Trouble::Overtaken
                {
                    self.note(format!(
                        "your vault is not on the server ({trouble}); it waits here, and the next \
                         command tries again"
                    ));
                }
                Ok(())
            }
            Err(SyncError::Trouble(trouble)) if trouble.is_passing() => {
                self.reach = Reach::Away;
                self.notes.push(format!(
                    "{trouble}; working offline, and what you write waits here until it can be sent"
                ));
                Ok(())
            }
            Err(SyncError::Trouble(Trouble::SignedOut)) => {
                self.reach = Reach::SignedOut;
                self.notes.push(
                    "this device was signed out; what you write waits here and is not sent; run \
                     `troth account sign-in` here to send it and go on"
                        .to_owned(),
                );
                Ok(())
            }
            Err(error) => Err(trouble::sync(&error)),
        }
    }

    /// Sends what was just written, unless the server was away before.
    ///
    /// # Errors
    ///
    /// As [`catch_up`](Self::catch_up).
    pub(crate) fn send(&mut self) -> Result<(), Failure> {
        if matches!(self.reach, Reach::Away | Reach::SignedOut) {
            Ok(())
        } else {
            self.catch_up()
        }
    }

    fn take(&mut self, report: SyncReport) {
        if let Some(ahead) = report.clock_off {
            let hours = ahead.as_hours();
            let way = if hours >= 0 { "behind" } else { "ahead of" };
            self.note(format!(
                "this machine's clock is about {} {way} the server's; set it, because times in \
                 the record are taken from it",
                counted(hours.unsigned_abs(), "hour")
            ));
        }
        if report.given_back > 0 {
            self.note(format!(
                "the server was set back to an older copy; given back to it: {} that it had lost",
                counted(report.given_back as u64, "entry")
            ));
        }
        // What was refused once is sealed anew and mostly taken; only what still waits is news.
        if let (1.., Some(reason)) = (report.waiting, report.refused.first()) {
            self.note(format!(
                "the server does not take what you wrote yet ({reason}); it waits here, and the next \
                 command tries again"
            ));
        }
        self.report = report;
    }

    fn note(&mut self, line: String) {
        if !self.notes.contains(&line) {
            self.notes.push(line);
        }
    }

    /// The couple of this record.
    ///
    /// # Errors
    ///
    /// There is no couple space yet.
    pub(crate) fn couple(&self) -> Result<Rc<Couple>, Failure> {
        self.client.couple().ok_or_else(no_space)
    }

    /// This person's id in the couple's record.
    ///
    /// # Errors
    ///
    /// There is no couple space yet.
    pub(crate) fn me(&self) -> Result<PartnerId, Failure> {
        self.client.my_partner_id().ok_or_else(no_space)
    }

    /// The open vault.
    ///
    /// # Errors
    ///
    /// The vault is locked.
    pub(crate) fn vault(&self) -> Result<Rc<Vault>, Failure> {
        self.client
            .vault()
            .ok_or_else(|| Failure::refused("the vault is locked; run `troth vault unlock` first"))
    }

    /// Writes an entry, and sends it if the server can be reached.
    ///
    /// # Errors
    ///
    /// The core refuses, the record is broken, or this machine is in the way.
    pub(crate) fn dispatch(&mut self, command: Command) -> Result<EntryId, Failure> {
        let id =
            block_on(self.client.dispatch(command)).map_err(|error| trouble::dispatch(&error))?;
        self.send()?;
        Ok(id)
    }

    /// Puts something into the vault, and sends it when its time comes.
    ///
    /// # Errors
    ///
    /// The vault is locked, the core refuses, or this machine is in the way.
    pub(crate) fn keep(&mut self, command: VaultCommand) -> Result<(), Failure> {
        let kept = block_on(self.client.vault_dispatch(command));
        kept.map_err(|error| trouble::vault(&error))
    }

    /// The name of a partner, or the start of the id where no name is known.
    pub(crate) fn name_of(&self, couple: &Couple, partner: PartnerId) -> String {
        couple
            .name_of(partner)
            .map_or_else(|| partner.short(), str::to_owned)
    }

    /// Makes the answer, with what the person must know besides.
    pub(crate) fn answer(&self, plain: impl Into<String>, json: Value) -> Answer {
        let waiting = self.client.health().waiting;
        let mut answer = Answer::new(plain, json).field("waiting", json!(waiting));
        for note in &self.notes {
            answer = answer.note(note.clone());
        }
        if let Some(unread) = self.client.vault_unread() {
            answer = answer.note(unread_line(unread));
        }
        for line in self.asked() {
            answer = answer.note(line);
        }
        match &self.client.health().alarm {
            Some(alarm) => answer.note(alarm_line(alarm)),
            None => answer,
        }
    }

    /// Says with which devices' keys another account asked for this person's place.
    fn asked(&self) -> Vec<String> {
        let me = self.client.me();
        let asked = me.notices.iter().filter_map(|notice| match notice {
            Notice::ClaimRefused { device } => Some(*device),
            _ => None,
        });
        let line = |device| {
            let session = self.client.session_of(device);
            let id = session.map_or_else(String::new, |it| short::shorten(&it.to_string()));
            asked_line(&id, device == me.device)
        };
        asked.map(line).collect()
    }

    /// Makes the answer to a write: its id.
    pub(crate) fn written(&self, id: EntryId, plain: &str) -> Answer {
        self.answer(
            format!("{plain}  {}", id.short()),
            json!({ "id": id.to_string() }),
        )
    }

    /// The exit code that the record's state asks for.
    pub(crate) fn exit(&self) -> Exit {
        let alarm = self.client.health().alarm;
        if alarm.is_some_and(|alarm| alarm.kind.stops()) {
            Exit::Broken
        } else {
            Exit::Done
        }
    }
}

/// Says what of the vault doesn't open here, and what to do.
fn unread_line(unread: VaultUnread) -> &'static str {
    match unread {
        VaultUnread::Damaged => {
            "the server shows a vault that doesn't open; nothing was replaced, and what you keep stays on \
             this device; sync your other devices first, then run `troth vault unlock` and \
             `troth vault replace` to put what is here in its place"
        }
        _ => {
            "another device sealed the vault under a key that isn't known here; nothing was replaced, and \
             what you keep stays on this device; run `troth vault replace` to put what is here in its place"
        }
    }
}

/// Says that another account asked for this person's place, and what to do.
fn asked_line(id: &str, is_this: bool) -> String {
    let what = "another account, signed with the key of";
    let then = "asked for your place in this space and was refused; if that wasn't you,";
    if is_this {
        format!(
            "{what} this device, {then} someone may have a copy of this device's keys: sign in on another device, \
             and sign this one out there; to keep it, run `troth account sessions keep {id}`"
        )
    } else {
        format!(
            "{what} your device {id}, {then} run `troth account sessions end {id}`; to keep the device, run \
             `troth account sessions keep {id}`"
        )
    }
}

fn no_space() -> Failure {
    Failure::refused(
        "you are not a couple here yet; run `troth pair invite`, or `troth pair accept LINK`",
    )
}

/// Says in one line what an alarm means and what to do.
pub(crate) fn alarm_line(alarm: &Alarm) -> String {
    let place = alarm
        .place
        .map_or_else(String::new, |place| format!(" at entry {place}"));
    if !alarm.kind.stops() {
        return format!(
            "ALARM ({}){place}: {}; what this device had checked is kept here and in `troth export`, \
             and you can go on writing",
            alarm.kind.code(),
            alarm_words(alarm.kind),
        );
    }
    if let AlarmKind::StrangeDevice | AlarmKind::StrangeKey = alarm.kind {
        return format!(
            "ALARM ({}): {}; nothing you write is sent until it is gone; sign out what you do not know \
             with `troth account sessions end ID` or `troth account sessions end-others`, change the \
             password, then `troth sync`",
            alarm.kind.code(),
            alarm_words(alarm.kind),
        );
    }
    format!(
        "ALARM ({}){place}: {}; nothing more is sent or taken in; export your copy with `troth export` \
         and talk to your partner in person",
        alarm.kind.code(),
        alarm_words(alarm.kind),
    )
}

fn alarm_words(kind: AlarmKind) -> &'static str {
    match kind {
        AlarmKind::Dropped => "the server left an entry out",
        AlarmKind::Doubled => "the server shows an entry twice",
        AlarmKind::Reordered => "the server changed the order of the record",
        AlarmKind::RolledBack => {
            "the server shows an older record than before, or took nothing back after it was set back"
        }
        AlarmKind::Forked => "the server shows the two of you different records",
        AlarmKind::Equivocated => "the server signed two different records",
        AlarmKind::Altered => "an entry or a signature was changed",
        AlarmKind::StrangeMember => "someone is in the record whom nobody admitted",
        AlarmKind::SwappedKeys => "what came from the other device does not match the invitation",
        AlarmKind::WordsDiffer => "the six words differ on the two screens",
        AlarmKind::RemovalWithheld => "the server held back a removal",
        AlarmKind::Unreadable => "an entry does not open under the key that all agreed on",
        AlarmKind::StrangeDevice => {
            "a device of yours is in the record that none of your devices knows"
        }
        AlarmKind::StrangeKey => {
            "a receiving key of yours is in the record that none of your devices made"
        }
        AlarmKind::BoundToAnother => "another account is in your place in the record",
        AlarmKind::NotBack => {
            "the server was set back to an older copy, and what was in the record is not back"
        }
        _ => "the record contradicts what this device saw before",
    }
}
