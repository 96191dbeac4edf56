//! 事实的使用：哪条时间线的判断用了哪个机关、人员、证件、事项；它们变了，用它们的要重看。

use std::collections::BTreeSet;

use mingjing_kernel::id::TimelineId;

use crate::error::Result;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

row! {
    struct SubjectRow {
        subject_id: String,
    }
}

row! {
    struct TimelineRow {
        timeline_id: String,
    }
}

impl Read {
    /// 用了这个主体的时间线，`after` 之后的至多 `limit` 条。
    pub async fn list_dependents(
        &self,
        subject: &str,
        after: Option<TimelineId>,
        limit: u32,
    ) -> Result<Vec<TimelineId>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = self.rows::<TimelineRow>(
            "SELECT timeline_id FROM fact_use WHERE subject_id = $1 AND timeline_id > $2 \
             ORDER BY timeline_id LIMIT $3",
            values![subject, after, limit.min(PAGE_MAX)],
        );
        let rows = rows.await?.into_iter();
        rows.map(|row| column::timeline_id(&row.timeline_id))
            .collect()
    }

    /// 一条时间线用了哪些主体。
    pub async fn list_fact_uses(&self, id: TimelineId) -> Result<BTreeSet<String>> {
        let rows = self.rows::<SubjectRow>(
            "SELECT subject_id FROM fact_use WHERE timeline_id = $1",
            values![id],
        );
        Ok(rows.await?.into_iter().map(|row| row.subject_id).collect())
    }
}

impl Tx {
    /// 换成这些主体。
    pub async fn put_fact_uses(&self, id: TimelineId, subjects: &BTreeSet<String>) -> Result<()> {
        let stored = self.list_fact_uses(id).await?;
        for gone in stored.difference(subjects) {
            self.execute_later(
                "DELETE FROM fact_use WHERE timeline_id = $1 AND subject_id = $2",
                values![id, gone],
            )
            .await?;
        }
        let new = subjects.difference(&stored);
        self.insert_fact_uses(new.map(|subject| (id, subject)))
            .await
    }

    pub(crate) async fn insert_fact_uses(
        &self,
        new: impl IntoIterator<Item = (TimelineId, &String)>,
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO fact_use (timeline_id, subject_id) VALUES",
            2,
            "",
        );
        for (id, subject) in new {
            rows.push(values![id, subject]);
        }
        self.insert_later(rows).await
    }
}
