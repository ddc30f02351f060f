//! Making an account, and getting into one: by password and device code, by recovery words.

use troth_core::{check_name, steers};
use troth_crypto::changed::{self, Changed};
use troth_crypto::keyring::Keyring;
use troth_crypto::keys::{DeviceKey, MasterKey, UserKem, UserRoot};
use troth_crypto::local::LocalKey;
use troth_crypto::password::{ExportKey, Registration, SignIn};
use troth_crypto::recovery::{DeviceCode, RecoveryKit, RecoveryWords};
use troth_crypto::slot::{Slot, SlotKey, Slots};
use troth_crypto::stretch::Stretch;
use troth_crypto::vault::VaultKey;
use troth_wire::api::{self, ErrorCode, ProvenAct, SignedIn};
use troth_wire::{PublicKey, Sealed, Token, strict};

use super::again::Kept;
use super::load::LocalCell;
use super::{
    Client, IDENTITY, KEYRING, LOCAL, Rim, SERVER, VAULT, cell, load, plain, rng_of, seal_all,
    vault,
};
use crate::Rng;
use crate::identity::{Identity, Session};
use crate::journal::{Journal, Shelf};
use crate::keyring::{KeptDevice, KeptKem, Shared, VaultLocks};
use crate::machine::{SpaceCell, keys};
use crate::relay::Relay;
use crate::relay::call::{CallError, Server};
use crate::state::VaultCell;
use crate::trouble::{CreateError, RecoverError, RehearseError, SignInError, Trouble};
use crate::view::NewAccount;

/// The fewest characters of a password.
const SHORTEST_PASSWORD: usize = 8;
/// The most characters of a password; OPAQUE takes at most 65,535 bytes.
const LONGEST_PASSWORD: usize = 1000;

/// The length of a session's label. It says nothing: what a device is called lies in the keyring.
const LABEL: usize = 64;

/// What a device knows when the server has let it in and the account is open.
pub(super) struct Arrived {
    login: String,
    pub(super) signed: SignedIn,
    pub(super) master: MasterKey,
    pub(super) code: DeviceCode,
    log_key: PublicKey,
    pub(super) shared: Shared,
    shared_version: u64,
    vault: VaultCell,
    pub(super) rehearsed: bool,
    pub(super) slots_version: u64,
}

impl Arrived {
    /// Who the device belongs to from now on.
    fn identity(&self, device: &DeviceKey, server: String) -> Identity {
        let signed = &self.signed;
        Identity {
            login: self.login.clone(),
            name: self.shared.name.clone(),
            server,
            account: signed.account,
            session: Some(Session {
                id: signed.session,
                token: signed.token,
            }),
            device: *device.seed().expose(),
            master: *self.master.secret().expose(),
            code: self.code.bytes().to_vec(),
            rehearsed: self.rehearsed || self.shared.rehearsed,
            log_key: self.log_key,
            current: self.shared.spaces.last().map(|kept| kept.space),
            notices: Vec::new(),
            known_devices: self.shared.devices.iter().map(|kept| kept.device).collect(),
            password_number: self.slots_version,
            asked: Vec::new(),
        }
    }
}

fn label() -> Sealed {
    Sealed(vec![0; LABEL])
}

