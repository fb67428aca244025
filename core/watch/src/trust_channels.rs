//! What a source in one state is expected to do, channel by channel: notice, time, point, speak,
//! repeat. A fault changes one channel; in the others the source behaves as a sound one.

use kernel::Time;
use libm::{cos, exp, log, sin, sqrt};

use crate::gauss::log_sum;
use crate::trust::{Item, Same, Stated, What};
use crate::trust_runs::Variant;

/// How far a sound source's chances of noticing may be below what capability states, with
/// weights: states of the weather and the site that nobody knows.
const SOUND_NOTICES: [(f64, f64); 4] = [(1.0, 0.5), (0.9, 0.3), (0.75, 0.15), (0.6, 0.05)];
/// The same of one that is deaf or hides.
const DEAF_NOTICES: [(f64, f64); 4] = [(0.0, 0.4), (0.1, 0.2), (0.25, 0.2), (0.4, 0.2)];
/// Share of times that fit no model: a wrong onset, another incident's wave.
const STRAY_SHARE: f64 = 0.03;
/// How much wider strays lie.
const STRAY_WIDER: f64 = 30.0;
/// Pickers state their errors too small by so much, in the middle.
const ERROR_GROWN: f64 = 1.3;
/// One standard deviation of how far a sound array is turned, degrees: how well north is found with
/// a compass.
const TURNED_DEG: f64 = 1.0;
/// Chance that a message of a sound source comes twice.
const MESSAGE_TWICE: f64 = 0.003;

/// How well a source notices while nothing keeps it from it: of its site and weather, so that every
/// run shares what is learnt of it, and a miss can never speak against a clock that is off.
#[derive(Clone)]
pub struct Noticing {
    /// Log weights over [`SOUND_NOTICES`].
    weights: [f64; 4],
}

impl Noticing {
    /// Before anything is seen.
    pub fn new() -> Self {
        Self { weights: SOUND_NOTICES.map(|(_, weight)| log(weight)) }
    }

    /// The log chance of noticing, or not, where `chance` is stated.
    fn log_chance(&self, chance: f64, noticed: bool) -> f64 {
        let all = self.weights.iter().zip(&SOUND_NOTICES);
        log_sum(all.map(|(weight, (share, _))| weight + log(sees(share * chance, noticed))))
    }

    /// Learns from one chance, as far as nothing kept it from noticing: with chance `free`.
    pub fn learn(&mut self, item: &Item, free: f64) {
        let What::Chance { chance, noticed, .. } = item.what else { return };
        let mean = exp(self.log_chance(chance, noticed));
        for (weight, (share, _)) in self.weights.iter_mut().zip(&SOUND_NOTICES) {
            *weight += log(free * sees(share * chance, noticed) / mean + (1.0 - free));
        }
        let total = log_sum(self.weights.iter().copied());
        self.weights.iter_mut().for_each(|weight| *weight -= total);
    }
}

/// The chance of noticing, or of not.
fn sees(chance: f64, noticed: bool) -> f64 {
    let chance = chance.clamp(0.002, 0.998);
    if noticed { chance } else { 1.0 - chance }
}

/// Odds of a false observation at a sound station's site over those stated: beside a road or a farm
/// they are some times as many.
const SITES: [f64; 3] = [1.0, 2.0, 5.0];

/// What is known of one source in one run.
#[derive(Clone)]
pub struct Channels {
    variant: Variant,
    false_share: f64,
    /// Log weights of how well it notices as deaf.
    deaf: [f64; 4],
    /// Log weights of its share of false observations, by the quiet of its site.
    speaks: [f64; SITES.len()],
    timing: Timing,
    pointing: Pointing,
    /// Times that others bore out, and times in all.
    borne_out: [f64; 2],
}

/// Before any: as if two had been wrong.
const BORNE_OUT: [f64; 2] = [0.0, 2.0];

impl Channels {
    /// At the start of a run.
    #[must_use]
    pub fn new(variant: Variant, stated: &Stated) -> Self {
        Self {
            variant,
            false_share: stated.false_share.clamp(1e-3, 0.95),
            deaf: DEAF_NOTICES.map(|(_, weight)| log(weight)),
            speaks: [-log(SITES.len() as f64); SITES.len()],
            timing: Timing::new(variant, stated.clock_error_s.max(1e-4)),
            pointing: Pointing::new(variant),
            borne_out: BORNE_OUT,
        }
    }

    /// The share of its times that others bore out: none before any was.
    pub fn borne_out(&self) -> f64 {
        self.borne_out[0] / self.borne_out[1]
    }

    /// The log chance of an item in a run that began at `since`, and what is learnt from it.
    pub fn take_in(&mut self, item: &Item, since: Time, noticing: &Noticing) -> f64 {
        match item.what {
            What::Chance { chance, noticed, .. } if self.variant.misses(item) => {
                learn(&mut self.deaf, |index| sees(DEAF_NOTICES[index].0 * chance, noticed))
            }
            What::Chance { chance, noticed, .. } => noticing.log_chance(chance, noticed),
            What::Timing { residual_s, sigma_s, azimuth_deg, slowness_s_m } => {
                let days = (item.at - since).as_seconds() / 86_400.0;
                let turn = azimuth_deg.to_radians();
                let toward = [sin(turn) * slowness_s_m, cos(turn) * slowness_s_m];
                let (log, belongs) =
                    self.timing.take_in(residual_s, sigma_s * ERROR_GROWN, days, toward);
                self.borne_out[0] += belongs;
                self.borne_out[1] += 1.0;
                log
            }
            What::Pointing { residual_deg, sigma_deg } => {
                self.pointing.take_in(residual_deg, sigma_deg * ERROR_GROWN)
            }
            What::Spoke { others, alone } => self.speak(others, alone),
            What::Gave { chance, same } => self.repeat(chance, same),
        }
    }

