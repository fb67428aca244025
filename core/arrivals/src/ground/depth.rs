//! Depth taken apart: at the surface with a share that all incidents teach, or anywhere down to the bound.
//!
//! Depth is the one coordinate whose bound matters: most sources stand on it, travel times are flat there (a
//! parabola in depth), and it trades with origin time. So place and time are fitted at each of many depths and
//! the fits are added up by their evidence, in place of one Gaussian about a best depth.

use crate::incident::Incident;
use crate::learn::Square;
use crate::locate::Ground;
use crate::matrix::{self, Matrix, Vector, zeros};
use crate::medium::{Medium, Prior};
use crate::search::Search;

/// Step between depths, and how many steps at least and at most.
const STEP_KM: f64 = 1.5;
const STEPS: (usize, usize) = (8, 50);

/// A depth is never told more closely than its steps are apart.
const DEPTH_ERROR_KM: f64 = 0.3;

/// Rounds in which the share of surface sources settles.
const ROUNDS: usize = 30;

/// Information about depth that holds it where it is put, 1/km^2.
const PINNED: f64 = 1e9;

/// A depth less likely than this teaches nothing of errors.
const WEIGHT_MIN: f64 = 1e-3;

/// The fit at one depth: time and place, their covariance, and the log of the evidence.
#[derive(Clone, Copy)]
struct Slice {
    depth_km: f64,
    state: Vector<3>,
    covariance: Matrix<3>,
    log_evidence: f64,
}

impl Slice {
    fn whole(&self) -> Vector<4> {
        [self.state[0], self.state[1], self.state[2], self.depth_km]
    }
}

/// All incidents, by their place in the list, at every depth; none where an incident has no fit.
struct Depths {
    slices: Vec<Vec<Slice>>,
    share: f64,
}

/// Moves incidents to their mean with depth summed out between two bounds, and widens their
/// covariance to match; learns the errors of onsets and paths anew on the way.
pub fn sum_out<M: Medium<4>>(search: &mut Search<'_, 4, M>, bounds_km: [f64; 2]) {
    // A Gaussian depth explains too little of a residual or too much, and the errors come out wrong.
    let depths = Depths::of(search, bounds_km);
    search.learn_errors_from(|search, place| depths.squares(search, place));
    let Depths { slices, share } = Depths::of(search, bounds_km);
    for (incident, slices) in search.incidents.iter_mut().zip(&slices) {
        let Some(incident) = incident.as_mut().filter(|_| !slices.is_empty()) else { continue };
        let (state, covariance) = mixture(slices, share);
        let information = matrix::cholesky(&covariance).map(|factor| matrix::inverse(&factor));
        if let Some(factor) = information.and_then(|information| matrix::cholesky(&information)) {
            incident.fit.state = state;
            incident.fit.factor = factor;
        }
    }
}

impl Depths {
    fn of<M: Medium<4>>(search: &Search<'_, 4, M>, bounds_km: [f64; 2]) -> Self {
        let ground = search.ground();
        let at_depths = |incident: &Option<Incident<4>>| {
            incident.as_ref().map_or_else(Vec::new, |one| slices(&ground, bounds_km, one))
        };
        let slices: Vec<Vec<Slice>> = search.incidents.iter().map(at_depths).collect();
        let share = surface_share(&slices);
        Self { slices, share }
    }

    /// Squared residuals of the teachers' picks of a phase, each about its mean over depths.
    fn squares<M: Medium<4>>(&self, search: &Search<'_, 4, M>, place: usize) -> Vec<Square> {
        let ground = search.ground();
        let mut squares = Vec::new();
        for (id, incident) in search.teachers() {
            let slices = &self.slices[id as usize];
            if slices.is_empty() {
                continue;
            }
            let weights = weights(slices, self.share);
            for &pick in &incident.picks {
                if ground.split(search.picks.channel(pick)).1 == place {
                    squares.extend(square(&ground, pick, slices, &weights));
                }
            }
        }
        squares
    }
}

