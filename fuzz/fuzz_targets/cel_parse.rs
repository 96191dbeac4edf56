//! Any text as a condition or a selector over the shipped vocabulary.
#![no_main]

#[path = "lawbook.rs"]
mod lawbook;

use libfuzzer_sys::fuzz_target;
use mingjing_lawbook::cel::compile::{Env, compile_text};
use mingjing_lawbook::selector::Selector;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut env = Env::new(&lawbook::SHIPPED.book);
    if let Err(error) = compile_text(&mut env, text) {
        assert!(error.at <= text.len() && !error.message.is_empty());
    }
    let _ = Selector::parse(&mut env, text);
});
