//! One hypothesis: an origin with the picks it explains, and the evidence for it.

use crate::arrival::Picks;
use crate::locate::{Fit, Ground};
use crate::matrix::{self, Vector};
use crate::medium::{Medium, Prior};
use crate::model::SIZES;
use crate::station::Station;

/// An origin with its picks.
#[derive(Clone, Debug)]
pub struct Incident<const N: usize> {
    /// Most likely state and its curvature.
    pub fit: Fit<N>,
    /// Belief about the medium that went in.
    pub prior: Prior<N>,
    /// Picks explained, one a channel.
    pub picks: Vec<u32>,
    /// Log odds of the incident with these picks against these picks being false.
    pub log_odds: f64,
    /// Share of each size of source.
    pub sizes: [f64; SIZES],
}

impl<const N: usize> Incident<N> {
    /// The pick it has of a channel; its picks are in order.
    #[inline]
    pub(crate) fn pick_of(&self, picks: &Picks, channel: u32) -> Option<u32> {
        let at = self.picks.partition_point(|&pick| picks.channel(pick) < channel);
        self.picks.get(at).copied().filter(|&pick| picks.channel(pick) == channel)
    }
}

/// Log of the square root of two pi.
pub const LOG_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_7;

/// Log of the density of the prior at its mean.
#[must_use]
pub fn log_peak<const N: usize, M: Medium<N>>(prior: &Prior<N>) -> f64 {
    // Parameters without information get a one on the diagonal, which changes no determinant.
    let mut information = prior.information;
    let mut count = 0.0;
    for (i, row) in information.iter_mut().enumerate() {
        if i < M::ORIGIN {
            row[i] = 1.0;
        } else {
            count += 1.0;
        }
    }
    matrix::cholesky(&information)
        .map_or(0.0, |factor| matrix::log_root_determinant(&factor) - count * LOG_ROOT_TWO_PI)
}

impl<const N: usize, M: Medium<N>> Ground<'_, N, M> {
    /// The evidence for an incident (Laplace's approximation over the state, sum over sizes) and
    /// the share of each size; `heard` tells whether a channel is among the picks.
    #[must_use]
    pub fn weigh(
        &self,
        fit: &Fit<N>,
        prior: &Prior<N>,
        picks: &[u32],
        heard: impl Fn(u32) -> bool,
    ) -> (f64, [f64; SIZES]) {
        let volume = N as f64 * LOG_ROOT_TWO_PI - matrix::log_root_determinant(&fit.factor);
        let mut sum = self.model.log_rate + volume + log_peak::<N, M>(prior) - 0.5 * fit.misfit;
        for &pick in picks {
            // The travel time only sets the error; a nominal one from the ray is close enough.
            let travel_s = self.picks.time_s(pick) - fit.state[0];
            let variance = self.variance(pick, travel_s);
            sum -= LOG_ROOT_TWO_PI + 0.5 * libm::log(variance);
            sum -= self.log_false(pick);
        }
        let (noticed, sizes) = self.weigh_notice(&fit.state, picks, heard);
        (sum + noticed, sizes)
    }

    /// The residual of a pick and its variance, s and s^2.
    #[must_use]
    pub fn residual(&self, state: &Vector<N>, pick: u32) -> (f64, f64) {
        let (station, place) = self.split(self.picks.channel(pick));
        let ray = self.medium.ray(state, &self.network.stations()[station], place);
        let time_s = self.picks.time_s(pick);
        let residual = self.model.residual(time_s, station, state, ray.travel_s);
        (residual, self.variance(pick, ray.travel_s))
    }

    /// Log odds that a pick is of an incident at this state, of such sizes, against being false.
    #[must_use]
    pub fn gain(&self, state: &Vector<N>, pick: u32, sizes: &[f64; SIZES]) -> f64 {
        let channel = self.picks.channel(pick);
        let (station, place) = self.split(channel);
        let at = &self.network.stations()[station];
        let (residual, variance) = self.residual(state, pick);
        if !residual.is_finite() {
            return f64::NEG_INFINITY;
        }
        let distance_km = self.medium.hearing_km(state, at);
        self.model.detection.log_odds_of(place, distance_km, sizes)
            - 0.5 * residual * residual / variance
            - LOG_ROOT_TWO_PI
            - 0.5 * libm::log(variance)
            - self.log_false(pick)
    }

    /// Log density of a false arrival where this pick is, 1/s: its channel's, and more in a coda.
    #[must_use]
    #[inline]
    pub fn log_false(&self, pick: u32) -> f64 {
        let extra = self.model.coda.get(pick as usize).map_or(0.0, |ratio| libm::log1p(*ratio));
        self.model.log_false_rate[self.picks.channel(pick) as usize] + extra
    }

    /// Whether the arrival at a station would have been heard of by now.
    #[inline]
    fn passed(&self, state: &Vector<N>, at: &Station, place: usize) -> bool {
        let until_s = self.model.heard_until_s;
        until_s == f64::INFINITY || state[0] + self.medium.ray(state, at, place).travel_s < until_s
    }

    /// The part of the evidence that says who noticed and who did not.
    fn weigh_notice(
        &self,
        state: &Vector<N>,
        picks: &[u32],
        heard: impl Fn(u32) -> bool,
    ) -> (f64, [f64; SIZES]) {
        let phases = self.medium.phases().len();
        let detection = &self.model.detection;
        let mut by_size = [0.0; SIZES];
        let mut add = |by: &[f64; SIZES]| (0..SIZES).for_each(|size| by_size[size] += by[size]);
        for &pick in picks {
            let (station, place) = self.split(self.picks.channel(pick));
            let at = &self.network.stations()[station];
            add(detection.hit(place, self.medium.hearing_km(state, at)));
        }
        for &station in self.network.near(state[1], state[2]) {
            let at = &self.network.stations()[station as usize];
            let distance_km = self.medium.hearing_km(state, at);
            if distance_km > detection.reach_km {
                continue;
            }
            for place in 0..phases {
                let channel = station * phases as u32 + place as u32;
                if !heard(channel)
                    && self.medium.carries(place, distance_km)
                    && self.passed(state, at, place)
                {
                    add(detection.miss(place, distance_km));
                }
            }
        }
        detection.sum_out(&by_size)
    }
}
