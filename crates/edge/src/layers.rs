//! 各层的次序：最外一层给追踪号、补问题答复与安全头、记日志与指标；往里是恐慌、限速、并发、时限。

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use mingjing_kernel::null_character;
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::metric;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use crate::context::{Connection, Listener, RequestContext, Sources, TraceId};
use crate::count::Counts;
use crate::limit::Limits;
use crate::network::Network;
use crate::problem::{Problem, ProblemCode};
use crate::rate::RateLimiter;
use crate::security::harden;
use crate::unread::lend;

/// 回答头：追踪号。
pub const TRACE_HEADER: &str = "x-trace-id";

/// 边缘层的设置。
#[derive(Clone)]
pub struct EdgeSettings {
    /// 时刻与随机数的来源。
    pub sources: Sources,
    /// 受信任的代理。
    pub proxies: Vec<Network>,
    /// 对外是 HTTPS：会话 cookie 带 Secure，回答带 HSTS。
    pub is_https: bool,
    /// 限额。
    pub limits: Limits,
}

/// 边缘层：一个进程一份，各个口共用。
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

/// 把问题写成网页：门户给出，浏览器来的请求没有办成时用它答，而不用 JSON。
pub type ProblemPage = Arc<dyn Fn(&Problem, &TraceId) -> Response + Send + Sync>;

/// 放进答复里：没有办成的缘由已经在正文里说了，最外一层只记日志，不再改写。
#[derive(Debug, Clone, Copy)]
pub struct Told;

/// 放进答复里：公众看公开的页，不是谁的一次办事；办成了的只计数，不逐次记日志（调试级除外）。
#[derive(Debug, Clone, Copy)]
pub struct Counted;

struct Inner {
    settings: EdgeSettings,
    counts: Counts,
    problem_page: Option<ProblemPage>,
    rate: RateLimiter,
    requests: Semaphore,
}

impl Edge {
    /// 按设置建立；问题一律答 JSON。
    pub fn new(settings: EdgeSettings) -> Self {
        Edge::build(settings, None)
    }

    /// 按设置建立；浏览器打开的网页没有办成的，答给出的网页。
    pub fn with_problem_page(settings: EdgeSettings, page: ProblemPage) -> Self {
        Edge::build(settings, Some(page))
    }

    fn build(settings: EdgeSettings, problem_page: Option<ProblemPage>) -> Self {
        let limits = &settings.limits;
        Edge(Arc::new(Inner {
            rate: RateLimiter::new(limits.rate_per_second, limits.rate_burst),
            requests: Semaphore::new(limits.requests),
            problem_page,
            counts: Counts::default(),
            settings,
        }))
    }

    /// 设置。
    pub fn settings(&self) -> &EdgeSettings {
        &self.0.settings
    }

    /// 办事的路由：加上限速、并发与时限。
    pub fn limited<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        router.layer(from_fn_with_state(self.clone(), limited))
    }

    /// 整个路由器：加上恐慌与最外一层；探测用的路由只有这两层，忙的时候也答得出。
    pub fn outermost<S: Clone + Send + Sync + 'static>(&self, router: Router<S>) -> Router<S> {
        router
            .fallback(|| async { Problem::new(ProblemCode::NotFound) })
            .layer(CatchPanicLayer::custom(
                |_: Box<dyn std::any::Any + Send>| {
                    // The hook of `telemetry` has told the place; the message is nobody's business.
                    Problem::new(ProblemCode::InternalError).into_response()
                },
            ))
            .layer(from_fn_with_state(self.clone(), outermost))
    }
}

async fn limited(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let rejected = |reason: &'static str| {
        metrics::counter!(metric::HTTP_REJECTED_TOTAL, "reason" => reason).increment(1);
    };
    if let Some(context) = request.extensions().get::<RequestContext>()
        && let Err(too_fast) = edge.0.rate.take(context.peer, Instant::now())
    {
        rejected("rate");
        let problem = Problem::new(ProblemCode::RateLimited);
        return problem.retry_after(too_fast.wait_seconds).into_response();
    }
    let address = request.uri().path_and_query();
    if address.is_some_and(|it| null_character::is_in_address(it.as_str())) {
        let message = "地址里有空字符（%00），不是文字，请去掉后重发";
        let error = FieldError::new(Pointer::query(""), FieldCode::Malformed, message);
        return Problem::invalid(vec![error]).into_response();
    }
    let Ok(_permit) = edge.0.requests.try_acquire() else {
        rejected("requests");
        return Problem::new(ProblemCode::Overloaded).into_response();
    };
    let limit = edge.0.settings.limits.request_time;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            rejected("time");
            Problem::new(ProblemCode::RequestTimeout).into_response()
        }
    }
}

