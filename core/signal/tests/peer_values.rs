//! Filter, averages and triggers against ObsPy 1.5.1 and SciPy 1.17.1: their values, taken on
//! 2026-11-22 with the calls named.

use signal::{Averages, Bandpass, polarisation, stretches};

/// `x[i] = (7919 i) mod 1001 - 500`, with a burst of 2000 at 300 and 301.
fn samples() -> Vec<f64> {
    let wiggle = |at: i32| f64::from(at * 7_919 % 1_001 - 500);
    (0..600).map(|at| wiggle(at) + if at == 300 || at == 301 { 2_000.0 } else { 0.0 }).collect()
}

fn near(found: &[f64], places: [usize; 4], expected: [f64; 4]) {
    for (place, expected) in places.into_iter().zip(expected) {
        let miss = (found[place] - expected).abs();
        assert!(miss < 1e-9 * expected.abs().max(1.0), "{place}: {} for {expected}", found[place]);
    }
}

/// `bandpass(x, 2, 15, 100.0, corners=..., zerophase=...)` of `obspy.signal.filter`.
#[test]
fn band_passes_are_those_of_the_peer() {
    let places = [0, 50, 305, 599];
    let filtered = |corners, zero_phase| {
        let filter = Bandpass::new(100.0, 2.0, 15.0, corners).expect("a band");
        let mut channel = samples();
        if zero_phase {
            filter.filter_zero_phase(&mut [&mut channel]);
        } else {
            filter.filter(&mut [&mut channel]);
        }
        channel
    };
    let four = [-5.811661810699821, 327.14722520975045, -96.98232616019243, 72.16257707397747];
    near(&filtered(4, false), places, four);
    let three = [-17.45680180576446, 225.15311782941683, -422.36766860949376, 177.6407725802813];
    near(&filtered(3, false), places, three);
    let one = [-151.0179978005697, 74.4019680833288, -54.926382130547935, 317.34106228397604];
    near(&filtered(1, false), places, one);
    let both = [-8.838744427028491, 66.11424538929867, -67.8716318880148, 0.8387689866850346];
    near(&filtered(4, true), places, both);
}

/// `recursive_sta_lta(x, 20, 200)` of `obspy.signal.trigger`.
#[test]
fn ratios_are_those_of_the_peer() {
    let mut channel = samples();
    Averages { short: 20, long: 200 }.ratios(&mut [&mut channel]);
    near(
        &channel,
        [199, 200, 310, 599],
        [0.0, 1.4445029913062035, 2.837043481053277, 1.050323076198773],
    );
}

/// Eight channels side by side, of any lengths, are bit for bit what each is alone.
#[test]
fn side_by_side_is_as_alone() {
    let filter = Bandpass::new(100.0, 2.0, 15.0, 5).expect("a band");
    let averages = Averages { short: 20, long: 200 };
    let channel = |index: usize| samples().into_iter().skip(index * 13).collect::<Vec<_>>();
    let mut channels: Vec<Vec<f64>> = (0..11).map(channel).collect();
    let mut slices: Vec<&mut [f64]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    filter.filter(&mut slices);
    averages.ratios(&mut slices);
    for (index, found) in channels.iter().enumerate() {
        let mut alone = channel(index);
        filter.filter(&mut [&mut alone]);
        averages.ratios(&mut [&mut alone]);
        assert!(found.iter().map(|one| one.to_bits()).eq(alone.iter().map(|one| one.to_bits())));
    }
}

/// What is not finite passes by: some seconds later the filter is as if nothing had been.
#[test]
fn a_filter_forgets_what_is_not_finite() {
    let filter = Bandpass::new(100.0, 2.0, 15.0, 4).expect("a band");
    let long: Vec<f64> = samples().into_iter().cycle().take(3_000).collect();
    let mut broken = long.clone();
    broken[500] = f64::NAN;
    broken[501] = f64::INFINITY;
    broken[502] = -1e300;
    let (mut sound, mut other) = (long.clone(), long);
    filter.filter(&mut [&mut sound, &mut broken]);
    assert!(broken.iter().all(|sample| sample.is_finite()));
    // 1e300 dies away at the filter's own pace; without it nothing is left after seconds.
    other[500] = f64::NAN;
    filter.filter(&mut [&mut other]);
    assert!((other[2_999] - sound[2_999]).abs() < 1e-9);
}

#[test]
fn thresholds_open_and_close_a_stretch() {
    let ratios = [0.0, 2.0, 4.0, 3.0, 1.6, 1.4, 5.0, 6.0];
    let found: Vec<_> =
        stretches(&ratios, 3.5, 1.5).iter().map(|one| (one.start, one.end, one.ratio)).collect();
    assert_eq!(found, [(2, 5, 4.0), (6, 8, 6.0)]);
}

/// Motion along a line from 60 degrees, 30 degrees from the vertical, with noise of known size:
/// direction and its error.
#[test]
fn motion_along_a_line_is_found_within_its_error() {
    let mut state = 1_u64;
    let mut noise = || {
        let mut sum = -6.0;
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (state >> 33) as f64 / (1_u64 << 31) as f64;
        }
        sum
    };
    let (mut misses, mut tilts) = (0.0, 0.0);
    let runs = 300;
    for _ in 0..runs {
        let mut parts = [Vec::new(), Vec::new(), Vec::new()];
        for at in 0..100 {
            let wave = 10.0 * libm::sin(f64::from(at) / 3.0);
            let (up, out) = (0.866_025 * wave, 0.5 * wave);
            // Away from a source at 60 degrees is towards 240.
            let motion =
                [up, out * libm::cos(240_f64.to_radians()), out * libm::sin(240_f64.to_radians())];
            parts.iter_mut().zip(motion).for_each(|(part, motion)| part.push(motion + noise()));
        }
        let [vertical, north, east] = &parts;
        let found = polarisation(vertical, north, east, 100.0).expect("motion");
        assert!(found.rectilinearity > 0.93 && (found.vertical_share - 0.73).abs() < 0.1);
        misses += ((found.back_azimuth_deg - 60.0) / found.back_azimuth_error_deg).powi(2);
        tilts += ((found.incidence_deg - 30.0) / found.incidence_error_deg).powi(2);
    }
    for score in [misses, tilts].map(|sum| (sum / f64::from(runs)).sqrt()) {
        assert!((0.85..1.15).contains(&score), "misses over stated errors: {score}");
    }
}
