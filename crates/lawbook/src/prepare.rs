//! 准备：把时间线按词汇定型、排序、编号，成为规则读取的索引。

mod given;
mod mismatch;
mod typed;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::{EventIndex, MissingWhy};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};

use crate::basis::Body;
use crate::cel::types::{KindId, ScopeId};
use crate::cel::value::{Miss, Val, miss};
use crate::chronology::arrange;
use crate::context::KeySet;
use crate::corrections::{self, Shown};
use crate::forms;
use crate::vocabulary::{Field, Scope, Vocabulary, plural};
use given::{Row, Rows};

pub use mismatch::Mismatch;
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
    row: Row,
}

/// 一个范围的事实：共同的，与逐个对象的。
#[derive(Debug, Default)]
struct FactTable<'t> {
    plain: Option<Row>,
    /// 按对象的标识排好
    keyed: Vec<(&'t str, Row)>,
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
    vocabulary: &'t Vocabulary,
    known_at: Option<Timestamp>,
    /// 还没有填完的事件：它的空白是还不知道，不是没有。
    draft: Option<u32>,
    /// 有存疑的事件。
    pub(crate) has_doubt: bool,
    /// 有事件只知大概日期；到评估时再回头看原事件，要把它们整个读进缓存。
    pub(crate) is_vague: bool,
    fields: Rows<'t, Val>,
    key_texts: Vec<Arc<str>>,
    /// 有事件写了的键。
    pub(crate) used_keys: KeySet,
    /// 各事件的日子：一案的都在一处，问几日几日的不必翻事件。
    days: Vec<Date>,
    by_kind: Vec<u32>,
    /// 与 `by_kind` 相应的日子。
    kind_days: Vec<Date>,
    kinds: Vec<KindId>,
    /// 各种类在 `kinds` 里是第几个（从一数起），没有的为零。
    places: Vec<u16>,
    /// `kinds` 里每一种在 `by_kind` 的起止。
    ranges: Vec<(u32, u32)>,
    facts: Vec<FactTable<'t>>,
    fact_rows: Rows<'t, Option<FactValue>>,
    cover: Cover<'t>,
    /// 给出了折叠好的行、分子或者分母。
    pub(crate) has_rows: bool,
}

/// 覆盖范围，各种类的按序号。
#[derive(Debug)]
enum Cover<'t> {
    Closed,
    Open,
    Kinds(Box<[Option<&'t KindCoverage>]>),
}

impl<'t> Cover<'t> {
    fn new(vocabulary: &Vocabulary, coverage: &'t Coverage) -> Self {
        let kinds = match coverage {
            Coverage::Closed => return Cover::Closed,
            Coverage::Open => return Cover::Open,
            Coverage::Kinds(kinds) => kinds,
        };
        let mut list = vec![None; vocabulary.kinds.len()];
        for (name, cover) in kinds {
            if let Some(kind) = vocabulary.kind(name) {
                list[usize::from(kind.0)] = Some(cover);
            }
        }
        Cover::Kinds(list.into())
    }

    /// 说到这一种的；一概完整、一概不完整的，合不合 `test` 由它们自己定。
    fn of(&self, kind: KindId, test: impl FnOnce(&KindCoverage) -> bool) -> bool {
        match self {
            Cover::Closed => true,
            Cover::Open => false,
            Cover::Kinds(list) => list[usize::from(kind.0)].is_some_and(test),
        }
    }
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

/// 在判断日与已知时刻看一条时间线；词汇不认识的事件不参与判断（见 [`Case::mismatches`]）。
pub fn prepare<'t>(
    vocabulary: &'t Vocabulary,
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
        vocabulary,
        known_at,
        draft: None,
        has_doubt: false,
        is_vague: is_vague(timeline),
        fields: Rows::new(),
        key_texts: Vec::new(),
        used_keys: KeySet::default(),
        days: Vec::new(),
        by_kind: Vec::new(),
        kind_days: Vec::new(),
        kinds: Vec::new(),
        places: vec![0; vocabulary.kinds.len()],
        ranges: Vec::new(),
        facts: Vec::new(),
        fact_rows: Rows::new(),
        cover: Cover::new(vocabulary, &timeline.coverage),
        has_rows: forms::sets::has_any_rows(timeline),
    };
    case.take_events();
    let last = case
        .events
        .iter()
        .map(|e| e.event.occurred_until.unwrap_or(e.day))
        .max();
    case.as_of = as_of.or(last).unwrap_or(case.as_of);
    let as_of = case.as_of;
    case.events.retain(|e| e.day <= as_of);
    case.index_kinds();
    case.take_facts();
    case
}

/// 看得见的、参与判断的事件，照列出的次序；更正指不清的，与词汇不符一并说出。
fn shown(timeline: &Timeline, known_at: Option<Timestamp>) -> (Vec<Shown>, Vec<Mismatch>) {
    let events = &timeline.events;
    let visible = events.iter().enumerate().filter_map(|(index, event)| {
        let is_first_hand = event.source == Source::FirstHand;
        let recorded = event.recorded_at.filter(|_| is_first_hand);
        let is_known = known_at.is_none_or(|known| recorded.is_none_or(|r| r <= known));
        is_known.then_some((index, recorded))
    });
    if events.iter().any(|e| e.corrects.is_some()) {
        return corrections::settle(events, &visible.collect::<Vec<_>>());
    }
    let plain = visible.map(|(index, recorded)| Shown {
        index,
        recorded,
        is_doubtful: false,
    });
    (plain.collect(), Vec::new())
}

