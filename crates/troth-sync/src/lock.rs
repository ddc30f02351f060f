//! One writer at a time: between the tabs of a browser, and between processes on a home folder.
//!
//! # Invariants
//!
//! 1. **One counter, one hand.** A device's counter in a space is taken, and what it sealed is
//!    made durable, while this lock is held. Whoever holds it has first read what others wrote.
//! 2. **Never across the network.** The lock is given back before a request is sent.

use std::fmt::Debug;
use std::pin::Pin;

/// What keeps the lock held; dropping it gives the lock back.
pub trait Held {}

/// A future of the lock being held.
pub type Holding = Pin<Box<dyn Future<Output = Box<dyn Held>>>>;

/// Lets one tab or process write at a time.
pub trait Lock: Debug {
    /// Waits for the lock.
    fn hold(&self) -> Holding;
}

/// A lock for a journal that nobody else can open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Held for Alone {}

impl Lock for Alone {
    fn hold(&self) -> Holding {
        Box::pin(std::future::ready(Box::new(Self) as Box<dyn Held>))
    }
}

#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub mod web;

#[cfg(feature = "native")]
pub use file::FileLock;

#[cfg(feature = "native")]
mod file {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::path::Path;
    use std::sync::Arc;

    use super::{Held, Holding, Lock};

    /// A lock on a file, between processes that share a home folder.
    #[derive(Debug)]
    pub struct FileLock {
        file: Arc<File>,
    }

    impl FileLock {
        /// Opens the file to lock on, making it where there is none.
        ///
        /// # Errors
        ///
        /// Fails when the file cannot be opened for writing.
        pub fn open(path: &Path) -> io::Result<Self> {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path)?;
            Ok(Self {
                file: Arc::new(file),
            })
        }
    }

    struct HeldFile(Arc<File>);

    impl Held for HeldFile {}

    impl Drop for HeldFile {
        fn drop(&mut self) {
            // The system gives the lock back with the process in any case.
            let _ = self.0.unlock();
        }
    }

    impl Lock for FileLock {
        fn hold(&self) -> Holding {
            let file = Arc::clone(&self.file);
            Box::pin(async move {
                // Where a file system knows no locks, SQLite's own lock still keeps the journal
                // whole, and the server refuses a counter that was taken twice.
                let _ = file.lock();
                Box::new(HeldFile(file)) as Box<dyn Held>
            })
        }
    }
}
