//! 探测、指标、问题说明、接口文档的取得。

use std::sync::Arc;

use axum::http::header::CONTENT_TYPE;
use mingjing_edge::context::Listener;
use mingjing_edge::problem::ProblemCode;
use mingjing_http::router;
use mingjing_http::state::ReadyCheck;
use mingjing_services::context::Services;
use mingjing_store::audit::NewAudit;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::{Database, on_sqlite, signing_key};
use serde_json::Value;

use crate::app::{self, ask, from, get, request, router};

#[tokio::test]
async fn a_living_process_says_so() {
    let (status, body) = get("/healthz").await;
    assert_eq!((status, &body["status"]), (200, &"ok".into()));
}

#[tokio::test]
async fn readiness_names_what_is_missing_and_waits_for_nobody() {
    let check = |name, ready: bool| ReadyCheck {
        name,
        is_required: true,
        is_ready: Arc::new(move || Box::pin(std::future::ready(ready))),
    };
    let stuck = ReadyCheck {
        name: "stuck",
        is_required: true,
        is_ready: Arc::new(|| Box::pin(std::future::pending())),
    };
    let wished_for = ReadyCheck {
        is_required: false,
        ..check("log", false)
    };
    for (checks, status) in [
        (vec![], 200),
        (vec![check("database", true)], 200),
        (vec![check("database", true), check("keys", false)], 503),
        (vec![stuck], 503),
        (vec![check("database", true), wished_for], 200),
    ] {
        let names: Vec<&str> = checks.iter().map(|c| c.name).collect();
        let router = router::build(app::state(checks).await, &app::edge());
        // The stuck check is given up by the clock, which jumps; opening the database must not.
        tokio::time::pause();
        let response = ask(&router, request("/readyz")).await;
        assert_eq!(response.status(), status);
        let body: Value = serde_json::from_str(&app::text(response).await).unwrap();
        assert_eq!(body["is_ready"], status == 200);
        let told = body["checks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["name"].as_str().unwrap());
        assert_eq!(told.collect::<Vec<_>>(), names);
        tokio::time::resume();
    }
}

#[test]
fn a_log_that_nobody_writes_to_is_told_and_stops_nobody() {
    on_sqlite(readiness_follows_the_log);
}

async fn readiness_follows_the_log(database: Database) {
    let (clock, rng) = (database.clock.clone(), database.context.rng.clone());
    let lawbook = Arc::clone(&app::LAWBOOK);
    let services = Services::new(database.store.clone(), lawbook, clock, rng);
    let check = ReadyCheck::of_log(&Arc::new(services));
    let router = router::build(app::state(vec![check]).await, &app::edge());
    let moving = async || {
        let response = ask(&router, request("/readyz")).await;
        assert_eq!(response.status(), 200);
        let body: Value = serde_json::from_str(&app::text(response).await).unwrap();
        assert_eq!(body["is_ready"], true);
        body["checks"][0]["is_ready"].as_bool().unwrap()
    };
    assert!(moving().await);
    let note = async |tx: &Tx| {
        let new = NewAudit {
            action: "test".to_owned(),
            resource_kind: "config".to_owned(),
            resource_id: None,
            org_path: "/".to_owned(),
            is_allowed: true,
            detail: serde_json::json!({}),
        };
        tx.audit(new).await
    };
    let context = &database.context;
    database.store.write(context, note).await.unwrap();
    database.clock.advance_millis(15_000);
    assert!(moving().await);
    database.clock.advance_millis(1);
    assert!(!moving().await);
    let (store, context) = (database.store.clone(), context.clone());
    let integrator = Integrator::new(store, context, signing_key(), "test".to_owned());
    integrator.unwrap().drain().await.unwrap();
    assert!(moving().await);
}

#[tokio::test]
async fn metrics_are_for_the_admin_port_and_the_machine_itself() {
    for (peer, listener, forwarded, status) in [
        ("198.51.100.1:5", Listener::Public, false, 404),
        ("198.51.100.1:5", Listener::Admin, false, 200),
        ("127.0.0.1:5", Listener::Public, false, 200),
        ("127.0.0.1:5", Listener::Public, true, 404),
    ] {
        let mut request = from(peer, listener, "/metrics");
        if forwarded {
            let value = "127.0.0.1".parse().unwrap();
            request.headers_mut().insert("x-forwarded-for", value);
        }
        let response = ask(&router().await, request).await;
        assert_eq!(response.status(), status, "{peer} {listener:?} {forwarded}");
    }
    let unknown = ask(&router().await, request("/metrics")).await;
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn every_problem_leads_to_its_page() {
    let router = router().await;
    for code in ProblemCode::ALL {
        let response = ask(&router, request(&format!("/problems/{}", code.name()))).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()[CONTENT_TYPE],
            "text/markdown; charset=utf-8"
        );
        assert!(app::text(response).await.contains(code.title()));
    }
    let (status, _) = get("/problems/no-such-code").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_document_is_served_as_committed() {
    let response = ask(&router().await, request("/api/v1/openapi.json")).await;
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    assert!(response.headers().contains_key("etag"));
    assert_eq!(
        app::text(response).await,
        mingjing_http::document::TEXT.as_str()
    );
}
