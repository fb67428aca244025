//! The search for the list of incidents with the highest posterior.

use crate::arrival::{NOBODY, Picks};
use crate::incident::{Incident, flat_distance};
use crate::locate::{Fit, Ground};
use crate::matrix::{self, Matrix, Vector};
use crate::medium::{Medium, Prior, Seed, View};
use crate::model::Model;
use crate::share::Field;
use crate::station::Network;

/// What an incident must have to stand.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// Picks at least.
    pub picks_min: usize,
    /// Log posterior odds at least.
    pub log_odds_min: f64,
}

impl Bar {
    /// Whether an incident may stand.
    #[must_use]
    pub fn passes<const N: usize>(&self, incident: &Incident<N>) -> bool {
        incident.picks.len() >= self.picks_min && incident.log_odds > self.log_odds_min
    }
}

/// A list of incidents being improved.
pub struct Search<'a, const N: usize, M: Medium<N>> {
    /// What carries the waves.
    pub medium: &'a M,
    /// The stations.
    pub network: &'a Network,
    /// The arrivals.
    pub picks: &'a Picks,
    /// What has been learned.
    pub model: Model,
    /// Belief about the medium where nothing nearer is known.
    pub prior: Prior<N>,
    /// Incidents; a place once given stays.
    pub incidents: Vec<Option<Incident<N>>>,
    /// For each arrival the incident that holds it.
    pub owners: Vec<u32>,
    /// The medium as neighbours tell it, once they do.
    pub field: Option<Field>,
    pub(crate) neighbours: Vec<Vec<u32>>,
    marks: Vec<u32>,
    taken: Vec<u32>,
    stamp: u32,
}

/// Gate on a residual over its standard deviation.
const GATE: f64 = 4.0;
/// Rounds of growing: largest prediction variance over the onset's own.
const ROUNDS: [f64; 3] = [16.0, 200.0, f64::INFINITY];
/// Log odds below the bar at which what the neighbours know of the medium is still asked.
const NEAR: f64 = 8.0;
/// Neighbours listed for each station.
const NEIGHBOURS: usize = 24;

/// A hypothesis while it grows.
struct Growth<const N: usize> {
    state: Vector<N>,
    covariance: Matrix<N>,
    picks: Vec<u32>,
}

/// Which held picks a growing incident may take.
#[derive(Clone, Copy, PartialEq)]
pub enum Take {
    /// Only picks that nobody holds.
    Free,
    /// Those too that fit it better than their holder.
    Better,
    /// All, whoever holds them.
    Any,
}

impl<'a, const N: usize, M: Medium<N>> Search<'a, N, M> {
    /// An empty list.
    pub fn new(
        medium: &'a M,
        network: &'a Network,
        picks: &'a Picks,
        arrivals: usize,
        model: Model,
    ) -> Self {
        let neighbours = network.neighbours(medium.neighbour_reach_km(), NEIGHBOURS);
        Self {
            medium,
            network,
            picks,
            prior: medium.prior(),
            incidents: Vec::new(),
            owners: vec![NOBODY; arrivals],
            field: None,
            neighbours,
            marks: vec![0; picks.channel_count()],
            taken: vec![0; arrivals],
            stamp: 0,
            model,
        }
    }

