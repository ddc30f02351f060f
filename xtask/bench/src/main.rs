//! Measures the budgets of `docs/performance.md`, each beside a peer or a limit in the same run.

fn main() {}
