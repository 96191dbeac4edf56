//! 读取与时间有关的形式：期限、临期、等待、通知。

use std::sync::Arc;

use mingjing_domain::finding::Severity;
use mingjing_kernel::period::{Period, PeriodUnit};

use super::{Kinds, PartReader};
use crate::cel::ast::{Expr, Spanned};
use crate::cel::compile::{Fun, Test, compile_as, compile_test, compile_text};
use crate::cel::parser;
use crate::cel::types::Type;
use crate::cel::value::Val;
use crate::context::Slot;
use crate::diagnostic::{At, Code, Sink};
use crate::forms::Form;
use crate::forms::clock::{NearDue, PeriodOf, Wait};
use crate::forms::deadline::{Deadline, Exclude, Extend, MetAt, PeriodSource};
use crate::forms::notice::{Lesser, Notice};
use crate::marks::read_marks;
use crate::selector::{Pick, Selector};
use crate::tree::Reader;

impl PartReader<'_, '_, '_> {
    pub(super) fn deadline(&mut self, sink: &mut Sink) -> Option<Form> {
        let start = self.selector_required("start", sink);
        let start_at = self.moment("start_at", sink);
        let exclude = self.excludes(sink);
        let extend = self.extends(sink);
        let period = if self.reader.get("due").is_some() {
            if !exclude.is_empty() || !extend.is_empty() {
                let message = "固定的到期日（due）不能有 exclude、extend：它们不会移动它";
                sink.error(&self.reader.here(), Code::Period, message, None);
            }
            self.cel("due", &Type::Date, sink).map(PeriodSource::Date)
        } else {
            self.reader.require("period", sink);
            let period = self.period("period", sink);
            if let Some(period) = &period {
                self.check_unit("period", period, false, !exclude.is_empty(), sink);
                self.check_extensions(period, sink);
            }
            period.map(PeriodSource::Counted)
        };
        let met_by = self.selector("met_by", sink);
        let met_on = self.moment("met_on", sink);
        let restart_on = self.selector("restart_on", sink);
        if self.reader.lacks(&["met_by", "met_on", "restart_on"]) {
            sink.error(
                &self.reader.here(),
                Code::Key,
                "期限缺少 met_by 或 met_on",
                None,
            );
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
            "case" => {
                return Some(Box::new(|ctx| {
                    crate::cel::value::Val::Date(ctx.run.case.as_of)
                }));
            }
            "act" => "term.act_ended_on",
            "filed" => "first(case_filed).occurred_on",
            other => {
                sink.error(
                    &self.reader.here(),
                    Code::Type,
                    format!("不认识的 version_by {other}"),
                    None,
                );
                return None;
            }
        };
        compile_as(
            &mut self.env,
            source,
            &Type::Date,
            &self.reader.here(),
            sink,
        )
    }

    fn conditions(&mut self, reader: &Reader<'_>, sink: &mut Sink) -> Vec<(Test, Arc<str>)> {
        reader
            .texts("valid", sink)
            .into_iter()
            .filter_map(|(text, node)| {
                compile_test(&mut self.env, text, &reader.at(node), sink)
                    .map(|test| (test, Arc::from(text)))
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
                list.push(Exclude {
                    kind: kind.into(),
                    from,
                    to,
                    valid,
                });
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
                let add = self.extension(&reader, sink);
                reader.flag("chain", sink);
                let approved = self.cel_in(&reader, "approved", &Type::Date, sink);
                let valid = self.conditions(&reader, sink);
                if let Some(add) = add {
                    list.push(Extend {
                        by,
                        add,
                        approved,
                        valid,
                    });
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
            let when = self.test_in(&reader, "when", sink);
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
    fn moment(&mut self, key: &'static str, sink: &mut Sink) -> Option<Fun> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at(self.reader.get(key)?);
        self.moment_of(text, &at, sink)
    }

    fn moment_of(&mut self, source: &str, at: &At, sink: &mut Sink) -> Option<Fun> {
        match compile_text(&mut self.env, source) {
            Ok(typed) if matches!(typed.ty, Type::Date | Type::Instant) => Some(typed.into_fun()),
            Ok(typed) => {
                sink.error(
                    at,
                    Code::Type,
                    format!("“{source}”应为日期或时刻，实为{}", typed.ty.name()),
                    None,
                );
                None
            }
            Err(e) => {
                sink.error(
                    &at.inside(e.at),
                    e.code,
                    format!("“{source}”：{}", e.message),
                    e.hint,
                );
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

    /// 延长多少：期限（`CD(15)`）、`param:名` 或条件（`e.period`）。
    fn extension(&mut self, reader: &Reader<'_>, sink: &mut Sink) -> Option<Fun> {
        let text = reader.text("add", sink)?;
        if let Ok(period) = text.parse::<Period>() {
            return Some(Box::new(move |_| Val::Period(period)));
        }
        let source = match text.strip_prefix("param:") {
            Some(name) => format!("param('{name}')"),
            None => text.to_owned(),
        };
        let at = reader.at_key("add");
        compile_as(&mut self.env, &source, &Type::Period, &at, sink)
    }

    /// LB10：延长的单位写死在规则里而与原期限不同的，须写明 `chain = true`（先算完原期限，再接着算延长）；小时与日不能相接。
    fn check_extensions(&self, base: &PeriodOf, sink: &mut Sink) {
        let base = self.units(base);
        for reader in self.reader.tables("extend", &mut Sink::default()) {
            let Some(text) = reader.text("add", &mut Sink::default()) else {
                continue;
            };
            let is_chained = reader.flag("chain", &mut Sink::default());
            let added = match (text.parse::<Period>(), parameter_name(text)) {
                (Ok(period), _) => vec![period.unit()],
                (Err(_), Some(name)) => match self.book.parameters.find(&name) {
                    Some(id) => self.units(&PeriodOf::Parameter(id)),
                    None => Vec::new(),
                },
                (Err(_), None) => Vec::new(),
            };
            let clash = added.iter().find_map(|add| {
                let other = base.iter().find(|unit| *unit != add)?;
                Some([*add, *other].contains(&PeriodUnit::Hours))
            });
            let (message, hint) = match clash {
                Some(true) => ("以小时计的期限与以日、月、年计的不能相接", None),
                Some(false) if !is_chained => (
                    "延长的单位与原期限不同",
                    Some("确是先算完原期限再接着算的，写 chain = true".into()),
                ),
                Some(false) | None => continue,
            };
            sink.error(&reader.at_key("add"), Code::ExtensionUnit, message, hint);
        }
    }

    pub(super) fn near_due(&mut self, sink: &mut Sink) -> Option<Form> {
        let duty = self.duty(sink)?;
        let days = self.reader.ints("days", sink);
        let before_holiday = self.reader.flag("before_holiday", sink);
        Some(Form::NearDue(NearDue {
            duty,
            days,
            before_holiday,
        }))
    }

    pub(super) fn wait(&mut self, sink: &mut Sink) -> Option<Form> {
        let start = self.selector_required("start", sink);
        let start_at = self.moment("start_at", sink);
        self.reader.require("period", sink);
        let period = self.period("period", sink);
        if let Some(period) = &period {
            self.check_unit("period", period, false, false, sink);
        }
        let before = self.selector_required("before", sink)?;
        self.bind("act", Slot::Act, before.kinds());
        Some(Form::Wait(Box::new(Wait {
            start: start?,
            start_at,
            period: period?,
            before,
        })))
    }

    pub(super) fn notice(&mut self, sink: &mut Sink) -> Option<Form> {
        let notice = self.selector_required("notice", sink)?;
        let act = self.selector_required("act", sink)?;
        self.bind("notice", Slot::Notice, notice.kinds());
        self.bind("act", Slot::Act, act.kinds());
        self.reader.require("period", sink);
        let period = self.period("period", sink)?;
        self.check_unit("period", &period, true, false, sink);
        let that = self.test("that", sink);
        if that.is_some() && notice.pick != Pick::Each {
            let message = "notice 写了 first 或 last 就只看那一次，不能再写 that";
            sink.error(&self.reader.at_key("that"), Code::Key, message, None);
        }
        let mut lesser = Vec::new();
        for reader in self.reader.tables("lesser", sink) {
            let when = self.test_in(&reader, "when", sink);
            let to = reader.text_required("to", sink).and_then(Severity::parse);
            let marks = read_marks(&reader, "mark", sink);
            if let (Some(when), Some(to)) = (when, to) {
                lesser.push(Lesser { when, to, marks });
            }
            reader.finish(sink);
        }
        Some(Form::Notice(Box::new(Notice {
            notice,
            act,
            period,
            that,
            lesser,
        })))
    }
}

/// `param:名` 或 `param('名')` 中的参数名。
fn parameter_name(text: &str) -> Option<String> {
    if let Some(name) = text.strip_prefix("param:") {
        return Some(name.to_owned());
    }
    match parser::parse(text).ok()?.expr {
        Expr::Call(function, arguments) if function == "param" => match &arguments[..] {
            [
                Spanned {
                    expr: Expr::Text(name),
                    ..
                },
            ] => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}
