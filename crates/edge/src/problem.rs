//! 问题答复（RFC 9457）：编码、状态码、文字，以及服务的错误怎样对应，全部在这一个文件里。

use std::error::Error;
use std::sync::Arc;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use mingjing_domain::procedure::{Refusal, RefusalCause};
use mingjing_services::error::{BlockingFinding, FieldError, Pointer, ServiceError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::context::TraceId;

/// 媒体类型。
pub const MEDIA_TYPE: &str = "application/problem+json";
/// 暂时做不了时，建议隔几秒再试。
const RETRY_AFTER_SECONDS: u32 = 5;

macro_rules! codes {
    ($($(#[$doc:meta])* $id:ident $code:literal $status:ident $title:literal $detail:literal;)*) => {
        /// 问题编码：只增不改；一个编码一页说明（`docs/problems/`）。
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $($(#[$doc])* $id,)*
        }

        impl ProblemCode {
            /// 全部编码，按登记的次序。
            pub const ALL: &[ProblemCode] = &[$(ProblemCode::$id,)*];

            /// 编码文字。
            pub fn name(self) -> &'static str {
                match self { $(ProblemCode::$id => $code,)* }
            }

            /// 状态码。
            pub fn status(self) -> StatusCode {
                match self { $(ProblemCode::$id => StatusCode::$status,)* }
            }

            /// 题目。
            pub fn title(self) -> &'static str {
                match self { $(ProblemCode::$id => $title,)* }
            }

            /// 没有更具体的话时的详情：怎么办。
            pub fn default_detail(self) -> &'static str {
                match self { $(ProblemCode::$id => $detail,)* }
            }

            /// 说明页，Markdown。
            pub fn page(self) -> &'static str {
                match self {
                    $(ProblemCode::$id => {
                        include_str!(concat!("../../../docs/problems/", $code, ".md"))
                    })*
                }
            }
        }
    };
}

codes! {
    /// 没有，或不能让来者知道有。
    NotFound "not-found" NOT_FOUND "没有找到" "请核对地址与标识；也可能是没有查看它的权限。";
    /// 有这个地址，没有这个方法。
    MethodNotAllowed "method-not-allowed" METHOD_NOT_ALLOWED "这个地址不支持这种方法" "请看回答头 Allow 列出的方法，或接口文档。";
    /// 没有登录，或登录已失效。
    NotSignedIn "not-signed-in" UNAUTHORIZED "尚未登录" "请登录后重试；登录已失效的请重新登录。";
    /// 登录名、口令或动态口令不对，或账号锁定、停用。
    SignInRefused "sign-in-refused" UNAUTHORIZED "没有登录成功" "登录名、口令或动态口令不对，或账号已锁定、停用；多次失败会锁定一段时间，需要时请安全保密管理员解锁。";
    /// 登录了一半：还差动态口令，或须先改口令。
    SignInUnfinished "sign-in-unfinished" FORBIDDEN "登录还没有完成" "请先输入动态口令或修改口令；到了哪一步看 GET /api/v1/sessions/current 的 stage。";
    /// 防伪令牌不对。
    CsrfTokenMismatch "csrf-token-mismatch" FORBIDDEN "防伪令牌不对" "请在请求头 X-CSRF-Token 里带上登录时给出的令牌；换了会话的请重新取。";
    /// 来自别的网站的请求。
    CrossSiteRequest "cross-site-request" FORBIDDEN "不接受别的网站发起的写入" "请从本系统的页面操作，或由程序直接调用。";
    /// 知道有，但不许做。
    Forbidden "forbidden" FORBIDDEN "没有这项权限" "请由有此权限的人办理，或请管理员授权。";
    /// 请求不合要求：逐处列在 errors 里。
    InvalidRequest "invalid-request" UNPROCESSABLE_ENTITY "请求不合要求" "请按 errors 列出的位置逐处改正后重发。";
    /// 正文不是合法的 JSON。
    MalformedBody "malformed-body" BAD_REQUEST "正文不是合法的 JSON" "请检查正文的写法后重发。";
    /// 正文太大。
    BodyTooLarge "body-too-large" PAYLOAD_TOO_LARGE "正文太大" "请缩小正文，大批数据走导入接口。";
    /// 媒体类型不对。
    UnsupportedMediaType "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE "媒体类型不对" "请用 Content-Type: application/json 发送。";
    /// 程序走到这一步不许这样做。
    ActRefused "act-refused" CONFLICT "这一步不能这样做" "请看接下来可以做什么（next_actions）。";
    /// 有挡住决定的发现。
    DecisionBlocked "decision-blocked" CONFLICT "有未消除的问题，不能作出决定" "请逐条处理 findings；确有理由的，写明理由后越过。";
    /// 所据的版本已旧。
    StaleVersion "stale-version" PRECONDITION_FAILED "内容已被别人改过" "请重新读取，核对之后以新的版本重发。";
    /// 没有写明所据的版本。
    PreconditionRequired "precondition-required" PRECONDITION_REQUIRED "没有写明所据的版本" "请在请求头 If-Match 里写上读取时得到的 ETag。";
    /// 没有幂等键。
    IdempotencyKeyRequired "idempotency-key-required" BAD_REQUEST "没有幂等键" "请在请求头 Idempotency-Key 里写一个新生成的 UUID，重发时不变。";
    /// 同一个幂等键用于不同的请求。
    IdempotencyKeyReused "idempotency-key-reused" CONFLICT "幂等键已用于别的请求" "请为新的请求生成新的键；重发原请求的，正文须与原来一致。";
    /// 来得太快。
    RateLimited "rate-limited" TOO_MANY_REQUESTS "请求太频繁" "请按 Retry-After 稍后再试。";
    /// 超出限额。
    LimitExceeded "limit-exceeded" TOO_MANY_REQUESTS "超出限额" "请减少数量或稍后再试；限额见接口文档。";
    /// 同时来的太多。
    Overloaded "overloaded" SERVICE_UNAVAILABLE "服务繁忙" "请按 Retry-After 稍后再试。";
    /// 没有在限定时间内做完。
    RequestTimeout "request-timeout" SERVICE_UNAVAILABLE "没有在限定时间内做完" "请稍后再试；写入请求请带原来的幂等键重发，不会重复办理。";
    /// 暂时做不了。
    Unavailable "unavailable" SERVICE_UNAVAILABLE "暂时不能办理" "请按 Retry-After 稍后再试；已答复办成的不会丢失。";
    /// 内部故障。
    InternalError "internal-error" INTERNAL_SERVER_ERROR "内部故障" "故障已记录。请稍后再试；仍不行的，请把 trace_id 告诉管理员。";
}

