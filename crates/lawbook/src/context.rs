//! 求值环境：案件、触发事件、键与局部变量。

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::date::Date;

use crate::basis::{Basis, Footing};
use crate::cel::value::{List, Miss, Tri, Val, miss};
use crate::forms::deadline::DutyRun;
use crate::forms::{Trigger, Verdict, triggers};
use crate::lawbook::Lawbook;
use crate::parameters::Chosen;
use crate::prepare::{Case, Key, KeyValues};
use crate::selector::Selector;

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
    /// 几个部分同问的触发，各问一次。
    triggers: RefCell<Vec<Option<Rc<Triggers>>>>,
    /// 规则的限定，相同的看一次。
    scopes: OnceCell<Box<[OnceCell<Tri>]>>,
    /// 只有一个部分问的触发，列在这里，用过再用。
    spare: Cell<Vec<Trigger>>,
    /// 逐个触发填写的判断，没有可报的就再用。
    blank: Cell<Option<Box<Verdict>>>,
    /// 正在得出的结果立在哪里：读到的标记与约束力。
    footing: Cell<Footing>,
    /// 没有人要立足点：读到了也不必算。
    is_unheard: Cell<bool>,
    /// 各件事的参与人，第一次问到时才列。
    people: OnceCell<Box<[People]>>,
    /// 递归深度，防止声明之外的循环。
    pub(crate) depth: Cell<u32>,
}

/// 一些角色与它们的参与人。
type InRoles = (Arc<[Arc<str>]>, List);

/// 一件事的参与人：全部的，某些角色的，各列一次。
#[derive(Default)]
struct People {
    all: OnceCell<List>,
    in_roles: RefCell<Vec<InRoles>>,
}

impl<'a> Run<'a> {
    /// 新的一次评估。
    pub fn new(lawbook: &'a Lawbook, case: &'a Case<'a>) -> Self {
        Run {
            lawbook,
            case,
            duties: OnceCell::new(),
            triggers: RefCell::new(Vec::new()),
            scopes: OnceCell::new(),
            spare: Cell::new(Vec::new()),
            blank: Cell::new(None),
            footing: Cell::new(Footing::default()),
            is_unheard: Cell::new(false),
            people: OnceCell::new(),
            depth: Cell::new(0),
        }
    }

    fn people(&self, position: u32) -> &People {
        let list = self.people.get_or_init(|| {
            let people = std::iter::repeat_with(People::default);
            people.take(self.case.events.len()).collect()
        });
        &list[position as usize]
    }

    /// 一件事的参与人；材料没有带这一部分的，写了的只是一部分。
    pub(crate) fn actors(&self, position: u32) -> &List {
        self.people(position).all.get_or_init(|| {
            let prepared = &self.case.events[position as usize];
            let actors = prepared.event.actors.iter();
            // Material that does not carry the people may name some of them only; what it names is a lower bound.
            let open = (!self.case.has_part_at(position, "actors")).then(|| {
                let kind = self.lawbook.book.vocabulary.kind_of(prepared.kind);
                miss(format!("{}.actors", kind.name), MissingWhy::NotCovered)
            });
            List {
                items: actors
                    .map(|a| Val::Actor(Arc::new((a.who.as_str().into(), a.role.as_str().into()))))
                    .collect(),
                open,
            }
        })
    }

    /// 一件事里这些角色的参与人的标识。
    pub(crate) fn actors_in(&self, position: u32, roles: &Arc<[Arc<str>]>) -> List {
        let mut known = self.people(position).in_roles.borrow_mut();
        let is_same = |(own, _): &&InRoles| Arc::ptr_eq(own, roles) || own == roles;
        if let Some((_, list)) = known.iter().find(is_same) {
            return list.clone();
        }
        let all = self.actors(position);
        let in_roles = |item: &Val| match item {
            Val::Actor(actor) if roles.contains(&actor.1) => Some(Val::Text(actor.0.clone())),
            _ => None,
        };
        let list = List {
            items: all.items.iter().filter_map(in_roles).collect(),
            open: all.open.clone(),
        };
        known.push((roles.clone(), list.clone()));
        list
    }

