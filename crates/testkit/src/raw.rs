//! 绕过存储的连接：给试图改动不许改动之物的测试用；读出的一律是文字。

use std::time::Duration;

use anyhow::Result;
use mingjing_store::config::Location;
use rusqlite::types::ValueRef;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, ValueRef as _};

/// How long it waits for whoever holds the lock.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// 绕过存储的一条连接。
pub enum Raw {
    /// SQLite。
    Sqlite(rusqlite::Connection),
    /// PostgreSQL。
    Postgres(PgConnection),
}

/// 一行的各格；没有值的为 `None`。
pub type Cells = Vec<Option<String>>;

impl Raw {
    /// 打开；SQLite 没有文件的新建一个。
    pub async fn open(location: &Location) -> Result<Raw> {
        match location {
            Location::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path)?;
                connection.busy_timeout(LOCK_WAIT)?;
                connection.execute_batch("PRAGMA foreign_keys = ON")?;
                Ok(Raw::Sqlite(connection))
            }
            Location::Postgres(url) => Ok(Raw::Postgres(PgConnection::connect(url).await?)),
        }
    }

    /// 逐条执行；返回改了多少行。
    pub async fn execute(&mut self, sql: &str) -> Result<u64> {
        match self {
            Raw::Sqlite(connection) => {
                let before = connection.total_changes();
                connection.execute_batch(sql)?;
                Ok(connection.total_changes() - before)
            }
            Raw::Postgres(connection) => {
                let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection);
                Ok(done.await?.rows_affected())
            }
        }
    }

    /// 各行，写成文字。
    pub async fn rows(&mut self, sql: &str) -> Result<Vec<Cells>> {
        match self {
            Raw::Sqlite(connection) => {
                let mut statement = connection.prepare(sql)?;
                let columns = statement.column_count();
                let rows = statement.query_map([], |row| {
                    let cells = (0..columns).map(|at| Ok(text(row.get_ref(at)?)));
                    cells.collect::<rusqlite::Result<Cells>>()
                })?;
                Ok(rows.collect::<rusqlite::Result<Vec<Cells>>>()?)
            }
            Raw::Postgres(connection) => {
                // Unprepared, the answer comes as text whatever the type.
                let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection);
                let rows = rows.await?;
                let cell = |row: &sqlx::postgres::PgRow, at: usize| {
                    let value = row.try_get_raw(at)?;
                    if value.is_null() {
                        return anyhow::Ok(None);
                    }
                    let text = value.as_str().map_err(anyhow::Error::from_boxed)?;
                    Ok(Some(text.to_owned()))
                };
                let read = |row| (0..sqlx::Row::len(row)).map(|at| cell(row, at)).collect();
                rows.iter().map(read).collect()
            }
        }
    }
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}