/// Tells whether a password is one that an account may have.
pub(super) fn is_fit(password: &str) -> bool {
    (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count())
}

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Makes an account: keys here, a password file there. The kit is shown once.
    ///
    /// # Errors
    ///
    /// [`CreateError`] says what to change.
    pub async fn create_account(
        rim: Rim<J, R>,
        new: NewAccount,
    ) -> Result<(Self, RecoveryKit), CreateError> {
        if load::local_cell(&rim.journal)
            .await
            .map_or(true, |cell| cell.is_some())
        {
            return Err(CreateError::SomebodyHere);
        }
        let login = new.login.trim().to_owned();
        let name = new.name.trim().to_owned();
        let is_login = (1..=api::MAX_LOGIN).contains(&login.len()) && !login.contains(steers);
        if !is_login || check_name(&name).is_err() {
            return Err(CreateError::BadName);
        }
        if !is_fit(&new.password) {
            return Err(CreateError::WeakPassword);
        }
        let mut rng = rng_of(rim.env.as_ref());
        let words = RecoveryWords::generate(&mut rng);
        let arrived = register::<R, K>(&rim, (&login, &name, &new.password), &words, &mut rng);
        let arrived = arrived.await?;
        let device_code = arrived.code.clone();
        let client = Self::arrive_new(rim, arrived, &new.password, rng).await?;
        Ok((
            client,
            RecoveryKit {
                login,
                device_code,
                words,
            },
        ))
    }

    /// Signs in with the password and the device code of the kit: on another device, or again on
    /// one where this person is signed in already, whatever became of its session.
    ///
    /// Where the person is here already, everything stays: what was written and not sent, notes,
    /// drafts, answers, and the device itself unless it was ended.
    ///
    /// # Errors
    ///
    /// [`SignInError`]; a wrong login, password and code are one and the same error.
    pub async fn sign_in(
        rim: Rim<J, R>,
        login: &str,
        password: &str,
        device_code: &str,
    ) -> Result<Self, SignInError> {
        let code = DeviceCode::parse(device_code).map_err(|_| SignInError::BadDeviceCode)?;
        let login = login.trim().to_owned();
        let mut rng = rng_of(rim.env.as_ref());
        let about = Server::stranger(&rim.relay).about().await?;
        let by = (password, &code);
        let (signed, export) = login_with::<R, K>(&rim.relay, &login, by, &mut rng).await?;
        let arrived = open_account(&rim, (login, signed, about.log_key), |slots| {
            slots.open(&SlotKey::password(&export, &code)).ok()
        });
        let arrived = match arrived.await? {
            Some(arrived) => Arrived { code, ..arrived },
            None => {
                // The server let the device in and the slot does not open: the session must not
                // stay.
                end_at_once(&rim.relay, &signed).await;
                return Err(SignInError::Wrong);
            }
        };
        let came = Self::arrive(rim, arrived, password, rng).await?;
        came.ok_or(SignInError::OtherAccount)
    }

    /// Opens an account with the recovery words and gives it a new password and device code, on a
    /// new device or on one where this person is signed in already.
    ///
    /// # Errors
    ///
    /// [`RecoverError`]; a wrong login and wrong words are one and the same error.
    pub async fn recover(
        rim: Rim<J, R>,
        login: &str,
        words: &str,
        new_password: &str,
    ) -> Result<(Self, RecoveryKit), RecoverError> {
        let words = RecoveryWords::parse(words).map_err(|_| RecoverError::BadWords)?;
        if !is_fit(new_password) {
            return Err(RecoverError::WeakPassword);
        }
        let login = login.trim().to_owned();
        let mut rng = rng_of(rim.env.as_ref());
        let stranger = Server::stranger(&rim.relay);
        let about = stranger.about().await?;
        let start = api::RecoverStart {
            login: login.clone(),
        };
        let answer = stranger
            .recover_start(&start)
            .await
            .map_err(wrong_words_or)?;
        let sig = words.sign(&api::recovery_signed_bytes(&answer.nonce));
        let finish = api::RecoverFinish {
            challenge: answer.challenge,
            sig,
            label: label(),
        };
        let signed = stranger
            .recover_finish(&finish)
            .await
            .map_err(wrong_words_or)?;
        let arrived = open_account(&rim, (login.clone(), signed, about.log_key), |slots| {
            slots.open(&SlotKey::recovery(&words)).ok()
        });
        let arrived = arrived.await?.ok_or(RecoverError::Wrong)?;
        // Before anything changes on the server: another account's words must stay as they are.
        if matches!(Self::kept(&rim, &arrived).await?, Kept::Anothers) {
            end_at_once(&rim.relay, &arrived.signed).await;
            return Err(RecoverError::OtherAccount);
        }
        let server = Server::signed_in(&rim.relay, signed.token);
        let code = DeviceCode::generate(&mut rng);
        let proof = prove_by_words(&server, &words, ProvenAct::ChangePassword).await;
        let proof = proof.map_err(wrong_words_or)?;
        let new = (new_password, &code);
        let slots_version =
            new_password_slot::<R, K>(&server, &arrived.master, new, proof, &mut rng).await?;
        let arrived = Arrived {
            code: code.clone(),
            rehearsed: true,
            slots_version,
            ..arrived
        };
        let came = Self::arrive(rim, arrived, new_password, rng).await?;
        Ok((
            came.ok_or(RecoverError::OtherAccount)?,
            RecoveryKit {
                login,
                device_code: code,
                words,
            },
        ))
    }

    /// Opens the account with typed recovery words, as a rehearsal: really, on the server's copy.
    ///
    /// # Errors
    ///
    /// [`RehearseError`] says whether the words are misspelt or another account's.
    pub async fn confirm_rehearsal(&self, words: &str) -> Result<(), RehearseError> {
        let words = RecoveryWords::parse(words).map_err(|_| RehearseError::BadWords)?;
        let account = self.server()?.account().await?;
        let slots = Slots::from_bytes(&account.slots.bytes.0).map_err(|_| Trouble::Malformed)?;
        let opened = slots
            .open(&SlotKey::recovery(&words))
            .map_err(|_| RehearseError::Wrong)?;
        let _entered = self.enter().await?;
        if opened != self.state().master() {
            return Err(RehearseError::Wrong);
        }
        {
            let mut state = self.state_mut();
            state.identity.rehearsed = true;
            state.shared.rehearsed = true;
            state.shared_dirty = true;
        }
        self.commit(self.identity_writes()).await?;
        Ok(())
    }

    /// Opens what is here for who has opened the account, or begins anew where nobody is; nothing
    /// if another account's words are here.
    async fn arrive(
        rim: Rim<J, R>,
        arrived: Arrived,
        password: &str,
        rng: Rng,
    ) -> Result<Option<Self>, Trouble> {
        match Self::kept(&rim, &arrived).await? {
            Kept::Nothing => Self::arrive_new(rim, arrived, password, rng)
                .await
                .map(Some),
            Kept::Own(local) => Self::come_back(rim, (arrived, local), password, rng)
                .await
                .map(Some),
            Kept::Anothers => {
                end_at_once(&rim.relay, &arrived.signed).await;
                Ok(None)
            }
        }
    }

    /// Writes everything that a device needs, and opens it.
    async fn arrive_new(
        rim: Rim<J, R>,
        arrived: Arrived,
        password: &str,
        mut rng: Rng,
    ) -> Result<Self, Trouble> {
        let local = LocalKey::generate(&mut rng);
        let keys = (&local, &arrived.master);
        let local_cell = LocalCell::new::<K>(rim.keeping, keys, password, &mut rng);
        let device = DeviceKey::generate(&mut rng);
        let minute = u64::try_from(rim.env.now().as_second()).unwrap_or_default() / 60;
        let identity = arrived.identity(&device, rim.relay.address());
        let mut shared = arrived.shared;
        shared.devices.push(KeptDevice {
            device: device.id(),
            session: arrived.signed.session,
            since: minute,
            ended: false,
        });
        let mut writes = vec![
            plain(SERVER, rim.relay.address().into_bytes()),
            cell(IDENTITY, strict::encode(&identity)),
            cell(
                KEYRING,
                load::encode_shared_parts(shared.clone(), arrived.shared_version, true),
            ),
            cell(VAULT, strict::encode(&arrived.vault)),
        ];
        if let Some(kept) = shared.spaces.last() {
            writes.push(crate::journal::Write::Put {
                shelf: Shelf::Cell,
                key: keys::cell(&kept.space),
                value: strict::encode(&SpaceCell::from_kept(kept)),
            });
        }
        // The local key comes last in the list and with all the rest in one commit.
        writes.push(plain(LOCAL, strict::encode(&local_cell)));
        let sealed = seal_all(&local, writes, &mut rng);
        let held = rim.lock.hold().await;
        rim.journal.commit(sealed).await?;
        let mut state = load::state(&rim.journal, &local).await?;
        drop(held);
        vault::open_kept(&mut state);
        Ok(Self::assemble(rim, local, state, rng))
    }
}

