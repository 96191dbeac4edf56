//! 存储的错误：按“没能做成什么”分，不按数据库分。

use std::error::Error as StdError;

use thiserror::Error;

/// 没能读写的原因。
#[derive(Debug, Error)]
pub enum StoreError {
    /// 要找的东西不在。
    #[error("没有找到 {0}")]
    NotFound(String),
    /// 版本已经前进：别人先写了。
    #[error("时间线已有更新：预期版本 {expected}，实为 {found}；请重新读取后再提交")]
    Conflict {
        /// 提交者以为的版本。
        expected: u64,
        /// 库里的版本。
        found: u64,
    },
    /// 唯一键已经存在；值是唯一索引的名字。
    #[error("已有同样的记录（唯一键 {0}）")]
    Duplicate(String),
    /// 超过上限。
    #[error("超过上限：{0}")]
    LimitExceeded(String),
    /// 一条命令占用写入太久，退回了；值是容许的秒数。别人在等，也可能只是机器太忙。
    #[error("一条命令占用写入超过 {0} 秒")]
    OutOfTime(u64),
    /// 数据库此刻不可用：连不上、磁盘满、忙；稍后重试可能成功。
    #[error("数据库暂时不可用")]
    Unavailable(#[source] Cause),
    /// 库的结构比本程序旧。
    #[error("库的结构是第 {found} 版，本程序要第 {newest} 版；请先运行 mingjing migrate")]
    SchemaBehind {
        /// 库的版本，0 为空库。
        found: usize,
        /// 本程序所知的最新版本。
        newest: usize,
    },
    /// 库的结构比本程序新。
    #[error("库的结构是第 {found} 版，本程序只认得到第 {newest} 版；请换用更新的程序")]
    SchemaAhead {
        /// 库的版本。
        found: usize,
        /// 本程序所知的最新版本。
        newest: usize,
    },
    /// 租约已被别人取得，或别人已经先做了。
    #[error("租约已被别人取得：栅栏号 {mine}，现为 {found}")]
    Fenced {
        /// 自己的栅栏号。
        mine: u64,
        /// 库里的栅栏号。
        found: u64,
    },
    /// 库里是别的节点的日志，或用别的算法套件。
    #[error("这个库属于节点“{found}”，配置里写的是“{expected}”；节点名与算法套件写定后不能改")]
    OtherLog {
        /// 库里的节点名。
        found: String,
        /// 配置里的节点名。
        expected: String,
    },
    /// 库里的内容不成其为应有的样子。
    #[error("库中数据有误：{0}")]
    Corrupt(String),
    /// 程序自己的错。
    #[error("存储内部错误")]
    Internal(#[source] Cause),
}

/// 起因。
pub type Cause = Box<dyn StdError + Send + Sync>;

/// 存储操作的结果。
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// 程序自己的错，只有一句话可说。
    pub(crate) fn internal(what: impl Into<Cause>) -> Self {
        StoreError::Internal(what.into())
    }

    /// 此刻不可用，只有一句话可说。
    pub(crate) fn unavailable(what: impl Into<Cause>) -> Self {
        StoreError::Unavailable(what.into())
    }

    /// 库里的内容有误。
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        StoreError::Corrupt(what.into())
    }
}
