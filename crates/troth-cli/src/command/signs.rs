//! `troth signs`: the ten signs of trust, rated weekly and privately.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use troth_core::projection::trend::{SignsPoint, SignsTrend, signs_trend};
use troth_core::{
    Band, Command, Direction, EntryId, SharedSigns, ShownSigns, Sign, TenthsBand, VaultCommand,
    Week,
};
use troth_sync::env::Env as _;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::session::Session;
use crate::when;
use crate::world::{World, env};

/// What can be done with the signs.
#[derive(Debug, Subcommand)]
pub(crate) enum Signs {
    /// Rate the ten signs for this week, each 0 to 4; only you see them.
    Rate {
        /// Ten numbers, in the order that `troth signs list` shows.
        #[arg(num_args = 10, required = true, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=4))]
        ratings: Vec<u8>,
        /// Share a summary of the last eight weeks with your partner.
        #[arg(long)]
        share: bool,
    },
    /// Share a period that you rated: its summary, or single signs.
    Share(Share),
    /// List your ratings with their level and band, and what your partner chose to share.
    List,
}

/// A period to share.
#[derive(Debug, Args)]
pub(crate) struct Share {
    /// The first day, such as 2026-11-02.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    to: String,
    /// Single signs, by number from 1 to 10, instead of the summary.
    #[arg(long, value_name = "N", num_args = 1.., value_parser = clap::value_parser!(u8).range(1..=10))]
    sign: Vec<u8>,
}

/// The weeks that `rate --share` sums up, this one included.
const SHARED_WEEKS: u32 = 8;

impl Signs {
    /// Runs the subcommand.
    ///
    /// # Errors
    ///
    /// The vault is locked, or the core refuses.
    pub(crate) fn run(self, world: &World) -> Result<Answer, Failure> {
        match self {
            Self::Rate { ratings, share } => rate(world, &ratings, share),
            Self::Share(share) => share.run(world),
            Self::List => list(&world.open()?),
        }
    }
}

fn rate(world: &World, ratings: &[u8], share: bool) -> Result<Answer, Failure> {
    let wrong = |_| Failure::usage("rate all ten signs, each from 0 to 4");
    let ratings: [u8; 10] = ratings.try_into().map_err(wrong)?;
    let mut session = world.open()?;
    let week = Week::containing(session.now().local().date());
    session.keep(VaultCommand::RateSigns { week, ratings })?;
    let shared = share
        .then(|| {
            let from = week.minus(SHARED_WEEKS - 1);
            let signs = session.vault()?.share_summary(from, week, seed());
            send(
                &mut session,
                signs.map_err(|error| Failure::refused(error.to_string()))?,
            )
        })
        .transpose()?;
    let plain = match shared {
        Some(_) => "The week is rated, and a summary of your last weeks is shared.",
        None => "The week is rated. Only you see it.",
    };
    let json = json!({
        "week": week.monday().to_string(),
        "shared": shared.map(|id| id.to_string()),
    });
    offer_safety(&session, session.answer(plain, json))
}

impl Share {
    fn run(self, world: &World) -> Result<Answer, Failure> {
        let from = Week::containing(when::date(&self.from)?);
        let to = Week::containing(when::date(&self.to)?);
        let mut session = world.open()?;
        let vault = session.vault()?;
        let chosen: Vec<Sign> = self
            .sign
            .iter()
            .filter_map(|id| Sign::lookup(*id))
            .collect();
        let signs = if chosen.is_empty() {
            vault.share_summary(from, to, seed())
        } else {
            vault.share_singles(from, to, &chosen)
        };
        let signs = signs.map_err(|error| Failure::refused(error.to_string()))?;
        let shown = shown_line(&signs);
        let id = send(&mut session, signs)?;
        Ok(session.written(id, &format!("Shared: {shown}")))
    }
}

fn send(session: &mut Session, signs: SharedSigns) -> Result<EntryId, Failure> {
    session.dispatch(Command::ShareSigns(signs))
}

/// Draws what the resampling of a band begins with.
fn seed() -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = env().seed();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Points to help, for this person alone, when their own rating asks for it (A11, S-5).
fn offer_safety(session: &Session, answer: Answer) -> Result<Answer, Failure> {
    if !session.vault()?.safety().is_offered() {
        return Ok(answer);
    }
    Ok(answer.note(
        "only you see this: you rated \"I feel safe, and my boundaries are respected\" low; it is not \
         your fault, and a helpline can be asked without anyone here knowing",
    ))
}

fn list(session: &Session) -> Result<Answer, Failure> {
    let vault = session.vault()?;
    let couple = session.client().couple();
    let me = session.client().my_partner_id();
    let trend = match me {
        Some(me) => signs_trend(&vault, couple.as_deref(), me),
        None => signs_trend(&vault, None, troth_core::PartnerId::from_bytes([0; 16])),
    };
    Ok(session.answer(plain(session, &trend), json_of(session, &trend)))
}

