//! A QR code as a drawing of squares.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Draws `text` as a QR code with `label` for those who do not see it; nothing where it is too long.
pub(crate) fn qr(text: &str, label: String) -> Option<impl IntoView + use<>> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let path = dark_runs(&code.to_colors(), width);
    let side = width + 8;
    Some(view! {
        <svg class="qr" role="img" aria-label=label viewBox=format!("-4 -4 {side} {side}") shape-rendering="crispEdges">
            <rect x="-4" y="-4" width=side height=side fill="#fff"></rect>
            <path d=path fill="#1f1b16"></path>
        </svg>
    })
}

/// Writes the dark squares as runs of each row.
fn dark_runs(colors: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in colors.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                path.push_str(&format!("M{x} {y}h{}v1h-{}z", run.len(), run.len()));
            }
            x += run.len();
        }
    }
    path
}
