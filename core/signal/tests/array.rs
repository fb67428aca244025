//! Arrays: direction, speed and error of plane waves, whatever the array's shape and faults.

use proptest::prelude::*;
use signal::{ArrayFault, ArraySettings, Element, Sweep, sweep};

const RATE_HZ: f64 = 10.0;
const SHAPE: [(f64, f64); 5] =
    [(0.0, 0.0), (150.0, 30.0), (-60.0, 140.0), (-120.0, -90.0), (80.0, -130.0)];

/// Noise that repeats: a hash of its number, flat between -1 and 1.
fn noise(number: u64) -> f64 {
    let mut bits = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (number >> 7);
    bits = (bits ^ (bits >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// What an array at `places` hears of a wave from `azimuth_deg` at `speed_m_s`.
fn waves(places: &[(f64, f64)], azimuth_deg: f64, speed_m_s: f64, loud: f64) -> Vec<Vec<f64>> {
    let azimuth = azimuth_deg.to_radians();
    let tone = |number: u64| {
        let hz = 0.5 + 0.9 * (noise(3 * number) + 1.0);
        (hz * std::f64::consts::TAU, 3.0 * noise(3 * number + 1), noise(3 * number + 2))
    };
    let tones: Vec<(f64, f64, f64)> = (0..25).map(tone).collect();
    let hears = |(element, (east, north)): (usize, &(f64, f64))| {
        let delay_s = -(libm::sin(azimuth) * east + libm::cos(azimuth) * north) / speed_m_s;
        let sample = |at: usize| {
            let time_s = at as f64 / RATE_HZ - delay_s;
            let wave: f64 =
                tones.iter().map(|(w, phase, size)| size * libm::cos(w * time_s + phase)).sum();
            loud * wave + noise((element * 100_000 + at + 1_000) as u64)
        };
        (0..600).map(sample).collect()
    };
    places.iter().enumerate().map(hears).collect()
}

fn settings() -> ArraySettings {
    ArraySettings {
        timing_error_s: 0.0,
        position_error_m: 0.0,
        ..ArraySettings::infrasound(RATE_HZ, 0.5, 2.3)
    }
}

fn swept(places: &[(f64, f64)], samples: &[Vec<f64>]) -> Result<Sweep, ArrayFault> {
    let names: Vec<String> = (0..places.len()).map(|number| format!("E{number}")).collect();
    let elements: Vec<Element> = (0..places.len())
        .map(|at| Element {
            name: &names[at],
            east_m: places[at].0,
            north_m: places[at].1,
            samples: &samples[at],
        })
        .collect();
    sweep(&elements, &settings())
}

fn apart_deg(one: f64, other: f64) -> f64 {
    ((one - other + 540.0).rem_euclid(360.0) - 180.0).abs()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_wave_is_found_within_its_errors(azimuth in 0.0..360.0f64, speed in 280.0..600.0f64) {
        let found = swept(&SHAPE, &waves(&SHAPE, azimuth, speed, 0.7)).unwrap();
        let wave = found.windows[3];
        let error = wave.slowness.back_azimuth_error_deg();
        prop_assert!(apart_deg(wave.slowness.back_azimuth_deg(), azimuth) < 4.5 * error, "{wave:?}");
        let off = (wave.slowness.trace_velocity_m_s() - speed).abs();
        prop_assert!(off < 4.5 * wave.slowness.trace_velocity_error_m_s(), "{wave:?}");
        prop_assert!(error < 5.0 && wave.detection.is_some() && wave.chance < 1e-6);
    }

    #[test]
    fn a_turned_array_turns_the_direction(azimuth in 0.0..360.0f64, turn in 0.0..360.0f64) {
        let (sin, cos) = (libm::sin(turn.to_radians()), libm::cos(turn.to_radians()));
        let turned = SHAPE.map(|(east, north)| (east * cos + north * sin, north * cos - east * sin));
        let one = swept(&SHAPE, &waves(&SHAPE, azimuth, 340.0, 0.7)).unwrap().windows[3];
        let other = swept(&turned, &waves(&turned, azimuth + turn, 340.0, 0.7)).unwrap().windows[3];
        let (before, after) = (one.slowness.back_azimuth_deg(), other.slowness.back_azimuth_deg());
        // The same noise reaches both; what is left is how far each search goes on.
        prop_assert!(apart_deg(after, before + turn) < 0.2, "{before} {after} {turn}");
        prop_assert!((one.f_statistic / other.f_statistic - 1.0).abs() < 0.02);
    }
}

#[test]
fn a_lost_element_widens_the_errors_and_is_named() {
    let mut samples = waves(&SHAPE, 60.0, 340.0, 0.5);
    let whole = swept(&SHAPE, &samples).unwrap();
    samples[4].fill(f64::NAN);
    let lost = swept(&SHAPE, &samples).unwrap();
    assert_eq!(lost.dropped[0].name, "E4");
    assert!(lost.dropped[0].reason.contains("not finite"));
    for (before, after) in whole.windows.iter().zip(&lost.windows) {
        let (before, after) = (before.slowness, after.slowness);
        assert!(after.back_azimuth_error_deg() > before.back_azimuth_error_deg());
    }
    samples[3].fill(7.0);
    samples[2].fill(f64::INFINITY);
    assert!(matches!(swept(&SHAPE, &samples), Err(ArrayFault::TooFewElements { left: 2, .. })));
}

#[test]
fn a_gap_leaves_its_element_out_of_the_windows_it_touches_only() {
    let mut samples = waves(&SHAPE, 200.0, 340.0, 0.5);
    samples[1][500..510].fill(f64::NAN);
    let found = swept(&SHAPE, &samples).unwrap();
    let counts: Vec<u32> = found.windows.iter().map(|wave| wave.elements).collect();
    assert!(counts.contains(&5) && counts.contains(&4), "{counts:?}");
    assert!(found.windows.iter().all(|wave| wave.f_statistic.is_finite()));
}

#[test]
fn what_cannot_be_an_array_is_refused_in_words() {
    let line = [(0.0, 0.0), (100.0, 100.0), (200.0, 200.0)];
    let samples = waves(&line, 10.0, 340.0, 1.0);
    assert_eq!(swept(&line, &samples), Err(ArrayFault::OneLine));
    let elements: Vec<Element> = Vec::new();
    let wrong = ArraySettings { high_hz: 9.0, ..settings() };
    assert!(matches!(sweep(&elements, &wrong), Err(ArrayFault::Band { .. })));
    let wrong = ArraySettings { window_s: 1.0, ..settings() };
    assert!(matches!(sweep(&elements, &wrong), Err(ArrayFault::Window { .. })));
    let wrong = ArraySettings { slowest_m_s: f64::NAN, ..settings() };
    assert_eq!(sweep(&elements, &wrong), Err(ArrayFault::Settings));
}
