//! The stated error of an onset is what it is off by: weak and strong, at once and swelling, behind
//! several bands, at several rates and in noise of several colours.

use std::f64::consts::TAU;

use signal::{Bandpass, Settings, detect};

const AT_S: f64 = 20.0;
const LENGTH_S: f64 = 26.0;

/// Gaussian noise (sum of twelve even ones) from a linear congruential generator.
struct Noise(u64);

impl Noise {
    fn even(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }
}

/// What arrives.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Burst,
    Wave,
    Pulse,
    SwellingWave,
    SwellingBurst,
    /// As local quakes do: a weak first motion, and soon the rest of it.
    WeakFirst,
}

const KINDS: [Kind; 6] = [
    Kind::Burst,
    Kind::Wave,
    Kind::Pulse,
    Kind::SwellingWave,
    Kind::SwellingBurst,
    Kind::WeakFirst,
];
/// A weak first motion over what follows.
const WEAK: f64 = 0.2;

fn settings(rate_hz: f64, low_hz: f64, high_hz: f64) -> Settings {
    let (short_s, long_s) = (0.5, 10.0);
    Settings { rate_hz, low_hz, high_hz, corners: 4, short_s, long_s, on: 4.0, off: 1.5 }
}

/// An arrival of this kind, one at its largest or thereabouts.
fn arrival(kind: Kind, settings: &Settings, onset_s: f64, noise: &mut Noise) -> Vec<f64> {
    let (phase, share) = (noise.even() * TAU, noise.even());
    let hz = settings.low_hz
        * 1.3
        * libm::exp(share * libm::log(settings.high_hz / settings.low_hz / 1.6));
    let rise_s = match kind {
        Kind::SwellingWave | Kind::SwellingBurst => {
            0.05 * libm::exp(noise.even() * libm::log(30.0))
        }
        _ => 1e-9,
    };
    let weak_s = if kind == Kind::WeakFirst { noise.even() * 0.3 } else { 0.0 };
    let count = (LENGTH_S * settings.rate_hz) as usize;
    let value = |at: usize| {
        let since_s = at as f64 / settings.rate_hz - onset_s;
        let carried = match kind {
            Kind::Burst | Kind::SwellingBurst => noise.normal(),
            Kind::Wave | Kind::SwellingWave | Kind::WeakFirst => {
                libm::sin(TAU * hz * since_s + phase)
            }
            Kind::Pulse => (1.0 - since_s / 0.1) * libm::exp(-since_s / 0.1),
        };
        let size = if since_s < weak_s { WEAK } else { 1.0 };
        let grown = size * (since_s / rise_s).min(1.0) * libm::exp(-since_s / 2.0);
        if since_s < 0.0 { 0.0 } else { carried * grown }
    };
    (0..count).map(value).collect()
}

/// Noise of one of three colours: white, with a memory, with a hum.
fn ground(colour: usize, rate_hz: f64, noise: &mut Noise) -> Vec<f64> {
    let mut kept = 0.0;
    let memory = [0.0, 0.98, 0.0][colour];
    let hum = [0.0, 0.0, 1.0][colour];
    let value = |at: usize| {
        kept = memory * kept + noise.normal();
        kept + hum * libm::sin(TAU * 14.0 * at as f64 / rate_hz)
    };
    (0..(LENGTH_S * rate_hz) as usize).map(value).collect()
}

/// An arrival whose largest filtered sample stands `size` times out of the filtered noise.
fn trace(kind: Kind, size: f64, onset_s: f64, settings: &Settings, noise: &mut Noise) -> Vec<f64> {
    let band =
        Bandpass::new(settings.rate_hz, settings.low_hz, settings.high_hz, 4).expect("a band");
    let filtered = |samples: &[f64]| {
        let mut samples = samples.to_vec();
        band.filter(&mut [&mut samples]);
        samples
    };
    let colour = (noise.even() * 3.0) as usize;
    let ground = ground(colour, settings.rate_hz, noise);
    let arrival = arrival(kind, settings, onset_s, noise);
    let quiet = filtered(&ground);
    let quiet = &quiet[quiet.len() / 4..];
    let power = quiet.iter().map(|sample| sample * sample).sum::<f64>() / quiet.len() as f64;
    let largest = filtered(&arrival).iter().fold(0.0, |most: f64, sample| most.max(sample.abs()));
    let scale = size * power.sqrt() / largest;
    ground.iter().zip(&arrival).map(|(ground, arrival)| ground + scale * arrival).collect()
}

/// Misses and stated errors of what was found, seconds.
fn misses(kind: Kind, size: f64, count: usize) -> Vec<(f64, f64)> {
    let mut noise = Noise(size.to_bits() ^ (kind as u64) << 7);
    let bands = [settings(100.0, 2.0, 20.0), settings(50.0, 1.0, 8.0), settings(160.0, 3.0, 30.0)];
    let mut all = Vec::new();
    for settings in bands {
        let onsets_s: Vec<f64> = (0..count).map(|_| AT_S + 0.1 * noise.even()).collect();
        let mut traces: Vec<Vec<f64>> = onsets_s
            .iter()
            .map(|onset_s| trace(kind, size, *onset_s, &settings, &mut noise))
            .collect();
        for (found, onset_s) in detect(&mut traces, &settings).iter().zip(onsets_s) {
            let miss =
                found.detections.iter().map(|one| (one.onset_s - onset_s, one.onset_error_s));
            all.extend(miss.min_by(|one, other| one.0.abs().total_cmp(&other.0.abs())));
        }
    }
    all.retain(|(miss_s, _)| miss_s.abs() < 2.5);
    all
}

/// Shares of misses within one, two and three stated errors.
fn shares(misses: &[(f64, f64)]) -> [f64; 3] {
    [1.0, 2.0, 3.0].map(|errors| {
        let within = misses.iter().filter(|(miss, error)| miss.abs() < errors * error).count();
        within as f64 / misses.len() as f64
    })
}

#[test]
fn the_stated_error_is_the_spread() {
    let mut pooled = Vec::new();
    for kind in KINDS {
        let mut of_kind = Vec::new();
        for size in [5.0, 8.0, 15.0, 30.0, 90.0] {
            let found = misses(kind, size, 16);
            let count = found.len() as f64;
            let mut sorted: Vec<f64> = found.iter().map(|(miss, _)| *miss).collect();
            sorted.sort_by(f64::total_cmp);
            let middle_s = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
            let error_s = found.iter().map(|(_, error)| error).sum::<f64>() / count;
            let at = format!("{kind:?} x {size}: {count} found");
            assert!(count >= 8.0, "{at}");
            assert!(middle_s.abs() < 0.7 * error_s, "{at}, {middle_s} s late, stated {error_s} s");
            of_kind.extend(found);
        }
        let [one, two, three] = shares(&of_kind);
        let at = format!("{kind:?}: {one} {two} {three} within 1, 2, 3 errors");
        assert!((0.55..0.97).contains(&one) && two > 0.88 && three > 0.95, "{at}");
        pooled.extend(of_kind);
    }
    let [one, two, three] = shares(&pooled);
    let at = format!("{one} {two} {three} within 1, 2, 3 errors");
    assert!((0.65..0.92).contains(&one) && two > 0.94 && three > 0.98, "{at}");
}
