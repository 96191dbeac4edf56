//! 版本：由法典与程序的版本构成的标签，答复随它们变。

use mingjing_edge::etag::EntityTag;
use mingjing_lawbook::lawbook::Lawbook;

/// 程序的版本。
pub const SOFTWARE: &str = env!("CARGO_PKG_VERSION");

/// 出自法典的答复的标签：法典变了、程序变了，写法都可能变。
pub fn of_lawbook(lawbook: &Lawbook) -> EntityTag {
    EntityTag::of_parts(&[&lawbook.version, SOFTWARE])
}
