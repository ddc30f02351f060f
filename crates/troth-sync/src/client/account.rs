//! Making an account, and getting into one: by password and device code, by recovery words.

use troth_core::{check_name, steers};
use troth_crypto::keyring::Keyring;
use troth_crypto::keys::{DeviceKey, MasterKey, UserKem, UserRoot};
use troth_crypto::local::LocalKey;
use troth_crypto::password::{ExportKey, Registration, SignIn};
use troth_crypto::recovery::{DeviceCode, RecoveryKit, RecoveryWords};
use troth_crypto::slot::{Slot, SlotKey, Slots};
use troth_crypto::stretch::Stretch;
use troth_crypto::vault::VaultKey;
use troth_wire::api::{self, ErrorCode, SignedIn};
use troth_wire::{PublicKey, Sealed, strict};

use super::load::LocalCell;
use super::{
    Client, IDENTITY, KEYRING, LOCAL, Rim, SERVER, VAULT, cell, load, plain, rng_of, seal_all,
    vault,
};
use crate::Rng;
use crate::identity::{Identity, Session};
use crate::journal::{Journal, Shelf};
use crate::keyring::{KeptDevice, KeptKem, Shared, VaultLocks};
use crate::machine::{Machine, SpaceCell, keys};
use crate::relay::Relay;
use crate::relay::call::{CallError, Server};
use crate::state::VaultCell;
use crate::trouble::{CreateError, RecoverError, RehearseError, SignInError, Trouble};
use crate::view::{Keeping, NewAccount};

/// The fewest characters of a password.
const SHORTEST_PASSWORD: usize = 8;
/// The most characters of a password; OPAQUE takes at most 65,535 bytes.
const LONGEST_PASSWORD: usize = 1000;

/// The length of a session's label. It says nothing: what a device is called lies in the keyring.
const LABEL: usize = 64;

