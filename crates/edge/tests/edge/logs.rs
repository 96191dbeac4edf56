//! 日志里没有不该有的：证件号从路径、查询、请求头、正文、错误原因、恐慌里来，都到不了日志。

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::Request;
use mingjing_edge::limit::Limits;
use mingjing_edge::telemetry::{LogFormat, install_panic_hook, subscriber};
use serde_json::Value;

use crate::app::{self, ask, get_of, post_json};

const PLANTED: &str = "11010119900307002X";
/// A name, which no mask could know: only the first net keeps it out.
const NAME: &str = "zhangsan";

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged(format: LogFormat) -> String {
    let captured = Captured::default();
    let writer = captured.clone();
    let lines = subscriber(format, tracing::Level::TRACE, move || writer.clone());
    tracing::subscriber::with_default(lines, || {
        install_panic_hook();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(plant());
        drop(std::panic::take_hook());
    });
    let bytes = captured.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

async fn plant() {
    let router = app::router(app::settings(Limits::default()));
    ask(&router, get_of(&format!("/items/{PLANTED}"))).await;
    ask(&router, get_of(&format!("/nothing/{PLANTED}"))).await;
    ask(
        &router,
        get_of(&format!("/pages?cursor={PLANTED}&x={PLANTED}")),
    )
    .await;
    ask(
        &router,
        post_json("/items", format!("{{\"name\":\"{PLANTED}\"}}")),
    )
    .await;
    ask(
        &router,
        post_json("/items", format!("{{\"name\":\"张三\",\"{PLANTED}\":1}}")),
    )
    .await;
    ask(
        &router,
        post_json("/items", format!("{{\"name\": {PLANTED}")),
    )
    .await;
    let headers = Request::get("/items/1")
        .header("cookie", format!("mingjing={PLANTED}"))
        .header("idempotency-key", PLANTED)
        .header("x-forwarded-for", PLANTED);
    ask(&router, headers.body(axum::body::Body::empty()).unwrap()).await;
    ask(&router, get_of(&format!("/items/{NAME}"))).await;
    ask(&router, get_of(&format!("/nothing/{NAME}?q={NAME}"))).await;
    ask(&router, get_of(&format!("/pages?{NAME}={NAME}"))).await;
    ask(
        &router,
        post_json("/items", format!("{{\"{NAME}\":\"{NAME}\"}}")),
    )
    .await;
    let headers = Request::builder()
        .method(NAME)
        .uri("/items/1")
        .header("traceparent", format!("00-{NAME}-1-1"))
        .header("user-agent", NAME)
        .header("x-csrf-token", NAME);
    ask(&router, headers.body(axum::body::Body::empty()).unwrap()).await;
    ask(&router, get_of("/public")).await;
    ask(&router, get_of("/fail")).await;
    ask(&router, get_of("/panic")).await;
}

#[test]
fn a_planted_citizen_id_or_name_never_reaches_the_log() {
    for format in [LogFormat::Json, LogFormat::Text] {
        let log = logged(format);
        assert!(log.lines().count() >= 10, "{log}");
        assert!(!log.contains(PLANTED), "{log}");
        assert!(!log.contains("张三") && !log.contains(NAME), "{log}");
        assert!(!log.contains("the party is"), "{log}");
    }
}

#[test]
fn a_line_says_what_was_asked_what_came_and_by_which_trace() {
    let log = logged(LogFormat::Json);
    let lines: Vec<Value> = log
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let first = &lines[0];
    assert_eq!(first["level"], "INFO");
    assert_eq!(first["message"], "request answered");
    assert_eq!(first["request.method"], "GET");
    assert_eq!(first["request.route"], "/items/{id}");
    assert_eq!(first["response.status"], 200);
    assert!(first["request.duration_ms"].is_u64());
    assert_eq!(
        first["span"]["trace.id"],
        "abababababababababababababababab"
    );
    assert_eq!(lines[1]["request.route"], "unmatched");
    assert_eq!(lines[1]["problem.code"], "not-found");
    let failed = lines
        .iter()
        .find(|l| l["message"] == "request failed")
        .unwrap();
    assert_eq!(failed["level"], "ERROR");
    let cause = failed["error.cause"].as_str().unwrap();
    assert!(cause.starts_with("duplicate key (***"), "{cause}");
    let panicked = lines
        .iter()
        .find(|l| l["message"] == "a task panicked")
        .unwrap();
    assert!(panicked["panic.file"].as_str().unwrap().ends_with("app.rs"));
}

#[test]
fn what_the_public_reads_is_counted_and_not_told() {
    let log = logged(LogFormat::Json);
    let lines = log
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap());
    let of_route = |route: &str| {
        let mut lines = lines.clone();
        lines.find(|l| l["request.route"] == route).unwrap()["level"].clone()
    };
    assert_eq!(of_route("/items/{id}"), "INFO");
    // Only who traces a fault with the level of debugging sees it.
    assert_eq!(of_route("/public"), "DEBUG");
}

#[test]
fn what_other_packages_chat_about_is_left_out() {
    let captured = Captured::default();
    let writer = captured.clone();
    let lines = subscriber(LogFormat::Json, tracing::Level::INFO, move || {
        writer.clone()
    });
    tracing::subscriber::with_default(lines, || {
        tracing::info!(target: "sqlx::query", "select");
        tracing::warn!(target: "sqlx::query", "slow");
        tracing::debug!(target: "mingjing_services", "detail");
        tracing::info!(target: "mingjing_services", "fact");
    });
    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("slow") && log.contains("fact"), "{log}");
    assert!(!log.contains("select") && !log.contains("detail"), "{log}");
}
