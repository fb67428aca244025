//! Depth taken apart: at the surface with a share that all incidents teach, or anywhere down to the bound.
//!
//! Depth is the one coordinate whose bound matters: most sources stand on it, travel times are flat there (a
//! parabola in depth), and it trades with origin time. So place and time are fitted at each of many depths and
//! the fits are added up by their evidence, in place of one Gaussian about a best depth.

use crate::incident::{Incident, LOG_ROOT_TWO_PI};
use crate::locate::Ground;
use crate::matrix::{self, Matrix, Vector, zeros};
use crate::medium::Medium;

/// Step between depths, and how many steps at least and at most.
const STEP_KM: f64 = 1.5;
const STEPS: (usize, usize) = (8, 50);

/// A depth is never told more closely than its steps are apart.
const DEPTH_ERROR_KM: f64 = 0.3;

/// Rounds in which the share of surface sources settles.
const ROUNDS: usize = 30;

/// Refits at one depth; the next depth begins where this one ended, so few are needed.
const FITS_MAX: usize = 6;
const STILL: f64 = 1e-4;

/// The fit at one depth: time and place, their covariance, and the log of the evidence.
#[derive(Clone, Copy)]
struct Slice {
    depth_km: f64,
    state: Vector<3>,
    covariance: Matrix<3>,
    log_evidence: f64,
}

/// The picks seen from one place at one depth.
struct Look {
    /// What the picks say, each by the chance that it is true.
    information: Matrix<3>,
    /// The same, less where that chance itself hangs on the place.
    curvature: Matrix<3>,
    gradient: Vector<3>,
    log_likelihood: f64,
}

/// Moves incidents to their mean with depth summed out between two bounds, and widens their
/// covariance to match.
pub fn sum_out<M: Medium<4>>(
    ground: &Ground<'_, 4, M>,
    bounds_km: [f64; 2],
    incidents: &mut [Option<Incident<4>>],
) {
    let slices: Vec<Vec<Slice>> =
        incidents.iter().flatten().map(|incident| slices(ground, bounds_km, incident)).collect();
    let share = surface_share(&slices);
    for (incident, slices) in incidents.iter_mut().flatten().zip(&slices) {
        if slices.is_empty() {
            continue;
        }
        let (state, covariance) = mixture(slices, share);
        let information = matrix::cholesky(&covariance).map(|factor| matrix::inverse(&factor));
        if let Some(factor) = information.and_then(|information| matrix::cholesky(&information)) {
            incident.fit.state = state;
            incident.fit.factor = factor;
        }
    }
}

fn slices<M: Medium<4>>(
    ground: &Ground<'_, 4, M>,
    [top, bottom]: [f64; 2],
    incident: &Incident<4>,
) -> Vec<Slice> {
    let steps = (((bottom - top) / STEP_KM) as usize).clamp(STEPS.0, STEPS.1).next_multiple_of(2);
    let mut state = [incident.fit.state[0], incident.fit.state[1], incident.fit.state[2]];
    let mut out = Vec::with_capacity(steps + 1);
    for step in 0..=steps {
        let depth_km = top + (bottom - top) * step as f64 / steps as f64;
        let Some(slice) = at_depth(ground, incident, depth_km, state) else {
            return Vec::new();
        };
        state = slice.state;
        out.push(slice);
    }
    out
}

/// Gauss-Newton for time and place, each onset weighed by the chance that it is no false one.
fn at_depth<M: Medium<4>>(
    ground: &Ground<'_, 4, M>,
    incident: &Incident<4>,
    depth_km: f64,
    from: Vector<3>,
) -> Option<Slice> {
    let mut state = from;
    let mut round = 0;
    loop {
        let look = look(ground, incident, depth_km, &state);
        let factor = matrix::cholesky(&look.information)?;
        let step = matrix::solve(&factor, &look.gradient);
        round += 1;
        if matrix::dot(&step, &look.gradient) < STILL || round > FITS_MAX {
            let factor = matrix::cholesky(&look.curvature).unwrap_or(factor);
            let volume = 3.0 * LOG_ROOT_TWO_PI - matrix::log_root_determinant(&factor);
            let covariance = matrix::inverse(&factor);
            return Some(Slice {
                depth_km,
                state,
                covariance,
                log_evidence: look.log_likelihood + volume,
            });
        }
        state = core::array::from_fn(|i| state[i] + step[i]);
    }
}

