//! 分给各个处理器：一批互不相干的计算，同时做，次序不变。

use crate::error::ServiceError;

/// Does the work for each, on as many threads as there are processors.
pub(crate) async fn on_all_processors<T, U, E>(
    items: Vec<T>,
    work: impl Fn(T) -> Result<U, E> + Clone + Send + 'static,
) -> Result<Vec<U>, E>
where
    T: Send + 'static,
    U: Send + 'static,
    E: From<ServiceError> + Send + 'static,
{
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (count, share) = (items.len(), items.len().div_ceil(threads).max(1));
    let mut items = items.into_iter().peekable();
    let mut tasks = Vec::new();
    while items.peek().is_some() {
        let mine: Vec<T> = items.by_ref().take(share).collect();
        let work = work.clone();
        let task = move || mine.into_iter().map(work).collect::<Result<Vec<U>, E>>();
        tasks.push(tokio::task::spawn_blocking(task));
    }
    let mut done = Vec::with_capacity(count);
    for task in tasks {
        let share = task.await.map_err(ServiceError::internal)?;
        done.extend(share?);
    }
    Ok(done)
}
