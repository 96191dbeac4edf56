//! 已发布的编码与词汇：只增不改，旧案卷才永远读得懂（LB14）。

use crate::book::Book;
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::tree::Reader;

/// 清单文件。
pub(super) const PATH: &str = "released.toml";

/// 已发布的都还在，字段类型没有改。
pub(super) fn check(book: &Book, reader: &Reader<'_>, sink: &mut Sink) {
    reader.text("note", sink);
    for (code, node) in reader.texts("codes", sink) {
        if !book.rules.contains_key(code) {
            let hint = Some("不再适用的规则保留文件，写 to 或 status = \"removed\"".into());
            let message = format!("已发布的编码 {code} 不见了");
            sink.error(&reader.at(node), Code::Duplicate, message, hint);
        }
    }
    let Some(events) = reader.table("event", sink) else {
        return;
    };
    for (name, span, node) in events.all() {
        let Some(fields) = Reader::new(events.file, node, sink) else {
            continue;
        };
        let Some(kind) = book.vocabulary.kind(name) else {
            let at = At {
                file: events.file.clone(),
                span: span.clone(),
            };
            let message = format!("已发布的事件 {name} 不见了");
            let hint = Some("事件只增不减：旧案卷里还有".into());
            sink.error(&at, Code::Duplicate, message, hint);
            continue;
        };
        let declared = &book.vocabulary.kind_of(kind).fields;
        for (field, _, node) in fields.all() {
            let at = fields.at(node);
            match declared.iter().find(|f| f.name.as_ref() == field.as_str()) {
                None => {
                    let hint = nearest(field, declared.iter().map(|f| f.name.as_ref()));
                    let message = format!("已发布的字段 {name}.{field} 不见了");
                    sink.error(&at, Code::Duplicate, message, hint);
                }
                Some(found) if node.text() != Some(&found.type_text) => {
                    let message = format!(
                        "已发布的字段 {name}.{field} 的类型由 {} 改成了 {}",
                        node.text().unwrap_or("？"),
                        found.type_text
                    );
                    let hint = Some("字段只增不改：另起一个字段名".into());
                    sink.error(&at, Code::Duplicate, message, hint);
                }
                Some(_) => {}
            }
        }
    }
}
