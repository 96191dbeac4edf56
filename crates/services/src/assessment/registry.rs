//! 登记的事实：机关、人员、证件、事项在登记簿里的状态，按日期分段；取用过的照原样留一份快照。

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::vocabulary::{Scope, Vocabulary};
use mingjing_ledger::canonical::Canonical;
use mingjing_store::error::StoreError;
use mingjing_store::registry_facts::{DatedCard, DatedFacts, DatedPlace};
use mingjing_store::tx::Read;
use serde_json::{Value as Json, json};

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

    /// Whose place in the tree is meant.
    fn node(&self) -> Option<&String> {
        self.unit.as_ref().or(self.body.as_ref())
    }
}

/// A span of facts, each field by its name.
#[derive(Debug, Clone)]
struct Span {
    from: Date,
    until: Option<Date>,
    fields: BTreeMap<String, Value>,
}

impl Span {
    fn of(dated: DatedFacts) -> Self {
        Span {
            from: dated.from,
            until: dated.until,
            fields: match dated.facts {
                Json::Object(members) => record_of(members),
                _ => BTreeMap::new(),
            },
        }
    }
}

/// A card in a span of days.
#[derive(Debug, Clone)]
struct Card {
    number: String,
    officer: String,
    state: String,
    span: Span,
}

/// 登记簿里取出的行，按主体：同一个主体只取一遍。
///
/// INVARIANT: all of it comes from one state of the register.
#[derive(Debug, Default)]
pub(crate) struct Register {
    bodies: HashMap<String, Vec<Span>>,
    places: HashMap<String, Vec<DatedPlace>>,
    /// By whoever is named: a card number or an officer.
    cards: HashMap<String, Vec<Card>>,
    officers: HashMap<String, Vec<Span>>,
    /// By code; with the identifier of each.
    items: HashMap<String, Vec<(String, Span)>>,
    /// Of the findings that matters supervise, those that have not ended.
    standing: HashMap<String, bool>,
}

impl Register {
    /// Reads what these questions need and nobody has asked for before: at most six statements, whatever their number.
    pub(crate) async fn read<'w>(
        &mut self,
        read: &Read,
        all: impl IntoIterator<Item = &'w Wanted>,
    ) -> Result<(), ServiceError> {
        let (mut bodies, mut nodes) = (BTreeSet::new(), BTreeSet::new());
        let (mut whos, mut codes) = (BTreeSet::new(), BTreeSet::new());
        let mut findings = BTreeSet::new();
        for wanted in all {
            bodies.extend(missing(&self.bodies, wanted.body.as_ref()));
            nodes.extend(missing(&self.places, wanted.node()));
            whos.extend(missing(&self.cards, &wanted.whos));
            codes.extend(missing(&self.items, wanted.item.as_ref()));
            findings.extend(missing(&self.standing, &wanted.findings));
        }
        let [bodies, nodes, whos, codes, findings] =
            [bodies, nodes, whos, codes, findings].map(Vec::from_iter);
        let people = async {
            let cards = read.list_cards_of(&whos).await?;
            let mut officers: BTreeSet<&str> = cards.iter().map(|c| c.officer.as_str()).collect();
            officers.extend(&whos);
            let officers: Vec<&str> = officers.into_iter().collect();
            let facts = read.list_officer_facts(&officers).await?;
            Ok::<_, StoreError>((cards, facts))
        };
        let (body_rows, place_rows, (card_rows, officer_rows), item_rows, standing) = tokio::try_join!(
            biased;
            read.list_facts_of_bodies(&bodies),
            read.list_places_of(&nodes),
            people,
            read.list_facts_of_items(&codes),
            read.list_standing(&findings),
        )?;
        for id in findings {
            let is_standing = standing.iter().any(|one| one == id);
            self.standing.insert(id.to_owned(), is_standing);
        }
        // Whoever is not registered is known from now on, too.
        keep(&mut self.bodies, bodies, body_rows, Span::of);
        keep(&mut self.places, nodes, place_rows, |place| place);
        let item_rows = item_rows.into_iter();
        let item_rows = item_rows.map(|(code, id, span)| (code, (id, span)));
        keep(&mut self.items, codes, item_rows, |(id, span)| {
            (id, Span::of(span))
        });
        let is_new = |id: &String| !self.officers.contains_key(id);
        let officer_rows: Vec<_> = officer_rows
            .into_iter()
            .filter(|(id, _)| is_new(id))
            .collect();
        keep(&mut self.officers, Vec::new(), officer_rows, Span::of);
        let card_rows: Vec<Card> = card_rows.into_iter().map(Card::of).collect();
        for who in whos {
            let theirs = card_rows.iter().filter(|card| card.is_of(who)).cloned();
            self.cards.insert(who.to_owned(), theirs.collect());
        }
        Ok(())
    }

    fn cards_of(&self, who: &str) -> &[Card] {
        self.cards.get(who).map_or(&[], Vec::as_slice)
    }
}

