//! 导出：检查点、瓦片与条目包，交给谁都能核对的一串文件。

use std::fmt;

use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_ledger::export::LogExport;

use crate::error::{Result, StoreError};
use crate::log::consumer::READ_MAX;
use crate::store::Store;
use crate::tx::Read;

impl Store {
    /// 导出到最新的检查点为止。`write` 收路径与字节，同一路径只来一次；占用的内存与日志的大小无关。
    ///
    /// Returns the checkpoint that was exported. An empty log has none and is [`StoreError::NotFound`].
    pub async fn export_log<E>(
        &self,
        write: impl FnMut(&str, &[u8]) -> std::result::Result<(), E>,
    ) -> Result<SignedCheckpoint>
    where
        E: fmt::Display + fmt::Debug + Send + Sync + 'static,
    {
        let found = self.read(async |read: &Read| {
            let checkpoint = read.latest_checkpoint().await?;
            Ok::<_, StoreError>((checkpoint, read.list_key_handovers().await?))
        });
        let (checkpoint, handovers) = found.await?;
        let checkpoint = checkpoint.ok_or_else(|| StoreError::NotFound("检查点".to_owned()))?;
        let size = checkpoint.checkpoint().size;
        let mut export = LogExport::new(self.identity().suite, write);
        let mut next = 0;
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
