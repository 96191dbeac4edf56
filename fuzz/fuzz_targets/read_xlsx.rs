#![no_main]
mod reading;

// Panics of the spreadsheet decoders are caught by the reader and told as a broken file, but libFuzzer's own hook aborts
// before that: the plain hook is put back, so that only what escapes the reader counts.
libfuzzer_sys::fuzz_target!(init: { let _ = std::panic::take_hook(); }, |bytes: &[u8]| {
    reading::read_bytes(bytes);
    reading::read_bytes(&[&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], bytes].concat());
    reading::read_bytes(&[b"PK\x03\x04", bytes].concat());
});
