//! One request on its way through a route.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use troth_booking::Minute;
use troth_wire::network::{
    CLIENT_SCHEME, ClientId, ClientSecret, IDEMPOTENCY_KEY, MAX_PAGE, PAGE, ProblemCode,
};
use troth_wire::{AccountId, Token};

use super::refusal::Refusal;
use super::route::{Route, Who};
use crate::network::Network;
use crate::network::op::audit::IsOperator;
use crate::network::op::booking::Now;
use crate::network::op::once::{Answer, Once};
use crate::network::publish::Publication;
use crate::network::store::{KeyHash, NetworkError, Operation, Rows, SecretHash};
use crate::service::Service;
use crate::throttle::Who as Slowed;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Nobody in particular.
    Anybody,
    /// A person under a pseudonym.
    Client(ClientId),
    /// A signed-in account.
    Account(AccountId),
}

/// A request that was checked against the document.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) service: &'a Service,
    pub(crate) network: &'a Network,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) address: Option<IpAddr>,
    /// The number of the route.
    pub(crate) route: usize,
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) json: Option<Value>,
    pub(crate) bytes: &'a [u8],
    pub(crate) caller: Caller,
}

impl Call<'_> {
    /// The minute that it is.
    pub(crate) fn minute(&self) -> u32 {
        u32::try_from(self.service.env.minute()).unwrap_or(u32::MAX)
    }

    /// Reads an identifier out of the path; one that cannot be names nothing.
    pub(crate) fn id<T: FromStr>(&self) -> Result<T, Refusal> {
        let id = self.path.first().and_then(|text| text.parse().ok());
        id.ok_or_else(|| ProblemCode::NotFound.into())
    }

    /// Reads a query parameter.
    pub(crate) fn query<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let found = self.query.iter().find(|(key, _)| key == name);
        let read = found.map(|(_, value)| value.parse()).transpose();
        read.map_err(|_| Refusal::at(ProblemCode::Invalid, format!("?{name}")))
    }

    /// How many things a page shall hold.
    pub(crate) fn limit(&self) -> Result<u32, Refusal> {
        Ok(self.query("limit")?.unwrap_or(PAGE).clamp(1, MAX_PAGE))
    }

    /// Reads the body.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let value = self.json.as_ref().ok_or(ProblemCode::NotJson)?;
        // The document let it through; what is left are texts that are no time or no name.
        T::deserialize(value).map_err(|_| ProblemCode::Invalid.into())
    }

    /// The pseudonym that asks.
    pub(crate) fn client(&self) -> Result<ClientId, Refusal> {
        match self.caller {
            Caller::Client(client) => Ok(client),
            _ => Err(ProblemCode::SignInAgain.into()),
        }
    }

    /// The account that asks.
    pub(crate) fn account(&self) -> Result<AccountId, Refusal> {
        match self.caller {
            Caller::Account(account) => Ok(account),
            _ => Err(ProblemCode::SignInAgain.into()),
        }
    }

    /// The minute, and what derives tokens.
    pub(crate) fn now(&self) -> Now {
        Now {
            minute: Minute(self.minute()),
            tokens: self.network.tokens.clone(),
        }
    }

    /// The hash of the idempotency key, if there is one.
    pub(crate) fn key(&self) -> Option<KeyHash> {
        let key = self.headers.get(IDEMPOTENCY_KEY)?;
        Some(KeyHash(hash(b"troth/v1/idempotency", key.as_bytes())))
    }

    /// Carries an operation out, once for each idempotency key; gives the 16 bytes that `answer`
    /// names it by.
    pub(crate) async fn once<O: Operation>(
        &self,
        operation: O,
        answer: fn(&O, &O::Output) -> Answer,
    ) -> Result<[u8; 16], Refusal> {
        let bytes = match self.key() {
            None => {
                // The operation is taken by the store, so its answer is written there.
                let once = Plain { operation, answer };
                self.network.store.run(once).await?
            }
            Some(key) => {
                let once = Once {
                    owner: SecretHash(self.owner()),
                    key,
                    request: self.request_hash(),
                    minute: Minute(self.minute()),
                    operation,
                    answer,
                };
                self.network.store.run(once).await?.bytes
            }
        };
        bytes.try_into().map_err(|_| ProblemCode::Internal.into())
    }

    fn owner(&self) -> [u8; 32] {
        match self.caller {
            Caller::Anybody => [0; 32],
            Caller::Client(client) => hash(b"troth/v1/idempotency/client", &client.0),
            Caller::Account(account) => hash(b"troth/v1/idempotency/account", &account.0),
        }
    }

    fn request_hash(&self) -> [u8; 32] {
        let json = self.json.as_ref().map(Value::to_string).unwrap_or_default();
        let text = format!("{}\n{}\n{json}", self.route, self.path.join("/"));
        hash(b"troth/v1/idempotency/request", text.as_bytes())
    }

    /// The version of the listing in `If-Match`, if one was given.
    pub(crate) fn expected_version(&self) -> Result<Option<u64>, Refusal> {
        self.expected(0)
    }

    /// The version of the hours in `If-Match`, if one was given.
    pub(crate) fn expected_hours(&self) -> Result<Option<u64>, Refusal> {
        self.expected(1)
    }

    /// A part of the ETag of a practice: its listing's version, a point, its hours' version.
    fn expected(&self, part: usize) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.headers.get(header::IF_MATCH) else {
            return Ok(None);
        };
        let text = value.to_str().unwrap_or_default().trim_matches('"');
        match text.split('.').nth(part).map(str::parse) {
            Some(Ok(version)) => Ok(Some(version)),
            // Who knows the listing alone changes the hours as they are.
            None => Ok(None),
            Some(Err(_)) => Err(ProblemCode::StaleVersion.into()),
        }
    }

    /// What is published; not to be had while the first publication takes long.
    pub(crate) async fn published(&self) -> Result<Arc<Publication>, Refusal> {
        let published = self.network.publisher.begun().await;
        if published.is_made() {
            Ok(published)
        } else {
            Err(ProblemCode::Unavailable.into())
        }
    }

    /// Counts something that one address should do seldom.
    pub(crate) fn slow(&self) -> Result<(), Refusal> {
        let address = self.address.map(Slowed::Hold);
        Ok(address.map_or(Ok(()), |who| self.service.slow(who))?)
    }
}