    /// What locating needs.
    #[must_use]
    pub fn ground(&self) -> Ground<'_, N, M> {
        Ground { medium: self.medium, network: self.network, picks: self.picks, model: &self.model }
    }

    /// Tries an incident at every pick that nobody holds, in time order.
    pub fn births(&mut self, bar: Bar, take: Take) {
        let mut seeds = Vec::new();
        for &pick in self.picks.by_time() {
            if self.owners[self.picks.arrival(pick) as usize] != NOBODY {
                continue;
            }
            seeds.clear();
            let view = View {
                network: self.network,
                picks: self.picks,
                owners: &self.owners,
                contest: take != Take::Free,
                neighbours: &self.neighbours,
                model: &self.model,
            };
            self.medium.seeds(&view, pick, &mut seeds);
            for seed in &seeds {
                let Some(grown) = self.grow(seed, take) else { continue };
                if grown.picks.len() < bar.picks_min || grown.log_odds < bar.log_odds_min - NEAR {
                    continue;
                }
                let Some(grown) = self.among_neighbours(grown, take) else { continue };
                if grown.picks.len() >= bar.picks_min
                    && grown.log_odds > bar.log_odds_min
                    && self.propose(grown, None, bar)
                {
                    break;
                }
            }
        }
    }

    /// Lets every incident look again at the picks around it.
    pub fn revisit(&mut self, bar: Bar, take: Take) -> usize {
        let mut changed = 0;
        for id in 0..self.incidents.len() {
            let Some(old) = self.incidents[id].clone() else { continue };
            let grown = self.regrow(&old, id as u32, take);
            match grown {
                Some(grown) if grown.picks.len() >= bar.picks_min => {
                    changed += usize::from(self.propose(grown, Some(id as u32), bar));
                }
                _ => {}
            }
            let weak = self.incidents[id].as_ref().is_some_and(|incident| {
                incident.log_odds < bar.log_odds_min || incident.picks.len() < bar.picks_min
            });
            if weak {
                self.remove(id as u32);
                changed += 1;
            }
        }
        changed
    }

    /// An incident out of a seed.
    pub(crate) fn grow(&mut self, seed: &Seed<N>, take: Take) -> Option<Incident<N>> {
        let picks = seed.picks[..seed.count].to_vec();
        let prior = self.prior;
        self.raise(&seed.state, picks, prior, NOBODY, take)
    }

    /// An incident again from where it stands.
    pub(crate) fn regrow(&mut self, old: &Incident<N>, id: u32, take: Take) -> Option<Incident<N>> {
        self.raise(&old.fit.state, old.picks.clone(), old.prior, id, take)
    }

    /// Gathers picks nearest first in certainty, relocating between rounds, then drops misfits.
    pub(crate) fn raise(
        &mut self,
        from: &Vector<N>,
        picks: Vec<u32>,
        prior: Prior<N>,
        id: u32,
        take: Take,
    ) -> Option<Incident<N>> {
        let fit = self.ground().locate(&picks, &prior, from)?;
        let covariance = matrix::inverse(&fit.factor);
        let mut growth = Growth { state: fit.state, covariance, picks };
        let mut fit = fit;
        for (round, limit) in ROUNDS.into_iter().enumerate() {
            let before = growth.picks.len();
            let last = round + 1 == ROUNDS.len();
            self.extend(&mut growth, limit, last, id, take);
            if growth.picks.len() > before {
                fit = self.ground().locate(&growth.picks, &prior, &growth.state)?;
                if self.drop_misfits(&fit.state, &mut growth.picks) {
                    fit = self.ground().locate(&growth.picks, &prior, &fit.state)?;
                }
                growth.state = fit.state;
                growth.covariance = matrix::inverse(&fit.factor);
            }
        }
        if self.drop_misfits(&fit.state, &mut growth.picks) {
            fit = self.ground().locate(&growth.picks, &prior, &fit.state)?;
        }
        growth.picks.sort_unstable();
        self.weighed(fit, prior, growth.picks)
    }

    /// The same picks, placed and weighed again.
    pub(crate) fn replaced(&mut self, old: &Incident<N>) -> Option<Incident<N>> {
        let fit = self.ground().locate(&old.picks, &old.prior, &old.fit.state)?;
        self.weighed(fit, old.prior, old.picks.clone())
    }

    fn weighed(
        &mut self,
        fit: Fit<N>,
        prior: Prior<N>,
        picks: Vec<u32>,
    ) -> Option<Incident<N>> {
        self.mark(&picks);
        let (marks, stamp) = (&self.marks, self.stamp);
        let heard = |channel: u32| marks[channel as usize] == stamp;
        let (log_odds, sizes) = self.ground().weigh(&fit, &prior, &picks, heard);
        Some(Incident { fit, prior, picks, log_odds, sizes })
    }

    fn mark(&mut self, picks: &[u32]) {
        self.stamp += 1;
        for &pick in picks {
            self.marks[self.picks.channel(pick) as usize] = self.stamp;
            self.taken[self.picks.arrival(pick) as usize] = self.stamp;
        }
    }

    /// Adds the best pick of every channel that is predicted well enough.
    fn extend(&mut self, growth: &mut Growth<N>, limit: f64, last: bool, id: u32, take: Take) {
        self.mark(&growth.picks);
        let phases = self.medium.phases().len();
        for &station in self.network.near(growth.state[1], growth.state[2]) {
            let at = self.network.stations()[station as usize];
            let distance_km = flat_distance(&growth.state, at.x_km, at.y_km);
            if distance_km > self.model.detection.reach_km {
                continue;
            }
            for place in 0..phases {
                let channel = station * phases as u32 + place as u32;
                if self.marks[channel as usize] == self.stamp
                    || self.picks.of_channel(channel).is_empty()
                {
                    continue;
                }
                let ray = self.medium.ray(&growth.state, &at, place);
                if !ray.travel_s.is_finite() {
                    continue;
                }
                let spread = matrix::times(&growth.covariance, &ray.row);
                let own = self.model.variance(place, station as usize, ray.travel_s);
                let variance = matrix::dot(&spread, &ray.row) + own;
                if variance > limit * own {
                    continue;
                }
                let due_s = growth.state[0] + ray.travel_s;
                let due_s = due_s + self.model.station_bias_s[station as usize];
                let Some((pick, residual)) = self.choose(channel, due_s, variance, last, id, take)
                else {
                    continue;
                };
                let fit = self.model.detection.log_odds(place, distance_km)
                    - 0.5 * residual * residual / variance
                    - crate::incident::LOG_ROOT_TWO_PI
                    - 0.5 * libm::log(variance)
                    - self.ground().log_false(pick);
                if fit > 0.0 {
                    growth.picks.push(pick);
                    self.taken[self.picks.arrival(pick) as usize] = self.stamp;
                    let gain = 1.0 / variance;
                    for i in 0..N {
                        growth.state[i] += spread[i] * gain * residual;
                    }
                    matrix::add_outer(&mut growth.covariance, &spread, -gain);
                }
            }
        }
    }

    /// The pick nearest to when it is due, unless two are and a later round will know better.
    fn choose(
        &self,
        channel: u32,
        due_s: f64,
        variance: f64,
        last: bool,
        id: u32,
        take: Take,
    ) -> Option<(u32, f64)> {
        let gate_s = GATE * variance.sqrt();
        let mut best: Option<(u32, f64)> = None;
        for pick in self.picks.within(channel, due_s - gate_s, due_s + gate_s) {
            let residual = self.picks.time_s(pick) - due_s;
            if !self.may_take(pick, residual, variance, id, take) {
                continue;
            }
            if best.is_some() && !last {
                return None;
            }
            if best.is_none_or(|other| residual.abs() < other.1.abs()) {
                best = Some((pick, residual));
            }
        }
        best
    }

    fn may_take(&self, pick: u32, residual: f64, variance: f64, id: u32, take: Take) -> bool {
        // An arrival nobody named stands in several channels; one of them may have it.
        if self.taken[self.picks.arrival(pick) as usize] == self.stamp {
            return false;
        }
        let owner = self.owners[self.picks.arrival(pick) as usize];
        if owner == NOBODY || owner == id || take == Take::Any {
            return true;
        }
        if take == Take::Free {
            return false;
        }
        let Some(holder) = self.incidents[owner as usize].as_ref() else { return true };
        let (theirs, own) = self.ground().residual(&holder.fit.state, pick);
        residual * residual / variance < theirs * theirs / own
    }

    /// Takes out picks that are more likely false than this incident's; tells whether any was.
    fn drop_misfits(&self, state: &Vector<N>, picks: &mut Vec<u32>) -> bool {
        let ground = self.ground();
        let before = picks.len();
        picks.retain(|&pick| ground.gain(state, pick) > 0.0);
        picks.len() < before
    }

    /// Puts an incident in (or in the place of one) when the whole list becomes more likely,
    /// counting what the incidents lose whose picks it takes.
    pub(crate) fn propose(&mut self, new: Incident<N>, replaces: Option<u32>, bar: Bar) -> bool {
        let mut victims: Vec<u32> = new.picks.iter().map(|&pick| self.owner(pick)).collect();
        victims.sort_unstable();
        victims.dedup();
        victims.retain(|&victim| victim != NOBODY && Some(victim) != replaces);
        let old = replaces.and_then(|id| self.incidents[id as usize].take());
        let before = old.as_ref().map_or(0.0, |old| old.log_odds);
        if victims.is_empty() {
            if new.log_odds <= before + 1e-6 {
                if let (Some(old), Some(id)) = (old, replaces) {
                    self.incidents[id as usize] = Some(old);
                }
                return false;
            }
            let id = self.place(replaces);
            if let Some(old) = &old {
                self.own(&old.picks, NOBODY);
            }
            self.own(&new.picks, id);
            self.incidents[id as usize] = Some(new);
            return true;
        }
        self.contest(new, old, replaces, &victims, bar)
    }

    fn contest(
        &mut self,
        new: Incident<N>,
        old: Option<Incident<N>>,
        replaces: Option<u32>,
        victims: &[u32],
        bar: Bar,
    ) -> bool {
        let id = self.place(replaces);
        let saved: Vec<Option<Incident<N>>> =
            victims.iter().map(|&victim| self.incidents[victim as usize].clone()).collect();
        let sum = |list: &[Option<Incident<N>>]| -> f64 {
            list.iter().flatten().map(|incident| incident.log_odds).sum()
        };
        let before = sum(&saved) + old.as_ref().map_or(0.0, |old| old.log_odds);
        let mut after = new.log_odds;
        if let Some(old) = &old {
            self.own(&old.picks, NOBODY);
        }
        for victim in saved.iter().flatten() {
            self.own(&victim.picks, NOBODY);
        }
        self.own(&new.picks, id);
        for (&victim, saved) in victims.iter().zip(&saved) {
            let Some(saved) = saved else { continue };
            let mut left = saved.clone();
            left.picks.retain(|&pick| self.owner(pick) == NOBODY);
            self.incidents[victim as usize] = None;
            if left.picks.len() < 3 {
                continue;
            }
            let Some(again) = self.regrow(&left, victim, Take::Free) else { continue };
            if again.picks.len() >= bar.picks_min && again.log_odds > bar.log_odds_min.max(0.0) {
                after += again.log_odds;
                self.own(&again.picks, victim);
                self.incidents[victim as usize] = Some(again);
            }
        }
        if after > before + 1e-6 {
            self.incidents[id as usize] = Some(new);
            return true;
        }
        // Back as it was.
        self.own(&new.picks, NOBODY);
        for &victim in victims {
            if let Some(again) = self.incidents[victim as usize].take() {
                self.own(&again.picks, NOBODY);
            }
        }
        for (&victim, saved) in victims.iter().zip(saved) {
            if let Some(saved) = &saved {
                self.own(&saved.picks, victim);
            }
            self.incidents[victim as usize] = saved;
        }
        if let Some(old) = &old {
            self.own(&old.picks, id);
        }
        self.incidents[id as usize] = old;
        false
    }

    fn place(&mut self, replaces: Option<u32>) -> u32 {
        replaces.unwrap_or_else(|| {
            self.incidents.push(None);
            self.incidents.len() as u32 - 1
        })
    }

    /// Takes an incident off the list; its picks are free again.
    pub fn remove(&mut self, id: u32) {
        if let Some(old) = self.incidents[id as usize].take() {
            self.own(&old.picks, NOBODY);
        }
    }

    fn own(&mut self, picks: &[u32], owner: u32) {
        for &pick in picks {
            self.owners[self.picks.arrival(pick) as usize] = owner;
        }
    }

    fn owner(&self, pick: u32) -> u32 {
        self.owners[self.picks.arrival(pick) as usize]
    }
}
