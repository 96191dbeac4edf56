//! 标识：带种类的 UUIDv7，由时刻与随机字节构成，写出来带种类前缀。
//!
//! Both the instant and the ten random bytes are arguments: this crate asks nobody for time or chance. What a stranger
//! may guess or time (query codes, share links) is not an [`Id`] but random text.

pub mod kind;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::moment::Moment;

pub use kind::Kind;

/// Hex digits of a UUID without dashes.
const HEX_DIGITS: usize = 32;

/// 标识不成立的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// 写法不对。
    #[error("“{text}”不是标识，请写成 {prefix}_ 后接 32 位小写十六进制数字的样子")]
    Form {
        /// 原文，过长的只留开头。
        text: String,
        /// 应有的前缀。
        prefix: &'static str,
    },
    /// 是别的种类的标识。
    #[error("“{text}”不是{name}的标识，应以 {prefix}_ 开头")]
    OtherKind {
        /// 原文，过长的只留开头。
        text: String,
        /// 应有的前缀。
        prefix: &'static str,
        /// 应有的种类的中文名。
        name: &'static str,
    },
}

/// 标识：种类 `K` 的 UUIDv7。先后与构成它的时刻一致，同一毫秒内的次序是随机的。
pub struct Id<K> {
    bits: u128,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// 由时刻与十个随机字节构成。
    pub fn new(at: Moment, random: [u8; 10]) -> Self {
        Id {
            bits: uuid_v7(at, random),
            kind: PhantomData,
        }
    }

    /// 一百二十八位的值，即 UUID 本身。
    pub const fn bits(self) -> u128 {
        self.bits
    }

    /// 读带前缀的写法；前缀属于别的种类的，说明应有的种类。
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match split(text) {
            Some((prefix, bits)) if prefix == K::PREFIX => Ok(Id {
                bits,
                kind: PhantomData,
            }),
            Some(_) => Err(IdError::OtherKind {
                text: shortened(text),
                prefix: K::PREFIX,
                name: K::NAME,
            }),
            None => Err(IdError::Form {
                text: shortened(text),
                prefix: K::PREFIX,
            }),
        }
    }
}

/// 时间线的标识：种类在值里，而不在类型里；与同一种类的 [`Id`] 同一写法。
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimelineId {
    kind: kind::TimelineKind,
    bits: u128,
}

impl TimelineId {
    /// 由种类、时刻与十个随机字节构成。
    pub fn new(kind: kind::TimelineKind, at: Moment, random: [u8; 10]) -> Self {
        TimelineId {
            kind,
            bits: uuid_v7(at, random),
        }
    }

    /// 时间线的种类。
    pub const fn kind(self) -> kind::TimelineKind {
        self.kind
    }

    /// 一百二十八位的值，即 UUID 本身。
    pub const fn bits(self) -> u128 {
        self.bits
    }

    /// 读带前缀的写法；前缀须是时间线的种类之一。
    pub fn parse(text: &str) -> Result<Self, IdError> {
        split(text)
            .and_then(|(prefix, bits)| {
                let kind = kind::TimelineKind::from_code(prefix)?;
                Some(TimelineId { kind, bits })
            })
            .ok_or_else(|| IdError::Form {
                text: shortened(text),
                prefix: "case（或其他时间线的种类）",
            })
    }
}

/// RFC 9562: 48 bits of milliseconds, version 7, 12 random bits, variant 10, 62 random bits.
fn uuid_v7(at: Moment, random: [u8; 10]) -> u128 {
    const VERSION: u128 = 7 << 76;
    const VERSION_MASK: u128 = 0xf << 76;
    const VARIANT: u128 = 0b10 << 62;
    const VARIANT_MASK: u128 = 0b11 << 62;
    let chance = random
        .iter()
        .fold(0u128, |sum, b| sum << 8 | u128::from(*b));
    let bits = u128::from(at.unix_millis()) << 80 | chance;
    bits & !VERSION_MASK & !VARIANT_MASK | VERSION | VARIANT
}

/// Prefix and value, if the text has the one form that is written.
fn split(text: &str) -> Option<(&str, u128)> {
    let (prefix, hex) = text.rsplit_once('_')?;
    let is_lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if hex.len() != HEX_DIGITS || !hex.bytes().all(is_lower_hex) {
        return None;
    }
    Some((prefix, u128::from_str_radix(hex, 16).ok()?))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bits.cmp(&other.bits)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{:032x}", K::PREFIX, self.bits)
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Id::parse(text)
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Id::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for TimelineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{:032x}", self.kind.code(), self.bits)
    }
}

impl fmt::Debug for TimelineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TimelineId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        TimelineId::parse(text)
    }
}

impl Serialize for TimelineId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimelineId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        TimelineId::parse(&text).map_err(serde::de::Error::custom)
    }
}
