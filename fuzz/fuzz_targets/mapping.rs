#![no_main]

use mingjing_interchange::mapping::Mapping;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(error) = Mapping::parse(text, "模糊.toml") {
        assert!(!error.reason.is_empty() && error.line > 0);
    }
});
