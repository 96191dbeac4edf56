//! 读裁量的文件：名字、数额、阶次的次序都在加载时查，错在哪里写明文件、行、列。

mod checks;

use std::sync::Arc;

use mingjing_domain::finding::Marks;
use mingjing_kernel::date::Date;

use super::amount::Amount;
use super::example::DiscretionExample;
use super::{
    Band, Bounds, Circumstances, Effect, Factor, General, Item, Match, Measure, Need, Range, Test,
    Tier,
};
use crate::basis::Reach;
use crate::book::Book;
use crate::cel::compile::{Env, compile_as};
use crate::cel::types::Type;
use crate::condition::Condition;
use crate::diagnostic::{Code, Sink, nearest};
use crate::load::date;
use crate::marks::read_marks;
use crate::rule::known;
use crate::tree::Reader;

pub(crate) use checks::overlaps;

/// 通用的情节、程序与区间的文件。
pub(crate) const GENERAL: &str = "discretion/factors.toml";

/// 读通用的文件。
pub(crate) fn general(book: &Book, reader: &Reader<'_>, sink: &mut Sink) -> General {
    let factors: Vec<Factor> = reader
        .tables("factor", sink)
        .into_iter()
        .filter_map(|table| factor(book, table, None, sink))
        .collect();
    checks::factors(&factors, sink);
    General {
        factors,
        needs: reader
            .tables("need", sink)
            .into_iter()
            .filter_map(|table| need(book, table, sink))
            .collect(),
        bands: reader
            .tables("band", sink)
            .into_iter()
            .filter_map(|table| band(book, table, sink))
            .collect(),
    }
}

/// 读一个事项。
pub(crate) fn item(book: &Book, reader: &Reader<'_>, sink: &mut Sink) -> Option<Item> {
    let code = reader.text_required("code", sink);
    let name = reader.text_required("name", sink).unwrap_or("");
    let (from, to) = span(reader, sink);
    let vocabulary = &book.vocabulary;
    let ranges: Vec<Range> = reader
        .tables("range", sink)
        .into_iter()
        .filter_map(|table| range(book, table, sink))
        .collect();
    let tiers: Vec<Tier> = reader
        .tables("tier", sink)
        .into_iter()
        .filter_map(|table| tier(book, table, &ranges, sink))
        .collect();
    let factors: Vec<Factor> = reader
        .tables("factor", sink)
        .into_iter()
        .filter_map(|table| factor(book, table, from.map(|from| (from, to)), sink))
        .collect();
    checks::factors(&factors, sink);
    let departments = known(reader, "departments", vocabulary.departments.keys(), sink);
    let regions = known(reader, "regions", vocabulary.regions.keys(), sink);
    let marks = read_marks(reader, "marks", sink);
    let note = reader.text("note", sink).unwrap_or("");
    let examples = reader
        .tables("example", sink)
        .into_iter()
        .filter_map(|example| DiscretionExample::read(book, example, sink))
        .collect();
    let cite = match from {
        Some(from) => cited(book, reader, (from, to), sink),
        // Said already; without its day nothing can be said of what it cites.
        None => reader
            .texts("cite", sink)
            .into_iter()
            .map(|(c, _)| c.into())
            .collect(),
    };
    let item = Item {
        code: code?.into(),
        name: name.into(),
        from: from?,
        to,
        departments,
        regions,
        ranges,
        tiers,
        factors,
        cite,
        marks,
        note: note.into(),
        examples,
        at: reader.here(),
    };
    checks::item(&item, reader, sink);
    Some(item)
}

fn span(reader: &Reader<'_>, sink: &mut Sink) -> (Option<Date>, Option<Date>) {
    let from = date(reader, "from", sink);
    let to = reader.get("to").and_then(|_| date(reader, "to", sink));
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let message = "to 不晚于 from，哪一日都不施行";
        sink.error(&reader.at_key("to"), Code::DeadRule, message, None);
    }
    (from, to)
}

/// 依据：须写，须在法规库里，当时须施行（LB06）。
fn cited(
    book: &Book,
    reader: &Reader<'_>,
    (from, to): (Date, Option<Date>),
    sink: &mut Sink,
) -> Vec<Arc<str>> {
    let list = reader.texts("cite", sink);
    if list.is_empty() {
        let hint = Some("写 cite = [\"简称与条号\"]".into());
        sink.error(&reader.here(), Code::Citation, "没有依据", hint);
    }
    for (text, node) in &list {
        if let Err(reason) = book.statutes.check(text, from, to) {
            let hint = Some("补充 statutes/，或改引用、改 from".into());
            sink.error(&reader.at(node), Code::Citation, reason, hint);
        }
    }
    list.into_iter().map(|(text, _)| text.into()).collect()
}

