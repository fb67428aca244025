//! What an origin is worth while it is in doubt which picks are its own.
//!
//! The search decides for each channel: this pick, or none. The last word takes the decision back: in
//! each channel every pick near by may be the true one, or none, with the chances that the model gives
//! them where the other channels alone put the origin. Mean and covariance over all of these are those
//! of probabilistic data association (Bar-Shalom and Tse 1975, Automatica 11, 451-460), channel by
//! channel about the origin decided on.

use crate::due::Due;
use crate::incident::Incident;
use crate::locate::Fit;
use crate::matrix::{self, Matrix, Vector, zeros};
use crate::medium::Medium;
use crate::search::Search;

/// Gate on a pick's distance from when it is due, in standard deviations.
const GATE: f64 = 5.0;

/// Log odds are held below this, for sums and differences of odds.
const LOG_ODDS_MAX: f64 = 30.0;

/// To be added to the mean and to the covariance of an incident's state.
pub(crate) struct Doubt<const N: usize> {
    pub shift: Vector<N>,
    pub spread: Matrix<N>,
}

impl<const N: usize> Doubt<N> {
    /// Mean and covariance with the doubt.
    pub fn over(&self, fit: &Fit<N>) -> (Vector<N>, Matrix<N>) {
        let certain = matrix::inverse(&fit.factor);
        let row = |i: usize| core::array::from_fn(|j| certain[i][j] + self.spread[i][j]);
        (core::array::from_fn(|i| fit.state[i] + self.shift[i]), core::array::from_fn(row))
    }
}

/// What one channel may say of an incident.
struct Ear<const N: usize> {
    due: Due<N>,
    /// The incident's gain from a residual, and the residual decided on; none counts as none.
    gain: f64,
    decided_s: Option<f64>,
    options: Vec<Choice>,
}

/// A pick that may be the true one: how far from due, and its odds against there being none.
struct Choice {
    arrival: u32,
    off_s: f64,
    odds: f64,
}

impl<const N: usize> Ear<N> {
    fn sum(&self) -> f64 {
        1.0 + self.options.iter().map(|one| one.odds).sum::<f64>()
    }
}

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// The doubts of every incident.
    pub(crate) fn doubts(&self) -> Vec<Option<Doubt<N>>> {
        let listen = |one: &Option<Incident<N>>| one.as_ref().map(|one| self.ears(one));
        let mut all: Vec<Option<Vec<Ear<N>>>> = self.incidents.iter().map(listen).collect();
        self.compete(&mut all);
        all.iter().map(|ears| Some(doubt(ears.as_ref()?))).collect()
    }

    /// Lowers the odds of each pick by the odds that another incident has it: one round of messages
    /// (Williams and Lau 2014, IEEE Trans. Aerosp. Electron. Syst. 50, 2942-2959).
    fn compete(&self, all: &mut [Option<Vec<Ear<N>>>]) {
        let mut claims = vec![0.0; self.owners.len()];
        let claim = |one: &Choice, sum: f64| one.odds / (sum - one.odds);
        for ear in all.iter().flatten().flatten() {
            let sum = ear.sum();
            ear.options.iter().for_each(|one| claims[one.arrival as usize] += claim(one, sum));
        }
        for ear in all.iter_mut().flatten().flatten() {
            let sum = ear.sum();
            for one in &mut ear.options {
                let others = claims[one.arrival as usize] - claim(one, sum);
                one.odds /= 1.0 + others.max(0.0);
            }
        }
    }

    fn ears(&self, incident: &Incident<N>) -> Vec<Ear<N>> {
        let covariance = matrix::inverse(&incident.fit.factor);
        let reach_km = self.model.detection.reach_of(&incident.sizes);
        let phases = self.medium.phases().len() as u32;
        let mut ears = Vec::new();
        for &station in self.network.near(incident.fit.state[1], incident.fit.state[2]) {
            for channel in station * phases..(station + 1) * phases {
                let due = self.due(&incident.fit.state, &covariance, channel, reach_km);
                let Some((distance_km, mut due)) = due else { continue };
                let own = incident
                    .pick_of(self.picks, channel)
                    .map(|pick| (self.picks.time_s(pick), self.picks.stated_s2(pick)));
                let gain = 1.0 / own.map_or(due.variance, |(_, stated_s2)| due.own + stated_s2);
                own.into_iter().for_each(|(own_s, stated_s2)| due.without(own_s, stated_s2));
                let place = (channel % phases) as usize;
                let odds = self.model.detection.log_odds_of(place, distance_km, &incident.sizes);
                let options = self.options(&due, odds);
                if !options.is_empty() {
                    let decided_s = own.map(|(own_s, _)| own_s - due.time_s);
                    ears.push(Ear { due, gain, decided_s, options });
                }
            }
        }
        ears
    }

    fn options(&self, due: &Due<N>, log_odds: f64) -> Vec<Choice> {
        let gate_s = GATE * (due.variance + self.picks.stated_most_s2(due.channel)).sqrt();
        let near = self.picks.within(due.channel, due.time_s - gate_s, due.time_s + gate_s);
        near.map(|pick| {
            let off_s = self.picks.time_s(pick) - due.time_s;
            let log_odds = log_odds + self.density_ratio(due, pick, off_s);
            let odds = libm::exp(log_odds.min(LOG_ODDS_MAX));
            Choice { arrival: self.picks.arrival(pick), off_s, odds }
        })
        .collect()
    }
}

