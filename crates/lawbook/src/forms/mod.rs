//! 规则形式：少而固定，各一个文件；读取、检查与判断都在形式之内。

pub mod clock;
pub mod content;
pub mod deadline;
pub mod gather;
pub mod media;
pub mod money;
pub mod notice;
pub mod order;
pub mod reading;
pub mod sets;

use std::rc::Rc;
use std::sync::Arc;

use mingjing_domain::finding::{Detail, Marks, Refusal, Refused, Severity, Status};
use mingjing_kernel::date::Date;

use crate::basis::Footing;
use crate::cel::compile::{Deps, Test};
use crate::cel::types::KindId;
use crate::cel::value::{Miss, Tri, Val};
use crate::context::{Ctx, Group, KeySet, Keys, ResultScope, Slot};
use crate::diagnostic::At;
use crate::prepare::{Key, KeyValues};
use crate::selector::{Pick, Selector};

/// 形式及其参数。
pub enum Form {
    /// 期限
    Deadline(Box<deadline::Deadline>),
    /// 临期
    NearDue(clock::NearDue),
    /// 延期有效性
    Extension(clock::DutyRef),
    /// 扣除有据
    Exclusion(clock::DutyRef),
    /// 等待
    Wait(Box<clock::Wait>),
    /// 提前通知
    Notice(Box<notice::Notice>),
    /// 须有
    Requires(Box<order::Requires>),
    /// 先后
    Precedes(order::Precedes),
    /// 禁止
    Forbids(Box<order::Forbids>),
    /// 条件成立
    Must(Box<content::Must>),
    /// 要素齐全
    Elements(content::Elements),
    /// 两者一致
    Agrees(Box<content::Agrees>),
    /// 按日累计
    Accrues(Box<money::Accrues>),
    /// 音像覆盖
    Covers(media::Covers),
    /// 文字检出
    Matches(media::Matches),
    /// 由人回答
    Checklist(content::Checklist),
    /// 只指向其他编码
    Refers,
    /// 比例
    Ratio(Box<sets::Ratio>),
    /// 给出的行的次数
    Count(Box<sets::Count>),
    /// 跨案的形式：在一批时间线上判，一条时间线上没有结果
    Set(Box<gather::Gather>),
}

/// 规则的一个部分。
pub struct Part {
    /// 名。
    pub id: Option<Arc<str>>,
    /// 形式名。
    pub form_name: Arc<str>,
    /// 形式。
    pub form: Form,
    /// 严重程度（不同于规则时）。
    pub severity: Option<Severity>,
    /// 标记。
    pub marks: Marks,
    /// 建议处理；空为用规则的。
    pub advice: Vec<Arc<str>>,
    /// 适用条件。
    pub when: Option<Test>,
    /// 例外。
    pub unless: Option<Test>,
    /// 键。
    pub by: Vec<Key>,
    /// 发现的文字。
    pub say: Option<Arc<str>>,
    /// 位置。
    pub at: At,
    /// 依赖。
    pub deps: Deps,
    /// 义务序号。
    pub duty: Option<usize>,
    /// 触发种类：时间线上一个也没有就不必看；空为总要看。
    pub triggers: Vec<KindId>,
    /// 触发选择器的原文。
    pub trigger_text: Arc<str>,
}

/// 一次判断：一个触发、一组键。
#[derive(Clone)]
pub struct Verdict {
    /// 触发事件。
    pub trigger: Option<u32>,
    /// 键。
    pub keys: Keys,
    /// 选法律版本的日子。
    pub day: Date,
    /// 是否适用。
    pub applies: Tri,
    /// 要求是否满足。
    pub holds: Tri,
    /// 严重程度（形式另有规定时）。
    pub severity: Option<Severity>,
    /// 状态（临期）。
    pub status: Option<Status>,
    /// 立足点：读到的标记与约束力。
    pub footing: Footing,
    /// 看过的事件。
    pub evidence: Vec<u32>,
    /// 细节。
    pub detail: Detail,
    /// 升级条件可读的数。
    pub scope: ResultScope,
}

impl Verdict {
    /// 新的判断。
    pub fn new(trigger: Option<u32>, keys: Keys, day: Date, applies: Tri, holds: Tri) -> Self {
        Verdict {
            trigger,
            keys,
            day,
            applies,
            holds,
            severity: None,
            status: None,
            footing: Footing::default(),
            evidence: trigger.into_iter().collect(),
            detail: Detail::default(),
            scope: ResultScope::default(),
        }
    }
}

impl Default for Verdict {
    fn default() -> Self {
        let day = Date::MIN;
        Verdict::new(None, Keys::none(), day, Tri::True, Tri::True)
    }
}

