//! 项：一条规则、一个参数、一张评分表……从源文件里分出来的一份。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;

use crate::diagnostic::{Sink, SourceFile};
use crate::tree::{self, Node, NodeKind};

/// 项的类别，按读的人关心的先后。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 规则
    Rule,
    /// 参数
    Parameter,
    /// 定义
    Term,
    /// 推定日期
    Derived,
    /// 程序
    Procedure,
    /// 评分表
    Sheet,
    /// 否决项
    Veto,
    /// 裁量事项
    Discretion,
    /// 通用的裁量情节、程序与区间
    Factor,
    /// 法规
    Statute,
    /// 工作日历
    Calendar,
    /// 事件种类
    Event,
    /// 事实
    Fact,
    /// 代码表
    Codes,
    /// 公示样式
    Publication,
    /// 法典头：领域、地区、角色的名称
    Head,
}

impl Kind {
    /// 短码。
    pub fn code(self) -> &'static str {
        match self {
            Kind::Rule => "rule",
            Kind::Parameter => "parameter",
            Kind::Term => "term",
            Kind::Derived => "derived",
            Kind::Procedure => "procedure",
            Kind::Sheet => "sheet",
            Kind::Veto => "veto",
            Kind::Discretion => "discretion",
            Kind::Factor => "factor",
            Kind::Statute => "statute",
            Kind::Calendar => "calendar",
            Kind::Event => "event",
            Kind::Fact => "fact",
            Kind::Codes => "codes",
            Kind::Publication => "publication",
            Kind::Head => "head",
        }
    }

    /// 中文名称。
    pub fn name(self) -> &'static str {
        match self {
            Kind::Rule => "规则",
            Kind::Parameter => "参数",
            Kind::Term => "定义",
            Kind::Derived => "推定日期",
            Kind::Procedure => "程序",
            Kind::Sheet => "评分表",
            Kind::Veto => "否决项",
            Kind::Discretion => "裁量事项",
            Kind::Factor => "通用裁量",
            Kind::Statute => "法规",
            Kind::Calendar => "工作日历",
            Kind::Event => "事件",
            Kind::Fact => "事实",
            Kind::Codes => "代码表",
            Kind::Publication => "公示样式",
            Kind::Head => "法典头",
        }
    }
}

/// 一项：写着它的文件与其中的一张表。
pub(super) struct Item<'a> {
    pub(super) name: String,
    pub(super) file: &'a SourceFile,
    pub(super) node: Node,
}

/// 一份法典的全部项。
pub(super) type Items<'a> = BTreeMap<(Kind, String), Item<'a>>;

/// 从源文件分出各项；加载时已经查过，读不出的文件略去。
pub(super) fn items(files: &[SourceFile]) -> Items<'_> {
    let mut items = Items::new();
    for file in files {
        if !file.path.ends_with(".toml") {
            continue;
        }
        if let Some(node) = tree::parse(file, &mut Sink::default()) {
            split(file, node, &mut items);
        }
    }
    items
}

fn split<'a>(file: &'a SourceFile, node: Node, items: &mut Items<'a>) {
    let folder = file.path.split_once('/').map_or("", |(folder, _)| folder);
    match (folder, file.path.as_ref()) {
        (_, "codes.toml") => each(file, &node, Kind::Codes, items),
        (_, "lawbook.toml") => whole(file, node, Kind::Head, "lawbook", items),
        (_, "sheets/vetoes.toml") => listed(file, &node, "veto", Kind::Veto, items),
        (_, "discretion/factors.toml") => {
            for key in ["factor", "need", "band"] {
                listed(file, &node, key, Kind::Factor, items);
            }
        }
        ("rules", _) => whole(file, node, Kind::Rule, "code", items),
        ("sheets", _) => whole(file, node, Kind::Sheet, "code", items),
        ("discretion", _) => whole(file, node, Kind::Discretion, "code", items),
        ("statutes", _) => whole(file, node, Kind::Statute, "short", items),
        ("calendars", _) => whole(file, node, Kind::Calendar, "year", items),
        ("procedures", _) => named(file, node, "procedure", Kind::Procedure, items),
        ("publications", _) => within(file, &node, "publication", Kind::Publication, items),
        ("parameters", _) => within(file, &node, "parameter", Kind::Parameter, items),
        ("terms", _) => within(file, &node, "term", Kind::Term, items),
        ("derived", _) => within(file, &node, "derived", Kind::Derived, items),
        ("events", _) => within(file, &node, "event", Kind::Event, items),
        ("facts", _) => within(file, &node, "fact", Kind::Fact, items),
        // `released.toml` and the planning table say nothing of the law.
        _ => {}
    }
}

