#![no_main]
mod reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    reading::read_bytes(&[b"{", bytes].concat());
    reading::read_bytes(&[br#"{"case": "1", "events": ["#.as_slice(), bytes, b"]}"].concat());
});
