//! The splitter against any bytes: the first byte is the size of the parts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let [size, bytes @ ..] = bytes {
        servanda_fuzz::hold_split(usize::from(*size) + 1, bytes);
    }
});
