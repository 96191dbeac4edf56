//! 证明在接口里的写法。

use mingjing_services::log::Inclusion;
use mingjing_services::model::Digest;
use serde::Serialize;
use utoipa::ToSchema;

use super::checkpoint::CheckpointOut;

/// 包含证明：一叶在某一检查点的树里。
#[derive(Debug, Serialize, ToSchema)]
pub struct InclusionProof {
    /// 叶号，从 0 起。
    log_index: u64,
    /// 叶散列，十六进制。
    leaf: String,
    /// 由叶到根的散列，十六进制。
    hashes: Vec<String>,
    /// 所据的检查点。
    checkpoint: CheckpointOut,
}

impl From<&Inclusion> for InclusionProof {
    fn from(inclusion: &Inclusion) -> Self {
        InclusionProof {
            log_index: inclusion.index,
            leaf: inclusion.leaf.to_hex(),
            hashes: hex(&inclusion.hashes),
            checkpoint: CheckpointOut::from(&inclusion.checkpoint),
        }
    }
}

pub(super) fn hex(hashes: &[Digest]) -> Vec<String> {
    hashes.iter().map(Digest::to_hex).collect()
}
