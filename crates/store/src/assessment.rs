//! 评估：一条时间线最近一次判断的依据与说不清的部分。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::moment::Moment;

use crate::code::{read_json, write_json};
use crate::error::{Result, StoreError};
use crate::log::digest;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};
use crate::undetermined::Undetermined;

/// 最近一次评估。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentRow {
    /// 时间线。
    pub timeline: TimelineId,
    /// 判断时时间线的版本。
    pub version: u64,
    /// 判断日。
    pub as_of: Date,
    /// 外部事实快照的摘要。
    pub facts_digest: [u8; 32],
    /// 法典版本。
    pub lawbook_version: String,
    /// 何时判断的。
    pub assessed_at: Moment,
    /// 因规则施行前而不判的。
    pub not_judged: serde_json::Value,
    /// 无法判定的，逐条写明缺什么。
    pub undetermined: Undetermined,
}

row! {
    struct Row {
        timeline_id: String,
        version: i64,
        as_of_on: i32,
        facts_digest: Vec<u8>,
        lawbook_version: String,
        assessed_at: i64,
        not_judged: String,
        undetermined: String,
        undetermined_set: Option<String>,
    }
}

const SELECT: &str = "SELECT timeline_id, version, as_of_on, facts_digest, lawbook_version, assessed_at, not_judged, \
     undetermined, undetermined_set FROM assessment";

impl Row {
    async fn into_row(self, read: &Read) -> Result<AssessmentRow> {
        let undetermined = match &self.undetermined_set {
            // Judged before sets were kept: all of it stands in the row.
            None => Undetermined::of(read_json(&self.undetermined, "无法判定的")?),
            Some(digest) => {
                let shared = read.find_undetermined_set(digest).await?;
                let missing = || StoreError::corrupt("无法判定的：按摘要存的一份不在");
                Undetermined {
                    digest: digest.clone(),
                    shared: shared.ok_or_else(missing)?.into(),
                    events: self.undetermined,
                }
            }
        };
        Ok(AssessmentRow {
            timeline: column::timeline_id(&self.timeline_id)?,
            version: column::count(self.version)?,
            as_of: column::date(self.as_of_on)?,
            facts_digest: *digest(&self.facts_digest)?.as_bytes(),
            lawbook_version: self.lawbook_version,
            assessed_at: column::moment(self.assessed_at)?,
            not_judged: read_json(&self.not_judged, "不判的")?,
            undetermined,
        })
    }
}

impl Read {
    /// 一条时间线的评估；还没有评估过的为 `None`。
    pub async fn find_assessment(&self, id: TimelineId) -> Result<Option<AssessmentRow>> {
        let sql = format!("{SELECT} WHERE timeline_id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        match row {
            Some(row) => Ok(Some(row.into_row(self).await?)),
            None => Ok(None),
        }
    }

    /// 用别的法典版本评估的时间线，`after` 之后的至多 `limit` 条。
    pub async fn list_assessed_by_other_law(
        &self,
        lawbook_version: &str,
        after: Option<TimelineId>,
        limit: u32,
    ) -> Result<Vec<TimelineId>> {
        row! {
            struct IdRow {
                timeline_id: String,
            }
        }
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = self.rows::<IdRow>(
            "SELECT timeline_id FROM assessment WHERE lawbook_version <> $1 AND timeline_id > $2 \
             ORDER BY timeline_id LIMIT $3",
            values![lawbook_version, after, limit.min(PAGE_MAX)],
        );
        let rows = rows.await?.into_iter();
        rows.map(|row| column::timeline_id(&row.timeline_id))
            .collect()
    }
}

impl Tx {
    /// 写下评估，有了就换。
    pub async fn put_assessment(&self, row: &AssessmentRow) -> Result<()> {
        self.put_assessments([row]).await
    }

    pub(crate) async fn put_assessments(
        &self,
        assessments: impl IntoIterator<Item = &AssessmentRow>,
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO assessment (timeline_id, version, as_of_on, facts_digest, lawbook_version, assessed_at, \
             not_judged, undetermined, undetermined_set) VALUES",
            9,
            "ON CONFLICT (timeline_id) DO UPDATE \
             SET version = excluded.version, as_of_on = excluded.as_of_on, facts_digest = excluded.facts_digest, \
             lawbook_version = excluded.lawbook_version, assessed_at = excluded.assessed_at, \
             not_judged = excluded.not_judged, undetermined = excluded.undetermined, \
             undetermined_set = excluded.undetermined_set",
        );
        let mut sets = BTreeMap::new();
        for row in assessments {
            let undetermined = &row.undetermined;
            rows.push(values![
                row.timeline,
                row.version,
                row.as_of,
                &row.facts_digest,
                row.lawbook_version.as_str(),
                row.assessed_at,
                write_json(&row.not_judged)?,
                undetermined.events.as_str(),
                undetermined.digest.as_str(),
            ]);
            sets.insert(undetermined.digest.as_str(), &*undetermined.shared);
        }
        self.keep_undetermined_sets(&sets).await?;
        self.insert_later(rows).await
    }
}
