//! 证明：由瓦片算出的包含证明、一致性证明与根。

use std::collections::HashMap;

use mingjing_ledger::digest::Digest;
use mingjing_ledger::tree::TreeError;
use mingjing_ledger::tree::proof::ProofPlan;
use mingjing_ledger::tree::tile::TileId;

use crate::error::{Result, StoreError};
use crate::sql::values;
use crate::tx::Read;

impl Read {
    /// 包含证明：第 `index` 叶在 `size` 叶的树里，从叶到根。
    pub async fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Digest>> {
        self.require_size(size).await?;
        let plan = ProofPlan::inclusion(index, size);
        self.compute(plan.map_err(not_there)?).await
    }

    /// 一致性证明：`new` 叶的树的前 `old` 叶就是旧树。
    pub async fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Digest>> {
        self.require_size(new).await?;
        let plan = ProofPlan::consistency(old, new);
        self.compute(plan.map_err(not_there)?).await
    }

    /// `size` 叶的树的根。
    pub async fn root_at(&self, size: u64) -> Result<Digest> {
        self.require_size(size).await?;
        if size == 0 {
            return Ok(self.identity().suite.empty_root());
        }
        let plan = ProofPlan::root(size).map_err(not_there)?;
        let root = self.compute(plan).await?;
        root.first()
            .copied()
            .ok_or_else(|| StoreError::internal("a plan without a root"))
    }

    /// 一块瓦片现有的散列，一个接一个；还没有的为 `None`。
    pub async fn find_tile(&self, tile: TileId) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT hashes FROM log_tile WHERE level = $1 AND tile = $2";
        let Ok(index) = i64::try_from(tile.index) else {
            return Ok(None);
        };
        self.scalar(sql, values![i64::from(tile.level), index])
            .await
    }

    pub(crate) async fn tile(&self, tile: TileId) -> Result<Vec<u8>> {
        let sql = "SELECT hashes FROM log_tile WHERE level = $1 AND tile = $2";
        let bytes = self.scalar::<Vec<u8>>(sql, values![i64::from(tile.level), tile.index]);
        let bytes = bytes.await?;
        bytes.ok_or_else(|| {
            StoreError::corrupt(format!(
                "瓦片（第 {} 层第 {} 块）不见了",
                tile.level, tile.index
            ))
        })
    }

    async fn require_size(&self, size: u64) -> Result<()> {
        let state = self.log_state().await?;
        if size > state.size {
            return Err(StoreError::NotFound(format!(
                "{size} 条的日志（现有 {} 条）",
                state.size
            )));
        }
        Ok(())
    }

    async fn compute(&self, plan: ProofPlan) -> Result<Vec<Digest>> {
        let mut tiles = HashMap::new();
        for need in plan.tiles() {
            tiles.insert(need.tile, self.tile(need.tile).await?);
        }
        plan.compute(self.identity().suite, |need| {
            tiles.remove(&need.tile).ok_or(TreeError::ShortTile {
                level: need.tile.level,
                index: need.tile.index,
                needed: usize::from(need.width),
                found: 0,
            })
        })
        .map_err(|error| StoreError::corrupt(error.to_string()))
    }
}

fn not_there(error: TreeError) -> StoreError {
    StoreError::NotFound(error.to_string())
}
