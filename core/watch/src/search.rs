//! The search for the likeliest partition of fires and reports into incidents.
//!
//! First the pairs with the best gain are joined, best first; then every atom may move to
//! a neighbouring incident or stand alone, every incident may split in two and every two
//! neighbours may join, sweep after sweep, until nothing gains. Atoms stand in canonical order
//! and ties go to the first, so that the same atoms give the same partition. Only atoms that are
//! linked are ever compared: cost grows with links, not with pairs.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::evidence::{self, Atom};
use crate::settings::Settings;

/// Sweeps at most; in trials two or three suffice.
const SWEEPS_MAX: usize = 8;
/// An incident with more atoms than this is no longer taken apart atom by atom.
const MOVED_MAX: usize = 200;
/// A gain smaller than this is rounding.
const GAIN_MIN: f64 = 1e-9;

/// Atoms in canonical order, and for each the atoms it may be joined with, ascending.
#[derive(Clone, Debug, Default)]
pub struct Component {
    /// The atoms.
    pub atoms: Vec<Atom>,
    /// The links, both ways.
    pub links: Vec<Vec<usize>>,
}

/// One incident's atoms, ascending, with the chance that each belongs there rather than alone or
/// in a neighbouring incident.
#[derive(Clone, PartialEq, Debug)]
pub struct Cluster {
    /// The atoms.
    pub members: Vec<usize>,
    /// Their chances.
    pub weights: Vec<f64>,
}

/// The likeliest partition found.
#[must_use]
pub fn partition(component: &Component, settings: &Settings) -> Vec<Cluster> {
    let mut search = Search::new(component, settings);
    search.agglomerate();
    for _ in 0..SWEEPS_MAX {
        let changed = search.move_atoms() | search.split() | search.join();
        if !changed {
            break;
        }
    }
    search.finish()
}

struct Search<'a> {
    component: &'a Component,
    settings: &'a Settings,
    /// Which cluster each atom is in.
    cluster_of: Vec<usize>,
    /// Members of each cluster, ascending; empty for one that is gone.
    members: Vec<Vec<usize>>,
    /// Log evidence of each cluster.
    logs: Vec<f64>,
}

/// A join on offer. The heap gives the best gain first, then the first in canonical order.
#[derive(PartialEq)]
struct Offer {
    gain: f64,
    one: usize,
    other: usize,
    sizes: (usize, usize),
}

impl Eq for Offer {}
impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_gain = self.gain.total_cmp(&other.gain);
        by_gain.then_with(|| (other.one, other.other).cmp(&(self.one, self.other)))
    }
}

impl<'a> Search<'a> {
    fn new(component: &'a Component, settings: &'a Settings) -> Self {
        let count = component.atoms.len();
        let mut search = Self {
            component,
            settings,
            cluster_of: (0..count).collect(),
            members: (0..count).map(|atom| vec![atom]).collect(),
            logs: Vec::with_capacity(count),
        };
        search.logs = (0..count).map(|atom| search.log_of(&[atom])).collect();
        search
    }

    fn log_of(&self, members: &[usize]) -> f64 {
        let atoms: Vec<&Atom> = members.iter().map(|&atom| &self.component.atoms[atom]).collect();
        evidence::of(&atoms, self.settings).map_or(f64::NEG_INFINITY, |evidence| evidence.log)
    }

    /// Clusters linked to a cluster, ascending.
    fn neighbours(&self, cluster: usize) -> BTreeSet<usize> {
        let members = self.members[cluster].iter();
        members
            .flat_map(|&atom| &self.component.links[atom])
            .map(|&linked| self.cluster_of[linked])
            .filter(|&linked| linked != cluster)
            .collect()
    }

    fn offer(&self, one: usize, other: usize) -> Option<Offer> {
        let (one, other) = (one.min(other), one.max(other));
        let (first, second) = (&self.members[one], &self.members[other]);
        let gain = self.log_of(&merged(first, second)) - self.logs[one] - self.logs[other];
        (gain > GAIN_MIN).then_some(Offer { gain, one, other, sizes: (first.len(), second.len()) })
    }

    /// Joins the best pair as long as one gains.
    fn agglomerate(&mut self) {
        let count = self.component.atoms.len();
        let mut heap: BinaryHeap<Offer> = (0..count)
            .flat_map(|atom| self.component.links[atom].iter().map(move |&other| (atom, other)))
            .filter(|(atom, other)| atom < other)
            .filter_map(|(atom, other)| self.offer(atom, other))
            .collect();
        while let Some(offer) = heap.pop() {
            // Clusters only grow here, so an offer is stale when a size has changed.
            let sizes = (self.members[offer.one].len(), self.members[offer.other].len());
            if sizes != offer.sizes {
                continue;
            }
            self.join_pair(offer.one, offer.other, offer.gain);
            let neighbours = self.neighbours(offer.one);
            heap.extend(neighbours.iter().filter_map(|&other| self.offer(offer.one, other)));
        }
    }

    /// The joined cluster keeps the first's number.
    fn join_pair(&mut self, one: usize, other: usize, gain: f64) {
        let gone = std::mem::take(&mut self.members[other]);
        for &atom in &gone {
            self.cluster_of[atom] = one;
        }
        self.members[one] = merged(&self.members[one], &gone);
        self.logs[one] += self.logs[other] + gain;
        self.logs[other] = 0.0;
    }

    fn join(&mut self) -> bool {
        let mut changed = false;
        for cluster in 0..self.members.len() {
            while !self.members[cluster].is_empty() {
                let offers = self.neighbours(cluster);
                let best = offers.iter().filter_map(|&other| self.offer(cluster, other)).max();
                let Some(offer) = best else { break };
                self.join_pair(offer.one, offer.other, offer.gain);
                changed = true;
            }
        }
        changed
    }

