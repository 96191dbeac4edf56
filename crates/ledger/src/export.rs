//! 日志导出：检查点、瓦片与条目包，一串（路径，字节），落成文件夹就是 C2SP tlog-tiles 的布局；也可以只导出末尾一段。

use std::fmt;

use thiserror::Error;

use crate::checkpoint::SignedCheckpoint;
use crate::digest::Digest;
use crate::entry::Entry;
use crate::suite::Suite;
use crate::tree::TreeError;
use crate::tree::frontier::Frontier;
use crate::tree::tile::{TILE_HEIGHT, TILE_WIDTH, TileGrowth, TileId, entries_path};

/// 检查点的路径。
pub const CHECKPOINT_PATH: &str = "checkpoint";
/// 换钥的声明所在的文件夹：`handover/1` 起。
pub const HANDOVER_PATH: &str = "handover";
/// 一段从哪一条起；从头起的没有这个文件。
pub const RANGE_PATH: &str = "range";

/// 导出做不下去的原因；`E` 是写出者的错误。
#[derive(Debug, Error)]
pub enum ExportError<E: fmt::Display + fmt::Debug> {
    /// 写不出。
    #[error("写不出 {path}：{cause}")]
    Write {
        /// 路径。
        path: String,
        /// 原因。
        cause: E,
    },
    /// 条目太长，长度写不进两个字节。
    #[error("第 {index} 条有 {bytes} 字节，超过 65535")]
    EntryTooLong {
        /// 叶号。
        index: u64,
        /// 字节数。
        bytes: usize,
    },
    /// 树。
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// 条目与检查点不符。
    #[error("检查点说 {said} 条、根 {said_root:?}，写出的是 {written} 条、根 {root:?}")]
    NotTheCheckpoint {
        /// 检查点的叶数。
        said: u64,
        /// 检查点的根。
        said_root: Digest,
        /// 写出的条数。
        written: u64,
        /// 写出的条目的根。
        root: Digest,
    },
}

/// 日志导出：按序递进条目，文件一写满就交给 `write`；占用的内存与日志的大小无关。
pub struct LogExport<W> {
    suite: Suite,
    frontier: Frontier,
    /// Per tile level, the tile at the right edge.
    tiles: Vec<TileGrowth>,
    bundle: Vec<u8>,
    bundle_hashes: Vec<Digest>,
    write: W,
}

impl<W, E> LogExport<W>
where
    W: FnMut(&str, &[u8]) -> Result<(), E>,
    E: fmt::Display + fmt::Debug,
{
    /// 开始导出。`write` 收路径与字节，同一路径只来一次。
    pub const fn new(suite: Suite, write: W) -> Self {
        Self {
            suite,
            frontier: Frontier::new(),
            tiles: Vec::new(),
            bundle: Vec::new(),
            bundle_hashes: Vec::new(),
            write,
        }
    }

    /// 从第 `from` 条起导出一段；`rows[L]` 是 `from` 条的树第 L 层右缘那块瓦片的散列，满了的一块不在内。
    ///
    /// `from` MUST be a multiple of [`TILE_WIDTH`]: bundles and tiles of leaves are whole. The tiles above that hold what
    /// came before are exported with the range, so that the root can be computed from it.
    pub fn resume(
        suite: Suite,
        from: u64,
        rows: Vec<Vec<Digest>>,
        write: W,
    ) -> Result<Self, ExportError<E>> {
        let mut export = Self::new(suite, write);
        export.frontier = Frontier::of_edge(suite, from, &rows)?;
        if !from.is_multiple_of(u64::from(TILE_WIDTH)) {
            return Err(TreeError::BadFrontier {
                size: from,
                bytes: 0,
            }
            .into());
        }
        for (level, hashes) in (0_u8..).zip(rows).filter(|(_, row)| !row.is_empty()) {
            let index = from >> (u32::from(TILE_HEIGHT) * (u32::from(level) + 1));
            export.tiles.push(TileGrowth {
                tile: TileId { level, index },
                from: 0,
                hashes,
            });
        }
        if from > 0 {
            export.put(RANGE_PATH, format!("{from}\n").as_bytes())?;
        }
        Ok(export)
    }

    /// 下一条，按叶号的次序。
    pub fn push(&mut self, entry: &Entry) -> Result<(), ExportError<E>> {
        let bytes = entry.to_bytes();
        let index = self.frontier.size() + self.bundle_hashes.len() as u64;
        let length = u16::try_from(bytes.len()).map_err(|_| ExportError::EntryTooLong {
            index,
            bytes: bytes.len(),
        })?;
        self.bundle.extend_from_slice(&length.to_be_bytes());
        self.bundle.extend_from_slice(&bytes);
        self.bundle_hashes.push(self.suite.leaf_hash(&bytes));
        if self.bundle_hashes.len() == usize::from(TILE_WIDTH) {
            self.flush()?;
        }
        Ok(())
    }

    /// 第几次换钥的声明，按先后；在 [`LogExport::finish`] 之前。
    pub fn handover(&mut self, number: u64, text: &str) -> Result<(), ExportError<E>> {
        self.put(&format!("{HANDOVER_PATH}/{number}"), text.as_bytes())
    }

    /// 写完：不满的文件，最后是检查点。条目与检查点不符的不写检查点。
    pub fn finish(mut self, checkpoint: &SignedCheckpoint) -> Result<(), ExportError<E>> {
        if !self.bundle_hashes.is_empty() {
            self.flush()?;
        }
        let said = checkpoint.checkpoint();
        let root = self.frontier.root(self.suite);
        if (said.size, said.root, said.suite) != (self.frontier.size(), root, self.suite) {
            return Err(ExportError::NotTheCheckpoint {
                said: said.size,
                said_root: said.root,
                written: self.frontier.size(),
                root,
            });
        }
        for tile in std::mem::take(&mut self.tiles) {
            self.write_tile(&tile)?;
        }
        self.put(CHECKPOINT_PATH, checkpoint.to_text().as_bytes())
    }

    fn flush(&mut self) -> Result<(), ExportError<E>> {
        let index = self.frontier.size() / u64::from(TILE_WIDTH);
        // INVARIANT: a bundle is flushed when it holds TILE_WIDTH entries, or at the end.
        let width = u16::try_from(self.bundle_hashes.len()).unwrap_or(TILE_WIDTH);
        let hashes = std::mem::take(&mut self.bundle_hashes);
        let bundle = std::mem::take(&mut self.bundle);
        self.put(&entries_path(index, width), &bundle)?;
        let appended = self.frontier.append(self.suite, &hashes)?;
        self.frontier = appended.frontier;
        for growth in appended.growth {
            self.grow(growth)?;
        }
        Ok(())
    }

    fn grow(&mut self, growth: TileGrowth) -> Result<(), ExportError<E>> {
        let known = self.tiles.iter().position(|open| open.tile == growth.tile);
        let at = match known {
            Some(at) => {
                self.tiles[at].hashes.extend(growth.hashes);
                at
            }
            None => {
                self.tiles.push(growth);
                self.tiles.len() - 1
            }
        };
        if self.tiles[at].width() == TILE_WIDTH {
            let full = self.tiles.remove(at);
            self.write_tile(&full)?;
        }
        Ok(())
    }

    fn write_tile(&mut self, tile: &TileGrowth) -> Result<(), ExportError<E>> {
        let bytes = tile.apply(&[])?;
        self.put(&tile.tile.path(tile.width()), &bytes)
    }

    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), ExportError<E>> {
        (self.write)(path, bytes).map_err(|cause| ExportError::Write {
            path: path.to_owned(),
            cause,
        })
    }
}
