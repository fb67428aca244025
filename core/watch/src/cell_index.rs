//! Cells of place and time, by which what may belong together is found without asking everything.

use kernel::{Duration, Interval, Place};

/// Width of a cell, degrees.
const CELL_DEG: f64 = 0.25;
const M_PER_DEGREE: f64 = 111_195.0;

/// Step of time, row, column.
pub type Key = (i64, i32, i32);

/// The cells within `reach_m` of a place, in every `step` of time that the window touches.
pub fn keys(
    middle: Place,
    reach_m: f64,
    window: Interval,
    step: Duration,
) -> impl Iterator<Item = Key> {
    let up = reach_m / M_PER_DEGREE;
    let parallel = libm::cos((middle.lat.abs() + up).min(89.0) * std::f64::consts::PI / 180.0);
    let across = (up / parallel).min(180.0);
    let rows = cell(middle.lat - up)..=cell(middle.lat + up);
    let columns = cell(middle.lon - across)..=cell(middle.lon + across);
    let steps = window.start.0.div_euclid(step.0)..=window.end.0.div_euclid(step.0);
    steps.flat_map(move |step| {
        let columns = columns.clone();
        rows.clone().flat_map(move |row| columns.clone().map(move |column| (step, row, column)))
    })
}

fn cell(degrees: f64) -> i32 {
    libm::floor(degrees / CELL_DEG) as i32
}
