//! 存证：检查点、条目、证明、瓦片；检查点、瓦片与一致性证明人人可取。

pub mod checkpoint;
pub mod get_checkpoint;
pub mod get_consistency_proof;
pub mod get_inclusion_proof;
pub mod get_log_entry;
pub mod get_log_key;
pub mod get_log_tile;
pub mod list_checkpoints;
pub mod proof;