    /// 记下读到的取值、推定、定义或义务的立足点。
    pub(crate) fn note(&self, footing: Footing) {
        self.footing.set(self.footing.get().union(footing));
    }

    /// 做一件事，并给出其间读到的立足点；外面正在记的不受影响。
    pub(crate) fn noting<R>(&self, work: impl FnOnce() -> R) -> (R, Footing) {
        let outer = (self.footing.take(), self.is_unheard.replace(false));
        let result = work();
        self.is_unheard.set(outer.1);
        (result, self.footing.replace(outer.0))
    }

    /// 做一件事，不要其间读到的立足点；其间要记下来留着的（义务、同问的触发）照旧各记各的。
    pub(crate) fn unheard<R>(&self, work: impl FnOnce() -> R) -> R {
        let outer = (self.footing.get(), self.is_unheard.replace(true));
        let result = work();
        self.is_unheard.set(outer.1);
        self.footing.set(outer.0);
        result
    }

    /// 一个部分的触发与其间读到的立足点；`ctx` 须是案件级的，同问的部分才答案相同。
    pub(crate) fn triggers(&self, ctx: &Ctx<'_>, selector: &Selector, by: &[Key]) -> Held {
        let find = |mut list: Vec<Trigger>| {
            let ((), read) = self.noting(|| triggers(ctx, selector, by, &mut list));
            Triggers { list, read }
        };
        let Some(id) = selector.shared else {
            return Held::Own(find(self.spare.take()));
        };
        let known = self.triggers.borrow().get(id as usize).cloned().flatten();
        Held::Shared(known.unwrap_or_else(|| {
            let found = Rc::new(find(Vec::new()));
            let mut kept = self.triggers.borrow_mut();
            if kept.is_empty() {
                kept.resize(self.lawbook.plan.shared_triggers, None);
            }
            kept[id as usize] = Some(found.clone());
            found
        }))
    }

    /// 交还一列触发，下一个部分再用它的地方。
    pub(crate) fn give_back_triggers(&self, held: Held) {
        if let Held::Own(Triggers { mut list, .. }) = held {
            list.clear();
            self.spare.set(list);
        }
    }

    /// 规则的程序、地区、部门限定，对本案成不成立。
    pub(crate) fn scope(&self, rule: usize) -> &Tri {
        const OPEN: &Tri = &Tri::True;
        let plan = &self.lawbook.plan;
        let Some(id) = plan.scope_of[rule] else {
            return OPEN;
        };
        let cells = self.scopes.get_or_init(|| {
            let cells = std::iter::repeat_with(OnceCell::new);
            cells.take(plan.scopes.len()).collect()
        });
        cells[usize::from(id)].get_or_init(|| plan.scopes[usize::from(id)].admits(self.case))
    }

    /// 一张填写判断的纸；用完交还。
    pub(crate) fn blank(&self) -> Box<Verdict> {
        self.blank.take().unwrap_or_default()
    }

    /// 交还填写判断的纸。
    pub(crate) fn give_back(&self, blank: Box<Verdict>) {
        self.blank.set(Some(blank));
    }

    /// 某义务部分的格子；第一次用到时才分配。
    pub(crate) fn duty_cell(&self, id: usize) -> &OnceCell<Vec<DutyRun>> {
        let count = self.lawbook.book.duties.len();
        &self
            .duties
            .get_or_init(|| std::iter::repeat_with(OnceCell::new).take(count).collect())[id]
    }
}

/// 找到的触发与其间读到的立足点。
pub(crate) struct Triggers {
    /// 触发。
    pub(crate) list: Vec<Trigger>,
    /// 立足点。
    pub(crate) read: Footing,
}

/// 一个部分的触发：几个部分同问的共用一份，别的是自己的。
pub(crate) enum Held {
    Shared(Rc<Triggers>),
    Own(Triggers),
}

impl std::ops::Deref for Held {
    type Target = Triggers;

