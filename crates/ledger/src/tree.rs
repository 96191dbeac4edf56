//! 散列树（RFC 6962）：前沿、瓦片、证明与核对。
//!
//! The store keeps a [`frontier::Frontier`] and the tiles it grows; proofs are computed from tiles alone.

pub mod frontier;
pub mod proof;
pub mod tile;
pub mod verify;

use thiserror::Error;

/// 树最多多少叶：2^48。远大于用得完的数，又使叶号总能写进 JSON 的整数。
pub const MAX_SIZE: u64 = 1 << 48;

/// 树的算术做不下去的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TreeError {
    /// 叶太多。
    #[error("树有 {size} 叶，超过 2^48 的上限")]
    TooLarge {
        /// 叶数。
        size: u64,
    },
    /// 叶号不在树内。
    #[error("叶号 {index} 不在 {size} 叶的树内")]
    NoSuchLeaf {
        /// 叶号，从零起。
        index: u64,
        /// 叶数。
        size: u64,
    },
    /// 旧树比新树大。
    #[error("旧树 {old} 叶，比新树 {new} 叶还大")]
    Shrunk {
        /// 旧树叶数。
        old: u64,
        /// 新树叶数。
        new: u64,
    },
    /// 前沿的字节不对。
    #[error("前沿的字节不对：{bytes} 字节与 {size} 叶的树不符")]
    BadFrontier {
        /// 叶数。
        size: u64,
        /// 字节数。
        bytes: usize,
    },
    /// 瓦片太短。
    #[error("瓦片（第 {level} 层第 {index} 块）应至少有 {needed} 个散列，只有 {found} 个")]
    ShortTile {
        /// 层。
        level: u8,
        /// 块号。
        index: u64,
        /// 需要的散列数。
        needed: usize,
        /// 实有的散列数。
        found: usize,
    },
    /// 瓦片的增长接不上。
    #[error(
        "瓦片（第 {level} 层第 {index} 块）已有 {found} 个散列，新增的从第 {from} 个起，接不上"
    )]
    GrowthGap {
        /// 层。
        level: u8,
        /// 块号。
        index: u64,
        /// 新增从第几个起。
        from: u16,
        /// 实有的散列数。
        found: usize,
    },
    /// 证明不成立。
    #[error("证明不成立：{why}")]
    NotProven {
        /// 怎样不成立。
        why: &'static str,
    },
}
