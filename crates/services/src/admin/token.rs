//! 令牌：会话令牌是随机数，库里只存它的摘要；防伪令牌由它算出，不另存。

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// 令牌的字节数：256 位。
pub const TOKEN_BYTES: usize = 32;

/// 令牌：会话令牌，或由它算出的防伪令牌；打印时不见内容。
#[derive(Clone)]
pub struct Token([u8; TOKEN_BYTES]);

impl Token {
    /// 由字节构成：随机的，或来者带来的。
    pub const fn from_bytes(bytes: [u8; TOKEN_BYTES]) -> Self {
        Token(bytes)
    }

    /// 字节，只用于交给本人。
    pub const fn as_bytes(&self) -> &[u8; TOKEN_BYTES] {
        &self.0
    }

    /// 存进库里的摘要：库被人看到，也登录不了。
    pub(crate) fn digest(&self) -> [u8; TOKEN_BYTES] {
        hash(b"mingjing session\0", &self.0)
    }

    /// 这个会话令牌的防伪令牌：知道它的算不出会话令牌。
    #[must_use]
    pub fn csrf(&self) -> Token {
        Token(hash(b"mingjing csrf\0", &self.0))
    }

    /// 相等；用时与内容无关。
    pub fn matches(&self, other: &Token) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// A random token of 256 bits needs no slow hash: nobody can try them all.
fn hash(purpose: &[u8], token: &[u8; TOKEN_BYTES]) -> [u8; TOKEN_BYTES] {
    let mut hasher = Sha256::new();
    hasher.update(purpose);
    hasher.update(token);
    hasher.finalize().into()
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_values_differ_and_none_shows_itself() {
        let token = Token::from_bytes([7; TOKEN_BYTES]);
        assert_ne!(&token.digest(), token.as_bytes());
        assert_ne!(&token.digest(), token.csrf().as_bytes());
        assert!(!token.matches(&token.csrf()));
        assert_eq!(format!("{token:?}"), "Token(***)");
    }
}
