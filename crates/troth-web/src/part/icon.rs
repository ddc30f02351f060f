//! One thin set of icons, always beside a word.

use leptos::prelude::*;

/// What an icon stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Icon {
    /// Today: a sun over a line.
    Today,
    /// Ours: two overlapping rings.
    Ours,
    /// Mine: a closed drawer.
    Mine,
    /// Trust: points on a slow line.
    Trust,
    /// Settings: three sliders.
    Settings,
    /// Waiting: a paper on a table.
    Waiting,
    /// Hours: a clock.
    Hours,
}

/// Draws an icon in the colour of its text.
pub(crate) fn icon(icon: Icon) -> impl IntoView {
    let path = match icon {
        Icon::Today => {
            "M3 18h18M6.5 18a5.5 5.5 0 0 1 11 0M12 5v3M4.5 9.5l1.8 1.6M19.5 9.5l-1.8 1.6"
        }
        Icon::Ours => {
            "M9 17.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM15 17.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z"
        }
        Icon::Mine => "M4.5 7.5h15v11h-15zM4.5 12h15M10.5 9.8h3M10.5 15.2h3",
        Icon::Trust => {
            "M3.5 16.5c3 0 3.5-3 6-3s3 1.500 5 1.500 2.500-6.500 6-7M9.500 13.500v.01M14.500 15v.01M20.500 8v.01"
        }
        Icon::Settings => "M4 7.500h9M17 7.500h3M4 16.500h3M11 16.500h9M15 5.500v4M9 14.500v4",
        Icon::Hours => {
            "M12 19.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15ZM12 8v4.200l2.800 1.800"
        }
        Icon::Waiting => "M6.500 4.500h8l3 3v12h-11zM9.500 11h5M9.500 14.500h5",
    };
    view! {
        <svg
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=path></path>
        </svg>
    }
}
