//! 公示稿：一人拟、另一人批准，批准之后公布；一份决定同时至多一份没有了结的。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;

use crate::code::{read_json, write_json};
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 要拟的一份。
#[derive(Debug, Clone)]
pub struct NewDisclosure {
    /// 案件。
    pub timeline: TimelineId,
    /// 决定事件的标识。
    pub decision: Id<kind::Event>,
    /// 属于哪个机构。
    pub org_path: String,
    /// 公示样式。
    pub style: String,
    /// 公开的内容，MUST 已经遮盖。
    pub body: serde_json::Value,
    /// 公开到哪一日（含）。
    pub shown_until: Option<Date>,
}

/// 了结的结果。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisclosureOutcome {
    /// 公布了。
    Published,
    /// 作废了。
    Cancelled,
}

impl DisclosureOutcome {
    const ALL: [DisclosureOutcome; 2] =
        [DisclosureOutcome::Published, DisclosureOutcome::Cancelled];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            DisclosureOutcome::Published => "published",
            DisclosureOutcome::Cancelled => "cancelled",
        }
    }
}

/// 一步是谁、何时做的。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// 账号；系统自己做的为 `None`。
    pub by: Option<Id<kind::Account>>,
    /// 时刻。
    pub at: Moment,
}

/// 公示稿。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureRow {
    /// 标识。
    pub id: Id<kind::Disclosure>,
    /// 案件。
    pub timeline: TimelineId,
    /// 决定事件的标识。
    pub decision: Id<kind::Event>,
    /// 属于哪个机构。
    pub org_path: String,
    /// 公示样式。
    pub style: String,
    /// 公开的内容；抹去了的没有。
    pub body: Option<serde_json::Value>,
    /// 公开到哪一日（含）。
    pub shown_until: Option<Date>,
    /// 拟稿。
    pub prepared: Signed,
    /// 批准。
    pub approved: Option<Signed>,
    /// 了结。
    pub ended: Option<(Signed, DisclosureOutcome)>,
    /// 公布成的公开记录。
    pub record: Option<Id<kind::PublicRecord>>,
}

row! {
    struct Row {
        id: String,
        timeline_id: String,
        decision: String,
        org_path: String,
        style: String,
        body: Option<String>,
        shown_until: Option<i32>,
        prepared_by: Option<String>,
        prepared_at: i64,
        approved_by: Option<String>,
        approved_at: Option<i64>,
        ended_by: Option<String>,
        ended_at: Option<i64>,
        outcome: Option<String>,
        record_id: Option<String>,
    }
}

const SELECT: &str = "SELECT d.id, d.timeline_id, d.decision, d.org_path, d.style, d.body, d.shown_until, d.prepared_by, \
     d.prepared_at, d.approved_by, d.approved_at, d.ended_by, d.ended_at, d.outcome, d.record_id FROM disclosure d";

fn signed(by: Option<&str>, at: i64) -> Result<Signed> {
    Ok(Signed {
        by: by.map(column::id).transpose()?,
        at: column::moment(at)?,
    })
}

impl Row {
    fn into_disclosure(self) -> Result<DisclosureRow> {
        let approved = self.approved_at;
        let approved = approved.map(|at| signed(self.approved_by.as_deref(), at));
        let ended = match self.ended_at {
            None => None,
            Some(at) => {
                let code = self.outcome.as_deref().unwrap_or_default();
                let outcome = DisclosureOutcome::ALL
                    .into_iter()
                    .find(|outcome| outcome.code() == code);
                let outcome = outcome.ok_or_else(|| {
                    StoreError::corrupt(format!("公示稿 {} 的结果不认识", self.id))
                })?;
                Some((signed(self.ended_by.as_deref(), at)?, outcome))
            }
        };
        let body = self.body.as_deref();
        Ok(DisclosureRow {
            id: column::id(&self.id)?,
            timeline: column::timeline_id(&self.timeline_id)?,
            decision: column::id(&self.decision)?,
            org_path: self.org_path,
            style: self.style,
            body: body
                .map(|body| read_json(body, "公示稿的内容"))
                .transpose()?,
            shown_until: self.shown_until.map(column::date).transpose()?,
            prepared: signed(self.prepared_by.as_deref(), self.prepared_at)?,
            approved: approved.transpose()?,
            ended,
            record: self.record_id.as_deref().map(column::id).transpose()?,
        })
    }
}

