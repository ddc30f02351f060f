//! Runs a future whose rims never wait, as the command line and the simulator do.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Runs a future to its end on this thread.
///
/// For rims that block instead of waiting (SQLite, blocking HTTP, memory) a future is ready
/// at its first poll; one that is not is polled again at once.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}
