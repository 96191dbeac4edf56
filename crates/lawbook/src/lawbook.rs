//! 法典：加载完成、可以评估的全部内容。

use std::collections::BTreeSet;
use std::sync::Arc;

use mingjing_kernel::calendar::WorkCalendar;

use crate::book::Book;
use crate::cel::compile::{Deps, Test};
use crate::cel::types::KindId;
use crate::derived::Derived;
use crate::discretion::{General, Item};
use crate::forms::Form;
use crate::plan::Plan;
use crate::procedure::Procedure;
use crate::publication::Publication;
use crate::rule::Rule;
use crate::sheet::{Sheet, Veto};

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
    /// 公示样式。
    pub publications: Vec<Publication>,
    /// 每种事件开启实例的条件；没有写的总是开启。
    pub(crate) openings: Vec<Option<Test>>,
    /// 跨案的部分：规则与部分的序号。
    pub(crate) set_parts: Vec<(usize, usize)>,
    /// 否决项，各评分表点到它们。
    pub vetoes: Vec<Veto>,
    /// 评分表。
    pub sheets: Vec<Sheet>,
    /// 裁量事项。
    pub discretion: Vec<Item>,
    /// 各裁量事项通用的情节、程序与区间。
    pub discretion_general: General,
    /// 评估的次序：一案要看哪些部分。
    pub(crate) plan: Plan,
    /// 每条规则可能读到的事件种类，连同它引用的义务、推定与让位的规则所读的。
    pub(crate) reads: Vec<Reads>,
}

/// 一组规则（位集）。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleSet(Box<[u64]>);

impl RuleSet {
    /// 空的一组。
    pub(crate) fn none(lawbook: &Lawbook) -> Self {
        RuleSet(vec![0; lawbook.rules.len().div_ceil(64)].into_boxed_slice())
    }

    /// 加入一条规则。
    pub(crate) fn insert(&mut self, rule: usize) {
        self.0[rule / 64] |= 1 << (rule % 64);
    }

    /// 是否在内。
    pub(crate) fn has(&self, rule: usize) -> bool {
        self.0[rule / 64] & 1 << (rule % 64) != 0
    }
}

/// 可能读到的事件种类。
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    kinds: BTreeSet<KindId>,
    any: bool,
}

impl Reads {
    /// 是否可能读到这种事件。
    pub(crate) fn has(&self, kind: KindId) -> bool {
        self.any || self.kinds.contains(&kind)
    }
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

    /// 是否监督程序的时间线：监督事项。
    pub fn is_supervision(&self, procedure: Option<&str>) -> bool {
        let procedure = procedure.and_then(|name| self.procedure(name));
        procedure.is_some_and(|procedure| procedure.is_supervision)
    }

    /// 是否投诉举报的时间线。
    pub fn is_complaint(&self, procedure: Option<&str>) -> bool {
        let procedure = procedure.and_then(|name| self.procedure(name));
        procedure.is_some_and(|procedure| procedure.is_complaint)
    }

    /// 一条规则可能读到什么：自己的条件，以及一路引用到的。
    fn reads_of(&self, rule: usize) -> Reads {
        let mut reads = Reads::default();
        let (mut duties, mut derived) = (BTreeSet::new(), BTreeSet::new());
        let yielded = self.rules[rule].yields_to.iter();
        let rules = yielded.filter_map(|code| self.book.rules.get(code.as_ref()));
        let mut waiting: Vec<&Deps> = Vec::new();
        for rule in rules.copied().chain([rule]) {
            let rule = &self.rules[rule];
            waiting.extend(rule.parts.iter().map(|p| &p.deps));
            waiting.extend(rule.escalations.iter().map(|e| &e.deps));
        }
        while let Some(deps) = waiting.pop() {
            reads.any |= deps.any;
            reads.kinds.extend(&deps.kinds);
            for id in deps.duties.iter().filter(|id| duties.insert(**id)) {
                let name = &self.book.duties[*id];
                waiting.push(&self.rules[name.rule].parts[name.part].deps);
            }
            for id in deps.derived.iter().filter(|id| derived.insert(**id)) {
                reads.kinds.insert(self.derived[*id].kind);
                waiting.push(&self.derived[*id].deps);
            }
        }
        reads
    }

    /// 建立触发索引。
    pub(crate) fn index(&mut self) {
        let of_rule = |(i, rule): (usize, &Rule)| {
            let parts = rule.parts.iter().enumerate();
            let over_cases = parts.filter(|(_, part)| matches!(part.form, Form::Set(_)));
            over_cases.map(|(j, _)| (i, j)).collect::<Vec<_>>()
        };
        self.set_parts = self.rules.iter().enumerate().flat_map(of_rule).collect();
        self.reads = (0..self.rules.len()).map(|i| self.reads_of(i)).collect();
        self.plan = Plan::new(&mut self.rules, &self.book.duties, &self.book.vocabulary);
    }
}
