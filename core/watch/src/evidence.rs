//! How well a set of fires and reports is explained by one incident.
//!
//! Each incident has a latent place, time and class; incidents come at a rate λ a km² and hour.
//! The evidence of a set A is λ ∫∫ Π p(a | place, time) over place and time, summed over classes;
//! joining A and B gains log E(A ∪ B) - log E(A) - log E(B). Places are Gaussian mixtures, so
//! that the integral over place is closed; times are even over a window, so that the integral
//! over time is the length of what the windows share.

use kernel::{Interval, Time};
use libm::log;

use crate::gauss::{Mixture, log_sum};
use crate::settings::{CLASS_COUNT, Settings};

const HOUR_US: f64 = 3.6e9;
/// No window that gates are reckoned for is narrower.
const NARROWEST_HOURS: f64 = 0.1;

/// A log for each class, in the order of [`crate::settings::CLASSES`].
pub type ClassLogs = [f64; CLASS_COUNT];

/// One fire or one report, as evidence.
#[derive(Clone, Debug)]
pub struct Atom {
    /// Where.
    pub place: Mixture,
    /// The named area it speaks of, if it does: naming the same area twice says no more about
    /// where in it the incident was.
    pub area: Option<[u64; 3]>,
    /// When the incident may have been.
    pub window: Interval,
    /// Log of the chance of what was seen or said, for each class.
    pub likelihood_log: ClassLogs,
    /// What it fails together with: its independence group, its reporter, its text. Two atoms
    /// that share one of these are one voice.
    pub voices: Vec<u64>,
    /// Share of such observations that are of nothing.
    pub false_share: f64,
}

/// What a set of atoms amounts to.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Log of its evidence; minus infinity when no single incident explains it.
    pub log: f64,
    /// Where the incident was.
    pub place: Mixture,
    /// When it may have been.
    pub window: Interval,
}

/// The evidence of `members`, which stand in canonical order; none for an empty set or one whose
/// windows share no moment.
#[must_use]
pub fn of(members: &[&Atom], settings: &Settings) -> Option<Evidence> {
    let (first, rest) = members.split_first()?;
    let mut window = first.window;
    let mut hours_log = hours(first.window);
    for atom in rest {
        window = shared(window, atom.window)?;
        hours_log += hours(atom.window);
    }
    let (place_log, place) = place_of(members)?;
    let mut classes = rates_log(settings);
    for atom in members {
        add(&mut classes, &atom.likelihood_log, 1.0);
    }
    let class_log = log_sum(classes.into_iter());
    Some(Evidence { log: place_log + hours(window) - hours_log + class_log, place, window })
}

/// The log of how many hours an interval lasts; nothing is timed better than a second.
fn hours(window: Interval) -> f64 {
    log((window.length().0 as f64).max(1e6) / HOUR_US)
}

fn shared(one: Interval, other: Interval) -> Option<Interval> {
    let (start, end): (Time, Time) = (one.start.max(other.start), one.end.min(other.end));
    (start <= end).then_some(Interval { start, end })
}

fn place_of(members: &[&Atom]) -> Option<(f64, Mixture)> {
    let mut place: Option<Mixture> = None;
    let mut total = 0.0;
    let mut areas: Vec<[u64; 3]> = Vec::new();
    for atom in members {
        if let Some(area) = atom.area {
            if areas.contains(&area) {
                total += atom.place.product(&atom.place).0;
                continue;
            }
            areas.push(area);
        }
        place = Some(match place {
            None => atom.place.clone(),
            Some(so_far) => {
                let (mass, both) = so_far.product(&atom.place);
                total += mass;
                both
            }
        });
    }
    place.map(|place| (total, place))
}

fn rates_log(settings: &Settings) -> ClassLogs {
    settings.rates_per_km2_hour.map(|rate| log(rate.max(f64::MIN_POSITIVE)))
}

fn add(sums: &mut ClassLogs, terms: &ClassLogs, share: f64) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += share * term);
}

/// The chance of each class. One voice counts as one statement, however often it speaks: the
/// geometric mean of what it says. The search, in contrast, asks every statement to fit, so that
/// one voice does not mix what it tells apart.
#[must_use]
pub fn class_shares(members: &[&Atom], settings: &Settings) -> [f64; CLASS_COUNT] {
    let mut classes = rates_log(settings);
    for voice in voices(members) {
        let share = 1.0 / voice.len() as f64;
        for atom in voice.iter().filter_map(|&member| members.get(member)) {
            add(&mut classes, &atom.likelihood_log, share);
        }
    }
    let total = log_sum(classes.into_iter());
    classes.map(|class| libm::exp(class - total))
}

/// The members of each independent voice, by their places in `members`.
#[must_use]
pub fn voices(members: &[&Atom]) -> Vec<Vec<usize>> {
    if members.len() == 1 {
        return vec![vec![0]];
    }
    let mut claims: Vec<(u64, usize)> = Vec::new();
    for (member, atom) in members.iter().enumerate() {
        claims.extend(atom.voices.iter().map(|voice| (*voice, member)));
    }
    claims.sort_unstable();
    let mut leaders: Vec<usize> = (0..members.len()).collect();
    for pair in claims.windows(2) {
        if let [(one, first), (other, second)] = *pair
            && one == other
        {
            let (a, b) = (leader(&leaders, first), leader(&leaders, second));
            leaders[a.max(b)] = a.min(b);
        }
    }
    let mut grouped: Vec<Vec<usize>> = vec![Vec::new(); members.len()];
    for member in 0..members.len() {
        grouped[leader(&leaders, member)].push(member);
    }
    grouped.retain(|group| !group.is_empty());
    grouped
}

fn leader(leaders: &[usize], mut member: usize) -> usize {
    while leaders[member] != member {
        member = leaders[member];
    }
    member
}

/// An upper bound of the gain that joining two atoms can have, whatever else joins them, by
/// distance: the pair's own density where it falls off, its top where it does not.
#[must_use]
pub fn may_join(one: &Atom, other: &Atom, settings: &Settings) -> bool {
    if shared(one.window, other.window).is_none() {
        return false;
    }
    let rarest = rarest(settings);
    let narrowest = hours(one.window).min(hours(other.window));
    let (density, _) = one.place.product(&other.place);
    density - narrowest - rarest > 0.0
}

/// The log of the rate of the rarest class.
#[must_use]
pub fn rarest(settings: &Settings) -> f64 {
    log(settings.rates_per_km2_hour.iter().copied().fold(1.0, f64::min).max(1e-12))
}

/// Beyond so many metres nothing joins an atom whose longest standard deviation is `sigma_m`: the
/// kernel of two atoms together is at most as wide as the sum of their reaches.
#[must_use]
pub fn reach_m(sigma_m: f64, settings: &Settings) -> f64 {
    let top = -log(std::f64::consts::TAU * (sigma_m * sigma_m / 1e6).max(1e-4));
    let gain = top - log(NARROWEST_HOURS) - rarest(settings);
    sigma_m * libm::sqrt(2.0 * gain.max(1.0))
}
