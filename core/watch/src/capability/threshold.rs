//! Threshold monitoring: the largest incident that could have hidden (Kvaerna and Ringdal 1999).
//!
//! A sensor whose amplitude stays at `a` bounds the size of what happened: an incident of size `m`
//! stays below it with chance Phi((a - m) / s). All sensors together leave an incident of size `m`
//! unseen with the product of these; the upper limit is the size at which that falls to
//! 1 - level. As a trace over time it says when "nothing happened" may be printed, and its peaks
//! ask for an explanation each.

use kernel::{Duration, Interval, Place, Time};

use super::law::Law;
use super::normal::{Table, below, quantile};
use crate::outage::OutageKind;

/// What one sensor says: the size its amplitude means, and one standard deviation of it, log10 kg.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Term {
    /// Size that the amplitude means.
    pub size: f64,
    /// One standard deviation; above 0.
    pub spread: f64,
}

/// A sensor this many deviations above another's limit adds nothing to it (3 in 10^7).
pub const IDLE: f64 = 5.0;
const STEPS_MAX: usize = 60;
/// Newton's steps end below this, log10 kg: it doubles its digits, so the rest is far smaller.
const EXACT: f64 = 1e-5;

/// A confidence, made ready to be asked for limits.
#[derive(Clone, PartialEq, Debug)]
pub struct Level {
    table: Table,
    /// The chance of hiding that is left.
    left: f64,
    /// How many deviations above its amplitude one sensor alone bounds a size.
    deviations: f64,
}

impl Level {
    /// A confidence between 0.01 and 0.999999.
    #[must_use]
    pub fn of(level: f64) -> Self {
        let left = 1.0 - level.clamp(0.01, 0.999_999);
        Self { table: Table::new(), left, deviations: -quantile(left) }
    }

    /// The limit that one sensor alone gives.
    #[must_use]
    pub fn alone(&self, term: Term) -> f64 {
        term.size + self.deviations * term.spread
    }

    /// Solves 1 - prod Phi((a_i - m) / s_i) = level for m, log10 kg; infinite without sensors.
    ///
    /// The logarithm of the product is concave and falls with m, so Newton's steps come down on
    /// the root from above after the first, and never leave it.
    #[must_use]
    pub fn limit(&self, terms: impl Iterator<Item = Term> + Clone) -> f64 {
        // Together they cannot give more than the best gives alone.
        let best = terms.clone().map(|term| self.alone(term)).fold(f64::INFINITY, f64::min);
        if !best.is_finite() {
            return f64::INFINITY;
        }
        // Walking downward, a term that is idle at the first step is idle at all later ones.
        let idle = |term: &Term| (term.size - best) / term.spread >= IDLE;
        let busy: Vec<Term> = terms.filter(|term| !idle(term)).collect();
        let (mut size, goal) = (best, libm::log(self.left));
        for _ in 0..STEPS_MAX {
            let (mut value, mut slope) = (-goal, 0.0);
            for term in &busy {
                let (log, rate) = self.table.log_below((term.size - size) / term.spread);
                value += log;
                slope -= rate / term.spread;
            }
            let step = value / slope;
            size -= step;
            if libm::fabs(step) < EXACT || slope == 0.0 {
                break;
            }
        }
        size.min(best)
    }
}

/// The limit of sensors at a confidence: [`Level::limit`] for one question only.
#[must_use]
pub fn upper_limit(terms: impl Iterator<Item = Term> + Clone, level: f64) -> f64 {
    Level::of(level).limit(terms)
}

/// The chance that an incident of a size would have stayed below every sensor's amplitude.
#[must_use]
pub fn hidden(terms: impl Iterator<Item = Term>, size: f64) -> f64 {
    terms.map(|term| below((term.size - size) / term.spread)).product()
}

/// What one sensor recorded: amplitudes at a steady step, NaN where it recorded nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Recording {
    /// Its name.
    pub station: String,
    /// Where it stands.
    pub place: Place,
    /// How waves reach it.
    pub law: Law,
    /// First sample.
    pub start: Time,
    /// Time between samples; above 0.
    pub step: Duration,
    /// Largest amplitude within each step, in the wave's unit.
    pub amplitude: Vec<f32>,
}

