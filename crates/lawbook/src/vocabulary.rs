//! 词汇：事件种类与字段、代码表、事实范围、角色，由法典声明。

mod scope;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use mingjing_domain::finding::MissingWhy;
use mingjing_domain::procedure::Nature;

use crate::cel::types::{CodeListId, KindId, ScopeId, Type};
use crate::cel::value::{Miss, Val, miss};
use crate::context::KeySet;
use crate::diagnostic::{At, Code, Sink, nearest, or_nearest};
use crate::prepare::Key;
use crate::tree::{Node, NodeKind, Reader};

pub use scope::Scope;
pub(crate) use scope::plural;
pub use words::Words;

/// 信封中的字段名，事件声明不得重名。
pub const ENVELOPE: [&str; 13] = [
    "id",
    "event_kind",
    "occurred_on",
    "occurred_at",
    "recorded_at",
    "actors",
    "place",
    "doc_ids",
    "media_ids",
    "instance",
    "party",
    "decision",
    "goods",
];

/// 类型名；另有 `code:<代码表>`、`id:<对象>`、`list<类型>`。
const TYPES: [&str; 12] = [
    "bool",
    "int",
    "fen",
    "rate",
    "date",
    "instant",
    "period",
    "text",
    "longtext",
    "cite",
    "place",
    "list<text>",
];

/// 字段声明。
#[derive(Debug, Clone)]
pub struct Field {
    /// 标识。
    pub name: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 类型。
    pub ty: Type,
    /// 声明中的类型文字（表单、Schema 用）。
    pub type_text: Arc<str>,
    /// 单位，说明与表单用。
    pub unit: Option<Arc<str>>,
    /// 是否必填。
    pub is_required: bool,
    /// 是否敏感。
    pub is_sensitive: bool,
    /// 事实：是否按日取值。
    pub is_dated: bool,
    /// 数：是否可以为负（如两个时钟之差）；金额、费率、人数、年龄都不可以。
    pub is_signed: bool,
    /// 空白时的含义。
    pub default: Option<Val>,
    /// 空白时取时间线的主程序。
    pub is_procedure: bool,
    /// 空白时的缺失说明。
    pub blank: Miss,
    /// 材料不含时的缺失说明。
    pub not_covered: Miss,
}

/// 条件的文字与它的位置。
type Placed = (Arc<str>, At);

/// 监督事项里的一件事给谁看；别的时间线上不问。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// 监督机构与被监督机关；没有写的即此。
    Both,
    /// 送达被监督机关：自此它看得到这一事项。
    Served,
    /// 只在监督机构内部。
    Internal,
}

impl Audience {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "served" => Some(Audience::Served),
            "internal" => Some(Audience::Internal),
            _ => None,
        }
    }
}

/// 事件种类声明。
#[derive(Debug, Clone)]
pub struct Kind {
    /// 标识。
    pub name: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 性质。
    pub nature: Nature,
    /// 监督事项里给谁看。
    pub audience: Audience,
    /// 声明的键。
    pub keys: Vec<Arc<str>>,
    /// 声明了哪些键。
    pub declares: KeySet,
    /// 开启的程序实例。
    pub opens: Option<Arc<str>>,
    /// 开启实例的条件与它的位置；没有写的总是开启。
    pub opens_when: Option<Placed>,
    /// 字段。
    pub fields: Vec<Field>,
    /// 各字段的序号，按标识排列：与写明的字段对照走一遍即可。
    pub(crate) by_name: Box<[u16]>,
    /// 没有记录而材料不含时的缺失说明。
    pub not_covered: Miss,
    /// 确实没有时的缺失说明。
    pub absent: Miss,
    /// 键不明时的缺失说明（按 party、instance、decision、goods 的次序）。
    pub ambiguous: [Miss; 4],
}

/// 代码表。
#[derive(Debug, Clone)]
pub struct CodeList {
    /// 标识。
    pub name: Arc<str>,
    /// 代码到中文名，次序为声明次序。
    pub codes: Vec<(Arc<str>, Arc<str>)>,
}

