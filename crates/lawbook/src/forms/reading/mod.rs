//! 读取 `[[part]]`：形式的各键编译为选择器与条件。

mod clock;
mod gather;
mod measure;
mod pattern;

use std::sync::Arc;

use mingjing_domain::finding::Severity;
use mingjing_kernel::period::{Period, PeriodUnit};

use super::clock::{DutyRef, PeriodOf};
use super::{Form, Part};
use crate::book::Book;
use crate::cel::ast::Expr;
use crate::cel::compile::{Env, Fun, Test, compile_as, compile_test};
use crate::cel::parser;
use crate::cel::types::{KindId, Type};
use crate::cel::value::Val;
use crate::context::Slot;
use crate::diagnostic::{Code, Sink, nearest};
use crate::marks::read_marks;
use crate::parameters::Content;
use crate::prepare::Key;
use crate::selector::Selector;
use crate::tree::Reader;

/// 全部形式名。
pub const FORMS: [&str; 24] = [
    "deadline",
    "near_due",
    "extension",
    "exclusion",
    "wait",
    "notice",
    "requires",
    "precedes",
    "forbids",
    "must",
    "elements",
    "agrees",
    "accrues",
    "covers",
    "matches",
    "checklist",
    "refers",
    "periodic",
    "count",
    "ratio",
    "outlier",
    "sequence",
    "overlap",
    "reconcile",
];

/// 各形式的键：某个形式没能读完时，其余的键不再报为不认识。
const KEYS: [&str; 96] = [
    "start",
    "start_at",
    "period",
    "due",
    "met_by",
    "met_at",
    "met_on",
    "exclude",
    "extend",
    "ends_by",
    "restart_on",
    "near",
    "judge_on",
    "duty",
    "days",
    "before_holiday",
    "unit",
    "before",
    "notice",
    "act",
    "lesser",
    "on",
    "needs",
    "any",
    "position",
    "strict",
    "within",
    "that",
    "document",
    "media",
    "order",
    "after",
    "during",
    "actual",
    "low",
    "high",
    "fields",
    "documents",
    "article",
    "left",
    "right",
    "principal",
    "from",
    "until",
    "rate",
    "cap",
    "pause",
    "judge",
    "started_on",
    "event",
    "by_media",
    "gap_seconds_max",
    "text",
    "detectors",
    "question",
    "answer",
    "to",
    "subject",
    "numerator",
    "denominator",
    "at_least",
    "at_most",
    "round",
    "floor",
    "compare",
    "of",
    "where",
    "window",
    "flag",
    "group_by",
    "every",
    "sum",
    "value",
    "min_n",
    "limit",
    "method",
    "number",
    "date",
    "voided",
    "span",
    "place",
    "speed_max",
    "key",
    "tolerance",
    "distinct",
    "between",
    "explained",
    "gap",
    "voided_number",
    "left_key",
    "right_key",
    "left_value",
    "right_value",
    "each",
    "period_of",
    "advice",
];

/// 部分读取器：一张 `[[part]]` 表与编译环境。
pub struct PartReader<'b, 'a, 'r> {
    /// 书。
    pub book: &'b Book,
    /// 取键器。
    pub reader: &'r Reader<'a>,
    /// 规则编码。
    pub code: &'r str,
    /// 规则的版本日取法（`version_by`）。
    pub version_by: &'r str,
    /// 编译环境。
    pub env: Env<'b>,
}

type Kinds = Arc<[KindId]>;

