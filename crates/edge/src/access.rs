//! 把守：一条路由要不要登录、写不写东西，在处理函数之前核对会话与防伪令牌。

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::context::RequestContext;
use crate::problem::{Problem, ProblemCode};
use crate::session::{Session, Sessions, SignedIn, has_csrf_token};

/// 一条路由的把守。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// 要登录。
    pub needs_session: bool,
    /// 写东西。
    pub mutates: bool,
}

/// 中间件：核对之后把登录了的人放进请求。
///
/// A public route never looks a session up: what it answers must not depend on who asks.
pub async fn guard<S: Sessions>(
    State((state, guard)): State<(S, Guard)>,
    mut request: Request,
    next: Next,
) -> Response {
    if guard.mutates && is_cross_site(request.headers()) {
        return Problem::new(ProblemCode::CrossSiteRequest).into_response();
    }
    if !guard.needs_session {
        return next.run(request).await;
    }
    let context = request.extensions().get::<RequestContext>();
    match session(&state, guard, request.headers(), context).await {
        Ok(session) => {
            request.extensions_mut().insert(SignedIn(session.actor));
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn session<S: Sessions>(
    state: &S,
    guard: Guard,
    headers: &HeaderMap,
    context: Option<&RequestContext>,
) -> Result<Session<S::Actor>, Problem> {
    let not_signed_in = || Problem::new(ProblemCode::NotSignedIn);
    let context = context
        .ok_or_else(|| Problem::internal("the edge layers are missing from the router".into()))?;
    let token = state.cookie().read(headers);
    let token = token.ok_or_else(not_signed_in)?;
    let found = state.find_session(&token, context).await?;
    let session = found.ok_or_else(not_signed_in)?;
    if guard.mutates && !has_csrf_token(headers, &session.csrf) {
        return Err(Problem::new(ProblemCode::CsrfTokenMismatch));
    }
    Ok(session)
}

/// A browser says where a request comes from; other programs say nothing and carry no cookie of
/// ours by accident.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    site.is_some_and(|site| site != "same-origin" && site != "none")
}
