//! 试算的合计：案件、规则、机关；个数都是准的，例子只留头几处，内存因此有上限。

use std::collections::BTreeMap;

use mingjing_domain::finding::{Severity, Status};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueAt;
use serde::{Deserialize, Serialize};

use super::{CaseTurned, Said, Turn, Turned};
use crate::lawbook::Lawbook;

/// 没有写机关的。
const NO_BODY: &str = "（没有写机关）";

/// 各种不同各有几处，照 `Turn::ALL` 的次序。
pub type Turns = [u64; Turn::ALL.len()];

/// 一案的一处不同，给人看的。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// 规则编码。
    pub code: String,
    /// 规则的名称；新的一份里没有的为空。
    pub name: String,
    /// 部分。
    pub part: String,
    /// 怎样不同。
    pub turn: Turn,
    /// 起算或触发的事件：名称与日期。
    pub event: Option<(String, Date)>,
    /// 键。
    pub keys: BTreeMap<String, String>,
    /// 原来说的。
    pub before: Option<Words>,
    /// 换了之后说的。
    pub after: Option<Words>,
}

/// 一份法典说的，给人看的。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// 状态；只有义务的没有。
    pub status: Option<String>,
    /// 程度。
    pub severity: Option<String>,
    /// 到期。
    pub due: Option<String>,
}

impl Words {
    fn new(said: &Said) -> Self {
        Words {
            status: said.status.map(|status| status.name().to_owned()),
            severity: said.severity.map(|s| Severity::name(s).to_owned()),
            due: said.due.and_then(DueAt::text),
        }
    }

    /// `违反，违规，应于 2025-05-30`；一份法典什么也没有说的，是没有发现。
    pub fn in_chinese(words: Option<&Words>) -> String {
        const NOTHING: &str = "没有发现";
        let Some(words) = words else {
            return NOTHING.to_owned();
        };
        let status = words.status.clone();
        let mut pieces = vec![status.unwrap_or_else(|| NOTHING.to_owned())];
        pieces.extend(words.severity.clone());
        pieces.extend(words.due.as_ref().map(|due| format!("应于 {due}")));
        pieces.join("，")
    }
}

impl Told {
    /// 哪一件事、哪一个当事人。
    pub fn place(&self) -> String {
        let event = self.event.as_ref();
        let event = event.map(|(name, day)| format!("{name} {day}"));
        let pieces = event.into_iter().chain(self.keys.values().cloned());
        pieces.collect::<Vec<_>>().join("，")
    }

    /// `立案 2025-03-01：没有发现 → 违反，违规，应于 2025-05-30`。
    pub fn moved(&self) -> String {
        let (before, after) = (self.before.as_ref(), self.after.as_ref());
        let moved = format!(
            "{} → {}",
            Words::in_chinese(before),
            Words::in_chinese(after)
        );
        match self.place() {
            place if place.is_empty() => moved,
            place => format!("{place}：{moved}"),
        }
    }
}

/// 会变的一案。
#[derive(Debug, Clone)]
pub struct Changed {
    /// 案件。
    pub case: String,
    /// 机关。
    pub body: Option<String>,
    /// 判断日。
    pub as_of: Date,
    /// 各处不同。
    pub turned: Vec<Told>,
}

/// 试过的一案；不变的只有机关与试行的。
#[derive(Debug, Clone)]
pub struct Seen {
    body: Option<String>,
    /// 编码、名称、状态。
    on_trial: Vec<(String, String, Status)>,
    /// 会变的。
    pub changed: Option<Changed>,
}

impl Seen {
    /// 一案在两份法典下的不同，写成给人看的。
    pub fn new(
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
        let on_trial = turned.on_trial.into_iter();
        Seen {
            body: body.map(str::to_owned),
            on_trial: on_trial
                .map(|(code, status)| (code.to_string(), name_of(after, &code), status))
                .collect(),
            changed,
        }
    }
}

fn name_of(after: &Lawbook, code: &str) -> String {
    let rule = after.rule(code);
    rule.map_or_else(String::new, |rule| rule.name.to_string())
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
        code: turned.code.to_string(),
        name: name_of(after, &turned.code),
        part: turned.part.to_string(),
        turn: turned.turn,
        event,
        keys: turned.keys.clone(),
        before: turned.before.as_ref().map(Words::new),
        after: turned.after.as_ref().map(Words::new),
    }
}

/// 一条规则的。
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfRule {
    /// 名称；新的一份里没有的为空。
    pub name: String,
    /// 各种不同的处数。
    pub turns: Turns,
}

