//! 公示样式：一种决定给公众看哪些字段、各怎样遮盖，什么规则须通过，因何撤下；都是法典的数据。

mod draw;

use std::sync::Arc;

use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

use crate::book::Book;
use crate::cel::types::KindId;
use crate::diagnostic::{Code, Sink, nearest};
use crate::lawbook::Lawbook;
use crate::load::{citations, date};
use crate::tree::Reader;
use crate::vocabulary::{Field, Kind};

pub use draw::{Drawn, DrawnField, Party};

/// 撤下事由的代码表。
pub const GROUNDS: &str = "withdrawal_ground";
/// 当事人类别的代码表。
const PARTY_KINDS: &str = "party_kind";

/// 一个字段给公众看成什么样。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// 照登。
    Whole,
    /// 名称：自然人只留姓。
    Name,
    /// 代码：单位的照登，自然人的不登。
    Code,
    /// 文字：号码与自然人的姓名遮盖。
    Text,
}

impl Showing {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "whole" => Showing::Whole,
            "name" => Showing::Name,
            "code" => Showing::Code,
            "text" => Showing::Text,
            _ => return None,
        })
    }
}

/// 给公众看的一个字段。
#[derive(Debug, Clone)]
pub struct Shown {
    /// 决定事件的字段。
    pub field: Arc<str>,
    /// 看成什么样。
    pub how: Showing,
    /// 遮盖的依据。
    pub cite: Vec<Arc<str>>,
}

/// 撤下的一种事由。
#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// 事由的代码。
    pub ground: Arc<str>,
    /// 记作哪一种事件。
    pub event: Arc<str>,
    /// 撤下之后留一份说明。
    pub has_notice: bool,
    /// 同一份决定不得再公示；更正之后的是另一份。
    pub is_final: bool,
    /// 依据。
    pub cite: Vec<Arc<str>>,
}

/// 公示样式。
#[derive(Debug, Clone)]
pub struct Publication {
    /// 标识。
    pub name: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 公示的是哪一种事件。
    pub on: KindId,
    /// 只对这些取值：字段与可取的代码。
    only: Vec<(Arc<str>, Vec<Arc<str>>)>,
    /// 执法行为类型。
    pub about: Arc<str>,
    /// 自哪一日的决定起。
    pub from: Date,
    /// 名称照登的当事人类别。
    named: Vec<Arc<str>>,
    /// 须为通过的规则。
    pub clear: Vec<Arc<str>>,
    /// 出现的字段，按次序。
    pub shown: Vec<Shown>,
    /// 撤下的事由。
    pub withdrawals: Vec<Withdrawal>,
    /// 依据。
    pub cite: Vec<Arc<str>>,
}

impl Publication {
    /// 撤下的一种事由；不在其列的没有。
    pub fn withdrawal(&self, ground: &str) -> Option<&Withdrawal> {
        self.withdrawals
            .iter()
            .find(|withdrawal| withdrawal.ground.as_ref() == ground)
    }

    fn is_for(&self, kind: KindId, event: &Event) -> bool {
        let is_one_of = |(field, codes): &(Arc<str>, Vec<Arc<str>>)| {
            let Some(Value::Text(code)) = event.fields.get(field.as_ref()) else {
                return false;
            };
            codes.iter().any(|allowed| allowed.as_ref() == code)
        };
        self.on == kind && self.from <= event.occurred_on && self.only.iter().all(is_one_of)
    }
}

impl Lawbook {
    /// 一件事按哪一种样式公示；不公示的没有。
    pub fn publication_of(&self, event: &Event) -> Option<&Publication> {
        let kind = self.book.vocabulary.kind(&event.kind)?;
        let fitting = self.publications.iter();
        fitting
            .filter(|publication| publication.is_for(kind, event))
            .max_by_key(|publication| publication.from)
    }

    /// 按标识找公示样式。
    pub fn publication(&self, name: &str) -> Option<&Publication> {
        let mut all = self.publications.iter();
        all.find(|publication| publication.name.as_ref() == name)
    }
}

/// 读 `[publication.<name>]`。
pub(crate) fn read(book: &Book, reader: &Reader<'_>, sink: &mut Sink) -> Vec<Publication> {
    let Some(table) = reader.table("publication", sink) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, _, node) in table.all() {
        let Some(reader) = Reader::new(table.file, node, sink) else {
            continue;
        };
        all.extend(one(book, name, &reader, sink));
        reader.finish(sink);
    }
    all
}

fn one(book: &Book, name: &str, reader: &Reader<'_>, sink: &mut Sink) -> Option<Publication> {
    let label = reader.text_required("name", sink).unwrap_or(name);
    let on = reader.text_required("on", sink)?;
    let Some(kind) = book.vocabulary.kind(on) else {
        let hint = book.vocabulary.nearest_kind(on);
        let message = format!("没有事件 {on}");
        sink.error(&reader.at_key("on"), Code::Event, message, hint);
        return None;
    };
    let declared = book.vocabulary.kind_of(kind);
    let from = date(reader, "from", sink)?;
    let about = reader.text_required("about", sink)?.into();
    Some(Publication {
        name: name.into(),
        label: label.into(),
        on: kind,
        only: only(declared, reader, sink),
        about,
        from,
        named: codes_of(book, PARTY_KINDS, "named", reader, sink),
        clear: rules(book, reader, sink),
        shown: reader
            .tables("show", sink)
            .into_iter()
            .filter_map(|table| shown(book, declared, table, sink))
            .collect(),
        withdrawals: reader
            .tables("withdrawal", sink)
            .into_iter()
            .filter_map(|table| withdrawal(book, table, sink))
            .collect(),
        cite: citations(&book.statutes, reader, sink),
    })
}

