//! The most likely origin of a set of picks, with its covariance.

use crate::arrival::Picks;
use crate::matrix::{self, Matrix, Vector};
use crate::medium::{Medium, Prior};
use crate::model::Model;
use crate::station::Network;

/// What a location is made from.
#[derive(Clone, Copy)]
pub struct Ground<'a, const N: usize, M: Medium<N>> {
    /// What carries the waves.
    pub medium: &'a M,
    /// The stations.
    pub network: &'a Network,
    /// The arrivals.
    pub picks: &'a Picks,
    /// What has been learned.
    pub model: &'a Model,
}

/// A state with its curvature.
#[derive(Clone, Copy, Debug)]
pub struct Fit<const N: usize> {
    /// Most likely state.
    pub state: Vector<N>,
    /// Cholesky factor of the information (the inverse covariance) there.
    pub factor: Matrix<N>,
    /// Weighted squares of residuals, and of the distance from the prior.
    pub misfit: f64,
}

/// Steps at most.
const STEPS_MAX: usize = 12;
/// A step is the last when it moves less than this, in standard deviations squared.
const STILL: f64 = 1e-4;

/// Misfit of a pick whose phase does not reach its station: the pick will not be kept.
const ABSENT: f64 = 100.0;

/// One look at the picks from a state: information, gradient, misfit.
struct Look<const N: usize> {
    information: Matrix<N>,
    gradient: Vector<N>,
    misfit: f64,
}

impl<const N: usize, M: Medium<N>> Ground<'_, N, M> {
    /// Splits a channel into station and place of the phase.
    #[must_use]
    #[inline]
    pub fn split(&self, channel: u32) -> (usize, usize) {
        let phases = self.medium.phases().len();
        (channel as usize / phases, channel as usize % phases)
    }

    /// Variance of a pick after a travel time, its own stated error among it, s^2.
    #[must_use]
    #[inline]
    pub fn variance(&self, pick: u32, travel_s: f64) -> f64 {
        let (station, place) = self.split(self.picks.channel(pick));
        self.model.variance(place, station, travel_s) + self.picks.stated_s2(pick)
    }

    /// What is stated of the errors of a pick and of its station, s^2.
    #[must_use]
    pub(crate) fn stated_s2(&self, pick: u32) -> f64 {
        self.model.station_variance[self.picks.channel(pick) as usize] + self.picks.stated_s2(pick)
    }

    /// Levenberg-Marquardt from a first guess; nothing when the picks do not hold a place.
    #[must_use]
    pub fn locate(&self, picks: &[u32], prior: &Prior<N>, from: &Vector<N>) -> Option<Fit<N>> {
        let mut state = *from;
        let mut look = self.look(picks, prior, &state);
        let mut damping = 0.0;
        for _ in 0..STEPS_MAX {
            let mut damped = look.information;
            for (i, row) in damped.iter_mut().enumerate() {
                row[i] += row[i] * damping + 1e-6;
            }
            let factor = matrix::cholesky(&damped)?;
            let step = matrix::solve(&factor, &look.gradient);
            let mut next = state;
            (0..N).for_each(|i| next[i] += step[i]);
            self.medium.hold(&mut next);
            let gain = matrix::dot(&step, &look.gradient);
            let there = self.look(picks, prior, &next);
            if there.misfit <= look.misfit + 1e-9 {
                state = next;
                look = there;
                damping *= 0.1;
                if gain < STILL {
                    break;
                }
            } else if gain < STILL {
                break;
            } else {
                damping = damping.max(1e-3) * 10.0;
            }
        }
        for (i, row) in look.information.iter_mut().enumerate() {
            row[i] += 1e-6;
        }
        let factor = matrix::cholesky(&look.information)?;
        Some(Fit { state, factor, misfit: look.misfit })
    }

    fn look(&self, picks: &[u32], prior: &Prior<N>, state: &Vector<N>) -> Look<N> {
        let mut information = prior.information;
        let mut away = [0.0; N];
        (M::ORIGIN..N).for_each(|i| away[i] = prior.mean[i] - state[i]);
        let mut gradient = matrix::times(&prior.information, &away);
        let mut misfit = matrix::dot(&gradient, &away);
        for &pick in picks {
            let (station, place) = self.split(self.picks.channel(pick));
            let ray = self.medium.ray(state, &self.network.stations()[station], place);
            if !ray.travel_s.is_finite() {
                misfit += ABSENT;
                continue;
            }
            let time_s = self.picks.time_s(pick);
            let residual = self.model.residual(time_s, station, state, ray.travel_s);
            let weight = 1.0 / self.variance(pick, ray.travel_s);
            misfit += weight * residual * residual;
            for i in 0..N {
                let scaled = weight * ray.row[i];
                gradient[i] += scaled * residual;
                for j in 0..N {
                    information[i][j] += scaled * ray.row[j];
                }
            }
        }
        Look { information, gradient, misfit }
    }
}
