//! A line with a soft band, points where something was rated, gaps where not; the same as a table.

use leptos::prelude::*;
use troth_core::projection::trend::SignsPoint;

use crate::part::when;
use crate::texts::{t, t_with};

/// The inside of the chart in its own units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 30.0;
const RIGHT: f64 = 70.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 32.0;
/// The highest count on the axis.
const MOST: f64 = 10.0;

struct Frame {
    first: u32,
    span: f64,
}

impl Frame {
    fn new(weeks: &[SignsPoint]) -> Option<Self> {
        let (first, last) = (weeks.first()?.week.number(), weeks.last()?.week.number());
        Some(Self {
            first,
            span: f64::from(last.saturating_sub(first).max(3)),
        })
    }

    fn x(&self, point: &SignsPoint) -> f64 {
        LEFT + f64::from(point.week.number().saturating_sub(self.first)) / self.span
            * (WIDTH - LEFT - RIGHT)
    }

    fn y(count: f64) -> f64 {
        TOP + (1.0 - count.clamp(0.0, MOST) / MOST) * (HEIGHT - TOP - BOTTOM)
    }
}

/// Draws the chart of the weekly signs with its table.
pub(crate) fn signs_chart(weeks: &[SignsPoint]) -> Option<impl IntoView + use<>> {
    let frame = Frame::new(weeks)?;
    let last = weeks.last()?;
    let label = t_with(
        "chart-label",
        [
            ("count", weeks.len().into()),
            ("last", figure(last.level.middle).into()),
            ("low", figure(last.level.low).into()),
            ("high", figure(last.level.high).into()),
        ],
    );
    let end = (frame.x(last), Frame::y(last.level.middle));
    Some(view! {
        <figure class="chart">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
                {grid()}
                <path class="chart-band" d=band_path(&frame, weeks)></path>
                <path class="chart-line" d=line_path(&frame, weeks)></path>
                {points(&frame, weeks)}
                <text class="chart-word" x=end.0 + 10.0 y=end.1 + 5.0>{t("chart-level")}</text>
                {week_labels(&frame, weeks)}
            </svg>
            <details class="no-print-summary">
                <summary>{t("chart-table")}</summary>
                {table(weeks)}
            </details>
        </figure>
    })
}

fn grid() -> impl IntoView {
    [0.0, 5.0, 10.0]
        .into_iter()
        .map(|count| {
            let y = Frame::y(count);
            view! {
                <line class="chart-grid" x1=LEFT x2=WIDTH - RIGHT y1=y y2=y></line>
                <text class="chart-figure" x=LEFT - 8.0 y=y + 5.0 text-anchor="end">{format!("{count:.0}")}</text>
            }
        })
        .collect_view()
}

fn band_path(frame: &Frame, weeks: &[SignsPoint]) -> String {
    let mut path = String::new();
    let upper = weeks
        .iter()
        .map(|point| (frame.x(point), Frame::y(point.level.high)));
    let lower = weeks
        .iter()
        .rev()
        .map(|point| (frame.x(point), Frame::y(point.level.low)));
    for (at, (x, y)) in upper.chain(lower).enumerate() {
        path.push_str(&format!("{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' }));
    }
    path.push('Z');
    path
}

fn line_path(frame: &Frame, weeks: &[SignsPoint]) -> String {
    let mut path = String::new();
    for (at, point) in weeks.iter().enumerate() {
        let (x, y) = (frame.x(point), Frame::y(point.level.middle));
        path.push_str(&format!("{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' }));
    }
    path
}

fn points(frame: &Frame, weeks: &[SignsPoint]) -> impl IntoView + use<> {
    weeks
        .iter()
        .filter_map(|point| {
            let strong = f64::from(point.strong?);
            Some(view! { <circle class="chart-point" cx=frame.x(point) cy=Frame::y(strong) r="4.5"></circle> })
        })
        .collect_view()
}

/// Writes the first week, the last, and some between, so that none touch.
fn week_labels(frame: &Frame, weeks: &[SignsPoint]) -> impl IntoView + use<> {
    let step = weeks.len().div_ceil(4).max(1);
    weeks
        .iter()
        .step_by(step)
        .map(|point| {
            view! {
                <text class="chart-figure" x=frame.x(point) y=HEIGHT - 8.0 text-anchor="middle">
                    {when::short_day(point.week.monday())}
                </text>
            }
        })
        .collect_view()
}

fn table(weeks: &[SignsPoint]) -> impl IntoView + use<> {
    let rows = weeks.iter().rev().map(|point| {
        let strong = point
            .strong
            .map_or_else(|| t("chart-missing"), |strong| strong.to_string());
        let band = t_with(
            "chart-band-words",
            [
                ("middle", figure(point.level.middle).into()),
                ("low", figure(point.level.low).into()),
                ("high", figure(point.level.high).into()),
            ],
        );
        view! {
            <tr>
                <th scope="row">{when::day(point.week.monday())}</th>
                <td>{strong}</td>
                <td>{band}</td>
            </tr>
        }
    });
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{t("chart-week")}</th>
                    <th scope="col">{t("chart-strong")}</th>
                    <th scope="col">{t("chart-band")}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

/// Writes a figure with one digit behind the point.
pub(crate) fn figure(value: f64) -> String {
    format!("{:.1}", value.clamp(0.0, MOST))
}
