//! 试算：换一部候选的法典，存着的案件会怎样变；做到哪里、合计与有上限的例子。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;

use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 试算到了哪一步。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForesightState {
    /// 排着或正在算。
    Running,
    /// 算完了。
    Done,
    /// 有人停了它。
    Cancelled,
    /// 没有做成。
    Failed,
}

impl ForesightState {
    /// 全部。
    pub const ALL: [ForesightState; 4] = [
        ForesightState::Running,
        ForesightState::Done,
        ForesightState::Cancelled,
        ForesightState::Failed,
    ];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            ForesightState::Running => "running",
            ForesightState::Done => "done",
            ForesightState::Cancelled => "cancelled",
            ForesightState::Failed => "failed",
        }
    }

    fn read(code: &str) -> Result<Self> {
        let mut all = ForesightState::ALL.into_iter();
        let found = all.find(|state| state.code() == code);
        found.ok_or_else(|| StoreError::corrupt(format!("没有试算的状态 {code}")))
    }
}

/// 要开始的一次。
#[derive(Debug, Clone)]
pub struct NewForesightRun {
    /// 候选的法典。
    pub candidate: String,
    /// 施行中的版本。
    pub version_before: String,
    /// 候选的版本，连同它的摘要。
    pub version_after: String,
    /// 及于哪些机构，JSON。
    pub reach: String,
    /// 判断日。
    pub as_of: Date,
    /// 要试几案。
    pub total: u64,
    /// 变了什么与合计，JSON。
    pub record: String,
}

/// 一次试算。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForesightRun {
    /// 标识。
    pub id: Id<kind::Foresight>,
    /// 候选的法典。
    pub candidate: String,
    /// 施行中的版本。
    pub version_before: String,
    /// 候选的版本。
    pub version_after: String,
    /// 及于哪些机构，JSON。
    pub reach: String,
    /// 判断日。
    pub as_of: Date,
    /// 到了哪一步。
    pub state: ForesightState,
    /// 要试几案：开始时数的。
    pub total: u64,
    /// 试过几案。
    pub done: u64,
    /// 试到哪一案。
    pub place: Option<TimelineId>,
    /// 变了什么与合计，JSON。
    pub record: String,
    /// 没有做成的原因。
    pub failure: Option<String>,
    /// 谁开始的。
    pub started_by: Option<Id<kind::Account>>,
    /// 何时开始。
    pub started_at: Moment,
    /// 何时结束。
    pub ended_at: Option<Moment>,
}

/// 做完的一段。
#[derive(Debug, Clone)]
pub struct ForesightStep {
    /// 在此之前试过几案：别人已经做过这一段的，不相符。
    pub done_before: u64,
    /// 试过几案。
    pub done: u64,
    /// 试到哪一案。
    pub place: TimelineId,
    /// 变了什么与合计，JSON。
    pub record: String,
    /// 新的例子：序号、哪一案、怎样变（JSON）。
    pub examples: Vec<(u64, TimelineId, String)>,
}

/// 一处例子。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForesightExample {
    /// 哪一案。
    pub timeline: TimelineId,
    /// 案号。
    pub number: Option<String>,
    /// 办理机关。
    pub body: Option<String>,
    /// 怎样变，JSON。
    pub told: String,
}

row! {
    struct RunRow {
        id: String,
        candidate: String,
        version_before: String,
        version_after: String,
        reach: String,
        as_of: i32,
        state: String,
        total: i64,
        done: i64,
        place: Option<String>,
        record: String,
        failure: Option<String>,
        started_by: Option<String>,
        started_at: i64,
        ended_at: Option<i64>,
    }
}

row! {
    struct ExampleRow {
        timeline_id: String,
        number: Option<String>,
        body_id: Option<String>,
        told: String,
    }
}

row! {
    struct IdRow {
        timeline_id: String,
    }
}

const SELECT: &str = "SELECT id, candidate, version_before, version_after, reach, as_of, state, total, done, place, \
     record, failure, started_by, started_at, ended_at FROM foresight_run";

