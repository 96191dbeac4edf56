//! `GET /api/v1/public_records/{id}`：一条公开记录，人人可看、可核对。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::log::get_public_record as get;
use serde::Serialize;
use utoipa::ToSchema;

use crate::log::proof::InclusionProof;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::instant;

/// 一条公开记录。
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicRecordAnswer {
    /// 公开记录。
    public_record: PublicRecordOut,
}

/// 公开记录。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicRecord)]
pub struct PublicRecordOut {
    /// 标识。
    id: String,
    /// 决定的标识。
    decision: String,
    /// 第几版，从 1 起。
    version: u64,
    /// 公布的时刻。
    #[schema(format = DateTime)]
    published_at: String,
    /// 公开的内容。
    #[schema(value_type = Object)]
    content: serde_json::Value,
    /// 内容的摘要，十六进制；由内容的规范字节算出。
    content_digest: String,
    /// 条目的规范字节，是一段 JSON 文本；还没有入日志的没有。
    entry: Option<String>,
    /// 包含证明；还没有入日志的没有。
    proof: Option<InclusionProof>,
}

/// 查看一条公开记录
#[utoipa::path(get, path = "/api/v1/public_records/{id}", operation_id = "get_public_record", tag = "存证",
    params(("id" = String, Path, description = "公开记录")),
    responses((status = 200, description = "公开记录与证明", body = PublicRecordAnswer)))]
pub async fn get_public_record(
    Of(state): Of<State>,
    PathId(id): PathId<kind::PublicRecord>,
) -> Result<Json<PublicRecordAnswer>, Problem> {
    let published = get(&state.services, id).await?;
    let entry = published.entry.map(String::from_utf8).transpose();
    let record = published.record;
    Ok(Json(PublicRecordAnswer {
        public_record: PublicRecordOut {
            id: record.id.to_string(),
            decision: record.decision,
            version: record.version,
            published_at: instant::of(record.published_at),
            content: record.body,
            content_digest: record.content.to_hex(),
            entry: entry.map_err(|error| Problem::internal(error.into()))?,
            proof: published.inclusion.as_ref().map(InclusionProof::from),
        },
    }))
}
