//! 读评分表与否决项：名字、类型、分值都在加载时查，错在哪里写明文件、行、列。

use std::sync::Arc;

use super::example::SheetExample;
use super::points::Points;
use super::{Decider, Each, Grade, Item, RuleRef, Sheet, Step, Veto};
use crate::book::Book;
use crate::condition::Condition;
use crate::diagnostic::{Code, Sink, nearest};
use crate::load::{citations, date};
use crate::marks::read_marks;
use crate::procedure::Procedure;
use crate::rule::{DecidedBy, Rule, known};
use crate::tree::Reader;

/// 否决项的文件。
pub(crate) const VETOES: &str = "sheets/vetoes.toml";

/// 读表时要查的名字。
pub(crate) struct Shelf<'a> {
    pub(crate) book: &'a Book,
    pub(crate) rules: &'a [Rule],
    pub(crate) procedures: &'a [Procedure],
}

/// 读否决项的文件：`[veto.编号]`。
pub(crate) fn vetoes(shelf: &Shelf<'_>, reader: &Reader<'_>, sink: &mut Sink) -> Vec<Veto> {
    let Some(table) = reader.table("veto", sink) else {
        return Vec::new();
    };
    let mut vetoes = Vec::new();
    for (code, _, node) in table.all() {
        let Some(own) = Reader::new(table.file, node, sink) else {
            continue;
        };
        let name = own.text_required("name", sink).unwrap_or("");
        let decided_by = decided_by(&own, sink);
        let steps = own
            .tables("steps", sink)
            .into_iter()
            .filter_map(|step| shelf.step(step, None, sink))
            .collect::<Vec<_>>();
        if steps.is_empty() {
            sink.error(&own.here(), Code::Key, "否决项没有 steps", None);
        }
        let at = own.here();
        own.finish(sink);
        vetoes.push(Veto {
            code: code.as_str().into(),
            name: name.into(),
            decided_by,
            steps,
            at,
        });
    }
    vetoes
}

