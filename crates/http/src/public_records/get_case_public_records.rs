//! `GET /api/v1/cases/{id}/public_records`：一案公布过的各版，撤下的也在内。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::list::list_case_public_records as list;
use mingjing_services::model::PublicRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::instant;

/// 一案公布过的各版。
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePublicRecords {
    /// 先公布的在前。
    public_records: Vec<CasePublicRecord>,
}

/// 公布过的一版。
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePublicRecord {
    /// 标识。
    id: String,
    /// 决定事件的标识。
    decision: String,
    /// 第几版，从 1 起。
    version: u64,
    /// 公布的事件。
    event: String,
    /// 公布的时刻。
    #[schema(format = DateTime)]
    published_at: String,
    /// 公开到哪一日（含）；没有期限的没有。
    #[schema(format = Date)]
    shown_until: Option<String>,
    /// 撤下的时刻；公开着的没有。
    #[schema(format = DateTime)]
    withdrawn_at: Option<String>,
    /// 撤下的事由，法典 `withdrawal_ground` 的代码。
    ground: Option<String>,
    /// 由哪一版取代。
    superseded_by: Option<String>,
    /// 内容何时依法清除；没有清除的没有。
    #[schema(format = DateTime)]
    erased_at: Option<String>,
}

/// 一案公布过的各版
#[utoipa::path(get, path = "/api/v1/cases/{id}/public_records", operation_id = "get_case_public_records", tag = "公示",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "各版", body = CasePublicRecords)))]
pub async fn get_case_public_records(
    Of(state): Of<State>,
    caller: Caller,
    PathId(case): PathId<kind::Case>,
) -> Result<Json<CasePublicRecords>, Problem> {
    let rows = list(&state.services, &caller.request, case).await?;
    Ok(Json(CasePublicRecords {
        public_records: rows.iter().map(CasePublicRecord::from).collect(),
    }))
}

impl From<&PublicRecord> for CasePublicRecord {
    fn from(record: &PublicRecord) -> Self {
        let withdrawn = record.withdrawn.as_ref();
        CasePublicRecord {
            id: record.id.to_string(),
            decision: record.decision.to_string(),
            version: record.version,
            event: record.event.to_string(),
            published_at: instant::of(record.published_at),
            shown_until: record.shown_until.map(|day| day.to_string()),
            withdrawn_at: withdrawn.map(|withdrawn| instant::of(withdrawn.at)),
            ground: withdrawn.map(|withdrawn| withdrawn.ground.clone()),
            superseded_by: withdrawn.and_then(|it| it.superseded_by.map(|id| id.to_string())),
            erased_at: record.erased_at.map(instant::of),
        }
    }
}
