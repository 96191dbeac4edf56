//! 案件格式：一行一案的 JSON Lines，读成时间线；格式见 `docs/case-format.md`，模式见 `docs/schema/case.schema.json`。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::{Actor, Event, Origin};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use serde_json::{Map, Value as Json};

use crate::corrections;
use crate::dates::{self, Moment};
use crate::error::RowError;
use crate::limits::Limits;

mod fields;

/// 案件格式的版本号。
pub const FORMAT: i64 = 1;
/// 一案最多的事件数。
pub const EVENTS_MAX: usize = 10_000;
/// 案件一级可写的键。
pub const CASE_KEYS: [&str; 11] = [
    "format",
    "case",
    "procedure",
    "body",
    "party",
    "parties",
    "officers",
    "item",
    "facts",
    "coverage",
    "events",
];
/// 事件可写的键。
pub const EVENT_KEYS: [&str; 17] = [
    "id",
    "kind",
    "on",
    "until",
    "at",
    "recorded_at",
    "actors",
    "place",
    "docs",
    "media",
    "instance",
    "party",
    "decision",
    "goods",
    "corrects",
    "fields",
    "note",
];
/// 参与人可写的键。
pub const ACTOR_KEYS: [&str; 2] = ["who", "role"];
/// 一种事件的覆盖声明可写的键。
pub const KNOWS_KEYS: [&str; 3] = ["fields", "until", "complete"];
/// 各作一个范围的事实。
pub const SCOPES: [&str; 5] = ["body", "party", "parties", "officers", "item"];

type Fields = Map<String, Json>;

/// 读一条案件。
pub fn parse(
    object: &Fields,
    origin: &Origin,
    limits: Limits<'_>,
) -> Result<Timeline, Vec<RowError>> {
    let mut reader = CaseReader {
        origin,
        limits,
        errors: Vec::new(),
    };
    let timeline = reader.case(object);
    match timeline {
        Some(timeline) if reader.errors.is_empty() => Ok(timeline),
        _ => Err(reader.errors),
    }
}

/// 是不是案件格式：有案件标识和事件。
pub fn fits(object: &Fields) -> bool {
    object.contains_key("case") && object.contains_key("events")
}

struct CaseReader<'a> {
    origin: &'a Origin,
    limits: Limits<'a>,
    errors: Vec<RowError>,
}

