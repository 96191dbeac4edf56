//! 库：打开、迁移、读、写。

use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::command::{self, Sender};
use crate::config::{Location, StoreConfig};
use crate::context::Context;
use crate::dialect::{self, Engine};
use crate::error::{Result, StoreError};
use crate::group_writer::{GROUP_LIMITS, GroupWriter, Priority};
use crate::link::{Link, Pool, Use};
use crate::log::LogIdentity;
use crate::meter::{Meter, Work};
use crate::migration;
use crate::pace::Held;
use crate::pool_writer::PoolWriter;
use crate::sqlite::hold;
use crate::tx::{Read, Tx, Wrote};

/// 库：打开着的一个数据库；克隆是同一个库。
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    config: StoreConfig,
    identity: Arc<LogIdentity>,
    readers: Pool,
    writer: Writer,
    signals: Signals,
    meter: Arc<Meter>,
}

enum Writer {
    Group(GroupWriter),
    Pool(PoolWriter),
}

impl Store {
    /// 打开已经迁移好的库；结构版本与本程序不符的不开。
    #[crate::boxed]
    pub async fn open(config: &StoreConfig) -> Result<Store> {
        if let Location::Sqlite(path) = &config.location
            && !path.exists()
        {
            // A path mistyped must not leave an empty database behind.
            return Err(migration::missing());
        }
        let (signals, meter) = (Signals::default(), Arc::<Meter>::default());
        let identity = Arc::new(config.log.clone());
        let (writer, engine) = match &config.location {
            Location::Sqlite(path) => {
                let writer = GroupWriter::start(
                    path.clone(),
                    config.lock_wait,
                    identity.clone(),
                    signals.clone(),
                    meter.clone(),
                    GROUP_LIMITS,
                )
                .await?;
                (Writer::Group(writer), Engine::Sqlite)
            }
            Location::Postgres(_) => {
                let writer = PoolWriter::start(config, &identity, &signals, &meter);
                (Writer::Pool(writer.await?), Engine::Postgres)
            }
        };
        let readers = Pool::open(config, Use::Read(config.read_connections), &meter).await?;
        migration::require_newest(&readers).await?;
        let store = Store {
            inner: Arc::new(Inner {
                engine,
                config: config.clone(),
                identity,
                readers,
                writer,
                signals,
                meter,
            }),
        };
        let settle = async |tx: &Tx| tx.settle_identity().await;
        store.write(&Context::system("open"), settle).await?;
        Ok(store)
    }

