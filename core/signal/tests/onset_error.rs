//! The stated error of an onset is what it is off by, weak and strong, sharp and slow.

use std::f64::consts::{SQRT_2, TAU};

use signal::{Settings, detect};

const RATE_HZ: f64 = 100.0;
const AT_S: f64 = 30.0;

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

/// White noise of one with an arrival of `size` times it: `noisy` as a burst of noise, else as a
/// wave of `hz` of any phase; both decay in two seconds.
fn trace(noise: &mut Noise, size: f64, hz: f64, noisy: bool) -> Vec<f64> {
    let phase = noise.even() * TAU;
    (0..6_000)
        .map(|at| {
            let since_s = at as f64 / RATE_HZ - AT_S;
            let wave =
                if noisy { noise.normal() } else { SQRT_2 * libm::cos(TAU * hz * since_s + phase) };
            let arrival =
                if since_s >= 0.0 { size * wave * libm::exp(-since_s / 2.0) } else { 0.0 };
            noise.normal() + arrival
        })
        .collect()
}

/// Detections found, mean miss, spread of miss over stated error by its middle half and by its
/// mean square.
fn calibration(size: f64, hz: f64, noisy: bool, count: usize) -> (usize, f64, f64, f64) {
    let settings = Settings {
        rate_hz: RATE_HZ,
        low_hz: 2.0,
        high_hz: 20.0,
        corners: 4,
        short_s: 0.5,
        long_s: 10.0,
        on: 4.0,
        off: 1.5,
    };
    let mut noise = Noise(size.to_bits() ^ hz.to_bits());
    let mut traces: Vec<Vec<f64>> =
        (0..count).map(|_| trace(&mut noise, size, hz, noisy)).collect();
    let found = detect(&mut traces, &settings);
    let near = found.iter().filter_map(|one| {
        one.detections.iter().find(|detection| (detection.onset_s - AT_S).abs() < 2.0)
    });
    let misses: Vec<(f64, f64)> = near.map(|one| (one.onset_s - AT_S, one.onset_error_s)).collect();
    let mean = misses.iter().map(|(miss, _)| miss).sum::<f64>() / misses.len().max(1) as f64;
    let mut scores: Vec<f64> = misses.iter().map(|(miss, error)| (miss / error).abs()).collect();
    scores.sort_by(f64::total_cmp);
    let middle = scores.get(scores.len() / 2).copied().unwrap_or_default() / 0.6745;
    let mean_square = scores.iter().map(|score| score * score).sum::<f64>() / scores.len() as f64;
    (misses.len(), mean, middle, mean_square.sqrt())
}

#[test]
fn the_stated_error_is_the_spread() {
    for noisy in [true, false] {
        for hz in [4.0, 10.0] {
            for size in [3.0, 4.0, 6.0, 10.0, 40.0] {
                let (found, mean_s, middle, whole) = calibration(size, hz, noisy, 80);
                let at = format!("noisy {noisy} {hz} Hz x {size}");
                assert!(found >= 20, "{at}: {found} found");
                assert!(mean_s.abs() < 0.03, "{at}: late by {mean_s} s on average");
                assert!((0.4..1.4).contains(&middle), "{at}: middle miss over error {middle}");
                assert!((0.5..1.4).contains(&whole), "{at}: rms miss over error {whole}");
            }
        }
    }
}
