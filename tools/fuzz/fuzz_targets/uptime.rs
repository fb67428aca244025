//! The Uptime reader against any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| servanda_fuzz::hold(gateways::Format::Uptime, bytes));
