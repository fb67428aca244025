//! How an incident grows from a seed, and how it looks again at the picks around it.

use crate::arrival::NOBODY;
use crate::due::Due;
use crate::incident::Incident;
use crate::locate::Fit;
use crate::matrix::{self, Matrix, Vector};
use crate::medium::{Medium, Prior, Seed};
use crate::model::SIZES;
use crate::search::{Bar, Search, Take};

/// Gate on a residual over its standard deviation.
const GATE: f64 = 4.0;
/// Rounds of growing: largest prediction variance over the onset's own.
const ROUNDS: [f64; 3] = [16.0, 200.0, f64::INFINITY];
/// Fewer picks than this never make an incident.
pub const PICKS_MIN: usize = 4;
/// Looks at all picks around, at most, before a place stands.
const GATHERINGS_MAX: usize = 3;

/// A hypothesis while it grows.
struct Growth<const N: usize> {
    state: Vector<N>,
    covariance: Matrix<N>,
    picks: Vec<u32>,
}

/// For whom picks are sought, and whose may be had.
#[derive(Clone, Copy)]
struct Claim {
    id: u32,
    take: Take,
}

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// An incident out of a seed.
    pub(crate) fn grow(
        &mut self,
        seed: &Seed<N>,
        prior: Prior<N>,
        take: Take,
        bar: Bar,
    ) -> Option<Incident<N>> {
        let picks = seed.picks[..seed.count].to_vec();
        self.raise(&seed.state, picks, prior, take, bar)
    }

    /// An incident again from where it stands.
    pub(crate) fn regrow(&mut self, old: &Incident<N>, id: u32, take: Take) -> Option<Incident<N>> {
        let fit = self.ground().locate(&old.picks, &old.prior, &old.fit.state)?;
        self.gathered(fit, old.picks.clone(), old.prior, Claim { id, take })
    }

    /// Adds picks nearest first in certainty, relocating between rounds, then looks at all again.
    pub(crate) fn raise(
        &mut self,
        from: &Vector<N>,
        picks: Vec<u32>,
        prior: Prior<N>,
        take: Take,
        bar: Bar,
    ) -> Option<Incident<N>> {
        let claim = Claim { id: NOBODY, take };
        let mut fit = self.ground().locate(&picks, &prior, from)?;
        let mut growth =
            Growth { state: fit.state, covariance: matrix::inverse(&fit.factor), picks };
        let sizes = self.model.detection.shares;
        for limit in ROUNDS {
            let before = growth.picks.len();
            self.extend(&mut growth, limit, claim);
            if growth.picks.len() > before {
                fit = self.ground().locate(&growth.picks, &prior, &growth.state)?;
                if self.drop_misfits(&fit.state, &sizes, &mut growth.picks) {
                    fit = self.ground().locate(&growth.picks, &prior, &fit.state)?;
                }
                growth.state = fit.state;
                growth.covariance = matrix::inverse(&fit.factor);
            }
        }
        if growth.picks.len() < bar.picks_min {
            return None;
        }
        self.gathered(fit, growth.picks, prior, claim)
    }

    /// The same picks, placed and weighed again.
    pub(crate) fn replaced(&mut self, old: &Incident<N>, id: u32) -> Option<Incident<N>> {
        let fit = self.ground().locate(&old.picks, &old.prior, &old.fit.state)?;
        Some(self.weighed(fit, old.prior, old.picks.clone(), id))
    }

    fn weighed(&mut self, fit: Fit<N>, prior: Prior<N>, picks: Vec<u32>, id: u32) -> Incident<N> {
        self.mark(&picks);
        let (marks, stamp) = (&self.marks, self.stamp);
        let heard = |channel: u32| marks[channel as usize] == stamp;
        let (mut log_odds, sizes) = self.ground().weigh(&fit, &prior, &picks, heard);
        if let Some(following) = &self.following {
            log_odds += following.log_ratio([fit.state[0], fit.state[1], fit.state[2]], id);
        }
        Incident { fit, prior, picks, log_odds, sizes }
    }

    /// Chooses the pick of every channel anew for a place and its likely sizes, until they stay.
    fn gathered(
        &mut self,
        fit: Fit<N>,
        picks: Vec<u32>,
        prior: Prior<N>,
        claim: Claim,
    ) -> Option<Incident<N>> {
        let mut incident = self.weighed(fit, prior, picks, claim.id);
        incident.picks.sort_unstable();
        for _ in 0..GATHERINGS_MAX {
            let mut picks = self.chosen(&incident, claim);
            picks.sort_unstable();
            if picks == incident.picks
                && !self.drop_misfits(&incident.fit.state, &incident.sizes, &mut picks)
            {
                break;
            }
            let mut fit = self.ground().locate(&picks, &prior, &incident.fit.state)?;
            if self.drop_misfits(&fit.state, &incident.sizes, &mut picks) {
                fit = self.ground().locate(&picks, &prior, &fit.state)?;
            }
            let same = picks == incident.picks;
            incident = self.weighed(fit, prior, picks, claim.id);
            if same {
                break;
            }
        }
        Some(incident)
    }

    /// The best pick of every channel for an incident as it stands.
    fn chosen(&mut self, incident: &Incident<N>, claim: Claim) -> Vec<u32> {
        let covariance = matrix::inverse(&incident.fit.factor);
        let reach_km = self.model.detection.reach_of(&incident.sizes);
        self.mark(&[]);
        let mut picks = Vec::with_capacity(incident.picks.len() + 4);
        let phases = self.medium.phases().len() as u32;
        for &station in self.network.near(incident.fit.state[1], incident.fit.state[2]) {
            for channel in station * phases..(station + 1) * phases {
                let due = self.due(&incident.fit.state, &covariance, channel, reach_km);
                let Some((distance_km, mut due)) = due else { continue };
                if let Some(own) = incident.pick_of(self.picks, channel) {
                    due.without(self.picks.time_s(own), self.picks.stated_s2(own));
                }
                let Some((pick, residual)) = self.choose(&due, true, claim) else { continue };
                let place = channel as usize % phases as usize;
                let chance = self.model.detection.log_odds_of(place, distance_km, &incident.sizes);
                if chance + self.density_ratio(&due, pick, residual) > 0.0 {
                    self.taken[self.picks.arrival(pick) as usize] = self.stamp;
                    picks.push(pick);
                }
            }
        }
        picks
    }

    fn mark(&mut self, picks: &[u32]) {
        self.stamp += 1;
        for &pick in picks {
            self.marks[self.picks.channel(pick) as usize] = self.stamp;
            self.taken[self.picks.arrival(pick) as usize] = self.stamp;
        }
    }

    /// Adds the best pick of every channel that is predicted well enough.
    fn extend(&mut self, growth: &mut Growth<N>, limit: f64, claim: Claim) {
        self.mark(&growth.picks);
        let phases = self.medium.phases().len() as u32;
        let reach_km = self.model.detection.reach_km;
        for &station in self.network.near(growth.state[1], growth.state[2]) {
            for channel in station * phases..(station + 1) * phases {
                if self.marks[channel as usize] == self.stamp {
                    continue;
                }
                let due = self.due(&growth.state, &growth.covariance, channel, reach_km);
                let Some((distance_km, due)) = due else { continue };
                let place = channel as usize % phases as usize;
                let travel_s = due.time_s - growth.state[0];
                let own = self.model.variance(place, station as usize, travel_s);
                if due.variance > limit * own {
                    continue;
                }
                let certain = limit.is_infinite();
                let Some((pick, residual)) = self.choose(&due, certain, claim) else { continue };
                let chance = self.model.detection.log_odds(place, distance_km);
                if chance + self.density_ratio(&due, pick, residual) > 0.0 {
                    growth.picks.push(pick);
                    self.taken[self.picks.arrival(pick) as usize] = self.stamp;
                    let gain = 1.0 / (due.variance + self.picks.stated_s2(pick));
                    for i in 0..N {
                        growth.state[i] += due.spread[i] * gain * residual;
                    }
                    matrix::add_outer(&mut growth.covariance, &due.spread, -gain);
                }
            }
        }
    }

    /// The pick nearest to when it is due, unless two are and a later round will know better.
    fn choose(&self, due: &Due<N>, certain: bool, claim: Claim) -> Option<(u32, f64)> {
        let gate_s = GATE * (due.variance + self.picks.stated_most_s2(due.channel)).sqrt();
        let mut best: Option<(u32, f64)> = None;
        for pick in self.picks.within(due.channel, due.time_s - gate_s, due.time_s + gate_s) {
            let residual = self.picks.time_s(pick) - due.time_s;
            let variance = due.variance + self.picks.stated_s2(pick);
            let far = residual * residual > GATE * GATE * variance;
            if far || !self.may_take(pick, residual, variance, claim) {
                continue;
            }
            if best.is_some() && !certain {
                return None;
            }
            if best.is_none_or(|other| residual.abs() < other.1.abs()) {
                best = Some((pick, residual));
            }
        }
        best
    }

    fn may_take(&self, pick: u32, residual: f64, variance: f64, claim: Claim) -> bool {
        // An arrival nobody named stands in several channels; one of them may have it.
        if self.taken[self.picks.arrival(pick) as usize] == self.stamp {
            return false;
        }
        let owner = self.owners[self.picks.arrival(pick) as usize];
        if owner == NOBODY || owner == claim.id || claim.take == Take::Any {
            return true;
        }
        if claim.take == Take::Free {
            return false;
        }
        let Some(holder) = self.incidents[owner as usize].as_ref() else { return true };
        let (theirs, own) = self.ground().residual(&holder.fit.state, pick);
        residual * residual / variance < theirs * theirs / own
    }

    /// Takes out picks that are more likely false than this incident's; tells whether any was.
    fn drop_misfits(&self, state: &Vector<N>, sizes: &[f64; SIZES], picks: &mut Vec<u32>) -> bool {
        let ground = self.ground();
        let before = picks.len();
        picks.retain(|&pick| ground.gain(state, pick, sizes) > 0.0);
        picks.len() < before
    }
}
