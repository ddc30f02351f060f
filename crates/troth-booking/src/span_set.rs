//! Sets of instants as sorted spans that neither overlap nor touch.

use alloc::vec::Vec;

use crate::time::Span;

/// A set of instants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpanSet {
    spans: Vec<Span>,
}

impl SpanSet {
    /// The spans, in ascending order, none of them empty.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Says whether every instant of a span is in the set. An empty one is covered only inside.
    #[must_use]
    pub fn covers(&self, span: Span) -> bool {
        let place = self.spans.partition_point(|one| one.to < span.to);
        self.spans.get(place).is_some_and(|one| one.contains(span))
    }

    /// Says whether any instant of a span is in the set.
    #[must_use]
    pub fn meets(&self, span: Span) -> bool {
        let place = self.spans.partition_point(|one| one.to <= span.from);
        self.spans.get(place).is_some_and(|one| one.overlaps(span))
    }

    /// Takes the instants of another set out.
    pub fn remove(&mut self, other: &Self) {
        let mut left = Vec::with_capacity(self.spans.len());
        for span in self.spans.drain(..) {
            let mut rest = span;
            let place = other.spans.partition_point(|one| one.to <= rest.from);
            for hole in other.spans.iter().skip(place) {
                if hole.from >= rest.to {
                    break;
                }
                left.push(Span::new(rest.from, hole.from.max(rest.from)));
                rest.from = hole.to.max(rest.from);
            }
            left.push(rest);
        }
        left.retain(|span| !span.is_empty());
        self.spans = left;
    }
}

impl FromIterator<Span> for SpanSet {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut sorted: Vec<Span> = spans.into_iter().filter(|span| !span.is_empty()).collect();
        sorted.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match merged.last_mut() {
                Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
                _ => merged.push(span),
            }
        }
        Self { spans: merged }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Minute;
    use proptest::prelude::*;

    fn spans() -> impl Strategy<Value = Vec<Span>> {
        let span = (0_u32..60, 0_u32..15)
            .prop_map(|(from, length)| Span::new(Minute(from), Minute(from + length)));
        proptest::collection::vec(span, 0..12)
    }

    fn has(spans: &[Span], minute: u32) -> bool {
        let minute = Minute(minute);
        spans
            .iter()
            .any(|one| one.from <= minute && minute < one.to)
    }

    proptest! {
        #[test]
        fn a_set_answers_as_its_instants_do(some in spans(), others in spans(), from in 0_u32..60, length in 1_u32..9) {
            let other: SpanSet = others.iter().copied().collect();
            let mut set: SpanSet = some.iter().copied().collect();
            set.remove(&other);
            let inside: Vec<bool> = (0..90).map(|at| has(&some, at) && !has(&others, at)).collect();

            let found: Vec<bool> = (0..90).map(|at| has(set.spans(), at)).collect();
            prop_assert_eq!(&found, &inside);

            let span = Span::new(Minute(from), Minute(from + length));
            let range = from as usize..(from + length) as usize;
            prop_assert_eq!(set.covers(span), inside[range.clone()].iter().all(|is| *is));
            prop_assert_eq!(set.meets(span), inside[range].iter().any(|is| *is));
        }
    }
}