fn amount(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Option<Amount> {
    let text = reader.text(key, sink)?;
    match Amount::parse(text) {
        Ok(amount) => Some(amount),
        Err(reason) => {
            sink.error(&reader.at_key(key), Code::Type, reason, None);
            None
        }
    }
}

fn range(book: &Book, reader: Reader<'_>, sink: &mut Sink) -> Option<Range> {
    let id = reader.text_required("id", sink);
    let kind = reader.text_required("kind", sink);
    let kind_label = kind.and_then(|kind| kind_label(book, kind, &reader, sink));
    let least = amount(&reader, "least", sink);
    let most = amount(&reader, "most", sink);
    let base = measure(book, &reader, "base", "fen", sink);
    let per = measure(book, &reader, "per", "int", sink);
    let range = Range {
        id: id?.into(),
        name: reader.text("name", sink).unwrap_or("").into(),
        kind: kind?.into(),
        kind_label: kind_label?,
        when: Condition::read(book, &reader, "when", false, sink),
        least,
        most,
        base,
        per,
        may: reader.flag("may", sink),
    };
    checks::range(&range, &reader, sink);
    reader.finish(sink);
    Some(range)
}

fn kind_label(book: &Book, kind: &str, reader: &Reader<'_>, sink: &mut Sink) -> Option<Arc<str>> {
    let vocabulary = &book.vocabulary;
    let list = vocabulary.list_of(vocabulary.list("penalty_kind")?);
    let label = list.label(kind);
    if label.is_none() {
        let hint = nearest(kind, list.codes.iter().map(|(c, _)| c.as_ref()));
        let message = format!("代码表 penalty_kind 没有 {kind}");
        sink.error(&reader.at_key("kind"), Code::Name, message, hint);
    }
    label.cloned()
}

/// 基数、个数：一个声明过的事实，类型须合。
fn measure(
    book: &Book,
    reader: &Reader<'_>,
    key: &'static str,
    wanted: &str,
    sink: &mut Sink,
) -> Option<Measure> {
    let path = reader.text(key, sink)?;
    let at = reader.at_key(key);
    let (scope, field) = path.split_once('.').unwrap_or((path, ""));
    let scope = book
        .vocabulary
        .scope(scope)
        .map(|id| book.vocabulary.scope_of(id));
    let declared = scope.and_then(|s| s.fields.iter().find(|f| f.name.as_ref() == field));
    let Some(declared) = declared else {
        let fields = scope.map_or(&[][..], |s| &s.fields[..]);
        let hint = nearest(field, fields.iter().map(|f| f.name.as_ref()));
        sink.error(&at, Code::Name, format!("没有事实 {path}"), hint);
        return None;
    };
    if declared.type_text.as_ref() != wanted {
        let message = format!("{key} 应为 {wanted}，{path} 是 {}", declared.type_text);
        sink.error(&at, Code::Type, message, None);
        return None;
    }
    let mut env = Env::new(book);
    Some(Measure {
        path: path.into(),
        label: declared.label.clone(),
        unit: declared.unit.clone(),
        run: compile_as(&mut env, path, &Type::Int, &at, sink)?,
    })
}

/// `all`、`any` 写一个；阶次可以一个也不写。
fn circumstances(
    book: &Book,
    reader: &Reader<'_>,
    may_lack: bool,
    sink: &mut Sink,
) -> Option<Circumstances> {
    let how = match (reader.get("all"), reader.get("any")) {
        (Some(_), None) => Match::All,
        (None, Some(_)) => Match::Any,
        (None, None) if may_lack => Match::Otherwise,
        _ => {
            let message = "all、any 须恰写一个";
            sink.error(&reader.here(), Code::Key, message, None);
            return None;
        }
    };
    let key = if how == Match::Any { "any" } else { "all" };
    let before = sink.diagnostics.len();
    let mut tests = Vec::new();
    for table in reader.tables(key, sink) {
        let say = table.text_required("say", sink);
        table.require("that", sink);
        let that = Condition::read(book, &table, "that", false, sink);
        table.finish(sink);
        if let (Some(say), Some(that)) = (say, that) {
            tests.push(Test {
                say: say.into(),
                that,
            });
        }
    }
    if tests.is_empty() && how != Match::Otherwise && sink.diagnostics.len() == before {
        let message = format!("{key} 是空的");
        sink.error(&reader.at_key(key), Code::Key, message, None);
    }
    Some(Circumstances { how, tests })
}

fn tier(book: &Book, reader: Reader<'_>, ranges: &[Range], sink: &mut Sink) -> Option<Tier> {
    let name = reader.text_required("name", sink);
    let circumstances = circumstances(book, &reader, true, sink);
    let mut amounts = Vec::new();
    for table in reader.tables("amounts", sink) {
        let id = table.text_required("range", sink);
        table.require("least", sink);
        table.require("most", sink);
        let (least, most) = (amount(&table, "least", sink), amount(&table, "most", sink));
        let range = id.and_then(|id| checks::range_named(ranges, id, &table, sink));
        if let (Some(range), Some(least), Some(most)) = (range, least, most) {
            let bounds = Bounds { range, least, most };
            checks::bounds(&ranges[range], bounds, &table, sink);
            amounts.push(bounds);
        }
        table.finish(sink);
    }
    let share = reader.table("share", sink).and_then(|table| {
        let from = percent(&table, "from", sink);
        let to = percent(&table, "to", sink);
        table.finish(sink);
        Some((from?, to?))
    });
    if reader.lacks(&["amounts"]) == reader.lacks(&["share"]) {
        let message = "amounts、share 须恰写一个";
        sink.error(&reader.here(), Code::Key, message, None);
    }
    let at = reader.here();
    reader.finish(sink);
    Some(Tier {
        name: name?.into(),
        circumstances: circumstances?,
        amounts,
        share,
        at,
    })
}

/// 幅度里的位置：`0%` 到 `100%`。
fn percent(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Option<u32> {
    reader.require(key, sink)?;
    match amount(reader, key, sink)? {
        Amount::Share(share) if share <= checks::WHOLE => Some(share),
        _ => {
            let message = format!("{key} 应为 0% 到 100%");
            sink.error(&reader.at_key(key), Code::Type, message, None);
            None
        }
    }
}

fn effects(reader: &Reader<'_>, sink: &mut Sink) -> Vec<Effect> {
    let list = reader.texts("effect", sink);
    if list.is_empty() {
        sink.error(&reader.here(), Code::Key, "缺少 effect", None);
    }
    list.into_iter()
        .filter_map(|(text, node)| {
            let found = Effect::ALL.into_iter().find(|effect| effect.name() == text);
            if found.is_none() {
                let hint = Some("no_penalty、lighter、mitigated、heavier".into());
                let message = format!("effect 不能是 {text}");
                sink.error(&reader.at(node), Code::Name, message, hint);
            }
            found
        })
        .collect()
}

/// 一个情节；事项自己的可以不写起止，随事项。
fn factor(
    book: &Book,
    reader: Reader<'_>,
    inherited: Option<(Date, Option<Date>)>,
    sink: &mut Sink,
) -> Option<Factor> {
    let code = reader.text_required("code", sink);
    let name = reader.text_required("name", sink);
    let effects = effects(&reader, sink);
    let own = match inherited {
        Some((from, to)) if reader.lacks(&["from", "to"]) => (Some(from), to),
        _ => span(&reader, sink),
    };
    let circumstances = circumstances(book, &reader, false, sink);
    let must = reader.flag("must", sink);
    let marks: Marks = read_marks(&reader, "marks", sink);
    let note = reader.text("note", sink).unwrap_or("");
    let cite = match own.0 {
        Some(from) => cited(book, &reader, (from, own.1), sink),
        None => Vec::new(),
    };
    if effects.contains(&Effect::NoPenalty) && effects.len() > 1 {
        let message = "no_penalty 不与别的后果写在一起";
        sink.error(&reader.at_key("effect"), Code::Type, message, None);
    }
    let at = reader.here();
    reader.finish(sink);
    Some(Factor {
        code: code?.into(),
        name: name?.into(),
        effects,
        must,
        circumstances: circumstances?,
        from: own.0?,
        to: own.1,
        cite,
        marks,
        note: note.into(),
        at,
    })
}

fn need(book: &Book, reader: Reader<'_>, sink: &mut Sink) -> Option<Need> {
    let name = reader.text_required("name", sink);
    let effects = effects(&reader, sink);
    let circumstances = circumstances(book, &reader, false, sink);
    let cite = crate::load::citations(&book.statutes, &reader, sink);
    reader.finish(sink);
    Some(Need {
        name: name?.into(),
        effects,
        circumstances: circumstances?,
        cite,
    })
}

fn band(book: &Book, reader: Reader<'_>, sink: &mut Sink) -> Option<Band> {
    let effects = effects(&reader, sink);
    let from = date(&reader, "from", sink);
    let departments = known(
        &reader,
        "departments",
        book.vocabulary.departments.keys(),
        sink,
    );
    let regions = known(&reader, "regions", book.vocabulary.regions.keys(), sink);
    let cite = crate::load::citations(&book.statutes, &reader, sink);
    let share = reader.text_required("share", sink).and_then(|name| {
        let id = book.parameters.find(name);
        let is_rate = |id: &usize| book.parameters.get(*id).type_text.as_ref() == "rate";
        if id.as_ref().is_none_or(|id| !is_rate(id)) {
            let hint = nearest(name, book.parameters.names());
            let message = format!("没有类型为 rate 的参数 {name}");
            sink.error(&reader.at_key("share"), Code::Name, message, hint);
        }
        id.filter(is_rate)
    });
    let effect = match effects[..] {
        [effect @ (Effect::Lighter | Effect::Heavier)] => Some(effect),
        _ => {
            let message = "band 的 effect 只能是 lighter 或 heavier";
            sink.error(&reader.at_key("effect"), Code::Type, message, None);
            None
        }
    };
    reader.finish(sink);
    Some(Band {
        effect: effect?,
        share: share?,
        reach: Reach {
            departments,
            regions,
        },
        from: from?,
        cite,
    })
}
