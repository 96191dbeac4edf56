//! 准备：把时间线按词汇定型、排序、编号，成为规则读取的索引。

mod typed;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::Arc;

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::{EventIndex, MissingWhy};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};

use crate::basis::Body;
use crate::cel::types::{KindId, ScopeId};
use crate::cel::value::{Miss, Val, miss};
use crate::chronology::arrange;
use crate::context::KeySet;
use crate::corrections;
use crate::vocabulary::{Field, Vocabulary, plural};

pub use typed::type_value;
pub(crate) use typed::{FactValue, fact_value};

/// 键的序号：party、instance、decision、goods。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// 当事人
    Party,
    /// 程序实例
    Instance,
    /// 决定
    Decision,
    /// 物品
    Goods,
}

impl Key {
    /// 全部键。
    pub const ALL: [Key; 4] = [Key::Party, Key::Instance, Key::Decision, Key::Goods];

    /// 标识。
    pub fn name(self) -> &'static str {
        match self {
            Key::Party => "party",
            Key::Instance => "instance",
            Key::Decision => "decision",
            Key::Goods => "goods",
        }
    }

    /// 由标识解析。
    pub fn parse(name: &str) -> Option<Key> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// 一案里一个键的取值：编号，同一文字同一编号。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyValue(NonZeroU32);

/// 各键的取值。
pub type KeyValues = [Option<KeyValue>; 4];

/// 定型后的事件。
#[derive(Debug)]
pub struct Prepared<'t> {
    /// 原事件。
    pub event: &'t Event,
    /// 在时间线中的序号。
    pub index: EventIndex,
    /// 种类。
    pub kind: KindId,
    /// 发生日。
    pub day: Date,
    /// 发生时刻。
    pub at: Option<Timestamp>,
    /// 第一手记录时刻。
    pub recorded: Option<Timestamp>,
    /// 键值。
    pub keys: KeyValues,
    /// 种类声明的键。
    pub(crate) declares: KeySet,
    /// 存疑：更正指不清，说不定没有这件事，或另有正确的记载。
    pub is_doubtful: bool,
    slots: usize,
}

#[derive(Debug, Default)]
struct FactTable {
    plain: Vec<Option<FactValue>>,
    keyed: HashMap<Arc<str>, Vec<Option<FactValue>>>,
}

/// 数据与词汇不符：哪条事件或事实、哪个字段、什么原因。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// 事件标识或事实路径。
    pub subject: String,
    /// 说明与改法。
    pub message: String,
}

/// 准备好的时间线。
#[derive(Debug)]
pub struct Case<'t> {
    /// 原时间线。
    pub timeline: &'t Timeline,
    /// 按发生先后排列的事件。
    pub events: Vec<Prepared<'t>>,
    /// 判断日。
    pub as_of: Date,
    /// 机关的部门；不知道为 `None`。
    pub department: Option<Arc<str>>,
    /// 机关所在地区的区划代码；不知道为 `None`。
    pub region: Option<Arc<str>>,
    /// 事项编码；不知道为 `None`。
    pub item: Option<Arc<str>>,
    /// 数据与词汇不符之处；这些值按未知处理。
    pub mismatches: Vec<Mismatch>,
    /// 还没有填完的事件：它的空白是还不知道，不是没有。
    draft: Option<u32>,
    /// 有存疑的事件。
    pub(crate) has_doubt: bool,
    /// 有事件只知大概日期；到评估时再回头看原事件，要把它们整个读进缓存。
    pub(crate) is_vague: bool,
    slots: Vec<Option<Val>>,
    key_texts: Vec<Arc<str>>,
    /// 各事件的日子：一案的都在一处，问几日几日的不必翻事件。
    days: Vec<Date>,
    by_kind: Vec<u32>,
    kinds: Vec<KindId>,
    /// 各种类在 `kinds` 里是第几个（从一数起），没有的为零。
    places: Vec<u16>,
    /// `kinds` 里每一种在 `by_kind` 的起止。
    ranges: Vec<(u32, u32)>,
    facts: Vec<FactTable>,
    cover: Vec<Option<&'t KindCoverage>>,
}

