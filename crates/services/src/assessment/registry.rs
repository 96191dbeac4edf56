//! 登记的事实：机关、人员、证件、事项在登记簿里的状态，按日期分段；取用过的照原样留一份快照。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::vocabulary::{Scope, Vocabulary};
use mingjing_ledger::canonical::Canonical;
use mingjing_store::error::StoreError;
use mingjing_store::registry_facts::{DatedCard, DatedFacts, DatedPlace};
use mingjing_store::tx::Read;
use serde_json::{Map, Value as Json, json};

use crate::assessment::facts::{Stated, record_of};
use crate::error::ServiceError;

/// 要取哪些登记的事实。
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub(crate) body: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) whos: BTreeSet<String>,
    pub(crate) item: Option<String>,
    /// Findings that a matter supervises.
    pub(crate) findings: BTreeSet<String>,
}

impl Wanted {
    pub(crate) fn of(timeline: &Timeline, stated: &Stated) -> Self {
        let actors = timeline.events.iter().flat_map(|event| &event.actors);
        let item = match stated.facts.at("item.code") {
            Some(Value::Text(code)) => Some(code.clone()),
            Some(_) | None => None,
        };
        Wanted {
            body: stated.body.clone(),
            unit: stated.unit.clone(),
            whos: actors.map(|actor| actor.who.clone()).collect(),
            item,
            findings: stated.supervises.values().flatten().cloned().collect(),
        }
    }
}

/// 登记簿里取出的行。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryRows {
    /// 机关的历次事实。
    pub body: Vec<DatedFacts>,
    /// 办理机构（没有的为机关）在组织树上的历次位置。
    pub places: Vec<DatedPlace>,
    /// 参与人的证件。
    pub cards: Vec<DatedCard>,
    /// 参与人的历次事实，连同人员标识。
    pub officers: Vec<(String, DatedFacts)>,
    /// 事项的历次事实，连同事项标识。
    pub items: Vec<(String, DatedFacts)>,
    /// 所监督的发现里还没有消除的个数；不监督什么的没有。
    pub standing: Option<u64>,
}

/// Reads the rows.
pub(crate) async fn gather(read: &Read, wanted: &Wanted) -> Result<RegistryRows, ServiceError> {
    let whos: Vec<&str> = wanted.whos.iter().map(String::as_str).collect();
    let node = wanted.unit.as_ref().or(wanted.body.as_ref());
    let body = async {
        match &wanted.body {
            Some(body) => read.list_body_facts(body).await,
            None => Ok(Vec::new()),
        }
    };
    let places = async {
        match node {
            Some(node) => read.list_places(node).await,
            None => Ok(Vec::new()),
        }
    };
    let items = async {
        match &wanted.item {
            Some(item) => read.list_item_facts(item).await,
            None => Ok(Vec::new()),
        }
    };
    let people = async {
        let cards = read.list_cards_of(&whos).await?;
        let mut officers: BTreeSet<&str> = cards.iter().map(|c| c.officer.as_str()).collect();
        officers.extend(&whos);
        let officers: Vec<&str> = officers.into_iter().collect();
        let officers = read.list_officer_facts(&officers).await?;
        Ok::<_, StoreError>((cards, officers))
    };
    let standing = async {
        match wanted.findings.is_empty() {
            true => Ok(None),
            false => read.count_standing(&wanted.findings).await.map(Some),
        }
    };
    let (body, places, (cards, officers), items, standing) =
        tokio::try_join!(biased; body, places, people, items, standing)?;
    Ok(RegistryRows {
        body,
        places,
        cards,
        officers,
        items,
        standing,
    })
}

/// 登记的事实，与它们出自谁。
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RegistryFacts {
    /// 按范围分写：`body`、`officers`、`item`。
    pub facts: Facts,
    /// 现在在组织树上的位置；登记簿里没有的为 `None`。
    pub org_path: Option<String>,
    /// 用了谁的事实；它们变了，这一案要重看。
    pub subjects: BTreeSet<String>,
}

