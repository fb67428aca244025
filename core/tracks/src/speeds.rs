//! How fast things move, learned from those followed so far: a mixture of round Gaussians of the
//! velocity whose weights are counted as tracks settle.

use crate::state::{Covariance, State, density};

/// Ratio of one scale to the next; five scales reach from a walker to the largest.
const RATIO: f64 = 2.2;
pub(crate) const SCALES: usize = 5;
/// Settled tracks that the flat prior is worth.
const PRIOR: f64 = 2.0;

/// Scales of velocity per axis and how often each was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speeds {
    pub scale_mps: [f64; SCALES],
    count: [f64; SCALES],
}

impl Speeds {
    pub fn up_to(speed_mps: f64) -> Self {
        let mut scale_mps = [speed_mps; SCALES];
        for index in (0..SCALES - 1).rev() {
            scale_mps[index] = scale_mps[index + 1] / RATIO;
        }
        Self { scale_mps, count: [PRIOR / SCALES as f64; SCALES] }
    }

    pub fn weights(&self) -> [f64; SCALES] {
        let total: f64 = self.count.iter().sum();
        self.count.map(|count| count / total)
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
            (0..SCALES).for_each(|index| self.count[index] += fit[index] / total);
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
