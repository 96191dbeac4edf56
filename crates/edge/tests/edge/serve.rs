//! 真的套接字：来者地址、请求头的限额、停止时收尾。

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use mingjing_edge::context::{Listener, RequestContext};
use mingjing_edge::layers::Edge;
use mingjing_edge::limit::Limits;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_edge::serve::{Drained, Port, serve};
use mingjing_edge::stream::{StreamEvent, Streams};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::app;

struct Server {
    address: SocketAddr,
    /// 一条请求进来了。
    entered: Arc<Notify>,
    /// 放它做完。
    release: Arc<Notify>,
    stop: oneshot::Sender<()>,
    done: JoinHandle<Drained>,
}

async fn start(limits: Limits, kind: Listener) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (streams, stop_streams) = Streams::new(4);
    let settings = app::settings(limits.clone());
    let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let gate = (Arc::clone(&entered), Arc::clone(&release));
    let streaming = axum::Router::new()
        .route(
            "/stream",
            axum::routing::get(move || async move {
                let (mut sender, response) = streams.open()?;
                tokio::spawn(async move {
                    let event = StreamEvent {
                        id: 1,
                        name: "case_changed",
                        data: "{}".to_owned(),
                    };
                    let _ = sender.send(event);
                    sender.closed().await;
                });
                Ok::<_, mingjing_edge::problem::Problem>(response)
            }),
        )
        .route(
            "/gate",
            axum::routing::get(move || async move {
                gate.0.notify_one();
                gate.1.notified().await;
            }),
        )
        .route(
            "/refusing",
            axum::routing::post(|| async { Problem::new(ProblemCode::Forbidden) }),
        )
        .route(
            "/where",
            axum::routing::get(|context: RequestContext| async move {
                format!(
                    "{} {:?} {}",
                    context.peer, context.listener, context.is_local
                )
            }),
        );
    let router = app::router(settings.clone())
        .merge(Edge::new(settings).outermost(streaming).reset_fallback());
    let port = Port {
        listener,
        kind,
        router,
    };
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(async move {
        let stopped = async { stopped.await.unwrap_or(()) };
        serve(port, &limits, &stop_streams, stopped).await
    });
    Server {
        address,
        entered,
        release,
        stop,
        done,
    }
}

async fn send(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

fn get_line(path: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{more}\r\n")
}

#[tokio::test]
async fn a_request_knows_its_peer_and_port() {
    let server = start(Limits::default(), Listener::Admin).await;
    let text = rest(send(server.address, &get_line("/where", "")).await).await;
    assert!(text.ends_with("127.0.0.1 Admin true"), "{text}");
    server.stop.send(()).unwrap();
    assert_eq!(server.done.await.unwrap(), Drained::All);
}

#[tokio::test]
async fn too_many_or_too_large_headers_are_refused() {
    let limits = Limits {
        headers: 10,
        header_bytes: 9000,
        ..Limits::default()
    };
    let server = start(limits, Listener::Public).await;
    let many: String = (0..20).map(|n| format!("X-{n}: y\r\n")).collect();
    let large = format!("X-Large: {}\r\n", "y".repeat(20_000));
    for headers in [many, large] {
        let text = rest(send(server.address, &get_line("/where", &headers)).await).await;
        assert!(text.starts_with("HTTP/1.1 431"), "{text}");
    }
    let text = rest(send(server.address, &get_line("/where", "")).await).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    server.stop.send(()).unwrap();
    server.done.await.unwrap();
}

#[tokio::test]
async fn who_sends_headers_drop_by_drop_is_cut_off() {
    let limits = Limits {
        header_time: Duration::from_millis(100),
        ..Limits::default()
    };
    let server = start(limits, Listener::Public).await;
    let text = rest(send(server.address, "GET /where HTTP/1.1\r\nHost:").await).await;
    assert!(!text.contains("200"), "{text}");
    server.stop.send(()).unwrap();
    server.done.await.unwrap();
}

#[tokio::test]
async fn stopping_finishes_what_runs_ends_streams_and_takes_nothing_new() {
    let server = start(Limits::default(), Listener::Public).await;
    let running = send(server.address, &get_line("/gate", "")).await;
    server.entered.notified().await;
    let mut stream = send(server.address, &get_line("/stream", "")).await;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    server.stop.send(()).unwrap();
    let closed_streams = rest(stream).await;
    server.release.notify_one();
    assert!(rest(running).await.starts_with("HTTP/1.1 200"));
    assert!(closed_streams.contains("case_changed"));
    assert_eq!(server.done.await.unwrap(), Drained::All);
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_never_ends_is_left_behind_after_the_drain_time() {
    let limits = Limits {
        drain_time: Duration::from_millis(100),
        ..Limits::default()
    };
    let server = start(limits, Listener::Public).await;
    let stuck = send(server.address, &get_line("/slow", "")).await;
    let seen = rest(send(server.address, &get_line("/where", "")).await).await;
    assert!(seen.contains("200"));
    server.stop.send(()).unwrap();
    assert_eq!(server.done.await.unwrap(), Drained::TimedOut);
    drop(stuck);
}

fn post_line(path: &str, more: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: h\r\n{more}\r\n")
}

/// Whoever is refused before his body was read hears why, and goes on with the same connection.
#[tokio::test]
async fn a_body_that_nobody_read_does_not_cost_the_connection() {
    let server = start(Limits::default(), Listener::Public).await;
    let body = "x".repeat(200_000);
    let refused = post_line("/refusing", "Content-Length: 200000\r\n");
    let mut stream = send(server.address, &refused).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    stream
        .write_all(get_line("/where", "").as_bytes())
        .await
        .unwrap();
    let text = rest(stream).await;
    assert!(text.starts_with("HTTP/1.1 403"), "{text}");
    assert!(text.contains("HTTP/1.1 200"), "{text}");
    server.stop.send(()).unwrap();
    server.done.await.unwrap();
}

#[tokio::test]
async fn a_body_too_long_to_wait_for_ends_the_connection_openly() {
    let server = start(Limits::default(), Listener::Public).await;
    for more in [
        "Content-Length: 99999999\r\n",
        "Content-Length: 10\r\nExpect: 100-continue\r\n",
    ] {
        let text = rest(send(server.address, &post_line("/refusing", more)).await).await;
        assert!(text.starts_with("HTTP/1.1 403"), "{text}");
        assert!(text.to_lowercase().contains("connection: close"), "{text}");
    }
    server.stop.send(()).unwrap();
    server.done.await.unwrap();
}
