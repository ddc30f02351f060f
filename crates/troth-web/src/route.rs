//! Places of the app and their neutral paths.
//!
//! # Invariants
//!
//! 1. **Neutral.** Neither a path nor a title says what the app is for (safety rule N-4); a test lints the list.
//! 2. **One way in.** [`Route::parse`] and [`Route::path`] are inverse.

mod work;

pub use work::{Practice, Steward};

/// A place of the app.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Route {
    /// What this is, before anything else.
    Welcome,
    /// A new account, from name to rehearsed recovery kit.
    Start,
    /// Signing in on another device.
    SignIn,
    /// Signing in again on this device, whose session is over.
    SignInAgain,
    /// Getting back in with the recovery words.
    Recover,
    /// A look at an invitation, and its answer.
    Join,
    /// Inviting the partner, waiting, and the six words.
    Pair,
    /// The one thing that waits next.
    Today,
    /// The couple's record.
    Ours,
    /// A new question to answer together.
    NewQuestion,
    /// One reveal, by the id of its first entry.
    Question(String),
    /// An acknowledgment to write.
    NewLetter,
    /// One acknowledgment and its answers.
    Letter(String),
    /// All commitments.
    Plans,
    /// A commitment to make.
    NewPlan,
    /// One commitment and its marks.
    Plan(String),
    /// The vault.
    Mine,
    /// The ten signs of this week and one's own chart.
    Week,
    /// What exactly moves when a period is shared.
    WeekShare,
    /// The list of settings.
    Settings,
    /// Devices and sessions.
    Devices,
    /// The recovery words, tried once more.
    Kit,
    /// A new password.
    Password,
    /// The vault's own lock.
    VaultLock,
    /// A copy of everything.
    Copy,
    /// Whether the record is whole and equal on both screens.
    Check,
    /// Leaving the space.
    Leave,
    /// Deleting the account.
    Delete,
    /// Light, dark, and this device.
    Look,
    /// What this app is, and what it cannot protect against.
    About,
    /// A few questions about what one looks for; no account is needed.
    Find,
    /// What fits, with real times.
    FindResults,
    /// One chosen time: its price, its record, the hold, the note.
    FindSlot,
    /// All visits: asked for, held, booked, past.
    Visits,
    /// One visit, by the id of its booking or hold.
    Visit(String),
    /// A therapist's own pages.
    Practice(Practice),
    /// The pages of whoever runs the server.
    Steward(Steward),
    /// Nothing here.
    Missing,
}

