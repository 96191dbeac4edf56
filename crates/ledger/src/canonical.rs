//! 规范字节：RFC 8785 所定 JSON 的一个子集，一个值只有一种写法。
//!
//! Objects, lists, strings, booleans, null and integers within ±(2^53−1). No floats: money is whole 分 and rates are
//! integers, so nothing of ours needs them, and their text form is the part of RFC 8785 that implementations get wrong.

mod parse;
mod write;

use thiserror::Error;

/// 整数的最大绝对值：2^53−1，双精度数能分清的最大整数。
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// 规范字节的上限：大小与嵌套层数。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// 最多字节数。
    pub max_bytes: usize,
    /// 最多嵌套几层对象与数组。
    pub max_depth: usize,
}

impl Limits {
    /// 一条内容或条目的上限：1 MiB，32 层。
    pub const VALUE: Limits = Limits {
        max_bytes: 1 << 20,
        max_depth: 32,
    };
}

/// 不能成为规范字节、或不是规范字节的原因。`at` 是从零数起的字节位置。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CanonicalError {
    /// 太大。
    #[error("{bytes} 字节，超过 {max} 字节的上限；大的内容存为文件，只记其摘要")]
    TooLarge {
        /// 实有。
        bytes: usize,
        /// 上限。
        max: usize,
    },
    /// 嵌套太深。
    #[error("嵌套超过 {max} 层，请压平")]
    TooDeep {
        /// 上限。
        max: usize,
    },
    /// 小数或指数。
    #[error("“{number}”不是整数；金额用分，比例用万分之几的整数")]
    NotInteger {
        /// 原文。
        number: String,
    },
    /// 整数太大。
    #[error("整数 {number} 超出 ±9007199254740991，请改用文本")]
    IntegerOutOfRange {
        /// 原文。
        number: String,
    },
    /// 一个对象里同一个键出现两次。
    #[error("键“{key}”重复")]
    DuplicateKey {
        /// 键。
        key: String,
    },
    /// 键的次序不对。
    #[error("第 {at} 字节处的键“{key}”没有按 UTF-16 码元的次序排列")]
    KeyOrder {
        /// 位置。
        at: usize,
        /// 键。
        key: String,
    },
    /// 不是规范写法。
    #[error("第 {at} 字节处不是规范写法：{expected}")]
    Unexpected {
        /// 位置。
        at: usize,
        /// 应是什么。
        expected: &'static str,
    },
}

/// 规范整数：绝对值不超过 2^53−1。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Integer(i64);

impl Integer {
    /// 检查范围并构成。
    pub fn new(number: i64) -> Result<Self, CanonicalError> {
        if (-MAX_INTEGER..=MAX_INTEGER).contains(&number) {
            Ok(Self(number))
        } else {
            let number = number.to_string();
            Err(CanonicalError::IntegerOutOfRange { number })
        }
    }

    /// 数值。
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<u32> for Integer {
    fn from(number: u32) -> Self {
        Self(i64::from(number))
    }
}

/// 规范值。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Canonical {
    /// 空。
    Null,
    /// 真假。
    Bool(bool),
    /// 整数。
    Integer(Integer),
    /// 文本。
    Text(String),
    /// 数组。
    List(Vec<Canonical>),
    /// 对象。
    Object(Object),
}

/// 规范对象：键不重复，按 UTF-16 码元排列。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object(Vec<(String, Canonical)>);

impl Object {
    /// 由键值构成，次序不拘；键重复的不收。
    pub fn new(
        members: impl IntoIterator<Item = (impl Into<String>, Canonical)>,
    ) -> Result<Self, CanonicalError> {
        let mut members: Vec<(String, Canonical)> =
            members.into_iter().map(|(k, v)| (k.into(), v)).collect();
        members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        match members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(CanonicalError::DuplicateKey {
                key: pair[0].0.clone(),
            }),
            None => Ok(Self(members)),
        }
    }

    /// 某键的值。
    pub fn get(&self, key: &str) -> Option<&Canonical> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// 键值，按规范次序。
    pub fn members(&self) -> &[(String, Canonical)] {
        &self.0
    }
}

impl Canonical {
    /// 规范字节，按 [`Limits::VALUE`] 的上限。
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        self.to_bytes_within(Limits::VALUE)
    }

    /// 规范字节，按给定的上限。
    pub fn to_bytes_within(&self, limits: Limits) -> Result<Vec<u8>, CanonicalError> {
        write::write(self, limits)
    }

    /// 严格地读：不是规范字节的一律不收，所以读出再写必得原字节。按 [`Limits::VALUE`] 的上限。
    pub fn parse(bytes: &[u8]) -> Result<Self, CanonicalError> {
        Self::parse_within(bytes, Limits::VALUE)
    }

    /// 严格地读，按给定的上限。
    pub fn parse_within(bytes: &[u8], limits: Limits) -> Result<Self, CanonicalError> {
        parse::parse(bytes, limits)
    }

    /// 由一般的 JSON 值构成；小数与过大的整数不收。
    pub fn from_json(value: &serde_json::Value) -> Result<Self, CanonicalError> {
        Self::from_json_at(value, Limits::VALUE.max_depth)
    }

    /// 一般的 JSON 值。
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Canonical::Null => serde_json::Value::Null,
            Canonical::Bool(value) => (*value).into(),
            Canonical::Integer(number) => number.get().into(),
            Canonical::Text(text) => text.as_str().into(),
            Canonical::List(items) => items.iter().map(Canonical::to_json).collect(),
            Canonical::Object(object) => {
                let members = object.members().iter();
                members.map(|(k, v)| (k.clone(), v.to_json())).collect()
            }
        }
    }

    fn from_json_at(value: &serde_json::Value, depth: usize) -> Result<Self, CanonicalError> {
        let deeper = || {
            depth.checked_sub(1).ok_or(CanonicalError::TooDeep {
                max: Limits::VALUE.max_depth,
            })
        };
        Ok(match value {
            serde_json::Value::Null => Canonical::Null,
            serde_json::Value::Bool(value) => Canonical::Bool(*value),
            serde_json::Value::Number(number) => Canonical::Integer(integer_of(number)?),
            serde_json::Value::String(text) => Canonical::Text(text.clone()),
            serde_json::Value::Array(items) => {
                let depth = deeper()?;
                let items = items.iter().map(|item| Self::from_json_at(item, depth));
                Canonical::List(items.collect::<Result<_, _>>()?)
            }
            serde_json::Value::Object(members) => {
                let depth = deeper()?;
                let members = members
                    .iter()
                    .map(|(k, v)| Ok((k.as_str(), Self::from_json_at(v, depth)?)));
                Canonical::Object(Object::new(members.collect::<Result<Vec<_>, _>>()?)?)
            }
        })
    }
}

impl From<&str> for Canonical {
    fn from(text: &str) -> Self {
        Canonical::Text(text.to_owned())
    }
}

fn integer_of(number: &serde_json::Number) -> Result<Integer, CanonicalError> {
    match number.as_i64() {
        Some(integer) => Integer::new(integer),
        None if number.is_u64() => Err(CanonicalError::IntegerOutOfRange {
            number: number.to_string(),
        }),
        None => Err(CanonicalError::NotInteger {
            number: number.to_string(),
        }),
    }
}
