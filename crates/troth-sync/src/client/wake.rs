//! The wake-up channel of a signed-in client.

use troth_crypto::stretch::Stretch;
use troth_wire::api::WakeHello;
use troth_wire::frame;

use super::Client;
use crate::journal::Journal;
use crate::relay::Relay;
use crate::relay::http_web::Wake;
use crate::trouble::Trouble;

impl<J: Journal, R: Relay, K: Stretch> Client<J, R, K> {
    /// Opens the wake-up channel; `on_wake` runs when there may be something to fetch.
    ///
    /// Where the channel closes, poll with [`sync`](Self::sync), and open it again later.
    ///
    /// # Errors
    ///
    /// [`Trouble::SignedOut`], or the browser refuses the address.
    pub fn wake(&self, on_wake: impl Fn() + 'static) -> Result<Wake, Trouble> {
        let session = self.state().identity.session.ok_or(Trouble::SignedOut)?;
        let hello = frame::encode(&WakeHello {
            token: session.token,
        });
        // http becomes ws, and https wss.
        let address = self.inner.rim.relay.address().replacen("http", "ws", 1);
        Ok(Wake::open(&format!("{address}/v1/wake"), hello, on_wake)?)
    }
}
