//! 参数：按日期、部门、地区、事项取值的数字与期限。

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mingjing_domain::finding::{Marks, MissingWhy};
use mingjing_kernel::date::Date;

use crate::basis::Basis;
use crate::cel::types::Type;
use crate::cel::value::{Miss, Val, miss};
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::marks::read_marks;
use crate::prepare::Case;
use crate::statutes::Statutes;
use crate::tree::{Node, NodeKind, Reader};
use crate::vocabulary::Vocabulary;

/// 取值的内容。
#[derive(Debug, Clone)]
pub enum Content {
    /// 值
    Value(Val),
    /// 法律没有限制（`"none"`）
    NoLimit,
    /// 待核（`"unknown"`）
    Unknown,
}

/// 一个取值及其适用范围。
#[derive(Debug, Clone)]
pub struct Setting {
    /// 部门。
    pub department: Option<Arc<str>>,
    /// 地区（区划代码前缀）。
    pub region: Option<Arc<str>>,
    /// 事项。
    pub item: Option<Arc<str>>,
    /// 起（含）。
    pub from: Date,
    /// 止（不含）。
    pub to: Option<Date>,
    /// 内容。
    pub content: Content,
    /// 标记。
    pub marks: Marks,
    /// 依据。
    pub basis: Basis,
    /// 依据。
    pub citations: Vec<Arc<str>>,
    /// 说明：标记说的是哪一点。
    pub note: Option<Arc<str>>,
    /// 源文字（说明用）。
    pub text: Arc<str>,
    /// 位置。
    pub at: At,
}

/// 参数。
#[derive(Debug, Clone)]
pub struct Parameter {
    /// 标识。
    pub name: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 类型。
    pub ty: Type,
    /// 声明中的类型文字：金额、费率在求值时同是整数，只有它分得开。
    pub type_text: Arc<str>,
    /// 单位，说明用。
    pub unit: Option<Arc<str>>,
    /// 并列时以部门还是地区为先。
    pub prefers_department: bool,
    /// 是否写明了以谁为先。
    pub has_preference: bool,
    /// 记录各字段的中文名，说明用；不是记录的为空。
    pub labels: Arc<BTreeMap<String, Arc<str>>>,
    /// 取值。
    pub settings: Vec<Setting>,
    unknown: Miss,
}

/// 选中的取值。
pub enum Chosen<'p> {
    /// 有值
    Value(&'p Val, &'p Setting),
    /// 法律没有限制
    NoLimit,
    /// 不知道
    Unknown(Miss),
}

/// 全部参数。
#[derive(Debug, Default)]
pub struct Parameters {
    list: Vec<Parameter>,
    ids: HashMap<String, usize>,
}

impl Parameters {
    /// 按名找序号。
    pub fn find(&self, name: &str) -> Option<usize> {
        self.ids.get(name).copied()
    }

    /// 参数。
    pub fn get(&self, id: usize) -> &Parameter {
        &self.list[id]
    }

