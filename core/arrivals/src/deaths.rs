//! Whether the list would be likelier without an incident, its picks given to those around it.
//!
//! A false incident may stand on picks of true ones: it holds the half of an explosion that another holds the
//! rest of, or one pick of each of several, and fits them better than their owners do. No owner takes one back
//! alone; all of them together are worth more than the incident.

use crate::arrival::NOBODY;
use crate::incident::Incident;
use crate::matrix;
use crate::medium::Medium;
use crate::search::{Bar, Search, Take};

/// Log odds above which no incident is questioned.
const BEYOND_DOUBT: f64 = 40.0;
/// Log odds below which other incidents are tried in its place.
const WEAK: f64 = 25.0;
/// A pick is offered to incidents within this many standard deviations of when they expect one.
const OFFERED: f64 = 5.0;

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// Takes out incidents that the others explain better, weakest first; tells for each one left how
    /// much more its neighbours would be worth with its picks.
    pub(crate) fn deaths(&mut self, bar: Bar) -> Vec<f64> {
        let mut by_time: Vec<(f64, u32)> = Vec::new();
        let mut weak: Vec<(f64, u32)> = Vec::new();
        for (id, incident) in self.incidents.iter().enumerate() {
            let Some(incident) = incident else { continue };
            by_time.push((incident.fit.state[0], id as u32));
            if incident.log_odds < BEYOND_DOUBT {
                weak.push((incident.log_odds, id as u32));
            }
        }
        let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        by_time.sort_unstable_by(order);
        weak.sort_unstable_by(order);
        let mut gains = vec![0.0; self.incidents.len()];
        let mut loose = Vec::new();
        for (_, id) in weak {
            let Some(old) = self.incidents[id as usize].clone() else { continue };
            let heirs = self.heirs(id, &by_time);
            gains[id as usize] = self.gain_without(id, &heirs, bar);
            if self.incidents[id as usize].is_none() {
                self.around(&old, &mut loose);
            }
        }
        loose.sort_unstable();
        loose.dedup();
        self.births_at(&loose, bar, Take::Better);
        gains.resize(self.incidents.len(), 0.0);
        gains
    }

    /// Appends the picks that an incident where this one was could have had.
    fn around(&self, old: &Incident<N>, out: &mut Vec<u32>) {
        let phases = self.medium.phases().len() as u32;
        let [from_s, x_km, y_km] = [0, 1, 2].map(|axis| old.fit.state[axis]);
        let longest_s = self.medium.longest_s(self.model.detection.reach_km);
        for &station in self.network.near(x_km, y_km) {
            for channel in station * phases..(station + 1) * phases {
                out.extend(self.picks.within(channel, from_s, from_s + longest_s));
            }
        }
    }

    /// Incidents that expect a pick where this one has its.
    fn heirs(&self, id: u32, by_time: &[(f64, u32)]) -> Vec<u32> {
        let Some(of) = self.incidents[id as usize].as_ref() else { return Vec::new() };
        let reach_km = self.model.detection.reach_km;
        let longest_s = self.medium.longest_s(reach_km);
        let pick_times = || of.picks.iter().map(|&pick| self.picks.time_s(pick));
        let first = pick_times().fold(f64::INFINITY, f64::min);
        let last = pick_times().fold(f64::NEG_INFINITY, f64::max);
        let from = by_time.partition_point(|&(time, _)| time < first - longest_s);
        let until = by_time.partition_point(|&(time, _)| time <= last);
        let near = |other: &Incident<N>| {
            let (dx, dy) =
                (other.fit.state[1] - of.fit.state[1], other.fit.state[2] - of.fit.state[2]);
            dx * dx + dy * dy < 4.0 * reach_km * reach_km
        };
        let expects = |&other: &u32| {
            let incident = self.incidents[other as usize].as_ref();
            other != id && incident.is_some_and(|one| near(one) && self.expects(one, &of.picks))
        };
        by_time[from..until].iter().map(|&(_, other)| other).filter(expects).collect()
    }

    /// Whether an incident expects one of these picks where it is.
    fn expects(&self, incident: &Incident<N>, picks: &[u32]) -> bool {
        let ground = self.ground();
        let state = &incident.fit.state;
        let covariance = matrix::inverse(&incident.fit.factor);
        picks.iter().any(|&pick| {
            let (station, place) = ground.split(self.picks.channel(pick));
            let station = &self.network.stations()[station];
            if self.medium.hearing_km(state, station) > self.model.detection.reach_km {
                return false;
            }
            let (residual, variance) = ground.residual(state, pick);
            if !residual.is_finite() {
                return false;
            }
            let row = self.medium.ray(state, station, place).row;
            let spread = matrix::dot(&matrix::times(&covariance, &row), &row);
            residual * residual < OFFERED * OFFERED * (variance + spread)
        })
    }

    /// How much likelier the rest becomes without an incident. The incident is taken out when it is worth
    /// no more than that; else everything is left as it was.
    fn gain_without(&mut self, id: u32, heirs: &[u32], bar: Bar) -> f64 {
        let Some(old) = self.incidents[id as usize].clone() else { return 0.0 };
        self.remove(id);
        let before = self.incidents.len();
        let mut gain = if old.log_odds < WEAK { self.instead(&old, bar) } else { 0.0 };
        let mut saved = Vec::new();
        for &heir in heirs {
            let Some(before) = self.incidents[heir as usize].clone() else { continue };
            let Some(grown) = self.regrow(&before, heir, Take::Free) else { continue };
            if grown.log_odds > before.log_odds + 1e-6 && bar.passes(&grown) {
                gain += grown.log_odds - before.log_odds;
                self.put(heir, grown);
                saved.push((heir, before));
            }
        }
        if old.log_odds - gain <= bar.log_odds_min {
            return 0.0;
        }
        for (heir, before) in saved.into_iter().rev() {
            self.put(heir, before);
        }
        for other in before..self.incidents.len() {
            self.remove(other as u32);
        }
        self.incidents.truncate(before);
        self.put(id, old);
        gain
    }

    /// Others made of an incident's picks, best first: such as have most of theirs from elsewhere, or are likelier
    /// than it was. Gives their odds.
    fn instead(&mut self, old: &Incident<N>, bar: Bar) -> f64 {
        let mut others = Vec::new();
        for &pick in &old.picks {
            let prior = self.told_near(pick);
            for seed in self.seeds(pick, &prior, Take::Free, bar) {
                let Some(grown) = self.grow(&seed, prior, Take::Free, bar) else { continue };
                let same = grown.picks.iter().filter(|&pick| old.picks.contains(pick)).count();
                let another = 2 * same <= old.picks.len() + 1;
                let better = same < old.picks.len() && grown.log_odds > old.log_odds;
                if bar.passes(&grown) && (another || better) {
                    others.push(grown);
                }
            }
        }
        others.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds).then(a.picks.cmp(&b.picks)));
        let mut sum = 0.0;
        for other in others {
            let odds = other.log_odds;
            let free = other.picks.iter().all(|&pick| self.owner(pick) == NOBODY);
            if free && self.propose(other, None, bar) {
                sum += odds;
            }
        }
        sum
    }

    /// Puts an incident in its place, whatever stood there.
    fn put(&mut self, id: u32, incident: Incident<N>) {
        self.remove(id);
        self.own(&incident.picks, id);
        self.incidents[id as usize] = Some(incident);
    }
}