/// Those of the names that are not known yet.
fn missing<'w, T>(
    known: &HashMap<String, T>,
    names: impl IntoIterator<Item = &'w String>,
) -> Vec<&'w str> {
    let new = names.into_iter().filter(|name| !known.contains_key(*name));
    new.map(String::as_str).collect()
}

/// Puts the rows with their owners, in the order in which they were read.
fn keep<Row, T>(
    known: &mut HashMap<String, Vec<T>>,
    asked: Vec<&str>,
    rows: impl IntoIterator<Item = (String, Row)>,
    of: impl Fn(Row) -> T,
) {
    known.extend(asked.into_iter().map(|name| (name.to_owned(), Vec::new())));
    for (owner, row) in rows {
        known.entry(owner).or_default().push(of(row));
    }
}

impl Card {
    fn of(dated: DatedCard) -> Self {
        Card {
            number: dated.number,
            officer: dated.officer,
            state: dated.state,
            span: Span::of(dated.span),
        }
    }

    fn is_of(&self, who: &str) -> bool {
        self.number == who || self.officer == who
    }
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
    /// 由登记簿里取出的行构成；不按日期取值的字段取 `on` 当日的。
    pub(crate) fn of_register(
        vocabulary: &Vocabulary,
        wanted: &Wanted,
        register: &Register,
        on: Date,
    ) -> Self {
        let mut found = RegistryFacts::default();
        let scope = |name: &str| vocabulary.scope(name).map(|id| vocabulary.scope_of(id));
        let body = wanted.body.as_ref().and_then(|id| register.bodies.get(id));
        let body: Vec<&Span> = body.into_iter().flatten().collect();
        let places = wanted.node().and_then(|id| register.places.get(id));
        let items = wanted
            .item
            .as_ref()
            .and_then(|code| register.items.get(code));
        let items: &[(String, Span)] = items.map_or(&[], Vec::as_slice);
        let subjects = [&wanted.body, &wanted.unit, &wanted.item];
        found
            .subjects
            .extend(subjects.into_iter().flatten().cloned());
        found.subjects.extend(wanted.whos.iter().cloned());
        found.subjects.extend(wanted.findings.iter().cloned());
        let cards = wanted.whos.iter().flat_map(|who| register.cards_of(who));
        let subjects = cards.flat_map(|card| [&card.officer, &card.number]);
        found.subjects.extend(subjects.cloned());
        found
            .subjects
            .extend(items.iter().map(|(id, _)| id.clone()));
        let place = places.and_then(|places| held_on(places, |p| (p.from, p.until), on));
        found.org_path = place.map(|place| place.path.clone());
        let mut put = |name: &str, record: BTreeMap<String, Value>| {
            if !record.is_empty() {
                let record = Value::Record(record);
                found.facts.values.insert(name.to_owned(), record);
            }
        };
        put("body", merged(scope("body"), &body, on));
        let item: Vec<&Span> = items.iter().map(|(_, span)| span).collect();
        put("item", merged(scope("item"), &item, on));
        let officers = wanted.whos.iter().filter_map(|who| {
            let record = officer(scope("officers"), register, who, on);
            (!record.is_empty()).then(|| (who.clone(), Value::Record(record)))
        });
        put("officers", officers.collect());
        // What supervises nothing says nothing of it.
        if !wanted.findings.is_empty() {
            let standing = |id: &&String| register.standing.get(*id) == Some(&true);
            let count = wanted.findings.iter().filter(standing).count();
            let count = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
            let record = BTreeMap::from([("standing_findings".to_owned(), count)]);
            put("supervision", record);
        }
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
    register: &Register,
    who: &str,
    on: Date,
) -> BTreeMap<String, Value> {
    let cards = register.cards_of(who);
    let owner = cards.first().map_or(who, |card| card.officer.as_str());
    let own: Vec<&Span> = register.officers.get(owner).into_iter().flatten().collect();
    let spans: Vec<&Span> = cards.iter().map(|card| &card.span).collect();
    let mut record = merged(scope, &own, on);
    record.extend(merged(scope, &spans, on));
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
fn merged(scope: Option<&Scope>, spans: &[&Span], on: Date) -> BTreeMap<String, Value> {
    let mut record = BTreeMap::new();
    let Some(scope) = scope else {
        return record;
    };
    let today = held_on(spans, |span| (span.from, span.until), on);
    for field in &scope.fields {
        let name = field.name.as_ref();
        if field.is_dated {
            let value = |span: &&Span| Some(dated(span, span.fields.get(name)?.clone()));
            let values: Vec<Value> = spans.iter().filter_map(value).collect();
            if !values.is_empty() {
                record.insert(name.to_owned(), Value::List(values));
            }
        } else if let Some(value) = today.and_then(|span| span.fields.get(name)) {
            record.insert(name.to_owned(), value.clone());
        }
    }
    record
}

fn dated(span: &Span, value: Value) -> Value {
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
