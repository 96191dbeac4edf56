//! SQLite 的写者：一条连接，一个线程，成组提交。
//!
//! Commands wait in two queues, live ones before bulk ones. A group is one `BEGIN IMMEDIATE … COMMIT`; each command of
//! it has a savepoint of its own, so that one which fails leaves the others be. Nobody is answered before COMMIT, with
//! `synchronous=FULL`, has returned.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::checkpoint::Checkpointer;
use crate::command::{self, Command, QUEUE_MAX, Queue, Sender};
use crate::dialect::Engine;
use crate::error::{Result, StoreError};
use crate::link::Link;
use crate::log::LogIdentity;
use crate::meter::Meter;
use crate::sqlite::{Access, Session, hold};
use crate::store::Signals;
use crate::tx::{Tx, Wrote};

/// How much goes into one group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroupLimits {
    /// One sync for at most so many commands.
    commands_max: usize,
    /// A group takes no further command after this; whoever waits is answered soon.
    time_max: Duration,
}

pub(crate) const GROUP_LIMITS: GroupLimits = GroupLimits {
    commands_max: 64,
    time_max: Duration::from_millis(5),
};
/// Groups of live commands that may pass a waiting bulk command: under full load the log must still be integrated.
const BULK_PASSED_MAX: u32 = 16;

/// 先后：实时的先于成批的。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    Live,
    Bulk,
}

/// The side that hands in commands.
pub(crate) struct GroupWriter {
    live: Sender,
    bulk: Sender,
    thread: JoinHandle<()>,
}

impl GroupWriter {
    /// Opens the write connection and starts the thread.
    pub(crate) async fn start(
        path: PathBuf,
        lock_wait: Duration,
        identity: Arc<LogIdentity>,
        signals: Signals,
        meter: Arc<Meter>,
        limits: GroupLimits,
    ) -> Result<Self> {
        let (live, live_queue) = mpsc::channel(QUEUE_MAX);
        let (bulk, bulk_queue) = mpsc::channel(QUEUE_MAX);
        let (opened, is_open) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(StoreError::internal)?;
        let checkpointer = Checkpointer::start(path.clone(), lock_wait)?;
        let thread = std::thread::Builder::new()
            .name("mingjing-writer".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    let mut writer = Writing {
                        path,
                        lock_wait,
                        identity,
                        session: None,
                        checkpointer,
                        live: live_queue,
                        bulk: bulk_queue,
                        passed: 0,
                        limits,
                        signals,
                        meter,
                    };
                    let is_open = writer.connect().map(|_| ());
                    let may_run = is_open.is_ok();
                    let _ = opened.send(is_open);
                    if may_run {
                        writer.run().await;
                    }
                    writer.checkpointer.close();
                });
            })
            .map_err(StoreError::internal)?;
        is_open.await.map_err(StoreError::internal)??;
        Ok(GroupWriter { live, bulk, thread })
    }

    /// The queue for commands of this priority.
    pub(crate) const fn queue(&self, priority: Priority) -> &Sender {
        match priority {
            Priority::Live => &self.live,
            Priority::Bulk => &self.bulk,
        }
    }

    /// Commands in both queues.
    pub(crate) fn waiting(&self) -> usize {
        2 * QUEUE_MAX - self.live.capacity() - self.bulk.capacity()
    }

    /// Takes no more commands, commits what waits, closes the file.
    pub(crate) async fn close(self) {
        let GroupWriter { live, bulk, thread } = self;
        drop((live, bulk));
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    }
}

/// The side that writes.
struct Writing {
    path: PathBuf,
    lock_wait: Duration,
    identity: Arc<LogIdentity>,
    /// `None` after a group was lost: nobody need know what SQLite thinks of its transaction.
    session: Option<Arc<Mutex<Session>>>,
    checkpointer: Checkpointer,
    live: Queue,
    bulk: Queue,
    /// Live groups since the last bulk command.
    passed: u32,
    limits: GroupLimits,
    signals: Signals,
    meter: Arc<Meter>,
}

impl Writing {
    async fn run(&mut self) {
        while let Some((command, priority)) = self.next().await {
            let mut group = Group::default();
            match self.group(&mut group, command, priority).await {
                Ok(()) => {
                    self.signals.tell(group.wrote);
                    for done in group.commands {
                        done.command.answer(done.overriding);
                    }
                    if let Some(session) = &self.session {
                        self.checkpointer.look(&hold(session));
                    }
                }
                Err(error) => {
                    self.session = None;
                    group.lost(error);
                }
            }
        }
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
        let session = self.connect()?;
        run(&session, Engine::Sqlite.begin_write())?;
        while let Some(command) = group.waiting.take() {
            group
                .run(&session, (&self.identity, &self.meter), command)
                .await?;
            // A bulk chunk is a group of its own: it has used up the time of several already.
            let has_room = priority == Priority::Live
                && group.commands.len() < self.limits.commands_max
                && started.elapsed() < self.limits.time_max;
            if has_room {
                group.waiting = self.live.try_recv().ok();
            }
        }
        run(&session, "COMMIT")
    }