/// 还没有填完的事件里，有缺省值的字段怎样看。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Defaults {
    /// 取缺省值
    Taken,
    /// 也还不知道
    Open,
}

/// 有事件只知大概日期。
pub(crate) fn is_vague(timeline: &Timeline) -> bool {
    let mut events = timeline.events.iter();
    events.any(|e| e.occurred_until.is_some_and(|until| until > e.occurred_on))
}

/// 在判断日与已知时刻看一条时间线；词汇不认识的事件列入不符清单而不参与判断。
pub fn prepare<'t>(
    vocabulary: &Vocabulary,
    timeline: &'t Timeline,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> Case<'t> {
    let mut case = Case {
        timeline,
        events: Vec::with_capacity(timeline.events.len()),
        as_of: Date::from_day_number(0).unwrap_or_else(|| unreachable!("1970-01-01 is in range")),
        department: None,
        region: None,
        item: None,
        mismatches: Vec::new(),
        draft: None,
        has_doubt: false,
        is_vague: is_vague(timeline),
        slots: Vec::new(),
        key_texts: Vec::new(),
        days: Vec::new(),
        by_kind: Vec::new(),
        kinds: Vec::new(),
        places: vec![0; vocabulary.kinds.len()],
        ranges: Vec::new(),
        facts: Vec::with_capacity(vocabulary.scopes.len()),
        cover: Vec::new(),
    };
    case.take_events(vocabulary, known_at);
    let last = case
        .events
        .iter()
        .map(|e| e.event.occurred_until.unwrap_or(e.day))
        .max();
    case.as_of = as_of.or(last).unwrap_or(case.as_of);
    let as_of = case.as_of;
    case.events.retain(|e| e.day <= as_of);
    case.index_kinds();
    case.take_facts(vocabulary);
    if let Coverage::Kinds(kinds) = &timeline.coverage {
        case.cover = vocabulary
            .kinds
            .iter()
            .map(|k| kinds.get(k.name.as_ref()))
            .collect();
    }
    case
}

impl<'t> Case<'t> {
    fn take_events(&mut self, vocabulary: &Vocabulary, known_at: Option<Timestamp>) {
        let events = &self.timeline.events;
        let mut visible: Vec<(usize, Option<Timestamp>)> = Vec::with_capacity(events.len());
        for (i, event) in events.iter().enumerate() {
            let recorded = if event.source == Source::FirstHand {
                event.recorded_at
            } else {
                None
            };
            if known_at.is_none_or(|known| recorded.is_none_or(|r| r <= known)) {
                visible.push((i, recorded));
            }
        }
        if events.iter().any(|e| e.corrects.is_some()) {
            let (shown, mismatches) = corrections::settle(events, &visible);
            self.mismatches.extend(mismatches);
            for event in shown {
                self.take_event(vocabulary, event.index, event.recorded, event.is_doubtful);
            }
        } else {
            for (i, recorded) in visible {
                self.take_event(vocabulary, i, recorded, false);
            }
        }
        self.has_doubt = self.events.iter().any(|e| e.is_doubtful);
        arrange(&mut self.events, |event| (event.day, event.at));
    }

