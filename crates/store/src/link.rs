//! 连接：一个事务在哪一种数据库的哪一条连接上；两种数据库在这里合为一种。

use std::sync::{Arc, Mutex as Held};

use crate::config::{Location, StoreConfig};
use crate::dialect::{self, ACQUIRE_PATIENCE, Engine};
use crate::error::{Result, StoreError};
use crate::failure::{DbError, DbResult};
use crate::meter::Meter;
use crate::postgres::{Connections, Transaction};
use crate::row::FromRow;
use crate::sql::Rows;
use crate::sqlite::{Access, Lent, Session, Threads, hold};
use crate::value::Value;

/// What a pool is opened for: SQLite has one connection that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Read(u32),
    /// PostgreSQL only: SQLite is written by [`crate::group_writer`].
    Write(u32),
    /// The connection that migrates; it makes the file if there is none.
    Migrate,
    /// One connection beside the pools, for work on the whole file.
    Copy,
}

/// Connections to one database.
pub(crate) enum Pool {
    Sqlite(Arc<Threads>),
    Postgres(Arc<Connections>),
}

impl Pool {
    pub(crate) async fn open(config: &StoreConfig, of: Use, meter: &Arc<Meter>) -> Result<Pool> {
        let max = match of {
            Use::Read(max) | Use::Write(max) => max,
            Use::Migrate | Use::Copy => 1,
        };
        match &config.location {
            Location::Sqlite(path) => {
                if of == Use::Migrate && !path.exists() {
                    dialect::create_private(path)?;
                }
                let access = match of {
                    Use::Read(_) => Access::Read,
                    Use::Write(_) | Use::Migrate | Use::Copy => Access::Write,
                };
                let threads = Threads::new(path, access, config.lock_wait, max);
                // One is opened at once: what is wrong with the file is wrong now.
                drop(threads.lend(ACQUIRE_PATIENCE).await?);
                Ok(Pool::Sqlite(threads))
            }
            Location::Postgres(url) => {
                let connections = Connections::open(url, max, ACQUIRE_PATIENCE, meter).await?;
                Ok(Pool::Postgres(connections))
            }
        }
    }

    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Pool::Sqlite(_) => Engine::Sqlite,
            Pool::Postgres(_) => Engine::Postgres,
        }
    }

    /// A transaction that sees one state of the database from its first statement to its last.
    pub(crate) async fn begin_read(&self) -> Result<Link> {
        match self {
            Pool::Sqlite(threads) => Ok(Link::Lent(threads.lend(ACQUIRE_PATIENCE).await?)),
            Pool::Postgres(_) => self.begin(Engine::Postgres.begin_read()).await,
        }
    }

    /// A transaction that writes.
    pub(crate) async fn begin_write(&self) -> Result<Link> {
        self.begin(self.engine().begin_write()).await
    }

    async fn begin(&self, how: &'static str) -> Result<Link> {
        match self {
            Pool::Sqlite(threads) => {
                let lent = threads.lend(ACQUIRE_PATIENCE).await?;
                let begun = lent.run(move |session| session.run(how)).await;
                begun.map_err(StoreError::unavailable)?;
                Ok(Link::Lent(lent))
            }
            Pool::Postgres(connections) => {
                let transaction = connections.begin(how, ACQUIRE_PATIENCE).await?;
                Ok(Link::Postgres(transaction))
            }
        }
    }

    /// Statements outside of any transaction.
    pub(crate) async fn run(&self, text: &str) -> DbResult<()> {
        match self {
            Pool::Sqlite(_) => self.one::<()>(text, Vec::new()).await.map(|_| ()),
            Pool::Postgres(connections) => {
                let lent = connections.lend(ACQUIRE_PATIENCE).await;
                lent.map_err(|_| DbError::Stopped)?.run(text).await
            }
        }
    }

    /// The first row of a statement outside of any transaction.
    pub(crate) async fn one<R: FromRow>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> DbResult<Option<R>> {
        match self {
            Pool::Sqlite(threads) => {
                let lent = threads.lend(ACQUIRE_PATIENCE).await;
                let lent = lent.map_err(|_| DbError::Stopped)?;
                let sql = sql.to_owned();
                let found = lent.run(move |session| session.query::<R>(&sql, &values, 1));
                Ok(found.await?.pop())
            }
            Pool::Postgres(connections) => {
                let lent = connections.lend(ACQUIRE_PATIENCE).await;
                let lent = lent.map_err(|_| DbError::Stopped)?;
                Ok(lent.query(sql, values, 1).await?.pop())
            }
        }
    }

    /// Waits for what is in use, then closes all connections.
    pub(crate) async fn close(&self) {
        match self {
            Pool::Sqlite(threads) => threads.close().await,
            Pool::Postgres(connections) => connections.close().await,
        }
    }
}

