//! 时间线：建立、整条读出、按次序列出。

use std::borrow::Cow;
use std::collections::BTreeMap;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::suite::Suite;

use crate::context::Context;
use crate::coverage;
use crate::error::{Result, StoreError};
use crate::event::{Append, Appended, EventHeader, EventRow, NewEvent, Seal};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// 一页最多多少条。
pub const PAGE_MAX: u32 = 500;

/// 保密程度。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Confidentiality {
    /// 一般：按职权范围可见。
    #[default]
    Ordinary,
    /// 限定：只有办理的人可见（举报人身份等）。
    Restricted,
    /// 涉密。
    Classified,
}

impl Confidentiality {
    const ALL: [Confidentiality; 3] = [
        Confidentiality::Ordinary,
        Confidentiality::Restricted,
        Confidentiality::Classified,
    ];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            Confidentiality::Ordinary => "ordinary",
            Confidentiality::Restricted => "restricted",
            Confidentiality::Classified => "classified",
        }
    }

    /// 由代码取保密程度。
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// 要建立的时间线。
#[derive(Debug, Clone)]
pub struct NewTimeline {
    /// 种类。
    pub kind: TimelineKind,
    /// 主程序。
    pub procedure: Option<String>,
    /// 覆盖范围。
    pub coverage: Coverage,
    /// 保密程度。
    pub confidentiality: Confidentiality,
}

/// 标识先定好的一条时间线：先判断、后写入的成批导入所用。
#[derive(Debug, Clone)]
pub struct Premade {
    /// 时间线的标识；MUST 是新的。
    pub id: TimelineId,
    /// 时间线。
    pub timeline: NewTimeline,
    /// 事件与各自的标识，按次序；更正的标识是被更正的那一件的。
    pub events: Vec<(Id<kind::Event>, NewEvent)>,
}

/// 内容都已加盐承诺的一条时间线：承诺费时，在写入之外先做好。
#[derive(Debug, Clone)]
pub struct Sealed {
    premade: Premade,
    seals: Vec<Seal>,
    account: Option<Id<kind::Account>>,
}

impl Premade {
    /// 承诺各条内容；MUST 用将要写下它的那个上下文与本库的算法套件。
    pub fn seal(self, context: &Context, suite: Suite) -> Result<Sealed> {
        let events = self.events.iter();
        let seals = events.map(|(_, new)| Seal::new(context, suite, new));
        Ok(Sealed {
            seals: seals.collect::<Result<Vec<Seal>>>()?,
            account: context.account,
            premade: self,
        })
    }
}

impl Sealed {
    /// 时间线。
    pub const fn premade(&self) -> &Premade {
        &self.premade
    }
}

/// 时间线的头。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineHeader {
    /// 标识。
    pub id: TimelineId,
    /// 主程序。
    pub procedure: Option<String>,
    /// 版本，即事件的条数。
    pub version: u64,
    /// 覆盖范围。
    pub coverage: Coverage,
    /// 保密程度。
    pub confidentiality: Confidentiality,
    /// 建立的时刻。
    pub created_at: Moment,
}

/// 整条时间线。
#[derive(Debug, Clone)]
pub struct LoadedTimeline {
    /// 头。
    pub header: TimelineHeader,
    /// 事件与覆盖范围；`facts` 是空的，由 `services` 收集。
    pub timeline: Timeline,
    /// 各条事件存储所知的部分，与 `timeline.events` 一一对应。
    pub events: Vec<EventHeader>,
}

row! {
    struct HeaderRow {
        id: String,
        procedure: Option<String>,
        version: i64,
        coverage: String,
        confidentiality: String,
        created_at: i64,
    }
}

impl HeaderRow {
    fn into_header(self) -> Result<TimelineHeader> {
        let confidentiality = Confidentiality::ALL
            .into_iter()
            .find(|known| known.code() == self.confidentiality)
            .ok_or_else(|| StoreError::corrupt(format!("时间线 {} 的保密程度不认识", self.id)))?;
        Ok(TimelineHeader {
            id: column::timeline_id(&self.id)?,
            procedure: self.procedure,
            version: column::count(self.version)?,
            coverage: coverage::decode(&self.coverage)?,
            confidentiality,
            created_at: column::moment(self.created_at)?,
        })
    }
}

