//! The SeedLink client against a server that says anything.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| servanda_fuzz::hold_seedlink(bytes));
