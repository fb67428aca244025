//! Which detections belong together: the density of the detections as one source's, against each
//! being a false alarm of its array.
//!
//! The likeliest pairs ([`super::links`]) are judged; each detection's best grow one detection at a time
//! while the odds rise. What might join is compared at a few equally likely places of the group's
//! source, and only the best of it is judged afresh; a pair that would stay chance with the best of
//! every array at its best place is left at once. Groups compete for members, the surest first, and
//! what lost a member is judged by what it has left. Each step costs a detection the same however long
//! the list is.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use libm::{exp, log};

use super::Heard;
use super::cells::{COARSE, Detail, ROUGH};
use super::density::Candidate;
use super::links::{Links, links};
use super::origin::{Glance, Origin, glance, locate_all};
use super::propagation::Propagation;

/// What is known of how often things happen and are heard; broad priors.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rates {
    /// Sources loud enough to be heard by two arrays, a second and km².
    pub sources_s_km2: f64,
    /// Chance that an array hears a source within range.
    pub heard_share: f64,
}

impl Default for Rates {
    /// One source a day in a million km² (a country the size of Ukraine has one and a half), and
    /// as often missed as heard.
    fn default() -> Self {
        Self { sources_s_km2: 1.0 / 86_400.0 / 1e6, heard_share: 0.5 }
    }
}

/// Detections that share a source.
#[derive(Clone, PartialEq, Debug)]
pub struct Shared {
    /// Which, as places in the list given, in order of time.
    pub members: Vec<usize>,
    /// Logarithm of the odds that they share a source against each being a false alarm.
    pub ln_odds: f64,
    /// The source.
    pub origin: Origin,
}

/// Shortest span over which false alarms are counted, seconds.
const SPAN_MIN_S: f64 = 3_600.0;
/// Pairs of each detection that are grown.
const SEEDS_EACH: usize = 4;
/// Places of a group's source at which others are compared.
const POINTS: usize = 24;
/// Of those compared, so many are judged afresh,
const TRIED_MAX: usize = 2;
/// unless they seem to lower the odds by more than the comparison may err, as logarithm.
const LOSS_MAX: f64 = 1.5;
/// A pair whose odds would still be lower than this with all that may join is not grown, as logarithm: the
/// comparison errs by some for each array.
const HOPELESS: f64 = -3.0;

/// The groups of detections that share a source, the surest first; detections in none are alone.
#[must_use]
pub fn associate(heard: &[Heard], air: &Propagation, rates: &Rates) -> Vec<Shared> {
    let work = Work::new(heard, air, rates);
    let found = work.compete(work.grown());
    let members_of = |group: &Group| group.members.iter().map(|member| heard[*member]).collect();
    let sources: Vec<Vec<Heard>> = found.iter().map(members_of).collect();
    let placed = found.into_iter().zip(locate_all(&sources, air));
    let shared = placed.filter_map(|(group, origin)| {
        Some(Shared { members: group.members, ln_odds: group.ln_odds, origin: origin? })
    });
    shared.collect()
}

/// Detections that may share a source, in rising order.
#[derive(Clone, PartialEq, Debug)]
struct Group {
    ln_odds: f64,
    members: Vec<usize>,
}

impl Eq for Group {}

impl Ord for Group {
    /// The surest is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        self.ln_odds.total_cmp(&other.ln_odds).then_with(|| other.members.cmp(&self.members))
    }
}

impl PartialOrd for Group {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Work<'a> {
    heard: &'a [Heard],
    air: &'a Propagation,
    rates: &'a Rates,
    links: Links,
    /// For each detection: logarithm of its array's false alarms a second and radian.
    ln_false: Vec<f64>,
    /// How many arrays heard anything.
    arrays: usize,
}

