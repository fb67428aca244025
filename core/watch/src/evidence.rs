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
    /// What an incident can have once only: an origin through each band, a reviewer's word
    /// ([`crate::origin::Band::bit`], [`REVIEWED`]). Two atoms that share a bit are of two.
    pub bands: u8,
}

/// The bit of a reviewed incident in [`Atom::bands`].
pub const REVIEWED: u8 = 1 << 7;

/// What a set of atoms amounts to, kept so that joining two sets costs no more than joining two
/// atoms.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// When the incident may have been.
    pub window: Interval,
    /// Where it was.
    pub place: Mixture,
    /// Log of the mass lost in multiplying places, per km².
    place_log: f64,
    /// Sum of the logs of the atoms' own windows, hours.
    hours_log: f64,
    /// Sum of what the atoms say, for each class.
    class_logs: ClassLogs,
    /// What it has already that it can have once only.
    bands: u8,
    /// Areas named, each once.
    areas: Vec<[u64; 3]>,
    /// Whether it says nothing of the place but one area's name.
    one_area: bool,
}

/// Two sets joined.
pub enum Joint {
    /// No single incident explains both: their windows share no moment.
    Never,
    /// What both amount to.
    Both(Box<Evidence>),
    /// They name an area in common among others: ask [`of`] with all members.
    Entangled,
}

/// The evidence of `members`, which stand in canonical order; none for an empty set or one whose
/// windows share no moment.
#[must_use]
pub fn of(members: &[&Atom]) -> Option<Evidence> {
    let (first, rest) = members.split_first()?;
    rest.iter().try_fold(Evidence::alone(first), |so_far, atom| {
        match so_far.and(&Evidence::alone(atom)) {
            Joint::Both(both) => Some(*both),
            Joint::Never | Joint::Entangled => None,
        }
    })
}

impl Evidence {
    /// What one atom amounts to.
    #[must_use]
    pub fn alone(atom: &Atom) -> Self {
        Self {
            window: atom.window,
            place: atom.place.clone(),
            place_log: 0.0,
            hours_log: hours(atom.window),
            class_logs: atom.likelihood_log,
            bands: atom.bands,
            areas: atom.area.into_iter().collect(),
            one_area: atom.area.is_some(),
        }
    }

    /// The log of the evidence.
    #[must_use]
    pub fn log(&self, settings: &Settings) -> f64 {
        let mut classes = rates_log(settings);
        add(&mut classes, &self.class_logs, 1.0);
        self.place_log + hours(self.window) - self.hours_log + log_sum(classes.into_iter())
    }

    /// What both sets amount to. Naming an area that is named already says no more about where in
    /// it the incident was.
    #[must_use]
    pub fn and(&self, other: &Self) -> Joint {
        if self.bands & other.bands != 0 {
            return Joint::Never;
        }
        let Some(window) = shared(self.window, other.window) else { return Joint::Never };
        let common = other.areas.iter().any(|area| self.areas.contains(area));
        let (mass, place) = match (common, self.one_area, other.one_area) {
            (false, _, _) => self.place.product(&other.place),
            (true, _, true) => (other.place.product(&other.place).0, self.place.clone()),
            (true, true, false) => (self.place.product(&self.place).0, other.place.clone()),
            (true, false, false) => return Joint::Entangled,
        };
        let mut class_logs = self.class_logs;
        add(&mut class_logs, &other.class_logs, 1.0);
        let new = other.areas.iter().filter(|area| !self.areas.contains(area));
        Joint::Both(Box::new(Self {
            window,
            place,
            place_log: self.place_log + other.place_log + mass,
            hours_log: self.hours_log + other.hours_log,
            class_logs,
            bands: self.bands | other.bands,
            areas: self.areas.iter().chain(new).copied().collect(),
            one_area: common && self.one_area && other.one_area,
        }))
    }
}

/// The log of how many hours an interval lasts; nothing is timed better than a second.
fn hours(window: Interval) -> f64 {
    log((window.length().0 as f64).max(1e6) / HOUR_US)
}

fn shared(one: Interval, other: Interval) -> Option<Interval> {
    let (start, end): (Time, Time) = (one.start.max(other.start), one.end.min(other.end));
    (start <= end).then_some(Interval { start, end })
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
    if one.area.is_some() && one.area == other.area {
        return true;
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