/// How far wind and path may shift an arrival, as a share of its travel time.
const TRAVEL_SLACK: f64 = 0.05;

impl Recording {
    /// The samples at which something that happened at `place` within `when` would show.
    fn window(&self, place: Place, when: Interval) -> Option<std::ops::Range<usize>> {
        let range_km = self.place.distance_m(place) / 1e3;
        if range_km > self.law.reach_km || self.step.0 <= 0 {
            return None;
        }
        let travel_us = range_km / self.law.speed_km_s * 1e6;
        let sample = |moment: Time, travel: f64| {
            ((moment - self.start).0 as f64 + travel) / self.step.0 as f64
        };
        let first = sample(when.start, travel_us * (1.0 - TRAVEL_SLACK));
        let last = sample(when.end, travel_us * (1.0 + TRAVEL_SLACK));
        let end = (last.max(0.0) as usize).saturating_add(1).min(self.amplitude.len());
        let start = (first.max(0.0) as usize).min(end);
        (last >= 0.0 && start < end).then_some(start..end)
    }

    /// What it says of something at `place` within `when`: nothing where it has a gap.
    fn term(&self, place: Place, when: Interval) -> Option<Term> {
        let samples = &self.amplitude[self.window(place, when)?];
        let loudest = samples.iter().copied().fold(0.0_f32, |most, one| {
            if most.is_nan() || one.is_nan() { f32::NAN } else { most.max(one) }
        });
        let range_km = self.place.distance_m(place) / 1e3;
        (loudest.is_finite() && loudest > 0.0).then(|| Term {
            size: self.law.size_at(range_km) + self.law.size_of(f64::from(loudest)),
            spread: self.law.size_scatter(),
        })
    }
}

/// The trace of a place: for each step, the upper limit of what could have happened in it.
#[must_use]
pub fn trace(
    place: Place,
    recordings: &[Recording],
    when: Interval,
    step: Duration,
    level: f64,
) -> Vec<(Interval, f64)> {
    let steps = if step.0 > 0 { when.length().0 / step.0 } else { 0 };
    let level = Level::of(level);
    let at = |index: i64| {
        let start = when.start + Duration(index * step.0);
        let slice = Interval { start, end: start + step };
        let terms: Vec<Term> = recordings.iter().filter_map(|one| one.term(place, slice)).collect();
        (slice, level.limit(terms.into_iter()))
    };
    (0..steps).map(at).collect()
}

/// A peak of the trace above the size asked about.
#[derive(Clone, PartialEq, Debug)]
pub struct Exceedance {
    /// From when to when.
    pub when: Interval,
    /// Its height, log10 kg; infinite where no sensor recorded.
    pub peak_log_kg: f64,
    /// What explains it.
    pub because: Because,
}

/// What explains a peak of the trace.
#[derive(Clone, PartialEq, Debug)]
pub enum Because {
    /// A known incident elsewhere, whose waves passed over the sensors.
    Incident(String),
    /// Somebody was not watching.
    Loss(OutageKind, String),
    /// Nothing that is known: it must be named as such.
    Unexplained,
}

/// A known incident, as an explanation.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    /// Its name.
    pub id: String,
    /// Where.
    pub place: Place,
    /// When.
    pub when: Interval,
}

/// The trace's peaks above a size; stretches that touch are one.
#[must_use]
pub fn exceedances(
    trace: &[(Interval, f64)],
    size_log_kg: f64,
    explain: impl Fn(Interval) -> Because,
) -> Vec<Exceedance> {
    let mut peaks: Vec<(Interval, f64)> = vec![];
    for (when, limit) in trace.iter().filter(|(_, limit)| *limit > size_log_kg) {
        match peaks.last_mut() {
            Some((whole, peak)) if whole.end >= when.start => {
                (*whole, *peak) = (whole.hull(*when), peak.max(*limit));
            }
            _ => peaks.push((*when, *limit)),
        }
    }
    let explained = |(when, peak_log_kg)| Exceedance { when, peak_log_kg, because: explain(when) };
    peaks.into_iter().map(explained).collect()
}

