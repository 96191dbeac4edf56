//! 安全回答头：接口只答数据，浏览器不得把它当页面、脚本或框架。

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// 接口的内容安全策略：什么都不许加载。
const API_POLICY: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// 记住只用 HTTPS 一年。
const TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubDomains";

/// 补上安全回答头；页面自己写了内容安全策略的不改。
pub fn harden(headers: &mut HeaderMap, is_https: bool) {
    let mut put = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    put(CONTENT_SECURITY_POLICY, API_POLICY);
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(X_FRAME_OPTIONS, "DENY");
    put(REFERRER_POLICY, "no-referrer");
    put(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    put(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    );
    // What is answered may hold personal data: unless a handler says otherwise nobody keeps it.
    put(CACHE_CONTROL, "no-store");
    if is_https {
        put(STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY);
    }
}