const SELECT: &str =
    "SELECT id, procedure, version, coverage, confidentiality, created_at FROM timeline";

impl Read {
    /// 时间线的头；没有为 `None`。
    pub async fn find_timeline(&self, id: TimelineId) -> Result<Option<TimelineHeader>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<HeaderRow>(&sql, values![id]).await?;
        row.map(HeaderRow::into_header).transpose()
    }

    /// 整条时间线；没有的为 [`StoreError::NotFound`]。
    pub async fn load_timeline(&self, id: TimelineId) -> Result<LoadedTimeline> {
        let sql = format!("{SELECT} WHERE id = $1");
        self.load(id, &sql).await
    }

    /// 许多条整条时间线，照所给的次序；有一条没有的，为 [`StoreError::NotFound`]。
    ///
    /// Two statements, however many there are: whoever reads a page asks once, not once for each.
    pub async fn load_timelines(&self, ids: &[TimelineId]) -> Result<Vec<LoadedTimeline>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut query = Query::new(format!("{SELECT} WHERE 1 = 1"));
        query.and_any("id", &texts);
        let (sql, values) = query.into_parts();
        let mut headers = BTreeMap::new();
        for row in self.rows::<HeaderRow>(&sql, values).await? {
            headers.insert(row.id.clone(), row);
        }
        let mut query = Query::new(format!("{} WHERE 1 = 1", crate::event::SELECT));
        query.and_any("e.timeline_id", &texts);
        query.push(" ORDER BY e.timeline_id, e.seq", Vec::new());
        let (sql, values) = query.into_parts();
        let mut events: BTreeMap<String, Vec<EventRow>> = BTreeMap::new();
        for row in self.rows::<EventRow>(&sql, values).await? {
            let known = events.entry(row.timeline_id.clone());
            known.or_default().push(row);
        }
        let load = |id: &&str| {
            let header = headers.remove(*id);
            let header = header.ok_or_else(|| StoreError::NotFound(format!("时间线 {id}")))?;
            assembled(
                header.into_header()?,
                events.remove(*id).unwrap_or_default(),
            )
        };
        texts.iter().map(load).collect()
    }

    /// 某一种类的时间线，按标识（即建立的先后）列出 `after` 之后的至多 `limit` 条。
    pub async fn list_timelines(
        &self,
        kind: TimelineKind,
        after: Option<TimelineId>,
        limit: u32,
    ) -> Result<Vec<TimelineHeader>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let sql = format!("{SELECT} WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3");
        let limit = limit.min(PAGE_MAX);
        let rows = self.rows::<HeaderRow>(&sql, values![kind.code(), after, limit]);
        rows.await?
            .into_iter()
            .map(HeaderRow::into_header)
            .collect()
    }

    /// The header and the events, asked for together. Where the first statement locks the row, the second sees all that
    /// was committed before: each statement of a transaction that writes sees what is committed when it begins.
    async fn load(&self, id: TimelineId, header: &str) -> Result<LoadedTimeline> {
        let sql = format!(
            "{} WHERE e.timeline_id = $1 ORDER BY e.seq",
            crate::event::SELECT
        );
        let (header, rows) = tokio::join!(
            biased;
            self.row::<HeaderRow>(header, values![id]),
            self.rows::<EventRow>(&sql, values![id]),
        );
        let header = header?.ok_or_else(|| StoreError::NotFound(format!("时间线 {id}")))?;
        assembled(header.into_header()?, rows?)
    }
}

/// The timeline of a header and all its events, in their order.
fn assembled(header: TimelineHeader, rows: Vec<EventRow>) -> Result<LoadedTimeline> {
    if rows.len() as u64 != header.version {
        return Err(StoreError::corrupt(format!(
            "时间线 {} 的版本是 {}，事件有 {} 条",
            header.id,
            header.version,
            rows.len()
        )));
    }
    let mut events = Vec::with_capacity(rows.len());
    let mut timeline = Timeline {
        id: header.id.to_string(),
        procedure: header.procedure.clone(),
        events: Vec::with_capacity(rows.len()),
        coverage: header.coverage.clone(),
        facts: Facts::default(),
    };
    for row in rows {
        let (known, event) = row.into_event()?;
        events.push(known);
        timeline.events.push(event);
    }
    Ok(LoadedTimeline {
        header,
        timeline,
        events,
    })
}

