//! 带位置的 TOML 树与取键器：未知键、缺键、类型不符都成为带行列的错误。

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Asked, At, Code, Sink, SourceFile, nearest};
use crate::syntax;

/// 列表长度上限（LB17）：再长的列表不是给人读的法条。
pub const LIST_LENGTH_MAX: usize = 10_000;
/// 文件大小上限（LB17）。
pub const FILE_BYTES_MAX: usize = 64 * 1024;
/// 嵌套上限（LB17）。
pub const NESTING_MAX: usize = 16;

/// 节点：一个值及其字节范围。
#[derive(Debug, Clone)]
pub struct Node {
    /// 字节范围。
    pub span: Range<usize>,
    /// 值。
    pub kind: NodeKind,
}

/// 节点的值。
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// 文本
    Text(String),
    /// 整数
    Int(i64),
    /// 是否
    Bool(bool),
    /// 列表
    Array(Vec<Node>),
    /// 表
    Table(Vec<(String, Range<usize>, Node)>),
    /// 法典不用的类型（浮点、TOML 日期）
    Other(&'static str),
}

impl Node {
    /// 表的各项。
    pub fn entries(&self) -> &[(String, Range<usize>, Node)] {
        match &self.kind {
            NodeKind::Table(entries) => entries,
            _ => &[],
        }
    }

    /// 文本值。
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// 解析一个文件；语法错误全部报告。
pub fn parse(file: &SourceFile, sink: &mut Sink) -> Option<Node> {
    let at = At {
        file: file.clone(),
        span: 0..0,
    };
    if file.text.len() > FILE_BYTES_MAX {
        let message = format!(
            "文件 {} 字节，超过上限 {FILE_BYTES_MAX} 字节",
            file.text.len()
        );
        sink.error(&at, Code::Limit, message, Some("请拆分文件".into()));
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let failed = !errors.is_empty();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let said = syntax::in_chinese(error.message());
        sink.error(
            &At {
                file: file.clone(),
                span,
            },
            Code::Toml,
            format!("TOML 语法错误：{}", said.what),
            said.hint.map(str::to_owned),
        );
    }
    if failed {
        return None;
    }
    let span = table.span();
    let mut converter = Converter {
        file,
        sink,
        too_deep: false,
    };
    let entries = converter.table(table.get_ref(), 0);
    (!converter.too_deep).then_some(Node {
        span,
        kind: NodeKind::Table(entries),
    })
}

struct Converter<'a> {
    file: &'a SourceFile,
    sink: &'a mut Sink,
    too_deep: bool,
}

impl Converter<'_> {
    fn limit(&mut self, span: Range<usize>, message: String) {
        self.too_deep = true;
        self.sink.error(
            &At {
                file: self.file.clone(),
                span,
            },
            Code::Limit,
            message,
            None,
        );
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Vec<(String, Range<usize>, Node)> {
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| {
                (
                    key.get_ref().to_string(),
                    key.span(),
                    self.node(value.get_ref(), value.span(), depth + 1),
                )
            })
            .collect();
        entries.sort_by_key(|(_, span, _)| span.start);
        entries
    }

    fn node(&mut self, value: &DeValue<'_>, span: Range<usize>, depth: usize) -> Node {
        if depth > NESTING_MAX {
            self.limit(span.clone(), format!("嵌套超过 {NESTING_MAX} 层"));
            return Node {
                span,
                kind: NodeKind::Other("过深"),
            };
        }
        let kind = match value {
            DeValue::String(text) => NodeKind::Text(text.to_string()),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(n) => NodeKind::Int(n),
                    Err(_) => NodeKind::Other("整数过大"),
                }
            }
            DeValue::Boolean(b) => NodeKind::Bool(*b),
            DeValue::Float(_) => NodeKind::Other("小数"),
            DeValue::Datetime(_) => NodeKind::Other("不加引号的日期"),
            DeValue::Array(items) => {
                if items.len() > LIST_LENGTH_MAX {
                    self.limit(span.clone(), format!("列表超过 {LIST_LENGTH_MAX} 项"));
                }
                NodeKind::Array(
                    items
                        .iter()
                        .map(|item| self.node(item.get_ref(), item.span(), depth + 1))
                        .collect(),
                )
            }
            DeValue::Table(table) => NodeKind::Table(self.table(table, depth)),
        };
        Node { span, kind }
    }
}

/// 取键器：从一张表按名取值，最后 [`Reader::finish`] 报告没有用到的键。
pub struct Reader<'a> {
    /// 所在文件。
    pub file: &'a SourceFile,
    /// 表节点。
    pub node: &'a Node,
    /// 用到的、问过的、必需的键，照问的先后，有重复；表小，不必排。
    used: RefCell<Vec<&'a str>>,
    asked: RefCell<Vec<&'a str>>,
    required: RefCell<Vec<&'a str>>,
    /// 键名由内容决定，全部用掉。
    is_open: Cell<bool>,
}

