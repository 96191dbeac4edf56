//! 跨案：对一批时间线判断次数、离群、重叠、编号、对账、按期；逐案折叠，最后下结论，说明数了哪些案件、哪些没有数成。
//!
//! A case leaves only the rows that some rule counts (its day, its group, one or two values); nothing else of it is kept,
//! so memory is bounded by what is counted. The answer does not depend on the order or on how the cases were dealt out.

mod fold;
mod found;
mod judge;
mod pairs;
mod periods;

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::finding::{Missing, MissingWhy, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::{Date, Timestamp};

use crate::basis::Footing;
use crate::cel::value::{Miss, Val};
use crate::forms::gather::How;
use crate::forms::{Form, Part};
use crate::lawbook::Lawbook;
use crate::prepare::{Case, prepare};
use crate::rule::{Rule, RuleStatus};

/// 空白：法律不设限的参数读出来就是它。
const BLANK: MissingWhy = MissingWhy::Blank;

/// 跨案评估的选项。
#[derive(Debug, Clone, Copy, Default)]
pub struct SetOptions {
    /// 判断日；缺省为这批时间线最后一件事之日。
    pub as_of: Option<Date>,
    /// 已知时刻：此后才记录的不看。
    pub known_at: Option<Timestamp>,
    /// 是否保留合规的结果，试行的规则也判。
    pub keep_all: bool,
}

/// 没有数成的一案：缺什么。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotCounted {
    /// 案件。
    pub case: Arc<str>,
    /// 缺什么。
    pub missing: Vec<Missing>,
}

/// 一个跨案的结果：与一案的结果同型，另说数了哪些案件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetResult {
    /// 结果；没有触发事件，键为归组的值。
    pub result: RuleResult,
    /// 期间（年、季、月……）。
    pub period: Option<String>,
    /// 数了的案件，排好、去重。
    pub counted: Vec<Arc<str>>,
    /// 没有数成的案件。
    pub not_counted: Vec<NotCounted>,
    /// 按期的：说的是出自哪些案件的主体，排好、去重；一件也没有做到的，数了的案件是空的。别的形式没有。
    pub subjects: Arc<[Arc<str>]>,
}

/// 对一批时间线的全部回答。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAssessment {
    /// 判断日。
    pub as_of: Date,
    /// 法典版本。
    pub lawbook: Arc<str>,
    /// 看过的时间线数。
    pub cases: u64,
    /// 结果，按规则、部分、键排列。
    pub results: Vec<SetResult>,
    /// 规则施行前的行数，不判。
    pub not_judged: u64,
}

/// 是不是跨案判断的规则。
pub fn is_over_cases(rule: &Rule) -> bool {
    let is_over_cases = |part: &Part| matches!(part.form, Form::Set(_));
    rule.parts.iter().any(is_over_cases)
}

/// 时间过去就可能消失的部分：只看一段滚动的日子。
pub fn is_of_a_window(part: &Part) -> bool {
    match &part.form {
        Form::Set(gather) => match &gather.how {
            How::Count(limits) => limits.window.is_some(),
            How::Outlier(limits) => limits.window.is_some(),
            How::Overlap { .. }
            | How::Sequence(_)
            | How::Reconcile { .. }
            | How::Periodic { .. } => false,
        },
        _ => false,
    }
}

/// 评估一批时间线：纯函数，与次序无关。
pub fn assess_set<'t>(
    lawbook: &Lawbook,
    timelines: impl IntoIterator<Item = &'t Timeline>,
    options: &SetOptions,
) -> SetAssessment {
    let mut gathering = Gathering::new(lawbook, *options);
    for timeline in timelines {
        gathering.add_timeline(timeline);
    }
    gathering.conclude()
}

/// 一行：哪一案的哪一件事，取了哪些值。
#[derive(Debug, Clone)]
struct Row {
    case: u32,
    event: Option<Arc<str>>,
    day: Date,
    cells: Box<[Val]>,
}

/// 一组。
#[derive(Debug, Default)]
struct Group {
    /// 左、右两边的行。
    rows: [Vec<Row>; 2],
    /// 说不清算不算的：哪一边、哪一案、缺什么。
    doubts: Vec<(usize, u32, Miss)>,
    /// 各边材料没有写全的。
    gaps: [Option<Miss>; 2],
    /// 立足点：各行所立的合起来。
    footing: Footing,
    /// 限数，取最后一日的，连同它们的立足点。
    limits: Option<(Date, Vec<Val>, Footing)>,
    /// 按期的：最早见到的日子，各期的限数与截止日。
    since: Option<Date>,
    periods: BTreeMap<i32, Period>,
}

/// 一期的限数与截止日。
#[derive(Debug, Clone)]
struct Period {
    limit: Val,
    due: Result<Date, Miss>,
}

/// 一个部分折叠到的。
#[derive(Debug, Default)]
struct Table {
    groups: BTreeMap<Vec<Arc<str>>, Group>,
    /// 说不清归哪一组的。
    lost: Vec<(u32, Miss)>,
    not_judged: u64,
}

