//! 跨案评估的各次：做到哪里、成没有成；同时只有一次，断了的由后来的接手，前一个从此不算。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;

use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 评估到了哪一步。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverCasesState {
    /// 排着或正在数。
    Running,
    /// 做完了。
    Done,
    /// 没有做成。
    Failed,
}

impl OverCasesState {
    /// 全部。
    pub const ALL: [OverCasesState; 3] = [
        OverCasesState::Running,
        OverCasesState::Done,
        OverCasesState::Failed,
    ];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            OverCasesState::Running => "running",
            OverCasesState::Done => "done",
            OverCasesState::Failed => "failed",
        }
    }

    fn read(code: &str) -> Result<Self> {
        let mut all = OverCasesState::ALL.into_iter();
        let found = all.find(|state| state.code() == code);
        found.ok_or_else(|| StoreError::corrupt(format!("没有跨案评估的状态 {code}")))
    }
}

/// 一次评估。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverCasesRun {
    /// 标识。
    pub id: Id<kind::OverCasesRun>,
    /// 判断日。
    pub as_of: Date,
    /// 法典的版本。
    pub lawbook: String,
    /// 到了哪一步。
    pub state: OverCasesState,
    /// 第几次接手；排着的为零。
    pub attempt: u64,
    /// 要数几案：接手时数的。
    pub total: u64,
    /// 数过几案。
    pub done: u64,
    /// 没有做成的原因。
    pub failure: Option<String>,
    /// 谁开始的；每天自己做的没有。
    pub started_by: Option<Id<kind::Account>>,
    /// 何时开始。
    pub started_at: Moment,
    /// 何时结束。
    pub ended_at: Option<Moment>,
}

/// 一案在哪里：数它之前要知道的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePlace {
    /// 哪一案。
    pub timeline: TimelineId,
    /// 组织路径。
    pub org_path: String,
    /// 领域。
    pub department: Option<String>,
}

row! {
    struct RunRow {
        id: String,
        as_of: i32,
        lawbook_version: String,
        state: String,
        attempt: i64,
        total: i64,
        done: i64,
        failure: Option<String>,
        started_by: Option<String>,
        started_at: i64,
        ended_at: Option<i64>,
    }
}

row! {
    struct PlaceRow {
        timeline_id: String,
        org_path: String,
        department: Option<String>,
    }
}

const SELECT: &str = "SELECT id, as_of, lawbook_version, state, attempt, total, done, failure, started_by, started_at, \
     ended_at FROM over_cases_run";

