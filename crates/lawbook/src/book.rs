//! 法典中供条件编译使用的部分：词汇、参数、定义、法规、推定与义务的名字。

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::basis::Basis;
use crate::diagnostic::At;
use crate::parameters::Parameters;
use crate::statutes::Statutes;
use crate::vocabulary::Vocabulary;

/// 定义：一个具名的条件、取值或选择器。
#[derive(Debug, Clone)]
pub struct Term {
    /// 中文名。
    pub label: Arc<str>,
    /// 条件或取值的文本（`is`、`value`）。
    pub expression: Option<String>,
    /// 选择器文本（`select`）。
    pub select: Option<String>,
    /// 依据。
    pub basis: Basis,
    /// 位置。
    pub at: At,
}

/// 义务的登记：规则、部分、部分名。
#[derive(Debug, Clone)]
pub struct DutyName {
    /// 规则编码。
    pub code: Arc<str>,
    /// 部分名。
    pub id: Option<Arc<str>>,
    /// 规则序号。
    pub rule: usize,
    /// 部分序号。
    pub part: usize,
}

/// 书：供编译查名字。
#[derive(Debug, Default)]
pub struct Book {
    /// 词汇。
    pub vocabulary: Vocabulary,
    /// 参数。
    pub parameters: Parameters,
    /// 定义。
    pub terms: BTreeMap<String, Term>,
    /// 法规。
    pub statutes: Statutes,
    /// 推定日期的序号。
    pub derived_ids: BTreeMap<String, usize>,
    /// 推定日期所依附的事件种类（文本）。
    pub derived_kinds: Vec<String>,
    /// 义务。
    pub duties: Vec<DutyName>,
    /// 规则编码到序号。
    pub rules: HashMap<String, usize>,
}

impl Book {
    /// 某规则（某部分）的义务序号。
    pub fn duty(&self, code: &str, part: Option<&str>) -> Option<usize> {
        // Duties are registered rule by rule.
        let rule = *self.rules.get(code)?;
        let first = self.duties.partition_point(|d| d.rule < rule);
        let own = self.duties[first..].iter().take_while(|d| d.rule == rule);
        let is_wanted = |d: &DutyName| part.is_none_or(|p| d.id.as_deref() == Some(p));
        own.enumerate()
            .find_map(|(i, d)| is_wanted(d).then_some(first + i))
    }

    /// 有义务的规则编码。
    pub fn duty_codes(&self) -> impl Iterator<Item = &str> {
        self.duties.iter().map(|d| d.code.as_ref())
    }
}
