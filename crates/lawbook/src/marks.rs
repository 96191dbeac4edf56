//! 标记：读取。

use mingjing_domain::finding::{Mark, Marks};

use crate::diagnostic::{Code, Sink};
use crate::tree::Reader;

/// 读标记列表。
pub(crate) fn read_marks(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Marks {
    let mut marks = Marks::NONE;
    for (name, node) in reader.texts(key, sink) {
        match Mark::ALL.into_iter().find(|m| m.name() == name) {
            Some(mark) => marks.insert(mark),
            None => sink.error(
                &reader.at(node),
                Code::Name,
                format!("不认识的标记 {name}"),
                Some("待核、二手、口径、地方".into()),
            ),
        }
    }
    marks
}
