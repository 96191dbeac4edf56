//! Feeds bytes to the reader as a file; every message must say something.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use mingjing_interchange::read::{Item, Options, Source, read};
use mingjing_kernel::date::Date;

pub fn read_bytes(bytes: &[u8]) {
    let owned = bytes.to_vec();
    let open = move || Ok(Box::new(Cursor::new(owned.clone())) as Box<dyn Read>);
    let sources = [Source { name: "模糊".to_owned(), open: &open }];
    let options = Options { today: Date::MAX, is_unsigned: &|_, _| true, adapter: None, progress: None };
    read(&sources, &options, &mut |item| {
        if let Item::Refused(errors) = item {
            assert!(errors.iter().all(|error| !error.reason.is_empty() && !error.remedy.is_empty()));
        }
        ControlFlow::Continue(())
    });
}