/// The squared residual of a pick about its mean over depths; what the place does not tell of it
/// is its spread between depths and within them.
fn square<M: Medium<4>>(
    ground: &Ground<'_, 4, M>,
    pick: u32,
    slices: &[Slice],
    weights: &[f64],
) -> Option<Square> {
    let (station, place) = ground.split(ground.picks.channel(pick));
    let (mut mean, mut second, mut within, mut travel_s) = (0.0, 0.0, 0.0, 0.0);
    for (slice, weight) in slices.iter().zip(weights).filter(|(_, weight)| **weight > WEIGHT_MIN) {
        let whole = slice.whole();
        let ray = ground.medium.ray(&whole, &ground.network.stations()[station], place);
        let residual =
            ground.model.residual(ground.picks.time_s(pick), station, &whole, ray.travel_s);
        let row = [ray.row[0], ray.row[1], ray.row[2]];
        mean += weight * residual;
        second += weight * residual * residual;
        within += weight * matrix::dot(&matrix::times(&slice.covariance, &row), &row);
        travel_s += weight * ray.travel_s;
    }
    let variance = ground.variance(pick, travel_s);
    let left = 1.0 - (second - mean * mean + within) / variance;
    if left.is_finite() { Square::new(mean, left, travel_s, ground.stated_s2(pick)) } else { None }
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

/// Time and place at one depth, and the evidence for it.
fn at_depth<M: Medium<4>>(
    ground: &Ground<'_, 4, M>,
    incident: &Incident<4>,
    depth_km: f64,
    from: Vector<3>,
) -> Option<Slice> {
    let mut prior = Prior { mean: [0.0, 0.0, 0.0, depth_km], information: zeros() };
    prior.information[3][3] = PINNED;
    let fit = ground.locate(&incident.picks, &prior, &[from[0], from[1], from[2], depth_km])?;
    let mut log_evidence = -0.5 * fit.misfit - matrix::log_root_determinant(&fit.factor);
    for &pick in &incident.picks {
        log_evidence -= 0.5 * libm::log(ground.residual(&fit.state, pick).1);
    }
    let covariance = matrix::inverse(&fit.factor);
    Some(Slice {
        depth_km,
        state: core::array::from_fn(|i| fit.state[i]),
        covariance: core::array::from_fn(|i| core::array::from_fn(|j| covariance[i][j])),
        log_evidence,
    })
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

/// The chance of each depth, adding to one.
fn weights(slices: &[Slice], share: f64) -> Vec<f64> {
    let (at, below, high) = evidence(slices);
    let total = share * at + (1.0 - share) * below;
    let depths = slices.iter().zip(simpson(slices));
    let mut weights: Vec<f64> = depths
        .map(|(slice, weight)| {
            (1.0 - share) * weight * libm::exp(slice.log_evidence - high) / total
        })
        .collect();
    weights[0] += share * at / total;
    weights
}

/// Mean and covariance of `[t0_s, x_km, y_km, z_km]` over all depths.
fn mixture(slices: &[Slice], share: f64) -> (Vector<4>, Matrix<4>) {
    let weights = weights(slices, share);
    let mut state = [0.0; 4];
    for (slice, weight) in slices.iter().zip(&weights) {
        let values = slice.whole();
        (0..4).for_each(|i| state[i] += weight * values[i]);
    }
    let mut covariance = zeros::<4>();
    covariance[3][3] = DEPTH_ERROR_KM * DEPTH_ERROR_KM;
    for (slice, weight) in slices.iter().zip(&weights) {
        let values = slice.whole();
        let away: Vector<4> = core::array::from_fn(|i| values[i] - state[i]);
        matrix::add_outer(&mut covariance, &away, *weight);
        (0..3)
            .for_each(|i| (0..3).for_each(|j| covariance[i][j] += weight * slice.covariance[i][j]));
    }
    (state, covariance)
}
