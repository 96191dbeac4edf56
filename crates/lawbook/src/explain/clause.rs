//! 条件逐项对照：各项读成一句话，各自成立、不成立还是说不清。

use std::sync::Arc;

use mingjing_domain::finding::{EventIndex, RuleResult};
use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueAt;

use crate::cel::ast::{Expr, Spanned};
use crate::cel::compile::{Env, Test, compile, compile_text};
use crate::cel::types::{KindId, Type};
use crate::cel::value::{Tri, Val};
use crate::context::{Ctx, Keys, ResultScope, Run, Slot};
use crate::forms::Part;
use crate::prepare::Key;
use crate::rule::Escalation;
use crate::selector::Selector;

use super::CaseWords;

/// 一项条件在本案的情形。
pub(super) struct Clause {
    /// 读法。
    pub(super) words: String,
    /// 不成立时的读法。
    pub(super) denied: String,
    /// 成立与否；不能单独求值的为 `None`。
    pub(super) holds: Option<Tri>,
}

impl Clause {
    /// 是否不成立。
    pub(super) fn fails(&self) -> bool {
        matches!(self.holds, Some(Tri::False))
    }

    /// 成立与否的写法。
    pub(super) fn verdict(&self) -> &'static str {
        verdict(self.holds.as_ref())
    }
}

/// 成立与否的写法。
pub(super) fn verdict(holds: Option<&Tri>) -> &'static str {
    match holds {
        Some(Tri::True) => "成立",
        Some(Tri::False) => "不成立",
        Some(Tri::Unknown(_)) => "材料不足，说不清",
        None => "未单独判断",
    }
}

/// 在哪里求值：触发事件、键、选法律的日子。
pub(super) struct Place {
    /// 触发事件的位置。
    pub(super) trigger: Option<u32>,
    /// 键。
    pub(super) keys: Keys,
    /// 选法律的日子。
    pub(super) day: Date,
}

