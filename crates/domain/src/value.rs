//! 事件字段与事实的取值。

use std::collections::BTreeMap;

use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::period::Period;
use serde::{Deserialize, Serialize};

/// 取值：事件字段或外部事实的一个值。
///
/// Amounts are whole fen, rates are parts per ten thousand; both are `Int`. A code of a declared list is `Text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// 是否
    Bool(bool),
    /// 整数（金额以分计，费率以万分之一计）
    Int(i64),
    /// 民用日期
    Date(Date),
    /// 时刻
    Timestamp(Timestamp),
    /// 期限
    Period(Period),
    /// 文本或代码
    Text(String),
    /// 列表
    List(Vec<Value>),
    /// 记录
    Record(BTreeMap<String, Value>),
}

impl Value {
    /// 按路径取记录中的值，如 `party.kind`；不存在为 `None`。
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self, |value, key| match value {
            Value::Record(fields) => fields.get(key),
            Value::Bool(_)
            | Value::Int(_)
            | Value::Date(_)
            | Value::Timestamp(_)
            | Value::Period(_)
            | Value::Text(_)
            | Value::List(_) => None,
        })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}
