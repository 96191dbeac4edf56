//! SQLite 的写者：一条连接，一个线程，成组提交。
//!
//! Commands wait in two queues, live ones before bulk ones. A group is one `BEGIN IMMEDIATE … COMMIT`; each command of
//! it has a savepoint of its own, so that one which fails leaves the others be. Nobody is answered before COMMIT, with
//! `synchronous=FULL`, has returned.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::config::Location;
use crate::context::Context;
use crate::dialect::{self, Engine, Use};
use crate::error::{Result, StoreError};
use crate::log::LogIdentity;
use crate::store::Signals;
use crate::tx::{Health, Tx, Wrote};

/// Commands of one group: one sync for all of them.
const GROUP_COMMANDS_MAX: usize = 64;
/// A group takes no further command after this; whoever waits is answered soon.
const GROUP_TIME_MAX: Duration = Duration::from_millis(2);
/// Commands waiting; whoever comes later waits for a place in the queue.
const QUEUE_MAX: usize = 1_024;
/// Groups of live commands that may pass a waiting bulk command: under full load the log must still be integrated.
const BULK_PASSED_MAX: u32 = 16;
/// A command that holds the writer longer is rolled back.
const COMMAND_TIME_MAX: Duration = Duration::from_secs(30);

/// 先后：实时的先于成批的。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    Live,
    Bulk,
}

/// The side that hands in commands.
pub(crate) struct GroupWriter {
    live: mpsc::Sender<Box<dyn Command>>,
    bulk: mpsc::Sender<Box<dyn Command>>,
    thread: std::sync::Mutex<Option<std::thread::JoinHandle<()>>>,
}

type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A command in the queue, its types erased.
trait Command: Send {
    fn context(&self) -> Context;
    /// Runs the closure and keeps its result; true if it is to be committed.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> LocalFuture<'a, bool>;
    /// Answers with the kept result, or with the error that overrides it.
    fn answer(self: Box<Self>, overriding: Option<StoreError>);
}

struct Queued<F, T, E> {
    context: Context,
    work: F,
    result: Option<std::result::Result<T, E>>,
    answer: oneshot::Sender<std::result::Result<T, E>>,
}

impl<F, T, E> Command for Queued<F, T, E>
where
    F: AsyncFn(&Tx) -> std::result::Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn context(&self) -> Context {
        self.context.clone()
    }

    fn run<'a>(&'a mut self, tx: &'a Tx) -> LocalFuture<'a, bool> {
        Box::pin(async move {
            let result = (self.work)(tx).await;
            let is_kept = result.is_ok();
            self.result = Some(result);
            is_kept
        })
    }

    fn answer(self: Box<Self>, overriding: Option<StoreError>) {
        let result = match (overriding, self.result) {
            // A closure's own refusal says more than what the transaction thinks of it.
            (_, Some(Err(error))) => Err(error),
            (Some(error), _) => Err(error.into()),
            (None, Some(result)) => result,
            (None, None) => Err(StoreError::internal("the command has not run").into()),
        };
        // Whoever asked may have gone away; the commit stands.
        let _ = self.answer.send(result);
    }
}