    fn take_event(
        &mut self,
        vocabulary: &Vocabulary,
        i: usize,
        recorded: Option<Timestamp>,
        is_doubtful: bool,
    ) {
        let event = &self.timeline.events[i];
        let Some(kind) = vocabulary.kind(&event.kind) else {
            let near = vocabulary.nearest_kind(&event.kind).unwrap_or_default();
            self.mismatch(
                &event.id,
                format!("不认识的事件种类 {}{near}，这条事件未参与判断", event.kind),
            );
            return;
        };
        let declared = &vocabulary.kind_of(kind).fields;
        let keys = self.keys_of(event);
        let slots = self.slots.len();
        self.slots.extend(std::iter::repeat_n(None, declared.len()));
        for (name, value) in &event.fields {
            let Some(place) = declared
                .iter()
                .position(|f| f.name.as_ref() == name.as_str())
            else {
                self.mismatch(
                    &event.id,
                    format!("事件 {} 没有字段 {name}，已忽略", event.kind),
                );
                continue;
            };
            match type_value(vocabulary, value, &declared[place].ty) {
                Ok(typed) => self.slots[slots + place] = Some(typed),
                Err(reason) => {
                    self.slots[slots + place] = Some(Val::Unknown(miss(
                        format!("{}.{name}", event.kind),
                        MissingWhy::Error,
                    )));
                    self.mismatch(&event.id, format!("{} 的字段 {name}：{reason}", event.kind));
                }
            }
        }
        self.events.push(Prepared {
            event,
            index: EventIndex(i as u32),
            kind,
            day: event.occurred_on,
            at: event.occurred_at,
            recorded,
            keys,
            declares: vocabulary.kind_of(kind).declares,
            is_doubtful,
            slots,
        });
    }

    fn keys_of(&mut self, event: &Event) -> KeyValues {
        if event.keys.is_empty() && event.instance.is_none() {
            return [None; 4];
        }
        Key::ALL.map(|key| {
            let text = event.key(key.name())?;
            let found = self.key_value(text);
            found.or_else(|| {
                self.key_texts.push(text.into());
                NonZeroU32::new(self.key_texts.len() as u32).map(KeyValue)
            })
        })
    }

    /// 键值的文字。
    pub fn key_text(&self, value: KeyValue) -> &Arc<str> {
        &self.key_texts[value.0.get() as usize - 1]
    }

    /// 一件事的一个键的文字。
    pub fn key_at(&self, position: u32, key: Key) -> Option<&Arc<str>> {
        let value = self.events[position as usize].keys[key as usize]?;
        Some(self.key_text(value))
    }

    /// 文字的编号；本案没有用过的为 `None`。
    pub fn key_value(&self, text: &str) -> Option<KeyValue> {
        // Most often the one that was used last.
        let place = self
            .key_texts
            .iter()
            .rposition(|known| known.as_ref() == text)?;
        NonZeroU32::new(place as u32 + 1).map(KeyValue)
    }

    fn mismatch(&mut self, subject: &str, message: String) {
        self.mismatches.push(Mismatch {
            subject: subject.to_owned(),
            message,
        });
    }

    fn index_kinds(&mut self) {
        for event in &self.events {
            let place = &mut self.places[usize::from(event.kind.0)];
            if *place == 0 {
                self.kinds.push(event.kind);
                self.ranges.push((0, 0));
                *place = self.kinds.len() as u16;
            }
            self.ranges[usize::from(*place) - 1].1 += 1;
        }
        let mut start = 0;
        for range in &mut self.ranges {
            let len = range.1;
            *range = (start, start);
            start += len;
        }
        self.by_kind = vec![0; self.events.len()];
        for (position, event) in self.events.iter().enumerate() {
            let place = self.places[usize::from(event.kind.0)];
            let range = &mut self.ranges[usize::from(place) - 1];
            self.by_kind[range.1 as usize] = position as u32;
            range.1 += 1;
        }
        self.days = self.events.iter().map(|event| event.day).collect();
    }

