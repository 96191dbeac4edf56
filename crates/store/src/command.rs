//! 命令：排队等着写的一个闭包，类型已抹去；在存储自己的线程上跑，所以它的 future 不必是 `Send`。

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::context::Context;
use crate::error::StoreError;
use crate::tx::{Health, Tx};

/// Commands waiting in one queue; whoever comes later waits for a place in it.
pub(crate) const QUEUE_MAX: usize = 1_024;
/// A command that holds a writer longer is rolled back.
pub(crate) const COMMAND_TIME_MAX: Duration = Duration::from_secs(30);

pub(crate) type Queue = mpsc::Receiver<Box<dyn Command>>;
pub(crate) type Sender = mpsc::Sender<Box<dyn Command>>;

type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A command in the queue.
pub(crate) trait Command: Send {
    fn context(&self) -> Context;
    /// Runs the closure and keeps its result; true if it is to be committed.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> LocalFuture<'a, bool>;
    /// Answers with the kept result, or with the error that overrides it.
    fn answer(self: Box<Self>, overriding: Option<StoreError>);
}

struct Queued<F, T, E> {
    context: Context,
    work: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Command for Queued<F, T, E>
where
    F: AsyncFn(&Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn context(&self) -> Context {
        self.context.clone()
    }

    fn run<'a>(&'a mut self, tx: &'a Tx) -> LocalFuture<'a, bool> {
        self.result = None;
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

/// Puts a closure into a queue and waits for its answer.
pub(crate) async fn submit<T, E, F>(queue: &Sender, context: Context, work: F) -> Result<T, E>
where
    F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
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
    let stopped = || E::from(StoreError::unavailable("the writer has stopped"));
    queue.send(command).await.map_err(|_| stopped())?;
    answered.await.unwrap_or_else(|_| Err(stopped()))
}

/// Runs a command within a transaction; `None` if it is to be committed, else why not.
pub(crate) async fn run(command: &mut dyn Command, tx: &Tx) -> Option<StoreError> {
    let ended = tokio::time::timeout(COMMAND_TIME_MAX, caught(command.run(tx))).await;
    match ended {
        Ok(Ok(true)) if tx.health() != Health::Sound => Some(StoreError::internal(
            "a statement failed and the command went on",
        )),
        Ok(Ok(true)) => None,
        Ok(Ok(false)) => Some(StoreError::internal("the command refused")),
        Ok(Err(_)) => Some(StoreError::internal("the command panicked")),
        Err(_) => Some(out_of_time()),
    }
}

/// Somebody else waits for the writer.
pub(crate) fn out_of_time() -> StoreError {
    StoreError::OutOfTime(COMMAND_TIME_MAX.as_secs())
}

/// Polls the future; a panic in it is an error here, not the end of the writer.
async fn caught<T>(mut future: LocalFuture<'_, T>) -> Result<T, ()> {
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