/// What the channels together leave in doubt, each about what was decided.
fn doubt<const N: usize>(ears: &[Ear<N>]) -> Doubt<N> {
    let mut doubt = Doubt { shift: [0.0; N], spread: zeros() };
    for ear in ears {
        let sum = ear.sum();
        let moment = |power: i32| -> f64 {
            ear.options.iter().map(|one| one.odds * one.off_s.powi(power)).sum::<f64>() / sum
        };
        let (mean_s, chance) = (moment(1), 1.0 - 1.0 / sum);
        let decided = f64::from(u8::from(ear.decided_s.is_some()));
        let shift = ear.gain * (mean_s - ear.decided_s.unwrap_or(0.0));
        (0..N).for_each(|i| doubt.shift[i] += shift * ear.due.spread[i]);
        // What an undecided channel may still teach is left: a covariance must not turn negative.
        let missed = (decided - chance).max(0.0) * ear.due.variance;
        let wider = moment(2) - mean_s * mean_s + missed;
        matrix::add_outer(&mut doubt.spread, &ear.due.spread, ear.gain * ear.gain * wider);
    }
    doubt
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One unknown of variance 4, seen by onsets of variance 1.
    const BEFORE: f64 = 4.0;
    const OWN: f64 = 1.0;

    fn ear(decided_s: Option<f64>, options: &[(f64, f64)]) -> Ear<1> {
        let after = BEFORE * OWN / (BEFORE + OWN);
        let (spread, gain) = match decided_s {
            Some(_) => (after, 1.0 / OWN),
            None => (BEFORE, 1.0 / (BEFORE + OWN)),
        };
        let variance = BEFORE + OWN;
        Ear {
            due: Due { channel: 0, time_s: 0.0, variance, own: OWN, spread: [spread] },
            gain,
            decided_s,
            options: options
                .iter()
                .map(|&(off_s, odds)| Choice { arrival: 0, off_s, odds })
                .collect(),
        }
    }

    /// Mean and variance of the mixture over which option is true, added up one by one.
    fn mixture(options: &[(f64, f64)]) -> (f64, f64) {
        let (share, after) = (BEFORE / (BEFORE + OWN), BEFORE * OWN / (BEFORE + OWN));
        let sum: f64 = 1.0 + options.iter().map(|one| one.1).sum::<f64>();
        let mean = options.iter().map(|one| one.1 / sum * share * one.0).sum::<f64>();
        let mut variance = (BEFORE + mean * mean) / sum;
        for (off_s, odds) in options {
            let away = share * off_s - mean;
            variance += odds / sum * (after + away * away);
        }
        (mean, variance)
    }

    #[test]
    fn doubt_about_an_own_pick_gives_the_mixture() {
        for options in [&[(3.0, 2.0)][..], &[(3.0, 2.0), (-1.0, 0.7)], &[(0.1, 1e6)]] {
            let decided_s = options[0].0;
            let doubt = doubt(&[ear(Some(decided_s), options)]);
            let (mean, variance) = mixture(options);
            assert!((0.8 * decided_s + doubt.shift[0] - mean).abs() < 1e-12);
            assert!((0.8 + doubt.spread[0][0] - variance).abs() < 1e-12);
        }
    }

    #[test]
    fn a_pick_left_out_never_narrows() {
        let options = [(2.0, 0.4)];
        let doubt = doubt(&[ear(None, &options)]);
        let (mean, variance) = mixture(&options);
        assert!((doubt.shift[0] - mean).abs() < 1e-12);
        assert!(doubt.spread[0][0] >= 0.0 && BEFORE + doubt.spread[0][0] >= variance);
    }
}