    fn connect(&mut self) -> Result<Arc<Mutex<Session>>> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let opened = Session::open(&self.path, Access::Write, self.lock_wait);
        let mut session = opened.map_err(StoreError::unavailable)?;
        let told = session.tell_commits(self.checkpointer.progress().clone());
        told.map_err(StoreError::unavailable)?;
        let session = Arc::new(Mutex::new(session));
        self.session = Some(session.clone());
        Ok(session)
    }
}

/// What begins and ends transactions.
fn run(session: &Mutex<Session>, text: &str) -> Result<()> {
    let done = hold(session).execute(text, &[]);
    done.map(|_| ()).map_err(StoreError::unavailable)
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
        session: &Arc<Mutex<Session>>,
        (identity, meter): (&Arc<LogIdentity>, &Arc<Meter>),
        mut command: Box<dyn Command>,
    ) -> Result<()> {
        if let Err(error) = run(session, "SAVEPOINT command") {
            self.waiting = Some(command);
            return Err(error);
        }
        let link = Link::Own(session.clone());
        let (identity, meter) = (identity.clone(), meter.clone());
        let tx = Tx::new(link, Engine::Sqlite, identity, meter, command.context());
        let overriding = command::run(command.as_mut(), &tx).await;
        let (_, wrote) = tx.into_parts();
        let ended = if overriding.is_none() {
            self.wrote = self.wrote.and(wrote);
            Ok(())
        } else {
            run(session, "ROLLBACK TO command")
        };
        self.commands.push(Done {
            command,
            overriding,
        });
        // SQLite ends the whole transaction by itself when the disk is full: then there is no savepoint left.
        ended?;
        run(session, "RELEASE command")
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

#[cfg(test)]
mod tests {
    use mingjing_ledger::suite::Suite;
    use mingjing_ledger::token::Token;
    use tokio::sync::Notify;

    use super::*;
    use crate::config::{Location, StoreConfig};
    use crate::context::Context;
    use crate::store::Store;
    use crate::tx::Read;

    /// What SQLite does by itself when the disk is full: the whole transaction ends, savepoints and all.
    #[tokio::test]
    async fn when_a_group_is_lost_all_are_told_and_writing_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let identity = LogIdentity {
            node: Token::new("test.node").unwrap(),
            suite: Suite::Sm,
        };
        let path = folder.path().join("a.db");
        let location = Location::Sqlite(path.clone());
        let config = StoreConfig::new(location, identity.clone());
        let context = Context::system("test");
        Store::migrate(&config, &context).await.unwrap();
        let limits = GroupLimits {
            time_max: Duration::from_secs(60),
            ..GROUP_LIMITS
        };
        let signals = Signals::default();
        let identity = Arc::new(identity);
        let meter = Arc::default();
        let writer = GroupWriter::start(path, config.lock_wait, identity, signals, meter, limits);
        let writer = Arc::new(writer.await.unwrap());
        let (is_held, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let keep = |digest: [u8; 32], hold: Option<(Arc<Notify>, Arc<Notify>)>| {
            let (writer, context) = (writer.clone(), context.clone());
            tokio::spawn(async move {
                let keep = async move |tx: &Tx| {
                    if let Some((is_held, go_on)) = &hold {
                        is_held.notify_one();
                        go_on.notified().await;
                    }
                    tx.keep_facts(&digest, "{}").await?;
                    if digest == [2; 32] {
                        tx.execute("ROLLBACK", vec![]).await?;
                    }
                    Ok::<_, StoreError>(())
                };
                command::submit(writer.queue(Priority::Live), context, keep).await
            })
        };
        let first = keep([1; 32], Some((is_held.clone(), go_on.clone())));
        is_held.notified().await;
        let second = keep([2; 32], None);
        while writer.waiting() < 1 {
            tokio::task::yield_now().await;
        }
        go_on.notify_one();
        for lost in [first.await.unwrap(), second.await.unwrap()] {
            assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        }
        keep([3; 32], None).await.unwrap().unwrap();
        let store = Store::open(&config).await.unwrap();
        let kept = store.read(async |read: &Read| {
            let kept = [
                read.get_facts(&[1; 32]).await.is_ok(),
                read.get_facts(&[2; 32]).await.is_ok(),
                read.get_facts(&[3; 32]).await.is_ok(),
            ];
            Ok::<_, StoreError>(kept)
        });
        assert_eq!(kept.await.unwrap(), [false, false, true]);
        store.close().await;
    }
}
