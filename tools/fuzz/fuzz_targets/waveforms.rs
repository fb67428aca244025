//! miniSEED, SAC and ASCII time series against any bytes: no panic, and pieces as they should be.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| servanda_fuzz::hold_waveforms(bytes));
