//! A lying server: it holds every key that a server holds, and shows one line another record.
//!
//! A careful liar numbers the entries anew, computes the heads of what it shows and signs them;
//! a careless one leaves the places and heads of the true record. What neither can do is sign
//! for a device.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use minicbor::{Decode, Encode};
use troth_sync::relay::{Answer, Method, Request};
use troth_wire::api::{Append, Appended, Entries, GiveBack, Link, Returned};
use troth_wire::head::Statement;
use troth_wire::{Head, Placed, Receipt, SpaceId, frame};

use crate::server::{Backend, Server};

/// How a liar goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Places, heads and receipts fit what is shown.
    Careful,
    /// Places and heads are those of the true record.
    Careless,
}

/// What to show instead of the true record.
pub type Show = Rc<dyn Fn(Vec<Placed>) -> Vec<Placed>>;

/// What to answer instead of the true answer.
pub type Twist = Rc<dyn Fn(&Request, Answer) -> Answer>;

/// What to ask instead of what was asked.
pub type Divert = Rc<dyn Fn(Request) -> Request>;

/// A lying server before a true one.
pub struct Liar {
    truth: Rc<Server>,
    space: Option<SpaceId>,
    care: Care,
    show: RefCell<Show>,
    twist: RefCell<Twist>,
    divert: RefCell<Divert>,
}

impl fmt::Debug for Liar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Liar")
            .field("care", &self.care)
            .finish_non_exhaustive()
    }
}

impl Liar {
    /// A server that shows one space's record changed.
    #[must_use]
    pub fn showing(
        truth: &Rc<Server>,
        space: SpaceId,
        care: Care,
        show: impl Fn(Vec<Placed>) -> Vec<Placed> + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            space: Some(space),
            care,
            show: RefCell::new(Rc::new(show)),
            ..Self::honest(truth)
        })
    }

    /// A server that changes single answers.
    #[must_use]
    pub fn twisting(
        truth: &Rc<Server>,
        twist: impl Fn(&Request, Answer) -> Answer + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            twist: RefCell::new(Rc::new(twist)),
            ..Self::honest(truth)
        })
    }

    /// A server that carries out another request than the one that was sent.
    #[must_use]
    pub fn diverting(
        truth: &Rc<Server>,
        divert: impl Fn(Request) -> Request + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            divert: RefCell::new(Rc::new(divert)),
            ..Self::honest(truth)
        })
    }

    /// A server that was set back and takes at most so many of the entries that are given back to
    /// it, one after the other; of what is offered singly it takes nothing.
    #[must_use]
    pub fn taking_back(truth: &Rc<Server>, most: usize) -> Rc<Self> {
        let left = Cell::new(most);
        Self::diverting(truth, move |request| thinned(request, &left))
    }

    fn honest(truth: &Rc<Server>) -> Self {
        Self {
            truth: Rc::clone(truth),
            space: None,
            care: Care::Careful,
            show: RefCell::new(Rc::new(|log| log)),
            twist: RefCell::new(Rc::new(|_, answer| answer)),
            divert: RefCell::new(Rc::new(|request| request)),
        }
    }

    /// The record as this liar shows it.
    #[must_use]
    pub fn shown(&self) -> Vec<Placed> {
        let Some(space) = self.space else {
            return Vec::new();
        };
        let shown = (self.show.borrow())(self.truth.log(space));
        match self.care {
            Care::Careful => renumbered(shown),
            Care::Careless => shown,
        }
    }

    fn receipt(&self, receipt: &Receipt) -> Receipt {
        let shown = self.shown();
        let (place, head) = shown
            .last()
            .map_or((0, Head::EMPTY), |last| (last.place, last.head));
        Statement {
            place,
            head,
            ..receipt.statement()
        }
        .sign(&self.truth.log_key())
    }

    fn page(&self, request: &Request, page: &Entries) -> Entries {
        let after = request
            .path
            .rsplit_once("after=")
            .and_then(|(_, it)| it.parse::<u64>().ok());
        let after = usize::try_from(after.unwrap_or_default()).unwrap_or(usize::MAX);
        let receipt = self.receipt(&page.receipt);
        Entries {
            entries: self.shown().into_iter().skip(after).collect(),
            more: false,
            receipt,
            asked: Vec::new(),
        }
    }
}

/// Gives entries the places and heads that they would have in this order.
#[must_use]
pub fn renumbered(entries: Vec<Placed>) -> Vec<Placed> {
    let mut head = Head::EMPTY;
    let numbered = entries.into_iter().zip(1..).map(|(entry, place)| {
        head = head.next(&entry.envelope.id(), entry.received);
        Placed {
            place,
            head,
            ..entry
        }
    });
    numbered.collect()
}

/// Leaves out of a request what is given back beyond a count.
fn thinned(mut request: Request, left: &Cell<usize>) -> Request {
    if request.method != Method::Post || !request.path.contains("/spaces/") {
        return request;
    }
    if let Ok(returned) = frame::decode::<GiveBack>(&request.body)
        && request.path.ends_with("/returned")
    {
        let mut returned = returned;
        let rest = returned
            .entries
            .split_off(left.get().min(returned.entries.len()));
        left.set(left.get() - returned.entries.len());
        let link = |it: &Returned| Link {
            id: it.envelope.id(),
            received: it.received,
        };
        drop(returned.rest.splice(0..0, rest.iter().map(link)));
        request.body = frame::encode(&returned);
    } else if request.path.ends_with("/entries") {
        let entries = Vec::new();
        request.body = frame::encode(&Append { entries });
    }
    request
}

/// Changes the value inside an answer, if it is one of this form.
#[must_use]
pub fn changed<T: Encode<()> + for<'b> Decode<'b, ()>>(
    answer: Answer,
    change: impl FnOnce(T) -> T,
) -> Answer {
    match frame::decode::<T>(&answer.body) {
        Ok(value) if answer.status == 200 => Answer {
            status: 200,
            body: frame::encode(&change(value)),
        },
        _ => answer,
    }
}

impl Backend for Liar {
    fn answer(&self, line: usize, request: &Request) -> Answer {
        let request = (self.divert.borrow())(request.clone());
        let answer = self.truth.answer(line, &request);
        let about = self
            .space
            .is_some_and(|space| request.path.contains(&space.to_string()));
        let answer = match (about, request.path.contains("/entries")) {
            (true, true) if request.path.contains("after=") => {
                changed::<Entries>(answer, |page| self.page(&request, &page))
            }
            (true, true) => changed::<Appended>(answer, |appended| Appended {
                receipt: appended
                    .receipt
                    .as_ref()
                    .map(|receipt| self.receipt(receipt)),
                ..appended
            }),
            _ => answer,
        };
        (self.twist.borrow())(&request, answer)
    }
}