async fn outermost(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let settings = edge.settings();
    let connection = request.extensions().get::<Connection>().copied();
    // Without a connection (a router called in process) nobody counts as local.
    let connection = connection.unwrap_or(Connection {
        peer: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        listener: Listener::Public,
    });
    let context = RequestContext::new(
        connection,
        request.headers(),
        &settings.sources,
        &settings.proxies,
    );
    let matched = request.extensions().get::<MatchedPath>();
    // Cheap to clone: the path template is shared.
    let matched = matched.cloned();
    let method = known_method(request.method());
    let trace_id = context.trace_id.clone();
    let page = edge.0.problem_page.as_ref();
    let page = page.filter(|_| wants_page(&request)).cloned();
    request.extensions_mut().insert(context);
    let span = tracing::info_span!("request", trace.id = %trace_id);
    let answer = async {
        let _in_flight = edge.0.counts.enter();
        let (request, leftover) = lend(request);
        let response = next.run(request).await;
        let is_settled = leftover.settle().await;
        let (mut response, problem) = with_problem(response, &trace_id, page.as_ref());
        harden(response.headers_mut(), settings.is_https);
        if !is_settled {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        if let Ok(value) = HeaderValue::from_str(trace_id.as_str()) {
            let name = HeaderName::from_static(TRACE_HEADER);
            response.headers_mut().insert(name, value);
        }
        let line = Line {
            method,
            route: matched.as_ref().map_or("unmatched", MatchedPath::as_str),
            status: response.status().as_u16(),
            took: started.elapsed(),
        };
        line.log(problem.as_ref(), response.extensions().get().copied());
        edge.0
            .counts
            .count(line.method, line.route, line.status, line.took);
        response
    };
    answer.instrument(span).await
}

/// Renders the problem with its trace id; what the router itself refuses becomes a problem too.
fn with_problem(
    mut response: Response,
    trace_id: &TraceId,
    page: Option<&ProblemPage>,
) -> (Response, Option<Problem>) {
    let problem = response.extensions_mut().remove::<Problem>();
    let problem = problem.or_else(|| unexplained(&response));
    let Some(problem) = problem else {
        return (response, None);
    };
    if response.extensions().get::<Told>().is_some() {
        return (response, Some(problem));
    }
    let mut rendered = match page {
        Some(page) => page(&problem, trace_id),
        None => problem.render(Some(trace_id)),
    };
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH && !rendered.headers().contains_key(name)
        {
            rendered.headers_mut().append(name.clone(), value.clone());
        }
    }
    (rendered, Some(problem))
}

/// A browser that opens a page, and no program that asks the API: those read JSON.
fn wants_page(request: &Request) -> bool {
    let mut lines = request.headers().get_all(ACCEPT).iter();
    let names_page = lines.any(|line| line.to_str().is_ok_and(|line| line.contains("text/html")));
    names_page && !request.uri().path().starts_with("/api/")
}

/// A refusal without words: by the router (404, 405) or by a handler that broke the rule.
fn unexplained(response: &Response) -> Option<Problem> {
    let status = response.status();
    // A handler that answers with a body of its own type (a readiness report) has said enough.
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .map(HeaderValue::as_bytes);
    let is_told = content_type.is_some_and(|given| !given.starts_with(b"text/plain"));
    if is_told || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let code = match status {
        StatusCode::NOT_FOUND => ProblemCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
        _ if status.is_client_error() => ProblemCode::InvalidRequest,
        _ => ProblemCode::InternalError,
    };
    Some(Problem::new(code))
}

/// A method that we do not know is a word of the caller's choosing: neither logged nor counted.
fn known_method(method: &axum::http::Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let known = KNOWN.into_iter().find(|known| method.as_str() == *known);
    known.unwrap_or("other")
}

/// 一次请求的日志。
struct Line<'r> {
    method: &'static str,
    route: &'r str,
    status: u16,
    took: Duration,
}

/// One line of the log, at its level; the names of the fields are the same at each.
macro_rules! answered {
    ($level:ident, $line:expr, $code:expr) => {
        tracing::$level!(
            request.method = $line.method,
            request.route = $line.route,
            response.status = $line.status,
            request.duration_ms = $line.duration_ms(),
            problem.code = $code,
            "request answered"
        )
    };
}

impl Line<'_> {
    fn log(&self, problem: Option<&Problem>, counted: Option<Counted>) {
        let code = problem.map(|p| p.code().name());
        match problem {
            Some(problem) if problem.code() == ProblemCode::InternalError => {
                let cause = problem.cause().map(|cause| chain(cause));
                tracing::error!(
                    request.method = self.method,
                    request.route = self.route,
                    response.status = self.status,
                    request.duration_ms = self.duration_ms(),
                    problem.code = code,
                    error.cause = cause,
                    "request failed"
                );
            }
            None if counted.is_some() => answered!(debug, self, code),
            _ => answered!(info, self, code),
        }
    }

    fn duration_ms(&self) -> u64 {
        u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX)
    }
}

/// The whole chain of causes in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
