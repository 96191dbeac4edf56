//! 抹去：依法清除一条事件的内容与盐，事件头、条目与证明不变，另进一条清除条目。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_ledger::entry::{Entry, ErasureEntry};

use crate::error::{Result, StoreError};
use crate::log::token;
use crate::row::row;
use crate::sql::values;
use crate::tx::Tx;

row! {
    struct TargetRow {
        position: i64,
        erased_at: Option<i64>,
    }
}

impl Tx {
    /// 抹去一条事件的内容。`basis` 是依据的代号，如 `personal_information_protection_law/47`。已经抹去的，什么也不做，返回 `None`。
    ///
    /// Blanks the row; the bytes leave the file with `secure_delete` and the next checkpoint of the WAL, for which see
    /// [`crate::store::Store::scrub`]. Backups made before still hold them.
    pub async fn erase_payload(
        &self,
        timeline: TimelineId,
        seq: u64,
        basis: &str,
    ) -> Result<Option<Id<kind::Erasure>>> {
        let row = self.row::<TargetRow>(
            "SELECT e.position, p.erased_at FROM event e JOIN event_payload p ON p.position = e.position \
             WHERE e.timeline_id = $1 AND e.seq = $2",
            values![timeline, seq],
        );
        let row = row.await?;
        let row = row
            .ok_or_else(|| StoreError::NotFound(format!("时间线 {timeline} 的第 {seq} 条事件")))?;
        if row.erased_at.is_some() {
            return Ok(None);
        }
        self.execute(
            "UPDATE event_payload SET salt = NULL, body = NULL, erased_at = $1 WHERE position = $2",
            values![self.now(), row.position],
        )
        .await?;
        let id = self.new_id::<kind::Erasure>();
        let entry = Entry::Erasure(ErasureEntry {
            node: self.identity().node.clone(),
            id: token(id.to_string())?,
            recorded_at: self.now(),
            of: self.log_place_of_event(row.position).await?.leaf(),
            basis: token(basis)?,
        });
        let mut entries = self.entries();
        entries.push(&entry, None, None);
        self.push_entries(entries).await?;
        Ok(Some(id))
    }
}
