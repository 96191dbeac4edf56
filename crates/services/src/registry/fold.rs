//! 由一条时间线的事件推出按日期有效的状态；纯函数，同样的事件总得出同样的段。

use std::collections::HashMap;

use mingjing_domain::event::Event;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::sensitive::mask_name;
use mingjing_policy::grant::Term;
use mingjing_store::card::CardRow;
use mingjing_store::officer::OfficerState;
use serde_json::{Map, Value as Json, json};

/// 一段时间里的状态。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<S> {
    /// 期间。
    pub term: Term,
    /// 状态。
    pub state: S,
}

/// 区划。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// 代码。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 层级。
    pub level: String,
    /// 上级区划的代码，与说出它的那一天：代码会改，认的是当天用它的那个区划。
    pub parent: Option<(String, Date)>,
    /// 并入的区划的代码，与并入之日；之后这个区划就没有了。
    pub merged_into: Option<(String, Date)>,
    /// 撤销或并入了。
    pub is_gone: bool,
}

/// 执法主体。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// 名称。
    pub name: String,
    /// 统一社会信用代码。
    pub credit_code: String,
    /// 层级。
    pub level: String,
    /// 所在区划的代码，与说出它的那一天。
    pub region: (String, Date),
    /// 领域。
    pub department: String,
    /// 承继机关。
    pub successor: Option<String>,
    /// 撤销了。
    pub is_abolished: bool,
    /// 事实，字段名同法典的 `facts/body`。
    pub facts: Map<String, Json>,
}

/// 执法人员。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// 遮盖了的姓名。
    pub name_masked: String,
    /// 所在机关；离开了的是最后一个。
    pub body: Option<String>,
    /// 在不在岗。
    pub state: OfficerState,
    /// 事实，字段名同法典的 `facts/officers`。
    pub facts: Map<String, Json>,
}

/// 事项。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// 编码。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 实施主体。
    pub body: Option<String>,
    /// 在清单里。
    pub is_listed: bool,
    /// 事实，字段名同法典的 `facts/item`。
    pub facts: Map<String, Json>,
}

/// 区划的历次状态。
pub fn divisions(timeline: &Timeline) -> Vec<Span<Division>> {
    spans(
        &on_days(timeline, occurred),
        |state: Option<Division>, event, on| {
            let text = |field: &str| text(event, field);
            Some(match (event.kind.as_str(), state) {
                ("division_established", _) => Division {
                    code: text("code")?,
                    name: text("name")?,
                    level: text("level").unwrap_or_default(),
                    parent: text("parent").map(|code| (code, on)),
                    merged_into: None,
                    is_gone: false,
                },
                ("division_renamed", Some(state)) => Division {
                    code: text("code").unwrap_or(state.code),
                    name: text("name").unwrap_or(state.name),
                    parent: text("parent").map(|code| (code, on)).or(state.parent),
                    ..state
                },
                ("division_merged", Some(state)) => Division {
                    merged_into: text("into").map(|code| (code, on)),
                    is_gone: true,
                    ..state
                },
                ("division_abolished", Some(state)) => Division {
                    is_gone: true,
                    ..state
                },
                (_, state) => state?,
            })
        },
    )
}

/// 执法主体的历次状态。
pub fn bodies(timeline: &Timeline) -> Vec<Span<Body>> {
    spans(
        &on_days(timeline, occurred),
        |state: Option<Body>, event, on| {
            let text = |field: &str| text(event, field);
            let mut body = match (event.kind.as_str(), state) {
                ("body_registered", _) => Body {
                    name: text("name")?,
                    credit_code: text("credit_code").unwrap_or_default(),
                    level: text("level").unwrap_or_default(),
                    region: (text("region")?, on),
                    department: text("department").unwrap_or_default(),
                    successor: None,
                    is_abolished: false,
                    facts: Map::new(),
                },
                (_, state) => state?,
            };
            let status = match event.kind.as_str() {
                "body_registered" | "body_resumed" => Some("confirmed"),
                "body_suspended" => Some("unconfirmed"),
                "body_abolished" => Some("cancelled"),
                _ => None,
            };
            if let Some(status) = status {
                body.facts.insert("status".to_owned(), status.into());
            }
            if event.kind == "body_abolished" {
                body.is_abolished = true;
                body.successor = text("successor");
            }
            if matches!(event.kind.as_str(), "body_registered" | "body_changed") {
                body.name = text("name").unwrap_or(body.name);
                body.level = text("level").unwrap_or(body.level);
                body.department = text("department").unwrap_or(body.department);
                body.region = text("region").map_or(body.region, |code| (code, on));
                if event.fields.contains_key("entrusted_by") {
                    body.facts
                        .insert("acts_for_another".to_owned(), true.into());
                }
                let named = [
                    ("body_kind", "kind"),
                    ("powers", "powers"),
                    ("announced_on", "announced_on"),
                    ("parent", "parent"),
                    ("entrusted_by", "entrusted_by"),
                ];
                copy(event, &named, &mut body.facts);
                let known = [
                    ("name", &body.name),
                    ("department", &body.department),
                    ("region", &body.region.0),
                    ("level", &body.level),
                ];
                for (name, value) in known {
                    body.facts.insert(name.to_owned(), value.as_str().into());
                }
            }
            Some(body)
        },
    )
}

