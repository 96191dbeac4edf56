//! 事件的内容：加盐承诺所覆盖的规范 JSON。
//!
//! It holds everything that may be personal, and again the days, source and nature of the header: what only stood in a
//! column could be changed without the log noticing. Member names are part of the format of bundles and exports.

use std::collections::BTreeMap;

use mingjing_domain::event::{Actor, Event, Origin};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::{Id, kind};
use mingjing_ledger::canonical::Canonical;
use serde::{Deserialize, Serialize};

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
    fields: BTreeMap<String, serde_json::Value>,
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
                .map(|(name, value)| (name.clone(), to_json(value)))
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
            .filter_map(|(name, value)| Some((name, from_json(value)?)))
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

/// Days, instants and periods come back as text, as from a case file: what a field is, the lawbook declares.
fn from_json(value: serde_json::Value) -> Option<Value> {
    Some(match value {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(it) => Value::Bool(it),
        serde_json::Value::Number(it) => Value::Int(it.as_i64()?),
        serde_json::Value::String(it) => Value::Text(it),
        serde_json::Value::Array(items) => {
            Value::List(items.into_iter().filter_map(from_json).collect())
        }
        serde_json::Value::Object(members) => {
            let members = members.into_iter();
            Value::Record(
                members
                    .filter_map(|(k, v)| Some((k, from_json(v)?)))
                    .collect(),
            )
        }
    })
}
