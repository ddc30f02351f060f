//! The seam: a thin gold line that joins, drawn where something was kept or answered, and nowhere else.

use leptos::prelude::*;

/// Draws the seam across a page.
pub(crate) fn seam() -> impl IntoView {
    view! {
        <svg class="seam" viewBox="0 0 600 14" preserveAspectRatio="none" aria-hidden="true">
            <path
                d="M0 8.200 62 6.400l38 2.800 71-4.600 44 5.100 58-3.300 63 2.200 49-4.400 67 5.600 52-3.500 58 2.300 38-2.200"
                fill="none"
                stroke="currentColor"
                stroke-width="1.600"
                vector-effect="non-scaling-stroke"
            ></path>
        </svg>
    }
}

/// Draws the seam down between two columns.
pub(crate) fn seam_upright() -> impl IntoView {
    view! {
        <svg class="seam-upright" viewBox="0 0 14 600" preserveAspectRatio="none" aria-hidden="true">
            <path
                d="M8.200 0 6.400 62l2.800 38-4.600 71 5.100 44-3.300 58 2.200 63-4.400 49 5.600 67-3.500 52 2.300 58-2.200 38"
                fill="none"
                stroke="currentColor"
                stroke-width="1.600"
                vector-effect="non-scaling-stroke"
            ></path>
        </svg>
    }
}
