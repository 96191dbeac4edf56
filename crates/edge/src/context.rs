//! 请求上下文：追踪号、来者地址、从哪个口进来、何时开始。

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::network::Network;
use crate::problem::Problem;

/// 追踪号：32 个十六进制小写字母数字，一次请求一个，从边缘带到任务。
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TraceId(Arc<str>);

impl TraceId {
    /// 由 16 个随机字节构成。
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        TraceId(format!("{:032x}", u128::from_be_bytes(bytes)).into())
    }

    /// 由代理给出的 `traceparent` 头取出（W3C Trace Context）；写法不对的为 `None`。
    pub fn from_traceparent(header: &str) -> Option<Self> {
        let mut fields = header.split('-');
        let (_version, id) = (fields.next()?, fields.next()?);
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let is_id = id.len() == 32 && id.bytes().all(is_hex) && id.bytes().any(|b| b != b'0');
        is_id.then(|| TraceId(id.into()))
    }

    /// 文字。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 从哪个口进来。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// 对外的口
    Public,
    /// 管理口
    Admin,
}

/// 一条连接的来历，由 `serve` 放进每个请求。
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    /// 对端地址。
    pub peer: SocketAddr,
    /// 从哪个口进来。
    pub listener: Listener,
}

/// 时刻与随机数的来源：边缘层自己不问系统。
#[derive(Clone)]
pub struct Sources {
    /// 现在：1970 年起的微秒数。
    pub now_micros: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// 16 个随机字节。
    pub random: Arc<dyn Fn() -> [u8; 16] + Send + Sync>,
}

/// 一次请求的上下文。
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// 追踪号。
    pub trace_id: TraceId,
    /// 来者地址：经过配置的代理的，是代理所说的地址。
    pub peer: IpAddr,
    /// 从哪个口进来。
    pub listener: Listener,
    /// 直接从本机来，没有经过代理。
    pub is_local: bool,
    /// 何时开始：1970 年起的微秒数。
    pub started_at_micros: i64,
}

impl RequestContext {
    /// 由连接与请求头构成。
    pub fn new(
        connection: Connection,
        headers: &HeaderMap,
        sources: &Sources,
        proxies: &[Network],
    ) -> Self {
        let direct = connection.peer.ip().to_canonical();
        let trusted = proxies.iter().any(|network| network.contains(direct));
        let given = headers
            .get("traceparent")
            .filter(|_| trusted)
            .and_then(|value| TraceId::from_traceparent(value.to_str().ok()?));
        let is_forwarded =
            headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
        RequestContext {
            trace_id: given.unwrap_or_else(|| TraceId::from_bytes((sources.random)())),
            peer: crate::network::client(direct, headers, proxies),
            listener: connection.listener,
            is_local: direct.is_loopback() && !is_forwarded,
            started_at_micros: (sources.now_micros)(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let context = parts.extensions.get::<RequestContext>().cloned();
        context
            .ok_or_else(|| Problem::internal("the edge layers are missing from the router".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_id_is_taken_from_a_well_formed_header_only() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let id = TraceId::from_traceparent(good).unwrap();
        assert_eq!(id.as_str(), "4bf92f3577b34da6a3ce929d0e0e4736");
        for bad in [
            "",
            "00",
            "00-xyz-1-1",
            "00-00000000000000000000000000000000-1-1",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-1-1",
        ] {
            assert!(TraceId::from_traceparent(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn only_a_proxy_may_hand_in_a_trace_id_and_hide_locality() {
        let sources = Sources {
            now_micros: Arc::new(|| 7),
            random: Arc::new(|| [1; 16]),
        };
        let mut headers = HeaderMap::new();
        headers.insert(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
                .parse()
                .unwrap(),
        );
        let connection = Connection {
            peer: "127.0.0.1:9".parse().unwrap(),
            listener: Listener::Public,
        };
        let plain = RequestContext::new(connection, &headers, &sources, &[]);
        assert_eq!(plain.trace_id, TraceId::from_bytes([1; 16]));
        assert!(plain.is_local);
        assert_eq!(plain.started_at_micros, 7);
        headers.insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
        let proxies = ["127.0.0.1".parse().unwrap()];
        let proxied = RequestContext::new(connection, &headers, &sources, &proxies);
        assert_eq!(
            proxied.trace_id.as_str(),
            "4bf92f3577b34da6a3ce929d0e0e4736"
        );
        assert!(!proxied.is_local);
        assert_eq!(proxied.peer, "198.51.100.1".parse::<IpAddr>().unwrap());
    }
}
