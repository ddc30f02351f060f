//! Times of many questions: CPU a question, and percentiles of the wall clock.

use std::time::Instant;

use anyhow::{Context as _, Result};

/// What one system needed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// CPU time a question, in microseconds.
    pub(crate) cpu: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Reads the nanoseconds a thread or process has been on a processor.
pub(crate) fn on_cpu(process: &str) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/schedstat"))?;
    let first = text
        .split_whitespace()
        .next()
        .context("an empty schedstat")?;
    Ok(first.parse()?)
}

impl Sample {
    /// Runs every question once and keeps the answers.
    pub(crate) fn of<Q, A>(
        process: &str,
        questions: &[Q],
        mut ask: impl FnMut(&Q) -> Result<A>,
    ) -> Result<(Self, Vec<A>)> {
        let mut times = Vec::with_capacity(questions.len());
        let mut answers = Vec::with_capacity(questions.len());
        let before = on_cpu(process)?;
        for question in questions {
            let start = Instant::now();
            answers.push(ask(question)?);
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        let cpu = (on_cpu(process)? - before) as f64 / 1e3 / questions.len() as f64;
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times[(times.len() * percent).div_ceil(100).saturating_sub(1)];
        Ok((
            Self {
                cpu,
                p50: at(50),
                p99: at(99),
            },
            answers,
        ))
    }
}