impl Tx {
    /// 建立时间线，还没有事件，版本为 0。
    pub async fn create_timeline(&self, new: &NewTimeline) -> Result<TimelineId> {
        let id = self.new_timeline_id(new.kind);
        self.insert_timelines(&[(id, new, 0)]).await?;
        self.hold_timeline(id, 0);
        Ok(id)
    }

    /// 建立许多时间线并追加各自的事件，多行一条语句：成批导入所用。结果的次序与所给的相同。
    pub async fn create_with_events(
        &self,
        new: Vec<(NewTimeline, Vec<NewEvent>)>,
    ) -> Result<Vec<(TimelineId, Vec<Appended>)>> {
        let ids: Vec<TimelineId> = new
            .iter()
            .map(|(timeline, _)| self.new_timeline_id(timeline.kind))
            .collect();
        let sized: Vec<_> = ids
            .iter()
            .zip(&new)
            .map(|(id, (timeline, events))| (*id, timeline, events.len() as u64))
            .collect();
        self.insert_timelines(&sized).await?;
        let appends = ids
            .iter()
            .zip(new)
            .map(|(id, (_, events))| Append {
                timeline: *id,
                expected_version: 0,
                events,
            })
            .collect();
        let appended = self.insert_events(appends).await?;
        Ok(ids.into_iter().zip(appended).collect())
    }

    /// 建立标识先定好的时间线，连同事件。结果的次序与所给的相同。
    pub async fn create_sealed(&self, new: &[&Sealed]) -> Result<Vec<Vec<Appended>>> {
        // The commitments cover the account.
        if new.iter().any(|one| one.account != self.context().account) {
            return Err(StoreError::internal("sealed for another account"));
        }
        let sized: Vec<_> = new
            .iter()
            .map(|one| &one.premade)
            .map(|one| (one.id, &one.timeline, one.events.len() as u64))
            .collect();
        self.insert_timelines(&sized).await?;
        let mut prepared = Vec::new();
        for one in new {
            let events = one.premade.events.iter().zip(&one.seals);
            for (seq, ((id, event), seal)) in (1..).zip(events) {
                let place = (one.premade.id, seq, *id);
                prepared.push(self.prepare(place, event, Cow::Borrowed(seal))?);
            }
        }
        let sizes = new.iter().map(|one| one.premade.events.len());
        self.insert_prepared(prepared, sizes.collect()).await
    }

    /// 整条时间线，并锁住它直到提交：先读后追加所用。
    pub async fn load_for_append(&self, id: TimelineId) -> Result<LoadedTimeline> {
        let sql = format!("{SELECT} WHERE id = $1{}", self.engine().for_update());
        let loaded = self.load(id, &sql).await?;
        self.hold_timeline(id, loaded.header.version);
        Ok(loaded)
    }

    /// 改主程序与覆盖范围：它们由事件与来源推出，不是历史。
    pub async fn set_timeline_reading(
        &self,
        id: TimelineId,
        procedure: Option<&str>,
        coverage: &Coverage,
    ) -> Result<()> {
        let changed = self.execute(
            "UPDATE timeline SET procedure = $1, coverage = $2 WHERE id = $3",
            values![procedure, coverage::encode(coverage)?, id],
        );
        if changed.await? == 0 {
            return Err(StoreError::NotFound(format!("时间线 {id}")));
        }
        Ok(())
    }

    fn new_timeline_id(&self, kind: TimelineKind) -> TimelineId {
        TimelineId::new(kind, self.now(), self.context().random())
    }

    async fn insert_timelines(&self, new: &[(TimelineId, &NewTimeline, u64)]) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO timeline (id, kind, procedure, version, coverage, confidentiality, created_at) VALUES",
            7,
            "",
        );
        for (id, timeline, version) in new {
            rows.push(values![
                *id,
                timeline.kind.code(),
                timeline.procedure.as_deref(),
                *version,
                coverage::encode(&timeline.coverage)?,
                timeline.confidentiality.code(),
                self.now(),
            ]);
        }
        self.insert_later(rows).await
    }
}
