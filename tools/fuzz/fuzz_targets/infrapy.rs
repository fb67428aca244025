//! The reader of InfraPy's detections against any bytes.
#![no_main]

use gateways::infrapy::read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let told = read(bytes);
    let detections = &told.detections;
    assert!(detections.iter().all(|one| one.lat.abs() <= 90.0 && one.lon.abs() <= 180.0));
    assert!(detections.iter().all(|one| one.back_azimuth_deg.is_finite() && !one.array.is_empty()));
    assert_eq!(told, read(bytes));
});
