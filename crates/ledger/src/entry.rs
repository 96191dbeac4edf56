//! 条目：日志的一叶。只有名号、时刻与摘要，没有个人信息；内容另存，清除内容不动条目。

mod codec;

use std::num::NonZeroU32;

use thiserror::Error;

use crate::canonical::{Canonical, CanonicalError};
use crate::digest::{Digest, HexError};
use crate::suite::Suite;
use crate::token::{Token, TokenError};
use mingjing_kernel::moment::{Moment, MomentError};

/// 条目格式的版本，写在成员 `v` 里。
pub const ENTRY_VERSION: u32 = 1;

/// 条目读不出的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EntryError {
    /// 不是规范字节。
    #[error("条目不是规范字节：{0}")]
    Canonical(#[from] CanonicalError),
    /// 不是对象。
    #[error("条目应是一个对象")]
    NotObject,
    /// 缺成员或成员的类型不对。
    #[error("条目的成员 {member} 缺少或类型不对")]
    Member {
        /// 成员名。
        member: &'static str,
    },
    /// 有多余的成员。
    #[error("{kind} 条目应有 {expected} 个成员，实有 {found} 个")]
    MemberCount {
        /// 条目的 `type`。
        kind: &'static str,
        /// 应有。
        expected: usize,
        /// 实有。
        found: usize,
    },
    /// 不认识的版本。
    #[error("条目版本 {found} 不认识，只认识 {ENTRY_VERSION}；请换新版的程序")]
    Version {
        /// 所见版本。
        found: i64,
    },
    /// 不认识的种类。
    #[error("条目种类“{found}”不认识；请换新版的程序")]
    Kind {
        /// 所见种类。
        found: String,
    },
    /// 名号不合写法。
    #[error(transparent)]
    Token(#[from] TokenError),
    /// 时刻不合写法。
    #[error(transparent)]
    Moment(#[from] MomentError),
    /// 摘要不合写法。
    #[error(transparent)]
    Hex(#[from] HexError),
}

/// 条目。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// 事件。
    Event(EventEntry),
    /// 公开记录。
    Public(PublicEntry),
    /// 审计。
    Audit(AuditEntry),
    /// 清除。
    Erasure(ErasureEntry),
}

/// 事件条目：时间线上记下了一件事。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventEntry {
    /// 记录的节点。
    pub node: Token,
    /// 事件的标识。
    pub id: Token,
    /// 时间线。
    pub timeline: Token,
    /// 在时间线上的序号，从 1 起。
    pub seq: NonZeroU32,
    /// 事件种类。
    pub kind: Token,
    /// 本节点记录的时刻。
    pub recorded_at: Moment,
    /// 对内容的加盐承诺。
    pub payload: Digest,
}

/// 公开记录条目：公众所见的遮盖后的内容，指向全文的条目。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicEntry {
    /// 记录的节点。
    pub node: Token,
    /// 公开记录的标识。
    pub id: Token,
    /// 本节点记录的时刻。
    pub recorded_at: Moment,
    /// 全文条目的叶散列。
    pub of: Digest,
    /// 公开内容的摘要，不加盐。
    pub content: Digest,
}

/// 审计条目：谁做了什么、看了什么，详情在加盐承诺的内容里。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// 记录的节点。
    pub node: Token,
    /// 审计记录的标识。
    pub id: Token,
    /// 本节点记录的时刻。
    pub recorded_at: Moment,
    /// 动作。
    pub action: Token,
    /// 对详情的加盐承诺。
    pub content: Digest,
}

/// 清除条目：依法清除了某条目的内容与盐。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureEntry {
    /// 记录的节点。
    pub node: Token,
    /// 清除记录的标识。
    pub id: Token,
    /// 本节点记录的时刻。
    pub recorded_at: Moment,
    /// 被清除内容的条目的叶散列。
    pub of: Digest,
    /// 依据，写法规与条的代号，如 `personal_information_protection_law/47`。
    pub basis: Token,
}

impl Entry {
    /// 规范字节：叶散列与导出所用。
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_canonical()
            .to_bytes()
            .expect("an entry has bounded tokens, one level and distinct keys")
    }

    /// 严格地读；成员多一个、少一个都不收。
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        Self::from_canonical(&Canonical::parse(bytes)?)
    }

    /// 规范值。
    pub fn to_canonical(&self) -> Canonical {
        codec::to_canonical(self)
    }

    /// 由规范值读出。
    pub fn from_canonical(value: &Canonical) -> Result<Self, EntryError> {
        codec::from_canonical(value)
    }

    /// 叶散列。
    pub fn leaf_hash(&self, suite: Suite) -> Digest {
        suite.leaf_hash(&self.to_bytes())
    }

    /// 何时记下。
    pub const fn recorded_at(&self) -> Moment {
        match self {
            Entry::Event(event) => event.recorded_at,
            Entry::Public(public) => public.recorded_at,
            Entry::Audit(audit) => audit.recorded_at,
            Entry::Erasure(erasure) => erasure.recorded_at,
        }
    }

    /// 条目所承诺的内容的摘要；清除条目没有内容。
    pub fn content(&self) -> Option<&Digest> {
        match self {
            Entry::Event(event) => Some(&event.payload),
            Entry::Public(public) => Some(&public.content),
            Entry::Audit(audit) => Some(&audit.content),
            Entry::Erasure(_) => None,
        }
    }
}
