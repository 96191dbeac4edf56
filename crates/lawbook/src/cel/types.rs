//! 条件的静态类型。

use std::collections::BTreeMap;
use std::sync::Arc;

/// 事件种类的序号。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u16);

/// 代码表的序号。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeListId(pub u16);

/// 事实范围的序号。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u16);

/// 类型：没有 `dyn`，没有隐式转换，金额、费率、整数是同一个整数类型。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// 是否
    Bool,
    /// 整数（分、万分之一、个数）
    Int,
    /// 日期
    Date,
    /// 时刻
    Instant,
    /// 文本
    Text,
    /// 某代码表的代码
    Code(CodeListId),
    /// 期限
    Period,
    /// 日数或月数，只用来加到日期上
    Span,
    /// 列表
    List(Box<Type>),
    /// 空列表的元素，与任何类型相合
    Any,
    /// 记录
    Record(Arc<BTreeMap<String, Type>>),
    /// 事件，列出可能的种类
    Event(Arc<[KindId]>),
    /// 参与人
    Actor,
    /// 事实范围中的一个对象（如一名人员）
    Entity(ScopeId),
}

impl Type {
    /// 中文名称，用于错误说明。
    pub fn name(&self) -> &'static str {
        match self {
            Type::Bool => "是否",
            Type::Int => "整数",
            Type::Date => "日期",
            Type::Instant => "时刻",
            Type::Text => "文本",
            Type::Code(_) => "代码",
            Type::Period => "期限",
            Type::Span => "日数",
            Type::List(_) => "列表",
            Type::Any => "空",
            Type::Record(_) => "记录",
            Type::Event(_) => "事件",
            Type::Actor => "参与人",
            Type::Entity(_) => "事实对象",
        }
    }

    /// 两个类型能否比较相等或放进同一列表。
    pub fn matches(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Any, _) | (_, Type::Any) => true,
            (Type::Text | Type::Code(_), Type::Text) | (Type::Text, Type::Code(_)) => true,
            (Type::List(a), Type::List(b)) => a.matches(b),
            (Type::Event(_), Type::Event(_)) => true,
            (a, b) => a == b,
        }
    }

    /// 能否比较大小。
    pub fn is_ordered(&self) -> bool {
        matches!(self, Type::Int | Type::Date | Type::Instant | Type::Period)
    }
}
