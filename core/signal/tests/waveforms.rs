//! Synthetic waveforms with known arrivals.

use proptest::prelude::*;
use signal::{Settings, Trigger, detect, onset, trigger};

const SETTINGS: Settings = Settings {
    rate_hz: 100.0,
    low_hz: 1.0,
    high_hz: 20.0,
    short_s: 0.5,
    long_s: 10.0,
    on: 5.0,
    off: 1.5,
};

/// Noise from a linear congruential generator, evenly spread between -1 and 1.
fn noise(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(2) + 1;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1u64 << 30) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A decaying 6 Hz wave of `amplitude` that begins at `at_s`.
fn with_arrival(mut samples: Vec<f64>, at_s: f64, amplitude: f64) -> Vec<f64> {
    for (at, sample) in samples.iter_mut().enumerate() {
        let since_s = at as f64 / SETTINGS.rate_hz - at_s;
        if since_s >= 0.0 {
            *sample += amplitude
                * libm::exp(-since_s)
                * libm::cos(2.0 * std::f64::consts::PI * 6.0 * since_s);
        }
    }
    samples
}

#[test]
fn an_arrival_is_found_within_its_error_and_noise_alone_is_not() {
    let mut worst_s = 0.0;
    for seed in 0..50 {
        let quiet = noise(6_000, seed);
        assert!(detect(&quiet, &SETTINGS).is_empty(), "seed {seed}");
        let found = detect(&with_arrival(quiet, 30.0, 10.0), &SETTINGS);
        assert_eq!(found.len(), 1, "seed {seed}");
        worst_s = f64::max(worst_s, (found[0].onset_s - 30.0).abs());
        assert!(found[0].onset_error_s < 0.1 && (5.0..12.0).contains(&found[0].amplitude));
    }
    assert!(worst_s <= 0.06, "worst onset {worst_s} s");
}

#[test]
fn two_arrivals_are_two() {
    let samples = with_arrival(with_arrival(noise(9_000, 7), 30.0, 12.0), 60.0, 12.0);
    let onsets: Vec<_> =
        detect(&samples, &SETTINGS).iter().map(|one| one.onset_s.round()).collect();
    assert_eq!(onsets, [30.0, 60.0]);
}

#[test]
fn the_ratio_is_the_recursion_by_hand() {
    let settings = Trigger { short: 1, long: 2, on: 1.8, off: 0.5 };
    // Energies 1 1 1 9 0: long-term 0.5 0.75 0.875 4.9375 2.46875, short-term as the energy.
    let found = trigger(&[1.0, 1.0, 1.0, 3.0, 0.0], settings);
    assert_eq!((found.len(), found[0].start, found[0].end), (1, 3, 4));
    assert!((found[0].ratio - 9.0 / 4.9375).abs() < 1e-12);
}

proptest! {
    #[test]
    fn nothing_panics(samples in prop::collection::vec(prop::num::f64::ANY, 0..300), on in 0.0..9.0f64) {
        let _ = detect(&samples, &Settings { on, short_s: 0.1, long_s: 0.5, ..SETTINGS });
        let _ = onset(&samples);
    }

    /// Louder by a factor is the same arrival at the same time.
    #[test]
    fn loudness_does_not_move_the_onset(seed in 0u64..500, power in -3i32..4) {
        let samples = with_arrival(noise(4_000, seed), 25.0, 15.0);
        let louder: Vec<_> = samples.iter().map(|sample| sample * 2f64.powi(power)).collect();
        let times = |samples: &[f64]| detect(samples, &SETTINGS).iter().map(|one| one.onset_s).collect::<Vec<_>>();
        prop_assert_eq!(times(&samples), times(&louder));
    }
}
