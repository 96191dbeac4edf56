//! 案件格式的写出：时间线写成一行 JSON，读回来是同一条时间线。

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::Event;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use serde_json::{Map, Value as Json, json};

use crate::case::SCOPES;

/// 写成一行 JSON（不含换行）。日期、时刻、期限写成文字，读回时为文字，由法典按声明的类型认。
pub fn to_line(timeline: &Timeline) -> String {
    Json::Object(to_object(timeline)).to_string()
}

/// 写成 JSON 对象。
pub fn to_object(timeline: &Timeline) -> Map<String, Json> {
    let mut object = Map::new();
    object.insert("case".into(), timeline.id.clone().into());
    if let Some(procedure) = &timeline.procedure {
        object.insert("procedure".into(), procedure.clone().into());
    }
    let mut others = Map::new();
    for (scope, value) in &timeline.facts.values {
        let is_scope = SCOPES.contains(&scope.as_str()) && matches!(value, Value::Record(_));
        let target = if is_scope { &mut object } else { &mut others };
        target.insert(scope.clone(), to_json(value));
    }
    if !others.is_empty() {
        object.insert("facts".into(), Json::Object(others));
    }
    object.insert("coverage".into(), coverage_json(&timeline.coverage));
    object.insert(
        "events".into(),
        timeline.events.iter().map(event_json).collect(),
    );
    object
}

fn coverage_json(coverage: &Coverage) -> Json {
    match coverage {
        Coverage::Closed => "closed".into(),
        Coverage::Open => "open".into(),
        Coverage::Kinds(kinds) => {
            let knows: Map<String, Json> = kinds
                .iter()
                .map(|(kind, rule)| (kind.clone(), kind_json(rule)))
                .collect();
            json!({ "knows": knows })
        }
    }
}

fn kind_json(rule: &KindCoverage) -> Json {
    let mut object = Map::new();
    if let Some(fields) = &rule.fields {
        object.insert("fields".into(), fields.iter().cloned().collect());
    }
    if let Some(until) = rule.until {
        object.insert("until".into(), until.to_string().into());
    }
    if !rule.is_complete {
        object.insert("complete".into(), false.into());
    }
    Json::Object(object)
}

fn event_json(event: &Event) -> Json {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Json>| {
        object.extend(value.map(|value| (key.to_owned(), value)));
    };
    let texts = |list: &[String]| (!list.is_empty()).then(|| Json::from(list.to_vec()));
    let text = |value: &Option<String>| value.clone().map(Json::from);
    let (on, until) = days_json(event);
    put("id", Some(event.id.clone().into()));
    put("kind", Some(event.kind.clone().into()));
    put("on", Some(on.into()));
    put("until", until.map(Json::from));
    put("at", event.occurred_at.map(|at| at.to_string().into()));
    put(
        "recorded_at",
        event.recorded_at.map(|at| at.to_string().into()),
    );
    let actors: Vec<Json> = event
        .actors
        .iter()
        .map(|a| json!({ "who": a.who, "role": a.role }))
        .collect();
    put(
        "actors",
        (!actors.is_empty()).then_some(Json::Array(actors)),
    );
    put("place", text(&event.place));
    put("docs", texts(&event.doc_ids));
    put("media", texts(&event.media_ids));
    put("instance", text(&event.instance));
    for key in ["party", "decision", "goods"] {
        put(key, event.keys.get(key).cloned().map(Json::from));
    }
    put("corrects", text(&event.corrects));
    let fields: Map<String, Json> = event
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), to_json(value)))
        .collect();
    put(
        "fields",
        (!fields.is_empty()).then_some(Json::Object(fields)),
    );
    Json::Object(object)
}

/// A whole month is written as the month; any other range as its first and last possible day.
fn days_json(event: &Event) -> (String, Option<String>) {
    let first = event.occurred_on;
    let is_month = |last: Date| first.day() == 1 && first.add_months(1).0.add_days(-1) == last;
    match event.occurred_until {
        None => (first.to_string(), None),
        Some(last) if is_month(last) => (first.to_string()[..7].to_owned(), None),
        Some(last) => (first.to_string(), Some(last.to_string())),
    }
}

/// 取值写成 JSON：日期、时刻、期限写成文字。
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(yes) => (*yes).into(),
        Value::Int(n) => (*n).into(),
        Value::Date(date) => date.to_string().into(),
        Value::Timestamp(at) => at.to_string().into(),
        Value::Period(period) => period.to_string().into(),
        Value::Text(text) => text.clone().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Record(fields) => Json::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), to_json(value)))
                .collect(),
        ),
    }
}