/// Looks for what explains a peak at a place: an incident whose waves reached one of the sensors
/// just when those of something there would have, or else a loss at that time.
#[must_use]
pub fn explanation(
    place: Place,
    when: Interval,
    recordings: &[Recording],
    known: &[Known],
    losses: &[(Interval, OutageKind, String)],
) -> Because {
    let passes_over = |incident: &&Known| {
        recordings.iter().any(|one| {
            let (Some(here), Some(there)) =
                (one.window(place, when), one.window(incident.place, incident.when))
            else {
                return false;
            };
            here.start < there.end && there.start < here.end
        })
    };
    if let Some(incident) = known.iter().filter(passes_over).min_by(|a, b| a.id.cmp(&b.id)) {
        return Because::Incident(incident.id.clone());
    }
    let lost = losses.iter().filter(|(lost, ..)| lost.overlaps(when));
    match lost.min_by(|a, b| (a.0.start, &a.2).cmp(&(b.0.start, &b.2))) {
        Some((_, kind, who)) => Because::Loss(*kind, who.clone()),
        None => Because::Unexplained,
    }
}

/// What may be said of a time in which nothing of a size was seen.
#[derive(Clone, PartialEq, Debug)]
pub struct Silence {
    /// The size asked about, log10 kg.
    pub size_log_kg: f64,
    /// Confidence of the trace.
    pub level: f64,
    /// Share of the time in which the trace stays at or below the size.
    pub below_share: f64,
    /// The peaks above it.
    pub exceedances: Vec<Exceedance>,
}

impl Silence {
    /// Judges a trace.
    #[must_use]
    pub fn of(
        trace: &[(Interval, f64)],
        size_log_kg: f64,
        level: f64,
        explain: impl Fn(Interval) -> Because,
    ) -> Self {
        let under = trace.iter().filter(|(_, limit)| *limit <= size_log_kg).count();
        Self {
            size_log_kg,
            level,
            below_share: if trace.is_empty() { 0.0 } else { under as f64 / trace.len() as f64 },
            exceedances: exceedances(trace, size_log_kg, explain),
        }
    }

    /// Whether "nothing happened" may be printed: every peak has an incident that explains it. A
    /// loss explains why the trace is high, but not that nothing hid behind it.
    #[must_use]
    pub fn nothing_happened(&self) -> bool {
        let by_incident = |one: &Exceedance| matches!(one.because, Because::Incident(_));
        self.below_share > 0.0 && self.exceedances.iter().all(by_incident)
    }

    /// The sentence for a report.
    #[must_use]
    pub fn sentence(&self) -> String {
        let kg = kilograms(self.size_log_kg);
        let percent = libm::floor(self.below_share * 1e4) / 1e2;
        let level = libm::round(self.level * 1e3) / 1e1;
        let count = |test: fn(&Because) -> bool| {
            self.exceedances.iter().filter(|one| test(&one.because)).count()
        };
        let incidents = count(|because| matches!(because, Because::Incident(_)));
        let losses = count(|because| matches!(because, Because::Loss(..)));
        let unexplained = count(|because| *because == Because::Unexplained);
        let peaks = format!(
            "{} peaks above it: {incidents} from known incidents elsewhere, {losses} while somebody \
             was not watching, {unexplained} unexplained",
            self.exceedances.len()
        );
        if !self.nothing_happened() {
            let said = "it cannot be said that nothing happened";
            format!("{said}: the trace stays below {kg} for {percent} % of the time, {peaks}")
        } else if self.exceedances.is_empty() {
            format!("nothing of {kg} or more happened unseen ({level} %)")
        } else {
            format!(
                "nothing of {kg} or more happened unseen ({level} %), {percent} % of the time; {peaks}"
            )
        }
    }
}

/// A size in words.
#[must_use]
pub fn kilograms(log_kg: f64) -> String {
    let kg = libm::pow(10.0, log_kg);
    if !kg.is_finite() {
        "any size".to_owned()
    } else if kg >= 1000.0 {
        format!("{:.1} t TNT", kg / 1000.0)
    } else if kg >= 10.0 {
        format!("{kg:.0} kg TNT")
    } else if kg >= 0.1 {
        format!("{kg:.1} kg TNT")
    } else if kg >= 1e-3 {
        format!("{:.0} g TNT", kg * 1000.0)
    } else {
        "less than 1 g TNT".to_owned()
    }
}

#[cfg(test)]
mod tests;