impl Route {
    /// Reads a path, without query and fragment.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let path = path.trim_matches('/');
        let (head, rest) = path.split_once('/').unwrap_or((path, ""));
        match (head, rest) {
            ("", "") => Self::Welcome,
            ("start", "") => Self::Start,
            ("sign-in", "") => Self::SignIn,
            ("sign-in-again", "") => Self::SignInAgain,
            ("recover", "") => Self::Recover,
            ("join", "") => Self::Join,
            ("pair", "") => Self::Pair,
            ("today", "") => Self::Today,
            ("ours", rest) => Self::parse_ours(rest),
            ("mine", "") => Self::Mine,
            ("week", "") => Self::Week,
            ("week", "share") => Self::WeekShare,
            ("settings", rest) => Self::parse_settings(rest),
            ("about", "") => Self::About,
            ("find", "") => Self::Find,
            ("find", "results") => Self::FindResults,
            ("find", "slot") => Self::FindSlot,
            ("visits", "") => Self::Visits,
            ("visits", id) => Self::Visit(id.to_owned()),
            ("practice", rest) => Practice::parse(rest).map_or(Self::Missing, Self::Practice),
            ("steward", rest) => Steward::parse(rest).map_or(Self::Missing, Self::Steward),
            _ => Self::Missing,
        }
    }

    fn parse_ours(rest: &str) -> Self {
        let (head, id) = rest.split_once('/').unwrap_or((rest, ""));
        match (head, id) {
            ("", "") => Self::Ours,
            ("question", "") => Self::NewQuestion,
            ("question", id) => Self::Question(id.to_owned()),
            ("letter", "") => Self::NewLetter,
            ("letter", id) => Self::Letter(id.to_owned()),
            ("plans", "") => Self::Plans,
            ("plan", "") => Self::NewPlan,
            ("plan", id) => Self::Plan(id.to_owned()),
            _ => Self::Missing,
        }
    }

    fn parse_settings(rest: &str) -> Self {
        match rest {
            "" => Self::Settings,
            "devices" => Self::Devices,
            "kit" => Self::Kit,
            "password" => Self::Password,
            "lock" => Self::VaultLock,
            "copy" => Self::Copy,
            "check" => Self::Check,
            "leave" => Self::Leave,
            "delete" => Self::Delete,
            "look" => Self::Look,
            _ => Self::Missing,
        }
    }

    /// Writes the path of this place.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Question(id) => format!("/ours/question/{id}"),
            Self::Letter(id) => format!("/ours/letter/{id}"),
            Self::Plan(id) => format!("/ours/plan/{id}"),
            Self::Visit(id) => format!("/visits/{id}"),
            other => other.fixed_path().to_owned(),
        }
    }

    fn fixed_path(&self) -> &'static str {
        match self {
            Self::Welcome => "/",
            Self::Start => "/start",
            Self::SignIn => "/sign-in",
            Self::SignInAgain => "/sign-in-again",
            Self::Recover => "/recover",
            Self::Join => "/join",
            Self::Pair => "/pair",
            Self::Today => "/today",
            Self::Ours => "/ours",
            Self::NewQuestion | Self::Question(_) => "/ours/question",
            Self::NewLetter | Self::Letter(_) => "/ours/letter",
            Self::Plans => "/ours/plans",
            Self::NewPlan | Self::Plan(_) => "/ours/plan",
            Self::Mine => "/mine",
            Self::Week => "/week",
            Self::WeekShare => "/week/share",
            Self::Settings => "/settings",
            Self::Devices => "/settings/devices",
            Self::Kit => "/settings/kit",
            Self::Password => "/settings/password",
            Self::VaultLock => "/settings/lock",
            Self::Copy => "/settings/copy",
            Self::Check => "/settings/check",
            Self::Leave => "/settings/leave",
            Self::Delete => "/settings/delete",
            Self::Look => "/settings/look",
            Self::About => "/about",
            Self::Find => "/find",
            Self::FindResults => "/find/results",
            Self::FindSlot => "/find/slot",
            Self::Visits | Self::Visit(_) => "/visits",
            Self::Practice(page) => page.path(),
            Self::Steward(page) => page.path(),
            Self::Missing => "/nothing-here",
        }
    }

    /// The bar's place this page belongs to, if it belongs to one.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Today | Self::Visits | Self::Visit(_) => Some(Place::Today),
            Self::Ours
            | Self::Pair
            | Self::NewQuestion
            | Self::Question(_)
            | Self::NewLetter
            | Self::Letter(_)
            | Self::Plans
            | Self::NewPlan
            | Self::Plan(_) => Some(Place::Ours),
            Self::Mine => Some(Place::Mine),
            Self::Week | Self::WeekShare => Some(Place::Trust),
            Self::Settings
            | Self::Devices
            | Self::Kit
            | Self::Password
            | Self::VaultLock
            | Self::Copy
            | Self::Check
            | Self::Leave
            | Self::Delete
            | Self::Look
            | Self::SignInAgain
            | Self::About => Some(Place::Settings),
            Self::Practice(_) => Some(Place::Practice),
            Self::Steward(_) => Some(Place::Steward),
            Self::Welcome
            | Self::Start
            | Self::SignIn
            | Self::Recover
            | Self::Join
            | Self::Find
            | Self::FindResults
            | Self::FindSlot
            | Self::Missing => None,
        }
    }

    /// Whether this page can be read without an account.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::Welcome
                | Self::Start
                | Self::SignIn
                | Self::Recover
                | Self::Join
                | Self::About
                | Self::Find
                | Self::FindResults
                | Self::FindSlot
                | Self::Visits
                | Self::Visit(_)
                | Self::Missing
        )
    }
}

/// One of the places of the bar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// The one thing that waits next.
    Today,
    /// The couple's record.
    Ours,
    /// The vault.
    Mine,
    /// The ten signs.
    Trust,
    /// The list of settings.
    Settings,
    /// A therapist's own pages.
    Practice,
    /// The pages of whoever runs the server.
    Steward,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_route() -> Vec<Route> {
        use Route::*;
        vec![
            Welcome,
            Start,
            SignIn,
            SignInAgain,
            Recover,
            Join,
            Pair,
            Today,
            Ours,
            NewQuestion,
            Question("ab".into()),
            NewLetter,
            Letter("ab".into()),
            Plans,
            NewPlan,
            Plan("ab".into()),
            Mine,
            Week,
            WeekShare,
            Settings,
            Devices,
            Kit,
            Password,
            VaultLock,
            Copy,
            Check,
            Leave,
            Delete,
            Look,
            About,
            Find,
            FindResults,
            FindSlot,
            Visits,
            Visit("ab".into()),
            Practice(work::Practice::Overview),
            Practice(work::Practice::Hours),
            Steward(work::Steward::Pending),
            Steward(work::Steward::Ghosts),
            Missing,
        ]
    }

    #[test]
    fn a_path_leads_back_to_its_route() {
        for route in every_route() {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn no_path_says_what_the_app_is_for() {
        let telling = [
            "trust", "affair", "abuse", "safe", "infidel", "cheat", "couple", "partner", "vault",
            "secret", "promise", "lie",
        ];
        for route in every_route() {
            let path = route.path();
            for word in telling {
                assert!(!path.contains(word), "{path} contains {word}");
            }
        }
    }

    #[test]
    fn an_unknown_path_is_missing_and_harms_nothing() {
        assert_eq!(
            Route::parse("/ours/question/a/b"),
            Route::Question("a/b".into())
        );
        assert_eq!(Route::parse("/%00"), Route::Missing);
    }
}
