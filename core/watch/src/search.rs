//! The search for the likeliest partition of fires and reports into incidents.
//!
//! First the pairs with the best gain are joined, best first; then every atom may move to
//! a neighbouring incident or stand alone, every incident may split in two and every two
//! neighbours may join, sweep after sweep, until nothing gains. Atoms stand in canonical order
//! and ties go to the first, so that the same atoms give the same partition. Only atoms that are
//! linked are ever compared: cost grows with links, not with pairs.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use crate::evidence::{self, Atom, Evidence, Joint};
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
    /// What each cluster amounts to; none for one that is gone.
    sums: Vec<Option<Evidence>>,
    /// What each atom amounts to alone, with its log.
    alone: Vec<(Evidence, f64)>,
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
        let alone: Vec<(Evidence, f64)> = component
            .atoms
            .iter()
            .map(Evidence::alone)
            .map(|evidence| (evidence.log(settings), evidence))
            .map(|(log, evidence)| (evidence, log))
            .collect();
        Self {
            component,
            settings,
            cluster_of: (0..count).collect(),
            members: (0..count).map(|atom| vec![atom]).collect(),
            sums: alone.iter().map(|(evidence, _)| Some(evidence.clone())).collect(),
            logs: alone.iter().map(|(_, log)| *log).collect(),
            alone,
        }
    }

    /// What these atoms amount to, from scratch, with the log.
    fn sum_of(&self, members: &[usize]) -> (Option<Evidence>, f64) {
        let atoms: Vec<&Atom> = members.iter().map(|&atom| &self.component.atoms[atom]).collect();
        let sum = evidence::of(&atoms);
        let log = sum.as_ref().map_or(f64::NEG_INFINITY, |sum| sum.log(self.settings));
        (sum, log)
    }

    /// What a cluster and more atoms amount to, with the log.
    fn sum_with(
        &self,
        cluster: usize,
        more: &[usize],
        sum: Option<&Evidence>,
    ) -> (Option<Evidence>, f64) {
        let (Some(one), Some(other)) = (&self.sums[cluster], sum) else {
            return self.sum_of(&merged(&self.members[cluster], more));
        };
        match one.and(other) {
            Joint::Never => (None, f64::NEG_INFINITY),
            Joint::Both(both) => {
                let log = both.log(self.settings);
                (Some(*both), log)
            }
            Joint::Entangled => self.sum_of(&merged(&self.members[cluster], more)),
        }
    }

    /// What an atom gains in a cluster, against the cluster without it.
    fn gain_with(&self, cluster: usize, atom: usize) -> f64 {
        self.sum_with(cluster, &[atom], Some(&self.alone[atom].0)).1 - self.logs[cluster]
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
        let joint = self.sum_with(one, second, self.sums[other].as_ref()).1;
        let gain = joint - self.logs[one] - self.logs[other];
        (gain > GAIN_MIN).then_some(Offer { gain, one, other, sizes: (first.len(), second.len()) })
    }

    /// The best join on offer to a cluster.
    fn best_offer(&self, cluster: usize) -> Option<Offer> {
        let neighbours = self.neighbours(cluster);
        neighbours.iter().filter_map(|&other| self.offer(cluster, other)).max()
    }

    /// Joins the best pair as long as one gains. Each cluster keeps its best offer in the heap:
    /// the best pair of all is the best of whichever of the two changed last.
    fn agglomerate(&mut self) {
        let count = self.component.atoms.len();
        let own = |search: &Self, cluster| Some((search.best_offer(cluster)?, cluster));
        let mut heap: BinaryHeap<(Offer, usize)> =
            (0..count).filter_map(|cluster| own(self, cluster)).collect();
        while let Some((offer, owner)) = heap.pop() {
            // Clusters only grow here, so an offer is stale when a size has changed.
            let fresh = |cluster: usize, size: usize| self.members[cluster].len() == size;
            let (one, other) = (fresh(offer.one, offer.sizes.0), fresh(offer.other, offer.sizes.1));
            let owner_fresh = if owner == offer.one { one } else { other };
            if one && other {
                self.join_pair(offer.one, offer.other);
                heap.extend(own(self, offer.one));
            } else if owner_fresh {
                heap.extend(own(self, owner));
            }
        }
    }

    /// The joined cluster keeps the first's number.
    fn join_pair(&mut self, one: usize, other: usize) {
        let gone = std::mem::take(&mut self.members[other]);
        let gone_sum = self.sums[other].take();
        (self.sums[one], self.logs[one]) = self.sum_with(one, &gone, gone_sum.as_ref());
        for &atom in &gone {
            self.cluster_of[atom] = one;
        }
        self.members[one] = merged(&self.members[one], &gone);
        self.logs[other] = 0.0;
    }

    fn join(&mut self) -> bool {
        let mut changed = false;
        for cluster in 0..self.members.len() {
            while !self.members[cluster].is_empty() {
                let Some(offer) = self.best_offer(cluster) else { break };
                self.join_pair(offer.one, offer.other);
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
            let targets = self.targets(atom);
            let single = self.members[home].len() == 1;
            if self.members[home].len() > MOVED_MAX || single && targets.is_empty() {
                continue;
            }
            let without = removed(&self.members[home], atom);
            let left = if single { (None, 0.0) } else { self.sum_of(&without) };
            let stay = self.logs[home] - left.1;
            let mut best = (self.alone[atom].1, None);
            for target in targets {
                let gain = self.gain_with(target, atom);
                if gain > best.0 + GAIN_MIN {
                    best = (gain, Some(target));
                }
            }
            if best.0 > stay + GAIN_MIN {
                self.members[home] = without;
                (self.sums[home], self.logs[home]) = left;
                self.place_in(atom, best.1);
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

    /// Puts an atom that is nowhere into a cluster, or into one of its own.
    fn place_in(&mut self, atom: usize, target: Option<usize>) {
        let target = target.unwrap_or_else(|| self.fresh());
        let (sum, log) = if self.members[target].is_empty() {
            (Some(self.alone[atom].0.clone()), self.alone[atom].1)
        } else {
            self.sum_with(target, &[atom], Some(&self.alone[atom].0))
        };
        (self.sums[target], self.logs[target]) = (sum, log);
        self.members[target] = merged(&self.members[target], &[atom]);
        self.cluster_of[atom] = target;
    }

    /// An empty cluster: the first that is gone, or a new one.
    fn fresh(&mut self) -> usize {
        self.members.iter().position(Vec::is_empty).unwrap_or_else(|| {
            self.members.push(Vec::new());
            self.sums.push(None);
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
            let (one_sum, other_sum) = (self.sum_of(&one), self.sum_of(&other));
            if one_sum.1 + other_sum.1 > self.logs[cluster] + GAIN_MIN {
                self.members[cluster] = one;
                (self.sums[cluster], self.logs[cluster]) = one_sum;
                let new = self.fresh();
                for &atom in &other {
                    self.cluster_of[atom] = new;
                }
                self.members[new] = other;
                (self.sums[new], self.logs[new]) = other_sum;
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
        // How much likelier two atoms are together than apart.
        let suits = |one: usize, other: usize| {
            let ((first, first_log), (second, second_log)) = (&self.alone[one], &self.alone[other]);
            match first.and(second) {
                Joint::Both(both) => both.log(self.settings) - first_log - second_log,
                Joint::Never | Joint::Entangled => f64::NEG_INFINITY,
            }
        };
        let least = rest.iter().copied().min_by(|&a, &b| suits(seed, a).total_cmp(&suits(seed, b)));
        let Some(far) = least else {
            return (vec![], vec![]);
        };
        members
            .iter()
            .copied()
            .partition(|&atom| atom == seed || atom != far && suits(seed, atom) >= suits(far, atom))
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
        if members.len() > MOVED_MAX {
            return 1.0;
        }
        let alone = self.alone[atom].1;
        let home = self.cluster_of[atom];
        let together = members.len() > 1;
        let here = if together {
            self.logs[home] - self.sum_of(&removed(members, atom)).1 - alone
        } else {
            0.0
        };
        let elsewhere = self.targets(atom).into_iter().map(|target| self.gain_with(target, atom));
        let odds: f64 = elsewhere.map(|gain| libm::exp(gain - alone - here)).sum();
        1.0 / (1.0 + odds + if together { libm::exp(-here) } else { 0.0 })
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