impl<'a> Work<'a> {
    fn new(heard: &'a [Heard], air: &'a Propagation, rates: &'a Rates) -> Self {
        let times = heard.iter().filter_map(|one| one.time_s);
        let (first, last) = times
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), time| {
                (f64::min(first, time), f64::max(last, time))
            });
        let span_s = (last - first).max(SPAN_MIN_S);
        let mut arrays: Vec<u32> = heard.iter().map(|one| one.array).collect();
        arrays.sort_unstable();
        // All that an array hears bounds its false alarms from above.
        let rate = |same: &[u32]| {
            let rate = same.len() as f64 / span_s / (2.0 * core::f64::consts::PI);
            (same[0], log(rate))
        };
        let rates_of: BTreeMap<u32, f64> =
            arrays.chunk_by(|one, other| one == other).map(rate).collect();
        let ln_false: Vec<f64> =
            heard.iter().map(|one| rates_of.get(&one.array).copied().unwrap_or(0.0)).collect();
        let links = links(heard, air, &ln_false);
        Self { heard, air, rates, links, ln_false, arrays: rates_of.len() }
    }

    /// The best pairs of each detection, the surest first.
    fn seeds(&self) -> Vec<Group> {
        let mut of: Vec<Vec<Group>> = vec![Vec::new(); self.heard.len()];
        for &(one, other) in &self.links.pairs {
            let Some((pair, _)) = self.judge(&[one, other], ROUGH) else { continue };
            keep_best(&mut of[one], &pair);
            keep_best(&mut of[other], &pair);
        }
        let mut seeds: Vec<Group> = of.into_iter().flatten().collect();
        seeds.sort_by(|one, other| other.cmp(one));
        seeds.dedup();
        seeds
    }

    /// What the seeds grow to.
    fn grown(&self) -> BinaryHeap<Group> {
        let nothing_taken = vec![false; self.heard.len()];
        let mut grown: Vec<Group> = Vec::new();
        let mut of: Vec<Vec<usize>> = vec![Vec::new(); self.heard.len()];
        for seed in self.seeds() {
            // A pair inside a group that has grown already would grow to it again.
            let [one, other] = seed.members[..] else { continue };
            if of[one].iter().any(|group| grown[*group].members.contains(&other)) {
                continue;
            }
            let Some(group) = self.grow(&seed.members, &nothing_taken) else { continue };
            group.members.iter().for_each(|member| of[*member].push(grown.len()));
            grown.push(group);
        }
        grown.into()
    }

    /// The surest groups that have no member in common.
    fn compete(&self, mut grown: BinaryHeap<Group>) -> Vec<Group> {
        let mut taken = vec![false; self.heard.len()];
        let mut left_over = BTreeSet::new();
        let mut found = Vec::new();
        while let Some(group) = grown.pop().filter(|group| group.ln_odds > 0.0) {
            let left: Vec<usize> =
                group.members.iter().copied().filter(|member| !taken[*member]).collect();
            if left.len() == group.members.len() {
                left.iter().for_each(|member| taken[*member] = true);
                found.push(group);
            } else if left.len() >= 2 && left_over.insert(left.clone()) {
                // What lost a member goes on with what it has left.
                grown.extend(self.grow(&left, &taken));
            }
        }
        found
    }

    /// The odds of a group, with the look at it that they rest on.
    fn judge(&self, members: &[usize], detail: Detail) -> Option<(Group, Glance<'a>)> {
        let glance = glance(&self.those(members), self.air, detail)?;
        Some((self.group(members, glance.ln_evidence), glance))
    }

    fn those(&self, members: &[usize]) -> Vec<Heard> {
        members.iter().map(|member| self.heard[*member]).collect()
    }

    fn group(&self, members: &[usize], ln_evidence: f64) -> Group {
        let missed = self.arrays.saturating_sub(members.len());
        let share = self.rates.heard_share;
        let chance = log(self.rates.sources_s_km2)
            + members.len() as f64 * log(share)
            + missed as f64 * log(1.0 - share);
        let by_chance: f64 = members.iter().map(|member| self.ln_false[*member]).sum();
        Group { ln_odds: chance + ln_evidence - by_chance, members: members.to_vec() }
    }

    /// Takes in whatever raises the odds most, until nothing does.
    fn grow(&self, members: &[usize], taken: &[bool]) -> Option<Group> {
        let (mut group, mut glance) = self.judge(members, COARSE)?;
        loop {
            let more = self.more(&group, &mut glance, taken);
            if group.ln_odds + more.most < HOPELESS {
                return Some(group);
            }
            let more = more.promising.into_iter().filter_map(|at| {
                let mut members = group.members.clone();
                members.push(at);
                members.sort_unstable();
                self.judge(&members, COARSE)
            });
            match more.max_by(|one, other| one.0.cmp(&other.0)) {
                Some((more, look)) if more.ln_odds > group.ln_odds => {
                    (group, glance) = (more, look)
                }
                _ => return Some(group),
            }
        }
    }

    /// What may share a source with every member, and is free.
    fn joinable(&self, group: &Group, taken: &[bool]) -> Vec<usize> {
        let Some((first, rest)) = group.members.split_first() else { return Vec::new() };
        let linked =
            |at: &usize| rest.iter().all(|member| self.links.of[*member].binary_search(at).is_ok());
        self.links.of[*first].iter().copied().filter(|at| !taken[*at] && linked(at)).collect()
    }

    /// What may join a group, compared at places of its source.
    fn more(&self, group: &Group, glance: &mut Glance<'_>, taken: &[bool]) -> More {
        let others = self.joinable(group, taken);
        if others.is_empty() {
            return More { most: 0.0, promising: others };
        }
        let points = glance.points(POINTS);
        let share = self.rates.heard_share;
        let heard_not_missed = log(share / (1.0 - share));
        // At each place, the best gain of each array.
        let mut best: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); points.len()];
        let mut gains: Vec<(f64, usize)> = Vec::with_capacity(others.len());
        for at in others {
            let heard = &self.heard[at];
            let candidate = Candidate::new(heard, self.air);
            let chance = heard_not_missed - self.ln_false[at];
            let mut sum = 0.0;
            for (point, best) in points.iter().zip(&mut best) {
                let density = candidate.density_at(point);
                sum += density;
                let of_array = best.entry(heard.array).or_insert(0.0);
                *of_array = of_array.max(density * exp(chance));
            }
            gains.push((log(sum / POINTS as f64) + chance, at));
        }
        let gain = |arrays: &BTreeMap<u32, f64>| -> f64 {
            arrays.values().map(|ratio| log(ratio.max(1.0))).sum()
        };
        let most = best.iter().map(gain).fold(0.0, f64::max);
        gains.retain(|(gain, _)| *gain > -LOSS_MAX);
        gains.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let promising = gains.into_iter().take(TRIED_MAX).map(|(_, at)| at).collect();
        More { most, promising }
    }
}

/// What may join a group.
struct More {
    /// By how much the odds could rise if the best of every array joined at one place, as logarithm.
    most: f64,
    /// What would raise them most alone, the best first.
    promising: Vec<usize>,
}

/// Keeps a pair when it is among the best of a detection.
fn keep_best(best: &mut Vec<Group>, pair: &Group) {
    let at = best.partition_point(|one| one > pair);
    if at < SEEDS_EACH {
        best.insert(at, pair.clone());
        best.truncate(SEEDS_EACH);
    }
}