/// 问题：一次没有办成的答复。
///
/// The cause is for the log only and never reaches the caller.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    code: ProblemCode,
    detail: Option<String>,
    errors: Vec<FieldError>,
    findings: Vec<BlockingFinding>,
    refusal: Option<Refusal>,
    retry_after_seconds: Option<u32>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    /// 一个问题，详情用默认的话。
    pub fn new(code: ProblemCode) -> Self {
        let is_passing = code.status() == StatusCode::SERVICE_UNAVAILABLE
            || code.status() == StatusCode::TOO_MANY_REQUESTS;
        Problem(Box::new(Inner {
            code,
            detail: None,
            errors: Vec::new(),
            findings: Vec::new(),
            refusal: None,
            retry_after_seconds: is_passing.then_some(RETRY_AFTER_SECONDS),
            cause: None,
        }))
    }

    /// 请求不合要求。
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Problem::new(ProblemCode::InvalidRequest);
        problem.0.errors = errors;
        problem
    }

    /// 内部故障，原因只进日志。
    pub fn internal(cause: Box<dyn Error + Send + Sync>) -> Self {
        let mut problem = Problem::new(ProblemCode::InternalError);
        problem.0.cause = Some(cause.into());
        problem
    }

    /// 写明详情。
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// 写明隔几秒再试。
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// 编码。
    pub fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// 详情：怎么回事，怎么办。
    pub fn told(&self) -> &str {
        let detail = self.0.detail.as_deref();
        detail.unwrap_or_else(|| self.0.code.default_detail())
    }

    /// 逐处的错误。
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// 隔几秒再试；不是暂时的没有。
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after_seconds
    }

    /// 原因链，供日志。
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync)> {
        self.0.cause.as_deref()
    }

    /// 写成答复；`trace_id` 由最外一层补上。
    pub fn render(&self, trace_id: Option<&TraceId>) -> Response {
        let inner = &self.0;
        let body = ProblemBody {
            r#type: format!("/problems/{}", inner.code.name()),
            title: inner.code.title().to_owned(),
            status: inner.code.status().as_u16(),
            detail: self.told().to_owned(),
            instance: trace_id.map(|id| format!("urn:mingjing:request:{id}")),
            code: inner.code.name().to_owned(),
            errors: inner.errors.iter().map(ProblemField::from).collect(),
            findings: inner.findings.iter().map(ProblemFinding::from).collect(),
            refusal: inner.refusal.as_ref().map(ProblemRefusal::from),
            trace_id: trace_id.map(ToString::to_string),
        };
        let mut response = (inner.code.status(), Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = inner.retry_after_seconds {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl IntoResponse for Problem {
    /// Rendered twice: here, so that an answer is never empty; and by the outermost layer, which
    /// knows the trace id and finds the problem among the extensions.
    fn into_response(self) -> Response {
        let mut response = self.render(None);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Problem::new(ProblemCode::NotFound),
            ServiceError::Invalid(errors) => Problem::invalid(errors),
            ServiceError::Refused(refusal) => {
                let mut problem =
                    Problem::new(ProblemCode::ActRefused).detail(format!("{refusal}。"));
                problem.0.refusal = Some(refusal);
                problem
            }
            ServiceError::Blocked(findings) => {
                let mut problem = Problem::new(ProblemCode::DecisionBlocked);
                problem.0.findings = findings;
                problem
            }
            ServiceError::Conflict { expected, found } => Problem::new(ProblemCode::StaleVersion)
                .detail(format!(
                    "所据的版本是 {expected}，现在是 {found}。请重新读取，核对之后以新的版本重发。"
                )),
            ServiceError::Forbidden => Problem::new(ProblemCode::Forbidden),
            ServiceError::KeyReused => Problem::new(ProblemCode::IdempotencyKeyReused),
            ServiceError::LimitExceeded => Problem::new(ProblemCode::LimitExceeded),
            ServiceError::Unavailable => Problem::new(ProblemCode::Unavailable),
            ServiceError::Internal(cause) => Problem::internal(cause),
        }
    }
}

/// 问题答复的正文。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// 说明页的地址：`/problems/<编码>`。
    #[schema(example = "/problems/invalid-request")]
    r#type: String,
    /// 题目，中文。
    #[schema(example = "请求不合要求")]
    title: String,
    /// 状态码。
    #[schema(example = 422)]
    status: u16,
    /// 详情，中文：怎么回事，怎么办。
    detail: String,
    /// 这一次请求的标识。
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// 编码，稳定，供程序判断。
    #[schema(example = "invalid-request")]
    code: String,
    /// 逐处的错误。
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ProblemField>,
    /// 挡住决定的发现。
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    findings: Vec<ProblemFinding>,
    /// 这一步为何不能做。
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<ProblemRefusal>,
    /// 追踪号，报障时请附上。
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
}

/// 一处错误。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// 位置：正文内是 JSON 指针，正文以外是 `query:名`、`path:名`、`header:名`。
    #[schema(example = "/fields/fine_fen")]
    pointer: String,
    /// 类别。
    #[schema(example = "wrong-type")]
    code: String,
    /// 哪里不对、应当怎样，中文。
    #[schema(example = "应为整数")]
    message: String,
}

