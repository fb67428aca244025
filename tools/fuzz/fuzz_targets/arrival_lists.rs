//! The readers of stations and arrivals against any bytes.
#![no_main]

use workbench::fuzzing::{Problems, onsets_from, stations_from};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len() / 2);
    let mut problems = Problems::default();
    if let Ok(stations) = stations_from(&bytes[..at], &mut problems) {
        assert!(stations.places.iter().flatten().all(|value| value.is_finite()));
        if let Ok(onsets) = onsets_from(&bytes[at.min(bytes.len())..], &stations, &mut problems) {
            assert!(onsets.arrivals.iter().all(|arrival| arrival.time_s.is_finite()));
        }
    }
});