/// Ends a session that began a moment ago and is good for nothing.
pub(super) async fn end_at_once<R: Relay>(relay: &R, signed: &SignedIn) {
    // A session that stays expires by itself.
    let _ = Server::signed_in(relay, signed.token)
        .end_session(signed.session)
        .await;
}

/// Signs in with password and device code, and returns with the session what only they give.
pub(super) async fn login_with<R: Relay, K: Stretch>(
    relay: &R,
    login: &str,
    (password, code): (&str, &DeviceCode),
    rng: &mut Rng,
) -> Result<(SignedIn, ExportKey), SignInError> {
    let stranger = Server::stranger(relay);
    let (started, request) =
        SignIn::<K>::start(password, code, rng).map_err(|_| SignInError::Wrong)?;
    let start = api::LoginStart {
        login: login.to_owned(),
        request: request.into(),
    };
    let answer = stranger.login_start(&start).await.map_err(wrong_or)?;
    let (finalization, export) = started
        .finish(&answer.response.0, rng)
        .map_err(|_| SignInError::Wrong)?;
    let finish = api::LoginFinish {
        challenge: answer.challenge,
        finalization: finalization.into(),
        label: label(),
    };
    let signed = stranger.login_finish(&finish).await.map_err(wrong_or)?;
    Ok((signed, export))
}

