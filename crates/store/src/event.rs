//! 事件：追加要说预期的版本；事件头与内容分存，内容加盐承诺，条目同时待入日志。

mod body;
mod rows;

use std::borrow::Cow;
use std::collections::BTreeMap;

use mingjing_domain::event::Event;
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::digest::Digest;

use crate::error::{Result, StoreError};
use crate::event::rows::Prepared;
use crate::sql::{Rows, column, values};
use crate::tx::Tx;

pub(crate) use body::Body;
pub(crate) use rows::{EventRow, SELECT, Seal};

/// 一条时间线最多多少条事件；真实的案件不过几百条。
pub const EVENTS_MAX: u64 = 100_000;

/// 性质：发生过的事，还是在平台里作出的行为。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// 事实：已经发生，照实记下。
    Fact,
    /// 行为：在平台里作出，要过法典的关。
    Act,
    /// 程序表之外的步骤，照记并标明。
    Irregular,
}

impl Nature {
    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            Nature::Fact => "fact",
            Nature::Act => "act",
            Nature::Irregular => "irregular",
        }
    }

    /// 由代码取性质。
    pub fn from_code(code: &str) -> Option<Self> {
        [Nature::Fact, Nature::Act, Nature::Irregular]
            .into_iter()
            .find(|nature| nature.code() == code)
    }
}

/// 要追加的事件。
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// 事件；其中的 `id`、`corrects`、`recorded_at` 由存储定，给了也不用。
    pub event: Event,
    /// 更正哪一条事件；更正沿用它的标识。
    pub corrects: Option<Id<kind::Event>>,
    /// 性质。
    pub nature: Nature,
    /// 来源自称的记录时刻。
    pub source_recorded_at: Option<Timestamp>,
    /// 附记：补录理由、照收不全的理由等。
    pub note: Option<String>,
}

impl NewEvent {
    /// 新事件，不更正什么，没有附记。
    pub const fn new(event: Event, nature: Nature) -> Self {
        NewEvent {
            event,
            corrects: None,
            nature,
            source_recorded_at: None,
            note: None,
        }
    }
}

/// 追加到一条时间线的几条事件。
#[derive(Debug, Clone)]
pub struct Append {
    /// 时间线。
    pub timeline: TimelineId,
    /// 预期的版本，即已有几条事件。
    pub expected_version: u64,
    /// 事件，按次序。
    pub events: Vec<NewEvent>,
}

/// 追加好的一条事件。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// 标识。
    pub id: Id<kind::Event>,
    /// 在时间线上的序号，从 1 起。
    pub seq: u64,
    /// 在本库里的位置；次序不作数，作数的是日志的叶号。
    pub position: i64,
}

/// 事件头：事件里不属于个人信息的部分，加上存储所知。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHeader {
    /// 在本库里的位置。
    pub position: i64,
    /// 序号，从 1 起。
    pub seq: u64,
    /// 标识。
    pub id: Id<kind::Event>,
    /// 本节点记录的时刻。
    pub recorded_at: Moment,
    /// 来源自称的记录时刻。
    pub source_recorded_at: Option<Moment>,
    /// 谁记的；系统自己记的为 `None`。
    pub account: Option<Id<kind::Account>>,
    /// 对内容的加盐承诺。
    pub payload: Digest,
    /// 性质。
    pub nature: Nature,
    /// 附记。
    pub note: Option<String>,
    /// 内容何时依法抹去。
    pub erased_at: Option<Moment>,
}

impl Tx {
    /// 追加：版本与预期不符的为 [`StoreError::Conflict`]，什么也没有写。
    pub async fn append(
        &self,
        timeline: TimelineId,
        expected_version: u64,
        events: Vec<NewEvent>,
    ) -> Result<Vec<Appended>> {
        let append = Append {
            timeline,
            expected_version,
            events,
        };
        let mut done = self.append_all(vec![append]).await?;
        Ok(done.pop().unwrap_or_default())
    }

    /// 追加到许多时间线，多行一条语句：成批导入所用。结果的次序与所给的相同。
    pub async fn append_all(&self, appends: Vec<Append>) -> Result<Vec<Vec<Appended>>> {
        for append in &appends {
            self.advance(append).await?;
        }
        self.insert_events(appends).await
    }

