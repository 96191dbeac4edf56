//! 事实快照：判断所依据的外部事实，按内容的摘要存一份。

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::values;
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
        self.execute(
            "INSERT INTO facts_snapshot (digest, body, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT (digest) DO NOTHING",
            values![digest, body, self.now()],
        )
        .await?;
        Ok(())
    }
}
