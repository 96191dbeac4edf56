//! 把守：要登录的、写东西的，会话与防伪令牌不对的进不来。

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use mingjing_edge::access::{Guard, guard};
use mingjing_edge::context::RequestContext;
use mingjing_edge::layers::Edge;
use mingjing_edge::limit::Limits;
use mingjing_edge::session::{CookieKind, CsrfToken, Session, SessionToken, Sessions, SignedIn};
use mingjing_services::error::ServiceError;

use crate::app::{self, ask, json};

#[derive(Clone)]
struct OneSession;

fn token() -> SessionToken {
    SessionToken::from_bytes([1; 32])
}

fn csrf() -> CsrfToken {
    CsrfToken::from_bytes([2; 32])
}

impl Sessions for OneSession {
    type Actor = String;

    fn cookie(&self) -> CookieKind {
        CookieKind::Loopback
    }

    async fn find_session(
        &self,
        given: &SessionToken,
        _context: &RequestContext,
    ) -> Result<Option<Session<String>>, ServiceError> {
        if given.as_bytes() == &[9; 32] {
            return Err(ServiceError::Unavailable);
        }
        Ok(given.matches(&token()).then(|| Session {
            actor: "承办人".to_owned(),
            csrf: csrf(),
        }))
    }
}

fn router(needs_session: bool, mutates: bool) -> Router {
    let guarded = Guard {
        needs_session,
        mutates,
    };
    let handler = if needs_session {
        post(|SignedIn(actor): SignedIn<String>| async move { actor })
    } else {
        post(|| async { "公开" })
    };
    let routes = Router::new()
        .route("/act", handler)
        .route_layer(from_fn_with_state(
            (OneSession, guarded),
            guard::<OneSession>,
        ));
    Edge::new(app::settings(Limits::default()))
        .outermost(routes)
        .with_state(OneSession)
}

async fn check(router: &Router, headers: &[(&str, String)], expected: &str) {
    let mut request = Request::post("/act");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let response = ask(router, request.body(Body::empty()).unwrap()).await;
    let found = if response.status().is_success() {
        app::text(response).await
    } else {
        json(response).await["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(found, expected, "{headers:?}");
}

#[tokio::test]
async fn a_mutating_route_wants_session_and_csrf_token() {
    let router = router(true, true);
    let cookie = |token: &SessionToken| ("cookie", format!("mingjing={}", token.to_text()));
    let header = |token: &CsrfToken| ("x-csrf-token", token.to_text());
    let (good, other) = (token(), SessionToken::from_bytes([3; 32]));
    check(&router, &[], "not-signed-in").await;
    check(&router, &[cookie(&other), header(&csrf())], "not-signed-in").await;
    check(&router, &[cookie(&good)], "csrf-token-mismatch").await;
    let wrong = CsrfToken::from_bytes([4; 32]);
    check(
        &router,
        &[cookie(&good), header(&wrong)],
        "csrf-token-mismatch",
    )
    .await;
    check(&router, &[cookie(&good), header(&csrf())], "承办人").await;
    let broken = SessionToken::from_bytes([9; 32]);
    check(&router, &[cookie(&broken), header(&csrf())], "unavailable").await;
    let foreign = ("sec-fetch-site", "cross-site".to_owned());
    check(
        &router,
        &[cookie(&good), header(&csrf()), foreign],
        "cross-site-request",
    )
    .await;
}

#[tokio::test]
async fn a_reading_route_wants_the_session_only() {
    let router = router(true, false);
    let cookie = ("cookie", format!("mingjing={}", token().to_text()));
    check(&router, &[cookie], "承办人").await;
    check(&router, &[], "not-signed-in").await;
}

#[tokio::test]
async fn a_public_route_asks_nobody_who_he_is() {
    let broken = SessionToken::from_bytes([9; 32]);
    let cookie = ("cookie", format!("mingjing={}", broken.to_text()));
    check(&router(false, false), &[cookie], "公开").await;
    let foreign = ("sec-fetch-site", "cross-site".to_owned());
    check(
        &router(false, true),
        std::slice::from_ref(&foreign),
        "cross-site-request",
    )
    .await;
    check(&router(false, false), &[foreign], "公开").await;
}
