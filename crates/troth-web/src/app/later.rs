//! Parts of the app that are files of their own, fetched when someone first goes there.
//!
//! Most people never open the pages of a therapist, or look for one on the first day. What only those pages need
//! stays out of the file that everybody waits for (ADR 21). The build cuts the parts off at the functions that
//! `page::later` marks; their files have neutral names, and the service worker keeps them for use without a network.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::App;
use crate::page;
use crate::route::Route;

/// A part of the app that is a file of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    /// Looking for a therapist, and the visits.
    Find,
    /// The pages of therapists and of whoever runs the server.
    Work,
}

impl Part {
    /// Returns the part that a place is in, unless it is in the file that starts the app.
    pub(crate) fn of(route: &Route) -> Option<Self> {
        match route {
            Route::Find
            | Route::FindResults
            | Route::FindSlot
            | Route::Visits
            | Route::Visit(_) => Some(Self::Find),
            Route::Practice(_) | Route::Steward(_) => Some(Self::Work),
            _ => None,
        }
    }
}

/// Whether a part is on this device.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Arrival {
    /// Nobody has gone there yet.
    #[default]
    NotAsked,
    /// It is being fetched.
    Coming,
    /// It can be drawn.
    Here,
    /// The last try met no network.
    Failed,
}

/// What has arrived so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Later {
    find: RwSignal<Arrival>,
    work: RwSignal<Arrival>,
}

impl Later {
    pub(super) fn new() -> Self {
        Self {
            find: RwSignal::new(Arrival::default()),
            work: RwSignal::new(Arrival::default()),
        }
    }

    fn of(self, part: Part) -> RwSignal<Arrival> {
        match part {
            Part::Find => self.find,
            Part::Work => self.work,
        }
    }
}

impl App {
    /// Says whether a part is on this device.
    pub(crate) fn arrival(self, part: Part) -> Arrival {
        self.later.of(part).get()
    }

    /// Fetches a part, unless it is here or on its way; the heading takes the focus when its page stands.
    pub(crate) fn ask_for(self, part: Part) {
        let arrival = self.later.of(part);
        if matches!(arrival.get_untracked(), Arrival::NotAsked | Arrival::Failed) {
            arrival.set(Arrival::Coming);
            spawn_local(async move {
                if page::later::load(part).await {
                    arrival.set(Arrival::Here);
                    self.turned();
                } else {
                    arrival.set(Arrival::Failed);
                }
            });
        }
    }
}
