//! Chooses, while running, the compilation of a pass that the processor can execute.
use super::ask::Ask;
use super::scan;
use super::top::Top;

pub(super) fn best(ask: &Ask<'_>, top: &mut Top) {
    scan::best(ask, top);
}

pub(super) fn count(ask: &Ask<'_>) -> usize {
    scan::count(ask)
}