/// What a device knows when the server has let it in and the account is open.
struct Arrived {
    login: String,
    signed: SignedIn,
    master: MasterKey,
    code: DeviceCode,
    log_key: PublicKey,
    shared: Shared,
    shared_version: u64,
    vault: VaultCell,
    rehearsed: bool,
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
        let client = Self::arrive(rim, arrived, &new.password, rng).await?;
        Ok((
            client,
            RecoveryKit {
                login,
                device_code,
                words,
            },
        ))
    }

    /// Signs in on another device, with the password and the device code of the kit.
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
        if load::local_cell(&rim.journal)
            .await
            .map_or(true, |cell| cell.is_some())
        {
            return Err(SignInError::SomebodyHere);
        }
        let code = DeviceCode::parse(device_code).map_err(|_| SignInError::BadDeviceCode)?;
        let login = login.trim().to_owned();
        let mut rng = rng_of(rim.env.as_ref());
        let about = Server::stranger(&rim.relay).about().await?;
        let (signed, export) = login_with::<R, K>(&rim.relay, &login, password, &mut rng).await?;
        let arrived = open_account(&rim, (login, signed, about.log_key), |slots| {
            slots.open(&SlotKey::password(&export, &code)).ok()
        });
        let arrived = match arrived.await? {
            Some(arrived) => Arrived { code, ..arrived },
            None => {
                // The password was right and the code was not: the session must not stay.
                let _ = Server::signed_in(&rim.relay, signed.token)
                    .end_session(signed.session)
                    .await;
                return Err(SignInError::Wrong);
            }
        };
        Ok(Self::arrive(rim, arrived, password, rng).await?)
    }

    /// Signs in again on a device whose session is over; what it kept and what waited stays.
    ///
    /// # Errors
    ///
    /// [`SignInError::Wrong`] for another password.
    pub async fn sign_in_again(&self, password: &str) -> Result<(), SignInError> {
        let mut rng = rng_of(self.inner.rim.env.as_ref());
        let (login, account) = {
            let state = self.state();
            (state.identity.login.clone(), state.identity.account)
        };
        let relay = &self.inner.rim.relay;
        let signed = login_with::<R, K>(relay, &login, password, &mut rng)
            .await?
            .0;
        if signed.account != account {
            return Err(SignInError::Wrong);
        }
        let _entered = self.enter().await?;
        {
            let mut state = self.state_mut();
            state.identity.session = Some(Session {
                id: signed.session,
                token: signed.token,
            });
            // The old device may have been ended meanwhile, and an ended device never comes
            // back: this is a new one with the old one's memory.
            state.identity.device = crate::draw(&mut rng);
            if let Some(machine) = &mut state.machine {
                machine.drop_flight();
            }
            let (device, session) = (state.device().id(), signed.session);
            state.shared.devices.retain(|kept| kept.device != device);
            let since = self.minute();
            state.shared.devices.push(KeptDevice {
                device,
                session,
                since,
                ended: false,
            });
            state.identity.known_devices.push(device);
            state.shared_dirty = true;
        }
        let writes = self.state_mut().machine.as_mut().map(Machine::take_writes);
        self.commit([writes.unwrap_or_default(), self.identity_writes()].concat())
            .await?;
        Ok(())
    }

    /// Opens an account with the recovery words and gives it a new password and device code.
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
        if load::local_cell(&rim.journal)
            .await
            .map_or(true, |cell| cell.is_some())
        {
            return Err(RecoverError::SomebodyHere);
        }
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
        let server = Server::signed_in(&rim.relay, signed.token);
        let code = DeviceCode::generate(&mut rng);
        new_password_slot::<R, K>(&server, (&arrived.master, &code), new_password, &mut rng)
            .await?;
        let arrived = Arrived {
            code: code.clone(),
            rehearsed: true,
            ..arrived
        };
        let client = Self::arrive(rim, arrived, new_password, rng).await?;
        Ok((
            client,
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

    /// Writes everything that a device needs, and opens it.
    async fn arrive(
        rim: Rim<J, R>,
        arrived: Arrived,
        password: &str,
        mut rng: Rng,
    ) -> Result<Self, Trouble> {
        let local = LocalKey::generate(&mut rng);
        let local_cell = match rim.keeping {
            Keeping::Unlocked => LocalCell::unlocked(&local),
            Keeping::Locked => LocalCell::locked::<K>(&local, password, &mut rng),
        };
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

/// Signs in with a password, and returns with the session what only the password gives.
async fn login_with<R: Relay, K: Stretch>(
    relay: &R,
    login: &str,
    password: &str,
    rng: &mut Rng,
) -> Result<(SignedIn, ExportKey), SignInError> {
    let stranger = Server::stranger(relay);
    let (started, request) = SignIn::<K>::start(password, rng).map_err(|_| SignInError::Wrong)?;
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
    let (started, request) = Registration::<K>::start(password, rng).map_err(malformed)?;
    let start = api::RegisterStart {
        login: login.to_owned(),
        request: request.into(),
    };
    let answer = stranger.register_start(&start).await.map_err(refused)?;
    let (upload, export) = started.finish(&answer.response.0, rng).map_err(malformed)?;
    let (code, master) = (DeviceCode::generate(rng), MasterKey::generate(rng));
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
    let vault = VaultCell {
        blob: blob.into(),
        version: 1,
        key: None,
        theirs: None,
        uploaded: 0,
    };
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
            pin: None,
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
    let vault = VaultCell {
        blob: blob.into(),
        version: stored.version,
        key: None,
        theirs: None,
        uploaded: 0,
    };
    Ok(Some(Arrived {
        login,
        signed,
        master,
        code: DeviceCode::from_bytes([0; 16]),
        log_key,
        rehearsed: shared.rehearsed,
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

/// Registers a new password for a signed-in account, with its slot.
pub(super) async fn new_password_slot<R: Relay, K: Stretch>(
    server: &Server<'_, R>,
    (master, code): (&MasterKey, &DeviceCode),
    password: &str,
    rng: &mut Rng,
) -> Result<(), Trouble> {
    let account = server.account().await?;
    let mut slots = Slots::from_bytes(&account.slots.bytes.0).map_err(|_| Trouble::Malformed)?;
    let (started, request) =
        Registration::<K>::start(password, rng).map_err(|_| Trouble::Malformed)?;
    let answer = server
        .password_start(&api::PasswordStart {
            request: request.into(),
        })
        .await?;
    let (upload, export) = started
        .finish(&answer.response.0, rng)
        .map_err(|_| Trouble::Malformed)?;
    slots.put(Slot::seal(master, &SlotKey::password(&export, code), rng));
    let slots = api::PutBlob {
        replaces: account.slots.version,
        bytes: slots.to_bytes().into(),
    };
    let finish = api::PasswordFinish {
        upload: upload.into(),
        slots,
        recovery: None,
    };
    server.password_finish(&finish).await?;
    Ok(())
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
