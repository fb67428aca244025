//! What one incident says about the medium it happened in, its place and time summed out.

use crate::incident::Incident;
use crate::matrix::{self, Matrix, Vector, zeros};
use crate::medium::{Medium, Prior};

/// Nuisances at most.
pub const NUISANCES: usize = 3;

/// The likelihood of the nuisances given one incident's arrivals, as a Gaussian in information
/// form: `exp(-n' information n / 2 + vector' n)`.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// Which incident.
    pub incident: u32,
    /// Where and when, km, km, s.
    pub at: [f64; 3],
    /// Information; zero for nuisances the medium does not have.
    pub information: Matrix<NUISANCES>,
    /// Information times estimate.
    pub vector: Vector<NUISANCES>,
}

/// A Gaussian belief about the nuisances, each on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mean: Vector<NUISANCES>,
    /// Variance.
    pub variance: Vector<NUISANCES>,
}

/// Incidents of the prior guess that weigh as much as what is seen.
const PRIOR_WEIGHT: f64 = 6.0;
/// Rounds of learning.
const ROUNDS: usize = 25;

impl Hint {
    /// The hint of an incident, nothing when the medium hides nothing.
    #[must_use]
    pub fn of<const N: usize, M: Medium<N>>(id: u32, incident: &Incident<N>) -> Option<Self> {
        let count = N - M::ORIGIN;
        if count == 0 || count > NUISANCES {
            return None;
        }
        let covariance = matrix::inverse(&incident.fit.factor);
        let mut block = identity();
        for i in 0..count {
            for j in 0..count {
                block[i][j] = covariance[M::ORIGIN + i][M::ORIGIN + j];
            }
        }
        let mut information = matrix::inverse(&matrix::cholesky(&block)?);
        let mut estimate = [0.0; NUISANCES];
        estimate[..count].copy_from_slice(&incident.fit.state[M::ORIGIN..]);
        let mut vector = matrix::times(&information, &estimate);
        for i in 0..count {
            for j in 0..count {
                let prior = incident.prior.information[M::ORIGIN + i][M::ORIGIN + j];
                vector[i] -= prior * incident.prior.mean[M::ORIGIN + j];
                information[i][j] -= prior;
            }
        }
        for (i, row) in information.iter_mut().enumerate() {
            // Rounding can leave a trace below zero where the arrivals say nothing.
            row[i] = row[i].max(0.0) * (1.0 + 1e-9);
            if i >= count {
                *row = [0.0; NUISANCES];
            }
        }
        let at = [incident.fit.state[1], incident.fit.state[2], incident.fit.state[0]];
        Some(Self { incident: id, at, information, vector })
    }

    /// Adds what another hint says, or takes it off.
    pub fn add(&mut self, other: &Self, sign: f64) {
        for i in 0..NUISANCES {
            self.vector[i] += sign * other.vector[i];
            for j in 0..NUISANCES {
                self.information[i][j] += sign * other.information[i][j];
            }
        }
    }

    /// Mean and covariance under a belief.
    #[must_use]
    pub fn under(&self, belief: &Spread) -> Option<(Vector<NUISANCES>, Matrix<NUISANCES>)> {
        let mut information = self.information;
        let mut vector = self.vector;
        for i in 0..NUISANCES {
            information[i][i] += 1.0 / belief.variance[i];
            vector[i] += belief.mean[i] / belief.variance[i];
        }
        let factor = matrix::cholesky(&information)?;
        Some((matrix::solve(&factor, &vector), matrix::inverse(&factor)))
    }
}

impl Spread {
    /// What a medium believes before any arrival.
    #[must_use]
    pub fn of<const N: usize, M: Medium<N>>(prior: &Prior<N>) -> Self {
        let mut spread = Self { mean: [0.0; NUISANCES], variance: [1.0; NUISANCES] };
        for i in 0..(N - M::ORIGIN).min(NUISANCES) {
            spread.mean[i] = prior.mean[M::ORIGIN + i];
            spread.variance[i] = 1.0 / prior.information[M::ORIGIN + i][M::ORIGIN + i];
        }
        spread
    }

    /// Mean and variance over incidents, by expectation and maximisation: the first nuisance on
    /// its own, the other two (components of one vector) with one variance.
    #[must_use]
    pub fn learn(self, hints: &[Hint]) -> Self {
        let mut now = self;
        for _ in 0..ROUNDS {
            let mut sum = [0.0; NUISANCES];
            let mut squares = [0.0; NUISANCES];
            let mut count = 0.0;
            for (mean, covariance) in hints.iter().filter_map(|hint| hint.under(&now)) {
                count += 1.0;
                for i in 0..NUISANCES {
                    sum[i] += mean[i];
                    squares[i] += mean[i] * mean[i] + covariance[i][i];
                }
            }
            let weight = count + PRIOR_WEIGHT;
            for i in 0..NUISANCES {
                let mean = (sum[i] + PRIOR_WEIGHT * self.mean[i]) / weight;
                let spread = squares[i] - 2.0 * mean * sum[i] + mean * mean * count;
                now.mean[i] = mean;
                now.variance[i] = (spread + PRIOR_WEIGHT * self.variance[i]) / weight;
            }
            let both = 0.5 * (now.variance[1] + now.variance[2]);
            now.variance[1] = both;
            now.variance[2] = both;
        }
        now
    }

    /// The belief as the prior of a location.
    #[must_use]
    pub fn prior<const N: usize, M: Medium<N>>(&self, from: &Prior<N>) -> Prior<N> {
        let mut prior = *from;
        for i in 0..(N - M::ORIGIN).min(NUISANCES) {
            prior.mean[M::ORIGIN + i] = self.mean[i];
            for j in M::ORIGIN..N {
                prior.information[M::ORIGIN + i][j] = 0.0;
            }
            prior.information[M::ORIGIN + i][M::ORIGIN + i] = 1.0 / self.variance[i];
        }
        prior
    }
}

/// Ones on the diagonal.
#[must_use]
pub fn identity() -> Matrix<NUISANCES> {
    let mut out = zeros();
    (0..NUISANCES).for_each(|i| out[i][i] = 1.0);
    out
}
