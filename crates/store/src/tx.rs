//! 读与写的事务：查询写在 [`Read`] 上，写入写在 [`Tx`] 上；写的事务也能读。

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use tokio::time::Instant;

use crate::command::{self, COMMAND_TIME_MAX};
use crate::config::LIST_WALK;
use crate::context::Context;
use crate::dialect::Engine;
use crate::error::{Result, StoreError};
use crate::failure::{self, DbError, Failure};
use crate::link::Link;
use crate::log::LogIdentity;
use crate::meter::Meter;
use crate::row::{Column, First, FromRow};
use crate::sql::Rows;
use crate::sqlite::Lent;
use crate::value::Value;

/// 读的事务：从头到尾看见库的同一个状态。
pub struct Read {
    link: Link,
    engine: Engine,
    identity: Arc<LogIdentity>,
    meter: Arc<Meter>,
    trouble: AtomicU8,
    list_walk: u32,
    /// When a command has held the writer for too long; on the writer's own thread nobody else can stop it.
    until: Option<Instant>,
}

/// What went wrong with any statement so far, whatever the closure made of the error.
const TROUBLE_NONE: u8 = 0;
const TROUBLE_FAILED: u8 = 1;
const TROUBLE_RETRY: u8 = 2;

impl Read {
    pub(crate) const fn new(
        link: Link,
        engine: Engine,
        identity: Arc<LogIdentity>,
        meter: Arc<Meter>,
    ) -> Self {
        Read {
            meter,
            link,
            engine,
            identity,
            trouble: AtomicU8::new(TROUBLE_NONE),
            list_walk: LIST_WALK,
            until: None,
        }
    }

    /// With the length of a walk that the configuration says.
    pub(crate) fn walking(self, list_walk: u32) -> Self {
        Read { list_walk, ..self }
    }

    pub(crate) const fn list_walk(&self) -> u32 {
        self.list_walk
    }

    pub(crate) const fn engine(&self) -> Engine {
        self.engine
    }

    /// 日志的身份。
    pub fn identity(&self) -> &LogIdentity {
        &self.identity
    }

    /// The connection of SQLite that is lent for it.
    pub(crate) const fn lent(&self) -> Option<&Lent> {
        match &self.link {
            Link::Lent(lent) => Some(lent),
            Link::Own(_) | Link::Postgres(_) => None,
        }
    }

    /// All rows.
    pub(crate) async fn rows<R: FromRow>(&self, sql: &str, values: Vec<Value>) -> Result<Vec<R>> {
        self.set_out()?;
        let found = self.link.query(sql, values, usize::MAX).await;
        found.map_err(|error| self.failed(error))
    }

    /// The first row, if there is one.
    pub(crate) async fn row<R: FromRow>(&self, sql: &str, values: Vec<Value>) -> Result<Option<R>> {
        self.set_out()?;
        let found = self.link.query(sql, values, 1).await;
        Ok(found.map_err(|error| self.failed(error))?.pop())
    }

    /// The first column of the first row, if there is one.
    pub(crate) async fn scalar<T: Column + Send + 'static>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<T>> {
        let found = self.row::<First<T>>(sql, values).await?;
        Ok(found.map(|First(value)| value))
    }

    /// Counts a statement, and refuses it when the time is up.
    fn set_out(&self) -> Result<()> {
        self.meter.statement();
        if self.until.is_none_or(|until| Instant::now() < until) {
            return Ok(());
        }
        self.trouble.fetch_max(TROUBLE_FAILED, Ordering::Relaxed);
        Err(command::out_of_time())
    }

    /// Remembers the trouble and says what kind of error it is.
    fn failed(&self, error: DbError) -> StoreError {
        let failure = failure::classify(&error);
        let trouble = match failure {
            Failure::Retry => TROUBLE_RETRY,
            Failure::Duplicate(_) | Failure::Unavailable | Failure::Internal => TROUBLE_FAILED,
        };
        self.trouble.fetch_max(trouble, Ordering::Relaxed);
        told(failure, error)
    }
}

/// What the caller is told of a statement that failed.
pub(crate) fn told(failure: Failure, error: DbError) -> StoreError {
    match failure {
        Failure::Duplicate(key) => StoreError::Duplicate(key),
        Failure::Retry | Failure::Unavailable => StoreError::unavailable(error),
        Failure::Internal => StoreError::internal(error),
    }
}