impl<'a> Reader<'a> {
    /// 从表节点建立；不是表则报错。
    pub fn new(file: &'a SourceFile, node: &'a Node, sink: &mut Sink) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Table(_)) {
            let at = At {
                file: file.clone(),
                span: node.span.clone(),
            };
            sink.error(&at, Code::Type, "此处应为表", None);
            return None;
        }
        Some(Reader {
            file,
            node,
            used: RefCell::default(),
            asked: RefCell::default(),
            required: RefCell::default(),
            is_open: Cell::default(),
        })
    }

    /// 节点的位置。
    pub fn at(&self, node: &Node) -> At {
        At {
            file: self.file.clone(),
            span: node.span.clone(),
        }
    }

    /// 这张表的位置。
    pub fn here(&self) -> At {
        self.at(self.node)
    }

    /// 某个键的值的位置；没有这个键则为这张表的位置。
    pub fn at_key(&self, key: &str) -> At {
        let entry = self.node.entries().iter().find(|(name, _, _)| name == key);
        entry.map_or_else(|| self.here(), |(_, _, node)| self.at(node))
    }

    /// 可选键。
    pub fn get(&self, key: &'a str) -> Option<&'a Node> {
        self.asked.borrow_mut().push(key);
        let (name, _, node) = self
            .node
            .entries()
            .iter()
            .find(|(name, _, _)| name == key)?;
        self.used.borrow_mut().push(name);
        Some(node)
    }

    /// 必需键；缺则报 LB02。
    pub fn require(&self, key: &'a str, sink: &mut Sink) -> Option<&'a Node> {
        let node = self.get(key);
        self.required.borrow_mut().push(key);
        if node.is_none() {
            sink.error(&self.here(), Code::Key, format!("缺少 {key}"), None);
        }
        node
    }

    fn wrong(&self, node: &Node, key: &str, expected: &str, sink: &mut Sink) {
        sink.error(
            &self.at(node),
            Code::Type,
            format!("{key} 应为{expected}"),
            None,
        );
    }

    /// 可选文本。
    pub fn text(&self, key: &'a str, sink: &mut Sink) -> Option<&'a str> {
        let node = self.get(key)?;
        let text = node.text();
        if text.is_none() {
            self.wrong(node, key, "文本", sink);
        }
        text
    }

    /// 必需文本。
    pub fn text_required(&self, key: &'a str, sink: &mut Sink) -> Option<&'a str> {
        self.require(key, sink)?;
        self.text(key, sink)
    }

    /// 可选整数。
    pub fn int(&self, key: &'a str, sink: &mut Sink) -> Option<i64> {
        let node = self.get(key)?;
        match node.kind {
            NodeKind::Int(n) => Some(n),
            _ => {
                self.wrong(node, key, "整数", sink);
                None
            }
        }
    }

    /// 可选的是否，缺省为否。
    pub fn flag(&self, key: &'a str, sink: &mut Sink) -> bool {
        match self.get(key) {
            None => false,
            Some(Node {
                kind: NodeKind::Bool(b),
                ..
            }) => *b,
            Some(node) => {
                self.wrong(node, key, "true 或 false", sink);
                false
            }
        }
    }

    /// 列表节点；缺则为空。
    pub fn array(&self, key: &'a str, sink: &mut Sink) -> &'a [Node] {
        match self.get(key) {
            None => &[],
            Some(Node {
                kind: NodeKind::Array(items),
                ..
            }) => items,
            Some(node) => {
                self.wrong(node, key, "列表", sink);
                &[]
            }
        }
    }

    /// 文本列表。
    pub fn texts(&self, key: &'a str, sink: &mut Sink) -> Vec<(&'a str, &'a Node)> {
        let items = self.array(key, sink);
        items
            .iter()
            .filter_map(|item| match item.text() {
                Some(text) => Some((text, item)),
                None => {
                    self.wrong(item, key, "文本列表", sink);
                    None
                }
            })
            .collect()
    }

    /// 整数列表。
    pub fn ints(&self, key: &'a str, sink: &mut Sink) -> Vec<i64> {
        let items = self.array(key, sink);
        items
            .iter()
            .filter_map(|item| match item.kind {
                NodeKind::Int(n) => Some(n),
                _ => {
                    self.wrong(item, key, "整数列表", sink);
                    None
                }
            })
            .collect()
    }

    /// 表的列表，逐张给出取键器。
    pub fn tables(&self, key: &'a str, sink: &mut Sink) -> Vec<Reader<'a>> {
        self.array(key, sink)
            .iter()
            .filter_map(|item| Reader::new(self.file, item, sink))
            .collect()
    }

    /// 子表。
    pub fn table(&self, key: &'a str, sink: &mut Sink) -> Option<Reader<'a>> {
        Reader::new(self.file, self.get(key)?, sink)
    }

    /// 全部用掉（键名由内容决定的表）。
    pub fn all(&self) -> &'a [(String, Range<usize>, Node)] {
        let entries = self.node.entries();
        self.is_open.set(true);
        entries
    }

    /// 这些键是否一个也没写。
    pub fn lacks(&self, keys: &[&'a str]) -> bool {
        keys.iter().all(|key| self.get(key).is_none())
    }

    /// 没能读完的表：这些键本身写得不错，不再报为不认识。
    pub fn excuse(&self, known: &[&str]) {
        for (name, _, _) in self.node.entries() {
            if known.contains(&name.as_str()) {
                self.used.borrow_mut().push(name);
            }
        }
    }

    /// 报告没有用到的键（LB02）。
    pub fn finish(self, sink: &mut Sink) {
        let once = |keys: &RefCell<Vec<&'a str>>| -> BTreeSet<&'a str> {
            keys.borrow().iter().copied().collect()
        };
        if let Some(list) = &mut sink.asked {
            let owned = |keys| once(keys).into_iter().map(str::to_owned).collect();
            list.push(Asked {
                node: std::ptr::from_ref(self.node).addr(),
                keys: owned(&self.asked),
                required: owned(&self.required),
                is_open: self.is_open.get(),
            });
        }
        let used = self.used.borrow();
        for (name, span, _) in self.node.entries() {
            if !self.is_open.get() && !used.contains(&name.as_str()) {
                let at = At {
                    file: self.file.clone(),
                    span: span.clone(),
                };
                let hint = nearest(name, once(&self.asked).into_iter());
                sink.error(&at, Code::Key, format!("不认识的键 {name}"), hint);
            }
        }
    }
}
