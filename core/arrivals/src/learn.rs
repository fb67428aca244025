//! What a list of incidents teaches about sensors, sources and medium.

use crate::arrival::NOBODY;
use crate::following::Following;
use crate::hint::{Hint, Spread};
use crate::incident::Incident;
use crate::matrix;
use crate::medium::Medium;
use crate::model::Detection;
use crate::notice::{self, Look};
use crate::search::Search;

/// An incident teaches when it is this likely and has this many picks.
const LOG_ODDS_MIN: f64 = 12.0;
const PICKS_MIN: usize = 7;
/// Residuals of the prior guess that weigh as much as those seen.
const PRIOR_RESIDUALS: f64 = 10.0;
/// Share of a residual that the fit must leave for it to teach.
const LEFT_MIN: f64 = 0.15;
/// Incidents of the prior guess of sizes.
const PRIOR_SIZES: f64 = 10.0;
/// Incidents that the chance of detection is fitted on, at most.
const FITTED_MAX: usize = 600;

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// Learns everything from the incidents as they stand.
    pub fn learn(&mut self, duration_s: f64) {
        self.learn_medium();
        self.learn_errors();
        self.learn_detection();
        self.learn_rates(duration_s);
    }

    /// Incidents beyond doubt.
    pub(crate) fn teachers(&self) -> impl Iterator<Item = (u32, &Incident<N>)> {
        self.incidents.iter().enumerate().filter_map(|(id, incident)| {
            let incident = incident.as_ref()?;
            let good = incident.log_odds > LOG_ODDS_MIN && incident.picks.len() >= PICKS_MIN;
            good.then_some((id as u32, incident))
        })
    }

    /// What each incident says of the medium.
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        // One false pick among the true spoils a hint, and shows as a misfit.
        let clean = |incident: &Incident<N>| {
            let free = (incident.picks.len() - M::ORIGIN.min(incident.picks.len())) as f64;
            incident.fit.misfit < free + 2.0 * (2.0 * free).sqrt()
        };
        let hint = |(id, incident)| Hint::of::<N, M>(id, incident);
        self.teachers().filter(|(_, incident)| clean(incident)).filter_map(hint).collect()
    }

    /// How far the medium strays, from where the incidents put it.
    pub(crate) fn learn_medium(&mut self) {
        let hints = self.hints();
        if hints.is_empty() {
            return;
        }
        let spread = Spread::of::<N, M>(&self.medium.prior()).learn(&hints);
        self.prior = spread.prior::<N, M>(&self.medium.prior());
        let prior = self.prior;
        for incident in self.incidents.iter_mut().flatten() {
            incident.prior = prior;
        }
    }

    /// Error of onsets and of paths from squared residuals, each over what the fit left of it.
    ///
    /// `E r^2 = (onset + path t^2) (1 - leverage)`: a weighted line in `t^2`, fitted twice so that
    /// the weights are those of the line.
    pub(crate) fn learn_errors(&mut self) {
        self.learn_errors_from(Self::squares);
    }

    /// The same, from squared residuals of a phase that the medium takes in its own way.
    pub(crate) fn learn_errors_from(&mut self, squares: impl Fn(&Self, usize) -> Vec<Square>) {
        for place in 0..self.medium.phases().len() {
            let squares = squares(self, place);
            let prior = [
                self.medium.onset_error_s(place) * self.medium.onset_error_s(place),
                self.medium.path_error() * self.medium.path_error(),
            ];
            let mut line = [self.model.onset_variance[place], self.model.path_variance[place]];
            for _ in 0..4 {
                line = fit_line(&squares, line, prior);
            }
            self.model.onset_variance[place] = line[0];
            self.model.path_variance[place] = line[1];
        }
    }

    /// Squared residuals of the teachers' picks of a phase.
    fn squares(&self, place: usize) -> Vec<Square> {
        let ground = self.ground();
        let mut squares = Vec::new();
        for (_, incident) in self.teachers() {
            let covariance = matrix::inverse(&incident.fit.factor);
            for &pick in &incident.picks {
                let (station, at) = ground.split(self.picks.channel(pick));
                if at != place {
                    continue;
                }
                let state = &incident.fit.state;
                let ray = self.medium.ray(state, &self.network.stations()[station], place);
                let (residual, variance) = ground.residual(state, pick);
                let spread = matrix::times(&covariance, &ray.row);
                let told = matrix::dot(&spread, &ray.row) / variance;
                let stated_s2 = ground.stated_s2(pick);
                squares.extend(Square::new(residual, 1.0 - told, ray.travel_s, stated_s2));
            }
        }
        squares
    }

    /// Shares of sizes, then chance close by and width, each the likeliest given the others.
    pub(crate) fn learn_detection(&mut self) {
        let looks = self.looks();
        if looks.len() < 5 {
            return;
        }
        let phases = self.medium.phases().len();
        let prior = Detection::broad(phases, self.medium.range_km(), self.medium.size_span());
        let prior_counts = prior.shares.map(|share| share * PRIOR_SIZES);
        self.model.detection = notice::learn(&self.model.detection, &prior_counts, &looks);
    }

    /// Who noticed a teacher and who did not, by distance.
    fn looks(&self) -> Vec<Look> {
        let phases = self.medium.phases().len();
        // Who has not heard yet says nothing about who will.
        let longest_s = self.medium.longest_s(self.model.detection.reach_km);
        let whole =
            |incident: &Incident<N>| incident.fit.state[0] + longest_s < self.model.heard_until_s;
        let teachers = || self.teachers().filter(|(_, incident)| whole(incident));
        let step = (teachers().count() / FITTED_MAX).max(1);
        let mut looks = Vec::new();
        for (_, incident) in teachers().step_by(step) {
            let state = &incident.fit.state;
            let mut look = Look::default();
            let mut channels: Vec<u32> =
                incident.picks.iter().map(|&pick| self.picks.channel(pick)).collect();
            channels.sort_unstable();
            for &station in self.network.near(state[1], state[2]) {
                let at = &self.network.stations()[station as usize];
                let distance_km = self.medium.hearing_km(state, at);
                for place in 0..phases {
                    let channel = station * phases as u32 + place as u32;
                    if channels.binary_search(&channel).is_ok() {
                        look.hits.push((place, distance_km));
                    } else if distance_km < self.model.detection.reach_km
                        && self.medium.carries(place, distance_km)
                    {
                        look.misses.push((place, distance_km));
                    }
                }
            }
            looks.push(look);
        }
        looks
    }

    /// What follows an incident, from those beyond doubt; tells whether anything does.
    pub(crate) fn learn_following(&mut self) -> bool {
        let sure: Vec<(u32, [f64; 3])> = self
            .teachers()
            .map(|(id, incident)| (id, [0, 1, 2].map(|axis| incident.fit.state[axis])))
            .collect();
        let rate = libm::exp(self.model.log_rate) * self.medium.depth_km().max(1.0);
        self.following = Following::learn(&sure, rate, self.medium.range_km());
        self.following.is_some()
    }

    /// False arrivals by channel, and incidents in all.
    pub(crate) fn learn_rates(&mut self, duration_s: f64) {
        let counts: Vec<f64> = (0..self.picks.channel_count() as u32)
            .map(|channel| {
                let all = self.picks.of_channel(channel);
                let free = |&pick: &u32| self.owners[self.picks.arrival(pick) as usize] == NOBODY;
                all.filter(free).count() as f64
            })
            .collect();
        self.model.learn_false_rates(&counts, duration_s);
        let found = self.incidents.iter().flatten().count() as f64;
        self.model.learn_rate(self.medium, self.network, found, duration_s);
    }
}