/// 写的事务：一条命令的全部改动，一起提交或一起不提交。
///
/// A statement that failed ends the transaction, whatever the closure makes of the error: PostgreSQL would not go on,
/// and both engines behave alike. Where an existing row is expected, say `ON CONFLICT`.
pub struct Tx {
    read: Read,
    context: Context,
    now: Moment,
    wrote: AtomicU8,
    /// Timelines that nobody else can append to before the commit, and their versions.
    locked: Mutex<BTreeMap<TimelineId, u64>>,
}

const WROTE_ENTRIES: u8 = 1;
const WROTE_JOBS: u8 = 2;
const WROTE_LOG: u8 = 4;

impl Deref for Tx {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

/// How a command ended, seen from the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Sound,
    Failed,
    Retry,
}

impl Tx {
    pub(crate) fn new(
        link: Link,
        engine: Engine,
        identity: Arc<LogIdentity>,
        meter: Arc<Meter>,
        context: Context,
    ) -> Self {
        let read = Read {
            until: Some(Instant::now() + COMMAND_TIME_MAX),
            ..Read::new(link, engine, identity, meter)
        };
        Tx {
            now: context.clock.now(),
            read,
            context,
            wrote: AtomicU8::new(0),
            locked: Mutex::default(),
        }
    }

    /// 这条命令的时刻：一条命令里处处相同。
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// 上下文。
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// 新标识，取这条命令的时刻。
    pub fn new_id<K: kind::Kind>(&self) -> Id<K> {
        Id::new(self.now, self.context.random())
    }

    /// This transaction has the row of the timeline for itself; its version is this.
    pub(crate) fn hold_timeline(&self, id: TimelineId, version: u64) {
        self.locked().insert(id, version);
    }

    /// The version of a timeline that this transaction has for itself.
    pub(crate) fn held_version(&self, id: TimelineId) -> Option<u64> {
        self.locked().get(&id).copied()
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<TimelineId, u64>> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes rows; says how many.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        self.read.set_out()?;
        let done = self.read.link.execute(sql, values).await;
        done.map_err(|error| self.read.failed(error))
    }

    /// Changes rows, and waits for nothing: whatever is asked for afterwards sees it, and without it nothing is committed.
    pub(crate) async fn execute_later(&self, sql: &str, values: Vec<Value>) -> Result<()> {
        self.read.set_out()?;
        let sent = self.read.link.execute_later(sql, values).await;
        sent.map_err(|error| self.read.failed(error))
    }

    /// The same for an insert of any number of rows.
    pub(crate) async fn insert_later(&self, rows: Rows) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.read.set_out()?;
        let sent = self.read.link.insert_later(rows).await;
        sent.map_err(|error| self.read.failed(error))
    }

    /// Inserts any number of rows; says how many.
    pub(crate) async fn insert(&self, rows: Rows) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        self.read.set_out()?;
        let done = self.read.link.insert(rows).await;
        done.map_err(|error| self.read.failed(error))
    }

    /// Inserts any number of rows and gives what they return, in no order.
    pub(crate) async fn insert_returning<R: FromRow>(&self, rows: Rows) -> Result<Vec<R>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.read.set_out()?;
        let done = self.read.link.insert_returning(rows).await;
        done.map_err(|error| self.read.failed(error))
    }

    pub(crate) fn wrote_entries(&self) {
        self.wrote.fetch_or(WROTE_ENTRIES, Ordering::Relaxed);
    }

    pub(crate) fn wrote_jobs(&self) {
        self.wrote.fetch_or(WROTE_JOBS, Ordering::Relaxed);
    }

    pub(crate) fn wrote_log(&self) {
        self.wrote.fetch_or(WROTE_LOG, Ordering::Relaxed);
    }

    pub(crate) fn health(&self) -> Health {
        match self.read.trouble.load(Ordering::Relaxed) {
            TROUBLE_NONE => Health::Sound,
            TROUBLE_RETRY => Health::Retry,
            _ => Health::Failed,
        }
    }

    /// What there is to commit, and what to tell others once it is.
    pub(crate) fn into_parts(self) -> (Link, Wrote) {
        let wrote = Wrote(self.wrote.into_inner());
        (self.read.link, wrote)
    }
}

/// What a committed transaction has left for others to do.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wrote(u8);

impl Wrote {
    pub(crate) const fn entries(self) -> bool {
        self.0 & WROTE_ENTRIES != 0
    }

    pub(crate) const fn jobs(self) -> bool {
        self.0 & WROTE_JOBS != 0
    }

    pub(crate) const fn log(self) -> bool {
        self.0 & WROTE_LOG != 0
    }

    pub(crate) const fn and(self, other: Wrote) -> Wrote {
        Wrote(self.0 | other.0)
    }
}