fn look<M: Medium<4>>(
    ground: &Ground<'_, 4, M>,
    incident: &Incident<4>,
    depth_km: f64,
    state: &Vector<3>,
) -> Look {
    let mut information = zeros::<3>();
    let mut curvature = zeros::<3>();
    let mut gradient = [0.0; 3];
    let mut log_likelihood = 0.0;
    let whole = [state[0], state[1], state[2], depth_km];
    for &pick in &incident.picks {
        let channel = ground.picks.channel(pick);
        let (station, place) = ground.split(channel);
        let ray = ground.medium.ray(&whole, &ground.network.stations()[station], place);
        if !ray.travel_s.is_finite() {
            continue;
        }
        let residual =
            ground.model.residual(ground.picks.time_s(pick), station, &whole, ray.travel_s);
        let variance = ground.model.variance(place, station, ray.travel_s);
        let square = residual * residual / variance;
        let at = &ground.network.stations()[station];
        let distance_km = ground.medium.hearing_km(&whole, at);
        let odds = ground.model.detection.log_odds_of(place, distance_km, &incident.sizes);
        let ratio =
            odds - LOG_ROOT_TWO_PI - 0.5 * (libm::log(variance) + square) - ground.log_false(pick);
        // Chance that it is no false one; the curvature falls where that is in doubt.
        let chance = 1.0 / (1.0 + libm::exp(-ratio));
        let weight = chance / variance;
        let doubted = weight * (1.0 - (1.0 - chance) * square);
        log_likelihood += libm::log1p(libm::exp(ratio.min(500.0)));
        let row = [ray.row[0], ray.row[1], ray.row[2]];
        matrix::add_outer(&mut information, &row, weight);
        matrix::add_outer(&mut curvature, &row, doubted.max(0.1 * weight));
        (0..3).for_each(|i| gradient[i] += weight * row[i] * residual);
    }
    Look { information, curvature, gradient, log_likelihood }
}

/// Simpson's weights over the depths, adding to one; for two bounds that meet, all on the first.
fn simpson(slices: &[Slice]) -> impl Iterator<Item = f64> {
    let last = slices.len() - 1;
    (0..=last).map(move |at| {
        let weight = if at == 0 || at == last { 1.0 } else { [2.0, 4.0][at % 2] };
        weight / (3.0 * last as f64)
    })
}

/// Evidence for the surface and for a depth below it, both over the higher of the two.
fn evidence(slices: &[Slice]) -> (f64, f64, f64) {
    let high = slices.iter().map(|slice| slice.log_evidence).fold(f64::NEG_INFINITY, f64::max);
    let over = |slice: &Slice| libm::exp(slice.log_evidence - high);
    let deep = slices.iter().zip(simpson(slices)).map(|(slice, weight)| weight * over(slice)).sum();
    (over(&slices[0]), deep, high)
}

/// The share of surface sources that makes all incidents together most likely, begun at one half.
fn surface_share(slices: &[Vec<Slice>]) -> f64 {
    let pairs: Vec<(f64, f64)> = slices
        .iter()
        .filter(|one| !one.is_empty())
        .map(|one| evidence(one))
        .map(|(at, below, _)| (at, below))
        .collect();
    let mut share = 0.5;
    for _ in 0..ROUNDS {
        let held: f64 =
            pairs.iter().map(|(at, below)| share * at / (share * at + (1.0 - share) * below)).sum();
        share = (held + 1.0) / (pairs.len() as f64 + 2.0);
    }
    share
}

/// Mean and covariance of `[t0_s, x_km, y_km, z_km]` over all depths.
fn mixture(slices: &[Slice], share: f64) -> (Vector<4>, Matrix<4>) {
    let (at, below, high) = evidence(slices);
    let total = share * at + (1.0 - share) * below;
    let depths = slices.iter().zip(simpson(slices));
    let mut weights: Vec<f64> = depths
        .map(|(slice, weight)| {
            (1.0 - share) * weight * libm::exp(slice.log_evidence - high) / total
        })
        .collect();
    weights[0] += share * at / total;
    let whole = |slice: &Slice| [slice.state[0], slice.state[1], slice.state[2], slice.depth_km];
    let mut state = [0.0; 4];
    for (slice, weight) in slices.iter().zip(&weights) {
        let values = whole(slice);
        (0..4).for_each(|i| state[i] += weight * values[i]);
    }
    let mut covariance = zeros::<4>();
    covariance[3][3] = DEPTH_ERROR_KM * DEPTH_ERROR_KM;
    for (slice, weight) in slices.iter().zip(&weights) {
        let values = whole(slice);
        let away: Vector<4> = core::array::from_fn(|i| values[i] - state[i]);
        matrix::add_outer(&mut covariance, &away, *weight);
        (0..3)
            .for_each(|i| (0..3).for_each(|j| covariance[i][j] += weight * slice.covariance[i][j]));
    }
    (state, covariance)
}
