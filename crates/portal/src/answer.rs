//! 作答：存着的页还作数就给它，否则画一页；没有办成的也答一页，写明怎么办。

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use mingjing_edge::access::is_cross_site;
use mingjing_edge::context::RequestContext;
use mingjing_edge::etag::EntityTag;
use mingjing_edge::layers::{Counted, Told};
use mingjing_edge::problem::{Problem, ProblemCode};
use tokio::time::Instant;

use crate::ask::Ask;
use crate::encode::takes_gzip;
use crate::epoch::{Epoch, Rests};
use crate::keep::Kept;
use crate::parts::refusal::refusal;
use crate::portal::Portal;
use crate::route::Route;

/// 网页的媒体类型。
pub(crate) const HTML: &str = "text/html; charset=utf-8";
/// 页面的内容安全策略：样式与图标只用自己的，没有脚本，表单只交给自己。
pub(crate) const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// 一份表单至多的字节数：四千个汉字转写成三万六千个字节，别的栏都短。
const FORM_BYTES_MAX: usize = 64 << 10;

/// 画好的一页。
#[derive(Debug)]
pub(crate) struct Drawn {
    /// 状态码。
    pub(crate) status: StatusCode,
    /// 媒体类型。
    pub(crate) media_type: &'static str,
    /// 字节。
    pub(crate) body: Bytes,
    /// 靠什么。
    pub(crate) rests: Rests,
    caching: Caching,
    file_name: Option<String>,
}

/// 谁可以存。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// 这里存着，别处存了的每次来问。
    AskEachTime,
    /// 地址随内容变，别处可以一直用。
    Forever,
    /// 谁也不存。
    Nowhere,
}

impl Caching {
    fn line(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            // Kept by anybody, but asked for each time: what is withdrawn must be gone.
            Caching::AskEachTime => "public, no-cache",
            Caching::Forever => "public, max-age=31536000, immutable",
            Caching::Nowhere => "no-store",
        })
    }
}

/// 将来画好的一页。
pub(crate) type Drawing = Pin<Box<dyn Future<Output = Result<Drawn, Problem>> + Send>>;

impl Drawn {
    /// 由模板与它的上下文画一页。
    pub(crate) fn page(page: &impl Template, rests: Rests) -> Result<Drawn, Problem> {
        let text = page.render();
        let text = text.map_err(|error| Problem::internal(Box::new(error)))?;
        Ok(Drawn::text(HTML, text, rests))
    }

    /// 别的文字：样式、网站地图。
    pub(crate) fn text(media_type: &'static str, text: impl Into<Bytes>, rests: Rests) -> Drawn {
        Drawn {
            status: StatusCode::OK,
            media_type,
            body: text.into(),
            rests,
            caching: Caching::AskEachTime,
            file_name: None,
        }
    }

    /// 另写状态码：表单填得不对的页。
    pub(crate) fn with_status(self, status: StatusCode) -> Drawn {
        Drawn { status, ..self }
    }

    /// 另定谁可以存。
    pub(crate) fn with_caching(self, caching: Caching) -> Drawn {
        Drawn { caching, ..self }
    }

    /// 存成文件的名字。
    pub(crate) fn named(self, name: String) -> Drawn {
        Drawn {
            file_name: Some(name),
            ..self
        }
    }
}

/// 答一次请求。
pub(crate) async fn answer(portal: &Portal, route: &'static Route, request: Parts) -> Response {
    let epoch = match portal.epoch().await {
        Ok(epoch) => epoch,
        Err(error) => return told(portal, &request, error.into()),
    };
    let address = request.uri.path_and_query();
    let address = address.map_or("/", |address| address.as_str());
    if let Some(kept) = portal.keep().find(address, epoch) {
        return send(&kept, &request.headers);
    }
    let ask = Ask {
        uri: request.uri.clone(),
        epoch,
        trace: trace_of(&request),
        form: Bytes::new(),
    };
    let drawn = match (route.draw)(portal.clone(), ask).await {
        Ok(drawn) => drawn,
        Err(problem) => return told(portal, &request, problem),
    };
    let is_kept = drawn.status == StatusCode::OK && drawn.caching != Caching::Nowhere;
    let kept = Arc::new(Kept::new(drawn, epoch));
    if is_kept {
        portal.keep().put(address, Arc::clone(&kept));
    }
    send(&kept, &request.headers)
}