    fn take_facts(&mut self, vocabulary: &Vocabulary) {
        let timeline = self.timeline;
        for scope in &vocabulary.scopes {
            let mut table = FactTable::default();
            if let Some(Value::Record(record)) = timeline.facts.values.get(scope.name.as_ref()) {
                if scope.is_keyed {
                    self.take_keyed(vocabulary, &scope.name, &scope.fields, record, &mut table);
                } else {
                    table.plain = self.take_record(vocabulary, &scope.name, &scope.fields, record);
                }
            }
            if let Some(by) = &scope.by {
                let plural = plural(by);
                if let Some(Value::Record(record)) = timeline.facts.values.get(plural.as_ref()) {
                    self.take_keyed(vocabulary, &plural, &scope.fields, record, &mut table);
                }
            }
            self.facts.push(table);
        }
        let text = |path: &str| match timeline.facts.at(path) {
            Some(Value::Text(text)) => Some(Arc::<str>::from(text.as_str())),
            Some(Value::Int(n)) => Some(Arc::<str>::from(n.to_string())),
            _ => None,
        };
        // A department that the lawbook does not know is not known, never the general one.
        self.department = text("body.department");
        let unknown = self
            .department
            .take_if(|d| !vocabulary.departments.contains_key(d.as_ref()));
        if let Some(department) = unknown {
            let known: Vec<&str> = vocabulary.departments.keys().map(String::as_str).collect();
            self.mismatch(
                "body.department",
                format!(
                    "法典没有部门“{department}”，按不知道处理；已知的有 {}",
                    known.join("、")
                ),
            );
        }
        self.region = text("body.region");
        // A region told in another way is not known: it must neither match nor exclude by chance.
        let strange = self.region.take_if(|code| !is_region_code(code));
        if let Some(code) = strange {
            self.mismatch(
                "body.region",
                format!("“{code}”不是行政区划代码，按不知道处理；请写 2、4 或 6 位数字，如 210300"),
            );
        }
        self.item = text("item.code");
    }

    fn take_keyed(
        &mut self,
        vocabulary: &Vocabulary,
        path: &str,
        fields: &[Field],
        record: &BTreeMap<String, Value>,
        table: &mut FactTable,
    ) {
        for (key, value) in record {
            if let Value::Record(inner) = value {
                let row = self.take_record(vocabulary, &format!("{path}.{key}"), fields, inner);
                table.keyed.insert(key.as_str().into(), row);
            } else {
                self.mismatch(&format!("{path}.{key}"), "应为一组字段".to_owned());
            }
        }
    }

    fn take_record(
        &mut self,
        vocabulary: &Vocabulary,
        path: &str,
        fields: &[Field],
        record: &BTreeMap<String, Value>,
    ) -> Vec<Option<FactValue>> {
        let mut row = vec![None; fields.len()];
        for (name, value) in record {
            let Some(place) = fields.iter().position(|f| f.name.as_ref() == name.as_str()) else {
                self.mismatch(&format!("{path}.{name}"), "不认识的事实，已忽略".to_owned());
                continue;
            };
            let field = &fields[place];
            match fact_value(vocabulary, field, value) {
                Ok(fact) => row[place] = Some(fact),
                Err(reason) => self.mismatch(&format!("{path}.{name}"), reason),
            }
        }
        row
    }