impl CaseWords<'_> {
    /// 结果所在之处。
    pub(super) fn place(&self, result: &RuleResult) -> Place {
        let mut keys = Keys::none();
        for (name, value) in &result.keys {
            if let Some(key) = Key::parse(name) {
                keys.by.insert(key);
                keys.values[key as usize] = self.case().key_value(value);
            }
        }
        Place {
            trigger: result.trigger.and_then(|t| self.position(t)),
            keys,
            day: result.day,
        }
    }

    /// 触发事件自己的种类；案件级的为部分所列的种类。
    pub(super) fn kinds_at(&self, result: &RuleResult, part: &Part) -> Vec<KindId> {
        let trigger = result.trigger.and_then(|t| self.position(t));
        trigger.map_or_else(
            || part.triggers.clone(),
            |position| vec![self.case().events[position as usize].kind],
        )
    }

    /// 事件在排序后的位置。
    pub(super) fn position(&self, index: EventIndex) -> Option<u32> {
        let found = self.case().events.iter().position(|e| e.index == index)?;
        u32::try_from(found).ok()
    }

    /// 逐项对照一个条件；`e` 为触发事件。
    pub(super) fn clauses(&self, source: &str, kinds: &[KindId], place: &Place) -> Vec<Clause> {
        let values = |name: &str| self.parameter_value(name, place.day);
        let mut phrases = self.phrases(&values);
        // Named after the event at hand, compiled for every kind that may trigger.
        let own = place.trigger.map(|p| self.case().events[p as usize].kind);
        match own {
            Some(own) if kinds.contains(&own) => phrases = phrases.slot("e", &[own]),
            _ if !kinds.is_empty() => phrases = phrases.slot("e", kinds),
            _ => {}
        }
        phrases
            .clauses(source)
            .into_iter()
            .map(|(tree, words, denied)| {
                let holds = self.evaluate(&tree, kinds, place);
                Clause {
                    words,
                    denied,
                    holds,
                }
            })
            .collect()
    }

    /// 一个表达式在某处的三值；不是条件或不能单独编译的为 `None`。
    pub(super) fn evaluate(&self, tree: &Spanned, kinds: &[KindId], place: &Place) -> Option<Tri> {
        let mut env = Env::new(&self.lawbook().book);
        if !kinds.is_empty() {
            env = env.slot("e", Slot::E, Arc::from(kinds));
        }
        let typed = compile(&mut env, tree)
            .ok()
            .filter(|t| t.ty.matches(&Type::Bool))?;
        let test = typed.into_test();
        Some(self.at(place, |ctx| test(ctx)))
    }

    /// 一个语法树在某处的值；不能单独编译或不知道的为 `None`。
    pub(super) fn value_of(&self, tree: &Spanned, kinds: &[KindId], place: &Place) -> Option<Val> {
        let mut env = Env::new(&self.lawbook().book);
        if !kinds.is_empty() {
            env = env.slot("e", Slot::E, Arc::from(kinds));
        }
        let run = compile(&mut env, tree).ok()?.into_fun();
        match self.at(place, |ctx| run(ctx)) {
            Val::Unknown(_) => None,
            known => Some(known),
        }
    }

    /// 选择只留这一案走到的那一支，取第一个已知的只留那一个：读起来短，也说清取自何处。
    pub(super) fn resolved(&self, tree: &Spanned, kinds: &[KindId], place: &Place) -> Spanned {
        match &tree.expr {
            Expr::Cond(condition, yes, no) => match self.evaluate(condition, kinds, place) {
                Some(Tri::True) => self.resolved(yes, kinds, place),
                Some(Tri::False) => self.resolved(no, kinds, place),
                Some(Tri::Unknown(_)) | None => tree.clone(),
            },
            Expr::Call(name, arguments) if name == "first_known" => arguments
                .iter()
                .find(|a| self.value_of(a, kinds, place).is_some())
                .map_or_else(|| tree.clone(), |a| self.resolved(a, kinds, place)),
            _ => tree.clone(),
        }
    }

    /// 一个表达式在某处的值；不能单独编译或不知道的为 `None`。
    pub(super) fn value_at(&self, source: &str, kinds: &[KindId], place: &Place) -> Option<Val> {
        let mut env = Env::new(&self.lawbook().book);
        if !kinds.is_empty() {
            env = env.slot("e", Slot::E, Arc::from(kinds));
        }
        let run = compile_text(&mut env, source).ok()?.into_fun();
        match self.at(place, |ctx| run(ctx)) {
            Val::Unknown(_) => None,
            known => Some(known),
        }
    }

    /// 一个选择器对一件事是否合乎。
    pub(super) fn selects(&self, source: &str, position: u32, place: &Place) -> Option<Tri> {
        let mut env = Env::new(&self.lawbook().book);
        let selector = Selector::parse(&mut env, source).ok()?;
        Some(self.at(place, |ctx| selector.test(ctx, position)))
    }

    /// 升级条件在本结果上是否成立；逾期、数额从结果的细节还原。
    pub(super) fn escalates(&self, escalation: &Escalation, result: &RuleResult) -> Tri {
        self.holds_on(&escalation.when, result)
    }

    /// 读结果变量的条件在一个结果上是否成立。
    pub(crate) fn holds_on(&self, when: &Test, result: &RuleResult) -> Tri {
        let detail = &result.detail;
        let ended = detail
            .actual
            .and_then(DueAt::date)
            .unwrap_or(self.case().as_of);
        let due = detail.due.as_ref().and_then(|d| d.at.date());
        let scope = ResultScope {
            late: detail.late.map(|l| i64::from(l.amount())),
            late_days: due.map(|d| i64::from(ended.days_since(d))),
            actual: detail.amount.map(|a| a.0),
            limit: detail.amount.map(|a| a.1),
        };
        self.at(&self.place(result), |ctx| {
            when(&Ctx {
                result: Some(&scope),
                ..*ctx
            })
        })
    }

    fn at<T>(&self, place: &Place, look: impl FnOnce(&Ctx<'_>) -> T) -> T {
        let lawbook = self.lawbook();
        let run = Run::new(lawbook, self.case());
        let mut ctx = Ctx::new(&run, &place.keys, place.day);
        if let Some(trigger) = place.trigger {
            ctx = ctx.with(Slot::E, trigger);
        }
        look(&ctx)
    }
}
