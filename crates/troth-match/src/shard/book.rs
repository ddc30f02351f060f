//! The making of shard files from what a directory knows.

use super::file::{File, Header, Kind, Signer, seal};
use super::{FileHash, MAX_PLANS, standing, times, write};
use crate::availability::Availability;
use crate::id::{PlanId, ProviderId};
use crate::plain::Entry;
use crate::provider::{Licence, Provider, Unsound};
use crate::state::State;
use crate::time::Day;

/// Says why no shard can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// A provider breaks an invariant.
    #[error("a provider cannot stand in a directory")]
    Unsound(#[from] Unsound),
    /// More than [`MAX_PLANS`] plans are accepted in the state.
    #[error("more plans are accepted in the state than a shard can name")]
    ManyPlans,
    /// Two providers have one number.
    #[error("two providers have one number")]
    TwoOfOneNumber,
}

/// One state's providers in the order of a shard's rows.
#[derive(Debug)]
pub struct Book<'a> {
    state: State,
    made: Day,
    rows: Vec<&'a Entry>,
    plans: Vec<PlanId>,
}

impl<'a> Book<'a> {
    /// Takes those who can be seen in a state on a day, in the order of rows.
    ///
    /// # Errors
    ///
    /// A [`BookError`] if one of them cannot stand in a shard.
    pub fn new(
        state: State,
        made: Day,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<Self, BookError> {
        let seen = |provider: &Provider| {
            provider.accepting
                && provider
                    .licence(state)
                    .is_some_and(|licence| licence.expires >= made)
        };
        let mut rows: Vec<_> = entries
            .into_iter()
            .filter(|entry| seen(&entry.provider))
            .collect();
        rows.sort_by_key(|entry| {
            (
                core::cmp::Reverse(standing(&entry.provider)),
                entry.provider.id,
            )
        });
        let mut ids: Vec<_> = rows.iter().map(|entry| entry.provider.id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != rows.len() {
            return Err(BookError::TwoOfOneNumber);
        }
        rows.iter().try_for_each(|entry| entry.provider.check())?;
        let acceptances = rows.iter().flat_map(|entry| &entry.provider.acceptances);
        let mut plans: Vec<_> = acceptances
            .filter(|one| one.state == state)
            .map(|one| one.plan)
            .collect();
        plans.sort_unstable();
        plans.dedup();
        if plans.len() > MAX_PLANS {
            return Err(BookError::ManyPlans);
        }
        Ok(Self {
            state,
            made,
            rows,
            plans,
        })
    }

    /// Counts the rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Tells whether nobody can be seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Goes through the numbers of the providers, row by row.
    pub fn order(&self) -> impl Iterator<Item = ProviderId> {
        self.rows.iter().map(|entry| entry.provider.id)
    }

    /// Makes the static file.
    #[must_use]
    pub fn static_file(&self, serial: u32, signer: &Signer) -> File {
        let header = Header {
            kind: Kind::Static,
            state: Some(self.state),
            rows: self.rows.len() as u32,
            day: self.made,
            serial,
            parent: FileHash::default(),
        };
        seal(&header, &self.static_body(), signer)
    }

    /// Makes the body of the static file.
    pub(crate) fn static_body(&self) -> Vec<u8> {
        write::body(self.state, self.made, &self.plans, &self.providers())
    }

    /// Makes the part of the static body that decides, without the cards. For measurements.
    #[must_use]
    pub fn deciding_part(&self) -> Vec<u8> {
        write::deciding(self.state, self.made, &self.plans, &self.providers()).into_bytes()
    }

    /// Makes the availability file that belongs to a static file of this very book.
    #[must_use]
    pub fn availability_file(
        &self,
        parent: FileHash,
        base: Day,
        serial: u32,
        signer: &Signer,
    ) -> File {
        let header = Header {
            kind: Kind::Availability,
            state: Some(self.state),
            rows: self.rows.len() as u32,
            day: base,
            serial,
            parent,
        };
        seal(
            &header,
            &times::write_all(self.rows.iter().map(|entry| entry.availability)),
            signer,
        )
    }

    /// Makes the file that changes some rows after another availability or delta file.
    ///
    /// Providers who are not in this book are left out.
    #[must_use]
    pub fn delta_file(
        &self,
        after: (FileHash, Day),
        serial: u32,
        changed: &[(ProviderId, Availability)],
        signer: &Signer,
    ) -> File {
        let header = Header {
            kind: Kind::Delta,
            state: Some(self.state),
            rows: self.rows.len() as u32,
            day: after.1,
            serial,
            parent: after.0,
        };
        let mut rows: Vec<_> = self
            .order()
            .enumerate()
            .map(|(row, id)| (id, row))
            .collect();
        rows.sort_unstable();
        let found = changed.iter().filter_map(|(id, availability)| {
            let at = rows.binary_search_by_key(id, |(id, _)| *id).ok()?;
            rows.get(at).map(|(_, row)| (*row, *availability))
        });
        seal(&header, &times::write_some(found.collect()), signer)
    }

    fn providers(&self) -> Vec<&'a Provider> {
        self.rows.iter().map(|entry| &entry.provider).collect()
    }
}

/// Finds the licence that put a provider into the book of a state.
pub(super) fn licence_in(provider: &Provider, state: State) -> Option<&Licence> {
    provider.licence(state)
}
