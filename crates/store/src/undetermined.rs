//! 无法判定的部分：与案件无关的一份按内容的摘要存，案件自己的只有所说的事件。
//!
//! A list of ten thousand rows lacks the same columns ten thousand times. What each case lacks is the same text but for
//! the ids of its events, so those are taken out and the rest is kept once.

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_ledger::suite::Suite;
use serde_json::Value as Json;

use crate::code::read_json;
use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::{Rows, values};
use crate::tx::{Read, Tx};

const WHAT: &str = "无法判定的";
/// The member of each element that names an event of the case.
const EVENT: &str = "event";

/// 无法判定的各项，拆成两份：与案件无关的，和本案的事件。
///
/// Taken apart where a case is judged, beside the writer: the shared part of a poor list is large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undetermined {
    /// Digest of the shared part.
    pub(crate) digest: String,
    /// The same for every case that lacks the same.
    pub(crate) shared: Arc<str>,
    /// The events of this case that the shared part speaks of by number.
    pub(crate) events: String,
}

impl Undetermined {
    /// 把事件取出来。
    pub fn of(mut whole: Json) -> Self {
        let mut events: Vec<String> = Vec::new();
        for element in whole.as_array_mut().into_iter().flatten() {
            let Some(event) = element.get_mut(EVENT) else {
                continue;
            };
            if let Json::String(id) = event {
                let known = events.iter().position(|known| known == id);
                let number = known.unwrap_or_else(|| {
                    events.push(std::mem::take(id));
                    events.len() - 1
                });
                *event = Json::from(number);
            }
        }
        let shared = whole.to_string();
        Undetermined {
            digest: Suite::Sm.hash(&[shared.as_bytes()]).to_hex(),
            shared: shared.into(),
            events: Json::from(events).to_string(),
        }
    }

    /// 把事件放回去：逐条写明缺什么。
    pub fn whole(&self) -> Result<Json> {
        let events: Vec<String> = read_json(&self.events, WHAT)?;
        let mut whole: Json = read_json(&self.shared, WHAT)?;
        for element in whole.as_array_mut().into_iter().flatten() {
            let Some(event) = element.get_mut(EVENT) else {
                continue;
            };
            if let Some(number) = event.as_u64() {
                let id = usize::try_from(number).ok().and_then(|at| events.get(at));
                let missing = || StoreError::corrupt("无法判定的：所说的事件不在");
                *event = Json::from(id.ok_or_else(missing)?.as_str());
            }
        }
        Ok(whole)
    }
}

row! {
    struct SetRow {
        body: String,
    }
}

impl Read {
    pub(crate) async fn find_undetermined_set(&self, digest: &str) -> Result<Option<String>> {
        let sql = "SELECT body FROM undetermined_set WHERE digest = $1";
        let row = self.row::<SetRow>(sql, values![digest]).await?;
        Ok(row.map(|row| row.body))
    }
}

impl Tx {
    /// Keeps each set once. Most are there already, and looking is cheaper than writing what stands; one that was
    /// altered is put right.
    pub(crate) async fn keep_undetermined_sets(&self, sets: &BTreeMap<&str, &str>) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO undetermined_set (digest, body) VALUES",
            2,
            "ON CONFLICT (digest) DO NOTHING",
        );
        for (&digest, &body) in sets {
            match self.find_undetermined_set(digest).await? {
                Some(stored) if stored == body => {}
                Some(_) => {
                    let sql = "UPDATE undetermined_set SET body = $2 WHERE digest = $1";
                    self.execute_later(sql, values![digest, body]).await?;
                }
                None => rows.push(values![digest, body]),
            }
        }
        self.insert_later(rows).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Undetermined;

    #[test]
    fn two_cases_that_lack_the_same_share_all_but_their_events() {
        let of = |first: &str, second: &str| {
            json!([
                { "code": "A", "part": null, "event": first, "missing": [] },
                { "code": "B", "part": 1, "event": null, "missing": [{ "what": "x", "why": "not_covered" }] },
                { "code": "C", "part": 1, "event": second, "missing": [] },
                { "code": "D", "part": 1, "event": first, "missing": [] },
            ])
        };
        let (one, other) = (of("event_1", "event_2"), of("event_8", "event_9"));
        let (a, b) = (
            Undetermined::of(one.clone()),
            Undetermined::of(other.clone()),
        );
        assert_eq!((&a.digest, &a.shared), (&b.digest, &b.shared));
        assert_eq!(a.whole().unwrap(), one);
        assert_eq!(b.whole().unwrap(), other);
        let twice = Undetermined::of(of("event_1", "event_1"));
        assert_ne!(twice.digest, a.digest, "which event is meant counts");
        for events in [r#"["event_1"]"#, "{}"] {
            let events = events.to_owned();
            assert!(
                Undetermined {
                    events,
                    ..a.clone()
                }
                .whole()
                .is_err()
            );
        }
    }
}
