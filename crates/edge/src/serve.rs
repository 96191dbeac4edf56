//! 监听：收连接、限连接数与请求头，停止时先收尾后断开。

use std::io;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use crate::context::{Connection, Listener};
use crate::limit::Limits;
use crate::stream::StopStreams;

/// 一个口。
pub struct Port {
    /// 监听着的套接字。
    pub listener: TcpListener,
    /// 对外的还是管理的。
    pub kind: Listener,
    /// 路由器，边缘各层已加上。
    pub router: Router,
}

/// 停止时收尾的结果。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// 进行中的都做完了
    All,
    /// 等到了时限，还有没做完的
    TimedOut,
}

/// 一直服务到 `stop`，然后不再收新的连接，断开事件流，等进行中的做完。
///
/// When this returns, no request of this port is running any more, unless the answer is
/// [`Drained::TimedOut`].
pub async fn serve(
    port: Port,
    limits: &Limits,
    streams: &StopStreams,
    stop: impl Future<Output = ()>,
) -> Drained {
    let connections = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&port.listener, &connections) => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer, permit)) => {
                let connection = Connection {
                    peer,
                    listener: port.kind,
                };
                let served = connection_of(stream, connection, port.router.clone(), limits);
                let served = graceful.watch(served);
                tokio::spawn(async move {
                    // A broken connection is the peer's affair; requests are logged for themselves.
                    let _ = served.await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(error.cause = %error, "a connection could not be accepted");
                // Out of file descriptors, usually: give the others time to end.
                tokio::time::sleep(limits.accept_pause).await;
            }
        }
    }
    drop(port.listener);
    streams.stop();
    match tokio::time::timeout(limits.drain_time, graceful.shutdown()).await {
        Ok(()) => Drained::All,
        Err(_) => Drained::TimedOut,
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> io::Result<(TcpStream, std::net::SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(connections).acquire_owned().await;
    let permit = permit.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, permit))
}

fn connection_of(
    stream: TcpStream,
    connection: Connection,
    router: Router,
    limits: &Limits,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + use<> {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(connection);
        router.clone().oneshot(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_headers(limits.headers)
        .max_buf_size(limits.header_bytes)
        .serve_connection(TokioIo::new(stream), service)
}