    fn deref(&self) -> &Triggers {
        match self {
            Held::Shared(triggers) => triggers,
            Held::Own(triggers) => triggers,
        }
    }
}

/// 一组键值与组内最早的日期。
pub type Group = (KeyValues, Date);

/// 键组：某部分按哪些键分别判断、当前是哪一组。
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// 参与的键。
    pub by: KeySet,
    /// 当前组的值。
    pub values: KeyValues,
    /// 全部组（取值与组内最早的日期），用于判断没写键的事件归谁；只有一组时不必记。
    pub groups: Option<Rc<[Group]>>,
}

/// 几个键。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeySet(u8);

impl KeySet {
    /// 这几个键。
    pub fn of(keys: &[Key]) -> KeySet {
        KeySet(keys.iter().fold(0, |set, key| set | 1 << *key as u8))
    }

    /// 一个也没有。
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// 是否在内。
    pub fn has(self, key: Key) -> bool {
        self.0 & 1 << key as u8 != 0
    }

    /// 两者共有的。
    #[must_use]
    pub fn and(self, other: KeySet) -> KeySet {
        KeySet(self.0 & other.0)
    }

    /// 加入一个键。
    pub fn insert(&mut self, key: Key) {
        self.0 |= 1 << key as u8;
    }

    /// 逐个列出。
    pub fn iter(self) -> impl Iterator<Item = Key> {
        Key::ALL.into_iter().filter(move |key| self.has(*key))
    }
}

/// 只找发现：规则的施行期间；合规与不适用的不必写成判断。
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sought {
    /// 施行日。
    pub(crate) from: Date,
    /// 失效日（不含）。
    pub(crate) to: Option<Date>,
}

impl Sought {
    /// 那一日规则已失效：没有可报的，也不计数。
    fn has_ended(self, day: Date) -> bool {
        day >= self.from && self.to.is_some_and(|to| day >= to)
    }

    /// 那一日规则施行。
    fn is_in_force(self, day: Date) -> bool {
        day >= self.from && self.to.is_none_or(|to| day < to)
    }
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
    pub fn matches(&self, keys: &KeyValues, declared: KeySet, on: Date) -> Match {
        if self.by.is_empty() {
            return Match::Yes;
        }
        let mut ambiguous = None;
        for key in self.by.iter() {
            let i = key as usize;
            match (keys[i], self.values[i]) {
                (Some(a), Some(b)) if a == b => {}
                (Some(_), Some(_)) => return Match::No,
                (None, None) => {}
                (None, Some(_)) if !declared.has(key) => {}
                (None, Some(_)) | (Some(_), None) => {
                    let groups = self.groups.iter().flat_map(|groups| groups.iter());
                    if groups.filter(|(_, since)| *since <= on).count() > 1 {
                        ambiguous = Some(key);
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
    pub value: &'a Val,
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
    /// 只找发现时，规则的施行期间。
    pub(crate) sought: Option<Sought>,
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
            sought: None,
        }
    }

    /// 只找发现，而这一判断没有可报的：规则那日施行，却不适用或者合规；或者规则已经失效。施行前的还要计数。
    pub(crate) fn drops(&self, day: Date, applies: &Tri, holds: &Tri) -> bool {
        let is_nothing = matches!(applies, Tri::False) || matches!(holds, Tri::True);
        self.sought
            .is_some_and(|sought| sought.has_ended(day) || (is_nothing && sought.is_in_force(day)))
    }

    /// 只找发现，规则那日施行：不适用的可以早早放下。
    pub(crate) fn seeks(&self, day: Date) -> bool {
        self.sought.is_some_and(|sought| sought.is_in_force(day))
    }

    /// 读到一个定义、情形或取值：它的标记与约束力随着结果。
    pub(crate) fn note(&self, basis: &Basis) {
        if !basis.is_empty() && !self.run.is_unheard.get() {
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
        self.at(Slot::E)
            .map_or(self.run.case.as_of, |e| self.run.case.day(e))
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