fn plain(session: &Session, trend: &SignsTrend) -> String {
    let signs = Sign::ALL
        .iter()
        .map(|sign| format!("{:>2}  {}", sign.id(), sign.wording()));
    let weeks = trend.weeks.iter().map(week_line);
    let shared = trend.shown_by_partner.iter().map(|view| {
        format!(
            "{} shared: {}",
            name(session, view.by),
            shown_line(&view.signs)
        )
    });
    signs
        .chain(weeks)
        .chain([direction_line(trend.direction, trend.compared_with)])
        .chain(shared)
        .collect::<Vec<_>>()
        .join("\n")
}

fn week_line(point: &SignsPoint) -> String {
    let ratings = point.ratings.map_or_else(
        || "missing".to_owned(),
        |ratings| {
            ratings
                .as_array()
                .map(|rating| rating.to_string())
                .join(" ")
        },
    );
    let Band { low, middle, high } = point.level;
    format!(
        "week of {}  {ratings}   strong signs: about {middle:.1} of 10 (between {low:.1} and {high:.1})",
        point.week.monday()
    )
}

fn direction_line(direction: Direction, compared_with: Option<Week>) -> String {
    let than = compared_with.map_or_else(
        || "at the start".to_owned(),
        |week| format!("in the week of {}", week.monday()),
    );
    match direction {
        Direction::Higher => format!("Your ratings are higher than {than}."),
        Direction::Lower => format!("Your ratings are lower than {than}."),
        Direction::CantTellYet => "Whether anything changed can't be told yet.".to_owned(),
    }
}

fn direction_key(direction: Direction) -> &'static str {
    match direction {
        Direction::Higher => "higher",
        Direction::Lower => "lower",
        Direction::CantTellYet => "cant-tell-yet",
    }
}

fn shown_line(signs: &SharedSigns) -> String {
    let period = format!("weeks of {} to {}", signs.from.monday(), signs.to.monday());
    match &signs.shown {
        ShownSigns::Summary(summary) => {
            let strong = summary.strong.map_or_else(
                || "too few weeks for a figure".to_owned(),
                |band| format!("about {} of 9 signs strong", tenths(band.middle)),
            );
            format!("{period}, {} rated, {strong}", summary.weeks_rated)
        }
        ShownSigns::Singles(singles) => {
            let signs: Vec<&str> = singles.iter().map(|single| single.sign.wording()).collect();
            format!("{period}: {}", signs.join(" "))
        }
    }
}

fn tenths(value: u8) -> String {
    format!("{}.{}", value / 10, value % 10)
}

fn name(session: &Session, partner: troth_core::PartnerId) -> String {
    session.client().couple().map_or_else(
        || partner.short(),
        |couple| session.name_of(&couple, partner),
    )
}

fn json_of(session: &Session, trend: &SignsTrend) -> Value {
    let band = |band: &Band| json!({ "low": band.low, "middle": band.middle, "high": band.high });
    json!({
        "weeks": trend.weeks.iter().map(|point| json!({
            "week": point.week.monday().to_string(),
            "ratings": point.ratings.map(|ratings| ratings.as_array().to_vec()),
            "strong": point.strong,
            "level": band(&point.level),
        })).collect::<Vec<_>>(),
        "ordinary": trend.ordinary.as_ref().map(band),
        "direction": direction_key(trend.direction),
        "compared_with": trend.compared_with.map(|week| week.monday().to_string()),
        "shared_by_partner": trend.shown_by_partner.iter().map(|view| json!({
            "id": view.entry.to_string(),
            "by": name(session, view.by),
            "from": view.signs.from.monday().to_string(),
            "to": view.signs.to.monday().to_string(),
            "shown": shown_json(&view.signs.shown),
        })).collect::<Vec<_>>(),
    })
}

fn shown_json(shown: &ShownSigns) -> Value {
    match shown {
        ShownSigns::Summary(summary) => {
            let band = |band: TenthsBand| {
                let [low, middle, high] =
                    [band.low, band.middle, band.high].map(|v| f64::from(v) / 10.0);
                json!({ "low": low, "middle": middle, "high": high })
            };
            json!({ "summary": {
                "weeks_rated": summary.weeks_rated,
                "strong": summary.strong.map(band),
                "direction": direction_key(summary.direction),
            }})
        }
        ShownSigns::Singles(singles) => json!({ "signs": singles.iter().map(|single| json!({
            "sign": single.sign.key(),
            "weeks": single.weeks.iter().map(|(week, rating)| json!({
                "week": week.monday().to_string(),
                "rating": rating,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>() }),
    }
}
