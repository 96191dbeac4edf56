//! 检查点在接口里的写法：要点，与签名所签的原文。

use mingjing_services::model::SignedCheckpoint;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;

/// 检查点。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checkpoint)]
pub struct CheckpointOut {
    /// 日志的名称。
    origin: String,
    /// 条数。
    size: u64,
    /// 根，十六进制。
    root: String,
    /// 算法套件。
    suite: String,
    /// 何时。
    #[schema(format = DateTime)]
    at: String,
    /// 签名所签的原文连同签名，写法见 docs/log-format.md；核对时以它为准。
    note: String,
}

impl From<&SignedCheckpoint> for CheckpointOut {
    fn from(signed: &SignedCheckpoint) -> Self {
        let checkpoint = signed.checkpoint();
        CheckpointOut {
            origin: checkpoint.origin.to_string(),
            size: checkpoint.size,
            root: checkpoint.root.to_hex(),
            suite: checkpoint.suite.name().to_owned(),
            at: instant::of(checkpoint.time),
            note: signed.to_text(),
        }
    }
}
