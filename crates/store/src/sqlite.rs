//! SQLite：一条连接在哪个线程上，语句就在哪个线程上做；读的连接各有一个线程，写的连接就在写者的线程上。

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::hooks::Wal;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::checkpoint::Progress;
use crate::dialect::Engine;
use crate::error::{Result, StoreError};
use crate::failure::{DbError, DbResult};
use crate::row::{FromRow, Places};
use crate::value::Value;

/// Distinct statements kept prepared per connection; the store has fewer.
const STATEMENTS_KEPT: usize = 512;

/// Pages kept in memory per connection, in KiB; they are taken as they are used. The default of 2 MB is less than the
/// inner pages of the indexes of a hundred thousand cases: each row of an import would read them from the file again,
/// and less than what a chunk of it changes. More would cost: where a page of an index has been split, SQLite looks at
/// every page it holds when it commits (moving pages about, it borrows a number beyond the end of the file).
const WRITER_CACHE: u32 = 16 << 10;
/// Of these there are several, and each looks at less.
const READER_CACHE: u32 = 8 << 10;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// One connection.
pub(crate) struct Session(Connection);

impl Session {
    /// WAL, synced before it is acknowledged, freed pages overwritten. What only a savepoint needs to go back stays in
    /// memory: in a file, every page that a command changes was written there once more.
    pub(crate) fn open(path: &Path, access: Access, lock_wait: Duration) -> DbResult<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(lock_wait)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
        )?;
        let cache = match access {
            Access::Read => READER_CACHE,
            Access::Write => WRITER_CACHE,
        };
        // A negative number is a size, not a count of pages.
        connection.execute_batch(&format!("PRAGMA cache_size = -{cache}"))?;
        if access == Access::Read {
            connection.execute_batch("PRAGMA query_only = ON")?;
        }
        Ok(Session(connection))
    }

    /// Tells after each commit how long the WAL is, instead of copying it back there and then.
    pub(crate) fn tell_commits(&mut self, progress: Arc<Progress>) -> DbResult<()> {
        let told = move |_: &mut Wal, pages: i32| {
            progress.wrote(u32::try_from(pages).unwrap_or(0));
            Ok(())
        };
        Ok(self.0.wal_hook(Some(told))?)
    }

    /// Copies back what can be copied without waiting for anybody: up to which page of the WAL everything is. `None`:
    /// another connection is at it.
    pub(crate) fn checkpoint(&self) -> DbResult<Option<u32>> {
        let ask = "PRAGMA wal_checkpoint(PASSIVE)";
        let told = self.0.query_row(ask, [], |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(2)?))
        });
        let (is_busy, copied) = told?;
        Ok((!is_busy).then(|| u32::try_from(copied).unwrap_or(0)))
    }

    /// At most `max` rows.
    pub(crate) fn query<R: FromRow>(
        &self,
        sql: &str,
        values: &[Value],
        max: usize,
    ) -> DbResult<Vec<R>> {
        let mut statement = self.0.prepare_cached(sql)?;
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        let (mut found, mut places) = (Vec::new(), Places::default());
        while found.len() < max {
            let Some(row) = rows.next()? else {
                break;
            };
            found.push(places.read_sqlite(row)?);
        }
        Ok(found)
    }

    /// Changes rows; says how many.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> DbResult<u64> {
        let mut statement = self.0.prepare_cached(sql)?;
        self.step(&mut statement, values)
    }

    /// The same statement for each run of `columns` values: parsed once, whatever the number of rows.
    pub(crate) fn execute_each(
        &self,
        sql: &str,
        values: &[Value],
        columns: usize,
    ) -> DbResult<u64> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut changed = 0;
        for row in values.chunks(columns) {
            changed += self.step(&mut statement, row)?;
        }
        Ok(changed)
    }

    /// The same, with what each row gives back.
    pub(crate) fn query_each<R: FromRow>(
        &self,
        sql: &str,
        values: &[Value],
        columns: usize,
    ) -> DbResult<Vec<R>> {
        let mut found = Vec::with_capacity(values.len() / columns);
        for row in values.chunks(columns) {
            found.extend(self.query::<R>(sql, row, usize::MAX)?);
        }
        Ok(found)
    }

    /// Statements without parameters, one after the other.
    pub(crate) fn run(&self, text: &str) -> DbResult<()> {
        Ok(self.0.execute_batch(text)?)
    }

    fn step(&self, statement: &mut Statement<'_>, values: &[Value]) -> DbResult<u64> {
        bind(statement, values)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        // What does not write leaves the count of the statement before it.
        Ok(if statement.readonly() {
            0
        } else {
            self.0.changes()
        })
    }
}

