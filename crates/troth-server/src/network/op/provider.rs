//! Listings: drafted by their provider or imported, verified by an operator, shown.

use troth_wire::AccountId;

use super::evidence::{self, CONFIRMED, NewEvidence};
use super::lock::touch;
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, Row, Rows, Value, broken, values,
};

/// How a listing stands. The numbers are stored and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListingState {
    /// Its provider still writes it.
    Draft = 0,
    /// It waits for an operator.
    Pending = 1,
    /// An operator checked it, or the import it came from is trusted; it may be shown.
    Verified = 2,
    /// An operator refused it, with a reason.
    Refused = 3,
    /// Its provider, or the registry, took it back.
    Withdrawn = 4,
    /// It came from a registry and nobody has checked it.
    Imported = 5,
}

impl ListingState {
    const ALL: [Self; 6] = [
        Self::Draft,
        Self::Pending,
        Self::Verified,
        Self::Refused,
        Self::Withdrawn,
        Self::Imported,
    ];

    /// Reads a stored number.
    pub(super) fn read(row: &mut Row) -> Result<Self, NetworkError> {
        let number: usize = row.number()?;
        Self::ALL.get(number).copied().ok_or_else(broken)
    }
}

impl From<ListingState> for Value {
    fn from(state: ListingState) -> Self {
        Self::Int(state as i64)
    }
}

/// A listing as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// Its number in the directory.
    pub provider: ProviderId,
    /// The provider's NPI.
    pub npi: Option<u64>,
    /// The account that keeps the listing.
    pub account: Option<AccountId>,
    /// How it stands.
    pub state: ListingState,
    /// Counts its changes, from 1.
    pub version: u64,
    /// The minute of its last change.
    pub minute: Minute,
    /// Why it was refused; empty otherwise.
    pub reason: String,
    /// The states of its licences, a bit for each number of [`troth_match`]'s list.
    pub states: u64,
    /// The listing, as JSON.
    pub listing: Vec<u8>,
}

/// The columns of [`ProviderRow`], in order.
macro_rules! columns {
    () => {
        "p.provider, p.npi, p.account, p.state, p.version, p.minute, p.reason, p.states, p.listing"
    };
}
pub(super) use columns;

const BY_NUMBER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM providers p WHERE p.provider = $1"
);
const BY_NPI: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM providers p WHERE p.npi = $1 AND p.npi <> 0"
);
const BY_ACCOUNT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM providers p WHERE p.account = $1 AND length(p.account) > 0"
);
const IN_STATE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM providers p WHERE p.state = $1 AND p.provider > $2 ORDER BY p.provider LIMIT $3"
);
const EVERY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM providers p WHERE p.provider > $1 ORDER BY p.provider LIMIT $2"
);
const LICENSED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM provider_states s JOIN providers p ON p.provider = s.provider \
     WHERE s.place = $1 AND s.provider > $2 AND p.state = 2 ORDER BY s.provider LIMIT $3"
);
const NEXT_NUMBER: &str = "INSERT INTO counters (name, value) VALUES ('provider', 1) \
     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
const ADD: &str = "INSERT INTO providers \
     (provider, npi, account, state, version, minute, reason, states, listing) \
     VALUES ($1, $2, $3, $4, 1, $5, '', $6, $7) ON CONFLICT DO NOTHING";
const SET: &str = "UPDATE providers SET npi = $1, state = $2, version = version + 1, minute = $3, \
     reason = '', states = $4, listing = $5 WHERE provider = $6";
const NPI_OWNER: &str = "SELECT provider FROM providers WHERE npi = $1 AND npi <> 0";
const SET_STATE: &str = "UPDATE providers SET state = $1, version = version + 1, minute = $2, \
     reason = $3 WHERE provider = $4";
const SET_ACCOUNT: &str =
    "UPDATE providers SET account = $1, version = version + 1 WHERE provider = $2";
/// Minutes in a day.
const DAY: u32 = 24 * 60;

const DROP_PLACES: &str = "DELETE FROM provider_states WHERE provider = $1";
const ADD_PLACE: &str = "INSERT INTO provider_states (place, provider, until_day) \
     VALUES ($1, $2, $3) ON CONFLICT (place, provider) DO UPDATE SET \
     until_day = excluded.until_day";
const LICENSED_ON: &str = "SELECT place FROM provider_states \
     WHERE place = $1 AND provider = $2 AND until_day >= $3";

impl ProviderRow {
    /// Reads the columns of [`columns!`].
    pub(super) fn read(mut row: Row) -> Result<Self, NetworkError> {
        Ok(Self {
            provider: ProviderId(row.number()?),
            npi: row.number_or_none()?,
            account: row.fixed_or_none()?.map(AccountId),
            state: ListingState::read(&mut row)?,
            version: row.number()?,
            minute: Minute(row.number()?),
            reason: row.text()?,
            states: row.number::<i64>()?.cast_unsigned(),
            listing: row.bytes()?,
        })
    }
}

