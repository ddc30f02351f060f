//! `troth status`: where things stand on this device.

use clap::Args;
use serde_json::json;
use troth_sync::view::{Alarm, VaultState};

use crate::answer::Answer;
use crate::command::pair::{pairing_key, pairing_line};
use crate::count::counted;
use crate::failure::Failure;
use crate::session::alarm_line;
use crate::when;
use crate::world::World;

/// The status.
#[derive(Debug, Args)]
pub(crate) struct Status {}

impl Status {
    /// Prints where things stand.
    ///
    /// # Errors
    ///
    /// Nobody is signed in here.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        let session = world.open()?;
        let (me, health, pairing) = (
            session.client().me(),
            session.client().health(),
            session.client().pairing(),
        );
        let zone = session.zone();
        let server = if session.is_online() {
            "reached"
        } else {
            "not reached"
        };
        let mut lines = vec![
            format!("{} ({}) on {}, {server}", me.name, me.login, me.server),
            pairing_line(&pairing, &zone),
        ];
        if !me.rehearsed {
            lines.push("The recovery words were not typed yet: troth account rehearse".to_owned());
        }
        if let Some(head) = &health.head {
            lines.push(format!(
                "The record has {}: {}",
                counted(head.place, "entry"),
                head.phrase.join(" ")
            ));
        }
        if let Some(at) = health.partner_last_confirmed {
            lines.push(format!(
                "Your partner's device last confirmed {}.",
                when::day(at, &zone)
            ));
        }
        let leaving = session.client().leaving().map(|at| when::day(at, &zone));
        lines.extend(leaving.as_deref().map(leaving_line));
        if health.waiting > 0 {
            lines.push(format!(
                "Waiting to be sent: {}.",
                counted(health.waiting as u64, "entry")
            ));
        }
        let json = json!({
            "login": me.login,
            "name": me.name,
            "server": me.server,
            "online": session.is_online(),
            "rehearsed": me.rehearsed,
            "pairing": pairing_key(&pairing),
            "entries": health.head.as_ref().map_or(0, |head| head.place),
            "phrase": health.head.as_ref().map(|head| head.phrase.join(" ")),
            "partner_last_confirmed": health.partner_last_confirmed.map(|at| at.to_string()),
            "alarm": health.alarm.as_ref().map(alarm_json),
            "leaving": leaving,
            "vault": vault_key(session.client().vault_state()),
        });
        Ok(session.answer(lines.join("\n"), json).exit(session.exit()))
    }
}

/// An alarm for a script: what it is, and which entry it is about.
fn alarm_json(alarm: &Alarm) -> serde_json::Value {
    json!({
        "kind": alarm.kind.code(),
        "place": alarm.place,
        "entry": alarm.entry.map(|id| id.to_string()),
        "author": alarm.author.map(|id| id.to_string()),
        "words": alarm_line(alarm),
    })
}

fn leaving_line(day: &str) -> String {
    format!(
        "You leave on {day}, and nothing you write goes out until then. Only you see this. To take it \
         back: troth leave --stay"
    )
}

/// The vault's state as one word.
fn vault_key(state: VaultState) -> &'static str {
    match state {
        VaultState::Unset => "unset",
        VaultState::Locked => "locked",
        VaultState::Open => "open",
    }
}
