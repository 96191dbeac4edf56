//! `GET /api/v1/public_records/{id}`：一条公开记录，人人可看、可核对。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::public::{PublicView, get_public};
use serde::Serialize;
use utoipa::ToSchema;

use super::record::PublicNoticeOut;
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

/// 公开记录：公开着的有内容与证明，撤下而依法留说明的只有说明。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicRecord)]
pub struct PublicRecordOut {
    /// 标识。
    id: String,
    /// 公布的时刻。
    #[schema(format = DateTime)]
    published_at: String,
    /// 第几版，从 1 起；撤下了的没有。
    version: Option<u64>,
    /// 公开的内容，写法见 docs/log-format.md；撤下了的没有。
    #[schema(value_type = Option<Object>)]
    content: Option<serde_json::Value>,
    /// 内容的摘要，十六进制；由内容的规范字节算出。撤下了的没有。
    content_digest: Option<String>,
    /// 条目的规范字节，是一段 JSON 文本；还没有入日志的没有。
    entry: Option<String>,
    /// 包含证明；还没有入日志的没有。
    proof: Option<InclusionProof>,
    /// 撤下之后依法留的说明；公开着的没有。
    notice: Option<PublicNoticeOut>,
}

/// 查看一条公开记录
///
/// 没有公布的、撤下的答 404；依法要公开说明撤下理由的，答说明，没有原来的内容。
#[utoipa::path(get, path = "/api/v1/public_records/{id}", operation_id = "get_public_record", tag = "公示",
    params(("id" = String, Path, description = "公开记录")),
    responses((status = 200, description = "公开记录与证明，或撤下的说明", body = PublicRecordAnswer)))]
pub async fn get_public_record(
    Of(state): Of<State>,
    PathId(id): PathId<kind::PublicRecord>,
) -> Result<Json<PublicRecordAnswer>, Problem> {
    let public_record = match get_public(&state.services, id).await? {
        PublicView::Shown(shown) => {
            let entry = shown.entry.map(String::from_utf8).transpose();
            PublicRecordOut {
                id: shown.item.id.to_string(),
                published_at: instant::of(shown.item.published_at),
                version: Some(shown.item.version),
                content: Some(shown.raw),
                content_digest: Some(shown.digest.to_hex()),
                entry: entry.map_err(|error| Problem::internal(error.into()))?,
                proof: shown.inclusion.as_ref().map(InclusionProof::from),
                notice: None,
            }
        }
        PublicView::Notice(notice) => PublicRecordOut {
            id: notice.id.to_string(),
            published_at: instant::of(notice.published_at),
            version: None,
            content: None,
            content_digest: None,
            entry: None,
            proof: None,
            notice: Some(PublicNoticeOut::from(&notice)),
        },
    };
    Ok(Json(PublicRecordAnswer { public_record }))
}