fn only(declared: &Kind, reader: &Reader<'_>, sink: &mut Sink) -> Vec<(Arc<str>, Vec<Arc<str>>)> {
    let Some(table) = reader.table("only", sink) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, _, node) in table.all() {
        if field(declared, name).is_none() {
            no_field(declared, name, &table, sink);
        }
        let at = table.at(node);
        let texts = table.texts(name, sink);
        if texts.is_empty() {
            sink.error(&at, Code::Type, format!("{name} 应为代码的列表"), None);
        }
        let codes = texts.into_iter().map(|(text, _)| Arc::from(text));
        all.push((Arc::from(name.as_str()), codes.collect()));
    }
    all
}

fn shown(book: &Book, declared: &Kind, reader: Reader<'_>, sink: &mut Sink) -> Option<Shown> {
    let name = reader.text_required("field", sink)?;
    let how_text = reader.text_required("how", sink)?;
    let cite = citations(&book.statutes, &reader, sink);
    let how = Showing::parse(how_text);
    let found = field(declared, name);
    match (how, found) {
        (None, _) => {
            let hint = Some("只能是 whole、name、code、text".to_owned());
            let message = format!("how 不能是 {how_text}");
            sink.error(&reader.at_key("how"), Code::Type, message, hint);
        }
        (Some(_), None) => no_field(declared, name, &reader, sink),
        // What the vocabulary calls sensitive never goes out as it is, whoever wrote the file.
        (Some(Showing::Whole | Showing::Text), Some(field)) if field.is_sensitive => {
            let hint = Some("写 name 或 code".to_owned());
            let message = format!("{name} 声明为敏感，不得照登");
            sink.error(&reader.at_key("how"), Code::Type, message, hint);
        }
        (Some(_), Some(_)) => {}
    }
    reader.finish(sink);
    Some(Shown {
        field: found?.name.clone(),
        how: how?,
        cite,
    })
}

fn withdrawal(book: &Book, reader: Reader<'_>, sink: &mut Sink) -> Option<Withdrawal> {
    let ground = reader.text_required("ground", sink)?;
    let event = reader.text_required("event", sink)?;
    let has_notice = reader.flag("notice", sink);
    let is_final = reader.flag("final", sink);
    let cite = citations(&book.statutes, &reader, sink);
    let list = book.vocabulary.list(GROUNDS);
    let list = list.map(|id| book.vocabulary.list_of(id));
    if list.is_none_or(|list| list.find(ground).is_none()) {
        let message = format!("代码表 {GROUNDS} 没有 {ground}");
        sink.error(&reader.at_key("ground"), Code::Name, message, None);
    }
    if book.vocabulary.kind(event).is_none() {
        let hint = book.vocabulary.nearest_kind(event);
        let message = format!("没有事件 {event}");
        sink.error(&reader.at_key("event"), Code::Event, message, hint);
    }
    reader.finish(sink);
    Some(Withdrawal {
        ground: ground.into(),
        event: event.into(),
        has_notice,
        is_final,
        cite,
    })
}

fn codes_of(
    book: &Book,
    list: &str,
    key: &'static str,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Vec<Arc<str>> {
    let list = book.vocabulary.list(list);
    let list = list.map(|id| book.vocabulary.list_of(id));
    let mut codes = Vec::new();
    for (text, node) in reader.texts(key, sink) {
        match list.and_then(|list| list.find(text)) {
            Some(code) => codes.push(code.clone()),
            None => sink.error(
                &reader.at(node),
                Code::Name,
                format!("没有代码 {text}"),
                None,
            ),
        }
    }
    codes
}

fn rules(book: &Book, reader: &Reader<'_>, sink: &mut Sink) -> Vec<Arc<str>> {
    let mut codes = Vec::new();
    for (text, node) in reader.texts("clear", sink) {
        if !book.rules.contains_key(text) {
            let hint = nearest(text, book.rules.keys().map(String::as_str));
            sink.error(
                &reader.at(node),
                Code::Name,
                format!("没有规则 {text}"),
                hint,
            );
        }
        codes.push(Arc::from(text));
    }
    codes
}

fn field<'k>(declared: &'k Kind, name: &str) -> Option<&'k Field> {
    declared.fields.iter().find(|f| f.name.as_ref() == name)
}

fn no_field(declared: &Kind, name: &str, reader: &Reader<'_>, sink: &mut Sink) {
    let hint = nearest(name, declared.fields.iter().map(|f| f.name.as_ref()));
    let message = format!("事件 {} 没有字段 {name}", declared.name);
    sink.error(&reader.here(), Code::Name, message, hint);
}
