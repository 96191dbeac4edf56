//! 清除申请在接口里的写法。

use mingjing_services::model::ErasureRequest;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;

/// 一份申请的答复。
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureAnswer {
    /// 申请。
    pub erasure: ErasureOut,
}

/// 清除申请。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub struct ErasureOut {
    /// 标识。
    id: String,
    /// 哪一案。
    case: String,
    /// 哪几件事，连同它们的更正。
    events: Vec<String>,
    /// 范围，法典 `erasure_extent` 的代码。
    extent: String,
    /// 依据的代号。
    basis: String,
    /// 原因。
    reason: String,
    /// 谁申请。
    requested_by: Option<String>,
    /// 何时申请。
    #[schema(format = DateTime)]
    requested_at: String,
    /// 谁批准；还没有批准的没有。
    approved_by: Option<String>,
    /// 何时批准，也是何时清除。
    #[schema(format = DateTime)]
    approved_at: Option<String>,
    /// 抹去了几条记录。
    erased_count: u64,
}

impl From<&ErasureRequest> for ErasureOut {
    fn from(request: &ErasureRequest) -> Self {
        let of = &request.of;
        ErasureOut {
            id: request.id.to_string(),
            case: of.timeline.to_string(),
            events: of.targets.iter().map(ToString::to_string).collect(),
            extent: of.extent.clone(),
            basis: of.basis.clone(),
            reason: of.reason.clone(),
            requested_by: request.requested_by.map(|id| id.to_string()),
            requested_at: instant::of(request.requested_at),
            approved_by: request.approved_by.map(|id| id.to_string()),
            approved_at: request.approved_at.map(instant::of),
            erased_count: request.erased_count,
        }
    }
}