/// A transaction; dropped, it rolls back.
pub(crate) enum Link {
    /// The writer's own connection, on whose thread the statements are done without a hand-over; what begins and ends
    /// its transactions is the writer.
    Own(Arc<Held<Session>>),
    /// A connection of SQLite on a thread of its own.
    Lent(Lent),
    Postgres(Transaction),
}

impl Link {
    /// At most `max` rows.
    pub(crate) async fn query<R: FromRow>(
        &self,
        sql: &str,
        values: Vec<Value>,
        max: usize,
    ) -> DbResult<Vec<R>> {
        match self {
            Link::Own(session) => hold(session).query(sql, &values, max),
            Link::Lent(lent) => {
                let sql = sql.to_owned();
                let query = lent.run(move |session| {
                    session.begin_once()?;
                    session.query(&sql, &values, max)
                });
                query.await
            }
            Link::Postgres(transaction) => transaction.query(sql, values, max).await,
        }
    }

    /// Changes rows; says how many.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> DbResult<u64> {
        match self {
            Link::Own(session) => hold(session).execute(sql, &values),
            Link::Lent(lent) => {
                let sql = sql.to_owned();
                lent.run(move |session| session.execute(&sql, &values))
                    .await
            }
            Link::Postgres(transaction) => transaction.execute(sql, values).await,
        }
    }

    /// Inserts any number of rows; says how many. SQLite takes one after the other with one statement, PostgreSQL takes
    /// all of them with one.
    pub(crate) async fn insert(&self, rows: Rows) -> DbResult<u64> {
        match self {
            Link::Own(session) => {
                let (sql, columns, values) = rows.into_single();
                hold(session).execute_each(&sql, &values, columns)
            }
            Link::Lent(lent) => {
                let (sql, columns, values) = rows.into_single();
                let insert = lent.run(move |session| session.execute_each(&sql, &values, columns));
                insert.await
            }
            Link::Postgres(transaction) => transaction.insert(rows).await,
        }
    }

    /// The same, with what the rows give back, in no order.
    pub(crate) async fn insert_returning<R: FromRow>(&self, rows: Rows) -> DbResult<Vec<R>> {
        match self {
            Link::Own(session) => {
                let (sql, columns, values) = rows.into_single();
                hold(session).query_each(&sql, &values, columns)
            }
            Link::Lent(lent) => {
                let (sql, columns, values) = rows.into_single();
                let insert = lent.run(move |session| session.query_each(&sql, &values, columns));
                insert.await
            }
            Link::Postgres(transaction) => transaction.insert_returning(rows).await,
        }
    }

    /// Changes rows; whether that was done is known at the commit, at the latest. What is asked for afterwards sees it.
    pub(crate) async fn execute_later(&self, sql: &str, values: Vec<Value>) -> DbResult<()> {
        match self {
            Link::Own(_) | Link::Lent(_) => self.execute(sql, values).await.map(drop),
            Link::Postgres(transaction) => transaction.send(sql.to_owned(), values),
        }
    }

    /// The same for an insert of any number of rows.
    pub(crate) async fn insert_later(&self, rows: Rows) -> DbResult<()> {
        match self {
            Link::Own(_) | Link::Lent(_) => self.insert(rows).await.map(drop),
            Link::Postgres(transaction) => transaction.send_rows(rows),
        }
    }

    /// Statements without parameters, one after the other.
    pub(crate) async fn run(&self, text: &str) -> DbResult<()> {
        match self {
            Link::Own(session) => hold(session).run(text),
            Link::Lent(lent) => {
                let text = text.to_owned();
                lent.run(move |session| session.run(&text)).await
            }
            Link::Postgres(transaction) => transaction.run(text).await,
        }
    }

    /// Commits what [`Pool::begin_write`] has begun.
    pub(crate) async fn commit(self) -> DbResult<()> {
        match self {
            // The group commits, not the command.
            Link::Own(_) => Ok(()),
            Link::Lent(_) => self.run("COMMIT").await,
            Link::Postgres(transaction) => transaction.commit().await,
        }
    }

    /// Undoes what [`Pool::begin_write`] has begun, and waits for it.
    pub(crate) async fn roll_back(self) {
        if let Link::Postgres(transaction) = self {
            transaction.roll_back().await;
        }
    }
}
