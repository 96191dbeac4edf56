//! 读取与有无、先后、内容有关的形式。

use std::sync::Arc;

use mingjing_domain::finding::Severity;

use super::{Kinds, PartReader};
use crate::cel::compile::{compile_test, compile_text};
use crate::cel::types::Type;
use crate::context::Slot;
use crate::diagnostic::{Code, Sink};
use crate::forms::Form;
use crate::forms::content::{Agreement, Agrees, Checklist, Elements, Must, Pairing};
use crate::forms::order::{Forbids, Position, Precedes, Requires};
use crate::selector::Selector;

impl PartReader<'_, '_, '_> {
    pub(super) fn requires(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        let mut needs: Vec<Selector> = self.selector("needs", sink).into_iter().collect();
        for (text, node) in self.reader.texts("any", sink) {
            needs.extend(Selector::parse_at(
                &mut self.env,
                text,
                &self.reader.at(node),
                sink,
            ));
        }
        let kinds: Kinds = needs.iter().flat_map(|s| s.kinds().to_vec()).collect();
        let position = match self.reader.text("position", sink).unwrap_or("any") {
            "before" | "not_after" => Position::Before,
            "same_day" => Position::SameDay,
            "after" => Position::After,
            "any" => Position::Any,
            other => {
                sink.error(
                    &self.reader.at_key("position"),
                    Code::Type,
                    format!("不认识的 position {other}"),
                    None,
                );
                return None;
            }
        };
        let strict = self.reader.flag("strict", sink);
        let within = self.period("within", sink);
        if let Some(period) = &within {
            self.check_unit("within", period, false, false, sink);
        }
        let document = self.reader.flag("document", sink);
        let media = self.reader.flag("media", sink);
        if !document && !media && self.reader.lacks(&["needs", "any"]) {
            sink.error(
                &self.reader.here(),
                Code::Key,
                "requires 缺少 needs、any、document 或 media",
                None,
            );
        }
        let outer = self.env.slots.clone();
        self.bind("act", Slot::Act, kinds);
        let that = self.test("that", sink);
        self.env.slots = outer;
        Some(Form::Requires(Box::new(Requires {
            on: on?,
            needs,
            position,
            strict,
            within,
            that,
            document,
            media,
        })))
    }

    pub(super) fn precedes(&mut self, sink: &mut Sink) -> Option<Form> {
        let mut order = Vec::new();
        for (text, node) in self.reader.texts("order", sink) {
            order.push(Selector::parse_at(
                &mut self.env,
                text,
                &self.reader.at(node),
                sink,
            )?);
        }
        if order.len() < 2 {
            sink.error(
                &self.reader.here(),
                Code::Key,
                "precedes 的 order 至少两项",
                None,
            );
        }
        let strict = self.reader.flag("strict", sink);
        let mut lesser = Vec::new();
        for reader in self.reader.tables("lesser", sink) {
            let pair = reader.ints("pair", sink);
            let to = reader.text_required("to", sink).and_then(Severity::parse);
            match (&pair[..], to) {
                ([i, j], Some(to)) => lesser.push((*i as usize, *j as usize, to)),
                _ => sink.error(
                    &reader.here(),
                    Code::Type,
                    "lesser 应为 pair = [i, j], to = \"程度\"",
                    None,
                ),
            }
            reader.finish(sink);
        }
        Some(Form::Precedes(Precedes {
            order,
            strict,
            lesser,
        }))
    }

    pub(super) fn forbids(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = self.selector_required("on", sink);
        let after = self.selector("after", sink);
        let during = match self.reader.table("during", sink) {
            None => None,
            Some(reader) => {
                let pair = (
                    self.selector_in(&reader, "from", sink)?,
                    self.selector_in(&reader, "to", sink)?,
                );
                reader.finish(sink);
                Some(pair)
            }
        };
        Some(Form::Forbids(Box::new(Forbids {
            on: on?,
            after,
            during,
        })))
    }

    pub(super) fn must(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = match self.reader.text("on", sink) {
            None | Some("case") => None,
            Some(_) => Some(self.selector("on", sink)?),
        };
        self.reader.require("that", sink);
        let that = self.test("that", sink);
        let actual = self.number("actual", sink);
        let low = self.number("low", sink);
        let high = self.number("high", sink);
        Some(Form::Must(Box::new(Must {
            on,
            that: that?,
            actual,
            low,
            high,
        })))
    }

    pub(super) fn elements(&mut self, sink: &mut Sink) -> Option<Form> {
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
            if let Some(test) = compile_test(&mut self.env, &source, &at, sink) {
                fields.push((Arc::from(name), test));
            }
        }
        let mut documents = Vec::new();
        for (name, node) in self.reader.texts("documents", sink) {
            let source = format!("has(e.documents) && '{name}' in e.documents");
            if let Some(test) = compile_test(&mut self.env, &source, &self.reader.at(node), sink) {
                documents.push((Arc::from(name), test));
            }
        }
        self.reader.text("article", sink);
        if fields.is_empty() && documents.is_empty() {
            sink.error(
                &self.reader.here(),
                Code::Key,
                "elements 缺少 fields 或 documents",
                None,
            );
        }
        Some(Form::Elements(Elements {
            on: on?,
            fields,
            documents,
        }))
    }

    pub(super) fn agrees(&mut self, sink: &mut Sink) -> Option<Form> {
        let left = self.selector_required("left", sink)?;
        let right = self.selector_required("right", sink)?;
        self.bind("left", Slot::Left, left.kinds());
        self.bind("right", Slot::Right, right.kinds());
        let table = self.reader.table("fields", sink)?;
        let mut pairings = Vec::new();
        for (name, span, node) in table.all() {
            let at = crate::diagnostic::At {
                file: table.file.clone(),
                span: span.clone(),
            };
            let agreement = match node.text() {
                Some("same") => Agreement::Same,
                Some("no_more") => Agreement::NoMore,
                Some("no_worse") => Agreement::NoWorse,
                Some("subset") => Agreement::Subset,
                _ => {
                    sink.error(
                        &at,
                        Code::Type,
                        "应为 same、no_more、no_worse 或 subset",
                        None,
                    );
                    continue;
                }
            };
            let (l, r) = name
                .split_once('=')
                .map_or((name.as_str(), name.as_str()), |(l, r)| {
                    (l.trim(), r.trim())
                });
            let sides = [format!("left.{l}"), format!("right.{r}")]
                .map(|s| compile_text(&mut self.env, &s));
            match sides {
                [Ok(left), Ok(right)] if left.ty.matches(&right.ty) => {
                    let name: Arc<str> = name.as_str().into();
                    pairings.push(Pairing {
                        name,
                        left: left.into_fun(),
                        right: right.into_fun(),
                        agreement,
                    });
                }
                [Ok(_), Ok(_)] => sink.error(&at, Code::Type, format!("{name} 两边类型不同"), None),
                [Err(e), _] | [_, Err(e)] => sink.error(&at, e.code, e.message, e.hint),
            }
        }
        Some(Form::Agrees(Box::new(Agrees {
            left,
            right,
            pairings,
        })))
    }

    pub(super) fn checklist(&mut self, sink: &mut Sink) -> Option<Form> {
        let on = match self.reader.text("on", sink) {
            None | Some("case") => None,
            Some(_) => Some(self.selector("on", sink)?),
        };
        let question = self.reader.text_required("question", sink)?.into();
        self.reader.require("answer", sink);
        let answer = self.test("answer", sink)?;
        Some(Form::Checklist(Checklist {
            on,
            question,
            answer,
        }))
    }
}
