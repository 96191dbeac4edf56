//! 装好的路由器与几种问法。

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use mingjing_edge::context::{Connection, Listener, Sources};
use mingjing_edge::layers::{Edge, EdgeSettings};
use mingjing_edge::limit::Limits;
use mingjing_edge::measure;
use mingjing_edge::session::CookieKind;
use mingjing_edge::stream::Streams;
use mingjing_http::router;
use mingjing_http::state::{ReadyCheck, State, Wiring};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_services::context::Services;
use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::context::{Context, SystemClock, SystemRng};
use mingjing_store::store::Store;
use mingjing_testkit::database::identity;
use serde_json::Value;
use tower::ServiceExt as _;

pub(crate) static FILES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../lawbook"));
    let mut files = Vec::new();
    collect(root, root, &mut files);
    files
});

pub(crate) static LAWBOOK: LazyLock<Arc<Lawbook>> = LazyLock::new(|| {
    let loaded = load(&FILES);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    Arc::new(loaded.lawbook.unwrap())
});

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.ends_with("catalogue") {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.push(SourceFile::new(name, fs::read_to_string(&path).unwrap()));
        }
    }
}

pub(crate) fn lawbook() -> &'static Lawbook {
    &LAWBOOK
}

/// 一个空库上的状态；库随进程的临时目录去。
pub(crate) async fn state(checks: Vec<ReadyCheck>) -> State {
    let folder = tempfile::tempdir().unwrap().keep();
    let location = Location::Sqlite(folder.join("mingjing.db"));
    let config = StoreConfig::new(location, identity());
    Store::migrate(&config, &Context::system("test"))
        .await
        .unwrap();
    let store = Store::open(&config).await.unwrap();
    let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng));
    let (_, meter) = measure::recorder().unwrap();
    State::new(Wiring {
        services: Arc::new(Services::new(store, Arc::clone(&LAWBOOK), clock, rng)),
        ready_checks: checks,
        cookie: CookieKind::Loopback,
        streams: Streams::new(4).0,
        spool: None,
        log_key: None,
        meter,
    })
}

pub(crate) fn edge() -> Edge {
    Edge::new(EdgeSettings {
        sources: Sources {
            now_micros: Arc::new(|| 1_732_880_000_000_000),
            random: Arc::new(|| [0xab; 16]),
        },
        proxies: Vec::new(),
        is_https: false,
        // One test asks for every rule there is; how fast one may ask is tested where it is decided.
        limits: Limits {
            rate_burst: 100_000,
            ..Limits::default()
        },
    })
}

pub(crate) async fn router() -> Router {
    router::build(state(Vec::new()).await, &edge())
}

pub(crate) fn request(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// 从本机直接来的请求。
pub(crate) fn from(peer: &str, listener: Listener, path: &str) -> Request<Body> {
    let mut request = request(path);
    request.extensions_mut().insert(Connection {
        peer: peer.parse().unwrap(),
        listener,
    });
    request
}

pub(crate) async fn ask(router: &Router, request: Request<Body>) -> Response {
    router.clone().oneshot(request).await.unwrap()
}

pub(crate) async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 24)
        .await
        .unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// 状态码与 JSON。
pub(crate) async fn get(path: &str) -> (u16, Value) {
    get_from(&router().await, path).await
}

async fn get_from(router: &Router, path: &str) -> (u16, Value) {
    let response = ask(router, request(path)).await;
    let status = response.status().as_u16();
    (status, serde_json::from_str(&text(response).await).unwrap())
}

/// 一直翻到最后一页，各页的条目连在一起。
pub(crate) async fn all_pages(path: &str, noun: &str) -> Vec<Value> {
    let router = router().await;
    let mut found = Vec::new();
    let mut next = path.to_owned();
    for _ in 0..100 {
        let (status, body) = get_from(&router, &next).await;
        assert_eq!(status, 200, "{body}");
        found.extend(body[noun].as_array().unwrap().clone());
        match body["meta"]["next"].as_str() {
            Some(cursor) => {
                let joint = if path.contains('?') { '&' } else { '?' };
                next = format!("{path}{joint}cursor={cursor}");
            }
            None => return found,
        }
    }
    panic!("the pages never end");
}
