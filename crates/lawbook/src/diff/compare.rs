//! 逐处比较：同一项的两份写法，哪个键从什么变成什么。

use crate::diff::item::{Item, Kind, text, texts};
use crate::tree::{Node, NodeKind};

/// 一处改动。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// 在哪里：`part[late].period`。
    pub place: String,
    /// 在哪里，用中文。
    pub label: String,
    /// 原来；没有的为新写的。
    pub before: Option<String>,
    /// 现在；没有的为删去的。
    pub after: Option<String>,
    /// 只是说明的文字与例子，不影响结论。
    pub is_wording: bool,
}

/// 用中文说的键；没有列出的写键本身。
const LABELS: [(&str, &str); 61] = [
    ("add", "延长"),
    ("advice", "建议处理"),
    ("all", "同时具备"),
    ("amounts", "数额"),
    ("any", "具有之一"),
    ("approved", "批准日"),
    ("articles", "条号"),
    ("at", "日期"),
    ("at_least", "不低于"),
    ("at_most", "不高于"),
    ("by", "分别判断"),
    ("case", "情形"),
    ("cases", "情形"),
    ("cite", "依据"),
    ("code", "编码"),
    ("decided_by", "由谁判断"),
    ("default", "缺省"),
    ("department", "领域"),
    ("departments", "领域"),
    ("effect", "后果"),
    ("escalate", "升级"),
    ("example", "例子"),
    ("exclude", "扣除"),
    ("extend", "延期"),
    ("fields", "字段"),
    ("form", "形式"),
    ("from", "自"),
    ("full", "分值"),
    ("grades", "等次"),
    ("guards", "守卫的规则"),
    ("holiday", "放假"),
    ("is", "是"),
    ("item", "项目"),
    ("level", "位阶"),
    ("mark", "标记"),
    ("marks", "标记"),
    ("met_by", "完成"),
    ("name", "名称"),
    ("near", "临期"),
    ("note", "说明"),
    ("off", "放假日"),
    ("part", "部分"),
    ("period", "期限"),
    ("prefer", "先看"),
    ("procedures", "程序"),
    ("range", "幅度"),
    ("regions", "地区"),
    ("require", "必需"),
    ("severity", "严重程度"),
    ("start", "起算"),
    ("status", "状态"),
    ("steps", "扣分情形"),
    ("that", "要求"),
    ("tier", "阶次"),
    ("to", "止"),
    ("transition", "转移"),
    ("unless", "除外"),
    ("value", "取值"),
    ("values", "各期"),
    ("when", "适用条件"),
    ("work", "调休上班"),
];
/// 只给人看的键。
const WORDING: [&str; 8] = [
    "example", "note", "what", "why", "name", "help", "say", "labels",
];
/// 一列表格里认得出各项的键，先合用的用。
const NAMES: [&str; 6] = ["id", "code", "name", "say", "rule", "field"];

/// 两份写法之间的改动。
pub(super) fn edits(old: &Item<'_>, new: &Item<'_>) -> Vec<Edit> {
    let mut walk = Walk::default();
    walk.tables(&Place::default(), &old.node, &new.node);
    walk.edits
}

/// A statement of the item's kind: what may change without any conclusion changing.
pub(super) fn is_judged_by(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Sheet | Kind::Veto | Kind::Discretion | Kind::Factor | Kind::Publication
    )
}

#[derive(Clone, Default)]
struct Place {
    path: String,
    label: String,
    is_wording: bool,
}

impl Place {
    fn key(&self, key: &str) -> Place {
        let known = LABELS.iter().find(|(name, _)| *name == key);
        let label = known.map_or(key, |(_, label)| label);
        let join = |lead: &str, mark: &str, name: &str| match lead {
            "" => name.to_owned(),
            _ => format!("{lead}{mark}{name}"),
        };
        Place {
            path: join(&self.path, ".", key),
            label: join(&self.label, "的", label),
            is_wording: self.is_wording || WORDING.contains(&key),
        }
    }

    fn entry(&self, name: &str) -> Place {
        Place {
            path: format!("{}[{name}]", self.path),
            label: format!("{}“{name}”", self.label),
            is_wording: self.is_wording,
        }
    }
}

#[derive(Default)]
struct Walk {
    edits: Vec<Edit>,
}

impl Walk {
    fn tables(&mut self, place: &Place, old: &Node, new: &Node) {
        let entries = old.entries().iter().chain(new.entries());
        let mut seen: Vec<&str> = Vec::new();
        for (key, _, _) in entries {
            // The version of the lawbook is said once, of the whole.
            let is_version = place.path.is_empty() && key == "version" && is_head(new);
            if seen.contains(&key.as_str()) || is_version {
                continue;
            }
            seen.push(key);
            let of = |node: &Node| super::item::child(node, key).cloned();
            self.values(&place.key(key), of(old).as_ref(), of(new).as_ref());
        }
    }

