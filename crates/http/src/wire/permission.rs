//! 许可在接口里的写法：`对象.动作`，各以序列化的写法为准。

use mingjing_policy::permission::{Action, ResourceKind};
use serde::Serialize;

use super::label::Label;

/// 一项许可，如 `case.record_event`。
pub fn of(kind: ResourceKind, action: Action) -> String {
    format!("{}.{}", code(kind), code(action))
}

/// 对象的种类与它的中文名。
pub fn resource(kind: ResourceKind) -> Label {
    Label::new(&code(kind), Some(kind.in_chinese()))
}

/// 由代码找对象的种类的名称；不认识的以代码代之。
pub fn resource_of(text: &str) -> Label {
    let known = ResourceKind::ALL.into_iter();
    let mut known = known.map(resource).filter(|label| label.code == text);
    known.next().unwrap_or_else(|| Label::new(text, None))
}

/// 序列化的写法。
pub fn code(named: impl Serialize) -> String {
    let value = serde_json::to_value(named).ok();
    let text = value.and_then(|it| it.as_str().map(str::to_owned));
    // INVARIANT: kinds and actions are enums without fields, which serialise as texts.
    text.unwrap_or_default()
}