    /// 把库迁移到最新的结构，空库从头建起；返回这一次做了哪些。已是最新的什么也不做。
    ///
    /// MUST run before [`Store::open`], by one process; on PostgreSQL under a role that owns the schema.
    #[crate::boxed]
    pub async fn migrate(config: &StoreConfig, context: &Context) -> Result<Vec<&'static str>> {
        let pool = Pool::open(config, Use::Migrate, &Arc::default()).await?;
        let applied = migration::migrate(&pool, context.clock.now()).await;
        pool.close().await;
        applied
    }

    /// 本程序所知结构的指纹：迁移或方言有增改，它就不同。
    pub fn schema_fingerprint() -> String {
        migration::fingerprint()
    }

    /// 在 PostgreSQL 上建立三个角色并授权：`mingjing_migrator`（改结构）、`mingjing_app`（读写，但不能改删事件、审计、日志）、`mingjing_reader`（只读）。
    ///
    /// MUST be called by a role that may create roles, after [`Store::migrate`]; again after each migration. The roles
    /// have no password and cannot log in: grant them to the accounts that do. Nothing to do on SQLite.
    #[crate::boxed]
    pub async fn grant_roles(config: &StoreConfig) -> Result<()> {
        let pool = Pool::open(config, Use::Copy, &Arc::default()).await?;
        let granted = match pool.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => pool.run(dialect::ROLES).await.map_err(StoreError::internal),
        };
        pool.close().await;
        granted
    }

    /// 读的事务：从头到尾看见库的同一个状态；放下即结束，它占着一条读连接。
    #[crate::boxed]
    pub async fn reader(&self) -> Result<Read> {
        // Dropped, the transaction rolls back: there is nothing to commit.
        let link = self.inner.readers.begin_read().await?;
        let identity = self.inner.identity.clone();
        let meter = self.inner.meter.clone();
        let read = Read::new(link, self.inner.engine, identity, meter);
        Ok(read.walking(self.inner.config.list_walk))
    }

    /// 读一回：[`Store::reader`] 的闭包写法。
    pub async fn read<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: AsyncFnOnce(&Read) -> std::result::Result<T, E>,
        E: From<StoreError>,
    {
        work(&self.reader().await?).await
    }

    /// 读一回，几条语句一起做：SQLite 上整个闭包在那条连接的线程上跑，只换一次线程。
    ///
    /// The closure MUST wait for nothing but the statements of its `Read`: on SQLite it is polled once.
    pub async fn read_whole<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: AsyncFnOnce(&Read) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let read = self.reader().await?;
        let Some(lent) = read.lent() else {
            return work(&read).await;
        };
        let (engine, identity) = (self.inner.engine, self.inner.identity.clone());
        let (list_walk, meter) = (self.inner.config.list_walk, self.inner.meter.clone());
        let whole = lent.run_whole(move |session| {
            let begun = hold(session).begin_once();
            begun.map_err(StoreError::unavailable)?;
            let link = Link::Own(session.clone());
            let read = Read::new(link, engine, identity, meter).walking(list_walk);
            let mut polling = std::task::Context::from_waker(Waker::noop());
            match pin!(work(&read)).poll(&mut polling) {
                Poll::Ready(value) => value,
                Poll::Pending => {
                    Err(StoreError::internal("a read waited for something else").into())
                }
            }
        });
        whole.await.map_err(StoreError::unavailable)?
    }

    /// 写：闭包里的改动一起提交或一起不提交；返回 `Ok` 时已经落盘（SQLite 为 `synchronous=FULL`）。
    ///
    /// The closure runs on a thread of the store, to its end even if the caller goes away. It may be called several
    /// times (lost races on PostgreSQL) and MUST have no other effects and MUST NOT write otherwise. It holds up every other writer on SQLite: no
    /// rendering, no hashing of files, no network in it.
    pub async fn write<T, E, F>(&self, context: &Context, work: F) -> std::result::Result<T, E>
    where
        F: AsyncFn(&Tx) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        command::submit(self.queue(Priority::Live), context.clone(), work).await
    }

    /// 成批地写：排在实时请求之后，自成一组；返回写者用了多久（别的程序占去的不算），供 [`Pace`](crate::pace::Pace) 调整下一批的大小。
    pub async fn write_bulk<T, E, F>(
        &self,
        context: &Context,
        work: F,
    ) -> std::result::Result<(T, Duration), E>
    where
        F: AsyncFn(&Tx) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let timed = async move |tx: &Tx| {
            let held = Held::begin(tx.engine());
            let value = work(tx).await?;
            Ok::<_, E>((value, held.end()))
        };
        command::submit(self.queue(Priority::Bulk), context.clone(), timed).await
    }

    /// 有新的待入日志条目，或到了时限。
    pub async fn entries_or(&self, limit: Duration) {
        let _ = tokio::time::timeout(limit, self.inner.signals.entries.notified()).await;
    }

    /// 日志的增长：本进程里的整合者每整合一轮就说一声；别的进程整合的，只能到时限去看。
    pub fn growth(&self) -> Growth {
        Growth(self.inner.signals.log.subscribe())
    }

    /// 有新的后台任务，或到了时限。
    pub async fn jobs_or(&self, limit: Duration) {
        let _ = tokio::time::timeout(limit, self.inner.signals.jobs.notified()).await;
    }

    pub(crate) fn config(&self) -> &StoreConfig {
        &self.inner.config
    }

    pub(crate) fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// 日志的身份。
    pub fn identity(&self) -> &LogIdentity {
        &self.inner.identity
    }

    /// 排着多少条写的命令：写者前面的队有多长。
    pub fn waiting(&self) -> usize {
        match &self.inner.writer {
            Writer::Group(writer) => writer.waiting(),
            Writer::Pool(writer) => writer.waiting(),
        }
    }

    /// 做过的工作：语句与来回。
    pub fn work(&self) -> Work {
        self.inner.meter.work()
    }

    /// 库在哪里。
    pub fn location(&self) -> &Location {
        &self.inner.config.location
    }

    /// 关闭：写完排着的，关上连接。别处还有克隆的，等它们都放下。
    pub async fn close(self) {
        let Some(inner) = Arc::into_inner(self.inner) else {
            return;
        };
        match inner.writer {
            Writer::Group(writer) => writer.close().await,
            Writer::Pool(writer) => writer.close().await,
        }
        inner.readers.close().await;
    }

    fn queue(&self, priority: Priority) -> &Sender {
        match &self.inner.writer {
            Writer::Group(writer) => writer.queue(priority),
            Writer::Pool(writer) => writer.queue(),
        }
    }
}

/// What wakes those who work after the commit.
#[derive(Clone, Default)]
pub(crate) struct Signals {
    entries: Arc<Notify>,
    jobs: Arc<Notify>,
    log: Arc<watch::Sender<u64>>,
}

/// 等日志增长的一方；在等之前发生的增长不会漏掉。
#[derive(Debug, Clone)]
pub struct Growth(watch::Receiver<u64>);

impl Growth {
    /// 自上次问起日志长过，或到了时限。
    pub async fn next_or(&mut self, limit: Duration) {
        // The sender lives in the store; once that is gone there is only the time limit to wait for.
        let grown = async {
            if self.0.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let _ = tokio::time::timeout(limit, grown).await;
    }
}

impl Signals {
    pub(crate) fn tell(&self, wrote: Wrote) {
        if wrote.entries() {
            self.entries.notify_one();
        }
        if wrote.jobs() {
            self.jobs.notify_waiters();
        }
        if wrote.log() {
            self.log
                .send_modify(|rounds| *rounds = rounds.wrapping_add(1));
        }
    }
}
