//! 事实的范围：有哪些字段，逐个对象写的写在哪个名字之下。

use std::borrow::Cow;
use std::sync::Arc;

use super::{Field, Vocabulary};

/// 事实范围声明。
#[derive(Debug, Clone)]
pub struct Scope {
    /// 标识。
    pub name: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 按哪个键分别取值（`party`）。
    pub by: Option<Arc<str>>,
    /// 是否以对象标识为键（`officers.<who>`）。
    pub is_keyed: bool,
    /// 字段。
    pub fields: Vec<Field>,
    /// 各字段的序号，按标识排列。
    pub(crate) by_name: Box<[u16]>,
}

/// The name under which facts are told key by key: `parties` for `party`.
pub(crate) fn plural(by: &str) -> Cow<'_, str> {
    match by {
        "party" => Cow::Borrowed("parties"),
        other => Cow::Owned(format!("{other}s")),
    }
}

impl Vocabulary {
    /// 写在这个名字之下的事实属于哪个范围，是不是逐个对象写的：`parties` 逐个写 `party` 的，`officers` 逐个写自己的。
    pub fn told_under(&self, name: &str) -> Option<(&Scope, bool)> {
        if let Some(id) = self.scope(name) {
            let scope = self.scope_of(id);
            return Some((scope, scope.is_keyed));
        }
        let is_meant = |scope: &&Scope| scope.by.as_deref().is_some_and(|by| plural(by) == name);
        let scope = self.scopes.iter().find(is_meant)?;
        Some((scope, true))
    }
}
