//! 备份：SQLite 在写入继续的同时另存一份完整的库；抹去之后清理空闲页与预写日志。

use std::path::Path;

use sea_orm::{ConnectionTrait, Statement};

use crate::dialect::{self, Engine, Use};
use crate::error::{Result, StoreError};
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
        let (connection, engine) = dialect::connect(self.config(), Use::Copy).await?;
        let copy =
            Statement::from_sql_and_values(engine.backend(), "VACUUM INTO $1", values![path]);
        let done = connection.execute_raw(copy).await;
        let _ = connection.close_by_ref().await;
        done.map_err(StoreError::unavailable)?;
        Ok(())
    }

    /// 清理：抹去的内容从文件里消失。SQLite 把预写日志并入库并清空；PostgreSQL 的 `VACUUM` 使旧版本查不到、可覆盖。
    ///
    /// Until they are written over, old versions stand in the files of PostgreSQL, in its write-ahead log and wherever
    /// that is kept: `docs/retention.md` says what takes them out of there, and a test does it.
    /// On SQLite a reader that holds an old snapshot delays it: then it is [`StoreError::Unavailable`], to be tried again.
    pub async fn scrub(&self) -> Result<()> {
        let (connection, engine) = dialect::connect(self.config(), Use::Copy).await?;
        let done = match engine {
            Engine::Sqlite => {
                let truncate =
                    Statement::from_string(engine.backend(), "PRAGMA wal_checkpoint(TRUNCATE)");
                let row = connection.query_one_raw(truncate).await;
                let is_busy = row
                    .map_err(StoreError::unavailable)?
                    .and_then(|row| row.try_get_by_index::<i32>(0).ok());
                if is_busy == Some(0) {
                    Ok(())
                } else {
                    Err(StoreError::unavailable("the write-ahead log is in use"))
                }
            }
            Engine::Postgres => {
                let vacuum = format!("VACUUM {}", HOLDING_CONTENT.join(", "));
                let vacuum = connection.execute_unprepared(&vacuum).await;
                vacuum.map(|_| ()).map_err(StoreError::unavailable)
            }
        };
        let _ = connection.close_by_ref().await;
        done
    }
}