impl CodeList {
    /// 代码的共享文本；不在表内为 `None`。
    pub fn find(&self, code: &str) -> Option<&Arc<str>> {
        self.codes
            .iter()
            .map(|(c, _)| c)
            .find(|c| c.as_ref() == code)
    }

    /// 代码的中文名。
    pub fn label(&self, code: &str) -> Option<&Arc<str>> {
        self.codes
            .iter()
            .find(|(c, _)| c.as_ref() == code)
            .map(|(_, label)| label)
    }
}

/// 词汇。
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// 事件种类。
    pub kinds: Vec<Kind>,
    /// 代码表。
    pub lists: Vec<CodeList>,
    /// 事实范围。
    pub scopes: Vec<Scope>,
    /// 部门。
    pub departments: BTreeMap<String, String>,
    /// 地区（行政区划代码前缀）。
    pub regions: BTreeMap<String, String>,
    /// 规则的组：`rules` 里的文件夹。
    pub areas: BTreeMap<String, String>,
    kind_ids: HashMap<String, KindId>,
    list_ids: HashMap<String, CodeListId>,
    scope_ids: HashMap<String, ScopeId>,
    words: OnceLock<Words>,
}

impl Vocabulary {
    /// 事件、字段、代码的名称里用过的词；第一次要的时候编排。
    pub fn words(&self) -> &Words {
        self.words.get_or_init(|| {
            let kinds = self.kinds.iter().flat_map(|kind| {
                let fields = kind.fields.iter().map(|field| field.label.as_ref());
                fields.chain([kind.label.as_ref()])
            });
            let codes = self.lists.iter().flat_map(|list| &list.codes);
            Words::new(kinds.chain(codes.map(|(_, label)| label.as_ref())))
        })
    }

    /// 部门的名称；没有登记的以代码代之。
    pub fn department_name<'n>(&'n self, code: &'n str) -> &'n str {
        self.departments.get(code).map_or(code, String::as_str)
    }

    /// 地区的名称；没有登记的以代码代之。
    pub fn region_name<'n>(&'n self, code: &'n str) -> &'n str {
        self.regions.get(code).map_or(code, String::as_str)
    }

    /// 按标识找事件种类。
    pub fn kind(&self, name: &str) -> Option<KindId> {
        self.kind_ids.get(name).copied()
    }

    /// 种类声明。
    pub fn kind_of(&self, id: KindId) -> &Kind {
        &self.kinds[usize::from(id.0)]
    }

    /// 按标识找代码表。
    pub fn list(&self, name: &str) -> Option<CodeListId> {
        self.list_ids.get(name).copied()
    }

    /// 代码表。
    pub fn list_of(&self, id: CodeListId) -> &CodeList {
        &self.lists[usize::from(id.0)]
    }

    /// 按标识找事实范围。
    pub fn scope(&self, name: &str) -> Option<ScopeId> {
        self.scope_ids.get(name).copied()
    }

    /// 事实范围声明。
    pub fn scope_of(&self, id: ScopeId) -> &Scope {
        &self.scopes[usize::from(id.0)]
    }

    /// 对不认识的事件给出最接近的名字。
    pub fn nearest_kind(&self, name: &str) -> Option<String> {
        nearest(name, self.kinds.iter().map(|k| k.name.as_ref()))
    }

    /// 是否登记的角色。
    pub fn is_role(&self, role: &str) -> bool {
        self.list("role")
            .is_some_and(|id| self.list_of(id).find(role).is_some())
    }

    /// 事件种类（或事实范围）的这个字段，是不是不得为负的数；没有声明的不是。
    pub fn is_unsigned(&self, owner: &str, field: &str) -> bool {
        let of_kind = self.kind(owner).map(|id| &self.kind_of(id).fields);
        let of_scope = || {
            let (scope, _) = self.told_under(owner)?;
            Some(&scope.fields)
        };
        let fields = of_kind.or_else(of_scope);
        fields.is_some_and(|fields| {
            fields
                .iter()
                .filter(|f| f.name.as_ref() == field && !f.is_signed)
                .any(|f| match &f.ty {
                    Type::Int => true,
                    Type::List(inner) => **inner == Type::Int,
                    _ => false,
                })
        })
    }