impl Read {
    /// 一份公示稿；没有为 `None`。
    pub async fn find_disclosure(&self, id: Id<kind::Disclosure>) -> Result<Option<DisclosureRow>> {
        let sql = format!("{SELECT} WHERE d.id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_disclosure).transpose()
    }

    /// 一份决定没有了结的公示稿；没有为 `None`。
    pub async fn find_open_disclosure(
        &self,
        timeline: TimelineId,
        decision: Id<kind::Event>,
    ) -> Result<Option<DisclosureRow>> {
        let sql =
            format!("{SELECT} WHERE d.timeline_id = $1 AND d.decision = $2 AND d.ended_at IS NULL");
        let row = self.row::<Row>(&sql, values![timeline, decision]).await?;
        row.map(Row::into_disclosure).transpose()
    }

    /// 一案没有了结的公示稿，先拟的在前；一份决定至多一份。
    pub async fn list_open_disclosures_of(
        &self,
        timeline: TimelineId,
    ) -> Result<Vec<DisclosureRow>> {
        let sql = format!("{SELECT} WHERE d.timeline_id = $1 AND d.ended_at IS NULL ORDER BY d.id");
        let rows = self.rows::<Row>(&sql, values![timeline]).await?;
        rows.into_iter().map(Row::into_disclosure).collect()
    }

    /// 范围之内的公示稿，新的在前，`before` 之前的至多 `limit` 份；`open` 的只要没有了结的。
    pub async fn list_disclosures(
        &self,
        scope: &Scope,
        open: bool,
        before: Option<Id<kind::Disclosure>>,
        limit: u32,
    ) -> Result<Vec<DisclosureRow>> {
        let from = format!("{SELECT} JOIN case_row c ON c.timeline_id = d.timeline_id WHERE 1 = 1");
        let mut query = Query::new(from);
        and_within(&mut query, scope, "d.org_path");
        query.and_some("d.id < ?", before);
        if open {
            query.and("d.ended_at IS NULL", Vec::new());
        }
        let limit = limit.min(PAGE_MAX);
        query.push(&format!(" ORDER BY d.id DESC LIMIT {limit}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_disclosure).collect()
    }
}

impl Tx {
    /// 写下一份。那份决定已经有没有了结的，为 [`StoreError::Duplicate`]。
    pub async fn create_disclosure(&self, new: &NewDisclosure) -> Result<Id<kind::Disclosure>> {
        let id = self.new_id::<kind::Disclosure>();
        self.execute(
            "INSERT INTO disclosure (id, timeline_id, decision, org_path, style, body, shown_until, prepared_by, \
             prepared_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                id,
                new.timeline,
                new.decision,
                new.org_path.as_str(),
                new.style.as_str(),
                write_json(&new.body)?,
                new.shown_until,
                self.context().account,
                self.now(),
            ],
        )
        .await?;
        Ok(id)
    }

    /// 批准：只有一次，没有了结的才可以；不是的为假，什么也没有变。
    pub async fn approve_disclosure(&self, id: Id<kind::Disclosure>) -> Result<bool> {
        let changed = self.execute(
            "UPDATE disclosure SET approved_by = $1, approved_at = $2 \
             WHERE id = $3 AND approved_at IS NULL AND ended_at IS NULL",
            values![self.context().account, self.now(), id],
        );
        Ok(changed.await? == 1)
    }

    /// 了结：公布了的写明公开记录。已经了结的为假，什么也没有变。
    pub async fn end_disclosure(
        &self,
        id: Id<kind::Disclosure>,
        outcome: DisclosureOutcome,
        record: Option<Id<kind::PublicRecord>>,
    ) -> Result<bool> {
        let changed = self.execute(
            "UPDATE disclosure SET ended_by = $1, ended_at = $2, outcome = $3, record_id = $4 \
             WHERE id = $5 AND ended_at IS NULL",
            values![
                self.context().account,
                self.now(),
                outcome.code(),
                record,
                id
            ],
        );
        Ok(changed.await? == 1)
    }

    /// 抹去一案公示稿的内容，没有了结的作废。
    pub async fn erase_disclosures(&self, timeline: TimelineId) -> Result<u64> {
        self.execute(
            "UPDATE disclosure SET body = NULL, ended_at = COALESCE(ended_at, $1), \
             outcome = COALESCE(outcome, 'cancelled') WHERE timeline_id = $2",
            values![self.now(), timeline],
        )
        .await
    }
}
