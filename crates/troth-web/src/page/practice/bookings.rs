//! What the pages of requests and of visits share: reading a list of visits, drawing it on the clock of the practice,
//! and acting on one of them.

use leptos::prelude::*;
use troth_wire::network::{BookingId, Practice, PracticeBooking};

use super::super::heading;
use super::back;
use crate::app::App;
use crate::app::trouble::Trouble;
use crate::app::work::Act;
use crate::part::doing::Doing;
use crate::part::loaded::{Loaded, loaded};

/// Which visits a page lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Which {
    /// Those that wait for an answer.
    Asked,
    /// Those that are booked, past or called off.
    Booked,
}

/// The own listing, if there is one, and its visits.
pub(super) type Found = (Option<Practice>, Vec<PracticeBooking>);

/// A list of visits as a page holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bookings {
    which: Which,
    found: Loaded<Found>,
}

impl Bookings {
    async fn read(app: App, which: Which) -> Result<Found, Trouble> {
        let Some(practice) = app.practice().await? else {
            return Ok((None, Vec::new()));
        };
        let visits = match which {
            Which::Asked => app.requests().await?,
            Which::Booked => app.practice_visits().await?,
        };
        Ok((Some(practice), visits))
    }

    /// Does `work`, then reads the list again.
    pub(super) async fn after<R>(
        self,
        app: App,
        work: impl Future<Output = Result<R, Trouble>>,
    ) -> Result<Found, Trouble> {
        work.await?;
        Self::read(app, self.which).await
    }

    /// Puts the list in its place that was read again.
    pub(super) fn set(self, fresh: Found) {
        self.found.set(fresh);
    }

    /// Answers one visit, and says what was done.
    pub(super) fn act(self, app: App, doing: Doing, (id, act): (BookingId, Act), told: String) {
        let work = self.after(app, app.answer_visit_of(id, act));
        app.run(doing, work, move |fresh| {
            self.set(fresh);
            app.tell(told);
            app.turned();
        });
    }
}

/// Draws a page with a list of visits, and what stands on the listing beside it.
pub(super) fn page<V: IntoView + 'static>(
    app: App,
    title: String,
    which: Which,
    draw: impl Fn(Bookings, Option<&Practice>, &[PracticeBooking]) -> V + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let found = Loaded::ask(app, Bookings::read(app, which));
    let bookings = Bookings { which, found };
    view! {
        <div class="stack-wide">
            {heading(title)}
            {loaded(
                app,
                found,
                move || Bookings::read(app, which),
                move |(practice, visits)| draw(bookings, practice.as_ref(), visits),
            )}
            {back()}
        </div>
    }
}

/// The clock of the practice.
pub(super) fn zone(practice: Option<&Practice>) -> Option<String> {
    practice.and_then(|one| one.hours.as_ref().map(|hours| hours.zone.clone()))
}
