//! 备份：SQLite 在写入继续的同时另存一份完整的库；抹去之后清理空闲页与预写日志。

use std::path::Path;
use std::sync::Arc;

use crate::dialect::{self, Engine};
use crate::error::{Result, StoreError};
use crate::link::{Pool, Use};
use crate::row::First;
use crate::sql::values;
use crate::store::Store;

/// Tables from whose rows an erasure takes content, or whose content is sealed in place.
const HOLDING_CONTENT: [&str; 8] = [
    "event_payload",
    "case_row",
    "finding",
    "public_record",
    "source_key",
    "import_row",
    "idempotency",
    "totp",
];

impl Store {
    /// 把库此刻的样子存成另一个文件，写入照常进行；文件已经存在的不覆盖。
    ///
    /// SQLite only: PostgreSQL has tools of its own for this, and copies of ours would be worse.
    #[crate::boxed]
    pub async fn back_up_to(&self, path: &Path) -> Result<()> {
        if self.engine() != Engine::Sqlite {
            return Err(StoreError::internal("PostgreSQL is backed up by pg_dump"));
        }
        // SQLite fills an empty file; made here, it is nobody else's to read, and an existing one stays as it is.
        dialect::create_private(path)?;
        let path = path
            .to_str()
            .ok_or_else(|| StoreError::internal("the path is not UTF-8"))?;
        // A connection of its own: it reads one snapshot for as long as it takes, beside the writer.
        let pool = Pool::open(self.config(), Use::Copy, &Arc::default()).await?;
        let done = pool.one::<()>("VACUUM INTO $1", values![path]).await;
        pool.close().await;
        done.map_err(StoreError::unavailable)?;
        Ok(())
    }

    /// 清理：抹去的内容从文件里消失。SQLite 把预写日志并入库并清空；PostgreSQL 的 `VACUUM` 使旧版本查不到、可覆盖。
    ///
    /// Until they are written over, old versions stand in the files of PostgreSQL, in its write-ahead log and wherever
    /// that is kept: `docs/retention.md` says what takes them out of there, and a test does it.
    /// On SQLite a reader that holds an old snapshot delays it: then it is [`StoreError::Unavailable`], to be tried again.
    #[crate::boxed]
    pub async fn scrub(&self) -> Result<()> {
        let pool = Pool::open(self.config(), Use::Copy, &Arc::default()).await?;
        let done = match pool.engine() {
            Engine::Sqlite => {
                let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
                let is_busy = pool.one::<First<i32>>(truncate, Vec::new()).await;
                match is_busy.map_err(StoreError::unavailable)? {
                    Some(First(0)) => Ok(()),
                    Some(First(_)) | None => {
                        Err(StoreError::unavailable("the write-ahead log is in use"))
                    }
                }
            }
            Engine::Postgres => {
                let vacuum = format!("VACUUM {}", HOLDING_CONTENT.join(", "));
                pool.run(&vacuum).await.map_err(StoreError::unavailable)
            }
        };
        pool.close().await;
        done
    }
}
