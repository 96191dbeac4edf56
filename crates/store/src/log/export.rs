//! 导出：检查点、瓦片与条目包，交给谁都能核对的一串文件；全部，或从某一条起的一段。

use std::fmt;

use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::export::LogExport;
use mingjing_ledger::tree::tile::{TILE_HEIGHT, TILE_WIDTH, TileId};

use crate::error::{Result, StoreError};
use crate::log::consumer::READ_MAX;
use crate::store::Store;
use crate::tx::Read;

/// 导出哪一段；默认是全部。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogRange {
    /// 从第几条起；取其所在的条目包之首。
    pub from: u64,
    /// 到不超过这么多条的最新的检查点为止；没有写的到最新的检查点。
    pub to: Option<u64>,
}

impl Store {
    /// 导出一段，到检查点为止。`write` 收路径与字节，同一路径只来一次；占用的内存与日志的大小无关。
    ///
    /// Returns the checkpoint that was exported. An empty log has none and is [`StoreError::NotFound`].
    pub async fn export_log<E>(
        &self,
        range: LogRange,
        write: impl FnMut(&str, &[u8]) -> std::result::Result<(), E>,
    ) -> Result<SignedCheckpoint>
    where
        E: fmt::Display + fmt::Debug + Send + Sync + 'static,
    {
        let found = self.read(async |read: &Read| {
            let checkpoint = match range.to {
                Some(to) => {
                    let before = Some(to.saturating_add(1));
                    read.list_checkpoints(before, 1).await?.pop()
                }
                None => read.latest_checkpoint().await?,
            };
            Ok::<_, StoreError>((checkpoint, read.list_key_handovers().await?))
        });
        let (checkpoint, handovers) = found.await?;
        let checkpoint = checkpoint.ok_or_else(|| StoreError::NotFound("检查点".to_owned()))?;
        let size = checkpoint.checkpoint().size;
        if range.from > size {
            let what = format!("第 {} 条之后的检查点（最新的是 {size} 条的）", range.from);
            return Err(StoreError::NotFound(what));
        }
        let mut next = range.from - range.from % u64::from(TILE_WIDTH);
        let rows = self.read(async |read: &Read| read.edge_rows(next).await);
        let (suite, rows) = (self.identity().suite, rows.await?);
        let export = LogExport::resume(suite, next, rows, write);
        let mut export = export.map_err(StoreError::internal)?;
        while next < size {
            let limit = u32::try_from(size - next).unwrap_or(READ_MAX);
            // Page by page, each its own transaction: what has been integrated does not change.
            let page = self.read(async |read: &Read| read.log_entries(next, limit).await);
            let page = page.await?;
            if page.is_empty() {
                return Err(StoreError::corrupt(format!("日志第 {next} 条不见了")));
            }
            for entry in page {
                if entry.index != next {
                    return Err(StoreError::corrupt(format!("日志第 {next} 条不见了")));
                }
                export.push(&entry.entry).map_err(StoreError::internal)?;
                next += 1;
            }
        }
        for handover in &handovers {
            let text = handover.to_text().map_err(StoreError::internal)?;
            let number = handover.handover().number;
            export
                .handover(number, &text)
                .map_err(StoreError::internal)?;
        }
        export.finish(&checkpoint).map_err(StoreError::internal)?;
        Ok(checkpoint)
    }
}

impl Read {
    /// The hashes of the tiles at the right edge of the tree of so many leaves, level by level; a full tile is not at the
    /// edge.
    async fn edge_rows(&self, size: u64) -> Result<Vec<Vec<Digest>>> {
        let mut rows = Vec::new();
        let mut above = size;
        for level in 0.. {
            if above == 0 {
                break;
            }
            let width = above % u64::from(TILE_WIDTH);
            let index = above >> TILE_HEIGHT;
            let mut row = Vec::new();
            if width > 0 {
                let stored = self.tile(TileId { level, index }).await?;
                let (hashes, _) = stored.as_chunks::<{ Digest::LEN }>();
                // INVARIANT: below the width of a tile.
                let hashes = hashes.iter().take(width as usize);
                row.extend(hashes.copied().map(Digest::new));
            }
            rows.push(row);
            above = index;
        }
        Ok(rows)
    }
}
