//! 重发：带着幂等键的写入，在处理函数之前算好这一次请求是哪一次；做没做过由用例在事务里看。

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::extract::body::buffer;
use mingjing_edge::extract::header::{IDEMPOTENCY_REPLAYED, idempotency_key};
use mingjing_edge::problem::Problem;
use mingjing_services::idempotency::Once;

use crate::route::{Repeat, Route};

/// What a request says of its being sent again; the caller takes it from here.
#[derive(Clone)]
pub(crate) enum Sent {
    /// With this key.
    Keyed(Once),
    /// Without a key, where there must be one.
    KeyMissing,
}

/// 中间件：一条路由一份。
pub(crate) async fn keyed(
    State((repeat, operation)): State<(Repeat, &'static str)>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_required = match repeat {
        Repeat::NoKey(_) => return next.run(request).await,
        Repeat::Key => false,
        Repeat::KeyRequired => true,
    };
    let key = match idempotency_key(request.headers()) {
        Ok(Some(key)) => key,
        Ok(None) => {
            // Who it is, and whether he has signed in altogether, is asked first.
            if is_required {
                request.extensions_mut().insert(Sent::KeyMissing);
            }
            return next.run(request).await;
        }
        Err(problem) => return problem.into_response(),
    };
    match mark(request, operation, key.0).await {
        Err(problem) => problem.into_response(),
        Ok((request, once)) => {
            let mut response = next.run(request).await;
            if once.is_replayed() {
                let name = HeaderName::from_static(IDEMPOTENCY_REPLAYED);
                let told = HeaderValue::from_static("true");
                response.headers_mut().insert(name, told);
            }
            response
        }
    }
}

/// The request with what it is: the operation, its address and all of its body.
async fn mark(
    request: Request,
    operation: &str,
    key: mingjing_services::idempotency::IdempotencyKey,
) -> Result<(Request, Once), Problem> {
    let (mut parts, body) = buffer(request).await?;
    let address = parts.uri.path_and_query().map_or("/", |it| it.as_str());
    let once = Once::new(key, &format!("{operation} {address}"), &body);
    parts.extensions.insert(Sent::Keyed(once.clone()));
    Ok((Request::from_parts(parts, Body::from(body)), once))
}

/// The state of the middleware for a route.
pub(crate) fn state(route: &Route) -> (Repeat, &'static str) {
    (route.repeat, route.operation_id)
}
