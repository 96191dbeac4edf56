//! 读取跨案的形式：次数、离群、重叠、编号、对账、按期。

use std::sync::Arc;

use super::PartReader;
use crate::cel::compile::{Fun, compile_text};
use crate::cel::types::Type;
use crate::context::Slot;
use crate::diagnostic::{Code, Sink};
use crate::forms::Form;
use crate::forms::gather::{
    Column, CountLimits, Every, Gather, How, Lack, Method, OutlierLimits, ReconcileJudge,
    SequenceJudge, Side,
};
use crate::selector::Selector;

/// 列的类型合不合用。
type Fits = fn(&Type) -> bool;

fn is_number(ty: &Type) -> bool {
    *ty == Type::Int
}

fn is_answer(ty: &Type) -> bool {
    *ty == Type::Bool
}

fn is_moment(ty: &Type) -> bool {
    matches!(ty, Type::Date | Type::Instant)
}

fn is_name(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Text | Type::Code(_) | Type::Int | Type::Date | Type::Bool
    )
}

fn is_period(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Date)
}

impl PartReader<'_, '_, '_> {
    /// 跨案的形式。
    pub(super) fn over_cases(&mut self, name: &str, sink: &mut Sink) -> Option<Form> {
        match name {
            "periodic" => self.periodic(sink),
            "outlier" => self.outlier(sink),
            "sequence" => self.sequence(sink),
            "overlap" => self.overlap(sink),
            "reconcile" => self.reconcile(sink),
            _ => self.count_over_cases(sink),
        }
    }

    /// `count` 写了 `on` 的，数各案的事；否则数给出的行。
    fn count_over_cases(&mut self, sink: &mut Sink) -> Option<Form> {
        for key in ["subject", "flag"] {
            self.reader.text(key, sink);
        }
        let distinct = self.optional_column("distinct", is_name, sink);
        let mut limits = Vec::new();
        let every = self.every(sink);
        let window = self.limit("window", &mut limits, sink);
        let at_most = self.limit("at_most", &mut limits, sink);
        let at_least = self.limit("at_least", &mut limits, sink);
        let near = self.limit("near", &mut limits, sink);
        if at_most.is_none() && at_least.is_none() {
            let message = "count 缺少 at_most 或 at_least";
            sink.error(&self.reader.here(), Code::Key, message, None);
        }
        let how = How::Count(CountLimits {
            is_distinct: distinct.is_some(),
            every,
            window,
            at_most,
            at_least,
            near,
        });
        let columns = distinct.into_iter().collect();
        self.one_sided(columns, limits, how, sink)
    }

    fn outlier(&mut self, sink: &mut Sink) -> Option<Form> {
        self.reader.text("subject", sink);
        let mut columns: Vec<Column> = self.column("value", is_number, sink).into_iter().collect();
        let method = match self.reader.text_required("method", sink)? {
            "modified_z" => Method::ModifiedZ,
            "median_ratio" => Method::MedianRatio,
            other => {
                let hint = Some("modified_z 或 median_ratio".to_owned());
                let message = format!("没有办法 {other}");
                sink.error(&self.reader.at_key("method"), Code::Name, message, hint);
                return None;
            }
        };
        let mut is_explained = false;
        if method == Method::MedianRatio {
            columns.extend(self.column("between", is_name, sink));
        } else if let Some(column) = self.optional_column("explained", is_answer, sink) {
            is_explained = true;
            columns.push(Column {
                lack: Lack::Kept,
                ..column
            });
        }
        let mut limits = Vec::new();
        let window = self.limit("window", &mut limits, sink);
        for key in ["min_n", "limit"] {
            self.reader.require(key, sink);
        }
        let min_n = self.limit("min_n", &mut limits, sink)?;
        let limit = self.limit("limit", &mut limits, sink)?;
        let how = How::Outlier(OutlierLimits {
            window,
            min_n,
            limit,
            method,
            is_explained,
        });
        self.one_sided(columns, limits, how, sink)
    }

    fn overlap(&mut self, sink: &mut Sink) -> Option<Form> {
        self.reader.text("subject", sink);
        let mut columns = Vec::new();
        columns.extend(self.column("from", is_moment, sink));
        let to = self.column("to", is_moment, sink);
        columns.extend(to.map(|column| Column {
            lack: Lack::MayBeBlank,
            ..column
        }));
        let place = self.optional_column("place", is_name, sink);
        columns.extend(place.map(|column| Column {
            lack: Lack::MayBeBlank,
            ..column
        }));
        let mut limits = Vec::new();
        let gap = self.limit("gap", &mut limits, sink);
        self.one_sided(columns, limits, How::Overlap { gap }, sink)
    }

    fn sequence(&mut self, sink: &mut Sink) -> Option<Form> {
        self.reader.text("subject", sink);
        let number = self.column("number", is_name, sink)?;
        let judge = match self.reader.text_required("judge", sink)? {
            "gap" => SequenceJudge::Gap,
            "dup" => SequenceJudge::Dup,
            "order" => SequenceJudge::Order,
            other => return self.unknown_judge(other, "gap、dup 或 order", sink),
        };
        let names = self.group_names(sink);
        let first = self.side("on", &names, vec![number], sink)?;
        let mut sides = vec![first];
        if self.reader.get("voided").is_some() {
            let voided = self.selector("voided", sink)?;
            self.bind("e", Slot::E, voided.kinds());
            let key = ["voided_number", "number"];
            let key = key.into_iter().find(|k| self.reader.get(k).is_some());
            let number = self.column(key.unwrap_or("number"), is_name, sink)?;
            let group = self.groups(&names, sink)?;
            sides.push(Side {
                on: Some(voided),
                group,
                columns: vec![number],
            });
        }
        Some(Form::Set(Box::new(Gather {
            names,
            sides,
            limits: Vec::new(),
            how: How::Sequence(judge),
        })))
    }

    fn reconcile(&mut self, sink: &mut Sink) -> Option<Form> {
        self.reader.text("subject", sink);
        let judge = match self.reader.text_required("judge", sink)? {
            "left_only" => ReconcileJudge::LeftOnly,
            "right_only" => ReconcileJudge::RightOnly,
            "both" => ReconcileJudge::Both,
            "amount" => ReconcileJudge::Amount,
            other => {
                return self.unknown_judge(other, "left_only、right_only、both 或 amount", sink);
            }
        };
        let names = self.group_names(sink);
        let mut limits = Vec::new();
        let mut sides = Vec::new();
        let mut tolerance = None;
        for (number, side) in ["left", "right"].into_iter().enumerate() {
            let selector = self.selector_required(side, sink)?;
            self.bind("e", Slot::E, selector.kinds());
            let own = |own: &'static str, common: &'static str| match self.reader.get(own) {
                Some(_) => own,
                None => common,
            };
            let (key, value) = match side {
                "left" => (own("left_key", "key"), own("left_value", "value")),
                _ => (own("right_key", "key"), own("right_value", "value")),
            };
            let mut columns: Vec<Column> = self.column(key, is_name, sink).into_iter().collect();
            if judge == ReconcileJudge::Amount {
                columns.extend(self.column(value, is_number, sink));
            }
            if number == 0 {
                tolerance = self.limit("tolerance", &mut limits, sink);
            }
            let group = self.groups(&names, sink)?;
            sides.push(Side {
                on: Some(selector),
                group,
                columns,
            });
        }
        self.bind_again("left", sink);
        Some(Form::Set(Box::new(Gather {
            names,
            sides,
            limits,
            how: How::Reconcile { judge, tolerance },
        })))
    }

    fn periodic(&mut self, sink: &mut Sink) -> Option<Form> {
        self.reader.text("subject", sink);
        self.reader.require("every", sink);
        let every = self.every(sink)?;
        let names = self.group_names(sink);
        let each = match self.reader.text_required("each", sink)? {
            "case" => None,
            _ => Some(self.selector("each", sink)?),
        };
        let mut limits = Vec::new();
        if self.limit("at_least", &mut limits, sink).is_none() {
            limits.push(Box::new(|_| crate::cel::value::Val::Int(1)));
        }
        let due = match self.reader.get("due") {
            None => None,
            Some(_) => Some(self.period("due", sink)?),
        };
        if let Some(due) = &due {
            self.check_unit("due", due, false, false, sink);
        }
        let group = self.groups(&names, sink)?;
        let outer = self.env.slots.clone();
        let met_by = self.selector_required("met_by", sink)?;
        self.bind("e", Slot::E, met_by.kinds());
        let value = self.optional_column("value", is_number, sink);
        let value = value.unwrap_or(Column {
            run: Box::new(|_| crate::cel::value::Val::Int(1)),
            lack: Lack::Doubtful,
        });
        let mut columns = vec![value];
        columns.extend(self.optional_column("period_of", is_period, sink));
        let met_group = self.groups(&names, sink)?;
        self.env.slots = outer;
        Some(Form::Set(Box::new(Gather {
            names,
            sides: vec![
                Side {
                    on: each,
                    group,
                    columns: Vec::new(),
                },
                Side {
                    on: Some(met_by),
                    group: met_group,
                    columns,
                },
            ],
            limits,
            how: How::Periodic { every, due },
        })))
    }

    fn one_sided(
        &mut self,
        columns: Vec<Column>,
        limits: Vec<Fun>,
        how: How,
        sink: &mut Sink,
    ) -> Option<Form> {
        let names = self.group_names(sink);
        let side = self.side("on", &names, columns, sink)?;
        Some(Form::Set(Box::new(Gather {
            names,
            sides: vec![side],
            limits,
            how,
        })))
    }

    fn side(
        &mut self,
        key: &'static str,
        names: &[Arc<str>],
        columns: Vec<Column>,
        sink: &mut Sink,
    ) -> Option<Side> {
        let on = self.selector_required(key, sink)?;
        let group = self.groups(names, sink)?;
        Some(Side {
            on: Some(on),
            group,
            columns,
        })
    }

    /// `when`、`unless` 读左边的事。
    fn bind_again(&mut self, key: &'static str, sink: &mut Sink) {
        if let Some(selector) = self.selector(key, sink) {
            self.bind("e", Slot::E, Selector::kinds(&selector));
        }
    }

    fn group_names(&self, sink: &mut Sink) -> Vec<Arc<str>> {
        self.reader.require("group_by", sink);
        let names = self.reader.texts("group_by", sink).into_iter();
        names.map(|(text, _)| Arc::from(text)).collect()
    }

    fn groups(&mut self, names: &[Arc<str>], sink: &mut Sink) -> Option<Vec<Fun>> {
        let at = self.reader.at_key("group_by");
        let fits = |ty: &Type| match ty {
            Type::List(inner) => is_name(inner),
            ty => is_name(ty),
        };
        let mut funs = Vec::with_capacity(names.len());
        for name in names {
            match compile_text(&mut self.env, name) {
                Ok(typed) if fits(&typed.ty) => funs.push(typed.into_fun()),
                Ok(typed) => {
                    let message = format!("不能按{}归组：{name}", typed.ty.name());
                    sink.error(&at, Code::Type, message, None);
                }
                Err(e) => sink.error(&at, e.code, format!("“{name}”：{}", e.message), e.hint),
            }
        }
        (funs.len() == names.len()).then_some(funs)
    }

    fn column(&mut self, key: &'static str, fits: Fits, sink: &mut Sink) -> Option<Column> {
        self.reader.require(key, sink)?;
        self.optional_column(key, fits, sink)
    }

    fn optional_column(
        &mut self,
        key: &'static str,
        fits: Fits,
        sink: &mut Sink,
    ) -> Option<Column> {
        let text = self.reader.text(key, sink)?;
        let at = self.reader.at_key(key);
        match compile_text(&mut self.env, text) {
            Ok(typed) if fits(&typed.ty) => Some(Column {
                run: typed.into_fun(),
                lack: Lack::Doubtful,
            }),
            Ok(typed) => {
                let message = format!("{key} 不能是{}", typed.ty.name());
                sink.error(&at, Code::Type, message, None);
                None
            }
            Err(e) => {
                sink.error(
                    &at.inside(e.at),
                    e.code,
                    format!("“{text}”：{}", e.message),
                    e.hint,
                );
                None
            }
        }
    }

    fn limit(
        &mut self,
        key: &'static str,
        limits: &mut Vec<Fun>,
        sink: &mut Sink,
    ) -> Option<usize> {
        let fun = self.number(key, sink)?;
        limits.push(fun);
        Some(limits.len() - 1)
    }

    fn every(&self, sink: &mut Sink) -> Option<Every> {
        let name = self.reader.text("every", sink)?;
        let every = Every::parse(name);
        if every.is_none() {
            let hint = Some("day、week、month、quarter、half、year".to_owned());
            let message = format!("不认识的期间 {name}");
            sink.error(&self.reader.at_key("every"), Code::Type, message, hint);
        }
        every
    }

    fn unknown_judge(&self, name: &str, known: &str, sink: &mut Sink) -> Option<Form> {
        let at = self.reader.at_key("judge");
        let message = format!("不认识的 judge {name}");
        sink.error(&at, Code::Type, message, Some(known.to_owned()));
        None
    }
}
