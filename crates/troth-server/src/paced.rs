//! A connection that ends when the other side takes nothing of what it is sent.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::deadline::Deadlines;

/// A stream with a deadline for what waits to be written.
///
/// The clock starts when a write has to wait, and stops when all of what was handed over is taken.
/// Each [`Deadlines::SLOWEST`] bytes that are taken meanwhile give a second more, so a slow line is
/// served to the end and a trickle is not.
#[derive(Debug)]
pub(crate) struct Paced<S> {
    stream: S,
    patience: Duration,
    waits: Option<Pin<Box<Sleep>>>,
}

impl<S> Paced<S> {
    pub(crate) const fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            waits: None,
        }
    }

    fn paced(
        &mut self,
        context: &mut Context<'_>,
        wanted: usize,
        written: Poll<Result<usize>>,
    ) -> Poll<Result<usize>> {
        match written {
            Poll::Ready(Ok(taken)) if taken < wanted => {
                if let Some(waits) = &mut self.waits {
                    let until = later(waits.deadline(), taken);
                    waits.as_mut().reset(until);
                }
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(outcome) => {
                self.waits = None;
                Poll::Ready(outcome)
            }
            Poll::Pending => {
                let patience = self.patience;
                let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(patience)));
                let over = waits.as_mut().poll(context);
                over.map(|()| Err(Error::from(ErrorKind::TimedOut)))
            }
        }
    }
}

/// The time that so many bytes are worth.
fn later(deadline: Instant, taken: usize) -> Instant {
    let taken = u64::try_from(taken).unwrap_or(u64::MAX);
    let millis = taken.saturating_mul(1000) / Deadlines::SLOWEST;
    let later = deadline.checked_add(Duration::from_millis(millis));
    later.unwrap_or(deadline)
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.paced(context, bytes.len(), written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let wanted = parts.iter().map(|part| part.len()).sum();
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.paced(context, wanted, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
