//! The line between one device and the server, with everything that goes wrong on lines.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use troth_sync::relay::{Answer, Relay, RelayError, Request};

use crate::chance::Chance;
use crate::server::Backend;

/// The address that every server of a world has.
pub const ADDRESS: &str = "https://troth.example.org";

/// Waits for some turns; whoever drives the world decides when a turn comes, or that the
/// process dies here.
#[derive(Debug)]
pub(crate) struct Turns(pub(crate) usize);

impl Future for Turns {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(left) = self.0.checked_sub(1) else {
            return Poll::Ready(());
        };
        self.0 = left;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Through,
    RequestLost,
    AnswerLost,
    Doubled,
}

/// How a line is: cut or not, calm or stormy.
#[derive(Debug)]
struct Weather {
    cut: Cell<bool>,
    /// In so many of a hundred requests something goes wrong.
    storm: Cell<usize>,
    /// The most turns that a request or an answer is under way.
    slow: Cell<usize>,
    chance: Chance,
    /// Everything that was sent and received, if somebody listens.
    tap: RefCell<Option<Vec<Vec<u8>>>>,
    /// Whoever watches the requests and their answers.
    watcher: RefCell<Watcher>,
}

type Watch = dyn Fn(usize, &Request, &Answer);

/// Whoever watches the requests and their answers.
#[derive(Clone, Default)]
pub struct Watcher(Option<Rc<Watch>>);

impl Watcher {
    /// Calls this for each request that arrives.
    pub fn new(watch: impl Fn(usize, &Request, &Answer) + 'static) -> Self {
        Self(Some(Rc::new(watch)))
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watcher(..)")
    }
}

/// The line between one device and the server; its clones are the same line.
#[derive(Clone, Debug)]
pub struct Line {
    number: usize,
    backend: Rc<RefCell<Rc<dyn Backend>>>,
    weather: Rc<Weather>,
}

impl Line {
    /// Lays a line.
    #[must_use]
    pub fn new(number: usize, backend: Rc<dyn Backend>, chance: Chance) -> Self {
        let weather = Weather {
            cut: Cell::new(false),
            storm: Cell::new(0),
            slow: Cell::new(0),
            chance,
            tap: RefCell::new(None),
            watcher: RefCell::default(),
        };
        Self {
            number,
            backend: Rc::new(RefCell::new(backend)),
            weather: Rc::new(weather),
        }
    }

    /// Cuts the line, or mends it.
    pub fn cut(&self, cut: bool) {
        self.weather.cut.set(cut);
    }

    /// Tells whether the line is cut.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.weather.cut.get()
    }

    /// Makes something go wrong in so many of a hundred requests, each under way for up to some turns.
    pub fn storm(&self, percent: usize, slow: usize) {
        self.weather.storm.set(percent);
        self.weather.slow.set(slow);
    }

    /// Leads the line to somebody else.
    pub fn lead_to(&self, backend: Rc<dyn Backend>) {
        *self.backend.borrow_mut() = backend;
    }

    /// Listens from now on.
    pub fn listen(&self) {
        *self.weather.tap.borrow_mut() = Some(Vec::new());
    }

    /// Hands over what was heard.
    #[must_use]
    pub fn heard(&self) -> Vec<Vec<u8>> {
        self.weather.tap.borrow_mut().take().unwrap_or_default()
    }

    /// Lets somebody watch from now on.
    pub fn watch(&self, watcher: Watcher) {
        *self.weather.watcher.borrow_mut() = watcher;
    }

    fn fate(&self) -> Fate {
        if !self.weather.chance.percent(self.weather.storm.get()) {
            return Fate::Through;
        }
        match self.weather.chance.below(3) {
            0 => Fate::RequestLost,
            1 => Fate::AnswerLost,
            _ => Fate::Doubled,
        }
    }

    async fn travel(&self) {
        let slow = self.weather.slow.get();
        if slow > 0 {
            Turns(1 + self.weather.chance.below(slow)).await;
        }
    }

    fn ask(&self, request: &Request) -> Answer {
        let backend = Rc::clone(&self.backend.borrow());
        let answer = backend.answer(self.number, request);
        if let Watcher(Some(watch)) = &*self.weather.watcher.borrow() {
            watch(self.number, request, &answer);
        }
        if let Some(heard) = self.weather.tap.borrow_mut().as_mut() {
            heard.push(request.path.clone().into_bytes());
            heard.push(request.body.clone());
            heard.push(answer.body.clone());
        }
        answer
    }
}

impl Relay for Line {
    async fn call(&self, request: Request) -> Result<Answer, RelayError> {
        if self.is_cut() {
            return Err(RelayError::Offline);
        }
        let fate = self.fate();
        self.travel().await;
        if self.is_cut() || fate == Fate::RequestLost {
            return Err(RelayError::TimedOut);
        }
        let mut answer = self.ask(&request);
        if fate == Fate::Doubled {
            let again = self.ask(&request);
            if self.weather.chance.percent(50) {
                answer = again;
            }
        }
        self.travel().await;
        if self.is_cut() || fate == Fate::AnswerLost {
            return Err(RelayError::TimedOut);
        }
        Ok(answer)
    }

    fn address(&self) -> String {
        String::from(ADDRESS)
    }
}
