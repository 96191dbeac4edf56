//! 法典：加载完成、可以评估的全部内容。

use std::sync::Arc;

use mingjing_kernel::calendar::WorkCalendar;

use crate::book::Book;
use crate::derived::Derived;
use crate::procedure::Procedure;
use crate::quick::Quick;
use crate::rule::Rule;

/// 法典。
pub struct Lawbook {
    /// 版本。
    pub version: Arc<str>,
    /// 词汇、参数、定义、法规。
    pub book: Book,
    /// 工作日历。
    pub calendar: WorkCalendar,
    /// 推定日期。
    pub derived: Vec<Derived>,
    /// 规则，按文件的次序。
    pub rules: Vec<Rule>,
    /// 程序。
    pub procedures: Vec<Procedure>,
    /// 每种事件触发哪些规则（位集）。
    pub(crate) by_kind: Vec<Box<[u64]>>,
    /// 总要看的规则（位集）。
    pub(crate) always: Box<[u64]>,
    /// 义务是否被别的部分或推定引用（引用的才值得记住）。
    pub(crate) is_referenced: Vec<bool>,
    /// 各部分的快判。
    pub(crate) quick: Vec<Vec<Quick>>,
}

impl Lawbook {
    /// 按编码找规则。
    pub fn rule(&self, code: &str) -> Option<&Rule> {
        self.book.rules.get(code).map(|i| &self.rules[*i])
    }

    /// 按标识找程序。
    pub fn procedure(&self, name: &str) -> Option<&Procedure> {
        self.procedures.iter().find(|p| p.name.as_ref() == name)
    }

    /// 是否由事件开启的程序（强制措施、听证），在任何主程序的案件里都可能有。
    pub fn is_side(&self, procedure: &Procedure) -> bool {
        let kinds = &self.book.vocabulary.kinds;
        kinds
            .iter()
            .any(|k| k.opens.as_ref() == Some(&procedure.name))
    }

    /// 建立触发索引。
    pub(crate) fn index(&mut self) {
        let words = self.rules.len().div_ceil(64);
        let mut by_kind =
            vec![vec![0u64; words].into_boxed_slice(); self.book.vocabulary.kinds.len()];
        let mut always = vec![0u64; words].into_boxed_slice();
        for (i, rule) in self.rules.iter().enumerate() {
            let (word, bit) = (i / 64, 1u64 << (i % 64));
            if rule.parts.iter().any(|p| p.triggers.is_empty()) {
                always[word] |= bit;
            }
            for kind in rule.parts.iter().flat_map(|p| &p.triggers) {
                by_kind[usize::from(kind.0)][word] |= bit;
            }
        }
        let mut is_referenced = vec![false; self.book.duties.len()];
        let parts = self.rules.iter().flat_map(|r| &r.parts).map(|p| &p.deps);
        let escalations = self
            .rules
            .iter()
            .flat_map(|r| &r.escalations)
            .map(|e| &e.deps);
        let derived = self.derived.iter().map(|d| &d.deps);
        for id in parts
            .chain(escalations)
            .chain(derived)
            .flat_map(|d| &d.duties)
        {
            is_referenced[*id] = true;
        }
        self.is_referenced = is_referenced;
        self.by_kind = by_kind;
        self.always = always;
        self.quick = self
            .rules
            .iter()
            .map(|r| r.parts.iter().map(Quick::of).collect())
            .collect();
    }
}