/// The number of a listing to be made.
pub(super) async fn next_number<R: Rows>(rows: &mut R) -> Result<ProviderId, NetworkError> {
    let row = rows.lookup(NEXT_NUMBER, &[]).await?;
    row.ok_or_else(broken)?.number().map(ProviderId)
}

/// Looks a listing up by its number.
pub(super) async fn lookup<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
) -> Result<Option<ProviderRow>, NetworkError> {
    let row = rows.lookup(BY_NUMBER, &values![provider]).await?;
    row.map(ProviderRow::read).transpose()
}

/// Finds the listing that an account keeps.
pub(super) async fn of_account<R: Rows>(
    rows: &mut R,
    account: AccountId,
) -> Result<Option<ProviderRow>, NetworkError> {
    let row = rows.lookup(BY_ACCOUNT, &values![account]).await?;
    row.map(ProviderRow::read).transpose()
}

/// Finds the number of the listing that an account keeps, or refuses.
pub(super) async fn number_of<R: Rows>(
    rows: &mut R,
    account: AccountId,
) -> Result<ProviderId, NetworkError> {
    let found = of_account(rows, account).await?;
    found.map(|it| it.provider).ok_or(NetworkError::NotFound)
}

/// Finds a listing by NPI.
pub(super) async fn of_npi<R: Rows>(
    rows: &mut R,
    npi: u64,
) -> Result<Option<ProviderRow>, NetworkError> {
    let row = rows.lookup(BY_NPI, &values![npi]).await?;
    row.map(ProviderRow::read).transpose()
}

/// A licence: where, and the last day on which it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Licensed {
    /// The number of the state in [`troth_match`]'s list.
    pub place: u8,
    /// The last day, counted from 1970.
    pub until_day: u32,
}

/// The states of some licences, one bit each.
pub(super) fn bits(licences: &[Licensed]) -> u64 {
    let bit = |one: &Licensed| 1_u64.checked_shl(u32::from(one.place)).unwrap_or(0);
    licences.iter().fold(0, |bits, one| bits | bit(one))
}

/// Checks that a provider is licensed, on the day of a visit, in the state of everybody who comes.
/// Asked by every act that sets a time: nobody is booked, moved or offered past a licence's end.
///
/// # Errors
///
/// [`NetworkError::NotLicensed`].
pub(super) async fn licensed<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    places: &[u8],
    start: Minute,
) -> Result<(), NetworkError> {
    for place in places {
        let asked = values![*place, provider, start.0 / DAY];
        if rows.lookup(LICENSED_ON, &asked).await?.is_none() {
            return Err(NetworkError::NotLicensed);
        }
    }
    Ok(())
}

/// What a listing says, to be added or to replace what it said.
#[derive(Debug, Clone)]
pub(super) struct Content<'a> {
    pub(super) npi: Option<u64>,
    pub(super) state: ListingState,
    pub(super) licences: &'a [Licensed],
    pub(super) listing: &'a [u8],
    pub(super) minute: Minute,
}

/// Adds a listing.
pub(super) async fn add<R: Rows>(
    rows: &mut R,
    account: Option<AccountId>,
    content: &Content<'_>,
) -> Result<ProviderId, NetworkError> {
    let provider = next_number(rows).await?;
    touch(rows, provider, content.minute).await?;
    let added = rows
        .change(
            ADD,
            &values![
                provider,
                content.npi.unwrap_or(0),
                account,
                content.state,
                content.minute,
                bits(content.licences).cast_signed(),
                content.listing
            ],
        )
        .await?;
    if added == 0 {
        // Another transaction was first with this NPI or account.
        let taken = of_npi(rows, content.npi.unwrap_or(0)).await?;
        return Err(match taken {
            Some(_) if content.npi.is_some() => NetworkError::NpiTaken,
            _ => NetworkError::AccountTaken,
        });
    }
    set_places(rows, provider, content.licences).await?;
    Ok(provider)
}

/// Replaces what a listing says. The caller has locked it.
pub(super) async fn set<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    content: &Content<'_>,
) -> Result<(), NetworkError> {
    if let Some(npi) = content.npi {
        let owner = rows.lookup(NPI_OWNER, &values![npi]).await?;
        if let Some(mut owner) = owner
            && owner.number::<u32>()? != provider.0
        {
            return Err(NetworkError::NpiTaken);
        }
    }
    let content_values = values![
        content.npi.unwrap_or(0),
        content.state,
        content.minute,
        bits(content.licences).cast_signed(),
        content.listing,
        provider
    ];
    rows.change(SET, &content_values).await?;
    rows.change(DROP_PLACES, &values![provider]).await?;
    set_places(rows, provider, content.licences).await
}

