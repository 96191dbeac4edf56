//! 把守：一条路由要不要登录、写不写东西，在处理函数之前核对会话与防伪令牌。

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
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

/// 中间件：正文一个字节也没有读就看得出收不了的——说了太长、压缩过、不是 UTF-8——当即拒绝。
pub async fn sound_body(State(bytes_max): State<usize>, request: Request, next: Next) -> Response {
    match check_body(request.headers(), bytes_max) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check_body(headers: &HeaderMap, bytes_max: usize) -> Result<(), Problem> {
    let text = |name| {
        let value = headers.get(name)?;
        Some(value.to_str().unwrap_or_default().to_ascii_lowercase())
    };
    // One that cannot be read was refused before it came here.
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > bytes_max as u64) {
        return Err(Problem::new(ProblemCode::BodyTooLarge));
    }
    let refused = |detail: &str| {
        Err(Problem::new(ProblemCode::UnsupportedMediaType).detail(detail.to_owned()))
    };
    if text(CONTENT_ENCODING).is_some_and(|encoding| encoding.trim() != "identity") {
        return refused("正文不能压缩（content-encoding），请原样发送。");
    }
    let charset = text(CONTENT_TYPE).and_then(|given| charset_of(&given));
    if charset.is_some_and(|charset| charset != "utf-8" && charset != "utf8") {
        return refused("正文只收 UTF-8（charset），请转换后发送。");
    }
    Ok(())
}

fn charset_of(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1);
    parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim() == "charset").then(|| value.to_owned())
    })
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

/// 浏览器说是从别的网站来的；别的程序什么也不说，也不会碰巧带着我们的 cookie。
pub fn is_cross_site(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    site.is_some_and(|site| site != "same-origin" && site != "none")
}
