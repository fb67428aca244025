//! How fast things move, learned from those followed so far: a mixture of round Gaussians of the
//! velocity whose weights are counted as tracks settle.

use crate::state::{Covariance, State, density};

/// Ratio of one scale to the next; the scales reach from a walker to the largest.
const RATIO: f64 = 2.2;
pub(crate) const SCALES: usize = 6;
/// Settled tracks that the flat prior is worth.
const PRIOR: f64 = 2.0;
/// Settled tracks from which guesses from pairs of detections are no longer needed.
const ENOUGH: f64 = 20.0;

/// Scales of velocity per axis and how often each was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speeds {
    pub scale_mps: [f64; SCALES],
    /// Settled tracks by scale, with the prior.
    count: [f64; SCALES],
    /// Pairs of detections by scale, each with its chance of being one thing's; used until enough
    /// tracks have settled.
    guess: [f64; SCALES],
    /// Tracks settled in this look, so that their order does not matter.
    fresh: [f64; SCALES],
}

impl Speeds {
    pub fn up_to(speed_mps: f64) -> Self {
        let mut scale_mps = [speed_mps; SCALES];
        for index in (0..SCALES - 1).rev() {
            scale_mps[index] = scale_mps[index + 1] / RATIO;
        }
        Self {
            scale_mps,
            count: [PRIOR / SCALES as f64; SCALES],
            guess: [0.0; SCALES],
            fresh: [0.0; SCALES],
        }
    }

    pub fn weights(&self) -> [f64; SCALES] {
        let sums: [f64; SCALES] = core::array::from_fn(|at| self.count[at] + self.guess[at]);
        let total: f64 = sums.iter().sum();
        sums.map(|sum| sum / total)
    }

    /// Whether too few tracks have settled to know how fast things move.
    pub fn is_vague(&self) -> bool {
        self.count.iter().sum::<f64>() < PRIOR + ENOUGH
    }

    /// Sets the guesses; none once enough tracks have settled.
    pub fn guess(&mut self, guess: [f64; SCALES]) {
        self.guess = if self.is_vague() { guess } else { [0.0; SCALES] };
    }

    /// What was guessed so far.
    pub fn guessed(&self) -> [f64; SCALES] {
        self.guess
    }

    /// Densities by scale, each with its weight.
    pub fn weigh(&self, fits: &[f64; SCALES]) -> [f64; SCALES] {
        let weights = self.weights();
        core::array::from_fn(|at| fits[at] * weights[at])
    }

    /// Density of a thing being `distance2` (square metres) from where it was seen, by scale;
    /// `variance` is that of everything but its speed.
    pub fn reach(&self, distance2: f64, variance: f64, age_s: f64) -> [f64; SCALES] {
        core::array::from_fn(|at| {
            let spread = variance + (self.scale_mps[at] * age_s).powi(2);
            libm::exp(-0.5 * distance2 / spread) / (core::f64::consts::TAU * spread)
        })
    }

    /// Variance of the velocity per axis.
    pub fn variance(&self) -> f64 {
        let weights = self.weights();
        (0..SCALES).map(|index| weights[index] * self.scale_mps[index].powi(2)).sum()
    }

    /// Counts a settled velocity.
    pub fn learn(&mut self, velocity_mps: [f64; 2], spread: Covariance) {
        let weights = self.weights();
        let mut fit = [0.0; SCALES];
        for index in 0..SCALES {
            let scale = Covariance::round(self.scale_mps[index].powi(2));
            fit[index] = weights[index] * density(velocity_mps, spread.plus(scale)).0;
        }
        let total: f64 = fit.iter().sum();
        if total > 0.0 {
            (0..SCALES).for_each(|index| self.fresh[index] += fit[index] / total);
        }
    }

    /// The end of a look: what settled in it counts from now on.
    pub fn settle(&mut self) {
        (0..SCALES).for_each(|index| self.count[index] += self.fresh[index]);
        self.fresh = [0.0; SCALES];
        if !self.is_vague() {
            self.guess = [0.0; SCALES];
        }
    }
}

/// A thing seen once, `age_s` ago: every speed it may have, moved to now, with its weight.
pub(crate) fn spread_out(
    once: &State,
    age_s: f64,
    q: f64,
    speeds: &Speeds,
) -> [(f64, State); SCALES] {
    let weights = speeds.weights();
    core::array::from_fn(|index| {
        let mut from = *once;
        from.velocity = Covariance::round(speeds.scale_mps[index].powi(2));
        (weights[index], from.moved(age_s, q))
    })
}
