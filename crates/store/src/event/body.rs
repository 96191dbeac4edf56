//! 事件的内容：加盐承诺所覆盖的规范 JSON。
//!
//! It holds everything that may be personal, and again the days, source and nature of the header: what only stood in a
//! column could be changed without the log noticing. Member names are part of the format of bundles and exports.

use std::collections::BTreeMap;
use std::fmt;

use mingjing_domain::event::{Actor, Event, Origin};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::{Id, kind};
use mingjing_ledger::canonical::Canonical;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Result, StoreError};
use crate::event::NewEvent;
use crate::event::rows::source_columns;

/// 内容的成员；没有的不写。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    pub(crate) occurred_on: Date,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) occurred_until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) occurred_at: Option<Timestamp>,
    pub(crate) source: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) source_system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) source_recorded_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) instance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) corrects: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) account: Option<String>,
    pub(crate) nature: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    actors: Vec<Actor>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    place: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    docs: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    media: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    keys: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    fields: BTreeMap<String, Plain>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    origin: Option<Origin>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
}

impl Body {
    pub(crate) fn of(new: &NewEvent, account: Option<Id<kind::Account>>) -> Self {
        let event = &new.event;
        let (source, system) = source_columns(&event.source);
        Body {
            occurred_on: event.occurred_on,
            occurred_until: event.occurred_until,
            occurred_at: event.occurred_at,
            source: source.to_owned(),
            source_system: system.map(str::to_owned),
            source_recorded_at: new.source_recorded_at,
            instance: event.instance.clone(),
            corrects: new.corrects.map(|id| id.to_string()),
            account: account.map(|id| id.to_string()),
            nature: new.nature.code().to_owned(),
            actors: event.actors.clone(),
            place: event.place.clone(),
            docs: event.doc_ids.clone(),
            media: event.media_ids.clone(),
            keys: event.keys.clone(),
            fields: event
                .fields
                .iter()
                .map(|(name, value)| (name.clone(), Plain(Some(value.clone()))))
                .collect(),
            origin: event.origin.clone(),
            note: new.note.clone(),
        }
    }

    /// The canonical value; floats and integers beyond 2^53 are refused here.
    pub(crate) fn canonical(&self) -> Result<Canonical> {
        let json = serde_json::to_value(self).map_err(StoreError::internal)?;
        Canonical::from_json(&json).map_err(StoreError::internal)
    }

    pub(crate) fn parse(bytes: &[u8]) -> std::result::Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Puts what only the body knows into the event; gives the note.
    pub(crate) fn fill(self, event: &mut Event) -> Option<String> {
        event.actors = self.actors;
        event.place = self.place;
        event.doc_ids = self.docs;
        event.media_ids = self.media;
        event.keys = self.keys;
        event.fields = self
            .fields
            .into_iter()
            .filter_map(|(name, Plain(value))| Some((name, value?)))
            .collect();
        event.origin = self.origin;
        self.note
    }
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(it) => (*it).into(),
        Value::Int(it) => (*it).into(),
        Value::Date(it) => it.to_string().into(),
        Value::Timestamp(it) => it.to_string().into(),
        Value::Period(it) => it.to_string().into(),
        Value::Text(it) => it.clone().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Record(fields) => {
            let members = fields.iter();
            members.map(|(k, v)| (k.clone(), to_json(v))).collect()
        }
    }
}

/// A value as the body has it: days, instants and periods come back as text, as from a case file — what a field is, the
/// lawbook declares. What is no value of ours is `None`.
#[derive(Debug, Clone, PartialEq)]
struct Plain(Option<Value>);

impl Serialize for Plain {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        self.0.as_ref().map(to_json).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(AnyPlain)
    }
}

struct AnyPlain;

impl<'de> Visitor<'de> for AnyPlain {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Plain, E> {
        Ok(Plain(None))
    }

    fn visit_bool<E>(self, it: bool) -> std::result::Result<Plain, E> {
        Ok(Plain(Some(Value::Bool(it))))
    }

    fn visit_i64<E>(self, it: i64) -> std::result::Result<Plain, E> {
        Ok(Plain(Some(Value::Int(it))))
    }

    fn visit_u64<E>(self, it: u64) -> std::result::Result<Plain, E> {
        Ok(Plain(i64::try_from(it).ok().map(Value::Int)))
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Plain, E> {
        Ok(Plain(None))
    }

    fn visit_str<E>(self, it: &str) -> std::result::Result<Plain, E> {
        Ok(Plain(Some(Value::Text(it.to_owned()))))
    }

    fn visit_string<E>(self, it: String) -> std::result::Result<Plain, E> {
        Ok(Plain(Some(Value::Text(it))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Plain, A::Error> {
        let mut list = Vec::new();
        while let Some(Plain(item)) = items.next_element()? {
            list.extend(item);
        }
        Ok(Plain(Some(Value::List(list))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<Plain, A::Error> {
        let mut record = BTreeMap::new();
        while let Some((name, Plain(value))) = members.next_entry()? {
            record.extend(value.map(|value| (name, value)));
        }
        Ok(Plain(Some(Value::Record(record))))
    }
}