/// An operation without an idempotency key.
#[derive(Debug)]
struct Plain<O: Operation> {
    operation: O,
    answer: fn(&O, &O::Output) -> Answer,
}

impl<O: Operation> Operation for Plain<O> {
    type Output = Vec<u8>;

    async fn run<R: Rows>(&self, rows: &mut R) -> Result<Self::Output, NetworkError> {
        let output = self.operation.run(rows).await?;
        Ok((self.answer)(&self.operation, &output).bytes)
    }
}

fn hash(label: &[u8], bytes: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(label)
        .chain_update(bytes)
        .finalize()
        .into()
}

/// Finds out who asks, as the route needs it.
pub(super) async fn identify(
    service: &Service,
    network: &Network,
    route: &Route,
    (headers, address): (&HeaderMap, Option<IpAddr>),
) -> Result<Caller, Refusal> {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let after = |scheme: &str| {
        let rest = shown?.strip_prefix(scheme)?.strip_prefix(' ')?;
        Some(rest)
    };
    let stranger = || -> Refusal {
        let slowed = address.map_or(Ok(()), |address| service.slow(Slowed::Address(address)));
        slowed.map_or_else(Refusal::from, |()| ProblemCode::SignInAgain.into())
    };
    match route.who {
        Who::Anybody => Ok(Caller::Anybody),
        Who::Client => {
            let secret = after(CLIENT_SCHEME).and_then(|text| text.parse::<ClientSecret>().ok());
            let secret = secret.ok_or_else(stranger)?;
            Ok(Caller::Client(ClientId::of_secret(&secret)))
        }
        Who::Provider | Who::Operator => {
            let token = after("Bearer").and_then(|text| text.parse::<Token>().ok());
            let token = token.ok_or_else(stranger)?;
            let session = service.session(&token).await?;
            let session = session.ok_or_else(stranger)?;
            service.slow(Slowed::Session(session.session))?;
            let account = session.account;
            if route.who == Who::Operator && !network.store.run(IsOperator { account }).await? {
                return Err(ProblemCode::NotAllowed.into());
            }
            Ok(Caller::Account(account))
        }
    }
}
