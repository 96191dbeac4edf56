//! 法典：加载完成、可以评估的全部内容。

use std::sync::Arc;

use mingjing_kernel::calendar::WorkCalendar;

use crate::book::Book;
use crate::derived::Derived;
use crate::procedure::Procedure;
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
    /// 规则，按编码排列。
    pub rules: Vec<Rule>,
    /// 程序。
    pub procedures: Vec<Procedure>,
    /// 每种事件触发哪些规则；最后一组为总要看的规则。
    pub(crate) by_kind: Vec<Vec<u32>>,
    pub(crate) always: Vec<u32>,
}

impl Lawbook {
    /// 按编码找规则。
    pub fn rule(&self, code: &str) -> Option<&Rule> {
        self.book.rules.get(code).map(|i| &self.rules[*i])
    }

    /// 建立触发索引。
    pub(crate) fn index(&mut self) {
        let mut by_kind = vec![Vec::new(); self.book.vocabulary.kinds.len()];
        let mut always = Vec::new();
        for (i, rule) in self.rules.iter().enumerate() {
            if rule.parts.iter().any(|p| p.triggers.is_empty()) {
                always.push(i as u32);
                continue;
            }
            for part in &rule.parts {
                for kind in &part.triggers {
                    let list = &mut by_kind[usize::from(kind.0)];
                    if list.last() != Some(&(i as u32)) {
                        list.push(i as u32);
                    }
                }
            }
        }
        self.by_kind = by_kind;
        self.always = always;
    }
}