impl Verdict {
    /// 换成另一个触发的新判断；列表用过的地方留着再用。
    fn renew(&mut self, trigger: &Trigger, day: Date) {
        self.trigger = Some(trigger.position);
        self.keys.clone_from(&trigger.keys);
        self.day = day;
        self.applies.clone_from(&trigger.applies);
        self.holds = Tri::True;
        self.severity = None;
        self.status = None;
        self.footing = Footing::default();
        self.evidence.clear();
        self.evidence.push(trigger.position);
        self.detail = Detail::default();
        self.scope = ResultScope::default();
    }
}

/// 触发：事件、所属键组、是否确定。
pub struct Trigger {
    /// 事件。
    pub position: u32,
    /// 键组。
    pub keys: Keys,
    /// 确定为真，否则未知。
    pub applies: Tri,
}

/// 按键分组找触发，列进 `found`；`first`、`last` 在每组内取。
pub fn triggers(ctx: &Ctx<'_>, selector: &Selector, by: &[Key], found: &mut Vec<Trigger>) {
    // A key that no event of the case carries groups nothing.
    let set = KeySet::of(by).and(ctx.run.case.used_keys);
    if set.is_empty() {
        let trigger = |position, doubt| Trigger {
            position,
            keys: Keys::none(),
            applies: is_chosen(ctx, selector, position, doubt),
        };
        if selector.pick == Pick::Each {
            selector.each_candidate(ctx, |position, doubt| found.push(trigger(position, doubt)));
            return;
        }
        let picked = selector.picked(ctx, |_| true);
        found.extend(picked.map(|(p, doubt)| trigger(p, doubt)));
        return;
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut chosen: Vec<Chosen> = Vec::new();
    selector.each_candidate(ctx, |position, doubt| {
        let event = &ctx.run.case.events[position as usize];
        let mut values: KeyValues = [None; 4];
        for key in set.iter() {
            values[key as usize] = event.keys[key as usize];
        }
        let group = match groups.iter().position(|(g, _)| *g == values) {
            Some(group) => group,
            None => {
                groups.push((values, event.day));
                groups.len() - 1
            }
        };
        chosen.push((position, doubt, group));
    });
    let shared: Option<Rc<[Group]>> = (groups.len() > 1).then(|| groups.as_slice().into());
    let keys_of = |group: usize| Keys {
        by: set,
        values: groups[group].0,
        groups: shared.clone(),
    };
    if selector.reads_others() {
        chosen.retain_mut(|chosen| is_so_in_its_group(ctx, selector, &keys_of(chosen.2), chosen));
    }
    let keep = |i: usize, group: usize| match selector.pick {
        Pick::Each => true,
        Pick::First => !chosen[..i].iter().any(|(_, _, g)| *g == group),
        Pick::Last => !chosen[i + 1..].iter().any(|(_, _, g)| *g == group),
    };
    let kept = (0..chosen.len()).filter(|i| keep(*i, chosen[*i].2));
    found.extend(kept.map(|i| {
        let (position, doubt, group) = &chosen[i];
        Trigger {
            position: *position,
            keys: keys_of(*group),
            applies: is_chosen(ctx, selector, *position, doubt.clone()),
        }
    }));
}

/// 一个候选：事件、为何说不清、第几组。
type Chosen = (u32, Option<Miss>, usize);

/// 条件读到别的事件的，看同一当事人、实例、决定的那些。
fn is_so_in_its_group(
    ctx: &Ctx<'_>,
    selector: &Selector,
    keys: &Keys,
    (position, doubt, _): &mut Chosen,
) -> bool {
    match selector.test(&Ctx { keys, ..*ctx }, *position) {
        Tri::True => *doubt = None,
        Tri::False => return false,
        Tri::Unknown(m) => *doubt = Some(m),
    }
    true
}

/// 是不是它触发：合乎选择器，并且（写了 `first`、`last` 的）材料之外没有更早、更晚的。
fn is_chosen(ctx: &Ctx<'_>, selector: &Selector, position: u32, doubt: Option<Miss>) -> Tri {
    let unseen = || match selector.pick {
        Pick::Each => None,
        Pick::First | Pick::Last => selector.unseen(ctx, position),
    };
    doubt
        .map_or(Tri::True, Tri::Unknown)
        .and(|| unseen().map_or(Tri::True, Tri::Unknown))
}

/// 以触发为 `e`、以其日为版本日、限于其键组的环境。
pub(crate) fn at<'a>(ctx: &Ctx<'a>, trigger: &'a Trigger) -> Ctx<'a> {
    Ctx {
        keys: &trigger.keys,
        day: ctx.run.case.day(trigger.position),
        ..ctx.with(Slot::E, trigger.position)
    }
}

/// 逐个触发判断：`judge` 由触发的环境填写判断，没有可判的为假；其间读到的标记随着判断。
///
/// Where only findings are sought, a part that does not apply is left before it is judged, and what holds is not written
/// down: one sheet serves all triggers.
pub(crate) fn each(
    ctx: &Ctx<'_>,
    on: &Selector,
    part: &Part,
    judge: impl Fn(&Ctx<'_>, &Trigger, &mut Verdict) -> bool,
) -> Vec<Verdict> {
    let run = ctx.run;
    let triggers = run.triggers(ctx, on, &part.by);
    let mut verdicts = Vec::new();
    if triggers.list.is_empty() {
        run.give_back_triggers(triggers);
        return verdicts;
    }
    let mut sheet = run.blank();
    for trigger in &triggers.list {
        let inner = at(ctx, trigger);
        if part.is_left(&inner, inner.day) {
            continue;
        }
        sheet.renew(trigger, inner.day);
        let (is_judged, read) = run.noting(|| judge(&inner, trigger, &mut sheet));
        if !is_judged || ctx.drops(sheet.day, &sheet.applies, &sheet.holds) {
            continue;
        }
        sheet.footing = sheet.footing.union(triggers.read).union(read);
        verdicts.push(std::mem::take(&mut *sheet));
    }
    run.give_back(sheet);
    run.give_back_triggers(triggers);
    verdicts
}

/// 逐个触发看一个条件：有可报的才写成判断，由 `fill` 填上其余。
pub(crate) fn each_test(
    ctx: &Ctx<'_>,
    on: &Selector,
    part: &Part,
    test: impl Fn(&Ctx<'_>) -> Tri,
    fill: impl Fn(&Ctx<'_>, &mut Verdict),
) -> Vec<Verdict> {
    let run = ctx.run;
    let triggers = run.triggers(ctx, on, &part.by);
    let mut verdicts = Vec::new();
    for trigger in &triggers.list {
        let inner = at(ctx, trigger);
        if part.is_left(&inner, inner.day) {
            continue;
        }
        let (holds, read) = run.noting(|| test(&inner));
        if ctx.drops(inner.day, &trigger.applies, &holds) {
            continue;
        }
        let (keys, applies) = (trigger.keys.clone(), trigger.applies.clone());
        let mut verdict = Verdict::new(Some(trigger.position), keys, inner.day, applies, holds);
        let ((), more) = run.noting(|| fill(&inner, &mut verdict));
        verdict.footing = triggers.read.union(read).union(more);
        verdicts.push(verdict);
    }
    run.give_back_triggers(triggers);
    verdicts
}

/// 对全案判断一次。
pub(crate) fn once(
    ctx: &Ctx<'_>,
    part: &Part,
    judge: impl FnOnce(&Ctx<'_>, &mut Verdict),
) -> Vec<Verdict> {
    // Such a verdict is placed by the last thing that happened.
    let placed = ctx.run.case.events.last().map_or(ctx.day, |last| last.day);
    if part.is_left(ctx, placed) {
        return Vec::new();
    }
    let mut verdict = Verdict::new(None, ctx.keys.clone(), ctx.day, Tri::True, Tri::True);
    judge(ctx, &mut verdict);
    if ctx.drops(placed, &verdict.applies, &verdict.holds) {
        return Vec::new();
    }
    vec![verdict]
}

/// 触发的日子：推定日期或发生日；未知时给出缺什么。
pub fn day_of(ctx: &Ctx<'_>, selector: &Selector, position: u32) -> Result<Date, Miss> {
    let own = ctx.run.case.day(position);
    match selector.derived {
        None => Ok(own),
        Some(id) => match crate::derived::date_of(ctx, id, position) {
            Val::Date(day) => Ok(day),
            Val::Unknown(m) => Err(m),
            _ => Ok(own),
        },
    }
}

impl Part {
    /// 只找发现而这一部分在此不适用：不必判断。
    pub(crate) fn is_left(&self, inner: &Ctx<'_>, day: Date) -> bool {
        if !inner.seeks(day) {
            return inner.drops(day, &Tri::True, &Tri::False);
        }
        let is_free = self.when.is_none() && self.unless.is_none();
        !is_free && matches!(inner.run.unheard(|| self.conditions(inner)), Tri::False)
    }

    /// 触发的选择器；没有触发或者各有各的为 `None`。
    pub(crate) fn selector_mut(&mut self) -> Option<&mut Selector> {
        match &mut self.form {
            Form::Deadline(form) => Some(&mut form.start),
            Form::Wait(form) => Some(&mut form.start),
            Form::Notice(form) => Some(&mut form.act),
            Form::Requires(form) => Some(&mut form.on),
            Form::Forbids(form) => Some(&mut form.on),
            Form::Must(form) => form.on.as_mut(),
            Form::Elements(form) => Some(&mut form.on),
            Form::Agrees(form) => Some(&mut form.right),
            Form::Accrues(form) => Some(&mut form.on),
            Form::Covers(form) => Some(&mut form.event),
            Form::Matches(form) => Some(&mut form.on),
            Form::Checklist(form) => form.on.as_mut(),
            Form::NearDue(_)
            | Form::Extension(_)
            | Form::Exclusion(_)
            | Form::Precedes(_)
            | Form::Refers
            | Form::Ratio(_)
            | Form::Count(_)
            | Form::Set(_) => None,
        }
    }

    /// 判断这一部分；`forget` 时不记住没有别处引用的义务。
    pub fn judge(&self, ctx: &Ctx<'_>, forget: bool) -> Vec<Verdict> {
        match &self.form {
            Form::Deadline(form) => match self.duty {
                // No list of duties is wanted and nobody has asked for it yet: judge it and let it go. Who asks later works
                // it out in full, which most cases never come to.
                Some(id) if forget && ctx.run.duty_cell(id).get().is_none() => {
                    let mut runs = form.run(ctx, self);
                    runs.retain(|run| !ctx.drops(run.day, &run.applies, &run.holds));
                    let runs = runs.into_iter();
                    runs.map(|run| deadline::verdict(ctx, run)).collect()
                }
                Some(id) => deadline::duties(ctx, id)
                    .iter()
                    .filter(|run| !ctx.drops(run.day, &run.applies, &run.holds))
                    .map(|run| deadline::verdict(ctx, run.clone()))
                    .collect(),
                None => Vec::new(),
            },
            Form::NearDue(form) => form.judge(ctx),
            Form::Extension(form) => form.judge(ctx, true),
            Form::Exclusion(form) => form.judge(ctx, false),
            Form::Wait(form) => form.judge(ctx, self),
            Form::Notice(form) => form.judge(ctx, self),
            Form::Requires(form) => form.judge(ctx, self),
            Form::Precedes(form) => form.judge(ctx, self),
            Form::Forbids(form) => form.judge(ctx, self),
            Form::Must(form) => form.judge(ctx, self),
            Form::Elements(form) => form.judge(ctx, self),
            Form::Agrees(form) => form.judge(ctx, self),
            Form::Accrues(form) => form.judge(ctx, self),
            Form::Covers(form) => form.judge(ctx, self),
            Form::Matches(form) => form.judge(ctx, self),
            Form::Checklist(form) => form.judge(ctx, self),
            Form::Ratio(form) => form.judge(ctx),
            Form::Count(form) => form.judge(ctx),
            Form::Refers | Form::Set(_) => Vec::new(),
        }
    }

    /// 部分自己的 `when` 与 `unless`；期限的已由义务带着。
    pub fn applies(&self, ctx: &Ctx<'_>, verdict: &Verdict) -> Tri {
        let is_free = self.when.is_none() && self.unless.is_none();
        if is_free || matches!(self.form, Form::Deadline(_)) {
            return Tri::True;
        }
        let mut inner = Ctx {
            keys: &verdict.keys,
            day: verdict.day,
            ..*ctx
        };
        if let Some(trigger) = verdict.trigger {
            inner = inner.with(Slot::E, trigger);
        }
        self.conditions(&inner)
    }

    /// `when` 与 `unless`，在触发的环境里。
    pub(crate) fn conditions(&self, inner: &Ctx<'_>) -> Tri {
        let when = match self.form {
            // What `forbids` forbids is the event under this condition: the form has judged it.
            Form::Forbids(_) => Tri::True,
            _ => self.when.as_ref().map_or(Tri::True, |w| w(inner)),
        };
        // `wait` 的例外还要看到 `act`，由形式自己判断。
        if matches!(self.form, Form::Wait(_)) {
            return when;
        }
        when.and(|| {
            self.unless
                .as_ref()
                .map_or(Tri::True, |u| u(inner).negate())
        })
    }
}

/// 未采纳的记录，事件换成对外的序号。
pub fn refused(ctx: &Ctx<'_>, position: u32, why: Refusal) -> Refused {
    Refused {
        event: ctx.run.case.events[position as usize].index,
        why,
    }
}