/// 执法人员的历次状态。
pub fn officers(timeline: &Timeline) -> Vec<Span<Officer>> {
    spans(
        &on_days(timeline, occurred),
        |state: Option<Officer>, event, _| {
            let mut officer = match (event.kind.as_str(), state) {
                ("officer_registered", state) => Officer {
                    name_masked: mask_name(&text(event, "name").unwrap_or_default()),
                    body: state.as_ref().and_then(|it| it.body.clone()),
                    state: state
                        .as_ref()
                        .map_or(OfficerState::Registered, |it| it.state),
                    facts: state.map(|it| it.facts).unwrap_or_default(),
                },
                (_, state) => state?,
            };
            match event.kind.as_str() {
                "officer_registered" => {
                    let named = [
                        ("employment", "employment"),
                        ("is_law_qualified", "is_law_qualified"),
                    ];
                    copy(event, &named, &mut officer.facts);
                }
                "officer_assigned" => {
                    officer.state = OfficerState::Active;
                    officer.body = text(event, "body").or(officer.body);
                    officer.facts.insert("is_enforcing".to_owned(), true.into());
                    let named = [("post", "post"), ("is_enforcing", "is_enforcing")];
                    copy(event, &named, &mut officer.facts);
                }
                "officer_left" => officer.state = OfficerState::Left,
                "post_changed"
                    if event.fields.get("leaves_enforcement") == Some(&Value::Bool(true)) =>
                {
                    officer
                        .facts
                        .insert("is_enforcing".to_owned(), false.into());
                }
                _ => {}
            }
            Some(officer)
        },
    )
}

/// 事项的历次状态；写了生效之日的，从那一天起。
pub fn items(timeline: &Timeline) -> Vec<Span<Item>> {
    let effective = |event: &Event| date(event, "effective_on").unwrap_or(event.occurred_on);
    spans(
        &on_days(timeline, effective),
        |state: Option<Item>, event, _| {
            let text = |field: &str| text(event, field);
            let mut item = match (event.kind.as_str(), state) {
                ("item_listed", _) => Item {
                    code: text("code")?,
                    name: text("name")?,
                    body: None,
                    is_listed: true,
                    facts: Map::new(),
                },
                (_, state) => state?,
            };
            item.is_listed = match event.kind.as_str() {
                "item_listed" => true,
                "item_withdrawn" => false,
                _ => item.is_listed,
            };
            if event.kind == "item_revised" {
                item.code = text("code").unwrap_or(item.code);
                item.name = text("name").unwrap_or(item.name);
            }
            item.body = text("body").or(item.body);
            let named = [
                ("has_benchmark", "has_benchmark"),
                ("act_kind", "act_kind"),
                ("level", "level"),
                ("is_key_item", "is_key_item"),
            ];
            copy(event, &named, &mut item.facts);
            item.facts
                .insert("code".to_owned(), item.code.as_str().into());
            item.facts
                .insert("is_listed".to_owned(), item.is_listed.into());
            Some(item)
        },
    )
}