async fn set_places<R: Rows>(
    rows: &mut R,
    provider: ProviderId,
    licences: &[Licensed],
) -> Result<(), NetworkError> {
    for Licensed { place, until_day } in licences {
        rows.change(ADD_PLACE, &values![*place, provider, *until_day])
            .await?;
    }
    Ok(())
}

/// Looks a listing up by its number. Gives it whatever its state.
#[derive(Debug, Clone)]
pub struct LookupProvider {
    /// Its number.
    pub provider: ProviderId,
}

impl Operation for LookupProvider {
    type Output = Option<ProviderRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        lookup(rows, self.provider).await
    }
}

/// By what a listing is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKey {
    /// The NPI.
    Npi(u64),
    /// The account that keeps it.
    Account(AccountId),
}

/// Finds a listing.
#[derive(Debug, Clone)]
pub struct FindProvider {
    /// By what.
    pub key: ProviderKey,
}

impl Operation for FindProvider {
    type Output = Option<ProviderRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        match self.key {
            ProviderKey::Npi(npi) => of_npi(rows, npi).await,
            ProviderKey::Account(account) => of_account(rows, account).await,
        }
    }
}

/// Which listings a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// All of them.
    Every,
    /// Those in one state.
    In(ListingState),
    /// The verified ones with a licence in the state of that number.
    LicensedIn(u8),
}

/// Lists listings in the order of their numbers, a page at a time.
#[derive(Debug, Clone)]
pub struct ListProviders {
    /// Which.
    pub listed: Listed,
    /// After this one; 0 begins.
    pub after: u32,
    /// At most so many.
    pub limit: u32,
}

impl Operation for ListProviders {
    type Output = Vec<ProviderRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let (after, limit) = (self.after, self.limit);
        let found = match self.listed {
            Listed::Every => rows.query(EVERY, &values![after, limit]).await,
            Listed::In(state) => rows.query(IN_STATE, &values![state, after, limit]).await,
            Listed::LicensedIn(place) => rows.query(LICENSED, &values![place, after, limit]).await,
        };
        found?.into_iter().map(ProviderRow::read).collect()
    }
}

/// Writes the listing that an account keeps, and makes it the first time.
#[derive(Debug, Clone)]
pub struct PutListing {
    /// The account.
    pub account: AccountId,
    /// The version that the caller last saw (`If-Match`); `None` takes any.
    pub replaces: Option<u64>,
    /// The NPI.
    pub npi: Option<u64>,
    /// Its licences.
    pub licences: Vec<Licensed>,
    /// The listing, as JSON.
    pub listing: Vec<u8>,
    /// Whether an operator has to look again: name, credentials, NPI or licences changed.
    pub check_again: bool,
    /// Now.
    pub minute: Minute,
}

impl Operation for PutListing {
    /// The listing as it is now.
    type Output = ProviderRow;

    /// # Errors
    ///
    /// - [`NetworkError::Changed`]: the listing is at another version.
    /// - [`NetworkError::NpiTaken`]: another listing has this NPI.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = match of_account(rows, self.account).await? {
            None if self.replaces.is_some_and(|it| it != 0) => {
                return Err(NetworkError::Changed { version: 0 });
            }
            None => {
                let content = self.content(ListingState::Draft);
                add(rows, Some(self.account), &content).await?
            }
            Some(before) => {
                touch(rows, before.provider, self.minute).await?;
                let before = lookup(rows, before.provider).await?.ok_or_else(broken)?;
                if self.replaces.is_some_and(|it| it != before.version) {
                    let version = before.version;
                    return Err(NetworkError::Changed { version });
                }
                let state = self.state_after(&before);
                set(rows, before.provider, &self.content(state)).await?;
                before.provider
            }
        };
        lookup(rows, provider).await?.ok_or_else(broken)
    }
}

impl PutListing {
    /// What becomes of the state: a verified listing stays verified while its facts stay, and one
    /// that waits goes on waiting only where nothing of it changes. Whatever an operator is about
    /// to decide is what they read.
    fn state_after(&self, before: &ProviderRow) -> ListingState {
        let is_same = before.listing == self.listing && before.npi == self.npi;
        match before.state {
            ListingState::Verified if !self.check_again => ListingState::Verified,
            ListingState::Pending if is_same => ListingState::Pending,
            _ => ListingState::Draft,
        }
    }

    fn content(&self, state: ListingState) -> Content<'_> {
        Content {
            npi: self.npi,
            state,
            licences: &self.licences,
            listing: &self.listing,
            minute: self.minute,
        }
    }
}

/// What the provider does with the listing as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListingAct {
    /// Asks an operator to look at it.
    Submit,
    /// Takes it back; it can be submitted again.
    Withdraw,
}