/// A squared residual over what the fit left of it, s^2.
pub(crate) struct Square {
    square: f64,
    left: f64,
    travel2: f64,
    /// What of it is stated, of onset and station, and need not be learned.
    stated_s2: f64,
}

impl Square {
    /// Of a residual, given the share of its variance that the fit left; nothing where that is
    /// too little to tell an error by.
    pub fn new(residual_s: f64, left: f64, travel_s: f64, stated_s2: f64) -> Option<Self> {
        let square = residual_s * residual_s / left - stated_s2;
        let travel2 = travel_s * travel_s;
        (left > LEFT_MIN).then_some(Self { square, left, travel2, stated_s2 })
    }
}

/// The line `onset + path t^2` through squared residuals, weighted by the line given; the prior
/// stands in with the weight of a few residuals.
fn fit_line(squares: &[Square], line: [f64; 2], prior: [f64; 2]) -> [f64; 2] {
    let count = squares.len().max(1) as f64;
    let travel2 = squares.iter().map(|one| one.travel2).sum::<f64>() / count;
    let at = |t2: f64| (line[0] + line[1] * t2).max(1e-12);
    let middle = at(travel2);
    // Onset and path each draw to their prior on their own, measured at the middle distance.
    let (mut a, mut b, mut c) = (PRIOR_RESIDUALS, 0.0, PRIOR_RESIDUALS * travel2 * travel2);
    let (mut p, mut q) = (a * prior[0], c * prior[1]);
    for one in squares {
        let scale = middle / (at(one.travel2) + one.stated_s2);
        let weight = one.left * scale * scale;
        a += weight;
        b += weight * one.travel2;
        c += weight * one.travel2 * one.travel2;
        p += weight * one.square;
        q += weight * one.travel2 * one.square;
    }
    let determinant = a * c - b * b;
    let path = if determinant > 0.0 { ((a * q - b * p) / determinant).max(0.0) } else { 0.0 };
    let onset = (p - b * path) / a;
    if onset < 0.02 * prior[0] {
        let onset = 0.02 * prior[0];
        return [onset, ((q - b * onset) / c.max(1e-12)).max(0.0)];
    }
    [onset, path]
}