/// What happens to a card on a day.
#[derive(Debug, Clone)]
enum CardChange {
    Issued {
        number: String,
        valid_until: Option<Date>,
    },
    Set(&'static str),
    /// The term that was written on the card has run out; a card that is not valid any more stays what it is.
    Expired(String),
    /// The suspension had an end.
    Restored,
}

/// 人员的证件：每证按日期分段。过期、暂扣期满是算出来的，不待人记。
pub fn cards(timeline: &Timeline, officer: &str) -> Vec<CardRow> {
    let mut done: Vec<CardRow> = Vec::new();
    let mut open: Option<(String, &'static str, Date)> = None;
    for (on, change) in card_changes(timeline, officer) {
        let held = open.take();
        let next = match (change, &held) {
            (CardChange::Issued { number, .. }, _) => Some((number, "valid")),
            (CardChange::Expired(of), Some((number, state, _)))
                if *number == of && matches!(*state, "valid" | "unverified") =>
            {
                Some((of, "expired"))
            }
            (CardChange::Restored, Some((number, "suspended", _))) => {
                Some((number.clone(), "valid"))
            }
            (CardChange::Set(state), Some((number, _, _))) => Some((number.clone(), state)),
            (CardChange::Expired(_) | CardChange::Restored | CardChange::Set(_), held) => {
                open = held.clone();
                continue;
            }
        };
        if let Some((number, state, from)) = held {
            push_card(&mut done, number, state, from, Some(on));
        }
        open = next.map(|(number, state)| (number, state, on));
    }
    if let Some((number, state, from)) = open {
        push_card(&mut done, number, state, from, None);
    }
    done.sort_by(|a, b| (&a.number, a.term.from).cmp(&(&b.number, b.term.from)));
    done
}

fn push_card(done: &mut Vec<CardRow>, number: String, state: &str, from: Date, to: Option<Date>) {
    if to == Some(from) {
        return;
    }
    done.push(CardRow {
        number,
        term: Term { from, to },
        state: state.to_owned(),
        facts: json!({}),
    });
}

fn card_changes(timeline: &Timeline, officer: &str) -> Vec<(Date, CardChange)> {
    let mut changes = Vec::new();
    let after = |day: Date| day.checked_add_days(1);
    for (on, event) in on_days(timeline, occurred) {
        let flag = |field: &str| event.fields.get(field) == Some(&Value::Bool(true));
        match event.kind.as_str() {
            "cert_issued" => {
                let number = text(event, "card_no").unwrap_or_else(|| officer.to_owned());
                let valid_until = date(event, "valid_until");
                if let Some(day) = valid_until.and_then(after) {
                    changes.push((day, CardChange::Expired(number.clone())));
                }
                let issued = CardChange::Issued {
                    number,
                    valid_until,
                };
                changes.push((on, issued));
            }
            "cert_reviewed" => {
                let state = if flag("passed") {
                    "valid"
                } else {
                    "unverified"
                };
                changes.push((on, CardChange::Set(state)));
            }
            "cert_suspended" => {
                if let Some(day) = date(event, "until").and_then(after) {
                    changes.push((day, CardChange::Restored));
                }
                changes.push((on, CardChange::Set("suspended")));
            }
            "cert_restored" => changes.push((on, CardChange::Restored)),
            "cert_revoked" => changes.push((on, CardChange::Set("revoked"))),
            _ => {}
        }
    }
    changes.sort_by_key(|(on, _)| *on);
    // Whatever is done to a card after its term does not make it valid: the term is asked once more after each change.
    let terms: Vec<(String, Date)> = changes
        .iter()
        .filter_map(|(_, change)| match change {
            CardChange::Issued {
                number,
                valid_until: Some(until),
            } => Some((number.clone(), *until)),
            _ => None,
        })
        .collect();
    let mut asked = Vec::with_capacity(changes.len());
    for (on, change) in changes {
        let is_issue = matches!(change, CardChange::Issued { .. });
        asked.push((on, change));
        if !is_issue {
            let over = terms.iter().filter(|(_, until)| *until < on);
            asked.extend(over.map(|(number, _)| (on, CardChange::Expired(number.clone()))));
        }
    }
    asked
}

/// Events as corrected, each on the day it takes effect, in order.
fn on_days(timeline: &Timeline, day: impl Fn(&Event) -> Date) -> Vec<(Date, &Event)> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut list: Vec<&Event> = Vec::with_capacity(timeline.events.len());
    for event in &timeline.events {
        match places.get(event.id.as_str()) {
            Some(place) => list[*place] = event,
            None => {
                places.insert(&event.id, list.len());
                list.push(event);
            }
        }
    }
    let mut dated: Vec<(Date, &Event)> =
        list.into_iter().map(|event| (day(event), event)).collect();
    dated.sort_by_key(|(on, _)| *on);
    dated
}

fn occurred(event: &Event) -> Date {
    event.occurred_on
}

/// Steps through the events; a state holds until another one begins. Nothing that lasted no day is kept.
fn spans<S: Clone + PartialEq>(
    events: &[(Date, &Event)],
    step: impl Fn(Option<S>, &Event, Date) -> Option<S>,
) -> Vec<Span<S>> {
    let mut done: Vec<Span<S>> = Vec::new();
    let mut open: Option<(Date, S)> = None;
    for (on, event) in events {
        let before = open.as_ref().map(|(_, state)| state.clone());
        let after = step(before.clone(), event, *on);
        if after == before {
            continue;
        }
        if let Some((from, state)) = open.take()
            && from < *on
        {
            done.push(Span {
                term: Term {
                    from,
                    to: Some(*on),
                },
                state,
            });
        }
        open = after.map(|state| (*on, state));
    }
    if let Some((from, state)) = open {
        done.push(Span {
            term: Term { from, to: None },
            state,
        });
    }
    done
}

pub(crate) fn text(event: &Event, field: &str) -> Option<String> {
    match event.fields.get(field)? {
        Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Date(_)
        | Value::Timestamp(_)
        | Value::Period(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

/// Days come back from the store as text.
pub(crate) fn date(event: &Event, field: &str) -> Option<Date> {
    match event.fields.get(field)? {
        Value::Date(date) => Some(*date),
        Value::Text(text) => Date::parse_iso(text).ok(),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Timestamp(_)
        | Value::Period(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

fn copy(event: &Event, named: &[(&str, &str)], facts: &mut Map<String, Json>) {
    for (field, fact) in named {
        if let Some(value) = event.fields.get(*field) {
            facts.insert((*fact).to_owned(), json_of(value));
        }
    }
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Bool(it) => (*it).into(),
        Value::Int(it) => (*it).into(),
        Value::Date(it) => it.to_string().into(),
        Value::Timestamp(it) => it.to_string().into(),
        Value::Period(it) => it.to_string().into(),
        Value::Text(it) => it.clone().into(),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Record(fields) => {
            let members = fields.iter();
            members.map(|(k, v)| (k.clone(), json_of(v))).collect()
        }
    }
}
