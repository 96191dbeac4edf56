//! 试验用的一个小应用：几条路由，时刻与随机数固定。

use std::sync::Arc;

use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use mingjing_edge::context::{RequestContext, Sources};
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::path::Path;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::layers::{Counted, Edge, EdgeSettings};
use mingjing_edge::limit::Limits;
use mingjing_edge::problem::Problem;
use mingjing_services::error::ServiceError;
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt as _;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    pub(crate) name: String,
}

pub(crate) fn settings(limits: Limits) -> EdgeSettings {
    EdgeSettings {
        sources: Sources {
            now_micros: Arc::new(|| 1_732_880_000_000_000),
            random: Arc::new(|| [0xab; 16]),
        },
        proxies: Vec::new(),
        is_https: false,
        limits,
    }
}

pub(crate) fn router(settings: EdgeSettings) -> Router {
    let body_bytes = settings.limits.body_bytes;
    let edge = Edge::new(settings);
    let limited = Router::new()
        .route("/items", post(create_item))
        .route("/items/{id}", get(get_item))
        .route(
            "/numbers/{n}",
            get(|Path(n): Path<u32>| async move { n.to_string() }),
        )
        .route(
            "/pages",
            get(|Query(paging): Query<Paging>| async move {
                paging.request().map(|p| p.size.items().to_string())
            }),
        )
        .route("/public", get(|| async { (Extension(Counted), "公开") }))
        .route("/panic", get(panics))
        .route("/slow", get(std::future::pending::<()>))
        .route("/fail", get(fails))
        .route("/bare", get(|| async { StatusCode::BAD_GATEWAY }))
        .layer(DefaultBodyLimit::max(body_bytes));
    let probes = Router::new().route("/healthz", get(|| async { "ok" }));
    edge.outermost(edge.limited(limited).merge(probes))
}

async fn create_item(body: JsonBody<Item>) -> String {
    body.value.name
}

async fn get_item(Path(id): Path<String>, context: RequestContext) -> String {
    format!("{id} {}", context.started_at_micros)
}

async fn panics() -> String {
    panic!("the party is 11010119900307002X");
}

async fn fails() -> Result<(), Problem> {
    let cause = std::io::Error::other("duplicate key (11010119900307002X)");
    Err(ServiceError::internal(cause).into())
}

pub(crate) fn get_of(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

pub(crate) fn post_json(path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path).header("content-type", "application/json");
    request.body(body.into()).unwrap()
}

pub(crate) async fn ask(router: &Router, request: Request<Body>) -> Response {
    router.clone().oneshot(request).await.unwrap()
}

pub(crate) async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 22)
        .await
        .unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}