impl PartReader<'_, '_, '_> {
    fn selector(&mut self, key: &'static str, sink: &mut Sink) -> Option<Selector> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at(self.reader.get(key)?);
        Selector::parse_at(&mut self.env, text, &at, sink)
    }

    fn selector_required(&mut self, key: &'static str, sink: &mut Sink) -> Option<Selector> {
        self.reader.require(key, sink)?;
        self.selector(key, sink)
    }

    fn cel(&mut self, key: &'static str, ty: &Type, sink: &mut Sink) -> Option<Fun> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at(self.reader.get(key)?);
        compile_as(&mut self.env, text, ty, &at, sink)
    }

    fn test(&mut self, key: &'static str, sink: &mut Sink) -> Option<Test> {
        let reader = self.reader;
        self.test_in(reader, key, sink)
    }

    fn test_in(&mut self, reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Option<Test> {
        let text = reader.text(key, sink)?;
        let at = reader.at(reader.get(key)?);
        compile_test(&mut self.env, text, &at, sink)
    }

    fn cel_in(
        &mut self,
        reader: &Reader<'_>,
        key: &'static str,
        ty: &Type,
        sink: &mut Sink,
    ) -> Option<Fun> {
        let text = reader.text(key, sink)?;
        let at = reader.at(reader.get(key)?);
        compile_as(&mut self.env, text, ty, &at, sink)
    }

    fn selector_in(
        &mut self,
        reader: &Reader<'_>,
        key: &'static str,
        sink: &mut Sink,
    ) -> Option<Selector> {
        let text = reader.text_required(key, sink)?;
        let at = reader.at(reader.get(key)?);
        Selector::parse_at(&mut self.env, text, &at, sink)
    }

    /// 整数：字面、`param:名` 或条件。
    fn number(&mut self, key: &'static str, sink: &mut Sink) -> Option<Fun> {
        let node = self.reader.get(key)?;
        if let crate::tree::NodeKind::Int(n) = node.kind {
            return Some(Box::new(move |_| crate::cel::value::Val::Int(n)));
        }
        let text = self.reader.text(key, sink)?;
        let source = text
            .strip_prefix("param:")
            .map_or_else(|| text.to_owned(), |p| format!("param('{p}')"));
        compile_as(
            &mut self.env,
            &source,
            &Type::Int,
            &self.reader.at(node),
            sink,
        )
    }

    fn bind(&mut self, name: &'static str, slot: Slot, kinds: Kinds) {
        let env = std::mem::replace(&mut self.env, Env::new(self.book));
        self.env = env.slot(name, slot, kinds);
    }

    fn period(&mut self, key: &'static str, sink: &mut Sink) -> Option<PeriodOf> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at(self.reader.get(key)?);
        if let Some(name) = text.strip_prefix("param:") {
            let Some(id) = self.book.parameters.find(name) else {
                let hint = nearest(name, self.book.parameters.names());
                sink.error(&at, Code::Name, format!("没有参数 {name}"), hint);
                return None;
            };
            self.env.deps.borrow_mut().params.insert(name.to_owned());
            if self.book.parameters.get(id).ty != Type::Period {
                sink.error(&at, Code::Type, format!("参数 {name} 不是期限"), None);
                return None;
            }
            return Some(PeriodOf::Parameter(id));
        }
        match text.parse::<Period>() {
            Ok(period) => Some(PeriodOf::Literal(period)),
            Err(e) => {
                sink.error(
                    &at,
                    Code::Period,
                    format!("不是期限：{e}"),
                    Some("如 CD(30)、param:名".into()),
                );
                None
            }
        }
    }

    /// 期限可能的单位：字面一个，参数各取值都算。
    fn units(&self, period: &PeriodOf) -> Vec<PeriodUnit> {
        match period {
            PeriodOf::Literal(period) => vec![period.unit()],
            PeriodOf::Parameter(id) => {
                let settings = &self.book.parameters.get(*id).settings;
                let units = settings
                    .iter()
                    .filter_map(|setting| match &setting.content {
                        Content::Value(Val::Period(period)) => Some(period.unit()),
                        _ => None,
                    });
                units.collect()
            }
        }
    }

    /// LB09：倒计期限只能用于 `notice`；小时期限不能有扣除。
    fn check_unit(
        &self,
        key: &'static str,
        period: &PeriodOf,
        is_notice: bool,
        has_exclusions: bool,
        sink: &mut Sink,
    ) {
        let at = self.reader.at_key(key);
        for unit in self.units(period) {
            let backward = matches!(
                unit,
                PeriodUnit::WorkingDaysBefore | PeriodUnit::CalendarDaysBefore
            );
            if backward != is_notice {
                let message = if backward {
                    "BWD、BCD 只能用于 notice"
                } else {
                    "notice 的期限应为 BWD 或 BCD"
                };
                sink.error(&at, Code::Period, message, None);
            }
            if unit == PeriodUnit::Hours && has_exclusions {
                let hint = Some("小时连续计算，改用日，或删去 exclude".into());
                sink.error(&at, Code::Period, "以小时计的期限不能有扣除", hint);
            }
        }
    }

    /// 条件是不是写死的 true、false。
    fn constant(&self, key: &'static str) -> Option<bool> {
        let text = self.reader.text(key, &mut Sink::default())?;
        match parser::parse(text).ok()?.expr {
            Expr::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// LB11：写死的条件使这一部分永不触发，或永远合规。
    fn check_constants(&self, form: &str, sink: &mut Sink) {
        let mut dead = vec![("when", false), ("unless", true)];
        if form == "must" {
            dead.push(("that", true));
        }
        for (key, value) in dead {
            if self.constant(key) == Some(value) {
                let message = format!("{key} 恒为 {value}，这一部分永远不会发现什么");
                sink.error(&self.reader.at_key(key), Code::DeadRule, message, None);
            }
        }
    }

    fn duty(&mut self, sink: &mut Sink) -> Option<usize> {
        let text = self.reader.text_required("duty", sink)?;
        let (code, part) = match text.split_once('/') {
            Some((code, part)) => (code, Some(part)),
            None => (text, None),
        };
        let found = self.book.duty(code, part);
        match found {
            Some(id) => {
                self.env.deps.borrow_mut().duties.insert(id);
            }
            None => {
                let at = self.reader.at_key("duty");
                let hint = nearest(code, self.book.duty_codes());
                sink.error(&at, Code::Name, format!("没有期限部分 {text}"), hint);
            }
        }
        found
    }

    /// 读一个部分。
    pub fn read(mut self, sink: &mut Sink) -> Option<Part> {
        let form_name = self.reader.text_required("form", sink)?;
        let by = self
            .reader
            .texts("by", sink)
            .into_iter()
            .filter_map(|(key, node)| {
                let found = Key::parse(key);
                if found.is_none() {
                    let hint = Some("party、instance、decision、goods".into());
                    sink.error(
                        &self.reader.at(node),
                        Code::Name,
                        format!("不认识的键 {key}"),
                        hint,
                    );
                }
                found
            })
            .collect();
        let id = self.reader.text("id", sink).map(Arc::from);
        let severity = self.severity("severity", sink);
        let marks = read_marks(self.reader, "mark", sink);
        let say = self.reader.text("say", sink).map(Arc::from);
        let advice = self.reader.texts("advice", sink);
        let advice = advice.into_iter().map(|(code, _)| Arc::from(code));
        let advice = advice.collect();
        let before = sink.diagnostics.len();
        let (form, triggers, trigger_text) = self.form(form_name, sink);
        let when = self.test("when", sink);
        let unless = self.test("unless", sink);
        self.check_constants(form_name, sink);
        let Some(form) = form else {
            self.reader.excuse(&KEYS);
            if sink.diagnostics.len() == before {
                sink.error(
                    &self.reader.here(),
                    Code::Key,
                    format!("形式 {form_name} 的键不全"),
                    None,
                );
            }
            return None;
        };
        Some(Part {
            id,
            form_name: form_name.into(),
            form,
            severity,
            marks,
            advice,
            when,
            unless,
            by,
            say,
            at: self.reader.here(),
            deps: self.env.deps.into_inner(),
            duty: None,
            triggers,
            trigger_text,
        })
    }

    fn severity(&self, key: &'static str, sink: &mut Sink) -> Option<Severity> {
        let name = self.reader.text(key, sink)?;
        let severity = Severity::parse(name);
        if severity.is_none() {
            let hint = Some("提示、预警、违规、重大违法".into());
            sink.error(
                &self.reader.at_key(key),
                Code::Type,
                format!("不认识的严重程度 {name}"),
                hint,
            );
        }
        severity
    }

    fn form(&mut self, name: &str, sink: &mut Sink) -> (Option<Form>, Vec<KindId>, Arc<str>) {
        let trigger_key = trigger_key(name);
        let mut triggers = Vec::new();
        let mut text: Arc<str> = "".into();
        if let Some(source) = self.reader.text(trigger_key, &mut Sink::default()) {
            if source != "case" {
                // Errors of the trigger are reported where the form reads it.
                if let Some(kinds) = Selector::kinds_of(self.book, source) {
                    triggers = kinds.to_vec();
                    self.bind("e", Slot::E, kinds);
                }
            }
            text = source.into();
        }
        let form = match name {
            "deadline" => self.deadline(sink),
            "near_due" => self.near_due(sink),
            "extension" => self
                .duty(sink)
                .map(|duty| Form::Extension(DutyRef { duty })),
            "exclusion" => self
                .duty(sink)
                .map(|duty| Form::Exclusion(DutyRef { duty })),
            "wait" => self.wait(sink),
            "notice" => self.notice(sink),
            "requires" => self.requires(sink),
            "precedes" => self.precedes(sink),
            "forbids" => self.forbids(sink),
            "must" => self.must(sink),
            "elements" => self.elements(sink),
            "agrees" => self.agrees(sink),
            "accrues" => self.accrues(sink),
            "covers" => self.covers(sink),
            "matches" => self.matches(sink),
            "checklist" => self.checklist(sink),
            "refers" => {
                self.reader.texts("to", sink);
                Some(Form::Refers)
            }
            "ratio" => self.ratio(sink),
            "count" if self.reader.get("on").is_none() => self.count(sink),
            "count" | "periodic" | "outlier" | "sequence" | "overlap" | "reconcile" => {
                self.over_cases(name, sink)
            }
            _ => {
                let hint = nearest(name, FORMS.into_iter());
                sink.error(
                    &self.reader.at_key("form"),
                    Code::Name,
                    format!("没有形式 {name}"),
                    hint,
                );
                None
            }
        };
        if let Some(Form::Precedes(form)) = &form {
            // Order needs two of them: without any but the first there is nothing to compare.
            triggers = form
                .order
                .iter()
                .skip(1)
                .flat_map(|s| s.kinds().to_vec())
                .collect();
        }
        (form, triggers, text)
    }
}

/// 触发写在哪个键里。
fn trigger_key(form: &str) -> &'static str {
    match form {
        "deadline" | "wait" => "start",
        "notice" => "act",
        "agrees" => "right",
        "covers" => "event",
        "reconcile" => "left",
        "periodic" => "each",
        _ => "on",
    }
}