async fn register<R: Relay, K: Stretch>(
    rim: &Rim<impl Journal, R>,
    (login, name, password): (&str, &str, &str),
    words: &RecoveryWords,
    rng: &mut Rng,
) -> Result<Arrived, CreateError> {
    let stranger = Server::stranger(&rim.relay);
    let about = stranger.about().await?;
    let refused = |error: CallError| match error {
        CallError::Problem(ErrorCode::LoginTaken | ErrorCode::BadLogin, _) => {
            CreateError::LoginRefused
        }
        other => other.into(),
    };
    let malformed = |_| CreateError::from(Trouble::Malformed);
    let (code, master) = (DeviceCode::generate(rng), MasterKey::generate(rng));
    let (started, request) = Registration::<K>::start(password, &code, rng).map_err(malformed)?;
    let start = api::RegisterStart {
        login: login.to_owned(),
        request: request.into(),
    };
    let answer = stranger.register_start(&start).await.map_err(refused)?;
    let (upload, export) = started.finish(&answer.response.0, rng).map_err(malformed)?;
    let mut slots = Slots::default();
    slots.put(Slot::seal(&master, &SlotKey::password(&export, &code), rng));
    slots.put(Slot::seal(&master, &SlotKey::recovery(words), rng));
    let (root, vault_key) = (UserRoot::generate(rng), VaultKey::generate(rng));
    let shared = new_shared(name, &root, (&vault_key, words), rng);
    let keyring = Keyring::seal(&master, &root, 1, &strict::encode(&shared), rng);
    let blob = vault::sealed_content(&vault_key, &[], rng);
    let finish = api::RegisterFinish {
        login: login.to_owned(),
        upload: upload.into(),
        recovery: words.sign_in_key(),
        slots: slots.to_bytes().into(),
        keyring: keyring.to_bytes().into(),
        vault: vault::outer(&master, &blob, rng).into(),
        label: label(),
    };
    let signed = stranger.register_finish(&finish).await.map_err(refused)?;
    let vault = VaultCell::new(blob, 1);
    Ok(Arrived {
        login: login.to_owned(),
        signed,
        master,
        code,
        log_key: about.log_key,
        shared,
        shared_version: 1,
        vault,
        rehearsed: false,
        slots_version: 1,
    })
}

fn new_shared(
    name: &str,
    root: &UserRoot,
    (vault_key, words): (&VaultKey, &RecoveryWords),
    rng: &mut Rng,
) -> Shared {
    let kem = UserKem::generate(1, rng);
    let recovery = vault_key.seal_for_recovery(words, rng).into();
    let open = Some(vault_key.secret().expose().to_vec().into());
    Shared {
        root: *root.seed().expose(),
        kems: vec![KeptKem {
            generation: 1,
            seed: *kem.seed().expose(),
        }],
        name: name.to_owned(),
        spaces: Vec::new(),
        vault: VaultLocks {
            open,
            pins: Vec::new(),
            recovery,
            changes: 0,
        },
        devices: Vec::new(),
        rehearsed: false,
        refused: Vec::new(),
        clients: None,
    }
}

