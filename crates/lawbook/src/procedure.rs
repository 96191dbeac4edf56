//! 程序：状态表，数据而非代码。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::book::Book;
use crate::cel::compile::{Env, Test, compile_test};
use crate::cel::types::KindId;
use crate::cel::value::Tri;
use crate::context::{Ctx, Slot};
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::tree::{Node, NodeKind, Reader};
use crate::vocabulary::labels;

/// 转移。
pub struct Transition {
    /// 从哪些状态。
    pub from: Vec<Arc<str>>,
    /// 事件。
    pub on: KindId,
    /// 条件。
    pub when: Option<Test>,
    /// 条件的原文。
    pub when_text: Option<Arc<str>>,
    /// 到哪个状态；`None` 为原状态。
    pub to: Option<Arc<str>>,
    /// 谁可以做。
    pub who: Vec<Arc<str>>,
    /// 守卫规则。
    pub guards: Vec<Arc<str>>,
    /// 必需：条件与不满足时的说明。
    pub require: Vec<(Test, Arc<str>)>,
    /// 应有的文书、音像与依据。
    pub wants: BTreeMap<String, Vec<Arc<str>>>,
}

/// 程序。
pub struct Procedure {
    /// 标识。
    pub name: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 监督程序：由监督机构对被监督机关办理，谁看得到什么另有规矩。
    pub is_supervision: bool,
    /// 投诉举报的程序：在投诉举报里登记与列出，不在案件之列。
    pub is_complaint: bool,
    /// 起始状态。
    pub start: Arc<str>,
    /// 终了状态。
    pub finals: Vec<Arc<str>>,
    /// 办结了而还没有终了的状态：还可以重新办理。
    pub settled: Vec<Arc<str>>,
    /// 状态的中文名。
    pub state_names: BTreeMap<Arc<str>, Arc<str>>,
    /// 转移。
    pub transitions: Vec<Transition>,
}

/// 状态表对一个事件的回答。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// 表中列出的一步：走第几条转移，到哪个状态
    Listed {
        /// 第几条转移。
        transition: usize,
        /// 之后的状态。
        to: Arc<str>,
    },
    /// 条件未知，说不清是不是这一步
    Doubtful,
    /// 表中没有从这里走的这一步：留痕，到所有这种转移都通向的那个状态，否则不动
    Irregular {
        /// 之后的状态。
        to: Arc<str>,
    },
}

impl Procedure {
    /// 一个事件在某个状态上是怎样的一步；与本程序无关的没有。
    ///
    /// A transition whose condition is false is not about this event: deciding without disposing of the goods is no
    /// step of the seizure. Where a listed step may or may not be meant, nothing is guessed.
    pub fn step(&self, ctx: &Ctx<'_>, state: &Arc<str>, position: u32) -> Option<Step> {
        let kind = ctx.run.case.events[position as usize].kind;
        let inner = ctx.with(Slot::E, position);
        let mut targets: BTreeSet<Option<&Arc<str>>> = BTreeSet::new();
        for (number, transition) in self.transitions.iter().enumerate() {
            if transition.on != kind {
                continue;
            }
            let holds = match &transition.when {
                None => Tri::True,
                Some(when) => when(&inner),
            };
            let is_here = transition.from.contains(state);
            match holds {
                Tri::False => continue,
                Tri::True if is_here => {
                    let to = transition.to.clone().unwrap_or_else(|| state.clone());
                    return Some(Step::Listed {
                        transition: number,
                        to,
                    });
                }
                Tri::Unknown(_) if is_here => return Some(Step::Doubtful),
                Tri::True | Tri::Unknown(_) => {}
            }
            targets.insert(transition.to.as_ref());
        }
        let only = match targets.len() {
            0 => return None,
            1 => targets.into_iter().next().flatten(),
            _ => None,
        };
        Some(Step::Irregular {
            to: only.unwrap_or(state).clone(),
        })
    }

    /// 状态的中文名；法典没有写的为标识。
    pub fn state_name(&self, state: &Arc<str>) -> Arc<str> {
        self.state_names.get(state).unwrap_or(state).clone()
    }

    /// 是否终了的状态。
    pub fn is_final(&self, state: &Arc<str>) -> bool {
        self.finals.contains(state)
    }