/// 收一份表单：本站的页上来的、不太多、不太大的；答的页哪里也不存。
pub(crate) async fn answer_form(
    portal: &Portal,
    submit: fn(Portal, Ask) -> Drawing,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let taken = take(portal, &parts, body).await;
    let drawn = match taken {
        Ok(ask) => submit(portal.clone(), ask).await,
        Err(problem) => Err(problem),
    };
    match drawn {
        Ok(drawn) => {
            let stamp = Epoch::nothing();
            send(
                &Kept::new(drawn.with_caching(Caching::Nowhere), stamp),
                &HeaderMap::new(),
            )
        }
        Err(problem) => told(portal, &parts, problem),
    }
}

async fn take(portal: &Portal, parts: &Parts, body: Body) -> Result<Ask, Problem> {
    if is_cross_site(&parts.headers) {
        let detail = "表单不是从本站的页上来的。请在本站打开这一页，填写后再提交。";
        return Err(Problem::new(ProblemCode::CsrfTokenMismatch).detail(detail));
    }
    if let Some(context) = parts.extensions.get::<RequestContext>() {
        let taken = portal.forms().take(context.peer, Instant::now());
        taken.map_err(|wait| {
            Problem::new(ProblemCode::RateLimited).retry_after(wait.wait_seconds)
        })?;
    }
    let form = axum::body::to_bytes(body, FORM_BYTES_MAX).await;
    let form = form.map_err(|_| Problem::new(ProblemCode::BodyTooLarge))?;
    Ok(Ask {
        uri: parts.uri.clone(),
        epoch: portal.epoch().await?,
        trace: trace_of(parts),
        form,
    })
}

/// Sends a page, or says that the caller has it.
fn send(kept: &Kept, headers: &HeaderMap) -> Response {
    let drawn = &kept.drawn;
    let is_good = drawn.status == StatusCode::OK;
    let is_known = is_good && EntityTag::of_parts(&[&kept.tag]).is_known_to(headers);
    let (status, body, is_packed) = if is_known {
        (StatusCode::NOT_MODIFIED, Body::empty(), false)
    } else {
        match takes_gzip(headers).then(|| kept.gzip()).flatten() {
            Some(packed) => (drawn.status, Body::from(packed), true),
            None => (drawn.status, Body::from(drawn.body.clone()), false),
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.extensions_mut().insert(Counted);
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, HeaderValue::from_static(drawn.media_type));
    answered.insert(ETAG, kept.tag_line.clone());
    answered.insert(CACHE_CONTROL, drawn.caching.line());
    answered.insert(CONTENT_SECURITY_POLICY, POLICY);
    answered.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if is_packed {
        answered.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let name = drawn.file_name.as_ref();
    let attached = name.map(|name| format!("attachment; filename=\"{name}\""));
    if let Some(value) = attached.and_then(|line| HeaderValue::from_str(&line).ok()) {
        answered.insert(CONTENT_DISPOSITION, value);
    }
    response
}

/// Tells on a page what could not be done; the outermost layer logs the cause and leaves the page as it is.
fn told(portal: &Portal, request: &Parts, problem: Problem) -> Response {
    let mut response = refusal(portal.site(), &problem, &trace_of(request));
    response.extensions_mut().insert(problem);
    response.extensions_mut().insert(Told);
    response
}

fn trace_of(request: &Parts) -> String {
    let context = request.extensions.get::<RequestContext>();
    context.map_or_else(String::new, |context| context.trace_id.to_string())
}