/// Fetches and opens an account; nothing if the slot does not open.
async fn open_account<R: Relay>(
    rim: &Rim<impl Journal, R>,
    (login, signed, log_key): (String, SignedIn, PublicKey),
    open: impl FnOnce(&Slots) -> Option<MasterKey>,
) -> Result<Option<Arrived>, Trouble> {
    let server = Server::signed_in(&rim.relay, signed.token);
    let account = server.account().await?;
    let slots = Slots::from_bytes(&account.slots.bytes.0).map_err(|_| Trouble::Malformed)?;
    let Some(master) = open(&slots) else {
        return Ok(None);
    };
    let shared = opened_keyring(&master, &account.keyring.bytes.0).ok_or(Trouble::Malformed)?;
    let stored = server.vault().await?;
    let blob = vault::inner(&master, &stored.bytes.0).ok_or(Trouble::Malformed)?;
    let vault = VaultCell::new(blob, stored.version);
    Ok(Some(Arrived {
        login,
        signed,
        master,
        code: DeviceCode::from_bytes([0; 16]),
        log_key,
        rehearsed: shared.rehearsed,
        slots_version: account.slots.version,
        shared,
        shared_version: account.keyring.version,
        vault,
    }))
}

/// Opens a keyring and checks that its own root signed it.
pub(super) fn opened_keyring(master: &MasterKey, bytes: &[u8]) -> Option<Shared> {
    let keyring = Keyring::from_bytes(bytes).ok()?;
    let plain = keyring.open(master).ok()?;
    let shared: Shared = strict::decode(&plain).ok()?;
    let root = UserRoot::from_seed(&troth_crypto::Secret::new(shared.root));
    keyring.is_signed_by(&root.public()).then_some(shared)
}

/// Proves an act anew by the recovery words.
async fn prove_by_words<R: Relay>(
    server: &Server<'_, R>,
    words: &RecoveryWords,
    act: ProvenAct,
) -> Result<api::Proof, CallError> {
    let answer = server
        .prove_by_words(&api::RecoveryProofStart { act })
        .await?;
    Ok(api::Proof::Recovery {
        challenge: answer.challenge,
        sig: words.sign(&api::act_signed_bytes(&answer.nonce, act)),
    })
}

/// Registers a new password for a signed-in account, with its slot, and leaves word of it for
/// the person's other devices. Returns the number of the change.
pub(super) async fn new_password_slot<R: Relay, K: Stretch>(
    server: &Server<'_, R>,
    master: &MasterKey,
    (password, code): (&str, &DeviceCode),
    proof: api::Proof,
    rng: &mut Rng,
) -> Result<u64, Trouble> {
    let account = server.account().await?;
    let mut slots = Slots::from_bytes(&account.slots.bytes.0).map_err(|_| Trouble::Malformed)?;
    let (started, request) =
        Registration::<K>::start(password, code, rng).map_err(|_| Trouble::Malformed)?;
    let answer = server
        .password_start(&api::PasswordStart {
            request: request.into(),
        })
        .await?;
    let (upload, export) = started
        .finish(&answer.response.0, rng)
        .map_err(|_| Trouble::Malformed)?;
    slots.put(Slot::seal(master, &SlotKey::password(&export, code), rng));
    let replaces = account.slots.version;
    let number = replaces.saturating_add(1);
    let ask = Token(changed::ask_key(master));
    let code = code.clone();
    let word = Changed { number, code }.seal(master, rng);
    let finish = api::PasswordFinish {
        upload: upload.into(),
        slots: api::PutBlob {
            replaces,
            bytes: slots.to_bytes().into(),
        },
        recovery: None,
        proof,
        word: api::PasswordWord::new(&ask, word.into()),
    };
    server.password_finish(&finish).await?;
    Ok(number)
}

fn wrong_or(error: CallError) -> SignInError {
    if error.is(ErrorCode::WrongCredentials) || error.is(ErrorCode::BadLogin) {
        SignInError::Wrong
    } else {
        error.into()
    }
}

fn wrong_words_or(error: CallError) -> RecoverError {
    if error.is(ErrorCode::WrongCredentials) || error.is(ErrorCode::BadLogin) {
        RecoverError::Wrong
    } else {
        error.into()
    }
}