    /// 登记一张代码表。
    pub(crate) fn add_list(&mut self, name: &str, codes: Vec<(Arc<str>, Arc<str>)>) -> bool {
        let id = CodeListId(self.lists.len() as u16);
        if self.list_ids.insert(name.to_owned(), id).is_some() {
            return false;
        }
        self.lists.push(CodeList {
            name: name.into(),
            codes,
        });
        true
    }

    /// 读 `codes.toml`：每张表一个代码表。
    pub(crate) fn read_codes(&mut self, reader: &Reader<'_>, sink: &mut Sink) {
        for (name, span, node) in reader.all() {
            let Some(table) = Reader::new(reader.file, node, sink) else {
                continue;
            };
            let codes = labels(&table, sink);
            if codes.is_empty() {
                let message = format!("代码表 {name} 没有代码");
                sink.error(&reader.at(node), Code::Type, message, None);
            }
            if !self.add_list(name, codes) {
                let at = crate::diagnostic::At {
                    file: reader.file.clone(),
                    span: span.clone(),
                };
                sink.error(&at, Code::Duplicate, format!("代码表 {name} 重复"), None);
            }
        }
    }

    /// 读 `[event.<kind>]`。
    pub(crate) fn read_events(&mut self, reader: &Reader<'_>, sink: &mut Sink) {
        let Some(events) = reader.table("event", sink) else {
            return;
        };
        for (name, span, node) in events.all() {
            let Some(reader) = Reader::new(events.file, node, sink) else {
                continue;
            };
            let kind = self.read_kind(name, &reader, sink);
            reader.finish(sink);
            let id = KindId(self.kinds.len() as u16);
            if self.kind_ids.insert(name.clone(), id).is_some() {
                let at = crate::diagnostic::At {
                    file: events.file.clone(),
                    span: span.clone(),
                };
                sink.error(&at, Code::Duplicate, format!("事件 {name} 重复声明"), None);
                continue;
            }
            self.kinds.push(kind);
        }
        events.finish(sink);
    }

    fn read_kind(&self, name: &str, reader: &Reader<'_>, sink: &mut Sink) -> Kind {
        let label = reader.text_required("name", sink).unwrap_or(name);
        let nature = reader.text("nature", sink).unwrap_or("fact");
        let nature = Nature::parse(nature).unwrap_or_else(|| {
            let hint = Some("act、fact 或 system".to_owned());
            sink.error(
                &reader.at_key("nature"),
                Code::Type,
                format!("nature 不能是 {nature}"),
                hint,
            );
            Nature::Fact
        });
        let audience = reader
            .text("audience", sink)
            .map_or(Audience::Both, |text| {
                Audience::parse(text).unwrap_or_else(|| {
                    let hint = Some("served 或 internal；两边都看得到的不写".to_owned());
                    let message = format!("audience 不能是 {text}");
                    sink.error(&reader.at_key("audience"), Code::Type, message, hint);
                    Audience::Both
                })
            });
        reader.int("version", sink);
        let keys = reader.texts("keys", sink);
        for (key, node) in &keys {
            if !["party", "decision", "goods", "instance"].contains(key) {
                sink.error(
                    &reader.at(node),
                    Code::Name,
                    format!("不认识的键 {key}"),
                    None,
                );
            }
        }
        let (opens, opens_when) = opening(reader, sink);
        let fields = reader
            .table("fields", sink)
            .map(|t| self.read_fields(name, &t, sink))
            .unwrap_or_default();
        let ambiguous = ["party", "instance", "decision", "goods"]
            .map(|k| miss(format!("{name}.{k}"), MissingWhy::AmbiguousKey));
        Kind {
            name: name.into(),
            label: label.into(),
            nature,
            audience,
            keys: keys.iter().map(|(k, _)| Arc::from(*k)).collect(),
            declares: declared_keys(&keys),
            opens,
            opens_when,
            by_name: by_name(&fields),
            fields,
            not_covered: miss(name, MissingWhy::NotCovered),
            absent: miss(name, MissingWhy::Blank),
            ambiguous,
        }
    }

