//! 标记：读取，以及随日子而定的标记。

use mingjing_domain::finding::{Mark, Marks};
use mingjing_kernel::date::Date;

use crate::diagnostic::{Code, Sink};
use crate::tree::Reader;

/// 一段时间 [起, 止) 内的标记。
pub(crate) type Span = (Date, Option<Date>, Marks);

/// 一个定义、取值、情形或规则的标记：自己的，与所引法规当日版本的。
#[derive(Debug, Clone, Default)]
pub struct DatedMarks {
    own: Marks,
    /// 每条引用各版本的标记；没有一个版本带标记时为空。
    cited: Vec<Vec<Span>>,
}

impl DatedMarks {
    /// 自己的标记与每条引用各版本的标记。
    pub(crate) fn new(own: Marks, cited: Vec<Vec<Span>>) -> Self {
        let is_marked = cited.iter().flatten().any(|(_, _, m)| !m.is_empty());
        let cited = if is_marked { cited } else { Vec::new() };
        DatedMarks { own, cited }
    }

    /// 从来没有标记。
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty() && self.cited.is_empty()
    }

    /// 当日的标记。〔地方〕只在所引的都是地方规定时才算：另有全国的依据，就不只在该地区适用。
    pub fn on(&self, day: Date) -> Marks {
        let in_force = || {
            let versions = self.cited.iter().flatten();
            versions.filter(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to))
        };
        let is_local = in_force().all(|(_, _, m)| m.contains(Mark::Local));
        let mut marks = self.own;
        for mark in in_force().flat_map(|(_, _, m)| m.iter()) {
            if is_local || mark != Mark::Local {
                marks.insert(mark);
            }
        }
        marks
    }
}

/// 读标记列表。
pub(crate) fn read_marks(reader: &Reader<'_>, key: &str, sink: &mut Sink) -> Marks {
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
