//! 看到的事实：每件事何日、什么事、与规则有关的各项内容、在材料的何处。

use mingjing_domain::event::{Event, Origin};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

use crate::cel::types::KindId;
use crate::vocabulary::{Field, Kind, Scope};

use super::CaseWords;
use super::people::PersonRead;
use super::source::Mentioned;
use super::value::{Sense, party_name, sensitive};

/// 没有一项内容与规则有关时，最多显示几项，使读的人认得是哪一件事。
const OTHER_FIELDS_MAX: usize = 3;

/// 信封中各键的叫法。
const KEYS: [(&str, &str); 4] = [
    ("instance", "程序编号"),
    ("party", "当事人"),
    ("decision", "决定"),
    ("goods", "物品"),
];

impl CaseWords<'_> {
    /// 一件事写成一行。
    pub(super) fn event_line(&self, event: &Event, mentioned: &Mentioned) -> String {
        let vocabulary = &self.lawbook().book.vocabulary;
        let Some(kind) = vocabulary.kind(&event.kind) else {
            return format!(
                "{}一件不认识的事{}",
                event_day(event),
                origin(event.origin.as_ref())
            );
        };
        let declared = vocabulary.kind_of(kind);
        let mut details = self.keys_of(event);
        details.extend(self.actors_of(event, mentioned));
        details.extend(self.fields_of(event, declared, mentioned));
        details.extend(attached(event, mentioned));
        let details = if details.is_empty() {
            String::new()
        } else {
            format!("：{}", details.join("；"))
        };
        format!(
            "{}“{}”{details}{}",
            event_day(event),
            declared.label,
            self.origin(event)
        )
    }

    /// 在材料的何处；全案都在一处的，报告已经写过一次。
    fn origin(&self, event: &Event) -> String {
        let events = &self.case().timeline.events;
        if events.iter().all(|other| other.origin == event.origin) {
            return String::new();
        }
        origin(event.origin.as_ref())
    }

    /// 只写日期与名称。
    pub(super) fn event_brief(&self, event: &Event) -> String {
        let vocabulary = &self.lawbook().book.vocabulary;
        let label = vocabulary
            .kind(&event.kind)
            .map(|k| vocabulary.kind_of(k).label.clone());
        format!(
            "{}“{}”",
            event_day(event),
            label.as_deref().unwrap_or("不认识的事")
        )
    }

    fn keys_of(&self, event: &Event) -> Vec<String> {
        let events = &self.case().timeline.events;
        KEYS.iter()
            .filter_map(|(key, label)| {
                let value = event.key(key)?;
                // A key tells something only where the case has several of the kind.
                let is_shared = events
                    .iter()
                    .filter(|other| other.kind == event.kind)
                    .all(|other| other.key(key).is_none_or(|v| v == value));
                let shown = if *key == "party" {
                    let facts = &self.case().timeline.facts;
                    let name = match facts.at(&format!("parties.{value}.name")) {
                        Some(Value::Text(name)) => name,
                        _ => value,
                    };
                    party_name(name, self.party_kind(Some(value)))
                } else {
                    super::value::mask_numbers(value)
                };
                (!is_shared).then(|| format!("{label} {shown}"))
            })
            .collect()
    }

    fn actors_of(&self, event: &Event, mentioned: &Mentioned) -> Vec<String> {
        let wanted = ["actors", "card_valid", "officer"];
        if event.actors.is_empty() || !wanted.iter().any(|w| mentioned.names.contains(*w)) {
            return Vec::new();
        }
        let values = self.values();
        let roles = values
            .vocabulary
            .list("role")
            .map_or(Sense::Text, Sense::Code);
        let shows_card = mentioned.names.contains("card_valid") || mentioned.names.contains("card");
        event
            .actors
            .iter()
            .map(|actor| {
                let is_outsider = ["party", "agent", "witness", "recipient", "requester"]
                    .contains(&actor.role.as_str());
                let who = if is_outsider {
                    party_name(&actor.who, Some("natural"))
                } else {
                    actor.who.clone()
                };
                let card = if shows_card && !is_outsider {
                    self.card(&actor.who, event.occurred_on)
                } else {
                    String::new()
                };
                format!("{} {who}{card}", values.text(&actor.role, &roles))
            })
            .collect()
    }

    /// 证件在事情发生之日的状态。
    fn card(&self, who: &str, day: Date) -> String {
        let read = PersonRead {
            scope: "officers".to_owned(),
            field: "card".to_owned(),
            who: who.to_owned(),
            fails: false,
        };
        self.declared(&read)
            .map_or_else(String::new, |(scope, field)| {
                format!("（当日证件{}）", self.on_day(scope, field, who, day))
            })
    }

    fn fields_of(&self, event: &Event, declared: &Kind, mentioned: &Mentioned) -> Vec<String> {
        let given = |field: &&Field| event.fields.contains_key(field.name.as_ref());
        let named = |field: &&Field| mentioned.names.contains(field.name.as_ref());
        let kind = self.lawbook().book.vocabulary.kind(&declared.name);
        let touched = |field: &&Field| {
            kind.is_some_and(|k| mentioned.touched.contains(&(k, field.name.to_string())))
        };
        let line = |field: &Field| {
            let value = &event.fields[field.name.as_ref()];
            format!(
                "{} {}",
                field.label,
                self.field_value(value, field, "", event.key("party"))
            )
        };
        let mut lines: Vec<String> = declared
            .fields
            .iter()
            .filter(|f| given(f) && named(f))
            .map(&line)
            .collect();
        let blank: Vec<&str> = declared
            .fields
            .iter()
            .filter(|f| !given(f) && touched(f) && f.default.is_none())
            .map(|f| f.label.as_ref())
            .collect();
        if lines.is_empty() {
            let others = declared
                .fields
                .iter()
                .filter(|f| given(f) && &*f.type_text != "longtext");
            lines = others.take(OTHER_FIELDS_MAX).map(&line).collect();
        }
        if !blank.is_empty() {
            lines.push(format!("没有填写：{}", blank.join("、")));
        }
        lines
    }

    /// 字段或事实的值；敏感的遮盖。
    pub(super) fn field_value(
        &self,
        value: &Value,
        field: &Field,
        scope: &str,
        party: Option<&str>,
    ) -> String {
        match value {
            Value::Date(day) if field.is_sensitive => year_only(*day),
            Value::Text(text) if field.is_sensitive => match Date::parse_iso(text) {
                Ok(day) => year_only(day),
                Err(_) => sensitive(text, self.party_kind(party)),
            },
            value => self.values().value(value, &Sense::of_field(scope, field)),
        }
    }

    /// 当事人类别的代码。
    pub(super) fn party_kind(&self, key: Option<&str>) -> Option<&str> {
        let facts = &self.case().timeline.facts;
        let own = key.and_then(|k| facts.at(&format!("parties.{k}.kind")));
        match own.or_else(|| facts.at("party.kind")) {
            Some(Value::Text(kind)) => Some(kind),
            _ => None,
        }
    }

    /// 条件读到的时间线之外的事实，各一行。
    pub(super) fn fact_lines(&self, mentioned: &Mentioned, party: Option<&str>) -> Vec<String> {
        let vocabulary = &self.lawbook().book.vocabulary;
        let mut lines = Vec::new();
        for scope in vocabulary.scopes.iter().filter(|s| !s.is_keyed) {
            for field in &scope.fields {
                let wanted = (scope.name.to_string(), field.name.to_string());
                if mentioned.facts.contains(&wanted) {
                    lines.push(self.fact_line(scope, field, party));
                }
            }
        }
        lines
    }

    fn fact_line(&self, scope: &Scope, field: &Field, party: Option<&str>) -> String {
        let facts = &self.case().timeline.facts;
        let own = party.and_then(|p| facts.at(&format!("parties.{p}.{}", field.name)));
        let value = own.or_else(|| facts.at(&format!("{}.{}", scope.name, field.name)));
        let words = match value {
            None => "材料没有给出".to_owned(),
            Some(Value::List(spans))
                if field.is_dated && spans.iter().all(|s| matches!(s, Value::Record(_))) =>
            {
                let sense = Sense::of_field(&scope.name, field);
                self.values().dated(spans, &sense)
            }
            Some(value) => self.field_value(value, field, &scope.name, party),
        };
        format!("{}的“{}”：{words}", scope.label, field.label)
    }

    /// 时间线上有没有这些种类的事。
    pub(super) fn events_of(&self, kinds: &[KindId]) -> Vec<u32> {
        (0..self.case().events.len() as u32)
            .filter(|p| kinds.is_empty() || kinds.contains(&self.case().events[*p as usize].kind))
            .collect()
    }
}

