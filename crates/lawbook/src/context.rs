//! 求值环境：案件、触发事件、键与局部变量。

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::date::Date;

use crate::basis::{Basis, Footing};
use crate::cel::value::{Miss, Val, miss};
use crate::forms::deadline::DutyRun;
use crate::lawbook::Lawbook;
use crate::parameters::Chosen;
use crate::prepare::{Case, Key};

/// 具名的事件位置。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// `e`：触发事件
    E,
    /// 选择器中正在看的事件
    Item,
    /// `act`
    Act,
    /// `notice`
    Notice,
    /// `from`
    From,
    /// `to`
    To,
    /// `left`
    Left,
    /// `right`
    Right,
    /// `start`
    Start,
}

/// 位置的个数。
pub const SLOTS: usize = 9;
/// 空位置。
pub const NONE: u32 = u32::MAX;

/// 一次评估：法典与案件，义务按需计算并记住。
pub struct Run<'a> {
    /// 法典。
    pub lawbook: &'a Lawbook,
    /// 案件。
    pub case: &'a Case<'a>,
    duties: OnceCell<Box<[OnceCell<Vec<DutyRun>>]>>,
    /// 正在得出的结果立在哪里：读到的标记与约束力。
    footing: Cell<Footing>,
    /// 递归深度，防止声明之外的循环。
    pub(crate) depth: Cell<u32>,
}

impl<'a> Run<'a> {
    /// 新的一次评估。
    pub fn new(lawbook: &'a Lawbook, case: &'a Case<'a>) -> Self {
        Run {
            lawbook,
            case,
            duties: OnceCell::new(),
            footing: Cell::new(Footing::default()),
            depth: Cell::new(0),
        }
    }

    /// 记下读到的取值、推定、定义或义务的立足点。
    pub(crate) fn note(&self, footing: Footing) {
        self.footing.set(self.footing.get().union(footing));
    }

    /// 做一件事，并给出其间读到的立足点；外面正在记的不受影响。
    pub(crate) fn noting<R>(&self, work: impl FnOnce() -> R) -> (R, Footing) {
        let outer = self.footing.take();
        let result = work();
        (result, self.footing.replace(outer))
    }

    /// 某义务部分的格子；第一次用到时才分配。
    pub(crate) fn duty_cell(&self, id: usize) -> &OnceCell<Vec<DutyRun>> {
        let count = self.lawbook.book.duties.len();
        &self
            .duties
            .get_or_init(|| std::iter::repeat_with(OnceCell::new).take(count).collect())[id]
    }
}

/// 一组键值与组内最早的日期。
pub type Group = ([Option<Arc<str>>; 4], Date);

/// 键组：某部分按哪些键分别判断、当前是哪一组。
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// 参与的键。
    pub by: Vec<Key>,
    /// 当前组的值。
    pub values: [Option<Arc<str>>; 4],
    /// 全部组（取值与组内最早的日期），用于判断没写键的事件归谁。
    pub groups: Arc<[Group]>,
}

/// 键是否相合。
pub enum Match {
    /// 相合
    Yes,
    /// 不合
    No,
    /// 说不清归哪一组
    Ambiguous(Key),
}

impl Keys {
    /// 不分键。
    pub fn none() -> Keys {
        Keys::default()
    }

    /// 某事件是否属于当前组。
    ///
    /// 种类没有声明的键不分组：结案没有当事人键，属于每一个当事人。
    pub fn matches(&self, keys: &[Option<Arc<str>>; 4], declared: [bool; 4], on: Date) -> Match {
        if self.by.is_empty() {
            return Match::Yes;
        }
        let mut ambiguous = None;
        for key in &self.by {
            let i = *key as usize;
            match (&keys[i], &self.values[i]) {
                (Some(a), Some(b)) if a == b => {}
                (Some(_), Some(_)) => return Match::No,
                (None, None) => {}
                (None, Some(_)) if !declared[i] => {}
                (None, Some(_)) | (Some(_), None) => {
                    let open = self.groups.iter().filter(|(_, since)| *since <= on).count();
                    if open > 1 {
                        ambiguous = Some(*key);
                    }
                }
            }
        }
        ambiguous.map_or(Match::Yes, Match::Ambiguous)
    }
}