/// 一个机关的。
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfBody {
    /// 案数。
    pub cases: u64,
    /// 会变的案数。
    pub changed: u64,
    /// 各种不同的处数。
    pub turns: Turns,
}

/// 一条试行的规则会说的。
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfTrial {
    /// 名称。
    pub name: String,
    /// 违反。
    pub violated: u64,
    /// 疑点。
    pub doubt: u64,
    /// 临期。
    pub near: u64,
    /// 无法判定。
    pub undetermined: u64,
}

impl OfTrial {
    fn count(&mut self, status: Status) {
        let n = match status {
            Status::Violated => &mut self.violated,
            Status::Doubt => &mut self.doubt,
            Status::Near => &mut self.near,
            Status::Undetermined => &mut self.undetermined,
        };
        *n += 1;
    }

    /// 各种状态与个数。
    pub fn counts(&self) -> [(Status, u64); 4] {
        [
            (Status::Violated, self.violated),
            (Status::Doubt, self.doubt),
            (Status::Near, self.near),
            (Status::Undetermined, self.undetermined),
        ]
    }
}

/// 合计；存下来再取出，可以接着数。
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// 试过的案数。
    pub cases: u64,
    /// 会变的案数。
    pub changed: u64,
    /// 读不了的行数。
    pub refused: u64,
    /// 按规则。
    pub by_rule: BTreeMap<String, OfRule>,
    /// 按机关。
    pub by_body: BTreeMap<String, OfBody>,
    /// 试行的规则会说的。
    pub on_trial: BTreeMap<String, OfTrial>,
}

impl Totals {
    /// 不同的处数。
    pub fn turns(&self) -> u64 {
        self.by_rule.values().flat_map(|rule| rule.turns).sum()
    }

    fn take(&mut self, seen: &Seen) {
        self.cases += 1;
        for (code, name, status) in &seen.on_trial {
            let of_trial = self.on_trial.entry(code.clone()).or_default();
            of_trial.name.clone_from(name);
            of_trial.count(*status);
        }
        let body = seen.body.as_deref().unwrap_or(NO_BODY);
        if !self.by_body.contains_key(body) {
            self.by_body.insert(body.to_owned(), OfBody::default());
        }
        let of_body = self.by_body.get_mut(body).expect("INVARIANT: just put in");
        of_body.cases += 1;
        let Some(changed) = &seen.changed else {
            return;
        };
        self.changed += 1;
        of_body.changed += 1;
        for told in &changed.turned {
            let turn = told.turn as usize;
            of_body.turns[turn] += 1;
            let of_rule = self.by_rule.entry(told.code.clone()).or_default();
            of_rule.name.clone_from(&told.name);
            of_rule.turns[turn] += 1;
        }
    }
}

/// 各种不同的名称与个数，没有的不说：`新出现 3、到期日不同 12`。
pub fn turns_in_chinese(turns: &Turns) -> String {
    let told = Turn::ALL.iter().zip(turns).filter(|(_, n)| **n > 0);
    told.map(|(turn, n)| format!("{} {n}", turn.name()))
        .collect::<Vec<_>>()
        .join("、")
}

/// 例子：案件与其中的一处。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// 案件。
    pub case: String,
    /// 机关。
    pub body: Option<String>,
    /// 不同。
    pub told: Told,
}

/// 留多少例子。
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// 共几处。
    pub all: usize,
    /// 每条规则、每种不同几处；满了 `all` 的也还留。
    pub each: usize,
}

/// 合计与例子。
#[derive(Debug, Clone)]
pub struct Tally {
    /// 合计。
    pub totals: Totals,
    /// 头几处，按读入的次序。
    pub kept: Vec<Instance>,
    /// 每条规则、每种不同的头几处。
    pub examples: BTreeMap<(String, Turn), Vec<Instance>>,
    room: Room,
}

impl Tally {
    /// 从头数起。
    pub fn new(room: Room) -> Self {
        Tally {
            totals: Totals::default(),
            kept: Vec::new(),
            examples: BTreeMap::new(),
            room,
        }
    }

    /// 数一案。
    pub fn take(&mut self, seen: Seen) {
        self.totals.take(&seen);
        let Some(changed) = seen.changed else {
            return;
        };
        for told in changed.turned {
            let examples = self.examples.entry((told.code.clone(), told.turn));
            let examples = examples.or_default();
            let is_example = examples.len() < self.room.each;
            if !is_example && self.kept.len() >= self.room.all {
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
            if self.kept.len() < self.room.all {
                self.kept.push(instance);
            }
        }
    }
}
