//! 读裁量的文件夹：通用的情节在一个文件，其余一个事项一个文件。

use super::Files;
use crate::book::Book;
use crate::diagnostic::Sink;
use crate::discretion::read::{self, GENERAL};
use crate::discretion::{General, Item};
use crate::tree::Reader;

/// 通用的情节，与全部事项。
pub(super) fn read(files: &Files, book: &Book, sink: &mut Sink) -> (General, Vec<Item>) {
    let mut general = General::default();
    if let Some(reader) = files.optional(GENERAL, sink) {
        general = read::general(book, &reader, sink);
        reader.finish(sink);
    }
    let mut items = Vec::new();
    for (file, node) in files.under("discretion/") {
        if file.path.as_ref() == GENERAL {
            continue;
        }
        if let Some(reader) = Reader::new(file, node, sink) {
            items.extend(read::item(book, &reader, sink));
            reader.finish(sink);
        }
    }
    read::overlaps(&items, sink);
    (general, items)
}
