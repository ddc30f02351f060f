//! *Exit this page*: gone at once, to a page that says nothing (safety rule N-3).
//!
//! The words and keys follow the pattern of the GOV.UK Design System, "Exit this page".

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;

use crate::app::App;
use crate::browser;
use crate::texts::t;

/// The neutral page; it is a file beside the app, not a place of it.
const AWAY: &str = "/away.html";

/// Within this time three presses of Shift belong together.
const WITHIN_MS: f64 = 5_000.0;

/// Leaves at once: covers the page, forgets the keys, and takes this page's place in the history.
pub(crate) fn leave(app: App) {
    if let Some(body) = document().body()
        && let Ok(cover) = document().create_element("div")
    {
        cover.set_class_name("cover");
        let _ = body.append_child(&cover);
    }
    browser::set_title("Kitchen units");
    app.drop_keys();
    browser::drop_tab_notes();
    browser::replace_page(AWAY);
}

/// Listens for three presses of Shift.
pub(crate) fn listen(app: App) {
    let presses = Rc::new(RefCell::new(Vec::<f64>::new()));
    let combined = Rc::new(Cell::new(false));
    let (down_presses, down_combined) = (Rc::clone(&presses), Rc::clone(&combined));
    let down = window_event_listener(ev::keydown, move |event| {
        if event.key() != "Shift" {
            // Shift used to type a capital letter is not a wish to leave.
            down_combined.set(event.shift_key());
            down_presses.borrow_mut().clear();
        }
    });
    let up = window_event_listener(ev::keyup, move |event| {
        if event.key() != "Shift" {
            return;
        }
        if combined.replace(false) {
            return;
        }
        let now = browser::now_ms();
        let count = {
            let mut presses = presses.borrow_mut();
            presses.retain(|at| now - at < WITHIN_MS);
            presses.push(now);
            presses.len()
        };
        match count {
            1 => app.tell(t("exit-one-more")),
            2 => app.tell(t("exit-last")),
            _ => {
                app.tell(t("exit-gone"));
                leave(app);
            }
        }
    });
    on_cleanup(move || {
        down.remove();
        up.remove();
    });
}