    fn values(&mut self, place: &Place, old: Option<&Node>, new: Option<&Node>) {
        let (Some(a), Some(b)) = (old, new) else {
            self.tell(place, old.map(shown), new.map(shown));
            return;
        };
        match (&a.kind, &b.kind) {
            (NodeKind::Table(_), NodeKind::Table(_)) => self.tables(place, a, b),
            (NodeKind::Array(old), NodeKind::Array(new)) if are_tables(old) && are_tables(new) => {
                self.lists(place, old, new);
            }
            _ => self.tell(place, Some(shown(a)), Some(shown(b))),
        }
    }

    /// Entries of the same name are compared; of nameless ones, those that both hold fall away first.
    fn lists(&mut self, place: &Place, old: &[Node], new: &[Node]) {
        let Some(names) = names(old, new) else {
            self.nameless(place, old, new);
            return;
        };
        let (olds, news) = names;
        for (name, a) in olds.iter().zip(old) {
            let at = news.iter().position(|other| other == name);
            let b = at.map(|at| &new[at]);
            self.values(&place.entry(name), Some(a), b);
        }
        for (name, b) in news.iter().zip(new) {
            if !olds.contains(name) {
                self.values(&place.entry(name), None, Some(b));
            }
        }
    }

    fn nameless(&mut self, place: &Place, old: &[Node], new: &[Node]) {
        let mut kept: Vec<Option<&Node>> = new.iter().map(Some).collect();
        let mut gone = Vec::new();
        for (number, a) in old.iter().enumerate() {
            let text = shown(a);
            let same = kept
                .iter()
                .position(|b| b.is_some_and(|b| shown(b) == text));
            match same {
                Some(at) => kept[at] = None,
                None => gone.push((number, a)),
            }
        }
        let mut come = kept
            .iter()
            .enumerate()
            .filter_map(|(i, b)| Some((i, (*b)?)));
        let mut gone = gone.into_iter();
        loop {
            let (a, b) = (gone.next(), come.next());
            let Some(number) = a.or(b).map(|(number, _)| number) else {
                return;
            };
            let entry = place.entry(&(number + 1).to_string());
            self.values(&entry, a.map(|(_, a)| a), b.map(|(_, b)| b));
        }
    }

    fn tell(&mut self, place: &Place, before: Option<String>, after: Option<String>) {
        if before != after {
            self.edits.push(Edit {
                place: place.path.clone(),
                label: place.label.clone(),
                before,
                after,
                is_wording: place.is_wording,
            });
        }
    }
}

fn is_head(node: &Node) -> bool {
    super::item::child(node, "format").is_some()
}

fn are_tables(list: &[Node]) -> bool {
    !list.is_empty() && list.iter().all(|n| matches!(n.kind, NodeKind::Table(_)))
}

/// The names of the entries of both lists, by the first key that tells the entries of each apart.
fn names(old: &[Node], new: &[Node]) -> Option<(Vec<String>, Vec<String>)> {
    let is_setting =
        |n: &Node| text(n, "from").is_some() && super::item::child(n, "value").is_some();
    if old.iter().chain(new).all(is_setting) {
        return both(old, new, setting);
    }
    NAMES
        .iter()
        .find_map(|key| both(old, new, |node| text(node, key).map(str::to_owned)))
}

fn both(
    old: &[Node],
    new: &[Node],
    name: impl Fn(&Node) -> Option<String>,
) -> Option<(Vec<String>, Vec<String>)> {
    let all = |list: &[Node]| -> Option<Vec<String>> {
        let names: Vec<String> = list.iter().map(&name).collect::<Option<_>>()?;
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        (sorted.len() == names.len()).then_some(names)
    };
    Some((all(old)?, all(new)?))
}

/// A value of a parameter: whom it binds, and from which day.
fn setting(node: &Node) -> Option<String> {
    let scopes = ["department", "region", "item"];
    let mut name: Vec<&str> = scopes.iter().filter_map(|key| text(node, key)).collect();
    name.push(text(node, "from")?);
    Some(name.join(" "))
}

/// 一个值写成一行。
pub(super) fn shown(node: &Node) -> String {
    match &node.kind {
        NodeKind::Text(text) => text.clone(),
        NodeKind::Int(number) => number.to_string(),
        NodeKind::Bool(true) => "是".to_owned(),
        NodeKind::Bool(false) => "否".to_owned(),
        NodeKind::Other(what) => (*what).to_owned(),
        NodeKind::Array(items) if items.is_empty() => "（空）".to_owned(),
        NodeKind::Array(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            items.join("、")
        }
        NodeKind::Table(entries) => {
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            let pairs = sorted.into_iter().filter(|(key, _, _)| key != "example");
            let pairs: Vec<String> = pairs
                .map(|(key, _, inner)| format!("{key} = {}", shown(inner)))
                .collect();
            format!("{{ {} }}", pairs.join("; "))
        }
    }
}

/// 引用的全部：`cite` 里的。
pub(super) fn cites(node: &Node) -> Vec<&str> {
    let mut list = texts(node, "cite");
    match &node.kind {
        NodeKind::Table(entries) => {
            for (_, _, inner) in entries {
                list.extend(cites(inner));
            }
        }
        NodeKind::Array(items) => {
            for inner in items {
                list.extend(cites(inner));
            }
        }
        _ => {}
    }
    list
}
