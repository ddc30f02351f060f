//! People with devices: the real client on a still clock, with passwords that cost nothing.

use std::fmt;
use std::rc::Rc;

use jiff::Timestamp;
use troth_core::{Command, EntryId};
use troth_crypto::stretch::Light;
use troth_sync::env::Env;
use troth_sync::lock::Alone;
use troth_sync::view::{Keeping, NewAccount, SyncReport};
use troth_sync::{Client, DispatchError, OpenError, Rim, SyncError, block_on};

use crate::chance::Chance;
use crate::clock::Clock;
use crate::disk::Disk;
use crate::line::Line;
use crate::server::Backend;

/// The real client over a disk and a line of this process.
pub type TestClient = Client<Disk, Line, Light>;

/// The clock, zone and chance of one device.
#[derive(Clone, Debug)]
struct StillEnv {
    clock: Clock,
    ahead: i64,
    zone: &'static str,
    chance: Chance,
}

impl Env for StillEnv {
    fn now(&self) -> Timestamp {
        self.clock.ahead_by(self.ahead)
    }

    fn zone(&self) -> String {
        self.zone.to_owned()
    }

    fn seed(&self) -> [u8; 32] {
        self.chance.draw()
    }
}

/// One device of one person.
#[derive(Clone)]
pub struct Device {
    /// What it keeps when its process ends.
    pub disk: Disk,
    /// Its way to the server.
    pub line: Line,
    env: StillEnv,
    keeping: Keeping,
    running: Option<TestClient>,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device")
            .field("running", &self.running.is_some())
            .finish_non_exhaustive()
    }
}

impl Device {
    /// A new device on which nobody is signed in.
    #[must_use]
    pub fn new(line: Line, clock: Clock, chance: Chance) -> Self {
        let env = StillEnv {
            clock,
            ahead: 0,
            zone: "Europe/Vienna",
            chance,
        };
        Self {
            disk: Disk::default(),
            line,
            env,
            keeping: Keeping::Unlocked,
            running: None,
        }
    }

    /// A device whose disk is there, with its process not running.
    #[must_use]
    pub fn on_disk(disk: Disk, line: Line, clock: Clock, chance: Chance) -> Self {
        Self {
            disk,
            ..Self::new(line, clock, chance)
        }
    }

    /// Sets the device's clock ahead, or back.
    #[must_use]
    pub fn with_clock_ahead(mut self, seconds: i64) -> Self {
        self.env.ahead = seconds;
        self
    }

    /// Keeps the keys behind the password, as a browser does.
    #[must_use]
    pub fn that_locks(mut self) -> Self {
        self.keeping = Keeping::Locked;
        self
    }

    /// What a client of this device meets the world with.
    #[must_use]
    pub fn rim(&self) -> Rim<Disk, Line> {
        Rim {
            journal: self.disk.clone(),
            relay: self.line.clone(),
            env: Box::new(self.env.clone()),
            lock: Box::new(Alone),
            keeping: self.keeping,
        }
    }

    /// The running client.
    ///
    /// # Panics
    ///
    /// When nobody is signed in or the process is not running.
    #[must_use]
    pub fn client(&self) -> &TestClient {
        self.running.as_ref().expect("the device is running")
    }

    /// Tells whether the process is running.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Ends the process, as a power cut does: what is in memory is gone.
    pub fn crash(&mut self) {
        self.running = None;
    }

    /// Starts the process from its disk.
    ///
    /// # Panics
    ///
    /// When the disk does not open, which is a bug.
    pub fn start(&mut self) {
        let opened = block_on(TestClient::open(self.rim()));
        self.running = Some(opened.expect("what a client wrote opens again"));
    }

    /// Starts the process with the password.
    ///
    /// # Errors
    ///
    /// As [`Client::unlock`].
    pub fn unlock(&mut self, password: &str) -> Result<(), OpenError> {
        let opened = block_on(TestClient::unlock(self.rim(), password))?;
        self.running = Some(opened);
        Ok(())
    }

    /// Ends the process and starts it again.
    pub fn restart(&mut self) {
        self.crash();
        self.start();
    }

    /// Synchronises.
    ///
    /// # Errors
    ///
    /// As [`Client::sync`].
    pub fn sync(&self) -> Result<SyncReport, SyncError> {
        block_on(self.client().sync())
    }

    /// Writes.
    ///
    /// # Errors
    ///
    /// As [`Client::dispatch`].
    pub fn dispatch(&self, command: Command) -> Result<EntryId, DispatchError> {
        block_on(self.client().dispatch(command))
    }
}

/// A person with devices.
#[derive(Clone, Debug)]
pub struct Person {
    /// The login.
    pub login: String,
    /// The name that the partner sees.
    pub name: String,
    /// The password.
    pub password: String,
    /// The first half of the recovery kit.
    pub device_code: String,
    /// The 24 words of the recovery kit.
    pub words: String,
    /// The devices.
    pub devices: Vec<Device>,
}

impl Person {
    /// Makes an account on a first device.
    ///
    /// # Panics
    ///
    /// When the server takes no account.
    #[must_use]
    pub fn signs_up(name: &str, mut device: Device) -> Self {
        let login = format!("{}@example.org", name.to_lowercase());
        let password = format!("{name} keeps one secret");
        let new = NewAccount {
            login: login.clone(),
            name: name.to_owned(),
            password: password.clone(),
        };
        let made = block_on(TestClient::create_account(device.rim(), new));
        let (client, kit) = made.expect("the account is made");
        device.running = Some(client);
        Self {
            login,
            name: name.to_owned(),
            password,
            device_code: kit.device_code.to_string(),
            words: kit.words.words().join(" "),
            devices: vec![device],
        }
    }

    /// Signs in on one more device.
    ///
    /// # Panics
    ///
    /// When password and device code do not open the account.
    pub fn adds(&mut self, device: Device) {
        let device = self.signs_in(device);
        self.devices.push(device);
    }

    /// Signs in on a device with nobody on it.
    ///
    /// # Panics
    ///
    /// When password and device code do not open the account.
    #[must_use]
    pub fn signs_in(&self, mut device: Device) -> Device {
        let signed =
            TestClient::sign_in(device.rim(), &self.login, &self.password, &self.device_code);
        device.running = Some(block_on(signed).expect("password and code open the account"));
        device
    }

    /// The first device.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn first(&self) -> &Device {
        &self.devices[0]
    }
}

/// Lays lines and hands out devices for one world.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The clock of the world.
    pub clock: Clock,
    /// The chance of the world.
    pub chance: Chance,
    /// Whoever answers at the other end of every line.
    pub backend: Rc<dyn Backend>,
}

impl Shop {
    /// Hands out a new device; its number names its line.
    #[must_use]
    pub fn device(&self, number: usize) -> Device {
        let line = Line::new(number, Rc::clone(&self.backend), self.chance.branch());
        Device::new(line, self.clock.clone(), self.chance.branch())
    }

    /// Hands out a device with a disk that is there, and starts it.
    #[must_use]
    pub fn device_on(&self, number: usize, disk: Disk) -> Device {
        let mut device = Device {
            disk,
            ..self.device(number)
        };
        device.start();
        device
    }
}
