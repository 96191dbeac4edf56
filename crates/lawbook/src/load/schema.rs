//! 模式：法典的各种文件可以有哪些键、是什么类型，从加载时真正问过的得出，给编辑器提示与检查用。
//!
//! The loader asks for each key by name; what it asks of a sound lawbook is written down, table by table. So a key that
//! the loader learns to read stands in the schema without anybody writing it there. A key of a form that no rule of the
//! lawbook uses is not known: the schema is to be made from a full one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::diagnostic::{Diagnostic, Sink, SourceFile};
use crate::load::{Files, read};
use crate::tree::{Node, NodeKind};

/// 一种值的样子。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// 见过的类型，JSON 模式的写法；没有见过的为空，什么都可以。
    pub types: BTreeSet<&'static str>,
    /// 表：认识的键。
    pub keys: BTreeMap<String, Shape>,
    /// 表：每一张都必须有的键。
    pub required: BTreeSet<String>,
    /// 表：键由内容定的，其值的样子；没有的不认识别的键。
    pub others: Option<Box<Shape>>,
    /// 列表：各项的样子。
    pub items: Option<Box<Shape>>,
}

/// 一种文件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileShape {
    /// 标识：文件夹名，或单独的文件名。
    pub name: String,
    /// 哪些文件：相对法典根的通配。
    pub files: String,
    /// 样子。
    pub shape: Shape,
}

/// 文件夹里自成一种的文件。
const APART: [(&str, &str); 2] = [
    ("discretion/factors.toml", "factors"),
    ("sheets/vetoes.toml", "vetoes"),
];

/// 法典各种文件的样子；法典有错的，说出错误。
pub fn shapes(files: &[SourceFile]) -> Result<Vec<FileShape>, Vec<Diagnostic>> {
    let mut sink = Sink {
        asked: Some(Vec::new()),
        ..Sink::default()
    };
    let mut files = Files::parse(files, &mut sink);
    // Only what the reading asks is wanted.
    drop(read(&mut files, &mut sink));
    if !sink.diagnostics.is_empty() {
        return Err(sink.diagnostics);
    }
    let mut tables: HashMap<usize, Table> = HashMap::new();
    for asked in sink.asked.unwrap_or_default() {
        let table = tables.entry(asked.node).or_default();
        table.keys.extend(asked.keys);
        table.required.extend(asked.required);
        table.is_open |= asked.is_open;
    }
    let mut shapes: BTreeMap<String, FileShape> = BTreeMap::new();
    for (file, node) in &files.parsed {
        let (name, files) = kind(&file.path);
        let entry = shapes.entry(name.clone()).or_insert_with(|| FileShape {
            name,
            files,
            shape: Shape::default(),
        });
        grow(&mut entry.shape, node, &tables);
    }
    Ok(shapes.into_values().collect())
}

/// What was asked of one table, by everybody who read it.
#[derive(Debug, Default)]
struct Table {
    keys: BTreeSet<String>,
    required: BTreeSet<String>,
    is_open: bool,
}

fn kind(path: &str) -> (String, String) {
    if let Some((_, name)) = APART.iter().find(|(apart, _)| *apart == path) {
        return ((*name).to_owned(), path.to_owned());
    }
    match path.split_once('/') {
        Some((folder, _)) => (folder.to_owned(), format!("{folder}/**/*.toml")),
        None => (path.trim_end_matches(".toml").to_owned(), path.to_owned()),
    }
}

fn grow(shape: &mut Shape, node: &Node, tables: &HashMap<usize, Table>) {
    let is_first = !shape.types.contains("object");
    shape.types.insert(match &node.kind {
        NodeKind::Text(_) => "string",
        NodeKind::Int(_) => "integer",
        NodeKind::Bool(_) => "boolean",
        NodeKind::Array(_) => "array",
        NodeKind::Table(_) => "object",
        NodeKind::Other(_) => return,
    });
    match &node.kind {
        NodeKind::Array(list) => {
            let items = shape.items.get_or_insert_default();
            list.iter().for_each(|item| grow(items, item, tables));
        }
        NodeKind::Table(entries) => {
            let nobody = Table {
                is_open: true,
                ..Table::default()
            };
            let asked = tables
                .get(&std::ptr::from_ref(node).addr())
                .unwrap_or(&nobody);
            // What only some forms require is not required of all.
            if is_first {
                shape.required.clone_from(&asked.required);
            } else {
                shape.required.retain(|key| asked.required.contains(key));
            }
            for key in &asked.keys {
                shape.keys.entry(key.clone()).or_default();
            }
            for (key, _, inner) in entries {
                let own = match shape.keys.get_mut(key) {
                    Some(own) => own,
                    None if asked.is_open => shape.others.get_or_insert_default(),
                    // Read for its text only, past the reader.
                    None => shape.keys.entry(key.clone()).or_default(),
                };
                grow(own, inner, tables);
            }
        }
        _ => {}
    }
}
