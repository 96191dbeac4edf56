//! 绕过存储的连接：给试图改动不许改动之物的测试用；读出的一律是文字。

use std::time::Duration;

use anyhow::Result;
use mingjing_store::config::Location;
use rusqlite::types::ValueRef;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// How long it waits for whoever holds the lock.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// 绕过存储的一条连接。
pub enum Raw {
    /// SQLite。
    Sqlite(rusqlite::Connection),
    /// PostgreSQL。
    Postgres(Client),
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
            Location::Postgres(url) => {
                let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
                // It ends with the client.
                tokio::spawn(connection);
                Ok(Raw::Postgres(client))
            }
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
            Raw::Postgres(client) => {
                let done = client.simple_query(sql).await.map_err(said)?;
                let changed = done.iter().map(|message| match message {
                    SimpleQueryMessage::CommandComplete(changed) => *changed,
                    _ => 0,
                });
                Ok(changed.sum())
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
            Raw::Postgres(client) => {
                // Unprepared, the answer comes as text whatever the type.
                let messages = client.simple_query(sql).await.map_err(said)?;
                let rows = messages.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(row),
                    _ => None,
                });
                let cells = rows.map(|row| {
                    let cells = (0..row.len()).map(|at| row.try_get(at));
                    let cells = cells.map(|cell| Ok(cell?.map(str::to_owned)));
                    cells.collect::<Result<Cells>>()
                });
                cells.collect()
            }
        }
    }
}

/// The words of the server, which the error has only as its cause.
fn said(error: tokio_postgres::Error) -> anyhow::Error {
    match error.as_db_error() {
        Some(said) => anyhow::anyhow!("{said}"),
        None => error.into(),
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