/// 写作文字或整数的一个事实。
fn plain_text(facts: &Facts, path: &str) -> Option<Arc<str>> {
    match facts.at(path) {
        Some(Value::Text(text)) => Some(text.as_str().into()),
        Some(Value::Int(n)) => Some(n.to_string().into()),
        _ => None,
    }
}

impl<'t> Case<'t> {
    fn take_events(&mut self) {
        for event in shown(self.timeline, self.known_at).0 {
            self.take_event(&event);
        }
        self.has_doubt = self.events.iter().any(|e| e.is_doubtful);
        arrange(&mut self.events, |event| (event.day, event.at));
    }

    fn take_event(&mut self, shown: &Shown) {
        let event = &self.timeline.events[shown.index];
        let Some(kind) = self.vocabulary.kind(&event.kind) else {
            return;
        };
        let declared = self.vocabulary.kind_of(kind);
        let keys = self.keys_of(event);
        let fields = &mut self.fields;
        let row = fields.add(&declared.fields, &declared.by_name, &event.fields);
        self.events.push(Prepared {
            event,
            index: EventIndex(shown.index as u32),
            kind,
            day: event.occurred_on,
            at: event.occurred_at,
            recorded: shown.recorded,
            keys,
            declares: declared.declares,
            is_doubtful: shown.is_doubtful,
            row,
        });
    }

    fn keys_of(&mut self, event: &Event) -> KeyValues {
        if event.keys.is_empty() && event.instance.is_none() {
            return [None; 4];
        }
        Key::ALL.map(|key| {
            let text = event.key(key.name())?;
            self.used_keys.insert(key);
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
        self.kind_days = vec![Date::MIN; self.events.len()];
        for (position, event) in self.events.iter().enumerate() {
            let place = self.places[usize::from(event.kind.0)];
            let range = &mut self.ranges[usize::from(place) - 1];
            self.by_kind[range.1 as usize] = position as u32;
            self.kind_days[range.1 as usize] = event.day;
            range.1 += 1;
        }
        self.days = self.events.iter().map(|event| event.day).collect();
    }

    fn take_facts(&mut self) {
        let facts = &self.timeline.facts;
        let record = |name: &str| match facts.values.get(name) {
            Some(Value::Record(record)) => Some(record),
            _ => None,
        };
        self.facts.reserve_exact(self.vocabulary.scopes.len());
        for scope in &self.vocabulary.scopes {
            let mut table = FactTable::default();
            if let Some(record) = record(&scope.name) {
                if scope.is_keyed {
                    self.take_keyed(scope, record, &mut table);
                } else {
                    table.plain = Some(self.fact_rows.add(&scope.fields, &scope.by_name, record));
                }
            }
            if let Some(record) = scope.by.as_ref().and_then(|by| record(&plural(by))) {
                self.take_keyed(scope, record, &mut table);
            }
            table.keyed.sort_by_key(|(key, _)| *key);
            self.facts.push(table);
        }
        // A department that the lawbook does not know is not known, never the general one.
        let departments = &self.vocabulary.departments;
        self.department = plain_text(facts, "body.department")
            .filter(|own| departments.contains_key(own.as_ref()));
        // A region told in another way is not known: it must neither match nor exclude by chance.
        self.region = plain_text(facts, "body.region").filter(|code| is_region_code(code));
        self.item = plain_text(facts, "item.code");
    }

    fn take_keyed(
        &mut self,
        scope: &Scope,
        record: &'t BTreeMap<String, Value>,
        table: &mut FactTable<'t>,
    ) {
        for (key, value) in record {
            if let Value::Record(inner) = value {
                let row = self.fact_rows.add(&scope.fields, &scope.by_name, inner);
                table.keyed.push((key, row));
            }
        }
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
        &self.by_kind[self.range(kind)]
    }

    /// 某种类的事件的日子，按先后。
    pub(crate) fn days_of(&self, kind: KindId) -> &[Date] {
        &self.kind_days[self.range(kind)]
    }

    fn range(&self, kind: KindId) -> Range<usize> {
        match self.places[usize::from(kind.0)] {
            0 => 0..0,
            place => {
                let (start, end) = self.ranges[usize::from(place) - 1];
                start as usize..end as usize
            }
        }
    }

    /// 一件事的日子。
    pub fn day(&self, position: u32) -> Date {
        self.days[position as usize]
    }

    /// 某种类到某日为止是否完整。
    pub fn is_complete(&self, kind: KindId, through: Date) -> bool {
        let is_whole =
            |c: &KindCoverage| c.is_complete && c.until.is_none_or(|until| through <= until);
        self.cover.of(kind, is_whole)
    }

    /// 案卷是否完整：凡未记录的都没有发生。
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.cover, Cover::Closed)
    }

