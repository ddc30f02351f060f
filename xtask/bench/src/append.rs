//! Durable appends over real HTTP: every check on, each client with a space of its own.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use ed25519_dalek::SigningKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use troth_wire::api::{
    Append, Appended, Claim, Empty, Outcome, RegisterFinish, RegisterStart, RegisterStarted,
    SignedIn, claim_signed_bytes,
};
use troth_wire::opaque::opaque_ke::{
    ClientRegistration, ClientRegistrationFinishParameters, RegistrationResponse,
};
use troth_wire::opaque::{Chance, ServerSuite};
use troth_wire::{PublicKey, Sealed};

use crate::author::Author;
use crate::http::{Connection, request};
use crate::sample::Rate;
use crate::served::{Served, used_by};

/// The size of an entry's body: the class of most entries.
pub(crate) const BODY: usize = 512;

/// What one run found.
pub(crate) struct Appends {
    pub(crate) rate: Rate,
    /// The bytes of one envelope as the server keeps it.
    pub(crate) row: usize,
    /// The processor time of the server in the run, signing up not counted.
    pub(crate) server: Duration,
    /// The processor time of the clients in the run.
    pub(crate) clients: Duration,
}

/// Lets `clients` append `each` entries and measures every append.
///
/// Everything is signed and put into requests before the clock starts, and the answers are
/// judged after it stopped.
pub(crate) fn run(served: &Served, clients: usize, each: usize) -> Result<Appends> {
    let address = &served.address;
    let mut prepared = Vec::with_capacity(clients);
    let mut account = None;
    for client in 0..clients {
        // Two spaces to an account, so that signing up stays within what one address may try.
        let me = match account.take() {
            Some(me) if client % 2 == 1 => me,
            _ => register(&mut Connection::open(address)?)?,
        };
        prepared.push(prepare(address, &me, each)?);
        account = Some(me);
    }
    let row = prepared.first().map_or(0, |client| client.row);
    let (server, own) = (served.used()?, used_by("self")?);
    let rate = rate(&mut prepared, clients * each)?;
    let found = Appends {
        rate,
        row,
        server: served.used()?.saturating_sub(server),
        clients: used_by("self")?.saturating_sub(own),
    };
    prepared.iter().try_for_each(Prepared::check)?;
    Ok(found)
}

/// Lets all clients loose at once, each in a thread of its own.
fn rate(prepared: &mut [Prepared], appends: usize) -> Result<Rate> {
    let start = Barrier::new(prepared.len() + 1);
    std::thread::scope(|scope| {
        let start = &start;
        let workers: Vec<_> = prepared
            .iter_mut()
            .map(|client| {
                scope.spawn(move || {
                    start.wait();
                    client.append()
                })
            })
            .collect();
        start.wait();
        let begun = Instant::now();
        let mut latencies = Vec::with_capacity(appends);
        for worker in workers {
            let one = worker
                .join()
                .map_err(|_| anyhow::anyhow!("a client ended early"))??;
            latencies.extend(one);
        }
        Ok(Rate::of(latencies, begun.elapsed()))
    })
}

/// A signed-in client with all its requests ready to be sent.
struct Prepared {
    connection: Connection,
    requests: Vec<Vec<u8>>,
    answers: Vec<Vec<u8>>,
    row: usize,
}

fn prepare(address: &str, me: &SignedIn, each: usize) -> Result<Prepared> {
    let mut connection = Connection::open(address)?;
    let mut author = Author::new(ChaCha20Rng::from_seed(seed()?));
    let path = format!("/v1/spaces/{}", author.space);
    let begin = Append {
        entries: author.begin(),
    };
    let begun: Appended = connection.ask(&request(
        &format!("{path}/entries"),
        Some(&me.token),
        &begin,
    ))?;
    ensure!(
        begun
            .outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Placed { .. })),
        "the space did not begin: {:?}",
        begun.outcomes
    );
    let (device, sig) = author.claim(&claim_signed_bytes(&me.account, &author.space));
    let claim = Claim {
        member: author.member,
        device,
        sig,
    };
    let _: Empty = connection.ask(&request(&format!("{path}/claim"), Some(&me.token), &claim))?;
    let mut row = 0;
    let requests = (0..each)
        .map(|_| {
            let entry = author.write(BODY);
            row = entry.encode().len();
            request(
                &format!("{path}/entries"),
                Some(&me.token),
                &Append {
                    entries: vec![entry],
                },
            )
        })
        .collect();
    Ok(Prepared {
        connection,
        answers: Vec::with_capacity(each),
        requests,
        row,
    })
}

impl Prepared {
    /// Sends one request after the other. The answers are kept, and judged by [`Self::check`]
    /// when the clock has stopped: a client of the bench is not what is measured.
    fn append(&mut self) -> Result<Vec<Duration>> {
        let mut latencies = Vec::with_capacity(self.requests.len());
        for request in &self.requests {
            let begun = Instant::now();
            let answer = self.connection.send(request)?;
            latencies.push(begun.elapsed());
            self.answers.push(answer.to_vec());
        }
        Ok(latencies)
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.answers.len() == self.requests.len(),
            "answers are missing"
        );
        for answer in &self.answers {
            let appended: Appended = troth_wire::frame::decode(answer)
                .map_err(|error| anyhow::anyhow!("the answer is no frame: {error}"))?;
            ensure!(
                matches!(appended.outcomes.as_slice(), [Outcome::Placed { .. }])
                    && appended.receipt.is_some(),
                "an append was refused: {:?}",
                appended.outcomes
            );
        }
        Ok(())
    }
}

/// Signs up without the slow password hash, which runs on the client and never on the server.
pub(crate) fn register(connection: &mut Connection) -> Result<SignedIn> {
    let rng = &mut ChaCha20Rng::from_seed(seed()?);
    let login: String = seed()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let wrong = |_| anyhow::anyhow!("the password exchange failed");
    let started =
        ClientRegistration::<ServerSuite>::start(&mut Chance(rng), b"bench").map_err(wrong)?;
    let start = RegisterStart {
        login: login.clone(),
        request: Sealed(started.message.serialize().to_vec()),
    };
    let answer: RegisterStarted = connection.ask(&request("/v1/accounts/start", None, &start))?;
    let response = RegistrationResponse::deserialize(&answer.response.0).map_err(wrong)?;
    let parameters = ClientRegistrationFinishParameters::default();
    let finished = started
        .state
        .finish(&mut Chance(rng), b"bench", response, parameters)
        .map_err(wrong)?;
    let recovery = SigningKey::from_bytes(&seed()?).verifying_key();
    let finish = RegisterFinish {
        login,
        upload: Sealed(finished.message.serialize().to_vec()),
        recovery: PublicKey(recovery.to_bytes()),
        slots: Sealed(vec![1; 512]),
        keyring: Sealed(vec![1; 4096]),
        vault: Sealed(vec![1; 64 * 1024]),
        label: Sealed(vec![1; 64]),
    };
    connection
        .ask(&request("/v1/accounts/finish", None, &finish))
        .context("signing up")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the bench is a rim; the seeds make its spaces distinct"
)]
fn seed() -> Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| anyhow::anyhow!("no source of chance"))?;
    Ok(seed)
}