    /// Lets every atom go where it gains most: to a neighbour, or alone.
    fn move_atoms(&mut self) -> bool {
        let mut changed = false;
        for atom in 0..self.component.atoms.len() {
            let home = self.cluster_of[atom];
            if self.members[home].len() > MOVED_MAX {
                continue;
            }
            let without = removed(&self.members[home], atom);
            let left_log = if without.is_empty() { 0.0 } else { self.log_of(&without) };
            let stay = self.logs[home] - left_log;
            let alone = if without.is_empty() { stay } else { self.log_of(&[atom]) };
            let mut best = (alone, None);
            for target in self.targets(atom) {
                let gain = self.log_of(&merged(&self.members[target], &[atom])) - self.logs[target];
                if gain > best.0 + GAIN_MIN {
                    best = (gain, Some(target));
                }
            }
            if best.0 > stay + GAIN_MIN {
                self.relocate(atom, home, without, left_log, best);
                changed = true;
            }
        }
        changed
    }

    /// Clusters that hold something linked to `atom`, its own apart.
    fn targets(&self, atom: usize) -> BTreeSet<usize> {
        let linked = self.component.links[atom].iter().map(|&other| self.cluster_of[other]);
        linked
            .filter(|&cluster| cluster != self.cluster_of[atom])
            .filter(|&cluster| self.members[cluster].len() <= MOVED_MAX)
            .collect()
    }

    fn relocate(
        &mut self,
        atom: usize,
        home: usize,
        without: Vec<usize>,
        left_log: f64,
        (gain, target): (f64, Option<usize>),
    ) {
        self.members[home] = without;
        self.logs[home] = left_log;
        let target = target.unwrap_or_else(|| self.fresh());
        self.members[target] = merged(&self.members[target], &[atom]);
        self.logs[target] += gain;
        self.cluster_of[atom] = target;
    }

    /// An empty cluster: the first that is gone, or a new one.
    fn fresh(&mut self) -> usize {
        self.members.iter().position(Vec::is_empty).unwrap_or_else(|| {
            self.members.push(Vec::new());
            self.logs.push(0.0);
            self.members.len() - 1
        })
    }

    /// Splits a cluster around the two members that belong together least, where that gains.
    fn split(&mut self) -> bool {
        let mut changed = false;
        for cluster in 0..self.members.len() {
            if !(3..=MOVED_MAX).contains(&self.members[cluster].len()) {
                continue;
            }
            let (one, other) = self.halves(cluster);
            if one.is_empty() || other.is_empty() {
                continue;
            }
            let (one_log, other_log) = (self.log_of(&one), self.log_of(&other));
            if one_log + other_log > self.logs[cluster] + GAIN_MIN {
                self.members[cluster] = one;
                self.logs[cluster] = one_log;
                let new = self.fresh();
                for &atom in &other {
                    self.cluster_of[atom] = new;
                }
                self.members[new] = other;
                self.logs[new] = other_log;
                changed = true;
            }
        }
        changed
    }

    /// Two halves grown around the first member and the one that suits it least.
    fn halves(&self, cluster: usize) -> (Vec<usize>, Vec<usize>) {
        let members = &self.members[cluster];
        let Some((&seed, rest)) = members.split_first() else {
            return (vec![], vec![]);
        };
        let suits = |one: usize, other: usize| {
            self.log_of(&merged(&[one], &[other])) - self.log_of(&[other])
        };
        let least = rest.iter().copied().min_by(|&a, &b| suits(seed, a).total_cmp(&suits(seed, b)));
        let Some(far) = least else {
            return (vec![], vec![]);
        };
        let (base_near, base_far) = (self.log_of(&[seed]), self.log_of(&[far]));
        members.iter().copied().partition(|&atom| {
            atom == seed
                || atom != far && suits(seed, atom) - base_near >= suits(far, atom) - base_far
        })
    }

    fn finish(&self) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = self
            .members
            .iter()
            .filter(|members| !members.is_empty())
            .map(|members| Cluster { members: members.clone(), weights: self.weights(members) })
            .collect();
        clusters.sort_by(|one, other| one.members.cmp(&other.members));
        clusters
    }

    fn weights(&self, members: &[usize]) -> Vec<f64> {
        members.iter().map(|&atom| self.weight(atom, members)).collect()
    }

    /// Chance that an atom belongs where it is: here, against alone and every neighbour.
    fn weight(&self, atom: usize, members: &[usize]) -> f64 {
        let alone = self.log_of(&[atom]);
        if members.len() > MOVED_MAX {
            return 1.0;
        }
        let home = self.cluster_of[atom];
        let mut gains = BTreeMap::from([(home, 0.0)]);
        if members.len() > 1 {
            gains.insert(home, self.logs[home] - self.log_of(&removed(members, atom)) - alone);
        }
        for target in self.targets(atom) {
            let there = self.log_of(&merged(&self.members[target], &[atom])) - self.logs[target];
            gains.insert(target, there - alone);
        }
        let here = gains.get(&home).copied().unwrap_or(0.0);
        let alone_odds = if members.len() > 1 { libm::exp(-here) } else { 0.0 };
        let odds: f64 = gains.values().map(|gain| libm::exp(gain - here)).sum();
        1.0 / (odds + alone_odds)
    }
}

/// Two ascending lists as one.
fn merged(one: &[usize], other: &[usize]) -> Vec<usize> {
    let mut all: Vec<usize> = one.iter().chain(other).copied().collect();
    all.sort_unstable();
    all
}

fn removed(members: &[usize], atom: usize) -> Vec<usize> {
    members.iter().copied().filter(|&member| member != atom).collect()
}
