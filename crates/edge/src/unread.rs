//! 没有读完的正文：先答复再断开的，还在发的一方多半只看见连接被重置；剩下的不多就收完，太多就明说要断开。

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use hyper::body::{Frame, SizeHint};

/// 剩下的至多收多少字节：一般的正文都不超过它。
const DRAIN_BYTES_MAX: u64 = 1 << 20;
/// 至多收多久：慢慢发的不奉陪。
const DRAIN_TIME: Duration = Duration::from_secs(5);

type Place = Arc<Mutex<Option<Body>>>;

/// A body on loan: when whoever reads it lets go of it, what is left goes back to its place.
struct Lent {
    body: Option<Body>,
    place: Place,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let hint = self.body.as_ref().map(HttpBody::size_hint);
        hint.unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            *self.place.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}

/// What may be left of a body when the request has been answered.
pub(crate) struct Leftover {
    /// Where what is left comes back to; nowhere if there was no body.
    place: Option<Place>,
    /// The peer waits to be told before it sends: reading would ask it for what nobody wants.
    is_waiting: bool,
}

/// Lends the body of the request to whoever answers it.
pub(crate) fn lend(request: Request) -> (Request, Leftover) {
    if request.body().is_end_stream() {
        let nothing = Leftover {
            place: None,
            is_waiting: false,
        };
        return (request, nothing);
    }
    let place = Place::default();
    let (parts, body) = request.into_parts();
    let is_waiting = parts.headers.contains_key(EXPECT);
    let lent = Lent {
        body: Some(body),
        place: Arc::clone(&place),
    };
    let leftover = Leftover {
        place: Some(place),
        is_waiting,
    };
    (Request::from_parts(parts, Body::new(lent)), leftover)
}

impl Leftover {
    /// Whether nothing is left now, so that the connection can go on.
    pub(crate) async fn settle(self) -> bool {
        let left = self.place.and_then(|place| {
            let mut held = place.lock().unwrap_or_else(PoisonError::into_inner);
            held.take()
        });
        let Some(body) = left else {
            return true;
        };
        if self.is_waiting || body.size_hint().lower() > DRAIN_BYTES_MAX {
            return false;
        }
        let drained = tokio::time::timeout(DRAIN_TIME, drain(body)).await;
        drained.unwrap_or(false)
    }
}

async fn drain(mut body: Body) -> bool {
    let mut read = 0;
    while read <= DRAIN_BYTES_MAX {
        let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        match frame {
            Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len) as u64,
            Some(Err(_)) => return false,
            None => return true,
        }
    }
    false
}
