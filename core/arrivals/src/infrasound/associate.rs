//! Which detections belong together: the density of the detections as one source's, against each
//! being a false alarm of its array.
//!
//! Two detections can share a source only when their times differ by no more than the way between
//! the arrays takes, and when their bearings cross where the times allow. Detections sorted by time
//! are held against those within that span only, so that the work grows with the number of
//! detections, not its square. Groups grow one detection at a time from the best pairs while the
//! odds rise, compete for members, and give up those who do better without.

use libm::log;

use super::Heard;
use super::globe::Spot;
use super::origin::{Origin, glance, locate};
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
/// Squared misfit of a pair's bearings and times beyond which it is not looked at: four
/// deviations of the sum.
const GATE: f64 = 16.0;
/// A group is tried with no more than so many others at each growth.
const TRIED_MAX: usize = 12;

/// The groups of detections that share a source, the surest first; detections in none are alone.
#[must_use]
pub fn associate(heard: &[Heard], air: &Propagation, rates: &Rates) -> Vec<Shared> {
    let work = Work::new(heard, air, rates);
    let links = work.links();
    let mut taken = vec![false; heard.len()];
    let mut found: Vec<Shared> = Vec::new();
    let mut seeds: Vec<Shared> = links
        .iter()
        .enumerate()
        .flat_map(|(one, others)| {
            others.iter().filter(move |other| **other > one).map(move |other| (one, *other))
        })
        .filter_map(|(one, other)| work.judge(&[one, other]))
        .collect();
    seeds.sort_by(surest);
    let mut grown: Vec<Shared> = Vec::new();
    for seed in seeds {
        // A pair inside a group that has grown already would grow to it again.
        let inside = |group: &Shared| seed.members.iter().all(|one| group.members.contains(one));
        if !grown.iter().rev().take(64).any(inside) {
            grown.push(work.grow(seed, &links, &taken));
        }
    }
    grown.sort_by(surest);
    while let Some(group) = grown.first().filter(|group| group.ln_odds > 0.0).cloned() {
        group.members.iter().for_each(|member| taken[*member] = true);
        let free = |other: &Shared| !other.members.iter().any(|member| taken[*member]);
        let (mut rest, hit): (Vec<Shared>, Vec<Shared>) = grown.drain(..).partition(free);
        // Those that lost a member go on with what they have left.
        for other in hit {
            let left: Vec<usize> =
                other.members.iter().copied().filter(|member| !taken[*member]).collect();
            let known =
                rest.iter().any(|one| left.iter().all(|member| one.members.contains(member)));
            if left.len() >= 2
                && !known
                && let Some(smaller) = work.judge(&left)
            {
                rest.push(work.grow(smaller, &links, &taken));
            }
        }
        rest.sort_by(surest);
        grown = rest;
        found.push(group);
    }
    for group in &mut found {
        let members: Vec<Heard> = group.members.iter().map(|member| heard[*member]).collect();
        if let Some(origin) = locate(&members, air) {
            group.origin = origin;
        }
    }
    found
}

fn surest(one: &Shared, other: &Shared) -> std::cmp::Ordering {
    other.ln_odds.total_cmp(&one.ln_odds).then_with(|| one.members.cmp(&other.members))
}