    /// 读 `[fact.<scope>]`。
    pub(crate) fn read_facts(&mut self, reader: &Reader<'_>, sink: &mut Sink) {
        let Some(facts) = reader.table("fact", sink) else {
            return;
        };
        for (name, _, node) in facts.all() {
            let Some(reader) = Reader::new(facts.file, node, sink) else {
                continue;
            };
            let label = reader.text_required("name", sink).unwrap_or(name);
            let by = reader.text("by", sink).map(Arc::from);
            self.check_key_of_scope(by.as_deref(), &reader, sink);
            let is_keyed = reader.flag("keyed", sink);
            let fields = reader
                .table("fields", sink)
                .map(|t| self.read_fields(name, &t, sink))
                .unwrap_or_default();
            let here = reader.here();
            reader.finish(sink);
            let id = ScopeId(self.scopes.len() as u16);
            if self.scope_ids.insert(name.clone(), id).is_some() {
                sink.error(
                    &here,
                    Code::Duplicate,
                    format!("事实范围 {name} 重复声明"),
                    None,
                );
                continue;
            }
            self.scopes.push(Scope {
                name: name.as_str().into(),
                label: label.into(),
                by,
                is_keyed,
                by_name: by_name(&fields),
                fields,
            });
        }
        facts.finish(sink);
    }

    /// `by` 须是登记的键，而且只归一个范围：`parties.<键>` 里的事实只能是一个范围的。
    fn check_key_of_scope(&self, by: Option<&str>, reader: &Reader<'_>, sink: &mut Sink) {
        let Some(by) = by else { return };
        let at = reader.at_key("by");
        if Key::parse(by).is_none() {
            let hint = nearest(by, Key::ALL.into_iter().map(Key::name));
            sink.error(&at, Code::Name, format!("不认识的键 {by}"), hint);
        }
        if let Some(other) = self.scopes.iter().find(|s| s.by.as_deref() == Some(by)) {
            let message = format!(
                "事实范围 {} 已按 {by} 取值，按一个键取值的范围只能有一个",
                other.name
            );
            let hint = Some(format!("把这些字段并入 {}", other.name));
            sink.error(&at, Code::Duplicate, message, hint);
        }
    }

    fn read_fields(&self, owner: &str, table: &Reader<'_>, sink: &mut Sink) -> Vec<Field> {
        let mut fields = Vec::new();
        for (name, span, node) in table.all() {
            let Some(reader) = Reader::new(table.file, node, sink) else {
                continue;
            };
            let at = crate::diagnostic::At {
                file: table.file.clone(),
                span: span.clone(),
            };
            if ENVELOPE.contains(&name.as_str()) {
                sink.error(
                    &at,
                    Code::Duplicate,
                    format!("{name} 是信封已有的字段"),
                    None,
                );
            }
            let label = reader.text_required("name", sink).unwrap_or(name);
            let type_text = reader.text_required("type", sink).unwrap_or("text");
            let ty = self.parse_type(type_text).unwrap_or_else(|reason| {
                sink.error(&reader.at_key("type"), Code::Type, reason, None);
                Type::Text
            });
            for (key, kind) in [("unit", "文本"), ("help", "文本")] {
                if reader.get(key).is_some_and(|n| n.text().is_none()) {
                    sink.error(
                        &reader.here(),
                        Code::Type,
                        format!("{key} 应为{kind}"),
                        None,
                    );
                }
            }
            let is_procedure = match reader.text("blank_is", sink) {
                None => false,
                Some("procedure") => true,
                Some(other) => {
                    let hint = Some("只能是 procedure（时间线的主程序）".to_owned());
                    sink.error(
                        &reader.here(),
                        Code::Type,
                        format!("blank_is 不能是 {other}"),
                        hint,
                    );
                    false
                }
            };
            let default = reader
                .get("default")
                .and_then(|node| self.literal(node, &ty, &reader, sink));
            let what: Arc<str> = format!("{owner}.{name}").into();
            fields.push(Field {
                name: name.as_str().into(),
                label: label.into(),
                ty,
                type_text: type_text.into(),
                unit: reader.text("unit", sink).map(Arc::from),
                is_required: reader.flag("required", sink),
                is_sensitive: reader.flag("sensitive", sink),
                is_dated: reader.flag("dated", sink),
                is_signed: reader.flag("signed", sink),
                default,
                is_procedure,
                blank: miss(what.clone(), MissingWhy::Blank),
                not_covered: miss(what, MissingWhy::NotCovered),
            });
            reader.finish(sink);
        }
        fields
    }

