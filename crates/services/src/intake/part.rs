//! 一行里的各件事：摊平成可以逐项比较的文字，摘要带密钥，差别逐项说出。

use std::collections::{BTreeMap, HashMap};

use mingjing_domain::event::{Event, Source};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_interchange::case_writer::to_json;
use mingjing_interchange::names;
use mingjing_kernel::date::Timestamp;
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use mingjing_store::event::{Nature, NewEvent};
use serde_json::Value as Json;

use crate::assessment::facts::{REGISTERED, STATED};
use crate::spool::hex;

/// The parts of a case that are not in its list of events. No list can name an event so: the sign is ours.
pub(super) const CASE_PART: &str = "#case";
pub(super) const FACTS_PART: &str = "#facts";

/// 逐项的文字：名称到值。
pub(super) type Items = BTreeMap<String, Json>;

/// The key of this database for identifiers and digests.
#[derive(Clone, Copy)]
pub(super) struct Secret(pub(super) [u8; 32]);

impl Secret {
    fn digest(&self, what: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all: Vec<&[u8]> = vec![&self.0, what.as_bytes(), b"\n"];
        all.extend(parts);
        *Suite::Sm.hash(&all).as_bytes()
    }

    /// What a list calls this case, in a form from which nobody reads a name.
    pub(super) fn source_id(&self, source: &str, id: &str) -> String {
        let folded = names::folded(id);
        hex(&self.digest("id", &[source.as_bytes(), b"\n", folded.as_bytes()]))
    }

    pub(super) fn of_items(&self, items: &Items) -> String {
        // A map of maps in order of their keys: the text is the same for the same content.
        let text = serde_json::to_string(items).unwrap_or_default();
        hex(&self.digest("part", &[text.as_bytes()]))
    }

    pub(super) fn of_row(&self, pieces: &[String]) -> [u8; 32] {
        self.digest("row", &[pieces.join("\n").as_bytes()])
    }
}

/// 一件事。
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// 行内的标识。
    pub(super) local: String,
    /// 更正的是行内哪一件（最初的那一件）。
    pub(super) root: Option<String>,
    pub(super) digest: String,
    pub(super) new: NewEvent,
}

impl Part {
    pub(super) fn new(secret: &Secret, local: &str, root: Option<String>, new: NewEvent) -> Self {
        let mut items = items_of(&new.event, new.source_recorded_at);
        items.extend(
            root.clone()
                .map(|root| ("corrects".to_owned(), Json::from(root))),
        );
        Part {
            digest: secret.of_items(&items),
            local: local.to_owned(),
            root,
            new,
        }
    }
}

/// The events of a case as parts, each correction after what it corrects; or why they cannot be kept.
pub(super) fn parts_of(
    secret: &Secret,
    timeline: &Timeline,
    source: &Source,
) -> Result<Vec<Part>, String> {
    let by_id: HashMap<&str, &Event> = timeline.events.iter().map(|e| (e.id.as_str(), e)).collect();
    let mut parts = Vec::with_capacity(timeline.events.len());
    for event in &timeline.events {
        keepable(event)?;
        let mut new = NewEvent::new(event.clone(), Nature::Fact);
        new.event.source = source.clone();
        new.source_recorded_at = new.event.recorded_at.take();
        let root = event
            .corrects
            .as_deref()
            .map(|id| root_of(id, &by_id).to_owned());
        parts.push(Part::new(secret, &event.id, root, new));
    }
    Ok(in_order(parts))
}

/// Readers refuse corrections that go round in a circle, so that this ends.
fn root_of<'a>(id: &'a str, by_id: &HashMap<&str, &'a Event>) -> &'a str {
    let mut id = id;
    for _ in 0..by_id.len() {
        match by_id.get(id).and_then(|event| event.corrects.as_deref()) {
            Some(next) => id = next,
            None => break,
        }
    }
    id
}

fn in_order(parts: Vec<Part>) -> Vec<Part> {
    let mut held: HashMap<String, Vec<Part>> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    let mut ordered = Vec::with_capacity(parts.len());
    for part in parts {
        match &part.root {
            Some(root) if !seen.contains(root) => {
                held.entry(root.clone()).or_default().push(part);
            }
            Some(_) | None => {
                let corrections = held.remove(&part.local);
                seen.insert(part.local.clone());
                ordered.push(part);
                ordered.extend(corrections.into_iter().flatten());
            }
        }
    }
    // A correction of what is not in the row: the reader refuses it; here it would only be the last.
    ordered.extend(held.into_values().flatten());
    ordered
}

/// What the log and the canonical form would refuse is refused here, for its row alone.
fn keepable(event: &Event) -> Result<(), String> {
    if event.id.starts_with('#') {
        return Err(format!("事件标识“{}”不能以 # 开头，请换一个", event.id));
    }
    if Token::new(event.kind.as_str()).is_err() {
        return Err(format!(
            "事件种类“{}”只能用字母、数字和下划线，请照法典的种类写",
            event.kind
        ));
    }
    let items = items_of(event, None)
        .into_iter()
        .collect::<serde_json::Map<_, _>>();
    Canonical::from_json(&Json::Object(items))
        .and_then(|content| content.to_bytes())
        .map(|_| ())
        .map_err(|error| format!("事件“{}”存不下：{error}", event.id))
}