    /// 机关：领域与地区。
    pub fn body(&self) -> Body<'_> {
        Body {
            department: self.department.as_deref(),
            region: self.region.as_deref(),
        }
    }

    /// 有事件的种类，各一次。
    pub fn kinds(&self) -> impl Iterator<Item = KindId> {
        self.kinds.iter().copied()
    }

    /// 某种类的事件，按先后。
    pub fn of_kind(&self, kind: KindId) -> &[u32] {
        match self.places[usize::from(kind.0)] {
            0 => &[],
            place => {
                let (start, end) = self.ranges[usize::from(place) - 1];
                &self.by_kind[start as usize..end as usize]
            }
        }
    }

    /// 一件事的日子。
    pub fn day(&self, position: u32) -> Date {
        self.days[position as usize]
    }

    /// 某种类到某日为止是否完整。
    pub fn is_complete(&self, kind: KindId, through: Date) -> bool {
        match &self.timeline.coverage {
            Coverage::Closed => true,
            Coverage::Open => false,
            Coverage::Kinds(_) => self.cover[usize::from(kind.0)]
                .is_some_and(|c| c.is_complete && c.until.is_none_or(|until| through <= until)),
        }
    }

    /// 材料是否带有这个字段：带有而空白就是没有。
    pub fn has_field(&self, kind: KindId, field: &Field) -> bool {
        self.has_part(kind, &field.name)
    }

    /// 材料是否带有这个字段或信封部分（`actors`）。
    pub fn has_part(&self, kind: KindId, name: &str) -> bool {
        match &self.timeline.coverage {
            Coverage::Closed => true,
            Coverage::Open => false,
            Coverage::Kinds(_) => self.cover[usize::from(kind.0)]
                .is_some_and(|c| c.fields.as_ref().is_none_or(|fields| fields.contains(name))),
        }
    }

    /// 某一件事是否带有信封的这一部分；还没有填完的不带。
    pub fn has_part_at(&self, position: u32, name: &str) -> bool {
        let kind = self.events[position as usize].kind;
        self.draft != Some(position) && self.has_part(kind, name)
    }

    /// 把一件事当作还没有填完的：空白的字段成为“待填”，参与人与所附材料也还不知道。
    pub(crate) fn leave_open(
        &mut self,
        vocabulary: &Vocabulary,
        index: EventIndex,
        defaults: Defaults,
    ) -> Option<u32> {
        let position = self.events.iter().position(|e| e.index == index)?;
        let event = &self.events[position];
        let kind = vocabulary.kind_of(event.kind);
        for (place, field) in kind.fields.iter().enumerate() {
            let slot = &mut self.slots[event.slots + place];
            let is_given = defaults == Defaults::Taken && field.default.is_some();
            if slot.is_none() && !is_given && !field.is_procedure {
                let what = format!("{}.{}", kind.name, field.name);
                *slot = Some(Val::Unknown(miss(what, MissingWhy::Person)));
            }
        }
        self.draft = Some(position as u32);
        self.draft
    }

    /// 事件的字段原值；空白为 `None`。
    pub fn slot(&self, position: u32, field: usize) -> Option<&Val> {
        self.slots[self.events[position as usize].slots + field].as_ref()
    }

    /// 读事实：未给出时，案卷完整且声明了缺省值的取缺省值，否则未知。
    pub fn fact(
        &self,
        vocabulary: &Vocabulary,
        scope: ScopeId,
        key: Option<&Arc<str>>,
        field: usize,
        on: Date,
    ) -> Val {
        let table = &self.facts[usize::from(scope.0)];
        let declared = &vocabulary.scope_of(scope).fields[field];
        let given = key
            .and_then(|k| table.keyed.get(k))
            .and_then(|row| row[field].as_ref())
            .or_else(|| {
                if vocabulary.scope_of(scope).is_keyed {
                    None
                } else {
                    table.plain.get(field)?.as_ref()
                }
            });
        let unknown = |miss_plain: &Miss| match key {
            Some(key) if vocabulary.scope_of(scope).is_keyed => Val::Unknown(miss(
                format!("{}:{key}", declared.name),
                MissingWhy::NotCovered,
            )),
            _ => Val::Unknown(miss_plain.clone()),
        };
        match given {
            Some(FactValue::Plain(value)) => value.clone(),
            Some(FactValue::Dated(spans)) => spans
                .iter()
                .find(|(from, to, _)| from.is_none_or(|f| f <= on) && to.is_none_or(|t| on < t))
                .map_or_else(
                    || unknown(&declared.not_covered),
                    |(_, _, value)| value.clone(),
                ),
            None => match (&declared.default, &self.timeline.coverage) {
                (Some(default), Coverage::Closed) => default.clone(),
                _ => unknown(&declared.not_covered),
            },
        }
    }
}

/// 行政区划代码：省、市、县各两位；统计用的九位、十二位也认。
fn is_region_code(text: &str) -> bool {
    matches!(text.len(), 2 | 4 | 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit())
}
