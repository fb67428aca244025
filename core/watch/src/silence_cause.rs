//! Why sources fell silent: a distribution over faults of their own, a common fault, jamming and
//! denied access, from who fell silent with whom and who near them did not.
//!
//! Every hypothesis has a rate and a reach; given one, each source near it falls silent with a
//! chance that depends on what it is and how far it stands. Several neighbours silent at one moment
//! are then a common cause rather than as many faults, because the faults' rates multiply. Rates and
//! reaches are broad stated priors, the rate of faults is learnt from each source's own past, and the
//! unknown reach is averaged over.

use kernel::Shares;

use crate::outage::OutageKind;
use crate::source::SourceKind;

/// Prior rates a day: a source's own fault, and for a neighbourhood a common fault, jamming, denial.
const FAULTS_PER_DAY: f64 = 1.0 / 30.0;
const COMMON_PER_DAY: f64 = 1.0 / 90.0;
const JAMMING_PER_DAY: f64 = 1.0 / 60.0;
const DENIAL_PER_DAY: f64 = 1.0 / 120.0;
/// Days of watching that the prior rate of faults is worth.
const FAULT_PRIOR_DAYS: f64 = 30.0;
/// Reaches that a common cause may have, metres; each is as likely as the others.
const REACHES_M: [f64; 4] = [3e3, 10e3, 30e3, 100e3];
/// Nothing near is silenced, and nothing far is spared, for certain.
const SURE: (f64, f64) = (1e-3, 0.98);
/// Share of the verdict that the prior keeps, because the causes are more than those named here.
const UNKNOWN: f64 = 0.02;

/// A source near the middle of what fell silent, which had promised to speak.
#[derive(Clone, PartialEq, Debug)]
pub struct Watcher {
    /// What it is.
    pub kind: SourceKind,
    /// Whether it shares a group with the one that fell silent first: what fails together.
    pub same_group: bool,
    /// How far it stands from that one, metres.
    pub away_m: f64,
    /// Whether it fell silent with it.
    pub silent: bool,
    /// How often it fell silent before.
    pub faults: f64,
    /// Over how many days of promises.
    pub days: f64,
}

impl Watcher {
    /// Faults a day, learnt from its past.
    fn fault_rate(&self) -> f64 {
        (FAULTS_PER_DAY * FAULT_PRIOR_DAYS + self.faults) / (FAULT_PRIOR_DAYS + self.days.max(0.0))
    }
}

/// Why, and how much likelier one common cause is than as many faults.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// Chances of each kind.
    pub kinds: Shares<OutageKind>,
    /// Log of the odds of a common cause against separate faults.
    pub common_log: f64,
}

/// Chance that jamming in reach silences a source of a kind: what speaks by radio or flies by
/// satellite navigation goes first; what passes overhead or is written in an office does not.
fn jammed(kind: SourceKind) -> f64 {
    match kind {
        SourceKind::Drone => 0.9,
        SourceKind::Acoustic => 0.6,
        SourceKind::Seismic | SourceKind::Camera => 0.4,
        SourceKind::Patrol => 0.2,
        SourceKind::ThermalSatellite | SourceKind::Press | SourceKind::PartyLog => 0.01,
    }
}

/// Chance that denied access silences a source of a kind: those who must go there.
fn denied(kind: SourceKind) -> f64 {
    match kind {
        SourceKind::Patrol => 0.9,
        SourceKind::Drone => 0.4,
        SourceKind::Camera | SourceKind::Acoustic | SourceKind::Seismic => 0.05,
        SourceKind::ThermalSatellite | SourceKind::Press | SourceKind::PartyLog => 0.01,
    }
}

/// Chance that a common fault in reach silences a source: surely of its own group, and of what
/// hangs on local power and masts more than of what does not.
fn cut(watcher: &Watcher) -> f64 {
    let alone = match watcher.kind {
        SourceKind::Acoustic | SourceKind::Seismic | SourceKind::Camera => 0.6,
        SourceKind::Drone | SourceKind::Patrol => 0.1,
        SourceKind::ThermalSatellite | SourceKind::Press | SourceKind::PartyLog => 0.02,
    };
    if watcher.same_group { 0.9 } else { alone }
}

