//! 计数：案件、规则、机关；条数都是准的，例子只留头几处，内存因此有上限。

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::finding::{Severity, Status};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::simulate::{CaseTurned, Said, Turn, Turned};

use crate::due::due_text;

/// 工作簿里列出的会变的案件处数。
pub(super) const KEPT_MAX: usize = 10_000;
/// 表里每条规则、每种变化举的例子。
pub(super) const EXAMPLES_MAX: usize = 3;
/// 没有写机关的。
const NO_BODY: &str = "（没有写机关）";

/// 一案的一处不同，给人看的。
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) code: Arc<str>,
    pub(super) part: Arc<str>,
    pub(super) turn: Turn,
    /// 起算或触发的事件：名称与日期
    pub(super) event: Option<(String, Date)>,
    pub(super) keys: BTreeMap<String, String>,
    pub(super) before: Option<Words>,
    pub(super) after: Option<Words>,
}

/// 一份法典说的，给人看的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) status: Option<&'static str>,
    pub(super) severity: Option<&'static str>,
    pub(super) due: Option<String>,
}

impl Words {
    fn new(said: &Said) -> Self {
        Words {
            status: said.status.map(Status::name),
            severity: said.severity.map(Severity::name),
            due: said.due.and_then(due_text),
        }
    }
}

/// 会变的一案。
#[derive(Debug, Clone)]
pub(super) struct Changed {
    pub(super) case: String,
    pub(super) body: Option<String>,
    pub(super) as_of: Date,
    pub(super) turned: Vec<Told>,
}

/// 试过的一案；不变的只有机关与试行的。
pub(super) struct Seen {
    body: Option<String>,
    on_trial: Vec<(Arc<str>, Status)>,
    pub(super) changed: Option<Changed>,
}

impl Seen {
    pub(super) fn new(
        after: &Lawbook,
        timeline: &Timeline,
        body: Option<&str>,
        turned: CaseTurned,
    ) -> Self {
        let told = |turned: &Turned| told(after, timeline, turned);
        let changed = (!turned.turned.is_empty()).then(|| Changed {
            case: timeline.id.clone(),
            body: body.map(str::to_owned),
            as_of: turned.as_of,
            turned: turned.turned.iter().map(told).collect(),
        });
        Seen {
            body: body.map(str::to_owned),
            on_trial: turned.on_trial,
            changed,
        }
    }
}

fn told(after: &Lawbook, timeline: &Timeline, turned: &Turned) -> Told {
    let event = turned
        .event
        .and_then(|index| timeline.events.get(index.0 as usize))
        .map(|event| {
            let vocabulary = &after.book.vocabulary;
            let known = vocabulary.kind(&event.kind);
            let name = known.map(|kind| vocabulary.kind_of(kind).label.to_string());
            (
                name.unwrap_or_else(|| event.kind.clone()),
                event.occurred_on,
            )
        });
    Told {
        code: turned.code.clone(),
        part: turned.part.clone(),
        turn: turned.turn,
        event,
        keys: turned.keys.clone(),
        before: turned.before.as_ref().map(Words::new),
        after: turned.after.as_ref().map(Words::new),
    }
}

/// 一个机关的。
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct OfBody {
    pub(super) cases: u64,
    pub(super) changed: u64,
    pub(super) turns: [u64; Turn::ALL.len()],
}

/// 例子：案件与其中的一处。
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) case: String,
    pub(super) body: Option<String>,
    pub(super) told: Told,
}

/// 合计。
pub(super) struct Tally {
    pub(super) cases: u64,
    pub(super) changed: u64,
    pub(super) refused: u64,
    pub(super) by_rule: BTreeMap<Arc<str>, [u64; Turn::ALL.len()]>,
    pub(super) by_body: BTreeMap<String, OfBody>,
    /// 试行的规则会说的
    pub(super) on_trial: BTreeMap<Arc<str>, BTreeMap<Status, u64>>,
    /// 头几处，按读入的次序
    pub(super) kept: Vec<Instance>,
    pub(super) examples: BTreeMap<(Arc<str>, Turn), Vec<Instance>>,
    names: BTreeMap<Arc<str>, Arc<str>>,
}

impl Tally {
    pub(super) fn new(after: &Lawbook) -> Self {
        let names = after.rules.iter();
        Tally {
            cases: 0,
            changed: 0,
            refused: 0,
            by_rule: BTreeMap::new(),
            by_body: BTreeMap::new(),
            on_trial: BTreeMap::new(),
            kept: Vec::new(),
            examples: BTreeMap::new(),
            names: names.map(|r| (r.code.clone(), r.name.clone())).collect(),
        }
    }

    /// 规则的名称；新的一份里没有的为空。
    pub(super) fn name(&self, code: &str) -> &str {
        self.names.get(code).map_or("", AsRef::as_ref)
    }

    pub(super) fn take(&mut self, seen: Seen) {
        self.cases += 1;
        for (code, status) in seen.on_trial {
            *self
                .on_trial
                .entry(code)
                .or_default()
                .entry(status)
                .or_default() += 1;
        }
        let body = seen.body.as_deref().unwrap_or(NO_BODY);
        if !self.by_body.contains_key(body) {
            self.by_body.insert(body.to_owned(), OfBody::default());
        }
        let of_body = self.by_body.get_mut(body).expect("INVARIANT: just put in");
        of_body.cases += 1;
        let Some(changed) = seen.changed else {
            return;
        };
        self.changed += 1;
        of_body.changed += 1;
        for told in changed.turned {
            let turn = told.turn as usize;
            of_body.turns[turn] += 1;
            self.by_rule.entry(told.code.clone()).or_default()[turn] += 1;
            let examples = self.examples.entry((told.code.clone(), told.turn));
            let examples = examples.or_default();
            let is_example = examples.len() < EXAMPLES_MAX;
            if !is_example && self.kept.len() >= KEPT_MAX {
                continue;
            }
            let instance = Instance {
                case: changed.case.clone(),
                body: changed.body.clone(),
                told,
            };
            if is_example {
                examples.push(instance.clone());
            }
            if self.kept.len() < KEPT_MAX {
                self.kept.push(instance);
            }
        }
    }

    /// 不同的处数。
    pub(super) fn turns(&self) -> u64 {
        self.by_rule.values().flatten().sum()
    }
}