impl RunRow {
    fn into_run(self) -> Result<ForesightRun> {
        Ok(ForesightRun {
            id: column::id(&self.id)?,
            candidate: self.candidate,
            version_before: self.version_before,
            version_after: self.version_after,
            reach: self.reach,
            as_of: column::date(self.as_of)?,
            state: ForesightState::read(&self.state)?,
            total: column::count(self.total)?,
            done: column::count(self.done)?,
            place: self.place.as_deref().map(column::timeline_id).transpose()?,
            record: self.record,
            failure: self.failure,
            started_by: self.started_by.as_deref().map(column::id).transpose()?,
            started_at: column::moment(self.started_at)?,
            ended_at: self.ended_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 一次试算；没有为 `None`。
    pub async fn find_foresight_run(
        &self,
        id: Id<kind::Foresight>,
    ) -> Result<Option<ForesightRun>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<RunRow>(&sql, values![id]).await?;
        row.map(RunRow::into_run).transpose()
    }

    /// 留着的各次，新的在前，至多 `limit` 次。
    pub async fn list_foresight_runs(&self, limit: u32) -> Result<Vec<ForesightRun>> {
        let sql = format!("{SELECT} ORDER BY started_at DESC, id DESC LIMIT $1");
        let rows = self.rows::<RunRow>(&sql, values![limit.min(PAGE_MAX)]);
        rows.await?.into_iter().map(RunRow::into_run).collect()
    }

    /// 范围之内有几案。
    pub async fn count_cases_within(&self, scope: &Scope) -> Result<u64> {
        let mut query = Query::new("SELECT COUNT(*) FROM case_row c WHERE 1 = 1");
        and_within(&mut query, scope, "c.org_path");
        let (sql, values) = query.into_parts();
        let count = self.scalar::<i64>(&sql, values).await?;
        column::count(count.unwrap_or_default())
    }

    /// 范围之内的案件，`after` 之后的至多 `limit` 个，按标识排列。
    pub async fn list_cases_within(
        &self,
        scope: &Scope,
        after: Option<TimelineId>,
        limit: u32,
    ) -> Result<Vec<TimelineId>> {
        let mut query = Query::new("SELECT c.timeline_id FROM case_row c WHERE 1 = 1");
        and_within(&mut query, scope, "c.org_path");
        query.and_some("c.timeline_id > ?", after);
        let limit = limit.min(PAGE_MAX);
        query.push(
            &format!(" ORDER BY c.timeline_id LIMIT {limit}"),
            Vec::new(),
        );
        let (sql, values) = query.into_parts();
        let rows = self.rows::<IdRow>(&sql, values).await?;
        rows.into_iter()
            .map(|row| column::timeline_id(&row.timeline_id))
            .collect()
    }

    /// 一次试算的例子里，范围之内的，按序号，至多 `limit` 处。
    pub async fn list_foresight_examples(
        &self,
        scope: &Scope,
        id: Id<kind::Foresight>,
        limit: u32,
    ) -> Result<Vec<ForesightExample>> {
        let mut query = Query::new(
            "SELECT x.timeline_id, c.number, c.body_id, x.told FROM foresight_example x \
             JOIN case_row c ON c.timeline_id = x.timeline_id WHERE 1 = 1",
        );
        query.and_some("x.run_id = ?", Some(id));
        and_within(&mut query, scope, "c.org_path");
        query.push(&format!(" ORDER BY x.n LIMIT {limit}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<ExampleRow>(&sql, values).await?;
        let read = |row: ExampleRow| {
            Ok(ForesightExample {
                timeline: column::timeline_id(&row.timeline_id)?,
                number: row.number,
                body: row.body_id,
                told: row.told,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Tx {
    /// 开始一次；这部候选的法典正在试的，什么也不写，为 `None`。
    pub async fn start_foresight_run(
        &self,
        new: &NewForesightRun,
    ) -> Result<Option<Id<kind::Foresight>>> {
        let id = self.new_id::<kind::Foresight>();
        let added = self.execute(
            "INSERT INTO foresight_run (id, candidate, version_before, version_after, reach, as_of, state, total, done, \
             record, started_by, started_at) VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, 0, $8, $9, $10) \
             ON CONFLICT DO NOTHING",
            values![
                id,
                new.candidate.as_str(),
                new.version_before.as_str(),
                new.version_after.as_str(),
                new.reach.as_str(),
                new.as_of,
                new.total,
                new.record.as_str(),
                self.context().account,
                self.now(),
            ],
        );
        Ok((added.await? == 1).then_some(id))
    }

    /// 记下一段；已经停了的、别人已经做过这一段的，什么也不写，为假。
    pub async fn advance_foresight_run(
        &self,
        id: Id<kind::Foresight>,
        step: &ForesightStep,
    ) -> Result<bool> {
        let moved = self.execute(
            "UPDATE foresight_run SET done = $1, place = $2, record = $3 WHERE id = $4 AND done = $5 AND state = 'running'",
            values![
                step.done,
                step.place,
                step.record.as_str(),
                id,
                step.done_before
            ],
        );
        if moved.await? != 1 {
            return Ok(false);
        }
        let mut rows = Rows::new(
            "INSERT INTO foresight_example (run_id, n, timeline_id, told) VALUES",
            4,
            "",
        );
        for (n, timeline, told) in &step.examples {
            rows.push(values![id, *n, *timeline, told.as_str()]);
        }
        self.insert(rows).await?;
        Ok(true)
    }

    /// 结束：算完了、停了、没有做成；已经结束的为假。
    pub async fn end_foresight_run(
        &self,
        id: Id<kind::Foresight>,
        state: ForesightState,
        failure: Option<&str>,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE foresight_run SET state = $1, failure = $2, ended_at = $3 WHERE id = $4 AND state = 'running'",
            values![state.code(), failure, self.now(), id],
        );
        Ok(ended.await? == 1)
    }

    /// 只留新近的 `kept` 次，正在算的不动；返回去掉了几次。
    pub async fn forget_foresight_runs(&self, kept: u32) -> Result<u64> {
        const OLD: &str = "SELECT id FROM foresight_run WHERE state <> 'running' AND id NOT IN \
             (SELECT id FROM foresight_run ORDER BY started_at DESC, id DESC LIMIT $1)";
        let sql = format!("DELETE FROM foresight_example WHERE run_id IN ({OLD})");
        self.execute(&sql, values![kept]).await?;
        let sql = format!("DELETE FROM foresight_run WHERE id IN ({OLD})");
        self.execute(&sql, values![kept]).await
    }

    /// 依法清除时：这一案的例子一处不留。
    pub async fn forget_foresight_examples(&self, timeline: TimelineId) -> Result<u64> {
        let sql = "DELETE FROM foresight_example WHERE timeline_id = $1";
        self.execute(sql, values![timeline]).await
    }
}