    /// 全部名字。
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|p| p.name.as_ref())
    }

    /// 全部参数。
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.list.iter()
    }

    /// 选值：当日有效者中最具体的；机关的部门或地区不明而各值不同的，不知道。
    pub fn choose(&self, id: usize, case: &Case<'_>, day: Date) -> Chosen<'_> {
        let parameter = &self.list[id];
        let in_force = |s: &&Setting| s.from <= day && s.to.is_none_or(|to| day < to);
        if let [only] = &parameter.settings[..]
            && in_force(&only)
            && only.department.is_none()
            && only.region.is_none()
            && only.item.is_none()
        {
            return parameter.content(only);
        }
        let mut best: Option<(u32, &Setting)> = None;
        let mut doubtful: Vec<(&Setting, &'static str)> = Vec::new();
        for setting in parameter.settings.iter().filter(in_force) {
            match fits(setting, case) {
                Fit::No => {}
                Fit::Unknown(path) => doubtful.push((setting, path)),
                Fit::Yes => {
                    let rank = parameter.rank(setting);
                    if best.is_none_or(|(r, _)| rank > r) {
                        best = Some((rank, setting));
                    }
                }
            }
        }
        let chosen = best.map(|(_, s)| s);
        for (other, path) in doubtful {
            if chosen.is_none_or(|c| {
                parameter.rank(other) > parameter.rank(c) && !same(&c.content, &other.content)
            }) {
                return Chosen::Unknown(miss(path, MissingWhy::NotCovered));
            }
        }
        chosen.map_or_else(
            || Chosen::Unknown(parameter.unknown.clone()),
            |s| parameter.content(s),
        )
    }

    /// 读 `[parameter.<名>]`。
    pub(crate) fn read(
        &mut self,
        vocabulary: &Vocabulary,
        statutes: &Statutes,
        reader: &Reader<'_>,
        sink: &mut Sink,
    ) {
        let Some(table) = reader.table("parameter", sink) else {
            return;
        };
        for (name, _, node) in table.all() {
            let Some(reader) = Reader::new(table.file, node, sink) else {
                continue;
            };
            let here = reader.here();
            let parameter = read_parameter(vocabulary, statutes, name, &reader, sink);
            reader.finish(sink);
            if let Some(parameter) = parameter {
                parameter.validate(sink);
                if self.ids.insert(name.clone(), self.list.len()).is_some() {
                    sink.error(&here, Code::Duplicate, format!("参数 {name} 重复"), None);
                    continue;
                }
                self.list.push(parameter);
            }
        }
        table.finish(sink);
    }
}

enum Fit {
    Yes,
    No,
    /// 缺哪一个事实
    Unknown(&'static str),
}

fn fits(setting: &Setting, case: &Case<'_>) -> Fit {
    let mut doubt = None;
    let checks = [
        (
            &setting.department,
            &case.department,
            "body.department",
            false,
        ),
        (&setting.region, &case.region, "body.region", true),
        (&setting.item, &case.item, "item.code", false),
    ];
    for (wanted, actual, path, is_prefix) in checks {
        match (wanted, actual) {
            (None, _) => {}
            (Some(_), None) => doubt = Some(path),
            (Some(w), Some(a)) if (is_prefix && a.starts_with(w.as_ref())) || w == a => {}
            (Some(_), Some(_)) => return Fit::No,
        }
    }
    doubt.map_or(Fit::Yes, Fit::Unknown)
}

fn same(a: &Content, b: &Content) -> bool {
    match (a, b) {
        (Content::Value(a), Content::Value(b)) => {
            matches!(a.equal(b), crate::cel::value::Tri::True)
        }
        (Content::NoLimit, Content::NoLimit) | (Content::Unknown, Content::Unknown) => true,
        _ => false,
    }
}

impl Parameter {
    fn content<'p>(&'p self, setting: &'p Setting) -> Chosen<'p> {
        match &setting.content {
            Content::Value(value) => Chosen::Value(value, setting),
            Content::NoLimit => Chosen::NoLimit,
            Content::Unknown => Chosen::Unknown(self.unknown.clone()),
        }
    }

    fn rank(&self, setting: &Setting) -> u32 {
        let region = setting.region.as_ref().map_or(0, |r| r.len() as u32);
        let (first, second) = if self.prefers_department {
            (10_000, 100)
        } else {
            (100, 10_000)
        };
        u32::from(setting.item.is_some()) * 1_000_000
            + u32::from(setting.department.is_some()) * first
            + region * second.max(1)
    }

    /// LB07：同一范围内不得重叠、断档；部门与地区并列须写明 `prefer`。
    fn validate(&self, sink: &mut Sink) {
        let mut groups: BTreeMap<[Option<&str>; 3], Vec<&Setting>> = BTreeMap::new();
        for s in &self.settings {
            groups
                .entry([&s.department, &s.region, &s.item].map(|scope| scope.as_deref()))
                .or_default()
                .push(s);
        }
        for list in groups.values_mut() {
            list.sort_by_key(|s| s.from);
            for setting in list.iter().filter(|s| s.to.is_some_and(|to| to <= s.from)) {
                self.fault(setting, "取值的截止日不晚于起始日", None, sink);
            }
            for pair in list.windows(2) {
                let (before, after) = (pair[0], pair[1]);
                match before.to {
                    None => {
                        let hint = format!("给前一个写 to = \"{}\"", after.from);
                        self.fault(after, "取值重叠：前一个没有截止日", Some(hint), sink);
                    }
                    Some(to) if to > after.from => {
                        let message = format!("取值重叠：前一个到 {to}（不含）才止");
                        self.fault(after, &message, None, sink);
                    }
                    Some(to) if to < after.from => {
                        let message = format!("取值断档：{to} 起到 {} 前没有值", after.from);
                        let hint = "不知道的写 value = \"unknown\"，没有限制的写 value = \"none\"";
                        self.fault(after, &message, Some(hint.into()), sink);
                    }
                    Some(_) => {}
                }
            }
        }
        self.check_ties(sink);
    }

    /// 部门值与地区值同时有效又不相同，须写明以谁为先。
    fn check_ties(&self, sink: &mut Sink) {
        if self.has_preference {
            return;
        }
        let overlaps = |a: &Setting, b: &Setting| {
            a.to.is_none_or(|to| b.from < to) && b.to.is_none_or(|to| a.from < to)
        };
        for a in self
            .settings
            .iter()
            .filter(|s| s.department.is_some() && s.region.is_none())
        {
            let rival = self.settings.iter().find(|b| {
                b.region.is_some() && b.department.is_none() && b.item == a.item && overlaps(a, b)
            });
            if let Some(b) = rival {
                let message = format!(
                    "部门值（{}）与地区值（{}）可能同时适合，分不出先后",
                    a.department.as_deref().unwrap_or(""),
                    b.region.as_deref().unwrap_or("")
                );
                let hint = "写 prefer = \"department\" 或 \"region\"";
                self.fault(b, &message, Some(hint.into()), sink);
                return;
            }
        }
    }

    fn fault(&self, setting: &Setting, message: &str, hint: Option<String>, sink: &mut Sink) {
        let message = format!("参数 {}：{message}", self.name);
        sink.error(&setting.at, Code::Parameter, message, hint);
    }
}

fn read_parameter(
    vocabulary: &Vocabulary,
    statutes: &Statutes,
    name: &str,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Option<Parameter> {
    let label = reader.text_required("name", sink).unwrap_or(name);
    let type_text = reader.text_required("type", sink)?;
    let unit = reader.text("unit", sink).map(Arc::from);
    reader.text("note", sink);
    let ty = parameter_type(vocabulary, type_text, reader, sink)?;
    let labels = field_labels(&ty, reader, sink);
    let prefer = reader.text("prefer", sink);
    if prefer.is_some_and(|p| p != "department" && p != "region") {
        sink.error(
            &reader.at_key("prefer"),
            Code::Type,
            "prefer 只能是 department 或 region",
            None,
        );
    }
    let settings: Vec<Setting> = reader
        .tables("values", sink)
        .into_iter()
        .filter_map(|value| {
            let setting = read_setting(vocabulary, statutes, &ty, &value, sink);
            value.finish(sink);
            setting
        })
        .collect();
    if settings.is_empty() {
        sink.error(
            &reader.here(),
            Code::Key,
            format!("参数 {name} 没有取值"),
            None,
        );
    }
    Some(Parameter {
        name: name.into(),
        label: label.into(),
        ty,
        type_text: type_text.into(),
        unit,
        prefers_department: prefer == Some("department"),
        has_preference: prefer.is_some(),
        labels,
        settings,
        unknown: miss(format!("param:{name}"), MissingWhy::ParameterUnknown),
    })
}

/// 记录各字段的中文名：每个字段都要有，没有的报错。
fn field_labels(
    ty: &Type,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Arc<BTreeMap<String, Arc<str>>> {
    let mut labels = BTreeMap::new();
    if let Some(names) = reader.table("labels", sink) {
        for (key, _, node) in names.all() {
            labels.extend(node.text().map(|text| (key.clone(), Arc::from(text))));
        }
    }
    let record = match ty {
        Type::List(inner) => inner.as_ref(),
        other => other,
    };
    let fields: Vec<&String> = match record {
        Type::Record(fields) => fields.keys().collect(),
        _ => Vec::new(),
    };
    if !labels.keys().eq(fields) {
        let message = "labels 应给记录的每个字段一个中文名，且只给这些字段";
        let hint = Some("写 labels = { 字段 = \"中文名\" }".to_owned());
        sink.error(&reader.here(), Code::Key, message, hint);
    }
    Arc::new(labels)
}

/// 参数的类型：字段的类型之外，还有记录、记录的列表与 `periods`。
fn parameter_type(
    vocabulary: &Vocabulary,
    type_text: &str,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Option<Type> {
    let record = reader.table("fields", sink).map(|fields| {
        let types: BTreeMap<String, Type> = fields
            .all()
            .iter()
            .filter_map(|(key, _, node)| {
                Some((key.clone(), vocabulary.parse_type(node.text()?).ok()?))
            })
            .collect();
        if types.len() != fields.node.entries().len() {
            sink.error(
                &fields.here(),
                Code::Type,
                "fields 应为 名 = \"类型\"",
                None,
            );
        }
        Type::Record(Arc::new(types))
    });
    match (type_text, record) {
        ("list<record>", Some(record)) => Some(Type::List(Box::new(record))),
        ("record", Some(record)) => Some(record),
        ("list<record>" | "record", None) => {
            sink.error(&reader.here(), Code::Type, "record 需要 fields", None);
            None
        }
        ("periods", _) => Some(Type::List(Box::new(Type::Period))),
        (other, _) => match vocabulary.parse_type(other) {
            Ok(ty) => Some(ty),
            Err(reason) => {
                sink.error(&reader.at_key("type"), Code::Type, reason, None);
                None
            }
        },
    }
}

fn read_setting(
    vocabulary: &Vocabulary,
    statutes: &Statutes,
    ty: &Type,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Option<Setting> {
    let department = reader.text("department", sink);
    if department.is_some_and(|d| !vocabulary.departments.contains_key(d)) {
        let hint = nearest(
            department?,
            vocabulary.departments.keys().map(String::as_str),
        );
        sink.error(
            &reader.at_key("department"),
            Code::Name,
            format!("lawbook.toml 没有部门 {}", department?),
            hint,
        );
    }
    let region = reader.text("region", sink);
    if region.is_some_and(|r| !vocabulary.regions.contains_key(r)) {
        sink.error(
            &reader.at_key("region"),
            Code::Name,
            format!("lawbook.toml 没有地区 {}", region?),
            nearest(region?, vocabulary.regions.keys().map(String::as_str)),
        );
    }
    let item = reader.text("item", sink);
    let from = crate::load::date(reader, "from", sink)?;
    let to = reader
        .get("to")
        .and_then(|_| crate::load::date(reader, "to", sink));
    let node = reader.require("value", sink)?;
    let content = match &node.kind {
        NodeKind::Text(text) if text == "none" => Content::NoLimit,
        NodeKind::Text(text) if text == "unknown" => Content::Unknown,
        _ => match literal(vocabulary, node, ty) {
            Ok(value) => Content::Value(value),
            Err(reason) => {
                sink.error(&reader.at(node), Code::Type, reason, None);
                reader.excuse(&["mark", "cite", "note"]);
                return None;
            }
        },
    };
    let marks = read_marks(reader, "mark", sink);
    let citations = crate::load::citations(statutes, reader, sink);
    let note = reader.text("note", sink).map(Arc::from);
    let text = reader.file.text.get(node.span.clone()).unwrap_or("").into();
    let shared = |t: Option<&str>| t.map(Arc::from);
    Some(Setting {
        department: shared(department),
        region: shared(region),
        item: shared(item),
        from,
        to,
        content,
        marks,
        basis: statutes.basis(marks, &citations),
        citations,
        note,
        text,
        at: reader.here(),
    })
}

fn literal(vocabulary: &Vocabulary, node: &Node, ty: &Type) -> Result<Val, String> {
    let wrong = || Err(format!("参数值应为{}", ty.name()));
    match (&node.kind, ty) {
        (NodeKind::Int(n), Type::Int) => Ok(Val::Int(*n)),
        (NodeKind::Bool(b), Type::Bool) => Ok(Val::Bool(*b)),
        (NodeKind::Text(t), Type::Period) => t
            .parse()
            .map(Val::Period)
            .map_err(|_| format!("不是期限：{t}")),
        (NodeKind::Text(t), Type::Date) => {
            Date::parse_iso(t).map(Val::Date).map_err(|e| e.to_string())
        }
        (NodeKind::Text(t), Type::Text) => Ok(Val::Text(t.as_str().into())),
        (NodeKind::Text(t), Type::Code(list)) => match vocabulary.list_of(*list).find(t) {
            Some(code) => Ok(Val::Text(code.clone())),
            None => Err(format!(
                "代码表 {} 没有 {t}",
                vocabulary.list_of(*list).name
            )),
        },
        (NodeKind::Array(items), Type::List(inner)) => {
            let values: Result<Vec<Val>, String> = items
                .iter()
                .map(|i| literal(vocabulary, i, inner))
                .collect();
            Ok(Val::list(values?))
        }
        (NodeKind::Table(entries), Type::Record(fields)) => {
            let mut record = BTreeMap::new();
            for (key, _, value) in entries {
                let Some(ty) = fields.get(key) else {
                    return Err(format!("记录没有字段 {key}"));
                };
                record.insert(key.clone(), literal(vocabulary, value, ty)?);
            }
            Ok(Val::Record(Arc::new(record)))
        }
        _ => wrong(),
    }
}
