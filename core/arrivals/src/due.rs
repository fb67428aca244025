//! When a pick is due at a channel, as far as a hypothesis tells.

use crate::incident::LOG_ROOT_TWO_PI;
use crate::matrix::{self, Matrix, Vector};
use crate::medium::Medium;
use crate::search::Search;

/// Least share of a pick's variance that the fit leaves in its residual.
const LEFT_MIN: f64 = 1e-3;

/// When a channel's pick is due, as far as a hypothesis tells.
pub(crate) struct Due<const N: usize> {
    pub channel: u32,
    pub time_s: f64,
    pub variance: f64,
    /// The part of the variance that is the onset's own.
    pub own: f64,
    /// Covariance of the state with the arrival time.
    pub spread: Vector<N>,
}

impl<const N: usize> Due<N> {
    /// What the others say alone, for a pick that the state was fitted to: what it drew the state
    /// by is taken back (Cook and Weisberg 1982, "Residuals and influence in regression", 2.2.1).
    /// `stated_s2` is the pick's own stated variance, which is no part of the channel's.
    pub fn without(&mut self, time_s: f64, stated_s2: f64) {
        let own = self.own + stated_s2;
        let left = (1.0 - (self.variance - self.own) / own).max(LEFT_MIN);
        self.time_s = time_s - (time_s - self.time_s) / left;
        self.variance = own / left - stated_s2;
    }
}

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// Distance of a channel's station and when its pick is due; nothing where none can be.
    #[inline]
    pub(crate) fn due(
        &self,
        state: &Vector<N>,
        covariance: &Matrix<N>,
        channel: u32,
        reach_km: f64,
    ) -> Option<(f64, Due<N>)> {
        let phases = self.medium.phases().len();
        let (station, place) = (channel as usize / phases, channel as usize % phases);
        let at = self.network.stations()[station];
        let distance_km = self.medium.hearing_km(state, &at);
        if distance_km > reach_km || self.picks.of_channel(channel).is_empty() {
            return None;
        }
        let ray = self.medium.ray(state, &at, place);
        if !ray.travel_s.is_finite() {
            return None;
        }
        let spread = matrix::times(covariance, &ray.row);
        let own = self.model.variance(place, station, ray.travel_s);
        let variance = matrix::dot(&spread, &ray.row) + own;
        let time_s = state[0] + ray.travel_s + self.model.station_bias_s[station];
        Some((distance_km, Due { channel, time_s, variance, own, spread }))
    }

    /// Log of how much denser arrivals are there if the pick is the one due than if it is false.
    #[inline]
    pub(crate) fn density_ratio(&self, due: &Due<N>, pick: u32, residual: f64) -> f64 {
        let variance = due.variance + self.picks.stated_s2(pick);
        -0.5 * residual * residual / variance
            - LOG_ROOT_TWO_PI
            - 0.5 * libm::log(variance)
            - self.ground().log_false(pick)
    }
}