/// Why these sources fell silent within `window_days` of one another. The first watcher is the one
/// that fell silent first; `usable` says whether they still sent what could not be worked with.
#[must_use]
pub fn why(watchers: &[Watcher], window_days: f64, blinded: bool) -> Why {
    let log_fault = |rate: f64| libm::log((1.0 - libm::exp(-rate * window_days)).max(1e-12));
    let mut faults = 0.0;
    for (at, watcher) in watchers.iter().enumerate().filter(|(_, watcher)| watcher.silent) {
        let rate = watcher.fault_rate();
        faults += if at == 0 { libm::log(rate) } else { log_fault(rate) };
    }
    let common = |rate: f64, silenced: &dyn Fn(&Watcher) -> f64| {
        let reaches = REACHES_M.map(|reach_m| {
            let logs = watchers.iter().map(|watcher| {
                let far = watcher.away_m / reach_m;
                let chance = (silenced(watcher) * libm::exp(-far * far)).clamp(SURE.0, SURE.1);
                let missed = 1.0 - chance;
                // One that would have been silenced may as well have failed by itself.
                if watcher.silent {
                    libm::log(
                        chance + missed * (1.0 - libm::exp(-watcher.fault_rate() * window_days)),
                    )
                } else {
                    libm::log(missed)
                }
            });
            logs.sum::<f64>()
        });
        libm::log(rate) + log_mean(&reaches)
    };
    let jamming = if blinded { OutageKind::Blinded } else { OutageKind::Jamming };
    let hypotheses = [
        (OutageKind::Outage, faults),
        (OutageKind::Power, common(COMMON_PER_DAY, &cut)),
        (jamming, common(JAMMING_PER_DAY, &|watcher| jammed(watcher.kind))),
        (OutageKind::AccessDenied, common(DENIAL_PER_DAY, &|watcher| denied(watcher.kind))),
    ];
    let most = hypotheses.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let weights = hypotheses.map(|(kind, log)| (kind, libm::exp(log - most)));
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let priors = FAULTS_PER_DAY + COMMON_PER_DAY + JAMMING_PER_DAY + DENIAL_PER_DAY;
    let rates = [FAULTS_PER_DAY, COMMON_PER_DAY, JAMMING_PER_DAY, DENIAL_PER_DAY];
    let kept = weights.iter().zip(rates).map(|((kind, weight), rate)| {
        (*kind, (1.0 - UNKNOWN) * weight / total + UNKNOWN * rate / priors)
    });
    let together: f64 = weights[1..].iter().map(|(_, weight)| weight).sum();
    Why {
        kinds: Shares::from_weights(kept),
        common_log: libm::log(together.max(1e-300)) - libm::log(weights[0].1.max(1e-300)),
    }
}

