//! 幂等键：同一请求重发，只做一次，答复相同。

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mingjing_ledger::suite::Suite;
use mingjing_store::error::StoreError;
use mingjing_store::idempotency::Reply;
use mingjing_store::tx::{Read, Tx};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::context::RequestContext;
use crate::error::ServiceError;

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

/// 只做一次：键，与请求的摘要；同一个键配不同的请求是调用者的错。
///
/// Clones are the same request: whether it was answered from what was kept is told to all of them.
#[derive(Debug, Clone)]
pub struct Once {
    /// 键。
    pub key: IdempotencyKey,
    digest: [u8; 32],
    replayed: Arc<AtomicBool>,
}

impl Once {
    /// 由键、操作的名字与请求的原文构成。
    pub fn new(key: IdempotencyKey, operation: &str, request: &[u8]) -> Self {
        let digest = Suite::Sm.hash(&[operation.as_bytes(), b"\n", request]);
        Once {
            key,
            digest: *digest.as_bytes(),
            replayed: Arc::default(),
        }
    }

    /// 答复是早先存下的那一个。
    pub fn is_replayed(&self) -> bool {
        self.replayed.load(Ordering::Relaxed)
    }
}

/// 做成的结果，是这一次做的还是早已做好的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// 结果。
    pub value: T,
    /// 早已做好，这是原来的答复。
    pub is_replayed: bool,
}

impl<T> Done<T> {
    /// 这一次做的。
    pub(crate) const fn now(value: T) -> Self {
        Done {
            value,
            is_replayed: false,
        }
    }
}

/// The status column is HTTP's; here a kept reply is always a success.
const DONE: u16 = 200;

/// The reply of an earlier request with the same key, if there is one.
pub(crate) async fn earlier<T: DeserializeOwned>(
    read: &Read,
    request: &RequestContext,
    once: Option<&Once>,
) -> Result<Option<Done<T>>, ServiceError> {
    let (Some(account), Some(once)) = (request.account, once) else {
        return Ok(None);
    };
    let Some(reply) = read.find_reply(account, once.key.as_str()).await? else {
        return Ok(None);
    };
    if reply.request_digest != once.digest {
        return Err(ServiceError::KeyReused);
    }
    let value = serde_json::from_slice(&reply.body).map_err(ServiceError::internal)?;
    once.replayed.store(true, Ordering::Relaxed);
    Ok(Some(Done {
        value,
        is_replayed: true,
    }))
}

/// Keeps the reply in the transaction of what was done.
pub(crate) async fn keep<T: Serialize>(
    tx: &Tx,
    request: &RequestContext,
    once: Option<&Once>,
    value: T,
) -> Result<Done<T>, ServiceError> {
    if let (Some(account), Some(once)) = (request.account, once) {
        let reply = Reply {
            request_digest: once.digest,
            status: DONE,
            body: serde_json::to_vec(&value).map_err(ServiceError::internal)?,
        };
        let kept = tx.keep_reply(account, once.key.as_str(), &reply).await;
        // Two at the same moment: the other one stands, and asking again gives its answer.
        kept.map_err(|error| match error {
            StoreError::Duplicate(_) => ServiceError::Unavailable,
            other => other.into(),
        })?;
    }
    Ok(Done::now(value))
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