/// SQLite numbers `$2` by where it first stands, not by its digits.
fn bind(statement: &mut Statement<'_>, values: &[Value]) -> DbResult<()> {
    for at in 1..=statement.parameter_count() {
        let number = statement.parameter_name(at);
        let number = number.map_or(Some(at), |name| name.get(1..)?.parse().ok());
        let value = number.and_then(|number: usize| values.get(number.checked_sub(1)?));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(values.len(), at))?;
        statement.raw_bind_parameter(at, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Value::Long(Some(number)) => ValueRef::Integer(*number),
            Value::Int(Some(number)) => ValueRef::Integer(i64::from(*number)),
            Value::Bool(Some(flag)) => ValueRef::Integer(i64::from(*flag)),
            Value::Text(None)
            | Value::Bytes(None)
            | Value::Long(None)
            | Value::Int(None)
            | Value::Bool(None) => ValueRef::Null,
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

type Task = Box<dyn FnOnce(&Arc<Mutex<Session>>) + Send>;

/// Connections with a thread each, for whoever must not wait on its own thread: they are opened when wanted, and lent.
pub(crate) struct Threads {
    path: PathBuf,
    access: Access,
    lock_wait: Duration,
    max: u32,
    places: Arc<Semaphore>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    idle: Vec<mpsc::Sender<Task>>,
    threads: Vec<JoinHandle<()>>,
}

impl Threads {
    pub(crate) fn new(path: &Path, access: Access, lock_wait: Duration, max: u32) -> Arc<Self> {
        Arc::new(Threads {
            path: path.to_owned(),
            access,
            lock_wait,
            max: max.max(1),
            places: Arc::new(Semaphore::new(max.max(1) as usize)),
            open: Mutex::default(),
        })
    }

    /// One of the connections, for as long as it is held.
    pub(crate) async fn lend(self: &Arc<Self>, patience: Duration) -> Result<Lent> {
        let place = tokio::time::timeout(patience, self.places.clone().acquire_owned()).await;
        let place = place.map_err(StoreError::unavailable)?;
        let place = place.map_err(StoreError::unavailable)?;
        let idle = self.lock().idle.pop();
        let tasks = match idle {
            Some(tasks) => tasks,
            None => self.start().await?,
        };
        Ok(Lent {
            tasks,
            from: self.clone(),
            _place: place,
        })
    }

    async fn start(&self) -> Result<mpsc::Sender<Task>> {
        let (tasks, todo) = mpsc::channel::<Task>();
        let (opened, is_open) = oneshot::channel();
        let (path, access, lock_wait) = (self.path.clone(), self.access, self.lock_wait);
        let thread = std::thread::Builder::new()
            .name("mingjing-sqlite".to_owned())
            .spawn(move || {
                let session = match Session::open(&path, access, lock_wait) {
                    Ok(session) => Arc::new(Mutex::new(session)),
                    Err(error) => {
                        let _ = opened.send(Err(error));
                        return;
                    }
                };
                let _ = opened.send(Ok(()));
                for task in todo {
                    task(&session);
                }
            })
            .map_err(StoreError::internal)?;
        let opened = is_open.await.unwrap_or(Err(DbError::Stopped));
        opened.map_err(StoreError::unavailable)?;
        self.lock().threads.push(thread);
        Ok(tasks)
    }

    /// Waits for what is lent, then closes all connections.
    pub(crate) async fn close(&self) {
        let _ = self.places.acquire_many(self.max).await;
        self.places.close();
        let Open { idle, threads } = std::mem::take(&mut *self.lock());
        drop(idle);
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                let _ = thread.join();
            }
        });
        let _ = joined.await;
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on a thread of its own, lent.
pub(crate) struct Lent {
    tasks: mpsc::Sender<Task>,
    from: Arc<Threads>,
    _place: OwnedSemaphorePermit,
}

impl Lent {
    /// Does it on the thread of the connection.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> DbResult<T> + Send + 'static,
    ) -> DbResult<T> {
        self.run_whole(move |session| work(&hold(session))).await?
    }

    /// The same for work of several statements, which is handed the connection itself.
    pub(crate) async fn run_whole<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Mutex<Session>>) -> T + Send + 'static,
    ) -> DbResult<T> {
        let (answer, answered) = oneshot::channel();
        let task = Box::new(move |session: &Arc<Mutex<Session>>| {
            // Whoever asked may have gone away.
            let _ = answer.send(work(session));
        });
        self.tasks.send(task).map_err(|_| DbError::Stopped)?;
        answered.await.map_err(|_| DbError::Stopped)
    }
}

impl Session {
    /// Opens a transaction unless there is one: the snapshot of a reader is taken with its first statement.
    pub(crate) fn begin_once(&self) -> DbResult<()> {
        if self.0.is_autocommit() {
            self.run(Engine::Sqlite.begin_read())?;
        }
        Ok(())
    }
}

/// A panic while the connection was held has ended the command, not the connection.
pub(crate) fn hold(session: &Mutex<Session>) -> MutexGuard<'_, Session> {
    session.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Lent {
    fn drop(&mut self) {
        let leave = Box::new(|session: &Arc<Mutex<Session>>| {
            let session = hold(session);
            if !session.0.is_autocommit() {
                // A connection that cannot even roll back says so to whoever uses it next.
                let _ = session.run("ROLLBACK");
            }
        });
        // A thread that has ended takes nothing any more; the next one who wants a connection opens another.
        if self.tasks.send(leave).is_ok() {
            self.from.lock().idle.push(self.tasks.clone());
        }
    }
}
