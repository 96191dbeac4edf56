//! 填报的事实：案件登记与事实填报两种事件里写的，后写的为准；登记的事实在 `registry`。

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mingjing_domain::event::Event;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use serde_json::Value as Json;

use crate::assessment::complained;

/// The event that opens a case: which body, which number, who handles it.
pub(crate) const REGISTERED: &str = "case_registered";
/// The event that states facts, by scope.
pub(crate) const STATED: &str = "facts_stated";
/// The event that names the accounts that handle the case from now on.
pub(crate) const ASSIGNED: &str = "handlers_assigned";

/// The event that links a timeline to another, and of a matter says which findings it supervises.
pub(crate) const LINK: &str = "link";
/// The kind of link from a matter to the cases that it supervises.
pub(crate) const SUPERVISES: &str = "supervises";
/// The kind of link from a complaint to the one that it was merged into.
pub(crate) const MERGED_INTO: &str = "merged_into";

/// What the events of a case say about the case itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Stated {
    pub(crate) number: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) org_path: Option<String>,
    pub(crate) handlers: Vec<Id<kind::Account>>,
    pub(crate) facts: Facts,
    /// The timelines that it is linked to, as the events name them.
    pub(crate) linked: BTreeSet<TimelineId>,
    /// Of a matter: the findings that it supervises, by the case in which they were found.
    pub(crate) supervises: BTreeMap<TimelineId, BTreeSet<String>>,
}

/// Events as corrected, each in the place of the one it corrects, with its index in the timeline.
pub(crate) fn effective(timeline: &Timeline) -> Vec<(usize, &Event)> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut list: Vec<(usize, &Event)> = Vec::with_capacity(timeline.events.len());
    for (index, event) in timeline.events.iter().enumerate() {
        let id = event.corrects.as_deref().unwrap_or(&event.id);
        match places.get(id) {
            Some(place) => list[*place] = (index, event),
            None => {
                places.insert(id, list.len());
                list.push((index, event));
            }
        }
    }
    list
}

/// Reads the statements, in the order they were recorded.
pub(crate) fn stated(timeline: &Timeline) -> Stated {
    let mut stated = Stated {
        linked: links(timeline).into_keys().map(|(to, _)| to).collect(),
        ..Stated::default()
    };
    // Who handles a complaint for now; without, whoever it was registered with.
    let mut handed: Option<String> = None;
    for (_, event) in effective(timeline) {
        match event.kind.as_str() {
            complained::ASSIGNED => handed = text(event, complained::BODY),
            complained::RETURNED => handed = None,
            REGISTERED => {
                stated.number = text(event, "number").or(stated.number);
                stated.body = text(event, "body").or(stated.body);
                stated.unit = text(event, "unit").or(stated.unit);
                stated.org_path = text(event, "org_path").or(stated.org_path);
                stated.handlers = accounts(event);
            }
            ASSIGNED => stated.handlers = accounts(event),
            LINK => link(event, &mut stated.supervises),
            STATED => {
                let json = text(event, "facts").and_then(|text| serde_json::from_str(&text).ok());
                if let Some(Json::Object(scopes)) = json {
                    merge(&mut stated.facts, scopes);
                }
            }
            _ => {}
        }
    }
    if let Some(body) = handed {
        stated.body = Some(body);
        stated.unit = None;
    }
    stated
}

/// What a timeline is linked to and how, each since which day; links that were ended are none.
pub(crate) fn links(timeline: &Timeline) -> BTreeMap<(TimelineId, String), Date> {
    let mut links = BTreeMap::new();
    for (_, event) in effective(timeline) {
        if event.kind == complained::MERGED {
            let into = text(event, complained::INTO).and_then(|id| TimelineId::parse(&id).ok());
            let how = || MERGED_INTO.to_owned();
            links.extend(into.map(|into| ((into, how()), event.occurred_on)));
            continue;
        }
        if event.kind != LINK {
            continue;
        }
        let to = text(event, "to").and_then(|id| TimelineId::parse(&id).ok());
        let (Some(to), Some(how)) = (to, text(event, "link")) else {
            continue;
        };
        match event.fields.get("is_ended") {
            Some(Value::Bool(true)) => links.remove(&(to, how)),
            _ => links.insert((to, how), event.occurred_on),
        };
    }
    links
}

fn link(event: &Event, supervises: &mut BTreeMap<TimelineId, BTreeSet<String>>) {
    let case = text(event, "to").and_then(|id| TimelineId::parse(&id).ok());
    let Some(case) = case.filter(|_| text(event, "link").as_deref() == Some(SUPERVISES)) else {
        return;
    };
    let findings = match event.fields.get("findings") {
        Some(Value::List(items)) => items.as_slice(),
        _ => &[],
    };
    let findings = findings.iter().filter_map(|item| match item {
        Value::Text(id) => Some(id.clone()),
        _ => None,
    });
    let known = supervises.entry(case).or_default();
    match event.fields.get("is_ended") {
        Some(Value::Bool(true)) => {
            supervises.remove(&case);
        }
        _ => known.extend(findings),
    }
}

/// A later statement replaces the fields it names and leaves the others.
fn merge(facts: &mut Facts, scopes: serde_json::Map<String, Json>) {
    for (scope, value) in scopes {
        let Some(value) = value_of(value) else {
            continue;
        };
        match (facts.values.get_mut(&scope), value) {
            (Some(Value::Record(known)), Value::Record(new)) => known.extend(new),
            (_, value) => {
                facts.values.insert(scope, value);
            }
        }
    }
}

pub(crate) fn text(event: &Event, field: &str) -> Option<String> {
    match event.fields.get(field)? {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Date(_)
        | Value::Timestamp(_)
        | Value::Period(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

pub(crate) fn accounts(event: &Event) -> Vec<Id<kind::Account>> {
    let Some(Value::List(items)) = event.fields.get("accounts") else {
        return Vec::new();
    };
    let ids = items.iter().filter_map(|item| match item {
        Value::Text(text) => Id::parse(text).ok(),
        _ => None,
    });
    ids.collect()
}

/// JSON as a value; days and periods stay text: what a field is, the lawbook declares.
pub(crate) fn value_of(json: Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(it) => Value::Bool(it),
        Json::Number(it) => Value::Int(it.as_i64()?),
        Json::String(it) => Value::Text(it),
        Json::Array(items) => Value::List(items.into_iter().filter_map(value_of).collect()),
        Json::Object(members) => Value::Record(record_of(members)),
    })
}

pub(crate) fn record_of(members: serde_json::Map<String, Json>) -> BTreeMap<String, Value> {
    let members = members.into_iter();
    members
        .filter_map(|(name, value)| Some((name, value_of(value)?)))
        .collect()
}

/// A value as JSON.
pub(crate) fn json_of(value: &Value) -> Json {
    match value {
        Value::Bool(it) => (*it).into(),
        Value::Int(it) => (*it).into(),
        Value::Date(it) => it.to_string().into(),
        Value::Timestamp(it) => it.to_string().into(),
        Value::Period(it) => it.to_string().into(),
        Value::Text(it) => it.clone().into(),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Record(fields) => json_of_record(fields),
    }
}

pub(crate) fn json_of_record(fields: &BTreeMap<String, Value>) -> Json {
    let members = fields.iter();
    members
        .map(|(name, value)| (name.clone(), json_of(value)))
        .collect()
}

/// All facts as one JSON object by scope.
pub(crate) fn json_of_facts(facts: &Facts) -> Json {
    json_of_record(&facts.values)
}