/// A file that is one item, known by one of its keys.
fn whole<'a>(file: &'a SourceFile, node: Node, kind: Kind, key: &str, items: &mut Items<'a>) {
    let own = match child(&node, key).map(|n| &n.kind) {
        Some(NodeKind::Text(text)) => text.clone(),
        Some(NodeKind::Int(number)) => number.to_string(),
        _ => key.to_owned(),
    };
    let regions = texts(&node, "regions").join("、");
    let key = match (kind, regions.as_str()) {
        (Kind::Discretion, regions) if !regions.is_empty() => format!("{own}@{regions}"),
        _ => own,
    };
    put(file, node, (kind, key), items);
}

/// A file with one table of its name and what belongs to it beside.
fn named<'a>(file: &'a SourceFile, node: Node, key: &str, kind: Kind, items: &mut Items<'a>) {
    let table = child(&node, key).and_then(|table| table.entries().first());
    let Some((own, _, inner)) = table else {
        return;
    };
    let (own, name) = (own.clone(), text(inner, "name").map(str::to_owned));
    let place = put(file, node, (kind, own), items);
    if let (Some(name), Some(item)) = (name, items.get_mut(&place)) {
        item.name = name;
    }
}

/// `[key.name]`: each name is an item.
fn within<'a>(file: &'a SourceFile, node: &Node, key: &str, kind: Kind, items: &mut Items<'a>) {
    if let Some(table) = child(node, key) {
        each(file, table, kind, items);
    }
}

fn each<'a>(file: &'a SourceFile, table: &Node, kind: Kind, items: &mut Items<'a>) {
    for (name, _, inner) in table.entries() {
        put(file, inner.clone(), (kind, name.clone()), items);
    }
}

/// `[[key]]`: each is an item, known by its code or its name.
fn listed<'a>(file: &'a SourceFile, node: &Node, key: &str, kind: Kind, items: &mut Items<'a>) {
    let Some(NodeKind::Array(list)) = child(node, key).map(|n| &n.kind) else {
        return;
    };
    for (number, inner) in list.iter().enumerate() {
        let own = text(inner, "code").or_else(|| text(inner, "name"));
        let own = own.map_or_else(|| format!("{key} {}", number + 1), str::to_owned);
        put(file, inner.clone(), (kind, own), items);
    }
}

/// A later version of the same item is told apart by the day from which it holds.
fn put<'a>(
    file: &'a SourceFile,
    node: Node,
    (kind, own): (Kind, String),
    items: &mut Items<'a>,
) -> (Kind, String) {
    let mut key = (kind, own);
    if items.contains_key(&key) {
        let from = text(&node, "from").unwrap_or_default();
        key.1 = format!("{}@{from}", key.1);
    }
    let name = text(&node, "name").unwrap_or(&key.1).to_owned();
    items.insert(key.clone(), Item { name, file, node });
    key
}

/// 一张表的一个键。
pub(super) fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let mut entries = node.entries().iter();
    entries
        .find(|(name, _, _)| name == key)
        .map(|(_, _, node)| node)
}

/// 一张表的一个文本。
pub(super) fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    child(node, key).and_then(Node::text)
}

/// 一张表的一列文本。
pub(super) fn texts<'n>(node: &'n Node, key: &str) -> Vec<&'n str> {
    match child(node, key).map(|n| &n.kind) {
        Some(NodeKind::Array(list)) => list.iter().filter_map(Node::text).collect(),
        _ => Vec::new(),
    }
}

impl Item<'_> {
    /// 一个日期键。
    pub(super) fn day(&self, key: &str) -> Option<Date> {
        Date::parse_iso(text(&self.node, key)?).ok()
    }

    /// 依据：自己的；没有写的，各处写的，按出现的次序。
    pub(super) fn citations(&self) -> Vec<String> {
        let own = texts(&self.node, "cite");
        let mut list: Vec<String> = own.into_iter().map(str::to_owned).collect();
        if list.is_empty() {
            gather(&self.node, &mut list);
        }
        list
    }

    /// 这一项里写的全部文本：条件、选择器、期限、名称。
    pub(super) fn strings(&self) -> Vec<&str> {
        let mut list = Vec::new();
        strings(&self.node, &mut list);
        list
    }
}

fn strings<'n>(node: &'n Node, list: &mut Vec<&'n str>) {
    match &node.kind {
        NodeKind::Text(text) => list.push(text),
        NodeKind::Table(entries) => {
            for (_, _, inner) in entries {
                strings(inner, list);
            }
        }
        NodeKind::Array(items) => items.iter().for_each(|inner| strings(inner, list)),
        NodeKind::Int(_) | NodeKind::Bool(_) | NodeKind::Other(_) => {}
    }
}

fn gather(node: &Node, list: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Table(entries) => {
            for (key, _, inner) in entries {
                if key == "cite" {
                    for cited in texts(node, "cite") {
                        if !list.iter().any(|known| known == cited) {
                            list.push(cited.to_owned());
                        }
                    }
                } else {
                    gather(inner, list);
                }
            }
        }
        NodeKind::Array(items) => items.iter().for_each(|inner| gather(inner, list)),
        _ => {}
    }
}
