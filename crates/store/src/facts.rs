//! 事实快照：判断所依据的外部事实，按内容的摘要存一份。

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::{Rows, values};
use crate::tx::{Read, Tx};

row! {
    struct SnapshotRow {
        body: String,
    }
}

impl Read {
    /// 按摘要取快照的 JSON。
    pub async fn get_facts(&self, digest: &[u8; 32]) -> Result<String> {
        let found = self.row::<SnapshotRow>(
            "SELECT body FROM facts_snapshot WHERE digest = $1",
            values![digest],
        );
        let found = found.await?;
        found
            .map(|row| row.body)
            .ok_or_else(|| StoreError::NotFound("事实快照".to_owned()))
    }
}

impl Tx {
    /// 存一份快照；已有的不再存。`body` MUST 是摘要所据的那一份 JSON。
    pub async fn keep_facts(&self, digest: &[u8; 32], body: &str) -> Result<()> {
        self.keep_all_facts([(digest, body)]).await
    }

    pub(crate) async fn keep_all_facts<'a>(
        &self,
        snapshots: impl IntoIterator<Item = (&'a [u8; 32], &'a str)>,
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO facts_snapshot (digest, body, created_at) VALUES",
            3,
            "ON CONFLICT (digest) DO NOTHING",
        );
        for (digest, body) in snapshots {
            rows.push(values![digest, body, self.now()]);
        }
        self.insert_later(rows).await
    }
}
