//! `GET /api/v1/public_records`：列出、检索公开着的记录，人人可看。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::disclosure::public::{PublicFilter, list_public};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::record::PublicRecordSummary;
use crate::state::State;
use crate::wire::meta::ListMeta;

/// 找哪些公开记录。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicRecordQuery {
    /// 文字：空格隔开的每一段都要有，一段至少两个字。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 哪个机关作出的：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 哪个区划的，连同其下的：二、四、六、九位代码。
    #[param(max_length = 12, example = "410100")]
    region: Option<String>,
    /// 哪个领域的，法典的部门代码。
    #[param(max_length = 100, example = "market_regulation")]
    department: Option<String>,
    /// 哪个事项的，事项编码。
    #[param(max_length = 100)]
    item: Option<String>,
    /// 此日起公布。
    #[param(value_type = Option<String>, format = Date)]
    published_from: Option<Date>,
    /// 此日之前公布，当日不算。
    #[param(value_type = Option<String>, format = Date)]
    published_to: Option<Date>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 公开记录的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicRecordList {
    /// 本页的公开记录，新公布的在前。
    public_records: Vec<PublicRecordSummary>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出公开记录
///
/// 只有公开着的；文字在遮盖之后的内容里找。
#[utoipa::path(get, path = "/api/v1/public_records", operation_id = "list_public_records", tag = "公示", params(PublicRecordQuery),
    responses((status = 200, description = "一页公开记录", body = PublicRecordList)))]
pub async fn list_public_records(
    Of(state): Of<State>,
    Query(query): Query<PublicRecordQuery>,
) -> Result<Json<PublicRecordList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let filter = PublicFilter {
        body: query.body,
        region: query.region,
        department: query.department,
        item: query.item,
        style: None,
        from: query.published_from,
        until: query.published_to,
        text: query.q,
    };
    let page = list_public(&state.services, &filter, &request).await?;
    Ok(Json(PublicRecordList {
        public_records: page.items.iter().map(PublicRecordSummary::from).collect(),
        meta: ListMeta::of(&page),
    }))
}
