//! 三十二字节的值：摘要与盐，文本写成六十四位小写十六进制。

use std::fmt;

use thiserror::Error;

/// 十六进制写法不对的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{text}”应为 64 位小写十六进制")]
pub struct HexError {
    /// 原文，过长的只留开头。
    pub text: String,
}

/// 摘要：SM3 或 SHA-256 的三十二字节。
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// 字节数。
    pub const LEN: usize = 32;

    /// 由字节构成。
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// 字节。
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 六十四位小写十六进制。
    pub fn to_hex(&self) -> String {
        to_hex(&self.0)
    }

    /// 读六十四位小写十六进制；大写的、长短不合的不收。
    pub fn from_hex(text: &str) -> Result<Self, HexError> {
        from_hex(text).map(Self)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// 盐：承诺里的三十二个随机字节。知道盐的人才能凭内容猜出承诺，所以 `Debug` 不打印。
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// 由字节构成；字节 MUST 取自操作系统的随机数，每条内容各取一次。
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// 字节。
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 六十四位小写十六进制。
    pub fn to_hex(&self) -> String {
        to_hex(&self.0)
    }

    /// 读六十四位小写十六进制。
    pub fn from_hex(text: &str) -> Result<Self, HexError> {
        from_hex(text).map(Self)
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(***)")
    }
}

fn to_hex(bytes: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .map(char::from)
        .collect()
}

fn from_hex(text: &str) -> Result<[u8; 32], HexError> {
    let refused = || HexError {
        text: text.chars().take(80).collect(),
    };
    let digit = |b: u8| match b {
        b'0'..=b'9' => Ok(b - b'0'),
        b'a'..=b'f' => Ok(b - b'a' + 10),
        _ => Err(refused()),
    };
    let text_bytes = text.as_bytes();
    if text_bytes.len() != 64 {
        return Err(refused());
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text_bytes.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(bytes)
}