/// Submits or withdraws the listing that an account keeps.
#[derive(Debug, Clone)]
pub struct MoveListing {
    /// The account.
    pub account: AccountId,
    /// What to do.
    pub act: ListingAct,
    /// Now.
    pub minute: Minute,
}

impl Operation for MoveListing {
    type Output = ProviderRow;

    /// # Errors
    ///
    /// - [`NetworkError::NotFound`]: the account keeps no listing.
    /// - [`NetworkError::WrongState`]: submitted or withdrawn already.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let provider = number_of(rows, self.account).await?;
        touch(rows, provider, self.minute).await?;
        let before = lookup(rows, provider).await?.ok_or_else(broken)?;
        let state = match (self.act, before.state) {
            (
                ListingAct::Submit,
                ListingState::Draft
                | ListingState::Refused
                | ListingState::Withdrawn
                | ListingState::Imported,
            ) => ListingState::Pending,
            (ListingAct::Withdraw, state) if state != ListingState::Withdrawn => {
                ListingState::Withdrawn
            }
            _ => return Err(NetworkError::WrongState),
        };
        let change = values![state, self.minute, "", provider];
        rows.change(SET_STATE, &change).await?;
        if state == ListingState::Pending {
            // Who submits a listing says that it is true.
            let evidence = NewEvidence {
                provider,
                kind: CONFIRMED,
                minute: self.minute,
            };
            evidence::add(rows, &evidence).await?;
        }
        lookup(rows, provider).await?.ok_or_else(broken)
    }
}

/// What an operator says of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// NPI and licences are right.
    Verify,
    /// They are not.
    Refuse {
        /// Why, for the provider.
        reason: String,
    },
}

/// Decides a listing that waits for an operator; audited.
#[derive(Debug, Clone)]
pub struct DecideListing {
    /// Which.
    pub provider: ProviderId,
    /// The version that the operator read (`If-Match`): no other is decided.
    pub seen: u64,
    /// Who decides.
    pub operator: AccountId,
    /// How.
    pub verdict: Verdict,
    /// Now.
    pub minute: Minute,
}

impl Operation for DecideListing {
    type Output = ProviderRow;

    /// # Errors
    ///
    /// - [`NetworkError::NotFound`]: no such listing.
    /// - [`NetworkError::Changed`]: the listing is at another version than the operator read.
    /// - [`NetworkError::WrongState`]: it does not wait.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        touch(rows, self.provider, self.minute).await?;
        let before = lookup(rows, self.provider).await?;
        let before = before.ok_or(NetworkError::NotFound)?;
        if before.version != self.seen {
            let version = before.version;
            return Err(NetworkError::Changed { version });
        }
        if before.state != ListingState::Pending {
            return Err(NetworkError::WrongState);
        }
        let (state, reason, act) = match &self.verdict {
            Verdict::Verify => (ListingState::Verified, "", super::audit::Act::Verified),
            Verdict::Refuse { reason } => (
                ListingState::Refused,
                reason.as_str(),
                super::audit::Act::Refused,
            ),
        };
        let change = values![state, self.minute, reason, self.provider];
        rows.change(SET_STATE, &change).await?;
        let noted = super::audit::Note {
            actor: self.operator,
            provider: Some(self.provider),
            act,
            booking: None,
            detail: reason,
            minute: self.minute,
        };
        super::audit::note(rows, &noted).await?;
        lookup(rows, self.provider).await?.ok_or_else(broken)
    }
}

/// Gives an imported listing to the account of its provider; the operator has checked who it
/// is. Audited.
#[derive(Debug, Clone)]
pub struct BindAccount {
    /// Which listing.
    pub provider: ProviderId,
    /// To whom.
    pub account: AccountId,
    /// Who decides.
    pub operator: AccountId,
    /// Now.
    pub minute: Minute,
}

impl Operation for BindAccount {
    type Output = ProviderRow;

    /// # Errors
    ///
    /// - [`NetworkError::NotFound`]: no such listing.
    /// - [`NetworkError::WrongState`]: an account keeps it already.
    /// - [`NetworkError::AccountTaken`]: the account keeps another.
    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        touch(rows, self.provider, self.minute).await?;
        let before = lookup(rows, self.provider).await?;
        if before.ok_or(NetworkError::NotFound)?.account.is_some() {
            return Err(NetworkError::WrongState);
        }
        if of_account(rows, self.account).await?.is_some() {
            return Err(NetworkError::AccountTaken);
        }
        rows.change(SET_ACCOUNT, &values![self.account, self.provider])
            .await?;
        let noted = super::audit::Note {
            actor: self.operator,
            provider: Some(self.provider),
            act: super::audit::Act::Bound,
            booking: None,
            detail: "",
            minute: self.minute,
        };
        super::audit::note(rows, &noted).await?;
        lookup(rows, self.provider).await?.ok_or_else(broken)
    }
}