/// 折叠：一案一案地加进来，各线程的可以并起来，最后下结论。
pub struct Gathering<'l> {
    lawbook: &'l Lawbook,
    options: SetOptions,
    latest: Option<Date>,
    seen: u64,
    cases: Vec<Arc<str>>,
    tables: Vec<Table>,
}

impl<'l> Gathering<'l> {
    /// 空的。
    pub fn new(lawbook: &'l Lawbook, options: SetOptions) -> Self {
        let mut tables = Vec::new();
        tables.resize_with(lawbook.set_parts.len(), Table::default);
        Gathering {
            lawbook,
            options,
            latest: None,
            seen: 0,
            cases: Vec::new(),
            tables,
        }
    }

    /// 加一条时间线。
    pub fn add_timeline(&mut self, timeline: &Timeline) {
        let newest = || self.lawbook.calendar.coverage().1;
        let as_of = self
            .options
            .as_of
            .or_else(|| timeline.events.is_empty().then(newest));
        let vocabulary = &self.lawbook.book.vocabulary;
        let case = prepare(vocabulary, timeline, as_of, self.options.known_at);
        self.add(&case);
    }

    /// 加一条已准备好的时间线。
    pub fn add(&mut self, case: &Case<'_>) {
        self.seen += 1;
        if !case.events.is_empty() {
            self.latest = self.latest.max(Some(case.as_of));
        }
        let number = self.cases.len() as u32;
        let mut is_used = false;
        for (table, (index, part)) in self.tables.iter_mut().zip(&self.lawbook.set_parts) {
            let rule = &self.lawbook.rules[*index];
            let part = &rule.parts[*part];
            let Form::Set(gather) = &part.form else {
                continue;
            };
            let is_silent = rule.status == RuleStatus::Trial && !self.options.keep_all;
            if rule.status == RuleStatus::Removed || is_silent {
                continue;
            }
            is_used |= fold::add(self.lawbook, case, number, (*index, part, gather), table);
        }
        if is_used {
            self.cases.push(case.timeline.id.as_str().into());
        }
    }

    /// 并入另一个线程折叠到的。
    pub fn merge(&mut self, other: Gathering<'l>) {
        let shift = self.cases.len() as u32;
        self.cases.extend(other.cases);
        self.seen += other.seen;
        self.latest = self.latest.max(other.latest);
        for (table, other) in self.tables.iter_mut().zip(other.tables) {
            table.merge(other, shift);
        }
    }

    /// 下结论。
    pub fn conclude(self) -> SetAssessment {
        let newest = self.lawbook.calendar.coverage().1;
        let as_of = self.options.as_of.or(self.latest).unwrap_or(newest);
        let mut results = Vec::new();
        let mut not_judged = 0;
        for (table, (rule, part)) in self.tables.into_iter().zip(&self.lawbook.set_parts) {
            not_judged += table.not_judged;
            let Form::Set(gather) = &self.lawbook.rules[*rule].parts[*part].form else {
                continue;
            };
            let telling = found::Telling {
                lawbook: self.lawbook,
                rule: *rule,
                part: *part,
                gather,
                cases: &self.cases,
                as_of,
                keep_all: self.options.keep_all,
            };
            telling.conclude(table, &mut results);
        }
        SetAssessment {
            as_of,
            lawbook: self.lawbook.version.clone(),
            cases: self.seen,
            results,
            not_judged,
        }
    }
}

impl Table {
    fn merge(&mut self, other: Table, shift: u32) {
        self.not_judged += other.not_judged;
        let moved = other.lost.into_iter().map(|(case, m)| (case + shift, m));
        self.lost.extend(moved);
        for (keys, group) in other.groups {
            self.groups.entry(keys).or_default().merge(group, shift);
        }
    }
}

impl Group {
    fn merge(&mut self, other: Group, shift: u32) {
        for (own, rows) in self.rows.iter_mut().zip(other.rows) {
            own.extend(rows.into_iter().map(|row| Row {
                case: row.case + shift,
                ..row
            }));
        }
        let moved = other.doubts.into_iter();
        self.doubts
            .extend(moved.map(|(side, case, m)| (side, case + shift, m)));
        for (own, gap) in self.gaps.iter_mut().zip(other.gaps) {
            fold::widen(own, gap);
        }
        self.footing = self.footing.union(other.footing);
        if let Some((day, limits, footing)) = other.limits {
            self.limit(day, || (limits, footing));
        }
        self.since = match (self.since, other.since) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        for (index, period) in other.periods {
            self.periods.entry(index).or_insert(period);
        }
    }

    /// 限数取最后一日的。
    fn limit(&mut self, day: Date, limits: impl FnOnce() -> (Vec<Val>, Footing)) {
        if self.limits.as_ref().is_none_or(|(last, ..)| *last <= day) {
            let (limits, footing) = limits();
            self.limits = Some((day, limits, footing));
        }
    }
}
