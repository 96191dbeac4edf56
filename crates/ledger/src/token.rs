//! 名号：条目里除摘要与时刻之外的文字，只许短的 ASCII，写不进姓名、住址。

use std::fmt;

use thiserror::Error;

/// 名号最长的字节数；够写前缀加 UUID，不够写一段话。
pub const MAX_TOKEN_BYTES: usize = 128;

/// 名号不合写法的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "“{text}”不能作名号：须是 1 至 {MAX_TOKEN_BYTES} 个字符，只用 ASCII 字母、数字和 . _ : / -；姓名、案由等写进内容，不写进条目"
)]
pub struct TokenError {
    /// 原文，过长的只留开头。
    pub text: String,
}

/// 名号：节点、标识、时间线、种类、依据、日志与密钥的名称。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(String);

impl Token {
    /// 检查写法并构成。
    pub fn new(text: impl Into<String>) -> Result<Self, TokenError> {
        let text = text.into();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._:/-".contains(&b);
        if text.is_empty() || text.len() > MAX_TOKEN_BYTES || !text.bytes().all(allowed) {
            let text = text.chars().take(MAX_TOKEN_BYTES).collect();
            return Err(TokenError { text });
        }
        Ok(Self(text))
    }

    /// 原文。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