impl RegistryFacts {
    /// 由登记簿的行构成；不按日期取值的字段取 `on` 当日的。
    pub(crate) fn from_rows(
        vocabulary: &Vocabulary,
        wanted: &Wanted,
        rows: &RegistryRows,
        on: Date,
    ) -> Self {
        let mut found = RegistryFacts::default();
        let subjects = [&wanted.body, &wanted.unit, &wanted.item];
        found
            .subjects
            .extend(subjects.into_iter().flatten().cloned());
        found.subjects.extend(wanted.whos.iter().cloned());
        found.subjects.extend(wanted.findings.iter().cloned());
        let subjects = rows.cards.iter().flat_map(|c| [&c.officer, &c.number]);
        found.subjects.extend(subjects.cloned());
        found
            .subjects
            .extend(rows.items.iter().map(|(id, _)| id.clone()));
        found.org_path = held_on(&rows.places, |p| (p.from, p.until), on).map(|p| p.path.clone());
        let scope = |name: &str| vocabulary.scope(name).map(|id| vocabulary.scope_of(id));
        let mut put = |name: &str, record: BTreeMap<String, Value>| {
            if !record.is_empty() {
                found
                    .facts
                    .values
                    .insert(name.to_owned(), Value::Record(record));
            }
        };
        put(
            "body",
            merged(scope("body"), rows.body.iter().collect(), on),
        );
        let item = rows.items.iter().map(|(_, span)| span).collect();
        put("item", merged(scope("item"), item, on));
        let officers = wanted.whos.iter().filter_map(|who| {
            let record = officer(scope("officers"), rows, who, on);
            (!record.is_empty()).then(|| (who.clone(), Value::Record(record)))
        });
        put("officers", officers.collect());
        let standing = rows.standing.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        let standing = standing.map(|n| ("standing_findings".to_owned(), Value::Int(n)));
        put("supervision", standing.into_iter().collect());
        found
    }

    /// 快照：规范的 JSON；没有个人信息。
    pub(crate) fn snapshot(&self) -> Result<Canonical, ServiceError> {
        let facts = crate::assessment::facts::json_of_facts(&self.facts);
        let json = json!({ "facts": facts, "org_path": self.org_path });
        Canonical::from_json(&json).map_err(ServiceError::internal)
    }

    /// The facts of a kept snapshot.
    pub(crate) fn of_snapshot(body: &str) -> Result<(Facts, Option<String>), ServiceError> {
        let json: Json = serde_json::from_str(body).map_err(ServiceError::internal)?;
        let org_path = json["org_path"].as_str().map(str::to_owned);
        let facts = match &json["facts"] {
            Json::Object(scopes) => record_of(scopes.clone()),
            _ => BTreeMap::new(),
        };
        Ok((Facts { values: facts }, org_path))
    }
}

/// Puts the registered facts over the stated ones, field by field: what the register knows, nobody needs to state; what
/// only the case can say (that an officer has a conflict of interest in it) stays.
pub(crate) fn over(stated: &Facts, registered: &Facts) -> Facts {
    let mut facts = stated.clone();
    lay_over(&mut facts.values, &registered.values);
    facts
}

fn lay_over(under: &mut BTreeMap<String, Value>, above: &BTreeMap<String, Value>) {
    for (name, value) in above {
        match (under.get_mut(name), value) {
            (Some(Value::Record(under)), Value::Record(above)) => lay_over(under, above),
            (_, value) => {
                under.insert(name.clone(), value.clone());
            }
        }
    }
}

