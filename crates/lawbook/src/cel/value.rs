//! 条件的值：已知、未知（带着缺什么），三值逻辑。

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::finding::{Missing, MissingWhy};
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::period::Period;

use super::types::ScopeId;

/// 缺失清单：使一个值未知的各项事实。
pub type Miss = Arc<[Missing]>;

/// 单项缺失。
pub fn miss(what: impl Into<Arc<str>>, why: MissingWhy) -> Miss {
    Arc::new([Missing {
        what: what.into(),
        why,
    }])
}

/// 两份缺失清单合并，去重，保持先后。
pub fn merge(a: &Miss, b: &Miss) -> Miss {
    if Arc::ptr_eq(a, b) || b.iter().all(|m| a.contains(m)) {
        return a.clone();
    }
    a.iter()
        .chain(b.iter().filter(|m| !a.contains(m)))
        .cloned()
        .collect()
}

/// 列表值；`open` 为列表不完整的原因。
#[derive(Debug, Clone)]
pub struct List {
    /// 已知的各项。
    pub items: Arc<[Val]>,
    /// 不完整的原因；完整为 `None`。
    pub open: Option<Miss>,
}

/// 值。
#[derive(Debug, Clone)]
pub enum Val {
    /// 未知
    Unknown(Miss),
    /// 是否
    Bool(bool),
    /// 整数
    Int(i64),
    /// 日期
    Date(Date),
    /// 时刻
    Instant(Timestamp),
    /// 文本或代码
    Text(Arc<str>),
    /// 期限
    Period(Period),
    /// 月数与日数
    Span(i32, i32),
    /// 列表
    List(List),
    /// 记录
    Record(Arc<BTreeMap<String, Val>>),
    /// 事件（排序后的序号）
    Event(u32),
    /// 参与人：谁、角色
    Actor(Arc<(Arc<str>, Arc<str>)>),
    /// 事实对象：范围与键
    Entity(ScopeId, Option<Arc<str>>),
}

/// 三值。
#[derive(Debug, Clone)]
pub enum Tri {
    /// 真
    True,
    /// 假
    False,
    /// 未知
    Unknown(Miss),
}

impl Tri {
    /// 由布尔值。
    pub fn of(b: bool) -> Tri {
        if b { Tri::True } else { Tri::False }
    }

    /// 且（Kleene）。
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Tri) -> Tri {
        match self {
            Tri::False => Tri::False,
            Tri::True => other(),
            Tri::Unknown(a) => match other() {
                Tri::False => Tri::False,
                Tri::True => Tri::Unknown(a),
                Tri::Unknown(b) => Tri::Unknown(merge(&a, &b)),
            },
        }
    }

    /// 或（Kleene）。
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Tri) -> Tri {
        match self {
            Tri::True => Tri::True,
            Tri::False => other(),
            Tri::Unknown(a) => match other() {
                Tri::True => Tri::True,
                Tri::False => Tri::Unknown(a),
                Tri::Unknown(b) => Tri::Unknown(merge(&a, &b)),
            },
        }
    }

    /// 非。
    #[must_use]
    pub fn negate(self) -> Tri {
        match self {
            Tri::True => Tri::False,
            Tri::False => Tri::True,
            Tri::Unknown(m) => Tri::Unknown(m),
        }
    }

    /// 转为值。
    pub fn into_val(self) -> Val {
        match self {
            Tri::True => Val::Bool(true),
            Tri::False => Val::Bool(false),
            Tri::Unknown(m) => Val::Unknown(m),
        }
    }
}

impl Val {
    /// 转为三值；非布尔值不会出现（加载时已检查）。
    pub fn into_tri(self) -> Tri {
        match self {
            Val::Bool(b) => Tri::of(b),
            Val::Unknown(m) => Tri::Unknown(m),
            Val::Int(_)
            | Val::Date(_)
            | Val::Instant(_)
            | Val::Text(_)
            | Val::Period(_)
            | Val::Span(..)
            | Val::List(_)
            | Val::Record(_)
            | Val::Event(_)
            | Val::Actor(_)
            | Val::Entity(..) => Tri::Unknown(miss("类型", MissingWhy::Error)),
        }
    }

    /// 出错的值：当作未知，写明原因。
    pub fn error(reason: &str) -> Val {
        Val::Unknown(miss(reason, MissingWhy::Error))
    }

    /// 完整列表。
    pub fn list(items: impl Into<Arc<[Val]>>) -> Val {
        Val::List(List {
            items: items.into(),
            open: None,
        })
    }

    /// 比较大小；不可比为 `None`。
    pub fn order(&self, other: &Val) -> Option<Ordering> {
        match (self, other) {
            (Val::Int(a), Val::Int(b)) => Some(a.cmp(b)),
            (Val::Date(a), Val::Date(b)) => Some(a.cmp(b)),
            (Val::Instant(a), Val::Instant(b)) => Some(a.cmp(b)),
            (Val::Period(a), Val::Period(b)) => a.partial_cmp_same_unit(b),
            _ => None,
        }
    }

    /// 是否相等，三值。
    pub fn equal(&self, other: &Val) -> Tri {
        match (self, other) {
            (Val::Unknown(a), Val::Unknown(b)) => Tri::Unknown(merge(a, b)),
            (Val::Unknown(m), _) | (_, Val::Unknown(m)) => Tri::Unknown(m.clone()),
            (Val::Text(a), Val::Text(b)) => Tri::of(Arc::ptr_eq(a, b) || a == b),
            (Val::Int(a), Val::Int(b)) => Tri::of(a == b),
            (Val::Bool(a), Val::Bool(b)) => Tri::of(a == b),
            (Val::Date(a), Val::Date(b)) => Tri::of(a == b),
            (Val::Instant(a), Val::Instant(b)) => Tri::of(a == b),
            (Val::Period(a), Val::Period(b)) => Tri::of(a == b),
            (Val::Span(a, b), Val::Span(c, d)) => Tri::of(a == c && b == d),
            (Val::Event(a), Val::Event(b)) => Tri::of(a == b),
            (Val::Actor(a), Val::Actor(b)) => Tri::of(a == b),
            (Val::Entity(a, b), Val::Entity(c, d)) => Tri::of(a == c && b == d),
            (Val::List(a), Val::List(b)) => equal_lists(a, b),
            (Val::Record(a), Val::Record(b)) => {
                if a.len() != b.len() {
                    return Tri::False;
                }
                a.iter().fold(Tri::True, |acc, (key, value)| {
                    acc.and(|| b.get(key).map_or(Tri::False, |other| value.equal(other)))
                })
            }
            _ => Tri::False,
        }
    }
}

fn equal_lists(a: &List, b: &List) -> Tri {
    if let Some(m) = a.open.as_ref().or(b.open.as_ref()) {
        return Tri::Unknown(m.clone());
    }
    if a.items.len() != b.items.len() {
        return Tri::False;
    }
    a.items
        .iter()
        .zip(b.items.iter())
        .fold(Tri::True, |acc, (x, y)| acc.and(|| x.equal(y)))
}