/// An event by its items. Where it was read, who recorded it and the day on which facts were stated are not content.
pub(super) fn items_of(event: &Event, recorded_at: Option<Timestamp>) -> Items {
    let mut items = Items::new();
    let mut put = |name: &str, value: Option<Json>| {
        items.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("kind", Some(event.kind.as_str().into()));
    if event.kind != STATED && event.kind != REGISTERED {
        put("on", Some(event.occurred_on.to_string().into()));
    }
    put(
        "until",
        event.occurred_until.map(|day| day.to_string().into()),
    );
    put("at", event.occurred_at.map(|at| at.to_string().into()));
    put("recorded_at", recorded_at.map(|at| at.to_string().into()));
    put("place", event.place.clone().map(Json::from));
    put("instance", event.instance.clone().map(Json::from));
    let texts = |list: &[String]| (!list.is_empty()).then(|| Json::from(list.to_vec()));
    put("docs", texts(&event.doc_ids));
    put("media", texts(&event.media_ids));
    let actors = event
        .actors
        .iter()
        .map(|actor| format!("{}:{}", actor.role, actor.who));
    put("actors", texts(&actors.collect::<Vec<_>>()));
    for (name, value) in &event.keys {
        put(name, Some(value.as_str().into()));
    }
    for (name, value) in &event.fields {
        match (event.kind.as_str(), name.as_str(), value) {
            // Where the body stands in the tree is the register's to say, and moves without the list changing.
            (REGISTERED, "org_path", _) => {}
            (STATED, "facts", Value::Text(text)) => match serde_json::from_str(text) {
                Ok(facts) => flatten("facts", facts, &mut put),
                Err(_) => put("fields.facts", Some(text.as_str().into())),
            },
            _ => put(&format!("fields.{name}"), Some(to_json(value))),
        }
    }
    items
}

fn flatten(path: &str, json: Json, put: &mut impl FnMut(&str, Option<Json>)) {
    match json {
        Json::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                flatten(&format!("{path}.{name}"), value, put);
            }
        }
        other => put(path, Some(other)),
    }
}

/// 一处差别。
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Difference {
    /// 事件的种类。
    pub(super) kind: String,
    /// 行内的标识。
    pub(super) event: String,
    /// 哪一项。
    pub(super) item: String,
    /// 原来的值，敏感的已遮盖；原来没有的为空。
    pub(super) old: Json,
    /// 新的值，敏感的已遮盖；现在没有的为空。
    pub(super) new: Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingjing_domain::coverage::Coverage;
    use mingjing_domain::timeline::Facts;
    use mingjing_kernel::date::Date;

    fn event(id: &str, corrects: Option<&str>) -> Event {
        let mut event = Event::new(id, "decided", Date::new(2025, 3, 4).unwrap());
        event.corrects = corrects.map(str::to_owned);
        event
    }

    fn locals(events: Vec<Event>) -> Vec<(String, Option<String>)> {
        let timeline = Timeline {
            id: "c".to_owned(),
            procedure: None,
            events,
            coverage: Coverage::Open,
            facts: Facts::default(),
        };
        let parts = parts_of(&Secret([1; 32]), &timeline, &Source::File).unwrap();
        parts
            .into_iter()
            .map(|part| (part.local, part.root))
            .collect()
    }

    #[test]
    fn a_correction_follows_the_first_of_its_chain() {
        let found = locals(vec![
            event("c", Some("b")),
            event("b", Some("a")),
            event("a", None),
        ]);
        let a = || Some("a".to_owned());
        assert_eq!(
            found,
            [
                ("a".to_owned(), None),
                ("c".to_owned(), a()),
                ("b".to_owned(), a())
            ]
        );
    }

    #[test]
    fn an_identifier_is_the_same_however_it_is_spelt_and_differs_by_source() {
        let secret = Secret([1; 32]);
        assert_eq!(
            secret.source_id("s", "甲罚〔2025〕1号"),
            secret.source_id("s", "甲罚（2025）1 号")
        );
        assert_ne!(secret.source_id("s", "1"), secret.source_id("t", "1"));
        assert_ne!(
            secret.source_id("s", "1"),
            Secret([2; 32]).source_id("s", "1")
        );
    }

    #[test]
    fn what_the_log_cannot_hold_is_refused_with_a_reason() {
        let mut wide = event("a", None);
        wide.fields.insert("fine".to_owned(), Value::Int(i64::MAX));
        assert!(keepable(&wide).unwrap_err().contains("存不下"));
        let odd = Event::new("a", "决定", Date::new(2025, 3, 4).unwrap());
        assert!(keepable(&odd).unwrap_err().contains("事件种类"));
        assert!(keepable(&event("a", None)).is_ok());
    }
}