/// The facts of one person: the card by its states, the rest of the card and of the person.
fn officer(
    scope: Option<&Scope>,
    rows: &RegistryRows,
    who: &str,
    on: Date,
) -> BTreeMap<String, Value> {
    let cards: Vec<&DatedCard> = rows
        .cards
        .iter()
        .filter(|card| card.number == who || card.officer == who)
        .collect();
    let owner = cards.first().map_or(who, |card| card.officer.as_str());
    let own = rows.officers.iter().filter(|(id, _)| id == owner);
    let mut record = merged(scope, own.map(|(_, span)| span).collect(), on);
    record.extend(merged(scope, cards.iter().map(|c| &c.span).collect(), on));
    let states = cards
        .iter()
        .map(|card| dated(&card.span, card.state.as_str().into()));
    let states: Vec<Value> = states.collect();
    if !states.is_empty() {
        record.insert("card".to_owned(), Value::List(states));
    }
    record
}

/// Fields that the lawbook reads by day become spans; the others take the value of the day.
fn merged(scope: Option<&Scope>, spans: Vec<&DatedFacts>, on: Date) -> BTreeMap<String, Value> {
    let mut record = BTreeMap::new();
    let Some(scope) = scope else {
        return record;
    };
    let empty = Map::new();
    let of = |span: &DatedFacts| span.facts.as_object().unwrap_or(&empty).clone();
    let today = held_on(&spans, |span| (span.from, span.until), on);
    for field in &scope.fields {
        let name = field.name.as_ref();
        if field.is_dated {
            let values = spans.iter().filter_map(|span| {
                let value = record_of(of(span)).remove(name)?;
                Some(dated(span, value))
            });
            let values: Vec<Value> = values.collect();
            if !values.is_empty() {
                record.insert(name.to_owned(), Value::List(values));
            }
        } else if let Some(value) = today.and_then(|span| record_of(of(span)).remove(name)) {
            record.insert(name.to_owned(), value);
        }
    }
    record
}

fn dated(span: &DatedFacts, value: Value) -> Value {
    let mut fields = BTreeMap::from([
        ("from".to_owned(), Value::Text(span.from.to_string())),
        ("value".to_owned(), value),
    ]);
    if let Some(until) = span.until {
        fields.insert("to".to_owned(), Value::Text(until.to_string()));
    }
    Value::Record(fields)
}

/// The span that holds on the day, else the last one before it, else the first.
fn held_on<T>(spans: &[T], term: impl Fn(&T) -> (Date, Option<Date>), on: Date) -> Option<&T> {
    let holds = |span: &&T| {
        let (from, until) = term(span);
        from <= on && until.is_none_or(|until| on < until)
    };
    let earlier = |span: &&T| term(span).0 <= on;
    spans
        .iter()
        .find(holds)
        .or_else(|| spans.iter().rev().find(earlier))
        .or_else(|| spans.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_facts_cover_stated_ones_field_by_field() {
        let mut stated = Facts::default();
        stated.set("officers.A.card", "valid".into());
        stated.set("officers.A.has_conflict", Value::Bool(true));
        stated.set("case.is_major", Value::Bool(true));
        let mut registered = Facts::default();
        registered.set("officers.A.card", "suspended".into());
        let facts = over(&stated, &registered);
        assert_eq!(facts.at("officers.A.card"), Some(&"suspended".into()));
        assert_eq!(
            facts.at("officers.A.has_conflict"),
            Some(&Value::Bool(true))
        );
        assert_eq!(facts.at("case.is_major"), Some(&Value::Bool(true)));
    }

    #[test]
    fn the_day_is_answered_by_the_span_that_holds_or_the_last_before_it() {
        let day = |text: &str| Date::parse_iso(text).expect("a date");
        let spans = [
            (day("2025-01-01"), Some(day("2025-03-01")), "first"),
            (day("2025-04-01"), None, "second"),
        ];
        let on = |text: &str| held_on(&spans, |s| (s.0, s.1), day(text)).map(|s| s.2);
        assert_eq!(on("2025-02-28"), Some("first"));
        assert_eq!(on("2025-03-15"), Some("first"));
        assert_eq!(on("2025-04-01"), Some("second"));
        assert_eq!(on("2024-12-31"), Some("first"));
    }
}
