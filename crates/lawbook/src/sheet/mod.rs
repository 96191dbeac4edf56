//! 评分表：案卷评查的项目、分值、扣分情形与否决项，都是法典的数据；按时间线逐项算分。
//!
//! A sheet knows no law of its own: its steps name rules of the lawbook, conditions in the lawbook's language, or
//! questions to a person. Nothing is scored in full only because nobody knows better.

pub mod example;
pub mod points;
pub(crate) mod read;
pub mod score;
pub mod words;

use std::sync::Arc;

use mingjing_domain::finding::Marks;
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;

use crate::condition::Condition;
use crate::diagnostic::At;
use crate::lawbook::Lawbook;
use crate::rule::DecidedBy;
use example::SheetExample;
use points::{Points, Score};

/// 所看的规则，可以只看其中一个部分。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleRef {
    /// 规则的序号。
    pub rule: usize,
    /// 部分的序号；没有为全部部分。
    pub part: Option<usize>,
}

/// 一种扣分情形怎样计次。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// 有就扣一次
    Once,
    /// 每处扣一次
    Finding,
    /// 每缺一项要素扣一次
    Lacking,
}

/// 由什么决定。
pub enum Decider {
    /// 由规则的结果
    Rules {
        /// 所看的规则。
        rules: Vec<RuleRef>,
        /// 只看缺了这些要素的；空为不限。
        lacking: Vec<Arc<str>>,
        /// 只看结果合乎这个条件的（可读 `late_days` 等）。
        when: Option<Condition>,
    },
    /// 由条件：不成立就扣
    Holds {
        /// 条件。
        holds: Condition,
        /// 适用与否。
        when: Option<Condition>,
    },
    /// 由人回答
    Ask {
        /// 问题。
        question: Arc<str>,
        /// 适用与否。
        when: Option<Condition>,
    },
}

/// 一种扣分情形。
pub struct Step {
    /// 情形，照评分标准的说法。
    pub say: Arc<str>,
    /// 扣多少。
    pub take: Points,
    /// 由人酌定的，至多扣多少；机器决定的与 `take` 相同。
    pub up_to: Points,
    /// 怎样计次。
    pub each: Each,
    /// 由什么决定。
    pub decider: Decider,
}

/// 评分项。
pub struct Item {
    /// 编号。
    pub code: Arc<str>,
    /// 所属的部分。
    pub part: Arc<str>,
    /// 评查内容。
    pub name: Arc<str>,
    /// 分值。
    pub full: Points,
    /// 由谁判定。
    pub decided_by: DecidedBy,
    /// 适用条件。
    pub when: Option<Condition>,
    /// 扣分情形。
    pub steps: Vec<Step>,
    /// 位置。
    pub at: At,
}

/// 否决项：命中就不合格。
pub struct Veto {
    /// 编号。
    pub code: Arc<str>,
    /// 否决情形。
    pub name: Arc<str>,
    /// 由谁判定。
    pub decided_by: DecidedBy,
    /// 判断它的情形，只看有没有，不看分值。
    pub steps: Vec<Step>,
    /// 位置。
    pub at: At,
}

/// 等次。
#[derive(Debug, Clone)]
pub struct Grade {
    /// 名称。
    pub name: Arc<str>,
    /// 不低于多少分。
    pub at_least: Points,
}

/// 评分表。
pub struct Sheet {
    /// 标识。
    pub code: Arc<str>,
    /// 名称。
    pub name: Arc<str>,
    /// 自哪一日起用（判断日）。
    pub from: Date,
    /// 到哪一日止（不含）。
    pub to: Option<Date>,
    /// 评哪些程序的案卷。
    pub procedures: Vec<Arc<str>>,
    /// 限于地区。
    pub regions: Vec<Arc<str>>,
    /// 限于领域。
    pub departments: Vec<Arc<str>>,
    /// 案卷办结的条件；没有办结的只供自查。
    pub closed: Condition,
    /// 满分。
    pub full: Points,
    /// 等次，由高到低；最后一个为不合格。
    pub grades: Vec<Grade>,
    /// 否决项的序号。
    pub vetoes: Vec<usize>,
    /// 评分项。
    pub items: Vec<Item>,
    /// 依据与来源。
    pub cite: Vec<Arc<str>>,
    /// 标记。
    pub marks: Marks,
    /// 说明。
    pub note: Arc<str>,
    /// 示例。
    pub examples: Vec<SheetExample>,
    /// 位置。
    pub at: At,
}

impl Sheet {
    /// 多少分是什么等次。
    pub fn grade(&self, score: Score) -> &Grade {
        let reached = |grade: &&Grade| score.is_at_least(grade.at_least);
        self.grades
            .iter()
            .find(reached)
            .unwrap_or_else(|| self.failed())
    }

    /// 最低的等次，即不合格。
    pub fn failed(&self) -> &Grade {
        self.grades
            .last()
            .expect("INVARIANT: a sheet without grades is not loaded")
    }

    fn is_in_force(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// 对这样的机关有多贴切；不适用的没有。
    fn fit(&self, department: Option<&str>, region: Option<&str>) -> Option<(bool, usize)> {
        let department = match department {
            _ if self.departments.is_empty() => false,
            Some(own) => self
                .departments
                .iter()
                .any(|d| d.as_ref() == own)
                .then_some(true)?,
            None => return None,
        };
        let region = match region {
            _ if self.regions.is_empty() => 0,
            Some(own) => self
                .regions
                .iter()
                .filter(|r| own.starts_with(r.as_ref()))
                .map(|r| r.len())
                .max()?,
            None => return None,
        };
        Some((department, region))
    }
}

impl Lawbook {
    /// 按标识找评分表。
    pub fn sheet(&self, code: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.code.as_ref() == code)
    }

    /// 一份案卷在某日按哪些表评：主程序的一张，案中每种强制措施之类的各一张；认不出的没有。
    pub fn sheets_of(&self, timeline: &Timeline, day: Date) -> Vec<&Sheet> {
        let text = |path: &str| match timeline.facts.at(path) {
            Some(mingjing_domain::value::Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let (department, region) = (text("body.department"), text("body.region"));
        let mut chosen: Vec<&Sheet> = Vec::new();
        for procedure in self.procedures_in(timeline) {
            let best = self
                .sheets
                .iter()
                .filter(|sheet| sheet.procedures.contains(&procedure) && sheet.is_in_force(day))
                .filter_map(|sheet| Some((sheet.fit(department, region)?, sheet)))
                .max_by_key(|(fit, _)| *fit);
            if let Some((_, sheet)) = best
                && !chosen.iter().any(|c| c.code == sheet.code)
            {
                chosen.push(sheet);
            }
        }
        chosen
    }

    /// 案卷里有哪些程序：主程序，以及有事件开启的。
    fn procedures_in(&self, timeline: &Timeline) -> Vec<Arc<str>> {
        let vocabulary = &self.book.vocabulary;
        let opened = timeline.events.iter().filter_map(|event| {
            vocabulary
                .kind_of(vocabulary.kind(&event.kind)?)
                .opens
                .clone()
        });
        let main = timeline.procedure.as_deref().map(Arc::from);
        let mut procedures: Vec<Arc<str>> = Vec::new();
        for procedure in main.into_iter().chain(opened) {
            if !procedures.contains(&procedure) {
                procedures.push(procedure);
            }
        }
        procedures
    }
}