fn attached(event: &Event, mentioned: &Mentioned) -> Vec<String> {
    let mut lines = Vec::new();
    let wants = |name: &str| mentioned.names.contains(name);
    if let Some(place) = event.place.as_deref().filter(|_| wants("place")) {
        lines.push(format!("地点 {place}"));
    }
    if wants("doc_ids") || mentioned.wants_documents {
        lines.push(format!("所附文书 {} 份", event.doc_ids.len()));
    }
    if wants("media_ids") || mentioned.wants_media {
        lines.push(format!("所附音像 {} 份", event.media_ids.len()));
    }
    if let Some(at) = event.recorded_at.filter(|_| wants("recorded")) {
        lines.push(format!("录入于 {}", at.in_chinese()));
    }
    lines
}

/// 出生一类的日期只写年份：够看大概，不够认出人。
fn year_only(day: Date) -> String {
    format!("{}年（月、日已遮盖）", day.year())
}

/// 发生之日：到分的写时刻，只知大概的写范围。
pub(super) fn event_day(event: &Event) -> String {
    match (event.occurred_until, event.occurred_at) {
        (Some(until), _) if until > event.occurred_on => {
            format!(
                "{}至{}之间的某日",
                event.occurred_on.in_chinese(),
                until.in_chinese()
            )
        }
        (_, Some(at)) => at.in_chinese(),
        _ => event.occurred_on.in_chinese(),
    }
}

/// 在材料的何处。
fn origin(origin: Option<&Origin>) -> String {
    origin.map_or_else(String::new, |o| {
        let sheet = o
            .sheet
            .as_ref()
            .map(|s| format!("工作表“{s}”"))
            .unwrap_or_default();
        format!("〔{} {sheet}第 {} 行〕", o.file, o.row)
    })
}