    /// Moves the version on. On PostgreSQL the row stays locked, so that a second writer waits here and then fails.
    async fn advance(&self, append: &Append) -> Result<()> {
        let count = append.events.len() as u64;
        let version = append.expected_version.saturating_add(count);
        if version > EVENTS_MAX {
            return Err(StoreError::LimitExceeded(format!(
                "一条时间线不超过 {EVENTS_MAX} 条事件"
            )));
        }
        let sql = "UPDATE timeline SET version = $1 WHERE id = $2 AND version = $3";
        let values = values![version, append.timeline, append.expected_version];
        if let Some(found) = self.held_version(append.timeline) {
            if found != append.expected_version {
                return Err(StoreError::Conflict {
                    expected: append.expected_version,
                    found,
                });
            }
            self.hold_timeline(append.timeline, version);
            return self.execute_later(sql, values).await;
        }
        let moved = self.execute(sql, values);
        if moved.await? == 1 {
            return Ok(());
        }
        let found = self.scalar::<i64>(
            "SELECT version FROM timeline WHERE id = $1",
            values![append.timeline],
        );
        let found = found.await?;
        let found =
            found.ok_or_else(|| StoreError::NotFound(format!("时间线 {}", append.timeline)))?;
        Err(StoreError::Conflict {
            expected: append.expected_version,
            found: column::count(found)?,
        })
    }

    /// Headers, payloads and pending entries; the version has been moved on already.
    pub(crate) async fn insert_events(&self, appends: Vec<Append>) -> Result<Vec<Vec<Appended>>> {
        let mut prepared = Vec::new();
        for append in &appends {
            for (seq, new) in (append.expected_version + 1..).zip(&append.events) {
                let id = new.corrects.unwrap_or_else(|| self.new_id());
                let seal = Seal::new(self.context(), self.identity().suite, new)?;
                let place = (append.timeline, seq, id);
                prepared.push(self.prepare(place, new, Cow::Owned(seal))?);
            }
        }
        let sizes = appends.iter().map(|append| append.events.len());
        self.insert_prepared(prepared, sizes.collect()).await
    }

    /// The same, for events that are prepared; `sizes` says how many belong to each timeline.
    pub(crate) async fn insert_prepared(
        &self,
        prepared: Vec<Prepared<'_>>,
        sizes: Vec<usize>,
    ) -> Result<Vec<Vec<Appended>>> {
        let positions = self.insert_headers(&prepared).await?;
        let position_of = |one: &Prepared<'_>| {
            let key = (one.timeline.to_string(), one.seq as i64);
            let position = positions.get(&key).copied();
            position.ok_or_else(|| StoreError::internal("a row was not returned"))
        };
        let mut payloads = Rows::new(
            "INSERT INTO event_payload (position, salt, body) VALUES",
            3,
            "",
        );
        let mut entries = self.entries();
        let mut done = prepared.iter();
        let mut results = Vec::with_capacity(sizes.len());
        for size in sizes {
            let mut appended = Vec::with_capacity(size);
            for one in done.by_ref().take(size) {
                let position = position_of(one)?;
                payloads.push(values![position, one.seal.salt.as_bytes(), &one.seal.body]);
                entries.event(position, &one.entry);
                appended.push(Appended {
                    id: one.id,
                    seq: one.seq,
                    position,
                });
            }
            results.push(appended);
        }
        self.insert_later(payloads).await?;
        self.push_entries(entries).await?;
        Ok(results)
    }

    async fn insert_headers(
        &self,
        prepared: &[Prepared<'_>],
    ) -> Result<BTreeMap<(String, i64), i64>> {
        let mut headers = Rows::new(rows::INSERT, rows::INSERT_COLUMNS, rows::RETURNING);
        for one in prepared {
            headers.push(one.header(self.now(), self.context().account));
        }
        let returned: Vec<rows::Returned> = self.insert_returning(headers).await?;
        Ok(returned
            .into_iter()
            .map(|row| ((row.timeline_id, row.seq), row.position))
            .collect())
    }

    pub(crate) fn prepare<'a>(
        &self,
        (timeline, seq, id): (TimelineId, u64, Id<kind::Event>),
        new: &'a NewEvent,
        seal: Cow<'a, Seal>,
    ) -> Result<Prepared<'a>> {
        Ok(Prepared {
            timeline,
            seq,
            id,
            entry: self.event_entry(timeline, seq, id, &new.event.kind, seal.payload)?,
            seal,
            new,
        })
    }
}