    fn speak(&mut self, others: f64, alone: bool) -> f64 {
        let alone_at = |wrong: f64| {
            let alone_chance = (wrong + (1.0 - wrong) * (1.0 - others)).clamp(0.002, 0.998);
            if alone { alone_chance } else { 1.0 - alone_chance }
        };
        if let Variant::Inventing(share) = self.variant {
            return log(alone_at(share.max(self.false_share)));
        }
        let shares =
            SITES.map(|odds| odds * self.false_share / (1.0 + (odds - 1.0) * self.false_share));
        learn(&mut self.speaks, |index| alone_at(shares[index]))
    }

    fn repeat(&self, chance: f64, same: Same) -> f64 {
        let chance = chance.clamp(1e-4, 0.9);
        let (value, message) = match self.variant {
            Variant::Stuck => (0.93, 0.02),
            Variant::Duplicated => (chance / 2.0, 0.5),
            _ => (chance, MESSAGE_TWICE),
        };
        log(match same {
            Same::Value => value,
            Same::Message => message,
            Same::No => (1.0 - value - message).max(1e-3),
        })
    }
}

/// The log of the mean chance over weights, which are then changed by what happened.
fn learn<const COUNT: usize>(weights: &mut [f64; COUNT], chance: impl Fn(usize) -> f64) -> f64 {
    let before = log_sum(weights.iter().copied());
    for (index, weight) in weights.iter_mut().enumerate() {
        *weight += log(chance(index));
    }
    log_sum(weights.iter().copied()) - before
}

/// Residual = how far the array is turned, and its errors: one number learnt by Bayes' rule.
#[derive(Clone)]
struct Pointing {
    mean: f64,
    variance: f64,
}

impl Pointing {
    fn new(variant: Variant) -> Self {
        let sd = if let Variant::Turned(sd) = variant { sd } else { TURNED_DEG };
        Self { mean: 0.0, variance: sd * sd }
    }

    fn take_in(&mut self, residual_deg: f64, sigma_deg: f64) -> f64 {
        let turned = (residual_deg - self.mean + 540.0).rem_euclid(360.0) - 180.0;
        let known = self.variance + sigma_deg * sigma_deg;
        let fits = (1.0 - STRAY_SHARE) * exp(-(turned * turned / known).min(1_400.0) / 2.0)
            / sqrt(std::f64::consts::TAU * known);
        let stray = STRAY_SHARE / 360.0;
        let belongs = fits / (fits + stray);
        let gain = self.variance / (self.variance + sigma_deg * sigma_deg / belongs.max(1e-6));
        self.mean += gain * turned;
        self.variance *= 1.0 - gain;
        log(fits + stray)
    }
}

/// Residual = offset + drift * days - (east, north)·toward: Bayesian linear regression, one
/// residual at a time. What a state does not have has no variance.
#[derive(Clone)]
struct Timing {
    mean: [f64; 4],
    cov: [[f64; 4]; 4],
}

impl Timing {
    fn new(variant: Variant, clock_error_s: f64) -> Self {
        let mut sd = [clock_error_s, 0.0, 0.0, 0.0];
        match variant {
            Variant::Clock(offset_s, drift_s_day) => (sd[0], sd[1]) = (offset_s, drift_s_day),
            Variant::Place(off_m) => (sd[2], sd[3]) = (off_m, off_m),
            _ => {}
        }
        let mut cov = [[0.0; 4]; 4];
        for (index, sd) in sd.into_iter().enumerate() {
            cov[index][index] = sd * sd;
        }
        Self { mean: [0.0; 4], cov }
    }

    /// The log chance of a residual, and the chance that it is no stray.
    fn take_in(
        &mut self,
        residual_s: f64,
        sigma_s: f64,
        days: f64,
        toward: [f64; 2],
    ) -> (f64, f64) {
        let row = [1.0, days, -toward[0], -toward[1]];
        let spread: [f64; 4] =
            std::array::from_fn(|i| (0..4).map(|k| self.cov[i][k] * row[k]).sum::<f64>());
        let known: f64 = (0..4).map(|i| row[i] * spread[i]).sum();
        let gap = residual_s - (0..4).map(|i| row[i] * self.mean[i]).sum::<f64>();
        let density = |variance: f64| {
            exp(-(gap * gap / variance).min(1_400.0) / 2.0) / sqrt(std::f64::consts::TAU * variance)
        };
        let own = sigma_s * sigma_s;
        let fits = (1.0 - STRAY_SHARE) * density(known + own);
        let wide = STRAY_WIDER * sigma_s;
        // However wild, a time lies within the minutes over which it could be taken for this one.
        let stray = STRAY_SHARE * (0.5 * density(known + wide * wide) + 0.5 / 300.0_f64.max(wide));
        let belongs = fits / (fits + stray);
        // A time that hardly belongs teaches hardly anything.
        let variance = known + own / belongs.max(1e-6);
        for i in 0..4 {
            self.mean[i] += spread[i] / variance * gap;
            for k in 0..4 {
                self.cov[i][k] -= spread[i] * spread[k] / variance;
            }
        }
        (log(fits + stray), belongs)
    }
}
