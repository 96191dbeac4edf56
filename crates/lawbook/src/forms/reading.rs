//! 读取 `[[part]]`：形式的各键编译为选择器与条件。

use std::sync::Arc;

use mingjing_domain::finding::Severity;
use mingjing_kernel::period::{Period, PeriodUnit};

use super::clock::{DutyRef, Lesser, NearDue, Notice, PeriodOf, Wait};
use super::deadline::{Deadline, Exclude, Extend, MetAt, PeriodSource};
use super::media::{Covers, Detector, Matches};
use super::money::{Accrues, Judge};
use super::pattern::{Agreement, Agrees, Checklist, Elements, Forbids, Must, Pairing, Position, Precedes, Requires};
use super::sets::{Count, Ratio, Round};
use super::{Form, Part};
use crate::book::Book;
use crate::cel::compile::{Env, Fun, compile_as, compile_text};
use crate::cel::types::{KindId, Type};
use crate::context::Slot;
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::marks::read_marks;
use crate::prepare::Key;
use crate::selector::Selector;
use crate::tree::Reader;

/// 全部形式名。
pub const FORMS: [&str; 24] = [
    "deadline", "near_due", "extension", "exclusion", "wait", "notice", "requires", "precedes", "forbids", "must",
    "elements", "agrees", "accrues", "covers", "matches", "checklist", "refers", "periodic", "count", "ratio",
    "outlier", "sequence", "overlap", "reconcile",
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
    fn selector(&mut self, key: &str, sink: &mut Sink) -> Option<Selector> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at(self.reader.get(key)?);
        Selector::parse_at(&mut self.env, text, &at, sink)
    }

    fn selector_required(&mut self, key: &str, sink: &mut Sink) -> Option<Selector> {
        self.reader.require(key, sink)?;
        self.selector(key, sink)
    }

    fn cel(&mut self, key: &str, ty: &Type, sink: &mut Sink) -> Option<Fun> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at(self.reader.get(key)?);
        compile_as(&mut self.env, text, ty, &at, sink)
    }

    fn cel_in(&mut self, reader: &Reader<'_>, key: &str, ty: &Type, sink: &mut Sink) -> Option<Fun> {
        let text = reader.text(key, sink)?;
        let at = reader.at(reader.get(key)?);
        compile_as(&mut self.env, text, ty, &at, sink)
    }

    fn selector_in(&mut self, reader: &Reader<'_>, key: &str, sink: &mut Sink) -> Option<Selector> {
        let text = reader.text_required(key, sink)?;
        let at = reader.at(reader.get(key)?);
        Selector::parse_at(&mut self.env, text, &at, sink)
    }

    /// 整数：字面、`param:名` 或条件。
    fn number(&mut self, key: &str, sink: &mut Sink) -> Option<Fun> {
        let node = self.reader.get(key)?;
        if let crate::tree::NodeKind::Int(n) = node.kind {
            return Some(Box::new(move |_| crate::cel::value::Val::Int(n)));
        }
        let text = self.reader.text(key, sink)?;
        let source = text.strip_prefix("param:").map_or_else(|| text.to_owned(), |p| format!("param('{p}')"));
        compile_as(&mut self.env, &source, &Type::Int, &self.reader.at(node), sink)
    }

    fn bind(&mut self, name: &'static str, slot: Slot, kinds: Kinds) {
        let env = std::mem::replace(&mut self.env, Env::new(self.book));
        self.env = env.slot(name, slot, kinds);
    }

    fn period(&mut self, key: &str, sink: &mut Sink) -> Option<PeriodOf> {
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
                sink.error(&at, Code::Period, format!("不是期限：{e}"), Some("如 CD(30)、param:名".into()));
                None
            }
        }
    }

    /// LB09：倒计期限只能用于 `notice`；小时期限不能有扣除。
    fn check_unit(&self, period: &PeriodOf, is_notice: bool, has_exclusions: bool, sink: &mut Sink) {
        let mut units: Vec<PeriodUnit> = Vec::new();
        match period {
            PeriodOf::Literal(period) => units.push(period.unit()),
            PeriodOf::Parameter(id) => {
                for setting in &self.book.parameters.get(*id).settings {
                    if let crate::parameters::Content::Value(crate::cel::value::Val::Period(p)) = &setting.content {
                        units.push(p.unit());
                    }
                }
            }
        }
        for unit in units {
            let backward = matches!(unit, PeriodUnit::WorkingDaysBefore | PeriodUnit::CalendarDaysBefore);
            if backward != is_notice {
                let message = if backward { "BWD、BCD 只能用于 notice" } else { "notice 的期限应为 BWD 或 BCD" };
                sink.error(&self.reader.here(), Code::Period, message, None);
            }
            if unit == PeriodUnit::Hours && has_exclusions {
                sink.error(&self.reader.here(), Code::Period, "以小时计的期限不能有扣除", None);
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
                let at = self.reader.at(self.reader.get("duty")?);
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
                    sink.error(&self.reader.at(node), Code::Name, format!("不认识的键 {key}"), hint);
                }
                found
            })
            .collect();
        let id = self.reader.text("id", sink).map(Arc::from);
        let severity = self.severity("severity", sink);
        let marks = read_marks(self.reader, "mark", sink);
        let say = self.reader.text("say", sink).map(Arc::from);
        let before = sink.diagnostics.len();
        let (form, triggers, trigger_text) = self.form(form_name, sink);
        let when = self.cel("when", &Type::Bool, sink);
        let unless = self.cel("unless", &Type::Bool, sink);
        let Some(form) = form else {
            if sink.diagnostics.len() == before {
                sink.error(&self.reader.here(), Code::Key, format!("形式 {form_name} 的键不全"), None);
            }
            return None;
        };
        Some(Part {
            id,
            form_name: form_name.into(),
            form,
            severity,
            marks,
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

    fn severity(&self, key: &str, sink: &mut Sink) -> Option<Severity> {
        let name = self.reader.text(key, sink)?;
        let severity = Severity::parse(name);
        if severity.is_none() {
            let hint = Some("提示、预警、违规、重大违法".into());
            sink.error(&self.reader.here(), Code::Type, format!("不认识的严重程度 {name}"), hint);
        }
        severity
    }

    fn form(&mut self, name: &str, sink: &mut Sink) -> (Option<Form>, Vec<KindId>, Arc<str>) {
        let trigger_key = match name {
            "deadline" | "wait" => "start",
            "notice" => "act",
            "agrees" => "right",
            "covers" => "event",
            _ => "on",
        };
        let mut triggers = Vec::new();
        let mut text: Arc<str> = "".into();
        if let Some(source) = self.reader.text(trigger_key, &mut Sink::default()) {
            if source != "case" {
                // Errors of the trigger are reported where the form reads it again.
                if let Ok(selector) = Selector::parse(&mut self.env, source) {
                    let kinds = selector.kinds();
                    triggers = kinds.to_vec();
                    self.bind("e", Slot::E, kinds);
                }
            }
            text = source.into();
        }
        let form = match name {
            "deadline" => self.deadline(sink),
            "near_due" => self.near_due(sink),
            "extension" => self.duty(sink).map(|duty| Form::Extension(DutyRef { duty })),
            "exclusion" => self.duty(sink).map(|duty| Form::Exclusion(DutyRef { duty })),
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
            "count" => self.count(sink),
            "periodic" | "outlier" | "sequence" | "overlap" | "reconcile" => self.planned(name, sink),
            _ => {
                let hint = nearest(name, FORMS.into_iter());
                sink.error(&self.reader.here(), Code::Name, format!("没有形式 {name}"), hint);
                None
            }
        };
        (form, triggers, text)
    }

    fn deadline(&mut self, sink: &mut Sink) -> Option<Form> {
        let start = self.selector_required("start", sink);
        let start_at = self.cel("start_at", &Type::Date, sink);
        let exclude = self.excludes(sink);
        let extend = self.extends(sink);
        let period = if self.reader.get("due").is_some() {
            self.cel("due", &Type::Date, sink).map(PeriodSource::Date)
        } else {
            self.reader.require("period", sink);
            let period = self.period("period", sink);
            if let Some(period) = &period {
                self.check_unit(period, false, !exclude.is_empty(), sink);
            }
            period.map(|p| match p {
                PeriodOf::Literal(p) => PeriodSource::Literal(p),
                PeriodOf::Parameter(id) => PeriodSource::Parameter(id),
            })
        };
        let met_by = self.selector("met_by", sink);
        let met_on = self.moment("met_on", sink);
        let restart_on = self.selector("restart_on", sink);
        if met_by.is_none() && met_on.is_none() && restart_on.is_none() {
            sink.error(&self.reader.here(), Code::Key, "期限缺少 met_by 或 met_on", None);
        }
        let met_at = self.met_at(met_by.as_ref().map(Selector::kinds), sink);
        let ends_by = self.selector("ends_by", sink);
        let judge_on = self.selector("judge_on", sink);
        let near = self.reader.ints("near", sink);
        let version_day = match self.version_by {
            "start" => None,
            "judged" => Some("case"),
            other => Some(other),
        }
        .and_then(|by| self.version_day(by, sink));
        Some(Form::Deadline(Box::new(Deadline {
            start: start?,
            start_at,
            period: period?,
            met_by,
            met_at,
            met_on,
            exclude,
            extend,
            ends_by,
            restart_on,
            near,
            judge_on,
            version_day,
        })))
    }

    fn version_day(&mut self, by: &str, sink: &mut Sink) -> Option<Fun> {
        let source = match by {
            "case" => return Some(Box::new(|ctx| crate::cel::value::Val::Date(ctx.run.case.as_of))),
            "act" => "term.act_ended_on",
            "filed" => "first(case_filed).occurred_on",
            other => {
                sink.error(&self.reader.here(), Code::Type, format!("不认识的 version_by {other}"), None);
                return None;
            }
        };
        compile_as(&mut self.env, source, &Type::Date, &self.reader.here(), sink)
    }

    fn conditions(&mut self, reader: &Reader<'_>, sink: &mut Sink) -> Vec<(Fun, Arc<str>)> {
        reader
            .texts("valid", sink)
            .into_iter()
            .filter_map(|(text, node)| {
                compile_as(&mut self.env, text, &Type::Bool, &reader.at(node), sink).map(|f| (f, Arc::from(text)))
            })
            .collect()
    }

    fn excludes(&mut self, sink: &mut Sink) -> Vec<Exclude> {
        let mut list = Vec::new();
        for reader in self.reader.tables("exclude", sink) {
            let kind = reader.text_required("kind", sink).unwrap_or("");
            let from = self.selector_in(&reader, "from", sink);
            let to = self.selector_in(&reader, "to", sink);
            if let (Some(from), Some(to)) = (from, to) {
                self.bind("from", Slot::From, from.kinds());
                self.bind("to", Slot::To, to.kinds());
                let valid = self.conditions(&reader, sink);
                list.push(Exclude { kind: kind.into(), from, to, valid });
            }
            reader.finish(sink);
        }
        list
    }

    fn extends(&mut self, sink: &mut Sink) -> Vec<Extend> {
        let outer = self.env.slots.clone();
        let mut list = Vec::new();
        for reader in self.reader.tables("extend", sink) {
            if let Some(by) = self.selector_in(&reader, "by", sink) {
                if let Some((_, _, kinds)) = outer.iter().find(|(name, _, _)| *name == "e") {
                    self.bind("start", Slot::Start, kinds.clone());
                }
                self.bind("e", Slot::E, by.kinds());
                reader.require("add", sink);
                let add = self.cel_in(&reader, "add", &Type::Period, sink);
                let approved = self.cel_in(&reader, "approved", &Type::Date, sink);
                let valid = self.conditions(&reader, sink);
                if let Some(add) = add {
                    list.push(Extend { by, add, approved, valid });
                }
            }
            reader.finish(sink);
        }
        self.env.slots = outer;
        list
    }

    fn met_at(&mut self, kinds: Option<Kinds>, sink: &mut Sink) -> Vec<MetAt> {
        let outer = self.env.slots.clone();
        let mut list = Vec::new();
        for reader in self.reader.tables("met_at", sink) {
            if let Some((_, _, start)) = outer.iter().find(|(name, _, _)| *name == "e") {
                self.bind("start", Slot::Start, start.clone());
            }
            if let Some(kinds) = &kinds {
                self.bind("e", Slot::E, kinds.clone());
            }
            let when = self.cel_in(&reader, "when", &Type::Bool, sink);
            let at = self.met_date(&reader, sink);
            let marks = read_marks(&reader, "mark", sink);
            if let Some(at) = at {
                list.push(MetAt { when, at, marks });
            }
            reader.finish(sink);
        }
        self.env.slots = outer;
        list
    }

    /// 日期或时刻的条件。
    fn moment(&mut self, key: &str, sink: &mut Sink) -> Option<Fun> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at(self.reader.get(key)?);
        self.moment_of(text, &at, sink)
    }

    fn moment_of(&mut self, source: &str, at: &At, sink: &mut Sink) -> Option<Fun> {
        match compile_text(&mut self.env, source) {
            Ok(typed) if matches!(typed.ty, Type::Date | Type::Instant) => Some(typed.run),
            Ok(typed) => {
                sink.error(at, Code::Type, format!("“{source}”应为日期或时刻，实为{}", typed.ty.name()), None);
                None
            }
            Err(e) => {
                sink.error(&at.inside(e.at), e.code, format!("“{source}”：{}", e.message), e.hint);
                None
            }
        }
    }

    /// `at` 可写日期或时刻；`derived.名` 是 `derived('名', e)` 的简写。
    fn met_date(&mut self, reader: &Reader<'_>, sink: &mut Sink) -> Option<Fun> {
        let text = reader.text_required("at", sink)?;
        let at = reader.at(reader.get("at")?);
        let source = match text.trim().strip_prefix("derived.") {
            Some(name) => format!("derived('{name}', e)"),
            None => text.to_owned(),
        };
        self.moment_of(&source, &at, sink)
    }

    fn near_due(&mut self, sink: &mut Sink) -> Option<Form> {
        let duty = self.duty(sink)?;
        let days = self.reader.ints("days", sink);
        let before_holiday = self.reader.flag("before_holiday", sink);
        Some(Form::NearDue(NearDue { duty, days, before_holiday }))
    }

    fn wait(&mut self, sink: &mut Sink) -> Option<Form> {
        let start = self.selector_required("start", sink);
        let start_at = self.cel("start_at", &Type::Date, sink);
        self.reader.require("period", sink);
        let period = self.period("period", sink);
        if let Some(period) = &period {
            self.check_unit(period, false, false, sink);
        }
        let before = self.selector_required("before", sink)?;
        self.bind("act", Slot::Act, before.kinds());
        Some(Form::Wait(Box::new(Wait { start: start?, start_at, period: period?, before })))
    }

    fn notice(&mut self, sink: &mut Sink) -> Option<Form> {
        let notice = self.selector_required("notice", sink)?;
        let act = self.selector_required("act", sink)?;
        self.bind("notice", Slot::Notice, notice.kinds());
        self.bind("act", Slot::Act, act.kinds());
        self.reader.require("period", sink);
        let period = self.period("period", sink)?;
        self.check_unit(&period, true, false, sink);
        let mut lesser = Vec::new();
        for reader in self.reader.tables("lesser", sink) {
            let when = self.cel_in(&reader, "when", &Type::Bool, sink);
            let to = reader.text_required("to", sink).and_then(Severity::parse);
            let marks = read_marks(&reader, "mark", sink);
            if let (Some(when), Some(to)) = (when, to) {
                lesser.push(Lesser { when, to, marks });
            }
            reader.finish(sink);
        }
        Some(Form::Notice(Box::new(Notice { notice, act, period, lesser })))
    }

    fn requires(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        let mut needs: Vec<Selector> = self.selector("needs", sink).into_iter().collect();
        for (text, node) in self.reader.texts("any", sink) {
            needs.extend(Selector::parse_at(&mut self.env, text, &self.reader.at(node), sink));
        }
        let kinds: Kinds = needs.iter().flat_map(|s| s.kinds().to_vec()).collect();
        let position = match self.reader.text("position", sink).unwrap_or("any") {
            "before" | "not_after" => Position::Before,
            "same_day" => Position::SameDay,
            "after" => Position::After,
            "any" => Position::Any,
            other => {
                sink.error(&self.reader.here(), Code::Type, format!("不认识的 position {other}"), None);
                return None;
            }
        };
        let strict = self.reader.flag("strict", sink);
        let within = self.period("within", sink);
        if let Some(period) = &within {
            self.check_unit(period, false, false, sink);
        }
        let document = self.reader.flag("document", sink);
        let media = self.reader.flag("media", sink);
        if needs.is_empty() && !document && !media {
            sink.error(&self.reader.here(), Code::Key, "requires 缺少 needs、any、document 或 media", None);
        }
        let outer = self.env.slots.clone();
        self.bind("act", Slot::Act, kinds);
        let that = self.cel("that", &Type::Bool, sink);
        self.env.slots = outer;
        Some(Form::Requires(Box::new(Requires { on: on?, needs, position, strict, within, that, document, media })))
    }

    fn precedes(&mut self, sink: &mut Sink) -> Option<Form> {
        let mut order = Vec::new();
        for (text, node) in self.reader.texts("order", sink) {
            order.push(Selector::parse_at(&mut self.env, text, &self.reader.at(node), sink)?);
        }
        if order.len() < 2 {
            sink.error(&self.reader.here(), Code::Key, "precedes 的 order 至少两项", None);
        }
        let strict = self.reader.flag("strict", sink);
        let mut lesser = Vec::new();
        for reader in self.reader.tables("lesser", sink) {
            let pair = reader.ints("pair", sink);
            let to = reader.text_required("to", sink).and_then(Severity::parse);
            match (&pair[..], to) {
                ([i, j], Some(to)) => lesser.push((*i as usize, *j as usize, to)),
                _ => sink.error(&reader.here(), Code::Type, "lesser 应为 pair = [i, j], to = \"程度\"", None),
            }
            reader.finish(sink);
        }
        Some(Form::Precedes(Precedes { order, strict, lesser }))
    }

    fn forbids(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        let after = self.selector("after", sink);
        let during = match self.reader.table("during", sink) {
            None => None,
            Some(reader) => {
                let pair = (self.selector_in(&reader, "from", sink)?, self.selector_in(&reader, "to", sink)?);
                reader.finish(sink);
                Some(pair)
            }
        };
        Some(Form::Forbids(Box::new(Forbids { on: on?, after, during })))
    }

    fn must(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = match self.reader.text("on", sink) {
            None | Some("case") => None,
            Some(_) => Some(self.selector("on", sink)?),
        };
        self.reader.require("that", sink);
        let that = self.cel("that", &Type::Bool, sink);
        let actual = self.number("actual", sink);
        let low = self.number("low", sink);
        let high = self.number("high", sink);
        Some(Form::Must(Box::new(Must { on, that: that?, actual, low, high })))
    }

    fn elements(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        let mut fields = Vec::new();
        for (name, node) in self.reader.texts("fields", sink) {
            let at = self.reader.at(node);
            let source = match compile_text(&mut self.env, &format!("e.{name}")) {
                Ok(typed) if typed.ty == Type::Bool => format!("has(e.{name}) && e.{name}"),
                Ok(_) => format!("has(e.{name})"),
                Err(e) => {
                    sink.error(&at, e.code, e.message, e.hint);
                    continue;
                }
            };
            if let Some(fun) = compile_as(&mut self.env, &source, &Type::Bool, &at, sink) {
                fields.push((Arc::from(name), fun));
            }
        }
        let mut documents = Vec::new();
        for (name, node) in self.reader.texts("documents", sink) {
            let source = format!("has(e.documents) && '{name}' in e.documents");
            if let Some(fun) = compile_as(&mut self.env, &source, &Type::Bool, &self.reader.at(node), sink) {
                documents.push((Arc::from(name), fun));
            }
        }
        self.reader.text("article", sink);
        if fields.is_empty() && documents.is_empty() {
            sink.error(&self.reader.here(), Code::Key, "elements 缺少 fields 或 documents", None);
        }
        Some(Form::Elements(Elements { on: on?, fields, documents }))
    }

    fn agrees(&mut self, sink: &mut Sink) -> Option<Form> {
        let left = self.selector_required("left", sink)?;
        let right = self.selector_required("right", sink)?;
        self.bind("left", Slot::Left, left.kinds());
        self.bind("right", Slot::Right, right.kinds());
        let table = self.reader.table("fields", sink)?;
        let mut pairings = Vec::new();
        for (name, span, node) in table.all() {
            let at = crate::diagnostic::At { file: table.file.clone(), span: span.clone() };
            let agreement = match node.text() {
                Some("same") => Agreement::Same,
                Some("no_more") => Agreement::NoMore,
                Some("no_worse") => Agreement::NoWorse,
                Some("subset") => Agreement::Subset,
                _ => {
                    sink.error(&at, Code::Type, "应为 same、no_more、no_worse 或 subset", None);
                    continue;
                }
            };
            let (l, r) = name.split_once('=').map_or((name.as_str(), name.as_str()), |(l, r)| (l.trim(), r.trim()));
            let sides = [format!("left.{l}"), format!("right.{r}")].map(|s| compile_text(&mut self.env, &s));
            match sides {
                [Ok(left), Ok(right)] if left.ty.matches(&right.ty) => {
                    let name: Arc<str> = r.into();
                    pairings.push(Pairing { name, left: left.run, right: right.run, agreement });
                }
                [Ok(_), Ok(_)] => sink.error(&at, Code::Type, format!("{name} 两边类型不同"), None),
                [Err(e), _] | [_, Err(e)] => sink.error(&at, e.code, e.message, e.hint),
            }
        }
        Some(Form::Agrees(Box::new(Agrees { left, right, pairings })))
    }

    fn accrues(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        for key in ["principal", "from", "rate", "cap", "actual"] {
            self.reader.require(key, sink);
        }
        let principal = self.number("principal", sink);
        let from = self.cel("from", &Type::Date, sink);
        let until = self.cel("until", &Type::Date, sink);
        let started_on = self.cel("started_on", &Type::Date, sink);
        let rate = self.number("rate", sink);
        let cap = self.number("cap", sink);
        let actual = self.number("actual", sink);
        let mut pause = Vec::new();
        for reader in self.reader.tables("pause", sink) {
            let pair = (self.selector_in(&reader, "from", sink), self.selector_in(&reader, "to", sink));
            if let (Some(from), Some(to)) = pair {
                pause.push((from, to));
            }
            reader.finish(sink);
        }
        let judge = match self.reader.text_required("judge", sink)? {
            "cap" => Judge::Cap,
            "rate" => Judge::Rate,
            "from" => Judge::From,
            other => {
                sink.error(&self.reader.here(), Code::Type, format!("不认识的 judge {other}"), None);
                return None;
            }
        };
        Some(Form::Accrues(Box::new(Accrues {
            on: on?,
            principal: principal?,
            from: from?,
            until,
            started_on,
            rate: rate?,
            cap: cap?,
            actual: actual?,
            pause,
            judge,
        })))
    }

    fn covers(&mut self, sink: &mut Sink) -> Option<Form> {
        let event = self.selector_required("event", sink);
        let media = self.selector_required("by_media", sink)?;
        let span = (self.instant("e.started_at", sink)?, self.instant("e.ended_at", sink)?);
        let outer = self.env.slots.clone();
        self.bind("act", Slot::Act, media.kinds());
        let media_span = (self.instant("act.started_at", sink)?, self.instant("act.ended_at", sink)?);
        self.env.slots = outer;
        self.reader.require("gap_seconds_max", sink);
        let gap_seconds_max = self.number("gap_seconds_max", sink)?;
        Some(Form::Covers(Covers { event: event?, span, media, media_span, gap_seconds_max }))
    }

    fn instant(&mut self, source: &str, sink: &mut Sink) -> Option<Fun> {
        compile_as(&mut self.env, source, &Type::Instant, &self.reader.here(), sink)
    }

    fn matches(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        self.reader.require("text", sink);
        let text = self.cel("text", &Type::Text, sink);
        let mut detectors = Vec::new();
        for (name, node) in self.reader.texts("detectors", sink) {
            match Detector::parse(name) {
                Some(detector) => detectors.push(detector),
                None => sink.error(&self.reader.at(node), Code::Name, format!("没有检出器 {name}"), None),
            }
        }
        Some(Form::Matches(Matches { on: on?, text: text?, detectors }))
    }

    fn checklist(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = match self.reader.text("on", sink) {
            None | Some("case") => None,
            Some(_) => Some(self.selector("on", sink)?),
        };
        let question = self.reader.text_required("question", sink)?.into();
        self.reader.require("answer", sink);
        let answer = self.cel("answer", &Type::Bool, sink)?;
        Some(Form::Checklist(Checklist { on, question, answer }))
    }

    fn ratio(&mut self, sink: &mut Sink) -> Option<Form> {
        for key in ["subject", "period", "numerator", "denominator", "compare"] {
            self.reader.text(key, sink);
        }
        let at_least = self.number("at_least", sink);
        let at_most = self.number("at_most", sink);
        if at_least.is_none() && at_most.is_none() {
            sink.error(&self.reader.here(), Code::Key, "ratio 缺少 at_least 或 at_most", None);
        }
        let round = match self.reader.text("round", sink) {
            Some("up") => Round::Up,
            _ => Round::Down,
        };
        let floor = self.reader.int("floor", sink).unwrap_or(0);
        Some(Form::Ratio(Box::new(Ratio { at_least, at_most, round, floor })))
    }

    fn count(&mut self, sink: &mut Sink) -> Option<Form> {
        for key in ["subject", "where", "flag"] {
            self.reader.text(key, sink);
        }
        let of = self.reader.text("of", sink).unwrap_or("").to_owned();
        let window_days = match self.reader.get("window").map(|n| &n.kind) {
            Some(crate::tree::NodeKind::Int(n)) => Some(*n),
            _ => {
                self.reader.text("window", &mut Sink::default());
                None
            }
        };
        let group_by = self.reader.texts("group_by", sink).into_iter().map(|(t, _)| t.to_owned()).collect();
        let at_most = self.number("at_most", sink);
        let at_least = self.number("at_least", sink);
        let near = self.number("near", sink);
        if at_least.is_none() && at_most.is_none() {
            sink.error(&self.reader.here(), Code::Key, "count 缺少 at_most 或 at_least", None);
        }
        Some(Form::Count(Box::new(Count { of, window_days, at_most, at_least, near, group_by })))
    }

    /// 尚不运行的集合形式：检查必需的键。
    fn planned(&mut self, name: &str, sink: &mut Sink) -> Option<Form> {
        let (required, optional): (&[&str], &[&str]) = match name {
            "periodic" => (&["subject", "every", "due", "met_by"], &["when", "sum"]),
            "outlier" => (&["group_by", "window", "value", "min_n", "limit", "method"], &["subject"]),
            "sequence" => (&["subject", "number", "date", "judge"], &["voided", "of"]),
            "overlap" => (&["subject", "span"], &["place", "speed_max", "key"]),
            _ => (&["left", "right", "key", "judge"], &["compare", "tolerance", "subject"]),
        };
        for key in required {
            self.reader.require(key, sink);
        }
        for key in optional {
            self.reader.get(key);
        }
        Some(Form::Planned)
    }
}

