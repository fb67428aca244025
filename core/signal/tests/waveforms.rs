//! Synthetic waveforms with known arrivals.

use proptest::prelude::*;
use signal::{Detection, FlawKind, Settings, detect, onset};

const SETTINGS: Settings = Settings {
    rate_hz: 100.0,
    low_hz: 1.0,
    high_hz: 20.0,
    corners: 4,
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

fn detect_one(samples: Vec<f64>) -> Vec<Detection> {
    detect(&mut [samples], &SETTINGS).remove(0).detections
}

#[test]
fn an_arrival_is_found_within_its_error_and_noise_alone_is_not() {
    let mut worst_s = 0.0;
    for seed in 0..50 {
        let quiet = noise(6_000, seed);
        assert!(detect_one(quiet.clone()).is_empty(), "seed {seed}");
        let found = detect_one(with_arrival(quiet, 30.0, 10.0));
        assert_eq!(found.len(), 1, "seed {seed}");
        worst_s = f64::max(worst_s, (found[0].onset_s - 30.0).abs());
        assert!(found[0].onset_error_s < 0.1 && (5.0..12.0).contains(&found[0].features.amplitude));
    }
    assert!(worst_s <= 0.08, "worst onset {worst_s} s");
}

#[test]
fn two_arrivals_are_two() {
    let samples = with_arrival(with_arrival(noise(9_000, 7), 30.0, 12.0), 60.0, 12.0);
    let onsets: Vec<_> = detect_one(samples).iter().map(|one| one.onset_s.round()).collect();
    assert_eq!(onsets, [30.0, 60.0]);
}

#[test]
fn a_large_arrival_is_not_lost_behind_a_small_one() {
    let samples = with_arrival(with_arrival(noise(6_000, 7), 30.0, 4.0), 31.5, 4_000.0);
    let onsets: Vec<_> = detect_one(samples).iter().map(|one| one.onset_s).collect();
    assert!(onsets.len() == 2 && (onsets[1] - 31.5).abs() < 0.03, "{onsets:?}");
    let samples = with_arrival(with_arrival(noise(6_000, 7), 30.0, 400.0), 31.5, 4_000.0);
    assert_eq!(detect_one(samples).len(), 1, "an S wave ten times its P wave is its coda still");
}

#[test]
fn channels_together_give_what_each_gives_alone() {
    let channels: Vec<Vec<f64>> = (0..11)
        .map(|seed| with_arrival(noise(5_000 + 300 * seed as usize, seed), 20.0 + seed as f64, 9.0))
        .collect();
    let together = detect(&mut channels.clone(), &SETTINGS);
    for (channel, found) in channels.into_iter().zip(together) {
        assert_eq!(found.detections, detect_one(channel));
    }
}

#[test]
fn a_dead_stretch_is_named_and_its_end_is_no_arrival() {
    let mut samples = with_arrival(noise(12_000, 3), 100.0, 12.0);
    samples[2_000..4_000].fill(0.25);
    samples[7_000] = f64::NAN;
    samples[8_000] = 1e9;
    let found = detect(&mut [samples], &SETTINGS).remove(0);
    let kinds: Vec<_> = found.flaws.iter().map(|flaw| (flaw.kind, flaw.start)).collect();
    assert_eq!(
        kinds,
        [(FlawKind::Flat, 2_000), (FlawKind::NotFinite, 7_000), (FlawKind::Spike, 8_000)]
    );
    let onsets: Vec<_> = found.detections.iter().map(|one| one.onset_s.round()).collect();
    assert_eq!(onsets, [100.0]);
}

proptest! {
    #[test]
    fn nothing_panics(samples in prop::collection::vec(prop::num::f64::ANY, 0..300), on in 0.0..9.0f64) {
        let settings = Settings { on, short_s: 0.1, long_s: 0.5, ..SETTINGS };
        let _ = detect(&mut [samples.clone()], &settings);
        let _ = onset(&[&samples], 0.5);
    }

    /// Louder by a factor is the same arrival at the same time.
    #[test]
    fn loudness_does_not_move_the_onset(seed in 0u64..500, power in -3i32..4) {
        let samples = with_arrival(noise(4_000, seed), 25.0, 15.0);
        let louder: Vec<_> = samples.iter().map(|sample| sample * 2f64.powi(power)).collect();
        let times = |samples: &[f64]| detect_one(samples.to_vec()).iter().map(|one| one.onset_s).collect::<Vec<_>>();
        let (here, there) = (times(&samples), times(&louder));
        prop_assert_eq!(here.len(), there.len());
        prop_assert!(here.iter().zip(&there).all(|(one, other)| (one - other).abs() < 1e-9));
    }
}
