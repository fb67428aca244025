//! How far detections scatter and how hard things swerve, learned from runs of detections that
//! belong to one thing beyond doubt: the likelihood of both over a grid, prior and all.

use libm::{log, pow};

use crate::state::LN_TAU;

/// Detections in a run. The last of a run is never the first of the next.
pub(crate) const RUN: usize = 24;
/// Detections that only start a run's filter.
const WARM: usize = 3;
/// Steps of the grid to either side of what was told.
const HALF: usize = 6;
const SIDE: usize = 2 * HALF + 1;
/// Runs taken in before only one in a while is.
const RUNS_ENOUGH: u32 = 150;
/// Scans between runs from then on.
const SCANS_BETWEEN: u32 = 64;
/// Weight left to all earlier runs when one more than enough comes in.
const KEEP: f64 = 1.0 - 1.0 / RUNS_ENOUGH as f64;
/// Runs recorded at one time.
const OPEN_MAX: usize = 64;

/// How well a value was told beforehand.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Doubt {
    /// Ratio of one step of the grid to the next.
    ratio: f64,
    /// Standard deviation of the logarithm.
    spread: f64,
}

/// Sigma: within a factor of two.
const SIGMA: Doubt = Doubt { ratio: 1.12, spread: 0.25 };
/// Acceleration noise: within a factor of forty.
const SWERVE: Doubt = Doubt { ratio: 1.85, spread: 1.0 };

/// Logarithm of the likelihood of sigma (rows) and acceleration noise (columns).
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    sigmas: [f64; SIDE],
    swerves: [f64; SIDE],
    likelihood: [[f64; SIDE]; SIDE],
    prior: [[f64; SIDE]; SIDE],
    runs: u32,
    scans: u32,
    open: usize,
}

/// A run being recorded: time, x, y.
pub(crate) type Run = Vec<[f64; 3]>;

impl Noise {
    pub fn new(sigma: f64, swerve: f64) -> Self {
        let steps = |middle: f64, ratio: f64| {
            core::array::from_fn(|at| middle * pow(ratio, at as f64 - HALF as f64))
        };
        let off = |at: usize, doubt: Doubt| {
            let steps = (at as f64 - HALF as f64) * log(doubt.ratio) / doubt.spread;
            -0.5 * steps * steps
        };
        let row = |row: usize| core::array::from_fn(|column| off(row, SIGMA) + off(column, SWERVE));
        Self {
            sigmas: steps(sigma, SIGMA.ratio),
            swerves: steps(swerve, SWERVE.ratio),
            likelihood: [[0.0; SIDE]; SIDE],
            prior: core::array::from_fn(row),
            runs: 0,
            scans: 0,
            open: 0,
        }
    }

    /// Once a scan.
    pub fn pass(&mut self, open: usize) {
        self.scans += 1;
        self.open = open;
    }

    /// Whether one more run should be recorded; counts it as begun if so.
    pub fn begins(&mut self) -> bool {
        let wanted = self.runs < RUNS_ENOUGH || self.scans >= SCANS_BETWEEN;
        let begins = wanted && self.open < OPEN_MAX;
        if begins {
            self.open += 1;
            self.scans = 0;
        }
        begins
    }

    /// Takes in a whole run.
    pub fn learn(&mut self, run: &Run) {
        self.runs += 1;
        let keep = if self.runs > RUNS_ENOUGH { KEEP } else { 1.0 };
        for (row, sigma) in self.likelihood.iter_mut().zip(self.sigmas) {
            for (cell, swerve) in row.iter_mut().zip(self.swerves) {
                *cell = keep * *cell + likelihood(run, sigma * sigma, swerve);
            }
        }
    }

    /// The likeliest sigma and acceleration noise given all runs, between the steps of the grid.
    pub fn best(&self) -> (f64, f64) {
        let sum =
            |row: usize, column: usize| self.likelihood[row][column] + self.prior[row][column];
        let (mut row, mut column) = (HALF, HALF);
        for at in (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
            if sum(at.0, at.1) > sum(row, column) {
                (row, column) = at;
            }
        }
        let sigma = between(&self.sigmas, row, |at| sum(at, column));
        (sigma, between(&self.swerves, column, |at| sum(row, at)))
    }
}

/// The top of the parabola through the best step and its neighbours, in the logarithm.
fn between(steps: &[f64; SIDE], best: usize, height: impl Fn(usize) -> f64) -> f64 {
    if best == 0 || best + 1 == SIDE {
        return steps[best];
    }
    let (left, right) = (height(best - 1) - height(best), height(best + 1) - height(best));
    let bend = left + right;
    let shift = if bend < -1e-9 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    steps[best] * pow(steps[1] / steps[0], shift)
}

/// Logarithm of the likelihood of a run's innovations, both axes together, by one filter of position
/// and velocity whose covariance the axes share.
fn likelihood(run: &Run, noise: f64, swerve: f64) -> f64 {
    let Some(first) = run.first() else { return 0.0 };
    let mut last_s = first[0];
    let (mut at, mut speed) = ([first[1], first[2]], [0.0; 2]);
    // a velocity of which nothing is known yet
    let (mut pp, mut pv, mut vv) = (noise, 0.0, 1e6);
    let mut sum = 0.0;
    for (index, step) in run.iter().enumerate().skip(1) {
        let dt = step[0] - last_s;
        last_s = step[0];
        pp += dt * (2.0 * pv + dt * vv) + swerve * dt * dt * dt / 3.0;
        pv += dt * vv + swerve * dt * dt / 2.0;
        vv += swerve * dt;
        let spread = pp + noise;
        let (gain, push) = (pp / spread, pv / spread);
        let mut square = 0.0;
        for axis in 0..2 {
            at[axis] += dt * speed[axis];
            let miss = step[axis + 1] - at[axis];
            at[axis] += gain * miss;
            speed[axis] += push * miss;
            square += miss * miss;
        }
        vv -= push * pv;
        pv -= gain * pv;
        pp -= gain * pp;
        if index >= WARM {
            sum -= LN_TAU + log(spread) + 0.5 * square / spread;
        }
    }
    sum
}
