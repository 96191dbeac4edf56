//! 比较两份法典：法律变了什么、从哪一日起、影响哪些规则，用法律的话说出来。
//!
//! What is compared is what is written, item by item and key by key, not what it compiles to: closures have no equality,
//! and people change texts. Comments, the order of keys and where an item stands do not count.

mod affected;
mod compare;
mod item;
mod periods;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mingjing_kernel::date::Date;

use crate::diagnostic::SourceFile;
use crate::lawbook::Lawbook;
use item::Item;

pub use affected::Affected;
pub use compare::Edit;
pub use item::Kind;
pub use periods::{Impact, Span};

/// 一份法典：加载好的与它的源文件。
#[derive(Clone, Copy)]
pub struct Edition<'a> {
    /// 加载好的。
    pub lawbook: &'a Lawbook,
    /// 源文件。
    pub files: &'a [SourceFile],
}

/// 怎样变的。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// 新增
    Added,
    /// 删去
    Removed,
    /// 改动
    Changed,
    /// 只改了例子与说明的文字，结论不变
    Reworded,
}

impl Change {
    /// 全部。
    pub const ALL: [Change; 4] = [
        Change::Added,
        Change::Removed,
        Change::Changed,
        Change::Reworded,
    ];

    /// 短码。
    pub fn code(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
            Change::Reworded => "reworded",
        }
    }

    /// 中文名称。
    pub fn name(self) -> &'static str {
        match self {
            Change::Added => "新增",
            Change::Removed => "删去",
            Change::Changed => "改动",
            Change::Reworded => "只改文字",
        }
    }
}

/// 一项的变化。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// 哪一类。
    pub kind: Kind,
    /// 怎样变的。
    pub change: Change,
    /// 标识：规则的编码、参数的名。
    pub key: String,
    /// 中文名；改了名的为新的。
    pub name: String,
    /// 文件：新的一份里的，删去的为旧的一份里的。
    pub file: Arc<str>,
    /// 依据：新的一份里的，删去的为旧的一份里的。
    pub citations: Vec<String>,
    /// 逐处的改动；新增、删去的没有。
    pub edits: Vec<Edit>,
    /// 影响的期间；没有起止的（定义、程序）为空，随用到它的规则。
    pub impacts: Vec<Impact>,
    /// 受影响的规则：自己，以及一路引用到它的。
    pub rules: Vec<Arc<str>>,
}

/// 两份法典之间的全部变化。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// 旧的版本。
    pub before: Arc<str>,
    /// 新的版本。
    pub after: Arc<str>,
    /// 变化：按类、标识排列。
    pub differences: Vec<Difference>,
    /// 结论可能不同的规则。
    pub affected: Affected,
}

impl Comparison {
    /// 各类各种变化的项数。
    pub fn counts(&self) -> BTreeMap<Kind, BTreeMap<Change, usize>> {
        let mut counts: BTreeMap<Kind, BTreeMap<Change, usize>> = BTreeMap::new();
        for difference in &self.differences {
            let of_kind = counts.entry(difference.kind).or_default();
            *of_kind.entry(difference.change).or_default() += 1;
        }
        counts
    }
}

/// 比较。两份都须没有错误。
pub fn compare(before: Edition<'_>, after: Edition<'_>) -> Comparison {
    let (old, new) = (item::items(before.files), item::items(after.files));
    let keys: BTreeSet<&(Kind, String)> = old.keys().chain(new.keys()).collect();
    let mut differences: Vec<Difference> = keys
        .into_iter()
        .filter_map(|key| difference(key, old.get(key), new.get(key), (before, after)))
        .collect();
    let affected = affected::of(&differences, (&old, &new), (before.lawbook, after.lawbook));
    for difference in &mut differences {
        difference.rules = affected::rules_of(difference, (&old, &new));
    }
    Comparison {
        before: before.lawbook.version.clone(),
        after: after.lawbook.version.clone(),
        differences,
        affected,
    }
}

fn difference(
    (kind, key): &(Kind, String),
    old: Option<&Item<'_>>,
    new: Option<&Item<'_>>,
    (before, after): (Edition<'_>, Edition<'_>),
) -> Option<Difference> {
    let shown = new.or(old)?;
    let (change, edits) = match (old, new) {
        (Some(old), Some(new)) => {
            let edits = compare::edits(old, new);
            if edits.is_empty() {
                return None;
            }
            let change = if edits.iter().all(|edit| edit.is_wording) {
                Change::Reworded
            } else {
                Change::Changed
            };
            (change, edits)
        }
        (None, _) => (Change::Added, Vec::new()),
        (_, None) => (Change::Removed, Vec::new()),
    };
    let impacts = match (kind, change) {
        (_, Change::Reworded) => Vec::new(),
        (Kind::Parameter, _) => periods::of_parameter(key, before.lawbook, after.lawbook),
        _ => periods::of_item(old, new, &edits),
    };
    Some(Difference {
        kind: *kind,
        change,
        key: key.clone(),
        name: shown.name.clone(),
        file: shown.file.path.clone(),
        citations: shown.citations(),
        edits,
        impacts,
        rules: Vec::new(),
    })
}

/// 一段日子里的：`[from, to)`。
fn is_before(a: Option<Date>, b: Option<Date>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a < b,
        (Some(_), None) => true,
        (None, _) => false,
    }
}
