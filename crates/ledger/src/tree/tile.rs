//! 瓦片：一层里连续的至多 256 个散列，布局同 C2SP tlog-tiles。

use std::fmt::Write as _;

use super::TreeError;
use crate::digest::Digest;

/// 一块满瓦片的散列数：2^8。
pub const TILE_WIDTH: u16 = 256;
/// 一块瓦片跨树的几层。
pub const TILE_HEIGHT: u8 = 8;

/// 瓦片的坐标：第 `level` 层的瓦片里是树的第 8×`level` 层的散列。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 瓦片的层，叶散列为零层。
    pub level: u8,
    /// 层内的块号，从零起。
    pub index: u64,
}

impl TileId {
    /// 导出时的路径：`tile/0/x001/234`，不满的另加 `.p/宽`。
    pub fn path(self, width: u16) -> String {
        format!("tile/{}/{}", self.level, index_path(self.index, width))
    }
}

/// 条目包的路径：`tile/entries/x001/234`，不满的另加 `.p/宽`。
pub fn entries_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}", index_path(index, width))
}

/// 需要的一块瓦片，至少要有开头的 `width` 个散列。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileNeed {
    /// 坐标。
    pub tile: TileId,
    /// 至少几个散列。
    pub width: u16,
}

/// 瓦片的增长：追加叶子之后，这块瓦片从第 `from` 个散列起多了这些。`from` 为零的是新瓦片。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileGrowth {
    /// 坐标。
    pub tile: TileId,
    /// 从第几个起。
    pub from: u16,
    /// 新增的散列。
    pub hashes: Vec<Digest>,
}

impl TileGrowth {
    /// 增长之后的宽。
    pub fn width(&self) -> u16 {
        // INVARIANT: a growth never passes TILE_WIDTH.
        self.from + u16::try_from(self.hashes.len()).unwrap_or(TILE_WIDTH)
    }

    /// 新瓦片的全部字节；`stored` 是所存的旧字节，新瓦片给空的。旧字节与 `from` 接不上的不收。
    pub fn apply(&self, stored: &[u8]) -> Result<Vec<u8>, TreeError> {
        if stored.len() != usize::from(self.from) * Digest::LEN {
            return Err(TreeError::GrowthGap {
                level: self.tile.level,
                index: self.tile.index,
                from: self.from,
                found: stored.len() / Digest::LEN,
            });
        }
        let mut bytes = stored.to_vec();
        for hash in &self.hashes {
            bytes.extend_from_slice(hash.as_bytes());
        }
        Ok(bytes)
    }
}

/// Groups of three digits, all but the last marked with `x`, so that no folder holds more than a thousand names.
fn index_path(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path.insert_str(0, &format!("x{:03}/", rest % 1000));
        rest /= 1000;
    }
    if width < TILE_WIDTH {
        write!(path, ".p/{width}").expect("writing to a String does not fail");
    }
    path
}