    /// 全部状态。
    pub fn states(&self) -> BTreeSet<Arc<str>> {
        let mut states: BTreeSet<Arc<str>> = self.finals.iter().cloned().collect();
        states.insert(self.start.clone());
        for transition in &self.transitions {
            states.extend(transition.from.iter().cloned());
            states.extend(transition.to.clone());
        }
        states
    }

    /// LB15：每个状态可达，每个非终了状态有出口。
    fn check(&self, reader: &Reader<'_>, sink: &mut Sink) {
        let mut reached: BTreeSet<Arc<str>> = BTreeSet::from([self.start.clone()]);
        loop {
            let before = reached.len();
            for transition in &self.transitions {
                if transition.from.iter().any(|s| reached.contains(s)) {
                    reached.extend(transition.to.clone());
                }
            }
            if reached.len() == before {
                break;
            }
        }
        for state in self.settled.iter().filter(|s| !reached.contains(*s)) {
            let message = format!("程序 {} 没有状态 {state}", self.name);
            sink.error(&place(reader, state), Code::Name, message, None);
        }
        for state in self.states() {
            if !reached.contains(&state) {
                let message = format!("程序 {} 的状态 {state} 不可达", self.name);
                let hint = Some("没有转移的 to 到这个状态".into());
                sink.error(&place(reader, &state), Code::State, message, hint);
            }
            let leaves = |t: &Transition| {
                t.from.contains(&state) && t.to.as_ref().is_some_and(|to| *to != state)
            };
            if !self.finals.contains(&state) && !self.transitions.iter().any(leaves) {
                let message = format!("程序 {} 的状态 {state} 没有出口", self.name);
                let hint = Some("写出离开它的转移，或列入 states.final".into());
                sink.error(&place(reader, &state), Code::State, message, hint);
            }
        }
    }
}

impl Procedure {
    /// LB04：写了中文名的都是本程序的状态。
    fn check_names(&self, names: &Reader<'_>, sink: &mut Sink) {
        let states = self.states();
        for (state, _, node) in names.all() {
            if !states.contains(state.as_str()) {
                let message = format!("程序 {} 没有状态 {state}", self.name);
                let hint = nearest(state, states.iter().map(AsRef::as_ref));
                sink.error(&names.at(node), Code::Name, message, hint);
            }
        }
    }
}

/// 状态第一次写到的地方。
fn place(reader: &Reader<'_>, state: &str) -> At {
    fn find<'a>(node: &'a Node, state: &str) -> Option<&'a Node> {
        match &node.kind {
            NodeKind::Text(text) => (text == state).then_some(node),
            NodeKind::Array(items) => items.iter().find_map(|item| find(item, state)),
            NodeKind::Table(entries) => entries.iter().find_map(|(_, _, v)| find(v, state)),
            NodeKind::Int(_) | NodeKind::Bool(_) | NodeKind::Other(_) => None,
        }
    }
    find(reader.node, state).map_or_else(|| reader.here(), |node| reader.at(node))
}

/// 读一个程序文件。
pub(crate) fn read(book: &Book, reader: &Reader<'_>, sink: &mut Sink) -> Option<Procedure> {
    reader.require("procedure", sink)?;
    let table = reader.table("procedure", sink)?;
    let [(name, _, node)] = table.all() else {
        let message = "一个文件须有且只有一个 [procedure.名]";
        sink.error(&table.here(), Code::Key, message, None);
        return None;
    };
    let head = Reader::new(table.file, node, sink)?;
    let label = head.text_required("name", sink).unwrap_or(name);
    let is_supervision = head.flag("supervision", sink);
    let is_complaint = head.flag("complaint", sink);
    head.require("states", sink)?;
    let states = head.table("states", sink)?;
    let start = states.text_required("start", sink)?.into();
    let finals = texts(&states, "final", sink);
    let settled = texts(&states, "settled", sink);
    states.finish(sink);
    let names = head.table("state_names", sink);
    let state_names = names
        .as_ref()
        .map(|table| labels(table, sink))
        .unwrap_or_default();
    head.finish(sink);
    let transitions = reader
        .tables("transition", sink)
        .into_iter()
        .filter_map(|t| transition(book, t, sink))
        .collect();
    let procedure = Procedure {
        name: name.as_str().into(),
        label: label.into(),
        is_supervision,
        is_complaint,
        start,
        finals,
        settled,
        state_names: state_names.into_iter().collect(),
        transitions,
    };
    procedure.check(reader, sink);
    if let Some(names) = names {
        procedure.check_names(&names, sink);
    }
    Some(procedure)
}