    /// 材料是否带有这个字段：带有而空白就是没有。
    pub fn has_field(&self, kind: KindId, field: &Field) -> bool {
        self.has_part(kind, &field.name)
    }

    /// 材料是否带有这个字段或信封部分（`actors`）。
    pub fn has_part(&self, kind: KindId, name: &str) -> bool {
        let carries = |c: &KindCoverage| c.fields.as_ref().is_none_or(|own| own.contains(name));
        self.cover.of(kind, carries)
    }

    /// 某一件事是否带有信封的这一部分；还没有填完的不带。
    pub fn has_part_at(&self, position: u32, name: &str) -> bool {
        let kind = self.events[position as usize].kind;
        self.draft != Some(position) && self.has_part(kind, name)
    }

    /// 把一件事当作还没有填完的：空白的字段成为“待填”，参与人与所附材料也还不知道。
    pub(crate) fn leave_open(&mut self, index: EventIndex, defaults: Defaults) -> Option<u32> {
        let position = self.events.iter().position(|e| e.index == index)?;
        let event = &self.events[position];
        let kind = self.vocabulary.kind_of(event.kind);
        for (place, field) in kind.fields.iter().enumerate() {
            let is_given = defaults == Defaults::Taken && field.default.is_some();
            if !is_given && !field.is_procedure {
                let what = format!("{}.{}", kind.name, field.name);
                let open = Val::Unknown(miss(what, MissingWhy::Person));
                self.fields.set_blank(event.row, place, open);
            }
        }
        self.draft = Some(position as u32);
        self.draft
    }

    /// 事件的字段的值；空白为 `None`，类型不合的为未知。
    pub fn slot(&self, position: u32, field: usize) -> Option<&Val> {
        let event = &self.events[position as usize];
        self.fields.get(event.row, field, |value| {
            let declared = &self.vocabulary.kind_of(event.kind).fields[field];
            type_value(self.vocabulary, value, &declared.ty).unwrap_or_else(|_| {
                let what = format!("{}.{}", event.event.kind, declared.name);
                Val::Unknown(miss(what, MissingWhy::Error))
            })
        })
    }

    fn declared_at(&self, position: u32, field: usize) -> (KindId, &Field) {
        let kind = self.events[position as usize].kind;
        (kind, &self.vocabulary.kind_of(kind).fields[field])
    }

    /// 空白的字段的缺省值；材料不带、没有缺省、空白取程序的为 `None`。
    pub(crate) fn default_at(&self, position: u32, field: usize) -> Option<&Val> {
        let (kind, field) = self.declared_at(position, field);
        let default = field.default.as_ref().filter(|_| !field.is_procedure);
        default.filter(|_| self.has_field(kind, field))
    }

    /// 材料带有这个字段而空白，也没有缺省值。
    pub(crate) fn is_blank(&self, position: u32, field: usize) -> bool {
        let (kind, declared) = self.declared_at(position, field);
        let has_none = declared.default.is_none() && !declared.is_procedure;
        has_none && self.has_field(kind, declared) && self.slot(position, field).is_none()
    }

    /// 一个范围（其中一个对象）写明的事实；没有写的、类型不合的为 `None`。
    fn told(&self, scope: ScopeId, key: Option<&str>, field: usize) -> Option<&FactValue> {
        let table = &self.facts[usize::from(scope.0)];
        let declared = self.vocabulary.scope_of(scope);
        let read = |row: Row| {
            let told = self.fact_rows.get(row, field, |value| {
                fact_value(self.vocabulary, &declared.fields[field], value).ok()
            });
            told.and_then(Option::as_ref)
        };
        let of_key = |key: &str| {
            let through = table.keyed.partition_point(|(own, _)| *own <= key);
            let found = table.keyed[..through].last();
            found
                .filter(|(own, _)| *own == key)
                .and_then(|(_, row)| read(*row))
        };
        key.and_then(of_key).or_else(|| match declared.is_keyed {
            true => None,
            false => table.plain.and_then(read),
        })
    }

    /// 写明而不随日子变的事实；没有写的，案卷完整时的缺省值。
    pub(crate) fn told_always(
        &self,
        scope: ScopeId,
        key: Option<&str>,
        field: usize,
    ) -> Option<&Val> {
        match self.told(scope, key, field) {
            Some(FactValue::Plain(value)) => Some(value),
            Some(FactValue::Dated(_)) => None,
            None => {
                let default = self.vocabulary.scope_of(scope).fields[field]
                    .default
                    .as_ref();
                default.filter(|_| self.is_closed())
            }
        }
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
        let declared = &vocabulary.scope_of(scope).fields[field];
        let given = self.told(scope, key.map(AsRef::as_ref), field);
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
            None => match &declared.default {
                Some(default) if self.is_closed() => default.clone(),
                _ => unknown(&declared.not_covered),
            },
        }
    }
}

/// 行政区划代码：省、市、县各两位；统计用的九位、十二位也认。
fn is_region_code(text: &str) -> bool {
    matches!(text.len(), 2 | 4 | 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit())
}
