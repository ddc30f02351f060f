//! Plans, and what their payers say of providers.

use troth_wire::AccountId;

use super::audit::{Act, Note, note};
use crate::network::store::{
    Access, Minute, NetworkError, Operation, ProviderId, Row, Rows, broken, values,
};

/// An insurance plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its number in the directory, from 1; never used again.
    pub plan: u16,
    /// Its name, unique.
    pub name: String,
    /// Who pays.
    pub payer: String,
    /// The states it exists in, one bit each.
    pub states: u64,
    /// Whether it pays for couples work: 0 unknown, 1 yes, 2 no.
    pub couples: u8,
}

/// A plan to be added, or to replace the one of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// Its name, unique.
    pub name: String,
    /// Who pays.
    pub payer: String,
    /// The states it exists in, one bit each.
    pub states: u64,
    /// Whether it pays for couples work: 0 unknown, 1 yes, 2 no.
    pub couples: u8,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowOutcome {
    /// It is new.
    Added,
    /// It replaced another.
    Changed,
    /// It was there already.
    Same,
    /// It belongs to an account and was left alone; only evidence was added.
    Claimed,
    /// It names a provider or a plan that is not there.
    Unknown,
}

const OF_NAME: &str = "SELECT plan, name, payer, states, couples FROM plans WHERE name = $1";
const EVERY: &str = "SELECT plan, name, payer, states, couples FROM plans ORDER BY plan";
const NEXT: &str = "INSERT INTO counters (name, value) VALUES ('plan', 1) \
     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value";
const ADD: &str = "INSERT INTO plans (plan, name, payer, states, couples) \
     VALUES ($1, $2, $3, $4, $5)";
const SET: &str = "UPDATE plans SET payer = $1, states = $2, couples = $3 WHERE plan = $4";
const PROVIDER_OF_NPI: &str = "SELECT provider FROM providers WHERE npi = $1 AND npi <> 0";
const PUT_ACCEPTANCE: &str = "INSERT INTO acceptances \
     (provider, plan, place, formats, from_day, until_day) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (provider, plan, place) DO UPDATE SET formats = excluded.formats, \
     from_day = excluded.from_day, until_day = excluded.until_day";
const ACCEPTANCES: &str = "SELECT provider, plan, place, formats, from_day, until_day \
     FROM acceptances WHERE provider = $1 ORDER BY plan, place";

fn read(mut row: Row) -> Result<PlanRow, NetworkError> {
    Ok(PlanRow {
        plan: row.number()?,
        name: row.text()?,
        payer: row.text()?,
        states: row.number::<i64>()?.cast_unsigned(),
        couples: row.number()?,
    })
}

async fn of_name<R: Rows>(rows: &mut R, name: &str) -> Result<Option<PlanRow>, NetworkError> {
    let found = rows.lookup(OF_NAME, &values![name]).await?;
    found.map(read).transpose()
}

/// Adds plans, or changes those of the same name.
#[derive(Debug, Clone)]
pub struct PutPlans {
    /// The plans.
    pub plans: Vec<NewPlan>,
}

impl Operation for PutPlans {
    /// For each plan its number and what became of it, in the order given.
    type Output = Vec<(u16, RowOutcome)>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut outcomes = Vec::with_capacity(self.plans.len());
        for plan in &self.plans {
            outcomes.push(put(rows, plan).await?);
        }
        Ok(outcomes)
    }
}

async fn put<R: Rows>(rows: &mut R, new: &NewPlan) -> Result<(u16, RowOutcome), NetworkError> {
    let states = new.states.cast_signed();
    let Some(before) = of_name(rows, &new.name).await? else {
        let row = rows.lookup(NEXT, &[]).await?;
        let plan: u16 = row.ok_or_else(broken)?.number()?;
        let added = values![plan, &new.name, &new.payer, states, new.couples];
        rows.change(ADD, &added).await?;
        return Ok((plan, RowOutcome::Added));
    };
    let is_same =
        before.payer == new.payer && before.states == new.states && before.couples == new.couples;
    if is_same {
        return Ok((before.plan, RowOutcome::Same));
    }
    let changed = values![&new.payer, states, new.couples, before.plan];
    rows.change(SET, &changed).await?;
    Ok((before.plan, RowOutcome::Changed))
}

