//! 路由表：没有登记的路由进不来，登记的每一条都把守着。

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::{self, Request};
use mingjing_http::route::{Access, Entry, Method, Route, Tree};
use mingjing_http::router;
use mingjing_http::table::entries;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_testkit::database::{Database, on_sqlite};
use utoipa_axum::routes;

use crate::app::{self, ask, request};
use crate::world::{self, Who, World, signed, token};

#[test]
fn registrations_are_unique_and_agree_with_their_handlers() {
    let mut places = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for entry in entries() {
        assert_eq!(entry.disagreements(), Vec::<String>::new());
        let route = &entry.route;
        assert!(places.insert((route.method, route.path)), "{route:?}");
        assert!(ids.insert(route.operation_id), "{route:?}");
        let is_api = route.path.starts_with("/api/v1/") || route.path.starts_with("/problems/");
        assert_eq!(is_api, route.tree == Tree::Api, "{route:?}");
        // A route that changes something is never open to everybody, but for signing in.
        let is_open = route.access == Access::Public && route.operation_id != "create_session";
        assert!(!(route.mutates && is_open), "{route:?}");
        assert!(!(route.mutates && route.method == Method::Get), "{route:?}");
    }
}

#[tokio::test]
async fn every_registered_route_is_reachable() {
    let router = app::router().await;
    for Entry { route, .. } in entries() {
        if route.method != Method::Get || route.access != Access::Public {
            continue;
        }
        let path = route.path.replace("{code}", "x").replace("{id}", "x");
        let path = path.replace("{level}", "0").replace("{tile}", "0");
        let response = ask(&router, request(&path)).await;
        // An unknown code is not found by the handler; an unknown route has no such trace in Allow.
        let mut other = request(&path);
        *other.method_mut() = axum::http::Method::PUT;
        assert_eq!(ask(&router, other).await.status(), 405, "{path}");
        assert_ne!(response.status(), 405, "{path}");
    }
}

/// Only the router is built from the table, and only there: nobody else may add a route.
#[test]
fn no_source_adds_a_route_beside_the_table() {
    let sources = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut adders = BTreeSet::new();
    let mut folders = vec![sources.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let words = [
                ".route(",
                ".routes(",
                ".nest(",
                ".route_service(",
                ".nest_service(",
                ".fallback",
            ];
            if words.iter().any(|word| text.contains(word)) {
                let name = path.strip_prefix(sources).unwrap().to_str().unwrap();
                adders.insert(name.to_owned());
            }
        }
    }
    let expected = ["document.rs", "router.rs"].map(str::to_owned);
    assert_eq!(adders, BTreeSet::from(expected));
}

/// 试验一件事
#[utoipa::path(post, path = "/api/v1/trials", operation_id = "create_trial", tag = "试验", responses((status = 200, description = "好")))]
async fn create_trial() -> &'static str {
    "好"
}

#[test]
fn a_handler_that_is_registered_as_something_else_is_refused() {
    let access = Access::Action(Action::Create, ResourceKind::Account);
    let good = Entry::new(
        Route::post("/api/v1/trials", "create_trial", access),
        routes!(create_trial),
    );
    assert_eq!(good.disagreements(), Vec::<String>::new());
    for route in [
        Route::get("/api/v1/trials", "create_trial", access),
        Route::post("/api/v1/trails", "create_trial", access),
        Route::post("/api/v1/trials", "make_trial", access),
    ] {
        let wrong = Entry::new(route, routes!(create_trial));
        assert_eq!(wrong.disagreements().len(), 1);
    }
}

async fn a_route_is_guarded_as_it_is_registered(db: Database) {
    let world = World::open(db).await;
    let access = Access::Action(Action::Create, ResourceKind::Account);
    let route = Route::post("/api/v1/trials", "create_trial", access).with_body_bytes(10);
    let entry = Entry::new(route, routes!(create_trial));
    let router = router::assemble(vec![entry], world.state.clone(), &world::edge());
    let post = || Request::post("/api/v1/trials");
    let status = async |request: http::request::Builder| {
        let response = ask(&router, request.body(Body::empty()).unwrap()).await;
        response.status().as_u16()
    };
    assert_eq!(status(post()).await, 401);
    let with = signed(post(), token(Who::Lead));
    let cookie = with.headers_ref().unwrap()["cookie"].clone();
    assert_eq!(status(post().header("cookie", cookie)).await, 403);
    let site = signed(post(), token(Who::Lead)).header("sec-fetch-site", "cross-site");
    assert_eq!(status(site).await, 403);
    assert_eq!(status(with).await, 200);
}

#[test]
fn a_route_is_guarded() {
    on_sqlite(a_route_is_guarded_as_it_is_registered);
}

#[test]
fn the_document_tells_what_a_guarded_route_wants() {
    let access = Access::Action(Action::Create, ResourceKind::Account);
    let route = Route::post("/api/v1/trials", "create_trial", access);
    let document = mingjing_http::document::of(vec![Entry::new(route, routes!(create_trial))]);
    let operation = &document["paths"]["/api/v1/trials"]["post"];
    assert_eq!(
        operation["security"],
        serde_json::json!([{"session": [], "csrf": []}])
    );
    for status in ["401", "403", "422", "429", "500", "503"] {
        let schema =
            &operation["responses"][status]["content"]["application/problem+json"]["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{status}");
    }
}
