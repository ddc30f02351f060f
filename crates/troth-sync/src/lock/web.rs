//! The browser's locks between tabs, and the channel on which they tell each other of changes.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::BroadcastChannel;

use super::{Alone, Held, Holding, Lock};

/// A lock between the tabs of this origin.
#[derive(Clone, Debug)]
pub struct WebLock {
    name: String,
}

impl WebLock {
    /// Names the lock; tabs that use one name wait for each other.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }
}

struct HeldByTab {
    release: Function,
    // Dropped only after the browser has called it.
    _granted: Closure<dyn FnMut(JsValue) -> Promise>,
}

impl Held for HeldByTab {}

impl Drop for HeldByTab {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

impl Lock for WebLock {
    fn hold(&self) -> Holding {
        let name = self.name.clone();
        Box::pin(async move {
            match held(&name).await {
                Some(held) => Box::new(held) as Box<dyn Held>,
                // A browser without locks: the server still refuses a counter taken twice.
                None => Box::new(Alone) as Box<dyn Held>,
            }
        })
    }
}

/// The browser grants the lock by calling back, and keeps it until the promise that the
/// callback gave is kept: `release` keeps it.
async fn held(name: &str) -> Option<HeldByTab> {
    let navigator: JsValue = web_sys::window()?.navigator().into();
    // By name: `web-sys` still counts the lock manager among its unstable parts.
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let release: Rc<RefCell<Option<Function>>> = Rc::default();
    let keep = Rc::clone(&release);
    let until_released = Promise::new(&mut |resolve, _| {
        keep.replace(Some(resolve));
    });
    let release = release.borrow_mut().take()?;
    let call_granted: Rc<RefCell<Option<Function>>> = Rc::default();
    let keep = Rc::clone(&call_granted);
    let is_granted = Promise::new(&mut |resolve, _| {
        keep.replace(Some(resolve));
    });
    let call_granted = call_granted.borrow_mut().take()?;
    let granted = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_| {
        let _ = call_granted.call0(&JsValue::NULL);
        until_released.clone()
    });
    request.call2(&locks, &name.into(), granted.as_ref()).ok()?;
    JsFuture::from(is_granted).await.ok()?;
    Some(HeldByTab {
        release,
        _granted: granted,
    })
}

/// Tells the other tabs that the journal changed, and hears it from them.
pub struct Tabs {
    channel: BroadcastChannel,
    _heard: Closure<dyn FnMut()>,
}

impl std::fmt::Debug for Tabs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tabs")
    }
}

impl Tabs {
    /// Joins the channel of this name; `changed` runs when another tab wrote.
    #[must_use]
    pub fn join(name: &str, changed: impl Fn() + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let heard = Closure::<dyn FnMut()>::new(changed);
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _heard: heard,
        })
    }

    /// Tells the other tabs to read the journal again. The message has no content.
    pub fn tell(&self) {
        let _ = self.channel.post_message(&JsValue::NULL);
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
