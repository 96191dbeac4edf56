//! 变化用话说出来：命令行、接口、报告说的是同样的话。

use std::collections::BTreeMap;

use super::{Change, Comparison, Difference, Edit, Impact, Span};

/// 一个值说出的字数；全文在数据里。
const CHARS_SHOWN: usize = 160;

impl Comparison {
    /// 各类各有几项：`规则改动 2 项、新增 1 项；参数改动 1 项`；写的一样的照说。
    pub fn in_chinese(&self) -> String {
        if self.differences.is_empty() {
            return "写的一样".to_owned();
        }
        let of_kind = |changes: &BTreeMap<Change, usize>| {
            let counts = changes
                .iter()
                .map(|(change, n)| format!("{} {n} 项", change.name()));
            counts.collect::<Vec<_>>().join("、")
        };
        let counts = self.counts();
        let lines = counts
            .iter()
            .map(|(kind, changes)| format!("{}{}", kind.name(), of_kind(changes)));
        lines.collect::<Vec<_>>().join("；")
    }
}

impl Difference {
    /// 受影响的只有这条规则自己。
    pub fn is_of_itself(&self) -> bool {
        self.rules.iter().all(|code| code.as_ref() == self.key)
    }
}

impl Edit {
    /// `期限：60日 → 90日`。
    pub fn in_chinese(&self) -> String {
        let label = &self.label;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{label}：{} → {}", short(before), short(after)),
            (None, Some(after)) => format!("{label}：新写 {}", short(after)),
            (Some(before), None) => format!("{label}：删去 {}", short(before)),
            (None, None) => label.clone(),
        }
    }
}

impl Impact {
    /// `浙江，2026-01-01 起：60日 → 90日`。
    pub fn in_chinese(&self) -> String {
        let mut text = self.span.in_chinese();
        if !self.scope.is_empty() {
            text = format!("{}，{text}", self.scope);
        }
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{text}：{} → {}", short(before), short(after)),
            (None, Some(after)) => format!("{text}：原来没有 → {}", short(after)),
            (Some(before), None) => format!("{text}：{} → 不再有", short(before)),
            (None, None) => text,
        }
    }
}

impl Span {
    /// `2026-01-01 至 2027-01-01（不含）`。
    pub fn in_chinese(self) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to)) => format!("{from} 至 {to}（不含）"),
            (Some(from), None) => format!("{from} 起"),
            (None, Some(to)) => format!("{to}（不含）以前"),
            (None, None) => "全部日子".to_owned(),
        }
    }
}

/// 长的值截短。
pub fn short(text: &str) -> String {
    if text.chars().count() <= CHARS_SHOWN {
        return text.to_owned();
    }
    let shown: String = text.chars().take(CHARS_SHOWN).collect();
    format!("{shown}……")
}
