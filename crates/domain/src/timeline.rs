//! 时间线：一件事（案件、投诉、证件 …）从头到尾的事件与判断它所需的事实。

use std::collections::BTreeMap;

use crate::coverage::Coverage;
use crate::event::Event;
use crate::value::Value;

/// 事实快照：时间线以外的事实，如机关的部门与地区、当事人的类别、人员证件。
///
/// A fact that is not in the map is *unknown*, never false. Paths are declared in the lawbook (`facts/`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// 顶层范围（`case`、`party`、`item`、`body`、`officers` …）到值。
    pub values: BTreeMap<String, Value>,
}

impl Facts {
    /// 按路径取事实，如 `body.department`。
    pub fn at(&self, path: &str) -> Option<&Value> {
        match path.split_once('.') {
            None => self.values.get(path),
            Some((scope, rest)) => self.values.get(scope)?.at(rest),
        }
    }

    /// 写入一个事实，必要时建立中间的记录；同名非记录值被替换。
    pub fn set(&mut self, path: &str, value: Value) {
        fn put(fields: &mut BTreeMap<String, Value>, path: &str, value: Value) {
            match path.split_once('.') {
                None => {
                    fields.insert(path.to_owned(), value);
                }
                Some((head, rest)) => {
                    let slot = fields
                        .entry(head.to_owned())
                        .or_insert_with(|| Value::Record(BTreeMap::new()));
                    if !matches!(slot, Value::Record(_)) {
                        *slot = Value::Record(BTreeMap::new());
                    }
                    if let Value::Record(inner) = slot {
                        put(inner, rest, value);
                    }
                }
            }
        }
        put(&mut self.values, path, value);
    }
}

/// 时间线：有序、只增的事件，加上覆盖范围与事实。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// 标识（案号、行键）。
    pub id: String,
    /// 主程序（`ordinary_penalty`、`summary_penalty` …）；不知道为 `None`。
    pub procedure: Option<String>,
    /// 事件，不要求已排序；同日的先后以时刻为准，没有时刻的留在列出的位置。
    pub events: Vec<Event>,
    /// 覆盖范围。
    pub coverage: Coverage,
    /// 事实。
    pub facts: Facts,
}