struct Work<'a> {
    heard: &'a [Heard],
    air: &'a Propagation,
    rates: &'a Rates,
    spots: Vec<Spot>,
    /// One for each array: logarithm of its false alarms a second and radian.
    ln_false: Vec<(u32, f64)>,
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
        let ln_false = arrays.chunk_by(|one, other| one == other).map(rate).collect();
        let spots = heard.iter().map(|one| Spot::new(one.lat_deg, one.lon_deg)).collect();
        Self { heard, air, rates, spots, ln_false }
    }

    /// For each detection, the others that may share its source.
    fn links(&self) -> Vec<Vec<usize>> {
        let time = |at: &usize| self.heard[*at].time_s;
        let mut order: Vec<usize> = (0..self.heard.len()).filter(|at| time(at).is_some()).collect();
        order.sort_by(|one, other| {
            (time(one).unwrap_or(0.0).total_cmp(&time(other).unwrap_or(0.0))).then(one.cmp(other))
        });
        let (fastest, slowest) = self.air.limits_s_km();
        let span_s = self.widest_km() * slowest;
        let mut links = vec![Vec::new(); self.heard.len()];
        for (place, one) in order.iter().enumerate() {
            let within = order[place + 1..].iter().take_while(|other| {
                time(other).unwrap_or(0.0) - time(one).unwrap_or(0.0) <= span_s
            });
            for other in within {
                if self.may_share(*one, *other, (fastest, slowest)) {
                    links[*one].push(*other);
                    links[*other].push(*one);
                }
            }
        }
        links
    }

    /// The longest difference of ranges that two arrays can have: their distance, plus what the
    /// slowest and fastest way differ by at the farthest range.
    fn widest_km(&self) -> f64 {
        let (fastest, slowest) = self.air.limits_s_km();
        let Some(middle) = Spot::middle(&self.spots) else { return 0.0 };
        let radius = self.spots.iter().map(|spot| middle.to(spot).0).fold(0.0, f64::max);
        2.0 * radius + self.air.range_max_km * (1.0 - fastest / slowest)
    }

    /// Whether two detections' bearings cross at a place whose ranges suit their times.
    fn may_share(&self, one: usize, other: usize, limits: (f64, f64)) -> bool {
        let (a, b) = (&self.heard[one], &self.heard[other]);
        if a.array == b.array {
            return false;
        }
        let (apart_km, bearing) = self.spots[one].to(&self.spots[other]);
        let back = self.spots[other].to(&self.spots[one]).1;
        let inner_a = turned(a.back_azimuth_deg.to_radians() - bearing);
        let inner_b = turned(back - b.back_azimuth_deg.to_radians());
        let error = |heard: &Heard| 1.0 / self.air.concentration(heard.error_deg, 0.0);
        let gate = (GATE * (error(a) + error(b))).sqrt();
        // Both rays must run to one side, or nearly along the line between the arrays.
        let (low, high) = (inner_a.abs().min(inner_b.abs()), inner_a.abs() + inner_b.abs());
        if inner_a * inner_b < 0.0 && low > gate || high > core::f64::consts::PI + gate {
            return false;
        }
        let (Some(time_a), Some(time_b)) = (a.time_s, b.time_s) else { return true };
        // On a plane a difference of ranges is never more than the distance between the arrays.
        let most = apart_km * limits.1 + self.air.range_max_km * (limits.1 - limits.0);
        (time_a - time_b).abs() <= most
    }

    /// The odds of a group, with its origin.
    fn judge(&self, members: &[usize]) -> Option<Shared> {
        let mut members = members.to_vec();
        members.sort_unstable();
        let heard: Vec<Heard> = members.iter().map(|member| self.heard[*member]).collect();
        let origin = glance(&heard, self.air)?;
        let missed = self.ln_false.len() - members.len();
        let share = self.rates.heard_share;
        let chance = log(self.rates.sources_s_km2)
            + members.len() as f64 * log(share)
            + missed as f64 * log(1.0 - share);
        let by_chance: f64 = heard.iter().map(|one| self.ln_false_of(one.array)).sum();
        Some(Shared { ln_odds: chance + origin.ln_evidence - by_chance, members, origin })
    }

    fn ln_false_of(&self, array: u32) -> f64 {
        let at = self.ln_false.binary_search_by_key(&array, |(array, _)| *array);
        at.ok().and_then(|at| self.ln_false.get(at)).map_or(0.0, |(_, rate)| *rate)
    }

    /// Takes in whatever raises the odds most, until nothing does.
    fn grow(&self, mut group: Shared, links: &[Vec<usize>], taken: &[bool]) -> Shared {
        loop {
            let mut near: Vec<usize> =
                group.members.iter().flat_map(|member| links[*member].iter().copied()).collect();
            near.sort_unstable();
            near.dedup();
            let fits = |at: &usize| {
                let array = self.heard[*at].array;
                !taken[*at] && !group.members.iter().any(|one| self.heard[*one].array == array)
            };
            let mut near: Vec<(f64, usize)> = near
                .into_iter()
                .filter(fits)
                .map(|at| (self.misfit(&group.origin, at), at))
                .collect();
            near.retain(|(misfit, _)| *misfit < GATE);
            near.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
            let tried = near.iter().take(TRIED_MAX).filter_map(|(_, at)| {
                let more: Vec<usize> = group.members.iter().copied().chain([*at]).collect();
                self.judge(&more)
            });
            let best = tried.max_by(|one, other| surest(other, one));
            match best.filter(|best| best.ln_odds > group.ln_odds) {
                Some(best) => group = best,
                None => return group,
            }
        }
    }

    /// Squared misfit of a detection against a source, in errors of bearing and time together.
    fn misfit(&self, origin: &Origin, at: usize) -> f64 {
        let heard = &self.heard[at];
        let source = Spot::new(origin.mean_deg.0, origin.mean_deg.1);
        let (range_km, bearing) = self.spots[at].to(&source);
        let range_km = range_km.max(1.0);
        let [ee, _, nn] = origin.covariance_km2;
        let blur = ((ee + nn).sqrt() / range_km).min(1.0);
        let aside = turned(bearing - heard.back_azimuth_deg.to_radians());
        let direction = aside * aside * self.air.concentration(heard.error_deg, blur);
        let (Some(time_s), Some(when)) = (heard.time_s, origin.when) else { return direction };
        let spread_km = (ee + nn).sqrt();
        let (fastest, slowest) = self.air.limits_s_km();
        let (early, late) = (
            when.from_s + fastest * (range_km - 2.0 * spread_km) - 2.0 * when.error_s,
            when.to_s + slowest * (range_km + 2.0 * spread_km) + 2.0 * when.error_s,
        );
        if time_s < early || time_s > late { f64::INFINITY } else { direction }
    }
}

/// An angle brought to -pi to pi.
fn turned(angle: f64) -> f64 {
    let turns = libm::round(angle / (2.0 * core::f64::consts::PI));
    angle - turns * 2.0 * core::f64::consts::PI
}