/// 读一张评分表。
pub(crate) fn sheet(
    shelf: &Shelf<'_>,
    vetoes: &[Veto],
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Option<Sheet> {
    let code = reader.text_required("code", sink);
    let name = reader.text_required("name", sink).unwrap_or("");
    let from = date(reader, "from", sink);
    let to = reader.get("to").and_then(|_| date(reader, "to", sink));
    let vocabulary = &shelf.book.vocabulary;
    let closed = shelf.condition(reader, "closed", false, sink);
    if closed.is_none() {
        reader.require("closed", sink);
    }
    let full = points(reader, "full", sink);
    let items: Vec<Item> = reader
        .tables("item", sink)
        .into_iter()
        .filter_map(|item| shelf.item(item, sink))
        .collect();
    check_codes(reader, &items, sink);
    check_sum(reader, &items, full, sink);
    let sheet = Sheet {
        code: code?.into(),
        name: name.into(),
        from: from?,
        to,
        procedures: shelf.procedures(reader, sink),
        regions: known(reader, "regions", vocabulary.regions.keys(), sink),
        departments: known(reader, "departments", vocabulary.departments.keys(), sink),
        closed: closed?,
        full: full?,
        grades: grades(reader, sink),
        vetoes: veto_places(reader, vetoes, sink),
        items,
        cite: citations(&shelf.book.statutes, reader, sink),
        marks: read_marks(reader, "marks", sink),
        note: reader.text("note", sink).unwrap_or("").into(),
        examples: reader
            .tables("example", sink)
            .into_iter()
            .filter_map(|example| SheetExample::read(shelf.book, example, sink))
            .collect(),
        at: reader.here(),
    };
    sheet.check_examples(vetoes, sink);
    (!sheet.grades.is_empty()).then_some(sheet)
}

/// 同一程序、同一领域与地区，起止重叠的两张表分不出用哪一张（LB14）。
pub(crate) fn check_overlaps(sheets: &[Sheet], sink: &mut Sink) {
    for (place, sheet) in sheets.iter().enumerate() {
        for other in &sheets[..place] {
            if other.code == sheet.code {
                let message = format!("评分表 {} 重复", sheet.code);
                sink.error(&sheet.at, Code::Duplicate, message, None);
                continue;
            }
            let shares = sheet
                .procedures
                .iter()
                .any(|p| other.procedures.contains(p));
            let is_apart = |a: &Sheet, b: &Sheet| a.to.is_some_and(|to| to <= b.from);
            let is_same_body =
                sheet.regions == other.regions && sheet.departments == other.departments;
            if shares && is_same_body && !is_apart(sheet, other) && !is_apart(other, sheet) {
                let message = format!(
                    "评分表 {} 与 {} 评同一程序，起止重叠，分不出用哪一张",
                    sheet.code, other.code
                );
                let hint = Some("旧的写 to，或者写明 regions、departments".into());
                sink.error(&sheet.at, Code::Duplicate, message, hint);
            }
        }
    }
}

/// 编号不重。
fn check_codes(reader: &Reader<'_>, items: &[Item], sink: &mut Sink) {
    if items.is_empty() {
        sink.error(&reader.here(), Code::Key, "评分表没有 [[item]]", None);
    }
    for (place, item) in items.iter().enumerate() {
        if items[..place].iter().any(|other| other.code == item.code) {
            let message = format!("评分项 {} 重复", item.code);
            sink.error(&item.at, Code::Duplicate, message, None);
        }
    }
}

/// 各项分值之和须为满分，写漏、写错一项就会发现。
fn check_sum(reader: &Reader<'_>, items: &[Item], full: Option<Points>, sink: &mut Sink) {
    let sum: Points = items.iter().map(|item| item.full).sum();
    if let Some(full) = full.filter(|full| *full != sum && !items.is_empty()) {
        let message = format!("各项分值之和为 {sum}，与满分 {full} 不合");
        sink.error(&reader.at_key("full"), Code::Type, message, None);
    }
}

fn grades(reader: &Reader<'_>, sink: &mut Sink) -> Vec<Grade> {
    let mut grades: Vec<Grade> = Vec::new();
    for table in reader.tables("grades", sink) {
        let name = table.text_required("name", sink);
        let at_least = points(&table, "at_least", sink);
        if let (Some(name), Some(at_least)) = (name, at_least) {
            if grades
                .last()
                .is_some_and(|above| above.at_least <= at_least)
            {
                let message = "等次要由高到低写";
                sink.error(&table.at_key("at_least"), Code::Type, message, None);
            }
            grades.push(Grade {
                name: name.into(),
                at_least,
            });
        }
        table.finish(sink);
    }
    if grades
        .last()
        .is_none_or(|last| last.at_least != Points::ZERO)
    {
        let message = "等次的最后一个须自 0 分起，即不合格";
        sink.error(&reader.at_key("grades"), Code::Key, message, None);
    }
    grades
}

fn veto_places(reader: &Reader<'_>, vetoes: &[Veto], sink: &mut Sink) -> Vec<usize> {
    let mut places = Vec::new();
    for (code, node) in reader.texts("vetoes", sink) {
        match vetoes.iter().position(|veto| veto.code.as_ref() == code) {
            Some(place) => places.push(place),
            None => {
                let hint = nearest(code, vetoes.iter().map(|v| v.code.as_ref()));
                let message = format!("没有否决项 {code}");
                sink.error(&reader.at(node), Code::Name, message, hint);
            }
        }
    }
    places
}

/// 分值：加引号的文字，如 "0.5"。
fn points(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Option<Points> {
    let text = reader.text_required(key, sink)?;
    let points = Points::parse(text);
    if points.is_none() {
        let hint = Some("写作 \"3\"、\"0.5\"，小数至多两位".into());
        let message = format!("{key} 不是分值：{text}");
        sink.error(&reader.at_key(key), Code::Type, message, hint);
    }
    points
}

fn decided_by(reader: &Reader<'_>, sink: &mut Sink) -> DecidedBy {
    match reader.text("decided_by", sink) {
        None | Some("机") => DecidedBy::Machine,
        Some("半") => DecidedBy::Both,
        Some("人") => DecidedBy::Person,
        Some(other) => {
            let message = format!("decided_by 不能是 {other}");
            let hint = Some("机、半、人".into());
            sink.error(&reader.at_key("decided_by"), Code::Type, message, hint);
            DecidedBy::Person
        }
    }
}

impl Shelf<'_> {
    fn procedures(&self, reader: &Reader<'_>, sink: &mut Sink) -> Vec<Arc<str>> {
        let names = reader.texts("procedures", sink);
        if names.is_empty() {
            sink.error(&reader.here(), Code::Key, "缺少 procedures", None);
        }
        for (name, node) in &names {
            if !self.procedures.iter().any(|p| p.name.as_ref() == *name) {
                let hint = nearest(name, self.procedures.iter().map(|p| p.name.as_ref()));
                let message = format!("没有程序 {name}");
                sink.error(&reader.at(node), Code::Name, message, hint);
            }
        }
        names.into_iter().map(|(name, _)| name.into()).collect()
    }

    fn item(&self, reader: Reader<'_>, sink: &mut Sink) -> Option<Item> {
        let code = reader.text_required("code", sink);
        let part = reader.text_required("part", sink).unwrap_or("");
        let name = reader.text_required("name", sink).unwrap_or("");
        let full = points(&reader, "full", sink);
        let decided_by = decided_by(&reader, sink);
        let when = self.condition(&reader, "when", false, sink);
        let steps: Vec<Step> = reader
            .tables("steps", sink)
            .into_iter()
            .filter_map(|step| self.step(step, full, sink))
            .collect();
        if steps.is_empty() {
            sink.error(&reader.here(), Code::Key, "评分项没有 steps", None);
        }
        let at = reader.here();
        reader.finish(sink);
        Some(Item {
            code: code?.into(),
            part: part.into(),
            name: name.into(),
            full: full?,
            decided_by,
            when,
            steps,
            at,
        })
    }

    /// 一种扣分情形；`full` 为所在项的分值，否决项没有分值。
    fn step(&self, reader: Reader<'_>, full: Option<Points>, sink: &mut Sink) -> Option<Step> {
        let say = reader.text_required("say", sink).unwrap_or("");
        let scored = full.is_some();
        let take = if scored {
            points(&reader, "take", sink)?
        } else {
            Points::ZERO
        };
        let up_to = match reader.get("up_to") {
            Some(_) => points(&reader, "up_to", sink)?,
            None => take,
        };
        if full.is_some_and(|full| up_to > full || take > up_to) {
            let message = format!("扣 {take} 至 {up_to} 分，超过本项的分值或次序颠倒");
            sink.error(&reader.at_key("take"), Code::Type, message, None);
        }
        let each = match reader.text("each", sink) {
            None | Some("once") => Each::Once,
            Some("finding") => Each::Finding,
            Some("lacking") => Each::Lacking,
            Some(other) => {
                let message = format!("each 不能是 {other}");
                let hint = Some("once、finding、lacking".into());
                sink.error(&reader.at_key("each"), Code::Type, message, hint);
                Each::Once
            }
        };
        let decider = self.decider(&reader, sink);
        if each != Each::Once
            && matches!(decider, Some(Decider::Holds { .. } | Decider::Ask { .. }))
        {
            let message = "each 只与 rules 同用";
            sink.error(&reader.at_key("each"), Code::Key, message, None);
        }
        reader.finish(sink);
        Some(Step {
            say: say.into(),
            take,
            up_to,
            each,
            decider: decider?,
        })
    }

    /// `rules`、`holds`、`ask` 恰写一个。
    fn decider(&self, reader: &Reader<'_>, sink: &mut Sink) -> Option<Decider> {
        let keys = ["rules", "holds", "ask"];
        let written = keys.iter().filter(|k| reader.get(k).is_some()).count();
        let by_rules = reader.get("rules").is_some();
        let when = self.condition(reader, "when", by_rules, sink);
        if written != 1 {
            let message = "rules、holds、ask 须恰写一个";
            sink.error(&reader.here(), Code::Key, message, None);
            return None;
        }
        if by_rules {
            let lacking = reader.texts("lacking", sink);
            return Some(Decider::Rules {
                rules: self.rule_refs(reader, sink),
                lacking: lacking.into_iter().map(|(name, _)| name.into()).collect(),
                when,
            });
        }
        if let Some(question) = reader.text("ask", sink) {
            return Some(Decider::Ask {
                question: question.into(),
                when,
            });
        }
        let holds = self.condition(reader, "holds", false, sink)?;
        Some(Decider::Holds { holds, when })
    }

    /// 规则的引用：`编码` 或 `编码/部分`。
    fn rule_refs(&self, reader: &Reader<'_>, sink: &mut Sink) -> Vec<RuleRef> {
        let mut refs = Vec::new();
        for (text, node) in reader.texts("rules", sink) {
            let (code, part) = text
                .split_once('/')
                .map_or((text, None), |(code, part)| (code, Some(part)));
            let Some(place) = self.rules.iter().position(|r| r.code.as_ref() == code) else {
                let hint = nearest(code, self.book.rules.keys().map(String::as_str));
                let message = format!("没有规则 {code}");
                sink.error(&reader.at(node), Code::Name, message, hint);
                continue;
            };
            let rule = &self.rules[place];
            let named = part.map(|id| rule.parts.iter().position(|p| p.id.as_deref() == Some(id)));
            if named == Some(None) {
                let ids = rule.parts.iter().filter_map(|p| p.id.as_deref());
                let hint = nearest(part.unwrap_or(""), ids);
                let message = format!("规则 {code} 没有部分 {}", part.unwrap_or(""));
                sink.error(&reader.at(node), Code::Name, message, hint);
                continue;
            }
            refs.push(RuleRef {
                rule: place,
                part: named.flatten(),
            });
        }
        refs
    }

    fn condition(
        &self,
        reader: &Reader<'_>,
        key: &'static str,
        has_result: bool,
        sink: &mut Sink,
    ) -> Option<Condition> {
        Condition::read(self.book, reader, key, has_result, sink)
    }
}

impl Sheet {
    /// 示例里写到的编号都要在表里（LB04）。
    fn check_examples(&self, vetoes: &[Veto], sink: &mut Sink) {
        let own = self.vetoes.iter().map(|place| &vetoes[*place].code);
        let codes: Vec<&str> = self
            .items
            .iter()
            .map(|item| &item.code)
            .chain(own)
            .map(AsRef::as_ref)
            .collect();
        for example in &self.examples {
            for (code, at) in example.codes() {
                if !codes.contains(&code) {
                    let hint = nearest(code, codes.iter().copied());
                    let message = format!("评分表没有 {code}");
                    sink.error(at, Code::Name, message, hint);
                }
            }
        }
    }
}