/// Lists every plan in the order of the numbers.
#[derive(Debug, Clone)]
pub struct ListPlans;

impl Operation for ListPlans {
    type Output = Vec<PlanRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.query(EVERY, &[]).await?;
        found.into_iter().map(read).collect()
    }
}

/// What a payer says: this provider accepts this plan, in this state, in these formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayerClaim {
    /// The provider's NPI.
    pub npi: u64,
    /// The plan's name.
    pub plan: String,
    /// The number of the state.
    pub place: u8,
    /// The formats, one bit each.
    pub formats: u8,
    /// The first day, counted from 1970.
    pub from_day: u32,
    /// The last day.
    pub until_day: u32,
}

/// What a payer said, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptanceRow {
    /// Of which provider.
    pub provider: ProviderId,
    /// The plan's number.
    pub plan: u16,
    /// The number of the state.
    pub place: u8,
    /// The formats, one bit each.
    pub formats: u8,
    /// The first day, counted from 1970.
    pub from_day: u32,
    /// The last day.
    pub until_day: u32,
}

impl AcceptanceRow {
    /// Reads provider, plan, place, formats, from and until.
    pub(super) fn read(mut row: Row) -> Result<Self, NetworkError> {
        Ok(Self {
            provider: ProviderId(row.number()?),
            plan: row.number()?,
            place: row.number()?,
            formats: row.number()?,
            from_day: row.number()?,
            until_day: row.number()?,
        })
    }
}

/// Keeps what a payer says of providers; dated as an imported claim. Audited.
#[derive(Debug, Clone)]
pub struct PutPayerClaims {
    /// The rows of the file.
    pub claims: Vec<PayerClaim>,
    /// Who imports; `None` at the command line.
    pub operator: Option<AccountId>,
    /// Now.
    pub minute: Minute,
}

impl Operation for PutPayerClaims {
    /// For each row what became of it, in the order given.
    type Output = Vec<RowOutcome>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let mut outcomes = Vec::with_capacity(self.claims.len());
        for claim in &self.claims {
            outcomes.push(claim_one(rows, claim, self.minute).await?);
        }
        let Some(actor) = self.operator else {
            return Ok(outcomes);
        };
        let imported = Note {
            actor,
            provider: None,
            act: Act::Imported,
            booking: None,
            detail: "",
            minute: self.minute,
        };
        note(rows, &imported).await?;
        Ok(outcomes)
    }
}

async fn claim_one<R: Rows>(
    rows: &mut R,
    claim: &PayerClaim,
    minute: Minute,
) -> Result<RowOutcome, NetworkError> {
    let found = rows.lookup(PROVIDER_OF_NPI, &values![claim.npi]).await?;
    let plan = of_name(rows, &claim.plan).await?;
    let (Some(mut found), Some(plan)) = (found, plan) else {
        return Ok(RowOutcome::Unknown);
    };
    let provider = ProviderId(found.number()?);
    super::lock::touch(rows, provider, minute).await?;
    let put = values![
        provider,
        plan.plan,
        claim.place,
        claim.formats,
        claim.from_day,
        claim.until_day
    ];
    rows.change(PUT_ACCEPTANCE, &put).await?;
    let evidence = super::evidence::NewEvidence {
        provider,
        kind: super::evidence::IMPORTED_CLAIM,
        minute,
    };
    super::evidence::add(rows, &evidence).await?;
    Ok(RowOutcome::Added)
}

/// Lists what payers say of a provider.
#[derive(Debug, Clone)]
pub struct ListAcceptances {
    /// Of whom.
    pub provider: ProviderId,
}

impl Operation for ListAcceptances {
    type Output = Vec<AcceptanceRow>;
    const ACCESS: Access = Access::Read;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let found = rows.query(ACCEPTANCES, &values![self.provider]).await?;
        found.into_iter().map(AcceptanceRow::read).collect()
    }
}