impl GroupWriter {
    /// Opens the write connection and starts the thread.
    pub(crate) async fn start(
        location: Location,
        identity: Arc<LogIdentity>,
        signals: Signals,
    ) -> Result<Self> {
        let (live, live_queue) = mpsc::channel(QUEUE_MAX);
        let (bulk, bulk_queue) = mpsc::channel(QUEUE_MAX);
        let (opened, is_open) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(StoreError::internal)?;
        let thread = std::thread::Builder::new()
            .name("mingjing-writer".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    let connection = match dialect::connect(&location, Use::Write(1)).await {
                        Ok((connection, _)) => connection,
                        Err(error) => {
                            let _ = opened.send(Err(error));
                            return;
                        }
                    };
                    let _ = opened.send(Ok(()));
                    let writer = Writing {
                        location,
                        identity,
                        connection: Some(connection),
                        live: live_queue,
                        bulk: bulk_queue,
                        passed: 0,
                        signals,
                    };
                    writer.run().await;
                });
            })
            .map_err(StoreError::internal)?;
        is_open.await.map_err(StoreError::internal)??;
        Ok(GroupWriter {
            live,
            bulk,
            thread: std::sync::Mutex::new(Some(thread)),
        })
    }

    pub(crate) async fn submit<T, E, F>(
        &self,
        context: Context,
        priority: Priority,
        work: F,
    ) -> std::result::Result<T, E>
    where
        F: AsyncFn(&Tx) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let command = Box::new(Queued {
            context,
            work,
            result: None,
            answer,
        });
        let queue = match priority {
            Priority::Live => &self.live,
            Priority::Bulk => &self.bulk,
        };
        if queue.send(command).await.is_err() {
            return Err(StoreError::unavailable("the writer has stopped").into());
        }
        match answered.await {
            Ok(result) => result,
            Err(_) => Err(StoreError::unavailable("the writer has stopped").into()),
        }
    }

    /// Takes no more commands, commits what waits, closes the file.
    pub(crate) async fn close(self) {
        let GroupWriter { live, bulk, thread } = self;
        drop((live, bulk));
        let thread = thread.into_inner().ok().flatten();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// The side that writes.
struct Writing {
    location: Location,
    identity: Arc<LogIdentity>,
    /// `None` after a group was lost: what SQLite and the driver think of the transaction may differ.
    connection: Option<DatabaseConnection>,
    live: mpsc::Receiver<Box<dyn Command>>,
    bulk: mpsc::Receiver<Box<dyn Command>>,
    /// Live groups since the last bulk command.
    passed: u32,
    signals: Signals,
}

impl Writing {
    async fn run(mut self) {
        while let Some((command, priority)) = self.next().await {
            let mut group = Group::default();
            match self.group(&mut group, command, priority).await {
                Ok(()) => {
                    self.signals.tell(group.wrote);
                    for done in group.commands {
                        done.command.answer(done.overriding);
                    }
                }
                Err(error) => {
                    self.disconnect().await;
                    group.lost(error);
                }
            }
        }
        self.disconnect().await;
    }

    /// The next command, live before bulk; `None` when both queues are closed and empty.
    async fn next(&mut self) -> Option<(Box<dyn Command>, Priority)> {
        if self.passed >= BULK_PASSED_MAX {
            self.passed = 0;
            if let Ok(command) = self.bulk.try_recv() {
                return Some((command, Priority::Bulk));
            }
        }
        tokio::select! {
            biased;
            Some(command) = self.live.recv() => {
                self.passed += 1;
                Some((command, Priority::Live))
            }
            Some(command) = self.bulk.recv() => {
                self.passed = 0;
                Some((command, Priority::Bulk))
            }
            else => None,
        }
    }

    async fn group(
        &mut self,
        group: &mut Group,
        first: Box<dyn Command>,
        priority: Priority,
    ) -> Result<()> {
        let started = Instant::now();
        group.waiting = Some(first);
        let connection = self.connect().await?;
        let transaction = connection
            .begin_with_options(Engine::Sqlite.write_options())
            .await
            .map_err(StoreError::unavailable)?;
        while let Some(command) = group.waiting.take() {
            group.run(&transaction, &self.identity, command).await?;
            // A bulk chunk is a group of its own: it has used up the time of several already.
            let has_room = priority == Priority::Live
                && group.commands.len() < GROUP_COMMANDS_MAX
                && started.elapsed() < GROUP_TIME_MAX;
            if has_room {
                group.waiting = self.live.try_recv().ok();
            }
        }
        transaction.commit().await.map_err(StoreError::unavailable)
    }

    async fn connect(&mut self) -> Result<DatabaseConnection> {
        if self.connection.is_none() {
            let (connection, _) = dialect::connect(&self.location, Use::Write(1)).await?;
            self.connection = Some(connection);
        }
        self.connection
            .clone()
            .ok_or_else(|| StoreError::internal("no connection"))
    }

    async fn disconnect(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = connection.close_by_ref().await;
        }
    }
}

/// The commands of one transaction.
#[derive(Default)]
struct Group {
    waiting: Option<Box<dyn Command>>,
    commands: Vec<Done>,
    wrote: Wrote,
}

struct Done {
    command: Box<dyn Command>,
    overriding: Option<StoreError>,
}

impl Group {
    /// Runs one command within its savepoint. An error is the end of the whole group.
    async fn run(
        &mut self,
        transaction: &DatabaseTransaction,
        identity: &Arc<LogIdentity>,
        mut command: Box<dyn Command>,
    ) -> Result<()> {
        let savepoint = match transaction.begin().await {
            Ok(savepoint) => savepoint,
            Err(error) => {
                self.waiting = Some(command);
                return Err(StoreError::unavailable(error));
            }
        };
        let tx = Tx::new(
            savepoint,
            Engine::Sqlite,
            identity.clone(),
            command.context(),
        );
        let ended = tokio::time::timeout(COMMAND_TIME_MAX, caught(command.run(&tx))).await;
        let overriding = match ended {
            Ok(Ok(true)) if tx.health() != Health::Sound => Some(StoreError::internal(
                "a statement failed and the command went on",
            )),
            Ok(Ok(true)) => None,
            Ok(Ok(false)) => Some(StoreError::internal("the command refused")),
            Ok(Err(_)) => Some(StoreError::internal("the command panicked")),
            Err(_) => Some(StoreError::LimitExceeded(format!(
                "一条命令占用写入超过 {} 秒",
                COMMAND_TIME_MAX.as_secs()
            ))),
        };
        let (savepoint, wrote) = tx.into_parts();
        let ended = if overriding.is_none() {
            self.wrote = self.wrote.and(wrote);
            savepoint.commit().await
        } else {
            savepoint.rollback().await
        };
        self.commands.push(Done {
            command,
            overriding,
        });
        // SQLite ends the whole transaction by itself when the disk is full: then there is no savepoint left.
        ended.map_err(StoreError::unavailable)
    }

    /// Nothing of the group was committed: everybody is told so.
    fn lost(self, error: StoreError) {
        let cause = Arc::new(error);
        let commands = self.commands.into_iter().map(|done| done.command);
        for command in commands.chain(self.waiting) {
            command.answer(Some(StoreError::unavailable(GroupLost(cause.clone()))));
        }
    }
}

/// 整组没有提交。
#[derive(Debug, thiserror::Error)]
#[error("整组写入没有提交")]
struct GroupLost(#[source] Arc<StoreError>);

/// Polls the future; a panic in it is an error here, not the end of the writer.
async fn caught<T>(mut future: LocalFuture<'_, T>) -> std::result::Result<T, ()> {
    std::future::poll_fn(move |context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(_) => Poll::Ready(Err(())),
        }
    })
    .await
}
