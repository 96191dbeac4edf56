//! Any text in the place of any file of a lawbook: refused with a place, never a panic.
#![no_main]

#[path = "lawbook.rs"]
mod lawbook;

use libfuzzer_sys::fuzz_target;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::{example, load};

fuzz_target!(|data: &[u8]| {
    let Some((place, text)) = data.split_first() else { return };
    let number = usize::from(*place) % lawbook::MINIMAL.len();
    let mut files = lawbook::MINIMAL.clone();
    files[number] = SourceFile::new(files[number].path.clone(), String::from_utf8_lossy(text).into_owned());
    let loaded = load::load(&files);
    assert!(loaded.diagnostics.iter().all(|d| d.line >= 1 && d.column >= 1 && !d.message.is_empty()));
    if let (Some(lawbook), true) = (&loaded.lawbook, loaded.diagnostics.is_empty()) {
        example::test(lawbook);
    }
});