impl From<&FieldError> for ProblemField {
    fn from(error: &FieldError) -> Self {
        ProblemField {
            pointer: error.pointer.as_str().to_owned(),
            code: error.code.name().to_owned(),
            message: error.message.clone(),
        }
    }
}

/// 挡住决定的一个发现。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemFinding {
    /// 发现的标识。
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// 规则编码。
    code: String,
    /// 严重程度：notice 提示、warning 预警、breach 违规、grave 重大违法。
    #[schema(example = "grave")]
    severity: String,
    /// 一句话。
    headline: String,
    /// 依据。
    articles: Vec<String>,
    /// 怎么办。
    remedy: String,
}

impl From<&BlockingFinding> for ProblemFinding {
    fn from(finding: &BlockingFinding) -> Self {
        ProblemFinding {
            id: finding.id.clone(),
            code: finding.code.clone(),
            severity: finding.severity.code().to_owned(),
            headline: finding.headline.clone(),
            articles: finding.articles.clone(),
            remedy: finding.remedy.clone(),
        }
    }
}

/// 这一步为何不能做。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemRefusal {
    /// 各条原因，至少一条。
    reasons: Vec<ProblemReason>,
    /// 写明理由后可以越过。
    is_overridable: bool,
}

/// 一条原因。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemReason {
    /// 类别：violation 会带来重大违法，requirement 必需的没有，step 程序现在没有这一步，data 内容不合登记。
    #[schema(example = "requirement")]
    cause: String,
    /// 规则编码；不是规则的没有。
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// 说明，中文。
    message: String,
    /// 依据，简称与条号。
    citations: Vec<String>,
}

impl From<&Refusal> for ProblemRefusal {
    fn from(refusal: &Refusal) -> Self {
        let reasons = refusal.reasons.iter().map(|reason| ProblemReason {
            cause: match reason.cause {
                RefusalCause::Violation => "violation",
                RefusalCause::Requirement => "requirement",
                RefusalCause::Step => "step",
                RefusalCause::Data => "data",
            }
            .to_owned(),
            code: reason.code.as_ref().map(ToString::to_string),
            message: reason.text.clone(),
            citations: reason.cite.iter().map(ToString::to_string).collect(),
        });
        ProblemRefusal {
            reasons: reasons.collect(),
            is_overridable: refusal.overridable,
        }
    }
}

/// 一处请求头的错误。
pub(crate) fn invalid_header(
    name: &str,
    code: mingjing_services::error::FieldCode,
    message: impl Into<String>,
) -> Problem {
    Problem::invalid(vec![FieldError::new(Pointer::header(name), code, message)])
}
