//! 覆盖范围：时间线对哪些事件、哪些字段、到哪一日为止是完整的。
//!
//! Absence proves something only inside the coverage; outside it the answer is *unknown*.

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::date::Date;

/// 一种事件的覆盖范围。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KindCoverage {
    /// 完整到哪一日（含）；`None` 为到判断日。
    pub until: Option<Date>,
    /// 这份材料带有哪些字段；`None` 为全部声明的字段。
    pub fields: Option<BTreeSet<String>>,
    /// 这种事件是否写全了；为假时只知道列出的这些，没列出的不能说没有。
    pub is_complete: bool,
}

/// 覆盖范围：缺一条记录能证明什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// 案卷完整：凡未记录的都没有发生。
    Closed,
    /// 一概不完整：凡未记录的都不知道。
    Open,
    /// 只对列出的事件种类（及字段）完整，其余不知道。
    Kinds(BTreeMap<String, KindCoverage>),
}

impl Coverage {
    /// 只对列出的种类完整、字段不限的覆盖范围。
    pub fn of_kinds<'a>(kinds: impl IntoIterator<Item = &'a str>) -> Self {
        Coverage::Kinds(
            kinds
                .into_iter()
                .map(|kind| {
                    (
                        kind.to_owned(),
                        KindCoverage {
                            until: None,
                            fields: None,
                            is_complete: true,
                        },
                    )
                })
                .collect(),
        )
    }

    /// 某种事件到某日为止是否完整：没有记录就是没有发生。
    pub fn is_complete(&self, kind: &str, through: Date) -> bool {
        match self {
            Coverage::Closed => true,
            Coverage::Open => false,
            Coverage::Kinds(kinds) => kinds
                .get(kind)
                .is_some_and(|c| c.is_complete && c.until.is_none_or(|until| through <= until)),
        }
    }

    /// 某种事件的某个字段是否由材料提供：空白就是没有。
    pub fn has_field(&self, kind: &str, field: &str) -> bool {
        match self {
            Coverage::Closed => true,
            Coverage::Open => false,
            Coverage::Kinds(kinds) => kinds.get(kind).is_some_and(|c| {
                c.fields
                    .as_ref()
                    .is_none_or(|fields| fields.contains(field))
            }),
        }
    }
}