impl CaseReader<'_> {
    fn case(&mut self, object: &Fields) -> Option<Timeline> {
        self.check_keys(object, &CASE_KEYS, "");
        if let Some(format) = object.get("format").filter(|f| f.as_i64() != Some(FORMAT)) {
            self.error(
                "format",
                Some(format),
                "不认识的格式版本",
                &format!("请写 {FORMAT}，或不写。"),
            );
        }
        let id = self.required_text(object, "case", "");
        let procedure = self.text(object, "procedure", "");
        let facts = self.facts(object);
        self.check_facts(&facts);
        let coverage = match object.get("coverage") {
            None | Some(Json::Null) => Coverage::Open,
            Some(coverage) => self.coverage(coverage),
        };
        let events = match object.get("events") {
            Some(Json::Array(events)) if events.len() <= EVENTS_MAX => self.events(events),
            Some(Json::Array(events)) => {
                let reason = format!("一案有 {} 件事，超过上限 {EVENTS_MAX}", events.len());
                self.error("events", None, &reason, "请确认没有把多案并成一案。");
                Vec::new()
            }
            other => {
                self.error(
                    "events",
                    other,
                    "要有 events，且为列表",
                    "请写 \"events\": [ … ]，没有事件写 []。",
                );
                Vec::new()
            }
        };
        Some(Timeline {
            id: id?,
            procedure,
            events,
            coverage,
            facts,
        })
    }

    fn facts(&mut self, object: &Fields) -> Facts {
        let mut facts = Facts::default();
        for scope in SCOPES {
            match object.get(scope) {
                None | Some(Json::Null) => {}
                Some(value @ Json::Object(fields)) => {
                    if matches!(scope, "parties" | "officers") {
                        for (key, record) in fields.iter().filter(|(_, record)| !record.is_object())
                        {
                            self.error(
                                &format!("{scope}.{key}"),
                                Some(record),
                                "须为对象",
                                "请写成 {\"字段\": 值} 的样子。",
                            );
                        }
                    }
                    facts
                        .values
                        .extend(self.value(value, scope).map(|v| (scope.to_owned(), v)));
                }
                Some(other) => self.error(
                    scope,
                    Some(other),
                    "须为对象",
                    "请写成 {\"字段\": 值} 的样子。",
                ),
            }
        }
        match object.get("facts") {
            None | Some(Json::Null) => {}
            Some(Json::Object(scopes)) => {
                for (scope, value) in scopes {
                    let path = format!("facts.{scope}");
                    if facts.values.contains_key(scope) {
                        self.error(
                            &path,
                            None,
                            "同一范围的事实写了两处",
                            &format!("请只写在 {scope} 里。"),
                        );
                    } else {
                        facts
                            .values
                            .extend(self.value(value, &path).map(|v| (scope.clone(), v)));
                    }
                }
            }
            Some(other) => self.error(
                "facts",
                Some(other),
                "须为对象",
                "请写成 {\"case\": {\"字段\": 值}} 的样子。",
            ),
        }
        facts
    }

    /// Facts of parties and officers are told one by one under their names.
    fn check_facts(&mut self, facts: &Facts) {
        for (scope, value) in &facts.values {
            let Value::Record(fields) = value else {
                continue;
            };
            for (name, value) in fields {
                let path = format!("{scope}.{name}");
                match value {
                    Value::Record(inner) if matches!(scope.as_str(), "parties" | "officers") => {
                        for (field, value) in inner {
                            self.check(scope, field, value, &format!("{path}.{field}"));
                        }
                    }
                    other => self.check(scope, name, other, &path),
                }
            }
        }
    }

    fn coverage(&mut self, json: &Json) -> Coverage {
        const REMEDY: &str = "请写 \"closed\"（案卷完整）、\"open\"（一概不完整）或 {\"knows\": {\"事件种类\": {…}}}。";
        match json {
            Json::String(word) if word == "closed" => Coverage::Closed,
            Json::String(word) if word == "open" => Coverage::Open,
            Json::Object(object) => {
                self.check_keys(object, &["knows"], "coverage");
                let Some(Json::Object(kinds)) = object.get("knows") else {
                    self.error("coverage.knows", None, "没有说知道哪些事件", REMEDY);
                    return Coverage::Open;
                };
                let kinds: Vec<_> = kinds
                    .iter()
                    .map(|(kind, rule)| (kind.clone(), self.kind_coverage(kind, rule)))
                    .collect();
                Coverage::Kinds(kinds.into_iter().collect())
            }
            other => {
                self.error("coverage", Some(other), "看不懂的覆盖范围", REMEDY);
                Coverage::Open
            }
        }
    }

    fn kind_coverage(&mut self, kind: &str, json: &Json) -> KindCoverage {
        let path = format!("coverage.knows.{kind}");
        let mut coverage = KindCoverage {
            is_complete: true,
            ..KindCoverage::default()
        };
        let Json::Object(object) = json else {
            self.error(
                &path,
                Some(json),
                "须为对象",
                "请写 {}，或 {\"fields\": [\"字段\"]}。",
            );
            return coverage;
        };
        self.check_keys(object, &KNOWS_KEYS, &path);
        if object.contains_key("fields") {
            coverage.fields = Some(
                self.texts(object, "fields", &path)
                    .into_iter()
                    .collect::<BTreeSet<_>>(),
            );
        }
        if let Some(text) = self.text(object, "until", &path) {
            match Date::parse_iso(&text) {
                Ok(date) => coverage.until = Some(date),
                Err(error) => self.error(
                    &format!("{path}.until"),
                    None,
                    &error.to_string(),
                    "请写成 2024-12-31 的样子。",
                ),
            }
        }
        match object.get("complete") {
            None | Some(Json::Null) => {}
            Some(Json::Bool(is_complete)) => coverage.is_complete = *is_complete,
            Some(other) => self.error(
                &format!("{path}.complete"),
                Some(other),
                "须为 true 或 false",
                "请改正。",
            ),
        }
        coverage
    }

    fn events(&mut self, list: &[Json]) -> Vec<Event> {
        let mut events = Vec::with_capacity(list.len());
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for (at, json) in list.iter().enumerate() {
            let path = format!("events[{at}]");
            let Json::Object(object) = json else {
                self.error(
                    &path,
                    Some(json),
                    "须为对象",
                    "请写成 {\"kind\": …, \"on\": …} 的样子。",
                );
                continue;
            };
            let Some(mut event) = self.event(object, &path) else {
                continue;
            };
            let count = counts.entry(event.kind.clone()).or_default();
            *count += 1;
            if event.id.is_empty() {
                event.id = if *count == 1 {
                    event.kind.clone()
                } else {
                    format!("{}-{count}", event.kind)
                };
            }
            if !ids.insert(event.id.clone()) {
                self.error(
                    &format!("{path}.id"),
                    None,
                    "事件标识重复",
                    "同一案里每件事的 id 须不同。",
                );
            }
            events.push(event);
        }
        self.errors.extend(corrections::check(&events));
        events
    }

    fn event(&mut self, object: &Fields, path: &str) -> Option<Event> {
        self.check_keys(object, &EVENT_KEYS, path);
        let kind = self.required_text(object, "kind", path);
        let when = self.when(object, path);
        let (kind, (moment, until)) = (kind?, when?);
        let mut event = Event::new(
            self.text(object, "id", path).unwrap_or_default(),
            kind,
            moment.first(),
        );
        event.occurred_until =
            until.or_else(|| (moment.last() != moment.first()).then(|| moment.last()));
        event.occurred_at = if let Moment::Minute(at) = moment {
            Some(at)
        } else {
            None
        };
        event.recorded_at = self.instant(object, "recorded_at", path);
        event.place = self.text(object, "place", path);
        event.doc_ids = self.texts(object, "docs", path);
        event.media_ids = self.texts(object, "media", path);
        event.instance = self.text(object, "instance", path);
        event.corrects = self.text(object, "corrects", path);
        for key in ["party", "decision", "goods"] {
            event.keys.extend(
                self.text(object, key, path)
                    .map(|value| (key.to_owned(), value)),
            );
        }
        event.actors = self.actors(object, path);
        match object.get("fields") {
            None | Some(Json::Null) => {}
            Some(Json::Object(fields)) => {
                for (name, json) in fields {
                    let place = format!("{path}.fields.{name}");
                    let value = self.value(json, &place);
                    if let Some(value) = value {
                        self.check(&event.kind, name, &value, &place);
                        event.fields.insert(name.clone(), value);
                    }
                }
            }
            Some(other) => self.error(
                &format!("{path}.fields"),
                Some(other),
                "须为对象",
                "请写成 {\"字段\": 值} 的样子。",
            ),
        }
        self.text(object, "note", path);
        event.origin = Some(self.origin.clone());
        Some(event)
    }

    /// The day (or month, or minute) of an event, and the last possible day where a range is told.
    fn when(&mut self, object: &Fields, path: &str) -> Option<(Moment, Option<Date>)> {
        let before = self.errors.len();
        let on = self
            .text(object, "on", path)
            .and_then(|text| self.moment(&text, &format!("{path}.on")));
        let at = self.instant(object, "at", path).and_then(|at| {
            let checked = dates::check_event(Moment::Minute(at), self.limits.today);
            checked
                .map_err(|e| {
                    self.errors
                        .push(e.in_column(crate::place::in_words(&format!("{path}.at"))))
                })
                .ok()
        });
        let until = self
            .text(object, "until", path)
            .and_then(|text| self.moment(&text, &format!("{path}.until")));
        if self.errors.len() > before {
            return None;
        }
        let moment = match (on, at) {
            (None, None) => {
                self.error(
                    &format!("{path}.on"),
                    None,
                    "没有写发生日",
                    "请写 \"on\": \"2024-03-01\"，只知道月写 \"2024-03\"。",
                );
                return None;
            }
            (Some(on), Some(at)) if on.first() != at.first() || on.last() != at.last() => {
                self.error(
                    &format!("{path}.at"),
                    None,
                    "时刻与发生日不是同一天",
                    "请核对 on 与 at。",
                );
                return None;
            }
            (_, Some(at)) => at,
            (Some(on), None) => on,
        };
        let until = until.map(Moment::last);
        if until.is_some_and(|until| until < moment.last()) || (until.is_some() && at.is_some()) {
            self.error(
                &format!("{path}.until"),
                None,
                "最后可能之日早于发生日，或已写明时刻",
                "until 只在发生日不确定时写。",
            );
            return None;
        }
        Some((moment, until.filter(|until| *until != moment.first())))
    }

    fn actors(&mut self, object: &Fields, path: &str) -> Vec<Actor> {
        let list = match object.get("actors") {
            None | Some(Json::Null) => return Vec::new(),
            Some(Json::Array(list)) => list,
            Some(other) => {
                self.error(
                    &format!("{path}.actors"),
                    Some(other),
                    "须为列表",
                    "请写 [{\"who\": \"A\", \"role\": \"officer\"}]。",
                );
                return Vec::new();
            }
        };
        let mut actors = Vec::new();
        for (at, json) in list.iter().enumerate() {
            let place = format!("{path}.actors[{at}]");
            let Json::Object(actor) = json else {
                self.error(
                    &place,
                    Some(json),
                    "须为对象",
                    "请写 {\"who\": \"A\", \"role\": \"officer\"}。",
                );
                continue;
            };
            self.check_keys(actor, &ACTOR_KEYS, &place);
            let (who, role) = (
                self.required_text(actor, "who", &place),
                self.required_text(actor, "role", &place),
            );
            actors.extend(who.zip(role).map(|(who, role)| Actor { who, role }));
        }
        actors
    }
}
