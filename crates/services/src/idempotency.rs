//! 幂等键：同一请求重发，只做一次，答复相同。

use std::fmt;

use thiserror::Error;

/// 键的最短与最长字节数：短了容易撞，长了没有用处。
pub const KEY_BYTES: std::ops::RangeInclusive<usize> = 8..=128;

/// 幂等键：由客户端生成，在一个账户内唯一。
///
/// `Debug` does not show it: a client may put anything into it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// 幂等键的写法不对。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("应为 8 至 128 个可见的 ASCII 字符，不含空格、引号与反斜杠；建议用 UUID")]
pub struct MalformedKey;

impl IdempotencyKey {
    /// 由文字构成。
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        let is_plain = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
        if KEY_BYTES.contains(&text.len()) && text.bytes().all(is_plain) {
            Ok(IdempotencyKey(text.to_owned()))
        } else {
            Err(MalformedKey)
        }
    }

    /// 文字。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_ascii_of_a_bounded_length() {
        for good in ["01234567", "0190a6f4-7b6e-7c11-9d3a-1f2e3d4c5b6a"] {
            assert_eq!(IdempotencyKey::parse(good).unwrap().as_str(), good);
        }
        let long = "x".repeat(129);
        for bad in ["", "1234567", "has space", "has\"quote", "中文中文", &long] {
            assert!(IdempotencyKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn debug_output_hides_the_key() {
        let key = IdempotencyKey::parse("secret-secret").unwrap();
        assert!(!format!("{key:?}").contains("secret"));
    }
}
