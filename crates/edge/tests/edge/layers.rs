//! 各层：追踪号、问题答复、安全头、限额、恐慌、指标。

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use mingjing_edge::limit::Limits;
use mingjing_edge::measure;

use crate::app::{self, ask, get_of, json, post_json};

const TRACE: &str = "abababababababababababababababab";

#[tokio::test]
async fn a_refusal_of_the_router_is_a_problem_with_its_trace_id() {
    let router = app::router(app::settings(Limits::default()));
    let response = ask(&router, get_of("/nothing/here")).await;
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["x-trace-id"], TRACE);
    let body = json(response).await;
    assert_eq!(body["code"], "not-found");
    assert_eq!(body["trace_id"], TRACE);
    assert_eq!(body["instance"], format!("urn:mingjing:request:{TRACE}"));
    assert!(!body.to_string().contains("here"));

    let response = ask(&router, get_of("/items")).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "POST");
    assert_eq!(json(response).await["code"], "method-not-allowed");

    let response = ask(&router, get_of("/bare")).await;
    assert_eq!(response.status(), 500);
    assert_eq!(json(response).await["code"], "internal-error");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let mut settings = app::settings(Limits::default());
    for is_https in [false, true] {
        settings.is_https = is_https;
        let router = app::router(settings.clone());
        for path in ["/items/1", "/nothing", "/healthz", "/panic"] {
            let response = ask(&router, get_of(path)).await;
            let headers = response.headers();
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{path}");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["x-frame-options"], "DENY");
            assert_eq!(headers["referrer-policy"], "no-referrer");
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(headers.contains_key("strict-transport-security"), is_https);
        }
    }
}

#[tokio::test]
async fn bodies_are_limited_by_type_and_size() {
    let limits = Limits {
        body_bytes: 100,
        ..Limits::default()
    };
    let router = app::router(app::settings(limits));
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(200));
    let response = ask(&router, post_json("/items", large)).await;
    assert_eq!(response.status(), 413);
    assert_eq!(json(response).await["code"], "body-too-large");

    let form = Request::post("/items").header("content-type", "text/plain");
    let response = ask(&router, form.body(Body::from("{}")).unwrap()).await;
    assert_eq!(response.status(), 415);
    assert_eq!(json(response).await["code"], "unsupported-media-type");

    let response = ask(&router, post_json("/items", "{\"name\":\"a\",\"nmae\":1}")).await;
    assert_eq!(response.status(), 422);
    assert_eq!(json(response).await["errors"][0]["pointer"], "/nmae");

    let charset = Request::post("/items").header("content-type", "Application/JSON; charset=utf-8");
    let response = ask(
        &router,
        charset.body(Body::from("{\"name\":\"a\"}")).unwrap(),
    )
    .await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn compressed_bodies_are_not_unpacked() {
    let router = app::router(app::settings(Limits::default()));
    let mut request = post_json("/items", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    request
        .headers_mut()
        .insert("content-encoding", "gzip".parse().unwrap());
    let response = ask(&router, request).await;
    assert_eq!(response.status(), 400);
    assert_eq!(json(response).await["code"], "malformed-body");
}

#[tokio::test]
async fn path_and_query_faults_name_their_place() {
    let router = app::router(app::settings(Limits::default()));
    let response = ask(&router, get_of("/numbers/x")).await;
    assert_eq!(response.status(), 422);
    assert!(
        json(response).await["errors"][0]["pointer"]
            .as_str()
            .unwrap()
            .starts_with("path:")
    );
    let response = ask(&router, get_of("/pages?limt=3")).await;
    assert_eq!(response.status(), 422);
    assert_eq!(json(response).await["errors"][0]["pointer"], "query:limt");
    let response = ask(&router, get_of("/pages?limit=201")).await;
    assert_eq!(json(response).await["errors"][0]["code"], "out-of-range");
    let response = ask(&router, get_of("/pages?limit=200")).await;
    assert_eq!(app::text(response).await, "200");
}

#[tokio::test]
async fn a_panic_is_an_answer_without_detail_and_the_next_request_is_served() {
    let router = app::router(app::settings(Limits::default()));
    let response = ask(&router, get_of("/panic")).await;
    assert_eq!(response.status(), 500);
    let body = json(response).await;
    assert_eq!(body["code"], "internal-error");
    assert!(!body.to_string().contains("party"));
    assert_eq!(ask(&router, get_of("/items/1")).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_given_up() {
    let router = app::router(app::settings(Limits::default()));
    let response = ask(&router, get_of("/slow")).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "5");
    assert_eq!(json(response).await["code"], "request-timeout");
}

#[tokio::test(start_paused = true)]
async fn more_at_once_than_allowed_is_refused_and_probes_still_answer() {
    let limits = Limits {
        requests: 1,
        ..Limits::default()
    };
    let router = app::router(app::settings(limits));
    let busy = tokio::spawn({
        let router = router.clone();
        async move { ask(&router, get_of("/slow")).await.status() }
    });
    tokio::task::yield_now().await;
    let response = ask(&router, get_of("/items/1")).await;
    assert_eq!(response.status(), 503);
    assert_eq!(json(response).await["code"], "overloaded");
    assert_eq!(ask(&router, get_of("/healthz")).await.status(), 200);
    assert_eq!(busy.await.unwrap(), 503);
    assert_eq!(ask(&router, get_of("/items/1")).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_hurries_is_told_to_wait() {
    let limits = Limits {
        rate_per_second: 1,
        rate_burst: 2,
        ..Limits::default()
    };
    let router = app::router(app::settings(limits));
    for _ in 0..2 {
        assert_eq!(ask(&router, get_of("/items/1")).await.status(), 200);
    }
    let response = ask(&router, get_of("/items/1")).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(json(response).await["code"], "rate-limited");
    assert_eq!(ask(&router, get_of("/healthz")).await.status(), 200);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(ask(&router, get_of("/items/1")).await.status(), 200);
}

#[test]
fn requests_are_counted_by_template_never_by_path() {
    let (recorder, meter) = measure::recorder().unwrap();
    metrics::with_local_recorder(&recorder, || {
        measure::describe();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let router = app::router(app::settings(Limits::default()));
            ask(&router, get_of("/items/11010119900307002X")).await;
            let odd = Request::builder().method("HACK").uri("/secret/1");
            ask(&router, odd.body(Body::empty()).unwrap()).await;
        });
    });
    let text = meter.render();
    let line =
        "mingjing_http_requests_total{method=\"GET\",route=\"/items/{id}\",status=\"200\"} 1";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("route=\"unmatched\""), "{text}");
    assert!(
        text.contains("mingjing_http_request_seconds_bucket"),
        "{text}"
    );
    assert!(
        text.contains("mingjing_http_requests_in_flight 0"),
        "{text}"
    );
    assert!(!text.contains("1101") && !text.contains("HACK") && !text.contains("secret"));
}
