//! PostgreSQL 的写者：两个线程，各有几条连接；每条命令一个事务，输了竞争的重来。

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::LocalSet;

use crate::command::{self, Command, QUEUE_MAX, Queue, Sender};
use crate::config::StoreConfig;
use crate::dialect::Engine;
use crate::error::{Result, StoreError};
use crate::failure::{self, Failure};
use crate::link::{Pool, Use};
use crate::log::LogIdentity;
use crate::meter::Meter;
use crate::store::Signals;
use crate::tx::{Health, Tx, told};

/// While one thread works out what to write, the other can.
const THREADS: u32 = 2;
/// Attempts of a transaction that keeps losing races, before the store counts as unavailable.
const ATTEMPTS_MAX: u32 = 8;
/// The pause before the second attempt; doubled for each further one.
const RETRY_PAUSE: Duration = Duration::from_millis(5);

/// The side that hands in commands.
pub(crate) struct PoolWriter {
    threads: Vec<(Sender, JoinHandle<()>)>,
    next: AtomicUsize,
}

impl PoolWriter {
    /// Opens the connections and starts the threads.
    pub(crate) async fn start(
        config: &StoreConfig,
        identity: &Arc<LogIdentity>,
        signals: &Signals,
        meter: &Arc<Meter>,
    ) -> Result<Self> {
        let connections = config.write_connections;
        let connections = connections.div_ceil(THREADS).max(1);
        let mut threads = Vec::new();
        for _ in 0..THREADS {
            let (sender, queue) = mpsc::channel(QUEUE_MAX);
            let writing = Writing {
                identity: identity.clone(),
                signals: signals.clone(),
                meter: meter.clone(),
            };
            let thread = writing.start(config.clone(), connections, queue).await?;
            threads.push((sender, thread));
        }
        Ok(PoolWriter {
            threads,
            next: AtomicUsize::new(0),
        })
    }

    /// The queues in turn.
    pub(crate) fn queue(&self) -> &Sender {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len();
        &self.threads[turn].0
    }

    /// Commands in all queues.
    pub(crate) fn waiting(&self) -> usize {
        let queues = self.threads.iter();
        queues.map(|(queue, _)| QUEUE_MAX - queue.capacity()).sum()
    }

    /// Takes no more commands, ends those that wait, closes the connections.
    pub(crate) async fn close(self) {
        for (queue, thread) in self.threads {
            drop(queue);
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// The side that writes.
struct Writing {
    identity: Arc<LogIdentity>,
    signals: Signals,
    meter: Arc<Meter>,
}

impl Writing {
    async fn start(
        self,
        config: StoreConfig,
        connections: u32,
        queue: Queue,
    ) -> Result<JoinHandle<()>> {
        let (opened, is_open) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StoreError::internal)?;
        let thread = std::thread::Builder::new()
            .name("mingjing-writer".to_owned())
            .spawn(move || {
                LocalSet::new().block_on(&runtime, async move {
                    match Pool::open(&config, Use::Write(connections), &self.meter).await {
                        Ok(pool) => {
                            let _ = opened.send(Ok(()));
                            self.run(pool, connections, queue).await;
                        }
                        Err(error) => {
                            let _ = opened.send(Err(error));
                        }
                    }
                });
            })
            .map_err(StoreError::internal)?;
        is_open.await.map_err(StoreError::internal)??;
        Ok(thread)
    }

    async fn run(self, pool: Pool, connections: u32, mut queue: Queue) {
        let (writing, pool) = (Rc::new(self), Rc::new(pool));
        let places = Arc::new(Semaphore::new(connections as usize));
        while let Some(command) = queue.recv().await {
            let Ok(place) = places.clone().acquire_owned().await else {
                break;
            };
            let (writing, pool) = (writing.clone(), pool.clone());
            tokio::task::spawn_local(async move {
                writing.execute(&pool, command).await;
                drop(place);
            });
        }
        // All places taken means that nobody else holds one: everything has ended.
        let _ = places.acquire_many(connections).await;
        pool.close().await;
    }

    async fn execute(&self, pool: &Pool, mut command: Box<dyn Command>) {
        let mut pause = RETRY_PAUSE;
        let mut stood = None;
        for _ in 0..ATTEMPTS_MAX {
            match self.attempt(pool, command.as_mut()).await {
                Attempt::Done(overriding) => {
                    command.answer(overriding);
                    return;
                }
                // The command has looked again and writes it again: it is no race.
                Attempt::Duplicate(key) if stood.as_ref() == Some(&key) => {
                    command.answer(Some(StoreError::Duplicate(key)));
                    return;
                }
                Attempt::Duplicate(key) => stood = Some(key),
                Attempt::LostRace => {}
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        let lost = StoreError::unavailable("lost the race too many times");
        command.answer(Some(lost));
    }

    async fn attempt(&self, pool: &Pool, command: &mut dyn Command) -> Attempt {
        let link = match pool.begin_write().await {
            Ok(link) => link,
            Err(error) => return Attempt::Done(Some(error)),
        };
        let context = command.context();
        let (identity, meter) = (self.identity.clone(), self.meter.clone());
        let tx = Tx::new(link, Engine::Postgres, identity, meter, context);
        let overriding = command::run(command, &tx).await;
        let health = tx.health();
        let (link, wrote) = tx.into_parts();
        if overriding.is_some() {
            link.roll_back().await;
            return match health {
                Health::Retry => Attempt::LostRace,
                Health::Sound | Health::Failed => Attempt::Done(overriding),
            };
        }
        match link.commit().await {
            Ok(()) => {
                self.signals.tell(wrote);
                Attempt::Done(None)
            }
            Err(error) => match failure::classify(&error) {
                Failure::Retry => Attempt::LostRace,
                Failure::Duplicate(key) => Attempt::Duplicate(key),
                failure => Attempt::Done(Some(told(failure, error))),
            },
        }
    }
}

enum Attempt {
    /// Committed, or refused for the reason given.
    Done(Option<StoreError>),
    LostRace,
    /// What was sent without waiting stands already under this unique index: somebody else may have written it since,
    /// and the next attempt find it.
    Duplicate(String),
}