fn log_mean(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| libm::exp(log - most)).sum();
    most + libm::log(sum / logs.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watcher(kind: SourceKind, away_m: f64, silent: bool) -> Watcher {
        Watcher { kind, same_group: false, away_m, silent, faults: 1.0, days: 60.0 }
    }

    const MINUTES: f64 = 5.0 / 1_440.0;

    #[test]
    fn one_among_many_that_go_on_is_its_own_fault() {
        let mut watchers = vec![watcher(SourceKind::Acoustic, 0.0, true)];
        watchers
            .extend((1..8).map(|at| watcher(SourceKind::Acoustic, f64::from(at) * 900.0, false)));
        let why = why(&watchers, MINUTES, false);
        assert!(why.kinds.share(&OutageKind::Outage) > 0.9, "{:?}", why.kinds);
        assert!(why.common_log < 0.0);
    }

    #[test]
    fn neighbours_silent_at_once_have_one_cause() {
        let watchers: Vec<Watcher> = (0..5)
            .map(|at| watcher(SourceKind::Acoustic, f64::from(at) * 900.0, true))
            .chain([watcher(SourceKind::Acoustic, 60e3, false)])
            .collect();
        let why = why(&watchers, MINUTES, false);
        let common = why.kinds.share(&OutageKind::Power) + why.kinds.share(&OutageKind::Jamming);
        assert!(common > 0.95 && why.common_log > 5.0, "{why:?}");
        // A distribution, never a verdict: power and jamming look alike to microphones.
        assert!(why.kinds.share(&OutageKind::Power) > 0.1);
        assert!(why.kinds.share(&OutageKind::Jamming) > 0.1);
    }

    #[test]
    fn a_patrol_that_goes_silent_alone_may_have_been_turned_back() {
        let silent = |kind| why(&[watcher(kind, 0.0, true)], MINUTES, false);
        let patrol = silent(SourceKind::Patrol).kinds;
        let satellite = silent(SourceKind::ThermalSatellite).kinds;
        let denied = |kinds: &Shares<OutageKind>| kinds.share(&OutageKind::AccessDenied);
        assert!(denied(&patrol) > 0.15 && denied(&satellite) < 0.02);
    }

    /// Worlds drawn with reaches, chances and rates other than those assumed: what is stated with a
    /// chance must come about as often.
    #[test]
    fn chances_of_causes_come_about_as_often_as_stated() {
        let mut seed = 7_u64;
        let mut draw = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        let (mut stated, mut true_of) = ([0.0; 10], [[0.0; 2]; 10]);
        for _ in 0..20_000 {
            let kinds =
                [SourceKind::Acoustic, SourceKind::Camera, SourceKind::Drone, SourceKind::Patrol];
            let mut watchers: Vec<Watcher> = (0..6)
                .map(|at| {
                    let kind = kinds[(draw() * 4.0) as usize % 4];
                    let away_m = if at == 0 { 0.0 } else { draw() * 40e3 };
                    watcher(kind, away_m, at == 0)
                })
                .collect();
            // The cause, as often as twice or half the rates assumed.
            let first = watchers[0].clone();
            let reach_m = 2e3 * libm::pow(40.0, draw());
            let weights = [
                1.4 * FAULTS_PER_DAY,
                0.8 * COMMON_PER_DAY * (cut(&first) * 0.9),
                1.2 * JAMMING_PER_DAY * (jammed(first.kind) * 0.9),
                0.9 * DENIAL_PER_DAY * (denied(first.kind) * 0.9),
            ];
            let mut left = draw() * weights.iter().sum::<f64>();
            let cause = weights
                .iter()
                .position(|weight| {
                    left -= weight;
                    left <= 0.0
                })
                .unwrap_or(0);
            for watcher in watchers.iter_mut().skip(1) {
                let chance = match cause {
                    1 => cut(watcher) * 0.9,
                    2 => jammed(watcher.kind) * 0.9,
                    3 => denied(watcher.kind) * 0.9,
                    _ => 0.0,
                };
                // In reach or not: no gentle fall as assumed.
                watcher.silent = watcher.away_m < reach_m && draw() < chance;
            }
            let kinds = why(&watchers, MINUTES, false).kinds;
            let named = [
                OutageKind::Outage,
                OutageKind::Power,
                OutageKind::Jamming,
                OutageKind::AccessDenied,
            ];
            for (at, kind) in named.iter().enumerate() {
                let bin = ((kinds.share(kind) * 10.0) as usize).min(9);
                stated[bin] += kinds.share(kind);
                true_of[bin][0] += 1.0;
                true_of[bin][1] += f64::from(u8::from(at == cause));
            }
        }
        for (stated, [all, came]) in stated.iter().zip(true_of) {
            if all > 500.0 {
                let (stated, came) = (stated / all, came / all);
                assert!((stated - came).abs() < 0.12, "stated {stated:.3}, came about {came:.3}");
            }
        }
    }
}