impl RunRow {
    fn into_run(self) -> Result<OverCasesRun> {
        Ok(OverCasesRun {
            id: column::id(&self.id)?,
            as_of: column::date(self.as_of)?,
            lawbook: self.lawbook_version,
            state: OverCasesState::read(&self.state)?,
            attempt: column::count(self.attempt)?,
            total: column::count(self.total)?,
            done: column::count(self.done)?,
            failure: self.failure,
            started_by: self.started_by.as_deref().map(column::id).transpose()?,
            started_at: column::moment(self.started_at)?,
            ended_at: self.ended_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 一次评估；没有为 `None`。
    pub async fn find_over_cases_run(
        &self,
        id: Id<kind::OverCasesRun>,
    ) -> Result<Option<OverCasesRun>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<RunRow>(&sql, values![id]).await?;
        row.map(RunRow::into_run).transpose()
    }

    /// 各次评估，新的在前，至多 `limit` 次；`state` 只要到了这一步的。
    pub async fn list_over_cases_runs(
        &self,
        state: Option<OverCasesState>,
        limit: u32,
    ) -> Result<Vec<OverCasesRun>> {
        let mut query = Query::new(format!("{SELECT} WHERE 1 = 1"));
        query.and_some("state = ?", state.map(OverCasesState::code));
        let limit = limit.min(PAGE_MAX);
        let tail = format!(" ORDER BY started_at DESC, id DESC LIMIT {limit}");
        query.push(&tail, Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<RunRow>(&sql, values).await?;
        rows.into_iter().map(RunRow::into_run).collect()
    }

    /// 范围之内的案件各在哪里，`after` 之后的至多 `limit` 案，按标识排列。
    pub async fn list_case_places_within(
        &self,
        scope: &Scope,
        after: Option<TimelineId>,
        limit: u32,
    ) -> Result<Vec<CasePlace>> {
        let mut query = Query::new(
            "SELECT c.timeline_id, c.org_path, c.department FROM case_row c WHERE 1 = 1",
        );
        and_within(&mut query, scope, "c.org_path");
        query.and_some("c.timeline_id > ?", after);
        let limit = limit.min(PAGE_MAX);
        query.push(
            &format!(" ORDER BY c.timeline_id LIMIT {limit}"),
            Vec::new(),
        );
        let (sql, values) = query.into_parts();
        let rows = self.rows::<PlaceRow>(&sql, values).await?;
        let read = |row: PlaceRow| {
            Ok(CasePlace {
                timeline: column::timeline_id(&row.timeline_id)?,
                org_path: row.org_path,
                department: row.department,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Tx {
    /// 开始一次；已经有一次的，什么也不写，为 `None`。
    pub async fn start_over_cases_run(
        &self,
        as_of: Date,
        lawbook: &str,
    ) -> Result<Option<Id<kind::OverCasesRun>>> {
        let id = self.new_id::<kind::OverCasesRun>();
        let added = self.execute(
            "INSERT INTO over_cases_run (id, as_of, lawbook_version, state, attempt, total, done, started_by, started_at) \
             VALUES ($1, $2, $3, 'running', 0, 0, 0, $4, $5) ON CONFLICT DO NOTHING",
            values![id, as_of, lawbook, self.context().account, self.now()],
        );
        Ok((added.await? == 1).then_some(id))
    }

    /// 接手：从头数起，数到的是这一日、这一部法典的；结束了的为 `None`。先前接手的从此写不进去。
    pub async fn take_over_cases_run(
        &self,
        id: Id<kind::OverCasesRun>,
        as_of: Date,
        lawbook: &str,
        total: u64,
    ) -> Result<Option<u64>> {
        let taken = self.execute(
            "UPDATE over_cases_run SET attempt = attempt + 1, as_of = $1, lawbook_version = $2, total = $3, done = 0 \
             WHERE id = $4 AND state = 'running'",
            values![as_of, lawbook, total, id],
        );
        if taken.await? != 1 {
            return Ok(None);
        }
        let sql = "SELECT attempt FROM over_cases_run WHERE id = $1";
        let attempt = self.scalar::<i64>(sql, values![id]).await?;
        attempt.map(column::count).transpose()
    }

    /// 数过几案了；别人接手了的为假，到此为止。
    pub async fn note_over_cases_done(
        &self,
        id: Id<kind::OverCasesRun>,
        attempt: u64,
        done: u64,
    ) -> Result<bool> {
        let noted = self.execute(
            "UPDATE over_cases_run SET done = $1 WHERE id = $2 AND attempt = $3 AND state = 'running'",
            values![done, id, attempt],
        );
        Ok(noted.await? == 1)
    }

    /// 结束；别人接手了的、已经结束的为假。
    pub async fn end_over_cases_run(
        &self,
        id: Id<kind::OverCasesRun>,
        attempt: u64,
        failure: Option<&str>,
    ) -> Result<bool> {
        let state = match failure {
            None => OverCasesState::Done,
            Some(_) => OverCasesState::Failed,
        };
        let ended = self.execute(
            "UPDATE over_cases_run SET state = $1, failure = $2, ended_at = $3 \
             WHERE id = $4 AND attempt = $5 AND state = 'running'",
            values![state.code(), failure, self.now(), id, attempt],
        );
        Ok(ended.await? == 1)
    }

    /// 只留新近的 `kept` 次，正在数的不动；返回去掉了几次。
    pub async fn forget_over_cases_runs(&self, kept: u32) -> Result<u64> {
        self.execute(
            "DELETE FROM over_cases_run WHERE state <> 'running' AND id NOT IN \
             (SELECT id FROM over_cases_run ORDER BY started_at DESC, id DESC LIMIT $1)",
            values![kept],
        )
        .await
    }
}
