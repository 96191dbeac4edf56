//! 下次看：没有新的事，哪一日起判断也可能变。到期扫描查这个索引，从不逐案翻。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;

use crate::error::Result;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

row! {
    struct Row {
        timeline_id: String,
    }
}

impl Read {
    /// 到这一日该看的时间线，早该看的在前，至多 `limit` 条。
    pub async fn list_due_looks(&self, on: Date, limit: u32) -> Result<Vec<TimelineId>> {
        let rows = self.rows::<Row>(
            "SELECT timeline_id FROM next_look WHERE on_day <= $1 ORDER BY on_day, timeline_id LIMIT $2",
            values![on, limit.min(PAGE_MAX)],
        );
        let rows = rows.await?.into_iter();
        rows.map(|row| column::timeline_id(&row.timeline_id))
            .collect()
    }

    /// 一条时间线下次看的日子；不必再看的为 `None`。
    pub async fn find_next_look(&self, id: TimelineId) -> Result<Option<Date>> {
        let day = self.scalar::<i32>(
            "SELECT on_day FROM next_look WHERE timeline_id = $1",
            values![id],
        );
        day.await?.map(column::date).transpose()
    }
}

impl Tx {
    /// 写下下次看的日子；`None` 为不必再看。
    pub async fn put_next_look(&self, id: TimelineId, on: Option<Date>) -> Result<()> {
        match on {
            Some(on) => self.put_next_looks([(id, on)]).await,
            None => {
                let sql = "DELETE FROM next_look WHERE timeline_id = $1";
                self.execute_later(sql, values![id]).await
            }
        }
    }

    pub(crate) async fn put_next_looks(
        &self,
        looks: impl IntoIterator<Item = (TimelineId, Date)>,
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO next_look (timeline_id, on_day) VALUES",
            2,
            "ON CONFLICT (timeline_id) DO UPDATE SET on_day = excluded.on_day",
        );
        for (id, on) in looks {
            rows.push(values![id, on]);
        }
        self.insert_later(rows).await
    }
}
