//! 事件流（SSE）：每个事件带日志序号，断了可从那里接着收；读得太慢的断开，由它自己接着来。

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use mingjing_services::metric;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use crate::problem::{Problem, ProblemCode};

/// 每条流至多积压的事件数：满了就是读得太慢。
const BACKLOG: usize = 256;
/// 补发时等多久才算读得太慢。
const ROOM_WAIT: Duration = Duration::from_secs(10);
/// 没有事件时隔多久发一个注释，使中间的代理不断开。
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// 叫浏览器断开后隔多久再来。
const RETRY: Duration = Duration::from_secs(3);

/// 一个事件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvent {
    /// 日志序号：断开后以 `Last-Event-ID` 带回。
    pub id: u64,
    /// 种类，如 `finding_changed`。
    pub name: &'static str,
    /// 数据，一行 JSON。
    pub data: String,
}

/// 不能再发。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SendError {
    /// 对方读得太慢，已断开。
    #[error("the reader is too slow")]
    TooSlow,
    /// 对方走了。
    #[error("the reader is gone")]
    Gone,
}

/// 全部事件流：总数有限，停止时一起断开。
#[derive(Clone)]
pub struct Streams {
    permits: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

/// 停止全部事件流的开关，交给 `serve`。
#[derive(Debug, Clone)]
pub struct StopStreams(Arc<watch::Sender<bool>>);

impl StopStreams {
    /// 断开全部事件流，以后的也不开。
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Streams {
    /// 至多同时开几条，与停止的开关。
    pub fn new(max: usize) -> (Self, StopStreams) {
        let (sender, stopping) = watch::channel(false);
        let streams = Streams {
            permits: Arc::new(Semaphore::new(max)),
            stopping,
        };
        (streams, StopStreams(Arc::new(sender)))
    }

    /// 开一条：发送端交给取事件的任务，答复交给来者。
    pub fn open(&self) -> Result<(StreamSender, Response), Problem> {
        if *self.stopping.borrow() {
            return Err(Problem::new(ProblemCode::Unavailable));
        }
        let permit = Arc::clone(&self.permits).try_acquire_owned();
        let permit = permit.map_err(|_| Problem::new(ProblemCode::Overloaded))?;
        let (sender, receiver) = mpsc::channel(BACKLOG);
        let mut stopping = self.stopping.clone();
        let stopped = async move {
            // An error means that the switch is gone, and the process with it.
            let _ = stopping.wait_for(|is_stopping| *is_stopping).await;
        };
        let events = Events {
            receiver,
            stopped: Box::pin(stopped),
            is_first: true,
            _open: Open::enter(permit),
        };
        let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
        let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        );
        Ok((StreamSender(Some(sender)), response))
    }
}

/// 一条流的发送端。
#[derive(Debug)]
pub struct StreamSender(Option<mpsc::Sender<StreamEvent>>);

impl StreamSender {
    /// 发一个，不等：积压满了就断开，来者收完已积压的之后从最后一个接着来，一个不丢。
    pub fn send(&mut self, event: StreamEvent) -> Result<(), SendError> {
        let Some(sender) = &self.0 else {
            return Err(SendError::Gone);
        };
        match sender.try_send(event) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.0 = None;
                metrics::counter!(metric::STREAMS_CLOSED_SLOW_TOTAL).increment(1);
                Err(SendError::TooSlow)
            }
            Err(mpsc::error::TrySendError::Closed(_)) => {
                self.0 = None;
                Err(SendError::Gone)
            }
        }
    }

    /// 发一个，积压满时等一等；等过时限的断开。补发错过的许多条时用它，不因一次补得多而断开。
    pub async fn deliver(&mut self, event: StreamEvent) -> Result<(), SendError> {
        let Some(sender) = &self.0 else {
            return Err(SendError::Gone);
        };
        match sender.send_timeout(event, ROOM_WAIT).await {
            Ok(()) => Ok(()),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => {
                self.0 = None;
                metrics::counter!(metric::STREAMS_CLOSED_SLOW_TOTAL).increment(1);
                Err(SendError::TooSlow)
            }
            Err(mpsc::error::SendTimeoutError::Closed(_)) => {
                self.0 = None;
                Err(SendError::Gone)
            }
        }
    }

    /// 对方走了没有。
    pub fn is_gone(&self) -> bool {
        self.0.as_ref().is_none_or(mpsc::Sender::is_closed)
    }

    /// 等到对方走了。
    pub async fn closed(&self) {
        if let Some(sender) = &self.0 {
            sender.closed().await;
        }
    }
}

struct Open(#[expect(dead_code, reason = "held until the stream ends")] OwnedSemaphorePermit);

impl Open {
    fn enter(permit: OwnedSemaphorePermit) -> Self {
        metrics::gauge!(metric::STREAMS_OPEN).increment(1.0);
        Open(permit)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!(metric::STREAMS_OPEN).decrement(1.0);
    }
}

struct Events {
    receiver: mpsc::Receiver<StreamEvent>,
    stopped: Pin<Box<dyn Future<Output = ()> + Send>>,
    is_first: bool,
    _open: Open,
}

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_first {
            self.is_first = false;
            return Poll::Ready(Some(Ok(Event::default().retry(RETRY))));
        }
        if self.stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        self.receiver.poll_recv(cx).map(|event| {
            event.map(|event| {
                let built = Event::default().id(event.id.to_string()).event(event.name);
                Ok(built.data(event.data))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: u64) -> StreamEvent {
        StreamEvent {
            id,
            name: "case_changed",
            data: format!("{{\"n\":{id}}}"),
        }
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn events_carry_the_index_to_resume_from() {
        let (streams, _stop) = Streams::new(1);
        let (mut sender, response) = streams.open().unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        sender.send(event(7)).unwrap();
        drop(sender);
        let text = text(response).await;
        assert!(
            text.starts_with("retry: 3000\n\n") || text.starts_with("retry:3000\n\n"),
            "{text}"
        );
        assert!(
            text.contains("id: 7") && text.contains("event: case_changed"),
            "{text}"
        );
        assert!(text.contains("data: {\"n\":7}"), "{text}");
    }

    #[tokio::test]
    async fn a_slow_reader_is_closed_after_what_it_already_has() {
        let (streams, _stop) = Streams::new(1);
        let (mut sender, response) = streams.open().unwrap();
        let sent = (0..)
            .take_while(|id| sender.send(event(*id)).is_ok())
            .count();
        assert_eq!(sent, BACKLOG);
        assert_eq!(sender.send(event(999)), Err(SendError::Gone));
        let text = text(response).await;
        assert!(text.contains(&format!("id: {}\n", BACKLOG - 1)));
        assert!(!text.contains("id: 999"));
    }

    #[tokio::test]
    async fn the_number_of_streams_is_limited_and_given_back() {
        let (streams, _stop) = Streams::new(1);
        let first = streams.open().unwrap();
        assert_eq!(streams.open().unwrap_err().code(), ProblemCode::Overloaded);
        drop(first);
        assert!(streams.open().is_ok());
    }

    #[tokio::test]
    async fn stopping_ends_every_stream_and_opens_none() {
        let (streams, stop) = Streams::new(2);
        let (sender, response) = streams.open().unwrap();
        stop.stop();
        text(response).await;
        sender.closed().await;
        assert_eq!(streams.open().unwrap_err().code(), ProblemCode::Unavailable);
    }
}