/// 局部变量链。
pub struct Local<'a> {
    /// 值。
    pub value: Val,
    /// 外层。
    pub outer: Option<&'a Local<'a>>,
}

/// 结果变量：升级条件可读的迟延等。
#[derive(Debug, Clone, Default)]
pub struct ResultScope {
    /// 迟延日数（工作日或自然日按单位，小时期限按分钟）。
    pub late: Option<i64>,
    /// 迟延自然日数。
    pub late_days: Option<i64>,
    /// 实际值。
    pub actual: Option<i64>,
    /// 限值。
    pub limit: Option<i64>,
}

/// 求值环境。
#[derive(Clone, Copy)]
pub struct Ctx<'a> {
    /// 本次评估。
    pub run: &'a Run<'a>,
    /// 键组。
    pub keys: &'a Keys,
    /// 选法律版本与参数的日子。
    pub day: Date,
    /// 事件位置。
    pub slots: [u32; SLOTS],
    /// 局部变量。
    pub locals: Option<&'a Local<'a>>,
    /// 结果变量。
    pub result: Option<&'a ResultScope>,
}

impl<'a> Ctx<'a> {
    /// 案件级环境。
    pub fn new(run: &'a Run<'a>, keys: &'a Keys, day: Date) -> Self {
        Ctx {
            run,
            keys,
            day,
            slots: [NONE; SLOTS],
            locals: None,
            result: None,
        }
    }

    /// 读到一个定义、情形或取值：它的标记与约束力随着结果。
    pub(crate) fn note(&self, basis: &Basis) {
        if !basis.is_empty() {
            let footing = basis.of_value(self.day, self.run.case.body());
            self.run.note(footing);
        }
    }

    /// 参数当日的取值；读了它，它的标记与约束力就随着结果。
    pub(crate) fn parameter(&self, id: usize) -> Chosen<'a> {
        let parameters = &self.run.lawbook.book.parameters;
        let chosen = parameters.choose(id, self.run.case, self.day);
        if let Chosen::Value(_, setting) = &chosen {
            self.note(&setting.basis);
        }
        chosen
    }

    /// 换一个位置上的事件。
    #[must_use]
    pub fn with(mut self, slot: Slot, position: u32) -> Self {
        self.slots[slot as usize] = position;
        self
    }

    /// 位置上的事件。
    pub fn at(&self, slot: Slot) -> Option<u32> {
        let position = self.slots[slot as usize];
        (position != NONE).then_some(position)
    }

    /// 读事实的日子：触发事件那日，否则判断日。
    pub fn fact_day(&self) -> Date {
        self.at(Slot::E).map_or(self.run.case.as_of, |e| {
            self.run.case.events[e as usize].day
        })
    }

    /// 更正指不清的缺失说明。
    pub fn uncertain_correction(&self, position: u32) -> Miss {
        let kind = self.run.case.events[position as usize].kind;
        let name = &self.run.lawbook.book.vocabulary.kind_of(kind).name;
        miss(format!("{name}.corrects"), MissingWhy::AmbiguousKey)
    }

    /// 说不清是哪一次的缺失说明。
    pub fn uncertain_reference(&self, position: u32) -> Miss {
        let kind = self.run.case.events[position as usize].kind;
        let name = &self.run.lawbook.book.vocabulary.kind_of(kind).name;
        miss(name.clone(), MissingWhy::AmbiguousKey)
    }

    /// 键不明的缺失说明。
    pub fn ambiguous(&self, position: u32, key: Key) -> Miss {
        let kind = self.run.case.events[position as usize].kind;
        self.run.lawbook.book.vocabulary.kind_of(kind).ambiguous[key as usize].clone()
    }
}