fn transition(book: &Book, reader: Reader<'_>, sink: &mut Sink) -> Option<Transition> {
    reader.require("step", sink)?;
    let step = reader.table("step", sink)?;
    let from = texts(&step, "from", sink);
    let on = step.text_required("on", sink)?;
    let Some(kind) = book.vocabulary.kind(on) else {
        sink.error(
            &step.at_key("on"),
            Code::Event,
            format!("没有事件 {on}"),
            book.vocabulary.nearest_kind(on),
        );
        return None;
    };
    let mut env = Env::new(book).slot("e", Slot::E, Arc::from([kind]));
    let when_text = step.text("when", sink).map(Arc::from);
    let when = when_text
        .as_deref()
        .and_then(|text| compile_test(&mut env, text, &step.at(step.get("when")?), sink));
    let to = step.text_required("to", sink)?;
    let who = texts(&step, "who", sink);
    for role in who.iter().filter(|r| !book.vocabulary.is_role(r)) {
        sink.error(
            &step.at_key("who"),
            Code::Name,
            format!("没有登记的角色 {role}"),
            None,
        );
    }
    step.finish(sink);
    let guards = guards(book, &reader, sink);
    let require = requirements(&mut env, &reader, sink);
    let wants = match reader.table("wants", sink) {
        None => BTreeMap::new(),
        Some(wants) => {
            let lists = ["documents", "records", "basis"]
                .into_iter()
                .map(|key| (key.to_owned(), wanted(book, &wants, key, sink)))
                .collect();
            wants.finish(sink);
            lists
        }
    };
    reader.finish(sink);
    Some(Transition {
        from,
        on: kind,
        when,
        when_text,
        to: (to != "same").then(|| to.into()),
        who,
        guards,
        require,
        wants,
    })
}

/// `guards`：须是法典的规则（LB04）。
fn guards(book: &Book, reader: &Reader<'_>, sink: &mut Sink) -> Vec<Arc<str>> {
    let guards = texts(reader, "guards", sink);
    for guard in guards
        .iter()
        .filter(|g| !book.rules.contains_key(g.as_ref()))
    {
        let hint = nearest(guard, book.rules.keys().map(String::as_str));
        sink.error(
            &reader.at_key("guards"),
            Code::Name,
            format!("没有规则 {guard}"),
            hint,
        );
    }
    guards
}

/// `wants` 的一项：文书、音像在法典有这种代码表时须在表内（LB04），依据须在法规库里（LB06）。
fn wanted(book: &Book, wants: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Vec<Arc<str>> {
    let list = wanted_list(key).and_then(|name| book.vocabulary.list(name));
    if let Some(list) = list.map(|id| book.vocabulary.list_of(id)) {
        for (code, node) in wants.texts(key, sink) {
            if list.find(code).is_none() {
                let message = format!("代码表 {} 没有 {code}", list.name);
                let hint = nearest(code, list.codes.iter().map(|(c, _)| c.as_ref()));
                sink.error(&wants.at(node), Code::Name, message, hint);
            }
        }
    }
    if key == "basis" {
        for (text, node) in wants.texts(key, sink) {
            if let Err(reason) = book.statutes.check_listed(text) {
                let hint = Some("补充 statutes/ 或改引用".into());
                sink.error(&wants.at(node), Code::Citation, reason, hint);
            }
        }
    }
    texts(wants, key, sink)
}

/// 应有的文书、音像的代码表。
pub(crate) fn wanted_list(key: &str) -> Option<&'static str> {
    match key {
        "documents" => Some("wanted_document"),
        "records" => Some("wanted_record"),
        _ => None,
    }
}

/// `require`：条件与不满足时的说明。
fn requirements(env: &mut Env<'_>, reader: &Reader<'_>, sink: &mut Sink) -> Vec<(Test, Arc<str>)> {
    let mut require = Vec::new();
    for table in reader.tables("require", sink) {
        let that = table.text_required("that", sink);
        let otherwise = table.text_required("else", sink).unwrap_or("");
        if let Some(test) =
            that.and_then(|t| compile_test(env, t, &table.at(table.get("that")?), sink))
        {
            require.push((test, otherwise.into()));
        }
        table.finish(sink);
    }
    require
}

fn texts(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Vec<Arc<str>> {
    reader
        .texts(key, sink)
        .into_iter()
        .map(|(t, _)| Arc::from(t))
        .collect()
}
