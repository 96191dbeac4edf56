//! 会话：会话 cookie 的写法、防伪令牌、登录了的人；会话存在哪里由服务说了算。

use std::fmt;
use std::future::Future;

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use mingjing_services::error::ServiceError;
use subtle::ConstantTimeEq as _;

use crate::context::RequestContext;
use crate::problem::{Problem, ProblemCode};

/// 请求头：防伪令牌。
pub const CSRF_HEADER: &str = "x-csrf-token";
/// 令牌的字节数：256 位随机数。
pub const TOKEN_BYTES: usize = 32;

/// 会话令牌：cookie 里的那一串。存的是它的摘要，不是它自己。
#[derive(Clone)]
pub struct SessionToken([u8; TOKEN_BYTES]);

/// 防伪令牌：登录时随答复给出，写入时在请求头里带回。
#[derive(Clone)]
pub struct CsrfToken([u8; TOKEN_BYTES]);

macro_rules! token {
    ($name:ident) => {
        impl $name {
            /// 由随机字节构成。
            pub fn from_bytes(bytes: [u8; TOKEN_BYTES]) -> Self {
                $name(bytes)
            }

            /// 由文字解析；写法不对的为 `None`。
            pub fn parse(text: &str) -> Option<Self> {
                let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
                bytes.try_into().ok().map($name)
            }

            /// 字节，供求摘要。
            pub fn as_bytes(&self) -> &[u8; TOKEN_BYTES] {
                &self.0
            }

            /// 写成文字，只用于交给本人。
            pub fn to_text(&self) -> String {
                Base64UrlUnpadded::encode_string(&self.0)
            }

            /// 相等；用时与内容无关。
            pub fn matches(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
}

token!(SessionToken);
token!(CsrfToken);

/// 会话 cookie 怎样写。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// 经 HTTPS：`__Host-mingjing`，带 Secure
    Secure,
    /// 只在本机的明文 HTTP：`mingjing`
    Loopback,
}

impl CookieKind {
    /// 名字。
    pub fn name(self) -> &'static str {
        match self {
            CookieKind::Secure => "__Host-mingjing",
            CookieKind::Loopback => "mingjing",
        }
    }

    /// 请求里的会话令牌；没有或写法不对的为 `None`。
    pub fn read(self, headers: &HeaderMap) -> Option<SessionToken> {
        let lines = headers.get_all(COOKIE).iter();
        let pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(name, _)| *name == self.name());
        let (_, value) = values.next()?;
        // Two cookies of the name mean that somebody planted one: neither is believed.
        if values.next().is_some() {
            return None;
        }
        SessionToken::parse(value)
    }

    /// 发给浏览器的 `Set-Cookie`；会话的期限由服务管，浏览器关掉就没有。
    pub fn set(self, token: &SessionToken) -> HeaderValue {
        self.header(&token.to_text(), "")
    }

    /// 让浏览器删去的 `Set-Cookie`。
    pub fn clear(self) -> HeaderValue {
        self.header("", "; Max-Age=0")
    }

    fn header(self, value: &str, more: &str) -> HeaderValue {
        let secure = match self {
            CookieKind::Secure => "; Secure",
            CookieKind::Loopback => "",
        };
        let line = format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}",
            self.name()
        );
        HeaderValue::from_str(&line).expect("a cookie of base64url is a header value")
    }
}

/// 一个有效的会话。
#[derive(Debug, Clone)]
pub struct Session<A> {
    /// 谁，连同他的角色与范围。
    pub actor: A,
    /// 这个会话的防伪令牌。
    pub csrf: CsrfToken,
}

/// 会话在哪里：由 `http` 等的状态实现，转给服务。
pub trait Sessions: Clone + Send + Sync + 'static {
    /// 登录了的人。
    type Actor: Clone + Send + Sync + 'static;

    /// 会话 cookie 的写法。
    fn cookie(&self) -> CookieKind;

    /// 令牌对应的会话；没有、过期、被撤销的为 `None`。
    fn find_session(
        &self,
        token: &SessionToken,
        context: &RequestContext,
    ) -> impl Future<Output = Result<Option<Session<Self::Actor>>, ServiceError>> + Send;
}

/// 登录了的人，供处理函数取用；没有登录的答 401。
#[derive(Debug, Clone)]
pub struct SignedIn<A>(pub A);

impl<S: Sessions> FromRequestParts<S> for SignedIn<S::Actor> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let actor = parts.extensions.get::<SignedIn<S::Actor>>().cloned();
        actor.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn))
    }
}

/// 请求头里的防伪令牌与会话的一致。
pub fn has_csrf_token(headers: &HeaderMap, expected: &CsrfToken) -> bool {
    let given = headers.get(CSRF_HEADER).and_then(|v| v.to_str().ok());
    given
        .and_then(CsrfToken::parse)
        .is_some_and(|given| given.matches(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_read_back_as_it_was_set() {
        for kind in [CookieKind::Secure, CookieKind::Loopback] {
            let token = SessionToken::from_bytes([7; TOKEN_BYTES]);
            let set = kind.set(&token);
            let set = set.to_str().unwrap();
            assert!(
                set.contains("HttpOnly")
                    && set.contains("SameSite=Strict")
                    && set.contains("Path=/")
            );
            assert_eq!(set.contains("Secure"), kind == CookieKind::Secure);
            let pair = set.split(';').next().unwrap();
            let found = kind
                .read(&headers(&[&format!("theme=dark; {pair}")]))
                .unwrap();
            assert!(found.matches(&token));
        }
    }

    #[test]
    fn a_strange_or_doubled_cookie_is_no_session() {
        let good = SessionToken::from_bytes([7; TOKEN_BYTES]).to_text();
        let twice = format!("mingjing={good}; mingjing={good}");
        let other = format!("__Host-mingjing={good}");
        for line in ["", "mingjing", "mingjing=", "mingjing=zzz", &twice, &other] {
            let found = CookieKind::Loopback.read(&headers(&[line]));
            assert!(found.is_none(), "{line}");
        }
        assert!(
            CookieKind::Loopback
                .clear()
                .to_str()
                .unwrap()
                .contains("Max-Age=0")
        );
    }

    #[test]
    fn tokens_do_not_show_themselves() {
        let token = CsrfToken::from_bytes([7; TOKEN_BYTES]);
        assert_eq!(format!("{token:?}"), "CsrfToken(***)");
    }

    #[test]
    fn the_csrf_header_must_match_exactly() {
        let expected = CsrfToken::from_bytes([7; TOKEN_BYTES]);
        let mut given = HeaderMap::new();
        assert!(!has_csrf_token(&given, &expected));
        given.insert(
            CSRF_HEADER,
            CsrfToken::from_bytes([8; TOKEN_BYTES])
                .to_text()
                .parse()
                .unwrap(),
        );
        assert!(!has_csrf_token(&given, &expected));
        given.insert(CSRF_HEADER, expected.to_text().parse().unwrap());
        assert!(has_csrf_token(&given, &expected));
    }
}