    /// 解析类型文字。
    pub(crate) fn parse_type(&self, text: &str) -> Result<Type, String> {
        if let Some(inner) = text.strip_prefix("list<").and_then(|t| t.strip_suffix('>')) {
            if inner.starts_with("list<") {
                return Err("列表只有一层：list<类型>".to_owned());
            }
            return Ok(Type::List(Box::new(self.parse_type(inner)?)));
        }
        if let Some(list) = text.strip_prefix("code:") {
            return match self.list(list) {
                Some(id) => Ok(Type::Code(id)),
                None => {
                    let near = or_nearest(list, self.lists.iter().map(|l| l.name.as_ref()));
                    Err(format!("没有代码表 {list}{near}"))
                }
            };
        }
        if text.starts_with("id:") {
            return Ok(Type::Text);
        }
        Ok(match text {
            "bool" => Type::Bool,
            "int" | "fen" | "rate" => Type::Int,
            "date" => Type::Date,
            "instant" => Type::Instant,
            "period" => Type::Period,
            "text" | "longtext" | "cite" | "place" => Type::Text,
            other => {
                let near = or_nearest(other, TYPES.into_iter());
                return Err(format!("不认识的类型 {other}{near}"));
            }
        })
    }

    fn literal(&self, node: &Node, ty: &Type, reader: &Reader<'_>, sink: &mut Sink) -> Option<Val> {
        let value = match (&node.kind, ty) {
            (NodeKind::Bool(b), Type::Bool) => Some(Val::Bool(*b)),
            (NodeKind::Int(n), Type::Int) => Some(Val::Int(*n)),
            (NodeKind::Text(t), Type::Text) => Some(Val::Text(t.as_str().into())),
            (NodeKind::Text(t), Type::Code(list)) => {
                self.list_of(*list).find(t).cloned().map(Val::Text)
            }
            (NodeKind::Array(items), Type::List(_)) if items.is_empty() => Some(Val::list([])),
            _ => None,
        };
        if value.is_none() {
            sink.error(
                &reader.at(node),
                Code::Type,
                format!("缺省值与类型{}不符", ty.name()),
                None,
            );
        }
        value
    }
}

/// 各字段的序号，按标识排列。
fn by_name(fields: &[Field]) -> Box<[u16]> {
    let mut places: Vec<u16> = (0..fields.len() as u16).collect();
    places.sort_by_key(|place| &fields[usize::from(*place)].name);
    places.into()
}

fn declared_keys(keys: &[(&str, &Node)]) -> KeySet {
    let keys: Vec<Key> = keys
        .iter()
        .filter_map(|(name, _)| Key::parse(name))
        .collect();
    KeySet::of(&keys)
}

/// `opens = "程序"`，或者 `opens = { procedure = "程序", when = "条件" }`。
fn opening(reader: &Reader<'_>, sink: &mut Sink) -> (Option<Arc<str>>, Option<Placed>) {
    let is_table = matches!(
        reader.get("opens").map(|node| &node.kind),
        Some(NodeKind::Table(_))
    );
    if !is_table {
        return (reader.text("opens", sink).map(Arc::from), None);
    }
    let Some(table) = reader.table("opens", sink) else {
        return (None, None);
    };
    let procedure = table.text_required("procedure", sink).map(Arc::from);
    let when = table.text_required("when", sink);
    let when = when.map(|text| (Arc::from(text), table.at_key("when")));
    table.finish(sink);
    (procedure, when)
}

/// 读 代码 = "中文名" 的表。
pub(crate) fn labels(table: &Reader<'_>, sink: &mut Sink) -> Vec<(Arc<str>, Arc<str>)> {
    let mut labels = Vec::new();
    for (code, _, node) in table.all() {
        match node.text() {
            Some(label) => labels.push((Arc::from(code.as_str()), Arc::from(label))),
            None => sink.error(
                &table.at(node),
                Code::Type,
                format!("{code} 应写作 代码 = \"中文名\""),
                None,
            ),
        }
    }
    labels
}
